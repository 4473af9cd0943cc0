"""«Ведомства» and «Муниципалитеты»: received, answered, in time, «не решено», rating; each number leads to its list.

Worse and better than the region stand apart only where it is no chance; the formula is printed under the table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.charts.intervals import Standing, cell, cell_of_region
from bot.charts.map import chart_map
from bot.charts.numbers import MISSING, MONTHS, number, percent, signed_number
from bot.charts.sparkline import Sparkline, sparkline
from bot.process.advice import Refusal
from bot.web import errors, names
from bot.web.asked import link, local_day, of_request
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.views.week import hours, value_in_words
from features.statistics.pages.report_table import TERMS
from features.statistics.report.best import Best, Leader, as_picture
from features.statistics.report.closed import said_of
from features.statistics.report.overdue_map import overdue_map
from features.statistics.report.standings import GroupLine, Standings, load
from handlers.text.words import plural
from handlers.views.filter_words import agency_words, between, in_words
from handlers.views.titles import place_title
from states.people.viewers import Role, Section
from states.statistics.change import Good, Verdict, share_of, verdict
from states.statistics.filter import By, Filter, TermOutcome, to_address
from states.statistics.periods import usual_month
from states.statistics.rating import share
from storage.ops.measured import back, ratings_count

MONTHS_BACK = 12
KEPT = ("topics", "places", "agencies", "since", "until")
"""What of a filter holds here: the daily sums know no more."""
BY = {Section.PLACES: "place", Section.AGENCIES: "agency"}
TITLES = {Section.PLACES: "Муниципалитеты", Section.AGENCIES: "Ведомства"}
COUNTED = {
    Section.PLACES: ("муниципалитет", "муниципалитета", "муниципалитетов"),
    Section.AGENCIES: ("ведомство", "ведомства", "ведомств"),
}
HEADS = {
    Standing.WORSE: ("late", "bad", "Хуже среднего", "весь интервал ниже среднего"),
    Standing.SAME: ("more", "", "Как в среднем", "разница со средним может быть случайной"),
    Standing.BETTER: ("check", "good", "Лучше среднего", "весь интервал выше среднего"),
    Standing.FEW: ("", "", "Не сравниваем", "слишком мало сообщений, у которых наступил срок"),
}
WHOLE = "Все места"
WORST = 5
COLOURS = {Verdict.BETTER: "good", Verdict.WORSE: "bad"}
BEST = ("/best.png", "/best.txt")
BEST_FORMS = (("png", "Картинка PNG"), ("txt", "Текст"))
TITLES_OF_BEST = {Section.PLACES: "Лучшие муниципалитеты", Section.AGENCIES: "Лучшие ведомства"}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of the table, every cell as text ready to show; a name with `_href` holds the address of the list behind
    it."""

    code: str
    name: str
    href: str
    rank: int
    received: str
    spark: str
    first: str
    share: str
    interval: str
    late: str
    late_href: str
    waiting: str
    waiting_href: str
    back: str
    back_href: str
    stars: str
    rating: str


@dataclass(frozen=True, slots=True)
class GroupSection:
    """The rows with one standing to the region (worse, the same, better, not compared), under their own title."""

    icon: str
    colour: str
    title: str
    about: str
    rows: list[GroupRow]


