"""The written phrases of acts (tests/screening/acts), and more made out of them: as others write them, with company.

Everything follows from a seed. It must never read what was written to measure with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

from screening.acts.act import Act
from tests.screening.sets import danger_rows
from tests.screening.training.mix import mistyped
from tests.yaml_text import yaml_of

FOLDER = Path(__file__).parent.parent / "acts"
ROOT = FOLDER.parents[2]
FAMILY = 6
"""Phrases that stand together were written together: so many, or up to an empty line, are one family."""

FOLDS = 5

_BEFORE = (
    "здравствуйте, ", "добрый день! ", "Здравствуйте. ", "добрый вечер, ", "привет, ", "извините, ", "слушайте, ",
    "Доброе утро. ", "скажите, ", "ну ", "а ", "и ", "девушка, ", "так ", "ой, ", "ребята, ", "короче, ",
)  # fmt: skip
_BEHIND = (" пожалуйста", "!", "!!!", "...", " а?", ")", " пж", ", с уважением", " уже", " вот", " блин", ".")
_MORE = (
    ". Примите меры", ". Заранее спасибо", ". Помогите пожалуйста", ". Жду ответа", ". Сколько можно?",
    ". Когда почините?", ". Когда сделаете?", ". Прошу ответить", ". Куда обращаться?", ". Просим разобраться",
    ". Что делать?", ". Спасибо", " помогите", ". Уже третий раз пишу", ". Кому жаловаться?", ". Это уже второй месяц",
    ". Фото прилагаю", ". Звонили, толку нет", ". Так ничего и не сделали", ". Опять", ". Совсем обнаглели",
)  # fmt: skip
_BARE = frozenset({Act.GREETING, Act.YES, Act.NO, Act.UNKNOWN, Act.ACKNOWLEDGE, Act.PLACE, Act.DONE, Act.ADDITION})
"""Acts that another word before or behind makes another act too easily."""

_SMALL = re.compile(r"\b[а-яё]{4,}\b")
_NAMED = """
    улица улице город городе посёлок поселок посёлке поселке село селе деревня деревне район района районе округ
    округа проспект переулок бульвар набережная тракт дома между около возле станция разъезд хутор область области
    подъезд квартира
"""
_OF_PLACES = frozenset(_NAMED.split())

_APART = frozenset({Act.ADDITION, Act.CORRECTION, Act.NOTICE, Act.PRESS, Act.SPAM, Act.QUESTION, Act.STORY, Act.PLACE})
"""Acts that stay what they are when a problem is told beside them, or may."""


@dataclass(frozen=True)
class Row:
    """A phrase with its act, its family (phrases of one are held out together) and how much it counts."""

    act: Act
    text: str
    family: int
    counts: float = 1.0

    def held_out(self, fold: int) -> bool:
        return self.family % FOLDS == fold


def written() -> list[Row]:
    return [row for act in Act for row in _of(act)]


def _of(act: Act) -> Iterator[Row]:
    lines = (FOLDER / f"{act}.txt").read_text(encoding="utf-8").splitlines()
    for part, (_, together) in enumerate(groupby(lines, key=bool)):
        for at, line in enumerate(filter(None, together)):
            yield Row(act, line, crc32(f"{act} {part} {at // FAMILY}".encode()))


def digest() -> str:
    """Of all phrases: weights of other phrases are old."""
    return sha256("\n".join(f"{row.act} {row.text}" for row in written()).encode()).hexdigest()[:12]


def told_elsewhere() -> list[Row]:
    """Problems that were invented for other tests: stories all, and nothing a resident really wrote."""
    texts = [text for name in ("phrases", "problems") for text in _strings(_yaml(f"tests/matching/{name}.yaml"))]
    texts += [text for side, _, text in danger_rows("developing") if side != "none" and _seldom(text)]
    pages = (ROOT / "tests/screening/phrases/pages.txt").read_text(encoding="utf-8").splitlines()
    found = [Row(Act.STORY, text.replace(" | ", " "), crc32(text.encode()), 0.5) for text in texts if _tells(text)]
    return found + [Row(Act.QUESTION, line[2:], crc32(line.encode()), 0.5) for line in pages if line[0] == "+"]


def _seldom(text: str) -> bool:
    """A fifth: there are more dangers than other problems, and they are less various."""
    return crc32(text.encode()) % FOLDS == 0


def _tells(text: str) -> bool:
    """More than a place: many lines of those tests are one."""
    return any(word not in _OF_PLACES for word in _SMALL.findall(text))


def _yaml(name: str) -> Any:
    return yaml_of((ROOT / name).read_text(encoding="utf-8"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _strings(value["text"] if "text" in value else list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def mixed(rows: Sequence[Row], seed: int) -> list[Row]:
    """The rows, each twice more as somebody else would write it, and other acts with a problem beside: a story."""
    rng = Random(seed)
    stories = [row for row in rows if row.act is Act.STORY]
    beside = [row for row in rows if row.act not in _APART]
    made = [other for row in rows for other in (row, _otherwise(row, rng), _otherwise(row, rng))]
    made += [replace(row, text=row.text.rstrip(".!") + rng.choice(_MORE), counts=0.3) for row in stories]
    for _ in range(len(beside)):
        first, story = rng.choice(beside), rng.choice(stories)
        pair = [first.text.rstrip(".!"), story.text]
        made.append(replace(story, text=rng.choice((". ", ", ", " ", "! ", "\n")).join(pair), counts=0.3))
    for _ in range(len(stories) // 2):
        made.append(
            replace(rng.choice(stories), text=". ".join(rng.choice(stories).text for _ in range(3)), counts=0.3)
        )
    return made


def _otherwise(row: Row, rng: Random) -> Row:
    chance, text = rng.random(), row.text
    if chance < 0.5 or (chance < 0.8 and row.act in _BARE):
        text = mistyped(text, rng)
    elif chance < 0.8:
        text = rng.choice(_BEFORE) + text[:1].lower() + text[1:]
    else:
        text = text.rstrip(".!") + rng.choice(_BEHIND[1:5] if row.act in _BARE else _BEHIND)
    return replace(row, text=text, counts=row.counts / 2)
