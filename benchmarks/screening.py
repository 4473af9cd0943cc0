"""How often danger is found in the sets of phrases and how often it is heard where there is none; with `--data`, the
share of real messages that are shown 112. Exit code 1 where a set misses its bar. Never a text, only figures.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from screening.crimes import crime  # noqa: E402
from screening.danger import Danger, alarms, hazards  # noqa: E402
from tests.screening.sets import Phrases, danger_developing, figures, measuring  # noqa: E402

FOUND, FALSE = 0.97, 0.03
FILES = ("spb_train.csv.gz", "perm_roads_train.csv.gz")


def dangers(text: str) -> frozenset[Danger]:
    return alarms(text) | hazards(text)


def measured(name: str, phrases: Phrases) -> bool:
    """Print the figures of one set and say whether they hold."""
    told = figures(phrases, dangers)
    print(f"{name}: {len(phrases.told)} + {len(phrases.harmless)} phrases, {told}")
    return told.found >= FOUND and told.false <= FALSE


def flagged(path: Path) -> None:
    """The share of distinct messages that are shown 112, and of each kind."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        texts = {row["text"] for row in csv.DictReader(file)}
    heard = [dangers(text) for text in texts]
    parts = {"alarms": alarms, "hazards": hazards, "crimes": crime}
    print(
        ", ".join(
            f"{name} {sum(bool(hears(text)) for text in texts) / len(texts):.2%}" for name, hears in parts.items()
        )
    )
    shares = {kind: sum(kind in one for one in heard) / len(heard) for kind in Danger}
    named = ", ".join(f"{kind.value} {value:.2%}" for kind, value in sorted(shares.items(), key=lambda one: -one[1]))
    print(
        f"{path.name}: {len(heard)} distinct messages, 112 shown to {sum(map(bool, heard)) / len(heard):.2%} ({named})"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with real messages, where there is one")
    options = parser.parse_args(arguments)
    held = [
        measured("danger, measuring", measuring("danger_measuring")),
        measured("danger, developing", danger_developing()),
    ]
    for path in [options.data / name for name in FILES] if options.data else []:
        if path.exists():
            flagged(path)
        else:
            print(f"{path.name}: not here")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
