"""One A4 page of a report, always light: first what happened, then where it is worse, then what to decide.

It is legible as a picture in a chat, every number of it is a link, and the map's authors are named on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.charts import bars
from bot.charts.letters import fit, width
from bot.charts.mark import Mark, drawing, group, line, link, rect, text
from bot.charts.numbers import WEEKDAYS, Figure, day, duration, number, percent, signed_number
from bot.charts.paint import PAPER
from bot.charts.scale import known_values
from features.statistics.report import flow, page_places
from features.statistics.report.figures import Detail, Report
from features.statistics.report.headline import headline
from features.statistics.report.period import both, difference, period_name, tasks_for
from states.statistics.change import Verdict
from states.statistics.summary import Measure, Summary

A4 = (794.0, 1123.0)
LEFT, RIGHT = 50.0, 744.0
WIDE = RIGHT - LEFT
MIDDLE = 410.0
FOOT = 1030.0
COLUMNS = (0.0, 160.0, 332.0, 538.0)
"""Of the four numbers: hours and minutes are the longest."""

Squares = Sequence[Sequence[bool]]
"""A QR code: dark is True."""
COLOURS = {Verdict.BETTER: "good", Verdict.WORSE: "bad"}


def page(report: Report, code: Squares = ()) -> str:
    """The page as a file of its own."""
    told = headline(report).whole
    return drawing("report", f"{period_name(report.period)}. {report.sender}", told, A4, marks(report, code), PAPER)


def marks(report: Report, code: Squares = ()) -> list[Mark]:
    """The drawing of the whole page."""
    top = _top(report)
    strip = _strip(report, top.y + 15)
    second = _second(report, strip.y + 30)
    third = page_places.places(report, LEFT, second.y, WIDE)
    tasks = _tasks(report, third.y)
    summaries = _summaries(report.summaries, tasks.y)
    more = _more(report.more, summaries.y)
    ground = rect("ground", 0, 0, *A4)
    return [
        ground,
        *top.marks,
        *strip.marks,
        *second.marks,
        *third.marks,
        *tasks.marks,
        *summaries.marks,
        *more,
        *_foot(report, code),
    ]


def _top(report: Report) -> flow.Flow:
    """The head of the page, and where the next part may begin."""
    told = headline(report)
    under = flow.paragraph(told.strong, told.rest, LEFT, 138, WIDE, 18, 3)
    drawn = (
        rect("badge", LEFT, 36, 24, 24, 7),
        text("inner", LEFT + 12, 53, "П", 14, True, "middle"),
        text("label", LEFT + 34, 53, fit(report.sender, 330, 14, True), 14, True),
        text("dim", RIGHT, 53, fit(report.made, 330, 14), 14, anchor="end"),
        line("head", LEFT, 72, RIGHT, 72, 2),
        text("label", LEFT, 109, period_name(report.period), 28, True),
    )
    return flow.Flow((*drawn, link(report.link, told.whole, under.marks)), under.y)


# Four numbers


def _strip(report: Report, y: float) -> flow.Flow:
    """The four figures, and where the next part may begin."""
    rooms = [end - start - 24 for start, end in pairwise((*COLUMNS, WIDE + 14))]
    cells = [
        _received_tile(report.received, rooms[0]),
        _measure_tile("Ответили в срок", report.in_time, percent, rooms[1]),
        _measure_tile("Первый ответ", report.first_answer, duration, rooms[2]),
        _measure_tile("«Не решено»", report.unsolved, percent, rooms[3]),
    ]
    drawn = [line("frame", LEFT, y, RIGHT, y), line("frame", LEFT, y + 90, RIGHT, y + 90)]
    drawn += [line("frame", LEFT + right - 14, y, LEFT + right - 14, y + 90) for right in COLUMNS[1:]]
    drawn += [group(cell, LEFT + right, y) for right, cell in zip(COLUMNS, cells, strict=True)]
    return flow.Flow(tuple(drawn), y + 90)


def _received_tile(measure: Measure, room: float) -> list[Mark]:
    now, was = measure.now, measure.was
    more = f", {signed_number(now - was)}" if now is not None and was is not None else ""
    before = text("dim", 0, 77, _was(number(was), was) + more, 13.5)
    return [*_big("Поступило", number(now), measure, room), link(measure.was_href, before.words, [before])]


def _measure_tile(name: str, measure: Measure, told: Callable[[Figure], str], room: float) -> list[Mark]:
    found = measure.verdict
    before = text("dim", 0, 77, _was(told(measure.was), measure.was) + ("," if found else ""), 13.5)
    drawn = [*_big(name, told(measure.now), measure, room), link(measure.was_href, before.words, [before])]
    return [*drawn, _word(found, width(f"{before.words} ", 13.5))] if found else drawn


def _was(told: str, was: Figure) -> str:
    """The earlier figure in words."""
    return f"было {told}" if was is not None else "сравнить не с чем"


def _word(found: Verdict, x: float) -> Mark:
    """Better or worse, in its colour."""
    return text(COLOURS[found], x, 77, found.value, 13.5, True)


def _big(name: str, now: str, measure: Measure, room: float) -> list[Mark]:
    """Smaller where it would not fit, never cut; what is not known is no figure and looks like none."""
    if measure.now is None:
        return [text("dim", 0, 24, name, 14), text("dim", 0, 52, now, 18)]
    size = 27 if width(now, 27, True) <= room else 20
    figure = text("value", 0, 54, now, size, True)
    return [text("dim", 0, 24, name, 14), link(measure.href, f"{name}: {now}", [figure])]


# Days and topics


def _second(report: Report, y: float) -> flow.Flow:
    """Days and topics, and where the next part may begin."""
    topics = _topics(report, y)
    drawn = group(bars.marks(days_of(report)), LEFT, y + 6)
    return flow.Flow((*flow.heading(LEFT, y, "Поступило по дням"), drawn, *topics.marks), max(y + 208, topics.y) + 28)


def days_of(report: Report) -> bars.Bars:
    """The chart of messages a day beside the former period; names of weekdays for at most ten days."""
    short = len(report.days) <= 10
    pairs = tuple(
        bars.Pair(
            WEEKDAYS[day_of.day.weekday()] if short else "",
            day_of.count.now,
            day_of.count.was,
            str(day_of.day.day),
            f"{WEEKDAYS[day_of.day.weekday()]}, {day(day_of.day)}",
            day_of.count.href,
        )
        for day_of in report.days
    )
    return bars.Bars("Поступило по дням", "", pairs, *both(report.period), wide=MIDDLE - LEFT - 36, high=202)


def _topics(report: Report, y: float) -> flow.Flow:
    """The list of topics, and where the next part may begin."""
    most = max(known_values(topic.count.now for topic in report.topics), default=0) or 1
    drawn = flow.heading(MIDDLE, y, "О чём писали", difference(report.period))
    for turn, topic in enumerate(report.topics[:8]):
        drawn.append(_topic(topic.name, topic.count, topic.rest, most, y + 29 + 25 * turn))
    return flow.Flow(tuple(drawn), y + 29 + 25 * max(0, min(8, len(report.topics)) - 1))


def _topic(name: str, count: Measure, rest: bool, most: float, y: float) -> Mark:
    """One topic: name, bar, number, change."""
    now, was = count.now, count.was
    told = [text("label", MIDDLE, y, fit(name, 180, 14), 14)]
    if now is not None:
        told.append(rect("other" if rest else "bar", MIDDLE + 186, y - 11, max(1, 46 * now / most), 12, 2))
    change = signed_number(now - was) if now is not None and was is not None else "—"
    figure = link(count.href, f"{name}: {number(now)}", [text("value", RIGHT - 60, y, number(now), 14, True, "end")])
    return group([*told, figure, text("dim", RIGHT, y, change, 14, anchor="end")])


# What to decide, what features add, how it was counted


def _tasks(report: Report, y: float) -> flow.Flow:
    """What to decide, and where the next part may begin."""
    if not report.tasks:
        return flow.Flow((), y)
    told = flow.numbered_lines([(task.words, task.href) for task in report.tasks[:3]], LEFT, y + 25, WIDE)
    return flow.Flow((*flow.heading(LEFT, y, tasks_for(report.period, report.over)), *told.marks), told.y + 8)


def _summaries(summaries: Sequence[Summary], y: float) -> flow.Flow:
    """The further lines of the report, one under another, as many as there is room for."""
    drawn: list[Mark] = []
    for summary in summaries:
        if y + 50 > FOOT:
            break
        drawn += _summary(summary, y)
        y += 70
    return flow.Flow(tuple(drawn), y)


def _summary(summary: Summary, y: float) -> list[Mark]:
    """The drawing of one further line: its figures, each a link."""
    drawn: list[Mark] = flow.heading(LEFT, y, summary.title)
    room = WIDE / 4
    for turn, figure in enumerate(summary.figures):
        x, measure = LEFT + room * turn, figure.measure
        now = percent(measure.now) if figure.share else number(measure.now)
        shown = link(measure.href, f"{figure.name}: {now}", [text("value", x, y + 44, now, 17, True)])
        beside = text("dim", x + width(f"{now} ", 17, True), y + 44, figure.beside or _since(measure), 13.5)
        drawn += [text("dim", x, y + 23, figure.name, 14), shown, beside]
    return drawn


def _since(measure: Measure) -> str:
    """The change since the period before; "" where one is not known."""
    if measure.now is None or measure.was is None:
        return ""
    return signed_number(measure.now - measure.was)


def _more(details: Sequence[Detail], y: float) -> list[Mark]:
    """The details, one after another, as many as there is room for: all of them stand on the report's page of the
    panel."""
    drawn: list[Mark] = []
    for detail in details:
        told = flow.line_of_links(detail.name, detail.parts, LEFT, y, WIDE)
        if told.y > FOOT - 12:
            break
        drawn += told.marks
        y = told.y + 20
    return drawn


def _foot(report: Report, code: Squares) -> list[Mark]:
    """How it was counted, and the QR code."""
    wide = WIDE - 100 if code else WIDE
    told = flow.plain(report.method, LEFT, FOOT + 24, wide, 12.5, 4, "dim")
    drawn = [line("frame", LEFT, FOOT, RIGHT, FOOT), *told.marks]
    return [*drawn, _code(code, report.link, RIGHT - 72, FOOT + 10)] if code else drawn


def _code(code: Squares, href: str, x: float, y: float) -> Mark:
    """Dark squares of a row that stand side by side are one rectangle."""
    side = 72 / len(code)
    drawn = []
    for down, row in enumerate(code):
        at = 0
        while at < len(row):
            end = at
            while end < len(row) and row[end]:
                end += 1
            if end > at:
                drawn.append(rect("dark", side * at, side * down, side * (end - at) + 0.05, side + 0.05))
            at = end + 1
    return link(href, "этот отчёт в панели", [group(drawn, x, y)])
