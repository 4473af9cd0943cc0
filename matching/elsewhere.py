"""Other regions by their names and great towns: «Курган» is no typing error for a village of ours.

It must never answer where a place of the region is named too: many streets are called after them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from screening.words import fold

_TOWNS = """
    абакан анадырь архангельск астрахань барнаул белгород биробиджан благовещенск брянск владивосток владикавказ
    владимир волгоград вологда воронеж грозный екатеринбург иваново ижевск иркутск казань калининград калуга
    кемерово киров кострома краснодар красноярск курган курск липецк магадан магас майкоп магнитогорск махачкала
    миасс златоуст москва мурманск нальчик новгород новосибирск омск оренбург орск пенза пермь петрозаводск псков
    ростов рязань салехард самара саранск саратов севастополь симферополь смоленск сочи ставрополь стерлитамак
    сургут сыктывкар тамбов тверь томск тольятти тула тюмень улан-удэ ульяновск уфа хабаровск ханты-мансийск
    чебоксары челябинск черкесск чита шадринск элиста якутск ярославль нижневартовск тагил набережные-челны
    костанай алматы астана минск киев питер
"""
_REGIONS = """
    архангельская астраханская белгородская брянская владимирская волгоградская вологодская воронежская ивановская
    иркутская калининградская калужская кемеровская кировская костромская курганская курская ленинградская липецкая
    магаданская московская мурманская нижегородская новгородская новосибирская омская оренбургская орловская пензенская
    псковская ростовская рязанская самарская саратовская сахалинская свердловская смоленская тамбовская тверская томская
    тульская тюменская ульяновская челябинская ярославская
"""
_LANDS = {
    "Башкирия": "башкири[яиюей]+|башкортостан[ауеом]*",
    "Татарстан": "татарстан[ауеом]*",
    "Казахстан": "казахстан[ауеом]*",
    "Санкт-Петербург": "(?:санкт-?\\s?)?петербург[ауеом]*|спб",
    "Екатеринбург": "екатеринбург[ауеом]*|екб|екат[аеуы]",
    "Пермский край": "пермск\\w+ кра\\w+",
    "Краснодарский край": "краснодарск\\w+ кра\\w+",
    "Ханты-Мансийский округ": "хмао|югр[аеуы]",
}
"""Those that no simple rule forms."""


def _forms(town: str) -> str:
    """The cases of a town: «Курган», «Кургане», «в Перми», «Уфу»; a name that ends otherwise stays."""
    if town[-1] == "ь":
        return f"{town[:-1]}(?:ь|и|ью|я|е|ю)"
    if town[-1] == "а":
        return f"{town[:-1]}(?:а|ы|и|е|у|ой)"
    return f"{town}(?:а|у|е|ом)?" if town[-1] not in "оеыиэ" else town


def _title(name: str) -> str:
    """Each part between hyphens with a capital."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _patterns(own: str, is_ours: Callable[[str], bool]) -> dict[str, str]:
    """By name of another region or town, its pattern; the region of the bot, whatever its kind («Республика Татарстан»,
    «Город Санкт-Петербург»), and its towns are left out."""
    told = {_title(town): _forms(fold(town)) for town in _TOWNS.split() if not is_ours(town)}
    for region in _REGIONS.split():
        told[f"{region.capitalize()} область"] = rf"{region[:-2]}\w{{2,3}} обл\w*"
    told |= _LANDS
    return {
        name: pattern
        for name, pattern in told.items()
        if not re.compile(rf"\b(?:{pattern})\b").search(fold(own)) and not is_ours(fold(name))
    }


class OtherRegions:
    """`own`: the name of the region of the bot. `is_ours`: whether a word names a place of it."""

    def __init__(self, own: str, is_ours: Callable[[str], bool]) -> None:
        known = _patterns(own, is_ours)
        self._names = tuple(known)
        each = "|".join(f"({pattern})" for pattern in known.values())
        self._whole = re.compile(rf"(?:г\.?\s|город\s|я\s|это\s|из\s|в\s|мы\s)*(?:{each})[.!\s]*")
        self._inside = re.compile(rf"\b(?:в|из|г\.|городе|город)\s*(?:{each})\b")

    def name_in(self, text: str) -> str:
        """The region or town that the text is about, or is; empty where none is."""
        said = fold(text).strip()
        found = self._whole.fullmatch(said) or self._inside.search(said)
        return self._names[found.lastindex - 1] if found is not None and found.lastindex else ""
