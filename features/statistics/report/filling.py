"""Makes a `Report` of what was read: each figure with its list, each change against the period before, what to decide.

It names no resident. Acceptance and interim answers are no final answers (R53); shares stand with their counts (R54).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from bot.charts.intervals import Standing
from bot.charts.numbers import duration, number, percent
from bot.region.map_file import RegionMap
from features.statistics.report import links
from features.statistics.report.figures import Day, Detail, Period, Place, Report, Task, Topic
from features.statistics.report.overdue_map import overdue_map
from features.statistics.report.reading import Read
from features.statistics.report.standings import Line
from handlers.text.words import date_words, plural
from handlers.views.filter_words import OUTCOMES, agency_words
from handlers.views.titles import place_title, topic_title
from states.directory import Directory
from states.lifecycle.counted import Outcome
from states.statistics.filter import NONE, By, Filter, View
from states.statistics.rating import Formula
from states.statistics.summary import Asked, Measure
from storage.ops.measured import RATED, mean, median, rated
from storage.ops.sums import Sums

TOPICS = 7
ROWS = 4
TASKS = 3
KINDS = (("Первый ответ", "first", By.FIRST), ("Окончательный ответ", "final", By.FINAL))


@dataclass(frozen=True, slots=True)
class Region:
    """What a report is told of the region. `address` is where the panel stands, empty where there is none."""

    sender: str
    directory: Directory
    zone: tzinfo
    formula: Formula
    address: str = ""
    map: RegionMap | None = None


def filled(region: Region, asked: Asked, found: Read, now: datetime, whom: str = "") -> Report:
    """`whom` is whose report it is: «отчёт для чата ЦУР»."""
    stretch, total = asked.stretch, found.places.total
    return Report(
        sender=region.sender,
        made=_made(region, asked, now, whom),
        period=Period(stretch.first, stretch.last),
        before=Period(stretch.before.first, stretch.before.last),
        received=_pair(asked, total.sums["received"], found.was["received"], Filter()),
        in_time=_pair(
            asked,
            _part(total.counts.kept, total.counts.due),
            _part(found.kept.kept, found.kept.due),
            Filter(by=By.FINAL, late=False),
        ),
        first_answer=_pair(asked, median(total.sums, "first"), median(found.was, "first"), Filter(by=By.FIRST)),
        unsolved=_pair(asked, _back(total.sums), _back(found.was), Filter(by=By.REOPENED)),
        days=tuple(_days(region, asked, found, now)),
        topics=tuple(_topics(region.directory, asked, found)),
        worse=tuple(_place(region.directory, line) for line in found.places.groups[Standing.WORSE][:ROWS]),
        better=tuple(_place(region.directory, line) for line in reversed(found.places.groups[Standing.BETTER][-ROWS:])),
        map=overdue_map(region.map, found.places, lambda code: place_title(region.directory, code), {})
        if region.map is not None
        else None,
        tasks=tuple(_tasks(region.directory, asked, found))[:TASKS],
        method=_method(region),
        link=f"{region.address}{links.report(stretch, asked.now)}" if region.address else "",
        summaries=found.summaries,
        more=tuple(_more(asked, found)),
    )


def _made(region: Region, asked: Asked, now: datetime, whom: str) -> str:
    local = now.astimezone(region.zone)
    told = f"{date_words(local.date())} {local.year}, {local.hour}:{local:%M}"
    whole = local.date() > asked.stretch.last
    return ", ".join(filter(None, (whom, told if whole else f"ещё не закончено, {told}")))


def _pair(asked: Asked, now: float | None, was: float | None, which: Filter) -> Measure:
    same = {"by": which.by, "late": which.late}
    links_to = (links.listed(replace(one, **same)) for one in (asked.now, asked.was))  # type: ignore[arg-type]
    return Measure(now, was, *links_to)


def _part(some: int, whole: int) -> float | None:
    return some / whole if whole else None


def _back(sums: Sums) -> float | None:
    """Of those that were answered."""
    return _part(sums["reopened"], sums["final"] + sums["reopened"])


def _days(region: Region, asked: Asked, found: Read, now: datetime) -> Iterator[Day]:
    """Those that are still to come have no figure."""
    today = now.astimezone(region.zone).date()
    before, day, turn = asked.stretch.before, asked.stretch.first, 0
    while day <= asked.stretch.last:
        old = before.first + timedelta(days=turn)
        count = found.days.get(day, 0) if day <= today else None
        was = found.days.get(old, 0) if old <= before.last else None
        yield Day(day, Measure(count, was, _of_day(asked.now, day), _of_day(asked.now, old)))
        day, turn = day + timedelta(days=1), turn + 1


def _of_day(wanted: Filter, day: date) -> str:
    return links.listed(replace(wanted, since=day, until=day))


def _topics(directory: Directory, asked: Asked, found: Read) -> Iterator[Topic]:
    order = sorted({*found.topics, *found.were}, key=lambda code: (-found.topics.get(code, 0), code))
    for code in order[:TOPICS]:
        count = _of_topics(asked, found, (code,))
        yield Topic(topic_title(directory, code) if code else "Без темы", count)
    if rest := tuple(order[TOPICS:]):
        yield Topic("Всё остальное", _of_topics(asked, found, rest), rest=True)


def _of_topics(asked: Asked, found: Read, codes: tuple[str, ...]) -> Measure:
    now, was = (sum(counts.get(code, 0) for code in codes) for counts in (found.topics, found.were))
    named = tuple(code or NONE for code in codes)
    return Measure(now, was, *(links.listed(replace(one, topics=named)) for one in (asked.now, asked.was)))


def _place(directory: Directory, line: Line) -> Place:
    name = place_title(directory, line.code) or line.code
    href = links.listed(replace(line.wanted, by=By.FINAL))
    return Place(name, name, line.counts.kept, line.counts.due, href)


def _tasks(directory: Directory, asked: Asked, found: Read) -> Iterator[Task]:
    """What waits just now, the worst first: one sentence each, made by rules."""
    plain = replace(asked.now, since=None, until=None)
    for view, said in SAID.items():
        groups = found.waiting[view]
        if groups:
            code, most = groups[0]
            whole = sum(many for _, many in groups)
            name = (
                agency_words(directory, code)
                if view in (View.PROMISED, View.NOT_ACCEPTED)
                else place_title(directory, code) or "место не указано"
            )
            told = plural(whole, "сообщение", "сообщения", "сообщений")
            yield Task(said.format(told=told, name=name, most=most), links.listed(replace(plain, view=view)))


SAID = {
    View.OVERDUE: "Просрочено: {told}. Больше всего: {name}, {most}. Поторопить тех, кто отвечает.",
    View.PROMISED: "Обещанный день прошёл: {told}. Больше всего: {name}, {most}. Спросить, что сделано.",
    View.NOT_ACCEPTED: "Не приняты три рабочих дня: {told}. Больше всего: {name}, {most}. Напомнить или направить.",
    View.BACK: "Жители пишут «не решено»: {told}. Больше всего: {name}, {most}. Решить, кто ответит снова.",
}


def _more(asked: Asked, found: Read) -> Iterator[Detail]:
    sums, now = found.places.total.sums, asked.now
    for name, kind, by in KINDS:
        parts = (f"в среднем {duration(mean(sums, kind))}", f"медиана около {duration(median(sums, kind))}")
        if sums[kind]:
            href = links.listed(replace(now, by=by))
            yield Detail(
                f"{name}, рабочее время:", tuple((one, href) for one in (*parts, f"ответов {number(sums[kind])}"))
            )
    yield Detail("Чем закончилось:", tuple(_ended(asked, found)))
    yield Detail("Доли:", tuple(_shares(sums, now)))


def _ended(asked: Asked, found: Read) -> Iterator[tuple[str, str]]:
    """R57: each outcome by itself; what came in this period and is still open stands apart."""
    sums = found.places.total.sums
    for one, words in OUTCOMES.items():
        href = links.listed(replace(asked.now, by=By.ENDED, outcomes=(one,)))
        if sums[one.value] or one in (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.DECLINED):
            yield f"{words} {number(sums[one.value])}", href
    yield f"из поступивших ещё в работе {number(found.open)}", links.listed(replace(asked.now, view=View.OPEN))


def _shares(sums: Sums, now: Filter) -> Iterator[tuple[str, str]]:
    """R54: never a share without the counts it is of."""
    liked = tuple(RATED[3:])
    known = (
        ("повторы", sums["repeats"], sums["received"], replace(now, repeat=True)),
        ("вернули ведомства", sums["returned"], sums["received"], replace(now, by=By.RETURNED)),
        ("«не решено»", sums["reopened"], sums["final"] + sums["reopened"], replace(now, by=By.REOPENED)),
        ("оценки 4 и 5", sum(sums[one] for one in liked), rated(sums), replace(now, by=By.RATED, ratings=(4, 5))),
    )
    for name, some, whole, wanted in known:
        told = f"{percent(some / whole)} ({number(some)} из {number(whole)})" if whole else "нет данных"
        yield f"{name} {told}", links.listed(wanted)


def _method(region: Region) -> str:
    told = (
        "Как считали: в срок = окончательные ответы до срока ÷ (окончательные ответы + без ответа после срока). Время "
        "рабочее, медиана с точностью до интервала; промежуточный ответ окончательным не считается. Сравниваем от "
        f"{region.formula.least} сообщений со сроком, интервал 95 % по Уилсону. Имён и контактов жителей здесь нет."
    )
    return f"{told} Каждое число открывает свой список в панели: код справа." if region.address else told
