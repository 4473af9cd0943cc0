"""The checkers see what goes wrong with an answer that its resident's words have stopped (I2, I3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from handlers.text import actions
from tests.simulation import checks, people, replies
from tests.world import said
from vk_emulator.world.records import Message, Thread

BOT, AUTHOR, RESIDENT, CHAT, PEER = -101, 501, 20001, 7, 2_000_000_001
CODE, MARK, WORDS = "1124-2222", f"{AUTHOR}о{CHAT}н1", "20001х2"
ASKED = f"Иван, житель уточнил: «Пометка {WORDS}»\n№{CODE}"


def cause(kind: str, origin: str) -> str:
    return f"v1|101|{kind}|{PEER}|{origin}|0"


CARD = (f"Снег\n№{CODE}", cause("card", "1.roads"))
REPLY = (f"Уберём. Ответ {MARK}", "")
STOPPED = (f"Ответ по №{CODE} {said.STOPPED}.", cause("offer", "2"))
QUESTION = (ASKED, cause("task", f"added.{CODE}.9.{AUTHOR}"))


def chat_with(lines: Sequence[tuple[str, str]], number: int = CHAT) -> Thread:
    """What was written in a chat of an agency, each line with its cause; a reply to the card has none."""
    chat: Any = SimpleNamespace(id=number, key=f"чат {number}", cur=False, agency="roads")
    thread = Thread((), chat=chat)
    chat.thread = thread
    for cmid, (text, why) in enumerate(lines, 1):
        thread.messages.append(
            Message(cmid, cmid, thread, BOT if why else AUTHOR, 0, text, random_id=number * 100 + cmid)
        )
        if not why:
            thread.messages[-1].reply = SimpleNamespace(cmid=1, sender=BOT)  # type: ignore[assignment]
        thread.messages[-1].ref = why
    return thread


def record_of(*threads: Thread) -> Any:
    """What the checkers ask of a record, of a resident whose message is in one chat and who never left."""
    rows = [{"code": CODE, "chat": None, "status": "routed", "incident": ""}]
    truth = people.Truth(owner={WORDS: CODE}, author={WORDS: RESIDENT})
    nobody: Any = SimpleNamespace(leads=lambda *_: [], spans=lambda *_: [], faithful=lambda *_: set())
    return SimpleNamespace(
        bot=BOT, truth=truth, windows=[], days_pass=False, edits_refused=False, approvals=False, incidents=nobody,
        residents={CODE: RESIDENT}, replies={MARK: (CODE, PEER, 0.0)}, shown_at={}, alarms=set, world=nobody_hides(),
        causes={one.random_id: one.ref for thread in threads for one in thread.messages}, gate_closed=1e9,
        undo=0.0,
        heads=lambda _: [CODE], readers=lambda _: {RESIDENT}, readers_by=lambda _: {CODE}, is_gone=lambda _: False,
        is_forgotten=lambda _: False, may_seem_closed=lambda _: False, hand_overs=lambda _: Counter({PEER: 1}),
        chats=lambda: [(PEER, thread.chat) for thread in threads],
        own=lambda thread: [one for one in thread.messages if one.sender == BOT],
        everything=lambda: [(PEER, one) for thread in threads for one in thread.messages if one.sender == BOT],
        ask=lambda query: rows if "chat" in query else [],
        kind=lambda one: one.ref.split("|")[2], origin=lambda one: one.ref.split("|")[4],
    )  # fmt: skip


def nobody_hides() -> Any:
    return SimpleNamespace(sees=lambda *_: True)


def settled(thread: Thread, copies: list[int]) -> list[str]:
    return list(replies.settled(record_of(thread), MARK, copies, [thread.messages[2]], thread.messages[1]))


@pytest.mark.parametrize(
    ("origin", "fine"),
    [
        (f"added.{CODE}.9.{AUTHOR}", True),
        (f"added.{CODE}.9.502", False),  # a colleague
        (f"added.1124-3333.9.{AUTHOR}", False),  # of another message
    ],
)
def test_only_its_author_may_be_asked_and_about_that_message(origin: str, fine: bool) -> None:
    found = settled(chat_with([CARD, REPLY, STOPPED, (ASKED, cause("task", origin))]), [])
    assert [what.startswith(replies.LOST) for what in found] == [True] * (not fine)


def test_a_stopped_answer_that_reaches_its_resident_is_told_behind_the_line() -> None:
    silent = chat_with([CARD, REPLY, STOPPED, QUESTION])
    told = chat_with([CARD, REPLY, STOPPED, (f"Ответ по №{CODE} доставлен жителю.", QUESTION[1])])
    assert [what.startswith(replies.LOST) for what in settled(silent, [RESIDENT])] == [True]
    assert settled(told, [RESIDENT]) == []


@pytest.mark.parametrize("refused", [True, False])
def test_colleagues_are_asked_behind_a_line_that_takes_no_edit(refused: bool) -> None:
    """Seed 16000263: where VK takes edits the line itself becomes the question, so that it never says two things."""
    leaves = (f"Ответ по №{CODE} уйдёт жителю через 5 секунд.", cause("offer", "2"))
    question = (f"В {said.NOBODY_WORKS}: №{CODE}", cause("approval", f"{CODE}.2.answer"))
    record = record_of(chat_with([CARD, REPLY, leaves, question]))
    record.edits_refused = refused
    assert [what.startswith(replies.LOST) for what in replies.reply_once(record)] == [True] * (not refused)


@pytest.mark.parametrize("refused", [True, False])
def test_words_that_had_nowhere_to_wait_are_told_behind_a_line_that_takes_no_edit(refused: bool) -> None:
    """Seed 41000893: the ЦУР has them, for whoever wrote them was taken out and nobody else works there."""
    leaves = (f"Ответ по №{CODE} уйдёт жителю через 5 секунд.", cause("offer", "2"))
    left = (f"№{CODE}: жителю не ушло, {said.LEFT_BEFORE}.", cause("undone", f"{CODE}.2"))
    record = record_of(chat_with([CARD, REPLY, leaves, left]))
    record.edits_refused = refused
    assert [what.startswith(replies.LOST) for what in replies.reply_once(record)] == [True] * (not refused)


def test_a_question_about_added_words_is_asked_once() -> None:
    colleague = (ASKED, cause("task", f"added.{CODE}.9.502"))
    assert not list(checks.card_once(record_of(chat_with([CARD, REPLY, QUESTION, colleague]))))
    found = list(checks.card_once(record_of(chat_with([CARD, REPLY, QUESTION, colleague, QUESTION]))))
    assert [what.startswith(replies.DOUBLED) for what in found] == [True]


@pytest.mark.parametrize(("place", "fine"), [(CHAT, True), (CHAT + 1, False)])
def test_how_a_stopped_answer_begins_is_read_in_its_own_chat_only(place: int, fine: bool) -> None:
    begins = (f"Ответ по №{CODE} {said.STOPPED}. Было: «Уберём. Ответ {MARK}».", cause("undone", "2"))
    here = [CARD, REPLY, STOPPED, QUESTION]
    threads = [chat_with([*here, begins])] if place == CHAT else [chat_with(here), chat_with([begins], place)]
    found = list(replies.reply_once(record_of(*threads)))
    assert [what.startswith(replies.ELSEWHERE) for what in found] == [True] * (not fine)


@pytest.mark.parametrize(("below", "found"), [(f"Ответ {MARK}", True), ("Продолжаем.", False)])
def test_who_waits_looks_at_the_newest_offer_where_an_answer_stands_below_it(below: str, found: bool) -> None:
    button = {"action": {"type": "text", "payload": f'{{"a": "{actions.WRITE}"}}'}}
    keyboard = {"buttons": [[button]]}
    offers = [Message(cmid, cmid, Thread(()), BOT, 0, "Можно", keyboard=keyboard) for cmid in (1, 2)]
    thread = SimpleNamespace(messages=[*offers, Message(3, 3, Thread(()), BOT, 0, below)])
    resident: Any = SimpleNamespace(thread=thread, bot=BOT)
    assert people.Resident.offer_above_an_answer(resident, 0) == (offers[1] if found else None)
