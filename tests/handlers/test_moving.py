"""An address put right after the number: a line of its own, and route, term and incident anew (R22, R25, R32, T18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.resident.moving import corrected_by_words
from handlers.text import actions, texts_chat
from handlers.views.turn import PAUSE_TIMER
from matching.judge import TextJudge
from states.decision import Decision
from states.dialogue import AddingTo, AskingText, Draft, Preview
from states.directory import Agency, Level, Route
from states.effects import CancelSend, Edit
from states.events import MessageEdited, MessageNew, TimerFired
from states.facts import WantedFacts
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.lifecycle.reasons import Note
from states.messages import Command, Message
from states.people.chats import Chat
from tests import example
from tests.handlers.given import (
    ANNA,
    CHATS,
    CUR_CHAT,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    labels,
    of,
    said,
    sends,
    tapped,
    wrote,
)
from tests.handlers.in_chat import CODE, OTHER, member, say, the
from tests.small import NOW, REGION

MIASS_CHAT, ASHA_CHAT = 2_000_000_011, 2_000_000_012
TWO = replace(
    REGION,
    agencies=(*REGION.agencies, Agency("asha", "Администрация Аши", "Аша", Level.MUNICIPALITY, place="aша")),
    routes=(*REGION.routes, Route("asha", topic="pits", place="aша")),
)
"""Where a hole is mended by the town that it is in."""

CHATS_OF_TWO = CHATS | {"miass-gorod": Chat(MIASS_CHAT, "miass-gorod", NOW), "asha": Chat(ASHA_CHAT, "asha", NOW)}
PIT = appeal(topic="pits", agency="miass-gorod", chat=MIASS_CHAT, status=Status.IN_WORK, pieces=(Piece(3, "Яма"),))
AWAY = "ой, это Аша, а не Миасс"


def adds(text: str, held: Appeal = PIT, **more: Any) -> Decision:
    known: dict[str, Any] = {"appeals": (held,), "directory": TWO, "chats": CHATS_OF_TWO} | more
    return decide(facts(dialogue(AddingTo(held.code)), **known), wrote(text, 30))


def edits(before: str, after: str, held: Appeal = PIT, **more: Any) -> Decision:
    known: dict[str, Any] = {"appeals": (replace(held, pieces=(Piece(3, before),)),)} | more
    known = {"directory": TWO, "chats": CHATS_OF_TWO} | known
    return decide(facts(dialogue(), **known), MessageEdited(Message(ANNA, 3, ANNA, NOW, after)))


# What is a correction.

LENIN = appeal(place="miass", address="улица Ленина, дом 4", topic="dorogi-yamy")
JUDGE = TextJudge(example.region())
HOUSE, STREET = "улица Ленина, дом 14", "Мира, 5"


def heard(text: str, held: Appeal = LENIN) -> tuple[str | None, str] | None:
    known = facts(find=example.matcher(), judge=JUDGE, directory=example.region())
    found = corrected_by_words(known, held, (Piece(9, text),))
    return (found.place, found.address) if found is not None else None


@pytest.mark.parametrize(
    "text",
    [
        "дом 14, а не 4", "не 4, а 14", "не дом 4, а дом 14", "дом не 4, а 14", "дом 14 вместо 4", "ой, дом 14, не 4",
        "ошиблась, дом 14", "ошибся домом, 14", "перепутала дом, надо 14", "исправляю: дом 14", "опечатка, дом 14",
        "на самом деле дом 14", "правильно дом 14", "не тот дом указала, нужно 14", "номер дома 14, а не 4",
        "это 14-й дом, а не 4-й", "Ошиблась! Дом 14", "дом 14, ошиблась", "точнее, дом 14", "исправьте на дом 14",
        "исправьте, пожалуйста, номер дома: 14", "правильный номер дома 14", "у меня опечатка: не 4, а 14",
        "Здравствуйте! Я вчера писала, ошиблась домом, надо 14", "Добрый день, ошиблась номером дома: 14",
        "прошу исправить номер дома на 14", "номер дома не 4 а 14", "не дом 4 а 14, перепутала",
        "добрый вечер, в заявке ошибка, дом 14", "вместо дом 4 читать дом 14", "вместо 4 надо 14",
    ],
)  # fmt: skip
def test_another_house_of_the_same_street(text: str) -> None:
    assert heard(text) == ("miass", HOUSE)


@pytest.mark.parametrize(
    "text",
    [
        "не Ленина 4, а Мира 5", "Мира 5, а не Ленина 4", "адрес другой: улица Мира, дом 5", "правильный адрес Мира 5",
        "перепутал, улица Мира 5", "Мира 5 вместо Ленина 4", "точнее, Мира 5", "имела в виду Мира 5",
        "простите, это не Ленина, а Мира, дом 5", "исправьте адрес: Мира 5", "Мира 5, перепутала дом",
        "Ой, извините, я указала неверный адрес, правильный Мира 5", "неправильный адрес, Мира 5",
        "ошиблась, Мира 5, третий подъезд", "точнее, Мира 5, у подъезда", "яма не на Ленина 4, а на Мира 5",
        "я не туда написала, правильно Мира 5", "не Ленина 4, а Мира 5, и почините скорее",
        "прошу исправить адрес: Мира 5", "поменяйте адрес на Мира 5", "исправьте, пожалуйста, адрес на Мира 5",
    ],
)  # fmt: skip
def test_another_street(text: str) -> None:
    assert heard(text) == ("miass", STREET)


def test_another_street_with_the_same_house() -> None:
    for text in ("не на Ленина, а на Мира", "улица Мира, а не Ленина"):
        assert heard(text) == ("miass", "улица Мира, дом 4")


@pytest.mark.parametrize(
    "text, address",
    [
        ("это не Миасс, а Златоуст", LENIN.address),
        ("Златоуст, а не Миасс", LENIN.address),
        ("ошиблась городом, это Златоуст", LENIN.address),
        ("не в Миассе, а в Златоусте, Ленина 40", "Ленина, 40"),
        ("уточняю адрес: Златоуст, улица Ленина, 40", "улица Ленина, дом 40"),
        ("перепутала город, мы в Златоусте", LENIN.address),
        ("не Миасс, а Златоуст, и чиновник берёт взятки", LENIN.address),
    ],
)
def test_another_town(text: str, address: str) -> None:
    assert heard(text) == ("zlatoust", address)


@pytest.mark.parametrize(
    "text",
    [
        "свет не горит, а мигает", "приехали не 4, а 14 человек", "у нас 4 этаж, а не 5", "воды нет не час, а три",
        "и ещё на Мира 5 так же", "не 4 дня, а 14", "не яма, а провал", "четвёртый подъезд, а не пятый",
        "звонила не вам, а в управляющую", "правильно говорят, дом старый", "не Петрова, а Сидорова отвечала",
        "не во дворе, а у дороги", "забыл, третий подъезд", "не только Ленина 4, а весь квартал",
        "не Победы 7, а Мира 5", "не дом 7, а дом 14", "исправьте пожалуйста", "не Ленина, а " + "очень " * 60,
        "не Ленина, а возле школы",
        # A mark that marks nothing.
        "Воды нет два дня, точнее 3", "верно, 7", "исправьте 14", "исправьте дом 14", "вернее, 14", "на самом деле 14",
        "неправильно паркуются у дома Ленина 5", "ой, и на Мира 3 тоже яма", "верните автобус на Мира 5",
        "точнее сказать, как в Златоусте", "правильно, как на Мира 5", "уточните, когда на Мира 5 починят",
        "поправьте забор на Мира 5", "исправлено на Мира 5", "опечатали на Мира 5", "ошиблись, в Златоусте так же",
        "ещё одна яма, точнее на Мира 5", "ой, яма, Мира 5", "Мира 5 неправильно", "уточняю: яма на Мира 5",
        "дома холодно, точнее 14", "дом 9 этажей, точнее 14", "на самом деле на Мира 5 тоже", "Ленина 4 неправильно",
        # Both halves, and something else between them.
        "подъезд не 4, а 5", "номер подъезда не 4, а 5", "приехали не 4, а 14", "в 14, а не в 4",
        "автобус идёт в Златоуст, а не в Миасс", "автобус не на Ленина 4, а на Мира 5 останавливается",
        "не Ленина 4, а Мира 5?", "Мира 5, а не Ленина 4?", "не Ленина 4, а у магазина, 5", "ой, не Победы 7, а Мира 5",
        "может, ошиблась, Мира 5?", "живу в Златоусте, а не в Миассе",
        "прописана на Мира 5, а не на Ленина 4", "мне ответили про Мира 5, а не про Ленина 4",
        "скорая приехала на Мира 5 вместо Ленина 4", "почему убирают Мира 5, а не Ленина 4",
        "снегоуборщик поехал на Мира 5, а не на Ленина 4", "на Ленина 4 воды нет, а на Мира 5 есть",
        "не на Ленина, а на Мира стоит снегоуборщик", "автобус теперь идёт по Мира вместо Ленина",
        # A number that is no house: prices, hours, floors, routes, schools, days, people.
        "цена 40, а не 4 рубля", "плата не 4, а 14", "проезд не 4, а 14", "не в 4 утра, а в 14",
        "приём до 14, а не до 4", "вызывали не 4 раза, а 14",
        "лифт стоит на 14 этаже, а не на 4", "дом не 4 этажа, а 14", "у нас не 4, а 14 этажей", "14-й день, а не 4-й",
        "автобус 14, а не 4", "маршрут 14, а не 4", "не 4 маршрут, а 14", "маршрутка не номер 4, а номер 14",
        "номер автобуса 14, а не 4", "исправьте номер автобуса на 14", "школа № 14, а не 4", "номер школы 14, а не 4",
        "больница 14, а не 4", "бригада номер 14, а не 4", "номер бригады не 4, а 14", "номер заявки 14, а не 4",
        "нас было 14, а не 4 человека", "затопило не 4, а 14 домов", "не 4 дома, а 14 домов",
        "квартира не 4, а 14", "домофон не 4, а 14", "дома не 24, а 14 градусов", "не 4 числа, а 14",
        "ошиблась датой, надо 14 числа", "ошиблась, 14 человек", "дом 14, не 4 подъезд", "до дома 14 метров, а не 4",
        "ошиблась, в прошлый раз был дом 14, там починили", "бригада перепутала дом, приехала на Мира 5",
    ],
)  # fmt: skip
def test_what_names_nothing_that_stood_there_is_none(text: str) -> None:
    assert heard(text) is None


def test_a_street_without_a_house_gets_one() -> None:
    assert heard("забыла, правильно дом 14", replace(LENIN, address="улица Ленина")) == ("miass", "улица Ленина, 14")
    assert heard("не 4, а 14", replace(LENIN, address="")) is None


# A line of its own.


def test_card_chat_and_author_read_what_it_was() -> None:
    decision = adds("ул. Мира, 9, а не ул. Мира, 1")
    after = the(decision)
    assert (after.address, after.was_at, after.chat) == ("ул. Мира, 9", "Миасс, Мира, 1", MIASS_CHAT)
    line = texts_chat.corrected_line("Миасс, Мира, 1", "Миасс, Мира, 9")
    told = f"№{CODE}: житель исправил адрес. Было «Миасс, Мира, 1», стало «Миасс, Мира, 9»."
    assert said(decision, MIASS_CHAT).startswith(told) and "Исправили: было «Миасс, Мира, 1»" in said(decision)
    (card,) = [one for one in of(Edit, decision) if one.target == PIT.card]
    assert line in card.text and after.deadline == PIT.deadline, "the same agency, the same term"


def test_an_edit_of_the_sent_message_does_the_same() -> None:
    decision = edits("Яма, Миасс, ул. Мира, 1", "Яма, Миасс, ул. Мира, 9")
    assert the(decision).address == "ул. Мира, 9" and the(decision).was_at == "Миасс, Мира, 1"
    assert "житель исправил адрес" in said(decision, MIASS_CHAT) and "Уточнение к" in said(decision, MIASS_CHAT)
    assert "Исправили: было" in said(decision)
    other = edits("Яма, Миасс, ул. Мира, 1", "Две ямы, Миасс, ул. Мира, 1")
    assert not the(other).was_at and "Правку учли" in said(other)


def test_an_edit_that_takes_the_address_away_leaves_none() -> None:
    """The street of one town is none of another's."""
    assert the(edits("Яма, Миасс, ул. Мира, 1", "Яма, Аша")).address == ""


