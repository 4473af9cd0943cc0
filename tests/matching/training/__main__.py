"""Writes the voters of `matching/topics/cuts`: `python -m tests.matching.training`.

`--data FOLDER` learns from real messages too, as the weights that are kept did. `--held-out` writes nothing: it learns
from a half of what it may learn from and prints how the other is taken apart.
"""

from __future__ import annotations

import argparse
import lzma
import textwrap
from array import array
from base64 import b85encode
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from matching.topics.cuts import model, split
from matching.topics.cuts.evidence import Message, Topics, features, figures
from matching.topics.cuts.model import Voters
from matching.topics.index import TopicIndex
from tests import example
from tests.matching.compounds import Compound, to_learn_from
from tests.matching.training.learn import Floats, Trees, groves, learned_words
from tests.matching.training.real import real_messages, shared_features

WEIGHTS = Path(model.__file__).parent / "weights.py"
FOLDS, LEVELS = 4, 127
"""The second voter learns from what the first says of messages that it has not seen: in so many parts."""

Told = Sequence[tuple[Compound, Message]]


def told(messages: Sequence[Compound], topics: Topics) -> Told:
    """A message that counts several times is looked at once."""
    seen = {one: Message(one.text, topics) for one in dict.fromkeys(messages)}
    return [(one, seen[one]) for one in messages]


def learned(found: Told) -> tuple[Voters, Trees, Floats]:
    rows: list[list[float]] = []
    for fold in range(FOLDS):
        first = _first([one for one in found if _fold(one[0]) != fold])[0]
        some = [one for one in found if _fold(one[0]) == fold]
        told_of = {one: _figures(one, message, first) for one, message in dict(some).items()}
        rows += [row for one, _ in some for row in told_of[one]]
    voters, weights = _first(found)
    known = np.array(rows, dtype=np.float64)
    trees = groves(known[:, :-1], known[:, -1])
    return _with_trees(voters, trees), trees, weights


def _fold(one: Compound) -> int:
    return crc32(one.text.encode()) % FOLDS


def _first(found: Told) -> tuple[Voters, Floats]:
    gaps = [(one, message, gap) for one, message in found for gap in message.gaps]
    right = np.array([gap.at in one.cuts for one, _, gap in gaps], dtype=np.float64)
    shared = shared_features([message for one, message in found if one.real])
    rows = [[name for name in features(message, gap) if not one.real or name in shared] for one, message, gap in gaps]
    weights, bias = learned_words(rows, right)
    weights = np.round(weights / _step(weights)) * _step(weights)
    return Voters(array("f", weights.tolist()), bias, (), 0.0), weights


def _step(weights: Floats) -> float:
    return float(np.abs(weights).max()) / LEVELS


def _figures(one: Compound, message: Message, first: Voters) -> list[list[float]]:
    """Of each gap what the second voter is told, and at the end whether a part begins there."""
    votes, begun, before, found = first.first(message), 0, 0, list[list[float]]()
    for at, gap in enumerate(message.gaps):
        cut = gap.at in one.cuts
        found.append([*figures(message, at, votes, begun, before), cut])
        begun, before = (gap.at, before + 1) if cut else (begun, before)
    return found


def _with_trees(first: Voters, trees: Trees) -> Voters:
    made = (
        model.grown(asked.tolist(), values.tolist()) for asked, values in zip(trees.asked, trees.values, strict=True)
    )
    return Voters(first.weights, first.bias, tuple(made), trees.start)


def measured(found: Told, voters: Voters, sure: float) -> str:
    several = [(one, split.cuts(message, voters, sure)[0]) for one, message in found if one.cuts]
    single = [split.cuts(message, voters, sure)[0] for one, message in found if not one.cuts]
    exact = sum(one.cuts == cuts for one, cuts in several)
    return f"sure from {sure}: exact {exact} of {len(several)}, torn {sum(map(bool, single))} of {len(single)}"


def write(voters: Voters, trees: Trees, weights: Floats) -> None:
    step = _step(weights)
    numbers = (np.round(weights / step) + LEVELS).astype(np.uint8).tobytes()
    packed = np.concatenate(trees.asked).tobytes() + np.concatenate(trees.values).tobytes()
    WEIGHTS.write_text(
        '"""The two voters of cuts, written by `python -m tests.matching.training` from invented messages."""\n\n'
        f"STEP, MIDDLE = {step:.9f}, {LEVELS}\nBIAS, START = {voters.bias:.6f}, {trees.start:.6f}\n\n"
        f'WEIGHTS = """\n{_packed(numbers)}\n"""\n\nTREES = """\n{_packed(packed)}\n"""\n',
        encoding="utf-8",
    )


def _packed(content: bytes) -> str:
    how = {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 19}
    raw = lzma.compress(content, format=lzma.FORMAT_ALONE, filters=[how])
    return "\n".join(textwrap.wrap(b85encode(raw).decode(), 116))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="learn from a half, measure the other, write nothing")
    parser.add_argument("--data", type=Path, help="folder with real messages, nearly all of one trouble")
    options, topics = parser.parse_args(), TopicIndex(example.region())
    real = real_messages(options.data, topics) if options.data else []
    found = told(to_learn_from() + real, topics)
    if not options.held_out:
        return write(*learned(found))
    for half in range(2):
        judged = [one for one in found if one[0].topics and _half(one[0]) == half]
        voters = learned([one for one in found if one not in judged])[0]
        for sure in (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0):
            print(measured(judged, voters, sure), flush=True)
    return None


def _half(one: Compound) -> int:
    return crc32(one.text.encode()) // FOLDS % 2


if __name__ == "__main__":
    main()
