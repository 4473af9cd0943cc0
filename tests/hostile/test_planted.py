"""T1, T2, I4: hostile strings in every field a person can fill; nothing that leaves for a chat is dangerous."""

from __future__ import annotations

import random
from functools import cache

import pytest

from bot.vk.files import NAMES, file_name, name_of
from handlers.text.texts import lost_files
from handlers.views.turn import Turn
from states.directory import Directory
from states.finder import Finder
from tests.form import either
from tests.hostile import planted, seeds, texts

KEPT = seeds.kept("planted")


@cache
def walked(region: Directory, matcher: Finder, seed: int) -> planted.Figures:
    return planted.walks(region, matcher, either(1, 2) * planted.ACTS_OF_A_WALK, seed)


@pytest.mark.parametrize("seed", [*KEPT, None])
def test_whatever_is_planted_a_chat_sees_nothing_dangerous(
    region: Directory, matcher: Finder, seed: int | None
) -> None:
    """Every message in every form, the simpler ones after a refusal too. Long: `python -m tests.hostile planted`."""
    seed = seeds.fresh() if seed is None else seed
    figures = walked(region, matcher, seed)
    print(f"зерно {seed}: {figures.line()}")
    assert not figures.wrong, f"зерно {seed}: {figures.wrong[:3]}"


def test_a_walk_looks_at_much(region: Directory, matcher: Finder) -> None:
    """By one seed: chance may send a fresh walk past every message."""
    seen = walked(region, matcher, KEPT[0]).seen
    assert seen["Send в чат"] > 200 and seen["Edit в чат"] and seen["сообщений"] > 10
    assert seen["чужие слова в чат"] > 20, "T26 was looked at"


@pytest.mark.parametrize("name", ["defang", "clean"])
def test_a_treatment_that_is_left_out_is_noticed(
    region: Directory, matcher: Finder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teeth."""
    monkeypatch.setattr(f"handlers.text.relayed.{name}", lambda text: text)
    assert any(planted.walks(region, matcher, 700, seed).wrong for seed in range(1, 9))


def test_originals_that_are_forwarded_unseen_are_noticed(
    region: Directory, matcher: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teeth of T11 and of what VK shows beside the words."""
    monkeypatch.setattr("handlers.views.cards.unshown", lambda piece: False)
    each = (planted.walks(region, matcher, 700, seed).wrong for seed in range(1, 9))
    assert any(one.startswith("переслано") for found in each for one in found)


def test_a_bot_that_asks_for_no_consent_is_noticed(
    region: Directory, matcher: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teeth of T26."""
    monkeypatch.setattr(Turn, "has_consented", property(lambda turn: True))
    each = (planted.walks(region, matcher, 500, seed).wrong for seed in range(1, 5))
    assert any(one.startswith("без согласия") for found in each for one in found)


@pytest.mark.parametrize("kind", [*NAMES, "never_seen"])
def test_names_of_files_that_are_lost_or_uploaded_again_are_harmless(kind: str) -> None:
    """«Не удалось передать: …» stands in the card; a document is shown under its title."""
    chance = random.Random(1)
    for _ in range(300):
        title = texts.strange(chance)
        body = {"title": title, "ext": texts.strange(chance)}
        assert not texts.escapes(lost_files((name_of({"type": kind, kind: body}),)))
        named = file_name(body)
        assert not [one for one in named if not one.isprintable()] and len(named) <= 131
        assert not set('/\\:*?"<>|') & set(named)
