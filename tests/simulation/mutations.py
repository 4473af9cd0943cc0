"""What each mutant takes out of the real code, from outside: a function or a statement replaced while a seed is played.

Production code has no switch for it. A mutation changes one mechanism and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, update

import bot.app
import bot.delivery.listen
import bot.delivery.recovery
import bot.delivery.send
import bot.delivery.work
import bot.upkeep.retention
import features.callback.routes
import handlers.lifecycle.alarms
import handlers.lifecycle.answering
import handlers.lifecycle.incidents
import handlers.lifecycle.withdrawing
import handlers.official.approving
import handlers.official.completing
import handlers.official.correcting
import handlers.official.sources
import handlers.resident.consent
import handlers.resident.danger
import handlers.resident.doubts
import handlers.resident.drafting
import handlers.resident.guessing
import handlers.resident.sending
import handlers.resident.telling
import handlers.system.delivery
import handlers.system.window
import handlers.views.possible
import handlers.views.similar
import storage.inbox.history
import storage.inbox.watermarks
import storage.ops.recovery
import storage.outbox.claim
import storage.outbox.enqueue
import storage.outbox.outcomes
import storage.outbox.random_ids
import storage.privacy.erasures
import storage.privacy.spared
from bot.delivery.send_outcome import SendOutcome, Verdict
from bot.runtime import Runtime
from features.callback.routes import Callback, VkReply
from handlers.lifecycle.withdrawing import Retracted
from handlers.resident.reading import Reading
from handlers.text import actions, texts_danger
from handlers.views.turn import Turn
from states.decision import Decision, ignore
from states.dialogue import Draft
from states.effects import Effect, Send, Source
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.messages import Command, Message, is_person
from states.people.chats import Chat
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.db.schema import Moment, cursor, outbox, used_random_id
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, upsert
from storage.inbox import inbox
from storage.inbox.watermarks import Peer
from storage.ops.recovery import Watermark
from storage.outbox.enqueue import DUE, FLYING, OutboxState, Outgoing, move
from storage.outbox.random_ids import RandomIdRequest
from storage.privacy.spared import Border

Mutation = Callable[[], AbstractContextManager[None]]


@contextmanager
def replaced(*places: tuple[Any, str, Any]) -> Iterator[None]:
    """Each (where, name) is this value until the end."""
    before = [(where, name, getattr(where, name)) for where, name, _ in places]
    for where, name, value in places:
        setattr(where, name, value)
    try:
        yield
    finally:
        for where, name, value in before:
            setattr(where, name, value)


@contextmanager
def unchanged() -> Iterator[None]:
    yield


@contextmanager
def together(*mutations: Mutation) -> Iterator[None]:
    with ExitStack() as stack:
        for mutation in mutations:
            stack.enter_context(mutation())
        yield


# Catch-up.


def no_catch_up() -> AbstractContextManager[None]:
    """VK's history is read only for what was dropped before consent; what the long poll lost stays lost."""

    async def none_behind(*_: object) -> list[Any]:
        return []

    async def no_sweep(bot: Runtime) -> None:
        await bot.stopping.wait()

    def no_numbers(*_: object) -> list[int]:
        return []

    return replaced((storage.inbox.history, "missing_numbers", no_numbers), (bot.app, "verify_dialogues", no_sweep))


def highest_number() -> AbstractContextManager[None]:
    """A dialogue is known as far as its highest number; a hole below it is not seen."""

    def advance(peer: Peer, stored: set[int]) -> None:
        peer.low_watermark = max({peer.low_watermark} | peer.learned | stored)
        peer.high_watermark = max(peer.high_watermark, peer.low_watermark)

    return replaced((storage.inbox.watermarks, "_advance", advance))


# random_id.


def new_id_for_each_attempt() -> AbstractContextManager[None]:
    real = storage.outbox.claim.claim_due

    async def take(tx: Transaction, worker: str, now: datetime, *more: Any) -> list[Outgoing]:
        rows = await real(tx, worker, now, *more)
        return [await _with_another_id(tx, row) if row.attempts > 1 else row for row in rows]

    return replaced((storage.outbox.claim, "claim_due", take))


async def _with_another_id(tx: Transaction, row: Outgoing) -> Outgoing:
    if row.random_id is None:
        return row
    wanted = RandomIdRequest(row.peer, f"{row.cause}|attempt {row.attempts}")
    number, _ = (await storage.outbox.enqueue.allot(tx, [wanted]))[wanted]
    await tx.execute(update(outbox).where(in_community(outbox), outbox.c.id == row.id).values(random_id=number))
    return replace(row, random_id=number)


