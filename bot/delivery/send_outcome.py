"""Classifies VK's answer to one outgoing message and records it. Facts are never fenced (delivery.md §11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.process import retry
from bot.process.log import log
from bot.process.retry import Class, classify, look_after, look_under_post_after, wait_before
from bot.runtime import Runtime
from bot.vk.parse import mapping, number_of, whole
from states.degraded import form
from states.effects import AnswerButton, Edit, Kind, Send
from states.events import DeliveryOutcome as Fate
from states.messages import is_chat
from states.people.comments import WALLS
from storage.db.transaction import Transaction
from storage.outbox import claim, fallback, outcomes
from storage.outbox.enqueue import Outgoing
from storage.outbox.outcomes import Delivered

REPEATED = 100
"""VK may also say this of a `random_id` that it has seen (delivery.md §2.2): after a lost answer only history tells,
and where that hides something nobody does."""
COMMENT = "wall.createComment"
LINKS_FORBIDDEN, TOO_MANY_COMMENTS = 222, 223
NUMBERLESS = "ответ без номера"
"""The same may be meant by an answer without a number (Q2)."""


class Verdict(StrEnum):
    """What to do with the row."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    DEGRADE = "degrade"
    PARK = "park"
    DOUBTFUL = "doubtful"
    HALT = "halt"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """`cmid` with SENT, `code` with an error of VK, `reason` for the row and the log. `own`: seen with its own id.
    `hidden`, with ABSENT: history does not show everything in which it could be, so it is no proof against what VK
    calls repeated."""

    verdict: Verdict
    code: int = 0
    cmid: int = 0
    reason: str = ""
    own: bool = False
    hidden: bool = False


BY_CLASS = {
    Class.NOT_SENT: Verdict.NOT_SENT,
    Class.UNKNOWN: Verdict.UNKNOWN,
    Class.DEGRADE: Verdict.DEGRADE,
    Class.RECIPIENT: Verdict.PARK,
    Class.CHAT: Verdict.PARK,
    Class.HALT: Verdict.HALT,
}


def verdict(method: str, code: int) -> Verdict:
    """The verdict on an error. What can be repeated without harm is never unknown."""
    if method == "execute" and code in (retry.SETTINGS | retry.DOUBTFUL | {100}):
        return Verdict.HALT  # the whole call was refused: no recipient is the cause
    if method != COMMENT and code in retry.DOUBTFUL:
        return Verdict.DOUBTFUL
    if method == "messages.sendMessageEventAnswer" and classify(code) is not Class.HALT:
        return Verdict.SET_ASIDE if classify(code) is not Class.NOT_SENT else Verdict.NOT_SENT
    if method == COMMENT:
        return verdict_on_comment(code)
    found = BY_CLASS[classify(code)]
    if method == "messages.edit":
        if found is Verdict.UNKNOWN and code in retry.UNKNOWN:
            return Verdict.NOT_SENT
        return Verdict.DEGRADE if found is Verdict.UNKNOWN else found
    return found


def verdict_on_comment(code: int) -> Verdict:
    """What VK does not take under a post stops nothing but itself: the post is closed, the comment gone, or the key may
    not comment. A person is told."""
    if code == LINKS_FORBIDDEN:
        return Verdict.DEGRADE
    if code in retry.NOT_SENT or code == TOO_MANY_COMMENTS:
        return Verdict.NOT_SENT
    return Verdict.UNKNOWN if code in retry.UNKNOWN else Verdict.SET_ASIDE


def outcome_of_call(method: str, value: Any, errors: Iterator[tuple[str, int]]) -> SendOutcome:
    """The outcome of one call inside `execute`: `False` stands where it failed, errors are listed in order."""
    if value is False:
        _, code = next(errors, ("", 0))
        return SendOutcome(verdict(method, code), code)
    if method == COMMENT:
        number = whole(mapping(value).get("comment_id"))
        return SendOutcome(Verdict.SENT, cmid=number) if number > 0 else SendOutcome(Verdict.UNKNOWN, reason=NUMBERLESS)
    if method != "messages.send":
        return SendOutcome(Verdict.SENT) if value == 1 else SendOutcome(Verdict.NOT_SENT, reason="странный ответ")
    item = mapping(value[0]) if isinstance(value, list) and value else {}
    error = item.get("error")
    if error:
        code = whole(mapping(error).get("code")) or whole(mapping(error).get("error_code"))
        return SendOutcome(verdict(method, code), code)
    cmid = number_of(item)
    # An answer without a cmid proves nothing: history does (delivery.md §2.2).
    return SendOutcome(Verdict.SENT, cmid=cmid) if cmid > 0 else SendOutcome(Verdict.UNKNOWN, reason=NUMBERLESS)


