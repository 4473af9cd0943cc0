"""An alarm of danger to life: raised at once, read by whoever is on duty, repeated until a person ends it (R28).

«Сообщили» is said only of a card that VK shows, «прочитал» only of a press. It must never wait for «Отправить», nor
be stopped by limits, pauses or blocks; it asks nothing and quotes nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.lifecycle.acting import act
from handlers.lifecycle.routing import current, join_effects, with_card
from handlers.text import actions, keyboards, texts_chat, texts_danger
from handlers.text.keyboards import Row
from handlers.text.parts import in_parts
from handlers.text.words import TODAY, clock, day, near_day
from handlers.views.alarm_card import officer, short_line
from handlers.views.own_alarm import whom
from handlers.views.turn import status
from states.decision import Decision, ignore
from states.effects import CancelSend, CancelTimer, Effect, Kind, Priority, Send, Source, StartTimer
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle.alerts import FALSE_ALARMS, JUST_CALLED, Alert, Ending, SaidAt
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Piece
from states.people.chats import Chat
from states.screen import Keyboard
from states.worktime.schedule import Office

ALERT_TIMER = "alert"
"""Keyed by the number of the appeal: when its chat is called again."""

CALL = "alert_call"
"""The kind of cause of what calls the chat again."""

SHOWN = 8
"""Alarms named in one call; the others are counted."""


# Raised, added to.


OF_AN_EDIT = 1_000_000_000
"""More than any number of a message in a dialogue."""


def source_of(cmid: int, *, edited: bool = False) -> int:
    """What the number of an alarm is made of: below zero, for a usual message may be made of the same words, before
    they were edited or after the alarm (R35). An edit has one of its own: a restore may have made void what the same
    message raised before (I7)."""
    return -cmid - OF_AN_EDIT if edited else -cmid


def raise_alarm(facts: Facts, appeal: Appeal, said_at: datetime) -> tuple[Appeal, tuple[Effect, ...]]:
    """The new appeal with its alarm, its card and the timer of its first repetition."""
    alert = Alert(facts.now, said=(SaidAt(appeal.pieces[-1].cmid, said_at),), silent=cries_wolf(facts, appeal.resident))
    begun = replace(appeal, alert=alert, urgent=True, by_hand=True, agency=None)
    told, effects = put_before_duty(facts, begun)
    return told, (*effects, *next_call(facts, told))


def cries_wolf(facts: Facts, resident: int) -> bool:
    """Whether this author has raised so many false ones that the chat is not called again for his."""
    own = (appeal.alert for appeal in facts.appeals if appeal.resident == resident and appeal.alert is not None)
    return sum(alert.ending is Ending.FALSE for alert in own) >= FALSE_ALARMS


def put_before_duty(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """The alarm with its card in the chat where alarms are read now; without such a chat it waits for the next look. A
    card that has not left for another chat must not wait there for the day when that is back (I4)."""
    chat = facts.duty_chat
    if chat is None:
        return replace(appeal, chat=None, card=""), ()
    moved, card = with_card(facts, appeal, chat)
    cancelled = (CancelSend(appeal.card),) if appeal.card and appeal.chat != chat.peer else ()
    return moved, (*cancelled, *card)


def next_call(facts: Facts, appeal: Appeal) -> tuple[Effect, ...]:
    """The timer that calls those on duty again; cancels it where nobody has to be called any more or the alarm makes no
    calls."""
    alert = appeal.alert
    if alert is None or not alert.calling or alert.silent:
        return (CancelTimer(ALERT_TIMER, appeal.code),)
    return (StartTimer(ALERT_TIMER, appeal.code, appeal.resident, alert.next_call(facts.now)),)


def add_words(
    facts: Facts, appeal: Appeal, pieces: tuple[Piece, ...], said_at: datetime
) -> tuple[Appeal, tuple[Effect, ...]]:
    """Puts more messages of the author, or another wording of some, on the alarm's card at once."""
    alert = appeal.alert
    assert alert is not None, "only an alarm is added to here"
    every = {piece.cmid: piece for piece in (*appeal.pieces, *pieces)}
    first = {known.cmid: known for known in alert.said}
    new = {piece.cmid: SaidAt(piece.cmid, said_at) for piece in pieces if piece.cmid not in first}
    after = replace(
        appeal,
        pieces=tuple(every[cmid] for cmid in sorted(every)),
        alert=replace(alert, said=(*alert.said, *new.values())),
        version=appeal.version + 1,
    )
    return current(facts, with_place(facts, after, pieces))


