"""Measures matching: without training the right group among three and the municipality found or asked; with a learned
model the topic and the agency, on messages it has not seen (parts/learned.py; ten minutes, left out by `--quick`).

It must never print, keep or copy a message: only counts leave this script.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.region.directory_file import read  # noqa: E402 - the repository is no installed package
from matching import Matcher  # noqa: E402
from states.directory import Directory  # noqa: E402
from tests.yaml_text import yaml_of  # noqa: E402

BAR = 0.75
TUNE, REPORT = "tune", "report"

GROUPS: dict[str, tuple[str, ...]] = {
    # Streets, yards, rubbish and road signs stand in one category of the portal; ours are three groups.
    "Благоустройство": ("blago", "dorogi", "othody"),
    "Содержание МКД": ("zhkh",),
    "Нарушение правил пользования общим имуществом": ("zhkh",),
    "Нарушение порядка пользования общим имуществом": ("zhkh",),
    # A control centre counts signs and posters both as the look of the town and as advertising.
    "Незаконная информационная и (или) рекламная конструкция": ("torg", "blago"),
    "Состояние рекламных или информационных конструкций": ("torg", "blago"),
    "Фасад": ("zhkh",),
    # Manholes, wells and their covers stand on roads and in yards.
    "Повреждения или неисправность элементов уличной инфраструктуры": ("blago", "dorogi"),
    "Кровля": ("zhkh",),
    "Водоснабжение": ("zhkh",),
    "Санитарное состояние": ("zhkh",),
    "Центральное отопление": ("zhkh",),
    "Подвалы": ("zhkh",),
    "Водоотведение": ("zhkh",),
    "Незаконная реализация товаров с торгового оборудования (прилавок, ящик, с земли)": ("torg",),
}
"""The portal's 15 categories in the groups of regions/chelyabinsk, by hand."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message and the category that people gave it."""

    text: str
    label: str


def rows(path: Path, column: str, half: str) -> Iterator[Row]:
    """Messages of one half, chosen by a hash of the text: words tuned on one are measured on the other."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            first = sha256(row["text"].encode()).digest()[0] < 128
            if first == (half == TUNE):
                yield Row(row["text"], row[column])


def sampled(found: list[Row], count: int, seed: int) -> list[Row]:
    """So many of them drawn by the seed; all of them where 0 is wanted or there are fewer."""
    if not count or count >= len(found):
        return found
    return random.Random(seed).sample(found, count)


def share_of_groups(matcher: Matcher, directory: Directory, messages: list[Row]) -> dict[str, tuple[int, int, int]]:
    """Per category: messages, right among three, right first."""
    group = {topic.code: topic.group for topic in directory.topics}
    seen: Counter[str] = Counter()
    among: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for row in messages:
        suggested = [group[code] for code in matcher.topics(row.text, 3)]
        right = GROUPS[row.label]
        seen[row.label] += 1
        among[row.label] += any(one in right for one in suggested)
        first[row.label] += bool(suggested) and suggested[0] in right
    return {label: (seen[label], among[label], first[label]) for label in sorted(seen, key=lambda one: -seen[one])}


def sure(matcher: Matcher, directory: Directory, messages: list[Row]) -> tuple[int, int]:
    """Messages whose topic is taken without a question, and how many of those lie in the right group."""
    group = {topic.code: topic.group for topic in directory.topics}
    taken = [(guess.topics[0], row.label) for row in messages if (guess := matcher.topic(row.text)).sure]
    return len(taken), sum(group[code] in GROUPS[label] for code, label in taken)


def roads(matcher: Matcher, directory: Directory, messages: list[Row]) -> tuple[int, int]:
    """Messages that all came through a form about roads: is the group «Дороги» among three?"""
    group = {topic.code: topic.group for topic in directory.topics}
    right = sum("dorogi" in [group[code] for code in matcher.topics(row.text, 3)] for row in messages)
    return len(messages), right


@dataclass(frozen=True, slots=True)
class Phrases:
    """How places were found in the hand-written phrases."""

    all: int
    found: int
    asked: int
    offered: int
    wrong: tuple[str, ...]
    asked_though_named: tuple[str, ...]
    municipalities: int


def phrases(matcher: Matcher, path: Path) -> Phrases:
    """`expect` is a code (found, or at least asked) or «ask» (never sure)."""
    known = yaml_of(path.read_text(encoding="utf-8"))
    found = asked = offered = 0
    wrong, shy = [], []
    for row in known:
        guess = matcher.place(row["text"])
        if guess.sure and (row["expect"] == "ask" or guess.places != (row["expect"],)):
            wrong.append(row["text"])
        elif guess.sure:
            found += 1
        else:
            asked += 1
            offered += row["expect"] in guess.places
            if row["expect"] != "ask":
                shy.append(row["text"])
    codes = {row["expect"] for row in known} - {"ask"}
    return Phrases(len(known), found, asked, offered, tuple(wrong), tuple(shy), len(codes))


def speed(matcher: Matcher) -> dict[str, float]:
    """Milliseconds for 1,000 and 100,000 characters, words made up so that no cache helps."""
    chance = random.Random(1)
    letters = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"

    def made(length: int) -> str:
        text = ""
        while len(text) < length:
            text += "".join(chance.choices(letters, k=chance.randint(3, 11))).capitalize() + " "
        return text[:length]

    took = {}
    for length in (1_000, 100_000):
        best = []
        for _ in range(5):
            text = made(length)
            start = time.perf_counter()
            matcher.topics(text)
            matcher.place(text)
            matcher.address(text)
            best.append(time.perf_counter() - start)
        took[f"ms_{length}"] = round(sorted(best)[2] * 1000, 1)
    return took


def memory() -> float:
    """Megabytes of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the two files of messages")
    parser.add_argument("--region", type=Path, default=ROOT / "regions/chelyabinsk")
    parser.add_argument("--phrases", type=Path, default=ROOT / "tests/matching/phrases.yaml")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="messages to measure; 0 means all")
    parser.add_argument("--half", choices=(TUNE, REPORT), default=REPORT)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="only what needs no training")
    parser.add_argument("--write", action="store_true", help="the tables of learning into docs/reference/learning.md")
    return parser.parse_args()


