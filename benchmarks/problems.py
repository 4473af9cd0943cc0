"""Measures how messages of several problems are taken apart: right and false cuts on messages made up by hand.

It must never change what it measures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.region.directory_file import read  # noqa: E402 - the repository is no installed package
from matching import Matcher  # noqa: E402
from tests.yaml_text import yaml_of  # noqa: E402

MESSAGES = ROOT / "tests" / "matching" / "problems.yaml"
FALSE_BAR, RECALL_BAR = 0.03, 0.73
"""Cuts that are false, of all cuts, and messages of one problem that are torn; right cuts that are made, of all there
are."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`wanted` cuts there are, `made` were made, `right` of them stand where one was wanted. `whole`: messages of one
    problem, of which `torn` were taken apart. `complete`: messages of several, taken apart exactly."""

    wanted: int
    made: int
    right: int
    whole: int
    torn: int
    several: int
    complete: int
    faults: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of right cuts among those that were made; 1 where none was."""
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        """The share of wanted cuts that were made."""
        return self.right / self.wanted

    @property
    def passed(self) -> bool:
        """Whether false cuts, torn messages and found cuts all hold their bars."""
        torn = self.torn / self.whole
        return 1 - self.precision <= FALSE_BAR and torn <= FALSE_BAR and self.recall >= RECALL_BAR


def read_messages() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """By when they were written, and all: those of several problems and those of one."""
    found: Mapping[str, Mapping[str, Sequence[str]]] = yaml_of(MESSAGES.read_text(encoding="utf-8"))
    return {
        **found,
        "all": {kind: [text for half in found.values() for text in half[kind]] for kind in ("several", "one")},
    }


def asked(matcher: Matcher, text: str) -> Sequence[str]:
    """The problems that are asked about before all else; what is offered beside the preview is counted by people.py."""
    found = matcher.problems(text)
    return found.parts if found.sure else ()


def cuts(parts: Sequence[str]) -> set[int]:
    """Before which words the text is cut."""
    return set(list(accumulate(len(part.split()) for part in parts))[:-1])


def measured(problems: Callable[[str], Sequence[str]], messages: Mapping[str, Sequence[str]]) -> Figures:
    """Compares where each message is cut with where «|» stands in it."""
    counts, faults = [0] * 5, []
    for text in (*messages["several"], *messages["one"]):
        parts = text.split(" | ")
        wanted, found = cuts(parts), cuts(problems(" ".join(parts)))
        one = len(parts) == 1
        counts = [had + more for had, more in zip(
            counts, (len(wanted), len(found), len(wanted & found), one and bool(found), not one and wanted == found),
            strict=True,
        )]  # fmt: skip
        if wanted != found:
            faults.append(text)
    wanted_, made, right, torn, complete = counts
    return Figures(wanted_, made, right, len(messages["one"]), torn, len(messages["several"]), complete, tuple(faults))


def main() -> int:
    matcher = Matcher(read(ROOT / "regions" / "chelyabinsk"))
    halves = {half: measured(lambda text: asked(matcher, text), found) for half, found in read_messages().items()}
    print("| half | cuts wanted | made | right | precision | recall | one problem, torn | several, apart exactly |")
    print("|---|---|---|---|---|---|---|---|")
    for half, found in halves.items():
        print(
            f"| {half} | {found.wanted} | {found.made} | {found.right} | {found.precision:.3f} | {found.recall:.3f}"
            f" | {found.torn} of {found.whole} | {found.complete} of {found.several} |"
        )
    if "--faults" in sys.argv:
        print("", *halves["all"].faults, sep="\n")
    return 0 if halves["all"].passed else 1


if __name__ == "__main__":
    sys.exit(main())
