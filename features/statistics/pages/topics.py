"""«Темы»: what people write about, what grows, where and when; what to mend in the directory. Each number leads to its
list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.charts.heat import DAYS, HOURS, Heat, heat
from bot.charts.numbers import number
from bot.charts.sparkline import Sparkline, sparkline
from bot.web.asked import link, local_day, of_request
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import offers, render
from bot.web.site import Page, Site
from bot.web.views.rows import rows
from features.statistics.pages.groups import KEPT, messages, monthly, months
from features.statistics.report.standings import WEEKS
from handlers.text.words import plural
from handlers.views.filter_words import agency_words, between, conditions, in_words
from handlers.views.titles import place_title, topic_title
from states.lifecycle.spikes import Spike, spikes
from states.people.viewers import Section
from states.statistics.filter import NONE, By, Filter
from states.statistics.listed import ListedAppeal
from storage.db.transaction import Transaction
from storage.ops import search, sums
from storage.ops.search import Today
from storage.records.appeal_lists import counts

FIRST = 30
"""Topics that stand at once; the others are asked for."""
ACROSS, DOWN = 8, 12
"""Municipalities and topics of the table of both; all municipalities of one topic stand on its own page."""
UNKNOWN, BACKS = 8, 8
CATCH_ALL = ("другое", "прочее", "иное")
FEW = 10
"""A change of fewer messages is no news."""


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic: how many came, how many before, by week, and the municipality with the most."""

    code: str
    now: int
    was: int
    weeks: tuple[int, ...]
    most: tuple[str, int] | None

    @property
    def change(self) -> float | None:
        """The change in per cent; None where there was too little to compare."""
        return 100 * (self.now - self.was) / self.was if self.was >= FEW else None


@dataclass(frozen=True, slots=True)
class Back:
    """Messages of a topic that somebody gave back as not theirs, and who has most of them now."""

    topic: str
    many: int
    received: int
    agency: str


@dataclass(frozen=True, slots=True)
class TopicsData:
    """`places` and `were`: by topic and municipality, in this period and the one before it."""

    lines: Sequence[TopicLine]
    hours: Mapping[int, int]
    total: int
    places: Mapping[tuple[str, str], int]
    were: Mapping[tuple[str, str], int]
    spikes: Sequence[Spike]
    unknown: Sequence[ListedAppeal]
    backs: Sequence[Back]


async def topics(request: Request) -> Response:
    """The page «Темы», or its table as a file."""
    site, wanted, today = of_request(request)
    plain = replace(Filter(), **{name: getattr(monthly(wanted, local_day(site)), name) for name in KEPT})
    seen = await site.readers.run(lambda tx: look(tx, plain, today, site))
    if (form := request.path_params.get("form")) is not None:
        return file(form, f"topics-{plain.since}", [("что", in_words(plain, site.directory()))], *table_of(site, seen))
    assert plain.since is not None and plain.until is not None, "monthly gives both"
    nameless = replace(plain, topics=nameless_topics(site))
    most = len(seen.lines) if request.query_params.get("all") == "yes" else FIRST
    return render(
        request,
        "topics.html",
        when=between(plain.since, plain.until),
        told=messages(seen.total),
        rows=[row_values(site, plain, line) for line in seen.lines[:most]],
        more=plural(len(seen.lines) - most, "тема", "темы", "тем") if len(seen.lines) > most else "",
        whole=link(Section.TOPICS, plain, [("all", "yes")]),
        grown=[row_values(site, plain, line) for line in grown(seen.lines)],
        chart=heat(hours_of(seen.hours)).svg,
        crossed=cross_table(site, plain, seen),
        spikes=[spike(site, plain, rise) for rise in seen.spikes],
        unknown=rows(site, seen.unknown, nameless),
        unknown_many=number(sum(line.now for line in seen.lines if (line.code or NONE) in nameless.topics)),
        unknown_href=link(Section.QUEUE, nameless),
        chosen=bool(plain.topics),
        chips=[
            (condition.words, link(Section.TOPICS, condition.without))
            for condition in conditions(plain, site.directory())
        ],
        backs=[back(site, plain, returned) for returned in seen.backs],
        keeps=offers(request, "directory"),
        months=months(site, Section.TOPICS, plain),
        forms=[(name, link(f"topics.{form}", plain)) for form, name in FORMS],
    )


