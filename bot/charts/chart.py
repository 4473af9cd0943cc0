"""What a chart gives back: the picture and the same figures as a table. The table is data: no markup stands in it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.numbers import MISSING, Figure, plain


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is for files and recounts, `words` are for people; a missing value is None, and its words say so."""

    value: str | Figure
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart as cells, each with the address of its list where it has one."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing as SVG, and its figures as a table."""

    svg: str
    table: Table


def label(words: str, href: str = "") -> Cell:
    """A cell of words."""
    return Cell(words, words, href)


def figure(value: Figure, words: str = "", href: str = "") -> Cell:
    """A cell of a number; words in its place where they are given, a dash where it is not known."""
    return Cell(value, MISSING if value is None else words or plain(value), href)
