"""From decided messages to a model in use and its end, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region import learned
from bot.region.directory_json import to_json
from bot.upkeep import model_in_use
from features.learning import library
from matching import Matcher
from states.directory import Directory
from storage.db.database import Database
from storage.ops import bulk
from storage.privacy import audit, forgetting
from storage.records import communities, directory, models
from storage.records.communities import RegisteredCommunity
from tests.learning.made import WORDS, appeals
from tests.storage.conftest import C, db, engine, migrated  # noqa: F401
from tests.storage.conftest import postgresql as postgresql  # noqa: F401
from tests.storage.conftest import postgresql_template as postgresql_template  # noqa: F401
from tests.storage.conftest import sqlite_template as sqlite_template  # noqa: F401

SECOND = 202
DAY = timedelta(days=1)


class Later(Clock):
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


async def lived(db: Database, region: Directory, clock: Clock) -> None:  # noqa: F811
    """Half of the messages in another community."""
    now, rows = clock.now(), appeals(clock.now())
    await db.run(lambda tx: directory.save_text(tx, to_json(region), now))
    await db.run(lambda tx: communities.keep(tx, RegisteredCommunity(SECOND, "Школа", now), "key", now))
    await db.run(lambda tx: bulk.keep(tx, rows[::2]))
    await db.of(SECOND).run(lambda tx: bulk.keep(tx, rows[1::2]))


async def trained(db: Database, clock: Clock) -> int:  # noqa: F811
    made = await library.of_own(db, clock, lambda _line: None)
    return await library.keep(db, made, clock.now(), by=7)


async def test_learned_used_forgotten_and_over(
    db: Database,  # noqa: F811
    region: Directory,
    matcher: Matcher,
    tmp_path: Path,
    engine: str,  # noqa: F811
) -> None:
    clock = Later()
    await lived(db, region, clock)
    first = await trained(db, clock)
    (kept,) = await db.run(models.everything)
    assert kept.number == first == 1 and '"examples":400' in kept.report
    assert (await learned.load(db)).words == "без обучения", "nobody has said yes"
    assert await library.adopt(db, first, clock.now(), by=7) == []
    found = await learned.load(db)
    assert found.words == "с моделью № 1" and found.learned is not None
    text = f"у нас {WORDS['blago-detskaya']}"
    assert Matcher(region, found.learned, found.decides).topic(text).topics[0] == "blago-detskaya"
    assert matcher.topic(text).topics[:1] != ("blago-detskaya",)

    clock.at += DAY
    await db.of(SECOND).run(lambda tx: forgetting.erase(tx, 50_002, clock.now(), force=True))
    clock.at += DAY
    second = await trained(db, clock)
    assert '"examples":393' in (await db.run(models.everything))[0].report
    content = await db.run(lambda tx: models.content(tx, first))
    assert content is not None
    assert await library.adopt(db, second, clock.now()) == [first]
    with pytest.raises(Refusal, match="Возвращаться не к чему"):
        await library.back(db, clock.now())
    if engine == "sqlite":
        part = content[len(content) // 2 :][:2000]
        assert not [path.name for path in tmp_path.glob("test.db*") if part in path.read_bytes()]

    clock.at += DAY
    await db.run(lambda tx: forgetting.erase(tx, 50_001, clock.now(), force=True))
    assert await model_in_use.drop_past_term(db, clock.now() + 29 * DAY) == []
    assert await model_in_use.drop_past_term(db, clock.now() + 30 * DAY) == [second]
    assert (await learned.load(db)) == learned.NONE
    lines = await db.run(lambda tx: audit.newest(tx, 50))
    said = [(one["action"], one["subject"], one["actor"]) for one in lines if one["action"].startswith("model")]
    assert said == [
        ("model_trained", "model1", 7), ("model_adopted", "model1", 7), ("model_trained", "model2", 7),
        ("model_adopted", "model2", 0), ("model_deleted", "model1", 0), ("model_deleted", "model2", 0),
    ]  # fmt: skip
    assert await audit.verify(db) == []


async def test_without_a_directory_there_is_nothing_to_learn_by(db: Database) -> None:  # noqa: F811
    with pytest.raises(Refusal, match="Справочник ещё не загружен"):
        await trained(db, Later())
