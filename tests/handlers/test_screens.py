"""Every step can be shown, in any state of the draft, within VK's limits and without a lie about what will happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.text import actions, texts
from handlers.views.own_screens import stage_words
from handlers.views.preview import agency_of
from handlers.views.screens import show
from states.dialogue import (
    AddingTo,
    AskingAddress,
    AskingConsent,
    AskingPublication,
    AskingScene,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    ConfirmingErasure,
    ConfirmingWithdrawal,
    Draft,
    Idle,
    ListingAppeals,
    Preview,
    Refused,
    ShowingAppeal,
    ShowingData,
    Step,
)
from states.directory import Directory, Level
from states.lifecycle.appeal import Appeal, Piece, Status
from states.screen import ButtonKind, Screen
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import PHOTO, READY, appeal, dialogue, facts, in_cur
from tests.handlers.limits import fits
from tests.small import NOW, POLICY

CODE = "1124-AAAA"
STEPS: tuple[Step, ...] = (
    Idle(), AskingConsent(), Refused(), AskingText(), ChoosingTopic(("pits", "fire", "нет такой")), ChoosingGroup(9),
    AskingScene(), ChoosingTopic(("pits",), True, 3), ChoosingTopic(("нет такой",), True),
    ChoosingTopicOf("roads"), ChoosingTopicOf(None, 0, ("snow",)), ChoosingTopicOf(None), ChoosingPlace(),
    ChoosingPlace(("miass", "нет такого"), 3), AskingAddress(), ChoosingLevel(), ChoosingAgency(),
    ChoosingAgency("agency"), ChoosingAgency(None, 0, ("roads", "нет такого")), ConfirmingAgency("roads"),
    ConfirmingAgency("нет такого"), Preview(), ChoosingChange(), ListingAppeals(7), ShowingAppeal(CODE),
    ShowingAppeal("нет такого"), AddingTo(CODE), ConfirmingWithdrawal(CODE), ShowingData(), ConfirmingErasure(),
    AskingPublication(),
)  # fmt: skip
LONG = replace(READY, pieces=(Piece(3, "🙂" * 50_000, (PHOTO,) * 10),), address="а" * 300, named="secret")


def screen(step: Step, draft: Draft | None = None, **more: Any) -> Screen:
    known: dict[str, Any] = {"appeals": (appeal(),)} | more
    return show(step, dialogue(step, draft or Draft()), facts(**known))


def labels(shown: Screen) -> list[str]:
    return [one.label for row in shown.keyboard.rows for one in row] if shown.keyboard else []


def commands(shown: Screen) -> list[tuple[str, str]]:
    rows = shown.keyboard.rows if shown.keyboard else ()
    return [(one.command.action, one.command.value) for row in rows for one in row]


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("draft", [Draft(), Draft(named="roads"), READY, LONG], ids=["empty", "named", "ready", "long"])
def test_every_step_can_be_shown_within_the_limits(step: Step, draft: Draft) -> None:
    many = tuple(appeal(code=f"1124-AA{n:02}", pieces=LONG.pieces) for n in range(40))
    shown = screen(step, draft, appeals=(appeal(), *many))
    fits(shown.text, shown.keyboard)
    assert shown.keyboard is not None and not shown.keyboard.inline


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
def test_every_step_has_a_way_out(step: Step) -> None:
    """features.md I: «Назад» or «Отмена» on every step, the two answers of a consent, the menu itself."""
    assert {"Назад", "Отмена", "Написать сообщение", "Даю согласие", "Не разрешаю"} & set(labels(screen(step)))


def test_an_empty_directory_breaks_no_step() -> None:
    bare = replace(facts(), directory=Directory("О", "https://x", "112"))
    for step in STEPS:
        shown = show(step, dialogue(step, READY), bare)
        fits(shown.text, shown.keyboard)


def test_the_menu_offers_the_formal_way_and_to_go_on_with_a_draft() -> None:
    """R5."""
    keyboard = screen(Idle()).keyboard
    assert keyboard is not None
    (formal,) = [one for row in keyboard.rows for one in row if one.kind is ButtonKind.LINK]
    assert (formal.label, formal.link) == ("Подать официально", "https://www.gosuslugi.ru/")
    assert labels(screen(Idle()))[0] == "Написать сообщение"
    assert labels(screen(Idle(), READY))[:2] == ["Продолжить", "Начать заново"]


def test_the_consent_stands_alone_with_its_two_buttons() -> None:
    """R6."""
    for step in (AskingConsent((1,)), Refused()):
        assert screen(step).text == POLICY.consent
        assert labels(screen(step)) == ["Даю согласие", "Не даю"]


def test_what_happened_is_asked_for_whoever_it_is_for() -> None:
    """R26."""
    assert screen(AskingText()).text == texts.ASK_TEXT
    assert "Написать конкретному органу" in labels(screen(AskingText()))
    named = screen(AskingText(), Draft(named="roads"))
    assert named.text.startswith("Кому: Министерство дорог.") and "Написать конкретному органу" not in labels(named)
    assert screen(AskingText(), Draft((Piece(1, "", (PHOTO,)),))).text == texts.ASK_WORDS


def test_to_a_text_that_stays_nobody_is_told_that_it_will_be_replaced() -> None:
    """«Назад» and «Добавить фото» keep the text: what is written now is added to it."""
    shown = screen(AskingText(), replace(READY, settling_text=True)).text
    assert "Прежний текст заменим" not in shown and "добавим" in shown


def test_topics_are_offered() -> None:
    plain = screen(ChoosingTopic(("pits", "snow")))
    assert labels(plain) == ["Ямы на дороге", "Снег на дороге", "Другая тема", "Отмена"]
    assert plain.text == texts.ASK_TOPIC


def test_choices_name_what_they_choose() -> None:
    assert (actions.GROUP, "roads") in commands(screen(ChoosingGroup()))
    assert (actions.TOPIC, "snow") in commands(screen(ChoosingTopicOf("roads")))
    assert (actions.PLACE, "miass") in commands(screen(ChoosingPlace(("miass",))))
    assert (actions.LEVEL, "governor") in commands(screen(ChoosingLevel()))
    assert [command for command in commands(screen(ChoosingAgency("agency"))) if command[0] == actions.AGENCY] == [
        (actions.AGENCY, "park"),
        (actions.AGENCY, "secret"),
    ]
    assert (actions.AGENCY, "roads") in commands(screen(ChoosingAgency()))


def test_only_levels_with_agencies_are_offered() -> None:
    bare = facts()
    kept = tuple(agency for agency in bare.directory.agencies if agency.level is Level.REGION)
    shown = show(ChoosingLevel(), dialogue(), replace(bare, directory=replace(bare.directory, agencies=kept)))
    assert labels(shown) == ["Министерства и ведомства", "Назад", "Отмена"]


def test_a_district_of_a_city_is_asked_for_as_a_part_of_the_address() -> None:
    """R60."""
    here = facts().directory
    city = replace(here, places=(replace(here.places[0], districts=("Северный", "Южный")), *here.places[1:]))
    asked = screen(AskingAddress(), replace(READY, address=""), directory=city)
    assert "Район, если знаете: Северный, Южный." in asked.text
    assert "район" not in screen(AskingAddress(), replace(READY, address="", place="p1"), directory=city).text
    assert "район" not in screen(AskingAddress()).text


def test_several_places_are_a_question_which_and_pages_show_them_all() -> None:
    """R59."""
    assert screen(ChoosingPlace(("miass", "aша"))).text == texts.ASK_WHICH_PLACE
    assert screen(ChoosingPlace(("miass",))).text == screen(ChoosingPlace()).text == texts.ASK_PLACE
    shown = [
        command
        for page in range(3)
        for command in commands(screen(ChoosingPlace((), page)))
        if command[0] == actions.PLACE
    ]
    assert len(shown) == len(set(shown)) == len(facts().directory.places)


def test_the_address_may_be_a_point_or_unknown() -> None:
    """R25."""
    keyboard = screen(AskingAddress()).keyboard
    assert keyboard is not None and keyboard.rows[0][0].kind is ButtonKind.LOCATION
    assert "Не знаю адрес" in labels(screen(AskingAddress()))


def test_the_resident_decides_between_two_agencies() -> None:
    shown = screen(ConfirmingAgency("roads"), replace(READY, named="health"))
    assert (
        "Обычно на это отвечает Министерство дорог" in shown.text and "Вы выбрали: Министерство здоровья" in shown.text
    )
    assert commands(shown)[:2] == [(actions.GIVE_TO, "roads"), (actions.GIVE_TO, "health")]


def test_the_preview_shows_all_that_will_be_sent() -> None:
    """R25."""
    shown = screen(Preview(), READY).text
    for line in ("Большая яма у дома", "Проверьте: снег на дороге", "Миасс, ул. Мира, 1", "Ответит Миндор."):
        assert line in shown
    assert "Приложено" not in shown
    files = screen(Preview(), replace(READY, pieces=(Piece(3, "Яма", (PHOTO, PHOTO)),), address="", topic="odd")).text
    assert "Приложено: 2 файла" in files and "Миасс, без адреса" in files
    assert "\nСначала прочитает центр управления регионом:" in files
    assert "Ответит доверие." in screen(Preview(), replace(READY, named="secret")).text


def test_the_agency_of_a_draft_is_that_of_the_directory() -> None:
    assert agency_of(READY, facts()) == "roads"
    assert agency_of(replace(READY, topic="odd"), facts()) is None
    assert agency_of(Draft(), facts()) is None


def test_files_can_be_taken_away_or_added() -> None:
    assert "Добавить фото" in labels(screen(ChoosingChange(), READY))
    assert "Убрать фото и файлы" in labels(screen(ChoosingChange(), LONG))


def test_ones_own_are_listed_newest_first_with_their_state() -> None:
    """R36."""
    old = appeal(code="1123-BBBB", created_at=appeal().created_at.replace(day=23), status=Status.ANSWERED)
    assert labels(screen(ListingAppeals(), appeals=(old, appeal())))[:2] == [
        "1. Снег на дороге · Миасс, Мира, 1",
        "2. Снег на дороге · Миасс, Мира, 1",
    ]
    text = screen(ListingAppeals(), appeals=(old, appeal())).text
    assert "1. Снег на дороге · Миасс, Мира, 1: передано, ждём ответа\n2. " in text and text.endswith(": есть ответ")
    assert screen(ListingAppeals(), appeals=()).text == texts.NO_APPEALS


def test_to_its_author_a_message_speaks_of_himself() -> None:
    """R36: never «житель пишет, что не решено» to the resident who has written it."""
    said = [stage_words(status) for status in Status]
    assert len(set(said)) == len(Status)
    for status, words in zip(Status, said, strict=True):
        listed = screen(ListingAppeals(), appeals=(appeal(status=status),)).text
        assert "жител" not in words and listed.endswith(f": {words}")
        assert f"Сейчас: {words}" in screen(ShowingAppeal(CODE), appeals=(appeal(status=status),)).text


@pytest.mark.parametrize(
    "status, buttons",
    [
        (Status.WAITING, ["Дополнить", "Отозвать", "Поторопить"]),
        (Status.ROUTED, ["Дополнить", "Отозвать", "Поторопить"]),
        (Status.IN_WORK, ["Дополнить", "Отозвать", "Поторопить"]),
        (Status.ASKED, ["Ответить на вопрос", "Отозвать"]),
        (Status.ANSWERED, ["Решено", "Не решено", "Дополнить"]),
        (Status.REOPENED, ["Дополнить", "Отозвать", "Поторопить"]),
        (Status.CLOSED, ["Не решено"]),
        (Status.DECLINED, ["Не решено", "Подать официально"]),
        (Status.OUTSIDE, ["Не решено", "Подать официально"]),
        (Status.WITHDRAWN, []),
    ],
)
def test_an_appeal_is_shown_in_the_regions_time_with_what_can_be_done(status: Status, buttons: list[str]) -> None:
    """R4, R45."""
    shown = screen(ShowingAppeal(CODE), appeals=(appeal(status=status),))
    assert labels(shown) == [*buttons, "Назад", "Помощь"]
    assert shown.text.endswith("\n№1124-AAAA") and "24 ноября в 14:00" in shown.text
    assert "Снег во дворе" in shown.text and status.value not in shown.text


def test_an_appeal_that_is_not_there_is_not_yours() -> None:
    assert screen(ShowingAppeal("1124-ZZZZ")).text == texts.NOT_YOURS


@pytest.mark.parametrize("held, name", [(appeal(), "Миндор"), (in_cur(agency="roads"), "центр управления")])
def test_who_answers_is_who_has_it_now(held: Appeal, name: str) -> None:
    """R22, R36: a message that the ЦУР looks at first is not with the agency yet."""
    assert f"Отвечает: {name}" in screen(ShowingAppeal(CODE), appeals=(held,)).text
    taken = replace(held, status=Status.IN_WORK)
    assert f"Отвечает: {name}" in screen(ShowingAppeal(CODE), appeals=(taken,)).text


def test_a_term_that_is_over_is_told_as_over() -> None:
    """R36: never «ждём ответа до» a moment that has passed."""
    late = appeal(deadline=Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=2), NOW - timedelta(days=1)))
    shown = screen(ShowingAppeal(CODE), appeals=(late,)).text
    assert "Сейчас: передано, ждём ответа, срок был 23 ноября в 14:00" in shown
    waits = replace(late, deadline=Deadline(TermClock.FIRST_ANSWER, NOW, NOW + timedelta(days=3)))
    assert "ждём ответа до пт 27 ноября, 14:00" in screen(ShowingAppeal(CODE), appeals=(waits,)).text
