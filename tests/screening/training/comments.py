"""Writes the weights of `features/comments/model`: `python -m tests.screening.training.comments`.

Comments of tests/comments/written and of the first sealed set, which has been read, are learned from, and some phrases
of messages besides: few write plainly under a post, and they must be heard too. It must never look at a newer set.
`--held-out` learns five times without the comments under a fifth of the posts, prints how these are read for each bar,
and writes nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from features.comments.model import voter
from features.comments.model.reading import PERHAPS, SURE
from features.comments.model.signs import BUCKETS, signs
from screening.acts import Act
from states.people.comments import CommentKind
from tests.people.sets import read_set
from tests.screening.training.acts import LEVELS, packed
from tests.screening.training.acts_learn import Floats, How, Ints, learned_columns
from tests.screening.training.acts_rows import told_elsewhere, written

WRITTEN = Path(__file__).parents[2] / "comments" / "written"
READ = "comments_1.yaml"
"""The sealed set that is open."""

NAMES = ("problem", "question", "thanks", "insult", "advert", "danger", "nothing", "quarrel")
"""The kinds of the written comments, one for each column of the voter."""

PLAIN = {
    Act.STORY: ("problem", 600),
    Act.QUESTION: ("question", 180),
    Act.THANKS: ("thanks", 120),
    Act.SOLVED: ("thanks", 40),
    Act.INSULT: ("insult", 90),
    Act.SPAM: ("advert", 120),
    Act.GREETING: ("nothing", 50),
    Act.ACKNOWLEDGE: ("nothing", 50),
}
PLAIN_WORDS, PLAIN_COUNTS = 14, 0.5

FOLDS = 5
HOW = How(rounds=60, left_out=0.7, step=1.5)
"""Few comments, many words: most of the features are left out each time, so that no single word decides."""

BARS = (0.5, PERHAPS, 0.7, 0.8, SURE, 0.9)

OPEN = '"""The weights of comments, written by `python -m tests.screening.training.comments` from invented ones."""\n\n'


@dataclass(frozen=True)
class Comment:
    """`source`: where it was written, `post`: under what."""

    source: str
    kind: str
    post: str
    text: str
    counts: float = 1.0

    @property
    def fold(self) -> int:
        return crc32(self.post.encode()) % FOLDS


def comments() -> list[Comment]:
    sealed = [Comment(READ, told["kind"], told["post"], told["said"]) for told in read_set(READ)]
    return sealed + [told for path in sorted(WRITTEN.glob("*.txt")) for told in of_file(path)]


def of_file(path: Path) -> Iterator[Comment]:
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, post, text = line.split("\t")
        yield Comment(path.stem, kind, post, text)


def plain() -> Iterator[Comment]:
    """Some messages that say plainly what they are, always the same: no comments, so they count less, and no figure."""
    stories = [row for row in told_elsewhere() if row.act is Act.STORY and 2 <= len(row.text.split()) <= PLAIN_WORDS]
    for act, (kind, many) in PLAIN.items():
        rows = [row for row in written() if row.act is act] if act is not Act.STORY else stories
        for text in sorted({row.text for row in rows}, key=lambda text: crc32(text.encode()))[:many]:
            yield Comment("plain", kind, "", text, PLAIN_COUNTS)


def learned_of(told: Sequence[tuple[Comment, Ints]]) -> tuple[Floats, Floats]:
    answers = np.array([NAMES.index(comment.kind) for comment, _ in told])
    found = [features for _, features in told]
    counts = np.array([comment.counts for comment, _ in told])
    return learned_columns(found, answers, counts, (BUCKETS, len(NAMES)), HOW)


def main() -> None:
    weights, bias = learned_of(with_signs([*comments(), *plain()]))
    step = float(np.quantile(np.abs(weights), 0.9999)) / LEVELS
    numbers = np.clip(np.round(weights / step), -LEVELS, LEVELS).astype(int) + voter.MIDDLE
    Path(voter.__file__).with_name("weights.py").write_text(
        OPEN
        + f"STEP = {step:.9f}\nBIAS = (\n"
        + "".join(f"    {worth:.6f},\n" for worth in bias)
        + f')\n\nWEIGHTS = """\n{packed(numbers.astype(np.uint8).tobytes())}\n"""\n',
        encoding="utf-8",
    )


def with_signs(told: Sequence[Comment]) -> list[tuple[Comment, Ints]]:
    return [(comment, np.array(signs(comment.text), dtype=np.int64)) for comment in told]


def held_out(told: Sequence[tuple[Comment, Ints]]) -> Iterator[tuple[Comment, dict[CommentKind, float]]]:
    """Each comment, and how probable each kind is to weights that have seen nothing under its post."""
    beside = with_signs(list(plain()))
    for fold in range(FOLDS):
        weights, bias = learned_of([row for row in told if row[0].fold != fold] + beside)
        for comment, found in told:
            if comment.fold == fold:
                odds = weights[found].sum(0) / np.sqrt(len(found) + voter.SMOOTH) + bias
                yield comment, voter.softmax([float(worth) for worth in odds])


def measure() -> None:
    """Danger that is no alarm to `screening.danger` counts as a problem does; here only what the voter says."""
    told = list(held_out(with_signs(comments())))
    for source in (None, *dict.fromkeys(comment.source for comment, _ in told)):
        rows = [(comment, odds) for comment, odds in told if source in (None, comment.source)]
        print(f"{source or 'all'}: {len(rows)} comments")
        for bar in BARS:
            print(f"  {bar}: {figures(rows, bar)}")


def figures(rows: Sequence[tuple[Comment, dict[CommentKind, float]]], bar: float) -> str:
    trouble = [
        (comment.kind, odds[CommentKind.PROBLEM] + odds[CommentKind.DANGER] >= bar)
        for comment, odds in rows
        if comment.kind != "danger"
    ]
    problems = [heard for kind, heard in trouble if kind == "problem"]
    others = [heard for kind, heard in trouble if kind != "problem"]
    found, wrong = sum(problems) / max(1, len(problems)), sum(others) / max(1, len(others))
    return f"problems {found:.1%}, of all others {wrong:.1%} ({sum(others)} of {len(others)})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="measure with a fifth; write no weights")
    if parser.parse_args().held_out:
        measure()
    else:
        main()
