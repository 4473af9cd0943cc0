"""The sending loop: claims due messages of different lanes and sends up to 25 in one call, one in flight per lane and
a few calls at a time.

It must never send a message that is not marked in flight on disk; an uncertain outcome is verified, never guessed
(delivery.md §3).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeGuard

from bot.delivery.send_outcome import COMMENT, SendOutcome, Verdict, outcome_of_call, record_one, record_sent, verdict
from bot.delivery.verify_delivery import verify_delivery, with_lost
from bot.feature import Made
from bot.process import retry
from bot.process.log import log
from bot.process.pace import Permit
from bot.process.retry import Class, classify
from bot.runtime import Runtime
from bot.vk import render
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.files import Moved
from handlers.text import texts_chat
from states.degraded import fitting, form
from states.effects import DATA, AnswerButton, Edit, Send, lost_words
from states.messages import is_chat, is_person
from states.people.comments import WALLS
from storage.db.crash_points import crash_point
from storage.db.transaction import Transaction
from storage.outbox import claim, outcomes
from storage.outbox.enqueue import Outgoing

LEASE = timedelta(seconds=90)
PER_CALL = 25
HALT_SECONDS = 30.0
CALLS_AT_ONCE = 4
"""Answers of VK that are waited for at a time: one after another they would leave most of the limit unused."""
FILES_AT_ONCE = 4
FILE_TRIES = 8
UPLOADS = frozenset({"photos.getMessagesUploadServer", "docs.getMessagesUploadServer"})
"""What asks VK for a place for files of this very peer."""


@dataclass(slots=True)
class Sender:
    """The state of one send loop: what is only worth keeping while the process lives."""

    bot: Runtime
    worker: str
    halted_until: float = 0.0
    doubted: list[int] = field(default_factory=list)
    file_tries: dict[int, int] = field(default_factory=dict)
    calls: asyncio.Semaphore = field(init=False)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FILES_AT_ONCE))


async def send(bot: Runtime, worker: str = "") -> None:
    """Send until told to stop, then let the files that are on their way finish. `worker` holds the lanes."""
    sender = Sender(bot, worker or str(bot.settings.worker))
    await bot.db.run(lambda tx: claim.recover_leases(tx, bot.clock.now(), sender.worker))
    await sending(sender)


async def sending(sender: Sender) -> None:
    """The loop that sends due messages until it is told to stop, or until there is nothing to do and the bell lets it
    rest."""
    bot, sender.calls = sender.bot, asyncio.Semaphore(CALLS_AT_ONCE)  # of a loop that failed none is under way
    async with asyncio.TaskGroup() as group:
        while not bot.stopping.is_set():
            halted = sender.halted_until - bot.clock.monotonic()
            if halted > 0:
                if not await bot.outgoing.wait(min(halted, 1.0)):
                    return
                continue
            bot.outgoing.clear_signal()
            await sender.calls.acquire()
            permit = await bot.pace.turn()  # before rows are claimed: what came while it was waited for goes with them
            found = await taken_of(sender)
            ready = await sorted_out(sender, group, found.rows)
            if ready:
                group.create_task(one_call(sender, ready, permit))  # noqa: TID251 - the group waits for it
            else:
                bot.pace.give_back(permit)
                sender.calls.release()
            if found.looks:
                await verify_rows(sender, found.looks)
            if not found.looks and len(found.rows) < PER_CALL and not await bot.outgoing.wait(found.wait):
                return  # when its calls have been answered: the group waits for them


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a round begins with: unknown outcomes whose time has come, or without any what is due. `wait`: so many
    seconds there is nothing more. `told`: something has become too late, which is an event again."""

    looks: Sequence[Outgoing] = ()
    rows: Sequence[Outgoing] = ()
    wait: float = 0.0
    told: bool = False


async def taken_of(sender: Sender) -> Claimed:
    """Verification is slow; claimed rows would stay in flight, so a round does the one or the other."""
    found = await sender.bot.db.run(lambda tx: claim_work(tx, sender))
    if found.told:
        sender.bot.events.notify()
    return found


async def claim_work(tx: Transaction, sender: Sender) -> Claimed:
    """Claims unknown outcomes to verify or, without any, messages that are due, for 90 seconds, and says how long to
    wait after them."""
    bot = sender.bot
    now = bot.clock.now()
    looks = await claim.claim_unverified(tx, sender.worker, now, PER_CALL, LEASE)
    if looks:
        return Claimed(looks=looks)
    rows = await claim.claim_due(tx, sender.worker, now, PER_CALL, LEASE)
    wait = await seconds_to_next(tx, bot) if len(rows) < PER_CALL else 0.0
    return Claimed(rows=rows, wait=wait, told=tx.tally_of("received") > 0)


async def seconds_to_next(tx: Transaction, bot: Runtime) -> float:
    """Seconds until the next message is due, 0.01 at least; infinity where none is."""
    soonest = await claim.next_due_at(tx, bot.clock.now())
    return math.inf if soonest is None else max(0.01, (soonest - bot.clock.now()).total_seconds())


