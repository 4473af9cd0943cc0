"""T1, T2, T10: whatever a resident writes, a chat sees no mention, nothing invisible, no link in disguise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from handlers.text.relayed import clean, defang, make_harmless
from tests.form import either
from tests.hostile import seeds, texts

GOLDEN = Path(__file__).with_name("golden.yaml")
CORPUS: list[tuple[str, str]] = [
    (written, shown)
    for group in yaml.safe_load(GOLDEN.read_text(encoding="utf-8")).values()
    for written, shown in group
]


TEXTS = either(4_000, 20_000)


@pytest.mark.parametrize("seed", [*seeds.kept("texts"), None])
def test_no_mention_and_nothing_invisible_reaches_a_chat(seed: int | None) -> None:
    """G10. The long form: `python -m tests.hostile texts`, 1,000,000 texts."""
    seed = seeds.fresh() if seed is None else seed
    figures = texts.fuzz(TEXTS, seed)
    print(f"зерно {seed}: {figures.line()}")
    assert not figures.wrong, f"зерно {seed}: {figures.wrong[:5]}"
    assert figures.tried == TEXTS


WEAKER: dict[str, Callable[[str], str]] = {
    "nothing is done": lambda text: text,
    "not cleaned": defang,
    "not defanged": clean,
    "links as they came": lambda text: defang(clean(text)),
    "defanged before it is cleaned": lambda text: clean(defang(text)),
}


@pytest.mark.parametrize("name", WEAKER)
def test_the_judge_finds_what_a_weaker_treatment_leaves(name: str) -> None:
    """Teeth: the same texts, treated less."""
    assert len(texts.fuzz(4_000, 1, lambda text: texts.escapes(WEAKER[name](text))).wrong) > 20


def test_the_golden_corpus_has_three_hundred_strings() -> None:
    assert len({written for written, _ in CORPUS}) >= 300


@pytest.mark.parametrize("written, shown", CORPUS)
def test_golden(written: str, shown: str) -> None:
    assert make_harmless(written) == shown
    assert texts.wrong_with(written) == ""
