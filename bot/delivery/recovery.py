"""An older copy was put back: read from VK what it lacks, carry out what must be, and hand the rest to people (§13).

It runs before any loop, may be killed anywhere and run again, and must never decide anew what was decided already.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.delivery.backfill import PAGE, Doubts, heads_of, older, read, shown_heads
from bot.delivery.verify_delivery import sounds_like_it
from bot.delivery.work import batch
from bot.process.log import log
from bot.runtime import Runtime
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import arrived_message, mapping, message, moment, number_of, whole
from handlers.lifecycle.void_cards import VOID
from handlers.needs import after_restore
from handlers.system import endangered, recovery
from handlers.system import window as residents
from handlers.system.belonging import at_another
from handlers.system.recovery import LATE, UndeliveredMessage
from handlers.system.window import WindowLine
from handlers.text import texts_recovery
from handlers.text.texts import lost_files
from handlers.text.words import moment as moment_words
from handlers.views.titles import title_with_number
from handlers.views.turn import ADDING_TIMER, PAUSE_TIMER
from states.cause import Cause, parse
from states.decision import Decision
from states.degraded import SIMPLEST, form
from states.effects import Kind, Priority, Send
from states.events import RereadFailed
from states.facts import Facts
from states.messages import is_chat, is_person
from states.people.chats import CUR
from storage.db.crash_points import crash_point
from storage.db.keyring import BODY, COMMUNITY_KEY
from storage.db.transaction import Transaction
from storage.inbox import history, inbox, timers, unread
from storage.inbox.history import Gap
from storage.inbox.inbox import Waiting
from storage.inbox.watermarks import set_base
from storage.ops import recovery as rows
from storage.ops import recovery_mark
from storage.ops.recovery import Dropped, Waits, Watermark
from storage.ops.recovery_mark import RecoveryMark
from storage.outbox import enqueue
from storage.outbox.enqueue import Outgoing
from storage.outbox.forms import simpler_cause
from storage.outbox.random_ids import RandomIdRequest, candidate
from storage.records import appeals, chats, officials
from storage.unit_of_work import decisions, facts

LEASE = timedelta(seconds=90)
PATIENCE = timedelta(minutes=15)
"""A dialogue that VK will not show for so long is left to people."""

PAUSE_SECONDS = 5.0
AT_ONCE = 25
CHUNK = 100
ROUNDS = 1000
T = TypeVar("T")
Json = Mapping[str, Any]
Claimed = set[tuple[int, int]]


@dataclass(slots=True)
class NewHistory:
    """What VK shows above what the copy knows, by dialogue. `unread`: it would not show these, up to that number.
    `lost`: chats that are not ours any more; `unbound`: by title, those that are not bound in the copy."""

    at: datetime
    items: dict[int, list[Json]] = field(default_factory=dict)
    unread: dict[int, int] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    unbound: dict[int, str] = field(default_factory=dict)
    last_said: datetime | None = None


async def run(bot: Runtime) -> None:
    """Carries out the recovery that an older copy needs, at every start. Of several workers one does, the others wait
    until it is done."""
    while True:
        mark = await bot.db.run(lambda tx: take_mark(tx, bot))
        if mark is not None:
            await one_step(bot, mark)
        elif await bot.db.run(recovery_mark.read_mark) is None:
            return
        else:
            await bot.clock.sleep(1.0)


async def take_mark(tx: Transaction, bot: Runtime) -> RecoveryMark | None:
    """Takes or renews the mark of a restore for this worker; None where there is none or another worker has it."""
    return await recovery_mark.take(tx, str(bot.settings.worker), bot.clock.now(), LEASE)


async def one_step(bot: Runtime, mark: RecoveryMark) -> None:
    """The whole recovery from where it was left: listens from now on, reads VK's history and applies it in one
    transaction, tells people."""
    if not mark.listening:
        await listen_from_now(bot)
    if not mark.summary:
        await wait_holding_mark(bot, mark.since + LATE)
        seen = await gather_history(bot)
        crash_point("recovery: read")
        if not await bot.db.run(lambda tx: apply_history(tx, bot, seen)):
            return
        crash_point("recovery: kept")
    await send_summary(bot)
    log.info("recovered", loop="recovery")


async def listen_from_now(bot: Runtime) -> None:
    """A fresh place in VK's queue: what people pressed before is gone, what they wrote is in the history."""
    raw = await call_patiently(bot, "groups.getLongPollServer", {"group_id": bot.community})

    async def store_cursor(tx: Transaction) -> None:
        mark = await take_mark(tx, bot)
        if mark is not None:
            await inbox.ingest(tx, [], ts=str(raw.get("ts")), now=bot.clock.now())
            await recovery_mark.listen_from(tx, mark, bot.clock.now())

    await bot.db.run(store_cursor)
    crash_point("recovery: listening")