async def verify_rows(sender: Sender, rows: Sequence[Outgoing]) -> None:
    """Asks VK for each unconfirmed message whether it was sent, and records the outcome one by one."""
    for row in rows:
        crash_point("send: claimed for a look")
        seen = await verify_delivery(sender.bot, row)
        crash_point("send: looked")
        await keep(sender, [(row, seen)])


async def sorted_out(
    sender: Sender, group: asyncio.TaskGroup, rows: Sequence[Outgoing]
) -> list[tuple[Outgoing, Send | Edit | AnswerButton]]:
    """What goes in one call. Files move apart."""
    ready: list[tuple[Outgoing, Send | Edit | AnswerButton]] = []
    for row in rows:
        shape = form(row.effect, row.level)
        if isinstance(shape, Send) and (shape.copy is not None or shape.document) and not row.uploaded:
            group.create_task(with_files(sender, row, shape))  # noqa: TID251 - the group waits for it
        elif shape is None or (isinstance(shape, Edit) and row.target_cmid is None):
            await keep(sender, [(row, SendOutcome(Verdict.SET_ASIDE, reason="некуда"))])
        else:
            ready.append((row, shape))
    return ready


async def one_call(
    sender: Sender, ready: Sequence[tuple[Outgoing, Send | Edit | AnswerButton]], permit: Permit
) -> None:
    """Lanes are free afterwards, and the loop may sleep."""
    try:
        await keep(sender, await send_in_one_call(sender.bot, ready, permit))
    finally:
        sender.calls.release()
        sender.bot.outgoing.notify()


async def with_files(sender: Sender, row: Outgoing, shape: Send) -> None:
    """Move the files, note them, then send this message by itself. The loop has gone on meanwhile, and may sleep."""
    try:
        await files_first(sender, row, shape)
    finally:
        sender.bot.outgoing.notify()


async def files_first(sender: Sender, row: Outgoing, shape: Send) -> None:
    """Uploads the files of a message, records that, and then sends it. Uploads that fail are tried again later, and at
    last the words leave without files."""
    bot = sender.bot
    async with sender.slots:
        try:
            moved = await moved_files(bot, shape)
        except (NotReached, Uncertain, VkError) as error:
            # Nothing was sent yet, whatever became of the uploads.
            code = error.code if isinstance(error, VkError) else 0
            tries = sender.file_tries[row.id] = sender.file_tries.get(row.id, 0) + 1
            takes_none = is_chat(row.peer) and code in retry.RECIPIENT and tries > 1
            if is_recipient_closed(error) and not takes_none:
                await keep(sender, [(row, SendOutcome(Verdict.PARK, error.code))])
                return
            if not takes_none and (tries < FILE_TRIES or classify(code) is not Class.UNKNOWN or not code):
                row = replace(row, attempts=tries)  # so that the waits grow
                await keep(sender, [(row, SendOutcome(Verdict.NOT_SENT, code, reason="files"))])
                return
            # The words are not held back for ever. A chat that VK shows us and that takes no files twice (one that was
            # made by a community, vk-api.md §6.1) takes them without: else it were lost and found each minute.
            moved = Moved((), (lost_words(shape.document) if shape.document else "файлы исходного сообщения",))
        sender.file_tries.pop(row.id, None)
        files = (moved.attachments, moved.lost)
        crash_point("files: uploaded")
        if not await bot.db.run(lambda tx: outcomes.record_uploaded(tx, row.id, *files, row.fencing_token)):
            return  # taken back meanwhile, or another worker has it
        row = replace(row, attachments=moved.attachments, lost=moved.lost, uploaded=True)
        await keep(sender, await send_in_one_call(bot, [(row, shape)], await bot.pace.turn()))


def is_recipient_closed(error: Exception) -> TypeGuard[VkError]:
    """Whether VK lets us upload nothing for this peer for the reason for which it would take no message: who closed the
    dialogue (901), a chat that has lost the bot. It is told at once, as of a message without files."""
    return isinstance(error, VkError) and error.method in UPLOADS and error.code in retry.RECIPIENT | retry.CHAT


async def moved_files(bot: Runtime, shape: Send) -> Moved:
    """The files of other messages, or those that are made here and now and kept nowhere (R12, R52)."""
    if not shape.document:
        return await bot.files.move(shape.copy, shape.peer) if shape.copy is not None else Moved((), ())
    try:
        made, instead = await made_files(bot, shape)
    except Exception as error:  # noqa: BLE001 - a file that cannot be made stops nobody else's messages
        log.error("document_failed", loop="send", error=type(error).__name__)
        made, instead = (), ()
    if not made:
        return Moved((), (lost_words(shape.document), *instead))
    return await bot.files.documents(made, shape.peer)


async def own_data(bot: Runtime, resident: int) -> tuple[tuple[str, bytes], ...]:
    """The two files of «Мои данные» for this resident; loaded where somebody asks for them: it is seldom."""
    from bot.delivery.my_data_files import files
    from storage.privacy.subject_export import everything_about

    return files(await bot.db.run(lambda tx: everything_about(tx, resident)), bot.policy, bot.directory)


