"""Phrases of `danger_further.txt`: a line with `{a|b}` in it is up to five of them, [hi] and [bye] are courtesies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random

from tests.screening.training.mix import Row

FURTHER = Path(__file__).parent.parent / "danger_further.txt"
MOST = 5
"""Phrases that one line becomes: more would teach the line and not what people write."""

_CHOICE = re.compile(r"\{([^{}]*)\}")
_HI = (
    "Здравствуйте!",
    "Добрый день, уважаемая администрация!",
    "Уважаемый глава района,",
    "Доброго времени суток.",
    "Уважаемые господа!",
    "Добрый вечер!",
    "Приветствую вас!",
    "Здравствуйте, Алексей Петрович.",
    "Доброе утро, коллеги!",
    "Уважаемая Ирина Викторовна!",
    "Приветствую, не знаю, по адресу ли пишу.",
    "Обращаюсь к вам с просьбой.",
    "Пишу вам впервые, хотя живу здесь тридцать лет.",
)
_BYE = (
    "Заранее спасибо.",
    "С уважением, жители дома.",
    "С уважением, Петрова Нина Ивановна.",
    "Жду ответа.",
    "Надеюсь на понимание и скорое решение вопроса.",
    "Всего вам доброго!",
    "Ответ прошу дать в установленный срок.",
    "Очень надеемся на вас.",
    "Телефон для связи есть в профиле.",
    "Извините за беспокойство, здоровья вам.",
    "",
)


def further_rows() -> list[Row]:
    rows, side, kind, hi, bye = list[Row](), "", "", cycle(_HI), cycle(_BYE)
    for line in FURTHER.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            _, side, kind = line.split()
        elif line and not line.startswith("#"):
            for text in written(line):
                if "[hi]" in text:
                    text = text.replace("[hi]", next(hi)).replace("[bye]", next(bye)).strip()
                rows.append(Row(side, kind, text))
    return rows


def written(line: str) -> Iterator[str]:
    """The first choices, the second ones, and so on: they were written beside each other and fit together. Those of a
    long one fit in any order."""
    if "[hi]" in line:
        rng = Random(line)
        for _ in range(MOST):
            yield _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), line)
        return
    most = max((len(found.split("|")) for found in _CHOICE.findall(line)), default=1)
    for at in range(min(MOST, most)):
        yield _CHOICE.sub(partial(_chosen, at), line)


def _chosen(at: int, found: re.Match[str]) -> str:
    given = found[1].split("|")
    return given[at % len(given)]