def test_an_edit_that_names_no_address_leaves_the_one_that_was_told() -> None:
    decision = edits("Яма, Миасс, ул. Мира, 1", "Яма, Миасс, возле первого дома")
    assert the(decision).address == "ул. Мира, 1" and "Правку учли" in said(decision)


def test_an_address_may_look_like_a_pattern_of_ours() -> None:
    held = replace(PIT, address="ул. Мира {code}, 1")
    assert "{code}" in said(adds("ул. Мира, 9, а не ул. Мира {code}, 1", held))


# Another municipality.


@pytest.mark.parametrize("decision", [adds(AWAY), edits("Яма в Миассе", "Яма, Аша")])
def test_it_goes_to_whom_the_directory_names_there(decision: Decision) -> None:
    after = the(decision)
    assert (after.place, after.agency, after.chat, after.status) == ("aша", "asha", ASHA_CHAT, Status.ROUTED)
    assert [line.action for line in decision.history] == [Action.ROUTE] and after.deadline is not None
    assert "Адрес исправлен: было «Миасс, Мира, 1» → «Ашинский, Мира, 1»" in said(decision, ASHA_CHAT)
    (why,) = [one.text for one in sends(decision, MIASS_CHAT)]
    assert why.startswith("Житель исправил адрес, передали: Администрация Аши.") and "Мира" not in why
    assert "Исправили: было «Миасс, Мира, 1», стало «Ашинский, Мира, 1»." in said(decision)
    assert len(sends(decision, ANNA)) == 1, "said once"


