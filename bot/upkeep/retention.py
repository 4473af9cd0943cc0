"""The retention loop: confirmed erasures within minutes, expired rows once a day (R12–R15, T9).

It decides nothing: storage knows who asked for an erasure, the settings know how long data are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.config.settings import Settings
from bot.process.advice import Refusal
from bot.process.log import log
from bot.runtime import Runtime
from bot.upkeep import audit_checkpoints
from bot.upkeep.alarms import alarm
from bot.upkeep.model_in_use import aged
from bot.vk.errors import NotReached, Uncertain, VkError
from states.events import AlarmKind
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.errors import Conflict
from storage.ops import in_all
from storage.privacy import audit, community_key, erasures, forgetting, retention
from storage.privacy.erasures import Erasure
from storage.privacy.retention import RetentionTerms

EVERY = 60.0
DAILY = timedelta(days=1)
DELETABLE = timedelta(hours=24)
"""VK deletes a message for everybody within a day (vk-api.md §3)."""
LAST_MOMENT = timedelta(days=1)
"""So long before its term an erasure no longer waits for a message that is under way."""
AT_ONCE = 100


async def retain(bot: Runtime) -> None:
    """The loop that deletes what is past its term and carries out erasures, until told to stop."""
    while not bot.stopping.is_set():
        try:
            await one_round(bot)
        except Conflict:
            log.warning("erasure_deferred", loop="retain", error="Conflict")
        await bot.chores.wait(EVERY)


async def one_round(bot: Runtime) -> None:
    """Carries requests for erasure to the operator's other communities, erases what is due, deletes in VK, and once a
    day deletes what is past its term."""
    now = bot.clock.now()
    await ask_everywhere(bot, now)
    await erase_due(bot, now)
    await delete_in_vk(bot, now)
    last = await bot.db.run(retention.last)
    if last is None or not timedelta() <= now - last < DAILY:
        await daily(bot, now)


async def erase_due(bot: Runtime, now: datetime) -> None:
    """Erase the people whose time has come; wait for a message in flight until the term is near."""
    waited = now - timedelta(minutes=bot.settings.erasure_minutes)
    done = 0
    for erasure in await bot.db.run(lambda tx: erasures.due(tx, waited, AT_ONCE)):
        if erasure.resident is not None:
            done += await erase_resident(bot, erasure, erasure.resident, now)
    if done:
        await bot.db.checkpoint()
    closed = await community_key.finish(bot.db, now)
    if done or closed:
        bot.copies.notify()
        bot.events.notify()  # others who were in one incident with them are told
        log.info("forgotten", loop="retain", count=done, state=f"closed {len(closed)}")


async def ask_everywhere(bot: Runtime, now: datetime) -> None:
    """Asks for new erasures in the operator's other communities at once: what is accepted there after that stands under
    a new consent. Also for what a consent has carried out here meanwhile."""
    for erasure in await bot.db.run(lambda tx: erasures.to_spread(tx, AT_ONCE)):
        if erasure.resident is not None:
            await ask_elsewhere(bot, erasure, erasure.resident, now)
            await bot.db.run(lambda tx, request=erasure: erasures.spread(tx, request.id))  # type: ignore[misc]


async def ask_elsewhere(bot: Runtime, erasure: Erasure, resident: int, now: datetime) -> None:
    """What is asked of an operator is asked for all of its communities here: consent was given to the operator, whose
    pages they are (152-ФЗ, art. 9 and 21). Another operator's pages have a consent of their own: it is asked there.
    The registry itself is asked: at a start this may be sooner than the loop that runs what it says."""
    home = bot.home or bot
    where = await home.db.run(lambda tx: in_all.of_same_operator(tx, home.community, bot.community, resident))
    asked = ErasureRequest(resident, erasure.asked_at, erasure.due_at, Ground(erasure.ground))
    for community in where:
        await home.db.of(community).run(lambda tx: erasures.ask_too(tx, asked, now))
        there = home if community == home.community else home.others.get(community)
        if there is not None:
            there.events.notify()


async def erase_resident(bot: Runtime, erasure: Erasure, resident: int, now: datetime) -> bool:
    """Erases the resident's data; False where something holds it up. Right before its term nothing holds it up."""
    force = erasure.due_at <= now + LAST_MOMENT
    found = await bot.db.run(lambda tx: forgetting.erase(tx, resident, now, ground=erasure.ground, force=force))
    return found is not None


