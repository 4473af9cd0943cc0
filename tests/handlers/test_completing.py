"""Dialogues that are complete: words that leave, moves that are made, canned answers filled in (R37, R43)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.lifecycle.asking import digest
from handlers.text import texts_chat
from states.directory import Directory
from states.effects import Edit, StartTimer
from states.lifecycle.appeal import Action, Status
from states.lifecycle.reasons import Note
from states.lifecycle.tasks import LIFE, Ask, Job
from states.lifecycle.templates import Template
from states.people.chats import Chat
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    in_cur,
    labels,
    of,
    said,
    sends,
)
from tests.handlers.in_chat import (
    CANNED,
    CODE,
    COLLEAGUE,
    RICH,
    busy,
    edits,
    given_back,
    pick,
    press,
    snack,
    task_of,
    tell,
    the,
)
from tests.small import NOW

WORK = appeal(status=Status.IN_WORK, topic="pits")
NEW = appeal(topic="pits")
MIASS = Chat(2_000_000_005, "miass-gorod", NOW)
WITH_MIASS = CHATS | {"miass-gorod": MIASS}


def with_canned(*canned: Template) -> Directory:
    agencies = tuple(
        replace(agency, templates=canned) if agency.code == "roads" else agency for agency in RICH.agencies
    )
    return replace(RICH, agencies=agencies)


# Canned answers.


def test_a_canned_answer_asks_for_what_the_bot_cannot_know_and_fills_in_the_rest() -> None:
    """R43: no resident reads «{дата}»."""
    begun = pick(f"template {digest(CANNED[0])}", busy(Job.TEMPLATE, WORK))
    done = pick("day 2026-11-26", the(begun), replied=task_of(begun).prompt)
    assert "По адресу ул. Мира, 1 почистят 26 ноября." in said(done)


def test_a_reason_is_asked_for_in_words() -> None:
    begun = pick(f"template {digest(CANNED[1])}", busy(Job.TEMPLATE, WORK))
    assert "какая причина" in said(begun, ROADS_CHAT)
    done = tell("мороз", the(begun), replied=task_of(begun).prompt)
    where = "Миасский городской округ, Министерство дорог."
    assert f"Сейчас нельзя: мороз. №{CODE}, Ямы на дороге, {where}" in said(done)


def test_an_address_that_nobody_knows_is_said_in_words() -> None:
    short = replace(CANNED[0], text="По адресу {адрес}: скоро.")
    held = busy(Job.TEMPLATE, replace(WORK, address=" "))
    done = pick(f"template {digest(short)}", held, directory=with_canned(short))
    assert "По адресу из вашего сообщения: скоро." in said(done)


def test_a_canned_answer_to_an_incident_names_nobody_s_place_or_number() -> None:
    """R44: all of them read it."""
    canned = Template("Всем", "Сообщение №{номер}: по адресу {адрес} воду дадут.")
    lead = replace(WORK, incident=CODE)
    other = appeal(code="1124-BBBB", resident=BORIS, source=9, status=Status.MERGED, incident=CODE, chat=None, card="")
    held = busy(Job.TEMPLATE, lead)
    done = pick(f"template {digest(canned)}", held, directory=with_canned(canned), members=(other,))
    for who in (ANNA, BORIS):
        assert "Сообщение: по адресу из вашего сообщения воду дадут." in said(done, who)
    assert "ул. Мира" not in said(done, BORIS) and CODE not in said(done, BORIS)


def test_a_canned_answer_that_was_taken_out_meanwhile_does_not_leave() -> None:
    held = busy(Job.TEMPLATE, WORK, template="Не сейчас", more=(Ask.REASON,))
    gone = tell("мороз", held, directory=with_canned(Template("Новый", "Текст")))
    assert not gone.appeals and said(gone, ROADS_CHAT) == texts_chat.NOT_THAT


# Moves.


def test_not_ours_goes_back_to_the_cur() -> None:
    """R37."""
    begun = pick("whom cur", busy(Job.NOT_OURS, WORK))
    (waits,) = edits(begun)
    assert the(begun).status is Status.IN_WORK and labels(waits) == ["Отменить"]
    assert waits.text == texts_chat.will_return(CODE, 30, "") and not sends(begun)
    decision = given_back(begun)
    after = the(decision)
    assert (after.status, after.chat, after.agency, after.by_hand) == (Status.WAITING, CUR_CHAT, None, True)
    assert "Вернули как «не наше»: Министерство дорог." in said(decision, CUR_CHAT) and after.tasks == ()
    assert after.returned == ("roads",) and edits(decision)[0].text.endswith("Центр управления регионом.")


@pytest.mark.parametrize("user", [OFFICIAL, COLLEAGUE])
def test_not_ours_can_be_taken_back_by_anybody_of_the_chat(user: int) -> None:
    begun = pick("whom cur", busy(Job.NOT_OURS, WORK))
    decision = pick("whom stop", the(begun), user=user)
    assert the(decision).tasks == () and snack(decision) == texts_chat.TASK_DROPPED
    assert [one.text for one in edits(decision)] == [texts_chat.NOT_DONE.format(code=CODE)]
    assert given_back(decision).ignored == "разговоров уже нет"


def test_what_a_colleague_has_taken_up_meanwhile_is_not_given_back() -> None:
    """Each button does what it says: the later one counts."""
    begun = pick("whom cur", busy(Job.NOT_OURS, appeal(topic="pits")))
    taken = press("accept", held=the(begun), user=COLLEAGUE)
    decision = given_back(taken)
    assert the(decision).status is Status.IN_WORK and the(decision).tasks == () and not sends(decision)
    assert [one.text for one in edits(decision)] == [texts_chat.closed_question(CODE)]


def test_the_other_dialogues_of_the_appeal_go_on() -> None:
    begun = pick("whom cur", busy(Job.NOT_OURS, busy(Job.ASK, NEW, user=COLLEAGUE, prompt="другой")))
    (timer,) = of(StartTimer, begun)
    assert timer.at == NOW + timedelta(seconds=30)
    decision = given_back(press("accept", held=the(begun), user=COLLEAGUE))
    assert [task.prompt for task in the(decision).tasks] == ["другой"]
    assert of(StartTimer, decision)[-1].at == NOW + LIFE + timedelta(seconds=1)


def test_not_ours_goes_straight_to_whom_the_directory_names() -> None:
    """R37: and the resident hears where (R22)."""
    begun = pick("whom miass-gorod", busy(Job.NOT_OURS, WORK), chats=WITH_MIASS)
    assert "отдадим: Администрация Миасса" in said(begun, ROADS_CHAT)
    decision = given_back(begun, chats=WITH_MIASS)
    after = the(decision)
    assert (after.status, after.chat, after.agency) == (Status.ROUTED, MIASS.peer, "miass-gorod")
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.PASS, OFFICIAL)]
    assert "Администрация Миасса" in said(decision)
    left, told = of(Edit, decision)
    assert told.text == texts_chat.returned(CODE, "Администрация Миасса") and after.returned == ("roads",)
    assert left.peer == ROADS_CHAT and "Передано: Администрация Миасса" in left.text and left.keyboard is None
    assert sends(decision, MIASS.peer)[0].text.endswith(f"\n№{CODE}")


@pytest.mark.parametrize("note", [Note.COMPLAINT, Note.CRIME])
def test_what_the_cur_has_looked_at_first_goes_to_nobody_past_it(note: Note) -> None:
    """R30, R38: a complaint about the very agency that the directory names."""
    begun = pick("whom miass-gorod", busy(Job.NOT_OURS, replace(WORK, notes=(note,))), chats=WITH_MIASS)
    decision = given_back(begun, chats=WITH_MIASS)
    assert the(decision).chat == CUR_CHAT and "Считают, что отвечает Администрация Миасса" in said(decision, CUR_CHAT)


@pytest.mark.parametrize("named", ["Миасс", "Минздрав"])
def test_otherwise_the_cur_hears_whom_they_mean(named: str) -> None:
    """Without a chat, or not named by the directory: a person decides."""
    decision = given_back(tell(named, busy(Job.NOT_OURS, WORK)))
    assert the(decision).chat == CUR_CHAT and "Считают, что отвечает" in said(decision, CUR_CHAT)


def test_what_may_not_be_passed_on_stays() -> None:
    held = busy(Job.NOT_OURS, in_cur(), peer=CUR_CHAT)
    decision = tell("Миндор", held, chat=cur())
    assert not decision.appeals and "Сейчас так сделать нельзя" in said(decision, CUR_CHAT)


@pytest.mark.parametrize("named, returned", [("Миндор", ()), ("Минздрав", ("health",))])
def test_who_gives_it_back_or_gave_it_back_is_not_named(named: str, returned: tuple[str, ...]) -> None:
    decision = tell(named, busy(Job.NOT_OURS, replace(WORK, returned=returned)))
    assert not decision.appeals and "возвращает сообщение как не своё" in said(decision, ROADS_CHAT)


def test_without_a_likely_agency_not_ours_is_asked_all_the_same() -> None:
    decision = press("not_ours", held=appeal(status=Status.IN_WORK))
    (question,) = sends(decision, ROADS_CHAT)
    assert the(decision).status is Status.IN_WORK and labels(question) == ["Не знаю", "Отмена"]


# The ЦУР blocks a flooder.


def test_a_flooder_is_blocked_until_the_end_of_a_day() -> None:
    """T9: with a term; the resident's dialogue and the log keep it."""
    decision = pick("day 2026-12-01", busy(Job.BLOCK, in_cur(), peer=CUR_CHAT), chat=cur())
    assert decision.dialogue is not None and decision.dialogue.resident == ANNA
    until = decision.dialogue.blocked_until
    assert until is not None and (until.month, until.day) == (12, 1)
    assert "не принимаем новых сообщений до 1 декабря" in said(decision, CUR_CHAT)
    assert the(decision).version == 2 and decision.audit
