"""The tables and the picture of learning: all splits, what a model costs, and how it grows with what it has seen.

It must never print a message. Eleven trainings take some ten minutes on one core.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.parts.learned import NEAR, TIME, Figures, Portal, measure, reference, tested
from benchmarks.rig.stand import ROOT, machine
from benchmarks.rig.tables import Table, write
from bot.charts.lines import Lines, Series, lines
from bot.charts.paint import PAPER
from matching.learned import training
from matching.learned.model import Learned

DOCUMENT = ROOT / "docs" / "reference" / "learning.md"
PICTURE = ROOT / "docs" / "pictures" / "learning-curve.svg"
SIZES = (0, 200, 1_000, 5_000, 20_000)
SHARES = ("first", "among three")
SPLITS = ("five splits by text: median (least to most)", "no near copy on both sides", "by time")
GOALS: Mapping[str, tuple[str, str]] = {
    "topic, distinct texts": ("0.775", "0.93"),
    "topic, question answered, rows": ("0.827", "0.963"),
    "agency of answered": ("0.70", "0.94"),
    "agency, question answered": ("0.776", "0.976"),
    "agency, topic confirmed": ("0.81", "0.98"),
}
LIMITS: Mapping[str, str] = {"calibration error": "0.03", "training, s": "60", "file, MB": "8"}
LONGEST = 4_000


def learned(path: Path, into_docs: bool) -> None:
    """Measures all splits, prints the tables and, where wanted, writes them and the picture into the docs."""
    portal = Portal.read(path)
    found: dict[str, Figures] = {}
    references = {}
    for name, older, newer in portal.splits():
        found[name], model = measure(portal, older, newer)
        if name in ("text 1", TIME):
            references[name] = reference(portal, older, newer)
        if name == "text 1":
            first, costs = (older, newer), cost(model, [portal.examples[at].text for at in newer[:2_000]])
        print(
            name,
            {what: {key: round(one, 4) for key, one in kept.items()} for what, kept in found[name].items()},
            flush=True,
        )
    grown = curve(portal, *first)
    made = [accuracies(found, references), others(found, costs), growth(grown)]
    for table in made:
        print(f"\n{table.text()}")
    if into_docs:
        write(made, DOCUMENT)
        PICTURE.write_text(picture(grown), encoding="utf-8")


def accuracies(found: Mapping[str, Figures], references: Mapping[str, dict[str, float] | None]) -> Table:
    """How often topic and agency are right, by split, beside the goals and a reference by TF-IDF."""
    texts, near, late = parted(found)
    rows = []
    for what in texts[0]:
        if what == "other":
            continue
        for share, goal in zip(SHARES, GOALS.get(what, ("", "")), strict=True):
            alone = [f"{one[what][share]:.3f}" for one in (near, late)]
            rows.append([f"{what}: {share}", spread([one[what][share] for one in texts]), *alone, goal])
    for share in SHARES:
        by_text, by_time = (told(one[share] if one else None) for one in (references["text 1"], references[TIME]))
        rows.append([f"TF-IDF reference, rows: {share}", by_text, told(None), by_time, ""])
    return Table("learned accuracy", command(), said_of_machine(), ("what", *SPLITS, "goal"), rows)


def parted(found: Mapping[str, Figures]) -> tuple[list[Figures], Figures, Figures]:
    """The five splits by text, the one without near copies, the one by time."""
    return [one for name, one in found.items() if name.startswith("text")], found[f"{NEAR} 1"], found[TIME]


def told(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def others(found: Mapping[str, Figures], costs: Mapping[str, float]) -> Table:
    """What a model costs and how sure it may be of itself, beside the limits."""
    texts, near, late = parted(found)
    rows = [
        [
            what,
            spread([one["other"][what] for one in texts]),
            told(near["other"][what]),
            told(late["other"][what]),
            LIMITS.get(what, ""),
        ]
        for what in texts[0]["other"]
    ]
    limits = {"load, ms": "200", "4,000 letters, ms": "2", "memory, MB": "40"}
    rows += [[what, f"{one:.2f}", "", "", limits.get(what, "")] for what, one in costs.items()]
    return Table("learned cost", command(), said_of_machine(), ("what", *SPLITS, "limit"), rows)


def growth(grown: Mapping[int, tuple[float, float]]) -> Table:
    """How often the topic is right, by the number of messages learned from."""
    rows = [[f"{size:,}", f"{first:.3f}", f"{three:.3f}"] for size, (first, three) in grown.items()]
    return Table("learned curve", command(), said_of_machine(), ("messages learned from", "first", "among three"), rows)


def command() -> str:
    return "python benchmarks/matching.py --data ../shared/data --write"


def said_of_machine() -> str:
    return machine()


def spread(values: Sequence[float]) -> str:
    """The median, with the lowest and the highest value."""
    return f"{median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


# What it costs.

MEMORY = """
import sys
from pathlib import Path
def now(): return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
import asyncio, aiohttp, sqlalchemy, msgspec, zlib
content = sys.stdin.buffer.read()
import screening.words
before = now() - len(content) / 1e6
from matching.learned.model import Learned
model = Learned.of(content)
del content
model.probabilities("слово " * 800, None, {})
print(now() - before)
"""
"""In a process of its own: what numpy and a model add to a bot that has neither."""


def cost(model: Learned, texts: Sequence[str]) -> dict[str, float]:
    """What the model costs: loading and reading a text in milliseconds, memory in MB."""
    content = model.content()
    begun = time.perf_counter()
    Learned.of(content)
    load = (time.perf_counter() - begun) * 1000
    took = sorted(milliseconds(model, text) for text in texts)
    long = " ".join(texts)[:LONGEST]
    return {
        "load, ms": load,
        "median, ms": took[len(took) // 2],
        "4,000 letters, ms": median(milliseconds(model, long) for _ in range(25)),
        "memory, MB": memory(content),
    }


def milliseconds(model: Learned, text: str) -> float:
    """How long the model reads this text."""
    begun = time.perf_counter()
    model.probabilities(text, None, {})
    return (time.perf_counter() - begun) * 1000


def memory(content: bytes) -> float:
    """How many MB the model takes in a process of its own."""
    at_home = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", MEMORY], input=content, capture_output=True, check=True, env=at_home)
    return float(done.stdout)


# How it grows.


def curve(portal: Portal, older: Sequence[int], newer: Sequence[int]) -> dict[int, tuple[float, float]]:
    """The topic by the number of messages learned from; 0 is the names of topics alone."""
    drawn = random.Random(1).sample(list(older), max(SIZES))
    found = {}
    for size in SIZES:
        if size:
            chosen = sorted(drawn[:size])
            model = Learned.of(
                training.train([portal.examples[at] for at in chosen], named=portal.names.scores).content
            )
            found[size] = tested(portal, model, newer).accuracy()
        else:
            found[0] = by_names_alone(portal, newer)
    return found


def by_names_alone(portal: Portal, newer: Sequence[int]) -> tuple[float, float]:
    """How often matching by the names of topics is right, without learning: the first, one of three."""
    best = [portal.names.rank(portal.examples[at].text, 3) for at in newer]
    right = [portal.examples[at].topic for at in newer]
    first = sum(three[:1] == (topic,) for three, topic in zip(best, right, strict=True)) / len(right)
    return first, sum(topic in three for three, topic in zip(best, right, strict=True)) / len(right)


def picture(found: Mapping[int, tuple[float, float]]) -> str:
    """The learning curve as SVG."""
    assert all(before < after for before, after in pairwise(found))
    labels = tuple(f"{size:,}".replace(",", " ") for size in found)
    series = (
        Series("first", tuple(first for first, _ in found.values())),
        Series("among three", tuple(three for _, three in found.values())),
    )
    about = "The right topic of 125, by the number of messages learned from"
    return lines(Lines("The learning curve", about, labels, series, head="messages"), PAPER).svg
