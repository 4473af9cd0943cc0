"""The list of the morning: told once a day, then edited; asked for by «/сводка», opened by its buttons (R51).

Nothing repeats message by message. It must never tell a chat of what another chat has, unless that chat is the ЦУР's.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.official import completing
from handlers.text import actions, keyboards, texts, texts_chat, texts_digest
from handlers.text.parts import split
from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import agency_name, card, words_of
from handlers.views.digest import digest_hash, owes, page, summary
from handlers.views.joinable import may_share
from handlers.views.similar import lead_of
from states.cause import parse
from states.decision import Decision, ignore
from states.effects import Edit, Effect, Kind, Priority, Send, StartTimer
from states.events import ButtonPressed, TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.lifecycle.digest import Digest, Section
from states.lifecycle.tasks import Job, Task
from states.messages import Message
from states.people.chats import Chat
from states.people.who_may import coordinates, holds

DIGEST_TIMER = "digest"
BEGINS = 9
"""The hour of the region's day before which nobody is told what waits."""

LIST = "digest_list"
"""The kind of cause of a page: it is turned in its place. Buttons on it name their own message."""

OF_DIGEST = frozenset({actions.DIGEST, actions.OPEN, actions.REMIND, actions.ALIKE})


def digest_timers(facts: Facts) -> tuple[Effect, ...]:
    """Every chat that is at work now is looked at: told once a day, then edited where something has changed."""
    chats = (chat for chat in facts.chats.values() if chat.bound and not chat.lost)
    wanted = (chat for chat in chats if has_to_be_told(facts, chat))
    return tuple(StartTimer(DIGEST_TIMER, str(chat.peer), chat.peer, facts.now) for chat in wanted)


def has_to_be_told(facts: Facts, chat: Chat) -> bool:
    """Whether the chat is at work and its list of today is still to be said, or stands there to be edited."""
    origin, _ = told_today(facts, chat)
    return origin != "" and facts.office(chat.agency).opening(facts.now) == facts.now


def due(facts: Facts, event: TimerFired) -> Decision:
    """Sends, changes or leaves the list of what waits, when a chat's timer fires; ignored too early in the day or where
    nothing is new."""
    chat, digest = facts.chat, facts.digest
    if chat is None or digest is None or chat.lost:
        return ignore("чат не подключён")
    words, (origin, before) = digest_hash(facts, digest), told_today(facts, chat)
    if origin is None:
        if facts.now.astimezone(facts.policy.zone).hour < BEGINS:
            return ignore("ещё рано")
        return tell(facts, chat, digest, day_of(facts), morning=True)
    if not origin or before == words:
        return ignore("ничего не изменилось")
    shown = summary(facts, chat, digest, morning=False)
    cause = facts.cause("digest_now", chat.peer, f"{origin}.{event.at:%H%M%S%f}")
    edit = Edit(chat.peer, cause, facts.cause("digest", chat.peer, origin), shown.text, shown.keyboard)
    return Decision(chat=replace(chat, told=f"{origin} {words}"), effects=(edit,))


def tell(facts: Facts, chat: Chat, digest: Digest, origin: str, *, morning: bool, reply_to: int = 0) -> Decision:
    """The message that is edited from now on. In the morning nothing is said where nothing waits."""
    words = digest_hash(facts, digest)
    if morning and not words:
        return Decision(chat=replace(chat, told=f"{origin}- "))
    shown = summary(facts, chat, digest, morning=morning)
    cause = facts.cause("digest", chat.peer, origin)
    send = Send(
        chat.peer, cause, shown.text, Kind.NOTICE, Priority.NOTICE if morning else Priority.DIALOGUE,
        keyboard=shown.keyboard, reply_to=reply_to or None,
    )  # fmt: skip
    return Decision(
        chat=replace(chat, told=f"{origin} {words}"), effects=(*retire_former_list(facts, chat, origin), send)
    )


def retire_former_list(facts: Facts, chat: Chat, origin: str) -> tuple[Effect, ...]:
    """The list that was edited so far loses its keys: there is a newer one."""
    before, _ = told_today(facts, chat)
    if not before or before == origin:
        return ()
    cause = facts.cause("digest_now", chat.peer, f"{before}.{origin}")
    return (Edit(chat.peer, cause, facts.cause("digest", chat.peer, before), texts_digest.BELOW),)


def day_of(facts: Facts) -> str:
    """Today's date in the region as 261116: with it the list of a morning is told once a day."""
    return f"{facts.now.astimezone(facts.policy.zone):%y%m%d}"


def told_today(facts: Facts, chat: Chat) -> tuple[str | None, str]:
    """(which message tells it today, what it said): None before the morning, empty where nothing had to be said."""
    origin, _, words = chat.told.partition(" ")
    today = day_of(facts)
    if not origin.startswith(today):
        return None, ""
    return ("" if origin == f"{today}-" else origin), words


