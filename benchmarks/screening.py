"""How often danger is found in the sets of phrases (told at once, or asked about) and how often it is heard where there
is none: people in danger, hazards and crimes apart. Strangers wrote the sealed sets; the newest must hold its bars, and
with `--data` the shares of real messages that are alarms and that are asked about. Exit code 1 where a bar is missed or
a seal is broken. Never a text, only figures. `--newest` prints the row of the newest opened set for RESULTS.md,
`--curve` that set and everyday messages at other bars (docs/decisions/0024).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from math import sqrt
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from screening import danger  # noqa: E402
from screening.crimes import crime  # noqa: E402
from screening.danger import Danger, alarms, doubts, hazards  # noqa: E402
from tests.people.sets import read_set  # noqa: E402
from tests.screening.sets import (  # noqa: E402
    ORDINARY,
    SEALED,
    behind,
    danger_rows,
    developing,
    learned_from,
    measuring,
    opened,
    sealed,
    seals,
)

FOUND, FOUND_OF_A_KIND, FALSE, REAL, ASKED = 0.98, 0.90, 0.01, 0.005, 0.03
BARS = (-2.5, danger.DOUBT, -0.5, danger.ALARM, 1.5)
EVERYDAY = "people_2.yaml"
FILES = ("spb_train.csv.gz", "perm_roads_train.csv.gz")
Heard = Callable[[str], object]


def wilson(right: int, of: int) -> str:
    """A share with its interval of 95 %."""
    if not of:
        return "none"
    share, z = right / of, 1.96
    middle, wide = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = (middle - wide) / (1 + z * z / of), (middle + wide) / (1 + z * z / of)
    return f"{share:.1%} ({max(0, low):.1%}–{min(1, high):.1%}, {right} of {of})"


def heard(text: str) -> bool:
    """Told at once, or asked about."""
    return bool(alarms(text) or doubts(text))


def told(name: str, texts: Sequence[str], hears: Heard) -> float:
    """Print how many of these texts are heard."""
    right = sum(bool(hears(text)) for text in texts)
    print(f"  {name}: {wilson(right, len(texts))}")
    return right / len(texts) if texts else 1.0


def measured(name: str, rows: Sequence[tuple[str, str, str]]) -> bool:
    """Print the figures of one set and say whether they hold the bars."""
    print(f"{name}: {len(rows)} phrases")
    kinds = defaultdict(list)
    for side, kind, text in rows:
        if side == "alarm":
            kinds[kind].append(text)
    dangers, none = [one for texts in kinds.values() for one in texts], [one for side, _, one in rows if side == "none"]
    found = told("people in danger, told at once or asked about", dangers, heard)
    told("told at once", dangers, alarms)
    told("asked about", dangers, doubts)
    each = [told(f"  {kind}", texts, heard) for kind, texts in sorted(kinds.items())]
    false = told("told where there is none", none, alarms)
    told("asked about where there is none", none, doubts)
    hazardous = [text for side, _, text in rows if side == "hazard"]
    if hazardous:
        told("hazards, found", hazardous, hazards)
        told("hazards, heard as people in danger", hazardous, alarms)
    return found >= FOUND and min(each) >= FOUND_OF_A_KIND and false <= FALSE


def strangers() -> bool:
    """All sealed sets that have been opened; only the newest must hold."""
    held = False
    for name in opened():
        rows, checksum = sealed(name)
        if seals()[name] != checksum:
            print(f"{name} is not what was sealed")
            return False
        held = measured(f"sealed set {name}{', learned from since' if name in learned_from() else ''}", rows)
    results = SEALED / "RESULTS.md"
    if results.exists():
        print(results.read_text(encoding="utf-8"))
    return held


def newest() -> bool:
    """The row of the newest set for RESULTS.md, and its sub-kinds."""
    name = opened()[-1]
    rows, checksum = sealed(name)
    dangers = [(kind, text) for side, kind, text in rows if side == "alarm"]
    none = [text for side, _, text in rows if side == "none"]
    kinds = {kind: [text for known, text in dangers if known == kind] for kind in sorted({kind for kind, _ in dangers})}
    of_kind = {kind: sum(map(heard, texts)) / len(texts) for kind, texts in kinds.items()}
    worst = min(of_kind, key=lambda kind: of_kind[kind])

    def share(texts: Sequence[str], hears: Heard) -> str:
        return wilson(sum(map(bool, map(hears, texts))), len(texts)).replace("%", "").replace(" (", " % (", 1)

    every = [text for _, text in dangers]
    cells = (
        name.removeprefix("danger_").removesuffix(".txt"),
        "when, with which weights",
        share(every, heard),
        f"{worst} {of_kind[worst]:.0%} ({sum(map(heard, kinds[worst]))} of {len(kinds[worst])})".replace("%", " %"),
        share(none, alarms),
        share(every, alarms),
        share(none, doubts),
    )
    print(f"| {' | '.join(cells)} |")
    print("Sub-kinds:", ", ".join(f"{kind} {of_kind[kind]:.0%}" for kind in kinds).replace("%", ""), "%.")
    lost = [text for text in every if not heard(text)]
    print(f"Neither told nor asked about: {wilson(len(lost), len(every))}.")
    held = seals()[name] == checksum
    false = sum(bool(alarms(text)) for text in none) / len(none)
    return held and 1 - len(lost) / len(every) >= FOUND and min(of_kind.values()) >= FOUND_OF_A_KIND and false <= FALSE


def loud(text: str, bar: float) -> bool:
    """Whether it would be an alarm with this bar; the one of a few words is never above it."""
    danger._dangers.cache_clear()
    lower = {name: min(bar, getattr(danger, name)) for name in ("DOUBT", "CRY_ALARM")}
    with patch.multiple(danger, ALARM=bar, **lower):
        return bool(alarms(text))


def curve() -> None:
    """What each bar finds of the newest opened set, and hears where there is none."""
    name = opened()[-1]
    rows, everyday = sealed(name)[0], [str(one["said"]) for one in read_set(EVERYDAY)["messages"]]
    told = [text for side, _, text in rows if side == "alarm"]
    harmless = [text for side, _, text in rows if side == "none"]
    print(f"| bar | {name}: found | {name}: harmless | {EVERYDAY}: everyday |\n|---|---|---|---|")
    for bar in BARS:
        heard_of = [sum(loud(text, bar) for text in texts) for texts in (told, harmless, everyday)]
        of = (len(told), len(harmless), len(everyday))
        cells = (f"{right / all_:.1%} ({right} of {all_:,})" for right, all_ in zip(heard_of, of, strict=True))
        print(f"| {bar} | {' | '.join(cells)} |".replace("%", " %").replace("| -", "| −"))


def flagged(folder: Path) -> bool:
    """The shares of distinct real messages, of all files together."""
    csv.field_size_limit(10**9)
    every = set()
    for name in FILES:
        if not (folder / name).exists():
            print(f"{name}: not here")
            continue
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            texts = {row["text"] for row in csv.DictReader(file)}
        every |= texts
        print(f"{name}: {len(texts)} distinct messages")
        for title, hears in (
            ("people in danger", alarms),
            ("asked about", doubts),
            ("hazards", hazards),
            ("crimes", crime),
        ):
            told(title, sorted(texts), hears)
    raised = [alarms(text) for text in every]
    named = ", ".join(f"{kind.value} {sum(kind in one for one in raised)}" for kind in Danger)
    share, asked = sum(map(bool, raised)) / max(1, len(raised)), sum(map(bool, map(doubts, every))) / max(1, len(every))
    print(f"all real messages: {share:.2%} are alarms ({named}), {asked:.2%} are asked about")
    return share <= REAL and asked <= ASKED


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with real messages, where there is one")
    parser.add_argument("--newest", action="store_true", help="only the row of the newest opened set for RESULTS.md")
    parser.add_argument("--curve", action="store_true", help="only the newest opened set at other bars")
    options = parser.parse_args(arguments)
    if options.curve:
        curve()
        return 0
    if options.newest:
        return 0 if newest() else 1
    measured("developing", danger_rows("developing"))
    measured("held out (another sitting)", danger_rows("held_out"))
    told("people in danger, behind an ordinary sentence", [text for one in ORDINARY for text in behind(one)], heard)
    old = measuring("danger_measuring")
    measured(
        "the first measuring set",
        [("alarm", "any", text) for text in old.told] + [("none", "none", text) for text in old.harmless],
    )
    crimes = developing("crime")
    print("crimes")
    told("found", crimes["crime"], crime)
    told("heard where there is none", crimes["none"], crime)
    held = [strangers()]
    if options.data:
        held.append(flagged(options.data))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
