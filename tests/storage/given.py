"""Short ways to bring a database into a state, for storage tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

from handlers.needs import needs
from states.decision import Decision
from states.directory import Agency, Directory, Group, Level, Route, Topic, Where
from states.effects import Effect, Kind, Priority, Send
from states.events import Event
from states.facts import CommunityPolicy, Facts, Rules
from states.finder import PlaceGuess, Problems
from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from storage.db import codec
from storage.db.database import Database
from storage.db.engines import compiled
from storage.db.master import Master
from storage.inbox import inbox
from storage.inbox.inbox import Arrived, Waiting
from storage.ops import statistics
from storage.outbox import claim, enqueue, outcomes
from storage.outbox.enqueue import Outgoing
from storage.unit_of_work import decisions, facts
from storage.unit_of_work.facts_asked import NONE, Loaders

C = 77
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CHAT = 2_000_000_001
CUR_CHAT = 2_000_000_002
MASTER = Master(bytes(range(32)))

HOUSE = CommunityPolicy(C, "Оператор", "Адрес", "почта", timezone(timedelta(hours=5)), "текст", "hash")
DIRECTORY = Directory(
    region="Область",
    formal_channel="https://пос.рф",
    emergency="112",
    agencies=(Agency("roads", "Дороги", "Дороги", Level.AGENCY), Agency("water", "Вода", "Вода", Level.AGENCY)),
    groups=(Group("city", "Город"),),
    topics=(
        Topic("pits", "city", "Ямы", joinable=True),
        Topic("pipes", "city", "Трубы", joinable=True),
        Topic("stars", "city", "Звёзды"),
    ),
    routes=(Route("roads", topic="pits"), Route("water", topic="pipes")),
)


class NoFinder:
    """Finds nothing."""

    def topics(self, text: str, limit: int = 3) -> tuple[str, ...]:
        return ()

    def place(self, text: str) -> PlaceGuess:
        return PlaceGuess()

    def search_places(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        return ()

    search_topics = search_agencies = search_places

    def elsewhere(self, text: str) -> str:
        return ""

    def address(self, text: str) -> str | None:
        return None

    def spot(self, text: str, where: Where) -> str:
        return ""

    def rest(self, text: str) -> str:
        return text

    def problems(self, text: str) -> Problems:
        return Problems()

    def named_topic(self, text: str, among: Sequence[str]) -> str | None:
        return None


class NoJudge:
    """Finds nothing wrong and nothing alike."""

    def blames(self, text: str, agency: str) -> bool:
        return False

    def alike(self, text: str, other: str) -> float:
        return 0.0

    def same_place(self, text: str, other: str) -> bool:
        return False

    def same_street(self, text: str, other: str) -> bool:
        return False


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def message(peer: int, cmid: int, *, content: bool = True, wanted: bool = False, raw: str = "{}") -> Arrived:
    return Arrived("message", peer, f"m:{cmid}", raw, peer, cmid, NOW, content, wanted)


def internal(peer: int, key: str, event: Event) -> Arrived:
    return Arrived("internal", peer, key, codec.encode(event))


async def ingest(db: Database, *arrived: Arrived, now: datetime = NOW, **more: Any) -> int:
    return await db.run(lambda tx: inbox.ingest(tx, arrived, now=now, **more))


async def heads(db: Database, now: datetime = NOW, limit: int = 50) -> list[Waiting]:
    return await db.run(lambda tx: inbox.next_events(tx, now, limit))


async def decide(db: Database, decision: Decision, peer: int = 1, now: datetime = NOW) -> None:
    """Keep this decision for a fresh event of that peer."""

    async def body(tx: Any) -> None:
        own = [event for event in await inbox.next_events(tx, now, 1000) if event.peer == peer]
        await decisions.keep_decisions(tx, [(own[0], decision)], now)

    key = f"own-{next(_keys)}"
    await ingest(db, Arrived("event", peer, key, "{}"), now=now)
    await db.run(body)


_keys = iter(range(10**9))


async def say(db: Database, *effects: Effect, now: datetime = NOW) -> int:
    return await db.run(lambda tx: enqueue.enqueue(tx, effects, now))


async def take(db: Database, now: datetime = NOW, limit: int = 25, worker: str = "one") -> list[Outgoing]:
    return await db.run(lambda tx: claim.claim_due(tx, worker, now, limit))


async def look(db: Database, now: datetime = NOW, worker: str = "one") -> list[Outgoing]:
    return await db.run(lambda tx: claim.claim_unverified(tx, worker, now, 25))


async def sent(db: Database, row: Outgoing, cmid: int, now: datetime = NOW) -> bool:
    return await db.run(lambda tx: outcomes.record_sent(tx, row.id, cmid, now))


async def identity(db: Database) -> dict[str, Any]:
    return await db.run(statistics.identity)


async def states(db: Database) -> dict[str, str]:
    """The state of every message by its cause."""
    from sqlalchemy import select

    from storage.db.schema import outbox as table

    rows = await db.run(lambda tx: tx.rows(select(table.c.cause, table.c.state)))
    return {row["cause"]: str(row["state"]) for row in rows}


async def load(
    db: Database,
    *events: tuple[Waiting, Event],
    now: datetime = NOW,
    rules: Rules = Rules(),  # noqa: B008 - frozen
    loaders: Loaders = NONE,
) -> Sequence[Facts]:
    known = {"policy": HOUSE, "directory": DIRECTORY, "find": NoFinder(), "judge": NoJudge()}
    wanted = partial(needs, rules=rules)
    return await db.run(
        lambda tx: facts.load_facts(tx, events, needs=wanted, now=now, rules=rules, loaders=loaders, **known)
    )


def send(peer: int, cause: str, **more: Any) -> Send:
    return Send(peer, cause, f"текст {cause}", **more)


def answer(peer: int, cause: str, appeal: str, **more: Any) -> Send:
    return Send(peer, cause, "ответ", Kind.ANSWER, Priority.ANSWER, appeal=appeal, report=True, **more)


def appeal(code: str, resident: int = 5, source: int = 1, **more: Any) -> tuple[Appeal, History]:
    """A new appeal and its first line."""
    values: dict[str, Any] = {"topic": "pits", "created_at": NOW, "pieces": (Piece(source, "яма"),)} | more
    one = Appeal(code, resident, source, Status.WAITING, 1, **values)
    return one, History(code, 1, NOW, resident, Action.SUBMIT, None, Status.WAITING)


def submitted(*made: tuple[Appeal, History], **more: Any) -> Decision:
    return Decision(appeals=tuple(one for one, _ in made), history=tuple(line for _, line in made), **more)


def waiting_of(peer: int, kind: str = "internal", cmid: int | None = None) -> Waiting:
    return Waiting(1, peer, "k", kind, "{}", 0, cmid, NOW, True, 0)


@contextmanager
def statements_seen() -> Iterator[list[str]]:
    """The texts of the statements that run on SQLite meanwhile, as the driver gets them."""
    seen: list[str] = []
    kept = compiled.Compiled.parameters

    def noting(self: Any, given: Any, extracted: Any) -> Any:
        text, values = kept(self, given, extracted)
        seen.append(text)
        return text, values

    compiled.Compiled.parameters = noting  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        compiled.Compiled.parameters = kept  # type: ignore[method-assign]
