"""Each wrong line of a directory is told with its file, line, name and what to do; nothing wrong passes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import examine, read
from bot.region.directory_json import from_json, to_json
from states.directory import Agency, Directory, Level, Place, PlaceKind, Route, Scene, Topic
from tests.bot.directory_source import GOOD, REGION, TODAY, line_of, told
from tests.form import examples

BOMB = "x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
"""Aliases of aliases: a hundred million values in half a kilobyte."""


def test_a_right_file_is_read_whole(file: Path) -> None:
    file.write_text(GOOD)
    reading = examine(file, TODAY)
    known = reading.directory
    assert reading.warnings == ()
    assert known.agencies[1] == Agency(
        "miass-gorod",
        "Администрация Миасса",
        "Миасс",
        Level.MUNICIPALITY,
        "miass",
        checked_on=date(2026, 11, 24),
    )
    assert known.topics[0] == Topic(
        "yamy", "dorogi", "Ямы", "Ямы на дороге.", ("яма", "выбоина"), checked_on=date(2026, 11, 24), joinable=True
    )
    assert known.places[0].kind is PlaceKind.CITY_OKRUG and known.settlements[0].place == "miass"
    assert known.routes == (
        Route("roads", group="dorogi", checked_on=date(2026, 11, 24)),
        Route("miass-gorod", topic="yamy", place="miass", checked_on=date(2026, 11, 24)),
    )
    here, there = known.agency_for("yamy", "miass"), known.agency_for("yamy", "sosnovsky")
    assert here and there and (here.code, there.code) == ("miass-gorod", "roads")
    assert known.emergency == "112" and known.version


def test_a_folder_is_one_directory(tmp_path: Path) -> None:
    at = GOOD.index("places:")
    (tmp_path / "a.yaml").write_text(GOOD[:at])
    (tmp_path / "b.yml").write_text(GOOD[at:])
    (tmp_path / "notes.txt").write_text("не справочник")
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "all.yaml").write_text(GOOD)
    assert read(tmp_path) == read(tmp_path / "whole")
    assert read(tmp_path).version == read(tmp_path / "whole").version


WRONG = [
    ("name: Область", "timezone: Asia/Chito\n  name: Край", "region:", ["пояса «Asia/Chito» нет", "«Asia/Chita»?"]),
    # what is replaced, by what, where it is told (a piece of the new text), words of the sentence
    ("        name: Ямы\n", "        nmae: Ямы\n", "nmae", ["такого ключа нет", "«name»?"]),
    ("        name: Ямы\n", "", "code: yamy", ["тема «yamy»", "name", "не указано", "Добавьте"]),
    ("name: Ямы\n", f"name: {'Я' * 41}\n", "ЯЯ", ["длиннее 40 знаков", "Сократите"]),
    ("name: Дороги", f"name: {'Д' * 41}", "ДД", ["группа", "длиннее 40"]),
    ("short: Сосновский округ", f"short: {'С' * 41}", "СС", ["муниципалитет", "длиннее 40"]),
    ("name: Ямы\n", 'name: ""\n', 'name: ""', ["пусто"]),
    ("code: sneg", "code: yamy", "code: yamy\n        name: Снег", ["тема «Снег»", "«yamy» уже занят"]),
    ("code: miass-gorod", "code: roads", "code: roads\n    name: Администрация", ["уже занят"]),
    ("  - code: sosnovsky", "  - code: miass", "code: miass\n    kind: municipal", ["уже занят"]),
    ("code: yamy", "code: Ямы 1", "code: Ямы 1", ["латинские"]),
    ("level: region", "level: minister", "level: minister", ["minister", "governor"]),
    ("kind: city_okrug", "kind: город", "kind: город", ["city_okrug", "municipal_okrug"]),
    ("place: miass\n", "place: mias\n", "code: miass-gorod", ["муниципалитета с кодом «mias»", "«miass»?"]),
    ("agency: roads,", "agency: road,", "agency: road,", ["органа с кодом «road»", "«roads»?"]),
    ("topics: [yamy]", "topics: [yama]", "- {agency: miass-gorod", ["темы с кодом «yama»", "«yamy»?"]),
    ("groups: [dorogi]", "groups: [doroga]", "- {agency: roads", ["группы с кодом «doroga»"]),
    ("place: miass, topics: [yamy]", "groups: [dorogi]", "- {agency: miass-gorod", ["правило уже есть"]),
    ("groups: [dorogi], ", "", "- {agency: roads", ["без темы, группы и муниципалитета"]),
    ("centre: Миасс\n    settlements: [Тургояк]\n    checked: 2026-11-24\n",
     "centre: Миасс\n    settlements: [Тургояк]\n", "code: miass\n    kind", ["checked", "не указано"]),
    ("settlements: [Тургояк]", "settlements: Тургояк", "settlements: Тургояк", ["должно быть списком"]),
    ("checked: 2026-11-24\nemergency", "checked: 2027-01-01\nemergency", "region:\n  name", ["ещё не наступила"]),
    ("checked: 2026-11-24\nemergency", "checked: вчера\nemergency", "checked: вчера", ["не дата", "2026-11-24"]),
    ("checked: 2026-11-24\nemergency", "checked: 2026-13-41\nemergency", "2026-13-41", ["не читается"]),
    ("id: 101", "id: сто", "id: сто", ["не число"]),
    ("id: 101", "id: -5", "id: -5", ["число от 1"]),
    ("places_count: 2", "places_count: 43", "region:", ["43", "2", "Добавьте недостающие"]),
    ("formal_channel: https:", "formal_channel: ftp:", "formal_channel: ftp:", ["https://"]),
    ('number: "112"', "number: 112", "number: 112", ["кавычки"]),
    ("routes:\n", "rotues:\n", "rotues:", ["раздел «rotues» неизвестен", "«routes»?"]),
    ("about: Ямы на дороге.\n", "about: Ямы на дороге.\n        about: Ещё.\n", "about: Ещё", ["дважды"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "words"), WRONG)
def test_a_wrong_line_is_told(file: Path, old: str, new: str, where: str, words: list[str]) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    lines = told(file, text)
    expected = f"файл {file}, строка {line_of(text, where)}"
    fitting = [line for line in lines if line.startswith(expected) and all(word in line for word in words)]
    assert fitting, (expected, lines)


def test_everything_wrong_is_told_at_once(file: Path) -> None:
    text = GOOD.replace("level: region", "level: x").replace("kind: city_okrug", "kind: y")
    assert len(told(file, text)) == 2


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", ["пуст"]),
        (b"# only a remark\n", ["пуст"]),
        ("просто текст".encode(), ["строка 1", "ожидаются разделы"]),
        (b"- 1\n- 2\n", ["строка 1", "ожидаются разделы"]),
        (b"region:\n  name: [a\nagencies: }\n", ["строка 3", "YAML не читается"]),
        (b"region: a: b\n", ["строка 1", "YAML не читается"]),
        ("region:\n  name: Область\n".encode("cp1251"), ["строка 2", "UTF-8"]),
        (b"\x00\x01\x02", ["YAML не читается"]),
        (b"a: &a [*a]\n", ["вложений"]),
        (b"topics:\n  - !!python/object/apply:os.system [id]\n", ["topics", "неизвестен"]),
        (b"agencies: !!python/name:os.system\n", ["строка 1"]),
        (b"agencies: text\n", ["строка 1", "должен быть списком"]),
        (b"agencies:\n  - text\n", ["строка 2", "ключ: значение"]),
        (b"groups:\n  - {code: a, name: A, checked: 2026-11-24, topics: []}\n", ["строка 2", "список пуст"]),
        (b"groups:\n  - {code: a, name: A, checked: 2026-11-24, topics: [1]}\n", ["строка 2", "ключ: значение"]),
        (BOMB, ["вложений"]),
        (b"#" * 2_100_000, ["больше 2 МБ"]),
    ],
)  # fmt: skip
def test_a_file_that_is_no_directory(file: Path, raw: bytes, words: list[str]) -> None:
    lines = told(file, raw)
    assert any(all(word in line for word in words) for line in lines), lines


def test_missing_sections_are_named(file: Path) -> None:
    lines = told(file, "region: {name: О, formal_channel: https://a.ru, checked: 2026-11-24}\n")
    for section in ("agencies", "groups", "places", "emergency", "communities"):
        assert any(f"нет раздела {section}" in line for line in lines)


def test_two_regions_in_one_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    region = GOOD[: GOOD.index("emergency:")]
    (tmp_path / "b.yaml").write_text(region)
    with pytest.raises(DirectoryErrors, match="раздел region уже есть"):
        read(tmp_path)


def test_no_file_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DirectoryErrors, match="не найден"):
        read(tmp_path / "nowhere")
    with pytest.raises(DirectoryErrors, match="нет файлов .yaml"):
        read(tmp_path)


def test_what_works_but_is_old_or_unanswered_is_a_warning(file: Path) -> None:
    file.write_text(GOOD.replace("  - {agency: roads, groups: [dorogi], checked: 2026-11-24}\n", ""))
    one, two = examine(file, TODAY).warnings
    assert f"строка {line_of(GOOD, 'code: yamy')}" in one and "муниципалитетах: sosnovsky" in one
    assert "тема «Снег»" in two and "никто не назначен, " in two and "control_centre" in two
    file.write_text(GOOD)
    later = examine(file, TODAY + timedelta(days=400), timedelta(days=365)).warnings
    assert len(later) == 10 and all("проверено 24.11.2026" in line and "365" in line for line in later)
    assert examine(file).warnings == ()


def test_a_topic_may_wait_for_the_control_centre_on_purpose(file: Path) -> None:
    text = GOOD.replace("  - {agency: roads, groups: [dorogi], checked: 2026-11-24}\n", "")
    file.write_text(text + "control_centre: {groups: [dorogi], checked: 2026-11-24}\n")
    reading = examine(file, TODAY)
    assert reading.warnings == () and reading.directory.agency_for("sneg", "miass") is None


def test_the_example_region_is_right_and_without_warnings() -> None:
    reading = examine(REGION, TODAY)
    known = reading.directory
    assert reading.warnings == ()
    assert len(known.places) == 43
    kinds = [place.kind for place in known.places]
    assert kinds.count(PlaceKind.MUNICIPAL_OKRUG) == 27 and kinds.count(PlaceKind.CITY_OKRUG) == 16
    assert known.communities[0].id == 101
    shorts = [agency.short for agency in known.agencies] + [place.short for place in known.places]
    assert all(len(name) <= 40 for name in shorts)
    assert all(agency.checked_on for agency in known.agencies)
    serving = {agency.place for agency in known.agencies_of(Level.MUNICIPALITY)}
    assert serving == {place.code for place in known.places}


@pytest.mark.parametrize(
    ("topic", "place", "agency"),
    [
        ("zdrav-zapis", "miass", "minzdrav"),
        ("dorogi-trassa", "miass", "mindor"),
        ("dorogi-yamy", "chelyabinsk", "chel-gorod"),
        ("blago-musor-dvor", "miass", "miass-gorod"),
        ("othody-vyvoz", "sosnovsky", "sosnovsky-adm"),
        ("zhkh-otoplenie", "chelyabinsk", "minzhkh"),
        ("transport-grafik", "kopeysk", "mindor"),
        ("bez-prestuplenie", "miass", None),
        ("vlast-chinovniki", "miass", None),
    ],
)
def test_the_example_region_sends_where_it_should(topic: str, place: str, agency: str | None) -> None:
    found = read(REGION).agency_for(topic, place)
    assert (found.code if found else None) == agency


def test_crime_health_and_social_cards_are_anonymous_and_urgent_ones_known() -> None:
    known = read(REGION)
    anonymous = {topic.code for topic in known.topics if topic.anonymous_card}
    assert {topic.code for topic in known.topics if topic.group in ("zdrav", "soc")} <= anonymous
    urgent = {topic.code for topic in known.topics if topic.urgent}
    assert {"bez-pozhar", "bez-prestuplenie", "energo-avariya-gaz"} <= urgent
    assert "bez-prestuplenie" in anonymous


def test_kept_as_json_and_read_again() -> None:
    known = read(REGION)
    again = from_json(to_json(known))
    assert again == known and again.version == known.version != ""
    assert to_json(again) == to_json(known)
    stored = json.loads(to_json(known))
    assert stored["format"] == 9 and "version" not in stored["directory"]
    with pytest.raises(DirectoryErrors, match="формат 10"):
        from_json(json.dumps({**stored, "format": 10}))


def test_a_topic_has_the_scene_of_its_group_or_its_own(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    assert all(topic.scene is None for topic in read(file).topics)
    first = read(file).groups[0].code
    told = GOOD.replace(f"- code: {first}\n", f"- code: {first}\n    scene: yard\n", 1)
    file.write_text(told, encoding="utf-8")
    known = read(file)
    assert {topic.scene for topic in known.topics_of(first)} == {Scene.YARD}
    assert from_json(to_json(known)) == known
    old = json.loads(to_json(known))
    for topic in old["directory"]["topics"]:
        del topic["scene"]
    assert all(topic.scene is None for topic in from_json(json.dumps({**old, "format": 5})).topics)


def test_the_example_region_says_where_a_trouble_always_is() -> None:
    known = read(REGION)
    there = {scene: {topic.code for topic in known.topics if topic.scene is scene} for scene in Scene}
    assert {"zhkh-lift", "zhkh-podezd", "zhkh-krysha"} <= there[Scene.HOUSE]
    assert {"blago-sneg-dvor", "blago-musor-dvor", "blago-detskaya"} <= there[Scene.YARD]
    assert {"dorogi-yamy", "dorogi-osveshchenie-doroga", "dorogi-trotuar", "transport-ostanovka"} <= there[Scene.STREET]
    assert known.topic_by_code["zhkh-net-vody"].scene is None


def test_the_difference_names_what_changes(file: Path) -> None:
    file.write_text(GOOD)
    old = read(file)
    assert difference(old, old) == ()
    file.write_text(
        GOOD.replace("short: Миндор", "short: Минтранс")
        .replace("code: sneg\n        name: Снег", "code: led\n        name: Лёд")
        .replace("[Тургояк]", "[Сыростан]")
        .replace("topics: [yamy]", "topics: [led]")
        .replace("name: Область", "name: Край")
        .replace("about: Ямы на дороге.", "about: Ямы на дороге.\n        urgent: true")
    )
    lines = difference(old, read(file))
    assert "~ регион: было «Область», стало «Край»" in lines
    assert "~ орган «Министерство дорог» (roads), кратко: было «Миндор», стало «Минтранс»" in lines
    assert "+ тема «Лёд» (led)" in lines and "− тема «Снег» (sneg)" in lines
    assert "~ тема «Ямы» (yamy), срочная: было нет, стало да" in lines
    assert "+ населённый пункт: Сыростан → Миасс" in lines
    assert "− правило: тема «Ямы», Миасс → Миасс" in lines
    assert difference(None, old)[0] == "+ регион «Область»" and "+ тем: 2" in difference(None, old)


@settings(max_examples=examples(60), deadline=None)
@given(st.text(alphabet=st.sampled_from("abя:-[]{}&*!#'\"\n ,|>%@?0"), max_size=60))
def test_no_text_crashes_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("any") / "any.yaml"
    file.write_text(text)
    with pytest.raises(DirectoryErrors):
        read(file)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, GOOD.count("\n") - 1), st.sampled_from(["", "  x: 1", "- ", "}", "  - {}"]))
def test_a_damaged_line_is_refused_or_harmless(tmp_path_factory: pytest.TempPathFactory, at: int, damage: str) -> None:
    lines = GOOD.split("\n")
    lines[at] = damage
    file = tmp_path_factory.mktemp("any") / "any.yaml"
    file.write_text("\n".join(lines))
    try:
        found = read(file)
    except DirectoryErrors as error:
        assert all(str(file) in line or line.startswith("справочник") for line in error.lines)
    else:
        assert isinstance(found, Directory) and isinstance(found.places[0], Place)
