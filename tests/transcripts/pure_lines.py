"""What lies in a dialogue of the pure stage: lines as VK would hold them, and what has not left yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.vk.file_kinds import refused_name
from bot.vk.files import DANGEROUS, name_of
from states.effects import Edit, Send
from tests.transcripts.stage import Heard


@dataclass
class Line:
    """A message in a dialogue, as VK would hold it."""

    cmid: int
    author: int
    raw: dict[str, Any]
    buttons: tuple[dict[str, Any], ...] = ()
    inline: bool = False
    forwards: tuple[str, ...] = ()
    reply_to: int = 0
    deleted: bool = False


@dataclass
class Held:
    """A message in the outbox that has not left."""

    send: Send
    parked: bool = False
    edits: list[Edit] = field(default_factory=list)


def raw_file(kind: str) -> dict[str, Any]:
    kind, _, title = kind.partition(":")
    return {"type": kind, kind: {"owner_id": 1, "id": 2, "access_key": "k", "title": title}}


def refused_file(raw: dict[str, Any]) -> str:
    """What both sides read of a document whose name says that it is not passed on (bot/vk/files.py); else nothing."""
    title = raw["doc"]["title"] if raw["type"] == "doc" else ""
    why = refused_name(title) if title else ""
    return f"{name_of(raw)} ({DANGEROUS.format(what=why)})" if why else ""


def buttons_of(keyboard: str | None) -> tuple[dict[str, Any], ...]:
    if keyboard is None:
        return ()
    return tuple(button["action"] for row in json.loads(keyboard)["buttons"] for button in row)


def heard(line: Line) -> Heard:
    files = tuple(attachment["type"] for attachment in line.raw["attachments"])
    text, where = line.raw["text"], (line.cmid, line.author, line.reply_to)
    return Heard(text, line.buttons, line.forwards, files, *where, line.inline)
