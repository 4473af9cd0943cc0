"""Stories in everyday words find their topic among the three that are offered; words that mean nothing name none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import example
from tests.yaml_text import yaml_of

KNOWN = example.region()
MATCHER = example.matcher()
STORIES: dict[str, dict[str, str | list[str]]] = yaml_of(
    Path(__file__).with_name("everyday.yaml").read_text(encoding="utf-8")
)
BARS = {"before": 0.95, "after": 0.95}
"""Held for what is known now. Both halves are by the author of the words, so neither foretells a stranger's story."""


def told(half: str) -> list[tuple[str, str]]:
    rows = STORIES[half].items()
    return [(topic, text) for topic, texts in rows for text in ([texts] if isinstance(texts, str) else texts)]


@pytest.mark.parametrize("half", sorted(BARS))
def test_everyday_stories_find_their_topic(half: str) -> None:
    missed = [(topic, text) for topic, text in told(half) if topic not in MATCHER.topic(text).topics]
    share = 1 - len(missed) / len(told(half))
    print(f"{half}: {len(told(half))} stories, {share:.3f} offered")
    assert share >= BARS[half], missed


def test_every_topic_is_told_in_both_halves() -> None:
    codes = {topic.code for topic in KNOWN.topics}
    assert set(STORIES["before"]) == codes == set(STORIES["after"])
    assert sum(len(told(half)) for half in BARS) >= 500


@pytest.mark.parametrize(
    "text",
    [
        "дело", "ситуация", "сколько", "помогите", "проблема", "помогите пожалуйста", "что делать", "тут такое дело",
        "у нас такая ситуация", "сколько можно это терпеть", "куда обращаться", "никто ничего не делает",
        "каждый день одно и то же", "сделайте что-нибудь", "уже третий месяц", "люди", "невозможно", "опять",
        "ужас", "достали", "когда это закончится", "просто нет слов", "обратите внимание", "примите меры",
    ],
)  # fmt: skip
def test_words_that_mean_nothing_name_no_topic(text: str) -> None:
    assert MATCHER.topic(text).topics == ()
