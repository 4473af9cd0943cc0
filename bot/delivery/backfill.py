"""What the long poll did not bring is read from VK's history: by gaps, never by the highest number (delivery.md §10).

It also reads again what was dropped before consent and what came cropped. It must never invent: unreadable is said.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.process.clock import Clock
from bot.process.log import log
from bot.process.retry import look_after
from bot.runtime import Runtime
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import arrived_message, mapping, moment, number_of, own_of, whole
from bot.vk.render import execute_code
from states.events import ChatUnseen
from states.messages import is_chat
from storage.db import notes
from storage.db.crash_points import crash_point
from storage.db.transaction import Own, Transaction
from storage.inbox import admission, history, inbox, unread
from storage.inbox.history import Gap
from storage.inbox.inbox import Arrived
from storage.outbox import outcomes
from storage.records import chats as chat_rows

LAST = "last_conversation_message_id"
SETTLE_SECONDS = 0.2
"""Our own messages leave gaps for a moment, until their numbers are kept."""
GAPS_AT_ONCE = 100
CALLS_AT_ONCE = 25
GATHERING = 4
"""So often at the most it is waited for more gaps, `SETTLE_SECONDS` each."""
READ = "messages.getByConversationMessageId"
READ_BY_ID = "messages.getById"
TOO_BIG = 13
"""`execute` could not return so much; half of it can."""
PAGE = 200
BELIEVED_AFTER = 10.0
"""VK's history may lag behind its events: a place that it does not show is empty only if it still is so much later."""
OVERLAP = timedelta(minutes=10)
VERIFIED_EVERY = 600.0
"""Seconds until VK's list of dialogues is compared again: what was lost without a word is found while its author still
waits. It costs a call."""
FULL_EVERY = timedelta(days=1)
NOT_OURS = {917, 922, 927, 936, 945, 946}
"""The dialogue does not exist for us: removed, left, disabled, unknown."""


async def backfill(bot: Runtime, doubts: Doubts | None = None) -> None:
    """Fill gaps as they are noticed, until told to stop, or until there is none and the bell lets it rest."""
    failures = 0
    doubts = doubts or Doubts(bot.clock)
    while not bot.stopping.is_set():
        if not await bot.gaps.wait(doubts.seconds()):
            return
        await bot.clock.sleep(SETTLE_SECONDS)
        bot.gaps.clear_signal()
        try:
            before: Sequence[Gap] = ()
            while (closed := await one_round(bot, doubts)) and closed != before:
                before = closed  # the same again is no progress, and VK need not be asked for it twenty times a second
            failures = 0
            if bot.swept and not bot.caught_up and not await bot.db.run(lambda tx: history.gaps(tx, 1)):
                bot.caught_up = True
                await caught_up(bot)
        except (VkError, NotReached, Uncertain) as error:
            failures += 1
            log.warning("backfill_failed", loop="backfill", error=type(error).__name__, failed=failures)
            await bot.clock.sleep(min(30.0, look_after(failures - 2).total_seconds()))
            bot.gaps.notify()


async def caught_up(bot: Runtime) -> None:
    """Notes once a start that VK's whole list was read and no gap is left. What was written while nobody listened is
    here, but for what VK would not give (G15)."""
    since = (bot.started_at or bot.clock.now()).replace(microsecond=0)  # VK tells whole seconds
    found = await bot.db.run(lambda tx: history.taken_in_since(tx, since))
    seconds = round((bot.clock.now() - since).total_seconds(), 1)
    said = {"at": bot.clock.now().isoformat(), "seconds": seconds, **found}
    await bot.db.run(lambda tx: notes.put(tx, notes.CAUGHT_UP, said))
    words = f"потеряно {found['lost']}, восстановлено {found['recovered']}"
    log.info("caught_up", loop="backfill", seconds=seconds, reason=words, **found)


