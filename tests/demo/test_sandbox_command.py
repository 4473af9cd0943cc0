"""`python -m bot sandbox`: which commands of the bot it types, what it does when the world is reset or the bot fails.

The bot is a stand-in of a few lines; tests/test_sandbox.py has the real one.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.started import got, started

FAKE = f"{sys.executable} {Path(__file__).parent / 'fake_bot.py'}"
WITHIN = 240.0


def healthy(url: str) -> Any:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        status, body = got(url + "health")
        if status == 200 or body["status"] == "failed":
            return body
        time.sleep(0.1)
    raise AssertionError(body)


def test_the_bot_is_set_up_and_its_chats_are_bound(tmp_path: Path) -> None:
    arguments = ("--data", str(tmp_path), "--bot-command", FAKE)
    with started("bot", "sandbox", *arguments) as (url, process):
        assert healthy(url)["status"] == "ok"
        steps = (tmp_path / "bot.steps").read_text().splitlines()
        assert steps[:2] == ["migrate", "directory import regions/chelyabinsk --yes"] and steps[2:4] == [
            "run",
            "chat list",
        ]
        (code,) = steps[4:]
        assert code.startswith("chat code --agency ") and " --agency mindor " in code and code.endswith(" --cur")
        assert code.count("--agency") == 5
        record = got(url + "method/emulator.record")[1]["response"]["dialogues"]
        assert [d["messages"][1]["text"] for d in record] == ["Беседа привязана"] * 6
        pid = got(url + "method/emulator.bot")[1]["response"]["pid"]
        assert got(url + "method/emulator.bot?action=kill")[0] == 200
        until = time.monotonic() + 5
        while got(url + "method/emulator.bot")[1]["response"]["running"] and time.monotonic() < until:
            time.sleep(0.05)
        assert got(url + "method/emulator.bot?action=start")[0] == 200
        while not got(url + "method/emulator.bot")[1]["response"]["running"] and time.monotonic() < until:
            time.sleep(0.05)
        again = got(url + "method/emulator.bot")[1]["response"]["pid"]
        assert again not in (None, pid)
    assert process.returncode == 0, "a signal ends it as it should"
    with pytest.raises(ProcessLookupError):
        os.kill(again, 0)
    with started("bot", "sandbox", *arguments) as (url, _):
        assert healthy(url)["status"] == "ok"
        steps = (tmp_path / "bot.steps").read_text().splitlines()
        assert steps.count("migrate") == 1 and sum(step.startswith("chat code") for step in steps) == 1


def test_with_a_directory_of_ones_own(tmp_path: Path) -> None:
    arguments = ("--data", str(tmp_path), "--bot-command", FAKE, "--directory", "my/region")
    with started("bot", "sandbox", *arguments) as (url, _):
        assert healthy(url)["status"] == "ok"
        assert "directory import my/region --yes" in (tmp_path / "bot.steps").read_text().splitlines()


def test_a_second_reset_gives_up_the_start_of_the_first(tmp_path: Path) -> None:
    """Two starts beside each other would delete each other's database and type two codes into each chat."""
    arguments = ("--data", str(tmp_path), "--bot-command", FAKE)
    with started("bot", "sandbox", *arguments) as (url, _):
        for _ in range(3):  # the first in the middle of the start of all
            time.sleep(0.3)
            assert got(url + "method/emulator.reset")[0] == 200
        assert healthy(url)["status"] == "ok"
        time.sleep(1.0)  # what a second start would type comes after the first is done
        record = got(url + "method/emulator.record")[1]["response"]["dialogues"]
        assert [[m["from_id"] > 0 for m in d["messages"]] for d in record] == [[True, False]] * 6
        assert healthy(url)["status"] == "ok"


def test_pages_are_told_about_the_bot(tmp_path: Path) -> None:
    arguments = ("--data", str(tmp_path), "--bot-command", FAKE)
    with started("bot", "sandbox", *arguments) as (url, _), urllib.request.urlopen(url + "live", timeout=20) as stream:

        def told() -> Any:
            while stream.readline() != b"event: bot\n":
                pass
            return json.loads(stream.readline().removeprefix(b"data: "))

        body = told()
        while body["status"] != "ok":
            body = told()
        assert body["running"] and body["numbers"] is None  # this one has no door
        assert body == got(url + "method/emulator.bot")[1]["response"]
        got(url + "method/emulator.bot?action=restart")
        pids = [body["pid"]]
        while pids[-1] in (None, body["pid"]):
            pids.append(told()["pid"])
        assert healthy(url)["bot"] == "running"


def test_with_a_bot_that_fails(tmp_path: Path) -> None:
    arguments = ("--data", str(tmp_path), "--bot-command", FAKE)
    with started("bot", "sandbox", *arguments, FAKE_BOT_FAILS="1") as (url, _):
        body = healthy(url)
        assert body["status"] == "failed" and "Нет прав на запись" in body["reason"]
        assert got(url + "health")[0] == 503