def id_zero() -> AbstractContextManager[None]:
    real = bot.delivery.send.call_of

    def call_of(*of: Any) -> tuple[str, dict[str, Any]]:
        method, params = real(*of)
        return method, {**params, "random_id": 0} if method == "messages.send" else params

    return replaced((bot.delivery.send, "call_of", call_of))


def counter_id() -> AbstractContextManager[None]:
    """The number of the row: an older copy gives it out again."""

    async def allot(tx: Transaction, wanted: list[RandomIdRequest]) -> dict[RandomIdRequest, tuple[int, int]]:
        row = await tx.row(select(func.count().label("n")).where(in_community(used_random_id)))
        found = {one: (number, 0) for number, one in enumerate(wanted, (row["n"] if row else 0) + 1)}
        rows = [{"random_id": number, "cause_hash": number} for number, _ in found.values()]
        await insert_missing(tx, used_random_id, rows)
        return found

    return replaced((storage.outbox.enqueue, "allot", allot), (storage.outbox.outcomes, "allot", allot))


# Looking.


def no_look() -> AbstractContextManager[None]:
    """What nobody knows the outcome of is sent again at once."""

    async def look(*_: object) -> SendOutcome:
        return SendOutcome(Verdict.ABSENT)

    return replaced((bot.delivery.send, "verify_delivery", look))


# An older copy (§13).


def no_look_after_restore() -> AbstractContextManager[None]:
    """What waited in the copy is held back, whatever VK shows of it."""
    return replaced((bot.delivery.recovery, "shown_as", lambda *_, **__: None))


def reads_the_erased() -> AbstractContextManager[None]:
    """Whoever is on the erasure list is read from the first message on."""
    real = storage.ops.recovery.watermarks

    async def watermarks(tx: Transaction, heads: Mapping[int, int]) -> dict[int, Watermark]:
        gone = await tx.keys.last_forgotten([head for head in heads if is_person(head)])
        return {**await real(tx, heads), **dict.fromkeys(gone, Watermark(0))}

    return replaced((storage.ops.recovery, "watermarks", watermarks))


def sends_the_taken_back() -> AbstractContextManager[None]:
    """What waited in the copy leaves as if nobody could have taken it back since."""

    async def hold(*_: object) -> None:
        return None

    return replaced((storage.ops.recovery, "hold", hold))


def fires_timers_of_the_window() -> AbstractContextManager[None]:
    """What fell due in the window fires after it."""

    async def drop_timers(*_: object) -> list[Any]:
        return []

    return replaced((storage.ops.recovery, "drop_timers", drop_timers))


def lists_nothing() -> AbstractContextManager[None]:
    """No chat reads what it has to look after."""

    async def lists(*_: object) -> None:
        return None

    return replaced((bot.delivery.recovery, "lists", lists))


def all_into_the_draft() -> AbstractContextManager[None]:
    """What was said and pressed about messages that the copy knows is in the draft, or gone."""

    def nothing(*_: object) -> None:
        return None

    return replaced(
        (handlers.system.window, "placed_words", nothing), (handlers.system.window, "placed_press", nothing)
    )


# The consent.


def presses_forgotten() -> AbstractContextManager[None]:
    """What is pressed while a consent is asked for anew is over with the question."""
    return replaced((handlers.resident.consent, "waits", lambda _turn, command: command is None))


# Order, workers.


def no_gap_gate() -> AbstractContextManager[None]:
    """A message is handled while a lower number of its dialogue is unknown."""
    ready = and_(
        inbox._IS_HEAD,
        inbox._head.c.state != "wanted",
        or_(inbox._head.c.next_at.is_(None), inbox._head.c.next_at <= bindparam("now", type_=Moment)),
    )
    heads = select(*inbox._WAITING).where(ready).order_by(inbox._head.c.id)
    return replaced((inbox, "_HEADS", heads.limit(bindparam("most", type_=BigInteger))))


def two_senders() -> AbstractContextManager[None]:
    """Not a mutation: two send loops in one process, as two workers on PostgreSQL are."""
    real_send, real_recover = bot.app.send, storage.outbox.claim.recover_leases

    async def send(running: Runtime) -> None:
        await running.db.run(lambda tx: real_recover(tx, running.clock.now()))
        async with asyncio.TaskGroup() as group:
            for name in ("one", "two"):
                group.create_task(real_send(running, name))

    async def recover(*_: object) -> int:
        return 0

    return replaced((bot.app, "send", send), (storage.outbox.claim, "recover_leases", recover))


