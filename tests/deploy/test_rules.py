"""Alarms and the board speak of numbers that the bot really gives, and every alarm sounds when it should."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bot.process.clock import Clock
from bot.process.health import Health
from bot.runtime import Runtime
from bot.upkeep.metrics import NIGHT, text
from tests.outside import missing
from tests.yaml_text import yaml_of

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES, TESTS = DEPLOY / "prometheus" / "priemnaya.rules.yml", DEPLOY / "prometheus" / "priemnaya.test.yml"
BOARD = DEPLOY / "grafana" / "priemnaya.json"
GIVEN = re.compile(r'(priemnaya_\w+)(?:\{\w+="(\w+)"\})? ')
USED = re.compile(r'(priemnaya_\w+)(?:\{[^}]*?(state|what)=~?"([^"]*)"[^}]*\})?')


class Known:
    clock, health, db = Clock(), Health(), SimpleNamespace(transactions=1)
    communities: Mapping[str, int] = {"active": 1}
    others: Mapping[int, Any] = {202: SimpleNamespace(health=Health(halted=5))}


def given() -> dict[str, set[str]]:
    """Every number that the bot shows with the values of its label."""
    said: dict[str, Any] = {
        "inbox": dict.fromkeys(("received", "done", "ignored", "dead", "waiting", "forgotten"), 1),
        "outbox": dict.fromkeys(("produced", "sent", "parked", "unknown", "waiting", "cancelled", "forgotten"), 1),
        "everywhere": {"received": 1, "produced": 1}, "balanced": True, "last_start": {"recovered": 0, "lost": 0},
        "last_night": {**dict.fromkeys(NIGHT, 0), "at": Clock().now().isoformat()},
        "copied_at": Clock().now().isoformat(),
    }  # fmt: skip
    found: dict[str, set[str]] = {}
    for line in text(said, cast(Runtime, Known())).decode().splitlines():
        if (match := GIVEN.match(line)) is not None:
            found.setdefault(match[1], set()).update([match[2]] if match[2] else [])
    return found


def alarms() -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], yaml_of(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"])


def asked_for() -> list[str]:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    return [rule["expr"] for rule in alarms()] + [
        target["expr"] for panel in board["panels"] for target in panel["targets"]
    ]


def test_only_numbers_that_the_bot_gives_are_used() -> None:
    known, used = given(), [match for text in asked_for() for match in USED.finditer(text)]
    assert len(used) >= 20
    for match in used:
        name, _, values = match.groups()
        assert name in known, name
        assert set((values or "").split("|")) - {""} <= known[name], match[0]


def test_the_numbers_are_those_of_the_books() -> None:
    from storage.ops import statistics

    source = Path(statistics.__file__).read_text(encoding="utf-8")
    for name in ("received", "dead", "waiting", "produced", "parked"):
        assert f'"{name}":' in source


def test_every_alarm_sounds_and_is_silent() -> None:
    tool = shutil.which("promtool") or missing("нет promtool (apt-get install prometheus)")
    for arguments in (["check", "rules", str(RULES)], ["test", "rules", str(TESTS)]):
        done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    cases = yaml_of(TESTS.read_text(encoding="utf-8"))["tests"]
    sounded = {one["alertname"] for case in cases for one in case["alert_rule_test"] if one["exp_alerts"]}
    silent = {one["alertname"] for case in cases for one in case["alert_rule_test"] if not one["exp_alerts"]}
    assert sounded == silent == {rule["alert"] for rule in alarms()}


def test_every_alarm_says_what_to_do() -> None:
    for rule in alarms():
        said = rule["annotations"]
        assert re.search("[а-я]", said["summary"]) and len(said["description"]) > 30, rule["alert"]
