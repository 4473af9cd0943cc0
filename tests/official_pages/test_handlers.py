"""A resident asks for an official page and gets its link beside the dialogue; nothing told is swallowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from features.official_pages import texts
from features.official_pages.handlers import RULES
from features.official_pages.model.page import BodyKind, Network, OfficialPage, PagesAsked, PagesFound, PageState
from handlers.decide import decide
from handlers.needs import needs
from handlers.text import actions, texts_wishes
from states.dialogue import AskingText, Dialogue, Draft, Idle, Preview
from states.effects import StartTimer
from states.events import Event
from states.facts import Facts, Question
from states.lifecycle.appeal import Piece, Status
from states.messages import Location
from tests.handlers import given
from tests.handlers.given import (
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    labels,
    of,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import NOW

ASKED = "страница школы № 5 в Миассе"


def page(number: int = 1, **more: object) -> OfficialPage:
    known = OfficialPage(
        number,
        "Школа № 5",
        BodyKind.SCHOOL,
        "miass",
        "",
        Network.VK,
        f"vk.com/s{number}",
        PageState.MARKED,
        "",
        date(2026, 11, 1),
    )
    return replace(known, **more)  # type: ignore[arg-type]


def found(*pages: OfficialPage, number: int = 0) -> PagesFound:
    return PagesFound(pages, number or len(pages))


def facts(talk: Dialogue, pages: PagesFound | None = None, **more: Any) -> Facts:
    return given.facts(talk, answers={PagesAsked: pages}, rules=RULES, **more)


def wanted(event: Event) -> tuple[Question[Any], ...]:
    return needs(event, dialogue(), RULES).questions


def test_only_a_question_in_the_own_dialogue_wants_the_registry() -> None:
    assert wanted(wrote(ASKED)) == (PagesAsked("школы 5 миассе"),)
    assert wanted(wrote("Яма у школы 5")) == ()
    assert wanted(wrote(ASKED, peer=ROADS_CHAT)) == ()
    assert wanted(tapped(actions.SEND)) == ()


def test_without_the_feature_a_question_is_a_message_like_any_other() -> None:
    assert needs(wrote(ASKED), dialogue()).questions == ()
    asked = decide(given.facts(dialogue()), wrote(ASKED))
    assert texts_wishes.HAND_ON in labels(sends(asked)[0])
    decision = decide(given.facts(asked.dialogue), tapped(actions.AS_WORDS, cmid=11))
    assert decision.dialogue is not None and [piece.text for piece in decision.dialogue.draft.pieces] == [ASKED]


def test_one_page_is_told_with_its_mark() -> None:
    decision = decide(facts(dialogue(), pages=found(page())), wrote(ASKED))
    assert said(decision) == texts.one("Школа № 5, Миасс: vk.com/s1 (госметка)")
    assert labels(sends(decision)[0]) == [texts_wishes.ANOTHER]
    plain = decide(facts(dialogue(), pages=found(page(state=PageState.EXISTS, place=""))), wrote(ASKED))
    assert said(plain) == texts.one("Школа № 5: vk.com/s1")
    named = decide(facts(dialogue(), pages=found(page(body="Школа Миасса"))), wrote(ASKED))
    assert "Школа Миасса: vk.com/s1" in said(named)


def test_several_are_a_list_the_marked_first_and_the_rest_is_counted() -> None:
    few = (page(1, state=PageState.EXISTS), page(2), page(3, state=PageState.WAITS))
    lines = said(decide(facts(dialogue(), pages=found(*few)), wrote(ASKED))).splitlines()
    assert lines == [
        "Вот официальные страницы.",
        "• Школа № 5, Миасс: vk.com/s2 (госметка)",
        "• Школа № 5, Миасс: vk.com/s1",
    ]
    many = found(*(page(number) for number in range(1, 31)), number=212)
    told = said(decide(facts(dialogue(), pages=many), wrote(ASKED)))
    assert told.count("•") == 5 and "Есть ещё 207 страниц: уточните номер или город." in told


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ((), texts.unknown()),
        ((page(1, state=PageState.NONE, address=""),), "Школа № 5, Миасс: официальной страницы пока нет. Сообщить"),
        ((page(1, state=PageState.WAITS, address=""),), "официальной страницы пока нет, её готовят. Сообщить"),
        ((page(1, state=PageState.CLOSED), page(2, state=PageState.NONE)), texts.unknown()),
        ((page(1, address=""),), "официальной страницы пока нет. Сообщить"),
    ],
)
def test_where_there_is_none_a_message_is_offered(pages: tuple[OfficialPage, ...], words: str) -> None:
    decision = decide(facts(dialogue(), pages=found(*pages)), wrote(ASKED))
    assert words in said(decision) and labels(sends(decision)[0]) == [texts.WRITE]


@pytest.mark.parametrize("press", [tapped(actions.AS_WORDS, cmid=11), wrote("Написать об этом", cmid=11)])
def test_one_press_makes_a_message_of_the_words(press: object) -> None:
    asked = decide(facts(dialogue(), pages=found()), wrote(ASKED))
    assert asked.dialogue is not None and asked.dialogue.step == Idle() and of(StartTimer, asked)
    told = decide(facts(asked.dialogue), press)  # type: ignore[arg-type]
    assert told.dialogue is not None and told.dialogue.step == AskingText()
    assert [piece.text for piece in told.dialogue.draft.pieces] == [ASKED]


def test_the_draft_and_its_step_stay() -> None:
    asked = decide(facts(dialogue(Preview(), READY), pages=found(page())), wrote(ASKED, cmid=11))
    assert asked.dialogue is not None and asked.dialogue.step == Preview()
    assert replace(asked.dialogue.draft, meant=None) == READY


def test_what_may_be_something_else_is_no_question() -> None:
    pages = found(page())
    plain, point = "официальная страница", Location(55.0, 61.0)
    for more in ({"attachments": (PHOTO,)}, {"location": point}, {"forwarded": 1}):
        assert plain not in said(decide(facts(dialogue(), pages=pages), wrote(ASKED, **more)))
    own = appeal()
    assert plain not in said(decide(facts(dialogue(), pages=pages, appeals=(own,), linked=own), wrote(ASKED)))
    asked = appeal(status=Status.ASKED)
    assert plain not in said(decide(facts(dialogue(), pages=pages, appeals=(asked,)), wrote(ASKED)))
    shut = dialogue(blocked_until=NOW + timedelta(days=1))
    assert plain not in said(decide(facts(shut, pages=pages), wrote(ASKED)))
    assert plain not in said(decide(facts(dialogue(), pages=None), wrote(ASKED)))


def test_danger_is_told_first_all_the_same() -> None:
    """R28."""
    talk = dialogue(AskingText(), Draft(pieces=(Piece(3, "Пожар"),)))
    decision = decide(facts(talk, pages=found(page())), wrote("пожар в школе, дети задыхаются! страница школы 5 где"))
    assert "112" in said(decision)


HOURS = "до скольки работает школа 5 в Миассе"


def test_a_question_about_a_body_gets_its_page_and_may_be_passed_on() -> None:
    assert wanted(wrote(HOURS)) == (PagesAsked("школа 5 миассе"),)
    decision = decide(facts(dialogue(), pages=found(page())), wrote(HOURS))
    assert said(decision) == texts.maybe(texts.one("Школа № 5, Миасс: vk.com/s1 (госметка)"))
    assert labels(sends(decision)[0]) == [texts_wishes.HAND_ON]


@pytest.mark.parametrize("pages", [found(), found(page(state=PageState.WAITS, address="")), None])
def test_where_it_has_no_page_it_is_a_question_like_any_other(pages: PagesFound | None) -> None:
    assert said(decide(facts(dialogue(), pages=pages), wrote(HOURS))) == texts_wishes.QUESTION


def test_while_a_story_is_told_and_in_a_story_no_page_is_named() -> None:
    told = dialogue(AskingText(), Draft(pieces=(Piece(3, "Нет света"),)))
    assert "официальная страница" not in said(decide(facts(told, pages=found(page())), wrote(HOURS)))
    story = "дозвониться до школы 5 нереально"
    assert "официальная страница" not in said(decide(facts(dialogue(), pages=found(page())), wrote(story)))