async def wait_holding_mark(bot: Runtime, until: datetime) -> None:
    """Waits until nothing of the lost process can come any more, holding the mark; no longer if a clock is set back."""
    end = bot.clock.monotonic() + min(until - bot.clock.now(), LATE).total_seconds()
    while (left := end - bot.clock.monotonic()) > 0:
        await bot.clock.sleep(min(left, LEASE.total_seconds() / 3))
        await bot.db.run(lambda tx: take_mark(tx, bot))


async def call_patiently(bot: Runtime, method: str, params: Json) -> Json:
    """An answer of VK, however long it takes: without it nothing is known."""

    async def call() -> Any:
        """Calls the method once, when its turn comes."""
        await bot.pace.turn()
        return await bot.vk.call(method, dict(params))

    return mapping(await patiently(bot, call))


async def patiently(bot: Runtime, call: Callable[[], Awaitable[T]], patience: timedelta = timedelta.max) -> T | None:
    """What VK gives at last, holding the mark; None where it would not for so long."""
    since = bot.clock.monotonic()
    while True:
        try:
            return await call()
        except (VkError, NotReached, Uncertain) as error:
            log.warning("recovery_waits", loop="recovery", error=type(error).__name__)
        if bot.clock.monotonic() - since >= patience.total_seconds():
            return None
        await bot.clock.sleep(PAUSE_SECONDS)
        await bot.db.run(lambda tx: take_mark(tx, bot))


# What VK shows.


async def gather_history(bot: Runtime) -> NewHistory:
    """Read everything into memory; write nothing. Of an erased person nothing from before the erasure is read."""
    seen = NewHistory(bot.clock.now())
    last = await dialogues(bot, seen)
    marks = await bot.db.run(lambda tx: rows.watermarks(tx, last))
    wanted = [gap for who, mark in sorted(marks.items()) for gap in gaps_of(who, mark, last[who])]
    until = bot.clock.now() + PATIENCE
    while wanted:
        wanted = await read_gaps(bot, seen, wanted)
        if wanted and bot.clock.now() >= until:
            seen.unread |= {gap.peer: last[gap.peer] for gap in wanted}
            break
        if wanted:
            await bot.clock.sleep(PAUSE_SECONDS)
        await bot.db.run(lambda tx: take_mark(tx, bot))
    since = await bot.db.run(history.installed_at)
    for who in seen.unread:
        seen.items.pop(who, None)
    for who, found in seen.items.items():
        fresh = (said for said in found if number_of(said) not in marks[who].known and not older(said, since))
        seen.items[who] = sorted(fresh, key=number_of)
    return seen


def gaps_of(who: int, mark: Watermark, last: int) -> list[Gap]:
    """The unknown numbers of a dialogue above its low watermark, in portions of a hundred."""
    numbers = range(mark.low + 1, last + 1)
    return [Gap(who, tuple(numbers[at : at + CHUNK])) for at in range(0, len(numbers), CHUNK)]


async def dialogues(bot: Runtime, seen: NewHistory) -> dict[int, int]:
    """The last number of each private dialogue and of each bound chat."""
    last: dict[int, int] = {}
    offset = 0
    while True:
        params = {"count": PAGE, "offset": offset, "filter": "all"}
        answer = await call_patiently(bot, "messages.getConversations", params)
        items = [mapping(item) for item in answer.get("items") or []]
        last |= heads_of(items)
        for item in items:
            note_newest(bot, seen, item)
        offset += len(items)
        if len(items) < PAGE:
            break
    found = await bot.db.run(chats.bound)
    seen.unbound = {peer: title for peer, title in seen.unbound.items() if peer not in {chat.peer for chat in found}}
    ours = [chat.peer for chat in found if not chat.lost]
    for start in range(0, len(ours), CHUNK):
        part = ours[start : start + CHUNK]
        last |= await patiently(bot, lambda part=part: shown_heads(bot, part), PATIENCE) or {}  # type: ignore[misc]
    seen.unread |= {peer: 0 for peer in ours if peer not in last}
    return last