async def made_files(bot: Runtime, shape: Send) -> Made:
    """The files of a message's document, and sentences in place of those that cannot be made. A resident gets his own
    data and no other document."""
    if shape.document == DATA and is_person(shape.peer):
        return await own_data(bot, shape.peer), ()
    if is_person(shape.peer):
        return (), ()
    making = bot.making(shape.document)
    return await making(bot, shape.document) if making is not None else ((), (texts_chat.LEFT_OUT,))


def call_of(bot: Runtime, row: Outgoing, shape: Send | Edit | AnswerButton) -> tuple[str, dict[str, Any]]:
    """VK's method and its parameters for this message."""
    match shape:
        case Send() if shape.peer in WALLS:
            return COMMENT, render.comment(shape, row.random_id, bot.community)
        case Send():
            attachments = row.attachments if shape.copy is not None or shape.document else ()
            said = replace(shape, text=with_lost(row, shape))
            return "messages.send", render.send(said, row.random_id, attachments, bot.signer)
        case Edit():
            return "messages.edit", render.edit(fitting(shape, row.target_level), row.target_cmid or 0, bot.signer)
        case AnswerButton():
            return "messages.sendMessageEventAnswer", render.answer_button(shape)


async def send_in_one_call(
    bot: Runtime, ready: Sequence[tuple[Outgoing, Send | Edit | AnswerButton]], permit: Permit
) -> list[tuple[Outgoing, SendOutcome]]:
    """Sends several messages in one `execute`, and gives the outcome of each; an error of the whole is everybody's."""
    calls = [call_of(bot, row, shape) for row, shape in ready]
    crash_point("send: in flight")
    try:
        permit.at = bot.clock.monotonic()
        done = await bot.vk.batch(render.execute_code(calls))
    except VkError as error:
        if error.code == 6:
            bot.pace.too_fast()
        whole = SendOutcome(verdict("execute", error.code), error.code)
        return [(row, whole) for row, _ in ready]
    except NotReached:
        return [(row, SendOutcome(Verdict.NOT_SENT, reason="нет связи")) for row, _ in ready]
    except Uncertain:
        return [(row, SendOutcome(Verdict.UNKNOWN, reason="нет ответа")) for row, _ in ready]
    finally:
        permit.note_answer(bot.clock.monotonic())
    errors = iter(done.errors)
    values = [*done.values, *([None] * len(ready))]
    return [
        (row, outcome_of_call(method, value, errors))
        for (row, _), (method, _), value in zip(ready, calls, values, strict=False)
    ]


async def keep(sender: Sender, outcomes: Sequence[tuple[Outgoing, SendOutcome]]) -> None:
    """T4 and T5: all outcomes of a round in one transaction."""
    bot = sender.bot
    crash_point("send: answered")
    outcomes = [(row, doubts(sender, row, outcome)) for row, outcome in outcomes]
    if any(outcome.verdict is Verdict.HALT for _, outcome in outcomes):
        sender.halted_until = bot.clock.monotonic() + HALT_SECONDS
        bot.health.halted = next(outcome.code for _, outcome in outcomes if outcome.verdict is Verdict.HALT)
        codes = sorted({outcome.code for _, outcome in outcomes if outcome.verdict is Verdict.HALT})
        log.error("sender_halted", loop="send", code=codes, seconds=HALT_SECONDS)
    elif any(outcome.verdict is Verdict.SENT for _, outcome in outcomes):
        bot.health.halted = 0
    reported = await bot.db.run(lambda tx: record(tx, bot, outcomes))
    crash_point("send: recorded")
    if reported:
        bot.events.notify()
    if any(outcome.verdict is Verdict.SENT for _, outcome in outcomes):
        bot.gaps.notify()  # our number may stand above one that the long poll has lost


def doubts(sender: Sender, row: Outgoing, outcome: SendOutcome) -> SendOutcome:
    """7 and 15: this chat first, the sender when three chats in a row say so (design.md §12)."""
    if outcome.verdict is Verdict.SENT:
        sender.doubted.clear()
    if outcome.verdict is not Verdict.DOUBTFUL:
        return outcome
    if row.peer not in sender.doubted:
        sender.doubted.append(row.peer)
    return replace(outcome, verdict=Verdict.HALT if len(sender.doubted) >= 3 else Verdict.PARK)


async def record(tx: Transaction, bot: Runtime, outcomes: Sequence[tuple[Outgoing, SendOutcome]]) -> bool:
    """Whether anything of it is an event again."""
    delivered = [(row, outcome) for row, outcome in outcomes if outcome.verdict is Verdict.SENT]
    await record_sent(tx, bot, delivered)
    for row, outcome in outcomes:
        await record_one(tx, bot, row, outcome)
        log.info(
            "sent" if outcome.verdict is Verdict.SENT else "not_sent",
            loop="send",
            cause=row.cause,
            appeal=row.appeal,
            state=outcome.verdict.value,
            code=outcome.code,
            attempts=row.attempts,
        )
    return tx.tally_of("received") > 0
