"""A neighbour ends its bot before the world is another: what a bot has read of the old it would answer in the new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from vk_emulator.beside import Neighbour
from vk_emulator.server import Emulator

Heard = list[tuple[str, int]]


def messages_of(emulator: Emulator) -> int:
    body = emulator.vk.call("messages.getHistory", "user-1001", {"peer_id": -101})
    return int(body["response"]["count"])


@asynccontextmanager
async def neighbour(emulator: Emulator, socket: Path, slow: float = 0.0) -> AsyncIterator[Heard]:
    """What it is asked, and how many messages the world has then."""
    heard: Heard = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = json.loads(await reader.readline())["command"]
        heard.append((command, messages_of(emulator)))
        await asyncio.sleep(slow)  # a bot that is ended still answers
        emulator.vk.call("messages.send", "group-101", {"peer_id": 1001, "random_id": 0, "message": "Ответ"})
        writer.write(b"{}\n")
        writer.close()

    server = await asyncio.start_unix_server(serve, socket)
    beside = Neighbour(emulator, socket)
    beside.join()
    yield heard
    await beside.close()
    server.close()


async def reset(emulator: Emulator) -> None:
    async with aiohttp.ClientSession() as session, session.get(emulator.url + "emulator.reset") as answer:
        assert (await answer.json())["response"] == 1


async def test_a_bot_is_ended_before_the_world_is_another(emulator: Emulator, tmp_path: Path) -> None:
    emulator.vk.call("messages.send", "user-1001", {"peer_id": -101, "random_id": 0, "message": "Здравствуйте"})
    async with neighbour(emulator, tmp_path / "s", slow=0.2) as heard:
        await reset(emulator)
        assert messages_of(emulator) == 0, "what the old bot said stays in the old world"
        while len(heard) < 2:
            await asyncio.sleep(0.01)
    assert heard == [("end", 1), ("reset", 0)]


async def test_two_resets_are_told_after_each_other(emulator: Emulator, tmp_path: Path) -> None:
    async with neighbour(emulator, tmp_path / "s", slow=0.05) as heard:
        await asyncio.gather(reset(emulator), reset(emulator))
        while len(heard) < 4:
            await asyncio.sleep(0.01)
    assert [command for command, _ in heard][-1] == "reset"
    assert sorted(command for command, _ in heard) == ["end", "end", "reset", "reset"]
