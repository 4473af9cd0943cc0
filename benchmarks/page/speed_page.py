"""docs/reference/speed.md out of figures: the goals first, then each part's table with its command, date and machine.

The same figures give the same page, and no figure stands in this file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.page.figures import Figures, Part, number, shown
from benchmarks.page.goals import GOALS
from benchmarks.page.pictures import pictures
from benchmarks.parts.crowd_run import ceiling
from benchmarks.rig.tables import line

HEAD = """# Speed

Written whole by `make bench` (`python benchmarks/speed.py --write`) from [its samples](speed.json); nothing is typed
by hand. Cells are medians with the range of the rounds in brackets. Ours and the peers take turns in each round, on
one machine, against one emulator; the bot is a process of its own, and only its processor time counts. What the
emulator cannot tell: real VK answers over TLS in 30 to 100 ms. Other figures: [benchmarks.md](benchmarks.md)."""

COMPILED_THEN = (
    "What is dated 2026-11-29 of PostgreSQL is of statements compiled past SQLAlchemy's engine, which SQLite alone has "
    "since ([0021](../decisions/0021-compiled-statements.md)): it is slower now."
)

COMPARED = ("turns/s", "CPU ms a turn")
PACE = re.compile(r"(\d+) requests/s")


@dataclass(frozen=True)
class Section:
    """One part of the figures; `head` stands over its rows."""

    name: str
    title: str
    head: str
    about: str


SECTIONS = (
    Section(
        "crowd",
        "A crowd under VK's limit",
        "bot",
        "Residents at once who think 0.2 to 0.6 s between two messages, under VK's 20 requests a second. A "
        "turn is one message of a resident with what the bot answers; a story is three turns. Sends are all "
        "messages of the bot, cards among them, over the time from the first word to the last answer. `error 6` is "
        "how often the emulator refused a request as one too many, then without the first two seconds, in which "
        "everybody comes at once. The peers ([scripts](../../benchmarks/peers)) "
        "have the same dialogue as their documentation writes it, one call for each answer, states in memory. "
        "vkbottle does not heed the limit and loses what is refused; the others wait, and are stopped after some "
        "seconds.",
    ),
    Section(
        "free",
        "A crowd without a limit",
        "bot",
        "Nobody thinks and VK refuses nothing: what the processor allows. The plain vkbottle bot "
        "(`benchmarks/peers/plain_dialogue.py`) writes nothing to disk, finds no topic, place or address, and re-reads "
        "nothing.",
    ),
    Section(
        "batches",
        "Batches",
        "events in a batch",
        "One event all the way (into the inbox, decided, taken, sent: four transactions) with one answer, by the "
        "bot's own functions, without a network. Both engines wait for the disk at each commit. Processor time is "
        f"the bot's, not the server's. {COMPILED_THEN}",
    ),
    Section(
        "past",
        "History, and stops by the books",
        "messages in the database",
        "A small crowd without a limit, in turn on databases that were filled by bulk rows: messages with their "
        "histories, and more rows of inbox and outbox than are kept after a month. Then without a bot: how long does a "
        "transaction wait at most from being asked for to its beginning, alone, and while the books are counted "
        "without a pause (a bot counts them once a minute)?",
    ),
    Section(
        "years",
        "History of years",
        "messages in the database",
        "The same with a million messages, four years of the first region at 700 a day, and with ten million. What is "
        "added are copies of finished messages, with their histories and the words they are found by; there are no "
        "more open messages than before.",
    ),
    Section(
        "disk",
        "Disk",
        "table, with its indexes",
        "Bytes of one message that a real bot has lived through: text, consent, preview, card, «Принять», answer, "
        "«Решено», rating. Pages of the SQLite file after VACUUM, less those of the empty database; then the same "
        "after the job of retention with a clock that is a month later.",
    ),
    Section(
        "idle",
        "Idle",
        "`python -m bot run`",
        "Connected to the emulator, three seconds after its first long poll. Its bars are held by "
        "`benchmarks/cost.py`.",
    ),
    Section(
        "communities",
        "Communities",
        "communities in one process",
        "Idle, then «Начать» of people to communities by chance, answered with the consent; the emulator runs "
        "beside on the same cores. All listen when each list of dialogues has been read; what is kept then, the "
        "first answer of each long poll, is not counted. Each size is a process of its own; all are idle at the same "
        "time, their people write one size after another.",
    ),
    Section("workers", "Workers", "workers of PostgreSQL", f"Events all the way, shared by workers. {COMPILED_THEN}"),
)
"""In the order of the page. A part that nobody has measured is left out."""


def page(figures: Figures) -> str:
    """The whole page as Markdown: the goals, then each part that was measured."""
    parts = [HEAD, goals(figures)]
    parts += [section(one, figures) for one in SECTIONS if one.name in figures]
    return "\n\n".join(parts) + "\n"


def goals(figures: Figures) -> str:
    """The section with all goals, also those that nobody measured."""
    rows = [goal.cells(figures) for goal in GOALS]
    return f"## Goals\n\n{COMPILED_THEN}\n\n" + table(["what", "goal", "measured", ""], rows)


def section(one: Section, figures: Figures) -> str:
    """A part's section: what it is, its command and machine, the table, what was said, its pictures."""
    part = figures[one.name]
    said = [*part.said, *ceilings(part)]
    blocks = [f"## {one.title}", one.about, f"`{part.command}`, {part.machine}", cells(one.head, part)]
    if said:
        blocks.append("\n".join(f"- {sentence}" for sentence in said))
    blocks += [f"![{alt}](../pictures/{name})" for name, (of, alt, _) in pictures(figures).items() if of == one.name]
    return "\n\n".join(blocks)


def cells(head: str, part: Part) -> str:
    """A row for each row of the samples; ratios to vkbottle where it was measured in the same way."""
    ratios = [column for column in COMPARED if any(against(part, row, column) for row in part.samples)]
    rows = [
        [
            row,
            *(shown(part.samples[row].get(column, [])) for column in part.columns()),
            *(shown(against(part, row, column)) for column in ratios),
        ]
        for row in part.samples
    ]
    return table([head, *part.columns(), *(f"{column}, ours to vkbottle" for column in ratios)], rows)


def against(part: Part, row: str, column: str) -> list[float]:
    """Round by round, where both have finished all."""
    other = row.replace("ours", "vkbottle", 1)
    if not row.startswith("ours") or any(part.median(one, "finished, %") != 100 for one in (row, other)):
        return []
    return [one / peer for one, peer in zip(part.samples[row][column], part.samples[other][column], strict=False)]


def ceilings(part: Part) -> list[str]:
    """What could be reached at most, by the calls that were counted."""
    found = []
    for row in part.samples:
        pace, calls = PACE.search(row), part.median(row, "calls a story")
        if pace is not None and calls is not None:
            most = number(ceiling(int(pace[1]), calls))
            found.append(
                f"The ceiling of «{row}» is {most} turns/s: 25 calls in each of {pace[1]} requests a second, and a "
                f"story of three turns took {number(calls)} calls (four messages to the resident, the card, and what "
                "came besides)."
            )
    return found


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([line(heads), line(["---"] * len(heads)), *map(line, rows)])
