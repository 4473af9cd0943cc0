"""Words on a page: a paragraph in two weights, numbered lines, headings. Each says where the next thing may begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.letters import fit, lines, width
from bot.charts.mark import Mark, group, link, text

Word = tuple[str, bool]
"""A word, and whether it is bold."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What was drawn, and the height at which it ends."""

    marks: tuple[Mark, ...]
    y: float


def heading(x: float, y: float, words: str, more: str = "") -> list[Mark]:
    """A heading with a smaller addition."""
    told = [text("label", x, y, words, 16, True)]
    return [*told, text("dim", x + width(words, 16, True) + 6, y, more, 13.5)] if more else told


def paragraph(strong: str, rest: str, x: float, y: float, wide: float, size: float, most: int) -> Flow:
    """Broken into lines across both weights; what is beyond the last line is cut with an ellipsis."""
    words = [(word, True) for word in strong.split(" ") if word] + [(word, False) for word in rest.split(" ") if word]
    broken = _broken(words, wide, size)
    if len(broken) > most:
        broken = [*broken[: most - 1], _cut_line(broken[most - 1], wide, size)]
    step = size * 1.38
    found = [mark for turn, line in enumerate(broken) for mark in _line(line, x, y + step * turn, size)]
    return Flow(tuple(found), y + step * max(0, len(broken) - 1))


def _cut_line(words: Sequence[Word], wide: float, size: float) -> list[Word]:
    """The line with an ellipsis, for which words give way."""
    for count in range(len(words), 1, -1):
        kept, bold = words[count - 1]
        ended = [*words[: count - 1], (f"{kept}…", bold)]
        if sum(width(f" {word}", size, heavy) for word, heavy in ended) <= wide:
            return ended
    kept, bold = words[0]
    return [(fit(f"{kept}…", wide, size, bold), bold)]


def _broken(words: Sequence[Word], wide: float, size: float) -> list[list[Word]]:
    """The words in lines no wider than `wide`."""
    found: list[list[Word]] = []
    used = wide + 1
    for word, bold in words:
        room = width(f" {word}", size, bold)
        if used + room > wide:
            found.append([])
            used = 0
        found[-1].append((fit(word, wide, size, bold), bold))
        used += room
    return found


def _line(words: Sequence[Word], x: float, y: float, size: float) -> list[Mark]:
    """The bold run and the plain run of a line, one text each, so that a reader of the PDF finds whole phrases."""
    found = []
    for weight in (True, False):
        told = " ".join(word for word, bold in words if bold is weight)
        if told:
            found.append(text("label", x, y, told, size, weight))
            x += width(f"{told} ", size, weight)
    return found


def plain(words: str, x: float, y: float, wide: float, size: float, most: int, kind: str = "label") -> Flow:
    """A paragraph of one weight, broken into at most `most` lines; the last is cut with an ellipsis."""
    broken = lines(words, wide, size) if words else []
    if len(broken) > most:
        broken = [*broken[: most - 1], fit(f"{broken[most - 1]}…", wide, size)]
    step = size * 1.4
    found = tuple(text(kind, x, y + step * turn, line, size) for turn, line in enumerate(broken))
    return Flow(found, y + step * max(0, len(broken) - 1))


def numbered_lines(tasks: Sequence[tuple[str, str]], x: float, y: float, wide: float, size: float = 14.5) -> Flow:
    """Each a link where it has an address; two lines at most."""
    found: list[Mark] = []
    for number, (words, href) in enumerate(tasks, 1):
        told = plain(words, x + 26, y, wide - 26, size, 2)
        marks = [text("word", x, y, str(number), size, True), *told.marks]
        found.append(link(href, f"{number} {words}", marks) if href else group(marks))
        y = told.y + size * 1.62
    return Flow(tuple(found), y)


def line_of_links(
    name: str, parts: Sequence[tuple[str, str]], x: float, y: float, wide: float, size: float = 13
) -> Flow:
    """A bold name and words after it, each a link of its own; what has no room goes to the next line."""
    drawn = [text("label", x, y, name, size, True)]
    at, last = width(f"{name}  ", size, True), len(parts) - 1
    for turn, (words, href) in enumerate(parts):
        told = words if turn == last else f"{words},"
        if at + width(told, size) > wide:
            at, y = 0, y + size * 1.4
        drawn_part = text("label", x + at, y, fit(told, wide, size), size)
        drawn.append(link(href, words, [drawn_part]) if href else drawn_part)
        at += width(f"{told} ", size)
    return Flow(tuple(drawn), y)
