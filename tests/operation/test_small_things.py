"""Settings, incidents and presses: what an administrator types wrongly, and what a stranger sends (T3, R23)."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from benchmarks.rig.stand import asked
from tests.operation.typed import ROOT, post
from vk_emulator.server import running

FILE = """BOT_VK_TOKEN=group-101
BOT_OPERATOR_NAME=x
BOT_OPERATOR_ADDRESS=x
BOT_OPERATOR_EMAIL=a@b.ru
BOT_POLICY_URL=https://b.ru/p
"""


@pytest.mark.parametrize(
    ("name", "meant"),
    [("VK_TOKEN", "BOT_VK_TOKEN"), ("BOTVK_TOKEN", "BOT_VK_TOKEN"), ("bot_timezone", "BOT_TIMEZONE")],
)
def test_a_name_without_its_beginning_is_told(name: str, meant: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(FILE + f"{name}=x\n")
    post(tmp_path).types("check").refused(f"{name} (файл .env): такой настройки нет", f"Похоже на {meant}")


def test_names_of_others_in_the_environment_are_nobodys_business(tmp_path: Path) -> None:
    here = post(tmp_path)
    here.types("stats", B0T_VK_TOKEN="x").refused("Похоже на BOT_VK_TOKEN")
    done = here.types("directory", "check", str(ROOT / "regions" / "chelyabinsk"), VK_TOKEN="x", TIMEZONE="y")
    assert done.code == 0
    here.types("stats", VK_TOKEN="x", WORKER="y").refused("Выполните: python -m bot migrate")


async def test_a_setting_that_is_gone_is_a_warning(tmp_path: Path, template: Path) -> None:
    """Nothing is wrong with it: the bot starts, `check` ends as without it, and both say what holds now."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        before = await here.typing("check", "--all")
        (here.folder / ".env").write_text("BOT_DRAFT_KEEP_HOURS=1\n")
        (here.folder / ".env").chmod(0o600)
        told = "BOT_DRAFT_KEEP_HOURS (файл .env): с версии 0.3.0 такой настройки нет, брошенный черновик живёт 72 часа."
        after = await here.typing("check", "--all")
        assert f"• {told}\n    Удалите эту строку, больше ничего делать не нужно." in after.out
        assert after.code == before.code
        with here.starts() as bot:
            await bot.until('"started"')
            assert bot.said().count(f"Предупреждение. {told} Удалите эту строку") == 1
            assert await bot.stopped() == 0
        apart = await here.typing("web")
        apart.refused("С SQLite панель работает внутри бота")
        assert apart.err.startswith(f"Предупреждение. {told}")


async def test_an_env_that_others_may_read_is_wrong(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        file = here.folder / ".env"
        for mode, sign in ((0o644, "✗ Файл .env могут прочитать все"), (0o640, "• Файл .env может прочитать группа")):
            file.write_text(FILE)
            file.chmod(mode)
            assert sign in (await here.typing("check", "--all")).out
        file.chmod(0o600)
        assert "Файл .env" not in (await here.typing("check", "--all")).out


def test_an_incident_is_of_whole_days_in_one_named_zone(tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template)
    file = tmp_path / "out" / "leak.json"
    days = ["--since", "2026-11-25", "--until", "2026-11-25"]
    done = here.types("incident", *days, "--out", str(file))
    assert done.code == 0 and "С 25.11.2026 00:00 до 26.11.2026 00:00, время Asia/Yekaterinburg (UTC+0500)" in done.out
    said = json.loads(file.read_text())
    assert (said["since"], said["until"]) == ("2026-11-25T00:00:00+05:00", "2026-11-26T00:00:00+05:00")
    assert said["timezone"] == "Asia/Yekaterinburg"
    assert "всё время — Asia/Yekaterinburg (UTC+0500)" in file.with_suffix(".txt").read_text()
    assert file.stat().st_mode & 0o077 == 0 and file.parent.stat().st_mode & 0o077 == 0
    here.types("incident", "--since", "25 ноября", "--until", "2026-11-26").refused("--since: «25 ноября» не время")
    late = ["--since", "2026-11-25T09:00", "--until", "2026-11-25T08:00"]
    here.types("incident", *late).refused("Начало позже конца")


def test_an_incident_never_lies_in_a_work_tree(tmp_path: Path, template: Path) -> None:
    (tmp_path / "work" / ".git").mkdir(parents=True)
    here = post(tmp_path / "work" / "here", template=template)
    days = ["--since", "2026-11-25", "--until", "2026-11-25"]
    here.types("incident", *days, "--out", "leak.json").refused("рабочая копия программы")
    assert not (here.folder / "leak.json").exists()
    done = here.types("incident", *days, HOME=str(tmp_path / "home"))
    assert done.code == 0 and str(tmp_path / "home" / "priemnaya-incident") in done.out


async def test_a_forged_press_leaves_no_row(tmp_path: Path, template: Path) -> None:
    """A thousand of them would fill the database; a press of a button that was shown is handled as ever."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with here.starts() as bot:
            await bot.until('"started"')
            chat = next(one for one in emulator.call("emulator.state")["chats"] if one["cur"])
            owner = f"user-{chat['owner_id']}"
            peer = chat["peer_ids"][owner]
            said = await asked(here.settings, "chat_code", agency="cur")
            emulator.call("messages.send", owner, peer_id=peer, random_id=1, message=f"/код {said['code']}")
            await bot.until_handled(here.settings, 1)
            cmid = newest(emulator, owner, peer)
            forged = json.dumps({"a": "accept", "v": "000001", "s": "A" * 16})
            for _ in range(20):
                emulator.call("messages.sendMessageEvent", owner, peer_id=peer, cmid=cmid, payload=forged)
            emulator.call("messages.send", "user-1001", peer_id=-101, random_id=2, message="Начать")
            await bot.until_handled(here.settings, 2)
            assert await bot.stopped() == 0
    with sqlite3.connect(here.folder / "bot.db") as db:
        assert db.execute("SELECT count(*) FROM inbox WHERE kind = 'button'").fetchone() == (0,)


def newest(emulator: object, owner: str, peer: int) -> int:
    answer = emulator.call("messages.getHistory", owner, peer_id=peer, count=1)  # type: ignore[attr-defined]
    return int(answer["items"][0]["conversation_message_id"])


async def test_stats_and_check_show_that_vk_lets_nothing_be_sent(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with here.starts() as bot:
            await bot.until('"started"')
            assert "НЕ ДАЁТ ОТПРАВЛЯТЬ" not in (await here.typing("stats")).out
            rule = {"method": "messages.send", "mode": "error", "code": 7, "times": 99}
            emulator.call("emulator.setFaults", rules=[{**rule, "code": 28}])
            emulator.call("messages.send", "user-1001", peer_id=-101, random_id=1, message="Начать")
            await bot.until('"code": 28')
            assert "НЕ ДАЁТ ОТПРАВЛЯТЬ: ошибка 28" in (await here.typing("stats")).out
            done = await here.typing("check")
            assert done.code == 1 and "ВКонтакте не даёт отправлять (ошибка 28)" in done.out.split("\n•")[0]
