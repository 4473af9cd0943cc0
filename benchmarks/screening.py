"""How often danger is found in the sets of phrases and how often it is heard where there is none: people in danger,
hazards and crimes apart. Strangers wrote the sealed sets; the newest must hold its bars, and with `--data` the share of
real messages that are alarms. Exit code 1 where a bar is missed or a seal is broken. Never a text, only figures.
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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from screening.crimes import crime  # noqa: E402
from screening.danger import Danger, alarms, hazards  # noqa: E402
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

FOUND, FOUND_OF_A_KIND, FALSE, REAL = 0.98, 0.90, 0.01, 0.005
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
    found = told("people in danger, found", [text for texts in kinds.values() for text in texts], alarms)
    each = [told(f"  {kind}", texts, alarms) for kind, texts in sorted(kinds.items())]
    false = told("heard where there is none", [text for side, _, text in rows if side == "none"], alarms)
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
        for title, hears in (("people in danger", alarms), ("hazards", hazards), ("crimes", crime)):
            told(title, sorted(texts), hears)
    heard = [alarms(text) for text in every]
    named = ", ".join(f"{kind.value} {sum(kind in one for one in heard)}" for kind in Danger)
    share = sum(map(bool, heard)) / max(1, len(heard))
    print(f"all real messages: {share:.2%} are alarms ({named})")
    return share <= REAL


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with real messages, where there is one")
    options = parser.parse_args(arguments)
    measured("developing", danger_rows("developing"))
    measured("held out (another sitting)", danger_rows("held_out"))
    told(
        "people in danger, told behind an ordinary sentence", [text for one in ORDINARY for text in behind(one)], alarms
    )
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