def no_lease() -> AbstractContextManager[None]:
    """A lane is claimed for no time at all."""
    return replaced((bot.delivery.send, "LEASE", timedelta(0)))


def two_senders_short_of_time() -> AbstractContextManager[None]:
    """Not a mutation: two send loops and a lease that often ends while a request is still under way."""
    return together(two_senders, lambda: replaced((bot.delivery.send, "LEASE", timedelta(seconds=1))))


def fact_fenced_and_dropped() -> AbstractContextManager[None]:
    """A success counts only under the fencing token that took the row; else the row is given up."""
    real = bot.delivery.send.record_sent

    async def record_sent(tx: Transaction, running: Runtime, delivered: Sequence[tuple[Outgoing, SendOutcome]]) -> None:
        kept = []
        for row, outcome in delivered:
            found = await storage.outbox.outcomes.load(tx, row.id)
            if found["fencing_token"] == row.fencing_token and found["state"] in FLYING:
                kept.append((row, outcome))
            elif found["state"] in FLYING | DUE:
                before = [OutboxState(found["state"])]
                await move(tx, row.id, before, OutboxState.CANCELLED, running.clock.now(), reason="stale")
        await real(tx, running, kept)

    return replaced((bot.delivery.send, "record_sent", record_sent))


def two_workers() -> AbstractContextManager[None]:
    """Not a mutation: two work loops in one process."""
    real = bot.app.work

    async def work(running: Runtime) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(real(running))

    return replaced((bot.app, "work", work))


def head_chosen_outside() -> AbstractContextManager[None]:
    """The head of a dialogue is chosen in one transaction and handled in another."""
    real = bot.delivery.work.batch

    async def one_batch(running: Runtime, *, guarded: bool) -> bot.delivery.work.Taken:
        now, most = running.clock.now(), 1 if guarded else bot.delivery.work.EVENTS_AT_ONCE
        chosen = await running.db.run(lambda tx: inbox.next_events(tx, now, most))
        await running.clock.sleep(0.0)

        async def as_chosen(*_: object) -> list[inbox.Waiting]:
            return chosen

        async def handled(tx: Transaction) -> bot.delivery.work.Taken:
            with replaced((inbox, "next_events", as_chosen)):
                return await real(tx, running, most)

        try:
            return await running.db.run(handled)
        except Conflict:
            return bot.delivery.work.Taken(0, 1.0)

    return replaced((bot.delivery.work, "one_batch", one_batch))


def lane_head_chosen_outside() -> AbstractContextManager[None]:
    """The head of a lane is chosen in one transaction, claimed and marked in another."""
    real_claim, real_take = bot.delivery.send.taken_of, storage.outbox.claim.claim_due
    chosen: dict[str, Sequence[Any]] = {}

    async def choose(tx: Transaction, sender: bot.delivery.send.Sender) -> Sequence[Any]:
        running = sender.bot
        asked = {"now": running.clock.now(), "most": bot.delivery.send.PER_CALL}
        found = [row["lane"] for row in await tx.rows(storage.outbox.claim._CANDIDATES, asked)]
        return await tx.rows(storage.outbox.claim._DUE_OF, {**asked, "lanes": found}) if found else []

    async def claim(sender: bot.delivery.send.Sender) -> bot.delivery.send.Claimed:
        chosen[sender.worker] = await sender.bot.db.run(lambda tx: choose(tx, sender))
        await sender.bot.clock.sleep(0.0)
        return await real_claim(sender)

    async def take(tx: Transaction, worker: str, *more: Any) -> list[Outgoing]:
        async def as_chosen(*_: object) -> Sequence[Any]:
            return chosen[worker]

        with replaced((storage.outbox.claim, "_lane_heads", as_chosen)):
            return await real_take(tx, worker, *more)

    return replaced((bot.delivery.send, "taken_of", claim), (storage.outbox.claim, "claim_due", take))


# Acknowledging.


def cursor_before_events() -> AbstractContextManager[None]:
    """The cursor is on disk, and VK is asked for what comes next, before the events are."""
    real = bot.delivery.listen.ingest

    async def ingest(running: Runtime, updates: Sequence[object], ts: str | None) -> None:
        if ts is not None:
            row = {"ts": ts, "moved_at": running.clock.now()}
            await running.db.run(lambda tx: upsert(tx, cursor, [row]))
            await running.clock.sleep(0.01)
        await real(running, updates, None)

    return replaced((bot.delivery.listen, "ingest", ingest))


