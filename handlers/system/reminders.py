"""The clocks of appeals speak: to the owner at half and at four fifths of the time, to the ЦУР when it is over.

Each once for each clock, never while the office is closed (R51): the timers stand at such moments only (acting.py).
"""

from __future__ import annotations

from datetime import timedelta

from handlers.lifecycle.acting import TIMERS, act, office_of
from handlers.lifecycle.moves import origin_of
from handlers.lifecycle.routing import chat_at, current
from handlers.text import texts_chat, texts_stages
from handlers.text.words import moment, plural
from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import agency_name, place_name, topic_name
from handlers.views.turn import status
from states.decision import Decision, ignore
from states.effects import Effect, Kind, Priority, Send, StartTimer
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, NotAllowed
from states.lifecycle.life import Whose, clock_owner
from states.lifecycle.spikes import LOOK_EVERY, spikes
from states.people.chats import CUR
from states.worktime.deadlines import Clock, Share

SHARES = {name: share for share, name in TIMERS.items()}
SPIKES_TIMER = "spikes"
SECOND = timedelta(seconds=1)
FINAL = frozenset({Action.ANSWER, Action.INTERIM, Action.DECLINE, Action.OUTSIDE, Action.POSTPONE})


def due(facts: Facts, event: TimerFired) -> Decision:
    """A reminder of an appeal's clock."""
    appeal, share = facts.appeal(event.key), SHARES[event.name]
    deadline = appeal.deadline if appeal is not None else None
    if appeal is None or deadline is None:
        return ignore("срок уже не идёт")
    office = office_of(facts, appeal)
    passed = [one.share for one in deadline.reminders(office) if one.at <= facts.now]
    if share not in passed:
        return ignore("срок передвинули")
    if passed[-1] is not share:
        return ignore("пора уже следующему напоминанию")  # the bot was down: only what is true now is said
    # The resident's own clock runs on whatever is said meanwhile: it may not arrive for long (901).
    answers = () if deadline.clock is Clock.QUESTION else appeal.leaving
    leaving = [answer for answer in answers if answer.action in FINAL and answer.at <= deadline.due_at]
    undone_by = max((one.at + facts.policy.undo + SECOND for one in leaving), default=facts.now)
    later = office.opening(max(facts.now, undone_by))
    if later > facts.now:
        # Nobody is at work, or an answer is on its way that may still be taken back: asked again then (R51).
        return Decision(effects=(StartTimer(event.name, event.key, event.peer, later),))
    if leaving:
        return ignore("ответ уже ушёл")
    if deadline.clock is Clock.QUESTION:
        return resident_due(facts, appeal, share)
    return Decision(effects=tuple(told(facts, appeal, deadline.clock, share)))


def told(facts: Facts, appeal: Appeal, clock: Clock, share: Share) -> list[Effect]:
    """To the chat that must act; a breach also to the ЦУР."""
    assert appeal.deadline is not None
    until = moment(appeal.deadline.due_at, facts.policy.zone)
    cur, code = facts.chats.get(CUR), appeal.code
    routes = clock_owner(clock) is Whose.CUR
    effects: list[Effect] = []
    if share is not Share.BREACH:
        words = texts_chat.HALF if share is Share.HALF else texts_chat.MOST
        text = texts_chat.due_soon(code, words, until)
        if routes:
            text = texts_chat.CUR_ROUTE_SOON.format(code=code, share=words, until=until)
        return [reminder(facts, appeal, appeal.chat, share, text)] if appeal.chat is not None else []
    if appeal.chat is not None and not routes:
        effects.append(reminder(facts, appeal, appeal.chat, share, texts_chat.OVERDUE.format(code=code, when=until)))
    if cur is not None and (routes or appeal.chat != cur.peer):
        late = texts_chat.CUR_OVERDUE.format(code=code, agency=agency_name(facts.directory, appeal.agency), when=until)
        if routes:
            late = texts_chat.CUR_ROUTE_OVERDUE.format(code=code, when=until)
        effects.append(reminder(facts, appeal, cur.peer, share, late))
    return effects


def reminder(facts: Facts, appeal: Appeal, peer: int, share: Share, text: str) -> Send:
    """Its cause names the clock and not the moment: however often the clock stops and goes on, it is said once.

    From four fifths on it has the buttons of the card, which may be a day up: a bare reply to it goes nowhere (T7).
    """
    assert appeal.deadline is not None
    origin = f"{appeal.code}.{appeal.deadline.number}.{appeal.deadline.clock}.{share}"
    cause = facts.cause("due", peer, origin)
    chat = chat_at(facts, peer) if share is not Share.HALF else None
    keyboard = card_keyboard(facts, chat, appeal) if chat is not None else None
    return Send(peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard, appeal=appeal.code)


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


def expired(facts: Facts, event: TimerFired) -> Decision:
    """Nobody objected to the answer in time (R42)."""
    appeal = facts.appeal(event.key)
    if appeal is None:
        return ignore("сообщения с таким номером нет")
    acted = act(facts, appeal, Action.EXPIRE, 0)
    if isinstance(acted, NotAllowed):
        return ignore("уже закрыто или открыто снова")
    after, shown = current(facts, acted.appeal)
    tell = status(facts, after, origin_of(after), texts_stages.expired(appeal.code))
    return Decision(appeals=(after,), history=acted.history, effects=(tell, *acted.effects, *shown))


def spiked(facts: Facts, event: TimerFired) -> Decision:
    """More about one thing than usual: to the ЦУР, once a day for each thing (features.md §6.10)."""
    again = StartTimer(SPIKES_TIMER, event.key, event.peer, facts.now + LOOK_EVERY)
    cur = facts.cur
    if cur is None:
        return Decision(effects=(again,))
    day = facts.now.astimezone(facts.policy.zone)
    effects: list[Effect] = [again]
    for spike in spikes(facts.spikes):
        text = texts_chat.CUR_SPIKE.format(
            topic=topic_name(facts.directory, spike.topic),
            place=place_name(facts.directory, spike.place),
            count=plural(spike.count, "сообщение", "сообщения", "сообщений"),
            usual=f"{spike.usual:.1f}".replace(".", ",") if spike.usual >= 1 else "меньше одного",
        )
        cause = facts.cause("spike", cur.peer, f"{spike.topic}.{spike.place}.{day:%y%m%d}")
        effects.append(Send(cur.peer, cause, f"{text}\n{texts_chat.CUR_FIRST_OF}", Kind.NOTICE, Priority.NOTICE))
    return Decision(effects=tuple(effects))
