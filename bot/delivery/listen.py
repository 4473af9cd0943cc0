"""The long-poll loop: stores each answer of VK, events and cursor, in one transaction before it asks again.

It must never acknowledge an event that is not on disk, nor start from a fresh `ts` while an old one is stored
(vk-api.md §2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.delivery.intake import Intake, keep, reading_of
from bot.process.log import log
from bot.process.retry import look_after
from bot.runtime import Runtime
from bot.vk.errors import Garbled, NotReached, Uncertain, VkError
from bot.vk.parse import mapping, whole
from storage.db.crash_points import crash_point
from storage.inbox import admission

FRESH_SERVER_AFTER = 6 * 3600.0
"""A long poll that has been open for hours may fall silent without an error (vk-api.md §2.15)."""

HELD_SECONDS = 25
"""One poll is held so long, as VK recommends; it allows 90 (vk-api.md §2.4). A connection that died without a word is
noticed ten seconds later."""

GIVEN_UP_AFTER = 5
"""So often an answer that cannot be read is asked for again; then what is behind it must not wait any longer (T24)."""


@dataclass(slots=True)
class LongPollServer:
    """Where VK is asked. `stored`: the `ts` that the database has, empty where it has none."""

    url: str
    key: str
    ts: str
    taken_at: float
    stored: str = ""


async def listen(bot: Runtime) -> None:
    """The loop of the long poll: stores what VK sends until it is told to stop."""
    server: LongPollServer | None = None
    failures = garbled = 0
    while not bot.stopping.is_set():
        try:
            if garbled >= GIVEN_UP_AFTER:
                server, garbled = await anew(bot), 0
            if server is None or bot.clock.monotonic() - server.taken_at > FRESH_SERVER_AFTER:
                server = await take_server(bot, server)
            answer = await bot.vk.poll(server.url, server.key, server.ts, HELD_SECONDS)
            server = await take_answer(bot, server, answer)
            failures = garbled = 0
            bot.health.unheard, bot.health.refused = None, 0
        except (VkError, NotReached, Uncertain) as error:
            failures += 1
            garbled = garbled + 1 if isinstance(error, Garbled) else 0
            code = error.code if isinstance(error, VkError) else 0
            bot.health.unheard, bot.health.refused = bot.health.unheard or bot.clock.now(), code
            log.warning("poll_failed", loop="listen", error=type(error).__name__, code=code, failed=failures)
            await bot.clock.sleep(min(30.0, look_after(failures - 2).total_seconds()))


async def take_server(bot: Runtime, before: LongPollServer | None) -> LongPollServer:
    """A fresh key and server; the `ts` is the stored one, so that what came meanwhile is served (vk-api.md §2.10)."""
    await bot.pace.turn()
    raw = mapping(await bot.vk.call("groups.getLongPollServer", {"group_id": bot.community}))
    known = before.stored if before else await bot.db.run(admission.cursor_of)
    stored = known or ""
    ts = (before.ts if before else stored) or str(raw.get("ts"))
    return LongPollServer(str(raw.get("server")), str(raw.get("key")), ts, bot.clock.monotonic(), stored)


async def take_answer(bot: Runtime, server: LongPollServer, answer: Mapping[str, Any]) -> LongPollServer | None:
    """What one answer means; None asks for a new server."""
    failed = answer.get("failed")
    if failed is not None:
        return await after_failure(bot, server, whole(failed), answer)
    updates = answer.get("updates")
    ts = str(answer.get("ts", server.ts))
    if not isinstance(updates, list):
        raise Garbled("long poll: no updates")
    crash_point("listen: answered")
    if updates or ts != server.stored:  # an hour in which nobody writes leaves no trace
        await ingest(bot, updates, ts)
    server.ts = server.stored = ts
    return server


async def after_failure(
    bot: Runtime, server: LongPollServer, failed: int, answer: Mapping[str, Any]
) -> LongPollServer | None:
    """1 and 3 mean that events may be lost: history is read. 2 keeps `ts` (vk-api.md §2.8)."""
    log.warning("poll_refused", loop="listen", code=failed)
    if failed == 1 and "ts" in answer:
        bot.sweeps.notify()
        server.ts = str(answer["ts"])
        return server
    if failed in (2, 4):
        return await take_server(bot, server)
    return await anew(bot)


async def anew(bot: Runtime) -> LongPollServer:
    """A fresh place in VK's queue; what lies between is read from history."""
    bot.sweeps.notify()
    fresh = await take_server(bot, None)
    raw = mapping(await bot.vk.call("groups.getLongPollServer", {"group_id": bot.community}))
    fresh.ts, fresh.key = str(raw.get("ts")), str(raw.get("key"))
    return fresh


async def ingest(bot: Runtime, updates: Sequence[object], ts: str | None) -> None:
    """Everything of one answer and the cursor, in one transaction; then whoever waits for it is woken."""
    reading = reading_of(bot.settings, bot.rules, lambda: bot.find)
    intake = Intake(bot.db, bot.clock, bot.signer, bot.policy.consent_hash, reading)
    kept = await keep(intake, updates, ts)
    crash_point("listen: kept")
    if kept.new:
        log.info("arrived", loop="listen", count=kept.new)
    if kept.to_handle:
        bot.events.notify()
    if kept.behind:
        bot.gaps.notify()