async def groups(request: Request) -> Response:
    """Answers with the comparison, or the same as a file or a picture."""
    site, wanted, today = of_request(request)
    section = Section(request.url.path.strip("/").split(".")[0].split("/")[0])
    wanted = monthly(wanted, local_day(site))
    plain = replace(Filter(), **{name: getattr(wanted, name) for name in KEPT})
    found = await site.readers.run(lambda tx: load(tx, plain, local_day(site), BY[section], site.formula))
    name_of = namer(site, section)
    if request.url.path.endswith(BEST):
        return await picture_of(request, section, plain, found)
    if (form := request.path_params.get("form")) is not None:
        return file(form, f"{section}-{plain.since}", head_of(site, plain, found), *table_of(found, name_of))
    ranks = {line.code: place for place, line in enumerate(found.groups[Standing.WORSE][:WORST], 1)}
    picked, topics = best(found, name_of), names.topics(site.directory())
    many = sum(len(some) for some in found.groups.values())
    return render(
        request,
        "groups.html",
        title=TITLES[section],
        section=section,
        when=between(plain.since or today.taken_by, plain.until or today.taken_by),
        told=f"{plural(many, *COUNTED[section])}, {messages(found.total.counts.received)}",
        leads=leads(request, plain),
        total=row_view(found, found.total, lambda _: whole_of(site, plain), {}, local_day(site)),
        groups=list(groups_of(found, name_of, ranks, local_day(site))),
        chart=region_map(site, found, name_of, ranks) if section is Section.PLACES else "",
        changed=greatest_changes(found, name_of),
        best=picked,
        published=text_to_publish(section, plain, found, picked),
        best_links=[(name, link(f"{section}/best.{form}", plain)) for form, name in BEST_FORMS] if picked else [],
        formula=found.formula,
        closed=await site.readers.run(lambda tx: said_of(tx, plain, site.zone)),
        worked=share_explained(found),
        months=months(site, section, plain),
        topics=topics,
        topic=names.name_of_codes(topics, plain.topics),
        kept=to_address(replace(plain, topics=())),
        forms=[(name, link(f"{section}.{form}", plain)) for form, name in FORMS],
        noun=COUNTED[section][0].capitalize(),
    )


def messages(many: int) -> str:
    """The count with the right form of «сообщение»."""
    return plural(many, "сообщение", "сообщения", "сообщений")


def monthly(wanted: Filter, today: date) -> Filter:
    """The filter, or, without a period, the month that is looked at."""
    if wanted.since is not None and wanted.until is not None and wanted.since <= wanted.until:
        return wanted
    month = usual_month(today)
    return replace(wanted, since=month.first, until=min(month.last, today))


def namer(site: Site, section: Section) -> Callable[[str], str]:
    """What gives the name of a place or an agency by its code."""
    directory = site.directory()
    if section is Section.PLACES:
        return lambda code: place_title(directory, code) or "Место не указано"
    return lambda code: agency_words(directory, code)


def whole_of(site: Site, plain: Filter) -> str:
    """What the first row is of: whoever is bound to one place is not the region."""
    directory = site.directory()
    names = [place_title(directory, code) for code in plain.places]
    names += [agency_words(directory, code) for code in plain.agencies]
    return ", ".join(filter(None, names)) or WHOLE


def leads(request: Request, plain: Filter) -> str | None:
    """Behind the address of one's own page; whoever is bound to one place or agency opens no other's."""
    if viewer_of(request).role in (Role.AGENCY, Role.MUNICIPALITY):
        return None
    return urlencode(to_address(replace(plain, places=(), agencies=())))


def row_view(
    found: Standings, line: GroupLine, name_of: Callable[[str], str], ranks: dict[str, int], today: date
) -> GroupRow:
    """The row as text. «мало» replaces the share and the score of a group with fewer due messages than are compared."""
    counts, wanted = line.counts, line.wanted
    name = name_of(line.code)
    few = counts.due < found.axis.least
    score = found.score(line)
    return GroupRow(
        code=line.code,
        name=name,
        href=link(Section.QUEUE, wanted),
        rank=ranks.get(line.code, 0),
        received=number(counts.received),
        spark=sparkline(Sparkline(f"{name}: двенадцать недель", line.weekly)).svg,
        first=MISSING if line.first is None else hours(line.first),
        share="мало" if few else number(share(counts.kept, counts.due), 1),
        interval=interval(found, line, name),
        late=number(counts.late),
        late_href=link(Section.QUEUE, wanted.by_term(today, TermOutcome.LATE)),
        waiting=number(counts.waiting),
        waiting_href=link(Section.QUEUE, wanted.by_term(today, TermOutcome.WAITING)),
        back=value_in_words(back(line.sums), "share"),
        back_href=link(Section.QUEUE, replace(wanted, by=By.REOPENED)),
        stars=f"{number(line.stars, 1)} ({number(ratings_count(line.sums))})"
        if line.stars is not None
        else "нет оценок",
        rating="мало" if score is None else number(score, 1),
    )


