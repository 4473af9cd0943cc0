"""«Отправить»: a number at once; a repeat counts, an incident has many authors, none of them is shown (R32–R35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import AskingText, ChoosingSame, Draft, Idle, Preview
from states.effects import CancelTimer, Edit, Kind, Source
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.lifecycle.reasons import Note
from states.messages import Command
from states.people.chats import CUR
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    PHOTO,
    READY,
    ROADS_CHAT,
    SECRET_CHAT,
    dialogue,
    facts,
    in_cur,
    labels,
    of,
    roads,
    said,
    sends,
    tapped,
    wrote,
)
from tests.handlers.test_similar import CODE, THEIRS, own, theirs
from tests.small import NOW

NEW = "1124-NEW2"
SECRET = "Моя тайна, ул. Тайная, 7"
SAME, OTHERS = ChoosingSame(CODE, own=True), ChoosingSame(THEIRS, own=False)


def taps(action: str, value: str = "", step: Any = None, draft: Draft = READY, **more: Any) -> Decision:
    return decide(facts(dialogue(step or Preview(), draft), number=NEW, **more), tapped(action, value))


def new(decision: Decision) -> Appeal:
    return next(appeal for appeal in decision.appeals if appeal.code == NEW)


def test_send_under_an_earlier_preview_shows_the_draft_of_now_first() -> None:
    """R25: what has not been shown is not sent; a word, or a button that names no draft, sends what is there."""
    late = taps(actions.SEND, str(READY.first + 1))
    assert not late.appeals and said(late).startswith("Проверьте:")
    assert new(taps(actions.SEND, READY.mark)) and new(taps(actions.SEND))


def test_the_button_of_a_preview_names_its_draft() -> None:
    (preview,) = sends(taps(actions.SEND, str(READY.first + 1)))
    assert preview.keyboard is not None
    assert preview.keyboard.rows[0][0].command == Command(actions.SEND, READY.mark) and not Draft().mark


# Being asked.


def test_an_own_message_is_shown_with_three_ways_on() -> None:
    """R32."""
    decision = taps(actions.SEND, appeals=(own(),))
    assert decision.dialogue is not None and decision.dialogue.step == SAME and not decision.appeals
    assert "ваше от 21 ноября" in said(decision) and "Снег во дворе" in said(decision)
    assert labels(sends(decision)[0]) == ["Это повтор", "Дополнить №1124-AAAA", "Это другое", "Назад", "Отмена"]
    closed = taps(actions.SEND, appeals=(own(status=Status.CLOSED),))
    assert "Дополнить №1124-AAAA" not in labels(sends(closed)[0])


def test_of_anothers_message_only_topic_place_and_number_of_people_are_told() -> None:
    """R32, R56, I4: never words, address or number of another."""
    hidden = theirs(pieces=(Piece(3, SECRET),), address="ул. Мира, 1")
    other = theirs(code="1124-CCCC", resident=1003, incident=THEIRS, status=Status.MERGED)
    decision = taps(actions.SEND, similar=(replace(hidden, incident=THEIRS), other))
    text = said(decision)
    assert "Снег на дороге" in text and "Миасский городской округ" in text and "Написали" not in text
    assert "тайна" not in text.casefold() and "ул." not in text and THEIRS not in text
    assert labels(sends(decision)[0]) == ["Присоединиться", "Это другое", "Назад", "Отмена"]


def test_back_leads_to_the_preview_and_cancel_out() -> None:
    back = taps(actions.BACK, step=SAME, appeals=(own(),))
    assert back.dialogue is not None and back.dialogue.step == Preview() and back.dialogue.draft == READY
    out = taps(actions.CANCEL, step=OTHERS)
    assert out.dialogue is not None and out.dialogue.draft == Draft()


@pytest.mark.parametrize("step", [SAME, OTHERS])
def test_what_is_not_there_any_more_still_lets_the_draft_out(step: ChoosingSame) -> None:
    """Restart, months later: the step can be shown whatever has become of the other one."""
    decision = taps(actions.HELP, step=step)
    assert texts.SAME_GONE in said(decision) and "Это другое" in labels(sends(decision)[0])


def test_words_written_there_are_added_to_the_draft() -> None:
    decision = decide(facts(dialogue(SAME, READY), appeals=(own(),)), wrote("и ещё яма"))
    assert decision.dialogue is not None and decision.dialogue.draft.text == "Большая яма у дома\nи ещё яма"


# «Это другое».


@pytest.mark.parametrize("event", [tapped(actions.DIFFERENT), wrote("Это другое")])
def test_another_problem_is_sent_as_one(event: Any) -> None:
    """R32: the button «это другая проблема» is always there; nothing is discarded."""
    decision = decide(facts(dialogue(SAME, READY), number=NEW, appeals=(own(),)), event)
    assert (new(decision).repeat_of, new(decision).incident) == ("", "")
    assert new(decision).status is Status.ROUTED and sends(decision, ROADS_CHAT)


def test_once_said_to_be_different_it_is_not_asked_again() -> None:
    decision = taps(actions.SEND, draft=replace(READY, different=True), appeals=(own(),))
    assert new(decision).status is Status.ROUTED


# «Это повтор».


def repeats(original: Appeal, **more: Any) -> Decision:
    return taps(actions.SAME, original.code, SAME, appeals=(original,), **more)


@pytest.mark.parametrize("status", [Status.IN_WORK, Status.ANSWERED, Status.CLOSED])
def test_a_repeat_goes_to_whoever_had_the_first_one_and_counts(status: Status) -> None:
    """R32, R33: it closes nothing, has its number and its clock."""
    decision = repeats(own(status=status))
    sent = new(decision)
    assert (sent.status, sent.repeat_of, sent.chat, sent.agency) == (Status.REPEAT, CODE, ROADS_CHAT, "roads")
    assert sent.deadline is not None and len(decision.appeals) == 1, "the first one stays as it is"
    assert [entry.action for entry in decision.history] == [Action.SUBMIT, Action.REPEAT]
    (card,) = sends(decision, ROADS_CHAT)
    assert "Повтор сообщения №1124-AAAA" in card.text
    assert f"\n№{NEW}" in said(decision) and "прежним №1124-AAAA" in said(decision)
    assert {"pause", "draft"} <= {effect.name for effect in of(CancelTimer, decision)}


@pytest.mark.parametrize(
    "original",
    [in_cur(code=CODE), own(status=Status.REOPENED, chat=CUR_CHAT), own(agency=None), own(agency="health")],
)
def test_where_that_cannot_be_the_cur_gets_it(original: Appeal) -> None:
    """R32, F16: the first one is with the ЦУР, or its agency has no chat."""
    decision = repeats(replace(original, created_at=NOW))
    sent = new(decision)
    assert (sent.status, sent.repeat_of, sent.chat) == (Status.WAITING, CODE, CUR_CHAT)
    (card,) = sends(decision, CUR_CHAT)
    assert "Повтор сообщения №1124-AAAA" in card.text


def test_a_paused_agency_gets_no_repeat() -> None:
    paused = CHATS | {"roads": roads(paused_until=NOW + timedelta(days=1))}
    decision = repeats(own(), chats=paused)
    assert new(decision).chat == CUR_CHAT and not sends(decision, ROADS_CHAT)


def test_a_repeat_that_complains_about_the_agency_goes_to_the_cur() -> None:
    """R38, R33."""
    draft = replace(READY, pieces=(Piece(3, "Жалоба на Миндор: отписки"),))
    decision = repeats(own(), draft=draft)
    assert new(decision).notes == (Note.COMPLAINT,) and new(decision).chat == CUR_CHAT
    assert new(decision).repeat_of == CODE and not sends(decision, ROADS_CHAT)


@pytest.mark.parametrize("mine", [(), (theirs(),)])
def test_only_an_own_one_can_be_repeated(mine: tuple[Appeal, ...]) -> None:
    """I4, T3: a forged number."""
    decision = taps(actions.SAME, THEIRS, SAME, appeals=mine)
    assert not decision.appeals and said(decision).startswith(texts.NOT_YOURS)


# «Присоединиться».


def joins(*similar: Appeal, **more: Any) -> Decision:
    return taps(actions.JOIN, THEIRS, OTHERS, similar=similar or (theirs(),), **more)


def test_joining_gives_a_number_at_once_and_makes_an_incident() -> None:
    """R32, R35."""
    decision = joins()
    sent, lead = new(decision), next(appeal for appeal in decision.appeals if appeal.code == THEIRS)
    assert (sent.status, sent.incident, sent.chat, sent.deadline) == (Status.MERGED, THEIRS, None, None)
    assert lead.leads and lead.version == theirs().version + 1 and lead.status is Status.ROUTED, "I6"
    assert [(entry.code, entry.action) for entry in decision.history] == [(NEW, Action.SUBMIT), (NEW, Action.MERGE)]
    assert f"\n№{NEW}" in said(decision) and texts.JOINED in said(decision)
    assert "№1124-BBBB" not in said(decision), "whose it is is nobody's business"


def test_the_chat_reads_what_the_new_one_adds() -> None:
    """R32, T12, T27: words and address, harmless, numbers hidden; files are copied, no profile is shown."""
    pieces = (Piece(3, "Снег, звоните 8 912 345-67-89, @all"), Piece(4, "", (PHOTO,)))
    decision = joins(draft=replace(READY, pieces=pieces))
    (line,) = [send for send in sends(decision, ROADS_CHAT) if send.kind is Kind.ADDITION]
    assert "К сообщению №1124-BBBB присоединился" in line.text and f"(№{NEW})" in line.text
    assert "ул. Мира, 1" in line.text and "8 912" not in line.text and "@ all" in line.text
    assert (line.appeal, line.forward, line.copy) == (NEW, None, Source(ANNA, (4,)))
    assert line.source == Source(ANNA, (3,))
    assert any(effect.target == theirs().card for effect in of(Edit, decision)), "the card shows how many there are"


def test_nobody_but_the_author_hears_of_it() -> None:
    """I4: the other resident is not told by the bot who joined."""
    assert not sends(joins(), BORIS)


def test_an_incident_whose_lead_has_no_chat_yet_takes_one_more() -> None:
    decision = joins(theirs(status=Status.WAITING, chat=None, card=""))
    assert new(decision).incident == THEIRS and not sends(decision, ROADS_CHAT)


@pytest.mark.parametrize(
    "similar",
    [theirs(status=Status.ANSWERED), theirs(code="1124-ZZZZ"), theirs(resident=ANNA), theirs(status=Status.MERGED)],
)
def test_where_nothing_can_be_joined_any_more_it_is_sent_by_itself(similar: Appeal) -> None:
    """I1: «Отправить» was pressed, so it is sent."""
    decision = joins(similar)
    assert new(decision).status is Status.ROUTED and not new(decision).incident


def test_what_the_cur_must_see_first_is_not_joined() -> None:
    """R30: also by an old or forged button."""
    decision = joins(draft=replace(READY, pieces=(Piece(3, "Требуют взятку"),)))
    assert new(decision).chat == CUR_CHAT and not sends(decision, ROADS_CHAT)
    asked = taps(actions.SEND, similar=(theirs(),), draft=replace(READY, pieces=(Piece(3, "Требуют взятку"),)))
    assert new(asked).notes == (Note.CRIME,)


# «Дополнить №…».


def test_the_draft_becomes_an_addition_as_a_whole() -> None:
    """R26: nobody types twice."""
    pieces = (Piece(3, "И ещё яма"), Piece(4, "", (PHOTO,)), Piece(5, "Тел. 8 912 345-67-89", (PHOTO,)))
    decision = taps(actions.ADD_DRAFT, CODE, SAME, replace(READY, pieces=pieces), appeals=(own(),))
    (more,) = decision.appeals
    assert more.code == CODE and more.pieces[1:] == pieces and more.status is Status.ROUTED
    (line,) = sends(decision, ROADS_CHAT)
    assert (line.forward, line.copy) == (Source(ANNA, (3, 4)), Source(ANNA, (5,)))
    assert "8 912" not in line.text + line.fallback and line.report
    assert decision.dialogue is not None and (decision.dialogue.step, decision.dialogue.draft) == (Idle(), Draft())


def test_a_draft_of_files_only_may_be_added_too() -> None:
    draft = Draft((Piece(4, "", (PHOTO,)),))
    decision = taps(actions.ADD_DRAFT, CODE, AskingText(), draft, appeals=(own(),))
    assert decision.appeals[0].pieces[-1].cmid == 4


def test_what_is_closed_takes_nothing_and_the_draft_stays() -> None:
    closed = own(status=Status.CLOSED)
    decision = taps(actions.ADD_DRAFT, CODE, SAME, appeals=(closed,))
    assert not decision.appeals and "дополнить его нельзя" in said(decision)
    assert decision.dialogue is not None and decision.dialogue.draft == READY


@pytest.mark.parametrize(
    "value, draft, words",
    [(THEIRS, READY, texts.NOT_YOURS), ("нет", READY, texts.NOT_YOURS), (CODE, Draft(), texts.STALE)],
)
def test_an_old_or_forged_button_adds_nothing(value: str, draft: Draft, words: str) -> None:
    """T3, I4."""
    decision = taps(actions.ADD_DRAFT, value, Idle(), draft, appeals=(own(), theirs()))
    assert not decision.appeals and said(decision).startswith(words)


# Nothing missing.


@pytest.mark.parametrize("action", [actions.SEND, actions.SAME, actions.JOIN, actions.DIFFERENT])
def test_no_way_leads_out_while_something_is_missing(action: str) -> None:
    """R25."""
    decision = taps(action, CODE, draft=replace(READY, topic=None), appeals=(own(),), similar=(theirs(),))
    assert not decision.appeals and texts.ASK_TOPIC in said(decision)


@pytest.mark.parametrize("action", [actions.SEND, actions.SAME, actions.JOIN, actions.DIFFERENT])
def test_pressed_again_it_says_that_it_is_sent(action: str) -> None:
    decision = taps(action, CODE, Idle(), Draft(), appeals=(own(),))
    assert not decision.appeals and said(decision).startswith(texts.ALREADY_SENT.format(code=CODE))


def test_after_sending_one_more_is_offered() -> None:
    """R26: one problem per message, and the next one is one press away."""
    decision = taps(actions.SEND)
    assert labels(sends(decision, ANNA)[-1])[0] == "Написать сообщение"


def test_a_name_is_never_asked_for() -> None:
    """R27: nothing of the whole way asks who writes."""
    decision = taps(actions.SEND, chats={CUR: CHATS[CUR]})
    assert new(decision).status is Status.WAITING
    assert "имя" not in said(decision).casefold() and "фамили" not in said(decision).casefold()
    assert SECRET_CHAT not in {send.peer for send in sends(decision)}
