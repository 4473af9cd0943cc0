"""Decided messages of another system as a table: columns, names of topics, days, and what is not understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.process.advice import Refusal
from bot.region import table_file
from bot.region.table_file import Line
from features.learning import table
from features.learning.table import Columns
from matching.learned.example import Example
from tests.small import REGION

DAY = date(2026, 11, 27).toordinal()


def lines(*rows: dict[str, str]) -> list[Line]:
    return list(enumerate(rows, 2))


def written(folder: Path, text: str, encoding: str = "utf-8") -> list[Line]:
    path = folder / "rows.csv"
    path.write_bytes(text.encode(encoding))
    return table_file.read(path)


class TestColumns:
    @pytest.mark.parametrize(
        ("heads", "roles"),
        [
            ("Текст;Тема;Муниципалитет;Исполнитель;Дата;Автор", "text topic place agency day author"),
            ("message,category,district,executor,created_at,user_id", "text topic place agency day author"),
            ("Номер;ТЕКСТ  ОБРАЩЕНИЯ;Рубрика", "text topic"),
            ("что;где", ""),
        ],
    )
    def test_guessed_by_their_heads(self, heads: str, roles: str, tmp_path: Path) -> None:
        apart = ";" if ";" in heads else ","
        found = written(tmp_path, heads + "\n" + apart.join("x" * (heads.count(apart) + 1)))
        assert set(table.guess_columns(table.heads_of(found)).heads) == set(roles.split())

    def test_told_by_a_file(self, tmp_path: Path) -> None:
        said = tmp_path / "columns.yaml"
        said.write_text("text: Что\ntopic: Рубрика\ntopics:\n  Ямочки: pits\n", encoding="utf-8")
        found = table.read_columns(said, ["что", "рубрика", "дата"])
        assert found.heads == {"text": "что", "topic": "рубрика", "day": "дата"} and not found.missing
        assert found.codes["topics"] == {"ямочки": "pits"}

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ("text: Нет такого\n", "нет столбца «нет такого»"),
            ("текст: Что\n", "ожидаются строки вида"),
            ("- text\n", "ожидаются строки вида"),
            ("topics: [a]\n", "название: код"),
            ("text: [\n", "YAML не читается"),
        ],
    )
    def test_a_wrong_file_is_refused(self, said: str, why: str, tmp_path: Path) -> None:
        file = tmp_path / "columns.yaml"
        file.write_text(said, encoding="utf-8")
        with pytest.raises(Refusal, match=why):
            table.read_columns(file, ["что", "рубрика"])

    def test_what_is_missing(self) -> None:
        assert table.guess_columns(["текст", "дата"]).missing == ["topic"]
        with pytest.raises(Refusal, match="нет строк"):
            table.heads_of([])


COLUMNS = Columns({role: role for role in table.ROLES}, {"topics": {"ямищи": "pits", "чужая": "nowhere"}})
ROW = {
    "text": "Яма",
    "topic": "Ямы на дороге",
    "place": "Миасс",
    "agency": "Миндор",
    "day": "27.11.2026",
    "author": "a",
}


class TestRead:
    @pytest.mark.parametrize(
        ("cells", "made"),
        [
            ({}, Example("Яма", "pits", "miass", "roads", DAY, 1)),
            ({"topic": "pits", "place": "miass", "agency": "roads"}, Example("Яма", "pits", "miass", "roads", DAY, 1)),
            ({"topic": "ЯМЫ  на дороге", "place": "Миасский городской округ"},
             Example("Яма", "pits", "miass", "roads", DAY, 1)),
            ({"topic": "Ямищи", "day": "2026-11-27 10:15:00"}, Example("Яма", "pits", "miass", "roads", DAY, 1)),
            ({"day": "27.11.2026 10:15", "author": ""}, Example("Яма", "pits", "miass", "roads", DAY, 0)),
            ({"day": "вчера", "place": "Атлантида", "agency": "Магия"}, Example("Яма", "pits", "", "", 0, 1)),
            ({"place": "", "agency": ""}, Example("Яма", "pits", "", "", DAY, 1)),
        ],
    )  # fmt: skip
    def test_a_line(self, cells: dict[str, str], made: Example) -> None:
        assert table.read(lines({**ROW, **cells}), COLUMNS, REGION).examples == [made]

    def test_what_is_not_understood_is_counted(self) -> None:
        rows = [
            {**ROW, "topic": "Драконы"},
            {**ROW, "topic": "Драконы"},
            {**ROW, "topic": "Чужая"},
            {**ROW, "text": ""},
        ]
        found = table.read(lines(*rows, {**ROW, "place": "Атлантида"}), COLUMNS, REGION)
        assert (len(found.examples), found.empty, found.unknown) == (1, 1, {"Драконы": 2, "Чужая": 1})
        said = "\n".join(found.lines())
        assert "пропущено 3" in said and "«Драконы»: 2" in said and "муниципалитетов: 1" in said and "Яма" not in said

    def test_many_unknown_topics_are_not_all_named(self) -> None:
        found = table.read(lines(*({**ROW, "topic": f"Тема {n}"} for n in range(40))), COLUMNS, REGION)
        assert found.lines()[-1] == "  … и ещё 25."

    def test_authors_are_numbers_of_this_run(self) -> None:
        rows = [{**ROW, "author": one} for one in ("иван", "мария", "иван", "")]
        assert [one.author for one in table.read(lines(*rows), COLUMNS, REGION).examples] == [1, 2, 1, 0]

    def test_a_name_of_two_topics_means_neither(self) -> None:
        twice = replace(REGION, topics=(*REGION.topics, replace(REGION.topics[0], code="pits2")))
        assert table.read(lines(ROW), COLUMNS, twice).unknown == {"Ямы на дороге": 1}
        assert table.read(lines({**ROW, "topic": "pits2"}), COLUMNS, twice).examples[0].topic == "pits2"

    @pytest.mark.parametrize(("apart", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1251")])
    def test_delimiters_and_encodings(self, apart: str, encoding: str, tmp_path: Path) -> None:
        text = apart.join(["Текст", "Тема"]) + "\n" + apart.join(["Яма во дворе", "Ямы на дороге"])
        found = written(tmp_path, text, encoding)
        made = table.read(found, table.guess_columns(table.heads_of(found)), REGION).examples
        assert [(one.text, one.topic) for one in made] == [("Яма во дворе", "pits")]