def interval(found: Standings, line: GroupLine, name: str) -> str:
    """The region's own row has the axis of all others."""
    if line is found.total:
        return cell_of_region(found.axis, name)
    if line.counts.due < found.axis.least:
        return f"{line.counts.kept} из {line.counts.due}"
    return cell(replace(line.row, name=name), found.axis)


def groups_of(
    found: Standings, name_of: Callable[[str], str], ranks: dict[str, int], today: date
) -> Iterator[GroupSection]:
    """The sections that are not empty: worse, the same, better, not compared; last a row for messages without a
    group."""
    for kind in (Standing.WORSE, Standing.SAME, Standing.BETTER, Standing.FEW):
        lines = found.groups[kind]
        if lines:
            icon, colour, title, about = HEADS[kind]
            rows = [row_view(found, line, name_of, ranks, today) for line in lines]
            yield GroupSection(icon, colour, f"{title}: {len(lines)}", about, rows)
    nobody = [line for line in found.lines if not line.code]
    if nobody and any(line.counts.received or line.counts.due for line in nobody):
        row = row_view(found, nobody[0], name_of, {}, today)
        yield GroupSection("", "", "Без названия", "место или ведомство ещё не определено", [row])


def region_map(site: Site, found: Standings, name_of: Callable[[str], str], ranks: dict[str, int]) -> str:
    """The map of overdue shares as SVG; "" where the region has no outlines."""
    return "" if site.map is None else chart_map(overdue_map(site.map, found, name_of, ranks)).svg


def compared_lines(found: Standings) -> list[GroupLine]:
    """The lines of groups with enough due messages to be compared, the worst first."""
    return [line for kind, some in found.groups.items() if kind is not Standing.FEW for line in some]


def greatest_changes(found: Standings, name_of: Callable[[str], str]) -> list[tuple[str, str, str, str, str]]:
    """The three that fell most and the three that rose most, where it is no chance: name, share, change, colour."""
    moved = []
    for line in compared_lines(found):
        now, was = (share_of(counts.kept, counts.due) for counts in (line.counts, line.before))
        if (said_so := verdict(now, was, Good.MORE)) is not None and now is not None and was is not None:
            moved.append((round(now.value - was.value, 1), line, now.value, said_so))
    moved.sort(key=lambda move: (move[0], move[1].code))
    picked = [move for move in moved[:3] if move[0] < 0] + [move for move in moved[-3:][::-1] if move[0] > 0]
    return [
        (
            name_of(line.code),
            link(Section.QUEUE, line.wanted),
            number(now, 1),
            f"{signed_number(by, 1)} {said_so.value}",
            COLOURS[said_so],
        )
        for by, line, now, said_so in picked
    ]


def best(found: Standings, name_of: Callable[[str], str]) -> list[tuple[str, str, str, str]]:
    """Inside groups of size, by the rating: nobody small stands against a city of a million."""
    picked = []
    sizes = ((1000, None, "от 1 000 сообщений"), (200, 1000, "от 200 до 1 000"), (0, 200, "до 200 сообщений"))
    for least, most, words in sizes:
        some = [
            (score, line)
            for line in compared_lines(found)
            if line.counts.received >= least and (most is None or line.counts.received < most)
            if (score := found.score(line)) is not None
        ]
        if some:
            score, line = max(some, key=lambda scored: (scored[0], scored[1].code))
            kept = number(share(line.counts.kept, line.counts.due), 1)
            picked.append((name_of(line.code), words, kept, number(score, 1)))
    return picked


def text_to_publish(
    section: Section, plain: Filter, found: Standings, picked: Sequence[tuple[str, str, str, str]]
) -> str:
    """«Лучшие» ready to be published: who, among whom, by what figures, how it was counted."""
    assert plain.since is not None and plain.until is not None, "monthly gives both"
    lines = [f"{name} ({size}): в срок {kept} %, рейтинг {score}" for name, size, kept, score in picked]
    title = f"{TITLES[section]}: лучшие, {between(plain.since, plain.until)}"
    return "\n".join([title, *lines, found.formula.words])


