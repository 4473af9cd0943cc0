"""What VK shows a bot of a chat in which it has no rights, and when the bot looks (bot/upkeep/members.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from states.events import MembersListed
from states.people.chats import Chat
from states.people.officials import Member
from tests.transcripts.pure_lines import Line

LOOK_AGAIN = timedelta(minutes=1)


@dataclass
class Hearing:
    """`deaf`: chats in which the bot is no administrator. `unheard`: numbers that it was not shown; `told`: of which it
    knows that something is there. `of_lost`: how often one whose loss is known is looked at, in truth each minute."""

    deaf: set[int] = field(default_factory=set)
    unheard: dict[int, list[int]] = field(default_factory=dict)
    told: dict[int, int] = field(default_factory=dict)
    looked_at: dict[int, datetime] = field(default_factory=dict)
    of_lost: timedelta = LOOK_AGAIN

    def hears(self, line: Line, *, gone: bool) -> bool:
        """Without rights only what begins with a slash (vk-api.md §3.2)."""
        peer = line.raw["peer_id"]
        if not gone and (peer not in self.deaf or line.raw["text"].startswith("/")):
            return True
        self.unheard.setdefault(peer, []).append(line.cmid)
        return False

    def hole(self, peer: int) -> int:
        """The first number that it has not been told of yet."""
        fresh = [number for number in self.unheard.get(peer, ()) if number > self.told.get(peer, 0)]
        self.told[peer] = max(fresh, default=self.told.get(peer, 0))
        return min(fresh, default=0)

    def looks(self, chats: Iterable[Chat], now: datetime) -> list[datetime]:
        """When the next look at each chat in doubt is due."""
        return [self._next(chat, now) for chat in chats if chat.bound and not chat.certain]

    def due(self, chats: Iterable[Chat], now: datetime) -> list[int]:
        return [chat.peer for chat in chats if chat.bound and not chat.certain and self._next(chat, now) <= now]

    def _next(self, chat: Chat, now: datetime) -> datetime:
        last = self.looked_at.get(chat.peer)
        return now if last is None else last + (self.of_lost if chat.lost or chat.deaf else LOOK_AGAIN)

    def looked(self, peer: int, members: tuple[Member, ...], lines: Sequence[Line], now: datetime) -> MembersListed:
        """What VK did not show then it never shows."""
        self.looked_at[peer] = now
        if not members:
            return MembersListed(peer, (), now)
        unread = self.unheard.pop(peer, [])
        before = [line.raw["date"] for line in lines if unread and line.cmid < unread[0]]
        since = datetime.fromtimestamp(before[-1], UTC) if before else None
        return MembersListed(peer, members, now, unread=len(unread), since=since, first=1)
