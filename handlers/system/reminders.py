"""The clocks of appeals speak: of danger to whoever must act, of a term that is over to the resident; once each (R51).

What waits otherwise stands in the list of the morning (official/digest.py), so that nothing repeats message by message.
Nobody is told while the office is closed: the timers stand at such moments only (acting.py). But what the ЦУР has
promised for today is over at its hour, and who waits for it hears then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.lifecycle.acting import TIMERS, act, office_of
from handlers.lifecycle.incidents import members_of
from handlers.lifecycle.moves import origin_of
from handlers.lifecycle.routing import EDITABLE, chat_at, current
from handlers.official import digest
from handlers.text import keyboards, texts_chat, texts_stages, texts_waiting
from handlers.text.words import moment, plural
from handlers.views import digest as digest_views
from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import agency_name, place_name, topic_name
from handlers.views.titles import term, title
from handlers.views.turn import status
from handlers.views.waiting import agency_of, hurries
from states.decision import Decision, ignore
from states.effects import Effect, Kind, Priority, Send, StartTimer
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, NotAllowed
from states.lifecycle.life import Whose, clock_owner
from states.lifecycle.spikes import next_look, spikes
from states.people.chats import CUR, Chat
from states.worktime.deadlines import Deadline, Share, TermClock
from states.worktime.schedule import Office

SHARES = {name: share for share, name in TIMERS.items()}
SPIKES_TIMER = "spikes"
SECOND = timedelta(seconds=1)
AT_ONCE = timedelta(hours=1)
"""So long after the ЦУР's own term it is said though its office may have closed; later it is for the morning."""
FINAL = frozenset({Action.ANSWER, Action.INTERIM, Action.DECLINE, Action.OUTSIDE, Action.POSTPONE})


def remind(facts: Facts, event: TimerFired) -> Decision:
    """Reminds of a deadline when its timer (`Share.MOST` or `BREACH`) fires: messages to officials or to the resident,
    a later timer while nobody is at work or an answer may be undone, else ignored."""
    appeal, share = facts.appeal(event.key), SHARES[event.name]
    deadline = appeal.deadline if appeal is not None else None
    if appeal is None or deadline is None:
        return ignore("срок уже не идёт")
    office = office_of(facts, appeal)
    passed = [due.share for due in deadline.reminders(office) if due.at <= facts.now]
    if share not in passed:
        return ignore("срок передвинули")
    if passed[-1] is not share:
        return ignore("срок уже вышел")  # the bot was down: only what is true now is said
    # The resident's own clock runs on whatever is said meanwhile: it may not arrive for long (901).
    answers = () if deadline.clock is TermClock.QUESTION else appeal.leaving
    leaving = [answer for answer in answers if answer.action in FINAL and answer.at <= deadline.due_at]
    undone_by = max((answer.at + facts.policy.undo + SECOND for answer in leaving), default=facts.now)
    later = told_from(deadline, office, max(facts.now, undone_by))
    if later > facts.now:
        # Nobody is at work, or an answer is on its way that may still be taken back: asked again then (R51).
        return Decision(effects=(StartTimer(event.name, event.key, event.peer, later),))
    if leaving:
        return ignore("ответ уже ушёл")
    if deadline.clock is TermClock.QUESTION:
        return resident_due(facts, appeal, share)
    told = (*urgently(facts, appeal, share), *(late(facts, appeal) if share is Share.BREACH else ()))
    return Decision(effects=told) if told else ignore("об этом скажет сводка")


def told_from(deadline: Deadline, office: Office, at: datetime) -> datetime:
    """The moment from which it may be said that a moment of this clock has come."""
    just_over = timedelta() <= at - deadline.due_at <= AT_ONCE
    return at if deadline.clock is TermClock.ROUTE and just_over else office.opening(at)


def urgently(facts: Facts, appeal: Appeal, share: Share) -> tuple[Effect, ...]:
    """The reminders of danger, which does not wait for the morning: to the chat that must act; once it is too late also
    to the ЦУР."""
    deadline, cur = appeal.deadline, facts.chats.get(CUR)
    if not appeal.urgent or deadline is None:
        return ()
    over, said = share is Share.BREACH, dict[int, str]()
    if over and cur is not None:
        said[cur.peer] = texts_chat.CUR_URGENT_LATE
    if appeal.chat is not None and clock_owner(deadline.clock) is Whose.CUR:
        said[appeal.chat] = texts_chat.URGENT_ROUTE
    elif appeal.chat is not None:
        said[appeal.chat] = texts_chat.URGENT_LATE if over else texts_chat.URGENT_SOON
    known = {
        "title": title(appeal, facts.directory),
        "agency": agency_name(facts.directory, appeal.agency),
        "until": moment(deadline.due_at, facts.policy.zone),
        "code": appeal.code,
    }
    return tuple(reminder(facts, appeal, peer, share, text.format(**known)) for peer, text in said.items())


def reminder(facts: Facts, appeal: Appeal, peer: int, share: Share, text: str) -> Send:
    """The reminder of a deadline. Its cause names the clock and not the moment: however often the clock stops and goes
    on, it is said once. It has the buttons of the card, which may be a day up: a bare reply to it goes nowhere (T7)."""
    assert appeal.deadline is not None
    origin = f"{appeal.code}.{appeal.deadline.number}.{appeal.deadline.clock}.{share}"
    cause = facts.cause("due", peer, origin)
    chat = chat_at(facts, peer)
    keyboard = card_keyboard(facts, chat, appeal) if chat is not None else None
    return Send(peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard, appeal=appeal.code)


