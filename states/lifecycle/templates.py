"""Canned answers of an agency and their places: «По адресу {адрес} работы проведут {дата}».

It must never let a place go unfilled without saying which: no resident may read «{дата}» (R43).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Blank(StrEnum):
    """What a template may have a place for. The bot knows all but the date and the reason, which are asked for."""

    NUMBER = "номер"
    ADDRESS = "адрес"
    TOPIC = "тема"
    PLACE = "округ"
    AGENCY = "орган"
    DATE = "дата"
    REASON = "причина"


_BLANK = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"(?<!\s)\s*Номер сообщения:\s*№?\{номер\}\.?|(?<![ \t])[ \t]*(?:№[ \t]*)?\{номер\}")
"""Each begins where blanks begin, or a long run of them would be read again from each of its places (T8)."""
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """A canned answer. `name` stands on a button."""

    name: str
    text: str

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """The blanks that must be filled in, in order, each once."""
        known = {blank.value for blank in Blank}
        return tuple(Blank(said) for said in dict.fromkeys(_BLANK.findall(self.text)) if said in known)

    @property
    def strange(self) -> tuple[str, ...]:
        """Braces that are no place: a slip, or a letter lost."""
        known = {f"{{{blank}}}" for blank in Blank}
        return tuple(dict.fromkeys(said for said in _BRACES.findall(self.text) if said not in known))

    def for_several(self) -> Template:
        """The canned answer for several people: without the number, which is another one for each (R44)."""
        return Template(self.name, _NUMBER.sub("", self.text))

    def fill(self, values: Mapping[Blank, str]) -> str | tuple[Blank, ...]:
        """The answer, or the places that are still empty. What is filled in is not looked at again."""
        missing = tuple(blank for blank in self.blanks if not values.get(blank, "").strip())
        if missing:
            return missing
        known = {blank.value: value for blank, value in values.items()}
        return _BLANK.sub(lambda match: known.get(match[1], match[0]), self.text)