async def look(tx: Transaction, plain: Filter, today: Today, site: Site) -> TopicsData:
    """Reads in one transaction what the page «Темы» shows."""
    places, were = await crossing(tx, plain, "place"), await crossing(tx, plain.before(), "place")
    now, was = of_topics(places), of_topics(were)
    nameless = replace(plain, topics=nameless_topics(site))
    unknown = await search.newest(tx, nameless, today, UNKNOWN) if not plain.topics else []
    everywhere = not (plain.places or plain.agencies or plain.topics)
    by_week, most = await sums.weekly(tx, plain, "topic", WEEKS), busiest(places)
    lines = [
        TopicLine(
            code,
            now[code],
            was[code],
            by_week.get(code, (0,) * WEEKS),
            most.get(code),
        )
        for code in sorted({*now, *was})
    ]
    lines.sort(key=lambda line: (-line.now, line.code))
    ahead = today.now.astimezone(site.zone).utcoffset() or timedelta()
    return TopicsData(
        lines,
        await search.hours(tx, plain, today, ahead),
        sum(line.now for line in lines),
        places,
        were,
        spikes(await counts(tx, today.now)) if everywhere else (),
        unknown,
        given_back(await crossing(tx, plain, "agency", "returned"), lines),
    )


async def crossing(tx: Transaction, plain: Filter, by: str, name: str = "received") -> dict[tuple[str, str], int]:
    """How many messages there are of each topic at each place or agency."""
    found = await sums.sums_by(tx, plain, ["topic", by], names=[name], times=())
    return {(topic, code): sums_of_pair[name] for (topic, code), sums_of_pair in found.items()}


def of_topics(places: Mapping[tuple[str, str], int]) -> Counter[str]:
    """Messages by topic, summed over all places."""
    found = Counter[str]()
    for (topic, _), many in places.items():
        found[topic] += many
    return found


def nameless_topics(site: Site) -> tuple[str, ...]:
    """The codes that name nothing: no topic, or one that takes what no other does («Другое о дорогах»)."""
    topics = site.directory().topics
    return (NONE, *(topic.code for topic in topics if topic.name.casefold().startswith(CATCH_ALL)))


def given_back(found: Mapping[tuple[str, str], int], lines: Sequence[TopicLine]) -> list[Back]:
    """Routes that the directory should name otherwise: topics that are given back most."""
    held: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (topic, agency), many in found.items():
        if many:
            held[topic].append((many, agency))
    came = {line.code: line.now for line in lines}
    backs = [
        Back(topic, sum(many for many, _ in some), came.get(topic, 0), max(some)[1]) for topic, some in held.items()
    ]
    return sorted(backs, key=lambda returned: (-returned.many, returned.topic))[:BACKS]


def busiest(places: Mapping[tuple[str, str], int]) -> dict[str, tuple[str, int]]:
    """By topic, the place with most messages, and how many."""
    found: dict[str, tuple[str, int]] = {}
    for (topic, place), many in sorted(places.items()):
        if place and many > found.get(topic, ("", 0))[1]:
            found[topic] = (place, many)
    return found


def grown(lines: Sequence[TopicLine]) -> list[TopicLine]:
    """The five topics that grew most, in messages."""
    more = [line for line in lines if line.change is not None and line.now - line.was >= FEW]
    return sorted(more, key=lambda line: (line.was - line.now, line.code))[:5]


def row_values(site: Site, plain: Filter, line: TopicLine) -> dict[str, str]:
    """A row of the table: its words, its numbers and where each leads."""
    directory, wanted = site.directory(), replace(plain, topics=(line.code or NONE,))
    name = topic_name(site, line.code)
    place, many = line.most or ("", 0)
    return {
        "name": name,
        "topic_href": link(Section.TOPICS, wanted),
        "now": number(line.now),
        "now_href": link(Section.QUEUE, wanted),
        "was": number(line.was),
        "was_href": link(Section.QUEUE, wanted.before()),
        "change": "мало" if line.change is None else f"{'+' if line.change > 0 else ''}{number(line.change)}",
        "spark": sparkline(Sparkline(f"{name}: двенадцать недель", line.weeks)).svg,
        "place": place_title(directory, place),
        "many": number(many) if place else "",
        "place_href": link(Section.QUEUE, replace(wanted, places=(place,))) if place else "",
    }


