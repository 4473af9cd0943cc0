"""A second person looks at an answer before it leaves: its author cannot approve it (R39)."""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.acting import act
from handlers.lifecycle.answering import OfficialWords, hearers, held_of, hold, name_of, others_wait, wording
from handlers.lifecycle.asking import mention
from handlers.lifecycle.moves import origin_of, refuse_stale
from handlers.lifecycle.routing import chat_at, current
from handlers.lifecycle.unfinished import close_consent_question, settled_draft
from handlers.text import actions, keyboards, texts_chat, texts_hearing
from handlers.text.parts import in_parts
from handlers.views.card_buttons import button
from states.cause import as_origin, parse
from states.decision import Decision, ignore
from states.effects import Edit, Kind, Priority, Send, Source
from states.facts import Facts
from states.lifecycle.answers import Approval, Held
from states.lifecycle.appeal import Action, Appeal, NotAllowed
from states.people.chats import CUR, Chat
from states.people.who_may import coordinates, holds, may_approve

APPROVED = frozenset({Action.ANSWER, Action.INTERIM, Action.DECLINE, Action.OUTSIDE, Action.POSTPONE})


def needs_approval(facts: Facts, chat: Chat, appeal: Appeal, action: str) -> bool:
    """By agency or by topic; the ЦУР's own words need nobody's consent, nor does a question."""
    return action in APPROVED and chat.agency != CUR and facts.directory.needs_approval(chat.agency, appeal.topic)


def ask(facts: Facts, chat: Chat, appeal: Appeal, held: Held, *, again: bool = False, gone: bool = False) -> Decision:
    """The answer waits for somebody else, who reads what the resident would read. `again`: its author has changed it
    after somebody had agreed; `gone`: its author is in the chat no more (gone.py)."""
    told = hearers(facts, appeal, held)
    if not told:
        return ignore(texts_chat.NOT_AMONG_THEM.format(code=held.only))
    acted = act(facts, appeal, Action.DRAFT, held.actor)
    if isinstance(acted, NotAllowed):  # a correction (T18): what is answered has nowhere to wait
        return ignore(texts_chat.NO_CORRECTION.format(code=appeal.code))
    number = acted.appeal.version
    draft = Approval(
        held.actor, held.at, held.peer, held.cmid, held.action, held.text, held.files, held.until, held.reason, number
    )
    draft = replace(draft, seen=held.seen, again=again, beside=held.beside, only=held.only, stopped=held.stopped)
    waiting = replace(acted.appeal, approval=draft)
    words = wording(facts, chat, told[0], held, together=len(told) > 1)
    worded = texts_hearing.left_before if gone else texts_chat.to_approve
    said = worded(appeal.code, name_of(held), words, mention(facts, held.actor))
    waits = others_wait(facts, appeal, held, told)
    said = f"{said}\n\n{waits}" if waits else said
    said = f"{texts_chat.REWORDED}\n{said}" if again else said
    agree, back = button(actions.APPROVE, waiting), button(actions.SEND_BACK, waiting)
    if gone:
        agree, back = replace(agree, label="Отправить"), replace(back, label="Не отправлять")
    to = asked_of(facts, chat, held.actor)
    source = Source(held.peer, (held.cmid,)) if held.files and to is not chat else None
    cause = facts.cause("approval", to.peer, f"{appeal.code}.{identity_of_words(waiting, draft)}")
    send = Send(
        to.peer,
        cause,
        said,
        Kind.STATUS,
        Priority.DIALOGUE,
        keyboard=keyboards.inline((agree, back)),
        copy=source,
        reply_to=held.cmid or None if to is chat else None,
        appeal=appeal.code,
    )
    asked = asked_there(facts, appeal, held, to, in_parts(send))
    line = held.line if len(asked) == 1 and isinstance(asked[0], Edit) else asked[-1].cause
    waiting, shown = current(facts, replace(waiting, approval=replace(draft, line=line)))
    return Decision(appeals=(waiting,), history=acted.history, effects=(*acted.effects, *asked, *shown))


