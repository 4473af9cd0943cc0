"""The emulator asks its neighbour through a private socket: whatever sits there, there is an answer or none, soon."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from vk_emulator.wire import door

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def saying(line: bytes) -> Answer:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(line)

    return say


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (saying(b'{"balanced":true}\n'), {"balanced": True}),
        (saying('{"error":"команды stats нет"}\n'.encode()), {"error": "команды stats нет"}),
        (saying(b"[1]\n"), None),
        (saying(b"not json\n"), None),
        (saying(b"\xff\xfe\n"), None),
        (saying(b""), None),
        (saying(b"x" * (door.LONGEST_LINE + 10)), None),
        (silent, None),
    ],
)
async def test_numbers_or_nothing(tmp_path: Path, answer: Answer, told: object) -> None:
    heard: list[object] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(json.loads(await reader.readline()))
        await answer(writer)
        writer.close()

    server = await asyncio.start_unix_server(serve, tmp_path / "s")
    assert await door.ask(tmp_path / "s", "stats", within=0.3) == told
    assert heard == [{"command": "stats", "arguments": {}}]
    server.close()


async def test_nobody_at_the_door(tmp_path: Path) -> None:
    assert await door.ask(tmp_path / "missing", "stats") is None
    (tmp_path / "file").write_text("")
    assert await door.ask(tmp_path / "file", "stats") is None
    assert await door.ask(tmp_path / ("x" * 150), "stats") is None
