"""`bot community …` as it is typed: with the bot running and stopped, what is refused, and no key shown."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.rig.stand import asked
from tests.communities.town import MARIA, SECOND, THIRD, vk
from tests.operation.conftest import template as template  # noqa: F401
from tests.operation.typed import WITHIN, Post, Typed, post
from vk_emulator.server import Emulator

KEY, OTHER = f"key-of-{SECOND}", f"key-of-{THIRD}"


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with vk(tmp_path) as made:
        yield made


@pytest.fixture
def here(tmp_path: Path, emulator: Emulator, template: Path) -> Post:  # noqa: F811
    return post(tmp_path / "bot", emulator.url, template)


def file_of(here: Post, key: str) -> str:
    path = here.folder / "key.txt"
    path.write_text(key + "\n", encoding="utf-8")
    return str(path)


def quiet(*said: Typed) -> None:
    """No key stands in what was said."""
    assert not any(key in one.out + one.err for one in said for key in (KEY, OTHER, "user-1001"))


async def test_a_life_of_a_community_while_the_bot_runs(here: Post, emulator: Emulator) -> None:
    with here.starts() as bot:
        await bot.until('"started"')
        added = await here.typing("community", "add", "--token-file", file_of(here, KEY), "--door", "vk-miass")
        assert added.code == 0 and f"Сообщество {SECOND}" in added.out, added
        await bot.until("community_begun")
        emulator.call("messages.send", f"user-{MARIA}", peer_id=-SECOND, random_id=1, message="Начать")
        for _ in range(int(WITHIN)):
            if (await asked(here.settings, "stats", community=SECOND))["outbox"]["sent"]:
                break
            await asyncio.sleep(0.2)
        shown = await here.typing("stats", "--community", str(SECOND))
        assert "Другие сообщества: работает 1" in shown.out, shown
        listed = await here.typing("community", "list")
        assert "работает" in listed.out and "ссылка vk-miass" in listed.out, listed
        twice = await here.typing("community", "add", "--token-file", file_of(here, KEY))
        twice.refused(f"Сообщество {SECOND} уже есть")
        assert (await here.typing("community", "remove", str(SECOND))).code == 0
        await bot.until("community_ended")
        quiet(added, shown, listed, twice)
        assert KEY not in bot.said() and await bot.stopped() == 0
    for path in here.folder.glob("bot.db*"):
        assert path.is_socket() or KEY.encode() not in path.read_bytes()


async def test_what_is_refused(here: Post, emulator: Emulator) -> None:
    """A key of a person, the home, a key without rights, Long Poll that is off, a door nobody knows, nothing."""
    emulator.call("emulator.setSettings", group_id=THIRD, longpoll=0)
    for key, words, more in (
        ("user-1001", "ключ сообщества", []),
        ("group-101", "из BOT_VK_TOKEN", []),
        (OTHER, "Long Poll выключен", []),
        (KEY, "Ссылки с кодом «nobody»", ["--door", "nobody"]),
        (KEY, "имя, адрес и почта", ["--operator-name", "Школа"]),
        ("", "Ключа нет", []),
        ("two words", "Ключа нет", []),
    ):
        said = await here.typing("community", "add", "--token-file", file_of(here, key), *more)
        said.refused(words)
        quiet(said)
    emulator.call("emulator.setSettings", group_id=SECOND, scopes="messages")
    (await here.typing("community", "add", "--token-file", file_of(here, KEY))).refused("нет прав")
    for act in ("pause", "resume", "remove"):
        (await here.typing("community", act, "999")).refused("нет в реестре")
    (await here.typing("chat", "code", "--cur", "--community", "999")).refused("нет в реестре")


async def test_while_the_bot_is_stopped_and_from_the_input(here: Post, emulator: Emulator) -> None:
    typed = [sys.executable, "-m", "bot", "community", "add"]
    told = {"cwd": here.folder, "env": here.env(), "input": f"{KEY}\n".encode(), "capture_output": True}
    done = await asyncio.to_thread(subprocess.run, typed, check=False, **told)
    assert done.returncode == 0 and KEY.encode() not in done.stdout + done.stderr, done
    with here.starts() as bot:
        await bot.until("community_begun")
        assert await bot.stopped() == 0
    paused = await here.typing("community", "pause", str(SECOND))
    assert paused.code == 0, paused
    (await here.typing("community", "pause", str(SECOND))).refused("на паузе")
    with here.starts() as bot:
        await bot.until('"started"', times=2)
        assert await bot.stopped() == 0
        assert bot.said().count("community_begun") == 1, "of the first start"


async def test_75_where_vk_does_not_answer(tmp_path: Path, template: Path) -> None:  # noqa: F811
    away = post(tmp_path / "away", template=template)
    said = await away.typing("community", "add", "--token-file", file_of(away, KEY))
    said.refused("ВКонтакте не отвечает", code=75)
