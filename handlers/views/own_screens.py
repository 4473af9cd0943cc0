"""What the resident sees of messages already sent: the list, one, likeness to a new one, the rating (R32, R42)."""

from __future__ import annotations

from typing import assert_never

from handlers.text import actions, keyboards, texts
from handlers.text.keyboards import HELP, LEAVE, MINE, PER_PAGE, WRITE, Row, button, page_of, under
from handlers.text.relayed import one_line
from handlers.text.words import day, moment
from handlers.views.cards import place_name, topic_name
from handlers.views.preview import TEXT_LIMIT
from handlers.views.similar import along, lead_of, people
from handlers.views.titles import agency_title, term, title
from handlers.views.waiting import hurry_button, may_hurry
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Action, Appeal, Status, is_allowed
from states.screen import Button, Colour, Screen

REPLIES = 3
"""Questions that a draft is offered to answer; more are never open at once but by accident."""

TIMED = frozenset({Status.ROUTED, Status.IN_WORK, Status.INTERIM, Status.POSTPONED, Status.REPEAT, Status.ASKED})
"""Stages whose term its author reads; of the others it is an inner one."""

BAD_MARKS = (1, 2)
"""Ratings after which the formal way is offered (R5)."""


def stage_words(status: Status) -> str:
    """Where it stands, as its author reads it; short enough for a button with the number (R36)."""
    match status:
        case Status.WAITING:
            return "в центре управления регионом"
        case Status.ROUTED:
            return "передано, ждём ответа"
        case Status.IN_WORK:
            return "в работе"
        case Status.APPROVAL:
            return "готовят ответ"
        case Status.ASKED:
            return "ждём вашего ответа"
        case Status.INTERIM:
            return "есть промежуточный ответ"
        case Status.POSTPONED:
            return "отложено"
        case Status.REPEAT:
            return "повтор, ждём ответа"
        case Status.MERGED:
            return "вместе с другими о том же"
        case Status.ANSWERED:
            return "есть ответ"
        case Status.REOPENED:
            return "снова открыто"
        case Status.CLOSED:
            return "закрыто"
        case Status.DECLINED:
            return "отклонено"
        case Status.OUTSIDE:
            return "за это отвечают другие"
        case Status.WITHDRAWN:
            return "отозвано"
        case _:
            assert_never(status)


def mine(facts: Facts) -> list[Appeal]:
    """The resident's own, the newest first."""
    return sorted(facts.appeals, key=lambda appeal: appeal.created_at, reverse=True)


def questions_to_answer(facts: Facts) -> list[Appeal]:
    """The own appeals about which an official waits for the resident's answer."""
    return [appeal for appeal in mine(facts) if appeal.status is Status.ASKED]


def listing(facts: Facts, page: int) -> Screen:
    """One page of the resident's own messages."""
    appeals = mine(facts)
    if not appeals:
        return Screen(texts.NO_APPEALS, under((WRITE,), (keyboards.BACK, HELP)))
    at = min(max(page, 0), keyboards.pages(len(appeals)) - 1) * PER_PAGE
    lines = [
        f"{number}. {title(appeal, facts.directory)}: {stage(facts, appeal)}"
        for number, appeal in enumerate(appeals[at : at + PER_PAGE], 1)
    ]
    buttons = [
        button(f"{place % PER_PAGE + 1}. {title(appeal, facts.directory)}", actions.APPEAL, appeal.code)
        for place, appeal in enumerate(appeals)
    ]
    text = "\n".join([texts.APPEALS, *lines])
    return Screen(text, under(*page_of(buttons, page), (keyboards.BACK,)))


def stage(facts: Facts, appeal: Appeal) -> str:
    """Where it stands and, while somebody is waited for, until when, or since when that is over (R36)."""
    words, deadline = stage_words(appeal.status), appeal.deadline
    if deadline is None or appeal.status not in TIMED:
        return words
    if deadline.overdue(facts.now):
        return f"{words}, срок был {moment(deadline.due_at, facts.policy.zone)}"
    return f"{words} {term(deadline, facts)}"


def showing(facts: Facts, code: str) -> Screen:
    """One own message with its stage and buttons; for another's number that it is not theirs."""
    appeal = facts.appeal(code)
    if appeal is None:
        return Screen(texts.NOT_YOURS, under((MINE,), (keyboards.BACK,)))
    lines = [
        title(appeal, facts.directory),
        f"Сейчас: {stage(facts, appeal)}",
        f"Отвечает: {agency_title(facts.directory, holder(facts, appeal))}",
        f"Отправлено {moment(appeal.created_at, facts.policy.zone)}",
        "",
        one_line(appeal.text, TEXT_LIMIT),
        "",
        f"№{appeal.code}",
    ]
    return Screen("\n".join(lines), under(*doings(facts, appeal), (keyboards.BACK, HELP)))


