"""Words of an official who was taken out of the chat before they left wait for a colleague's press (T5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts_chat, texts_hearing
from states.decision import Decision
from states.effects import SOURCE_TIMER, CancelSend, Edit, LetGo, StartTimer
from states.events import SourceRead
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.messages import Message, Reply
from states.people.chats import CUR
from states.people.officials import Standing
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    facts,
    labels,
    of,
    replied,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import CODE, COLLEAGUE, STRICT, TEAM, press, say, the
from tests.small import COMMUNITY, NOW

WORDS = "Снег вчера убрали, двор чистый"
WORK = appeal(status=Status.IN_WORK)
LATER = NOW + timedelta(seconds=30)
LISTED = roads(listed_at=NOW)
LEFT = {**TEAM, OFFICIAL: replace(TEAM[OFFICIAL], standing=Standing.GONE, until=NOW + timedelta(seconds=10))}
CARD = f"v1|{COMMUNITY}|card|{ANNA}|3.roads|1"


def reads(answered: Decision, **more: Any) -> Decision:
    """The half minute is over, the message stands as it did, its author is gone."""
    (timer,) = [one for one in of(StartTimer, answered) if one.name == SOURCE_TIMER]
    code, cmid, seen = timer.key.split(" ")
    message = Message(ROADS_CHAT, 20, OFFICIAL, NOW, WORDS)
    event = SourceRead(ROADS_CHAT, code, int(cmid), seen, message, True, LATER)
    unsent = frozenset(one.cause for one in sends(answered) if one.kind == "answer")
    known = {"appeals": answered.appeals[:1], "unsent": unsent, "chat": LISTED, "officials": LEFT} | more
    return decide(facts(now=LATER, **known), event)


ANSWERED = say(WORDS, WORK, chat=LISTED, officials=TEAM)


def test_his_answer_does_not_leave_and_his_colleagues_are_asked() -> None:
    decision = reads(ANSWERED)
    (cause,) = [one.cause for one in sends(ANSWERED, ANNA)]
    assert of(CancelSend, decision) == [CancelSend(cause)] and not of(LetGo, decision) and not sends(decision, ANNA)
    after = the(decision)
    assert after.status is Status.APPROVAL and after.approval is not None and not after.held
    asked = next(one for one in of(Edit, decision) if one.peer == ROADS_CHAT and WORDS in one.text)
    assert "В чате этого сотрудника больше нет" in asked.text and labels(asked) == ["Отправить", "Не отправлять"]


def test_a_colleague_sends_it_and_it_is_not_asked_again() -> None:
    waits = the(reads(ANSWERED))
    assert waits.approval is not None
    press_of = f"{CODE}.{waits.approval.number}"
    agreed = press(actions.APPROVE, press_of, waits, user=COLLEAGUE, chat=LISTED, officials=LEFT)
    (held,) = the(agreed).held
    assert (held.agreed, held.actor) == (COLLEAGUE, OFFICIAL)
    leaves = reads(agreed)
    assert of(LetGo, leaves) == [LetGo(held.cause)]
    back = press(actions.SEND_BACK, press_of, waits, user=COLLEAGUE, chat=LISTED, officials=LEFT)
    assert the(back).status is Status.IN_WORK and not sends(back, ANNA)


def test_whoever_works_there_is_not_asked_about() -> None:
    assert of(LetGo, reads(ANSWERED, officials=TEAM)) and of(LetGo, reads(ANSWERED, officials={}))


def test_where_nobody_is_left_the_cur_is_asked() -> None:
    alone = {OFFICIAL: LEFT[OFFICIAL]}
    assert WORDS in said(reads(ANSWERED, officials=alone, chats=facts().chats | {"roads": LISTED}), CUR_CHAT)


def test_what_has_begun_to_leave_leaves() -> None:
    held: Held = the(ANSWERED).held[0]
    member = appeal(code="1124-BBBB", incident=CODE, status=Status.MERGED)
    lead = replace(the(ANSWERED), incident=CODE, held=(replace(held, also=(member.code,)),))
    assert reads(ANSWERED, appeals=(lead,), members=(member,)).ignored == "ответ уже уходит"


@pytest.mark.parametrize("chats", [None, {}])
def test_what_has_nowhere_to_wait_the_cur_reads(chats: dict[str, Any] | None) -> None:
    """A correction of an answer (T18); a chat that is bound no more."""
    answered = appeal(status=Status.ANSWERED if chats is None else Status.IN_WORK, held=the(ANSWERED).held, version=3)
    more = {} if chats is None else {"chats": {CUR: facts().chats[CUR]}}
    decision = reads(ANSWERED, appeals=(answered,), **more)
    line = next(one for one in of(Edit, decision) if one.peer == ROADS_CHAT)
    assert line.text == texts_hearing.LEFT_BEFORE.format(code=CODE) and of(CancelSend, decision)
    assert WORDS in said(decision, CUR_CHAT) and not the(decision).held


# Read only when its author was gone already.


def late(text: str = WORDS, held: Appeal = WORK, **more: Any) -> Decision:
    known: dict[str, Any] = {"linked": held, "chat": LISTED, "officials": LEFT, "replied": CARD} | more
    event = replied(text, at=known.pop("at", NOW), late=known.pop("late", False), reply=Reply(7, -COMMUNITY))
    return decide(facts(now=NOW + timedelta(hours=1), **known), event)


@pytest.mark.parametrize(("text", "action"), [(WORDS, Action.ANSWER), ("Вопрос: какой подъезд?", Action.ASK)])
def test_what_he_wrote_while_he_worked_there_waits_for_a_colleague(text: str, action: Action) -> None:
    decision = late(text)
    after = the(decision)
    assert after.approval is not None and after.approval.action == action and not sends(decision, ANNA)
    assert "В чате этого сотрудника больше нет" in said(decision, ROADS_CHAT)


def test_of_anything_else_he_hears_what_he_always_did() -> None:
    strange = {OFFICIAL: replace(LEFT[OFFICIAL], standing=Standing.REFUSED)}
    for more in (
        {"at": NOW + timedelta(minutes=1)},
        {"text": "/принять"},
        {"replied": f"v1|{COMMUNITY}|due|{ROADS_CHAT}|3|0"},
        {"linked": None},
        {"officials": strange},
        {"officials": {COLLEAGUE: TEAM[COLLEAGUE]}},
    ):
        known = dict(more)
        decision = late(known.pop("text", WORDS), **known)
        assert said(decision, ROADS_CHAT) == texts_chat.NOT_ADMITTED and not decision.appeals


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (appeal(status=Status.ANSWERED), "автора в чате больше нет"),
        (appeal(chat=CUR_CHAT), "сейчас не у этого чата"),
    ],
)
def test_what_has_nowhere_to_wait_he_and_the_cur_read(held: Appeal, told: str) -> None:
    decision = late(held=held)
    assert told in said(decision, ROADS_CHAT) and WORDS in said(decision, CUR_CHAT) and not decision.appeals


def test_late_words_correct_no_answer_that_was_given_after_them() -> None:
    """Read when the bot had its rights again: the resident would read older words as a correction (T18)."""
    answered = appeal(status=Status.ANSWERED)
    decision = late(held=answered, officials=TEAM, late=True)
    assert "уже ответили" in said(decision, ROADS_CHAT) and WORDS in said(decision, CUR_CHAT)
    assert sends(late(held=answered, officials=TEAM), ANNA)
    assert sends(late(officials=TEAM, late=True), ANNA), "what waits for an answer gets it"


def test_a_second_persons_consent_vouches_for_whoever_left() -> None:
    """R39: that person has read the words."""
    drafted = say(WORDS, WORK, chat=LISTED, officials=TEAM, directory=STRICT)
    draft = the(drafted).approval
    assert draft is not None
    agreed = press(
        actions.APPROVE,
        f"{CODE}.{draft.number}",
        the(drafted),
        user=COLLEAGUE,
        chat=LISTED,
        officials=TEAM,
        directory=STRICT,
    )
    assert of(LetGo, reads(agreed, directory=STRICT))