def note_newest(bot: Runtime, seen: NewHistory, item: Json) -> None:
    """Keeps of one dialogue in VK's list: when the bot spoke last, if its last message is ours; a chat's title and the
    time of that message, by which the ЦУР finds a chat that is not bound."""
    newest, conversation = mapping(item.get("last_message")), mapping(item.get("conversation"))
    peer, at = whole(mapping(conversation.get("peer")).get("id")), moment(newest.get("date"))
    if is_ours(bot, newest) and at is not None:
        seen.last_said = max(at, seen.last_said or at)
    if is_chat(peer) and at is not None:
        title = str(mapping(conversation.get("chat_settings")).get("title") or "")
        seen.unbound[peer] = f"«{title[:60]}», {at:%d.%m.%Y %H:%M} UTC"


def is_ours(bot: Runtime, item: Json) -> bool:
    """Whether the community wrote this message, by the bot or by a person's hand."""
    return whole(item.get("from_id")) == -bot.community or bool(whole(item.get("out")))


async def read_gaps(bot: Runtime, seen: NewHistory, wanted: Sequence[Gap]) -> list[Gap]:
    """Reads these; returns what VK would not show now."""
    left: list[Gap] = []
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        try:
            found, _ = await read(bot, part, Doubts(bot.clock))
        except (VkError, NotReached, Uncertain) as error:
            log.warning("recovery_waits", loop="recovery", error=type(error).__name__)
            left += part
            continue
        for of_gap in found:
            if of_gap.lost:
                seen.lost.add(of_gap.gap.peer)
            seen.items.setdefault(of_gap.gap.peer, []).extend(of_gap.items)
        got = {(of_gap.gap.peer, of_gap.gap.cmids) for of_gap in found}
        left += [gap for gap in part if (gap.peer, gap.cmids) not in got]
    return left


# What follows from it, in one transaction.


@dataclass(slots=True)
class Window:
    """What the window held, on its way into the lists. `cards`: what numbers are about. `lapsed`: void numbers of
    whoever has to agree anew before more is said. `claimed`: our messages (peer, number) of which it is known what they
    are. Made anew where the transaction runs again."""

    until: datetime | None
    lines: dict[int, list[WindowLine]]
    known: frozenset[str]
    linked: Mapping[tuple[int, int], str] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    void: dict[tuple[int, int], str] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    residents: dict[int, tuple[str, ...]] = field(default_factory=dict)
    lapsed: set[str] = field(default_factory=set)
    carried: list[int] = field(default_factory=list)
    placed: list[int] = field(default_factory=list)
    held: list[UndeliveredMessage] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    claimed: Claimed = field(default_factory=set)
    danger: list[tuple[datetime, str]] = field(default_factory=list)


async def apply_history(tx: Transaction, bot: Runtime, seen: NewHistory) -> bool:
    """Everything but the summary. False: another worker has the mark by now."""
    mark = await take_mark(tx, bot)
    if mark is None or mark.summary:
        return False
    now = bot.clock.now()
    window = await window_of(tx, bot, seen)
    origin = f"{mark.since:%y%m%d%H%M%S}"
    waits = await rows.waiting(tx, now)
    held = await settle_shown_sends(tx, bot, seen, window.claimed, waits)
    await rows.hold(tx, held, now)
    window.held = [held_of(outgoing) for outgoing in held]
    window.dropped = await rows.drop_timers(tx, mark.since, now)
    window.named |= {timer.key for timer in window.dropped if timer.key in await rows.known_numbers(tx, [timer.key])}
    dropped = [(d.name, d.key, d.peer) for d in window.dropped]
    await timers.change(tx, recovery.rearm_timers(bot.policy, dropped, now, bot.rules))
    await chats_read(tx, bot, seen, window)
    paused = {
        timer.peer for timer in window.dropped if timer.name in (PAUSE_TIMER, ADDING_TIMER) and is_person(timer.peer)
    }
    owed = {outgoing.peer for outgoing in held if outgoing.kind == Kind.SCREEN and is_person(outgoing.peer)} | paused
    found = await residents_read(tx, bot, seen, window, owed)
    if window.until is not None:
        await rows.end_unread(tx, [*seen.items], [*seen.unread], window.until, now)
    before = {waiting.row.id for waiting in await rows.waiting(tx, now)}
    await go_on(tx, bot, seen, window.claimed, before)
    await residents_told(tx, bot, seen, window, found, origin, owed, before)
    await go_on(tx, bot, seen, window.claimed, before)
    await lists(tx, bot, window, origin)
    summary, file = report(bot, mark, seen, window)
    (sealed,) = await tx.keys.seal(BODY, [(COMMUNITY_KEY, "recovery", file)])
    await recovery_mark.keep(tx, replace(mark, summary=summary, told=sealed))
    crash_point("recovery: applied")
    return True


