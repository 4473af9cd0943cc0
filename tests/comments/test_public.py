"""An official's answer under a comment, at the core: shown as it will stand, once, never a personal fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from features.comments import texts
from features.comments.handlers import INVITE, UNDO, cause_under
from features.comments.model.asked import CommentAsked, CommentFacts
from features.comments.model.public import PublicRefusal, refusal
from features.comments.rules import RULES
from handlers.decide import decide
from handlers.needs import needs
from states.decision import Decision
from states.effects import AnswerButton, CancelSend, CancelTimer, Edit, Kind, Send
from states.events import CommentChange, DeliveryEnded, DeliveryOutcome, MessageNew
from states.messages import Message
from states.people.comments import WALLS, Comment, Marks, wall_peer
from tests.comments.test_handlers import ANSWERS, LINK, NUMBER, POST, event, kept
from tests.handlers.given import CUR_CHAT, OFFICIAL, ROADS_CHAT, cur, facts, labels, of, pushed, sends
from tests.handlers.in_chat import works
from tests.small import NOW, POLICY, SmallFinder

TEXT = "Засыпем в понедельник, 30 ноября."
PEOPLE = {OFFICIAL: works(OFFICIAL, "Анна Лис", CUR_CHAT)}


def typed(text: str = TEXT, link: str = LINK) -> MessageNew:
    return MessageNew(Message(CUR_CHAT, 10, OFFICIAL, NOW, f"/под {link} {text}"))


def answers(said: MessageNew, comment: Comment | None = None, **more: Any) -> Decision:
    known: dict[str, Any] = {"rules": RULES, "policy": ANSWERS, "chat": cur(), "officials": PEOPLE} | more
    found = CommentFacts(more.pop("known", comment or kept()))
    known.pop("known", None)
    return decide(facts(answers={CommentAsked: found}, **known), said)


def held() -> Send:
    (said,) = [one for one in sends(answers(typed())) if one.peer in WALLS]
    return said


def told(decision: Decision) -> str:
    (said,) = sends(decision)
    return said.text


def test_it_is_shown_as_it_will_stand_and_can_be_taken_back() -> None:
    decision = answers(typed())
    said, line = sends(decision)
    assert (said.peer, said.reply_to, said.thread, said.text) == (wall_peer(POST), NUMBER, NUMBER, TEXT)
    assert (
        said.kind is Kind.COMMENT and said.report and said.not_before == NOW + timedelta(seconds=30) and not said.link
    )
    assert line.peer == CUR_CHAT and f"«{TEXT}»" in line.text and "30 секунд" in line.text and LINK in line.text
    assert labels(line) == ["Отменить"] and decision.comments == (kept(public_at=NOW),)
    assert CancelTimer(INVITE, str(NUMBER)) in decision.effects
    assert CancelSend(cause_under(facts(policy=ANSWERS), kept(), "invite")) in decision.effects
    at_once = answers(typed(), policy=replace(ANSWERS, undo=timedelta()))
    assert sends(at_once)[1].text.startswith("Встаёт под")


def test_once_for_a_comment() -> None:
    assert told(answers(typed(), kept(public_at=NOW))) == texts.ANSWERED


@pytest.mark.parametrize("comment", [kept(gone=True), kept(post=6)])
def test_a_comment_that_is_not_there(comment: Comment) -> None:
    assert told(answers(typed(), comment)) == texts.NO_COMMENT


def test_what_is_not_known_or_not_said() -> None:
    nobody = {"rules": RULES, "policy": ANSWERS, "chat": cur(), "officials": PEOPLE}
    assert told(decide(facts(**nobody), typed())) == texts.NO_COMMENT
    for said in (typed(""), typed(link="12"), typed(TEXT, "https://vk.com/wall-101_5")):
        assert told(answers(said)) == texts.HOW_TO_ANSWER
    assert told(answers(typed(), policy=POLICY)) == texts.NO_ANSWERS


def test_only_the_centre_answers_in_public() -> None:
    said = MessageNew(Message(ROADS_CHAT, 10, OFFICIAL, NOW, f"/под {LINK} {TEXT}"))
    roads = {OFFICIAL: works(OFFICIAL, "Анна Лис", ROADS_CHAT)}
    decision = answers(said, chat=cur().__class__(ROADS_CHAT, "roads", NOW), officials=roads)
    assert decision.comments == () and not any(one.peer in WALLS for one in sends(decision))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Иван Петрович Сидоров, засыпем завтра", PublicRefusal.NAME),
        ("[id1001|Анна], засыпем завтра", PublicRefusal.NAME),
        ("@id1001 засыпем завтра", PublicRefusal.NAME),
        ("Позвоните нам: 8 912 345-67-89", PublicRefusal.NUMBER),
        ("Придём в кв. 15 завтра", PublicRefusal.NUMBER),
        ("Вернём вам 3 200 рублей", PublicRefusal.NUMBER),
        ("Напишите на ivan@mail.ru", PublicRefusal.NUMBER),
        ("По вашему диагнозу решит врач", PublicRefusal.HEALTH),
        ("Ваши анализы готовы", PublicRefusal.HEALTH),
        ("а" * 1001, PublicRefusal.LONG),
    ],
)
def test_no_personal_fact_stands_there(text: str, why: PublicRefusal) -> None:
    decision = answers(typed(text))
    assert told(decision) == texts.refused(why) and decision.comments == ()


@pytest.mark.parametrize(
    "text", [TEXT, "Передали в администрацию Миасса, №1124-AAAA", "Вода на улице Мира будет к 18:00"]
)
def test_what_everybody_may_read(text: str) -> None:
    assert refusal(text, SmallFinder(), frozenset()) is None


def test_a_topic_of_health_is_no_matter_of_the_public() -> None:
    doctor = "К врачу запишут точно завтра"
    assert refusal(doctor, SmallFinder(), frozenset({"doctor"})) is PublicRefusal.HEALTH
    assert refusal(doctor, SmallFinder(), frozenset()) is None and told(answers(typed(doctor))).startswith("Не отпр")


# Taken back.


def undo(known: CommentFacts, **more: Any) -> Decision:
    pressed = pushed(UNDO, str(NUMBER), peer=CUR_CHAT)
    assert needs(pressed, None, RULES).questions == (CommentAsked(NUMBER, held=True),)
    given: dict[str, Any] = {"chat": cur(), "officials": PEOPLE, "policy": ANSWERS} | more
    return decide(facts(rules=RULES, answers={CommentAsked: known}, **given), pressed)


def snack(decision: Decision) -> str:
    (answer,) = of(AnswerButton, decision)
    return str(answer.text)


def test_it_is_taken_back() -> None:
    said = held()
    decision = undo(CommentFacts(kept(public_at=NOW), held=said.cause))
    assert decision.comments == (kept(),) and CancelSend(said.cause) in decision.effects
    (line,) = of(Edit, decision)
    assert line.target == sends(answers(typed()))[1].cause and line.text == texts.TAKEN_BACK and line.keyboard is None
    assert snack(decision) == "Отменить"


def test_what_has_left_is_not_taken_back() -> None:
    for known in (CommentFacts(kept(public_at=NOW)), CommentFacts()):
        decision = undo(known)
        assert decision.comments == () and snack(decision) == texts.LEFT
    without = undo(CommentFacts(kept(public_at=NOW), held=held().cause), chats={})
    assert of(Edit, without) == [] and CancelSend(held().cause) in without.effects


def test_a_comment_deleted_meanwhile_is_not_answered() -> None:
    said = held()
    asked = event(CommentChange.DELETED, Marks(), author=0)
    assert needs(asked, None, RULES).questions == (CommentAsked(NUMBER, 0, POST, held=True),)
    known = CommentFacts(kept(public_at=NOW), held=said.cause)
    decision = decide(facts(rules=RULES, policy=ANSWERS, answers={CommentAsked: known}), asked)
    assert CancelSend(said.cause) in decision.effects and of(Edit, decision)[0].text == texts.NO_COMMENT


# What became of it.


def ends(outcome: DeliveryOutcome, comment: Comment | None, code: int = 0) -> Decision:
    said = held()
    ended = DeliveryEnded(said.cause, Kind.COMMENT, said.peer, "", outcome, NOW, code)
    return decide(facts(rules=RULES, policy=ANSWERS, answers={CommentAsked: CommentFacts(comment)}), ended)


def test_the_line_in_the_chat_says_the_truth() -> None:
    there = kept(public_at=NOW)
    sent = ends(DeliveryOutcome.SENT, there)
    assert of(Edit, sent)[0].text == texts.stands(LINK) and sent.comments == ()
    refused = ends(DeliveryOutcome.SET_ASIDE, there, 213)
    assert "213" in of(Edit, refused)[0].text and refused.comments == (kept(),), "it may be written anew"
    unknown = ends(DeliveryOutcome.SET_ASIDE, there)
    assert "не подтвердил" in of(Edit, unknown)[0].text and unknown.comments == (there,), "it may stand there"
    assert ends(DeliveryOutcome.SENT, None).ignored == "стоит под комментарием"
    assert ends(DeliveryOutcome.SET_ASIDE, kept(gone=True)).ignored == "комментария уже нет"


def test_what_a_command_asks_for() -> None:
    assert needs(typed(), None, RULES).questions == (CommentAsked(NUMBER),)
    assert needs(typed(link="x"), None, RULES).questions == ()
    muted = MessageNew(Message(CUR_CHAT, 10, OFFICIAL, NOW, f"/тихо {LINK}"))
    assert needs(muted, None, RULES).questions == (CommentAsked(0, post=POST, silence=True),)
    assert needs(replace(muted, message=replace(muted.message, text="/тихо x")), None, RULES).questions == ()


def test_each_end_is_told_in_a_line_of_its_own() -> None:
    """A cause is taken once for ever: what was refused, or unknown, and went later must not stay so in the chat."""
    there, said = kept(public_at=NOW), held()
    decisions = (
        ends(DeliveryOutcome.SENT, there),
        ends(DeliveryOutcome.SET_ASIDE, there, 213),
        ends(DeliveryOutcome.SET_ASIDE, there),
        undo(CommentFacts(there, held=said.cause)),
        tells_deleted(there, said.cause),
    )
    lines = [of(Edit, decision)[0] for decision in decisions]
    assert len({line.cause for line in lines}) == len(lines) and len({line.target for line in lines}) == 1


def tells_deleted(comment: Comment, cause: str) -> Decision:
    known = {CommentAsked: CommentFacts(comment, held=cause)}
    return decide(facts(rules=RULES, policy=ANSWERS, answers=known), event(CommentChange.DELETED, Marks(), author=0))


def test_what_went_after_all_stands_there_and_is_not_written_twice() -> None:
    """Refused it may be written anew; then somebody pressed «Отправить» at what was set aside."""
    sent = ends(DeliveryOutcome.SENT, kept(public_at=None))
    assert sent.comments == (kept(public_at=NOW),)
    assert told(answers(typed("Ещё раз"), sent.comments[0])) == texts.ANSWERED


def test_a_second_press_reads_what_the_first_did() -> None:
    assert snack(undo(CommentFacts(kept()))) == texts.TAKEN_BACK
    assert snack(undo(CommentFacts(kept(public_at=NOW)))) == texts.LEFT


def test_a_press_on_an_old_line_takes_back_no_other_answer() -> None:
    said = held()
    line = sends(answers(typed()))[1].cause
    other = line.replace(".10|", ".9|")
    assert other != line
    assert undo(CommentFacts(kept(public_at=NOW), held=said.cause), replied=other).comments == ()
    assert undo(CommentFacts(kept(public_at=NOW), held=said.cause), replied=line).comments == (kept(),)


@pytest.mark.parametrize("between", ["\n", "\n\n", "  ", " \n", "\t"])
def test_the_whole_answer_stands_there_however_the_link_ends(between: str) -> None:
    text = "Засыпем в понедельник.\nСпасибо, что написали."
    decision = answers(MessageNew(Message(CUR_CHAT, 10, OFFICIAL, NOW, f"/под {LINK}{between}{text}")))
    assert [one.text for one in sends(decision) if one.peer in WALLS] == [text]
