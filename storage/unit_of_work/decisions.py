"""Keeps the decisions of a batch: all of every decision, or nothing of any (T2). It must never decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, insert, select

from states.decision import Consent, Decision
from states.effects import CancelSend, CancelTimer, Effect, LetGo, Release, Reread, Retell, SendHeld, StartTimer
from states.events import RoutesChanged
from states.lifecycle.rights import ErasureRequest
from states.messages import is_person
from states.people.chats import Chat
from storage.db.columns import in_community
from storage.db.crash_points import crash_point
from storage.db.schema import chat, consent, inbox
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.inbox.history import hold_for_content
from storage.inbox.inbox import Waiting, enqueue_internal, finish
from storage.inbox.watermarks import set_base
from storage.outbox.enqueue import cancel_all, enqueue
from storage.outbox.outcomes import let_go, release, retell, send_held
from storage.privacy import audit, erasures, forgetting
from storage.records import appeals, chats, comments, notices, officials, sessions
from storage.unit_of_work.facts import WAITING_LIMIT

Decided = Sequence[tuple[Waiting, Decision]]
E = TypeVar("E")


async def keep_decisions(tx: Transaction, decided: Decided, now: datetime, digests: Sequence[str | None] = ()) -> None:
    """Everything that follows from these events, and that they are handled.

    `Conflict` where an appeal or a code has been changed by somebody else since the facts were read.
    """
    if not decided:
        return
    for waiting, decision in decided:
        if decision.erases:
            await forgetting.erase(tx, waiting.peer, now, force=True)
    decisions = [decision for _, decision in decided]
    changed = [appeal for decision in decisions for appeal in decision.appeals]
    lines = [line for decision in decisions for line in decision.history]
    await appeals.keep_appeals(tx, changed, lines)
    await appeals.keep_dialogues(tx, [decision.dialogue for decision in decisions if decision.dialogue is not None])
    if consents := [decision.consent for decision in decisions if decision.consent is not None]:
        await _keep_consents(tx, consents, now)
    if any(decision.chat is not None for decision in decisions):
        await _keep_chats(tx, decided, now)
    if people := [official for decision in decisions for official in decision.officials]:
        await officials.keep(tx, people)
    if told_of := [comment for decision in decisions for comment in decision.comments]:
        await comments.keep(tx, told_of)
    if posts := [post for decision in decisions for post in decision.posts]:
        await comments.keep_posts(tx, posts)
    if given := [notice for decision in decisions for notice in decision.notices]:
        await notices.keep(tx, given)
    if links := [decision.sign_in for decision in decisions if decision.sign_in is not None]:
        await sessions.keep_links(tx, links)
    crash_point("decide: state in")
    # Ended first: a decision may ask for its own message to be fetched and handled again.
    await finish(tx, [(waiting, decision.ignored) for waiting, decision in decided], now, digests)
    await _carry_out(tx, decided, now)
    # A full portion of waiting appeals was moved: there may be more.
    full = [waiting for waiting, decision in decided if len(decision.appeals) >= WAITING_LIMIT]
    told = [
        (waiting.peer, f"more|{waiting.key[:200]}|{waiting.id}", RoutesChanged(waiting.peer, now)) for waiting in full
    ]
    await enqueue_internal(tx, told, now)
    for waiting, decision in decided:
        if decision.erasure is not None:
            await erasures.ask(tx, replace(decision.erasure, cut=await _cut(tx, waiting, decision.erasure)), now)
    # Last: the transaction that adds to the chain holds it until the commit.
    if said := [line for decision in decisions for line in decision.audit]:
        await audit.append(tx, said, now)


_PLACE = select(inbox.c.ord).where(in_community(inbox), inbox.c.id == bindparam("row"))


async def _cut(tx: Transaction, waiting: Waiting, request: ErasureRequest) -> int:
    """The number of the event: of a press that writes nothing, the highest that was known when it came. An event that
    no row is of says it itself (delivery.md §13)."""
    row = await tx.row(_PLACE, {"row": waiting.id})
    return request.cut if row is None else int(row["ord"]) // 2


async def _keep_consents(tx: Transaction, consents: Iterable[Consent], now: datetime) -> None:
    rows = [
        {
            "id": tx.ids.next(now),
            "resident": given.resident,
            "given": given.given,
            "text_hash": given.text_hash,
            "at": given.at,
            "cmid": given.cmid,
        }
        for given in consents
    ]
    await tx.execute_many(insert(consent), rows)


_BOUND_TO = select(chat.c.peer, chat.c.agency, chat.c.lost, chat.c.paused_until).where(
    in_community(chat), chat.c.peer.in_(bindparam("peers", expanding=True))
)


async def _keep_chats(tx: Transaction, decided: Decided, now: datetime) -> None:
    """Chats and used codes. A chat that begins to work, or works again, changes where waiting appeals may go."""
    kept = [(waiting, _awake(decision.chat, now)) for waiting, decision in decided if decision.chat is not None]
    peers = sorted(found.peer for _, found in kept)
    rows = {row["peer"]: row for row in await tx.rows(_BOUND_TO, {"peers": peers})}
    await chats.keep(tx, [found for _, found in kept])
    for digest in sorted(decision.used_code for _, decision in decided if decision.used_code is not None):
        await chats.use_code(tx, digest, now)
    for waiting, changed in kept:
        if not changed.bound or changed.lost:
            continue
        known = rows.get(changed.peer)
        begins = known is None or known["lost"] or known["agency"] != changed.agency
        if begins and waiting.cmid is not None and waiting.peer == changed.peer:
            # From the message that bound it on, nothing of this chat may be missing (delivery.md §10).
            await set_base(tx, changed.peer, waiting.cmid)
        resumes = known is not None and known["paused_until"] is not None and changed.paused_until is None
        if begins or resumes:
            told = (changed.peer, f"routes|{waiting.key}", RoutesChanged(changed.peer, now))
            await enqueue_internal(tx, [told], now)


def _awake(chat: Chat, now: datetime) -> Chat:
    """A pause that is over is none."""
    return chat if chat.is_paused(now) else replace(chat, paused_until=None)


async def _carry_out(tx: Transaction, decided: Decided, now: datetime) -> None:
    effects = [effect for _, decision in decided for effect in decision.effects]
    if causes := [cancel_send.cause for cancel_send in _of(CancelSend, effects)]:
        await cancel_all(tx, causes, now)
    # A person who writes to us has an open dialogue: parked messages may go first (delivery.md §9).
    wrote = [w.peer for w, _ in decided if w.kind == "message" and is_person(w.peer)]
    await release(tx, [*wrote, *(parked.peer for parked in _of(Release, effects))], now)
    for again in _of(Retell, effects):
        await retell(tx, again.peer, now)
    if agreed := [effect.key for effect in _of(SendHeld, effects)]:
        await send_held(tx, agreed, now)
    if free := [freed.cause for freed in _of(LetGo, effects)]:
        await let_go(tx, free)
    await enqueue(tx, effects, now)
    await timers.change(tx, [effect for effect in effects if isinstance(effect, StartTimer | CancelTimer)])
    for edited in (False, True):
        wanted: dict[int, set[int]] = {}
        for reread in _of(Reread, effects):
            if cmids := reread.edited if edited else reread.cmids:
                wanted.setdefault(reread.peer, set()).update(cmids)
        if wanted:
            await hold_for_content(tx, wanted, now, edited=edited)


def _of(kind: type[E], effects: Iterable[Effect]) -> list[E]:
    """The effects of one kind."""
    return [effect for effect in effects if isinstance(effect, kind)]