async def window_of(tx: Transaction, bot: Runtime, seen: NewHistory) -> Window:
    """What was said between the copy and its loss: until when that was, its lines by dialogue, and which numbers of
    messages the copy knows."""
    lines = {who: [line for item in found if (line := line_of(bot, who, item))] for who, found in seen.items.items()}
    last = await rows.last_said(tx)
    before = max((moment for moment in (last, seen.last_said) if moment is not None), default=None)
    until = recovery.end_of_window([line for found in lines.values() for line in found], before, seen.at)
    within = {who: [line for line in found if until is not None and line.at <= until] for who, found in lines.items()}
    numbers = {code for found in within.values() for line in found for code in line.numbers}
    return Window(until, within, await rows.known_numbers(tx, numbers))


def line_of(bot: Runtime, who: int, item: Json) -> WindowLine | None:
    """Service messages of chats are none: they are handled as usual."""
    at, cmid = moment(item.get("date")), number_of(item)
    if at is None or not cmid or isinstance(item.get("action"), Mapping):
        return None
    if is_ours(bot, item):
        return WindowLine(who, cmid, at, str(item.get("text") or ""))
    if not is_person(whole(item.get("from_id"))):
        return None
    said = message({**item, "peer_id": who}, bot.signer, content=True)
    return WindowLine(who, cmid, at, said.text, said)


async def settle_shown_sends(
    tx: Transaction, bot: Runtime, seen: NewHistory, claimed: Claimed, waits: Sequence[Waits], *, anew: bool = False
) -> list[Outgoing]:
    """What VK shows is sent; returns the rest. `anew`: what follows now was perhaps said for another cause, and under
    another id: its words are enough."""
    found: dict[int, tuple[Outgoing, int, int]] = {}
    for by_words in (False, True):
        for entry in waits:
            if entry.row.id in found:
                continue
            items: list[Json] = [
                {**item, "random_id": 0} if anew and by_words else item
                for item in seen.items.get(entry.row.peer, ())
                if is_ours(bot, item) and (entry.row.peer, number_of(item)) not in claimed
            ]
            match = shown_as(bot, tx.key, entry, items, by_words=by_words)
            if match is not None:
                claimed.add((entry.row.peer, match[0]))
                found[entry.row.id] = (entry.row, *match)
    await rows.record_shown(tx, list(found.values()), bot.clock.now())
    return [entry.row for entry in waits if entry.row.id not in found]


def shown_as(
    bot: Runtime, key: bytes, waits: Waits, items: Sequence[Json], *, by_words: bool
) -> tuple[int, int] | None:
    """(number, level) of the message that it is, in any of its forms: by the id of that form, else by its words."""
    for level in range(waits.row.level, SIMPLEST + 1):
        row = replace(waits.row, level=level)
        cause = waits.origin if level == 0 else simpler_cause(waits.origin, level)
        number = (
            waits.row.random_id if level == waits.row.level else candidate(key, RandomIdRequest(row.peer, cause), 0)
        )
        for item in items:
            if by_words and (sounds_like_it(bot, row, item) or says_more(row, item)):
                return number_of(item), level
            if not by_words and whole(item.get("random_id")) == number:
                return number_of(item), level
    return None


def says_more(row: Outgoing, item: Json) -> bool:
    """Whether VK's message has the row's words with a line about files that could not be moved."""
    shape = form(row.effect, row.level)
    if not isinstance(shape, Send) or whole(item.get("random_id")):
        return False
    return str(item.get("text") or "").startswith(f"{shape.text}\n\n{lost_files(()).removesuffix('.')}")


def held_of(row: Outgoing) -> UndeliveredMessage:
    """A held message as it is told to people; no text where it was an edit."""
    text = row.effect.text if isinstance(row.effect, Send) else ""
    return UndeliveredMessage(row.id, row.peer, row.cause, row.kind, row.appeal or "", text)


