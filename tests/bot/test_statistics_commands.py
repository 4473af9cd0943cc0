"""`statistics rebuild` and `statistics report`: what is asked of the bot, what is written, what is refused."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import statistics_commands
from bot.cli.cli import app
from bot.config.settings import Settings
from bot.process.advice import Refusal
from features.statistics import commands


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    known = Settings(
        vk_token="group-101", operator_name="Орган", operator_address="Челябинск", operator_email="a@b.ru",
        policy_url="https://b.ru/p", panel_port=8443, panel_url="https://panel.test", rating_least=40,
    )  # fmt: skip
    heard: list[tuple[str, dict[str, Any]]] = []

    def asked(_: Settings, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        heard.append((command, arguments))
        return {"days": 366, "content": base64.b64encode(arguments.get("form", "").encode()).decode()}

    for typed in (statistics_commands, commands):
        monkeypatch.setattr(typed, "read", lambda: known)
        monkeypatch.setattr(typed, "run_command", asked)
    return heard


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["statistics", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_rebuild_says_how_many_days(told: list[tuple[str, dict[str, Any]]]) -> None:
    assert run("rebuild") == "Пересчитано дней: 366.\n"
    assert told == [("statistics_rebuild", {"timezone": "Asia/Yekaterinburg"})]


def test_each_file_is_asked_for_and_written(told: list[tuple[str, dict[str, Any]]], tmp_path: Path) -> None:
    picture, paper = tmp_path / "a.png", tmp_path / "a.pdf"
    assert str(paper) in run("report", "--month", "2026-10-05", "--png", str(picture), "--pdf", str(paper))
    assert (picture.read_bytes(), paper.read_bytes()) == (b"png", b"pdf")
    command, arguments = told[0]
    assert command == "report" and arguments["least"] == 40
    assert arguments["address"] == "https://panel.test"
    assert (arguments["span"], arguments["day"], arguments["form"]) == ("month", "2026-10-05", "png")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "--png", "a.png"), "--week или --month"),
        (("report", "--week", "2026-10-05", "--month", "2026-10-05", "--png", "a.png"), "--week или --month"),
        (("report", "--week", "2026-10-05"), "--png ФАЙЛ"),
        (("report", "--week", "вчера", "--png", "a.png"), "«вчера» не день"),
        (("report", "--week", "2026-10-05", "--png", "/nowhere/at/all.png"), "не создать"),
    ],
)
def test_what_cannot_be_is_refused(
    told: list[tuple[str, dict[str, Any]]], arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        run(*arguments)
