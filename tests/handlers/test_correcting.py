"""Who changes his message after its words have left hears what the resident has, and sends the new ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import ARRIVED, LOOKS, NEWS
from handlers.text import actions, texts_answers, texts_chat
from states.cause import parse
from states.decision import Decision
from states.effects import SOURCE_TIMER, CancelSend, Edit, StartTimer
from states.events import MessageEdited, SourceRead
from states.lifecycle.answers import DELETED, Beside, Watch
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import Job
from states.messages import Attachment, Message, Reply
from states.people.chats import Chat
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
    labels,
    of,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import (
    CODE,
    COLLEAGUE,
    RICH,
    STRICT,
    TEAM,
    busy,
    edits,
    look,
    pick,
    press,
    say,
    snack,
    tell,
    the,
)
from tests.small import COMMUNITY, NOW

WORDS, NEW, NEWER = "Снег вчера убрали, двор чистый", "Снег не убрали: нет техники", "Снег уберут другие"
WORK = appeal(status=Status.IN_WORK)


def arrives(held: Appeal, **more: Any) -> Decision:
    known = {"appeals": (held,), "chat": roads(), "directory": RICH, "officials": TEAM} | more
    return decide(facts(**known), ended(held.held[-1].cause, "answer"))


SENT = arrives(the(say(WORDS, WORK)))
ANSWERED = the(SENT)


def stands(text: str, *files: Attachment, cmid: int = 20, peer: int = ROADS_CHAT) -> Message:
    return Message(peer, cmid, OFFICIAL, NOW, text, files, reply=Reply(7, -COMMUNITY))


def edited(held: Appeal, text: str, *files: Attachment, chat: Chat | None = None, **more: Any) -> Decision:
    """VK tells of it."""
    chat = chat or roads()
    known = {"appeals": (held,), "linked": held, "chat": chat, "directory": RICH, "officials": TEAM} | more
    return decide(facts(**known), MessageEdited(stands(text, *files, peer=chat.peer)))


def looked(
    held: Appeal, timer: StartTimer, message: Message | None, *, shown: bool = True, now: datetime = NOW, **more: Any
) -> Decision:
    code, cmid, seen = timer.key.split(" ")
    known = {"appeals": (held,), "chat": roads(), "directory": RICH, "officials": TEAM, "now": now} | more
    return decide(facts(**known), SourceRead(timer.peer, code, int(cmid), seen, message, shown, now))


def offer(decision: Decision, peer: int = ROADS_CHAT) -> Any:
    (found,) = [one for one in decision.effects if isinstance(one, Edit) or getattr(one, "peer", 0) == peer]
    return found


def pressed(held: Appeal, user: int = OFFICIAL, value: str | None = None, **more: Any) -> Decision:
    (watch,) = held.watches
    value = value or f"{held.code} {watch.cmid} {watch.told}"
    return press(actions.CORRECT, value, held, user=user, officials=TEAM, **more)


# When it is noticed.


def test_it_is_looked_at_after_one_ten_and_sixty_minutes_and_a_day() -> None:
    timer, now, moments = look(SENT), NOW, []
    assert ANSWERED.watches == (Watch(ROADS_CHAT, 20, stands(WORDS).digest, Action.ANSWER, OFFICIAL),)
    held = ANSWERED
    for _ in LOOKS:
        moments.append(timer.at - NOW)
        now = timer.at
        done = looked(held, timer, stands(WORDS), now=now)
        assert not sends(done)
        held = the(done) if done.appeals else held
        timer = next(iter(of(StartTimer, done)), timer)
    assert moments == [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)]
    assert held.watches == (), "VK lets nobody change it any more"


def test_what_vk_does_not_show_is_looked_at_again() -> None:
    done = looked(ANSWERED, look(SENT), None, shown=False)
    assert look(done).key.split(" ")[2].startswith(ARRIVED * 2) and not sends(done)


@pytest.mark.parametrize("by_event", [True, False])
def test_its_author_reads_what_the_resident_has(by_event: bool) -> None:
    decision = edited(ANSWERED, NEW) if by_event else looked(ANSWERED, look(SENT), stands(NEW))
    (note,) = sends(decision)
    assert note.text == f"У жителя прежний ответ: вы изменили своё сообщение.\nСнег на дороге · Миасс, Мира, 1, №{CODE}"
    assert (note.peer, note.reply_to, labels(note)) == (ROADS_CHAT, 20, ["Прислать исправленный"])
    (watch,) = the(decision).watches
    assert (watch.text, watch.told, watch.line) == (NEW, stands(NEW).digest, note.cause)
    assert the(decision).version == ANSWERED.version + 1
    assert bool(of(StartTimer, decision)) is not by_event, "the looks go on"


OFFERED = the(edited(ANSWERED, NEW))


def test_the_same_wording_is_told_once() -> None:
    """By VK's event and by the look behind it."""
    assert edited(OFFERED, NEW).ignored == "сообщение прежнее"
    done = looked(OFFERED, look(SENT), stands(NEW))
    assert not sends(done) and of(StartTimer, done) and not of(Edit, done)
    last = replace(look(SENT), key=f"{CODE} 20 {ARRIVED * 4}{stands(WORDS).digest}")
    assert looked(OFFERED, last, stands(NEW)).ignored, "and what is offered stays"