BRIBE = "Чиновник берёт взятки"


@pytest.mark.parametrize(
    "decision",
    [
        adds(f"не Миасс, а Аша, и {BRIBE.lower()}"),
        adds(f"ул. Мира, 9, а не ул. Мира, 1. {BRIBE}"),
        edits("Яма в Миассе", f"Яма, Аша. {BRIBE}"),
        edits("Яма, Миасс, ул. Мира, 1", f"Яма, Миасс, ул. Мира, 9. {BRIBE}"),
    ],
    ids=["another town", "another house", "an edit to another town", "an edit to another house"],
)
def test_a_crime_told_with_a_correction_reaches_the_cur(decision: Decision) -> None:
    """R30: wherever the message goes with its new address."""
    assert the(decision).was_at and Note.CRIME in the(decision).notes
    (told,) = sends(decision, CUR_CHAT)
    assert "взятки" in told.text and the(decision).chat in (MIASS_CHAT, ASHA_CHAT)


def test_an_answer_about_the_former_address_does_not_leave() -> None:
    going = the(say("Яму заделали вчера", PIT, chat=CHATS_OF_TWO["miass-gorod"], directory=TWO, chats=CHATS_OF_TWO))
    cause = going.held[0].cause
    decision = adds(AWAY, going, unsent=frozenset({cause}))
    assert of(CancelSend, decision)[0] == CancelSend(cause) and not the(decision).held and not the(decision).tasks
    (told,) = [one.text for one in of(Edit, decision) if "Яму заделали вчера" in one.text]
    assert told.endswith("Было: «Яму заделали вчера».")


