"""What a report says of comments: asked, the first answer, invited, came; of a topic, a place, and the days before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from features.comments.report import sum_comments
from states.directory import Directory
from states.people.comments import Comment, CommentKind, Marks
from states.statistics.filter import NONE, Filter
from states.statistics.periods import Span, around
from states.statistics.summary import Summary, SummaryRequest
from storage.records import comments
from tests.comments.walls import played
from tests.small import POLICY
from tests.transcripts.virtual import Ground, VirtualStage

pytestmark = pytest.mark.virtual

MONDAY = date(2026, 11, 16)
TODAY = MONDAY + timedelta(days=9)
NOON = datetime(2026, 11, 17, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


def asked(number: int, at: datetime = NOON, topic: str = "snow", place: str = "miass", **more: datetime) -> Comment:
    return Comment(number, 5, 1000 + number, at, at, marks=Marks(CommentKind.PROBLEM, topic, place), **more)


KEPT = (
    asked(1, public_at=NOON + HOUR, invited_at=NOON, came_at=NOON + 3 * HOUR),
    asked(2, answered_at=NOON + 2 * HOUR, invited_at=NOON),
    asked(3, topic="", place=""),
    asked(4, at=datetime(2026, 11, 15, 19, 30, tzinfo=UTC)),
    asked(5, at=datetime(2026, 11, 15, 18, 30, tzinfo=UTC), invited_at=NOON),
)
"""The fourth is of Monday in Chelyabinsk, the last of Sunday."""


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    async with played(virtual_ground, region, tmp_path, comments="watch") as made:
        assert made.bot is not None
        await made.bot.db.run(lambda tx: comments.keep(tx, KEPT))
        yield made


async def said(stage: VirtualStage, today: date = TODAY, **groups: tuple[str, ...]) -> Summary | None:
    assert stage.bot is not None
    week = around(Span.WEEK, MONDAY)
    now = replace(Filter(), since=week.first, until=week.last, **groups)  # type: ignore[arg-type]
    was = replace(now, since=week.before.first, until=week.before.last)
    wanted = SummaryRequest(week, now, was, today, POLICY.zone)
    return await stage.bot.db.run(lambda tx: sum_comments(tx, wanted))


async def test_a_week_of_comments(stage: VirtualStage) -> None:
    summary = await said(stage)
    assert summary is not None
    figures = {told.name: (told.measure.now, told.measure.was) for told in summary.figures}
    assert figures == {
        "спросили": (4, 1),
        "первый ответ, ч": (1.0, None),
        "пригласили": (2, 1),
        "из них пришли": (0.5, 0.0),
    }


async def test_of_a_topic_and_a_place(stage: VirtualStage) -> None:
    summary = await said(stage, topics=("snow",), places=("miass",))
    assert summary is not None and summary.figures[0].measure.now == 3
    assert summary.figures[0].measure.href == "/comments?view=all&topic=snow&place=miass"
    unknown = await said(stage, topics=(NONE,))
    assert unknown is not None and unknown.figures[0].measure.now == 1
    assert unknown.figures[0].measure.href == "/comments?view=all" and unknown.figures[1].measure.now is None


async def test_what_is_not_known_is_no_zero(stage: VirtualStage) -> None:
    assert await said(stage, agencies=("roads",)) is None
    assert await said(stage, topics=("lights",)) is None
    assert await said(stage, today=MONDAY + timedelta(days=31)) is None
    older = await said(stage, today=MONDAY + timedelta(days=27))
    assert older is not None and older.figures[0].measure.was is None
