"""What an official began and can't be ended is told: no question keeps its buttons, and no typed answer is lost.

It looks at every decision from outside, so that whoever moves an appeal need not know who is at it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from handlers.lifecycle.answering import WHAT, reply_without_words
from handlers.lifecycle.asking import mention
from handlers.lifecycle.routing import chat_at, is_cur
from handlers.text import texts_answers, texts_chat, texts_recovery
from handlers.text.parts import in_parts, split
from handlers.text.relayed import beginning, in_chat
from handlers.views.cards import agency_name
from handlers.views.possible import MOVES_BY
from handlers.views.titles import title, without_address
from states.cause import as_origin, parse
from states.decision import Decision
from states.effects import Edit, Effect, Kind, Priority, Send, Source
from states.facts import Facts
from states.lifecycle.answers import Approval
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import Task
from states.people.chats import CUR

LOST = "lost_answer"
"""The kind of cause of what tells that a typed answer does not go."""

AGREED = frozenset({Action.APPROVE, Action.SEND_BACK, Action.ADD})
"""After which an answer waits for nobody's consent any more: it leaves, or its author has heard (stopping.py)."""


def notify_unfinished(facts: Facts, decision: Decision) -> Decision:
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
            more += end_task(facts, decision, after, task)
        draft = was.approval
        if draft is not None and is_settled_after_restore(decision, after):
            more += close_consent_question(facts, after, draft, texts_chat.closed_question(after.code))
            continue
        agreed = any(line.code == after.code and line.action in AGREED for line in decision.history)
        if draft is not None and after.approval is None and not agreed:
            more += disagreed(facts, decision, after, draft)
    return replace(decision, effects=(*decision.effects, *more)) if more else decision


def is_settled_after_restore(decision: Decision, after: Appeal) -> bool:
    """Whether the appeal was settled by «Уже отвечено» after a restore: whatever the copy still holds of it, people
    know that the resident has it."""
    return any(line.code == after.code and line.reason == texts_recovery.SETTLED_BEFORE for line in decision.history)


def is_erasure(facts: Facts, decision: Decision) -> bool:
    """Whether its resident is to be erased, so that nothing of it is repeated (R14)."""
    return decision.erasure is not None or facts.erasure is not None


def end_task(facts: Facts, decision: Decision, after: Appeal, task: Task) -> list[Effect]:
    """A small dialogue that is there no more, and whose message says nothing of its end."""
    prompts = {task.prompt, task.asked}
    goes_on = any(other.prompt in prompts for other in after.tasks)
    shown = any(isinstance(effect, Edit) and effect.target in prompts for effect in decision.effects)
    if not task.prompt or goes_on or shown:
        return []
    anew = is_replaced(after, task)
    words = task.words
    if not task.has_words:
        return [close_question(facts, after, task, texts_chat.closed_question(after.code))]
    if anew:  # its author took it back himself by beginning another one
        return [close_question(facts, after, task, texts_chat.rewritten(after.code, beginning(words)))]
    if task.aside and not is_erasure(facts, decision):  # he has read that it did not go
        why, named = why_not_sent(facts, after, task.peer), named_in(facts, after, task.peer)
        return [close_question(facts, after, task, texts_answers.laid_off(why, named, after.code, beginning(words)))]
    left = close_question(facts, after, task, texts_chat.closed_question(after.code))
    if is_settled_after_restore(decision, after) or task.aside:
        return [left]
    what = WHAT[MOVES_BY.get(task.job, Action.ANSWER)]
    typed = Typed(what, task.peer, task.user, task.cmid, words, task.files, task.asked or task.prompt)
    return [left, *notify_lost_words(facts, decision, after, typed)]


def is_replaced(after: Appeal, task: Task) -> bool:
    """Whether the official has begun something else with this appeal: another task, an answer on its way or one to be
    agreed to."""
    by = [(other.peer, other.user) for other in after.tasks] + [(answer.peer, answer.actor) for answer in after.leaving]
    draft = after.approval
    return (task.peer, task.user) in by or (draft is not None and (draft.peer, draft.actor) == (task.peer, task.user))


def close_question(facts: Facts, appeal: Appeal, task: Task, text: str) -> Edit:
    """The question without its buttons."""
    cause = facts.cause("closed", task.peer, as_origin(task.asked or task.prompt))
    return Edit(task.peer, cause, task.prompt, text, None, appeal.code)


def disagreed(facts: Facts, decision: Decision, appeal: Appeal, draft: Approval) -> list[Effect]:
    """The effects of an answer that nobody agrees to any more because the appeal went elsewhere: its question closed,
    its author told."""
    words = Typed(WHAT[draft.action], draft.peer, draft.actor, draft.cmid, draft.text, draft.files, draft.line)
    closed = close_consent_question(facts, appeal, draft, texts_chat.closed_question(appeal.code))
    return [*closed, *notify_lost_words(facts, decision, appeal, words)]


def close_consent_question(facts: Facts, appeal: Appeal, draft: Approval, text: str) -> tuple[Edit, ...]:
    """The question whether somebody agrees, without its buttons."""
    if not draft.line:
        return ()
    peer = parse(draft.line).peer
    cause = facts.cause("closed", peer, as_origin(draft.line))
    return (Edit(peer, cause, draft.line, next(split(text)), None, appeal.code),)