def test_changed_once_more_the_key_sends_the_newest() -> None:
    decision = edited(OFFERED, NEWER)
    (line,) = of(Edit, decision)
    assert line.target == OFFERED.watches[0].line and labels(line) == ["Прислать исправленный"]
    assert snack(pressed(the(decision), value=f"{CODE} 20 {stands(NEW).digest}")) == texts_answers.NO_OFFER
    assert NEWER in said(pressed(the(decision)))


def test_put_back_the_offer_is_over() -> None:
    decision = edited(OFFERED, WORDS)
    (line,) = of(Edit, decision)
    assert line.text == texts_answers.SAME_AGAIN and line.keyboard is None and not the(decision).watches[0].line
    assert edited(the(decision), WORDS).ignored
    again = edited(the(decision), NEW)
    assert labels(sends(again)[0]) == ["Прислать исправленный"] and sends(again)[0].cause != OFFERED.watches[0].line


def test_a_message_that_nobody_watches_is_talk() -> None:
    assert edited(WORK, "болтовня").ignored == "правка в чате"
    assert edited(ANSWERED, NEW, chat=replace(roads(), agency=None)).ignored == "правка в чате"
    assert edited(ANSWERED, NEW, linked=None).ignored == "правка в чате"
    member = appeal(code="1124-BBBB", status=Status.MERGED, incident=CODE)
    lead = edited(ANSWERED, NEW, linked=member, leads={CODE: replace(ANSWERED, incident=CODE)})
    assert sends(lead), "of one who joined, what leads it"


@pytest.mark.parametrize("by_look", [True, False])
def test_deleted_is_told_once_and_the_end(by_look: bool) -> None:
    held = ANSWERED if by_look else OFFERED
    decision = looked(held, look(SENT), None)
    note = offer(decision)
    assert note.text.startswith("Ответ у жителя остался: вы удалили") and note.keyboard is None
    assert the(decision).watches == () and not of(StartTimer, decision)
    if by_look:
        assert note.reply_to is None


# What is sent.


def test_the_correction_is_held_as_all_words_are_and_read_once_more() -> None:
    decision = pressed(OFFERED)
    (answer,) = sends(decision, ANNA)
    assert answer.text == f"Исправленный ответ на сообщение №{CODE}\nМинистерство дорог:\n\n{NEW}"
    assert answer.keyboard is None and answer.report
    (line,) = of(Edit, decision)
    assert "Исправленный ответ по" in line.text and labels(line) == ["Отменить"]
    assert line.target == OFFERED.watches[0].line
    assert look(decision).key == f"{CODE} 20 {stands(NEW).digest}"
    (held,) = the(decision).held
    assert (held.beside, held.actor, held.cmid) == (Beside.REPLACE, OFFICIAL, 20)


def test_a_colleague_may_send_it_and_its_files_go_with_it() -> None:
    photo = Attachment("photo")
    decision = pressed(the(edited(ANSWERED, NEW, photo)), user=COLLEAGUE)
    assert sends(decision, ANNA)[0].copy is not None and the(decision).held[0].actor == OFFICIAL


def test_a_second_press_sends_nothing() -> None:
    assert snack(pressed(the(pressed(OFFERED)), value=f"{CODE} 20 {stands(NEW).digest}")) == texts_answers.NO_OFFER


