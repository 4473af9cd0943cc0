"""The units of systemd: hardened, understood by systemd, and kept alive by signs that stop when the loops stand."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from bot.process import systemd
from bot.process.health import Health
from bot.runtime import Runtime
from bot.upkeep import keep_alive
from tests.outside import missing

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
MOST = 2.0
"""What `systemd-analyze security` may rate a unit; 10 is nothing kept away from it."""


def analyze(*arguments: str) -> str:
    tool = shutil.which("systemd-analyze") or missing("нет systemd-analyze (apt-get install systemd)")
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_hardened(unit: Path) -> None:
    found = re.search(r"Overall exposure level for \S+ ([\d.]+)", analyze("security", "--offline=true", str(unit)))
    assert found is not None and float(found[1]) <= MOST, found


def test_systemd_understands_each_line() -> None:
    timers = (ROOT / "deploy" / "systemd").glob("*.timer")
    said = analyze("verify", *(str(one) for one in (*UNITS, *timers)))
    strange = [line for line in said.splitlines() if "is not executable: No such file" not in line and line.strip()]
    assert strange == [], "only what an installation brings may be missing"
    assert len(UNITS) == 3


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    address = str(tmp_path / "notify")
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.bind(address)
    made.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "300000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    return made


class Told:
    """What `keep_alive` needs of a bot; its clock ends it after so many signs."""

    def __init__(self, turned: float, turns: int) -> None:
        import asyncio

        self.health, self.stopping, self.clock = Health(turned=turned), asyncio.Event(), self
        self.left, self.slept = turns, list[float]()

    def monotonic(self) -> float:
        return 1000.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.left -= 1
        if not self.left:
            self.stopping.set()


async def test_a_bot_whose_loops_turn_gives_a_sign(manager: socket.socket) -> None:
    bot: Runtime = Told(turned=950.0, turns=2)  # type: ignore[assignment]
    await keep_alive.keep_alive(bot)
    assert manager.recv(100) == b"WATCHDOG=1" and manager.recv(100) == b"WATCHDOG=1"
    assert bot.slept == pytest.approx([0.1, 0.1])  # type: ignore[attr-defined]


async def test_a_bot_whose_loops_stand_gives_none(manager: socket.socket) -> None:
    await keep_alive.keep_alive(Told(turned=1000 - keep_alive.STANDS, turns=2))  # type: ignore[arg-type]
    manager.settimeout(0.1)
    with pytest.raises(TimeoutError):
        manager.recv(100)


def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert systemd.notify(systemd.READY) is False and systemd.watchdog_seconds() is None
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    assert systemd.notify(systemd.READY) is False
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert systemd.watchdog_seconds() is None, "meant for another process"
