"""From two tables to a region's folder, and what is said of a region before anybody lives in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.cli import app
from bot.process.advice import Refusal
from bot.region import map_file
from bot.region.directory_file import read
from bot.region.felt import findings, names, outlines, phrases
from bot.region.findings import first_few
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
    few = {*groups} in ({"dorogi"}, {"dorogi", "othody"})
    shipped = Path("regions/ozernaya" if few else "regions/chelyabinsk")
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
    known = read(made(tmp_path, wanted(tmp_path, MORE, BODIES.replace(";Заозёрье;", ";99505000;"), groups=())))
    assert [(one.code, one.short) for one in known.places] == [
        ("zaozere", "Заозёрье (округ)"),
        ("zaozere-2", "Заозёрье (город)"),
    ]
    assert known.timezone == "Asia/Chita" and known.places_count == 2 and len(known.topics) > 250
    assert {one.number for one in known.numbers} == {"112", "101", "102", "103", "104"}
    assert all(line.source for line in known.crisis) and not known.faq and not known.outside
    assert any(line.startswith("• Одно название") or "Лиственка" in line for line in map(str, names(known)))


def test_names_as_offices_write_them_are_made_plain(tmp_path: Path) -> None:
    """«г. Заречный», «д. Малиновка» were found in no message; long names were cut within a word."""
    places = (
        "название;населённые пункты\nЗаречный округ;г. Заречный, д.Малиновка, хутор Дальний, пгт Северный, Станция\n"
    )
    body = "министерство дорожного хозяйства и транспорта края"
    bodies = (
        f"название;муниципалитет;темы\n{body};;Свет, газ и топливо, Дороги и тротуары\nДума;Заречный;всё остальное\n"
    )
    folder = made(tmp_path, wanted(tmp_path, places, bodies, groups=("dorogi", "energo")))
    known = read(folder)
    assert (known.places[0].centre, known.places[0].code) == ("Заречный", "zarechnyy")
    assert [found.name for found in known.settlements] == ["Малиновка", "Дальний", "Северный", "Станция"]
    ministry = known.agencies[0]
    assert ministry.short == "министерство дорожного хозяйства и" and not ministry.code.endswith("-t")
    groups = yaml.safe_load((folder / "routes.yaml").read_text(encoding="utf-8"))["routes"][0]["groups"]
    assert groups == ["energo", "dorogi"]


WRONG = [
    # municipalities, bodies, groups, what is said
    ("", BODIES, "Муниципалитеты: файл .+ пуст"),
    (PLACES.splitlines()[0], BODIES, "Муниципалитеты, строка 2: здесь должна быть первая запись"),
    (PLACES.replace("название", "имя"), BODIES, "Муниципалитеты, строка 1: нет столбца «название». Есть: «имя»"),
    (PLACES.replace("Заозёрье, Лиственка", ""), BODIES, "Муниципалитеты, строка 2: нет ни «центр»"),
    (PLACES.replace(";Заозёрье", ";\"Заозёрье"), BODIES, "places.csv не похож на таблицу: в строке 2 кавычка"),
    (PLACES.replace(";", ","), BODIES, "Муниципалитеты, строка 2: ячеек больше, чем столбцов"),
    (PLACES.replace("99505000", "9950500"), BODIES, "Муниципалитеты, строка 2: ОКТМО «9950500»: нужно 8 или 11 цифр"),
    (PLACES.replace("99505000", "9950500О"), BODIES, "Муниципалитеты, строка 2: ОКТМО «9950500О»"),
    (PLACES + PLACES.splitlines()[1], BODIES, "строка 3: «Заозёрский .+» уже в строке 2(?s:.)+«99505000»"),
    (PLACES.replace("Заозёрский", "З" * 300), BODIES, "Муниципалитеты, строка 2: «З{40}…» длиннее 300"),
    (PLACES.replace("Заозёрье,", "З" * 41 + ","), BODIES, "Муниципалитеты, строка 2: центр «З+» длиннее 40"),
    (PLACES.replace("Заозёрский муниципальный округ", ""), BODIES, "Муниципалитеты, строка 2: пусто в «название»"),
    (
        PLACES.replace("ОКТМО", "Жители").replace("99505000", "много"),
        BODIES,
        "Муниципалитеты, строка 2: «много» — не число жителей",
    ),
    (PLACES, BODIES.replace("Округ;Заозёрье", "Округ;Заозерьево"), "Органы, строка 3: муниципалитета .+ «заозерье»?"),
    (PLACES, BODIES.replace("Округ;Заозёрье", "Округ;Миасс"), "Органы, строка 3: муниципалитета «Миасс» .+ нет"),
    (MORE, BODIES, "Органы, строка 3: муниципалитетов «Заозёрье» несколько"),
    (PLACES, BODIES.replace("тротуары", "мосты"), "Органы, строка 2: группы тем «дороги и мосты» нет. Может быть"),
    (PLACES, BODIES.replace("Дороги и тротуары", "ж"), "«ж» нет.\nГруппы тем, код или название:\n  dorogi"),
    (PLACES, BODIES.replace("Заозёрье;остальное", ";остальное"), "Органы, строка 3: «остальное» — только у органа с"),
    (PLACES, BODIES + "Дума;;Заозёрье;остальное", "строка 4: за «остальное» здесь уже отвечает «Округ» .строка 3"),
    (PLACES, BODIES + "Минтранс;;;dorogi", "Органы, строка 4: за «dorogi» здесь уже отвечает «Миндор»"),
    (PLACES, BODIES.replace("темы", "задачи"), "Органы, строка 1: нет столбца «темы»"),
    (PLACES, BODIES + ";;;ж\n" * 30, "И ещё строк: 40"),
]  # fmt: skip


@pytest.mark.parametrize(("places", "bodies", "said"), WRONG)
def test_what_a_table_lacks_is_said_with_its_line(tmp_path: Path, places: str, bodies: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        files(wanted(tmp_path, places, bodies))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "--name"),
        ({"timezone": "Europe/Moskow"}, "Может быть, «Europe/Moscow»?"),
        ({"groups": ("vodka",)}, "Групп тем нет: vodka. Есть: dorogi"),
        ({"topics": Path("nowhere")}, "нет topics.yaml"),
    ],
)
def test_what_was_typed_wrong_is_said(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        files(replace(wanted(tmp_path), **changed))


def test_settlements_may_have_a_table_of_their_own(tmp_path: Path) -> None:
    """As statistics keep them: by ОКТМО of eleven digits, the first is the centre where none is named. Other columns of
    the municipalities are taken; one that nobody knows is named in the checklist."""
    asked = wanted(
        tmp_path,
        "название;ОКТМО;центр;районы;прозвища;старые названия;жители;жители центра;глава\n"
        "ЗАТО Светлый;99747000;Светлый;Южный|Северный;Светляк;;12 000;11000;Иванов\n"
        "Озёрский округ;99510000;;;;Озёрский район;;;\n",
        "название;муниципалитет;темы\nАдминистрация;99747000;остальное\n"
        "Очень длинное название органа, которого нет;;\n",
    )
    (tmp_path / "all.csv").write_text(
        "муниципалитет;название\n99510000101;Озёрск\nОзерский район;Лиственка\n99510000;Лиственка\n"
    )
    told = files(replace(asked, settlements=tmp_path / "all.csv"))
    city, around = yaml.safe_load(told["places.yaml"])["places"]
    assert (
        city["kind"] == "city_okrug" and city["districts"] == ["Южный", "Северный"] and city["nicknames"] == ["Светляк"]
    )
    assert (city["residents"], city["population"], city["settlements"]) == (12_000, 11_000, [])
    assert (around["kind"], around["short"], around["settlements"]) == ("municipal_okrug", "Озёрск", ["Лиственка"])
    todo = told["checklist.md"]
    assert "Муниципалитеты: столбцы не прочитаны: глава." in todo
    assert "short: «Очень длинное название органа, которого» обрезано" in todo and "отвечает «Очень длинное" in todo
    (tmp_path / "all.csv").write_text("муниципалитет;название\nМиасс;Лиственка\n")
    with pytest.raises(Refusal, match="Населённые пункты, строка 2: муниципалитета «Миасс»"):
        files(replace(asked, settlements=tmp_path / "all.csv"))


def test_a_city_takes_what_a_city_answers_for(tmp_path: Path) -> None:
    made = yaml.safe_load(files(wanted(tmp_path, groups=("город",)))["topics.yaml"])["groups"]
    codes = {group["code"] for group in made}
    assert {"blago", "dorogi", "zhkh", "transport"} <= codes and not codes & {"zdrav", "selhoz", "svo"}


SQUARE = [[[50.00001, 55.0, 7.0], [50.000011, 55.0, 7.0], [50.5, 55.0], [50.5, 55.5], [50.00001, 55.0]]]


def geojson(*properties: dict[str, object], shape: object = SQUARE, kind: str = "Polygon", **more: object) -> str:
    features = [{"properties": told, "geometry": {"type": kind, "coordinates": shape}} for told in properties]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}, ensure_ascii=False)


def test_outlines_are_known_by_name_or_number(tmp_path: Path) -> None:
    """What has none, and an outline of nobody, stands in the checklist; the check says the same of a folder."""
    (tmp_path / "map.geojson").write_text(
        geojson(
            {"oktmo": 99701000}, {"official_name": "Городской округ ЗАОЗЁРЬЕ"}, {"name": "Миасс"}, {}, attribution="©"
        )
    )
    bodies = BODIES.replace("Заозёрье", "99505000")
    asked = replace(wanted(tmp_path, MORE, bodies), outlines=tmp_path / "map.geojson")
    folder = made(tmp_path, asked)
    drawn = map_file.read(folder)
    assert drawn is not None and drawn.by == "©" and [shape.code for shape in drawn.shapes] == ["zaozere-2"]
    assert drawn.shapes[0].rings[0] == ((50.0, 55.0), (50.5, 55.0), (50.5, 55.5), (50.0, 55.0))
    assert len(drawn.shapes[0].rings) == 2
    todo = (folder / "checklist.md").read_text()
    assert "нет контура: Заозёрский муниципальный округ." in todo and "их не взяли: Миасс, 4-й." in todo
    assert "attribution" not in todo
    assert [str(one.line()) for one in outlines(read(folder), folder)] == [
        "• На карте нет: Заозёрье (округ).\n    Впишите их контуры в map.geojson."
    ]
    (folder / "map.geojson").write_text(geojson({"place": "nowhere"}, attribution=""))
    assert [one.wrong for one in outlines(read(folder), folder)] == [False, True]
    (folder / "map.geojson").write_text("{}")
    assert [one.text for one in outlines(read(folder), folder)] == ["Карта map.geojson не читается."]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("{", "строка 1: это не JSON"),
        ("[]", "нужна FeatureCollection"),
        ('{"features": [1]}', "нужна FeatureCollection"),
        (geojson({"name": "Миасс"}), "ни в одном контуре нет названия"),
        (geojson({"name": "Заозёрье"}, kind="Point", shape=[1, 2]), "нужен Polygon или MultiPolygon"),
        (geojson({"name": "Заозёрье"}, shape=[[[5_500_000, 6_000_000]]]), "контур «Заозёрье»: .+ в градусах"),
        (geojson({"name": "Заозёрье"}, shape=[[[50, 55], [51, 55]]]), "контур «Заозёрье»"),
        (geojson({"name": "Заозёрье"}, shape=[[["a", "b"]]]), "контур «Заозёрье»"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, told: str, said: str) -> None:
    asked = replace(wanted(tmp_path), outlines=tmp_path / "map.geojson")
    with pytest.raises(Refusal, match="не прочитать"):
        files(asked)
    (tmp_path / "map.geojson").write_text(told)
    with pytest.raises(Refusal, match=said):
        files(asked)
    (tmp_path / "map.geojson").write_bytes(b"\xff\xfe")
    with pytest.raises(Refusal, match="не GeoJSON в UTF-8"):
        files(asked)


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