def on_demand(facts: Facts, chat: Chat, event: Message) -> Decision:
    """Answers «/сводка» with how it stands now; this message is edited from then on."""
    assert facts.digest is not None, "needs.py asks for it"
    return tell(facts, chat, facts.digest, f"{day_of(facts)}.{event.cmid}", morning=False, reply_to=event.cmid)


# Buttons.


def handle_press(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """(what the presser reads, what follows)."""
    match event.command.action:
        case actions.OPEN:
            return open_card(facts, chat, event)
        case actions.REMIND if coordinates(chat):
            return remind_agency(facts, chat, event)
        case actions.ALIKE if coordinates(chat):
            return "", merging(facts, chat, event)
        case actions.DIGEST:
            return "", turn_page(facts, chat, event)
        case _:
            return "", ignore(texts.STALE)


def turn_page(facts: Facts, chat: Chat, event: ButtonPressed) -> Decision:
    """A page of what a line counts: a message of its own, turned in its place; without a line the list itself."""
    name, _, at = event.command.value.partition(" ")
    if facts.digest is None:
        return ignore(texts.STALE)
    if name not in set(Section):
        return tell(facts, chat, facts.digest, f"{day_of(facts)}.{event.event_id}", morning=False)
    shown = page(facts, chat, facts.digest, Section(name), int(at) if at.isdecimal() else 0)
    cause = facts.cause(LIST, chat.peer, event.event_id)
    if parse(facts.replied).kind == LIST:
        return Decision(effects=(Edit(chat.peer, cause, facts.replied, shown.text, shown.keyboard),))
    send = Send(chat.peer, cause, shown.text, Kind.STATUS, Priority.DIALOGUE, keyboard=shown.keyboard)
    return Decision(effects=(send,))


def merging(facts: Facts, chat: Chat, event: ButtonPressed) -> Decision:
    """Begins the dialogue of merging for a topic that grows: the oldest message is asked about, all that are like it
    are one button (R32)."""
    open_ones = sorted(facts.similar, key=lambda appeal: (not appeal.leads, appeal.created_at, appeal.code))
    public = (appeal for appeal in open_ones if may_share(facts.directory, appeal))
    first = next((appeal for appeal in public if lead_of(facts, appeal.code) is appeal), None)
    if first is None:
        return ignore(texts_chat.NOTHING_ALIKE)
    task = Task(event.peer, event.user, Job.MERGE, facts.now)
    return completing.go_on(facts, chat, first, task, event.event_id)


def open_card(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """The card once more, with its keys: the first one may be days up. A reply to it is an answer (T7)."""
    appeal = facts.appeal(event.command.value)
    if appeal is None:
        return "", ignore(texts.STALE)
    if not (holds(chat, appeal) or coordinates(chat)):
        return "", ignore(texts_chat.BUTTON_STALE.format(status=texts_chat.NOT_THIS_CHAT))
    return "", Decision(effects=(shown_again(facts, chat, appeal, event.event_id),))


def shown_again(facts: Facts, chat: Chat, appeal: Appeal, origin: str) -> Send:
    """The card once more with the words of the message, as a new one with its buttons; it does not replace the
    first."""
    # Only a card has its number alone in a line: by it VK is asked for cards (cards.py).
    again = card(appeal, facts).removesuffix(f"№{appeal.code}") + texts_digest.AGAIN.format(code=appeal.code)
    text = "\n\n".join(part for part in (again, words_of(appeal.pieces)) if part)
    cause = facts.cause("handle", chat.peer, origin)
    keyboard = card_keyboard(facts, chat, appeal)
    return Send(
        chat.peer, cause, next(split(text)), Kind.STATUS, Priority.DIALOGUE, keyboard=keyboard, appeal=appeal.code
    )


def remind_agency(facts: Facts, chat: Chat, event: ButtonPressed) -> tuple[str, Decision]:
    """«Напомнить»: what an agency owes, in its chat, with its own list behind a button; once an hour.

    Where its chat cannot be reached the ЦУР gets the oldest one to give to others.
    """
    agency, digest = event.command.value, facts.digest or Digest()
    to, load = facts.chat_of(agency), next((load for load in digest.loads if load.agency == agency), None)
    if load is None:
        return "", ignore(texts_digest.REMIND_NOTHING)
    if to is None:
        late = [appeal for appeal in digest.late if appeal.agency == agency][:1]
        shown = tuple(shown_again(facts, chat, appeal, event.event_id) for appeal in late)
        return texts_digest.REMIND_NOBODY, Decision(effects=shown)
    hour = facts.now.astimezone(facts.policy.zone)
    shows = keyboards.inline((keyboards.callback("Показать список", actions.DIGEST),))
    text = texts_digest.REMINDER.format(owes=owes(facts, load))
    cause = facts.cause("remind", to.peer, f"{hour:%y%m%d%H}")
    send = Send(to.peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=shows)
    name = agency_name(facts.directory, agency)
    return texts_digest.REMINDED.format(agency=name), Decision(effects=(send,))