def test_without_a_chat_there_it_is_the_cur_that_reads_it() -> None:
    decision = adds(AWAY, chats={code: chat for code, chat in CHATS_OF_TWO.items() if code != "asha"})
    after = the(decision)
    assert (after.status, after.chat, after.agency) == (Status.WAITING, CUR_CHAT, "asha")


def test_one_that_waits_goes_where_there_is_a_chat_and_stays_where_there_is_none() -> None:
    waits = replace(PIT, status=Status.WAITING, chat=CUR_CHAT, agency=None)
    assert the(adds(AWAY, waits)).chat == ASHA_CHAT
    nobody = {code: chat for code, chat in CHATS_OF_TWO.items() if code != "asha"}
    stays = the(adds(AWAY, waits, chats=nobody))
    assert (stays.chat, stays.place, stays.was_at) == (CUR_CHAT, "aша", "Миасс, Мира, 1")


@pytest.mark.parametrize(
    "more",
    [{"by_hand": True}, {"notes": ("crime",)}, {"chosen_by_resident": True}, {"chat": CUR_CHAT}, {"agency": "asha"}],
)
def test_what_a_person_has_decided_stays_with_him(more: dict[str, Any]) -> None:
    held = replace(PIT, **more)
    assert (the(adds(AWAY, held)).chat, the(adds(AWAY, held)).place) == (held.chat, "aша")


