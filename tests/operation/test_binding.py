"""Binding a chat, as the administrator and the ЦУР see it; the rules are tested in tests/handlers (T4, T5)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import asked
from tests.operation.typed import Running, post
from vk_emulator.server import Emulator, running


def chat_of(emulator: Emulator, key: str) -> tuple[str, int]:
    """The owner's token and how the owner's account numbers the chat."""
    chat = next(one for one in emulator.call("emulator.state")["chats"] if one["key"] == key)
    owner = f"user-{chat['owner_id']}"
    return owner, int(chat["peer_ids"][owner])


async def shown(emulator: Emulator, bot: Running, key: str, words: str) -> dict[str, Any]:
    owner, peer = chat_of(emulator, key)
    for _ in range(600):
        for item in emulator.call("messages.getHistory", owner, peer_id=peer, count=30)["items"]:
            if words in item["text"]:
                return dict(item)
        assert bot.process.poll() is None, bot.said()
        await asyncio.sleep(0.1)
    raise AssertionError(f"«{words}» нет в чате {key}\n{bot.said()}")


def says(emulator: Emulator, key: str, text: str, number: int) -> None:
    owner, peer = chat_of(emulator, key)
    emulator.call("messages.send", owner, peer_id=peer, random_id=number, message=text)


async def test_the_cur_is_told_undoes_and_the_list_shows_who_is_there(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with here.starts() as bot:
            await bot.until('"started"')
            for number, (key, agency) in enumerate((("cur", "cur"), ("miass-gorod", "miass-gorod")), 1):
                said = await asked(here.settings, "chat_code", agency=agency)
                says(emulator, key, f"/код {said['code']}", number)
                await shown(emulator, bot, key, "Чат подключён")
            notice = await shown(emulator, bot, "cur", "К приёмной подключили чат")
            listed = await here.typing("chat", "list")
            assert listed.code == 0 and "название не видно" not in listed.out and listed.out.count("«") == 2
            assert "Владелец чата" in notice["text"] and "Участники" in notice["text"]
            button = json.loads(notice["keyboard"]) if isinstance(notice["keyboard"], str) else notice["keyboard"]
            payload = button["buttons"][0][0]["action"]["payload"]
            owner, peer = chat_of(emulator, "cur")
            cmid = notice["conversation_message_id"]
            emulator.call("messages.sendMessageEvent", owner, peer_id=peer, cmid=cmid, payload=payload)
            await shown(emulator, bot, "miass-gorod", "отключил этот чат от приёмной")
            left = (await asked(here.settings, "chat_list"))["chats"]
            assert [one["agency"] for one in left] == ["cur"] and left[0]["people"]
            log = (await here.typing("audit", "show")).out
            assert log.count("chat_bound") == 2 and log.count("chat_unbound") == 1


async def test_a_lock_is_told_and_ended(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        with here.starts() as bot:
            await bot.until('"started"')
            said = await asked(here.settings, "chat_code", agency="cur")
            says(emulator, "cur", f"/код {said['code']}", 1)
            await shown(emulator, bot, "cur", "Чат подключён")
            for number in range(2, 7):
                says(emulator, "miass-gorod", "/код НЕ-ТОТ", number)
            told = await shown(emulator, bot, "cur", "пять раз подряд ввели неверный код")
            number = told["text"].rsplit(" ", 1)[1]
            assert f"Чат № {number}" in (await here.typing("chat", "list")).out
            code = (await asked(here.settings, "chat_code", agency="miass-gorod"))["code"]
            assert (await here.typing("chat", "unlock", number)).code == 0
            says(emulator, "miass-gorod", f"/код {code}", 8)
            await shown(emulator, bot, "miass-gorod", "Чат подключён")
            (await here.typing("chat", "unlock", number)).refused("и так принимаются")
