"""Languages in which residents may read the bot. Officials read Russian, as does whoever has chosen nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`code`: that of its file, empty for Russian. `name`: how it calls itself, on a button; `words`: what is typed
    instead, in small letters. `consent`: the consent to processing in it, with places in braces for what the operator
    has set; empty: it is read in Russian (R8)."""

    code: str
    name: str
    words: tuple[str, ...]
    consent: str = ""


RUSSIAN = Language("", "Русский", ("русский", "по-русски", "на русском"))
