"""No text, name, phone or token gets into a log, whoever writes it there (R18, T14, T15)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from bot.process import log
from bot.vk.errors import VkError


def line(**fields: object) -> dict[str, object]:
    return log.only_allowed({"event": "x", **fields})


def test_only_listed_fields_get_through() -> None:
    assert line(text="секрет", message="секрет", token="vk1", appeal="1124-K7QF") == {
        "event": "x",
        "appeal": "1124-K7QF",
    }


def test_people_are_pseudonyms() -> None:
    """T15: the same inside one log, unlike the id."""
    assert line(peer=100500)["peer"] == line(peer=100500)["peer"]
    assert "100500" not in json.dumps(line(peer=100500))


def test_a_cause_does_not_name_its_peer() -> None:
    shown = str(line(cause="v1|101|answer|100500|77|0")["cause"])
    assert shown.startswith("v1|101|answer|")
    assert "100500" not in shown


def test_a_key_does_not_name_a_person() -> None:
    """T15: found by the sandbox's test, which looks for the ids of its people in the log."""
    assert "100500" not in str(line(key="timer|pause|100500|222960480828877824")["key"])
    assert line(key="m:7")["key"] == "m:7"
    assert line(key="panel|0a1b|1125-AAAA")["key"] == "panel|0a1b|1125-AAAA"


@pytest.mark.parametrize(
    "key", ["delivery|v1|101|comment|-1000000000005|4821.danger|0|sent|1", "words|k5-4821", "timer|comment_invite|4821"]
)
def test_a_key_does_not_name_a_comment(key: str) -> None:
    """T15: behind its number VK shows its author."""
    shown = str(line(key=key)["key"])
    assert "4821" not in shown and "1000000000005" not in shown and shown.partition("|")[0] == key.partition("|")[0]


def test_an_exception_of_vk_holds_no_parameters() -> None:
    """T14."""
    assert str(VkError("messages.send", 901, "text")) == "messages.send: 901"


def test_a_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """T15: CR and LF cannot begin a line of their own."""
    log.log.info("event", reason="a\r\nb", count=1, text="секрет")
    (printed,) = capsys.readouterr().err.splitlines()
    line = json.loads(printed)
    assert datetime.fromisoformat(line.pop("timestamp")).utcoffset() == timedelta()
    assert line == {"reason": "a\r\nb", "count": 1, "event": "event", "level": "info"}


def test_what_is_below_the_level_is_not_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log.log, "level", log.log.level)
    log.start("WARNING")
    log.log.info("quiet")
    log.log.warning("heard")
    log.log.error("heard")
    assert [json.loads(line)["level"] for line in capsys.readouterr().err.splitlines()] == ["warning", "error"]