def ok_before_events() -> AbstractContextManager[None]:
    """VK hears `ok`, and what it has posted is kept after that."""
    real = features.callback.routes.Callback.answer

    async def answer(way_in: Callback, community: int, body: bytes) -> VkReply:
        async def later() -> None:
            await asyncio.sleep(0.01)
            await real(way_in, community, body)

        asyncio.get_running_loop().create_task(later())
        return VkReply(200, "ok")

    return replaced((features.callback.routes.Callback, "answer", answer))


# Uniqueness.


def few_ids() -> AbstractContextManager[None]:
    """Not a mutation: so few ids that two causes often want the same."""
    return replaced((storage.outbox.random_ids, "_LARGEST", 500))


def no_uniqueness() -> AbstractContextManager[None]:
    """An id is taken without asking whose it is."""

    async def allot(tx: Transaction, wanted: Sequence[RandomIdRequest]) -> dict[RandomIdRequest, tuple[int, int]]:
        return {one: (storage.outbox.random_ids.candidate(tx.key, one, one.salt), one.salt) for one in wanted}

    return replaced((storage.outbox.enqueue, "allot", allot), (storage.outbox.outcomes, "allot", allot))


# Who answers whom.


def leader_only() -> AbstractContextManager[None]:
    """Of an incident only the author of the leading message is answered."""
    return replaced((handlers.lifecycle.answering, "others", lambda *_: ()))


def no_gate_at_leaving() -> AbstractContextManager[None]:
    """An answer to several leaves to all whom it was said to, whatever has changed since."""
    return replaced((handlers.official.sources, "may_share", lambda *_: True))


def no_gate_at_joining() -> AbstractContextManager[None]:
    """Anybody is offered another's message, may press, and may be merged with it."""
    return replaced(
        (handlers.resident.sending, "may_be_joined", lambda *_: True),
        (handlers.views.similar, "may_share", lambda *_: True),
        (handlers.lifecycle.incidents, "may_share", lambda *_: True),
        (handlers.lifecycle.incidents, "first_alone", lambda *_: None),
        (handlers.views.possible, "not_shared", lambda *_: ""),
    )


def asks_nobody() -> AbstractContextManager[None]:
    """What speaks to one of several leaves to all."""
    nothing = lambda *_: ()  # noqa: E731
    modules = (handlers.lifecycle.answering, handlers.official.completing, handlers.official.sources)
    return replaced(*((module, "speaks_to_one", nothing) for module in modules))


def no_consent() -> AbstractContextManager[None]:
    """What a second person should see leaves at once."""
    return replaced((handlers.official.approving, "needs_approval", lambda *_: False))


def guesses_the_second() -> AbstractContextManager[None]:
    """An answer leaves whatever is on its way."""
    return replaced((handlers.official.completing, "beside_asked", lambda _facts, _chat, _appeal, task: task))


def edit_unseen() -> AbstractContextManager[None]:
    """What an official changes when his words have left nobody looks at."""
    unheard = lambda *_: ignore("правка в чате")  # noqa: E731
    return replaced(
        (handlers.system.delivery, "first_look", lambda *_: ()), (handlers.official.correcting, "handle_edit", unheard)
    )


def own_consent() -> AbstractContextManager[None]:
    """Whoever wrote an answer may agree to it."""
    anybody = lambda _chat, _actor, appeal: appeal.approval is not None  # noqa: E731
    return replaced((handlers.official.approving, "may_approve", anybody))


def held_answer_leaves() -> AbstractContextManager[None]:
    """Whoever takes a message back, or asks to be erased, gets the answer that was on its way."""

    def nothing(turn: Turn, appeal: Appeal, *, forgotten: bool) -> Retracted:
        del forgotten
        return Retracted(appeal, turn.facts.members)

    return replaced((handlers.lifecycle.withdrawing, "retract_answers", nothing))


def cut_ignored() -> AbstractContextManager[None]:
    """An erasure takes all that is there when it is done, also what was accepted under another consent since."""
    real = handlers.resident.consent.accept_consent

    def given(turn: Turn, message: Message) -> Decision:
        return replace(real(turn, message), erases=False)

    async def border_of(tx: Transaction, resident: int, *_: object) -> Border:
        return await storage.privacy.spared.whole(tx, resident)

    return replaced(
        (handlers.resident.consent, "accept_consent", given), (storage.privacy.spared, "border_of", border_of)
    )


def guesses_again() -> AbstractContextManager[None]:
    """What is sent has the topic that the model of this moment names."""
    real = handlers.resident.sending.new_appeal

    def born(turn: Turn, draft: Draft, agency: str | None) -> Appeal:
        guess = handlers.resident.guessing.guess_of(turn.facts, draft)
        return real(turn, draft.about(guess.topics[0], guess.model) if guess.topics else draft, agency)

    return replaced((handlers.resident.sending, "new_appeal", born))


