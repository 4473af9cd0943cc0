"""The list of strangers says all that its command needs, and the command tells who talks from who does not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import strangers

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
BOT = """
import json, os, urllib.parse, urllib.request

def call(url, **params):
    with urllib.request.urlopen(url, urllib.parse.urlencode(params).encode()) as answer:
        return json.load(answer)

def method(name, **params):
    params = {"access_token": os.environ["TOKEN"], "v": "5.199", **params}
    return call("https://api.vk.com/method/" + name, **params)["response"]

poll = method("groups.getLongPollServer", group_id=101)
while True:
    told = call(poll["server"], act="a_check", key=poll["key"], ts=poll["ts"], wait=25)
    poll["ts"] = told["ts"]
    for event in told["updates"]:
        if event["type"] == "message_new":
            said = event["object"]["message"]
            method("messages.send", peer_id=said["peer_id"], random_id=0, message="Слышу: " + said["text"])
"""
STRANGER = strangers.Stranger(
    "some/bot", "folder", "MIT", VERSION, "token", ["> привет", "< Слышу: привет"], file="bot.py", seen="2026-11-28"
)


@pytest.mark.parametrize("stranger", strangers.strangers(), ids=lambda stranger: f"{stranger.name} {stranger.file}")
def test_an_entry_is_whole(stranger: strangers.Stranger) -> None:
    assert stranger.licence and stranger.configured
    assert all(line[0] in "><!=" and line[1] == " " for line in stranger.talk)
    assert bool(stranger.bot) != bool(stranger.file), "ours or theirs"
    if stranger.source == "folder":
        assert stranger.seen and not stranger.bot
    else:
        assert stranger.version and stranger.source in ("pypi", "npm")


def test_thirty_come_from_an_index_and_one_name_stands_once() -> None:
    listed = strangers.strangers()
    names = [(stranger.name, stranger.file) for stranger in listed]
    assert len(names) == len(set(names))
    assert sum(stranger.source != "folder" for stranger in listed) >= 30
    assert sum(stranger.source == "npm" for stranger in listed) >= 6


def test_one_that_talks_works_and_one_that_does_not_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "PATIENCE", 5.0)
    script = tmp_path / "some" / "bot" / "bot.py"
    script.parent.mkdir(parents=True)
    script.write_text(BOT, encoding="utf-8")
    assert strangers.outcome(STRANGER, tmp_path) == strangers.Outcome(STRANGER, "works")
    assert strangers.outcome(STRANGER, None).word == "works (2026-11-28)"
    deaf = replace(STRANGER, talk=["> привет", "< Пока"])
    monkeypatch.setattr(strangers, "PATIENCE", 0.5)
    told = strangers.outcome(deaf, tmp_path)
    assert told.word == "does not" and "Слышу: привет" in told.why
    assert "2 strangers: 1 works, 1 does not." in strangers.table([strangers.Outcome(STRANGER, "works"), told])


@pytest.mark.parametrize(
    ("reason", "word", "why", "news"),
    [
        ("", "works", "", False),
        ("", "not run", "no npm here", False),
        ("no random_id", "does not", "no random_id", False),
        ("no random_id", "does not (2026-11-28)", "no random_id", False),
        ("", "does not", "не слышит «Пока»", True),
        ("no random_id", "works", "", True),
        ("no random_id", "does not", "KeyError('code')", True),
    ],
)
def test_what_differs_from_the_list_fails_the_command(reason: str, word: str, why: str, news: bool) -> None:
    assert strangers.is_news(strangers.Outcome(replace(STRANGER, reason=reason), word, why)) == news


def test_a_part_of_the_list_is_not_written_as_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "strangers.md"
    monkeypatch.setattr(sys, "argv", ["strangers.py", "--only", "none of them", "--write", str(page)])
    with pytest.raises(SystemExit) as ended:
        strangers.main()
    assert ended.value.code == 2 and not page.exists()
