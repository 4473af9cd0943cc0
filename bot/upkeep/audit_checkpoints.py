"""Checkpoints of the audit log: the hash of its last line, appended once a day to a file of its own (T22).

Cutting lines off the end of the log requires changing this file too; keep it on another disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.config.settings import Settings
from bot.process.advice import Refusal
from storage.privacy.audit import Head

HEX = frozenset("0123456789abcdef")


def path_of(settings: Settings) -> Path:
    """BOT_AUDIT_HEADS_FILE; by default beside the SQLite file, and in var/ with PostgreSQL."""
    if settings.audit_heads_file:
        return Path(settings.audit_heads_file).resolve()
    scheme, _, rest = settings.database_url.partition(":///")
    if scheme.startswith("sqlite"):
        path = Path(rest.split("?", 1)[0]).resolve()
        return path.with_name(path.name + ".audit-heads")
    return Path("var/priemnaya.audit-heads").resolve()


def read(path: Path, community: int) -> list[Head]:
    """The heads of one community, oldest first, without those of lines that a restore took back. A line that is no head
    makes the whole file worthless, and says so.

    Raises:
        Refusal: the file is spoilt or cannot be read.
    """
    found: list[Head] = []
    for number, line in enumerate(_whole_lines(path), 1):
        try:
            row = json.loads(line)
            head = Head(int(row["number"]), str(row["hash"]))
            whole = (len(head.hash) == 64 or not head.number) and set(head.hash) <= HEX
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise Refusal(f"Файл отпечатков {path} испорчен в строке {number}.")
        if row.get("community") == community:
            if row.get("restored"):
                found = [checkpoint for checkpoint in found if checkpoint.number <= head.number]
            if head.number:
                found.append(head)
    return found


def communities(path: Path) -> set[int]:
    """The communities of which the file has a line. What is spoilt is said by whoever reads one of them."""
    found = set()
    for line in _whole_lines(path):
        with suppress(ValueError, KeyError, TypeError):
            found.add(int(json.loads(line)["community"]))
    return found


def note(path: Path, community: int, head: Head, at: datetime) -> None:
    """Add a head, durably. An unchanged log adds nothing.

    Raises:
        Refusal: the file is spoilt or cannot be written: the other disk is full or away.
    """
    if read(path, community)[-1:] != [head]:
        _add(path, {"community": community, "number": head.number, "hash": head.hash, "at": at.isoformat()})


def put_back(path: Path, community: int, head: Head | None, at: datetime) -> None:
    """An older copy was put in place, whose log ends here: what came after it is no more, and is not missed (F24).

    Raises:
        Refusal: as `note`.
    """
    if read(path, community):
        number, said = (head.number, head.hash) if head else (0, "")
        line = {"community": community, "number": number, "hash": said, "at": at.isoformat(), "restored": True}
        _add(path, line)


def _add(path: Path, line: dict[str, Any]) -> None:
    """Appends a line and syncs it to disk; a half line at the end is cut off first. Refusal where it cannot be
    written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "a+b") as file:
            file.seek(0)
            before = file.read()
            if not before.endswith(b"\n"):
                file.truncate(before.rfind(b"\n") + 1)
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Refusal(f"Файл отпечатков {path} не записать: {error.strerror}.") from None


def _whole_lines(path: Path) -> list[str]:
    """A last line without its end was cut off by a full disk or a power loss, and is none (F4, F21)."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refusal(f"Файл отпечатков {path} не читается: {error.strerror}.") from None
    return text.split("\n")[:-1]


def as_rows(heads: Sequence[Head]) -> list[list[object]]:
    """Checkpoints as a command carries them to a running bot."""
    return [[head.number, head.hash] for head in heads]


def from_rows(rows: Sequence[Sequence[object]]) -> list[Head]:
    """The checkpoints that a command sent as (number, hash)."""
    return [Head(int(str(number)), str(said)) for number, said in rows]
