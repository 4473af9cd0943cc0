"""Makes a `Report` of what was read: each figure with its list, each change against the period before, what to decide.

It names no resident. Acceptance and interim answers are no final answers (R53); shares stand with their counts (R54).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from bot.charts.intervals import Standing
from bot.charts.numbers import duration, number, percent
from bot.region.map_file import RegionMap
from features.statistics.report import links
from features.statistics.report.closed import closed_words
from features.statistics.report.figures import Day, Detail, Period, PlaceFigures, Report, Task, Topic
from features.statistics.report.overdue_map import overdue_map
from features.statistics.report.period import on_day
from features.statistics.report.reading import ReportData
from features.statistics.report.standings import GroupLine
from handlers.text.words import plural
from handlers.views.filter_words import OUTCOMES, agency_words
from handlers.views.titles import place_title, topic_title
from states.directory import Directory
from states.lifecycle.counted import Outcome
from states.statistics.change import Good, verdict
from states.statistics.filter import NONE, By, Filter, TermOutcome, View
from states.statistics.rating import Formula
from states.statistics.summary import Measure, SummaryRequest
from storage.ops.measured import (
    answers,
    back,
    good_ratings,
    in_time,
    known_back,
    known_in_time,
    known_median,
    mean,
    median,
    ratings_count,
)
from storage.ops.sums import Sums
from storage.records.closed_periods import Closed

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


def fill_report(region: Region, asked: SummaryRequest, found: ReportData, now: datetime, whom: str = "") -> Report:
    """`whom` is whose report it is: «отчёт для чата ЦУР»."""
    stretch, total = asked.stretch, found.places.total
    return Report(
        sender=region.sender,
        made=_when_made(region, asked, found.closed, now, whom),
        period=Period(stretch.first, stretch.last),
        before=Period(stretch.before.first, stretch.before.last),
        received=_pair(total.sums["received"], found.was["received"], _by(asked, By.RECEIVED)),
        in_time=_in_time(asked, total.sums, found.was),
        first_answer=replace(
            _pair(median(total.sums, "first"), median(found.was, "first"), _by(asked, By.FIRST)),
            verdict=verdict(known_median(total.sums, "first"), known_median(found.was, "first"), Good.LESS),
        ),
        unsolved=replace(
            _pair(part(back(total.sums)), part(back(found.was)), _by(asked, By.REOPENED)),
            verdict=verdict(known_back(total.sums), known_back(found.was), Good.LESS),
        ),
        days=tuple(_days(region, asked, found, now)),
        topics=tuple(_topics(region.directory, asked, found)),
        worse=tuple(_place(region.directory, line, asked.today) for line in found.places.groups[Standing.WORSE][:ROWS]),
        better=tuple(
            _place(region.directory, line, asked.today)
            for line in reversed(found.places.groups[Standing.BETTER][-ROWS:])
        ),
        map=overdue_map(region.map, found.places, lambda code: place_title(region.directory, code), {})
        if region.map is not None
        else None,
        tasks=tuple((_left if asked.over else _tasks)(region.directory, asked, found))[:TASKS],
        method=_method(region),
        link=f"{region.address}{links.report(stretch, asked.now)}" if region.address else "",
        summaries=found.summaries,
        more=tuple(_more(asked, found)),
        over=asked.over,
    )


def _when_made(region: Region, asked: SummaryRequest, closed: Closed | None, now: datetime, whom: str) -> str:
    """The line when and for whom the report was made; of a closed period nothing that the next day would say
    otherwise."""
    local = now.astimezone(region.zone)
    told = f"{on_day(local.date())}, {local.hour}:{local:%M}"
    if closed is not None:
        told = closed_words(closed, region.zone)
    elif not asked.over:
        told = f"ещё не закончено, {told}"
    return ", ".join(filter(None, (whom, told)))


def _pair(now: float | None, was: float | None, which: tuple[Filter, Filter]) -> Measure:
    """A figure beside the one before, each with the link to its messages."""
    return Measure(now, was, links.queue_address(which[0]), links.queue_address(which[1]))


def _by(asked: SummaryRequest, by: By) -> tuple[Filter, Filter]:
    """The filters of both periods, counted by this day of a message."""
    return replace(asked.now, by=by), replace(asked.was, by=by)


def _in_time(asked: SummaryRequest, now: Sums, was: Sums) -> Measure:
    kept = asked.now.by_term(asked.today, TermOutcome.KEPT), asked.was.by_term(asked.today, TermOutcome.KEPT)
    shown = _pair(part(in_time(now)), part(in_time(was)), kept)
    return replace(shown, verdict=verdict(known_in_time(now), known_in_time(was), Good.MORE))


def part(share: float | None) -> float | None:
    """A share in per cent as one between 0 and 1, as a report says it."""
    return None if share is None else share / 100


def _days(region: Region, asked: SummaryRequest, found: ReportData, now: datetime) -> Iterator[Day]:
    """Each day of the period with its figure and the one before; those that are still to come have none."""
    today = now.astimezone(region.zone).date()
    before, day, turn = asked.stretch.before, asked.stretch.first, 0
    while day <= asked.stretch.last:
        old = before.first + timedelta(days=turn)
        count = found.days.get(day, 0) if day <= today else None
        was = found.days.get(old, 0) if old <= before.last else None
        yield Day(day, Measure(count, was, _of_day(asked.now, day), _of_day(asked.now, old)))
        day, turn = day + timedelta(days=1), turn + 1


def _of_day(wanted: Filter, day: date) -> str:
    return links.queue_address(replace(wanted, since=day, until=day))


def _topics(directory: Directory, asked: SummaryRequest, found: ReportData) -> Iterator[Topic]:
    """The topics with most messages, and the rest together."""
    order = sorted({*found.topics, *found.were}, key=lambda code: (-found.topics.get(code, 0), code))
    for code in order[:TOPICS]:
        count = _of_topics(asked, found, (code,))
        yield Topic(topic_title(directory, code) if code else "Без темы", count)
    if rest := tuple(order[TOPICS:]):
        yield Topic("Всё остальное", _of_topics(asked, found, rest), rest=True)


def _of_topics(asked: SummaryRequest, found: ReportData, codes: tuple[str, ...]) -> Measure:
    now, was = (sum(counts.get(code, 0) for code in codes) for counts in (found.topics, found.were))
    named = tuple(code or NONE for code in codes)
    return _pair(now, was, (replace(asked.now, topics=named), replace(asked.was, topics=named)))


def _place(directory: Directory, line: GroupLine, today: date) -> PlaceFigures:
    """One municipality with its share in time."""
    name = place_title(directory, line.code) or line.code
    href = links.queue_address(line.wanted.by_term(today))
    return PlaceFigures(name, name, line.counts.kept, line.counts.due, href)


def _tasks(directory: Directory, asked: SummaryRequest, found: ReportData) -> Iterator[Task]:
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
            yield Task(said.format(told=told, name=name, most=most), links.queue_address(replace(plain, view=view)))


def _left(directory: Directory, asked: SummaryRequest, found: ReportData) -> Iterator[Task]:
    """What a period that is over left behind, as it was at its end: one sentence each."""
    kinds: tuple[tuple[Callable[[GroupLine], int], str, Filter], ...] = (
        (lambda line: line.counts.waiting, UNANSWERED, asked.now.by_term(asked.today, TermOutcome.WAITING)),
        (lambda line: line.counts.reopened, UNSOLVED, replace(asked.now, by=By.REOPENED)),
    )
    for many_of, said, wanted in kinds:
        whole = many_of(found.places.total)
        if whole:
            most, code = max((many_of(line), line.code) for line in found.places.lines)
            told = plural(whole, "сообщение", "сообщения", "сообщений")
            name = place_title(directory, code) or "место не указано"
            yield Task(said.format(told=told, name=name, most=most), links.queue_address(wanted))


UNANSWERED = "Срок наступил, ответа не было: {told}. Больше всего: {name}, {most}."
UNSOLVED = "Жители ответили «не решено»: {told}. Больше всего: {name}, {most}."
SAID = {
    View.OVERDUE: "Просрочено: {told}. Больше всего: {name}, {most}. Поторопить тех, кто отвечает.",
    View.PROMISED: "Обещанный день прошёл: {told}. Больше всего: {name}, {most}. Спросить, что сделано.",
    View.NOT_ACCEPTED: "Не приняты три рабочих дня: {told}. Больше всего: {name}, {most}. Напомнить или направить.",
    View.BACK: "Жители пишут «не решено»: {told}. Больше всего: {name}, {most}. Решить, кто ответит снова.",
}


def _more(asked: SummaryRequest, found: ReportData) -> Iterator[Detail]:
    """The lines of details: times, outcomes, shares."""
    sums, now = found.places.total.sums, asked.now
    for name, kind, by in KINDS:
        parts = (f"в среднем {duration(mean(sums, kind))}", f"медиана около {duration(median(sums, kind))}")
        if sums[kind]:
            href = links.queue_address(replace(now, by=by))
            yield Detail(
                f"{name}, рабочее время:", tuple((part, href) for part in (*parts, f"ответов {number(sums[kind])}"))
            )
    yield Detail("Чем закончилось:", tuple(_outcome_parts(asked, found)))
    yield Detail("Доли:", tuple(_shares(sums, now)))


def _outcome_parts(asked: SummaryRequest, found: ReportData) -> Iterator[tuple[str, str]]:
    """R57: each outcome by itself; what came in this period and is still open stands apart."""
    sums = found.places.total.sums
    for outcome, words in OUTCOMES.items():
        href = links.queue_address(replace(asked.now, by=By.ENDED, outcomes=(outcome,)))
        if sums[outcome.value] or outcome in (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.DECLINED):
            yield f"{words} {number(sums[outcome.value])}", href
    yield f"из поступивших ещё в работе {number(sums['open'])}", links.queue_address(replace(asked.now, view=View.OPEN))


def _shares(sums: Sums, now: Filter) -> Iterator[tuple[str, str]]:
    """R54: never a share without the counts it is of."""
    known = (
        ("повторы", sums["repeats"], sums["received"], replace(now, repeat=True)),
        ("вернули ведомства", sums["returned"], sums["received"], replace(now, by=By.RETURNED)),
        ("«не решено»", sums["reopened"], answers(sums), replace(now, by=By.REOPENED)),
        ("оценки 4 и 5", good_ratings(sums), ratings_count(sums), replace(now, by=By.RATED, ratings=(4, 5))),
    )
    for name, some, whole, wanted in known:
        told = f"{percent(some / whole)} ({number(some)} из {number(whole)})" if whole else "нет данных"
        yield f"{name} {told}", links.queue_address(wanted)


def _method(region: Region) -> str:
    """How the figures were counted, in words."""
    told = (
        "Как считали: в срок = ответили до срока ÷ сообщения, у которых срок наступил за период. Время "
        "рабочее, медиана с точностью до интервала; промежуточный ответ окончательным не считается. Сравниваем от "
        f"{region.formula.least} сообщений со сроком, интервал 95 % по Уилсону. Имён и контактов жителей здесь нет."
    )
    return f"{told} Каждое число открывает свой список в панели: код справа." if region.address else told
