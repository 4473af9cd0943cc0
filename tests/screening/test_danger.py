"""Danger shows 112 at once (R28), a crime goes to a moderator (R30); neither cries at every burnt-out bulb."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.crimes import CRIMES, crime
from screening.danger import DANGERS, Danger, kinds
from screening.phrases import LOOKED, Table, alone, pair
from tests.cost import cost
from tests.form import examples

HERE = Path(__file__).parent
RECALL, PRECISION = 0.95, 0.85


def phrases(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((HERE / f"{name}_phrases.yaml").read_text(encoding="utf-8"))
    return read


DANGEROUS, CRIMINAL = phrases("danger"), phrases("crime")


def figures(
    name: str, told: Sequence[str], not_told: Sequence[str], hears: Callable[[str], object]
) -> tuple[float, float]:
    right, wrong = sum(bool(hears(text)) for text in told), sum(bool(hears(text)) for text in not_told)
    recall, precision = right / len(told), right / (right + wrong)
    print(f"{name}: {len(told)} + {len(not_told)} phrases, recall {recall:.3f}, precision {precision:.3f}")
    return recall, precision


def test_phrases_that_the_rules_were_made_with() -> None:
    told = [text for texts in DANGEROUS["kinds"].values() for text in texts] + DANGEROUS["danger"]
    assert len(told) >= 150 and len(DANGEROUS["none"]) >= 150
    recall, precision = figures("danger", told, DANGEROUS["none"], kinds)
    assert recall >= RECALL and precision >= PRECISION


def test_phrases_held_out() -> None:
    """R28: what was never looked at."""
    held_out = DANGEROUS["held_out"]
    recall, precision = figures("danger held out", held_out["danger"], held_out["none"], kinds)
    assert recall >= RECALL and precision >= PRECISION


def test_crimes_that_the_rules_were_made_with() -> None:
    recall, precision = figures("crime", CRIMINAL["crime"], CRIMINAL["none"], crime)
    assert recall >= RECALL and precision >= PRECISION


def test_crimes_held_out() -> None:
    """R30."""
    held_out = CRIMINAL["held_out"]
    recall, precision = figures("crime held out", held_out["crime"], held_out["none"], crime)
    assert recall >= RECALL and precision >= PRECISION


def test_the_right_kind_is_among_those_heard() -> None:
    every = [(Danger(kind), text) for kind, texts in DANGEROUS["kinds"].items() for text in texts]
    right = sum(kind in kinds(text) for kind, text in every)
    print(f"right kind: {right / len(every):.3f} of {len(every)}")
    assert right / len(every) >= RECALL


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Пожар! Горит второй этаж", {Danger.FIRE}),
        ("В подъезде запах газа", {Danger.GAS}),
        ("Открытый люк у школы", {Danger.MANHOLE}),
        ("Угарный газ, отцу плохо", {Danger.CARBON_MONOXIDE, Danger.MEDICAL}),
        ("С меня требуют взятку", {Danger.CRIME}),
        ("СОСЕД С НОЖОМ", {Danger.VIOLENCE, Danger.CRIME}),
    ],
)
def test_kinds(text: str, heard: set[Danger]) -> None:
    assert kinds(text) >= heard


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
    assert kinds(text) == frozenset()


def test_a_fire_engine_that_cannot_pass_is_shown_only_with_a_fire() -> None:
    assert kinds("Пожарная машина не проехала бы к дому: заставлен двор") == frozenset()
    assert Danger.FIRE in kinds("Пожарная машина не проехала к дому, горит балкон")


TABLE = Table(
    {"near": (pair("кот", "дом*"),), "word": (alone("лев не_спит"),)},
    (pair("лев", "толст*"),),
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
        ("кот, " * 3 + "дом " * 3, {"near"}),
    ],
)
def test_how_phrases_are_heard(text: str, heard: set[str]) -> None:
    assert TABLE.heard(text) == heard


def test_one_word_is_not_two() -> None:
    assert Table({"twice": (pair("дом*", "дом*"),)}).heard("дом") == frozenset()
    assert Table({"twice": (pair("дом*", "дом*"),)}).heard("дом, дом") == {"twice"}


def written(table: Table) -> Iterable[str]:
    for group in (*table.phrases.values(), table.harmless):
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
    assert kinds(text) <= frozenset(Danger)


@pytest.mark.parametrize("piece", ["а", "а ", "не ", "дети ", "человек упал ", "горит свет ", ".", "дом_", "1 "])
def test_no_text_of_100_kb_is_slow(piece: str) -> None:
    text = piece * (100_000 // len(piece.encode()))
    assert len(text) > LOOKED
    assert cost(lambda: kinds(text)) < 0.05


def test_a_usual_text_takes_under_a_millisecond() -> None:
    text = "Добрый день! На улице Труда у дома 5 третью неделю не вывозят мусор, " * 3
    assert cost(lambda: kinds(text)) < 0.001
