"""Read again before it leaves: deleted is taken back, changed leaves anew, what is not shown goes as written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import READ_BY
from handlers.text import texts_chat
from states.cause import parse
from states.decision import Decision
from states.effects import SOURCE_TIMER, CancelSend, Edit, LetGo, StartTimer
from states.events import SourceRead
from states.lifecycle.appeal import Status
from states.lifecycle.tasks import Job
from states.messages import Attachment, Message
from states.people.chats import Doubt
from tests.handlers.given import (
    ANNA,
    BORIS,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    facts,
    labels,
    of,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import CODE, COLLEAGUE, RICH, STRICT, TEAM, busy, look, pick, press, say, tell, the
from tests.small import NOW

WORDS = "Снег вчера убрали, двор чистый"
WORK = appeal(status=Status.IN_WORK)
LATER = NOW + timedelta(seconds=30)


def stands(text: str, *files: Attachment) -> Message:
    """The official's message as VK shows it now."""
    return Message(ROADS_CHAT, 20, OFFICIAL, NOW, text, files)


def reads(answered: Decision, message: Message | None, *, shown: bool = True, **more: Any) -> Decision:
    """The half minute is over: VK shows this."""
    code, cmid, seen = look(answered).key.split(" ")
    event = SourceRead(ROADS_CHAT, code, int(cmid), seen, message, shown, LATER)
    unsent = frozenset(one.cause for one in sends(answered) if one.kind == "answer")
    known = {"appeals": answered.appeals[:1], "unsent": unsent, "directory": RICH, "chat": roads()} | more
    return decide(facts(now=LATER, **known), event)


ANSWERED = say(WORDS, WORK)


def test_an_answer_waits_until_its_message_was_read_again() -> None:
    (answer,) = sends(ANSWERED, ANNA)
    assert answer.not_before == NOW + READ_BY
    asked = look(ANSWERED)
    assert (asked.peer, asked.at, asked.key) == (ROADS_CHAT, LATER, f"{CODE} 20 {stands(WORDS).digest}")


@pytest.mark.parametrize("message, shown", [(stands(WORDS), True), (None, False)])
def test_unchanged_or_not_shown_it_leaves(message: Message | None, shown: bool) -> None:
    """An answer is not held back for what VK does not show; the chat that it does not show is looked at (F16)."""
    decision = reads(ANSWERED, message, shown=shown)
    assert decision.chat == (None if shown else roads(doubt=Doubt(LATER)))
    assert reads(ANSWERED, message, shown=shown, chat=None).chat is None
    assert of(LetGo, decision) == [LetGo(sends(ANSWERED, ANNA)[0].cause)] and the(decision).held[0].read
    again = SourceRead(ROADS_CHAT, CODE, 20, stands(WORDS).digest, message, shown, LATER)
    assert decide(facts(appeals=decision.appeals), again).ignored


def test_all_parts_of_a_long_one_leave() -> None:
    long = say("слово " * 900, WORK)
    assert len(of(LetGo, reads(long, stands("слово " * 900)))) == len(sends(long, ANNA)) == 2


def test_deleted_is_taken_back_and_told() -> None:
    decision = reads(ANSWERED, None)
    assert of(CancelSend, decision) and the(decision).held == () and not of(LetGo, decision)
    (line,) = of(Edit, decision)
    assert line.text == texts_chat.DELETED.format(code=CODE) and line.keyboard is None


def test_changed_leaves_with_its_new_words() -> None:
    decision = reads(ANSWERED, stands("Снег убрали сегодня, двор чистый"))
    (answer,) = sends(decision, ANNA)
    assert "сегодня" in answer.text and answer.cause != sends(ANSWERED, ANNA)[0].cause
    assert of(CancelSend, decision) == [CancelSend(sends(ANSWERED, ANNA)[0].cause)]
    (line,) = of(Edit, decision)
    assert texts_chat.REWORDED in line.text and "Отменить" in labels(line)
    assert line.target == str(parse(sends(ANSWERED, ANNA)[0].cause).offer) and len(the(decision).held) == 1
    assert the(decision).version == the(ANSWERED).version + 1
    assert look(decision).at == LATER + timedelta(seconds=30), "read again, for it may be changed again"


@pytest.mark.parametrize(
    "said_first, said_now, words",
    [
        ("/ответ Снег вчера убрали, двор чистый", "/ответ Снег убрали ночью, двор чистый", "ночью"),
        ("/промежуточный завтра: выехали", "/промежуточный завтра: выехали двое", "выехали двое"),
        ("/промежуточный завтра: выехали", "/промежуточный делаем: выехали двое", "делаем: выехали двое"),
        ("Ответ: убрали вчера, двор чистый", "Ответ: убрали ночью, двор чистый", "убрали ночью"),
    ],
)
def test_what_is_no_word_of_the_answer_does_not_go_with_it(said_first: str, said_now: str, words: str) -> None:
    decision = reads(say(said_first, WORK), stands(said_now))
    assert words in said(decision) and "/" not in said(decision) and "Ответ:" not in said(decision)


@pytest.mark.parametrize("text", ["// не то", "", "/ответ"])
def test_changed_to_nothing_is_taken_back(text: str) -> None:
    decision = reads(ANSWERED, stands(text))
    assert of(Edit, decision)[0].text == texts_chat.CHANGED_TO_NOTHING.format(code=CODE) and not sends(decision)


