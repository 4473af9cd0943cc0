"""What became of what was sent: the official sees it, the appeal moves, nothing is re-routed by guess (R36, F16)."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from handlers.lifecycle import alarms
from handlers.lifecycle.acting import act
from handlers.lifecycle.answering import (
    ENDING,
    NEWS,
    cause_for_everybody,
    drop_held,
    first_look,
    line_of,
    name_of,
    watch_words,
)
from handlers.lifecycle.incidents import lead_gone, looked_at_now, members_of, taken_apart
from handlers.lifecycle.routing import (
    chat_at,
    copy_member_texts,
    current,
    is_cur,
    join_effects,
    left_behind,
    of_card,
    parts_up_to,
    route,
    to_cur,
    told_where,
    untold,
    why_cur,
    with_card,
    with_unread_members,
)
from handlers.text import texts, texts_chat, texts_hearing
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat
from handlers.text.words import clock
from handlers.views.cards import agency_name
from handlers.views.turn import status
from states.cause import Cause, as_origin, parse
from states.decision import Decision, ignore
from states.effects import CancelSend, Edit, Effect, Kind, Priority, Send
from states.events import DeliveryEnded, DeliveryOutcome, RoutesChanged
from states.facts import Facts
from states.lifecycle.answers import Held
from states.lifecycle.appeal import OPEN, Action, Appeal, History, NotAllowed, Status
from states.people.chats import CUR


def handle_outcome(facts: Facts, event: DeliveryEnded) -> Decision:
    """What follows from the end of a delivery, by what was sent and what became of it."""
    appeal = facts.appeal(event.appeal)
    if appeal is None:
        return ignore("сообщения с таким номером нет")
    if event.kind == Kind.ANSWER:
        return answer_ended(facts, event, appeal)
    if appeal.alarming and event.kind == Kind.CARD and of_card(event.cause, appeal):
        return alarm_ended(facts, event, appeal)
    if event.outcome is DeliveryOutcome.CHAT_LOST:
        return chat_lost(facts, event, appeal)
    if event.outcome is DeliveryOutcome.SET_ASIDE:
        return unseen(facts, event, appeal)
    if event.lost:
        told = status(facts, appeal, f"lost.{event.cause}", f"№{appeal.code}: {texts.lost_files(event.lost)}")
        return Decision(effects=(told,))
    return ignore("доставлено")


def alarm_ended(facts: Facts, event: DeliveryEnded, appeal: Appeal) -> Decision:
    """The card of an alarm: its author hears that those on duty were told when VK shows it, never before (R28)."""
    if event.outcome is DeliveryOutcome.SENT:
        return alarms.card_shown(facts, appeal, event.at)
    chat = facts.chat
    if event.outcome is not DeliveryOutcome.CHAT_LOST or chat is None or chat.lost:
        return alarms.card_failed(facts, appeal)
    # Whether a chat is lost takes a minute to know (hearing.py). Where another one reads alarms, danger does not wait.
    others = {name: other for name, other in facts.chats.items() if other.peer != chat.peer}
    elsewhere = replace(facts, chats=others)
    if elsewhere.duty_chat is None:
        return ignore("ещё неизвестно, потерян ли чат")
    return alarms.card_failed(elsewhere, appeal)


def answer_ended(facts: Facts, event: DeliveryEnded, appeal: Appeal) -> Decision:
    """The line under the official's words says the truth; only now the appeal moves (R36)."""
    said_as = replace(parse(event.cause), level=0)
    first = str(said_as.whole)
    held = next((answer for answer in appeal.held if answer.cause == first), None)
    said = said_of(facts, event, appeal, held)
    cause = facts.cause(f"{event.outcome}", event.peer, f"{said_as}.{event.at:%y%m%d%H%M%S}")
    effects: tuple[Effect, ...] = ()
    if (chat := chat_of_cause(first)) is not None and not of_incident(appeal, first):
        effects = (Edit(chat, cause, line_of(held, first), said, None, appeal.code),)
    match event.outcome:
        case DeliveryOutcome.SENT:
            return record_arrival(facts, appeal, held, first, effects)
        case DeliveryOutcome.RECIPIENT_CLOSED:
            return Decision(effects=(*effects, *tell_cur_undelivered(facts, appeal, event, first)))
        case DeliveryOutcome.CHAT_LOST | DeliveryOutcome.SET_ASIDE:
            return record_refusal(facts, event, appeal, held, first, effects)
        case _:
            assert_never(event.outcome)


