"""What is made of a directory is made once, and never given for another one."""

from __future__ import annotations

from dataclasses import replace

from bot.region.directory_json import to_json, with_version
from bot.region.shared import directory_of, judge_of, matcher_of
from states.directory import Directory


def test_the_same_directory_is_read_and_prepared_once(region: Directory) -> None:
    first = directory_of(to_json(region))
    assert first == region and directory_of(to_json(region)) is first
    assert matcher_of(first) is matcher_of(region) and judge_of(first) is judge_of(region)


def test_another_one_gets_its_own(region: Directory) -> None:
    was = matcher_of(region)
    other = with_version(replace(region, topics=region.topics[:1]))
    assert directory_of(to_json(other)) == other
    known = matcher_of(other)
    assert known is not was and known is matcher_of(other)
    assert matcher_of(region) is not was, "only the newest is kept"


def test_without_a_version_nothing_is_known_to_be_the_same(region: Directory) -> None:
    nameless = replace(region, version="")
    assert matcher_of(nameless) is not matcher_of(replace(nameless, topics=()))