def with_place(facts: Facts, appeal: Appeal, pieces: tuple[Piece, ...]) -> Appeal:
    """The appeal with place and address, as far as the words say them; what was known stays."""
    for piece in pieces:
        guess = facts.find.place(piece.text)
        place = appeal.place or (guess.places[0] if guess.sure else None)
        appeal = replace(appeal, place=place, address=appeal.address or facts.find.address(piece.text) or "")
    return appeal


def mark_safe(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """Notes on the card that the author says there is no danger: those on duty read it and end the alarm themselves."""
    alert = appeal.alert
    assert alert is not None, "only an alarm is marked"
    return current(facts, replace(appeal, alert=replace(alert, safe_at=facts.now), version=appeal.version + 1))


# What becomes of the card.


def card_shown(facts: Facts, appeal: Appeal, at: datetime) -> Decision:
    """Tells the author once that VK shows the card; outside the hours of duty, until when nobody reads it."""
    alert = appeal.alert
    if alert is None or alert.shown_at is not None:
        return ignore("доставлено")
    after = replace(appeal, alert=replace(alert, shown_at=at), version=appeal.version + 1)
    return Decision(appeals=(after,), effects=(tell_author(facts, after, "shown", told_words(facts, at)),))


def told_words(facts: Facts, at: datetime) -> str:
    """What the author reads once VK shows the card: who was told, or from when on somebody reads it outside the hours
    of duty."""
    emergency, opens = facts.directory.emergency, office_of_duty(facts).opening(at)
    if opens > at:
        return texts_danger.nobody_reads(when(facts, opens), emergency, named=bool(facts.directory.duty.people))
    return texts_danger.told(clock(at, facts.policy.zone), whom(facts), emergency)


def when(facts: Facts, at: datetime) -> str:
    """The moment in words: «в 9:00», «завтра в 9:00», «30 ноября в 9:00»."""
    zone = facts.policy.zone
    hour, near = clock(at, zone).removeprefix("0"), near_day(at, facts.now, zone)
    return f"в {hour}" if near == TODAY else f"{near or day(at, zone)} в {hour}"


def office_of_duty(facts: Facts) -> Office:
    """The hours in which somebody reads alarms: those of duty, else those of the ЦУР."""
    own = facts.directory.duty.schedule
    office = facts.office(None)
    return replace(office, schedule=own) if own is not None else office


def who(facts: Facts) -> str:
    """Who reads alarms, in words: «дежурный» or «сотрудник ЦУР»."""
    return "дежурный" if facts.directory.duty.people else "сотрудник ЦУР"


def card_failed(facts: Facts, appeal: Appeal) -> Decision:
    """Moves an alarm whose card VK would not take to the other chat of the ЦУР, if there is one; its author hears that
    nobody knows."""
    alert = appeal.alert
    assert alert is not None, "only an alarm has such a card"
    moved, effects = put_before_duty(facts, replace(appeal, version=appeal.version + 1))
    if moved.chat == appeal.chat:  # the same chat again: the next call says it, and is a message of its own
        said = tell_author(facts, appeal, "failed", not_told(facts))
        if not alert.silent:
            return Decision(effects=(said,))
        loud = replace(appeal, alert=replace(alert, silent=False), version=appeal.version + 1)
        return Decision(appeals=(loud,), effects=(said, *next_call(facts, loud)))
    told = () if moved.chat is not None else (tell_author(facts, appeal, "failed", not_told(facts)),)
    return Decision(appeals=(moved,), effects=(*told, *effects))


def not_told(facts: Facts) -> str:
    """What the author reads where no chat could be told: call 112 yourself."""
    return texts_danger.not_told(facts.directory.emergency)


def tell_author(facts: Facts, appeal: Appeal, stage: str, text: str) -> Send:
    """A line to its author, once for each stage."""
    said = status(facts, appeal, f"{appeal.code}.alert.{stage}", text)
    return replace(said, priority=Priority.DIALOGUE)


# Called again.


def call_again(facts: Facts, event: TimerFired) -> Decision:
    """Calls the chat again since nobody has pressed «Вижу», or 112 could not be reached: one message for all alarms
    that wait."""
    appeal = facts.appeal(event.key)
    alert = appeal.alert if appeal is not None else None
    if appeal is None or alert is None or not appeal.alarming or not alert.calling or alert.silent:
        return ignore("тревога уже не ждёт")
    if alert.called_at is not None and abs(facts.now - alert.called_at) < JUST_CALLED:  # a clock was ahead (F23)
        return Decision(effects=next_call(facts, appeal))
    waiting = [alarm for alarm in facts.alarms if waits(alarm) and alarm.code != appeal.code]
    calls = [
        call_one(facts, alarm) for alarm in (appeal, *sorted(waiting, key=lambda alarm: (alarm.created_at, alarm.code)))
    ]
    appeals = tuple(after for after, _ in calls)
    effects = join_effects(
        *(told for _, told in calls), call_message(facts, appeals, event), next_call(facts, appeals[0])
    )
    return Decision(appeals=appeals, effects=effects)


def waits(appeal: Appeal) -> bool:
    """Whether the alarm is still repeated: nobody has ended or silenced it."""
    return appeal.alarming and appeal.alert is not None and appeal.alert.calling and not appeal.alert.silent


def call_one(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """The alarm called again, with a card where no chat had it yet; its author hears once that nobody has read it."""
    alert = appeal.alert
    assert alert is not None, "waits() was asked"
    tells = alert.called_at is None and alert.seen_at is None
    after = replace(appeal, alert=replace(alert, called_at=facts.now), version=appeal.version + 1)
    chat, card = facts.duty_chat, tuple[Effect, ...]()
    if chat is not None and after.chat != chat.peer:
        after, card = put_before_duty(facts, after)
    if not tells:
        return after, card
    text = texts_danger.not_seen(facts.directory.emergency) if chat is not None else not_told(facts)
    return after, (tell_author(facts, after, "unseen", text), *card)


def call_message(facts: Facts, appeals: Sequence[Appeal], event: TimerFired) -> tuple[Effect, ...]:
    """The only message of the bot in which people named hear it ring."""
    chat = facts.duty_chat
    if chat is None:
        return ()
    substitute = any(appeal.alert is not None and appeal.alert.needs_substitute(facts.now) for appeal in appeals)
    unread = sum(not_seen(appeal) for appeal in appeals)
    people = names(facts, substitute=substitute)
    lines = [texts_danger.calling(unread, len(appeals) - unread, people, facts.directory.emergency)]
    lines += [short_line(appeal, facts) for appeal in appeals[:SHOWN]]
    if len(appeals) > SHOWN:
        lines.append(texts_chat.MORE_LEFT)
    cause = facts.cause(CALL, chat.peer, f"{event.at:%y%m%d%H%M%S}")  # no number: it outlives an erasure (R14)
    call = Send(
        chat.peer, cause, "\n".join(lines), Kind.NOTICE, Priority.DIALOGUE,
        keyboard=see_buttons(appeals), appeal=appeals[0].code if len(appeals) == 1 else None, mentions=True,
    )  # fmt: skip
    return in_parts(call)


def not_seen(appeal: Appeal) -> bool:
    """Whether it is an alarm on which nobody on duty has pressed «Вижу»."""
    return appeal.alert is not None and appeal.alert.seen_at is None


def see_buttons(appeals: Sequence[Appeal]) -> Keyboard | None:
    """The buttons «Вижу», one for each alarm that nobody has seen, two in a row; None without any."""
    waiting = [appeal.code for appeal in appeals if not_seen(appeal)][:SHOWN]
    sees = [keyboards.callback(f"{texts_danger.SEE}: {code}", actions.SEE, code) for code in waiting]
    rows: list[Row] = [tuple(sees[at : at + 2]) for at in range(0, len(sees), 2)]
    return keyboards.inline(*rows) if rows else None


def names(facts: Facts, *, substitute: bool) -> list[str]:
    """Mentions of those who are on duty now; with `substitute` also of whoever is told after a quarter of an hour."""
    duty = facts.directory.duty
    working = office_of_duty(facts).opening(facts.now) == facts.now
    people = list(duty.people) if working else []
    if substitute and duty.substitute is not None:
        people.append(duty.substitute)
    return [f"[id{officer.user}|{officer.name}]" for officer in people]


# What a person does.


def see(facts: Facts, appeal: Appeal, user: int, at: datetime) -> tuple[str, Decision]:
    """Carries out «Вижу»: the first press counts, and its author hears it. (What the presser reads, what follows.)"""
    alert = appeal.alert
    if alert is None or not appeal.alarming:
        return "", ignore(texts_danger.ENDED_ALREADY)
    if alert.seen_at is not None:
        seen_at = clock(alert.seen_at, facts.policy.zone)
        return "", ignore(texts_danger.SEEN_ALREADY.format(who=officer(facts, alert.seen_by), at=seen_at))
    marked = replace(alert, seen_at=at, seen_by=user)
    after, card = current(facts, replace(appeal, alert=marked, worker=user, version=appeal.version + 1))
    text = texts_danger.seen(clock(at, facts.policy.zone), who(facts), facts.directory.emergency)
    told = tell_author(facts, after, "seen", text)
    return texts_danger.SEE, Decision(appeals=(after,), effects=(told, *card, *next_call(facts, after)))


def end(facts: Facts, appeal: Appeal, user: int, ending: Ending) -> tuple[str, Decision]:
    """Ends an alarm by «Передано в 112» or «Ложная тревога», by name and in the history; nothing is asked of its
    author."""
    alert = appeal.alert
    if alert is None or not appeal.alarming:
        return "", ignore(texts_danger.ENDED_ALREADY)
    if alert.seen_at is None:
        return "", ignore(texts_danger.NOT_YET)
    ended = replace(appeal, alert=replace(alert, ending=ending, ended_at=facts.now, ended_by=user))
    acted = act(facts, ended, Action.CLOSE, user, ending)
    assert not isinstance(acted, NotAllowed), "an alarm waits, so it can be closed"
    after, card = current(facts, acted.appeal)
    told = tell_author(facts, after, "ended", end_words(facts, ending))
    if ending is Ending.HANDED_OVER:
        what = keyboards.button(texts_danger.WHAT_REMAINS, actions.WHAT_REMAINS, after.code)
        told = replace(told, keyboard=keyboards.inline((what,)))
    effects = join_effects((told,), acted.effects, card, next_call(facts, after))
    return shown_as(ending), Decision(appeals=(after,), history=acted.history, effects=effects)


def shown_as(ending: Ending) -> str:
    """The two words by which officials see how the alarm ended: handed over, or false."""
    return texts_danger.HANDED if ending is Ending.HANDED_OVER else texts_danger.FALSE


def end_words(facts: Facts, ending: Ending) -> str:
    """What the author reads at the end: handed over to 112 at this time, or marked as no danger, and by whom."""
    emergency = facts.directory.emergency
    if ending is Ending.HANDED_OVER:
        return texts_danger.handed_over(clock(facts.now, facts.policy.zone), who(facts), emergency)
    return texts_danger.false_alarm(who(facts), emergency)


def not_reached(facts: Facts, appeal: Appeal, user: int) -> tuple[str, Decision]:
    """Carries out «Не дозвонились»: 112 is out of reach, so the chat goes on being called and its author calls
    himself."""
    alert = appeal.alert
    if alert is None or not appeal.alarming:
        return "", ignore(texts_danger.ENDED_ALREADY)
    if alert.seen_at is None:
        return "", ignore(texts_danger.NOT_YET)
    marked = replace(alert, unreached_at=facts.now, unreached_by=user, silent=False)  # a person says that it is one
    after, card = current(facts, replace(appeal, alert=marked, version=appeal.version + 1))
    text = texts_danger.unreached(who(facts), facts.directory.emergency)
    told = tell_author(facts, after, f"unreached.{after.version}", text)
    effects = (told, *card, *next_call(facts, after))
    return texts_danger.UNREACHED, Decision(appeals=(after,), effects=effects)


def photos(facts: Facts, chat: Chat, appeal: Appeal, origin: str) -> tuple[Send, ...]:
    """The files of its messages, copied without their words and author; whoever asks is logged (R24)."""
    files = tuple(piece.cmid for piece in appeal.pieces if piece.attachments)
    if not files:
        return ()
    cause = facts.cause("alert_photos", chat.peer, origin)
    text = texts_danger.PHOTOS_OF.format(code=appeal.code)
    copied = Source(appeal.resident, files)
    return (Send(chat.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, copy=copied, appeal=appeal.code),)


def submission(facts: Facts, appeal: Appeal) -> History:
    """The first line of its history: sent by no press (R34)."""
    return History(appeal.code, 1, facts.now, appeal.resident, Action.SUBMIT, None, appeal.status, "alert")
