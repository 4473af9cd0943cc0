"""What says where it is for some topics only: a bus by its route, the one hospital of a district.

It must never be an address by itself: «яма, автобус 64 не объедет» is no place of a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from matching.addresses.landmarks import digits, is_amount, is_form, low
from matching.addresses.text import Word, read
from states.directory import Where

_ROUTES = {
    "автобус": "автобус", "маршрутк": "маршрутка", "троллейбус": "троллейбус", "трамва": "трамвай", "маршрут": "маршрут"
}  # fmt: skip
_ROUTE = re.compile(r"\d{1,4}[а-я]?")
_ORDINAL = re.compile(r"\d{1,4}-?(?:ы?й|о?го|о?му|о?м)")
_ALONE = re.compile(r"(?:автобус|троллейбус|маршрут)(?:е|ом|у)?|трамва(?:й|е|ем|ю)|маршрутк(?:а|е|у|ой)")
"""Forms that no number counts: «2 автобуса» are two of them."""


_HOURS = frozenset([":", ".", "в", "к", "до", "с", "после", "около"])
"""Before a number, or behind it: «в 8 автобус не пришёл», «автобус 10:30»."""


def route_name(words: Sequence[Word]) -> str:
    """The route that is named: «Автобус 64», «на 64-м автобусе»; "" for none («автобуса 40 минут нет», «2 автобуса»,
    «автобус 10:30»)."""
    for at, word in enumerate(words):
        name = next((full for stem, full in _ROUTES.items() if is_form(word.low, stem)), "")
        after = at + 1 + (low(words, at + 1) in ("№", "номер"))
        if name and _ROUTE.fullmatch(low(words, after)) and not _is_counted(words, after):
            return f"{name} {low(words, after)}"
        if name and _names_before(words, at):
            return f"{name} {digits(low(words, at - 1))}"
    return ""


def _is_counted(words: Sequence[Word], at: int) -> bool:
    """Whether the number counts something or is an hour: «40 минут», «2 рейса», «4 остановки»."""
    behind = low(words, at + 1)
    hour = behind in (":", ".") and low(words, at + 2).isdigit()
    return hour or is_amount(behind) or behind.startswith(("рейс", "останов"))


def _names_before(words: Sequence[Word], at: int) -> bool:
    number, ride = low(words, at - 1), words[at].low
    if _ORDINAL.fullmatch(number):
        return True
    hour = low(words, at - 2) in _HOURS and not ride.endswith("е")  # «в 64 автобусе» is inside one
    return _ROUTE.fullmatch(number) is not None and _ALONE.fullmatch(ride) is not None and not hour


_ADJECTIVES = {"районн": "районная", "областн": "областная", "центральн": "центральная"}
_SHORT = {"црб": "районная больница", "фап": "ФАП"}


def clinic_name(words: Sequence[Word]) -> str:
    """The clinic that is named: «В районной больнице», «ЦРБ»; of these a municipality has one. "" for none."""
    for at, word in enumerate(words):
        if short := next((full for stem, full in _SHORT.items() if is_form(word.low, stem)), ""):
            return short
        if not is_form(word.low, "больниц"):
            continue
        said = [next((full for stem, full in _ADJECTIVES.items() if low(words, back).startswith(stem)), "")
                for back in (at - 2, at - 1)]  # fmt: skip
        if said[1]:
            return " ".join([*filter(None, said), "больница"])
    return ""


_KNOWN: Mapping[Where, Callable[[Sequence[Word]], str]] = {Where.STOP: route_name, Where.CLINIC: clinic_name}


def spot(text: str, where: Where) -> str:
    """The place of the kind that is asked for, in the nominative; empty where the text names none."""
    known = _KNOWN.get(where)
    return known(read(text)) if known is not None else ""
