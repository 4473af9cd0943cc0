"""Words of an official who was taken out of the chat before they left: a colleague sends them, or nobody does (T5).

Whoever wrote while working there may be right, and may be why he was taken out: nothing of it leaves by itself.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle.answering import (
    OfficialWords,
    decide_undo,
    held_of,
    instead,
    line_of,
    name_of,
    only_about,
    said_by,
    take_back,
    without_them,
)
from handlers.lifecycle.routing import chat_at
from handlers.lifecycle.unfinished import Typed, to_cur
from handlers.official import approving
from handlers.text import texts_chat, texts_hearing
from handlers.text.relayed import clean
from screening.answer_kind import kind_of
from states.decision import Decision, ignore
from states.facts import Facts
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal
from states.lifecycle.tasks import Job
from states.messages import Message
from states.people.chats import Chat


def has_left(facts: Facts, held: Held) -> bool:
    """Whether nobody vouches for these words: their author works in their chat no more, and no second person agreed."""
    official = facts.officials.get(held.actor)
    return official is not None and not official.works(facts.now) and not held.agreed


def wrote_in_time(facts: Facts, event: Message) -> bool:
    """Whether its author worked here when this was written, and does no more."""
    official = facts.officials.get(event.author)
    return official is not None and official.works(event.at) and not official.works(facts.now)


def stop_answer(facts: Facts, appeal: Appeal, held: Held) -> Decision:
    """The half minute is over, and whoever wrote is gone: the line that offers to take it back asks his colleagues."""
    taken = take_back(facts, appeal, held.cause, held.peer)
    chat = chat_at(facts, held.peer)
    if taken is None:
        return ignore("ответ уже уходит")
    words = replace(held, line=line_of(held, held.cause))
    facts = without_them(facts, taken)
    done = approving.ask(facts, chat, taken.appeal, words, gone=True) if chat is not None else ignore("чат отключён")
    if done.ignored is None:
        return instead(taken, done)
    typed = Typed(name_of(held), held.peer, held.actor, held.cmid, held.text, held.files)
    back = decide_undo(facts, taken, held.cause, held.peer, texts_hearing.LEFT_BEFORE)
    return replace(back, effects=(*back.effects, *to_cur(facts, appeal, typed)))


def ask_approval(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Decision:
    """A reply to a card that is read only now: by a bot that was away, or did not see this chat."""
    kind = kind_of(clean(event.text), appeal.code)
    said: OfficialWords = said_by(event, kind.text)
    words = held_of(facts, said, Action.ASK if kind.job is Job.ASK else Action.ANSWER)
    if kind.job is Job.ASK and facts.about:
        return ignore(texts_chat.ASK_ONE_OF_THEM.format(code=facts.about))
    words = replace(words, only=only_about(facts, appeal, words))
    return approving.ask(facts, chat, appeal, words, gone=True)
