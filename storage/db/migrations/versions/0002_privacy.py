"""What people wrote is sealed in place; requests to be forgotten and the audit log get their tables (T21, T22, R12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from storage.db import keyring
from storage.db.engines.sqlite import run_to_end
from storage.db.keyring import Field, Keyring, subject_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHUNK = 500
_TABLES = {
    "inbox": ("community_id", "id", "peer", "key", "state", "raw"),
    "dialogue": ("community_id", "resident", "body"),
    "appeal": ("community_id", "code", "resident", "body"),
    "history": ("community_id", "code", "version", "reason"),
    "outbox": ("community_id", "id", "peer", "appeal", "origin", "state", "body", "attachments", "lost"),
}
_KEYS = {
    "inbox": ("community_id", "id"),
    "dialogue": ("community_id", "resident"),
    "appeal": ("community_id", "code"),
    "history": ("community_id", "code", "version"),
    "outbox": ("community_id", "id"),
}
Row = dict[str, Any]
Cell = tuple[Row, Field, int, str]
"""A row, one of its columns, whose key, and its name in the seal."""


def upgrade() -> None:
    op.add_column("peer", sa.Column("erased", sa.BigInteger(), nullable=False, server_default="0"))
    _erasure()
    _audit()
    _indexes()
    ring: Keyring = context.config.attributes["keys"]
    meta = sa.table("meta", sa.column("community_id"), sa.column("name"), sa.column("value"))
    op.execute(meta.insert().values(community_id=0, name="keys", value=run_to_end(ring.begin())))
    for table in _TABLES:
        for rows in _chunks(table):
            _write(table, rows, [_sealed(ring, cells) for cells in _by_field(rows, table)])


def downgrade() -> None:
    ring: Keyring = context.config.attributes["keys"]
    run_to_end(ring.begin())
    for table in reversed(_TABLES):
        for rows in _chunks(table):
            _write(table, rows, [_opened(ring, cells) for cells in _by_field(rows, table)])
    op.execute("DELETE FROM meta WHERE name = 'keys'")
    _no_indexes()
    for name in ("erasure", "audit", "chain"):
        op.drop_table(name)
    op.drop_column("peer", "erased")


def _indexes() -> None:
    """Everything of one resident and of one appeal is found without reading every message."""
    op.drop_index("ix_outbox_unsent", "outbox")
    op.create_index("ix_outbox_appeal", "outbox", ["community_id", "appeal"], **_where("appeal IS NOT NULL"))
    op.drop_index("ix_outbox_cmid", "outbox")
    op.create_index("ix_outbox_cmid", "outbox", ["community_id", "peer", "cmid"])
    op.create_index("ix_link_appeal", "link", ["community_id", "appeal"])


def _no_indexes() -> None:
    op.drop_index("ix_link_appeal", "link")
    op.drop_index("ix_outbox_cmid", "outbox")
    op.create_index("ix_outbox_cmid", "outbox", ["community_id", "peer", "cmid"], **_where("cmid IS NOT NULL"))
    op.drop_index("ix_outbox_appeal", "outbox")
    due = _where("state IN ('ready', 'preparing')")
    op.create_index("ix_outbox_unsent", "outbox", ["community_id", "appeal"], **due)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _erasure() -> None:
    op.create_table(
        "erasure",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("resident", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("remains", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_subject", "erasure", ["community_id", "subject"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "number", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_subject", "audit", ["community_id", "subject"])
    op.create_table(
        "chain",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("base_hash", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_chain")),
        sqlite_with_rowid=False,
    )


def _of(table: str) -> sa.TableClause:
    return sa.table(table, *(sa.column(name) for name in _TABLES[table]))


def _chunks(table: str) -> Iterator[list[Row]]:
    """All rows of a table, a few at a time, by its key."""
    found, keys = _of(table), _KEYS[table]
    key = sa.tuple_(*(found.c[name] for name in keys))
    query = sa.select(found).order_by(*(found.c[name] for name in keys)).limit(CHUNK)
    after: tuple[Any, ...] | None = None
    while True:
        page = query if after is None else query.where(key > sa.tuple_(*(sa.literal(one) for one in after)))
        rows = [dict(row) for row in op.get_bind().execute(page).mappings()]
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][name] for name in keys)


def _write(table: str, rows: Sequence[Row], columns: Sequence[list[tuple[Row, str, str]]]) -> None:
    """The new values back into their rows."""
    for column in columns:
        for row, name, value in column:
            row[name] = value
    found = _of(table)
    mine = sa.and_(*(found.c[name] == sa.bindparam(f"of_{name}") for name in _KEYS[table]))
    names = sorted({name for column in columns for _, name, _ in column})
    if not names:
        return
    statement = found.update().where(mine).values({name: sa.bindparam(f"new_{name}") for name in names})
    params = [
        {f"of_{name}": row[name] for name in _KEYS[table]} | {f"new_{name}": row[name] for name in names}
        for row in rows
    ]
    op.get_bind().execute(statement, params)


def _by_field(rows: Sequence[Row], table: str) -> list[list[Cell]]:
    match table:
        case "inbox":
            return [[(row, keyring.RAW, subject_of(row["peer"]), f"{row['peer']}|{row['key']}") for row in rows]]
        case "dialogue":
            return [[(row, keyring.DIALOGUE, row["resident"], str(row["resident"])) for row in rows]]
        case "appeal":
            return [[(row, keyring.APPEAL, row["resident"], row["code"]) for row in rows]]
        case "history":
            whose = _residents({row["code"] for row in rows})
            return [
                [(row, keyring.REASON, whose.get(row["code"], 0), f"{row['code']}|{row['version']}") for row in rows]
            ]
        case _:
            whose = _residents({row["appeal"] for row in rows if row["appeal"]})
            subjects = [subject_of(row["peer"]) or whose.get(row["appeal"], 0) for row in rows]
            return [
                [(row, field, subject, row["origin"]) for row, subject in zip(rows, subjects, strict=True)]
                for field in (keyring.BODY, keyring.ATTACHMENTS, keyring.LOST)
            ]


def _residents(codes: set[str]) -> dict[str, int]:
    found = _of("appeal")
    query = sa.select(found.c.code, found.c.resident).where(found.c.code.in_(sorted(codes)))
    return {row.code: row.resident for row in op.get_bind().execute(query)}


def _sealed(ring: Keyring, cells: Sequence[Cell]) -> list[tuple[Row, str, str]]:
    done: list[tuple[Row, str, str]] = []
    for community, field, some in _by_community(cells):
        # Handled, and concerning nobody knows whom: not kept (docs/decisions/0010).
        values = [(to, name, "" if _handled(row, to) else row[field.column]) for row, _, to, name in some]
        sealed = run_to_end(ring.view(community).seal(field, values))
        done += [(row, field.column, text) for (row, *_), text in zip(some, sealed, strict=True)]
    return done


def _handled(row: Row, subject: int) -> bool:
    return subject == keyring.COMMUNITY_KEY and row.get("state") in ("done", "ignored", "sent", "cancelled")


def _opened(ring: Keyring, cells: Sequence[Cell]) -> list[tuple[Row, str, str]]:
    done: list[tuple[Row, str, str]] = []
    for community, field, some in _by_community(cells):
        opened = run_to_end(ring.view(community).unseal(field, [(name, row[field.column]) for row, _, _, name in some]))
        done += [(row, field.column, text or "") for (row, *_), text in zip(some, opened, strict=True)]
    return done


def _by_community(cells: Sequence[Cell]) -> list[tuple[int, Field, list[Cell]]]:
    """Those that hold anything; of a chunk all cells are of one column."""
    full = [cell for cell in cells if cell[0][cell[1].column] not in (None, "", "[]")]
    communities = sorted({cell[0]["community_id"] for cell in full})
    return [(of, full[0][1], [cell for cell in full if cell[0]["community_id"] == of]) for of in communities]
