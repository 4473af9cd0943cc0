"""`GET /live`: what the sandbox page hears, and that readers can neither hold up nor fill the emulator."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.form import PATIENT
from vk_emulator.acts.user_events import render_event
from vk_emulator.server import Emulator, running
from vk_emulator.wire import live

PERSON, BOT = "user-1001", "group-101"


class Reader:
    """A client of the stream: frames as (event, data)."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self) -> tuple[str, Any]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENT):
            while line := (await self.answer.content.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
        if not fields:
            raise EOFError
        return fields["event"], json.loads(fields["data"])

    async def until(self, kind: str) -> Any:
        while True:
            event, data = await self.next()
            if event == kind:
                return data


@asynccontextmanager
async def reading(emulator: Emulator, query: str = "") -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession() as session, session.get(f"{emulator.base}/live{query}") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        yield Reader(answer)


def write(emulator: Emulator, text: str = "Здравствуйте\nя", token: str = PERSON, peer: int = -101) -> None:
    emulator.call("messages.send", token, peer_id=peer, random_id=0, message=text)


async def test_it_begins_with_the_clock_and_tells_the_news_of_all_people(emulator: Emulator) -> None:
    write(emulator, "до начала")
    async with reading(emulator) as reader:
        kind, data = await reader.next()
        assert kind == "clock"
        assert data["now"] == pytest.approx(emulator.world.clock.now(), abs=5)
        write(emulator)
        kind, data = await reader.next()
        queue = emulator.world.queue(1001)
        assert (kind, data["account"]) == ("news", 1001)
        assert data["events"] == render_event(emulator.world, 1001, queue.items[-1].event)
        assert data["events"][0][5] == "Здравствуйте<br>я"
        chat = emulator.world.chat_keys["cur"]
        write(emulator, "всем", "user-1010", 2_000_000_000 + chat.numbers[1010])
        heard = [(await reader.next())[1]["account"] for _ in range(5)]
        assert heard == [1006, 1007, 1008, 1009, 1010]


async def test_news_are_exactly_those_of_the_user_long_poll(emulator: Emulator) -> None:
    """Random acts; both channels of a person tell the same."""
    server = emulator.call("messages.getLongPollServer", PERSON)
    async with reading(emulator, "?accounts=1001") as reader:
        write(emulator)
        write(emulator, "ответ", BOT, 1001)
        emulator.call("messages.edit", BOT, peer_id=1001, cmid=2, message="другой ответ")
        emulator.call("messages.sendReaction", BOT, peer_id=1001, cmid=1, reaction_id=1)
        emulator.call("messages.setActivity", BOT, peer_id=1001, type="typing")
        emulator.call("messages.markAsRead", BOT, peer_id=1001)
        emulator.call("messages.markAsRead", PERSON, peer_id=-101)
        emulator.call("messages.delete", BOT, peer_id=1001, cmids=2, delete_for_all=1)
        told: list[Any] = []
        while not told or told[-1][0] != 2:
            told.extend((await reader.until("news"))["events"])
    async with aiohttp.ClientSession() as session:
        address = f"http://{server['server']}?act=a_check&key={server['key']}&ts={server['ts']}&wait=1&version=3"
        async with session.get(address) as answer:
            polled = (await answer.json())["updates"]
    # A deleted message is left out by whoever reads late; the page was there in time.
    assert [one for one in told if one[0] not in (4, 5) or one[1] != 2] == polled
    assert {one[0] for one in told} == {2, 4, 5, 6, 7, 61, 601}


async def test_accounts_narrow_the_stream(emulator: Emulator) -> None:
    async with reading(emulator, "?accounts=1002,1006") as reader:
        write(emulator)
        write(emulator, token="user-1002")
        assert (await reader.until("news"))["account"] == 1002


async def test_a_moved_clock_is_told(emulator: Emulator) -> None:
    async with reading(emulator) as reader:
        before = (await reader.until("clock"))["now"]
        emulator.call("emulator.advanceClock", seconds=3600)
        assert (await reader.until("clock"))["now"] == pytest.approx(before + 3600, abs=5)


CHANGES = [
    ("emulator.setChatAdmin", "", {"chat": "cur", "member": 1006, "admin": 1}),
    ("messages.removeChatUser", "user-1010", {"chat_id": "cur", "member_id": -101}),
    ("messages.editChat", "user-1010", {"chat_id": "cur", "title": "Координаторы"}),
    ("emulator.setSwitches", "", {"chat_history": "full"}),
    ("emulator.setFaults", "", {"rules": [{"method": "messages.send", "mode": "error", "code": 10}]}),
    ("emulator.setFaults", "", {"up": 0}),
    ("emulator.setSettings", "", {"group_id": 101, "messages": 0}),
    ("emulator.setBlocked", "", {"group_id": 101, "user_id": 1001, "code": 900}),
    ("emulator.revokeToken", "", {"name": BOT}),
]


@pytest.mark.parametrize(("method", "token", "params"), CHANGES)
async def test_a_change_of_structure_is_told(emulator: Emulator, method: str, token: str, params: Any) -> None:
    chat = emulator.world.chat_keys["cur"]
    if params.get("chat_id"):
        params = {**params, "chat_id": chat.numbers[1010]}
    async with reading(emulator) as reader:
        write(emulator)
        assert [(await reader.next())[0] for _ in range(2)] == ["clock", "news"]  # a message changes no structure
        emulator.call(method, token, **params)
        assert await reader.until("world") == {}


async def test_a_spent_fault_is_told(emulator: Emulator) -> None:
    async with reading(emulator) as reader:
        rule = {"method": "messages.send", "mode": "error", "who": "all", "times": 1}
        emulator.call("emulator.setFaults", rules=[rule])
        await reader.until("world")
        write(emulator)
        await reader.until("world")


async def test_only_changes_of_the_bot_are_told(emulator: Emulator) -> None:
    async with reading(emulator) as reader:
        for told in ({"pid": 1}, {"pid": 1}, {"pid": None}):
            emulator.live.bot_told(told)
        assert [await reader.next() for _ in range(3)][1:] == [("bot", {"pid": 1}), ("bot", {"pid": None})]
        async with reading(emulator) as later:
            assert await later.until("bot") == {"pid": None}


async def test_a_reset_is_told_and_the_stream_goes_on(emulator: Emulator) -> None:
    async with reading(emulator) as reader:
        write(emulator)
        await reader.until("news")
        emulator.call("emulator.reset")
        assert await reader.until("reset") == {}
        write(emulator, "после")
        assert (await reader.until("news"))["events"][0][5] == "после"


async def test_forgotten_events_are_a_reset(emulator: Emulator) -> None:
    """Q1: a queue that keeps less than one call makes cannot be told in full."""
    emulator.call("emulator.setSwitches", lp_history_events=2)
    async with reading(emulator) as reader:
        code = 'API.messages.send({"peer_id":-101,"random_id":0,"message":"a"});' * 5 + "return 1;"
        emulator.call("execute", PERSON, code=code)
        assert await reader.until("reset") == {}


async def test_fifty_streams_hear_and_leave(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "KEEP_ALIVE", 0.1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        answers = [await session.get(f"{emulator.base}/live") for _ in range(50)]
        write(emulator)
        heard = await asyncio.gather(*(Reader(answer).until("news") for answer in answers))
        assert [row["account"] for row in heard] == [1001] * 50
        assert len(emulator.live.streams) == 50
        for answer in answers:
            answer.close()
    async with asyncio.timeout(PATIENT):
        while emulator.live.open:
            await asyncio.sleep(0.05)


async def test_a_slow_reader_fills_nothing_and_begins_anew(emulator: Emulator) -> None:
    """Someone who never reads: what waits for them stays under the limit, calls stay quick, others hear all."""
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # else a kernel takes many megabytes for it
    plug.connect(("127.0.0.1", int(emulator.base.rpartition(":")[2])))
    _, writer = await asyncio.open_connection(sock=plug, limit=1024)
    writer.write(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await writer.drain()
    while not emulator.live.open:
        await asyncio.sleep(0.01)
    slow = next(iter(emulator.live.streams))
    async with reading(emulator) as quick:
        for number in range(300):
            for _ in range(10):
                write(emulator, f"{number} " + "я" * 3000)
            await quick.until("news")
            assert slow._size <= live.LIMIT
    assert b"event: reset\ndata: {}\n\n" in slow.take()
    writer.close()


async def test_streams_end_with_the_emulator() -> None:
    async with aiohttp.ClientSession() as session:
        async with running(seed=7) as emulator:
            answer = await session.get(f"{emulator.base}/live")
            assert emulator._runner is not None
            emulator._runner._shutdown_timeout = 3600.0  # a stream that went on would hold it up for an hour
        assert b"event: clock" in await answer.read()
        assert not emulator.live.open


async def test_a_wall_that_changed_is_told_and_nothing_of_what_stands_there(emulator: Emulator) -> None:
    post = emulator.call("emulator.addPost", group_id=101, text="Засыпали ямы")
    async with reading(emulator) as reader:
        await reader.until("clock")
        emulator.call("wall.createComment", PERSON, owner_id=-101, post_id=post, message="А у школы?")
        assert await reader.until("wall") == {}
        emulator.call("likes.add", PERSON, owner_id=-101, type="post", item_id=post)
        assert await reader.until("wall") == {}
