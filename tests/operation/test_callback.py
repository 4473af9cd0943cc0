"""Callback API as an administrator has it: the commands with their codes, and a process that ends before it says `ok`
(delivery.md §14, 4)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.rig.stand import BOT, COMMUNITY
from bot.admin.of_vk import FLAGS
from tests.bot.test_metrics import free_port
from tests.operation.typed import WITHIN, Post, Running, Typed, post
from tests.web.posted import SECRET
from vk_emulator.server import Emulator, running

GROUP = f"group-{COMMUNITY}"
DIES = (
    "import os, sys; from storage.db.crash_points import listen_to_points; "
    f"listen_to_points(lambda point: point == 'callback: kept' and os._exit({(KILLED := 77)})); "
    "sys.argv = ['bot', 'run']; from bot.cli.cli import main; main()"
)
"""The bot as it is, which dies at this point without a word."""


@pytest_asyncio.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with running(port=0, data=tmp_path / "vk", seed=1) as opened:
        opened.call("emulator.setSwitches", "", rate_limit="off")
        yield opened


@pytest.fixture
def here(emulator: Emulator, tmp_path: Path, template: Path) -> Post:
    return post(tmp_path / "bot", emulator.url, template, panel_port=free_port(), callback_secret=SECRET)


def address(here: Post) -> str:
    return f"http://127.0.0.1:{here.settings.panel_port}"


def servers(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call("groups.getCallbackServers", GROUP, group_id=COMMUNITY)["items"]
    return found


def posted(emulator: Emulator, kind: str = "message_new") -> list[tuple[str, int]]:
    """What became of each post of this kind."""
    log = emulator.call("emulator.callbacks")["log"]
    return [(one["result"], one["attempt"]) for one in log if one["type"] == kind]


def hides(done: Typed) -> Typed:
    assert SECRET not in done.out + done.err
    return done


async def test_on_status_and_off(emulator: Emulator, here: Post) -> None:
    emulator.call("groups.addCallbackServer", GROUP, group_id=COMMUNITY, url="http://127.0.0.1:1/theirs", title="SMM")
    done = await here.typing("callback", "status")
    assert done.code == 0 and "не включён" in done.out and "«SMM»" in done.out
    done = await here.typing("callback", "off")
    assert done.code == 0 and "не был включён" in done.out
    with here.starts() as bot:
        await bot.until('"started"')
        for _ in range(2):  # the same again changes nothing
            done = hides(await here.typing("callback", "on", address(here)))
            assert done.code == 0 and "подтвердил адрес" in done.out, done
            ours = [one for one in servers(emulator) if one["title"] == "Приёмная"]
            assert [(one["url"], one["status"]) for one in ours] == [(f"{address(here)}/callback/{COMMUNITY}", "ok")]
        given = {"group_id": COMMUNITY, "server_id": ours[0]["id"]}
        events = emulator.call("groups.getCallbackSettings", GROUP, **given)["events"]
        assert {name for name, on in events.items() if on} == set(FLAGS), "what the long poll asks for and no more"
        for command in (("callback", "status"), ("check", "--all")):
            done = hides(await here.typing(*command))
            assert f"✓ {address(here)}/callback/{COMMUNITY}: подтверждён" in done.out, done
        emulator.call("messages.send", "user-1001", peer_id=BOT, random_id=1, message="Начать")
        await until(lambda: ("ok", 0) in posted(emulator))
        emulator.call("groups.setCallbackSettings", GROUP, **given, message_event=0, wall_post_new=1)
        done = await here.typing("callback", "status")
        assert done.code == 1 and FLAGS["message_event"] in done.out and "callback on" in done.out
        assert (await here.typing("callback", "on", address(here))).code == 0
        done = hides(await here.typing("callback", "status", BOT_CALLBACK_SECRET="Q" * 20))
        assert done.code == 1 and "секрет у ВКонтакте другой" in done.out
        done = await here.typing("callback", "off")
        assert done.code == 0 and "больше не присылает" in done.out
        assert [one["title"] for one in servers(emulator)] == ["SMM"], "not ours, not touched"


async def test_what_vk_does_not_confirm_is_not_left_behind(emulator: Emulator, here: Post) -> None:
    """No bot runs; one with another secret; one that does not know of it."""
    done = await here.typing("callback", "on", address(here))
    hides(done).refused("не получил от бота код", "python -m bot run")
    assert servers(emulator) == []
    with here.starts(BOT_CALLBACK_SECRET="Q" * 20) as bot:
        await bot.until('"started"')
        hides(await here.typing("callback", "on", address(here))).refused("не получил от бота код")
        await bot.until("callback_refused")
    assert servers(emulator) == [] and SECRET not in bot.said()


async def test_a_panel_that_has_moved(emulator: Emulator, here: Post) -> None:
    """The former address is not called any more, the new one is confirmed."""
    with here.starts() as bot:
        await bot.until('"started"')
        assert (await here.typing("callback", "on", address(here))).code == 0
        moved = address(here).replace("127.0.0.1", "localhost")
        assert (await here.typing("callback", "on", moved)).code == 0
        assert [one["url"] for one in servers(emulator)] == [f"{moved}/callback/{COMMUNITY}"]
        done = await here.typing("callback", "on", f"{moved}/callback/{COMMUNITY}/")
        assert done.code == 0 and len(servers(emulator)) == 1, "the whole address is understood too"


async def test_each_refusal_says_what_to_do(emulator: Emulator, here: Post) -> None:
    (await here.typing("callback", "on")).refused("Укажите адрес панели")
    (await here.typing("callback", "on", "panel.sait.ru")).refused("вида https://panel.sait.ru")
    (await here.typing("callback", "on", "http://panel.sait.ru")).refused("вида https://panel.sait.ru")
    (await here.typing("callback", "on", "https://a.ru/x")).refused("без пути")
    (await here.typing("callback", "on", address(here), BOT_CALLBACK_SECRET="")).refused("BOT_CALLBACK_SECRET")
    (await here.typing("callback", "on", address(here), BOT_PANEL_PORT="0")).refused("BOT_PANEL_PORT")
    short = await here.typing("callback", "on", address(here), BOT_CALLBACK_SECRET="короткий")
    short.refused("от 16 до 50 латинских букв и цифр")
    for number in range(10):
        url = f"http://127.0.0.1:1/{number}"
        emulator.call("groups.addCallbackServer", GROUP, group_id=COMMUNITY, url=url, title="SMM")
    (await here.typing("callback", "on", address(here))).refused("уже 10 серверов")
    assert len(servers(emulator)) == 10


async def test_a_secret_in_a_file(emulator: Emulator, here: Post) -> None:
    (here.folder / "secret").write_text(f"{SECRET}\n")
    in_a_file = {"BOT_CALLBACK_SECRET": "", "BOT_CALLBACK_SECRET_FILE": "secret"}
    with here.starts(**in_a_file) as bot:
        await bot.until('"started"')
        assert (await here.typing("callback", "on", address(here), **in_a_file)).code == 0


async def test_a_process_that_ends_between_the_commit_and_ok(emulator: Emulator, here: Post) -> None:
    """VK heard nothing and posts it again, to the next process; the resident hears everything once."""
    emulator.call("groups.setLongPollSettings", GROUP, group_id=COMMUNITY, enabled=0)
    with here.starts() as bot:
        await bot.until('"started"')
        assert (await here.typing("callback", "on", address(here))).code == 0
    with Running(dying(here), here.folder / "dies.log") as bot:
        await bot.until('"started"')
        emulator.call("messages.send", "user-1001", peer_id=BOT, random_id=1, message="Не горит фонарь")
        assert await bot.ends() == KILLED
        assert '"arrived"' in bot.said(), "it is on disk"
    assert ("ok", 0) not in posted(emulator)
    with here.starts() as bot:
        await bot.until('"started"', times=2)
        emulator.call("emulator.advanceClock", "", seconds=11)
        await until(lambda: any("Согласие на обработку" in text for text in heard(emulator)))
        emulator.call("emulator.advanceClock", "", seconds=300)
        await bot.until_handled(here.settings, 1)
        await until(lambda: posted(emulator)[-1] == ("ok", 1))
        assert await bot.stopped() == 0
    said = heard(emulator)
    assert len(said) == len(set(said)) and sum("Согласие на обработку" in text for text in said) == 1, said


def heard(emulator: Emulator) -> list[str]:
    found = emulator.call("messages.getHistory", "user-1001", peer_id=BOT, count=50)["items"]
    return [one["text"] for one in found if one["from_id"] == BOT]


async def until(right: Callable[[], bool]) -> None:
    for _ in range(int(WITHIN / 0.05)):
        if right():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("до этого не дошло")


def dying(here: Post) -> subprocess.Popen[bytes]:
    with (here.folder / "dies.log").open("ab") as out:
        return subprocess.Popen([sys.executable, "-c", DIES], cwd=here.folder, env=here.env(), stdout=out, stderr=out)