async def picture_of(request: Request, section: Section, plain: Filter, found: Standings) -> Response:
    """«Лучшие» as a file: the picture, or the words to go with it."""
    site = site_of(request)
    picked = best(found, namer(site, section))
    if not picked:
        raise HTTPException(404)
    assert plain.since is not None and plain.until is not None, "monthly gives both"
    name = f"luchshie-{plain.since}"
    if request.url.path.endswith(".txt"):
        head = {"content-disposition": f'attachment; filename="{name}.txt"'}
        return PlainTextResponse(text_to_publish(section, plain, found, picked), headers=head)
    made = Best(
        TITLES_OF_BEST[section], between(plain.since, plain.until), site.community_name,
        [Leader(*leader) for leader in picked], found.formula.words,
    )  # fmt: skip
    try:
        content = await asyncio.to_thread(as_picture, made)
    except Refusal as refusal:
        return errors.error_page(request, 404, text=str(refusal))
    head = {"content-disposition": f'inline; filename="{name}.png"'}
    return Response(content, media_type="image/png", headers=head)


def share_explained(found: Standings) -> str:
    """The formula of the share with the region's own figures."""
    counts = found.total.counts
    if not counts.due:
        return "За этот период ни у одного сообщения срок ещё не наступил."
    return (
        f"В срок: ответили до срока на {number(counts.kept)} ÷ срок наступил у {number(counts.due)} = "
        f"{percent(counts.kept / counts.due)}. Сегодняшние сроки войдут завтра."
    )


def months(site: Site, section: Section | str, plain: Filter) -> list[tuple[str, str, bool]]:
    """Links to the last twelve months: name, address, whether it is shown."""
    day, listed = local_day(site).replace(day=1), []
    for _ in range(MONTHS_BACK):
        last = (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        until = min(last, local_day(site))
        month = replace(plain, since=day, until=until)
        chosen = plain.since == day and plain.until == until
        listed.append((f"{MONTHS[day.month - 1]} {day.year}", link(section, month), chosen))
        day = (day - timedelta(days=1)).replace(day=1)
    return listed


TABLE = (
    "где", "поступило", "первый ответ, рабочих минут (медиана, около)", "окончательных ответов", *TERMS, "в срок, %",
    "«не решено»", "оценок", "оценка", "рейтинг",
)  # fmt: skip


def head_of(site: Site, plain: Filter, found: Standings) -> list[tuple[str, str]]:
    """What stands above the table in its file: the filter in words, how the share was counted, the formula."""
    return [
        ("что", in_words(plain, site.directory())),
        ("как считали", share_explained(found)),
        ("рейтинг", found.formula.words),
    ]


def table_of(found: Standings, name_of: Callable[[str], str]) -> tuple[tuple[str, ...], list[list[str | int | float]]]:
    """The column titles and rows of the file: the whole region first, then every group, as numbers and not as text."""
    rows = [_numbers(found, found.total, WHOLE)]
    return TABLE, rows + [_numbers(found, line, name_of(line.code)) for line in found.lines]


def _numbers(found: Standings, line: GroupLine, name: str) -> list[str | int | float]:
    """One line as numbers of a file."""
    counts, score = line.counts, found.score(line)
    kept = share(counts.kept, counts.due)
    return [
        name, counts.received, "" if line.first is None else line.first, counts.final,
        counts.due, counts.kept, counts.late, counts.waiting,
        "" if kept is None else round(kept, 1), counts.reopened, counts.rated,
        "" if line.stars is None else round(line.stars, 2), "мало" if score is None else round(score, 1),
    ]  # fmt: skip


PAGES = tuple(
    Page(path, groups, section)
    for section in BY
    for path in (f"/{section}", f"/{section}.{{form}}", *(f"/{section}{best_of}" for best_of in BEST))
)
