"""Words that are being written on a page: kept on the server as they are typed, given back after an error, an undone
answer or another sign-in. It must never keep them where its author may not act on the message.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.web.acting import LONGEST_MARK, end_of, may_act_on, with_blanks
from bot.web.actions import BESIDES, SPOKEN_TO_RESIDENT, ActionFacts, ready_answers
from bot.web.site import Site
from handlers.lifecycle.asking import waiting_words
from handlers.official.panel import LONGEST, AnswerPreview, read_as
from states.events import Did, PanelActed
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.people.chats import Chat
from states.people.viewers import Viewer, acts_for, may_see
from storage.db.transaction import Transaction
from storage.ops import panel_acts
from storage.records import appeals, panel_drafts
from storage.records.panel_drafts import PanelDraft

SPOKEN = frozenset(
    {
        Did.ANSWER, Did.INTERIM, Did.ASK, Did.POSTPONE, Did.DECLINE, Did.OUTSIDE, Did.CLOSE, Did.TEMPLATE,
        Did.NOT_OURS, Did.ASSIGN, Did.REPEAT, Did.MERGE, Did.BROADCAST, Did.BLOCK, Did.NOTE,
    }
)  # fmt: skip
"""Forms in which something is written or chosen."""
MOST_TEXT = 2 * LONGEST
"""More than can be sent, so that what is too long is not lost while it is shortened."""


async def save(site: Site, viewer: Viewer, form: FormData) -> PanelDraft:
    """As it was kept.

    Raises:
        HTTPException: 400 for what no form of ours sends, 404 where it is another's message or there is none,
            403 for whoever only reads.
    """
    code, draft = str(form.get("code", ""))[:20], of_form(site, form)
    found = await site.readers.run(lambda tx: panel_acts.holders(tx, [code]))
    if code not in found or not may_see(viewer, found[code].agency, found[code].place):
        raise HTTPException(404)
    if not may_act_on(viewer, found[code]):
        raise HTTPException(403)
    await site.db.run(lambda tx: panel_drafts.keep(tx, viewer.user, code, draft))
    return draft


async def read_by_resident(site: Site, viewer: Viewer, code: str, draft: PanelDraft, beside: str) -> AnswerPreview:
    """What its resident would read of a draft of this person about this message."""
    appeal, chat = await site.newest.run(lambda tx: message_and_chat(tx, viewer, code))
    return AnswerPreview() if appeal is None or chat is None else reads(site, chat, appeal, draft, beside)


async def message_and_chat(tx: Transaction, viewer: Viewer, code: str) -> tuple[Appeal | None, Chat | None]:
    """The message of this number and the chat that the viewer acts for; None for each that is not there. It asks for no
    right."""
    return (await appeals.by_code(tx, [code])).get(code), await panel_acts.chat_of(tx, acts_for(viewer))


async def insert(site: Site, viewer: Viewer, code: str, draft: PanelDraft, name: str) -> None:
    """A canned answer behind what is written, to be edited there."""
    appeal, chat = await site.newest.run(lambda tx: message_and_chat(tx, viewer, code))
    if appeal is None or chat is None:
        return
    known = ActionFacts(site.policy, site.directory(), {chat.agency or "": chat})
    words = dict(ready_answers(known, chat, appeal)).get(name, "")
    text = "\n\n".join(filter(None, (draft.text.strip(), words)))[:MOST_TEXT]
    await site.db.run(lambda tx: panel_drafts.keep(tx, viewer.user, code, replace(draft, text=text)))


def reads(site: Site, chat: Chat, appeal: Appeal, draft: PanelDraft, beside: str = "") -> AnswerPreview:
    """How the resident would read the typed words, and what is asked before they go."""
    did = Did(draft.did)
    if did not in SPOKEN_TO_RESIDENT:
        return AnswerPreview()
    day = day_of(draft.until)
    text, whom = with_blanks(did, draft.text, day, draft.whom), "" if did is Did.ANSWER else draft.whom
    until = None if day is None or did is Did.ANSWER else end_of(site, day)
    event = PanelActed(chat.peer, 0, appeal.code, did, site.clock.now(), text, whom, until)
    event = replace(event, beside=beside if beside in BESIDES else "")
    nobody: Any = None  # what is written is not guessed at
    known = Facts(
        site.clock.now(), site.policy, site.directory(), nobody, nobody, chat=chat, chats={chat.agency or "": chat}
    )
    return read_as(known, chat, appeal, event)


def day_of(said: str) -> date | None:
    """The day written as 2026-11-30; None for anything else."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def of_form(site: Site, form: FormData) -> PanelDraft:
    """The draft that a form holds, cut to the longest text allowed; HTTP 400 where its act is unknown or says nothing
    to the resident."""
    try:
        did = Did(str(form.get("did", "")))
    except ValueError:
        raise HTTPException(400) from None
    if did not in SPOKEN:
        raise HTTPException(400)
    said = {name: str(form.get(name, ""))[:LONGEST_MARK] for name in ("whom", "until")}
    return PanelDraft(did.value, site.clock.now(), str(form.get("text", ""))[:MOST_TEXT], **said)


async def words_kept(site: Site, viewer: Viewer, code: str, did: Did, whom: str) -> PanelDraft | None:
    """What «Не отправлять» or «Взять назад» would take away: it becomes a draft again."""
    if did not in (Did.DROP, Did.UNDO):
        return None

    async def look(tx: Transaction) -> tuple[str, str] | None:
        """The kind of answer and the words that this form would give back to its author; None where there are none."""
        found = (await appeals.by_code(tx, [code])).get(code)
        chat = await panel_acts.chat_of(tx, acts_for(viewer))
        if found is None or chat is None:
            return None
        if did is Did.DROP:
            task = waiting_words(found, chat.peer, viewer.user)
            return (task.job.value, task.text) if task is not None else None
        held = next((answer for answer in found.held if answer.cause == whom and answer.actor == viewer.user), None)
        return (held.action, held.text) if held is not None else None

    said = await site.newest.run(look)
    if said is None or not said[1] or said[0] not in set(SPOKEN):
        return None
    job = Did.ANSWER if said[0] == Did.TEMPLATE else said[0]
    return PanelDraft(str(job), site.clock.now(), said[1])


async def settle(site: Site, viewer: Viewer, code: str, did: Did, kept: PanelDraft | None) -> None:
    """Ends the draft of an act that was done: what has left is no draft any more, what was taken back is one again."""
    if kept is not None:
        draft = replace(kept, saved_at=site.clock.now())
        await site.db.run(lambda tx: panel_drafts.keep(tx, viewer.user, code, draft))
    elif did in SPOKEN:
        await site.db.run(lambda tx: panel_drafts.drop(tx, viewer.user, code, did.value))
