"""What an official wrote, read again from VK: before it leaves, and at times for a day after.

Deleted means taken back, changed means that the new words leave; when it has left its author hears what the resident
has (correcting.py). What VK does not show must never stop an answer.
"""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from handlers.lifecycle import asking
from handlers.lifecycle.answering import (
    ARRIVED,
    AS_WRITTEN,
    OfficialWords,
    TakenBack,
    cause_for_everybody,
    decide_undo,
    drop_held,
    held_of,
    hold,
    instead,
    line_of,
    next_look,
    others,
    speaks_to_one,
    take_back,
    watch_of,
    without_them,
    without_watch,
)
from handlers.lifecycle.routing import chat_at
from handlers.official import approving, correcting, gone
from handlers.text import texts_chat
from handlers.views.joinable import may_share
from handlers.views.possible import MOVES_BY
from states.cause import parse
from states.decision import Decision, ignore
from states.effects import CancelSend, LetGo
from states.events import SourceRead, TimerFired
from states.facts import Facts
from states.lifecycle.answers import DELETED, EVERYBODY, Held
from states.lifecycle.appeal import Appeal
from states.lifecycle.tasks import Ask, Job, Task
from states.messages import Message


def source_read(facts: Facts, event: SourceRead) -> Decision:
    """The half minute of an answer is over, or it is looked at once more after it has left."""
    appeal = facts.appeal(event.appeal)
    if appeal is None:
        return ignore("сообщения с таким номером нет")
    waits = next((answer for answer in appeal.held if waiting(facts, answer, event)), None)
    if waits is None:
        return later(facts, appeal, event)
    if not event.shown or same(event):
        left = gone.stop_answer(facts, appeal, waits) if gone.has_left(facts, waits) else let_go(facts, appeal, waits)
        return left if event.shown else looked_into(facts, left, event)
    taken = take_back(facts, appeal, waits.cause, waits.peer)
    if taken is None or taken.held is None:
        return ignore("ответ уже уходит")
    digest = event.message.digest if event.message is not None else DELETED
    taken = replace(taken, appeal=correcting.told_of(taken.appeal, waits, digest))
    if event.message is None:
        return decide_undo(facts, taken, waits.cause, waits.peer, texts_chat.DELETED)
    return send_new_words(facts, taken, waits, event.message)


def looked_into(facts: Facts, decision: Decision, event: SourceRead) -> Decision:
    """The decision with a doubt about the chat, of which VK shows nothing: perhaps the bot has no rights there any more
    (system/hearing.py)."""
    chat = facts.chat
    return replace(decision, chat=chat.with_doubt(event.at)) if chat is not None and chat.bound else decision


def waiting(facts: Facts, held: Held, event: SourceRead) -> bool:
    """Whether this answer still waits to leave, until its message in the chat has been read again."""
    ours = (held.peer, held.cmid, held.seen) == (event.peer, event.cmid, event.seen)
    return ours and not held.read and held.cause in facts.unsent


def same(event: SourceRead) -> bool:
    """Whether the official's message is unchanged since the bot read it."""
    return event.message is not None and event.message.digest == event.seen.lstrip(f"{ARRIVED}~")


def let_go(facts: Facts, appeal: Appeal, held: Held) -> Decision:
    """All parts of it, to everybody who may read it: something may have changed since it was said (joinable.py). Others
    wait for an answer of their own."""
    public = facts.directory
    if held.leads and not may_share(public, appeal):  # written to somebody else, who takes his message back
        return never_said(facts, appeal, held)
    apart = {
        member.code: member
        for member in facts.members
        if member.code in held.also and not may_share(public, appeal, member)
    }
    words, also = cause_for_everybody(appeal, held), tuple(code for code in held.also if code not in apart)
    taken = {str(words.of_member(code)) for code in apart}
    causes = [cause for cause in sorted(facts.unsent) if words.includes(parse(cause))]
    effects = [CancelSend(cause) if str(parse(cause).whole) in taken else LetGo(cause) for cause in causes]
    told = tuple(replace(answer, read=True, also=also) if answer is held else answer for answer in appeal.held)
    kept = [drop_held(member, str(words.of_member(code))) for code, member in apart.items()]
    changed = (
        replace(changed_appeal, version=changed_appeal.version + 1)
        for changed_appeal in (replace(appeal, held=told), *kept)
    )
    return Decision(appeals=tuple(changed), effects=tuple(effects))


