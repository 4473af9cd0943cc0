"""What stands for VK, the tester and time: everything happens in one process, and time passes when somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp

import vk_emulator.world.clock
from bot.process.clock import Clock
from bot.vk.errors import Uncertain
from features.probe.stage import DONE, Act, Hand, ProbeStage
from features.probe.wire import Wire
from vk_emulator.server import Emulator, running
from vk_emulator.world.switches import Switches

ME, MINE = 1006, "user-1006"
WORLD: dict[str, Any] = {
    "communities": [
        {"id": 101, "name": "Проба раз", "members": [ME], "managers": [{"id": ME, "role": "administrator"}]},
        {"id": 102, "name": "Проба два", "members": [ME]},
    ],
    "users": [
        {"id": ME, "first_name": "Павел", "last_name": "Дорогин"},
        {"id": 1007, "first_name": "Ирина", "last_name": "Теплова"},
    ],
    "chats": [
        {"key": "probe", "title": "Чат для пробы", "owner": ME, "members": [1007, -101, -102], "admins": [-101, -102]},
        {"key": "other", "title": "Чужой чат", "owner": 1007, "members": [-101, -102], "admins": [-101, -102]},
    ],
}


class ToldTime(Clock):
    """The emulator's time, for both sides; waiting moves it."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self.emulator = emulator

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.monotonic(), UTC)

    def monotonic(self) -> float:
        return self.emulator.world.clock.now()

    async def sleep(self, seconds: float) -> None:
        self.emulator.call("emulator.advanceClock", seconds=max(seconds, 0.001))
        await asyncio.sleep(0.02 if seconds >= 1 else 0)

    def follow(self, *_: Any, **__: Any) -> None:
        """Nothing to follow: it is the same clock."""


class Hasty(Wire):
    """Does not wait ten seconds for a poll that is never answered."""

    async def poll(self, ts: str, wait: int = 1, server: Any = None) -> Any:
        try:
            async with asyncio.timeout(1):
                return await super().poll(ts, wait, server)
        except TimeoutError:
            raise Uncertain("poll") from None


class Robot:
    """Does with the emulator what a person would with the phone. `deaf`: acts of which it only says «готово»."""

    def __init__(self, emulator: Emulator, deaf: frozenset[str] = frozenset()) -> None:
        self.emulator, self.deaf = emulator, deaf
        self.asked: list[Act] = []
        self.chat = emulator.call("emulator.state")["chats"][0]["peer_ids"][MINE]

    async def do(self, act: Act) -> None:
        self.asked.append(act)
        if act.kind not in self.deaf:
            await getattr(self, act.kind)(act)
        if act.held or act.kind in self.deaf:
            self.send(-101, DONE)

    def call(self, name: str, **given: Any) -> Any:
        found = self.emulator.call(name, MINE, **given)
        assert not (isinstance(found, dict) and "error" in found), found
        return found

    def send(self, peer: int, text: str, **more: Any) -> None:
        self.call("messages.send", peer_id=peer, random_id=0, message=text, **more)

    async def write(self, act: Act) -> None:
        self.send(-101, act.text)

    async def write_chat(self, act: Act) -> None:
        self.send(self.chat, act.text)

    async def press(self, act: Act) -> None:
        self.call("messages.sendMessageEvent", peer_id=-101, cmid=act.number, payload='{"a": 1}')

    async def document(self, act: Act) -> None:
        await self.upload("doc")

    async def voice(self, act: Act) -> None:
        await self.upload("audio_message")

    async def upload(self, kind: str) -> None:
        address = self.call("docs.getMessagesUploadServer", peer_id=-101, type=kind)["upload_url"]
        form = aiohttp.FormData()
        form.add_field("file", b"proba", filename="proba.ogg" if kind == "audio_message" else "proba.txt")
        async with aiohttp.ClientSession() as http, http.post(address, data=form) as answer:
            told = await answer.json()
        saved = self.call("docs.save", file=told["file"], title="proba")
        made = saved[saved["type"]]
        name = f"{kind}{made['owner_id']}_{made['id']}_{made.get('access_key', '')}"
        self.send(-101, "", attachment=name.rstrip("_"))

    async def edit(self, act: Act) -> None:
        given = {"peer_id": self.chat, "cmid": act.number, "conversation_message_id": act.number}
        self.call("messages.edit", **given, message=act.text)

    async def mentioned(self, act: Act) -> None:
        """Of five messages, of which the first has this number for the community and the person alike."""
        shown = self.call("messages.getConversationsById", peer_ids=self.chat)["items"][0].get("mentions", [])
        places = [place for place in range(1, 6) if act.number + place - 1 in shown]
        self.send(-101, " ".join(map(str, places)) or "0")

    async def delete(self, act: Act) -> None:
        self.call("messages.delete", peer_id=-101, cmids=act.number, delete_for_all=1)

    async def unheard(self, act: Act) -> None:
        self.emulator.call("emulator.setChatAdmin", chat="probe", member=-101, admin=0)
        self.send(self.chat, act.text)

    async def rights(self, act: Act) -> None:
        self.emulator.call("emulator.setChatAdmin", chat="probe", member=-101, admin=1)

    async def rejoin(self, act: Act) -> None:
        chat = self.chat - 2_000_000_000
        self.call("messages.removeChatUser", chat_id=chat, member_id=-101)
        self.call("messages.addChatUser", chat_id=chat, user_id=-101)

    async def post(self, act: Act) -> None:
        self.number = self.emulator.call("emulator.addPost", group_id=101, text=act.text)

    async def comment(self, act: Act) -> None:
        self.call("wall.createComment", owner_id=-101, post_id=act.number, message=act.text)

    async def delete_comment(self, act: Act) -> None:
        self.call("wall.deleteComment", owner_id=-101, comment_id=act.number)


@asynccontextmanager
async def rehearsal(**switches: Any) -> AsyncIterator[tuple[Emulator, ProbeStage, Robot]]:
    """VK as these switches make it, and a tester who has written to the community once."""
    clock = vk_emulator.world.clock.Clock(virtual=True)
    vk = running(WORLD, seed=7, clock=clock, switches=Switches(**switches))
    async with vk as emulator, aiohttp.ClientSession() as http:
        yield emulator, *staged(emulator, http)


def staged(emulator: Emulator, http: aiohttp.ClientSession, hand: Hand | None = None) -> tuple[ProbeStage, Robot]:
    time, robot = ToldTime(emulator), Robot(emulator)
    wire = Hasty("group-101", emulator.url, http, time, held=0)
    other = Hasty("group-102", emulator.url, http, time, held=0)
    return ProbeStage(wire, hand or robot, second=other), robot