def loaded(region: Path) -> tuple[Directory, Matcher, dict[str, float]]:
    """The matcher with what it costs to make it."""
    directory = read(region)
    before, start = memory(), time.perf_counter()
    matcher = Matcher(directory)
    cost = {"load_ms": round((time.perf_counter() - start) * 1000, 1), "load_mb": round(memory() - before, 1)}
    return directory, matcher, cost


def main() -> int:
    options = asked_for()
    directory, matcher, cost = loaded(options.region)
    known = list(rows(options.data / "spb_train.csv.gz", "category", options.half))
    known = sampled(known, options.sample, options.seed)
    table = share_of_groups(matcher, directory, known)
    taken, taken_right = sure(matcher, directory, known)
    road_rows = list(rows(options.data / "perm_roads_train.csv.gz", "topic", options.half))
    road_all, road_right = roads(matcher, directory, road_rows)
    found = phrases(matcher, options.phrases)
    total = sum(count for count, _, _ in table.values())
    among = sum(right for _, right, _ in table.values()) / total
    whole = found.all >= 150 and found.municipalities == len(directory.places)
    result: dict[str, object] = {
        "command": "python benchmarks/matching.py " + " ".join(sys.argv[1:]),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "half": options.half,
        "messages": total,
        "among_three": round(among, 4),
        "first": round(sum(first for _, _, first in table.values()) / total, 4),
        "mean_of_categories": round(sum(right / count for count, right, _ in table.values()) / len(table), 4),
        "categories": {
            label: {
                "messages": count,
                "among_three": round(right / count, 3),
                "first": round(first / count, 3),
            }
            for label, (count, right, first) in table.items()
        },
        "sure": {"share": round(taken / total, 3), "right": round(taken_right / max(1, taken), 3)},
        "roads": {"messages": road_all, "among_three": round(road_right / max(1, road_all), 4)},
        "places": {
            "phrases": found.all,
            "municipalities": found.municipalities,
            "sure_and_right": found.found,
            "asked": found.asked,
            "asked_though_named": len(found.asked_though_named),
            "sure_and_wrong": len(found.wrong),
        },
        **cost,
        **speed(matcher),
        "bar": BAR,
        "passed": among >= BAR and not found.wrong and whole,
    }
    print(json.dumps(result, ensure_ascii=False, indent=1) if options.json else table_of(result, found))
    if not options.quick:
        from benchmarks.parts.learned_tables import learned

        learned(options.data / "spb_train.csv.gz", options.write)
    return 0 if result["passed"] else 1


def table_of(result: dict[str, object], found: Phrases) -> str:
    """The same figures for a person."""
    categories = result["categories"]
    assert isinstance(categories, dict)
    lines = [f"{result['date']}, {result['machine']}", f"{result['command']}", ""]
    lines += ["| category | messages | among three | first |", "|---|---|---|---|"]
    lines += [
        f"| {label} | {one['messages']} | {one['among_three']:.3f} | {one['first']:.3f} |"
        for label, one in categories.items()
    ]
    lines += [
        f"| **all** ({result['half']} half) | {result['messages']} | **{result['among_three']}** | {result['first']} |",
        f"| mean of categories | | {result['mean_of_categories']} | |",
        "",
        f"sure of the topic: {result['sure']}",
        f"roads: {result['roads']}",
        f"places: {result['places']}",
        *(f"  SURE AND WRONG: {text}" for text in found.wrong),
        *(f"  asked though named: {text}" for text in found.asked_though_named),
        f"made in {result['load_ms']} ms, {result['load_mb']} MB; topics + place + address: "
        f"{result['ms_1000']} ms for 1,000 letters, {result['ms_100000']} ms for 100,000",
        f"bar {result['bar']}: {'passed' if result['passed'] else 'FAILED'}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
