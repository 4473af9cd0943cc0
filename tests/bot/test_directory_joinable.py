"""Which troubles are public: only those are `joinable`, and never what is about health or an unknown author (R32)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import examine, read
from bot.region.directory_json import from_json, to_json
from bot.region.directory_write import sections
from tests.bot.directory_source import GOOD, REGION, TODAY

ABOUT = "        about: Ямы на дороге.\n"
JOINABLE = "        joinable: true\n"
GROUP = "    name: Дороги\n"


def test_by_default_nobody_joins(file: Path) -> None:
    file.write_text(GOOD)
    known = read(file, TODAY)
    assert {topic.code: topic.joinable for topic in known.topics} == {"yamy": True, "sneg": False}
    assert from_json(to_json(known)) == known
    (group,) = sections(known)["groups"]
    assert [topic.get("joinable") for topic in group["topics"]] == [True, None]
    file.write_text(GOOD.replace(JOINABLE, ""))
    (line,) = [line for line in difference(known, read(file, TODAY)) if not line.startswith("~ версия")]
    assert "общая беда: один ответ многим" in line


@pytest.mark.parametrize(
    ("group", "topic", "named"),
    [
        ("", "        health: true\n", "joinable и health"),
        ("    health: true\n", "", "joinable и health"),
        ("", "        anonymous_card: true\n", "joinable и anonymous_card"),
    ],
)
def test_what_is_personal_is_refused(file: Path, group: str, topic: str, named: str) -> None:
    file.write_text(GOOD.replace(GROUP, GROUP + group).replace(ABOUT, ABOUT + topic))
    with pytest.raises(DirectoryErrors) as caught:
        read(file, TODAY)
    (said,) = caught.value.lines
    assert "topics.yaml" in said and "тема «Ямы»" in said and named in said and "Уберите" in said


def test_a_topic_without_health_in_a_group_of_health_may_be_joined(file: Path) -> None:
    file.write_text(GOOD.replace(GROUP, GROUP + "    health: true\n").replace(ABOUT, ABOUT + "        health: false\n"))
    assert read(file, TODAY).topic_by_code["yamy"].joinable


def test_a_directory_where_nobody_can_join_deserves_a_look(file: Path) -> None:
    file.write_text(GOOD)
    assert examine(file, TODAY).warnings == ()
    file.write_text(GOOD.replace(JOINABLE, ""))
    (line,) = examine(file, TODAY).warnings
    assert "joinable" in line and "присоединиться" in line


def test_an_older_stored_directory_joins_nobody() -> None:
    """Until the new file is imported no topic is joinable: what an older program never asked about is «no»."""
    stored = json.loads(to_json(read(REGION)))
    for topic in stored["directory"]["topics"]:
        del topic["joinable"]
    assert not any(topic.joinable for topic in from_json(json.dumps({**stored, "format": 6})).topics)


def test_the_example_region_joins_public_troubles_only() -> None:
    known = read(REGION)
    joinable = {topic.code for topic in known.topics if topic.joinable}
    assert {"dorogi-yamy", "zhkh-net-vody", "zhkh-otoplenie", "energo-net-sveta", "othody-vyvoz"} <= joinable
    assert {"transport-grafik", "dorogi-sneg-doroga", "dorogi-osveshchenie-doroga"} <= joinable
    groups = {known.topic_by_code[code].group for code in joinable}
    assert not groups & {"zdrav", "soc", "obr", "bez", "trud", "svo", "zemlya", "torg"}, "of people, not of places"
    assert not any(topic.joinable for topic in known.topics if topic.urgent), "danger waits for nobody's answer"
