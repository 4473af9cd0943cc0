"""What the panel knows of who answers in fact: proposals about routes, those put aside, topics that nobody has.
«Сейчас» asks for their number only, so it is looked up once an hour.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.web.asked import local_day, today_of
from bot.web.site import Site
from features.directory_editor import sql
from features.directory_editor.proposals import given_back, proposals, stuck, worth_a_look
from states.directory import Directory
from states.statistics.filter import By, Filter
from states.statistics.route_history import Proposal, Stuck, fresh, period
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from storage.ops import sums
from storage.ops.search import Today
from storage.records import routes_aside
from storage.records.routes_aside import Aside

KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RouteHistory:
    """`wanted`: the messages that were counted. `proposals` are those to decide, `aside` those that somebody has."""

    wanted: Filter
    proposals: Sequence[Proposal]
    aside: Sequence[Aside]
    stuck: Sequence[Stuck]

    def answers(self, proposal: Proposal, agency: str = "") -> Filter:
        """All answers that a proposal is about, or those of one agency."""
        wanted = replace(self.wanted, topics=(proposal.topic,), places=(proposal.place,))
        return replace(wanted, agencies=(agency,)) if agency else wanted

    def of_role(self, proposal: Proposal, agencies: Sequence[str] = ()) -> Filter:
        """All answers to its topic in the region, or those of a role's agencies."""
        return replace(self.wanted, topics=(proposal.topic,), agencies=tuple(agencies))

    @property
    def plain(self) -> Filter:
        """The same days, of all messages."""
        return Filter(since=self.wanted.since, until=self.wanted.until)


async def read(site: Site, directory: Directory) -> RouteHistory:
    """Reads the proposals about routes of the last period, with those put aside a moment ago."""
    day, today = local_day(site), today_of(site)
    aside = await site.newest.run(routes_aside.everything)  # pressed a moment ago
    return await site.readers.run(lambda tx: look(tx, period(day), today, directory, aside))


async def look(
    tx: Transaction, wanted: Filter, today: Today, directory: Directory, aside: Sequence[Aside]
) -> RouteHistory:
    """Reads the proposals about routes: those to decide, those put aside, and topics that nobody takes."""
    found, then = (
        await _read_proposals(tx, wanted, today, directory),
        {left_alone.proposal.key: left_alone.proposal for left_alone in aside},
    )
    new = list(fresh(found, then))
    waiting = {proposal.key for proposal in found} - {proposal.key for proposal in new}
    kept = [left_alone for left_alone in aside if left_alone.proposal.key in waiting]
    return RouteHistory(wanted, new, kept, await _stuck(tx, wanted, today, directory))


async def _read_proposals(tx: Transaction, wanted: Filter, today: Today, directory: Directory) -> list[Proposal]:
    """The daily sums first, which are soon read; then the messages of what is left."""
    summed = await sums.sums_by(tx, _days(wanted), ["topic", "place", "agency"], names=["final"], times=())
    keys = worth_a_look({key: figures["final"] for key, figures in summed.items()}, directory)
    if not keys:
        return []
    asked = replace(wanted, topics=tuple(sorted({topic for topic, _ in keys})))
    return proposals(await sql.count_answers(tx, asked, today), directory)


async def _stuck(tx: Transaction, wanted: Filter, today: Today, directory: Directory) -> list[Stuck]:
    """The topics that agencies give back, with who answers them in the end."""
    summed = await sums.sums_by(tx, _days(wanted), ["topic"], names=["received", "returned"], times=())
    back, came = ({topic: figures[name] for (topic,), figures in summed.items()} for name in ("returned", "received"))
    topics = given_back(back, came, directory)
    asked = replace(wanted, topics=tuple(sorted(topics)))
    answers = await sql.count_answers(tx, asked, today) if topics else []
    return stuck(back, came, answers, directory)


def _days(wanted: Filter) -> Filter:
    """The same days, as the daily sums know them: a thing stands at its own day."""
    return replace(wanted, by=By.RECEIVED, chosen=None)


@dataclass(slots=True)
class Lately:
    """How many proposals wait, as somebody has counted within the hour."""

    at: datetime | None = None
    many: int = 0

    def behind(self, site: Site) -> Callable[[], Awaitable[None]] | None:
        """Counted when the answer of a page has left: nobody who looks at «Сейчас» waits for three months."""
        now = site.clock.now()
        if self.at is not None and now - KEPT < self.at <= now:
            return None
        self.at = now
        return partial(self.count, site)

    async def count(self, site: Site) -> None:
        """Counts the proposals anew; keeps the old number while the database cannot be reached."""
        with suppress(Unavailable):
            self.keep(site, await read(site, site.directory()))

    def keep(self, site: Site, seen: RouteHistory) -> None:
        """Remembers how many proposals there are, and when they were counted."""
        self.at, self.many = site.clock.now(), len(seen.proposals)