def record_arrival(
    facts: Facts, appeal: Appeal, held: Held | None, cause: str, effects: tuple[Effect, ...]
) -> Decision:
    """Records that VK has the words: the appeal moves as they were meant, at the time at which they were written."""
    if held is not None:
        appeal, effects = watch_words(appeal, held), (*effects, *first_look(facts, appeal, held))
    if held is not None and held.action == NEWS:
        return Decision(appeals=(without(appeal, cause),), effects=effects)
    action = Action(held.action) if held is not None else Action.ANSWER
    actor, reason = (held.actor, held.reason) if held is not None else (0, "")
    until, at = (held.until, held.at) if held is not None else (None, None)
    acted = act(facts, drop_held(appeal, cause), action, actor, reason, until=until, at=at)
    if isinstance(acted, NotAllowed):
        return Decision(appeals=(without(appeal, cause),) if held is not None else (), effects=effects)
    after = acted.appeal
    if action is Action.ANSWER:
        after = replace(after, answers=after.answers + 1)
    if appeal.status is Status.MERGED and after.status not in OPEN:
        after = replace(after, chat=chat_of_cause(cause))  # what its author says now goes to who answered (R26)
    after, shown = current(facts, after)
    words = cause_for_everybody(appeal, held) if held is not None else parse(cause)
    heirs = lead_gone(facts, appeal, 0, members_left_behind(facts, appeal, after, words))
    return Decision(
        appeals=(after, *heirs.appeals),
        history=(*acted.history, *heirs.history),
        effects=join_effects(effects, acted.effects, shown, heirs.effects),
    )


def without(appeal: Appeal, cause: str) -> Appeal:
    """Changed by nothing but that these words are not on their way any more."""
    return replace(drop_held(appeal, cause), version=appeal.version + 1)


def members_left_behind(facts: Facts, lead: Appeal, after: Appeal, words: Cause) -> tuple[Appeal, ...]:
    """The appeals that a leading one leaves behind as it ends: they joined after these words were said."""
    if after.status in OPEN:
        return ()
    together = members_of(facts, lead)
    return tuple(
        appeal for appeal in together if all(held.cause != str(words.of_member(appeal.code)) for held in appeal.leaving)
    )


def record_refusal(
    facts: Facts, event: DeliveryEnded, appeal: Appeal, held: Held | None, cause: str, effects: tuple[Effect, ...]
) -> Decision:
    """Records that VK will not take the words. One of an incident would wait for ever for an answer given to the
    others."""
    told = tell_cur_undelivered(facts, appeal, event, cause)
    if held is None:
        return Decision(effects=(*effects, *told))
    kept = replace(
        appeal, held=tuple(replace(answer, refused=answer.refused or answer is held) for answer in appeal.held)
    )
    if appeal.status is Status.MERGED and held.action in ENDING:
        apart = taken_apart(facts, kept, 0, undelivered_words(facts, appeal, event))
        return replace(apart, effects=(*effects, *apart.effects))
    return Decision(appeals=(replace(kept, version=appeal.version + 1),), effects=(*effects, *told))


def tell_cur_undelivered(facts: Facts, appeal: Appeal, event: DeliveryEnded, cause: str) -> tuple[Effect, ...]:
    """The ЦУР hears what did not arrive, once for each answer; of its own answer it reads so below it already."""
    cur = facts.cur
    if cur is None or (chat_of_cause(cause) == cur.peer and not of_incident(appeal, cause)):
        return ()
    told = facts.cause("undelivered", cur.peer, as_origin(cause))
    text = undelivered_words(facts, appeal, event)
    held = next((answer for answer in appeal.held if answer.cause == cause), None)
    if held is not None and event.outcome is not DeliveryOutcome.RECIPIENT_CLOSED:  # it leaves no more, so they have it
        text = f"{text}\n\n«{in_chat(held.text) or texts_chat.ONLY_FILES}»"
    return in_parts(Send(cur.peer, told, text, Kind.NOTICE, Priority.NOTICE, appeal=appeal.code))


