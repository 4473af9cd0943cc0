"""What stands around a name in a text: is it a street, a river, a way there, or the place itself.

It must never know any place: only Russian words that change what a name beside them means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from screening.words import BOUND, fold

_TOKEN = re.compile(r"[а-яёa-z0-9]+", re.IGNORECASE)
_DISTRICT = re.compile(r"\bр[-/]н(?=[аеу]?\b)", re.IGNORECASE)
_CITY_OKRUG = re.compile(r"\b(?:г\. ?о\.|гор\. округ)", re.IGNORECASE)

CITY = frozenset({"г", "гор", "город", "города", "городе", "городу", "городом"})
_RURAL = """
    п пос поселок поселка поселке поселку поселком пгт рп с село села селе селу д дер деревня деревни
    деревне деревню ст станция станции станцию хутор хуторе х разъезд аул ауле
"""
RURAL = frozenset(_RURAL.split())
_IN_A = "г гор городе п пос поселке пгт рп с селе д дер деревне ст станции хуторе ауле"
IN_A = frozenset(_IN_A.split())
_STREET = """
    ул улица улице улицу улицей пр просп проспект проспекта проспекте проспекту пер переулок переулка
    переулке ш шоссе тракт тракта тракте тракту бульвар бульвара бульваре б площадь площади площадью пл
    проезд проезда проезде набережная набережной мкр микрорайон микрорайона микрорайоне мкрн квартал
    квартале ост остановка остановке остановки остановку жк кинотеатр кинотеатра магазин магазине тц трк
    тк рынок рынке ресторан кафе гостиница имени им дк парк парке сквер сквере переулку
"""
STREET = frozenset(_STREET.split())
_WATER = """
    река реки реке реку рекой речка речки речке р озеро озера озере озером оз пруд пруда пруду пруде гора
    горы горе хребет водохранилище водохранилища водохранилищу водохранилище ручей залив
"""
WATER = frozenset(_WATER.split())
_SHORE = "берег берега берегу берегом берегах русло русле русла вдоль набережная набережной пойма пойме"
SHORE = frozenset(_SHORE.split())
_AWAY = """
    до из от к ко под над за между через около возле мимо на близ напротив вокруг с со перед недалеко
    кроме у
"""
AWAY = frozenset(_AWAY.split())
_TOWARDS = """
    сторону стороны направлении направлению направление пути окраине выезде въезде пригороде пригорода пригород
    окрестностях окрестности чертой границе
"""
TOWARDS = frozenset(_TOWARDS.split())
WAYS = ("дорог", "автодорог", "трасс", "автобус", "маршрут", "электричк", "поезд")
DASHES = ("-", "–", "—")
MINE = frozenset({"я", "мы", "пишу", "пишем", "обращаюсь", "житель", "жительница", "жители", "живу", "родом"})
"""«Я из Миасса» says where a person lives; «автобус из Миасса» does not."""

HOUSE_LINE = 4
"""Words of an address behind its town: «проспект победы 168», «улица мира дом 5»."""

SINGLE = frozenset({"с", "д", "ст", "х", "р", "б", "ш", "п"})
"""Markers that are also words or numbers of houses: they count only with their full stop."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in the text."""

    word: str
    capital: bool
    gap: str
    """What stands between the word before and this one."""


def read(text: str) -> list[Token]:
    """The words of the text's beginning. A text in capitals has no capitals: they tell nothing there."""
    text = _CITY_OKRUG.sub("городской округ", _DISTRICT.sub("район", text[:BOUND]))
    letters = [letter for letter in text if letter.isalpha()]
    shouting = bool(letters) and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)
    found, before = [], 0
    for match in _TOKEN.finditer(text):
        gap = text[before : match.start()]
        found.append(Token(fold(match.group()), match.group()[0].isupper() and not shouting, gap))
        before = match.end()
    return found