def never_said(facts: Facts, appeal: Appeal, held: Held) -> Decision:
    """Takes the answer back because the official's message says nothing for the resident any more; ignored once it has
    begun to leave."""
    taken = take_back(facts, appeal, held.cause, held.peer)
    if taken is None:
        return ignore("ответ уже уходит")
    return decide_undo(facts, taken, held.cause, held.peer, texts_chat.NOT_FOR_THEM)


def leaves(facts: Facts, event: TimerFired) -> Decision:
    """The half minute of words to several that stand in no message is over."""
    number, _, cause = event.key.partition(" ")
    appeal = facts.appeal(number)
    held = next((answer for answer in appeal.held if answer.cause == cause), None) if appeal is not None else None
    if appeal is None or held is None or held.read or cause not in facts.unsent:
        return ignore("этих слов уже нет")
    return let_go(facts, appeal, held)


def send_new_words(facts: Facts, taken: TakenBack, held: Held, message: Message) -> Decision:
    """The new words leave in place of the old ones, as any others: held, or shown to a second person first."""
    chat, text = chat_at(facts, held.peer), correcting.new_words(facts, taken.appeal, held, message)
    if held.action not in AS_WRITTEN or held.seen.startswith("~") or text is None:
        return decide_undo(facts, taken, held.cause, held.peer, texts_chat.CHANGED_REASON)
    if chat is None or correcting.says_nothing(message, text):
        return decide_undo(facts, taken, held.cause, held.peer, texts_chat.CHANGED_TO_NOTHING)
    # Of these words after those, for he may come back to words that he has changed before (I7).
    origin = f"{held.cmid}.{message.digest}.{crc32(parse(held.cause).origin.encode()):08x}"
    files, line = bool(message.attachments), line_of(held, held.cause)
    said = OfficialWords(held.peer, held.cmid, held.actor, origin, text, files, line, message.digest)
    words = replace(held_of(facts, said, held.action, held.until, held.reason), beside=held.beside)
    words = replace(words, only="" if held.only == EVERYBODY else held.only)
    facts = without_them(facts, taken)
    if not words.only and speaks_to_one(words) and others(facts, taken.appeal, words):
        return instead(taken, asking.ask(facts, taken.appeal, to_be_shared(facts, words), origin, held.cmid))
    if approving.needs_approval(facts, chat, taken.appeal, held.action):
        done = approving.ask(facts, chat, taken.appeal, words, again=True)
    else:
        done = hold(facts, chat, taken.appeal, words, note=texts_chat.REWORDED)
    if done.ignored is not None:
        return decide_undo(facts, taken, held.cause, held.peer, texts_chat.CHANGED_REASON)
    return instead(taken, done)


def to_be_shared(facts: Facts, held: Held) -> Task:
    """New words that speak to one of several: whom they are for is asked (R32)."""
    job = next((job for job, action in MOVES_BY.items() if action == held.action), Job.BROADCAST)
    task = Task(held.peer, held.actor, job, facts.now, held.line, held.cmid, held.text, held.files, held.until)
    return replace(task, more=(Ask.SHARE,), seen=held.seen, beside=held.beside)


def later(facts: Facts, appeal: Appeal, event: SourceRead) -> Decision:
    """The answer has left: its author hears of what the resident does not see."""
    if not event.seen.startswith(ARRIVED):
        return ignore("ответа уже нет")
    watch, had = watch_of(appeal, event.peer, event.cmid), event.seen.lstrip(ARRIVED)
    if watch is not None and watch.seen != had:
        return ignore("у жителя уже исправленный ответ")
    again = next_look(facts, event)
    if not event.shown:
        return Decision(effects=again)
    if watch is None:
        return Decision(effects=again) if same(event) else correcting.told_plainly(facts, appeal, event)
    if event.message is None:
        return correcting.tell_of_deletion(facts, appeal, watch)
    done = correcting.compare_wording(facts, appeal, watch, event.message)
    after = next((moved for moved in done.appeals if moved.code == appeal.code), appeal)
    left = watch_of(after, event.peer, event.cmid)
    if again or left is None or left.line:  # what is offered may be sent later too
        return replace(done, effects=(*done.effects, *again), ignored=None if again else done.ignored)
    last = replace(without_watch(after, left), version=appeal.version + 1)
    return replace(done, appeals=(last,), ignored=None)