async def chats_read(tx: Transaction, bot: Runtime, seen: NewHistory, window: Window) -> None:
    """The words of the window are over; who came and left is handled as usual."""
    now = bot.clock.now()
    for who in sorted(seen.items):
        if not is_chat(who):
            continue
        lines = {line.cmid: line for line in window.lines[who]}
        items = [item for item in seen.items[who] if is_within(window, item)]
        over = [arrived_row(who, item) for item in items if number_of(item) in lines and not is_ours(bot, item)]
        usual = [arrived_row(who, item, bound=True) for item in items if isinstance(item.get("action"), Mapping)]
        await rows.end(tx, over, now)
        await inbox.ingest(tx, usual, now=now)
        window.joined += [who] * len(usual)
        note_void(window, lines.values())
        if items:
            await set_base(tx, who, number_of(items[-1]))
    for who, last in seen.unread.items():
        if last:
            await set_base(tx, who, last)
    await unread.keep_window_ends(tx, [who for who, last in seen.unread.items() if not last], window.until or seen.at)
    await note_lost(tx, bot, seen)
    await note_void_cards(tx, bot, window)
    await note_named(tx, bot, window)


def is_within(window: Window, item: Json) -> bool:
    """Whether the message was written before the window's end."""
    at = moment(item.get("date"))
    return window.until is not None and at is not None and at <= window.until


def arrived_row(who: int, item: Json, *, bound: bool = False) -> inbox.Arrived:
    """The message as a row of the inbox, taken as from somebody without consent: its words are not kept."""
    return arrived_message({**item, "peer_id": who}, consented=False, chat_bound=bound)


def note_void(window: Window, lines: Iterable[WindowLine]) -> None:
    """Messages of ours in a chat about numbers that nobody has any more."""
    for line in lines:
        if line.message is None and line.about and line.about not in window.known:
            window.void[line.peer, line.cmid] = line.about
            if card := line.card:
                window.cards.setdefault(line.about, card)


async def note_lost(tx: Transaction, bot: Runtime, seen: NewHistory) -> None:
    """Marks bound chats as lost where VK says that the bot is not in them any more."""
    gone = [chat for chat in await chats.bound(tx) if chat.peer in seen.lost and not chat.lost]
    await chats.keep(tx, [replace(chat, lost=True) for chat in gone])


async def note_void_cards(tx: Transaction, bot: Runtime, window: Window) -> None:
    """Notes void cards under a cause of their own, so that a later reply to them is told what they are."""
    now, of = bot.clock.now(), bot.community
    sends = {
        (peer, cmid): Send(peer, str(Cause(of, VOID, peer, f"{code}.{cmid}")), "", Kind.NOTICE, Priority.NOTICE)
        for (peer, cmid), code in sorted(window.void.items())
    }
    await enqueue.enqueue(tx, list(sends.values()), now)
    await rows.said_as(tx, {send.cause: cmid for (_, cmid), send in sends.items()}, now)


async def note_named(tx: Transaction, bot: Runtime, window: Window) -> None:
    """The numbers that the copy knows and of which something stands in the window; those that waited for an agreement
    too, for a button that agrees leaves no message behind it."""
    every = [line for found in window.lines.values() for line in found]
    replies = [(line.peer, line.message.reply.cmid) for line in every if line.message and line.message.reply]
    window.linked = linked = await appeals.appeals_of_messages(tx, replies)
    window.named |= set(linked.values()) | {code for line in every for code in line.numbers & window.known}
    window.named |= await rows.awaiting_agreement(tx)


async def residents_read(
    tx: Transaction, bot: Runtime, seen: NewHistory, window: Window, owed: set[int]
) -> dict[int, residents.WindowState]:
    """Each resident of the window: what is carried out whatever became of all that was on its way."""
    read: dict[int, residents.WindowState] = {}
    for who in sorted({who for who in seen.items if is_person(who) and window.lines[who]} | owed):
        lines = window.lines.get(who, [])
        known = await facts_of(tx, bot, window, who)
        linked = {cmid: code for (peer, cmid), code in window.linked.items() if peer == who}
        read[who] = found = residents.read(known, who, lines, window.known, linked)
        for decision in residents.carried_out(found):
            await keep(tx, bot, who, decision)
            window.carried.append(who)
        mine = [item for item in seen.items.get(who, ()) if is_within(window, item)]
        await rows.end(tx, [arrived_row(who, item) for item in mine if not is_ours(bot, item)], bot.clock.now())
        if mine:
            await set_base(tx, who, number_of(mine[-1]))
    return read


