"""A drawing as data: rectangles, lines, paths, words and links, written as SVG in the panel's colours or in its own.

It must never let a label become markup, nor a link that is not an address: everything is escaped and checked here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from bot.charts.letters import room
from bot.charts.paint import PAPER, Look, attributes_of_kind

Value = str | float
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
UNFIT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML forbids. No label needs it, and one such letter would make the whole picture unreadable."""
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Turns the direction of writing: a name could otherwise show its neighbour's figure backwards."""
SPECIAL = re.compile(f"{UNFIT.pattern}|{TURNING.pattern}|[&<>\"']")
"""Most words and all names of ours have none of these, and are written as they are."""
ADDRESS = re.compile(r"(?:https?://|/(?![/\\])|[?#])\S*\Z")
"""A page of the panel or a whole address. «//host» and «/\\host» would lead to another site."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One element. `kind` is its class, by which it gets its colour; `words` is its text, not escaped yet."""

    tag: str
    kind: str = ""
    at: Mapping[str, Value] = field(default_factory=dict)
    inside: tuple[Mark, ...] = ()
    words: str = ""


def rect(kind: str, x: float, y: float, wide: float, high: float, round_by: float = 0) -> Mark:
    """A rectangle, its corners rounded by `round_by`."""
    at: dict[str, Value] = {"x": x, "y": y, "width": wide, "height": high}
    return Mark("rect", kind, at | ({"rx": round_by} if round_by else {}))


def line(kind: str, x: float, y: float, to_x: float, to_y: float, thick: float = 1, dash: str = "") -> Mark:
    """A line from one point to another; `thick` in pixels, `dash` as in SVG."""
    at: dict[str, Value] = {"x1": x, "y1": y, "x2": to_x, "y2": to_y, "stroke-width": thick}
    return Mark("line", kind, at | ({"stroke-dasharray": dash} if dash else {}))


def path(kind: str, d: str, thick: float = 1, dash: str = "") -> Mark:
    """A path of SVG, `dash` as SVG writes it."""
    at: dict[str, Value] = {"d": d, "stroke-width": thick, "stroke-linejoin": "round"}
    return Mark("path", kind, at | ({"stroke-dasharray": dash} if dash else {}))


def adding(mark: Mark, at: Mapping[str, Value]) -> Mark:
    """The same mark with these attributes too, over those of its class."""
    return replace(mark, at={**mark.at, **at})


def circle(kind: str, x: float, y: float, radius: float, thick: float = 0) -> Mark:
    """A circle; an outline of this thickness."""
    at: dict[str, Value] = {"cx": x, "cy": y, "r": radius}
    return Mark("circle", kind, at | ({"stroke-width": thick} if thick else {}))


def text(
    kind: str, x: float, y: float, words: str, size: float = 12, bold: bool = False, anchor: str = "start"
) -> Mark:
    """Words; `y` is the line on which letters stand; `anchor` is start, middle or end."""
    at: dict[str, Value] = {"x": x, "y": y, "font-size": size}
    at |= {"font-weight": "bold"} if bold else {}
    at |= {"text-anchor": anchor} if anchor != "start" else {}
    return Mark("text", kind, at, words=words)


def centred_text(kind: str, x: float, y: float, words: str, wide: float, size: float = 12, bold: bool = False) -> Mark:
    """Words centred over `x`, but never over the edge of a drawing that is so wide."""
    half = room(words, size, bold) / 2
    if x + half > wide:
        return text(kind, wide, y, words, size, bold, "end")
    return text(kind, x, y, words, size, bold, "middle") if x >= half else text(kind, 0, y, words, size, bold)


def upward(kind: str, x: float, y: float, words: str) -> Mark:
    """Written upwards from there: for words in a gap that is too narrow for them."""
    at: dict[str, Value] = {"transform": f"translate({short(x)} {short(y)}) rotate(-90)"}
    return Mark("g", "", at, (text(kind, 0, 0, words),))


def group(inside: Iterable[Mark], right: float = 0, down: float = 0, kind: str = "") -> Mark:
    """Marks together, moved right and down."""
    at: dict[str, Value] = {"transform": f"translate({short(right)} {short(down)})"} if right or down else {}
    return Mark("g", kind, at, tuple(inside))


def link(href: str, name: str, inside: Iterable[Mark], tip: bool = False) -> Mark:
    """A link with its name; without an address a group that says its name when pointed at."""
    marks = tuple(inside)
    said = Mark("title", words=name)
    if not href:
        return Mark("g", "", {}, (said, *marks))
    return Mark("a", "", {"href": address(href), "aria-label": name}, (said, *marks) if tip else marks)


def hit(x: float, y: float, wide: float, high: float) -> Mark:
    """An invisible rectangle in which a link can be pressed."""
    return adding(rect("", x, y, wide, high), {"fill": "none", "pointer-events": "all"})


def address(href: str) -> str:
    """The address itself. ValueError: it leads out of the panel."""
    if not ADDRESS.match(href):
        raise ValueError(f"not an address of a page: {href!r}")
    return href


def short(value: Value) -> str:
    """A tenth of a point is finer than any screen shows, and the same on every machine."""
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise ValueError("a place in a drawing must be a finite number")
    told = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if told in ("-0", "") else told


def escape_text(words: str) -> str:
    """The words without what would be markup. Signs that turn the direction of writing are left out, those that SVG
    cannot hold become «�»."""
    if not SPECIAL.search(words):
        return words
    return escape(UNFIT.sub("\ufffd", TURNING.sub("", words)), quote=True)


def has_links(marks: Iterable[Mark]) -> bool:
    """Whether a link stands anywhere inside."""
    return any(mark.tag == "a" or has_links(mark.inside) for mark in marks)


def svg_of(mark: Mark, look: Look) -> str:
    """The mark with everything inside it, as SVG."""
    given = {"class": mark.kind} if mark.kind else {}
    coloured: Mapping[str, Value] = {**given, **attributes_of_kind(mark.kind, look), **mark.at}
    head = "".join(f' {name}="{_value(value)}"' for name, value in coloured.items())
    between = " " if mark.tag == "a" else ""  # the words of a link are words, not one long one
    body = (escape_text(mark.words) if mark.words else "") + between.join(
        [svg_of(child, look) for child in mark.inside]
    )
    return f"<{mark.tag}{head}>{body}</{mark.tag}>" if body else f"<{mark.tag}{head}/>"


def _value(value: Value) -> str:
    """The value as an attribute of SVG holds it."""
    return escape_text(value) if isinstance(value, str) else short(value)


def drawing(kind: str, title: str, about: str, size: tuple[float, float], marks: Sequence[Mark], look: Look) -> str:
    """The whole SVG. With links inside it is a group: the role of a picture would hide them from a screen reader."""
    wide, high = short(size[0]), short(size[1])
    at: dict[str, Value] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {wide} {high}",
        "width": wide,
        "height": high,
        "role": "group" if has_links(marks) else "img",
    }
    if look is PAPER:
        at["font-family"] = FONT
    told = (Mark("title", words=title), Mark("desc", words=about))
    return svg_of(Mark("svg", f"chart {kind}", at, (*told, *marks)), look)
