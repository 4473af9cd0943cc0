"""Measures how places and addresses are understood: right, rightly asked, missed, or wrong without a word.

It must never count a wrong place that was taken as sure as anything but an error.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.region.directory_file import read  # noqa: E402 - the repository is no installed package
from matching import Matcher  # noqa: E402
from tests.yaml_text import yaml_of  # noqa: E402

PHRASES = ROOT / "tests/matching/place_phrases.yaml"
BAR = 0.97
BUTTONS = 3
"""A place that is asked about is rightly asked while it stands among so many buttons."""

SETTLEMENTS = 1250
"""Towns and villages of the region, about: what the directory names is a share of them."""


@dataclass(frozen=True, slots=True)
class Half:
    """Phrases of one half: `right` for sure, `asked` rightly, `missed`, `silent` errors; addresses by themselves."""

    all: int = 0
    right: int = 0
    asked: int = 0
    missed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    addresses: int = 0
    lost: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share of phrases that were right or rightly asked about."""
        return (self.right + self.asked) / self.all

    @property
    def passed(self) -> bool:
        """Whether places and addresses hold the bar, and nothing wrong was taken as sure."""
        kept = self.addresses / self.all
        return self.share >= BAR and kept >= BAR and not self.silent and not self.invented


def measured(matcher: Matcher, rows: list[list[str]]) -> Half:
    """Counts (place, address, text) as people marked them; «ask» and «none» name no place."""
    right = asked = addresses = 0
    missed, silent, lost, invented = [], [], [], []
    for place, address, text in rows:
        guess = matcher.place(text)
        named = place not in ("ask", "none")
        if guess.sure and guess.places != (place,):
            silent.append(text)
        elif guess.sure:
            right += 1
        elif not named or place in guess.places[:BUTTONS]:
            asked += 1
        else:
            missed.append(text)
        found = matcher.address(text) or "-"
        addresses += found == address
        if found == "-" != address:
            lost.append(text)
        elif found != address:
            invented.append(f"{text} -> {found}")
    lists = map(tuple, (missed, silent))
    return Half(len(rows), right, asked, *lists, addresses, tuple(lost), tuple(invented))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", type=Path, default=ROOT / "regions/chelyabinsk")
    parser.add_argument("--phrases", type=Path, default=PHRASES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    directory = read(options.region)
    matcher = Matcher(directory)
    halves = {
        name: measured(matcher, rows) for name, rows in yaml_of(options.phrases.read_text(encoding="utf-8")).items()
    }
    villages = {(one.name, one.place) for one in directory.settlements}
    named = len(villages | {(one.centre, one.code) for one in directory.places})
    if options.json:
        told = {name: {"all": one.all, "share": one.share, "silent": len(one.silent)} for name, one in halves.items()}
        print(json.dumps({**told, "settlements": named}, ensure_ascii=False))
    else:
        print("\n".join(table(halves, named)))
    return 0 if all(one.passed for one in halves.values()) else 1


def table(halves: dict[str, Half], settlements: int) -> list[str]:
    """The lines of the result, and every phrase that went wrong."""
    lines = ["| half | phrases | sure and right | rightly asked | missed | silent errors | share | address right"]
    lines[0] += " | wrong |"
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for name, one in halves.items():
        lines.append(
            f"| {name} | {one.all} | {one.right} | {one.asked} | {len(one.missed)} | {len(one.silent)} "
            f"| {one.share:.3f} | {one.addresses} | {len(one.invented)} |"
        )
    lines += ["", f"settlements named: {settlements} of about {SETTLEMENTS} ({settlements / SETTLEMENTS:.0%})"]
    for one in halves.values():
        lines += [f"  missed: {text}" for text in one.missed] + [f"  SILENT: {text}" for text in one.silent]
        lines += [f"  address lost: {text}" for text in one.lost] + [f"  ADDRESS: {text}" for text in one.invented]
    return lines


if __name__ == "__main__":
    sys.exit(main())
