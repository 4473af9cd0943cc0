"""Plays everybody but the bot: acts for people, waits until the driver has answered, keeps what the emulator recorded.

`python -m tests.emulator.smoke.director` writes record.json anew, with vk_api as the driver; read the difference."""

from __future__ import annotations

import asyncio
import hashlib
import json
import struct
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.emulator.smoke.script import RECORD, Step, conversation
from vk_emulator.server import Emulator, running

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0
VARIES = ("id", "random_id", "date", "edits", "content_source", "unseen_by", "admin_author_id")
"""What a client chooses itself, or what depends on the time."""


@dataclass
class Held:
    """What came of one conversation."""

    lines: list[Any] = field(default_factory=list)
    record: Any = None
    crashes: list[str] = field(default_factory=list)


def picture() -> bytes:
    """A real PNG of 4 by 3 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 3, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress((b"\0" + b"\x40\x80\xc0" * 4) * 3))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


async def hold(program: list[str], *more: str) -> Held:
    """The whole conversation with the driver `program`, which is told the emulator's address first."""
    held, presses = Held(), []
    async with running(seed=7) as emulator:
        process = await asyncio.create_subprocess_exec(
            *program, emulator.base, *more, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        try:
            await until_it_listens(emulator, process)
            for step in conversation()["steps"]:
                presses += await act(emulator, step)
                held.lines.append(await line_of(process, step))
            await asyncio.wait_for(process.wait(), PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        answers = [emulator.call("emulator.eventAnswer", event_id=press)["event_data"] for press in presses]
        held.record = {"dialogues": normal(emulator), "answers": answers}
        held.crashes = emulator.vk.crashes
    return held


async def until_it_listens(emulator: Emulator, process: asyncio.subprocess.Process) -> None:
    for _ in range(int(PATIENCE / 0.02)):
        if emulator.parked.listens(-conversation()["community"]):
            return
        assert process.returncode is None, f"the driver ended with {process.returncode}"
        await asyncio.sleep(0.02)
    raise AssertionError("the driver never polled")


async def line_of(process: asyncio.subprocess.Process, step: Step) -> Any:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    assert line, f"the driver ended in the step «{step['name']}»"
    return json.loads(line)


async def act(emulator: Emulator, step: Step) -> list[str]:
    """What people do in this step; the event ids of the buttons that they pressed."""
    presses = []
    for one in step["acts"]:
        given = dict(one["with"])
        if "photo" in one:
            given["attachment"] = await uploaded(emulator, one["as"], one["photo"], given["peer_id"])
        said = emulator.call(one.get("call", "messages.send"), one["as"], **given)
        assert not (isinstance(said, dict) and "error" in said), said
        presses += [said["event_id"]] if isinstance(said, dict) and "event_id" in said else []
    return presses


async def uploaded(emulator: Emulator, token: str, name: str, peer: int) -> str:
    server = emulator.call("photos.getMessagesUploadServer", token, peer_id=peer)
    form = aiohttp.FormData()
    form.add_field("photo", picture(), filename=name, content_type="image/png")
    async with aiohttp.ClientSession() as http, http.post(server["upload_url"], data=form) as answer:
        told = await answer.json()
    [photo] = emulator.call("photos.saveMessagesPhoto", token, **told)
    return f"photo{photo['owner_id']}_{photo['id']}"


def normal(emulator: Emulator) -> list[Any]:
    """The record without what a client may choose; files by their content."""
    dialogues = emulator.call("emulator.record")["dialogues"]
    for dialogue in dialogues:
        dialogue["messages"] = [one_message(emulator, message) for message in dialogue["messages"]]
    return list(dialogues)


def one_message(emulator: Emulator, message: dict[str, Any]) -> dict[str, Any]:
    made = {name: value for name, value in message.items() if name not in VARIES and value not in (None, "", [], False)}
    made["edited_from"] = [edit["text"] for edit in message["edits"]]
    made["unseen_by"] = message["unseen_by"]
    made["attachments"] = [file_of(emulator, name) for name in message["attachments"]]
    if "keyboard" in made:
        made["keyboard"] = keyboard_of(made["keyboard"])
    return {name: value for name, value in made.items() if value != []}


def file_of(emulator: Emulator, name: str) -> dict[str, Any]:
    found = next(a for a in emulator.world.attachments.values() if f"{a.type}{a.owner}_{a.id}" == name)
    data = (emulator.data / "files" / Path(found.path).name).read_bytes()
    return {
        "type": found.type,
        "owner": found.owner,
        "title": found.body.get("title"),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def keyboard_of(keyboard: dict[str, Any]) -> dict[str, Any]:
    """Clients write the JSON of a payload with spaces or without, and a label's link with an empty payload or none."""
    rows = [[button_of(button) for button in row] for row in keyboard["buttons"]]
    return {**keyboard, "buttons": rows}


def button_of(button: dict[str, Any]) -> dict[str, Any]:
    action = dict(button["action"])
    payload = action.pop("payload", None)
    if payload not in (None, "", "{}"):
        action["payload"] = json.loads(payload)
    return {**button, "action": action}


if __name__ == "__main__":
    made = asyncio.run(hold([sys.executable, "-m", "tests.emulator.smoke.with_vk_api"]))
    RECORD.write_text(json.dumps(made.record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
