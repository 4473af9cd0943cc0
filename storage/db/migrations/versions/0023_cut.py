"""An erasure knows up to which message it goes, and which keys are still to be destroyed; blocks outlive it (R14)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from storage.db import keystore
from storage.db.engines.sqlite import run_to_end
from storage.db.keyring import Keyring

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasure", sa.Column("cut", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("erasure", sa.Column("old_keys", sa.Text(), nullable=False, server_default=""))
    op.add_column("erasure", sa.Column("spread", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What waits was to go with all that is known by now: the former version knew no cut.
    op.execute(
        "UPDATE erasure SET cut = coalesce((SELECT peer.high_watermark FROM peer WHERE "
        "peer.community_id = erasure.community_id AND peer.peer = erasure.resident), 0) WHERE erased_at IS NULL"
    )
    ring: Keyring = context.config.attributes["keys"]
    run_to_end(ring.store.call(keystore.complete))


def downgrade() -> None:
    op.drop_column("erasure", "spread")
    op.drop_column("erasure", "old_keys")
    op.drop_column("erasure", "cut")