class Doubts:
    """Places that VK did not show, and since when. Kept while the process lives: a new one doubts again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[tuple[int, int], float] = {}
        self.by_id = True
        """Whether VK reads messages by their ids; once it has refused, each dialogue is read by itself."""

    def of(self, gap: Gap) -> bool:
        """Whether a number of this gap was not shown before: what was not shown by its id is asked for by its number,
        which proves a place empty."""
        return any((gap.peer, cmid) in self._since for cmid in gap.cmids)

    def seconds(self) -> float:
        """The seconds until the next doubted number may be believed to be empty."""
        soonest = min(self._since.values(), default=math.inf)
        return max(0.0, soonest + BELIEVED_AFTER - self._clock.monotonic())

    def forget(self) -> None:
        """Forgets all doubts: no place is missing any more, however it was found."""
        self._since.clear()

    def keep_believed(self, gap: OfGap) -> OfGap:
        """The gap with what VK showed, and with what it has not shown for long enough."""
        now, peer = self._clock.monotonic(), gap.gap.peer
        there = {number_of(item) for item in gap.items}
        believed = []
        for cmid in gap.gap.cmids:
            since = now if cmid in there else self._since.setdefault((peer, cmid), now)
            if cmid in there or gap.lost or now - since >= BELIEVED_AFTER:
                self._since.pop((peer, cmid), None)
                believed.append(cmid)
        return replace(gap, gap=Gap(peer, tuple(believed)))


async def one_round(bot: Runtime, doubts: Doubts) -> Sequence[Gap]:
    """The gaps that were closed. A dialogue that cannot be read just now does not hold up the others."""
    gaps = await gather_gaps(bot)
    if not gaps:
        doubts.forget()
        return ()
    shown, refused = await read(bot, gaps, doubts)
    if not shown and refused is not None:
        raise refused
    shown = [of_gap for of_gap in map(doubts.keep_believed, shown) if of_gap.gap.cmids]
    recovered = await bot.db.run(lambda tx: all_kept(tx, bot, shown))
    log.info("gaps_closed", loop="backfill", gaps=len(shown), recovered=recovered)
    bot.events.notify()
    return [of_gap.gap for of_gap in shown]


async def gather_gaps(bot: Runtime) -> Sequence[Gap]:
    """What is to be read by one call. While others wait for VK's limit it waits for company: four dialogues in a call
    would take half of the limit from those who wait for an answer."""
    for _ in range(GATHERING):
        gaps = await bot.db.run(lambda tx: history.gaps(tx, GAPS_AT_ONCE))
        if not gaps or len(gaps) == GAPS_AT_ONCE or not bot.pace.short:
            break
        await bot.clock.sleep(SETTLE_SECONDS)
    return gaps


@dataclass(frozen=True, slots=True)
class OfGap:
    """What VK shows of a gap. `lost`: the chat is not ours any more, and never shows anything again."""

    gap: Gap
    items: Sequence[Mapping[str, Any]] = ()
    lost: bool = False


async def read(bot: Runtime, gaps: Sequence[Gap], doubts: Doubts) -> tuple[list[OfGap], VkError | None]:
    """Exactly the missing numbers of these dialogues, in one `execute`; what VK does not show is an empty place (T6).
    What does not fit into it is left for the next.

    Only an answer, or a chat that is not ours any more, proves a place empty. With a dead token or lost rights nothing
    is known, and the gap stays.
    """
    together, apart = split_by_call(gaps, doubts)
    calls: list[tuple[str, dict[str, Any]]] = []
    if together:
        calls.append((READ_BY_ID, {"message_ids": ",".join(str(number) for gap in together for number in gap.ids)}))
    calls += [(READ, {"peer_id": gap.peer, "conversation_message_ids": ",".join(map(str, gap.cmids))}) for gap in apart]
    await bot.pace.turn()
    try:
        done = await bot.vk.batch(execute_code(calls))
    except VkError as error:
        if error.code != TOO_BIG or len(gaps) == 1:
            raise
        half = len(gaps) // 2
        first, trouble = await read(bot, gaps[:half], doubts)
        second, more = await read(bot, gaps[half:], doubts)
        return [*first, *second], trouble or more
    errors = iter(done.errors)
    answers = [(value, next(errors, ("", 0))[1] if value is False else 0) for value in done.values]
    many, trouble = of_many(together, next(iter(answers), (None, 0)), doubts) if together else ([], None)
    each, refused = of_each(apart, answers[bool(together) :])
    return [*many, *each], trouble or refused


def of_each(gaps: Sequence[Gap], answers: Sequence[tuple[object, int]]) -> tuple[list[OfGap], VkError | None]:
    """What VK showed of each dialogue by its numbers; its answer, or the code of its refusal."""
    shown: list[OfGap] = []
    refused: VkError | None = None
    for gap, (value, code) in zip(gaps, answers, strict=False):
        items = mapping(value).get("items")
        if code in NOT_OURS:
            shown.append(OfGap(gap, lost=True))
        elif isinstance(items, list):
            shown.append(OfGap(gap, [mapping(item) for item in items]))
        else:
            refused = VkError(READ, code)
    return shown, refused


def split_by_call(gaps: Sequence[Gap], doubts: Doubts) -> tuple[list[Gap], list[Gap]]:
    """The gaps that one call reads by ids, and those that take a call each; as many as fit into one `execute`."""
    together: list[Gap] = []
    apart: list[Gap] = []
    room = history.PER_CALL
    for gap in gaps:
        if doubts.by_id and gap.ids and not doubts.of(gap):
            room -= len(gap.ids)
            together += [gap] if room >= 0 else []
        else:
            apart.append(gap)
    return together, apart[: CALLS_AT_ONCE - bool(together)]


def of_many(gaps: Sequence[Gap], answer: tuple[object, int], doubts: Doubts) -> tuple[list[OfGap], VkError | None]:
    """What VK showed by ids, to each dialogue its own. Refused once, they are read by their numbers from now on."""
    value, code = answer
    items = mapping(value).get("items")
    doubts.by_id = isinstance(items, list)
    if not isinstance(items, list):
        return [], VkError(READ_BY_ID, code)
    by_peer: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for item in map(mapping, items):
        by_peer[whole(item.get("peer_id"))].append(item)
    return [OfGap(gap, by_peer[gap.peer]) for gap in gaps], None


async def all_kept(tx: Transaction, bot: Runtime, shown: Sequence[OfGap]) -> int:
    """What VK showed of these dialogues, in a few statements. Returns the new rows."""
    now, since, peers = bot.clock.now(), await history.installed_at(tx), [of_gap.gap.peer for of_gap in shown]
    consented, bound = await admission.at_the_door(tx, peers, peers, bot.policy.consent_hash)
    found, ends = [GapContent(of_gap) for of_gap in shown], await unread.window_ends(tx)
    for reading in found:
        reading.over = ends.get(reading.peer)
        reading.sort_out(bot.community, since, consented=reading.peer in consented, bound=reading.peer in bound)
    await outcomes.record_seen(tx, [mine for reading in found for mine in reading.own], now)
    rows = [row for reading in found for row in reading.rows]
    own = [(mine.peer, mine.cmid) for reading in found for mine in reading.own]
    absent = [reading.absent() for reading in found]
    new = await history.fill(tx, rows, absent=absent, own=own, now=now)
    holes = {gap.peer: min(gap.cmids) for gap in absent if gap.cmids and gap.peer in bound}
    await inbox.enqueue_internal(tx, [unseen(peer, now, first) for peer, first in sorted(holes.items())], now)
    crash_point("backfill: dialogue in")
    return new


def unseen(peer: int, now: datetime, first: int = 0) -> tuple[int, str, ChatUnseen]:
    """A bound chat in which there is something that VK does not show: deleted, of another bot, or we may not read."""
    return peer, f"unseen|{first}|{now.isoformat()}", ChatUnseen(peer, now, first)


@dataclass(slots=True)
class GapContent:
    """What VK showed of a gap, sorted out: what others wrote, and what is ours or none of our business. `over`: until
    when others' words were decided on before an older copy was put back (§13); `ended`: their numbers, which count as
    not shown, so that the chat hears of them when it is looked at (F16)."""

    of: OfGap
    over: datetime | None = None
    rows: list[Arrived] = field(default_factory=list)
    own: list[Own] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    @property
    def peer(self) -> int:
        """The dialogue that the gap is in."""
        return self.of.gap.peer

    def sort_out(self, community: int, since: datetime | None, *, consented: bool, bound: bool) -> None:
        """Sorts what VK showed of the gap: others' messages become rows of the inbox; ours, and those from before the
        bot was installed, are only noted as known."""
        for item in self.of.items:
            cmid = number_of(item)
            if cmid not in self.of.gap.cmids:
                continue
            if whole(item.get("from_id")) == -community or whole(item.get("out")):
                self.own.append(replace(own_of(self.peer, item), cmid=cmid))
            elif older(item, since):
                self.own.append(Own(self.peer, cmid))
            elif is_over(item, self.over):
                self.ended.append(cmid)
            else:
                whole_of_it = {name: value for name, value in item.items() if name != "is_cropped"}
                self.rows.append(arrived_message(whole_of_it, consented=consented, chat_bound=bound))

    def absent(self) -> Gap:
        """The places that are proven empty."""
        seen = {row.cmid for row in self.rows} | {mine.cmid for mine in self.own}
        return Gap(self.peer, tuple(cmid for cmid in self.of.gap.cmids if cmid not in seen))


def older(item: Mapping[str, Any], since: datetime | None) -> bool:
    """Written before the bot was installed: known, but none of its business (delivery.md §10)."""
    at = moment(item.get("date"))
    return since is not None and at is not None and at < since - OVERLAP


def is_over(item: Mapping[str, Any], until: datetime | None) -> bool:
    """Whether these are words written up to then; who came and left is handled as usual."""
    at = moment(item.get("date"))
    return until is not None and at is not None and at <= until and not isinstance(item.get("action"), Mapping)


@dataclass(slots=True)
class Sweeps:
    """When VK's whole list was read last; kept while the process lives."""

    full_at: datetime | None = None