def test_files_alone_may_leave() -> None:
    decision = reads(ANSWERED, stands("", Attachment("photo")))
    assert sends(decision, ANNA)[0].copy is not None


def test_another_file_is_another_message() -> None:
    assert stands("а", Attachment("doc", "1")).digest != stands("а", Attachment("doc", "2")).digest


def test_a_chat_that_is_not_bound_any_more_hears_that_it_did_not_leave() -> None:
    decision = reads(ANSWERED, stands("Новое слово, двор чистый"), chats={}, chat=None)
    assert of(CancelSend, decision) and not sends(decision, ANNA)


@pytest.mark.parametrize("deleted", [True, False])
def test_a_reason_that_was_changed_is_asked_for_anew(deleted: bool) -> None:
    """The bot put the words together, so it cannot put new ones in their place."""
    begun = tell("завтра: ждём кран", busy(Job.POSTPONE, WORK))
    assert look(begun).key.split(" ")[2].startswith("~")
    decision = reads(begun, None if deleted else stands("завтра: не ждём"))
    told = texts_chat.DELETED if deleted else texts_chat.CHANGED_REASON
    assert of(Edit, decision)[0].text == told.format(code=CODE) and not sends(decision, ANNA)
    assert of(LetGo, reads(begun, stands("завтра: ждём кран")))


def test_what_was_chosen_by_buttons_alone_stands_in_no_message() -> None:
    decision = pick("reason spam", busy(Job.DECLINE, WORK))
    assert sends(decision, ANNA)[0].not_before == LATER
    assert not [one for one in of(StartTimer, decision) if one.name == SOURCE_TIMER]


def test_words_that_become_another_kind_are_read_too() -> None:
    held = the(ANSWERED).held[0]
    asked = press("as_question", held.cause, the(ANSWERED), unsent=frozenset({held.cause}))
    assert look(asked).key == look(ANSWERED).key


def test_where_a_second_person_agrees_the_new_words_are_shown_again() -> None:
    """R39."""
    asked = say(WORDS, WORK, directory=STRICT, officials=TEAM)
    draft = the(asked).approval
    assert draft is not None and draft.seen == stands(WORDS).digest
    agreed = press("approve", f"{CODE}.{draft.number}", the(asked), user=COLLEAGUE, directory=STRICT, officials=TEAM)
    decision = reads(agreed, stands("Снег убрали сегодня"), directory=STRICT, officials=TEAM)
    after = the(decision)
    assert after.status is Status.APPROVAL and after.approval is not None and after.approval.again
    assert "Снег убрали сегодня" in said(decision, ROADS_CHAT) + "".join(one.text for one in of(Edit, decision))
    assert not sends(decision, ANNA) and of(CancelSend, decision)
    again = press("approve", f"{CODE}.{after.approval.number}", after, user=COLLEAGUE, directory=STRICT, officials=TEAM)
    assert sends(again, ANNA)[0].cause != sends(agreed, ANNA)[0].cause


def test_what_cannot_wait_for_consent_any_more_is_not_sent() -> None:
    asked = say(WORDS, WORK, directory=STRICT, officials=TEAM)
    draft = the(asked).approval
    assert draft is not None
    agreed = press("approve", f"{CODE}.{draft.number}", the(asked), user=COLLEAGUE, directory=STRICT, officials=TEAM)
    closed = replace(the(agreed), status=Status.ANSWERED)
    decision = reads(agreed, stands("Снег убрали сегодня"), directory=STRICT, appeals=(closed,))
    assert of(Edit, decision)[0].text == texts_chat.CHANGED_REASON.format(code=CODE) and not sends(decision, ANNA)


def test_what_begins_to_leave_is_not_torn() -> None:
    lead = appeal(status=Status.IN_WORK, incident=CODE)
    member = appeal(code="1124-BBBB", resident=BORIS, source=9, status=Status.MERGED, incident=CODE, chat=None, card="")
    answered = say(WORDS, lead, members=(member,))
    kept = the(answered, "1124-BBBB")
    only = frozenset({the(answered).held[0].cause})
    decision = reads(answered, None, unsent=only, members=(kept,))
    assert decision.ignored == "ответ уже уходит"
    both = reads(answered, stands("Снег убрали сегодня"), members=(kept,))
    assert {one.peer for one in sends(both) if one.kind == "answer"} == {ANNA, BORIS}
    left = replace(kept, incident="", status=Status.ROUTED)
    alone = reads(answered, stands("Снег убрали сегодня"), members=(left,))
    assert the(alone, "1124-BBBB").held == () and the(alone, "1124-BBBB").version == kept.version + 1


def test_words_to_which_their_author_comes_back_leave_too() -> None:
    """Each time under a cause of its own: the outbox takes a cause once (I7)."""
    other, causes, decision = "Снег убрали ночью, двор чистый", [], ANSWERED
    for text in (other, WORDS, other, WORDS):
        decision = reads(decision, stands(text))
        causes.append(sends(decision, ANNA)[0].cause)
    assert len(set(causes)) == 4 and sends(ANSWERED, ANNA)[0].cause not in causes


def test_another_day_than_the_promised_one_is_never_sent_with_the_old() -> None:
    decision = reads(say("/промежуточный 26.11.2026: выехали", WORK), stands("/промежуточный 27.11.2026: выехали"))
    assert of(Edit, decision)[0].text == texts_chat.CHANGED_REASON.format(code=CODE) and not sends(decision, ANNA)