async def residents_told(
    tx: Transaction,
    bot: Runtime,
    seen: NewHistory,
    window: Window,
    read: Mapping[int, residents.WindowState],
    origin: str,
    owed: set[int],
    before: set[int],
) -> None:
    """What belongs to messages that the copy knows goes to them, the rest into the draft; the one text. `before`: what
    has been looked for in VK, or need not be."""
    for who, found in read.items():
        known = await facts_of(tx, bot, window, who)
        if found.dialogue.consent != bot.policy.consent_hash:
            waiting = residents.awaiting_consent(known, found, origin, waits=who in owed)
            if waiting is not None:
                await keep(tx, bot, who, waiting)
            window.lapsed.update(found.void)
            continue
        window.danger += found.danger.told
        window.named |= {belonging.code for belonging in found.belongs} & window.known
        while found.belongs:
            placed, found = residents.place_next(known, found)
            for decision in placed:
                await keep(tx, bot, who, decision)
            window.placed += [who] * bool(placed)
            await looked_for_as_said(tx, bot, seen, window.claimed, before)
            known = await facts_of(tx, bot, window, who)
        led, found = residents.led_on(known, found)
        for decision in led:
            await keep(tx, bot, who, decision)
        said = residents.tell_resident(known, found, origin, waits=who in owed, cards=window.cards)
        if said is not None:
            await keep(tx, bot, who, said)
            window.residents[who] = found.void


async def keep(tx: Transaction, bot: Runtime, who: int, decision: Decision) -> None:
    """Stores a decision about this resident as if an event had led to it."""
    now = bot.clock.now()
    await decisions.keep_decisions(tx, [(nothing(who, now), decision)], now, [None])


def nothing(who: int, now: datetime) -> Waiting:
    """An empty place in the inbox for what is decided without an event."""
    return Waiting(0, who, "recovery", "internal", "", 0, None, now, content=False, attempts=0)


async def facts_of(tx: Transaction, bot: Runtime, window: Window, who: int) -> Facts:
    """The facts for a decision in this dialogue, with every message that the window's lines name."""
    now = bot.clock.now()
    lines = window.lines.get(who, ())
    linked = {code for (peer, _), code in window.linked.items() if peer == who}
    codes = frozenset({code for line in lines for code in line.numbers & window.known} | linked)
    (found,) = await facts.load_facts(
        tx,
        [(nothing(who, now), RereadFailed(who, ()))],
        policy=bot.policy,
        directory=bot.directory,
        find=bot.find,
        judge=bot.judge,
        now=now,
        needs=after_restore(codes),
    )
    return found


async def go_on(tx: Transaction, bot: Runtime, seen: NewHistory, claimed: Claimed, before: set[int]) -> None:
    """What became of messages moves their appeals; what is said because of it may have been said already."""
    for _ in range(ROUNDS):
        if not (await batch(tx, bot)).count:
            return
        await looked_for(tx, bot, seen, claimed, before)


async def looked_for_as_said(
    tx: Transaction, bot: Runtime, seen: NewHistory, claimed: Claimed, before: set[int]
) -> None:
    """The same of what residents said: its causes are those of then, so its ids prove it. What VK does not show to this
    chat leaves under a cause of its own."""
    now = bot.clock.now()
    fresh = [entry for entry in await rows.waiting(tx, now) if entry.row.id not in before]
    told = [entry for entry in fresh if parse(entry.row.cause).kind != residents.TEXT]
    left = await settle_shown_sends(tx, bot, seen, claimed, told)
    again = [(outgoing, at_another(outgoing.cause, outgoing.peer)) for outgoing in left]
    await rows.send_for_new_cause(tx, [(row, cause) for row, cause in again if cause != row.cause], now)
    before |= {entry.row.id for entry in await rows.waiting(tx, now)}


async def looked_for(tx: Transaction, bot: Runtime, seen: NewHistory, claimed: Claimed, before: set[int]) -> None:
    """What is to be said now may have been said then: VK is looked through for it. What tells of the restore is new."""
    fresh = [entry for entry in await rows.waiting(tx, bot.clock.now()) if entry.row.id not in before]
    asked = [entry for entry in fresh if parse(entry.row.cause).kind != residents.TEXT]
    await settle_shown_sends(tx, bot, seen, claimed, asked, anew=True)
    before |= {entry.row.id for entry in fresh}


