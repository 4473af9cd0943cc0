"""The installation played into a folder: what stands where, whose rights, that a second time changes no settings, and
that the program put there runs as a service would run it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vk_emulator.server import running

ROOT = Path(__file__).parents[2]
HOME, ETC, STATE = "opt/priemnaya", "etc/priemnaya", "var/lib/priemnaya"
WITHIN = 240
OPERATOR = {
    "BOT_OPERATOR_NAME": "Орган", "BOT_OPERATOR_ADDRESS": "Челябинск", "BOT_OPERATOR_EMAIL": "a@b.ru",
    "BOT_POLICY_URL": "https://b.ru/p",
}  # fmt: skip


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}


def install(root: Path) -> subprocess.CompletedProcess[str]:
    """With the uv of this checkout, so that nothing is fetched twice."""
    uv = next((ROOT / ".venv-uv").glob("*/uv"), None)
    path = os.environ["PATH"] if uv is None else f"{uv.parent}{os.pathsep}{os.environ['PATH']}"
    env = {**clean(), "DESTDIR": str(root), "PYTHON": sys.executable, "PATH": path}
    return subprocess.run(
        ["sh", str(ROOT / "deploy" / "install.sh")], env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("server")
    done = install(made)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_secrets_are_of_nobody_else(root: Path) -> None:
    assert mode(root / ETC / "master-key") == mode(root / ETC / "vk-token") == 0o600
    assert mode(root / ETC / "priemnaya.env") == 0o640 and mode(root / ETC) == 0o750
    assert mode(root / STATE) == 0o700
    loose = [path for path in (root / HOME).rglob("*") if not path.is_symlink() and mode(path) & 0o022]
    assert loose == [], "the program is read, never written"


def test_what_a_server_needs_and_no_tests(root: Path) -> None:
    units = {path.name for path in (root / "etc/systemd/system").iterdir()}
    assert {"priemnaya.service", "priemnaya-web.service", "priemnaya-copies.timer"} <= units
    assert (root / "etc/systemd/journald@priemnaya.conf").exists() and os.access(
        root / "usr/local/bin/priemnaya", os.X_OK
    )
    assert list((root / HOME / "bot" / "__pycache__").glob("app.*.pyc")), "compiled once, here"
    assert not (root / HOME / "tests").exists() and not (root / HOME / ".venv/bin/pytest").exists()


def test_a_second_time_keeps_settings_and_keys(root: Path) -> None:
    kept = {name: root / ETC / name for name in ("priemnaya.env", "master-key", "region/topics.yaml")}
    (root / ETC / "priemnaya.env").write_text("# моё\n", encoding="utf-8")
    before = {name: path.read_bytes() for name, path in kept.items()}
    done = install(root)
    assert done.returncode == 0, done.stderr
    assert {name: path.read_bytes() for name, path in kept.items()} == before
    assert not list((root / "opt").glob("*.new")) and not list((root / "opt").glob("*.old"))
    shutil.copy(ROOT / "deploy" / "priemnaya.env", root / ETC / "priemnaya.env")


async def test_the_installed_bot_runs_as_a_service(root: Path, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    shutil.copytree(root / ETC, credentials)
    (credentials / "vk-token").write_text("group-101", encoding="utf-8")
    notices, manager = listening(tmp_path / "notify")
    async with running(seed=7) as emulator:
        env = {
            **clean(), **OPERATOR, "BOT_VK_API_URL": emulator.url,
            "BOT_VK_TOKEN_FILE": str(credentials / "vk-token"),
            "BOT_MASTER_KEY_FILE": str(credentials / "master-key"),
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/priemnaya.db",
            "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000",
        }  # fmt: skip
        await told(root, env, "migrate")
        await told(root, env, "directory", "import", str(root / ETC / "region"), "--yes")
        bot = await started(root, env, "run")
        try:
            await heard(notices, "READY=1", bot)
            await heard(notices, "WATCHDOG=1", bot)
            bot.terminate()
            await heard(notices, "STOPPING=1", bot)
            assert await asyncio.wait_for(bot.wait(), WITHIN) == 0
        finally:
            if bot.returncode is None:
                bot.kill()
            manager.close()


def listening(address: Path) -> tuple[Callable[[], str], socket.socket]:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.bind(str(address))
    made.setblocking(False)

    def notices() -> str:
        try:
            return made.recv(1000).decode()
        except BlockingIOError:
            return ""

    return notices, made


async def heard(notices: Callable[[], str], wanted: str, bot: asyncio.subprocess.Process) -> None:
    for _ in range(WITHIN * 20):
        if notices() == wanted:
            return
        assert bot.returncode is None or wanted == "STOPPING=1", await trouble(bot)
        await asyncio.sleep(0.05)
    raise AssertionError(f"{wanted}: {await trouble(bot)}")


async def trouble(bot: asyncio.subprocess.Process) -> str:
    if bot.returncode is None:
        bot.kill()
    return (await bot.communicate())[1].decode()[-2000:]


async def started(root: Path, env: dict[str, str], *command: str) -> asyncio.subprocess.Process:
    python = str(root / HOME / ".venv/bin/python")
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        python, "-m", "bot", *command, cwd=root / HOME, env=env, stdout=pipe, stderr=pipe
    )


async def told(root: Path, env: dict[str, str], *command: str) -> None:
    done = await started(root, env, *command)
    said, wrong = await asyncio.wait_for(done.communicate(), WITHIN)
    assert done.returncode == 0, said.decode() + wrong.decode()
