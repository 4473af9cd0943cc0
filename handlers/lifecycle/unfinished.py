"""What an official began and can't be ended is told: no question keeps its buttons, and no typed answer is lost.

It looks at every decision from outside, so that whoever moves an appeal need not know who is at it (A.4 of the chats).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers.lifecycle.asking import mention
from handlers.lifecycle.routing import chat_at
from handlers.text import texts_chat, texts_recovery
from handlers.text.parts import in_parts, shortened
from handlers.text.relayed import in_chat
from handlers.views.cards import agency_name, status_words
from states.cause import as_origin, parse
from states.decision import Decision
from states.effects import Edit, Effect, Kind, Priority, Send, Source
from states.facts import Facts
from states.lifecycle.answers import Approval
from states.lifecycle.appeal import Action, Appeal
from states.lifecycle.tasks import Task
from states.people.chats import CUR

AGREED = frozenset({Action.APPROVE, Action.SEND_BACK})
"""After which an answer waits for nobody's consent any more: it leaves, or its author has heard."""


def told(facts: Facts, decision: Decision) -> Decision:
    """The decision, with a word about everything that ended by it and of which it says nothing itself."""
    linked = (facts.linked,) if facts.linked is not None else ()
    groups: tuple[Iterable[Appeal], ...] = (
        facts.similar, facts.waiting, facts.members, facts.leads.values(), facts.appeals, linked
    )  # fmt: skip
    # The same appeal may stand in several; those of the event itself come last.
    before = {appeal.code: appeal for group in groups for appeal in group}
    more: list[Effect] = []
    for after in decision.appeals:
        was = before.get(after.code)
        if was is None:
            continue
        for task in was.tasks:
            more += ended(facts, decision, after, task)
        draft = was.approval
        if draft is not None and settled(decision, after):
            more += question_closed(facts, after, draft)
            continue
        agreed = any(line.code == after.code and line.action in AGREED for line in decision.history)
        if draft is not None and after.approval is None and not agreed:
            more += disagreed(facts, after, draft)
    return replace(decision, effects=(*decision.effects, *more)) if more else decision


def settled(decision: Decision, after: Appeal) -> bool:
    """«Уже отвечено» after a restore: whatever the copy still holds of it, people know that the resident has it."""
    return any(line.code == after.code and line.reason == texts_recovery.SETTLED_BEFORE for line in decision.history)


def ended(facts: Facts, decision: Decision, after: Appeal, task: Task) -> list[Effect]:
    """A small dialogue that is there no more, and whose message says nothing of its end."""
    prompts = {task.prompt, task.asked}
    goes_on = any(one.prompt in prompts for one in after.tasks)
    shown = any(isinstance(one, Edit) and one.target in prompts for one in decision.effects)
    if not task.prompt or goes_on or shown:
        return []
    anew = replaced(after, task)
    if not task.worded:
        return [closed(facts, after, task, texts_chat.closed_question(after.code))]
    words = task.text or task.reason
    if anew:  # its author took it back himself by writing another one
        return [closed(facts, after, task, texts_chat.rewritten(after.code, shortened(in_chat(words))))]
    left = closed(facts, after, task, texts_chat.closed_question(after.code))
    if settled(decision, after):
        return [left]
    return [left, *lost(facts, after, task.peer, task.user, task.cmid, words, task.files)]


def replaced(after: Appeal, task: Task) -> bool:
    by = [(one.peer, one.user) for one in after.tasks] + [(one.peer, one.actor) for one in after.leaving]
    draft = after.approval
    return (task.peer, task.user) in by or (draft is not None and (draft.peer, draft.actor) == (task.peer, task.user))


def closed(facts: Facts, appeal: Appeal, task: Task, text: str) -> Edit:
    """The question without its buttons."""
    cause = facts.cause("closed", task.peer, as_origin(task.asked or task.prompt))
    return Edit(task.peer, cause, task.prompt, text, None, appeal.code)


def disagreed(facts: Facts, appeal: Appeal, draft: Approval) -> list[Effect]:
    """Nobody agrees to it any more: the appeal went elsewhere."""
    told = lost(facts, appeal, draft.peer, draft.actor, draft.cmid, draft.text, draft.files)
    return [*question_closed(facts, appeal, draft), *told]


def question_closed(facts: Facts, appeal: Appeal, draft: Approval) -> list[Effect]:
    """The question whether somebody agrees, without its buttons."""
    if not draft.line:
        return []
    peer = parse(draft.line).peer
    cause = facts.cause("closed", peer, as_origin(draft.line))
    return [Edit(peer, cause, draft.line, texts_chat.closed_question(appeal.code), None, appeal.code)]


def lost(facts: Facts, appeal: Appeal, peer: int, user: int, cmid: int, words: str, files: bool) -> list[Effect]:
    """A typed answer that will not leave: in words to its author, and to the ЦУР, which has the text then."""
    text = texts_chat.answer_lost(mention(facts, user), appeal.code, status_words(appeal.status), in_chat(words))
    told = Send(
        peer, facts.cause("lost_answer", peer, f"{appeal.code}.{cmid}"), text, Kind.NOTICE, Priority.DIALOGUE,
        reply_to=cmid or None, appeal=appeal.code,
    )  # fmt: skip
    return [*in_parts(told), *to_cur(facts, appeal, peer, cmid, words, files)]


def to_cur(facts: Facts, appeal: Appeal, peer: int, cmid: int, words: str, files: bool) -> tuple[Effect, ...]:
    """The ЦУР reads what an agency wanted to say, and can pass it on."""
    cur, chat = facts.cur, chat_at(facts, peer)
    if cur is None or cur.peer == peer:
        return ()
    name = agency_name(facts.directory, chat.agency if chat is not None and chat.agency != CUR else None)
    text = texts_chat.cur_answer_lost(appeal.code, name, status_words(appeal.status), in_chat(words))
    told = Send(
        cur.peer, facts.cause("lost_answer", cur.peer, f"{appeal.code}.{peer}.{cmid}"), text, Kind.NOTICE,
        Priority.NOTICE, copy=Source(peer, (cmid,)) if files else None, appeal=appeal.code,
    )  # fmt: skip
    return in_parts(told)
