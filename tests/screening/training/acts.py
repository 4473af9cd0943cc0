"""Writes the weights and phrases of `screening/acts`: `python -m tests.screening.training.acts`.

`--held-out` learns without a fifth of the families and writes how that fifth is heard (FIGURES) and nothing else.
"""

from __future__ import annotations

import argparse
import json
import lzma
import textwrap
from base64 import b85encode
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from screening.acts import features, model, nearest, vote
from screening.acts.act import ACTS, Act
from screening.acts.features import words_in
from screening.plain import plainly
from tests.screening.training.acts_learn import Floats, learned
from tests.screening.training.acts_rows import Row, digest, mixed, told_elsewhere, written

FOLDER = Path(model.__file__).parent
FIGURES = Path(__file__).parent.parent / "acts" / "held_out.json"
SHARP, SEED, FOLD, LEVELS = 1.45, 1, 0, 63
"""The weights are so much louder than learned: with the half of features that are left out they whisper."""

OPEN = '"""{what}, written by `python -m tests.screening.training.acts` from invented phrases."""\n\n'


def main() -> None:
    weights, bias = learned(learned_from(written()))
    step = float(np.quantile(np.abs(weights), 0.9999)) / LEVELS
    numbers = np.clip(np.round(weights / step), -LEVELS, LEVELS).astype(int) + model.MIDDLE
    (FOLDER / "weights.py").write_text(
        OPEN.format(what="The weights of acts")
        + f'VERSION = "acts-{digest()}"\nSTEP = {step * SHARP:.9f}\nBIAS = (\n'
        + "".join(f"    {one * SHARP:.6f},\n" for one in bias)
        + f')\n\nWEIGHTS = """\n{packed(numbers.astype(np.uint8).tobytes())}\n"""\n',
        encoding="utf-8",
    )
    (FOLDER / "phrases.py").write_text(
        OPEN.format(what="The short phrases of acts")
        + f'PHRASES = """\n{packed(packed_lines(short(written())).encode())}\n"""\n',
        encoding="utf-8",
    )


def learned_from(rows: Sequence[Row]) -> list[Row]:
    return mixed(rows, SEED) + told_elsewhere()


def short(rows: Sequence[Row]) -> list[list[list[str]]]:
    """Of each act the tokens of its short phrases, each once."""
    found: dict[Act, dict[tuple[str, ...], None]] = {act: {} for act in ACTS}
    for row in rows:
        told = _tokens(row.text)
        if told and words_in(told) <= vote.SHORT:
            found[row.act][tuple(told)] = None
    return [[list(told) for told in found[act]] for act in ACTS]


def packed_lines(phrases: Sequence[Sequence[Sequence[str]]]) -> str:
    return "\n\n".join("\n".join(" ".join(told) for told in of_act) for of_act in phrases)


def _tokens(text: str) -> list[str]:
    return vote.tokens_of(plainly(text))


def packed(content: bytes) -> str:
    how = {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 19}
    raw = lzma.compress(content, format=lzma.FORMAT_ALONE, filters=[how])
    return "\n".join(textwrap.wrap(b85encode(raw).decode(), 116))


class HeldOut:
    """Both voters learned without the families of one fold, and what they say of these."""

    def __init__(self, rows: Sequence[Row], fold: int = FOLD) -> None:
        self.held = [row for row in rows if row.held_out(fold)]
        same = {frozenset(_tokens(row.text)) for row in self.held}
        left = [row for row in rows if not row.held_out(fold) and frozenset(_tokens(row.text)) not in same]
        self.weights, self.bias = learned(learned_from(left))
        self.index = nearest.index_phrases(short(left))

    def votes(self, text: str) -> vote.Votes:
        told = vote.read(text, self.index)
        found = features.features(told)
        odds: Floats = self.weights[found].sum(0) / np.sqrt(len(found) + model.SMOOTH) + self.bias
        near = nearest.probable(told, self.index) if words_in(told) <= vote.SHORT else {}
        return vote.Votes(model.softmax([float(one) * SHARP for one in odds]), near, "held out")

    def figures(self) -> dict[Act, tuple[int, int, int]]:
        """Of each act how many there are, how many are surely said to be it, and how many of these are."""
        there, said, right = Counter[Act](), Counter[Act](), Counter[Act]()
        for row in self.held:
            there[row.act] += 1
            if sure := self.votes(row.text).sure():
                said[sure] += 1
                right[sure] += sure is row.act
        return {act: (there[act], said[act], right[act]) for act in ACTS}


def measure(fold: int) -> None:
    without = HeldOut(written(), fold)
    taken = sum(
        row.act is Act.STORY and without.votes(row.text).sure() not in (Act.STORY, None) for row in without.held
    )
    figures = {"version": f"acts-{digest()}", "fold": fold, "taken": taken, "acts": without.figures()}
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="measure with a fifth; write no weights")
    if parser.parse_args().held_out:
        measure(FOLD)
    else:
        main()
