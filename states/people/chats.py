"""Agency chats and the ЦУР chat as bound here, and who in them may do what (T4, T5).

A chat works only after a one-time code; nothing else binds it, and an unbound chat gets nothing (I11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

CUR = "cur"
"""Stands where an agency code stands, for the region's control centre."""

DUTY = "duty"
"""The same for the chat of those in the ЦУР who read alarms of danger to life; without one they read in the ЦУР's."""


LOOKS = 2
"""So many looks at a chat fail in a row before it counts as lost: one may be VK's."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Whether the bot still hears a chat: from the first sign that it may not until VK shows that it does (F16).

    `at`: when it began, or when the chat was lost. `first`: the lowest message that VK has not shown, 0 where none is
    known. `failed`: looks in a row that failed. `refused`: VK took no words of ours there; `tried`: after a look that
    was all right they were sent once more, so another refusal counts as a look that failed. `mute`: that is why the
    chat is lost, VK shows it to us. `told`: the cause of the line there that says what to click, or of one that is
    mute, of the line that says that the bot is back: whether it is taken tells whether the chat is found.
    """

    at: datetime
    first: int = 0
    failed: int = 0
    refused: bool = False
    tried: bool = False
    mute: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of the community. `agency` is a code of the directory, `CUR`, or None before it is bound.

    `paused_until`: the ЦУР sends it nothing new until then; of a chat that is not bound: no code is taken until then.
    `listed_at`: when VK last showed its members (T5). `recent` are digests of the last answers given here, so that the
    same one to everybody is noticed (R43). `told`: of what waits, the day and message that told it here last and a
    digest of its words, so that it is edited and not said again. `lost`: nothing new is sent there. `doubt`: whether it
    is heard, while that is not certain and as long as it is lost.
    """

    peer: int
    agency: str | None = None
    bound_at: datetime | None = None
    bound_by: int = 0
    lost: bool = False
    greeted: bool = False
    tries: int = 0
    paused_until: datetime | None = None
    listed_at: datetime | None = None
    recent: tuple[str, ...] = ()
    told: str = ""
    doubt: Doubt | None = None

    def is_paused(self, now: datetime) -> bool:
        """Whether the ЦУР has paused the chat until after this moment."""
        return self.paused_until is not None and now < self.paused_until

    @property
    def bound(self) -> bool:
        """Whether the chat belongs to an agency or to the ЦУР."""
        return self.agency is not None

    @property
    def certain(self) -> bool:
        """Whether nothing has made us doubt that the bot hears it."""
        return not self.lost and self.doubt is None

    def with_doubt(self, at: datetime) -> Chat:
        """The chat after a sign that the bot may not hear it."""
        return replace(self, doubt=self.doubt or Doubt(at))

    @property
    def deaf(self) -> bool:
        """Whether VK does not let the bot read here. The ЦУР's chat is not lost by that: nothing can go elsewhere."""
        return self.doubt is not None and self.doubt.failed >= LOOKS


@dataclass(frozen=True, slots=True)
class ChatCode:
    """A one-time code made by an administrator, found by what was typed; None of it is stored in the clear."""

    digest: str
    agency: str
    expires_at: datetime


CODE_TRIES = 5
"""Wrong codes a chat may type before it is locked (T4)."""
CODE_LOCK = timedelta(hours=1)
"""So long a chat is not answered then: 80 bits are not guessed, and whoever mistyped need not wait for ever."""

FIRST_CHAT = 2_000_000_000


def chat_number(peer: int) -> int:
    """The number of the chat as VK's own pages count chats, which people can type."""
    return peer - FIRST_CHAT
