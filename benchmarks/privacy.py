"""What privacy costs: a new master key, an incident export, an erasure, for so many residents with an appeal each.

The bars are those of security.md §3: keys wrapped anew within a minute for 100,000 residents, an export within minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from benchmarks.rig.stand import COMMUNITY, machine  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402
from states.dialogue import Dialogue  # noqa: E402
from states.lifecycle.appeal import Appeal, Piece, Status  # noqa: E402
from storage.db import schema  # noqa: E402
from storage.db.codec import encode  # noqa: E402
from storage.db.database import Database, Transaction  # noqa: E402
from storage.db.keyring import APPEAL, DIALOGUE  # noqa: E402
from storage.db.master import Master  # noqa: E402
from storage.db.migrations import migrate  # noqa: E402
from storage.privacy import community_key, forgetting, incident  # noqa: E402

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TEXT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5. Машины бьют колёса. " * 4
CHUNK = 1000
BARS = {"a new master key, s": 60.0, "incident export, s": 180.0, "an erasure, s": 5.0}


async def fill(tx: Transaction, people: range) -> None:
    """Residents with a dialogue and an appeal, as the bot keeps them."""
    dialogues = [Dialogue(who, touched_at=NOW) for who in people]
    values = [(dialogue.resident, str(dialogue.resident), encode(dialogue)) for dialogue in dialogues]
    bodies = await tx.keys.seal(DIALOGUE, values)
    rows: list[dict[str, Any]] = [
        {"community_id": COMMUNITY, "resident": one.resident, "consent": "", "touched_at": NOW, "body": body}
        for one, body in zip(dialogues, bodies, strict=True)
    ]
    await tx.execute_many(insert(schema.dialogue), rows)
    made = [
        Appeal(f"n{who}", who, 1, Status.WAITING, 1, "pits", NOW, (Piece(1, TEXT),), address="улица") for who in people
    ]
    bodies = await tx.keys.seal(APPEAL, [(one.resident, one.code, encode(one)) for one in made])
    common = {"community_id": COMMUNITY, "source": 1, "status": "waiting", "version": 1, "topic": "pits"}
    rows = [
        {**common, "code": one.code, "resident": one.resident, "created_at": NOW, "body": body}
        for one, body in zip(made, bodies, strict=True)
    ]
    await tx.execute_many(insert(schema.appeal), rows)


async def measured(count: int) -> dict[str, float]:
    """The seconds of each operation in a new database with so many residents."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="privacy-") as folder:
        url, old = f"sqlite+aiosqlite:///{folder}/bot.db", Master(bytes(32))
        await migrate(url, master=old)
        db = await Database.open(url, master=old, community=COMMUNITY)
        for start in range(1, count + 1, CHUNK):
            await db.run(lambda tx: fill(tx, range(start, min(start + CHUNK, count + 1))))  # noqa: B023
        begun = time.perf_counter()
        keys = await db.run(lambda tx: tx.keys.ring.rotate(Master(bytes(range(32)))))
        found["a new master key, s"] = time.perf_counter() - begun
        begun, people = time.perf_counter(), 0
        async for page in incident.affected_people(db, NOW, NOW):
            people += len(page)
        found["incident export, s"] = time.perf_counter() - begun
        begun = time.perf_counter()
        await db.run(lambda tx: forgetting.erase(tx, count // 2, NOW))
        await community_key.finish(db, NOW)
        found["an erasure, s"] = time.perf_counter() - begun
        await db.close()
    assert keys == people == count
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    options = parser.parse_args()
    found = asyncio.run(measured(options.residents))
    rows = [[what, f"{value:.2f}", f"≤ {BARS[what]:.0f}"] for what, value in found.items()]
    command = f"python benchmarks/privacy.py --residents {options.residents}"
    table = Table("privacy", command, machine(), ["what", "measured", "demanded"], rows)
    print(table.text())
    if options.write:
        write([table])
    return int(any(value > BARS[what] for what, value in found.items()))


if __name__ == "__main__":
    raise SystemExit(main())
