"""The checks of the walks find what they are for: each is shown a decision or a world that breaks it."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.lifecycle.acting import TIMERS
from states.decision import Decision
from states.dialogue import AskingText, Doubted, Draft, Idle, Preview, Refused
from states.effects import AnswerButton, CancelSend, Kind, Send, Source
from states.events import ButtonPressed, Event
from states.lifecycle.answers import Held as Words
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.lifecycle.tasks import Job, Task
from states.messages import Command, Message
from states.people.chats import CUR
from states.worktime.deadlines import TermClock
from tests.transcripts.pure import RESIDENTS
from tests.transcripts.pure_lines import Held
from tests.transcripts.stage import Words as Spoken
from tests.walks import checks
from tests.walks.people import People
from tests.walks.world import ANNA, BORIS, ROADS, World

PRESSED: Event = ButtonPressed("e", 2_000_000_001, 2001, 7, Command("accept"), World.new(random.Random(1)).now)


@pytest.fixture
async def world() -> World:
    """Two residents, a message of each with the roads ministry or whoever answers."""
    chance = random.Random(3)
    world = World.new(chance)
    people = People(world, chance)
    for who in (ANNA, BORIS):
        await people.write(who, people_words(people, who))
        await world.wait(5)
        for _ in range(9):
            if any(appeal.resident == RESIDENTS[who] for appeal in world.appeals.values()) or not await people.goes_on(
                who
            ):
                break
            await world.wait(5)
    assert len(world.appeals) == 2
    return world


def people_words(people: People, who: str) -> Spoken:
    where = "Миасс, ул. Мира, 1" if who == ANNA else "Аша, ул. Труда, 9"
    return Spoken(people.tagged(who, f"Снег не убирают, {where}."))


def of(world: World, who: str) -> Appeal:
    return next(appeal for appeal in world.appeals.values() if appeal.resident == RESIDENTS[who])


def send(peer: int, appeal: Appeal, text: str = "слова", **more: Any) -> Send:
    return Send(peer, more.pop("cause", "v1|101|status|1|x|0"), text, appeal=appeal.code, **more)


def moved(appeal: Appeal, **more: Any) -> Appeal:
    return replace(appeal, version=appeal.version + 1, **more)


BROKEN: dict[str, Callable[[World], Decision]] = {
    "R34: a status without a line": lambda world: Decision(appeals=(moved(of(world, ANNA), status=Status.CLOSED),)),
    "R34: a move that is not in the table": lambda world: Decision(
        appeals=(moved(of(world, ANNA), status=Status.CLOSED),),
        history=(line(of(world, ANNA), Action.EXPIRE, Status.CLOSED),),
    ),
    "I6: no new version": lambda world: Decision(appeals=(of(world, ANNA),)),
    "I6: changed twice": lambda world: Decision(appeals=(moved(of(world, ANNA)), moved(of(world, ANNA)))),
    "R44: to another resident": lambda world: Decision(effects=(send(RESIDENTS[BORIS], of(world, ANNA)),)),
    "R44: another's number": lambda world: Decision(
        effects=(send(RESIDENTS[ANNA], of(world, ANNA), f"№{of(world, BORIS).code}"),)
    ),
    "R22: to a chat that does not have it": lambda world: Decision(
        effects=(send(world.peers["miass-gorod"], of(world, BORIS), source=source(world)),)
    ),
    "R25: sent by no press of its resident": lambda world: Decision(
        appeals=(replace(of(world, ANNA), code="1124-NEW1", version=1),),
        history=(
            replace(line(of(world, ANNA), Action.SUBMIT, Status.ROUTED), code="1124-NEW1", version=1, before=None),
        ),
    ),
    "R36: nobody hears": lambda world: Decision(
        appeals=(moved(of(world, ANNA), status=Status.IN_WORK),),
        history=(line(of(world, ANNA), Action.ACCEPT, Status.IN_WORK),),
    ),
    "": lambda world: Decision(effects=(send(RESIDENTS[ANNA], of(world, ANNA), "a text that VK refuses" * 900),)),
    "vk-api.md: a snackbar that VK cuts": lambda _: Decision(effects=(AnswerButton("e", 1, 2, "я" * 91),)),
    "ignored is nothing": lambda world: Decision(ignored="нет", effects=(send(RESIDENTS[ANNA], of(world, ANNA)),)),
}


def source(world: World) -> Source:
    return Source(RESIDENTS[BORIS], (1,))


def line(appeal: Appeal, action: Action, after: Status) -> History:
    return History(appeal.code, appeal.version + 1, appeal.created_at, 1, action, appeal.status, after)


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_decision_that_breaks_a_rule_is_found(broken: str, world: World) -> None:
    checks.decision(world, PRESSED, Decision())
    with pytest.raises(AssertionError, match=broken.partition(":")[0] or None):
        checks.decision(world, PRESSED, BROKEN[broken](world))


def changes(world: World, **more: Any) -> None:
    one = of(world, ANNA)
    world.appeals[one.code] = replace(one, **more)


WRONG: dict[str, Callable[[World], None]] = {
    "R46: the clock of another": lambda world: changes(world, deadline=replace(clock(world), clock=TermClock.QUESTION)),
    "R46: no clock": lambda world: changes(world, deadline=None),
    "R51: a reminder is missing": lambda world: drop(world, "due_breach"),
    "R51: a reminder at another time": lambda world: changes(
        world, deadline=replace(clock(world), due_at=clock(world).due_at + timedelta(hours=5))
    ),
    "R42: nobody ends an answer's term": lambda world: answered(world),
}


def clock(world: World) -> Any:
    return of(world, ANNA).deadline


def answered(world: World) -> None:
    for name in TIMERS.values():
        world.timers.pop((name, of(world, ANNA).code), None)
    changes(world, status=Status.ANSWERED, deadline=None)


def drop(world: World, name: str) -> None:
    del world.timers[name, of(world, ANNA).code]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_clock_that_is_wrong_is_found(wrong: str, world: World) -> None:
    checks.clocks(world, of(world, ANNA))
    WRONG[wrong](world)
    with pytest.raises(AssertionError, match=wrong.partition(":")[0]):
        checks.clocks(world, of(world, ANNA))


def lie(world: World) -> None:
    found = checks.card_line(world, of(world, ANNA))
    assert found is not None
    found[1].raw["text"] = found[1].raw["text"].replace("Состояние: ", "Состояние: не ")


def stale_buttons(world: World) -> None:
    found = checks.card_line(world, of(world, ANNA))
    assert found is not None
    found[1].buttons = found[1].buttons[:1]


LEFT: dict[str, Callable[[World], None]] = {
    "a card that lies": lie,
    "a card with other buttons": stale_buttons,
    "an incident without a lead": lambda world: changes(world, status=Status.MERGED, incident="1124-NONE", chat=None),
    "words that never come": lambda world: changes(
        world, held=(Words("v1|101|answer|1|1|0", Action.ANSWER, 1, world.now),)
    ),
    "a dialogue of a chat that has it no more": lambda world: changes(
        world, tasks=(Task(world.peers["miass-gorod"], 2002, Job.ANSWER, world.now),)
    ),
    "R39: nothing waits for consent": lambda world: changes(world, status=Status.APPROVAL),
}


@pytest.mark.parametrize("left", LEFT)
async def test_what_is_left_over_or_untrue_is_found(left: str, world: World) -> None:
    checks.at_rest(world)
    LEFT[left](world)
    with pytest.raises(AssertionError):
        checks.at_rest(world)


async def test_an_appeal_that_nobody_can_go_on_with_is_found(world: World) -> None:
    """No button, no message, no timer."""
    one = of(world, ANNA)
    assert checks.reachable(world, one)
    for key in [key for key in world.timers if key[1] == one.code]:
        del world.timers[key]
    world.blocked |= {world.peers[ROADS]: 917, world.peers[CUR]: 917}
    with pytest.raises(AssertionError, match="nobody can go on"):
        checks.next_step(world, one)


async def test_a_word_of_a_resident_that_is_nowhere_is_found(world: World) -> None:
    """I14: on a card, in a draft, kept or said back; nobody looks for it where it was never let in."""
    peer = RESIDENTS[ANNA]
    told = Message(peer, 999, peer, world.now, "ещё и фонарь т77к")
    with pytest.raises(AssertionError, match="I14"):
        checks.words_kept(world, told, Decision())
    checks.words_kept(world, told, Decision(effects=(send(peer, of(world, ANNA), "«фонарь т77к» не нашли"),)))
    draft = Draft(meant=Piece(999, told.text))
    world.dialogues[peer] = replace(world.dialogues[peer], draft=draft)
    checks.words_kept(world, told, Decision())
    world.dialogues[peer] = replace(world.dialogues[peer], draft=Draft(), consent="")
    checks.words_kept(world, told, Decision())


async def test_a_silence_after_a_resident_is_found(world: World) -> None:
    peer = RESIDENTS[ANNA]
    told = Message(peer, 999, peer, world.now, "ещё и фонарь")
    with pytest.raises(AssertionError, match="silence"):
        checks.answered(world, told, Decision())
    checks.answered(world, told, Decision(effects=(send(peer, of(world, ANNA)),)))


async def test_words_that_are_kept_before_a_consent_are_found(world: World) -> None:
    """R7, R10: in the draft, as a step, beside it, as a message."""
    peer, agreed = RESIDENTS[ANNA], world.dialogues[RESIDENTS[ANNA]]
    kept = Draft(pieces=(Piece(1, "яма"),))
    world.appeals.clear()
    stranger = replace(agreed, consent="", step=Refused(), draft=Draft(), doubted=None)
    doubted = Doubted(kept.pieces)
    wrong = ({"draft": kept}, {"step": AskingText()}, {"doubted": doubted})
    for changed, fine in [({}, True), *((one, False) for one in wrong)]:
        world.dialogues[peer] = replace(stranger, **changed)
        with nullcontext() if fine else pytest.raises(AssertionError, match="R7"):
            checks.nothing_before_consent(world, peer)


async def test_a_message_that_is_sent_before_a_consent_is_found(world: World) -> None:
    """R7."""
    peer = RESIDENTS[ANNA]
    checks.nothing_before_consent(world, peer)
    world.dialogues[peer] = replace(world.dialogues[peer], consent="", step=Idle(), draft=Draft(), doubted=None)
    with pytest.raises(AssertionError, match="R7"):
        checks.nothing_before_consent(world, peer)


async def test_a_step_that_nothing_leads_back_from_is_found(world: World) -> None:
    dialogue = world.dialogues[RESIDENTS[ANNA]]
    for step, fine in ((Idle(), True), (Preview(), False)):
        world.dialogues[RESIDENTS[ANNA]] = replace(dialogue, step=step)
        with nullcontext() if fine else pytest.raises(AssertionError, match="no way back"):
            checks.outside(world, RESIDENTS[ANNA])


async def test_words_that_reach_another_than_they_were_meant_for_are_found(world: World) -> None:
    """R44."""
    world.allowed["т99к"] = frozenset({RESIDENTS[ANNA]})
    good = send(RESIDENTS[ANNA], of(world, ANNA), "Готово т99к", kind=Kind.ANSWER)
    checks.leaving(world, good)
    with pytest.raises(AssertionError, match="R44"):
        checks.leaving(world, replace(good, peer=RESIDENTS[BORIS]))
    with pytest.raises(AssertionError, match="R44"):
        checks.leaving(world, replace(good, text=f"слова {next(iter(world.whose_tag))}", peer=RESIDENTS[BORIS]))


async def test_words_of_a_resident_in_a_chat_that_has_them_no_more_are_found(world: World) -> None:
    """I4, R22."""
    one = of(world, ANNA)
    words = send(one.chat or 0, one, "Ещё яма", kind=Kind.ADDITION, source=Source(one.resident, (9,)))
    checks.leaving(world, words)
    for peer, fine in ((world.peers[CUR], True), (world.peers["miass-gorod"], False)):
        with nullcontext() if fine else pytest.raises(AssertionError, match="I4"):
            checks.leaving(world, replace(words, peer=peer))


async def test_words_of_who_is_answered_with_others_are_read_where_those_are(world: World) -> None:
    """R32, I4: in the chat of whoever leads them, in no other, also when that has just come to it."""
    lead, peer = of(world, ANNA), world.peers["miass-gorod"]
    member = world.appeals[of(world, BORIS).code] = replace(
        of(world, BORIS), status=Status.MERGED, incident=lead.code, chat=None
    )
    words = send(lead.chat or 0, member, "Ещё яма", kind=Kind.ADDITION, source=Source(member.resident, (9,)))
    checks.leaving(world, words)
    checks.addressed(world, Decision(appeals=(replace(lead, chat=peer),)), replace(words, peer=peer))
    with pytest.raises(AssertionError, match="I4"):
        checks.leaving(world, replace(words, peer=peer))
    with pytest.raises(AssertionError, match="R22"):
        checks.addressed(world, Decision(), replace(words, peer=peer))


async def test_only_who_goes_on_with_his_own_words_says_them_to_whoever_has_joined_by_then(world: World) -> None:
    """R32, R44: not a colleague, and not by another press; to the others they were not said."""
    people, peer, lead = People(world, random.Random(1)), world.peers[ROADS], of(world, ANNA)
    card = world.sent[lead.card][1]
    said = people.meant(peer, card, "Какой это подъезд?")
    await world.write_in(ROADS, 1, Spoken(said, reply_to=card))
    (task,) = of(world, ANNA).tasks
    (tag,), (_, question) = checks.TAG.findall(task.text), world.sent[task.prompt]
    world.appeals[of(world, BORIS).code] = replace(of(world, BORIS), status=Status.MERGED, incident=lead.code)
    people.agreed(peer, 2002, question)
    people.agreed(peer, 2001, card)
    assert world.allowed[tag] == {RESIDENTS[ANNA]}
    people.agreed(peer, 2001, question)
    assert world.allowed[tag] == {RESIDENTS[ANNA], RESIDENTS[BORIS]}


async def test_words_that_are_taken_back_from_some_only_are_found(world: World) -> None:
    """T6."""
    cause, theirs = "v1|101|answer|2000000001|9|0", "v1|101|answer|2000000001|9.1124-2BSK|0"
    for who, one in ((ANNA, cause), (BORIS, theirs)):
        world.outbox[one] = Held(send(RESIDENTS[who], of(world, who), cause=one))
    event = ButtonPressed("e", world.peers[ROADS], 2001, 7, Command("undo", cause), world.now)
    both = Decision(effects=(CancelSend(cause), CancelSend(theirs)))
    checks.decision(world, event, both)
    with pytest.raises(AssertionError, match="T6"):
        checks.decision(world, event, replace(both, effects=both.effects[:1]))


async def test_a_button_that_does_nothing_is_found(world: World) -> None:
    found = checks.card_line(world, of(world, ANNA))
    assert found is not None
    where = world.sent[of(world, ANNA).card]
    checks.buttons(world, where, world.statuses())
    changes(world, status=Status.CLOSED)
    with pytest.raises(AssertionError, match="does nothing"):
        checks.buttons(world, where, world.statuses())
