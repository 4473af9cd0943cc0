"""`make sandbox` as a person meets it: one command, then VK, the bot and bound chats, killed and restarted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox import ROOT, Sandbox

HER = "user-1003"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all: a start takes ten seconds. The first test begins with a bot that waits for nothing."""
    opened = Sandbox(tmp_path_factory.mktemp("sandbox"))
    try:
        opened.until_healthy()
        yield opened
    finally:
        opened.close()


def test_the_bot_tells_its_numbers_and_its_deadline(sandbox: Sandbox) -> None:
    """I12 live; the clock goes to the next timer of the bot, and the bot acts on it."""

    def bot(**params: Any) -> Any:
        return sandbox.get("/method/emulator.bot", x=1, **params)["response"]

    first = sandbox.wait(lambda: bot() if bot()["numbers"] else None, 60)
    assert first["numbers"]["balanced"]
    assert first["numbers"]["next_deadline"] is None
    refused = sandbox.get("/method/emulator.advanceClock", to="deadline")["error"]
    assert refused["error_msg"].startswith("Впереди у бота нет ни одного срока")
    sandbox.write("Большая яма на дороге, город Миасс, улица Ленина, дом 5", 1)
    sandbox.wait(lambda: any("Согласие на обработку" in text for text in sandbox.texts()), 60)
    sandbox.write("Даю согласие", 2)
    due = sandbox.wait(lambda: bot()["numbers"]["next_deadline"], 60)
    clock = sandbox.get("/method/emulator.advanceClock", to="deadline")["response"]["clock"]
    assert due < clock < due + 5
    received = sandbox.wait(lambda: bot()["numbers"] if bot()["numbers"]["next_deadline"] != due else None, 60)
    assert received["inbox"]["received"] > first["numbers"]["inbox"]["received"]

    assert bot(action="restart")["status"] == "ok"
    again = sandbox.wait(lambda: bot() if bot()["pid"] not in (None, first["pid"]) else None, 60)
    assert again["running"]
    assert sandbox.wait(lambda: bot()["numbers"], 60)["balanced"]
    bot(action="kill")
    sandbox.wait(lambda: not bot()["running"], 60)
    assert bot()["numbers"] is None
    assert "Бот остановлен" in sandbox.get("/method/emulator.advanceClock", to="deadline")["error"]["error_msg"]

    sandbox.reset()  # a dead bot too begins from nothing
    assert sandbox.texts() == []
    sandbox.write("Большая яма на дороге, город Миасс, улица Ленина, дом 5", 3)
    sandbox.wait(lambda: any("Согласие на обработку" in text for text in sandbox.texts()), 60)


def test_the_sandbox_serves_and_survives_a_kill(sandbox: Sandbox) -> None:
    """Must show 1; F3: the bot is killed in mid-dialogue and goes on where it was."""
    sandbox.write("Большая яма на дороге, город Миасс, улица Ленина, дом 5", 1, HER)
    sandbox.wait(lambda: any("Согласие на обработку" in text for text in sandbox.texts(HER)), 60)
    sandbox.get("/method/emulator.bot", action="kill")
    sandbox.write("Даю согласие", 2, HER)
    sandbox.get("/method/emulator.bot", action="start")
    sandbox.wait(lambda: any("Проверьте: " in text for text in sandbox.texts(HER)), 60)
    assert sum("Согласие на обработку" in text for text in sandbox.texts(HER)) == 1
    state = sandbox.get("/method/emulator.state", x=1)["response"]
    assert {"communities", "users", "chats"} <= set(state)
    assert state["internal_errors"] == []
    logged = (sandbox.folder / "bot.log").read_text(encoding="utf-8")
    assert '"decided"' in logged
    for secret in ("яма", "Ленина", "Снегирёва", "Подгорная", "group-101", "Bearer", "согласие на обработку"):
        assert secret not in logged, secret  # R18, T14, T15
    assert not re.search(r"(?<![\w.])100[13](?!\w)", logged)  # a number of a person, not of a microsecond


def test_one_file_has_one_bot(sandbox: Sandbox) -> None:
    """F27: a second process is refused with a sentence, and commands still work through the running bot."""
    environment = {
        **os.environ,
        "BOT_VK_API_URL": f"{sandbox.url}/method/",
        "BOT_VK_TOKEN": "group-101",
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{sandbox.folder / 'bot.db'}",
        "BOT_OPERATOR_NAME": "x",
        "BOT_OPERATOR_ADDRESS": "y",
        "BOT_OPERATOR_EMAIL": "a@b.ru",
        "BOT_POLICY_URL": "https://b.ru",
    }
    command = [sys.executable, "-m", "bot"]
    second = subprocess.run([*command, "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert "Traceback" not in second.stderr
    done = subprocess.run([*command, "stats", "--json"], cwd=ROOT, env=environment, capture_output=True, check=False)
    books = json.loads(done.stdout)
    assert books["balanced"]
    assert books["inbox"]["received"] > 0
