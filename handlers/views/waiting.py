"""Where an open message stands, until when, and whether its author may hurry those who answer: once a day (R36)."""

from __future__ import annotations

from datetime import timedelta

from handlers.text import actions, keyboards, texts_waiting
from handlers.text.words import moment
from handlers.views.titles import agency_title, term, title
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Appeal, Status
from states.screen import Button, Keyboard

HURRY_AGAIN = timedelta(hours=20)
"""«Once a day», also for somebody who asks a little earlier in the morning than the day before."""


def lead_of(facts: Facts, appeal: Appeal) -> Appeal:
    """The appeal whose clock and chat it waits for: its own, or the one that it was merged with (R32)."""
    return facts.leads.get(appeal.incident, appeal) if appeal.status is Status.MERGED else appeal


def state(facts: Facts, appeal: Appeal) -> str:
    """«Яма, Ленина 5: отвечает администрация Миасса, срок …»."""
    name, holder = title(appeal, facts.directory), lead_of(facts, appeal)
    if holder.status is Status.ASKED:
        return (
            texts_waiting.YOURS.format(title=name)
            if holder is appeal
            else texts_waiting.NO_TERM.format(title=name, agency=agency_of(facts, holder))
        )
    if holder.status not in OPEN:
        return texts_waiting.ANSWERED.format(title=name)
    agency, deadline = agency_of(facts, holder), holder.deadline
    if holder.status in (Status.WAITING, Status.REOPENED):
        if deadline is None or holder.chat is None:
            return texts_waiting.CHOOSING.format(title=name)
        over = deadline.overdue(facts.now)
        return (texts_waiting.CHOOSING_LATE if over else texts_waiting.CHOOSING_BY).format(
            title=name, until=term(deadline, facts)
        )
    if deadline is None:
        return texts_waiting.NO_TERM.format(title=name, agency=agency)
    if deadline.overdue(facts.now):
        late = moment(deadline.due_at, facts.policy.zone)
        return texts_waiting.LATE.format(title=name, agency=agency, until=late)
    return texts_waiting.ANSWERS.format(title=name, agency=agency, until=term(deadline, facts))


def agency_of(facts: Facts, appeal: Appeal) -> str:
    """Who must answer now, by its short name: the ЦУР while the appeal is in its chat."""
    in_cur = facts.cur is not None and facts.cur.peer == appeal.chat
    return agency_title(facts.directory, None if in_cur else appeal.agency)


def waits(appeal: Appeal) -> bool:
    """Whether it waits for others, not for an answer of its author."""
    return appeal.status in OPEN and appeal.status is not Status.ASKED


def is_hurried(facts: Facts, appeal: Appeal) -> bool:
    """Whether its author has hurried them less than 20 hours ago."""
    return appeal.hurried_at is not None and facts.now - appeal.hurried_at < HURRY_AGAIN


def may_hurry(facts: Facts, appeal: Appeal) -> bool:
    """Whether it waits for others and its author has not hurried them today."""
    return waits(appeal) and not is_hurried(facts, appeal)


def hurry_button(facts: Facts, appeal: Appeal, *, named: bool = False) -> Button:
    """«Поторопить»; `named` puts the title in, where several messages stand in one text."""
    words = f"{texts_waiting.HURRY}: {title(appeal, facts.directory)}" if named else texts_waiting.HURRY
    return keyboards.button(words, actions.HURRY, appeal.code)


def hurries(facts: Facts, appeal: Appeal) -> Keyboard | None:
    """The button «Поторопить», where it may be pressed today; else None."""
    return keyboards.inline((hurry_button(facts, appeal),)) if may_hurry(facts, appeal) else None
