"""Danger shows 112 at once (R28), a crime goes to a moderator (R30); neither cries at every burnt-out bulb."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.crimes import CRIMES, crime
from screening.danger import DANGERS, Danger, alarms, called_for, hazards
from screening.phrases import LOOKED, Table, alone, pair
from tests.cost import cost
from tests.form import examples
from tests.screening.sets import Phrases, danger_developing, developing, figures, measuring

RECALL, PRECISION = 0.95, 0.85
FOUND, FALSE = 0.97, 0.03


def dangers(text: str) -> frozenset[Danger]:
    return alarms(text) | hazards(text)


DANGEROUS, CRIMINAL = developing("danger"), developing("crime")


@pytest.mark.parametrize(
    "phrases", [measuring("danger_measuring"), danger_developing()], ids=["measuring", "developing"]
)
def test_danger_is_found_and_not_heard_where_there_is_none(phrases: Phrases) -> None:
    """R28. The measuring set was written before its author had read the rules."""
    assert len(phrases.told) >= 150 and len(phrases.harmless) >= 150
    told = figures(phrases, dangers)
    print(told)
    assert told.found >= FOUND and told.false <= FALSE


def test_no_phrase_stands_in_both_sets() -> None:
    measured, developed = measuring("danger_measuring"), danger_developing()
    assert not {*measured.told, *measured.harmless} & {*developed.told, *developed.harmless}


@pytest.mark.parametrize("name", ["made with", "held out"])
def test_crimes(name: str) -> None:
    """R30."""
    known = CRIMINAL if name == "made with" else CRIMINAL["held_out"]
    right, wrong = sum(map(crime, known["crime"])), sum(map(crime, known["none"]))
    print(f"crime, {name}: recall {right / len(known['crime']):.3f}, precision {right / (right + wrong):.3f}")
    assert right / len(known["crime"]) >= RECALL and right / (right + wrong) >= PRECISION


@pytest.mark.parametrize(
    "text",
    [
        "Сына увезли в травмпункт, а там закрыто",
        "Девочку увезла скорая, спасибо врачам",
        "Ребёнка увели из группы в другой корпус, потому что холодно",
        "Детей увозят на автобусе в соседнюю школу",
        "Бабушка увела детей с площадки, там стекло",
    ],
)
def test_who_is_taken_somewhere_is_not_stolen(text: str) -> None:
    assert not crime(text)


@pytest.mark.parametrize("text", ["Незнакомец увёл мальчика с площадки", "Ребёнка силой увезли на чужой машине"])
def test_who_is_taken_by_a_stranger_is(text: str) -> None:
    assert crime(text)


def test_the_right_kind_is_among_those_heard() -> None:
    every = [(Danger(kind), text) for kind, texts in DANGEROUS["kinds"].items() for text in texts]
    right = sum(kind in dangers(text) for kind, text in every)
    print(f"right kind: {right / len(every):.3f} of {len(every)}")
    assert right / len(every) >= RECALL


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Пожар! Горит второй этаж", {Danger.FIRE}),
        ("В подъезде запах газа", {Danger.GAS}),
        ("Открытый люк у школы", {Danger.MANHOLE}),
        ("Угарный газ, отцу плохо", {Danger.CARBON_MONOXIDE, Danger.MEDICAL}),
        ("СОСЕД С НОЖОМ", {Danger.VIOLENCE}),
        ("Сосульки висят над подъездом", {Danger.ICICLES}),
        ("Не хочу жить", {Danger.DESPAIR}),
        ("Рыбак провалился под лёд", {Danger.DROWNING}),
        ("Отчим трогает меня", {Danger.CHILD}),
    ],
)
def test_kinds(text: str, heard: set[Danger]) -> None:
    assert dangers(text) >= heard


def test_people_now_are_apart_from_what_hurts_nobody_yet() -> None:
    """R28: the mark before consent and what is told at once are of alarms alone."""
    assert alarms("Открытый люк у школы") == frozenset() and hazards("Открытый люк у школы") == {Danger.MANHOLE}
    assert alarms("Пожар! Горит второй этаж") == {Danger.FIRE} and not hazards("Пожар! Горит второй этаж")


@pytest.mark.parametrize("text", ["С меня требуют взятку", "Украли велосипед", "Мошенники обманули бабушку"])
def test_a_crime_is_no_danger(text: str) -> None:
    assert crime(text) and not dangers(text)


def test_which_service_answers() -> None:
    assert called_for("Пожар, пахнет газом, сосед с ножом") == {"101", "102", "104"}
    assert called_for("Открытый люк у школы") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Газ отключили по долгам",
        "Сгорела лампочка",
        "Умер телефон",
        "Убили дорогу",
        "Убийственный запах",
        "Не горит фонарь",
        "Нет пожара",
        "Тонем в мусоре",
        "Отсутствует освещение",
    ],
)
def test_false_friends(text: str) -> None:
    assert dangers(text) == frozenset()


def test_a_fire_engine_that_cannot_pass_is_shown_only_with_a_fire() -> None:
    assert dangers("Пожарная машина не проехала бы к дому: заставлен двор") == frozenset()
    assert Danger.FIRE in dangers("Пожарная машина не проехала к дому, горит балкон")


TABLE = Table(
    {"near": (pair("кот", "дом*"),), "word": (alone("лев не_спит"),)},
    (pair("лев", "толст*"),),
    ((alone("во_сне"), frozenset({"word"})), (pair("если", "вдруг"), frozenset({"word", "near"}))),
)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("кот и дома", {"near"}),
        ("дома кот", {"near"}),
        ("кот. Ушёл, и больше никогда не видел этого дома", set()),
        ("кот один два три четыре пять шесть семь восемь дом", set()),
        ("лев", {"word"}),
        ("лев Толстой", set()),
        ("Лев Толстой. ЛЕВ!", {"word"}),
        ("не лев", set()),
        ("не, лев", {"word"}),
        ("он не спит", {"word"}),
        ("он не не спит", set()),
        ("спит", set()),
        ("дом дом кот", {"near"}),
        ("во сне лев", set()),
        ("во сне: лев", set()),
        ("во сне, лев", {"word"}),
        ("во сне кот и дом", {"near"}),
        ("если вдруг кот и дом", set()),
        ("если вдруг кот, и дом", set()),
        ("если вдруг, кот и дом", {"near"}),
        ("если, вдруг лев", {"word"}),
        ("если вдруг кот дома. Кот дома", {"near"}),
        ("кот, " * 3 + "дом " * 3, {"near"}),
    ],
)
def test_how_phrases_are_heard(text: str, heard: set[str]) -> None:
    assert TABLE.heard(text) == heard


def test_one_word_is_not_two() -> None:
    assert Table({"twice": (pair("дом*", "дом*"),)}).heard("дом") == frozenset()
    assert Table({"twice": (pair("дом*", "дом*"),)}).heard("дом, дом") == {"twice"}


def written(table: Table) -> Iterable[str]:
    for group in (*table.phrases.values(), table.harmless, tuple(phrase for phrase, _ in table.frames)):
        for phrase in group:
            for part in phrase:
                yield from part.split("|")


def test_the_tables_are_spelt_as_they_are_read() -> None:
    """A star inside a word or a third joined word would never be found."""
    for word in {*written(DANGERS), *written(CRIMES)}:
        assert word == word.lower() and "ё" not in word and "*" not in word[:-1] and word.count("_") <= 1, word


@settings(max_examples=examples(200), deadline=None)
@given(st.text() | st.lists(st.sampled_from(sorted({*written(DANGERS)})), max_size=30).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    assert dangers(text) <= frozenset(Danger)


@pytest.mark.parametrize("piece", ["а", "а ", "не ", "дети ", "человек упал ", "горит свет ", ".", "дом_", "1 "])
def test_no_text_of_100_kb_is_slow(piece: str) -> None:
    text = piece * (100_000 // len(piece.encode()))
    assert len(text) > LOOKED
    assert cost(lambda: dangers(text)) < 0.05


def test_a_usual_text_takes_under_a_millisecond() -> None:
    text = "Добрый день! На улице Труда у дома 5 третью неделю не вывозят мусор, " * 3
    assert cost(lambda: dangers(text)) < 0.001