def undelivered_words(facts: Facts, appeal: Appeal, event: DeliveryEnded) -> str:
    """What the ЦУР reads of a message whose answer does not reach the resident: whose it was and why."""
    why = texts_chat.RECIPIENT_CLOSED if event.outcome is DeliveryOutcome.RECIPIENT_CLOSED else texts_chat.SET_ASIDE
    name = agency_name(facts.directory, appeal.agency)
    return texts_chat.CUR_UNDELIVERED.format(code=appeal.code, agency=name, why=why)


def of_incident(appeal: Appeal, cause: str) -> bool:
    """Whether these words were said to it because of another appeal; the line in the chat is about that one."""
    leads = any(held.leads for held in appeal.held if held.cause == cause)
    return parse(cause).is_of_member(appeal.code) and not leads


def said_of(facts: Facts, event: DeliveryEnded, appeal: Appeal, held: Held | None) -> str:
    """The line under the official's words: delivered at what time and to how many others, or why not."""
    kind = name_of(held) if held is not None else "Ответ"
    match event.outcome:
        case DeliveryOutcome.SENT:
            others = len(held.also) if held is not None else 0
            said = texts_chat.delivered(appeal.code, clock(event.at, facts.policy.zone), kind, others)
            lost = [texts.lost_files(event.lost)] if event.lost else []
            return " ".join([said, *lost, *filter(None, (tells(facts) for _, tells in facts.rules.answered))])
        case DeliveryOutcome.RECIPIENT_CLOSED:
            return texts_chat.not_delivered(appeal.code, texts_chat.RECIPIENT_CLOSED, event.code, kind)
        case DeliveryOutcome.CHAT_LOST | DeliveryOutcome.SET_ASIDE:
            return texts_chat.not_delivered(appeal.code, texts_chat.SET_ASIDE, event.code, kind)
        case _:
            assert_never(event.outcome)


def chat_of_cause(cause: str) -> int | None:
    """The chat an answer came from; None where its cause does not name it."""
    return parse(cause).peer or None


def chat_lost(facts: Facts, event: DeliveryEnded, appeal: Appeal) -> Decision:
    """The chat is lost (hearing.py): the appeal whose card it did not take waits for the ЦУР. What a chat does not take
    that VK shows us must not be routed there again by itself as soon as it takes something else."""
    chat = facts.chat
    if chat is None or not chat.lost:
        return ignore("ещё неизвестно, потерян ли чат")
    mine = event.kind == Kind.CARD and of_card(event.cause, appeal) and appeal.chat == event.peer
    if not mine or chat.agency == CUR:
        return ignore("это подождёт в чате")
    mute = chat.doubt is not None and chat.doubt.mute
    acted = act(facts, replace(appeal, by_hand=appeal.by_hand or mute), Action.CHAT_LOST, 0)
    if isinstance(acted, NotAllowed):
        return ignore("это уже не у органа")
    waiting = acted.appeal
    reason = (texts_hearing.CUR_CARD_REFUSED if mute else texts_chat.CUR_CHAT_LOST).format(
        agency=agency_name(facts.directory, chat.agency)
    )
    routed = to_cur(facts, waiting, reason)
    tell = status(facts, waiting, f"{appeal.code}.{waiting.version}", texts.returned(appeal.code))
    # Neither a part of the card nor what was added may be waiting there for the day when the chat is back (I4).
    cancelled = (*map(CancelSend, parts_up_to(event.cause)), *untold(facts, appeal, routed.appeal))
    effects = join_effects(cancelled, (tell,), acted.effects, routed.effects)
    return Decision(appeals=(routed.appeal,), history=acted.history, effects=effects)