def test_an_answered_one_is_put_right_where_it_is() -> None:
    held = replace(PIT, status=Status.ANSWERED)
    assert the(adds(AWAY, held)).status is Status.ANSWERED and the(adds(AWAY, held)).chat == MIASS_CHAT


# Incidents.


def test_who_joined_others_goes_his_own_way_from_another_town() -> None:
    lead = replace(PIT, code=OTHER, resident=1002, incident=OTHER)
    joined = replace(PIT, status=Status.MERGED, incident=OTHER, chat=None, card="", agency=None)
    decision = adds(AWAY, joined, leads={OTHER: lead}, members=(joined,))
    after = the(decision)
    assert (after.incident, after.chat, after.status) == ("", ASHA_CHAT, Status.ROUTED)
    assert [line.action for line in decision.history] == [Action.SEPARATE, Action.ROUTE]
    assert the(decision, OTHER).version == lead.version + 1
    assert any("Житель исправил адрес" in one.text for one in sends(decision, MIASS_CHAT))
    (card,) = [one for one in of(Edit, decision) if one.target == lead.card]
    assert "Вместе с ним" not in card.text and "написали и другие" not in card.text


def test_another_house_of_the_street_is_the_same_outage() -> None:
    lead = replace(PIT, code=OTHER, resident=1002, incident=OTHER)
    joined = replace(PIT, status=Status.MERGED, incident=OTHER, chat=None, card="", pieces=(Piece(3, "Нет воды"),))
    near = adds("ул. Мира, 9, а не ул. Мира, 1", joined, leads={OTHER: lead})
    assert the(near).status is Status.MERGED and the(near).was_at
    far = adds("ул. Лесная, 2, а не ул. Мира, 1", joined, leads={OTHER: lead})
    assert the(far).status is not Status.MERGED and the(far).chat == MIASS_CHAT


def test_the_others_of_an_incident_stay_when_its_first_author_moves() -> None:
    lead = replace(PIT, incident=CODE)
    others = tuple(
        replace(member(code, who), topic="pits", agency=None) for code, who in ((OTHER, 1002), ("1124-CCCC", 3))
    )
    decision = adds(AWAY, lead, members=others)
    assert (the(decision).incident, the(decision).chat) == ("", ASHA_CHAT)
    heir = the(decision, OTHER)
    assert (heir.incident, heir.chat) == (OTHER, MIASS_CHAT) and the(decision, "1124-CCCC").incident == OTHER


# Before it is known to which message it belongs.


def test_it_is_offered_to_the_message_that_it_puts_right() -> None:
    """«Не ул. Мира, 1, а …» names an address, as a new story does."""
    draft = Draft((Piece(30, "не ул. Мира, 1, а ул. Лесная, 2"),))
    other = appeal(code=OTHER, address="ул. Победы, 7", topic="pits")
    known: dict[str, Any] = {"appeals": (replace(PIT, created_at=NOW), other), "directory": TWO, "chats": CHATS_OF_TWO}
    offered = decide(facts(dialogue(AskingText(), draft), **known), TimerFired("pause", str(ANNA), ANNA, NOW))
    assert "Мира, 1" in said(offered) and labels(sends(offered)[0])[0] == "Дополнить"
    kept = dialogue(AskingText(), replace(draft, offered=True))
    done = decide(facts(kept, **known), tapped(actions.ADD_DRAFT, CODE))
    assert the(done).address == "ул. Лесная, 2"
    late = known | {"now": NOW + timedelta(days=2)}
    told = decide(facts(dialogue(AskingText(), draft), **late), TimerFired("pause", str(ANNA), ANNA, NOW))
    assert "Дополнить" not in labels(sends(told)[0])


