"""How much a long run keeps: in the file, in the memory of the bot, in the process; and how much of it is too much."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import tempfile
import types
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.rig.stand import memory_mb
from tests.simulation.record import rows_of

if TYPE_CHECKING:
    from tests.simulation.soak_day import Day

FOREIGN = ("tests.", "emulator.", "sqlalchemy.", "matching", "states.directory")
"""Whose objects are not the bot's memory: people, VK; and what is loaded once, whoever comes."""
OURS = ("bot.", "handlers.", "states.", "storage.")
NOT_DATA = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType)

HELD_MOST = 1 << 20
"""Bytes by which one life may grow: what waits in a burst. A kilobyte kept of each message would be forty times it."""
RSS_MOST, RSS_A_MESSAGE = 40 << 20, 8 << 10
"""Of the process: what is loaded and compiled at first use; then VK itself is in here and forgets nothing: a message,
its events, what the person remembers of it."""
FILE_A_MESSAGE = 2 << 10
"""A message stands once in the inbox or the outbox with its words sealed, a screen with its buttons; its indexes."""
ROWS_A_MESSAGE = 4
"""In or out, known, what became of it; and a third of a message's worth of appeal, history and audit."""
LINEAR = 1.25
"""The last messages may cost so much more than the first: growth is messages times a constant (G8)."""
LEFT_A_MESSAGE = 1 << 10
"""After the term, packed: messages of people without words, cards and answers, with their indexes."""
CALLS_A_MESSAGE, CALLS_A_MINUTE = 3, 2
"""I9."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`messages`: all of VK; `rows`, `used`, `words`, `packed`: rows of the bot's file, bytes in use, bytes of sealed
    words among them, bytes after packing; `held`: bytes that the living bot holds."""

    when: str
    hour: float
    messages: int
    came: int
    requests: int
    life: int
    life_hours: float
    rows: int
    used: int
    words: int
    packed: int
    held: int
    rss_mb: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def held(roots: Iterable[object]) -> int:
    """Bytes of everything that can be reached from these objects, each once."""
    seen: set[int] = set()
    total = 0
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, NOT_DATA) or type(one).__module__.startswith(FOREIGN):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting += gc.get_referents(one)
    return total


def of_bot(day: Day) -> list[object]:
    """Where the bot keeps things: its wiring, the frames of its loops, the globals of its modules."""
    frames = [task.get_coro() for owner, task in day.loop.graveyard if owner is day.life and not task.done()]
    modules = [module for name, module in sys.modules.items() if name.startswith(OURS)]
    kept = [value for module in modules for name, value in vars(module).items() if not name.startswith("__")]
    assert day.life is not None
    return [day.life.bot, *frames, *kept]


def of_file(raw: sqlite3.Connection) -> tuple[int, int, int]:
    """(rows, bytes in use, bytes of sealed words): free pages are used again, the file itself never shrinks. The words
    of an answer are not among them: they stay as long as the message that it answers."""
    pages, free, size = (rows_of(raw, f"PRAGMA {name}")[0][0] for name in ("page_count", "freelist_count", "page_size"))
    tables = [row["name"] for row in rows_of(raw, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = sum(rows_of(raw, f'SELECT count(*) AS n FROM "{name}"')[0]["n"] for name in tables)
    words = sum(
        rows_of(raw, f"SELECT coalesce(sum(length({column})), 0) AS n FROM {name}")[0]["n"]
        for name, column in (("inbox", "raw"), ("outbox WHERE kind != 'answer'", "body"))
    )
    return rows, (pages - free) * size, words


def packed(raw: sqlite3.Connection) -> int:
    """Bytes of a copy without the room that is free inside its pages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "packed.db"
        raw.execute("VACUUM INTO ?", (str(path),)).close()
        return path.stat().st_size


def sample(day: Day, when: str) -> Sample | None:
    """Nothing while no process is alive."""
    life = day.life
    if life is None or not day.readable:
        return None
    raw = life.store.raw
    rows, used, words = of_file(raw)
    gc.collect()
    return Sample(
        when=when,
        hour=round((day.loop.time() - day.began) / 3600, 2),
        messages=day.world.next_id - 1,
        came=day.came,
        requests=day.net.requests,
        life=day.lives,
        life_hours=round((day.loop.time() - day.life_began) / 3600, 2),
        rows=rows,
        used=used,
        words=words,
        packed=packed(raw) if when != HOUR else 0,
        held=held(of_bot(day)),
        rss_mb=round(memory_mb(os.getpid()), 1),
    )


HOUR, QUIET, TERM = "час", "тихо", "после срока"


def figures(samples: Sequence[Sample]) -> dict[str, float]:
    """What the bounds are asked of. Bytes and rows are those per message of VK."""
    first, last = samples[0], samples[-1]
    quiet = [one for one in samples if one.when == QUIET]
    day = quiet[-2]
    messages = day.messages - first.messages
    middle = quiet[0]
    life = [one for one in samples if one.life == day.life]
    return {
        "held_growth": max(one.held for one in life) - life[0].held,
        "rss_over": round((last.rss_mb - first.rss_mb) * 2**20 - RSS_MOST - RSS_A_MESSAGE * messages),
        "file_a_message": round((day.used - first.used) / messages),
        "rows_a_message": round((day.rows - first.rows) / messages, 2),
        "later_to_earlier": round(cost(middle, day) / cost(first, middle), 2),
        "left_a_message": round((last.packed - first.packed) / messages),
        "words_before": day.words,
        "words_left": last.words,
        "calls_over": day.requests - CALLS_A_MESSAGE * day.messages - CALLS_A_MINUTE * 60 * day.hour,
    }


def cost(one: Sample, other: Sample) -> float:
    return (other.used - one.used) / max(1, other.messages - one.messages)


def grown(samples: Sequence[Sample]) -> list[str]:
    """What is over its bound."""
    found = figures(samples)
    most = {
        "held_growth": HELD_MOST,
        "rss_over": 0,
        "file_a_message": FILE_A_MESSAGE,
        "rows_a_message": ROWS_A_MESSAGE,
        "later_to_earlier": LINEAR,
        "left_a_message": LEFT_A_MESSAGE,
        "calls_over": 0,
    }
    wrong = [f"рост: {name} = {found[name]}, можно {bound}" for name, bound in most.items() if found[name] > bound]
    if not found["words_left"] < found["words_before"] / 10:
        wrong.append(f"после срока осталось слов: {found['words_left']} байт")
    return wrong