def unseen(facts: Facts, event: DeliveryEnded, appeal: Appeal) -> Decision:
    """Tells the ЦУР of what VK would not take for a chat, or does not show there (delivery.md §9): it may stand there,
    so it is not said again by itself. Who is to have the appeal the ЦУР decides by hand."""
    if appeal.status not in OPEN or (event.kind == Kind.CARD and not of_card(event.cause, appeal)):
        return ignore("это уже не нужно")
    if event.kind != Kind.CARD or is_cur(chat_at(facts, event.peer)):
        return Decision(effects=unseen_notice(facts, event, appeal))
    acted = act(facts, replace(appeal, by_hand=True), Action.CHAT_LOST, 0)
    if isinstance(acted, NotAllowed):
        return ignore("это уже не у органа")
    reason = texts_chat.CUR_UNSEEN.format(agency=agency_name(facts.directory, appeal.agency))
    routed = to_cur(facts, acted.appeal, reason)
    tell = status(facts, routed.appeal, f"{appeal.code}.{acted.appeal.version}", texts.returned(appeal.code))
    # The first part may be there, and a further one still be on its way (I4).
    parts = tuple(CancelSend(cause) for cause in sorted(facts.unsent) if of_card(cause, appeal))
    behind = left_behind(facts, appeal, routed.appeal)
    effects = join_effects(parts, behind, (tell,), acted.effects, routed.effects)
    return Decision(appeals=(routed.appeal,), history=acted.history, effects=effects)


def unseen_notice(facts: Facts, event: DeliveryEnded, appeal: Appeal) -> tuple[Effect, ...]:
    """A line about it in the ЦУР's chat, to which its words and commands can be a reply."""
    cur = facts.cur
    if cur is None:
        return ()
    cause = facts.cause("unseen", cur.peer, as_origin(event.cause))
    text = texts_chat.UNSEEN_CARD.format(code=appeal.code)
    if event.kind != Kind.CARD:
        name = agency_name(facts.directory, appeal.agency)
        text = texts_chat.UNSEEN_WORDS.format(code=appeal.code, agency=name)
    return (Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE, appeal=appeal.code),)


def routes_changed(facts: Facts, event: RoutesChanged) -> Decision:
    """A chat was bound or came back, or the directory changed: what waits goes where the directory names, and who may
    read one answer is asked anew (mixed.py)."""
    appeals: list[Appeal] = []
    history: list[History] = []
    effects: list[Effect] = [looked_at_now(facts)]
    for appeal in facts.waiting:
        changed = move_waiting(facts, appeal)
        if changed is None:
            continue
        moved, line, follows = changed
        appeals.append(moved)
        history.extend(line)
        effects.extend(follows)
    return Decision(appeals=tuple(appeals), history=tuple(history), effects=tuple(effects))


def move_waiting(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[History, ...], tuple[Effect, ...]] | None:
    """Moves one waiting appeal to its agency now, or at least to the ЦУР; None where nothing changes."""
    homeless = chat_at(facts, appeal.chat) is None
    if appeal.alarming:
        return alarm_moved(facts, appeal) if homeless else None
    if appeal.status not in (Status.WAITING, Status.REOPENED):
        return moved_house(facts, appeal) if homeless else None
    named = facts.directory.agency_for(appeal.topic, appeal.place)
    agency = appeal.agency or (named.code if named and not appeal.by_hand else None)
    can_go = not appeal.by_hand and facts.chat_of(agency) is not None
    if not can_go and (not homeless or facts.cur is None):
        return None
    before = appeal
    if can_go:
        routed = route(facts, appeal, agency, 0)
    else:
        waits = replace(appeal, agency=agency, version=appeal.version + 1)
        routed = to_cur(facts, waits, why_cur(facts, agency, appeal.why))
    origin = f"{appeal.code}.{routed.appeal.version}"
    tell = status(facts, routed.appeal, origin, texts.now_with(appeal.code, told_where(facts, routed.appeal)))
    return routed.appeal, routed.history, (tell, *left_behind(facts, before, routed.appeal), *routed.effects)


def alarm_moved(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[History, ...], tuple[Effect, ...]] | None:
    """An alarm goes to where alarms are read now; its author hears so when VK shows the card."""
    if facts.duty_chat is None:
        return None
    moved, card = alarms.put_before_duty(facts, replace(appeal, version=appeal.version + 1))
    return moved, (), card


def moved_house(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[History, ...], tuple[Effect, ...]] | None:
    """Moves the card of an appeal whose chat was unbound and another one bound instead; nothing else has changed. None
    without a chat."""
    home = facts.chat_of(appeal.agency) or facts.cur
    if home is None:
        return None
    newer = replace(appeal, version=appeal.version + 1)
    led = with_unread_members(facts, appeal.chat, newer, home.peer) if newer.leads else newer
    moved, card = with_card(facts, led, home)
    return moved, (), (*untold(facts, appeal, moved), *card, *copy_member_texts(facts, appeal.chat, moved))
