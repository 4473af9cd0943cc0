"""Several messages about one trouble: merged, separated, and nobody left behind (R32, R33)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle import incidents
from handlers.lifecycle.answering import of_member
from handlers.lifecycle.incidents import join
from handlers.text import actions, texts_chat
from states.decision import Decision
from states.effects import CancelSend, Edit, Kind, Send
from states.events import DeliveryOutcome
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.lifecycle.tasks import Job, Task
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    ended,
    facts,
    in_cur,
    labels,
    of,
    said,
    sends,
)  # fmt: skip
from tests.handlers.in_chat import CODE, OTHER, press, say, snack, the
from tests.small import COMMUNITY, NOW

THIRD, OLGA = "1124-CCCC", 1003
RUNS = Deadline(TermClock.FIRST_ANSWER, NOW, NOW + timedelta(hours=3))
LEAD = appeal(code=OTHER, resident=BORIS, source=9, card=f"v1|{COMMUNITY}|card|{BORIS}|9.roads|2")
APART = in_cur(topic="snow", agency="roads", pieces=(Piece(3, "У дома 5 тоже, звоните +7 912 345-67-89"),))
ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"


def member(code: str = THIRD, resident: int = OLGA, lead: str = OTHER, **more: Any) -> Appeal:
    known = {"status": Status.MERGED, "incident": lead, "chat": None, "card": "", "source": 12} | more
    return appeal(code=code, resident=resident, **known)


def merges(number: str = OTHER, held: Appeal = APART, lead: Appeal = LEAD, **more: Any) -> Decision:
    return say(f"/объединить {number}", held, chat=cur(), appeals=(held, lead), **more)


def test_a_message_joins_another_and_waits_for_its_answer() -> None:
    """R32: the leading one keeps its chat, card and clock."""
    decision = merges()
    joined, lead = the(decision), the(decision, OTHER)
    assert (joined.status, joined.incident, joined.chat, joined.card) == (Status.MERGED, OTHER, None, "")
    assert joined.deadline is None and lead.incident == OTHER and lead.leads
    assert (lead.status, lead.chat, lead.version) == (Status.ROUTED, ROADS_CHAT, 3)
    assert [(entry.code, entry.action, entry.reason) for entry in decision.history] == [(CODE, Action.MERGE, OTHER)]
    assert "рассмотрят вместе" in said(decision) and not sends(decision, BORIS)


def test_whoever_answers_reads_what_it_adds_without_numbers() -> None:
    """T12."""
    (added,) = sends(merges(), ROADS_CHAT)
    assert added.kind is Kind.ADDITION and "У дома 5 тоже" in added.text and "912" not in added.text
    assert added.appeal == CODE, "a reply to it finds its author, whom the leading one may have left by then"


def test_both_cards_tell_it() -> None:
    edits = {effect.peer: effect for effect in of(Edit, merges())}
    assert f"Рассматривается вместе с №{OTHER}" in edits[CUR_CHAT].text
    assert [one.command.action for row in edits[CUR_CHAT].keyboard.rows for one in row] == ["more"]
    assert "О том же написали и другие" in edits[ROADS_CHAT].text


def test_a_leading_one_that_joins_brings_those_that_it_leads() -> None:
    theirs = member(lead=CODE)
    over = member("1124-DDDD", 1004, CODE, status=Status.ANSWERED)
    decision = merges(held=replace(APART, incident=CODE), members=(theirs, over))
    assert the(decision, THIRD).incident == OTHER and "1124-DDDD" not in {one.code for one in decision.appeals}
    (card,) = (effect for effect in of(Edit, decision) if effect.peer == ROADS_CHAT)
    assert "Вместе с ним: 2 сообщения о том же" in card.text


def test_words_of_those_that_it_leads_come_with_it_into_another_chat() -> None:
    """R32: who answers has read everybody; where the chat is the same it has."""
    theirs = member(lead=CODE, pieces=(Piece(3, "И у нас во дворе"),))
    held = replace(APART, incident=CODE)
    told = [send.text for send in sends(merges(held=held, members=(theirs,)), ROADS_CHAT)]
    assert [one.split(".")[0] for one in told] == [
        f"К сообщению №{OTHER} присоединился ещё один житель (№{code})" for code in (CODE, THIRD)
    ]
    lead = replace(LEAD, chat=CUR_CHAT, agency=None)
    assert len(sends(merges(held=held, lead=lead, members=(theirs,)), CUR_CHAT)) == 2, "its own words and what was done"


def test_another_agency_reads_everybody_of_an_incident() -> None:
    """R32: nobody who joined is unread by who has to answer now; back in a chat, with each card of the leading one."""
    theirs = member(lead=CODE, pieces=(Piece(3, "И у нас во дворе"),))
    held, unread = replace(APART, incident=CODE), f"v1|{COMMUNITY}|addition|{OLGA}|7|0"
    known: dict[str, Any] = {"members": (theirs,), "unread": {THIRD: frozenset({unread})}}
    given = say("/направить Миндор", held, chat=cur(), **known)
    card, joined = sends(given, ROADS_CHAT)
    assert card.kind is Kind.CARD and "И у нас во дворе" in joined.text and joined.appeal == THIRD
    assert joined.cause.endswith(f"|{THIRD}.{CODE}.{the(given).cards}.{theirs.cards}|0")
    assert CancelSend(unread) in given.effects, "it stands in what the next chat reads"


def test_a_separated_one_has_no_words_on_their_way_to_the_others_chat() -> None:
    """I4: its own card in the ЦУР brings them."""
    held, unread = member(CODE, ANNA), f"v1|{COMMUNITY}|joined|{ROADS_CHAT}|{CODE}.{OTHER}.1.0|0"
    decision = separates(held, unread={CODE: frozenset({unread})})
    assert CancelSend(unread) in decision.effects and the(decision).chat == CUR_CHAT


def test_whoever_is_put_back_is_told_of_once_more() -> None:
    """R32: or the chat would not read that it answers him again; what it had not read yet was cancelled meanwhile."""
    joined = merges()
    apart = the(separates(the(joined)))
    again = merges(held=apart, lead=the(joined, OTHER))
    first, second = (added for decision in (joined, again) for added in sends(decision, ROADS_CHAT))
    assert first.text == second.text and first.cause != second.cause


@pytest.mark.parametrize("status", [Status.MERGED, Status.ANSWERED])
def test_a_reply_to_joined_words_answers_all_or_their_author(status: Status) -> None:
    """R32, I4: while they wait together, all; once he has his answer, nobody but him."""
    lead = replace(LEADING, status=status if status is Status.ANSWERED else Status.IN_WORK)
    where = ROADS_CHAT if status is Status.ANSWERED else None
    theirs = member(status=status, chat=where)
    cause = f"v1|{COMMUNITY}|joined|{ROADS_CHAT}|{THIRD}.{OTHER}.1.0|0"
    decision = say("Сделали вчера, проверили", theirs, leads={OTHER: lead}, members=(theirs,), replied=cause)
    to = {effect.peer for effect in of(Send, decision) if effect.kind is Kind.ANSWER}
    assert to == ({BORIS, OLGA} if status is Status.MERGED else {OLGA})


def test_the_history_of_what_leads_is_told_where_joined_words_are_asked_about() -> None:
    """R32: the agency holds the leading one; only «/отделить» is about the one that joined it."""
    cause = f"v1|{COMMUNITY}|joined|{ROADS_CHAT}|{THIRD}.{OTHER}.1.0|0"
    lines = (History(OTHER, 2, NOW, OFFICIAL, Action.ACCEPT, Status.ROUTED, Status.IN_WORK),)
    known: dict[str, Any] = {"leads": {OTHER: LEADING}, "members": (member(),), "replied": cause, "history": lines}
    assert OTHER in said(say("/история", member(), **known), ROADS_CHAT)
    apart = say("/отделить", member(), chat=cur(), **known)
    assert the(apart, THIRD).status is Status.WAITING


def test_a_reply_to_words_of_one_that_is_led_by_nobody_known_is_told_so() -> None:
    cause = f"v1|{COMMUNITY}|joined|{ROADS_CHAT}|{THIRD}.{OTHER}.1.0|0"
    assert said(say("Сделали вчера", member(), replied=cause), ROADS_CHAT) == texts_chat.NOT_A_CARD


def test_a_member_is_joined_through_the_one_that_leads_it() -> None:
    decision = merges(THIRD, lead=member(), leads={OTHER: LEAD})
    assert the(decision).incident == OTHER


def test_one_that_waits_without_a_chat_is_joined_without_a_word_to_a_chat() -> None:
    decision = merges(lead=replace(LEAD, status=Status.WAITING, chat=None, card=""))
    assert the(decision).status is Status.MERGED and not sends(decision, ROADS_CHAT)


@pytest.mark.parametrize(
    "number, lead, said_back",
    [
        ("1124-XXXX", LEAD, texts_chat.WRONG_NUMBER),
        (OTHER, replace(LEAD, status=Status.ANSWERED), texts_chat.WRONG_NUMBER),
        (CODE, LEAD, texts_chat.SAME_NUMBER),
        (OTHER, replace(LEAD, resident=ANNA), f"В №{OTHER} уже есть сообщение того же жителя"),
    ],
    ids=["no such number", "over", "itself", "the same resident"],
)
def test_what_cannot_be_joined_is_said(number: str, lead: Appeal, said_back: str) -> None:
    decision = merges(number, lead=lead)
    assert not decision.appeals and said_back in said(decision, CUR_CHAT)


def test_nobody_is_answered_twice_by_one_answer() -> None:
    """R32: each resident once, however incidents come together."""
    decision = merges(members=(member(resident=ANNA),))
    assert not decision.appeals and "отметьте" in said(decision, CUR_CHAT).casefold()


def test_nobody_joins_an_incident_that_he_is_part_of() -> None:
    """Asked by the resident himself: then it is sent on its own (handlers/resident/sending.py)."""
    new = replace(APART, status=Status.WAITING)
    here = facts(members=(member(resident=ANNA),))
    assert join(here, new, replace(LEAD, incident=OTHER), ANNA) is None
    assert join(facts(), replace(new, status=Status.ANSWERED), LEAD, ANNA) is None
    assert join(facts(), new, LEAD, ANNA) is not None


def test_its_own_follower_is_no_other() -> None:
    held = replace(APART, incident=CODE)
    theirs = member(lead=CODE)
    decision = merges(THIRD, held=held, lead=theirs, leads={CODE: held}, members=(theirs,))
    assert said(decision, CUR_CHAT) == texts_chat.SAME_NUMBER


def test_what_is_over_is_not_joined() -> None:
    decision = merges(held=replace(APART, status=Status.ANSWERED))
    assert not decision.appeals and "Сейчас так сделать нельзя" in said(decision, CUR_CHAT)


def test_dialogues_about_what_was_merged_are_over() -> None:
    held = replace(APART, tasks=(Task(CUR_CHAT, OFFICIAL, Job.ANSWER, NOW),))
    assert the(merges(held=held)).tasks == ()


# Separated again.


def separates(held: Appeal, **more: Any) -> Decision:
    return press(actions.SEPARATE, held.code, held, chat=cur(), **more)


def test_another_problem_after_all_goes_to_the_cur_with_a_card_and_a_clock() -> None:
    held = member(CODE, ANNA)
    decision = separates(held, leads={OTHER: replace(LEAD, incident=OTHER)}, members=(held, member()))
    after = the(decision)
    assert (after.status, after.incident, after.chat, after.by_hand) == (Status.WAITING, "", CUR_CHAT, True)
    assert after.deadline is not None and after.deadline.clock is TermClock.ROUTE
    assert "рассматривают отдельно" in said(decision) and f"Отделено от №{OTHER}" in said(decision, CUR_CHAT)
    (card,) = of(Edit, decision)
    assert card.peer == ROADS_CHAT and "О том же написали и другие" in card.text, "of two no count is told"
    assert the(decision, OTHER).version == 3


def test_without_the_leading_one_at_hand_it_is_separated_all_the_same() -> None:
    assert [one.code for one in separates(member(CODE, ANNA)).appeals] == [CODE]


def test_only_what_is_merged_is_separated() -> None:
    decision = say("/отделить", replace(APART, status=Status.ANSWERED, incident=OTHER), chat=cur())
    assert not decision.appeals and "ни с чем не объединено" in said(decision, CUR_CHAT)


# The leading one ends.

LEADING = appeal(code=OTHER, resident=BORIS, source=9, incident=OTHER, deadline=RUNS, status=Status.IN_WORK)


def arrives(lead: Appeal, *members: Appeal, outcome: DeliveryOutcome = DeliveryOutcome.SENT) -> Decision:
    here = facts(appeals=(lead,), members=members)
    return decide(here, ended(ANSWER, Kind.ANSWER, outcome, peer=lead.resident, appeal=lead.code))


def saying(one: Appeal, action: str = Action.ANSWER, cause: str = ANSWER, **more: Any) -> Appeal:
    return replace(one, held=(Held(cause, action, OFFICIAL, NOW, ROADS_CHAT, 20, "Готово", **more),))


def test_who_joined_after_the_answer_was_written_gets_one_of_his_own() -> None:
    """The oldest leads from now on, where the first one was; everybody else follows (R33)."""
    late = member(created_at=NOW + timedelta(hours=1))
    later = member("1124-DDDD", 1004, created_at=NOW + timedelta(hours=2))
    decision = arrives(saying(LEADING), later, late)
    assert the(decision, OTHER).status is Status.ANSWERED
    heir = the(decision, THIRD)
    assert (heir.status, heir.chat, heir.incident) == (Status.ROUTED, ROADS_CHAT, THIRD)
    assert the(decision, "1124-DDDD").incident == THIRD and the(decision, "1124-DDDD").version == 3
    assert [(entry.code, entry.action) for entry in decision.history] == [
        (OTHER, Action.ANSWER), (THIRD, Action.SEPARATE), (THIRD, Action.ROUTE),
    ]  # fmt: skip
    assert "О том же написали и другие" in said(decision, ROADS_CHAT) and "отдельно" in said(decision, OLGA)


def test_who_was_answered_with_others_is_held_by_the_chat_that_answered() -> None:
    """R26: what he adds afterwards goes to whoever answered him."""
    told = saying(member(), cause=of_member(ANSWER, THIRD))
    decision = decide(facts(appeals=(told,)), ended(of_member(ANSWER, THIRD), Kind.ANSWER, peer=OLGA, appeal=THIRD))
    after = the(decision, THIRD)
    assert (after.status, after.chat, after.card) == (Status.ANSWERED, ROADS_CHAT, "")


def test_who_is_answered_by_it_waits_for_that() -> None:
    told = saying(member(), cause=of_member(ANSWER, THIRD))
    assert [one.code for one in arrives(saying(LEADING), told).appeals] == [OTHER]


@pytest.mark.parametrize("action", [Action.INTERIM, Action.ASK])
def test_an_interim_answer_or_a_question_ends_nothing(action: Action) -> None:
    decision = arrives(saying(LEADING, action, until=NOW + timedelta(days=2)), member())
    assert [one.code for one in decision.appeals] == [OTHER]


def test_a_single_heir_leads_nobody() -> None:
    assert the(arrives(saying(LEADING), member()), THIRD).incident == ""


def test_one_whom_the_words_did_not_reach_does_not_wait_for_ever() -> None:
    """Its leading one may be answered by now: a person of the ЦУР looks after it."""
    cause = of_member(ANSWER, THIRD)
    lost = saying(member(), cause=cause)
    event = ended(cause, Kind.ANSWER, DeliveryOutcome.SET_ASIDE, peer=OLGA, appeal=THIRD, code=100)
    decision = decide(facts(appeals=(lost,)), event)
    apart = the(decision, THIRD)
    assert (apart.status, apart.incident, apart.chat, apart.leaving) == (Status.WAITING, "", CUR_CHAT, ())
    assert "Не доставлен ответ по №1124-CCCC" in said(decision, CUR_CHAT) and not of(Edit, decision)


def test_news_and_promises_that_did_not_reach_one_change_nothing_for_him() -> None:
    cause = of_member(ANSWER, THIRD)
    for action in ("news", Action.INTERIM):
        lost = saying(member(), action, cause)
        decision = decide(
            facts(appeals=(lost,)), ended(cause, Kind.ANSWER, DeliveryOutcome.SET_ASIDE, peer=OLGA, appeal=THIRD)
        )
        assert (the(decision, THIRD).status, the(decision, THIRD).leaving) == (Status.MERGED, ())
        assert "Не доставлен ответ" in said(decision, CUR_CHAT), "though the line in the chat is about the leading one"


def test_news_that_arrive_move_nothing() -> None:
    decision = arrives(saying(LEADING, "news"))
    assert (the(decision, OTHER).status, the(decision, OTHER).held, decision.history) == (Status.IN_WORK, (), ())
    (told,) = of(Edit, decision)
    assert told.text.startswith("✓ Текст для всех по №1124-BBBB доставлен жителю")


def test_a_promise_to_all_arrives_at_those_that_wait_without_moving_them() -> None:
    """A merged one has no clock of its own."""
    cause = of_member(ANSWER, THIRD)
    told = saying(member(), Action.INTERIM, cause)
    decision = decide(facts(appeals=(told,)), ended(cause, Kind.ANSWER, peer=OLGA, appeal=THIRD))
    assert (the(decision, THIRD).status, the(decision, THIRD).held) == (Status.MERGED, ())


def test_the_button_of_a_card_separates_without_a_word_to_nobody() -> None:
    assert snack(separates(member(CODE, ANNA))) == ""


def test_an_answer_to_seven_is_told_as_one_to_seven() -> None:
    lead = saying(LEADING)
    lead = replace(lead, held=(replace(lead.held[0], also=tuple(f"1124-CCC{n}" for n in range(2, 8))),))
    lines = [edit.text for edit in of(Edit, arrives(lead))]
    assert any(line.startswith("✓ Ответ по №1124-BBBB отправлен 7 жителям в ") for line in lines)


# The ЦУР merges by buttons.

WATER = in_cur(topic="snow", created_at=NOW)


def outage(number: int, **more: Any) -> Appeal:
    """Another house of the same street, with the ЦУР, an hour apart."""
    known = {
        "code": f"1124-W{number:03d}",
        "resident": 2000 + number,
        "source": 20 + number,
        "address": f"ул. Мира, {number + 1}",
        "pieces": (Piece(3, f"Другое {number}"),),
    }
    card = f"v1|{COMMUNITY}|card|{2000 + number}|{20 + number}.cur|1"
    return in_cur(**{"topic": "snow", "created_at": NOW - timedelta(hours=number), "card": card} | known | more)


def test_the_cur_is_offered_what_is_like_it_and_all_of_it_at_once() -> None:
    """E.3: nobody types numbers."""
    asked = press(actions.MERGE, held=WATER, chat=cur(), similar=(outage(1), outage(2), outage(60)))
    (question,) = sends(asked, CUR_CHAT)
    one, other = "Снег на дороге · Миасс, Мира, 3", "Снег на дороге · Миасс, Мира, 2"
    assert labels(question) == ["Похожие: 2", one, other, "Отмена"]
    alone = press(actions.MERGE, held=WATER, chat=cur(), similar=(outage(1),))
    assert labels(sends(alone, CUR_CHAT)[0]) == ["Снег на дороге · Миасс, Мира, 2", "Отмена"]


def picks(choice: str, *similar: Appeal, held: Appeal = WATER, **more: Any) -> Decision:
    task = Task(CUR_CHAT, OFFICIAL, Job.MERGE, NOW, prompt="p")
    held = replace(held, tasks=(task,))
    return press(actions.PICK, f"{held.code} number {choice}", held, chat=cur(), similar=similar, replied="p", **more)


def test_all_that_are_alike_join_the_oldest_with_one_button() -> None:
    decision = picks("all", outage(1), outage(2))
    lead = the(decision, "1124-W002")
    assert lead.leads and lead.status is Status.WAITING and lead.version == outage(2).version + 1
    joined = {one.code: one for one in decision.appeals if one.code != lead.code}
    assert {one.incident for one in joined.values()} == {lead.code} and set(joined) == {WATER.code, "1124-W001"}
    assert all(one.status is Status.MERGED for one in joined.values())
    assert {entry.code for entry in decision.history} == set(joined)
    assert any("С №1124-W002 объединили ещё 2 сообщения" in one.text for one in of(Edit, decision))
    assert "рассмотрят вместе" in said(decision, ANNA) and "рассмотрят вместе" in said(decision, 2001)
    edits = [edit for edit in of(Edit, decision) if edit.target == lead.card]
    assert len(edits) == 1 and "Вместе с ним: 2 сообщения" in edits[0].text


def test_an_incident_that_is_there_leads_whatever_its_age() -> None:
    leading = replace(LEAD, incident=OTHER, address="ул. Мира, 40", created_at=NOW)
    follower = member(address="ул. Мира, 41")
    decision = picks("all", leading, outage(3), members=(follower,))
    assert the(decision, OTHER).leads and {one.incident for one in decision.appeals} == {OTHER}


def test_of_one_residents_two_messages_none_joins_the_other() -> None:
    """R32: one is a repeat; nothing is left to merge."""
    twice = (outage(1, resident=2002), outage(2))
    assert {one.code for one in picks("all", *twice).appeals} == {WATER.code, "1124-W002"}
    again = outage(5, resident=ANNA)
    assert snack(picks("all", again, again)) == texts_chat.NOT_THAT
    gone = incidents.merge_all(facts(chat=cur()), WATER, OFFICIAL)
    assert gone.ignored == texts_chat.NOTHING_ALIKE


def test_one_of_them_is_picked_by_its_name() -> None:
    decision = picks("1124-W001", outage(1), outage(2), appeals=(WATER, outage(1)))
    assert the(decision).incident == "1124-W001"


def test_news_go_to_everybody_from_any_message_of_the_incident() -> None:
    """E.3: `/всем` in reply to the card of one that is merged."""
    lead = in_cur(code=OTHER, resident=BORIS, incident=OTHER, topic="snow")
    mine = member(CODE, ANNA)
    decision = say(
        "/всем Насос меняют",
        mine,
        chat=cur(),
        leads={OTHER: lead},
        members=(mine,),
        replied=f"v1|{COMMUNITY}|card|1|3|0",
    )
    assert {send.peer for send in sends(decision) if send.kind is Kind.ANSWER} == {ANNA, BORIS}
    assert the(decision, OTHER).held
