"""A directory that is written and read again is the same one: as values, as YAML, as JSON, and of an older format."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import WrongValues, examine_texts, examine_values, read
from bot.region.directory_json import from_json, to_json
from bot.region.directory_rows import SECTIONS, DirectoryRow, TopicRow
from bot.region.directory_write import sections, to_yaml
from features.directory_editor.fields import ENTRIES
from states.directory import Directory, Route
from tests.bot.directory_source import GOOD, REGION
from tests.bot.test_directory_office import WHOLE

TODAY = date(2026, 11, 28)


@pytest.fixture(params=["region", "good", "office"])
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Directory:
    if request.param == "region":
        return read(REGION)
    file = tmp_path / "one.yaml"
    file.write_text(GOOD if request.param == "good" else WHOLE)
    return read(file)


def test_nothing_is_left_out(known: Directory) -> None:
    assert examine_values(sections(known), TODAY).directory == known
    texts = {name: text.encode() for name, text in to_yaml(known).items()}
    assert examine_texts(texts, TODAY).directory == known
    assert from_json(to_json(known)) == known


def test_routes_are_joined_only_where_their_order_stays(known: Directory) -> None:
    first = known.topics[0].code
    mixed = (
        Route(known.agencies[0].code, group=known.groups[0].code, checked_on=TODAY),
        Route(known.agencies[0].code, topic=first, checked_on=TODAY),
        Route(known.agencies[0].code, place=known.places[0].code, checked_on=TODAY),
    )
    changed = replace(known, routes=mixed)
    again = examine_texts({name: text.encode() for name, text in to_yaml(changed).items()}, TODAY)
    assert again.directory.routes == mixed


def test_a_topic_may_have_a_day_of_its_own() -> None:
    """R61."""
    known = read(REGION)
    values = sections(known)
    topic = values["groups"][0]["topics"][0]
    topic["checked"] = date(2026, 11, 27)
    changed = examine_values(values, TODAY).directory
    assert changed.topics[0].checked_on == date(2026, 11, 27)
    assert changed.topics[1].checked_on == date(2026, 11, 24)
    text = to_yaml(changed)["topics.yaml"].encode()
    assert b"checked: 2026-11-27" in text
    topic["checked"] = date(2027, 1, 1)
    with pytest.raises(DirectoryErrors, match="ещё не наступила"):
        examine_values(values, TODAY)


def test_a_fault_of_a_value_has_its_place() -> None:
    values = sections(read(REGION))
    values["agencies"][1]["short"] = "к" * 41
    values["groups"][0]["topics"][2]["name"] = ""
    with pytest.raises(WrongValues) as caught:
        examine_values(values, TODAY)
    assert [(section, loc) for section, loc, _ in caught.value.faults] == [
        ("agencies", (1, "short")),
        ("groups", (0, "topics", 2, "name")),
    ]
    assert "длиннее 40 знаков" in caught.value.lines[0]


def test_an_older_format_has_fewer_days_and_may_still_be_changed() -> None:
    """A file without a day is refused; what an older program kept without them is only told."""
    kept = json.loads(to_json(read(REGION)))
    kept["format"] = 3
    for name in ("control_centre", "office_checked_on", "places_count"):
        del kept["directory"][name]
    for section in ("communities", "groups", "routes"):
        for row in kept["directory"][section]:
            del row["checked_on"]
    old = from_json(json.dumps(kept))
    assert old.routes[0].checked_on is None and not old.control_centre.topics
    reading = examine_values(sections(old), TODAY)
    assert {line.rpartition(": ")[2] for line in reading.warnings if "правило" in line} == {
        "неизвестно, когда проверяли."
    }
    assert reading.directory.routes == old.routes and reading.directory.topics == old.topics
    texts = {name: text.encode() for name, text in to_yaml(old).items()}
    with pytest.raises(DirectoryErrors, match="checked — не указано"):
        examine_texts(texts, TODAY)


def test_a_key_of_a_row_is_in_its_form_unless_it_is_known_to_be_elsewhere() -> None:
    elsewhere = {"agencies": {"templates"}, "groups": {"health", "where", "scene", "topics"}}
    elsewhere["routes"] = {"topics", "groups"}
    rows: dict[str, type[DirectoryRow]] = {**SECTIONS, "topics": TopicRow}
    for entry in ENTRIES.values():
        shown = {field.name for field in entry.fields}
        assert set(rows[entry.section].model_fields) - shown == elsewhere.get(entry.section, set())
