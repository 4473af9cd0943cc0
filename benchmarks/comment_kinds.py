"""How comments under posts are understood: a sealed set that a stranger to the rules and the training phrases wrote.

It must print no comment unless `--faults` is asked for, which opens a set for whoever mends: then a new set measures.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.dialogue import directory  # noqa: E402 - the repository is no installed package
from benchmarks.people import interval  # noqa: E402
from features.comments.model.reading import marks_of  # noqa: E402
from matching import Matcher  # noqa: E402
from states.people.comments import CommentKind  # noqa: E402
from tests.people.sets import is_unchanged, read_set, seals  # noqa: E402

FOUND_BAR, WRONG_BAR = 0.92, 0.02
"""Problems that are taken for one, surely or perhaps, or for danger; of all that are none, those that are invited."""

HEARD = frozenset({CommentKind.PROBLEM, CommentKind.DANGER})
"""Kinds that are answered under a post; what is perhaps a problem, and a question, the ЦУР is shown."""

SEEN = HEARD | {CommentKind.PERHAPS}


def kinds(comments: Sequence[Mapping[str, str]], matcher: Matcher) -> list[tuple[str, CommentKind]]:
    """What each was meant as, and what it is taken for."""
    return [(comment["kind"], marks_of(matcher, comment["said"], 0).said) for comment in comments]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default=[name for name in seals() if name.startswith("comments")][-1])
    parser.add_argument("--faults", action="store_true", help="print what was not understood: the set is open then")
    options = parser.parse_args()
    assert is_unchanged(options.set), "the set is not what was sealed"
    comments = list(read_set(options.set))
    taken = kinds(comments, Matcher(directory()))
    troubles = [kind for meant, kind in taken if meant == "problem"]
    others = [kind for meant, kind in taken if meant not in ("problem", "danger")]
    found, wrong = sum(kind in SEEN for kind in troubles), sum(kind is CommentKind.PROBLEM for kind in others)
    heard, shown = sum(kind in HEARD for kind in troubles), sum(kind is CommentKind.PERHAPS for kind in others)
    cries = [kind for meant, kind in taken if meant == "danger"]
    print(f"{options.set}: problems found {interval(found, len(troubles))}, bar {FOUND_BAR:.0%}")
    print(f"  invited or answered {interval(heard, len(troubles))}, all others are shown to the ЦУР as perhaps one")
    print(f"invited wrongly {interval(wrong, len(others))}, bar {WRONG_BAR:.0%}")
    print(f"shown to the ЦУР wrongly {interval(shown, len(others))}")
    print(f"danger answered «112» {interval(sum(kind is CommentKind.DANGER for kind in cries), len(cries))}, "
          f"others answered so {sum(kind is CommentKind.DANGER for kind in (*troubles, *others))}")  # fmt: skip
    for (meant, kind), number in sorted(Counter(taken).items()):
        print(f"  {meant} → {kind.value}: {number}")
    if options.faults:
        for comment, (meant, kind) in zip(comments, taken, strict=True):
            if (meant == "problem") != (kind in SEEN):
                print(f"{meant} → {kind.value}: {comment['said']}")
    return 0 if found >= FOUND_BAR * len(troubles) and wrong <= WRONG_BAR * len(others) else 1


if __name__ == "__main__":
    sys.exit(main())