async def delete_in_vk(bot: Runtime, now: datetime) -> None:
    """Our own cards in the chats of agencies, as long as VK still allows it; the others stay in the act (R14)."""
    fresh = await bot.db.run(lambda tx: erasures.since(tx, now - DELETABLE))
    for erasure in fresh:
        if "deleted" in erasure.remains:
            continue
        by_peer: dict[int, list[int]] = defaultdict(list)
        for peer, cmid, at in erasure.remains.get("cards", []):
            if datetime.fromisoformat(at) > now - DELETABLE:
                by_peer[peer].append(cmid)
        try:
            gone = [card for peer, cmids in by_peer.items() for card in await delete_batch(bot, peer, cmids)]
        except (NotReached, Uncertain) as error:
            log.warning("not_deleted", loop="retain", error=type(error).__name__)
            return  # the next round tries again, as long as a day has not passed
        await bot.db.run(lambda tx: erasures.note_deleted(tx, erasure.id, without(erasure.remains, gone)))  # noqa: B023


async def delete_batch(bot: Runtime, peer: int, cmids: Sequence[int]) -> list[list[int]]:
    """[peer, cmid] of those that VK has deleted for everybody."""
    gone: list[list[int]] = []
    for start in range(0, len(cmids), 100):
        some = cmids[start : start + 100]
        await bot.pace.turn()
        params = {"peer_id": peer, "cmids": ",".join(map(str, some)), "delete_for_all": 1}
        try:
            answer = await bot.vk.call("messages.delete", params)
        except VkError as error:
            log.warning("not_deleted", loop="retain", code=error.code, count=len(some))
            continue
        gone += [[peer, cmid] for cmid, item in zip(some, items_of(answer), strict=False) if item.get("response") == 1]
    return gone


async def note_audit_head(bot: Runtime, head: audit.Head, now: datetime) -> None:
    """Notes a checkpoint of the audit log. Its file may lie on another disk, which may be full or away: that stops
    nothing here, and is said (F21)."""
    try:
        audit_checkpoints.note(audit_checkpoints.path_of(bot.settings), bot.community, head, now)
    except Refusal:
        await alarm(bot, AlarmKind.HEADS, f"{now.astimezone(bot.policy.zone):%d.%m %H:%M}")


def items_of(answer: object) -> list[Mapping[str, Any]]:
    """The items of VK's answer; {} in place of anything that is no object, so that their order stays."""
    return [item if isinstance(item, dict) else {} for item in answer] if isinstance(answer, list) else []


def without(remains: Mapping[str, Any], gone: Sequence[Sequence[int]]) -> dict[str, Any]:
    """What remains to delete in VK, without the cards that are gone by now."""
    left = [card for card in remains.get("cards", []) if [card[0], card[1]] not in gone]
    return {**remains, "cards": left, "deleted": len(gone)}


def terms_of(settings: Settings) -> RetentionTerms:
    """How long each kind of data is kept, from the settings in days."""
    return RetentionTerms(
        raw=timedelta(days=settings.raw_days),
        bodies=timedelta(days=settings.outbox_days),
        kept=timedelta(days=settings.retention_days),
        audit=timedelta(days=settings.audit_days),
    )


async def daily(bot: Runtime, now: datetime) -> None:
    """T9: window by window, everybody else's transactions in between; models past their term; then the day's head of
    the audit log (T22)."""
    changed = 0
    for job in retention.JOBS:
        after: Any = None
        while not bot.stopping.is_set():
            window = await bot.db.run(lambda tx: job(tx, after, now, terms_of(bot.settings)))  # noqa: B023
            changed += window.changed
            after = window.after
            if after is None:
                break
            await bot.clock.sleep(0)
    if bot.home is None:
        await aged(bot, now)
    await community_key.finish(bot.db, now)
    await bot.db.checkpoint()
    head = await bot.db.run(audit.head)
    if head is not None:
        await note_audit_head(bot, head, now)
    await bot.db.run(lambda tx: retention.ran(tx, now))
    log.info("past_its_term", loop="retain", count=changed)
