"""The first tables, and the key that makes random ids and appeal numbers (delivery.md §7)."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "meta",
    "counter",
    "cursor",
    "directory",
    "peer",
    "known",
    "inbox",
    "dialogue",
    "consent",
    "appeal",
    "history",
    "chat",
    "chat_code",
    "timer",
    "link",
    "outbox",
    "lane",
    "used_random_id",
)


def upgrade() -> None:
    _house()
    _peers()
    _inbox()
    _residents()
    _appeals()
    _chats()
    _outbox()
    _lanes()
    # Made once and never again: the same cause must give the same random id after every restart and restore (I7).
    meta = sa.table("meta", sa.column("community_id"), sa.column("name"), sa.column("value"))
    op.execute(meta.insert().values(community_id=0, name="key", value=secrets.token_hex(32)))


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _house() -> None:
    op.create_table(
        "meta",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "name", name=op.f("pk_meta")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counter",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("worker", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "name", "worker", name=op.f("pk_counter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursor",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_cursor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directory",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "version", name=op.f("pk_directory")),
    )


def _peers() -> None:
    op.create_table(
        "peer",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("contiguous", sa.BigInteger(), nullable=False),
        sa.Column("known_max", sa.BigInteger(), nullable=False),
        sa.Column("gated", sa.Boolean(), nullable=False),
        sa.Column("behind", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "peer", name=op.f("pk_peer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_peer_behind", "peer", ["community_id", "behind", "peer"])
    op.create_table(
        "known",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("cmid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "peer", "cmid", name=op.f("pk_known")),
        sqlite_with_rowid=False,
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.BigInteger(), nullable=False),
        sa.Column("cmid", sa.BigInteger(), nullable=True),
        sa.Column("ord", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("community_id", "peer", "key", name=op.f("uq_inbox_community_id_peer_key")),
    )
    op.create_index(
        "ix_inbox_head", "inbox", ["community_id", "peer", "ord", "id"], **_where("state IN ('new', 'retry', 'wanted')")
    )
    op.create_index(
        "ix_inbox_pending", "inbox", ["community_id", "id"], **_where("state IN ('new', 'retry', 'wanted')")
    )
    op.create_index("ix_inbox_state", "inbox", ["community_id", "state"])


def _residents() -> None:
    op.create_table(
        "dialogue",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("resident", sa.BigInteger(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "resident", name=op.f("pk_dialogue")),
    )
    op.create_table(
        "consent",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("resident", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cmid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_resident", "consent", ["community_id", "resident"])


def _appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("resident", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("chat", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "code", name=op.f("pk_appeal")),
        sa.UniqueConstraint("community_id", "resident", "source", name=op.f("uq_appeal_community_id_resident_source")),
    )
    op.create_index("ix_appeal_resident", "appeal", ["community_id", "resident", "created_at"])
    op.create_index("ix_appeal_status", "appeal", ["community_id", "status", "created_at"])
    op.create_table(
        "history",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "code", "version", name=op.f("pk_history")),
    )


def _chats() -> None:
    op.create_table(
        "chat",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("bound_at", sa.BigInteger(), nullable=True),
        sa.Column("bound_by", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("greeted", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "peer", name=op.f("pk_chat")),
    )
    op.create_index("ix_chat_agency", "chat", ["community_id", "agency"])
    op.create_table(
        "chat_code",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "digest", name=op.f("pk_chat_code")),
    )
    op.create_table(
        "timer",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "name", "key", name=op.f("pk_timer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_timer_at", "timer", ["community_id", "at"])
    op.create_table(
        "link",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("cmid", sa.BigInteger(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "peer", "cmid", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("peer", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("report", sa.Boolean(), nullable=False),
        sa.Column("upload", sa.Boolean(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=True),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("code", sa.BigInteger(), nullable=True),
        sa.Column("random_id", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("probe_from", sa.BigInteger(), nullable=True),
        sa.Column("cmid", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("first_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("community_id", "cause", name=op.f("uq_outbox_community_id_cause")),
        sa.UniqueConstraint("community_id", "random_id", name=op.f("uq_outbox_community_id_random_id")),
    )
    _outbox_indexes()


def _outbox_indexes() -> None:
    op.create_index("ix_outbox_cmid", "outbox", ["community_id", "peer", "cmid"], **_where("cmid IS NOT NULL"))
    op.create_index(
        "ix_outbox_due", "outbox", ["community_id", "priority", "id"], **_where("state IN ('ready', 'preparing')")
    )
    op.create_index("ix_outbox_flying", "outbox", ["community_id", "id"], **_where("state IN ('in_flight', 'unknown')"))
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["community_id", "lane", "seq"],
        **_where("state IN ('ready', 'preparing', 'in_flight', 'unknown')"),
    )
    op.create_index("ix_outbox_origin", "outbox", ["community_id", "origin"])
    op.create_index(
        "ix_outbox_parked", "outbox", ["community_id", "lane"], **_where("state IN ('parked_recipient', 'parked_chat')")
    )
    op.create_index("ix_outbox_state", "outbox", ["community_id", "state"])
    op.create_index(
        "ix_outbox_unsent", "outbox", ["community_id", "appeal"], **_where("state IN ('ready', 'preparing')")
    )


def _lanes() -> None:
    op.create_table(
        "lane",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("parked", sa.Text(), nullable=True),
        sa.Column("code", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "lane", name=op.f("pk_lane")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "used_random_id",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("random_id", sa.BigInteger(), nullable=False),
        sa.Column("cause_hash", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "random_id", name=op.f("pk_used_random_id")),
        sqlite_with_rowid=False,
    )
