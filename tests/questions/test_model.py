"""A question finds its answer in whatever words, spelling and layout; what is only near it finds none."""

from __future__ import annotations

import pytest

from features.questions.model import READ, answers, opens, slips
from states.directory import KnownAnswer
from tests import example

FAQ = example.region().faq


def codes(text: str) -> list[str]:
    return [one.code for one in answers(text, FAQ)]


@pytest.mark.parametrize(
    "text",
    [
        "до скольки работает поликлиника",
        "доскольки работает поликлиника",
        "ДО КАКИХ ЧАСОВ ОТКРЫТА ПОЛИКЛИНИКА?",
        "график работы поликлиники подскажите пожалуйста",
        "здравствуйте, до скольки сегодня открыта поликлиника",
        "паликлиника до скольки сегодня",
        "поликлинника время работы",
        "полклиника до скольки",
        "покиллника, нет, поилклиника до скольки",
        "поликлиника режим работы?",
        "когда работает регистратура",
        "до скольки принимает больница",
        "lj crjkmrb hf,jnftn gjkbrkbybrf",
        "ljcrjkmrb hf,jnftn gjkbrkbybrf",
        "do skolki rabotaet poliklinika",
        "до скoльки рaботaeт пoликлиникa",
        "до скольки работает поликлииииника",
    ],
)
def test_when_a_clinic_is_open(text: str) -> None:
    assert codes(text) == ["clinic-hours"]


@pytest.mark.parametrize(
    "text",
    [
        "как записать ребёнка в садик",
        "как запсать ребенка в садик?",
        "как встать на очередь в детский сад",
        "куда обратиться чтобы записать ребёнка в сад",
        "какие документы нужны для детского садика",
        "где можно поставить ребенка в очередь в детсад",
        "здравствуйте, подскажите как устроить дочь в садик",
        "rfr pfgbcfnm ht,tyrf d cflbr",
        "kak zapisat rebenka v sadik",
        "кааак записать ребёнка в саааадик",
    ],
)
def test_how_a_child_gets_a_place(text: str) -> None:
    assert codes(text) == ["kindergarten"] and opens(text)


@pytest.mark.parametrize(
    "text",
    [
        "это платно?",
        "а это бесплатно",
        "сколько это стоит",
        "вы бесплатные?",
        "у вас платно писать?",
        "сообщение отправить платно или нет",
        "деньги за это берете?",
        "с меня деньги снимут?",
        "сколько стоит написать вам",
        "'nj gkfnyj",
    ],
)
def test_whether_it_costs_anything(text: str) -> None:
    assert codes(text) == ["free"]


@pytest.mark.parametrize(
    "text",
    [
        "можно анонимно?",
        "анонимно писать можно",
        "хочу анонимно",
        "можно без имени",
        "имя обязательно указывать?",
        "можно не называть фамилию",
        "кто видит мою страницу?",
        "моё имя увидят?",
        "мою фамилию покажут?",
        "узнают кто пишет, мою фамилию?",
        "сообщение будет анонимное?",
    ],
)
def test_who_sees_who_writes(text: str) -> None:
    assert codes(text) == ["anonymous"]


@pytest.mark.parametrize(
    "text",
    [
        "парковка у дома стала платной",
        "сколько стоит проезд",
        "в аптеке не дают бесплатные лекарства",
        "до скольки работает библиотека",
        "не могу записать ребёнка в садик третий год",
        "яма у поликлиники",
        "у садика на Ленина нет фонаря",
        "",
        "до скольки работает поликлиника " + "и очень " * READ,
    ],
)
def test_what_is_only_near_finds_none(text: str) -> None:
    assert codes(text) == []


def test_without_answers_nothing_is_looked_for() -> None:
    assert answers("до скольки работает поликлиника", ()) == ()


def test_all_that_fit_are_found_in_the_order_of_the_directory() -> None:
    two = (KnownAnswer("b", "?", phrases=("когда каток*",)), KnownAnswer("a", "?", phrases=("каток*",)))
    assert [one.code for one in answers("когда откроют каток", two)] == ["b", "a"]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("паликлиника", True),
        ("полклиника", True),
        ("поликклиника", True),
        ("поилклиника", True),
        ("поликлиника", False),
        ("политика", False),
        ("палеклиника", False),
    ],
)
def test_one_letter_may_be_wrong(word: str, near: bool) -> None:
    assert slips(word, "поликлин") is near


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("как быть", True),
        ("здравствуйте, подскажите когда", True),
        ("вода есть?", True),
        ("rfr ,snm", True),
        ("как же так, в соцзащите очередь с ночи и никого", False),
        ("нет воды и не знаю когда дадут", False),
    ],
)
def test_how_a_question_opens(text: str, told: bool) -> None:
    assert opens(text) is told
