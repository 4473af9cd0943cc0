"""The line of a report about comments: how many asked something under posts, how soon somebody answered first, how many
were invited, and came. Marks live thirty days: of what began before that nothing is said, for nothing known is no zero.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from features.comments import sql
from features.comments.address import link
from features.comments.model.listed import CommentFilter, Figures, View, figures_of
from states.people.comments import Marks
from states.statistics.filter import NONE, Filter
from states.statistics.summary import Measure, Summary, SummaryFigure, SummaryRequest
from storage.db.transaction import Transaction

KEPT = timedelta(days=30)
DAY = timedelta(days=1)


async def sum_comments(tx: Transaction, asked: SummaryRequest) -> Summary | None:
    """The report's line about comments of a community, where wanted of some topics and places; None for an agency or
    without any."""
    if asked.now.agencies:
        return None
    now, was = await figures(tx, asked, asked.now), await figures(tx, asked, asked.was)
    if now is None or not now.asked:
        return None
    before = was if was is not None and was.asked else None
    every = href(asked.now, View.ALL)
    told = (
        SummaryFigure("спросили", Measure(now.asked, before.asked if before else None, every)),
        SummaryFigure("первый ответ, ч", Measure(hours(now), hours(before), every), beside="медиана"),
        SummaryFigure(
            "пригласили", Measure(now.invited, before.invited if before else None, href(asked.now, View.INVITED))
        ),
        SummaryFigure("из них пришли", Measure(share(now), share(before), href(asked.now, View.CAME)), share=True),
    )
    return Summary("Комментарии под записями", told)


async def figures(tx: Transaction, asked: SummaryRequest, part: Filter) -> Figures | None:
    """The figures of comments in the period; None where its marks are no longer kept."""
    if part.since is None or part.until is None or asked.today - part.since > KEPT:
        return None
    since, until = midnight(part.since, asked.zone), midnight(part.until + DAY, asked.zone)
    found = await sql.asked_since(tx, since)
    return figures_of([comment for comment in found if comment.at < until and is_wanted(part, comment.marks)])


def is_wanted(part: Filter, marks: Marks) -> bool:
    """The filter's word for what has no topic or place is not empty."""
    topic = not part.topics or (marks.topic or NONE) in part.topics
    return topic and (not part.places or (marks.place or NONE) in part.places)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The beginning of the day in this zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def hours(found: Figures | None) -> float | None:
    """How long the first answer took, in hours with a tenth; None where it is not known."""
    return round(found.first.total_seconds() / 3600, 1) if found is not None and found.first is not None else None


def share(found: Figures | None) -> float | None:
    """The share of those invited who came, between 0 and 1; None where nobody was invited."""
    return found.came / found.invited if found is not None and found.invited else None


def href(part: Filter, view: View) -> str:
    """The list that is nearest to it: of one topic and place, where these are wanted."""
    topic = part.topics[0] if len(part.topics) == 1 and part.topics[0] != NONE else ""
    place = part.places[0] if len(part.places) == 1 and part.places[0] != NONE else ""
    return link(CommentFilter(view, topic=topic, place=place))
