"""What a handler returns: all changes and all effects, kept in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from states.audit import AuditLine
from states.dialogue import Dialogue
from states.effects import Effect
from states.lifecycle.appeal import Appeal, History
from states.lifecycle.rights import ErasureRequest
from states.people.chats import Chat
from states.people.comments import Comment, WallPost
from states.people.notices import Notice
from states.people.officials import Official
from states.people.viewers import SignIn


@dataclass(frozen=True, slots=True)
class Consent:
    """The record that proves a consent or a refusal (R8). `cmid` is the message of the click.

    To which text says `text_hash`; that of publication has its own (R9).
    """

    resident: int
    given: bool
    text_hash: str
    at: datetime
    cmid: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from one event. `ignored` says why nothing does; a reason is always stored (I1). `erases`: what the
    resident asked to be erased goes first, in the same transaction; everything else here is of after it (R14)."""

    dialogue: Dialogue | None = None
    appeals: tuple[Appeal, ...] = ()
    history: tuple[History, ...] = ()
    effects: tuple[Effect, ...] = ()
    chat: Chat | None = None
    used_code: str | None = None
    consent: Consent | None = None
    officials: tuple[Official, ...] = ()
    audit: tuple[AuditLine, ...] = ()
    erasure: ErasureRequest | None = None
    erases: bool = False
    sign_in: SignIn | None = None
    comments: tuple[Comment, ...] = ()
    posts: tuple[WallPost, ...] = ()
    notices: tuple[Notice, ...] = ()
    ignored: str | None = None


def ignore(reason: str) -> Decision:
    """A decision that changes nothing; `reason` goes to the log and, for a press or a command, to the official."""
    return Decision(ignored=reason)
