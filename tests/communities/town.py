"""A world with three communities, each with a chat of an agency, and the real bot that runs them in one process.

People act by VK's public methods only; an administrator by the commands of the bot's door.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

from benchmarks.rig.stand import buttons_of
from benchmarks.rig.tuned import tuned
from bot import app
from bot.config.settings import Settings
from bot.runtime import Runtime
from states.directory import Directory
from storage.ops import statistics
from tests import WORLD
from tests.form import PATIENT
from tests.transcripts.emulated import prepare, settings_for, sqlite_url
from tests.yaml_text import yaml_of
from vk_emulator.server import Emulator, running

HOME, SECOND, THIRD = 101, 202, 303
MARIA, IVAN, OLGA = 1001, 1002, 1003
OFFICIAL, LEADS = 1006, 1010
AGENCY = "miass-gorod"
STORY = "Большая яма на дороге, город Миасс, улица Ленина, дом {house}. Машины бьют колёса."


def world() -> str:
    """The demo world with two communities more; each has its own chat of the same agency."""
    made = yaml_of(WORLD.read_text(encoding="utf-8"))
    for id in (SECOND, THIRD):
        leads = [{"id": LEADS, "role": "administrator"}]
        made["communities"].append({"id": id, "name": f"Сообщество {id}", "token": f"key-of-{id}", "managers": leads})
        made["chats"].append(
            {"key": f"chat-{id}", "title": f"Чат {id}", "owner": OFFICIAL, "members": [-id], "admins": [-id]}
        )
    return str(yaml.safe_dump(made, allow_unicode=True, sort_keys=False))


class Town:
    """`bot` is the home's; its process runs what the registry says."""

    bot: Runtime
    task: asyncio.Task[None]
    open: Any

    def __init__(self, emulator: Emulator, settings: Settings) -> None:
        self.emulator, self.settings = emulator, settings
        self.random_id = 0

    async def start(self) -> None:
        self.open = app.running(self.settings)
        self.bot = await self.open.__aenter__()
        self.task = asyncio.create_task(app.loops(self.bot))

    async def stop(self) -> None:
        self.bot.stop()
        await self.task
        await self.open.__aexit__(None, None, None)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    # The administrator.

    async def types(self, command: str, **arguments: Any) -> dict[str, Any]:
        said = await app.admin_service_of(self.bot).carry_out(command, arguments)
        assert "error" not in said, said
        return said

    async def add(self, *ids: int, **more: Any) -> None:
        for id in ids:
            await self.types("community_add", id=id, name=f"Сообщество {id}", token=f"key-of-{id}", **more)
        await self.until(lambda: all(id in self.bot.others and self.listens(id) for id in ids), "сообщество работает")

    def listens(self, id: int) -> bool:
        return -id in self.emulator.parked.accounts()

    async def bind(self, id: int) -> None:
        """Its chat by a code of its own (T4)."""
        said = await self.types("chat_code", agency=AGENCY, community=id)
        self.write(OFFICIAL, self.chat_of(id), f"/код {said['code']}")
        await self.until(lambda: any("подключ" in text for text in self.chat(id)), "чат подключён")

    async def state(self, id: int) -> str:
        found = (await self.types("community_list"))["communities"]
        return next(str(one["state"]) for one in found if one["id"] == id)

    # People.

    def write(self, user: int, peer: int, text: str, **more: Any) -> None:
        self.random_id += 1
        said = self.emulator.call(
            "messages.send", f"user-{user}", peer_id=peer, random_id=self.random_id, message=text, **more
        )
        assert isinstance(said, int), said

    def heard(self, user: int, community: int) -> list[dict[str, Any]]:
        """What the community has said to them."""
        answer = self.emulator.call("messages.getHistory", f"user-{user}", peer_id=-community, count=200, rev=1)
        return [item for item in answer["items"] if item["from_id"] == -community]

    def texts(self, user: int, community: int) -> list[str]:
        return [str(item["text"]) for item in self.heard(user, community)]

    async def hears(self, user: int, community: int, words: str, within: float = PATIENT) -> None:
        await self.until(lambda: any(words in text for text in self.texts(user, community)), f"«{words}»", within)

    async def presses(self, user: int, community: int, label: str) -> None:
        """The newest button with this label, as VK passes it on."""

        def found() -> dict[str, Any] | None:
            shown = [one for item in self.heard(user, community) for one in buttons_of(item.get("keyboard"))]
            return next((one for one in reversed(shown) if one.get("label") == label), None)

        await self.until(lambda: found() is not None, f"[{label}]")
        action = found()
        assert action is not None
        self.write(user, -community, label, payload=action.get("payload", ""))

    async def sends(self, user: int, community: int, house: int) -> None:
        """From the first word to the number."""
        self.write(user, -community, STORY.format(house=house))
        await self.presses(user, community, "Даю согласие")
        await self.presses(user, community, "Отправить")
        await self.hears(user, community, "Приняли")

    def chat_of(self, id: int) -> int:
        chats = self.emulator.call("emulator.state")["chats"]
        return int(next(one["peer_ids"][f"user-{OFFICIAL}"] for one in chats if one["key"] == f"chat-{id}"))

    def in_chat(self, id: int) -> list[dict[str, Any]]:
        answer = self.emulator.call(
            "messages.getHistory", f"user-{OFFICIAL}", peer_id=self.chat_of(id), count=200, rev=1
        )
        return list(answer["items"])

    def chat(self, id: int) -> list[str]:
        """The texts in its chat, with what is forwarded there."""
        shown = self.in_chat(id)
        return [json.dumps([item["text"], item.get("fwd_messages") or []], ensure_ascii=False) for item in shown]

    async def answers(self, id: int, text: str) -> None:
        """A reply to the last card, which leaves after the time to take it back."""
        await self.until(lambda: any("Состояние" in item["text"] for item in self.in_chat(id)), "карточка")
        card = next(item for item in reversed(self.in_chat(id)) if "Состояние" in item["text"])
        number = card["conversation_message_id"]
        peer = self.chat_of(id)
        forward = {"peer_id": peer, "conversation_message_ids": [number], "is_reply": 1}
        self.write(OFFICIAL, peer, text, forward=json.dumps(forward))

    # Waiting.

    async def until_quiet(self) -> None:
        """Nothing waits anywhere."""
        for bot in (self.bot, *self.bot.others.values()):
            for _ in range(200):
                books = await bot.db.run(statistics.identity)
                if not (books["inbox"]["waiting"] or books["outbox"]["waiting"]):
                    break
                await asyncio.sleep(0.05)

    async def until(self, there: Callable[[], bool], what: str, within: float = PATIENT) -> None:
        for _ in range(int(within / 0.05)):
            if there():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"не дождались: {what}")


@asynccontextmanager
async def vk(folder: Path) -> AsyncIterator[Emulator]:
    """With the world above."""
    file = folder / "world.yaml"
    file.write_text(world(), encoding="utf-8")
    async with running(file, port=0, seed=1) as emulator:
        yield emulator


@asynccontextmanager
async def town(folder: Path, region: Directory, url: str = "", **changes: Any) -> AsyncIterator[Town]:
    """`url`: of an empty database that is no file."""
    async with vk(folder) as emulator:
        settings = settings_for(emulator.url, url or sqlite_url(folder), **{"undo_seconds": 1, **changes})
        await prepare(settings.database_url, region)
        made = Town(emulator, settings)
        with tuned({"pause_seconds": 0.2, "longpoll_wait_seconds": 3, "request_timeout_seconds": 3}):
            await made.start()
            try:
                yield made
            finally:
                await made.stop()