def test_when_it_has_arrived_that_is_what_further_changes_are_compared_with() -> None:
    decision = arrives(the(pressed(OFFERED)))
    after = the(decision)
    assert (after.status, after.answers) == (Status.ANSWERED, 2)
    assert [(watch.seen, watch.told) for watch in after.watches] == [(stands(NEW).digest, "")]
    assert look(decision).key == f"{CODE} 20 {ARRIVED}{stands(NEW).digest}"
    stale = looked(after, look(SENT), stands(NEW))
    assert stale.ignored == "у жителя уже исправленный ответ", "the looks of before are over"
    again = edited(after, NEWER)
    assert labels(sends(again)[0]) == ["Прислать исправленный"]


def test_while_it_is_on_its_way_nothing_is_told_twice() -> None:
    """It is read again before it leaves; then the new words leave instead."""
    held = the(pressed(OFFERED))
    assert edited(held, NEWER).ignored == "исправление уже уходит"
    done = looked(held, look(pressed(OFFERED)), stands(NEWER), unsent=frozenset({held.held[0].cause}))
    assert sends(done, ANNA)[0].text.startswith("Исправленный ответ") and NEWER in said(done)
    assert the(done).held[0].beside == Beside.REPLACE and the(done).watches[0].told == stands(NEWER).digest
    undone = press("undo", the(done).held[0].cause, the(done), unsent=frozenset({the(done).held[0].cause}))
    assert texts_answers.STILL_THERE in of(Edit, undone)[0].text and not sends(undone)
    assert edited(the(undone), NEWER).ignored == "сообщение прежнее", "he has decided"


def test_deleted_on_its_way_it_is_taken_back_and_told_once() -> None:
    held = the(pressed(OFFERED))
    done = looked(held, look(pressed(OFFERED)), None, unsent=frozenset({held.held[0].cause}))
    (line,) = of(Edit, done)
    assert of(CancelSend, done) and texts_answers.STILL_THERE in line.text
    assert the(done).watches[0].told == DELETED
    end = looked(the(done), look(SENT), None)
    assert the(end).watches == () and not end.effects


def test_behind_another_answer_it_is_asked_what_it_is() -> None:
    """A colleague answers just now."""
    going = the(say(NEWER, OFFERED, user=COLLEAGUE, cmid=30))
    decision = pressed(going)
    assert not sends(decision, ANNA) and labels(of(Edit, decision)[0]) == ["Заменить", "Дополнить", "Не отправлять"]


def test_of_an_incident_everybody_reads_the_correction() -> None:
    member = appeal(
        code="1124-BBBB", resident=BORIS, source=9, status=Status.ANSWERED, incident=CODE, chat=None, card=""
    )
    lead = replace(OFFERED, incident=CODE)
    decision = pressed(lead, members=(member,))
    assert {one.peer for one in sends(decision) if one.kind == "answer"} == {ANNA, BORIS}
    assert "уйдёт всем, кто об этом написал" in of(Edit, decision)[0].text
    kept = the(decision, "1124-BBBB")
    arrived = decide(
        facts(appeals=(kept,), chat=roads()), ended(kept.held[0].cause, "answer", appeal="1124-BBBB", peer=BORIS)
    )
    assert the(arrived, "1124-BBBB").watches == () and not of(StartTimer, arrived), "it is compared once"


# Other words.


@pytest.mark.parametrize(
    "first, second, status, words",
    [
        ("/вопрос Какой дом?", "/вопрос Какой подъезд?", Status.ASKED, "Исправленный вопрос по сообщению"),
        (
            "/промежуточный 26.11.2026: выехали", "/промежуточный 26.11.2026: выехали двое", Status.INTERIM,
            "Исправленный промежуточный ответ на сообщение",
        ),
    ],
)  # fmt: skip
def test_a_question_and_an_interim_answer_too(first: str, second: str, status: Status, words: str) -> None:
    sent = the(arrives(the(say(first, WORK))))
    assert sent.status is status
    note = edited(sent, second)
    assert labels(sends(note)[0]) == ["Прислать исправленный"]
    decision = pressed(the(note))
    assert said(decision).startswith(words) and words.split(" по ")[0][:12] in of(Edit, decision)[0].text
    assert the(arrives(the(decision))).status is status


def test_news_to_everybody() -> None:
    lead = appeal(status=Status.IN_WORK, incident=CODE, chat=CUR_CHAT)
    told = say("/всем Едем", lead, chat=cur(), officials={})
    sent = decide(facts(appeals=(the(told),), chat=cur()), ended(the(told).held[0].cause, "answer"))
    note = edited(the(sent), "/всем Приехали", chat=cur())
    decision = press(actions.CORRECT, f"{CODE} 20 {the(note).watches[0].told}", the(note), chat=cur())
    assert said(decision).startswith("Исправленные новости по сообщению") and the(decision).held[0].action == NEWS