async def lists(tx: Transaction, bot: Runtime, window: Window, origin: str) -> None:
    """Stores and sends the lists of what a restored copy lacks, to the ЦУР and to the chats."""
    now = bot.clock.now()
    codes = window.named | {answer.code for answer in window.held if answer.code}
    found = await appeals.by_code(tx, codes)
    bound = facts.by_agency(await chats.bound(tx))
    known = Facts(now, bot.policy, bot.directory, bot.find, bot.judge, chats=bound)
    home = known.duty_chat
    if home is not None:
        known = replace(known, officials=(await officials.of_chats(tx, [home.peer]))[home.peer])
    refused = recovery.mark_held_answers(found.values(), window.held)
    await appeals.keep_appeals(tx, refused, [])
    every = [line for lines in window.lines.values() for line in lines]
    window.cards |= {code: title_with_number(appeal, bot.directory) for code, appeal in found.items()}
    window.offered = [recovery.held_words(bot.directory, row, found) for row in window.held]
    sends = [
        *recovery.to_check(known, [found[code] for code in sorted(window.named & found.keys())], origin),
        *recovery.unsent(known, window.held, found, origin),
        *recovery.void_replies(known, every, window.void, window.cards),
    ]
    await enqueue.enqueue(tx, sends, now)
    again = endangered.told_again(known, await appeals.alarms(tx), window.danger, origin)
    if again.effects:
        await keep(tx, bot, 0, again)


# The summary.


def report(bot: Runtime, mark: RecoveryMark, seen: NewHistory, window: Window) -> tuple[str, str]:
    """The text that the ЦУР reads, and the whole list."""
    zone = bot.policy.zone
    void = {code for codes in window.residents.values() for code in codes} | set(window.void.values()) | window.lapsed
    listed = texts_recovery.RecoveryReport(
        void=[about(window, code) for code in sorted(void)],
        residents=sorted(window.residents.items()),
        checked=[about(window, code) for code in sorted(window.named)],
        held=window.offered,
        carried=sorted(set(window.carried)),
        placed=sorted(set(window.placed)),
        joined=sorted(set(window.joined)),
        unbound=[f"{peer} {title}" for peer, title in sorted(seen.unbound.items())],
        unread=sorted(seen.unread),
        lost=sorted(seen.lost),
    )
    made = moment_words(datetime.fromisoformat(mark.made_at), zone) if mark.made_at else "неизвестного времени"
    until = moment_words(window.until or seen.at, zone)
    return texts_recovery.summary(made, until, listed), texts_recovery.whole_list(listed)


def about(window: Window, code: str) -> str:
    """The message as the card names it; by its number alone where no card is known."""
    return window.cards.get(code, f"№{code}")


async def send_summary(bot: Runtime) -> None:
    """The summary with its file, and the mark is gone: from here on everything is as usual."""
    file, cur, lost = await bot.db.run(lambda tx: what_is_told(tx, bot))
    files = await upload_list(bot, file, cur) if cur and not lost else ()

    async def body(tx: Transaction) -> None:
        mark = await take_mark(tx, bot)
        if mark is None:
            return
        if cur:
            sends = recovery.summed_up(bot.community, cur, mark.summary, file, files, f"{mark.since:%y%m%d%H%M%S}")
            await enqueue.enqueue(tx, sends, bot.clock.now())
        await recovery_mark.remove(tx)

    await bot.db.run(body)
    crash_point("recovery: done")


async def what_is_told(tx: Transaction, bot: Runtime) -> tuple[str, int, bool]:
    """The list, the chat of the ЦУР, 0 where there is none, and whether it has lost the bot: then it reads it later."""
    mark = await recovery_mark.read_mark(tx)
    if mark is None:
        return "", 0, False
    (file,) = await tx.keys.unseal(BODY, [("recovery", mark.told)])
    bound = facts.by_agency(await chats.bound(tx))
    cur = bound.get(CUR)
    return file or "", cur.peer if cur is not None else 0, cur is not None and cur.lost


async def upload_list(bot: Runtime, file: str, peer: int) -> tuple[str, ...]:
    """The list as a file of the ЦУР's chat; nothing where VK will not take it, for then it is said in words."""
    made = [(texts_recovery.FILE_NAME, file.encode())]
    moved = await patiently(bot, lambda: bot.files.documents(made, peer), PATIENCE)
    return moved.attachments if moved is not None else ()
