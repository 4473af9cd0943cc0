"""Mutated events all the way: door, inbox, facts, decision, outbox, on a real database, all but VK itself (T24).

An exception out of the door or out of a batch would end the process: it is a finding. So is a handler that raises.
"""

from __future__ import annotations

import copy
import random
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.delivery import work
from bot.delivery.listen import ingest
from bot.delivery.send import LEASE, PER_CALL, Sender, keep
from bot.delivery.send_outcome import SendOutcome, Verdict
from bot.runtime import Runtime
from bot.vk.parse import arrived_message, mapping, message_of, number_of, whole
from handlers.text import actions
from states.decision import Decision
from states.messages import Command, is_chat
from states.people.chats import CUR, Chat
from states.people.officials import Official, Standing
from storage.db import schema
from storage.inbox import inbox, watermarks
from storage.outbox import claim
from storage.records import chats, officials
from tests.hostile import shapes
from tests.hostile.texts import strange

COMMUNITY = 101
RESIDENTS = range(5001, 5041)
OFFICIALS = (6001, 6002)
CHATS = {2_000_000_001: "mindor", 2_000_000_002: "minzdrav", 2_000_000_003: CUR}
UNBOUND = 2_000_000_009
STORIES = ("Яма на дороге, Миасс, улица Ленина, дом 5", "Не записаться к врачу, Копейск", "Пожар!", "Нет воды, Сатка")
MUTATED = 0.85
SLOWEST_P99 = 0.05
SENT_BY = "one"
POISON = "отравленное слово"


@dataclass
class Figures:
    events: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[-1]

    def line(self) -> str:
        states = ", ".join(f"{name} {count}" for name, count in sorted(self.states.items()))
        return (
            f"{self.events} событий, решений {len(self.seconds)}, p99 решения {self.p99 * 1000:.1f} мс; "
            f"в ящике: {states}; сбоев {len(self.wrong)}"
        )


