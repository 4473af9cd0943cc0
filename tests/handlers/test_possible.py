"""What may be begun or pressed now, in this chat: buttons and dialogues ask the same (R24, R31, R39, R41)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from handlers.text import actions, texts_chat
from handlers.views.card_buttons import LABELS, MOST, card_keyboard, menu, more_buttons
from handlers.views.possible import JOBS, MOVES_BY, possible, why_not
from states.facts import Facts
from states.lifecycle.appeal import Appeal, Status, is_allowed
from states.lifecycle.reasons import Note
from states.lifecycle.tasks import Job
from tests.handlers.given import CUR_CHAT, appeal, cur, facts, in_cur, roads
from tests.handlers.in_chat import CODE, RICH
from tests.small import REGION

WORK = appeal(status=Status.IN_WORK)
HERE = facts(directory=RICH)


@pytest.mark.parametrize("status, job", list(product(Status, Job)))
def test_nothing_is_begun_that_the_table_or_the_chat_would_refuse(status: Status, job: Job) -> None:
    """R34, R24."""
    for chat in (roads(), cur()):
        held = appeal(status=status, chat=chat.peer, incident=CODE)
        move = MOVES_BY.get(job)
        if not why_not(HERE, chat, held, job) and move is not None:
            assert is_allowed(status, move)


@pytest.mark.parametrize("job", [Job.ASSIGN, Job.REPEAT, Job.MERGE, Job.BLOCK, Job.BROADCAST])
def test_what_only_the_cur_does_is_not_begun_elsewhere(job: Job) -> None:
    held = in_cur(incident=CODE)
    assert not why_not(HERE, cur(), held, job) and why_not(HERE, roads(), replace(held, chat=roads().peer), job)


@pytest.mark.parametrize(
    "job, held, here, said",
    [
        (Job.TEMPLATE, WORK, facts(), texts_chat.NO_TEMPLATES),
        (Job.OUTSIDE, WORK, facts(), texts_chat.NO_OUTSIDE),
        (Job.POSTPONE, replace(WORK, postponed=2), HERE, "уже откладывали 2 раза"),
        (Job.ANSWER, replace(WORK, status=Status.APPROVAL), HERE, "ответ на согласовании"),
        (Job.REPLY, replace(WORK, status=Status.APPROVAL), HERE, "ответ на согласовании"),
        (Job.DECLINE, replace(WORK, notes=(Note.CRIME,)), HERE, "Сейчас так сделать нельзя"),
    ],
)
def test_each_refusal_says_why(job: Job, held: Appeal, here: Facts, said: str) -> None:
    assert said in why_not(here, roads(), held, job)


def test_the_cur_may_postpone_once_more() -> None:
    """R41."""
    assert not why_not(HERE, cur(), replace(WORK, chat=CUR_CHAT, postponed=9), Job.POSTPONE)


@pytest.mark.parametrize("held", [in_cur(), in_cur(incident=CODE, status=Status.CLOSED)])
def test_news_are_for_an_incident_that_is_open(held: Appeal) -> None:
    assert "никого за собой не ведёт" in why_not(HERE, cur(), held, Job.BROADCAST)


@pytest.mark.parametrize("status", list(Status))
def test_every_button_that_is_offered_may_be_pressed(status: Status) -> None:
    """A button that only refuses is a lie; vk-api.md §7: ten at most."""
    for chat, known in product((roads(), cur()), (HERE, facts())):
        held = appeal(status=status, chat=chat.peer)
        offered = [*more_buttons(known, chat, held), *labels(card_keyboard(known, chat, held))]
        assert all(possible(known, chat, held, one) for one in offered)
        assert len(more_buttons(known, chat, held)) <= MOST and labels(menu(known, chat, held))


def labels(keyboard: Any) -> list[str]:
    return [one.command.action for row in keyboard.rows for one in row] if keyboard else []


def test_without_canned_answers_or_contacts_there_are_no_buttons_for_them() -> None:
    plain = more_buttons(facts(directory=REGION), roads(), WORK)
    assert {actions.TEMPLATES, actions.OUTSIDE}.isdisjoint(plain)
    assert {actions.TEMPLATES, actions.OUTSIDE} <= set(more_buttons(HERE, roads(), WORK))


def test_every_button_that_begins_something_has_a_label() -> None:
    assert set(JOBS) <= set(LABELS)


def test_the_cur_finds_everything_under_more_on_a_card_that_it_has_sent_on() -> None:
    """That card knows nothing of the states since."""
    for status in (Status.ROUTED, Status.IN_WORK, Status.INTERIM):
        gone = appeal(status=status)
        assert labels(card_keyboard(HERE, cur(), gone)) == [actions.MORE]
        assert actions.ASSIGN in more_buttons(HERE, cur(), gone)
