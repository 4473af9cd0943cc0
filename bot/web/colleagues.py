"""Who is on one's own side, the ЦУР or an agency: who can be given a message, who is away, who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.web.asked import local_day
from bot.web.security.session import with_office
from bot.web.site import Site
from handlers.text.words import date_words
from states.people.chats import CUR, DUTY
from states.people.officials import Standing
from states.people.viewers import Viewer, acts_for
from storage.db.transaction import Transaction
from storage.records import absences, chats, officials, viewers
from storage.records.absences import Absence, stands_in_for


@dataclass(frozen=True, slots=True)
class Side:
    """`scope`: an agency or the ЦУР; `names` of everybody who acts for it; `away`: absences of all sides."""

    scope: str
    names: Mapping[int, str]
    away: Sequence[Absence]
    today: date
    user: int

    @property
    def mine(self) -> tuple[int, ...]:
        """The colleagues whose messages are this person's today: oneself and those for whom one stands in."""
        return (self.user, *stands_in_for(self.away, self.user, self.today))

    @property
    def choices(self) -> list[tuple[int, str]]:
        """The colleagues to choose from: first oneself, then the others by name, each with what there is to know before
        one gives them something."""
        named = sorted(self.names, key=lambda user: (user != self.user, self.names[user].casefold()))
        return [
            (user, f"{self.names[user]}{' (вы)' if user == self.user else ''}{self.absent(user)}") for user in named
        ]

    def absent(self, user: int) -> str:
        """The words behind a name: «, нет до 5 декабря, замещает Анна Ц.»; empty for who is there."""
        found = next((absence for absence in self.away if absence.user == user and absence.on(self.today)), None)
        if found is None:
            return ""
        return f", нет до {date_words(found.ends)}, замещает {self.names.get(found.deputy) or 'коллега'}"


async def side_of(tx: Transaction, site: Site, viewer: Viewer) -> Side:
    """The side of this viewer with its colleagues; whoever only reads is on none."""
    scope, today = acts_for(viewer), local_day(site)
    if not scope:
        return Side("", {}, (), today, viewer.user)
    return Side(scope, await names_of(tx, site, scope), await absences.every(tx), today, viewer.user)


async def names_of(tx: Transaction, site: Site, scope: str) -> dict[int, str]:
    """By VK id, the names of everybody on this side: officials who work in its chats and people with a role in the
    panel; «id123» for whom no name is known."""
    sides = (CUR, DUTY) if scope == CUR else (scope,)
    peers = [chat.peer for chat in await chats.of(tx, (), sides) if chat.bound]
    there = (official for people in (await officials.of_chats(tx, peers)).values() for official in people.values())
    found = {official.user: official.name for official in there if official.standing is Standing.WORKS}
    directory = site.directory()
    granted = [
        viewer for viewer in await viewers.granted_viewers(tx) if acts_for(with_office(viewer, directory)) == scope
    ]
    found |= {viewer.user: viewer.name for viewer in granted if viewer.name or viewer.user not in found}
    return {user: name or f"id{user}" for user, name in found.items()}
