"""One gate for all: who may read one answer. In the offer, the press, the merge, and as the answer leaves (R32, I4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import LEAVE_TIMER, READ_BY, of_member
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from handlers.text import actions, texts
from handlers.views.joinable import Alone, may_be_joined, may_share, not_shared, why_alone
from states.decision import Decision
from states.dialogue import AddingTo, ChoosingSame, Draft, Preview, Step
from states.effects import CancelSend, Edit, Kind, LetGo, Send, SendHeld, StartTimer
from states.events import DeliveryOutcome, Did, PanelActed, SourceRead, TimerFired
from states.lifecycle.alerts import Alert
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Appeal, Piece, Status
from states.lifecycle.reasons import Note
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    OFFICIAL,
    READY,
    ROADS_CHAT,
    appeal,
    cur,
    dialogue,
    ended,
    facts,
    in_cur,
    labels,
    of,
    pushed,
    roads,
    said,
    sends,
    tapped,
    wrote,
)
from tests.handlers.in_chat import CODE, OTHER, press, say, the
from tests.small import COMMUNITY, NEVER, NOW, REGION

VERA = 1003
ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"
DIAGNOSIS = "Ваш приём 25 ноября, диагноз подтвердился"
ALARM = Piece(3, "Помогите, пахнет газом, задыхаемся")
PERSONAL: dict[str, tuple[dict[str, Any], Alone]] = {
    "health": ({"topic": "doctor"}, Alone.ANONYMOUS),
    "not public": ({"topic": "fire"}, Alone.TOPIC),
    "of no topic": ({"topic": "gone"}, Alone.TOPIC),
    "anonymous agency": ({"agency": "secret"}, Alone.ANONYMOUS),
    "crime": ({"notes": (Note.CRIME.value,)}, Alone.CRIME),
    "complaint": ({"notes": (Note.COMPLAINT.value,)}, Alone.COMPLAINT),
    "danger of a person": ({"pieces": (ALARM,)}, Alone.ALARM),
}
CASES = pytest.mark.parametrize(("more", "why"), list(PERSONAL.values()), ids=list(PERSONAL))


def member(**more: Any) -> Appeal:
    known = {"status": Status.MERGED, "incident": CODE, "chat": None, "card": "", "source": 9}
    return appeal(code=OTHER, resident=BORIS, **known | more)


LEAD = appeal(status=Status.IN_WORK, incident=CODE)
MEMBER = member()


def held(**more: Any) -> Held:
    known = {"cause": ANSWER, "action": "answer", "actor": OFFICIAL, "at": NOW, "peer": ROADS_CHAT, "cmid": 20}
    return Held(**known | more)


# The gate itself.


def test_a_public_trouble_may_be_shared() -> None:
    assert why_alone(REGION, appeal()) is None and may_share(REGION, appeal(), member())
    assert not_shared(REGION, appeal()) == ""


@CASES
def test_what_is_about_one_person_may_not(more: dict[str, Any], why: Alone) -> None:
    assert why_alone(REGION, appeal(**more)) is why
    assert not may_share(REGION, appeal(), appeal(**more)) and not may_share(REGION, appeal(**more))
    assert f"№{CODE} нельзя объединить" in not_shared(REGION, appeal(**more))


def test_a_topic_of_health_is_personal_whatever_else_stands_there() -> None:
    """A directory that was put into the database by hand is believed as little as any other."""
    sick = tuple(replace(topic, health=True) for topic in REGION.topics)
    assert why_alone(replace(REGION, topics=sick), appeal()) is Alone.TOPIC


def test_what_the_one_on_duty_was_told_of_is_answered_alone() -> None:
    assert why_alone(REGION, appeal(alert=Alert(NOW))) is Alone.ALARM


def test_rudeness_and_a_pause_are_no_secrets() -> None:
    assert may_share(REGION, appeal(notes=(Note.OBSCENE.value, Note.PAUSED.value)))


def test_danger_split_over_messages_is_heard() -> None:
    split = (Piece(3, "Помогите, задыхаемся,"), Piece(4, "пахнет газом"))
    assert why_alone(REGION, appeal(pieces=split)) is Alone.ALARM


@pytest.mark.parametrize(
    ("more", "agency", "may"),
    [
        ({}, "roads", True),
        ({"topic": "doctor"}, "health", False),
        ({"topic": None}, "roads", False),
        ({}, "secret", False),
        ({"pieces": (ALARM,)}, "roads", False),
        ({"pieces": (Piece(3, "Жалоба на Миндор"),)}, "roads", False),
    ],
)
def test_a_draft_is_asked_the_same(more: dict[str, Any], agency: str, may: bool) -> None:
    assert may_be_joined(facts(), replace(READY, **more), agency) is may


# The offer and the press.


def taps(action: str, *args: str, step: Step, draft: Draft = READY, **more: Any) -> Decision:
    return decide(facts(dialogue(step, draft), **{"number": "1124-NEWW"} | more), tapped(action, *args))


SICK = replace(READY, pieces=(Piece(3, "Не могу попасть к врачу"),), topic="doctor", address="ул. Мира, 1")
THEIRS = appeal(code=OTHER, resident=BORIS, created_at=NOW)


def offered(draft: Draft, theirs: Appeal, **more: Any) -> bool:
    decision = taps(actions.SEND, step=Preview(), draft=draft, similar=(theirs,), **more)
    return decision.dialogue is not None and decision.dialogue.step == ChoosingSame(OTHER, own=False)


def test_nobody_is_offered_anothers_visit_to_a_doctor() -> None:
    """The fault itself: two houses away, a health topic with `anonymous_card`."""
    theirs = replace(THEIRS, topic="doctor", agency="health", address="ул. Мира, 3")
    assert offered(READY, replace(THEIRS, address="ул. Мира, 3"))
    assert not offered(SICK, theirs)


@CASES
def test_what_is_personal_is_offered_to_nobody(more: dict[str, Any], why: Alone) -> None:
    theirs = replace(THEIRS, **more)
    assert not offered(replace(READY, topic=theirs.topic), theirs)


@CASES
def test_a_button_that_was_shown_before_joins_nobody(more: dict[str, Any], why: Alone) -> None:
    """The other one became personal meanwhile, or the directory was changed: it becomes a message of its own."""
    theirs = replace(THEIRS, **more)
    pressed = taps(actions.JOIN, OTHER, step=ChoosingSame(OTHER, own=False), similar=(theirs,))
    (new,) = pressed.appeals
    assert (new.code, new.incident, new.status) == ("1124-NEWW", "", Status.ROUTED)
    assert texts.JOINED not in said(pressed)


def test_joined_as_before_where_it_is_public() -> None:
    pressed = taps(actions.JOIN, OTHER, step=ChoosingSame(OTHER, own=False), similar=(THEIRS,))
    assert {one.incident for one in pressed.appeals} == {OTHER} and texts.JOINED in said(pressed)
    elsewhere = taps(actions.JOIN, OTHER, step=ChoosingSame(OTHER, own=False), similar=(THEIRS,), directory=NEVER)
    assert [one.incident for one in elsewhere.appeals] == [""]


# Merging.


APART = in_cur(topic="snow", agency="roads")


@CASES
def test_the_cur_cannot_merge_with_what_is_personal(more: dict[str, Any], why: Alone) -> None:
    lead = replace(THEIRS, **more)
    decision = say(f"/объединить {OTHER}", APART, chat=cur(), appeals=(APART, lead))
    assert not decision.appeals and f"№{OTHER} нельзя объединить" in said(decision, CUR_CHAT)


@CASES
def test_nor_is_it_asked_with_what(more: dict[str, Any], why: Alone) -> None:
    decision = say("/объединить", replace(APART, **more), chat=cur())
    assert not decision.appeals and f"№{CODE} нельзя объединить" in said(decision, CUR_CHAT)
    card = press(actions.MORE, CODE, replace(APART, **more), chat=cur())
    assert "Объединить" not in [label for one in of_shown(card) for label in labels(one)]


def of_shown(decision: Decision) -> list[Any]:
    return [one for one in decision.effects if isinstance(one, Edit | Send)]


def test_followers_of_an_older_incident_keep_it_from_joining() -> None:
    old = replace(APART, incident=CODE)
    sick = replace(MEMBER, notes=(Note.CRIME.value,), code="1124-CCCC", resident=VERA)
    decision = say(f"/объединить {OTHER}", old, chat=cur(), appeals=(old, THEIRS), members=(sick,))
    assert not decision.appeals and "№1124-CCCC нельзя объединить" in said(decision, CUR_CHAT)


def test_all_that_are_like_it_are_those_that_may_share() -> None:
    held_ = replace(APART, created_at=NOW)
    crime = replace(THEIRS, code="1124-CCCC", resident=VERA, notes=(Note.CRIME.value,))
    decision = say("/объединить", held_, chat=cur(), similar=(THEIRS, crime))
    (asked,) = [one for one in of_shown(decision) if "с каким сообщением" in one.text]
    assert labels(asked) == ["Снег на дороге · Миасс, Мира, 1", "Отмена"], "one of the two, so no «Похожие: 2»"


def test_the_panel_meets_the_same_gate() -> None:
    lead = replace(THEIRS, notes=(Note.COMPLAINT.value,))
    event = PanelActed(CUR_CHAT, OFFICIAL, CODE, Did.MERGE, NOW, whom=OTHER)
    decision = decide(facts(chat=cur(), appeals=(APART, lead)), event)
    assert decision.ignored is not None and f"№{OTHER} нельзя объединить" in decision.ignored


# As an answer leaves.


@CASES
def test_an_older_incident_answers_its_lead_only(more: dict[str, Any], why: Alone) -> None:
    decision = say(
        DIAGNOSIS, replace(LEAD, **more | {"agency": more.get("agency", "roads")}), members=(member(**more),)
    )
    assert sends(decision, ANNA) and not sends(decision, BORIS)


def test_only_the_one_that_is_personal_stays_apart() -> None:
    crime = member(notes=(Note.CRIME.value,))
    vera = replace(MEMBER, code="1124-CCCC", resident=VERA)
    decision = say("Дорогу почистили", LEAD, members=(crime, vera))
    assert sends(decision, VERA) and not sends(decision, BORIS)
    assert the(decision).held[0].also == ("1124-CCCC",)


def read_again(lead: Appeal, *members: Appeal, **more: Any) -> Decision:
    known = {"unsent": frozenset({ANSWER, of_member(ANSWER, OTHER), f"{of_member(ANSWER, OTHER)}.1"})} | more
    event = SourceRead(ROADS_CHAT, CODE, 20, "seen", None, False, NOW)
    return decide(facts(chat=roads(), appeals=(lead,), members=members, **known), event)


def waiting(**more: Any) -> tuple[Appeal, Appeal]:
    """Both wait for the half minute of one answer to be over."""
    lead = replace(LEAD, held=(held(seen="seen", also=(OTHER,)),))
    return lead, member(held=(held(cause=of_member(ANSWER, OTHER), seen="seen"),), **more)


def test_what_was_said_to_both_leaves_to_both() -> None:
    decision = read_again(*waiting())
    assert {one.cause for one in of(LetGo, decision)} == {
        ANSWER,
        of_member(ANSWER, OTHER),
        f"{of_member(ANSWER, OTHER)}.1",
    }
    assert the(decision).held[0].read and the(decision).held[0].also == (OTHER,)


@pytest.mark.parametrize("more", [{"directory": NEVER}, {}], ids=["the directory has changed", "a crime was added"])
def test_a_gate_that_closed_meanwhile_lets_only_the_lead_go(more: dict[str, Any]) -> None:
    lead, other = waiting(notes=() if more else (Note.CRIME.value,))
    decision = read_again(lead, other, **more)
    assert of(LetGo, decision) == [LetGo(ANSWER)]
    assert [one.cause for one in of(CancelSend, decision)] == [
        of_member(ANSWER, OTHER),
        f"{of_member(ANSWER, OTHER)}.1",
    ], "all parts of it"
    assert the(decision).held[0].also == () and the(decision, OTHER).held == ()
    assert the(decision, OTHER).version == other.version + 1


def test_whoever_was_kept_waits_under_the_next_lead() -> None:
    """R33: the answer arrives, and the one who did not get it leads from now on."""
    lead, other = waiting(notes=(Note.CRIME.value,))
    left = read_again(lead, other)
    after = facts(chat=roads(), appeals=(the(left),), members=(the(left, OTHER),))
    arrived = decide(after, ended(ANSWER, Kind.ANSWER, DeliveryOutcome.SENT))
    heir = the(arrived, OTHER)
    assert the(arrived).status is Status.ANSWERED
    assert (heir.status, heir.incident, heir.chat) == (Status.ROUTED, "", ROADS_CHAT)
    assert "рассматривают отдельно" in said(arrived, BORIS)


def test_words_to_several_that_stand_in_no_message_are_looked_at_as_well() -> None:
    """From the panel: nothing is read again, and the gate stands all the same."""
    event = PanelActed(ROADS_CHAT, OFFICIAL, CODE, Did.ANSWER, NOW, "Дорогу почистили")
    decision = decide(facts(chat=roads(), appeals=(LEAD,), members=(MEMBER,)), event)
    (cause,) = {one.cause for one in the(decision).held}
    assert {send.not_before for who in (ANNA, BORIS) for send in sends(decision, who)} == {NOW + READ_BY}
    (timer,) = of(StartTimer, decision)
    assert (timer.name, timer.key) == (LEAVE_TIMER, f"{CODE} {cause}")
    unsent = frozenset({cause, of_member(cause, OTHER)})
    known = {"chat": roads(), "appeals": (the(decision),), "members": (the(decision, OTHER),), "unsent": unsent}
    fired = TimerFired(timer.name, timer.key, timer.peer, timer.at)
    assert {one.cause for one in of(LetGo, decide(facts(**known), fired))} == unsent
    closed = decide(facts(**known, directory=NEVER), fired)
    assert of(LetGo, closed) == [LetGo(cause)] and of(CancelSend, closed) == [CancelSend(of_member(cause, OTHER))]


@pytest.mark.parametrize(
    "more",
    [
        {"appeals": ()},
        {"appeals": (LEAD,)},
        {"unsent": frozenset()},
        {"appeals": (replace(LEAD, held=(held(read=True),)),)},
    ],
)
def test_words_that_are_gone_do_not_leave_by_it(more: dict[str, Any]) -> None:
    """Taken back, left already."""
    known = {"chat": roads(), "appeals": (waiting()[0],), "unsent": frozenset({ANSWER})} | more
    decision = decide(facts(**known), TimerFired(LEAVE_TIMER, f"{CODE} {ANSWER}", ROADS_CHAT, NOW))
    assert decision.ignored == "этих слов уже нет"


def test_an_answer_to_one_leaves_as_before() -> None:
    event = PanelActed(ROADS_CHAT, OFFICIAL, CODE, Did.ANSWER, NOW, "Дорогу почистили")
    decision = decide(facts(chat=roads(), appeals=(appeal(status=Status.IN_WORK),)), event)
    (send,) = sends(decision, ANNA)
    assert send.not_before == NOW + facts().policy.undo and not of(StartTimer, decision)


# What is added later.


@pytest.mark.parametrize(
    ("text", "looked"), [("Ещё замёл сугроб", False), ("Это взятка чиновнику, вымогают взятку", True)]
)
def test_a_crime_told_later_is_looked_at_at_once(text: str, looked: bool) -> None:
    """Words said to several may be on their way to its author, or his answer to them."""
    mine = replace(LEAD, incident=CODE)
    decision = decide(facts(dialogue(AddingTo(CODE)), appeals=(mine,), leads={}), wrote(text))
    timers = [one for one in of(StartTimer, decision) if one.name == INCIDENTS_TIMER]
    assert bool(timers) is looked and all(one.at == NOW for one in timers)


# After a restore.


def test_a_copy_that_waited_in_an_older_file_is_not_sent_to_a_stranger() -> None:
    """delivery.md §13: people say what leaves, and the gate stands there too."""
    copy = member(held=(held(cause=of_member(ANSWER, OTHER), refused=True),))
    own = replace(copy, held=(held(),))
    apart = replace(copy, status=Status.WAITING, incident="")
    crime = replace(LEAD, notes=(Note.CRIME.value,))

    def presses(theirs: Appeal, **more: Any) -> Decision:
        known: dict[str, Any] = {"chat": roads(), "appeals": (theirs,), "leads": {CODE: LEAD}} | more
        return decide(facts(**known), pushed(actions.SEND_IT, f"{OTHER} 17"))

    for leaving in (presses(copy), presses(own, directory=NEVER)):
        assert of(SendHeld, leaving) == [SendHeld(17)]
    for refused in (
        presses(copy, directory=NEVER),
        presses(copy, leads={CODE: crime}),
        presses(apart, leads={}, directory=NEVER),
    ):
        assert not of(SendHeld, refused) and "нельзя объединить" in said(refused, ROADS_CHAT)


def test_an_official_reads_why_in_words() -> None:
    for more, _ in PERSONAL.values():
        told = not_shared(REGION, appeal(**more))
        assert told.endswith("прочтёт только его автор.") and "{" not in told and "doctor" not in told