def asked_there(facts: Facts, appeal: Appeal, held: Held, to: Chat, sends: tuple[Send, ...]) -> tuple[Send | Edit, ...]:
    """The question in which the answer was written becomes the one for consent, where that fits into one message of the
    same chat; else it says where that is."""
    if not held.line:
        return sends
    if to.peer == held.peer and len(sends) == 1:
        (send,) = sends
        return (Edit(to.peer, send.cause, held.line, send.text, send.keyboard, appeal.code),)
    cause = facts.cause("waits", held.peer, as_origin(held.cause))
    waits = Edit(held.peer, cause, held.line, texts_chat.WAITS_FOR_CONSENT.format(code=appeal.code), None, appeal.code)
    return (waits, *sends)


def identity_of_words(appeal: Appeal, draft: Approval) -> str:
    """These words and no others: not by a version, which after a restore may be another (I7, delivery.md §13). What was
    chosen by buttons alone stands in no message that would be read again."""
    words = f"{draft.cmid}.{draft.action}" + (f".{draft.seen}" if draft.again else "")
    if draft.stopped:  # once more, after what its resident has added
        words = f"{words}.{draft.stopped}"
    return words if draft.cmid else f"0.{origin_of(appeal)}"


def asked_of(facts: Facts, chat: Chat, author: int) -> Chat:
    """The chat in which somebody else can agree: where an official is alone, that of the ЦУР."""
    others = [
        official for official in facts.officials.values() if official.user != author and official.works(facts.now)
    ]
    alone = chat.listed_at is not None and not others
    return facts.cur or chat if alone else chat


def approve(facts: Facts, chat: Chat, appeal: Appeal, actor: int, number: str) -> Decision:
    """Sends an answer that a second person agrees to, as if its author had sent it now; it can still be undone. Ignored
    where there is none of this number, or where it is one's own."""
    draft = appeal.approval
    if draft is None or str(draft.number) != number:
        return ignore(texts_chat.NOTHING_TO_APPROVE)
    if not may_approve(chat, actor, appeal):
        return ignore(texts_chat.APPROVE_OWN)
    acted = act(facts, appeal, Action.APPROVE, actor)
    if isinstance(acted, NotAllowed):
        return refuse_stale(appeal)
    here = parse(draft.line).peer == draft.peer  # asked in the chat of its author, so told there what becomes of it
    line = draft.line if here else ""
    said = OfficialWords(
        draft.peer,
        draft.cmid,
        draft.actor,
        identity_of_words(acted.appeal, draft),
        draft.text,
        draft.files,
        line,
        draft.seen,
    )
    held = held_of(facts, said, draft.action, draft.until, draft.reason)
    held = replace(held, beside=draft.beside, only=draft.only, agreed=actor, stopped=draft.stopped)
    approved, shown = current(facts, acted.appeal)
    # `hold` counts a change of its own; the move has counted it already.
    answering = chat_at(facts, draft.peer) or chat
    leaving = hold(facts, answering, replace(approved, version=approved.version - 1), held, draft.cmid)
    agreed = settled_draft(appeal, draft, texts_chat.APPROVED)
    elsewhere = () if here else close_consent_question(facts, appeal, draft, agreed)
    return replace(leaving, history=acted.history, effects=(*acted.effects, *leaving.effects, *shown, *elsewhere))


def send_back(facts: Facts, chat: Chat, appeal: Appeal, actor: int, number: str) -> Decision:
    """Sends an answer back to be written anew. Its author may take it back this way too."""
    draft = appeal.approval
    if draft is None or str(draft.number) != number or not (holds(chat, appeal) or coordinates(chat)):
        return ignore(texts_chat.NOTHING_TO_APPROVE)
    acted = act(facts, appeal, Action.SEND_BACK, actor)
    if isinstance(acted, NotAllowed):
        return refuse_stale(appeal)
    back, shown = current(facts, acted.appeal)
    cause = facts.cause("sent_back", draft.peer, origin_of(back))
    text = texts_chat.SENT_BACK_IN_CHAT.format(code=appeal.code)
    told = Send(
        draft.peer, cause, text, Kind.STATUS, Priority.DIALOGUE, reply_to=draft.cmid or None, appeal=appeal.code
    )
    how = settled_draft(appeal, draft, texts_chat.SENT_BACK)
    effects = (*acted.effects, told, *close_consent_question(facts, appeal, draft, how), *shown)
    return Decision(appeals=(back,), history=acted.history, effects=effects)