def cross_table(site: Site, plain: Filter, seen: TopicsData) -> dict[str, Any]:
    """Topics down, municipalities across, each with its change: the busiest of both."""
    directory = site.directory()
    codes = [line.code for line in seen.lines if line.now][: len(seen.lines) if plain.topics else DOWN]
    by_place: Counter[str] = Counter()
    for (_, place), many in seen.places.items():
        by_place[place] += many if place else 0
    ordered = [
        place
        for place, many in sorted(by_place.items(), key=lambda place_count: (-place_count[1], place_count[0]))
        if many
    ]
    across = ordered if plain.topics else ordered[:ACROSS]
    return {
        "heads": [place_title(directory, place) for place in across],
        "rows": [(topic_name(site, code), [cell(plain, seen, code, place) for place in across]) for code in codes],
    }


def cell(plain: Filter, seen: TopicsData, topic: str, place: str) -> tuple[str, str, str, str]:
    """Number, where it leads, change, colour: more messages are no worse work, so only what doubled has one."""
    now, was = seen.places.get((topic, place), 0), seen.were.get((topic, place), 0)
    href = link(Section.QUEUE, replace(plain, topics=(topic or NONE,), places=(place,)))
    if max(now, was) < FEW:
        return number(now), href, "", ""
    change = f"{'+' if now > was else ''}{number(now - was)}"
    return number(now), href, change if now != was else "", "warn" if now >= 2 * was else ""


def topic_name(site: Site, code: str) -> str:
    """The topic as people read it; «Тема не указана» for ""."""
    return topic_title(site.directory(), code) if code else "Тема не указана"


def spike(site: Site, plain: Filter, rise: Spike) -> dict[str, str]:
    """A sudden rise in words, with its link."""
    directory = site.directory()
    wanted = Filter(topics=(rise.topic,), places=(rise.place or NONE,), since=local_day(site))
    usual = number(rise.usual, 1) if rise.usual >= 0.1 else "почти ни одного"
    return {
        "name": f"{topic_name(site, rise.topic)}, {place_title(directory, rise.place) or 'место не указано'}",
        "words": f"{messages(rise.count)} за час, обычно {usual}",
        "href": link(Section.QUEUE, wanted),
    }


def back(site: Site, plain: Filter, returned: Back) -> dict[str, str]:
    """One topic that agencies return, as a row with links."""
    wanted = replace(plain, topics=(returned.topic or NONE,), by=By.RETURNED)
    return {
        "name": topic_name(site, returned.topic),
        "many": number(returned.many),
        "href": link(Section.QUEUE, wanted),
        "received": number(returned.received),
        "received_href": link(Section.QUEUE, replace(plain, topics=(returned.topic or NONE,))),
        "agency": agency_words(site.directory(), returned.agency),
    }


def hours_of(counts: Mapping[int, int]) -> Heat:
    """The chart of messages by hour of the week. `counts` has them by hour from Monday 0:00 on."""
    about = "Чем темнее, тем больше сообщений пришло в этот час недели."
    cells = tuple(tuple(counts.get(day * HOURS + hour, 0) for hour in range(HOURS)) for day in range(DAYS))
    return Heat("Когда пишут", about, cells, upright=True, wide=342)


TABLE = ("тема", "поступило", "было", "изменение, %", "больше всего в", "там")


def table_of(site: Site, seen: TopicsData) -> tuple[tuple[str, ...], list[list[str | int | float]]]:
    """The column titles and rows of the file: now, a period earlier, change («мало» of few), the place with most."""
    lines: list[list[str | int | float]] = []
    for line in seen.lines:
        place, many = line.most or ("", 0)
        change = "мало" if line.change is None else round(line.change, 1)
        where = place_title(site.directory(), place)
        lines.append([topic_title(site.directory(), line.code), line.now, line.was, change, where, many])
    return TABLE, lines


PAGES = (Page("/topics", topics, Section.TOPICS), Page("/topics.{form}", topics, Section.TOPICS))
