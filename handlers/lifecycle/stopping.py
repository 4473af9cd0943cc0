"""Words of an official that have not left when their resident says more: their author reads it first, and decides.

It must never drop a word: what cannot be asked about is told, with how it begins. What has begun to leave goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.lifecycle import asking
from handlers.lifecycle.answering import NEWS, line_of, name_of, share_of, take_back
from handlers.lifecycle.unfinished import LOST, close_consent_question, settled_draft
from handlers.text import texts_answers, texts_chat
from handlers.text.relayed import beginning
from handlers.views.titles import title
from states.cause import parse
from states.effects import Edit, Effect, Kind, Priority, Send
from states.facts import Facts
from states.lifecycle.answers import Approval, Held
from states.lifecycle.appeal import Appeal, Piece, Status
from states.lifecycle.tasks import WRITTEN, Ask, Job, Task


@dataclass(frozen=True, slots=True)
class Stopped:
    """`appeal` and `members` are not yet counted as changed because of it. Without `asks` nobody is asked."""

    appeal: Appeal
    members: tuple[Appeal, ...]
    effects: tuple[Effect, ...] = ()
    asks: bool = True

    def with_effects(self, *effects: Effect) -> Stopped:
        """The same with more effects at its end."""
        return replace(self, effects=(*self.effects, *effects))

    def may_ask(self, words: Held | Approval) -> bool:
        """Whether the official may be asked about these words. One is asked one thing about one message, and of a
        merged one nobody is asked anything. A chat that has it no more reads no new word of its author (I4)."""
        theirs = (task for task in self.appeal.tasks if task.of(words.peer, words.actor))
        here = words.peer == self.appeal.chat and self.appeal.status is not Status.MERGED
        return self.asks and here and not any(task.has_words for task in theirs)

    def changed_appeals(self, facts: Facts) -> tuple[Appeal, ...]:
        """All of them, each counted as changed once."""
        others = zip(facts.members, self.members, strict=True)
        return (
            self.appeal,
            *(replace(member, version=member.version + 1) for had, member in others if member is not had),
        )


def stop_words_on_their_way(
    facts: Facts, before: Appeal, after: Appeal, pieces: Sequence[Piece], origin: str, *, asks: bool = True
) -> Stopped:
    """What was said of it to its author waits for who said it; `origin`: of what the resident has said now. Words to
    everybody of an incident that answer nobody go on, and so do those that were said because of another one. Without
    `asks` nobody is asked, for it leaves his chat: he has the words in his own message, and reads how they begin."""
    stopped, said = Stopped(after, facts.members, asks=asks), beginning(" ".join(piece.text for piece in pieces))
    if before.approval is not None and asks:  # else its author hears of it as of all that has nowhere to go
        stopped = stop_draft(facts, stopped, before.approval, said, origin)
    for held in reversed(before.leaving):  # of several the last answers, so its author is asked about that
        if held.action != NEWS and not parse(held.cause).is_of_member(before.code):
            stopped = stop_held_answer(facts, stopped, held, said, origin)
    return stopped


def stop_draft(facts: Facts, stopped: Stopped, draft: Approval, said: str, origin: str) -> Stopped:
    """Stops an answer that waits for a consent: nobody agrees to it before its author has read what was added (R39)."""
    how = settled_draft(stopped.appeal, draft, texts_answers.STOPPED_DRAFT)
    closed = stopped.with_effects(*close_consent_question(facts, stopped.appeal, draft, how))
    if closed.may_ask(draft):
        return ask_author(facts, closed, draft, said, origin)
    code, words = stopped.appeal.code, beginning(draft.text) or texts_chat.ONLY_FILES
    text = texts_answers.with_small_letter(texts_answers.stopped_words_line(name_of(draft), code, words))
    cause = facts.cause(LOST, draft.peer, f"{code}.added.{origin}.{draft.actor}")
    told = Send(
        draft.peer, cause, f"{asking.mention(facts, draft.actor)}, {text}", Kind.NOTICE, Priority.DIALOGUE,
        reply_to=draft.cmid or None, appeal=code,
    )  # fmt: skip
    return closed.with_effects(told)


def stop_held_answer(facts: Facts, stopped: Stopped, held: Held, said: str, origin: str) -> Stopped:
    """Takes back an answer that may still be undone and tells its author, or asks what to do with it; nothing changes
    once it has begun to leave."""
    taken = take_back(replace(facts, members=stopped.members), stopped.appeal, held.cause, held.peer)
    if taken is None:
        return stopped
    changed = {member.code: member for member in taken.members}
    members = tuple(changed.get(member.code, member) for member in stopped.members)
    back = replace(stopped, appeal=taken.appeal, members=members)
    words = "" if back.may_ask(held) else beginning(held.text) or texts_chat.ONLY_FILES
    told = texts_answers.stopped_words_line(name_of(held), taken.appeal.code, words, again=stopped.asks)
    cause = facts.cause("undone", held.peer, parse(held.cause).origin)
    line = Edit(held.peer, cause, line_of(held, held.cause), told, None, taken.appeal.code)
    return ask_author(facts, back.with_effects(*taken.effects, line), held, said, origin)


def ask_author(facts: Facts, stopped: Stopped, words: Held | Approval, said: str, origin: str) -> Stopped:
    """Asks the official whether the words still hold after what the resident added; asks nothing where it may not be
    asked."""
    appeal = stopped.appeal
    if not stopped.may_ask(words):
        return stopped
    task = task_of_stopped_words(facts, words, origin)
    cause = facts.cause("task", words.peer, f"added.{appeal.code}.{origin}.{words.actor}")
    who, named = asking.mention(facts, words.actor), title(appeal, facts.directory)
    text = texts_answers.resident_added(who, name_of(words), said, named, appeal.code)
    asked = asking.show_question(
        facts, appeal, task, cause, text, asking.choices(facts, appeal, task, Ask.ADDED), words.cmid
    )
    return replace(stopped.with_effects(*asked.effects), appeal=replace(asked.appeals[0], version=appeal.version))


def task_of_stopped_words(facts: Facts, words: Held | Approval, origin: str) -> Task:
    """These words, to be sent by one press as they are."""
    job = Job(words.action)
    return Task(
        words.peer, words.actor, job, facts.now, cmid=words.cmid, text=words.text, files=words.files,
        until=words.until, reason=words.text if job is Job.CLOSE else words.reason,
        whom=words.reason if job is Job.OUTSIDE else "", more=(Ask.ADDED,), beside=words.beside,
        seen=words.seen if job in WRITTEN else words.seen.lstrip("~"), share=share_of(words.only), stopped=origin,
    )  # fmt: skip
