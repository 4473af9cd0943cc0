"""Messages made by rule, for a model to learn from: their words tell their topic, their place sometimes too."""

from __future__ import annotations

import random
from collections.abc import Sequence

from matching.learned.example import Example

SAID = {
    "pits": ("яма на дороге", "разбитый асфальт", "выбоина у перехода", "колея на проезжей части"),
    "lamps": ("не горит фонарь", "темно на улице", "погас светильник", "нет освещения"),
    "lifts": ("не работает лифт", "лифт застрял между этажами", "кнопка лифта сломана", "лифт стоит неделю"),
    "rubbish": ("не вывозят мусор", "контейнеры переполнены", "свалка у баков", "мешки с отходами"),
    "water": ("нет горячей воды", "ржавая вода из крана", "слабый напор", "отключили воду"),
}
AROUND = (
    "уже третий день", "просим принять меры", "жители жалуются", "дети ходят мимо", "никто не приезжает",
    "звонили много раз", "обещали и забыли", "так живём с осени", "помогите нам", "это невозможно терпеть",
)  # fmt: skip


def messages(count: int, seed: int = 1, people: int = 300) -> list[Example]:
    """In the order of their days. `lamps` are told mostly in the north, `lifts` mostly in the south."""
    chance = random.Random(seed)
    return [message(chance, day, people) for day in range(count)]


def message(chance: random.Random, day: int, people: int) -> Example:
    topic = chance.choice(list(SAID))
    words = [chance.choice(SAID[topic]), *chance.sample(AROUND, 3)]
    chance.shuffle(words)
    home = {"lamps": "north", "lifts": "south"}.get(topic, "middle")
    place = home if chance.random() < 0.8 else chance.choice(["north", "south", "middle"])
    return Example(", ".join(words), topic, place, agency_of(topic, place), day, chance.randint(1, people))


def agency_of(topic: str, place: str) -> str:
    return f"{topic} of {place}" if topic in ("pits", "lamps") else topic


def texts(examples: Sequence[Example]) -> list[str]:
    return [one.text for one in examples]
