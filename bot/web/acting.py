"""What is done in the panel: its role is checked here, then it is an event through the inbox, as all is (design.md §1).

It must never move a message by itself; it waits a moment to tell what became of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.web.site import Site
from handlers.lifecycle.asking import waiting_words
from handlers.text import texts_panel
from handlers.text.words import plural
from states.events import Did, PanelActed
from states.people.chats import CUR
from states.people.viewers import Role, Viewer, may_act, may_see
from storage.ops import panel_acts
from storage.ops.panel_acts import Held
from storage.records import appeals

MOST = 200
"""Messages of one press."""
STEP, LOOKS = 0.05, 80
"""Seconds between two looks whether the bot has done it, and how many there are."""
SEVERAL = frozenset({Did.ACCEPT, Did.ASSIGN, Did.MERGE, Did.REMIND})
"""What is done with many messages at once; everything else is about one."""
SPEAKS = frozenset(
    {
        Did.ANSWER, Did.TEMPLATE, Did.INTERIM, Did.ASK, Did.POSTPONE, Did.DECLINE, Did.OUTSIDE, Did.CLOSE,
        Did.REPLACE, Did.ADD,
    }
)  # fmt: skip
"""What says something to the resident."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for."""

    did: Did
    codes: tuple[str, ...]
    text: str
    whom: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Result:
    """How many were done, how many the bot has not come to yet, why the others were not. `asks`: nothing has left, for
    another answer is on its way, and the page asks what to do."""

    done: int
    waiting: int
    reasons: tuple[str, ...]
    asks: bool = False


def asked(form: FormData, site: Site) -> Asked:
    """
    Raises:
        HTTPException: 400 for what no form of ours sends, 413 for too many at once.
    """
    codes = tuple(dict.fromkeys(str(code)[:20] for code in form.getlist("code")))
    try:
        did = Did(str(form.get("did", "")))
        day = str(form.get("until", ""))
        until = end_of(site, date.fromisoformat(day)) if day else None
    except ValueError:
        raise HTTPException(400) from None
    if not codes or (did not in SEVERAL and len(codes) > 1):
        raise HTTPException(400)
    if len(codes) > MOST:
        raise HTTPException(413)
    return Asked(did, codes, str(form.get("text", "")), str(form.get("whom", ""))[:200], until)


def end_of(site: Site, day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), site.zone).astimezone(UTC)


async def act(site: Site, viewer: Viewer, wanted: Asked) -> Result:
    """
    Raises:
        HTTPException: 403 where one of them is another's, 404 where there is none, 409 without a chat to act for.
    """
    peer = await _allowed(site, viewer, wanted)
    now, mark = site.clock.now(), secrets.token_hex(8)
    events = []
    for code in wanted.codes:
        to = whom(wanted, code)
        if to != code:
            done = PanelActed(peer, viewer.user, code, wanted.did, now, wanted.text, to, wanted.until)
            events.append((f"panel|{mark}|{code}", done))
    await site.db.run(lambda tx: panel_acts.put_in(tx, events))
    site.wake()
    result = await _waited(site, peer, [key for key, _ in events])
    asks = result.done == 1 and wanted.did in SPEAKS and await _asks(site, peer, viewer, wanted.codes[0])
    return replace(result, done=0, asks=True) if asks else result


async def _asks(site: Site, peer: int, viewer: Viewer, code: str) -> bool:
    found = await site.newest.run(lambda tx: appeals.by_code(tx, [code]))
    return code in found and waiting_words(found[code], peer, viewer.user) is not None


def whom(wanted: Asked, code: str) -> str:
    """An agency; of a merge the leading message, by default the first that was ticked."""
    return wanted.whom or wanted.codes[0] if wanted.did is Did.MERGE else wanted.whom


async def _allowed(site: Site, viewer: Viewer, wanted: Asked) -> int:
    """The chat in whose name it is done."""
    found = await site.readers.run(lambda tx: panel_acts.held(tx, wanted.codes))
    if len(found) < len(wanted.codes):
        raise HTTPException(404)
    if not all(permitted(viewer, one) for one in found.values()):
        raise HTTPException(403)
    chat = await site.readers.run(lambda tx: panel_acts.chat_of(tx, acts_for(viewer)))
    if chat is None:
        raise HTTPException(409)
    return chat.peer


def acts_for(viewer: Viewer) -> str:
    """The agency in whose chat's name this person acts."""
    return viewer.scope if viewer.role is Role.AGENCY else CUR


def permitted(viewer: Viewer, one: Held) -> bool:
    return may_see(viewer, one.agency, one.place) and may_act(viewer, one.agency)


async def _waited(site: Site, peer: int, keys: Sequence[str]) -> Result:
    ended: dict[str, str] = {}
    for _ in range(LOOKS):
        ended = await site.newest.run(lambda tx: panel_acts.ended(tx, peer, keys))
        if len(ended) == len(keys):
            break
        await site.clock.sleep(STEP)
    reasons = tuple(dict.fromkeys(reason for reason in ended.values() if reason))
    return Result(sum(not reason for reason in ended.values()), len(keys) - len(ended), reasons)


def in_words(result: Result) -> str:
    """What the person reads above the list."""
    told = [texts_panel.BESIDE] if result.asks else []
    if result.done:
        told.append(f"Сделано: {plural(result.done, 'сообщение', 'сообщения', 'сообщений')}.")
    if result.waiting:
        told.append(f"Бот ещё делает: {result.waiting}. Обновите страницу через минуту.")
    told += [f"Не получилось: {reason}" for reason in result.reasons]
    return " ".join(told) or "Делать нечего: отметьте два сообщения и больше."