def test_every_chat_is_loaded_where_an_address_may_be_put_right() -> None:
    def wanted(event: MessageNew | MessageEdited) -> WantedFacts:
        return needs(event, dialogue())

    written = Message(ANNA, 3, ANNA, NOW, "дом 14, а не 4")
    assert wanted(MessageNew(written)).every_chat and wanted(MessageNew(written)).also_told
    assert not wanted(MessageNew(replace(written, text="и второй подъезд"))).every_chat
    assert wanted(MessageEdited(replace(written, text="Яма, Аша"))).every_chat
    assert wanted(MessageNew(replace(written, text="", command=Command(actions.ADD_DRAFT, CODE)))).also_told
    assert not needs(MessageEdited(replace(written, peer=ROADS_CHAT)), None).also_told


# Before it is sent.

PIT_IN_KOPEYSK = Draft(
    (Piece(3, "Яма на дороге, Копейск, Труда 80"),), topic="dorogi-yamy", place="kopeysk", address="Труда, 80",
    settling_text=False,
)  # fmt: skip
PUT_RIGHT = (
    "Это ошибка, дом 82", "ошибка, дом 82", "ой, дом 82", "Нет, дом 82", "не 80, а 82", "дом 82", "не тот дом, 82",
    "я ошиблась, дом 82", "Это неправильно, дом 82", "опечатка дом 82", "82, а не 80", "извините дом 82", "*82",
    "адрес неверный, Труда 82", "у меня ошибка в адресе, правильно Труда 82", "неверно, дом 82", "номер дома 82",
    "вы ошиблись, дом 82", "нет-нет, 82 дом", "Труда 82",
)  # fmt: skip


def before_sending(text: str, draft: Draft = PIT_IN_KOPEYSK, step: Any = Preview()) -> Draft:  # noqa: B008
    known = facts(dialogue(step, draft), find=example.matcher(), judge=JUDGE, directory=example.region())
    after = decide(known, wrote(text, 30)).dialogue
    assert after is not None
    return after.draft


@pytest.mark.parametrize("text", PUT_RIGHT)
def test_what_is_put_right_in_the_preview_changes_its_address_and_keeps_its_words(text: str) -> None:
    draft = before_sending(text)
    assert (draft.place, draft.address) == ("kopeysk", "Труда, 82") and text in draft.text


@pytest.mark.parametrize(
    ("text", "place", "address"),
    [
        ("это не Труда, а Мира", "kopeysk", "Мира, 80"),
        ("Это ошибка, правильно Мира 7", "kopeysk", "Мира, 7"),
        ("ой, это не Копейск, а Миасс", "miass", "Труда, 80"),
    ],
)
def test_another_street_or_town_in_the_preview(text: str, place: str, address: str) -> None:
    draft = before_sending(text)
    assert (draft.place, draft.address) == (place, address)


@pytest.mark.parametrize(
    "text",
    [
        "и в доме 82 так же", "дом 82?", "у дома 82 тоже яма", "дом 9 этажей", "третий подъезд", "не 2 дня, а 3",
        "там уже 82 ямы", "не яма, а провал",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_leaves_the_address(text: str) -> None:
    assert before_sending(text).address == "Труда, 80"


def test_a_house_is_no_other_one_where_the_address_has_none() -> None:
    assert before_sending("дом 82", replace(PIT_IN_KOPEYSK, address="сквер у реки")).address == "сквер у реки"


def test_a_slip_that_is_put_right_in_the_next_message_is_not_asked_about() -> None:
    pieces = (Piece(3, "Яма на дороге, Копейск, Труда 80"), Piece(4, "ой, дом 82"))
    told = Draft(pieces, settling_text=True)
    known = facts(dialogue(AskingText(), told), find=example.matcher(), judge=JUDGE, directory=example.region())
    after = decide(known, TimerFired(PAUSE_TIMER, str(ANNA), ANNA, NOW)).dialogue
    assert after is not None and after.draft.address == "Труда, 82"