async def record_sent(tx: Transaction, bot: Runtime, delivered: Sequence[tuple[Outgoing, SendOutcome]]) -> None:
    """T4: the facts of a round in a few statements. What VK deduplicated gets a new `random_id`, and an alarm."""
    rows = [
        Delivered(row.id, outcome.cmid or row.target_cmid or 0, row.lost, outcome.own) for row, outcome in delivered
    ]
    deduplicated = await outcomes.record_all_sent(tx, rows, bot.clock.now())
    for row, _ in delivered:
        if row.id in deduplicated:
            log.error("deduplicated", loop="send", cause=row.cause, appeal=row.appeal)


async def record_one(tx: Transaction, bot: Runtime, row: Outgoing, outcome: SendOutcome) -> None:
    """Stores one outcome in the database (T4, T5)."""
    now = bot.clock.now()
    match outcome.verdict:
        case Verdict.SENT:
            pass  # kept with the others of the round by `record_sent`
        case Verdict.NOT_SENT:
            due = now + wait_before(outcome.code, row.attempts)
            await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=row.was_unknown, reason=str(outcome.code))
        case Verdict.DEGRADE if outcome.code == REPEATED and isinstance(form(row.effect, row.level), Send):
            due = now + look_after(row.looks)
            await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=True, reason=str(outcome.code))
        case Verdict.UNKNOWN if isinstance(form(row.effect, row.level), Edit | AnswerButton):
            due = now + look_after(row.attempts)
            await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=False, reason=outcome.reason)
        case Verdict.UNKNOWN:
            due = now + (look_under_post_after if row.peer in WALLS else look_after)(row.looks)
            reason = outcome.reason if outcome.reason == NUMBERLESS else str(outcome.code or row.code or "")
            await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=True, reason=reason)
        case Verdict.ABSENT:
            await proven_absent(tx, bot, row, hidden=outcome.hidden)
        case Verdict.DEGRADE:
            await fallback.fall_back(tx, row.id, row.fencing_token, now, code=outcome.code)
        case Verdict.PARK | Verdict.DOUBTFUL:
            await park_or_retry(tx, bot, row, outcome.code)
        case Verdict.HALT:
            due = now + timedelta(seconds=30)
            await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=row.was_unknown, reason=str(outcome.code))
        case Verdict.SET_ASIDE:
            await outcomes.dead_letter(tx, row.id, row.fencing_token, now, code=outcome.code)


async def park_or_retry(tx: Transaction, bot: Runtime, row: Outgoing, code: int) -> None:
    """Parked, unless they were heard of since this try began: they may have opened the dialogue while VK's answer was
    on its way, and what releases it may be handled by now (F15). Then it is tried once more."""
    now = bot.clock.now()
    if row.lease_until is not None and await outcomes.has_heard(tx, row.peer, row.lease_until - claim.LEASE):
        due = now + wait_before(code, row.attempts)
        await outcomes.defer(tx, row.id, row.fencing_token, due, unknown=row.was_unknown, reason=str(code))
        return
    fate = Fate.CHAT_LOST if is_chat(row.peer) else Fate.RECIPIENT_CLOSED
    await outcomes.park(tx, row.id, row.fencing_token, fate, code, now)


def named_nowhere(code: int) -> bool:
    """A code that no table knows (design.md §12). One that says "not now", like 6, sets nothing aside however often."""
    return code != 0 and classify(code) is Class.UNKNOWN and code not in retry.UNKNOWN


async def proven_absent(tx: Transaction, bot: Runtime, row: Outgoing, *, hidden: bool) -> None:
    """Sends a message again that VK does not have, with the same random_id, unless the content itself seems to be the
    cause."""
    now = bot.clock.now()
    repeated = row.reason == NUMBERLESS or hidden
    suspected = row.looks >= retry.LOOKS and row.code in (10, REPEATED)
    refused_at_once = row.code == REPEATED and row.attempts == 1
    if (suspected or refused_at_once) and not repeated:
        await fallback.fall_back(tx, row.id, row.fencing_token, now, code=row.code)
    elif row.looks >= retry.LOOKS and repeated and row.kind not in (Kind.CARD, Kind.ADDITION):
        # VK calls it said and does not show it: so it was said, and its number stays unknown (Q2, I2, I8).
        log.warning("unnumbered", loop="send", cause=row.cause, appeal=row.appeal)
        await outcomes.record_all_sent(tx, [Delivered(row.id, 0, row.lost)], now)
    elif row.looks >= retry.LOOKS and (repeated or named_nowhere(row.code)):
        # Whether its chat reads a resident's words nobody must guess, and to a card without its number nobody could
        # reply: the ЦУР hears of it (handlers/system/delivery.py).
        await outcomes.dead_letter(tx, row.id, row.fencing_token, now, code=row.code)
    else:
        await outcomes.record_absent(tx, row.id, row.fencing_token, now)