async def verify_dialogues(bot: Runtime, sweeps: Sweeps | None = None) -> None:
    """Compare with VK's list of dialogues: at the start, after a loss, every few minutes, in full once a day."""
    sweeps = sweeps or Sweeps()
    while not bot.stopping.is_set():
        started = bot.clock.now()
        full = sweeps.full_at is None or started - sweeps.full_at > FULL_EVERY
        try:
            noticed = await one_verification(bot, started, full=full)
            sweeps.full_at, bot.swept = (started, True) if full else (sweeps.full_at, bot.swept)
            if noticed or bot.home is None:  # of thousands that have nothing to tell nobody would read it
                state = "full" if full else "recent"
                log.info("dialogues_verified", loop="verify_dialogues", count=noticed, state=state)
            pause = VERIFIED_EVERY
        except (VkError, NotReached, Uncertain) as error:
            log.warning("verification_failed", loop="verify_dialogues", error=type(error).__name__)
            pause = 15.0
        if not await bot.sweeps.wait(pause):
            return


async def one_verification(bot: Runtime, started: datetime, *, full: bool) -> int:
    """Newest dialogues first, until older than the start of the last complete sweep (delivery.md §10)."""
    since = None if full else await bot.db.run(history.last_sweep)
    offset = noticed = 0
    stirred = full
    while True:
        await bot.pace.turn()
        params = {"count": PAGE, "offset": offset, "filter": "all"}
        answer = mapping(await bot.vk.call("messages.getConversations", params))
        items = [mapping(item) for item in answer.get("items") or []]
        heads = heads_of(items)
        noticed += await bot.db.run(lambda tx, heads=heads: notice(tx, bot, heads)) if heads else 0  # type: ignore[misc]
        stirred = stirred or any(lately(dialogue, since) for dialogue in items)
        crash_point("verify: page noticed")
        offset += len(items)
        oldest = moment(mapping(items[-1].get("last_message")).get("date")) if items else None
        if len(items) < PAGE or (since is not None and oldest is not None and oldest < since - OVERLAP):
            break
    noticed += await chats_swept(bot)
    await bot.db.run(lambda tx: history.swept(tx, started))
    if stirred or noticed:
        for bell in (bot.gaps, bot.events, bot.outgoing):
            bell.notify()
    return noticed