@dataclass
class Scene:
    """A bot without VK and the people of its region. `numbers` is how far each dialogue goes."""

    bot: Runtime
    chance: random.Random
    figures: Figures = field(default_factory=Figures)
    numbers: Counter[int] = field(default_factory=Counter)
    cards: dict[int, list[int]] = field(default_factory=dict)
    pool: list[shapes.Json] = field(default_factory=list)
    events: int = 0

    # Events.

    def message(self, peer: int, author: int, **more: Any) -> shapes.Json:
        self.numbers[peer] += 1
        self.events += 1
        told = {
            "id": 0,
            "peer_id": peer,
            "from_id": author,
            "conversation_message_id": self.numbers[peer],
            "date": int(self.bot.clock.now().timestamp()),
            "out": 0,
            "text": "",
            "attachments": [],
            "fwd_messages": [],
            **more,
        }
        return {
            "type": "message_new",
            "event_id": f"e{self.events}",
            "group_id": COMMUNITY,
            "object": {"message": told},
        }

    def pressed(self, peer: int, user: int, command: Command, cmid: int) -> shapes.Json:
        self.events += 1
        body = {"user_id": user, "peer_id": peer, "event_id": f"b{self.events}", "conversation_message_id": cmid}
        body["payload"] = self.bot.signer.payload(peer, command)
        return {"type": "message_event", "event_id": f"e{self.events}", "group_id": COMMUNITY, "object": body}

    def plausible(self) -> shapes.Json:
        """What people do: write, press, answer, edit; or an event from the pool, moved to one of our dialogues."""
        chance, dice = self.chance, self.chance.random()
        peer = chance.choice(RESIDENTS)
        if dice < 0.3:
            return self.message(peer, peer, text=chance.choice((*STORIES, "1", strange(chance), "Мои сообщения")))
        if dice < 0.5:
            action = chance.choice(ACTIONS)
            return self.message(peer, peer, text="кнопка", payload=self.bot.signer.payload(peer, Command(action)))
        chat = chance.choice((*CHATS, UNBOUND))
        card = chance.choice(self.cards.get(chat, [1]))
        if dice < 0.6:
            reply = {"from_id": -COMMUNITY, "conversation_message_id": card, "date": 1, "text": strange(chance)}
            return self.message(chat, chance.choice(OFFICIALS), text="Ответ жителю", reply_message=reply)
        if dice < 0.7:
            return self.pressed(chat, chance.choice(OFFICIALS), Command(chance.choice(CHAT_ACTIONS)), card)
        return self.moved(copy.deepcopy(chance.choice(self.pool)), chance.choice((peer, chat)))

    def moved(self, event: shapes.Json, peer: int) -> shapes.Json:
        body = event.get("object")
        inner = body.get("message") if isinstance(body, dict) and isinstance(body.get("message"), dict) else body
        self.events += 1
        event["event_id"] = f"e{self.events}"
        if isinstance(inner, dict):
            author = self.chance.choice(OFFICIALS) if is_chat(peer) else peer
            inner |= {name: peer for name in ("peer_id",) if name in inner or event["type"].startswith("message")}
            inner |= {name: author for name in ("from_id", "user_id") if name in inner}
            if event["type"] in ("message_new", "message_reply"):
                self.numbers[peer] += 1
                inner["conversation_message_id"] = self.numbers[peer]
        return event

    def tame(self, event: Any) -> Any:
        """A number far ahead makes a dialogue wait for all before it. A few are enough: the others must go on."""
        message = message_of(mapping(event))
        ahead = number_of(message) - self.numbers[whole(message.get("peer_id"))]
        if ahead > 300 and isinstance(message, dict) and self.chance.random() < 0.99:
            message["conversation_message_id"] = 1
        return event

    # The bot.

    async def safely(self, what: str, body: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await body()
        except Exception as error:  # noqa: BLE001 - the finding
            self.figures.wrong.append(f"{what}: {type(error).__name__}: {error}"[:500])
            return 0

    async def take(self, updates: list[Any]) -> None:
        """One answer of the long poll, all that follows from it, and everything sent."""
        self.figures.events += len(updates)
        await self.safely("дверь", lambda: ingest(self.bot, updates, "1"))
        for _ in range(2000):
            if not await self.safely("пачка", self.decide) and not await self.safely("отправка", self.send_all):
                break

    async def decide(self) -> int:
        return (await work.one_batch(self.bot, guarded=False)).count

    async def send_all(self) -> int:
        bot, done = self.bot, 0
        while True:
            now = bot.clock.now()
            rows = await bot.db.run(lambda tx: claim.claim_due(tx, SENT_BY, now, PER_CALL, LEASE))  # noqa: B023
            if not rows:
                return done
            outcomes = []
            for row in rows:
                self.numbers[row.peer] += 1
                self.cards.setdefault(row.peer, []).append(self.numbers[row.peer])
                outcomes.append((row, SendOutcome(Verdict.SENT, cmid=self.numbers[row.peer])))
            await keep(Sender(bot, SENT_BY), outcomes)
            done += len(rows)

    async def fill_gaps(self) -> None:
        """As catch-up: what a mutation has moved away is nowhere, and what came cropped is read again."""
        numbers = [(peer, cmid) for peer, last in self.numbers.items() for cmid in range(max(1, last - 400), last + 1)]
        await self.bot.db.run(lambda tx: watermarks.mark(tx, numbers))
        wanted = select(schema.inbox.c.peer, schema.inbox.c.cmid).where(schema.inbox.c.state == "wanted")
        rows = await self.bot.db.run(lambda tx: tx.rows(wanted))
        now = int(self.bot.clock.now().timestamp())
        told = {"date": now, "text": "ещё"}
        read = [
            {"peer_id": row["peer"], "from_id": row["peer"], "conversation_message_id": row["cmid"], **told}
            for row in rows
        ]
        again = [arrived_message(one, consented=True, chat_bound=True) for one in read]
        await self.bot.db.run(lambda tx: inbox.ingest(tx, again, now=self.bot.clock.now()))

    async def settle(self) -> None:
        await self.fill_gaps()
        await self.take([])

    async def travel(self, **time_: float) -> None:
        self.bot.clock.offset += timedelta(**time_)

    async def count_states(self) -> None:
        query = select(schema.inbox.c.state, func.count().label("n")).group_by(schema.inbox.c.state)
        rows = await self.bot.db.run(lambda tx: tx.rows(query))
        self.figures.states = {row["state"]: row["n"] for row in rows}


ACTIONS = sorted(value for name, value in vars(actions).items() if name.isupper() and isinstance(value, str))
CHAT_ACTIONS = ACTIONS


async def furnished(bot: Runtime, seed: int) -> Scene:
    """Chats bound, residents who agreed, some with appeals."""
    scene = Scene(bot, random.Random(seed))
    scene.pool = shapes.of_the_emulator() + shapes.of_the_types(random.Random(seed), 4)
    now = bot.clock.now()
    bound = [Chat(peer, agency, now) for peer, agency in CHATS.items()]
    people = [Official(peer, user, Standing.WORKS, now) for peer in CHATS for user in OFFICIALS]
    await bot.db.run(lambda tx: chats.keep(tx, bound))
    await bot.db.run(lambda tx: officials.keep(tx, people))
    await scene.take([scene.message(peer, peer, text="Здравствуйте") for peer in RESIDENTS])
    agree = Command(actions.CONSENT)
    await scene.take(
        [
            scene.message(resident, resident, text="Даю согласие", payload=bot.signer.payload(resident, agree))
            for resident in RESIDENTS
        ]
    )
    await scene.settle()
    for words in (STORIES[0], "1"):
        await scene.take([scene.message(peer, peer, text=words) for peer in RESIDENTS[:20]])
        await scene.travel(seconds=10)
        await scene.take([])
    return scene


def timed(figures: Figures, poison: bool = False) -> Callable[..., Decision]:
    """`decide` with a stopwatch of this thread; it raises for the poisoned word when told to."""
    plain = work.decide

    def decide(facts: Any, event: Any) -> Decision:
        begun = time.thread_time()
        try:
            if poison and POISON in repr(event):
                raise ZeroDivisionError(POISON)
            return plain(facts, event)
        except Exception as error:
            if not poison:
                figures.wrong.append(f"решение: {type(error).__name__}: {error}: {event!r}"[:600])
            raise
        finally:
            figures.seconds.append(time.thread_time() - begun)

    return decide


async def attack(bot: Runtime, count: int, seed: int) -> Figures:
    scene = await furnished(bot, seed)
    scene.figures = replace(scene.figures, events=0)
    plain, work.decide = work.decide, timed(scene.figures)  # type: ignore[assignment]
    try:
        while scene.figures.events < count:
            batch: list[Any] = []
            for _ in range(64):
                event: Any = scene.plausible()
                scene.figures.kinds[str(event.get("type"))] += 1
                mutated = scene.chance.random() < MUTATED
                batch.append(scene.tame(shapes.mutated(scene.chance, event, scene.pool)) if mutated else event)
            await scene.take(batch)
            if scene.chance.random() < 0.2:
                await scene.travel(seconds=scene.chance.choice((5, 60, 4000)))
                await scene.settle()
        await scene.settle()
    finally:
        work.decide = plain  # type: ignore[assignment]
    await scene.count_states()
    figures = scene.figures
    if figures.p99 > SLOWEST_P99:
        figures.wrong.append(f"p99 решения {figures.p99 * 1000:.0f} мс")
    figures.wrong += [f"{name}: {figures.states[name]}" for name in ("dead", "retry") if figures.states.get(name)]
    return figures