def doings(facts: Facts, appeal: Appeal) -> list[Row]:
    """The rows of buttons for what can be done with the appeal now."""
    code, rows = appeal.code, list[Row]()
    more = button("Ответить на вопрос" if appeal.status is Status.ASKED else "Дополнить", actions.ADD, code)
    if appeal.status in OPEN:
        rows.append((more, button("Отозвать", actions.WITHDRAW, code)))
        if may_hurry(facts, appeal):
            rows.append((hurry_button(facts, appeal),))
    elif appeal.status is Status.ANSWERED:
        rows += [(solved(code), not_solved(code)), (more,)]
    elif may_reopen(facts, appeal):
        rows.append((not_solved(code),))
    if rateable(appeal):
        rows.append((button("Оценить ответ", actions.RATE, code),))
    if is_unsatisfied(facts, appeal):
        rows.append((keyboards.formal(facts.directory),))
    return rows


def solved(code: str) -> Button:
    """The button «Решено»."""
    return button("Решено", actions.SOLVED, code, Colour.POSITIVE)


def not_solved(code: str) -> Button:
    return button("Не решено", actions.NOT_SOLVED, code)


def rateable(appeal: Appeal) -> bool:
    """Whether there is an answer to rate: one closed without any has none (R42)."""
    return is_allowed(appeal.status, Action.RATE) and appeal.answered_at is not None


def may_reopen(facts: Facts, appeal: Appeal) -> bool:
    """«Не решено» opens it again so many times as the house allows (R42)."""
    return is_allowed(appeal.status, Action.REOPEN) and appeal.reopened < facts.policy.reopens


def is_unsatisfied(facts: Facts, appeal: Appeal) -> bool:
    """Whether the formal way is offered: after a refusal, a bad mark, a «не решено» too many (R5)."""
    if appeal.status in (Status.DECLINED, Status.OUTSIDE):
        return True
    return is_allowed(appeal.status, Action.RATE) and (appeal.rating in BAD_MARKS or not may_reopen(facts, appeal))


def holder(facts: Facts, appeal: Appeal) -> str | None:
    """The agency that has the appeal now; None is the ЦУР."""
    in_cur = facts.cur is not None and facts.cur.peer == appeal.chat
    return None if in_cur or appeal.status in (Status.WAITING, Status.REOPENED) else appeal.agency


def reply_rows(facts: Facts) -> tuple[Row, ...]:
    """While a text is told: it may be the answer to what was asked."""
    rows = tuple(
        (button(f"Это ответ: {number}. {title(appeal, facts.directory)}", actions.ADD_DRAFT, appeal.code),)
        for number, appeal in enumerate(questions_to_answer(facts)[:REPLIES], 1)
    )
    return (*rows, (button("Это новое сообщение", actions.WRITE),)) if rows else ()


def which_reply(facts: Facts) -> str:
    """What those buttons are about, in own words too: two may be about one thing. Empty where nothing is asked."""
    lines = [
        f"{number}. {title(appeal, facts.directory)}: «{one_line(appeal.text, 80)}»"
        for number, appeal in enumerate(questions_to_answer(facts)[:REPLIES], 1)
    ]
    return "\n".join([texts.ASK_WHICH, *lines]) if lines else ""


def same(facts: Facts, code: str, *, own: bool) -> Screen:
    """«Похоже на …»: of an own message its words, of others' nothing that tells who or where (R32)."""
    different = button("Это другое", actions.DIFFERENT)
    if own:
        return same_own(facts, code, different)
    lead = lead_of(facts, code)
    if lead is None:
        return Screen(texts.SAME_GONE, under((different,), LEAVE))
    directory = facts.directory
    street = facts.dialogue is not None and along(facts, facts.dialogue.draft, lead)
    where = place_name(directory, lead.place) + (texts.SAME_STREET if street else "")
    text = texts.same_of_others(topic_name(directory, lead.topic), where, people(facts, lead))
    return Screen(text, under((button("Присоединиться", actions.JOIN, code, Colour.PRIMARY),), (different,), LEAVE))


def same_own(facts: Facts, code: str, different: Button) -> Screen:
    """The screen that asks whether it repeats this earlier message, may be added to it, or is different."""
    appeal = facts.appeal(code)
    if appeal is None:
        return Screen(texts.SAME_GONE, under((different,), LEAVE))
    words, when = one_line(appeal.text, 200), day(appeal.created_at, facts.policy.zone)
    rows = [(button("Это повтор", actions.SAME, code, Colour.PRIMARY),)]
    if allows_more(appeal):
        rows.append((button(f"Дополнить №{code}", actions.ADD_DRAFT, code),))
    return Screen(texts.same_own(code, when, words, stage_words(appeal.status)), under(*rows, (different,), LEAVE))


def allows_more(appeal: Appeal) -> bool:
    """Whether something can be added, or a question be answered."""
    return is_allowed(appeal.status, Action.ADD) or is_allowed(appeal.status, Action.REPLY)


def rating(code: str) -> Screen:
    """The question for a rating, with its marks."""
    return Screen(texts.ASK_RATING.format(code=code), under(marks(code), (keyboards.BACK, SKIP)))


def marks(code: str) -> keyboards.Row:
    """A row of marks from one to five: buttons that write themselves, so that they work years later (R42)."""
    return tuple(button(str(mark), actions.RATE, f"{code}:{mark}") for mark in range(1, 6))


SKIP = button("Пропустить", actions.DONE)
