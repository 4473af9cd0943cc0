"""From two tables to a region's folder, and what is said of a region before anybody lives in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.cli import app
from bot.process.advice import Refusal
from bot.region.directory_file import read
from bot.region.felt import findings, first_few, names, phrases
from bot.region.new_region import RegionPlan, files

PLACES = "название;ОКТМО;населённые пункты\nЗаозёрский муниципальный округ;99505000;Заозёрье, Лиственка\n"
MORE = PLACES + "Городской округ Заозёрье;99701000;Заозёрье, Лиственка, Подгорка\n"
BODIES = (
    "название;коротко;муниципалитет;темы\nМиндор;;;Дороги и тротуары\nАдминистрация округа;Округ;Заозёрье;остальное\n"
)


def wanted(
    folder: Path, places: str = PLACES, bodies: str = BODIES, groups: tuple[str, ...] = ("dorogi",)
) -> RegionPlan:
    (folder / "places.csv").write_text(places, encoding="utf-8")
    (folder / "bodies.csv").write_text(bodies, encoding="utf-8")
    shipped = Path("regions/chelyabinsk")
    return RegionPlan(
        "Край", "Asia/Chita", folder / "places.csv", folder / "bodies.csv", shipped, groups, date(2026, 12, 1)
    )


def made(folder: Path, asked: RegionPlan) -> Path:
    there = folder / "made"
    there.mkdir()
    for name, text in files(asked).items():
        (there / name).write_text(text, encoding="utf-8")
    return there


def test_two_tables_make_a_directory_that_loads(tmp_path: Path) -> None:
    known = read(made(tmp_path, wanted(tmp_path, MORE, groups=())))
    assert [(one.code, one.short) for one in known.places] == [
        ("zaozere", "Заозёрье"),
        ("zaozere-2", "Заозёрье (город)"),
    ]
    assert known.timezone == "Asia/Chita" and known.places_count == 2 and len(known.topics) > 250
    assert {one.number for one in known.numbers} == {"112", "101", "102", "103", "104"}
    assert all(line.source for line in known.crisis) and not known.faq and not known.outside
    assert any(line.startswith("• Одно название") or "Лиственка" in line for line in map(str, names(known)))


@pytest.mark.parametrize(
    ("places", "bodies", "groups", "said"),
    [
        (PLACES.replace("Заозёрье, Лиственка", ""), BODIES, (), "Муниципалитеты, строка 2"),
        (PLACES, BODIES.replace("Округ;Заозёрье", "Округ;Миасс"), ("dorogi",), "Органы, строка 3"),
        (
            PLACES,
            BODIES.replace("тротуары", "мосты"),
            ("dorogi",),
            "нет групп тем дороги и мосты",
        ),
        (PLACES, BODIES, ("dorogi", "vodka"), "Групп тем нет: vodka"),
    ],
)
def test_what_a_table_lacks_is_said(
    tmp_path: Path, places: str, bodies: str, groups: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        files(wanted(tmp_path, places, bodies, groups))


def test_what_residents_would_miss_is_said(tmp_path: Path) -> None:
    bodies = "название;коротко;муниципалитет;темы\nМусорщики;;;Мусор и отходы\n"
    known = read(made(tmp_path, wanted(tmp_path, MORE, bodies, ("dorogi", "othody"))))
    told = [one.line() for one in findings(known)]
    assert any("Темы, на которые нигде некому ответить" in line for line in told)
    assert any("парах темы и места" in line for line in told)
    nobody = read(made_again(tmp_path, MORE, bodies.replace("Мусор и отходы", "")))
    assert any(one.wrong and "Ни на одну тему некому ответить" in one.text for one in findings(nobody))
    assert phrases(known).text.startswith("Придуманных фраз ") and first_few("abcdefg") == "a, b, c, d, e и ещё 2"


def made_again(folder: Path, places: str, bodies: str) -> Path:
    (folder / "again").mkdir()
    return made(folder / "again", wanted(folder / "again", places, bodies))


def test_the_command_writes_the_folder_once_and_checks_it(tmp_path: Path) -> None:
    asked = wanted(tmp_path)
    typed = ["region", "new", str(tmp_path / "kray"), "--name", "Край", "--places", str(asked.places)]
    typed += ["--bodies", str(asked.bodies), "--groups", "dorogi"]
    done = CliRunner().invoke(app, typed)
    assert done.exit_code == 0 and "checklist.md" in done.output and "✓ На каждую тему" in done.output
    assert "- [ ] region.yaml, communities" in (tmp_path / "kray" / "checklist.md").read_text(encoding="utf-8")
    assert isinstance(CliRunner().invoke(app, typed).exception, Refusal), "what is there stays"
    again = CliRunner().invoke(app, ["region", "check", str(tmp_path / "kray")])
    assert again.exit_code == 0 and "Придуманных фраз" in again.output