def late(facts: Facts, appeal: Appeal) -> tuple[Effect, ...]:
    """The term that residents were told is over: everybody who waits for this answer hears once what follows (R36)."""
    deadline = appeal.deadline
    assert deadline is not None, "its clock has run out"
    if deadline.clock is TermClock.ROUTE and appeal.chat is None:
        return ()  # where there is no chat of the ЦУР nobody was promised an hour
    origin = f"{appeal.code}.{deadline.number}"
    waiting = (appeal, *members_of(facts, appeal))
    return tuple(late_notice(facts, chat, origin, late_words(facts, appeal, deadline, chat)) for chat in waiting)


def late_words(facts: Facts, appeal: Appeal, deadline: Deadline, to: Appeal) -> str:
    """What the author reads when a term is over: whose it was and until when; `to` is the message that he knows."""
    name = title(to, facts.directory)
    if deadline.clock is TermClock.ROUTE:
        return texts_waiting.late_route(name, term(deadline, facts))
    return texts_waiting.late(name, moment(deadline.due_at, facts.policy.zone), agency_of(facts, appeal))


def late_notice(facts: Facts, appeal: Appeal, origin: str, text: str) -> Send:
    """That notice with «Поторопить», where it may be pressed."""
    cause = facts.cause("late", appeal.resident, f"{origin}.{appeal.code}")
    keyboard = hurries(facts, appeal)
    return Send(appeal.resident, cause, text, Kind.STATUS, Priority.NOTICE, keyboard=keyboard, appeal=appeal.code)


def resident_due(facts: Facts, appeal: Appeal, share: Share) -> Decision:
    """The resident is waited for: when the time is over, the agency goes on with what is known (features.md §3.1)."""
    if share is not Share.BREACH:
        return ignore("жителя не торопят")
    acted = act(facts, appeal, Action.NO_REPLY, 0)
    if isinstance(acted, NotAllowed):
        return ignore("вопроса уже нет")
    after, shown = current(facts, acted.appeal)
    effects: list[Effect] = [status(facts, after, origin_of(after), texts_stages.no_reply(appeal.code))]
    if after.chat is not None:
        cause = facts.cause("no_reply", after.chat, origin_of(after))
        text = texts_chat.NO_REPLY.format(code=appeal.code)
        chat = chat_at(facts, after.chat)
        keyboard = card_keyboard(facts, chat, after) if chat is not None else None
        send = Send(after.chat, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard, appeal=appeal.code)
        effects.append(send)
    return Decision(appeals=(after,), history=acted.history, effects=(*effects, *acted.effects, *shown))


def close_expired(facts: Facts, event: TimerFired) -> Decision:
    """Closes an appeal to whose answer nobody objected in time (R42)."""
    appeal = facts.appeal(event.key)
    if appeal is None:
        return ignore("сообщения с таким номером нет")
    acted = act(facts, appeal, Action.EXPIRE, 0)
    if isinstance(acted, NotAllowed):
        return ignore("уже закрыто или открыто снова")
    old = appeal.card_at is not None and facts.now - appeal.card_at > EDITABLE
    chat = chat_at(facts, appeal.chat) if old else None
    if chat is None or chat.lost:
        after, shown = current(facts, acted.appeal)
    else:
        after, shown = acted.appeal, (tell_of_closing(facts, chat),)
    tell = status(facts, after, origin_of(after), texts_stages.expired(appeal.code))
    return Decision(appeals=(after,), history=acted.history, effects=(tell, *acted.effects, *shown))


def tell_of_closing(facts: Facts, chat: Chat) -> Send:
    """The line a day in a chat that appeals were closed, however many: the cause of the day is taken but once. A new
    card of each would be noise, for nobody has anything to do with it any more."""
    cause = facts.cause("closed_by_term", chat.peer, f"{facts.now.astimezone(facts.policy.zone):%y%m%d}")
    text = texts_chat.closed_by_term(facts.policy.close_after.days)
    return Send(chat.peer, cause, text, Kind.NOTICE, Priority.NOTICE)


def look_around(facts: Facts, event: TimerFired) -> Decision:
    """Every quarter of an hour: the ЦУР hears what grows, every chat at work sees what waits for it; then
    what features say at their hours."""
    again = StartTimer(SPIKES_TIMER, event.key, event.peer, next_look(facts.now))
    further = tuple(effect for look in facts.rules.looks for effect in look(facts, event.at, again.at))
    return Decision(effects=(again, *spike_notices(facts), *digest.digest_timers(facts), *further))


def spike_notices(facts: Facts) -> tuple[Effect, ...]:
    """The notices to the ЦУР that there is more about one thing than usual, once a day for each thing
    (features.md §6.10)."""
    cur = facts.cur
    if cur is None:
        return ()
    day = facts.now.astimezone(facts.policy.zone)
    effects = []
    for spike in spikes(facts.spikes):
        text = texts_chat.CUR_SPIKE.format(
            topic=topic_name(facts.directory, spike.topic),
            place=place_name(facts.directory, spike.place),
            count=plural(spike.count, "сообщение", "сообщения", "сообщений"),
            usual=f"{spike.usual:.1f}".replace(".", ",") if spike.usual >= 1 else "меньше одного",
        )
        cause = facts.cause("spike", cur.peer, f"{spike.topic}.{spike.place}.{day:%y%m%d}")
        keyboard = keyboards.inline((digest_views.merges(facts, spike),)) if spike.place is not None else None
        effects.append(Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard))
    return tuple(effects)