def test_another_promised_day_has_no_key() -> None:
    sent = the(arrives(the(say("/промежуточный 26.11.2026: выехали", WORK))))
    decision = edited(sent, "/промежуточный 27.11.2026: выехали")
    assert not labels(sends(decision)[0]) and texts_answers.ANSWER_AGAIN in said(decision, ROADS_CHAT)
    assert not the(decision).watches[0].line and not the(decision).watches[0].text


@pytest.mark.parametrize("text", ["// не то", "", "/ответ"])
def test_changed_to_nothing_has_no_key(text: str) -> None:
    assert not labels(sends(edited(ANSWERED, text))[0])


@pytest.mark.parametrize(
    "more, why",
    [
        ({"chat": CUR_CHAT, "status": Status.REOPENED}, texts_answers.NOT_HERE),
        ({"status": Status.REOPENED}, texts_answers.ANSWER_AGAIN),
        ({"status": Status.DECLINED}, texts_answers.NOT_ANY_MORE),
        ({"status": Status.WITHDRAWN}, texts_answers.TAKEN_BACK),
    ],
)
def test_where_it_can_not_be_sent_its_author_reads_what_to_do(more: dict[str, Any], why: str) -> None:
    decision = edited(replace(ANSWERED, **more), NEW)
    assert why in said(decision, ROADS_CHAT) and not labels(sends(decision)[0])
    moved = replace(OFFERED, **more)
    chat = roads()
    assert not sends(pressed(moved, chat=chat), ANNA), "nor by a key that stands yet"


def test_where_a_second_person_agrees_there_is_no_key() -> None:
    """R39: what is answered has nowhere to wait; an interim answer is shown to him again."""
    decision = edited(ANSWERED, NEW, directory=STRICT)
    assert texts_answers.AGREED in said(decision, ROADS_CHAT) and not labels(sends(decision)[0])
    assert not sends(pressed(OFFERED, directory=STRICT), ANNA)
    day = "/промежуточный 26.11.2026:"
    interim = the(edited(the(arrives(the(say(f"{day} выехали", WORK)))), f"{day} едем", directory=STRICT))
    asked = pressed(interim, directory=STRICT)
    assert (
        the(asked).status is Status.APPROVAL
        and "Исправленный промежуточный" in edits(asked, interim.watches[0].line)[0].text
    )


@pytest.mark.parametrize("deleted", [True, False])
def test_words_that_the_bot_put_together_have_no_key(deleted: bool) -> None:
    begun = tell("27.11.2026: ждём кран", busy(Job.POSTPONE, WORK), cmid=20)
    sent = arrives(the(begun))
    assert the(sent).watches == ()
    timer = look(sent)
    assert not sends(looked(the(sent), timer, stands("27.11.2026: ждём кран")))
    decision = looked(the(sent), timer, None if deleted else stands("27.11.2026: не ждём"))
    (note,) = sends(decision)
    words = "вы удалили своё сообщение" if deleted else "вы изменили своё сообщение"
    assert words in note.text and not labels(note) and not of(StartTimer, decision)
    assert (note.reply_to == 20) is not deleted and parse(note.cause).kind == "reworded"


def test_the_look_of_an_earlier_program_tells_too() -> None:
    """Its answers are watched by a timer alone."""
    timer = StartTimer(SOURCE_TIMER, f"{CODE} 20 {ARRIVED}{stands(WORDS).digest}", ROADS_CHAT, NOW)
    known = appeal(status=Status.ANSWERED)
    assert texts_answers.ANSWER_AGAIN in said(looked(known, timer, stands(NEW)), ROADS_CHAT)


def test_words_without_a_message_are_compared_with_nothing() -> None:
    sent = arrives(the(pick("reason spam", busy(Job.DECLINE, WORK))))
    assert not the(sent).watches and not [one for one in of(StartTimer, sent) if one.name == SOURCE_TIMER]


def test_what_was_taken_back_is_not_looked_at_for_nothing() -> None:
    event = SourceRead(ROADS_CHAT, CODE, 20, stands(WORDS).digest, None, True, NOW)
    assert decide(facts(appeals=(WORK,)), event).ignored == "ответа уже нет"
    assert decide(facts(), event).ignored == "сообщения с таким номером нет"
    assert texts_chat.DELETED
