"""How much room words take: broken into lines, or cut with an ellipsis. It must never cut a number.

The widths are those of the shipped font; the panel's own font is of nearly the same width.
"""

from __future__ import annotations

from bot.charts.font_widths import BOLD, REGULAR, UNITS

_PLAIN = {letter: wide for wide, letters in REGULAR.items() for letter in letters}
_BOLD = {letter: wide for wide, letters in BOLD.items() for letter in letters}
SLACK, BOLD_SLACK = 1.16, 1.26
_UNKNOWN = UNITS
"""A letter of another alphabet may be as wide as it is high."""


def width(words: str, size: float = 12, bold: bool = False) -> float:
    """The width of the words at this size, in the units of the drawing."""
    known = _BOLD if bold else _PLAIN
    return sum(known.get(letter, _UNKNOWN) for letter in words) * size / UNITS


def room(words: str, size: float = 12, bold: bool = False) -> float:
    """The width to leave for words in the panel, whose font may be wider than ours: as wide as DejaVu Sans."""
    return width(words, size, bold) * (BOLD_SLACK if bold else SLACK)


def lines(words: str, wide: float, size: float = 12, bold: bool = False) -> list[str]:
    """Broken at spaces; a word that is wider than the line stands alone and is cut."""
    found = [""]
    for word in words.split(" "):
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and width(longer, size, bold) > wide:
            found.append(word)
        else:
            found[-1] = longer
    return [fit(line, wide, size, bold) for line in found]


def fit(words: str, wide: float, size: float = 12, bold: bool = False) -> str:
    """The words cut to this width, with an ellipsis where some letters were left out."""
    if width(words, size, bold) <= wide:
        return words
    kept = words
    while kept and width(f"{kept}…", size, bold) > wide:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