def lately(item: Mapping[str, Any], since: datetime | None) -> bool:
    """Whether anything was said in this dialogue since the last sweep."""
    at = moment(mapping(item.get("last_message")).get("date"))
    return since is None or (at is not None and at >= since - OVERLAP)


def heads_of(items: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """The last number of each private dialogue; chats are asked by name, an unbound one is not ours to read."""
    found: dict[int, int] = {}
    for item in items:
        conversation = mapping(item.get("conversation"))
        peer = whole(mapping(conversation.get("peer")).get("id"))
        last = number_of(conversation, LAST) or number_of(mapping(item.get("last_message")))
        if peer > 0 and not is_chat(peer) and last > 0:
            found[peer] = last
    return found


async def chats_swept(bot: Runtime) -> int:
    """Bound chats; an empty answer means that the bot is not administrator there (vk-api.md §6.1)."""
    bound = await bot.db.run(chat_rows.bound)
    peers = [chat.peer for chat in bound]
    noticed = 0
    for start in range(0, len(peers), 100):
        await bot.pace.turn()
        heads = await shown_heads(bot, peers[start : start + 100])
        hidden = [chat.peer for chat in bound[start : start + 100] if chat.peer not in heads and chat.certain]
        noticed += await bot.db.run(lambda tx, heads=heads, hidden=hidden: swept(tx, bot, heads, hidden))  # type: ignore[misc]
    return noticed


async def swept(tx: Transaction, bot: Runtime, heads: Mapping[int, int], hidden: Sequence[int]) -> int:
    """Notes dialogues that go further than we know, and chats that VK does not show (their rights are looked at); how
    many there are."""
    await inbox.enqueue_internal(tx, [unseen(peer, bot.clock.now()) for peer in hidden], bot.clock.now())
    return await notice(tx, bot, heads) + len(hidden)


async def shown_heads(bot: Runtime, peers: Sequence[int]) -> dict[int, int]:
    """The last number of each of these chats that VK shows us."""
    asked = ",".join(map(str, peers))
    answer = mapping(await bot.vk.call("messages.getConversationsById", {"peer_ids": asked}))
    heads = {
        whole(mapping(item.get("peer")).get("id")): number_of(item, LAST)
        for item in map(mapping, answer.get("items") or [])
    }
    return {peer: last for peer, last in heads.items() if peer in peers and last > 0}


async def notice(tx: Transaction, bot: Runtime, heads: Mapping[int, int]) -> int:
    """Dialogues whose last number is higher than what is known: the difference becomes gaps."""
    return await history.notice(tx, heads, bot.clock.now())