class Surroundings:
    """Questions about the words around tokens `start` to `stop` (exclusive)."""

    def __init__(self, tokens: Sequence[Token], start: int, stop: int) -> None:
        self._tokens, self._start, self._stop = tokens, start, stop

    @property
    def own(self) -> str:
        """The first word of the name."""
        return self._tokens[self._start].word

    def word(self, offset: int) -> str:
        """The word `offset` before (negative) or after (from 0) the name; empty across a sentence's end."""
        at = self._start + offset if offset < 0 else self._stop + offset
        return self._tokens[at].word if 0 <= at < len(self._tokens) else ""

    @property
    def gap_after(self) -> str:
        """The signs and spaces between the name and the next word; "." at the text's end, as after a sentence."""
        return self._tokens[self._stop].gap if self._stop < len(self._tokens) else "."

    @property
    def gap_before(self) -> str:
        """The signs and spaces between the word before and the name."""
        return self._tokens[self._start].gap

    def follows_marker(self, markers: frozenset[str]) -> bool:
        """Whether one of the markers stands right before: «г. Троицк», «в посёлке Мирном»."""
        word, gap = self.word(-1), self.gap_before
        if word not in markers or not re.fullmatch(r"[.\s«\"]*", gap):
            return False
        return word not in SINGLE or gap.startswith(".")

    def street(self, adjectival: bool) -> bool:
        """A street, a stop or a shop bears the name: «ул. Троицкая», «Копейское шоссе».

        What follows counts for adjectives only: «Миасс улица Ленина» names the city.
        """
        after = adjectival and self.word(0) in STREET and not re.search(r"[,;.!?\n(]", self.gap_after)
        ordinal = self.word(-1).isdigit() or self.word(-1) in ("я", "й")
        return self.follows_marker(STREET) or after or (ordinal and self.word(-2) in STREET | {"я"})

    @property
    def water(self) -> bool:
        """Whether the name is of a river, a lake or hills."""
        return self.follows_marker(WATER) or self.word(0) in ("река", "озеро", "пруд", "водохранилище", "хребет")

    @property
    def is_quoted(self) -> bool:
        """Whether a quotation mark stands right before the name."""
        return self.gap_before[-1:] in "«\"“„'" and self.gap_before != ""

    @property
    def capital(self) -> bool:
        """A capital that is not the start of a sentence."""
        token = self._tokens[self._start]
        said = token.gap.rstrip()
        ended = said.endswith((".", "!", "?")) or "\n" in token.gap[len(said) :]
        starts = self._start == 0 or ended and not self.follows_marker(CITY | RURAL)
        return token.capital and not starts

    @property
    def preposition(self) -> str:
        """The word before the name, over «город», «посёлок» and the like."""
        offset = -2 if self.word(-1) in CITY | RURAL - {"с"} else -1
        if re.search(r"[,;.!?\n—–(:]", self.gap_before) and offset == -1:
            return ""
        return self.word(offset)

    @property
    def alone(self) -> bool:
        """The text is the name and nothing else: an answer to «В каком муниципалитете?»."""
        return self._start == 0 and self._stop == len(self._tokens)

    @property
    def on_a_way(self) -> bool:
        """Whether the name is of a way, «Дорога Миасс — Златоуст»: what a dash joins after a road or a bus."""
        ahead = self.gap_after.strip() in DASHES and self.word(-1).startswith(WAYS)
        return ahead or (self.gap_before.strip() in DASHES and self.word(-2).startswith(WAYS))

    @property
    def answers(self) -> bool:
        """The text is the name with a preposition at most: «Миасс», «в Миассе», «из Миасса»."""
        led = self._start == 1 and self.word(-1) in ("в", "во", "из", "на")
        return self._stop == len(self._tokens) and (self._start == 0 or led)

    @property
    def heads(self) -> bool:
        """The first word of the text with a capital, and a sign after it: «Магнитка, Ленина 5», «Чел. Темно»."""
        sign = self.gap_after.lstrip(" \t\r\u00a0")[:1]
        return self._start == 0 and self._tokens[0].capital and sign in (*",.:;!?\n(—–",)

    @property
    def heads_house(self) -> bool:
        """The first word of a few, of which the last is a house, however it is written: «пласт октябрьская 45»."""
        few = self._start == 0 and self._stop + 2 <= len(self._tokens) <= self._stop + HOUSE_LINE
        return few and self._tokens[-1].word[0].isdigit() and not self.word(0)[:1].isdigit()

    @property
    def written_large(self) -> bool:
        """A capital, the start of a sentence too."""
        return self._tokens[self._start].capital

    @property
    def located_in(self) -> bool:
        """Whether the place's kind in the locative stands before: «В городе Миасс», «в селе Аргаяш»; «в город Миасс» is
        a way there."""
        return self.word(-2) in ("в", "во") and self.word(-1) in IN_A

    @property
    def heads_address(self) -> bool:
        """The first word of the text before a comma or a hyphen: «Миасс, ул. …»."""
        return self._start == 0 and self.gap_after[:1] in (",", "-")

    @property
    def is_listed(self) -> bool:
        """Where a place stands in an address: after «в» or a comma."""
        return self.preposition in ("в", "во") or "," in self.gap_before

    @property
    def mine(self) -> bool:
        """Whether «мой», «наш» or the like stands two or three words before the name."""
        back = {self.word(-2), self.word(-3)}
        return bool(back & MINE)
