"""An official changes his message when its words have left: he hears what the resident has, and sends the new ones by
one press. VK's event is used where it comes (vk-api.md §13 Q6); else the looks of sources.py notice it.

It must never send anything by itself: what was changed by mistake stays in the chat.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle import asking
from handlers.lifecycle.answering import NEWS, STANDS, WHAT, on_its_way, share_of, watch_of, with_watch, without_watch
from handlers.official import approving, completing
from handlers.official.commands import word_and_rest
from handlers.text import actions, keyboards, texts_answers
from handlers.text.relayed import clean
from handlers.views.titles import title
from screening.answer_kind import kind_of
from states.decision import Decision, ignore
from states.effects import Edit, Effect, Kind, Priority, Send
from states.events import ButtonPressed, SourceRead
from states.facts import Facts
from states.lifecycle.answers import DELETED, Beside, Held, Watch
from states.lifecycle.appeal import Action, Appeal, Status, is_allowed
from states.lifecycle.tasks import Ask, Job, Task
from states.messages import Message
from states.people.chats import Chat
from states.people.who_may import holds
from states.screen import Colour, Keyboard
from states.worktime.dates import WrongDate, parse

CHANGED = "reworded"
"""The kind of cause of what tells an official that the resident has former words."""

JOBS: dict[str, Job] = {
    Action.ANSWER: Job.ANSWER,
    Action.INTERIM: Job.INTERIM,
    Action.ASK: Job.ASK,
    NEWS: Job.BROADCAST,
}
"""By what such words leave once more."""


def handle_edit(facts: Facts, message: Message) -> Decision:
    """Decides on a message that somebody has changed in a chat, as VK tells it. Before its words leave it is read again
    anyway."""
    known = (facts.linked, *facts.leads.values()) if facts.chat is not None and facts.chat.bound else ()
    for appeal in known:
        watch = watch_of(appeal, message.peer, message.cmid) if appeal is not None else None
        if appeal is not None and watch is not None:
            return compare_wording(facts, appeal, watch, message)
    return ignore("правка в чате")


def compare_wording(facts: Facts, appeal: Appeal, watch: Watch, message: Message) -> Decision:
    """Tells the official once for each new wording that the resident has the former one, and offers to send the new
    one where that may be done; a wording that was told of already, or that is on its way, is ignored."""
    if any((held.peer, held.cmid) == (watch.peer, watch.cmid) for held in appeal.leaving):
        return ignore("исправление уже уходит")
    if message.digest == watch.told or (message.digest == watch.seen and not watch.line):
        return ignore("сообщение прежнее")
    if message.digest == watch.seen:
        return tell_official(facts, appeal, replace(watch, told=""), texts_answers.SAME_AGAIN)
    text = new_words(facts, appeal, watch, message)
    sendable = text is not None and not says_nothing(message, text)
    why = why_not(facts, appeal, watch) if sendable else not_by_press(facts, appeal, watch.peer)
    said = texts_answers.former(WHAT[watch.action], why, title(appeal, facts.directory), appeal.code)
    changed = replace(watch, told=message.digest, text=text or "", files=bool(message.attachments))
    return tell_official(facts, appeal, changed, said, offers=not why)


def tell_official(facts: Facts, appeal: Appeal, watch: Watch, text: str, *, offers: bool = False) -> Decision:
    """Tells the official something under his message; where an offer stands there, it becomes this."""
    watch = replace(watch, times=watch.times + 1)
    cause = facts.cause(CHANGED, watch.peer, f"{appeal.code}.{watch.cmid}.{watch.times}.{watch.told}")
    keys = keyboard(appeal, watch) if offers else None
    said: Effect = Edit(watch.peer, cause, watch.line, text, keys, appeal.code)
    if not watch.line:
        under = watch.cmid if watch.told != DELETED else None
        said = Send(
            watch.peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keys, reply_to=under, appeal=appeal.code
        )
    kept = replace(watch, line=watch.line or cause) if offers else replace(watch, text="", files=False, line="")
    changed = without_watch(appeal, kept) if kept.told == DELETED else with_watch(appeal, kept)
    return Decision(appeals=(replace(changed, version=appeal.version + 1),), effects=(said,))


def keyboard(appeal: Appeal, watch: Watch) -> Keyboard:
    """The one button that sends the corrected words."""
    return keyboards.inline(
        (keyboards.callback(texts_answers.CORRECT, actions.CORRECT, offer_key(appeal, watch), Colour.PRIMARY),)
    )


def offer_key(appeal: Appeal, watch: Watch) -> str:
    """A button sends the wording that was there when it was shown, and no other."""
    return f"{appeal.code} {watch.cmid} {watch.told}"


def tell_of_deletion(facts: Facts, appeal: Appeal, watch: Watch) -> Decision:
    """Tells an official once that his message was deleted after its words had left; nothing more can follow. Of a
    correction that was on its way he knows already."""
    if watch.told == DELETED:
        return Decision(appeals=(replace(without_watch(appeal, watch), version=appeal.version + 1),))
    said = texts_answers.deleted(WHAT[watch.action], title(appeal, facts.directory), appeal.code)
    return tell_official(facts, appeal, replace(watch, told=DELETED), said)


def told_plainly(facts: Facts, appeal: Appeal, event: SourceRead) -> Decision:
    """Tells an official of a change of words that the bot put together, or that an earlier program sent: what to do,
    and no key."""
    named_so, what = title(appeal, facts.directory), WHAT[Action.ANSWER]
    text = texts_answers.deleted(what, named_so, appeal.code)
    if event.message is not None:
        text = texts_answers.former(what, not_by_press(facts, appeal, event.peer), named_so, appeal.code)
    under = event.cmid if event.message is not None else None
    cause = facts.cause(CHANGED, event.peer, f"{appeal.code}.{event.cmid}.{event.seen}")
    send = Send(event.peer, cause, text, Kind.NOTICE, Priority.NOTICE, reply_to=under, appeal=appeal.code)
    return Decision(effects=(send,))


def told_of(appeal: Appeal, held: Held, digest: str) -> Appeal:
    """His correction was changed or deleted on its way: the line under it says so, and no look does once more."""
    watch = watch_of(appeal, held.peer, held.cmid)
    return with_watch(appeal, replace(watch, told=digest)) if watch is not None else appeal


def why_not(facts: Facts, appeal: Appeal, watch: Watch) -> str:
    """Why the new words cannot be sent by one press, and what to do; empty where they can."""
    chat = facts.chat
    if chat is None or not holds(chat, appeal) or appeal.status not in STANDS[watch.action]:
        return not_by_press(facts, appeal, watch.peer)
    agreed = watch.action == Action.ANSWER and approving.needs_approval(facts, chat, appeal, watch.action)
    return texts_answers.AGREED if agreed else ""


def not_by_press(facts: Facts, appeal: Appeal, peer: int) -> str:
    """Why the new words cannot be sent by a press, in a sentence with what the official may do instead."""
    if appeal.status is Status.WITHDRAWN:
        return texts_answers.TAKEN_BACK
    if appeal.chat != peer:
        return texts_answers.NOT_HERE
    return texts_answers.ANSWER_AGAIN if is_allowed(appeal.status, Action.ANSWER) else texts_answers.NOT_ANY_MORE


def new_words(facts: Facts, appeal: Appeal, words: Held | Watch, message: Message) -> str | None:
    """The new words without what is no word of the answer: the command, the promised day before a colon, «Ответ:». None
    where another day stands there: it would contradict the one that was promised."""
    text, office = clean(message.text), facts.office(None)
    if text.startswith("/"):
        text = word_and_rest(text)[1]
        head, colon, tail = text.partition(":")
        dated = parse(head, office.day(facts.now), facts.policy.calendar) if colon else None
        if words.action == Action.INTERIM and dated is not None and not isinstance(dated, WrongDate):
            if words.until is not None and dated != office.day(words.until):
                return None
            text = tail
    return kind_of(clean(text), appeal.code).text


def says_nothing(message: Message, text: str) -> bool:
    """Whether nothing of it is for the resident: it begins with «//» or holds neither words nor files."""
    return message.text.strip().startswith("//") or not asking.sendable(replace(message, text=text))


def sent_again(facts: Facts, chat: Chat, appeal: Appeal, event: ButtonPressed) -> Decision:
    """Sends the corrected words by «Прислать исправленный»: held as all words are, for a second person or another
    answer may be in its way."""
    offered = (watch for watch in appeal.watches if watch.line and offer_key(appeal, watch) == event.command.value)
    watch = next((watch for watch in offered if watch.peer == event.peer), None)
    if watch is None:
        return ignore(texts_answers.NO_OFFER)
    if why := why_not(facts, appeal, watch):
        return ignore(why)
    beside = "" if on_its_way(appeal) is not None else Beside.REPLACE
    task = Task(
        watch.peer, watch.actor, JOBS[watch.action], facts.now, prompt=watch.line, cmid=watch.cmid, text=watch.text,
        files=watch.files, until=watch.until, more=(Ask.BESIDE,), seen=watch.told, beside=beside,
        share=share_of(watch.only, reworded=True),
    )  # fmt: skip
    pressed = with_watch(appeal, replace(watch, text="", files=False, line=""))
    return completing.go_on(facts, chat, pressed, task, event.event_id, watch.cmid)
