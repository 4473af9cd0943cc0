"""The tables, for both engines alike (delivery.md §4). Every key begins with the community (design.md §7).

It must never hold a rule: what a state means and which move is legal is said in inbox.py and outbox.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A time in UTC as whole microseconds: the same bytes and the same order on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, keys: tuple[str, ...], *columns: Column[Any] | UniqueConstraint, clustered: bool) -> Table:
    community = Column("community_id", BigInteger, nullable=False)
    key = PrimaryKeyConstraint("community_id", *keys)
    return Table(name, metadata, community, *columns, key, sqlite_with_rowid=not clustered)


def _int(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=null, autoincrement=False)


def _small(name: str, default: str | None = None) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default=default)


def _named(name: str) -> Column[Any]:
    """The number of another appeal, empty where there is none."""
    return Column(name, Text, nullable=False, server_default="")


def _text(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=null)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def _moment(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Moment, nullable=null)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def one_of(found: ColumnElement[Any], states: Sequence[str]) -> ColumnElement[bool]:
    """`found IN ('…')` in the very words of the partial indexes: with bound values no index would be used."""
    return found.in_([literal_column(f"'{state}'") for state in states])


def _in(states: Sequence[str]) -> dict[str, Any]:
    return _where("state IN (" + ", ".join(f"'{state}'" for state in states) + ")")


PENDING = ("new", "retry", "wanted")
DUE = ("ready", "preparing")
FLYING = ("in_flight", "unknown")
OPEN = (*DUE, *FLYING)
PARKED = ("parked_recipient", "parked_chat")


meta = _table("meta", ("name",), _text("name"), _text("value"), clustered=True)

# A counter a worker: workers of PostgreSQL never wait for one another's row.
counter = _table("counter", ("name", "worker"), _text("name"), _small("worker"), _int("value"), clustered=True)

cursor = _table("cursor", (), _text("ts"), _moment("moved_at"), clustered=True)

# `gated`: messages wait for lower numbers; a chat is not gated before its base is set. `behind`: something lacks
# between `contiguous` and `known_max`; a column of its own, so that gaps are found without reading every peer.
# `erased`: up to this message the resident was forgotten; what is read again from VK comes in without content (R14).
# `restored`: how far the dialogue was known to the copy that was put back (delivery.md §13).
peer = _table(
    "peer",
    ("peer",),
    _int("peer"),
    _int("contiguous"),
    _int("known_max"),
    _flag("gated"),
    _small("behind"),
    Column("erased", BigInteger, nullable=False, server_default="0"),
    Column("restored", BigInteger, nullable=False, server_default="0"),
    clustered=True,
)
Index("ix_peer_behind", peer.c.community_id, peer.c.behind, peer.c.peer)

known = _table("known", ("peer", "cmid"), _int("peer"), _int("cmid"), clustered=True)

inbox = _table(
    "inbox",
    ("id",),
    _int("id"),
    _int("peer"),
    _text("key"),
    _text("kind"),
    _int("author"),
    _int("cmid", null=True),
    _int("ord"),
    _flag("content"),
    _text("raw"),
    _moment("at", null=True),
    _text("state"),
    _text("reason", null=True),
    _small("attempts"),
    _small("runs"),
    _int("boot"),
    _moment("next_at", null=True),
    _moment("received_at"),
    _moment("ended_at", null=True),
    _text("decided", null=True),
    UniqueConstraint("community_id", "peer", "key"),
    clustered=False,
)
Index("ix_inbox_head", inbox.c.community_id, inbox.c.peer, inbox.c.ord, inbox.c.id, **_in(PENDING))
Index("ix_inbox_pending", inbox.c.community_id, inbox.c.id, **_in(PENDING))
Index("ix_inbox_state", inbox.c.community_id, inbox.c.state)

dialogue = _table(
    "dialogue",
    ("resident",),
    _int("resident"),
    _text("consent"),
    _moment("touched_at", null=True),
    _text("body"),
    clustered=False,
)

appeal = _table(
    "appeal",
    ("code",),
    _text("code"),
    _int("resident"),
    _int("source"),
    _text("status"),
    _int("version"),
    _text("topic"),
    _text("place", null=True),
    _text("agency", null=True),
    _int("chat", null=True),
    _moment("created_at"),
    _moment("due_at", null=True),
    _named("incident"),
    _named("repeat_of"),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    _moment("first_answer_at", null=True),
    _moment("answered_at", null=True),
    _small("rating", "0"),
    _text("body"),
    UniqueConstraint("community_id", "resident", "source"),
    clustered=False,
)
Index("ix_appeal_resident", appeal.c.community_id, appeal.c.resident, appeal.c.created_at)
Index("ix_appeal_status", appeal.c.community_id, appeal.c.status, appeal.c.created_at)
Index("ix_appeal_chat", appeal.c.community_id, appeal.c.chat, appeal.c.status)
Index("ix_appeal_due", appeal.c.community_id, appeal.c.due_at, **_where("due_at IS NOT NULL"))
Index("ix_appeal_same", appeal.c.community_id, appeal.c.topic, appeal.c.place, appeal.c.created_at)
Index("ix_appeal_created", appeal.c.community_id, appeal.c.created_at, appeal.c.topic, appeal.c.place)
Index("ix_appeal_incident", appeal.c.community_id, appeal.c.incident, **_where("incident <> ''"))
Index("ix_appeal_repeat_of", appeal.c.community_id, appeal.c.repeat_of, **_where("repeat_of <> ''"))

# The key refuses a second line for one version: two writers of one appeal cannot both be kept (I6).
history = _table(
    "history",
    ("code", "version"),
    _text("code"),
    _int("version"),
    _moment("at"),
    _int("actor"),
    _text("action"),
    _text("before", null=True),
    _text("after"),
    _text("reason"),
    clustered=False,
)

consent = _table(
    "consent",
    ("id",),
    _int("id"),
    _int("resident"),
    _flag("given"),
    _text("text_hash"),
    _moment("at"),
    _int("cmid"),
    clustered=False,
)
Index("ix_consent_resident", consent.c.community_id, consent.c.resident)

chat = _table(
    "chat",
    ("peer",),
    _int("peer"),
    _text("agency", null=True),
    _moment("bound_at", null=True),
    _int("bound_by"),
    _flag("lost"),
    _flag("greeted"),
    _small("tries"),
    _moment("paused_until", null=True),
    _moment("listed_at", null=True),
    Column("recent", Text, nullable=False, server_default="[]"),
    clustered=False,
)
Index("ix_chat_agency", chat.c.community_id, chat.c.agency)

# Who works in a chat (T5). The name is sealed with the key of the house, for it concerns no resident.
official = _table(
    "official",
    ("peer", "user_id"),
    _int("peer"),
    _int("user_id"),
    _text("standing"),
    _moment("since"),
    _moment("until", null=True),
    _int("by_id"),
    _text("name"),
    clustered=True,
)

chat_code = _table(
    "chat_code",
    ("digest",),
    _text("digest"),
    _text("agency"),
    _moment("expires_at"),
    _moment("used_at", null=True),
    clustered=False,
)

# `cause_at`: when that happened in VK from which the message follows, through all steps between. `look_first`: an older
# copy was put back, so VK may have it already and is looked at before the first byte leaves (delivery.md §13).
outbox = _table(
    "outbox",
    ("id",),
    _int("id"),
    _int("peer"),
    _int("lane"),
    _int("seq"),
    _text("cause"),
    _text("origin"),
    _small("level"),
    _text("effect"),
    _text("kind"),
    _small("priority"),
    _text("body"),
    _text("appeal", null=True),
    _text("target", null=True),
    _flag("report"),
    _flag("upload"),
    _text("attachments", null=True),
    _text("lost"),
    _text("state"),
    _text("reason", null=True),
    _int("code", null=True),
    _int("random_id", null=True),
    _small("salt"),
    _int("epoch"),
    _small("attempts"),
    _small("looks"),
    _int("probe_from", null=True),
    _int("cmid", null=True),
    _moment("not_before", null=True),
    _moment("expires_at", null=True),
    _moment("next_at", null=True),
    _moment("created_at"),
    _moment("first_attempt_at", null=True),
    _moment("ended_at", null=True),
    _moment("cause_at", null=True),
    _small("look_first", "0"),
    UniqueConstraint("community_id", "cause"),
    UniqueConstraint("community_id", "random_id"),
    clustered=False,
)
Index("ix_outbox_due", outbox.c.community_id, outbox.c.priority, outbox.c.id, **_in(DUE))
Index("ix_outbox_lane", outbox.c.community_id, outbox.c.lane, outbox.c.seq, **_in(OPEN))
Index("ix_outbox_flying", outbox.c.community_id, outbox.c.id, **_in(FLYING))
Index("ix_outbox_parked", outbox.c.community_id, outbox.c.lane, **_in(PARKED))
Index("ix_outbox_appeal", outbox.c.community_id, outbox.c.appeal, **_where("appeal IS NOT NULL"))
Index("ix_outbox_origin", outbox.c.community_id, outbox.c.origin)
Index("ix_outbox_cmid", outbox.c.community_id, outbox.c.peer, outbox.c.cmid)
Index("ix_outbox_state", outbox.c.community_id, outbox.c.state)

# `parked` is the state that new rows of the lane take at once: nothing overtakes a parked message (I5).
lane = _table(
    "lane",
    ("lane",),
    _int("lane"),
    _int("seq"),
    _int("epoch"),
    _text("owner", null=True),
    _moment("lease_until", null=True),
    _text("parked", null=True),
    _int("code", null=True),
    clustered=True,
)

used_random_id = _table("used_random_id", ("random_id",), _int("random_id"), _int("cause_hash"), clustered=True)

# Which appeal a message in VK belongs to: a reply to it, or a button on it, finds the way back (I4).
link = _table("link", ("peer", "cmid"), _int("peer"), _int("cmid"), _text("appeal"), clustered=True)
Index("ix_link_appeal", link.c.community_id, link.c.appeal)

# `cause_at` as in the outbox: what a timer leads to may have been said before an older copy was put back.
timer = _table(
    "timer",
    ("name", "key"),
    _text("name"),
    _text("key"),
    _int("peer"),
    _moment("at"),
    _moment("cause_at", null=True),
    clustered=True,
)
Index("ix_timer_at", timer.c.community_id, timer.c.at)

directory = _table("directory", ("version",), _int("version"), _text("text"), _moment("saved_at"), clustered=False)

# Requests to be forgotten (R12). `subject` is the pseudonym; the VK id stands here only until it is done. `remains`:
# what is left in VK, for the act (R14).
erasure = _table(
    "erasure",
    ("id",),
    _int("id"),
    _text("subject"),
    _int("resident", null=True),
    _text("ground"),
    _moment("asked_at"),
    _moment("due_at"),
    _moment("erased_at", null=True),
    _moment("done_at", null=True),
    _text("remains"),
    clustered=False,
)
Index("ix_erasure_subject", erasure.c.community_id, erasure.c.subject)

# Append-only, each line with a keyed hash over itself and the line before (T22).
audit = _table(
    "audit",
    ("number",),
    _int("number"),
    _moment("at"),
    _int("actor"),
    _text("action"),
    _text("subject"),
    _text("detail"),
    _text("hash"),
    clustered=False,
)
Index("ix_audit_subject", audit.c.community_id, audit.c.subject)

# The last line, and the last one that retention has taken; locked by whoever adds, so the chain never forks.
chain = _table(
    "chain", (), _int("number"), _text("hash"), _int("base"), _text("base_hash"), _text("seal"), clustered=True
)