# Danger to life.


def alarm_waits() -> AbstractContextManager[None]:
    """Words of danger stand in a draft like any others, until «Отправить»."""
    return replaced((handlers.resident.danger, "hear", lambda *_: None))


def read_unpressed() -> AbstractContextManager[None]:
    """«Прочитал» is said as soon as VK shows the card."""
    real, alarms = handlers.lifecycle.alarms.card_shown, handlers.lifecycle.alarms

    def card_shown(facts: Facts, appeal: Appeal, at: datetime) -> Decision:
        done = real(facts, appeal, at)
        text = texts_danger.seen("02:20", alarms.who(facts), facts.directory.emergency)
        said = alarms.tell_author(facts, appeal, "seen", text) if done.appeals else None
        return replace(done, effects=(*done.effects, said)) if said is not None else done

    return replaced((alarms, "card_shown", card_shown))


def calls_nobody() -> AbstractContextManager[None]:
    """The card is all that those on duty ever read of an alarm."""
    return replaced((handlers.lifecycle.alarms, "call_message", lambda *_: ()))


def shows_the_author() -> AbstractContextManager[None]:
    """The card forwards what was written, as that of a usual message does."""
    real = handlers.lifecycle.alarms.with_card

    def with_card(facts: Facts, appeal: Appeal, chat: Chat) -> tuple[Appeal, tuple[Effect, ...]]:
        held, effects = real(facts, appeal, chat)
        words = Source(appeal.resident, tuple(piece.cmid for piece in appeal.pieces))
        return held, tuple(replace(one, forward=words) if isinstance(one, Send) else one for one in effects)

    return replaced((handlers.lifecycle.alarms, "with_card", with_card))


def doubts_nothing() -> AbstractContextManager[None]:
    """Of what may be a danger nobody is asked."""
    return replaced((handlers.resident.doubts, "doubts", lambda *_: frozenset()))


def yes_tells_nobody() -> AbstractContextManager[None]:
    """«Да, передать» ends the question, as «Опасности нет» does."""
    real = handlers.resident.doubts.take_press

    def take_press(turn: Turn, command: Command) -> Decision:
        return real(turn, replace(command, action=actions.NO_DUTY))

    return replaced((handlers.resident.doubts, "take_press", take_press))


# Words of one message.


def drops_further_words() -> AbstractContextManager[None]:
    """What is written after the first words of a message is kept nowhere."""
    real = handlers.resident.drafting.add_message

    def added(turn: Turn, reading: Reading) -> Decision:
        done, before = real(turn, reading), turn.dialogue.draft.pieces
        if done.dialogue is None or not before:
            return done
        return replace(done, dialogue=replace(done.dialogue, draft=replace(done.dialogue.draft, pieces=before)))

    return replaced((handlers.resident.drafting, "add_message", added))


def keeps_courtesies() -> AbstractContextManager[None]:
    """«Да» where nothing was asked is a part of the story."""
    return replaced((handlers.resident.telling, "ask_again", handlers.resident.drafting.add_message))


# Two communities in one database (0022).


def with_the_homes_key() -> AbstractContextManager[None]:
    """What any community has to say leaves with the home's key."""
    real = bot.delivery.send.send_in_one_call

    async def called(running: Runtime, ready: Any, permit: Any) -> Any:
        return await real(replace(running, vk=(running.home or running).vk), ready, permit)

    return replaced((bot.delivery.send, "send_in_one_call", called))


TOGETHER = 0.001
"""Seconds between the beginnings of two transactions that would share a commit."""


def anothers_transaction() -> AbstractContextManager[None]:
    """Of two transactions that would share a commit the second runs as the community of the first."""
    real, last = Database.run, [0, 0.0]

    async def run(self: Database, body: Any) -> Any:
        now = asyncio.get_running_loop().time()
        whose = self.of(int(last[0])) if last[0] and self._community and 0 <= now - last[1] < TOGETHER else self
        last[:] = [whose._community or 0, now]
        return await real(whose, body)

    return replaced((Database, "run", run))


def erased_where_asked() -> AbstractContextManager[None]:
    """Who asks to be forgotten is forgotten in the community where he asks."""

    async def nowhere(*_: object) -> None:
        return

    return replaced((bot.upkeep.retention, "ask_elsewhere", nowhere))


def done_again() -> AbstractContextManager[None]:
    """An erasure is asked for in the other community whatever was done there since."""
    return replaced((storage.privacy.erasures, "ask_too", storage.privacy.erasures.ask))
