"""Words that tell nothing are no story, and whatever may be a part of a problem tells something (I15)."""

from __future__ import annotations

import pytest

from screening.acts import Act, votes
from screening.acts.written import acknowledges, act, agrees, asks_when, says_nothing, says_unknown


@pytest.mark.parametrize(
    "text",
    [
        "помогите пожалуйста",
        "Помогите!!!",
        "тут такое дело",
        "тут такая ситуация",
        "у нас беда",
        "у меня вопрос",
        "Здравствуйте, можно спросить?",
        "Добрый вечер. Подскажите пожалуйста",
        "хочу пожаловаться",
        "нужна помощь",
        "Алло",
        "срочно!",
        "есть кто-нибудь",
        "да",
        "ну вот",
        "ок",
        "понятно",
        "проблема одна",
        "что делать",
        "???",
    ],
)
def test_a_filler_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "не горит",
        "помогите, нет воды",
        "у нас беда во дворе",
        "тут яма",
        "козлы",
        "нужна помощь с лекарствами",
        "вопрос по школе",
        "пожар",
        "нет света",
        "112",
        "дом 5",
        "хочу узнать про садик",
        "проблема с автобусом",
        "кто убирает снег",
        "темно",
        "воняет",
        "дышать нечем",
        "мусор",
        "здравствуйте, дорога",
        "Миасс",
    ],
)
def test_what_may_be_a_problem_tells_something(text: str) -> None:
    assert not says_nothing(text)


def test_a_closed_list_is_read_as_a_whole() -> None:
    assert all(map(acknowledges, ("ок", "Ок!", "Хорошо, жду", "понял", "да")))
    assert not any(map(acknowledges, ("ок?", "ок, но ямы нет", "спасибо", "жду воду", "")))
    assert agrees("Да, верно") is True and agrees("не то") is False
    assert agrees("да, у дома 5") is None and agrees("") is None


@pytest.mark.parametrize(
    "text",
    ["забыл, третий подъезд", "дом 14, а не 4", "и ещё там темно", "вот фото", "уточню: у школы", "ошиблась этажом"],
)
def test_more_to_what_was_told_is_heard(text: str) -> None:
    assert (act(text) or votes(text).likely()) in (Act.ADDITION, Act.CORRECTION)
    assert votes("яма на дороге").likely() is Act.STORY


@pytest.mark.parametrize(
    "text", ["не знаю", "Незнаю", "я не помню точно", "не знаю адрес", "точного адреса не знаю", "хз", "адреса нет"]
)
def test_who_does_not_know_the_address_says_so(text: str) -> None:
    assert says_unknown(text)


@pytest.mark.parametrize(
    "text", ["не знаю, возле школы", "нет дома", "улица Незнамова", "у дома 5", "не знаю когда включат"]
)
def test_a_place_is_told_all_the_same(text: str) -> None:
    assert not says_unknown(text)


@pytest.mark.parametrize(
    "text",
    [
        "когда дадут воду-то?",
        "ну когда уже уберут снег",
        "Скоро ли включат?",
        "ну что, починят фонарь или нет",
        "сколько ещё ждать отопления",
    ],
)
def test_who_begins_with_when_waits_for_something(text: str) -> None:
    assert asks_when(text)


@pytest.mark.parametrize(
    "text",
    [
        "нет воды",
        "снег не уберут никогда",
        "у нас когда дождь, затапливает подвал",
        "когда я шла домой вечером из школы меня укусила собака",
    ],
)
def test_a_story_with_when_in_it_is_none(text: str) -> None:
    assert not asks_when(text)