def settled_draft(appeal: Appeal, draft: Approval, how: str) -> str:
    """The line that ends a question about an answer, with its words: their author may need them."""
    return f"№{appeal.code}. {how}\n\n«{in_chat(draft.text) or texts_chat.ONLY_FILES}»"


@dataclass(frozen=True, slots=True)
class Typed:
    """Words of an official that will not go: what they were to be, whose, in which message; `asked` is the cause of the
    question about them, which tells them from others where no message holds them."""

    what: str
    peer: int
    user: int
    cmid: int
    text: str
    files: bool
    asked: str = ""

    @property
    def origin(self) -> str:
        """The number of the typed message; else that of the bot's question."""
        return str(self.cmid or as_origin(self.asked))


def notify_lost_words(facts: Facts, decision: Decision, appeal: Appeal, typed: Typed) -> list[Effect]:
    """Tells the official in one message why his words did not go, and how they begin. The ЦУР has them all. Of somebody
    to be erased nothing is repeated (R14)."""
    if is_erasure(facts, decision):
        return [reply_without_words(facts, typed.peer, typed.cmid, typed.origin)]
    passed_on, why = to_cur(facts, appeal, typed), why_not_sent(facts, appeal, typed.peer)
    words, named = words_or_files(beginning(typed.text), files=typed.files), named_in(facts, appeal, typed.peer)
    text = texts_answers.not_sent(typed.what, why, named, appeal.code, words, passed_on=bool(passed_on))
    cause = facts.cause(LOST, typed.peer, f"{appeal.code}.{typed.origin}")
    said, under = f"{mention(facts, typed.user)}, {texts_answers.with_small_letter(text)}", typed.cmid or None
    told = Send(typed.peer, cause, said, Kind.NOTICE, Priority.DIALOGUE, reply_to=under, appeal=appeal.code)
    return [told, *passed_on]


def named_in(facts: Facts, appeal: Appeal, peer: int) -> str:
    """The title of the appeal as this chat may read it: of one that it has given away without the address (I4)."""
    here = appeal.chat == peer or is_cur(chat_at(facts, peer))
    return title(appeal, facts.directory) if here else without_address(appeal, facts.directory)


def words_or_files(words: str, *, files: bool) -> str:
    """The words; where there are none but files, a sentence that says so."""
    return words or (texts_chat.ONLY_FILES if files else "")


def to_cur(facts: Facts, appeal: Appeal, typed: Typed) -> tuple[Effect, ...]:
    """The ЦУР reads what an agency wanted to say, and can pass it on."""
    cur, chat = facts.cur, chat_at(facts, typed.peer)
    if cur is None or cur.peer == typed.peer:
        return ()
    name = agency_name(facts.directory, chat.agency if chat is not None and chat.agency != CUR else None)
    why, words = (
        why_not_sent(facts, appeal, typed.peer, for_cur=True),
        words_or_files(in_chat(typed.text), files=typed.files),
    )
    text = texts_answers.for_cur(typed.what, why, name, title(appeal, facts.directory), appeal.code, words)
    told = Send(
        cur.peer, facts.cause(LOST, cur.peer, f"{appeal.code}.{typed.peer}.{typed.origin}"), text, Kind.NOTICE,
        Priority.NOTICE, copy=Source(typed.peer, (typed.cmid,)) if typed.files else None, appeal=appeal.code,
    )  # fmt: skip
    return in_parts(told)


def why_not_sent(facts: Facts, appeal: Appeal, peer: int, *, for_cur: bool = False) -> str:
    """Why what was written in this chat about an appeal, as it is now, does not go; as its author reads it, or the
    ЦУР."""
    match appeal.status:
        case Status.WITHDRAWN:
            return texts_answers.TOOK_BACK
        case Status.MERGED:
            return texts_answers.merged(appeal.incident)
        case Status.ANSWERED:
            return texts_answers.ANSWERED
        case Status.CLOSED:
            return texts_answers.CLOSED
        case Status.DECLINED:
            return texts_answers.DECLINED
        case Status.OUTSIDE:
            return texts_answers.OUTSIDE
        case Status.APPROVAL:
            return texts_answers.AWAITS
        case (
            Status.WAITING | Status.ROUTED | Status.IN_WORK | Status.ASKED | Status.INTERIM | Status.POSTPONED
            | Status.REPEAT | Status.REOPENED
        ):  # fmt: skip
            return where_it_is(facts, appeal, peer, for_cur=for_cur)
        case _:
            assert_never(appeal.status)


def where_it_is(facts: Facts, appeal: Appeal, peer: int, *, for_cur: bool) -> str:
    """Where the official finds the appeal now, in a sentence: here, in the ЦУР, or with an agency by its name."""
    if appeal.chat == peer:
        return texts_answers.ANEW
    if appeal.chat is None or is_cur(chat_at(facts, appeal.chat)):
        return texts_answers.HERE if for_cur else texts_answers.LEFT
    return texts_answers.elsewhere(agency_name(facts.directory, appeal.agency))
