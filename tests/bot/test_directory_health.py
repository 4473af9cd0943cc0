"""Topics about health ask not to name diagnoses or other people (R20): by group, overruled by a topic."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import read
from bot.region.directory_json import from_json, to_json
from tests.bot.directory_source import GOOD, REGION, TODAY

PERSONAL = GOOD.replace("        joinable: true\n", "")
GROUP = "    name: Дороги\n"
TOPIC = "        about: Снег на дороге.\n"


@pytest.mark.parametrize(
    ("group", "topic", "expected"),
    [
        ("", "", {"yamy": False, "sneg": False}),
        ("    health: true\n", "", {"yamy": True, "sneg": True}),
        ("    health: true\n", "        health: false\n", {"yamy": True, "sneg": False}),
        ("", "        health: true\n", {"yamy": False, "sneg": True}),
    ],
)
def test_the_group_says_and_a_topic_overrules(file: Path, group: str, topic: str, expected: dict[str, bool]) -> None:
    file.write_text(PERSONAL.replace(GROUP, GROUP + group).replace(TOPIC, TOPIC + topic))
    known = read(file, TODAY)
    assert {topic.code: topic.health for topic in known.topics} == expected
    assert from_json(to_json(known)) == known
    file.write_text(PERSONAL)
    changed = [line for line in difference(known, read(file, TODAY)) if "о здоровье" in line]
    assert len(changed) == sum(expected.values())


def test_a_wrong_value_is_told(file: Path) -> None:
    file.write_text(PERSONAL.replace(GROUP, GROUP + "    health: да\n"))
    with pytest.raises(DirectoryErrors, match="health"):
        read(file, TODAY)


def test_the_example_region_names_its_health_topics() -> None:
    known = read(REGION)
    health = {topic.code for topic in known.topics if topic.health}
    assert {topic.code for topic in known.topics if topic.group == "zdrav"} < health
    assert {"soc-invalidy"} < health and "dorogi" not in {known.topic_by_code[code].group for code in health}
    assert all(topic.anonymous_card for topic in known.topics if topic.health), "the card shows no profile there (R21)"
