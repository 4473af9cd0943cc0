"""Writes `screening/learned/weights.py` from the developing phrases: `python -m tests.screening.training`.

Sealed sets before the newest have been read and are learned from. It must never look at the newest, nor at `held_out`
in danger_phrases.yaml: `benchmarks/screening.py` measures with them.
"""

from __future__ import annotations

import argparse
import textwrap
from base64 import b85encode
from pathlib import Path
from zlib import compress

import numpy as np

from screening.learned import sense
from screening.learned.features import sentences, tokens, windows
from screening.plain import plainly
from tests.screening.sets import danger_rows, learned_from, sealed
from tests.screening.training.everyday import everyday_rows
from tests.screening.training.further import further_rows
from tests.screening.training.house import house_rows
from tests.screening.training.learn import (
    Floats,
    Matrix,
    features_of,
    joined,
    learned,
    learned_kinds,
    matrix,
    stacked,
    within,
)
from tests.screening.training.mix import Row, fragments, mixed, patched
from tests.screening.training.real import beside, hard, real_windows, some

WEIGHTS = Path(sense.__file__).with_name("weights.py")
PATCHED, FRAGMENTS, SEED, REAL, CALM = 4_000, 12_000, 11, 0.2, 0.5
LEVELS = 31
"""Steps of a weight on either side of nothing: with four times as many the module is a third longer and no better."""

OPEN = """\"\"\"The weights of danger, written by `python -m tests.screening.training` from invented phrases.\"\"\"

"""


def main(data: Path | None) -> None:
    told = danger_rows("developing") + [row for name in learned_from() for row in sealed(name)[0]]
    further = further_rows() + everyday_rows()
    rows = mixed([Row(*row) for row in told], 1) + mixed(further, 5) + patched(PATCHED, SEED) + house_rows()
    rows += fragments([row.text for row in rows if row.side == "none"], FRAGMENTS, SEED)
    harmless = [row.text for row in further if row.side == "none"] + [text for side, _, text in told if side == "none"]
    alarm, alarm_bias, hazard, hazard_bias = heads(rows, parts(harmless), data)
    dangers = [row for row in rows if row.side in ("alarm", "hazard")]
    names = sorted({row.kind for row in dangers})
    weights, biases = learned_kinds(
        matrix([row.text for row in dangers], kinds=True),
        np.array([names.index(row.kind) for row in dangers]),
        np.array([row.counts for row in dangers]),
        len(names),
    )
    step, hazard_step, kind_step = _step(alarm), _step(hazard), _step(weights)
    WEIGHTS.write_text(
        OPEN
        + f"STEP = {step:.9f}\nALARM_BIAS = {alarm_bias:.6f}\n"
        + f"HAZARD_STEP = {hazard_step:.9f}\nHAZARD_BIAS = {hazard_bias:.6f}\n"
        + f"KIND_STEP = {kind_step:.9f}\nKIND_BIAS = {{\n"
        + "".join(f'    "{name}": {bias:.6f},\n' for name, bias in zip(names, biases, strict=True))
        + "}\n"
        + "".join(
            f'\n{name} = """\n{_packed(values, worth)}\n"""\n'
            for name, values, worth in (
                ("ALARM", alarm, step),
                ("HAZARD", hazard, hazard_step),
                ("KINDS", weights, kind_step),
            )
        ),
        encoding="utf-8",
    )


def parts(texts: list[str]) -> list[list[int]]:
    """The windows and sentences of long texts, each as its whole text is meant: of one that is over each part is."""
    found = list[list[int]]()
    for whole in (tokens(plainly(text)) for text in texts):
        pieces = windows(whole)
        if len(pieces) > 1:
            pieces += [piece for piece in sentences(whole) if len(piece) >= sense.SAID and piece not in pieces]
            found += [features_of(piece, whole) for piece in pieces]
    return found


def heads(rows: list[Row], calm: list[list[int]], data: Path | None) -> tuple[Floats, float, Floats, float]:
    """Both questions; real messages, where they are there, are harmless in both, first some and then the hardest."""
    given, counts = matrix([row.text for row in rows]), np.array([row.counts for row in rows])
    alarming = np.array([float(row.side == "alarm") for row in rows])
    hazardous = np.array([float(row.side == "hazard") for row in rows])
    given, counts, alarming, hazardous = _with(stacked(calm), given, counts, alarming, hazardous, worth=CALM)
    if data is not None:
        every, pieces = real_windows(data)
        given, counts, alarming, hazardous = _with(stacked(pieces), given, counts, alarming, hazardous)
        given, counts, alarming, hazardous = _with(some(every, 0), given, counts, alarming, hazardous)
        told = [row.text for row in rows if row.side == "alarm" and row.counts == 1]
        given, counts, alarming, hazardous = _with(beside(every, told, 0), given, counts, alarming, hazardous, answer=1)
        given, counts, alarming, hazardous = _with(
            hard(every, *learned(given, alarming, counts)), given, counts, alarming, hazardous
        )
    alarm, alarm_bias = learned(given, alarming, counts)
    of_hazard = np.where(alarming > 0, counts * 0.3, np.where(hazardous > 0, counts * 3, counts))
    return alarm, alarm_bias, *learned(within(given, sense.HAZARDS_IN), hazardous, of_hazard, sense.HAZARDS_IN)


def _with(
    real: Matrix,
    given: Matrix,
    counts: Floats,
    alarming: Floats,
    hazardous: Floats,
    answer: float = 0,
    worth: float = REAL,
) -> tuple[Matrix, Floats, Floats, Floats]:
    more = len(real.ends) - 1
    return (
        joined(given, real),
        np.concatenate([counts, np.full(more, worth)]),
        np.concatenate([alarming, np.full(more, answer)]),
        np.concatenate([hazardous, np.zeros(more)]),
    )


def _step(values: Floats) -> float:
    """What one number is worth, so that all but the very largest weights fit into so many levels."""
    return float(np.quantile(np.abs(values[np.abs(values) > 1e-4]), 0.9998)) / LEVELS


def _packed(values: Floats, step: float) -> str:
    numbers = np.clip(np.round(values / step), -LEVELS, LEVELS).astype(np.int8).tobytes()
    return "\n".join(textwrap.wrap(b85encode(compress(numbers, 9)).decode(), 116))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with real messages, which are harmless nearly always")
    main(parser.parse_args().data)
