"""Writes the second voter of topics, `matching/topics/voter/weights.py`: `python -m tests.matching.training.topics`.

`--held-out` learns without a fifth of the written phrases and without the last opened set, and writes how these are
heard (FIGURES) and nothing else.
"""

from __future__ import annotations

import argparse
import json
import lzma
import textwrap
from base64 import b85encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from matching.topics.index import TopicIndex
from matching.topics.voter import model, vote
from matching.topics.voter.features import features
from matching.topics.voter.model import MIDDLE, NOTHING, SMOOTH
from states.finder import TopicGuess
from tests import example
from tests.matching.training.topics_learn import Floats, learned
from tests.matching.training.topics_rows import (
    OPENED,
    PHRASES,
    Row,
    about_nothing,
    digest,
    of_directory,
    opened,
    told_elsewhere,
    written,
)

WEIGHTS, FIGURES = Path(model.__file__).parent / "weights.py", PHRASES / "held_out.json"
FOLD = 0

LOUD, STEPS, LEAST, MOST = 0.999, 16, 4, 16
"""The loudest weight but one in a thousand has so many steps; one of fewer than LEAST is none; a feature has at most so
many."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="measure with what is left out, write no weights")
    if parser.parse_args().held_out:
        return measure()
    return write(*quantized(*learned(to_learn_from(), topics())))


def topics() -> tuple[str, ...]:
    return (*(topic.code for topic in example.region().topics), NOTHING)


def to_learn_from(but: Iterable[Row] = ()) -> list[Row]:
    directory, without = example.region(), {row.text for row in but}
    rows = [*written(), *told_elsewhere(), *of_directory(directory), *about_nothing(directory)]
    rows += [row for name in OPENED for row in opened(name)]
    return [row for row in rows if row.text not in without]


def quantized(weights: Floats, bias: Floats) -> tuple[Floats, float, Floats]:
    """Weights as whole steps, what a step is worth, and the bias of each topic."""
    step = float(np.quantile(np.abs(weights[weights != 0]), LOUD)) / STEPS
    levels = np.clip(np.round(weights / step), 1 - MIDDLE, MIDDLE - 1)
    weakest = np.sort(np.abs(levels), 1)[:, -MOST - 1, None]
    levels[np.abs(levels) <= np.maximum(weakest, LEAST - 1)] = 0
    return levels, step, bias


def write(levels: Floats, step: float, bias: Floats) -> None:
    where, topic = np.nonzero(levels)
    counts = np.bincount(where, minlength=len(levels)).astype(np.uint8).tobytes()
    columns = (topic & 255, topic >> 8, levels[where, topic] + MIDDLE)
    packed = counts + b"".join(column.astype(np.uint8).tobytes() for column in columns)
    names = "".join(f'    "{code}",\n' for code in topics())
    WEIGHTS.write_text(
        '"""The weights of topics, written by `python -m tests.matching.training.topics` from invented phrases."""\n\n'
        f'VERSION = "topics-{digest()}"\nSTEP = {step:.9f}\nTOPICS = (\n{names})\nBIAS = (\n'
        + "".join(f"    {one:.6f},\n" for one in bias)
        + f')\n\nWEIGHTS = """\n{_packed(packed)}\n"""\n',
        encoding="utf-8",
    )


def _packed(content: bytes) -> str:
    how = {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 20}
    raw = lzma.compress(content, format=lzma.FORMAT_ALONE, filters=[how])
    return "\n".join(textwrap.wrap(b85encode(raw).decode(), 116))


class HeldOut:
    """Both voters, the second learned without some phrases."""

    def __init__(self, held: Sequence[Row]) -> None:
        levels, step, self.bias = quantized(*learned(to_learn_from(held), topics()))
        self.weights, self.index = levels * step, TopicIndex(example.region())

    def odds(self, text: str) -> Mapping[str, float]:
        found = features(text)
        told: Floats = self.weights[found].sum(0)
        if not told.any():
            return {}
        return dict(zip(topics(), (told / np.sqrt(len(found) + SMOOTH) + self.bias).tolist(), strict=True))

    def guess(self, text: str) -> TopicGuess:
        scores = self.index.scores(text)
        return vote.guess(vote.together(self.odds(text), scores), self.index.guess(scores, 3), set(topics()), 3)

    def by_words(self, text: str) -> TopicGuess:
        return self.index.guess(self.index.scores(text), 3)


def figures(rows: Sequence[Row], said: Callable[[str], TopicGuess]) -> dict[str, int]:
    """How many there are, have a right topic among those offered, first, and surely; how many are sure."""
    guesses = [(row.topics, said(row.text)) for row in rows]
    sure = [guess.topics[0] in right for right, guess in guesses if guess.sure]
    return {
        "phrases": len(rows),
        "offered": sum(not set(right).isdisjoint(guess.topics) for right, guess in guesses),
        "first": sum(guess.topics[:1] != () and guess.topics[0] in right for right, guess in guesses),
        "sure": len(sure),
        "sure and right": sum(sure),
    }


def measure() -> None:
    """A fifth of the phrases, and the last set that was opened: nothing is learned from either."""
    sets = {
        "written": [row for row in written() if row.held_out(FOLD) and row.topics != (NOTHING,)],
        "people_4": opened(OPENED[-1]),
    }
    without = HeldOut([row for rows in sets.values() for row in rows])
    told = {
        name: {"both": figures(rows, without.guess), "words": figures(rows, without.by_words)}
        for name, rows in sets.items()
    }
    FIGURES.write_text(json.dumps({"version": f"topics-{digest()}", **told}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
