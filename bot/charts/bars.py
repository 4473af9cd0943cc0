"""Bars of one period against another: now solid, before as an outline, each pair a link to what it counts.

A value that is missing is a gap that says so. Bars begin at zero, always.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.chart import Chart, Table, figure, label
from bot.charts.letters import room as room_of
from bot.charts.mark import Mark, centred_text, drawing, group, hit, line, link, path, rect, text, upward
from bot.charts.numbers import MISSING, Figure, bar_value, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import Scale, every, known_values, labelled_places, upright

HEAD, FEET, LEGEND, WORD = 20, 40, 22, 20


@dataclass(frozen=True, slots=True)
class Pair:
    """`name` and `below` stand under the bar: «пн» and «16»; `full` stands in the table.

    The link is called what is seen, in the same order: who speaks to the computer says what they see.
    """

    name: str
    now: Figure
    was: Figure = None
    below: str = ""
    full: str = ""
    href: str = ""

    @property
    def label_on_screen(self) -> str:
        """Both lines of the label in one, for whoever hears it instead of seeing it."""
        return f"{self.name} {self.below}".strip()


@dataclass(frozen=True, slots=True)
class Bars:
    """What the chart shows. `now` and `was` name the two periods, `head` the first column of the table; sizes in
    points."""

    title: str
    about: str
    pairs: tuple[Pair, ...]
    now: str = "эта неделя"
    was: str = "прошлая"
    head: str = "день"
    wide: float = 342
    high: float = 196


def bars(data: Bars, look: Look = PANEL) -> Chart:
    """The chart with its table of the same figures."""
    svg = drawing("bars", data.title, data.about, (data.wide, data.high), marks(data), look)
    rows = tuple(
        (label(pair.full or pair.label_on_screen, pair.href), figure(pair.now, "", pair.href), figure(pair.was))
        for pair in data.pairs
    )
    return Chart(svg, Table((data.head, data.now, data.was), rows))


def marks(data: Bars) -> list[Mark]:
    """The drawing: bars, their names and values, the axis and the legend."""
    foot = data.high - FEET - LEGEND
    values = [bar_value(value) for pair in data.pairs for value in known_values((pair.now, pair.was))]
    scale = upright(values, HEAD, foot)
    room = data.wide / max(1, len(data.pairs))
    told = _values_shown(data, room)
    names = labelled_places(len(data.pairs), every([pair.below or pair.name for pair in data.pairs], room))
    found = [
        _slot(data, pair, scale, room * place, room, place in told, place in names)
        for place, pair in enumerate(data.pairs)
    ]
    return [*found, line("axis", 0, foot, data.wide, foot), *_legend(data)]


def _has_earlier_period(data: Bars) -> bool:
    return any(pair.was is not None for pair in data.pairs)


def _values_shown(data: Bars, room: float) -> set[int]:
    """All values where they fit; else the greatest and the last."""
    told = [plain(pair.now) if pair.now is not None else "" for pair in data.pairs]
    if max((room_of(words, 12.5, True) for words in told), default=0) + 3 <= room:
        return {place for place, words in enumerate(told) if words}
    there = [place for place, words in enumerate(told) if words]
    greatest = max(there, key=lambda place: (data.pairs[place].now or 0, place))
    far = abs(there[-1] - greatest) * room > room_of(told[greatest], 12.5, True) + 6
    return {greatest, there[-1]} if far else {greatest}


def _slot(data: Bars, pair: Pair, scale: Scale, x: float, room: float, valued: bool, named: bool) -> Mark:
    """All that stands in the room of one pair, as one link."""
    foot = scale.start
    found = [hit(x, 0, room, data.high - LEGEND)] if pair.href else []
    if named:
        found.append(text("label", x + room / 2, foot + 17, pair.name, anchor="middle"))
        found.append(text("dim", x + room / 2, foot + (33 if pair.name else 17), pair.below, anchor="middle"))
    found += _outline(pair, scale, x, room) + _solid(pair, scale, x, room, data.wide, valued)
    before = f", {data.was}: {plain(pair.was)}" if _has_earlier_period(data) else ""
    return link(pair.href, f"{pair.label_on_screen}: {plain(pair.now)}{before}", found)


def _outline(pair: Pair, scale: Scale, x: float, room: float) -> list[Mark]:
    """The outlined bar of the earlier period: only what the solid bar leaves free is drawn, so that nothing shines
    through."""
    if pair.was is None:
        return []
    left, right = x + room * 0.08, x + room * 0.34
    top = scale.at(pair.was)
    return [path("was", f"M{left:.1f} {scale.start:.1f}V{top:.1f}H{right:.1f}V{scale.start:.1f}", 1.5)]


def _solid(pair: Pair, scale: Scale, x: float, room: float, across: float, valued: bool) -> list[Mark]:
    """The solid bar of the present period with its value; a sign where nothing is known."""
    if pair.now is None:
        return _nothing(scale.start, x + room * 0.63, room)
    left, wide = x + room * 0.34, room * 0.58
    top = scale.at(pair.now)
    found = [rect("bar", left, top, wide, scale.start - top, min(3, wide / 4))]
    if valued:
        found.append(_value(pair, scale, left + wide / 2, wide, across))
    return found


def _value(pair: Pair, scale: Scale, middle: float, wide: float, across: float) -> Mark:
    """Above the bar; above the outline too where the figure is wider than the bar and would stand in it."""
    told = plain(pair.now)
    top = scale.at(pair.now or 0)
    if pair.was is not None and room_of(told, 12.5, True) > wide:
        top = min(top, scale.at(pair.was))
    return centred_text("value", middle, top - 5, told, across, 12.5, True)


def _nothing(foot: float, middle: float, room: float) -> list[Mark]:
    """The words «нет данных» in the gap, upwards where it is narrow; where no word fits, the sign that the legend
    explains."""
    if room_of(MISSING) <= room:
        return [text("dim", middle, foot - 6, MISSING, anchor="middle")]
    if room >= WORD:
        return [upward("dim", middle + 4, foot - 6, MISSING)]
    return [line("gap", middle - room / 4, foot - 4, middle + room / 4, foot - 4, 1.5, "2 2")]


def _legend(data: Bars) -> list[Mark]:
    """What solid and outlined bars mean."""
    y, x = data.high - 5, 0.0
    found: list[Mark] = []
    for sign, words in _signs(data, y):
        found += [group([sign], x), text("dim", x + 22, y, words)]
        x += 22 + room_of(words) + 18
    return [group(found, kind="legend")]


def _signs(data: Bars, y: float) -> list[tuple[Mark, str]]:
    """The signs of the legend, of those marks that are there."""
    found = [(rect("bar", 0, y - 10, 16, 11, 2), data.now)]
    if _has_earlier_period(data):
        found.append((path("was", f"M0 {y + 1:.1f}v-10h14v10", 1.5), data.was))
    narrow = data.wide / max(1, len(data.pairs)) < WORD
    if narrow and any(pair.now is None for pair in data.pairs):
        found.append((line("gap", 0, y - 4, 16, y - 4, 1.5, "2 2"), MISSING))
    return found
