"""More phrases out of the written ones: put together from patches, with greetings and places, mistyped, in company.

Everything follows from a seed, so that the same phrases give the same weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from tests.yaml_text import yaml_of

PATCHES = Path(__file__).parent.parent / "danger_patches.yaml"
_SLOT = re.compile(r"\{([^{}]*)\}")

MAY_TELL = re.compile(
    r"пожар|гор[ия]т (?:дом|балкон|щит|кварт)|дым|пах\w+ газом|запах\w* газа|утечк|взрыв|нож|бь[её]т|избива|упал|"
    r"сбил|тон[еу]т|лифт|плохо|скор[аоу]|обруш|рухн|провал|ранен|погиб|постр|опасн|сосул|оборва|искр|собак|люк|"
    r"насил|угро|крич|спас|помог|умер|умир|убил|драк|стрел|потер|пропа|застря|завал"
)
"""Words that may tell of danger: such lines are left to people."""

_BEFORE = (
    "здравствуйте, ", "добрый день! ", "привет, ", "Здравствуйте. ", "подскажите, ", "уважаемая администрация, ",
    "Миасс, ", "Челябинск, улица Труда 5. ", "на Ленина 12 ", "кв 14, ", "у нас ", "алло ", "вот ", "короче ",
    "граждане, ", "пишу из Златоуста. ", "Прошу принять меры: ", "Просим направить кого-нибудь: ", "Сообщаем, что ",
    "Убедительно прошу помочь, ", "Обращаюсь к вам, ", "Просьба отреагировать, ", "Прошу срочно: ",
    "Жители дома пишут: ",    "Добрый вечер, просим вас помочь. ", "Уважаемые сотрудники, ",
)  # fmt: skip
_BEHIND = (
    " Копейск, Мира 3", " улица Кирова, дом 8", " !!!", " адрес Победы 15 кв 40", " что делать?", " жду ответа",
    " спасибо", " ответьте пожалуйста", " первый подъезд", " Магнитогорск", " с уважением", " прошу принять меры",
    ". Просим разобраться", ". Заранее спасибо", " кто отвечает", " примите меры пожалуйста",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A phrase, on which side it stands (`alarm`, `hazard`, `none`), of which kind, and how much it counts."""

    side: str
    kind: str
    text: str
    counts: float = 1.0


def mixed(rows: Sequence[Row], seed: int) -> list[Row]:
    """The rows, and most of them twice more as somebody else would write them."""
    rng = Random(seed)
    harmless = [row.text for row in rows if row.side == "none"]
    return [other for row in rows for other in (row, *_otherwise(row, harmless, rng), *_otherwise(row, harmless, rng))]


def _otherwise(row: Row, harmless: Sequence[str], rng: Random) -> Iterator[Row]:
    chance, text = rng.random(), row.text
    if chance < 0.30:
        text = rng.choice(_BEFORE) + text[:1].lower() + text[1:]
    elif chance < 0.45:
        text = text.rstrip(".!") + rng.choice((".", ",", "")) + rng.choice(_BEHIND)
    elif chance < 0.75:
        text = mistyped(text, rng)
    elif chance < 0.90:
        beside = rng.choice(harmless)
        text = f"{beside}. {text}" if rng.random() < 0.5 else f"{text}. {beside}"
    else:
        return
    yield replace(row, text=text, counts=row.counts / 2)


def mistyped(text: str, rng: Random) -> str:
    """One word of four with a slip: a letter lost, changed places, twice; as it is heard; without its space."""
    words = text.split(" ")
    for _ in range(max(1, len(words) // 4)):
        at = rng.randrange(len(words))
        if len(words[at]) >= 4:
            words[at] = _slip(words[at], rng, last=at + 1 == len(words))
    return " ".join(words).replace("+ ", "")


def _slip(word: str, rng: Random, *, last: bool) -> str:
    at, chance = rng.randrange(1, len(word) - 1), rng.random()
    if chance < 0.2:
        return word[:at] + word[at + 1 :]
    if chance < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if chance < 0.5:
        return word[: at + 1] + word[at:]
    if chance < 0.75:
        return word.replace("о", "а", 1) if "о" in word else word.replace("и", "е", 1)
    if chance < 0.9 or last:
        return word.replace("ь", "")
    return word + "+"


def fragments(texts: Sequence[str], count: int, seed: int) -> list[Row]:
    """One to four words of harmless texts: a short message is not a dark one. What may tell of danger is left out."""
    rng, made = Random(seed), []
    while len(made) < count:
        words = rng.choice(texts).split()
        length = rng.choice((1, 1, 2, 2, 3, 4))
        at = rng.randrange(max(1, len(words) - length + 1))
        text = " ".join(words[at : at + length]).strip(" ,;:—-")
        if text and not MAY_TELL.search(text.lower()):
            made.append(Row("none", "none", text, 0.3))
    return made


def patched(count: int, seed: int) -> list[Row]:
    """Phrases of each side put together from `danger_patches.yaml`; they count less than written ones."""
    patches: dict[str, Any] = yaml_of(PATCHES.read_text(encoding="utf-8"))
    rng, slots, alarms = Random(seed), patches["slots"], patches["alarms"]
    many = [len(lines) for lines in alarms.values()]
    made = []
    for _ in range(count):
        kind = rng.choices(list(alarms), many)[0]
        made.append(Row("alarm", kind, _filled(rng.choice(alarms[kind]), slots, rng), 0.4))
    return made + [Row("none", "none", _filled(rng.choice(patches["none"]), slots, rng), 0.4) for _ in range(2 * count)]


def _filled(line: str, slots: dict[str, list[str]], rng: Random) -> str:
    while found := _SLOT.search(line):
        words = slots.get(found[1]) or found[1].split("|")
        chosen = rng.choice(words)
        line = line[: found.start()] + (f"{{{chosen}}}" if chosen in slots else chosen) + line[found.end() :]
    return line.strip().rstrip(",").strip()
