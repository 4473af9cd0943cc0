"""Alembic's entry: runs migrations on the connection it is given. It must never open one itself."""

from __future__ import annotations

from alembic import context

from storage.db.crash_points import crash_point
from storage.db.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
    on_version_apply=lambda **_: crash_point("migrate: step"),
)
context.run_migrations()
