"""The officials' side: a reply to a card answers the resident, a button moves the appeal.

Nothing is relayed by guess: no reply to a card, no answer (T6, T7); only the chat that holds an appeal may act (I4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers import actions, coordinator, keyboards, texts, texts_chat
from handlers.cards import agency_name, status_words
from handlers.parts import in_parts
from handlers.relayed import clean
from handlers.routing import merged, refresh, to_cur
from handlers.turn import cause_of, status
from handlers.words import plural
from states.appeal import Action, Appeal, NotAllowed, Status, move
from states.chats import CUR, Chat
from states.decision import Decision, ignore
from states.effects import AnswerButton, CancelSend, Edit, Effect, Kind, Priority, Send, Source
from states.events import ButtonPressed
from states.facts import Facts
from states.messages import Message, is_person
from states.screen import Colour
from states.who_may import may_act

PASSABLE = {"photo", "doc", "audio_message", "graffiti"}
"""What can be uploaded anew for the resident (vk-api.md §8.1); other kinds only by a public reference."""

BY_WORD = frozenset({"принять", "не наше", "ненаше", "не_наше"})


def message(facts: Facts, chat: Chat, event: Message) -> Decision:
    """A message in a bound chat."""
    text = event.text.strip()
    if not is_person(event.author):
        return ignore("написал не человек")
    if text.startswith("/"):
        if text.startswith("//"):
            return ignore("внутренняя заметка")
        return command(facts, chat, event)
    if event.reply is None:
        return ignore("не ответ на карточку")
    if event.reply.author != -facts.house.community:
        return ignore("ответ не боту")
    if facts.linked is None:
        return Decision(effects=(hint(facts, event, texts_chat.NOT_A_CARD),))
    return answer(facts, chat, event, facts.linked)


def hint(facts: Facts, event: Message, text: str, appeal: str | None = None) -> Send:
    """A short answer to an official, under his own message."""
    cause = cause_of(facts.house.community, "hint", event.peer, str(event.cmid))
    return Send(event.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, reply_to=event.cmid, appeal=appeal)


def command(facts: Facts, chat: Chat, event: Message) -> Decision:
    """Words with a slash. They also do what a button does, for a click that VK has lost."""
    word, _, rest = event.text.strip()[1:].partition(" ")
    said = " ".join(event.text.casefold().split()).removeprefix("/")
    match word.casefold():
        case "помощь" | "help" | "start":
            seconds = plural(int(facts.house.undo.total_seconds()), "секунду", "секунды", "секунд")
            more = texts_chat.CHAT_HELP_CUR if chat.agency == CUR else ""
            return Decision(effects=(hint(facts, event, texts_chat.CHAT_HELP.format(seconds=seconds) + more),))
        case "направить":
            return coordinator.assign(facts, chat, event, rest.strip(), hint)
        case _ if facts.linked is not None and said in BY_WORD:
            return moved_by_word(facts, chat, event, facts.linked, said)
        case "код":
            name = agency_name(facts.directory, chat.agency if chat.agency != CUR else None)
            return Decision(effects=(hint(facts, event, texts_chat.CODE_ALREADY.format(agency=name)),))
        case _:
            return ignore("незнакомая команда")


def moved_by_word(facts: Facts, chat: Chat, event: Message, appeal: Appeal, word: str) -> Decision:
    if not may_act(chat, event.author, appeal):
        return Decision(effects=(hint(facts, event, texts_chat.NOT_HERE.format(code=appeal.code)),))
    act = accept if word == "принять" else not_ours
    decision = act(facts, chat, appeal, event.author)
    if decision.ignored is not None:
        return Decision(effects=(hint(facts, event, decision.ignored),))
    done = texts_chat.TAKEN if word == "принять" else texts_chat.GIVEN_BACK
    return replace(decision, effects=(*decision.effects, hint(facts, event, done)))


def answer(facts: Facts, chat: Chat, event: Message, appeal: Appeal) -> Decision:
    """A reply to a card or to anything of its appeal: it leaves after the time in which it can be undone."""
    refused = why_not(chat, event, appeal)
    if refused:
        return Decision(effects=(hint(facts, event, refused, appeal.code),))
    who = agency_name(facts.directory, chat.agency if chat.agency != CUR else None)
    text = texts.answer(appeal.code, who, clean(event.text))
    origin = str(event.cmid)
    cause = cause_of(facts.house.community, "answer", event.peer, origin)
    source = Source(event.peer, (event.cmid,))
    send = Send(
        appeal.resident,
        cause,
        text,
        Kind.ANSWER,
        Priority.ANSWER,
        copy=source if event.attachments else None,
        source=source,
        appeal=appeal.code,
        not_before=facts.now + facts.house.undo,
        report=True,
    )
    return Decision(effects=(*in_parts(send), undo_offer(facts, event, appeal, cause)))


def why_not(chat: Chat, event: Message, appeal: Appeal) -> str:
    """Why this reply cannot go to the resident; empty when it can."""
    if appeal.status is Status.WITHDRAWN:
        return texts_chat.CLOSED_WITHDRAWN.format(code=appeal.code)
    if not may_act(chat, event.author, appeal):
        return texts_chat.NOT_HERE.format(code=appeal.code)
    passable = any(one.kind in PASSABLE or one.reference for one in event.attachments)
    if not clean(event.text) and not passable:
        return texts_chat.NOTHING_TO_SEND
    return ""


def offer_cause(answer_cause: str) -> str:
    """The cause of the line in the chat that tells what became of an answer."""
    return answer_cause.replace("|answer|", "|offer|", 1)


def undo_offer(facts: Facts, event: Message, appeal: Appeal, cause: str) -> Send:
    undo = keyboards.callback("Отменить", actions.UNDO, cause, Colour.NEGATIVE)
    text = texts_chat.will_leave(appeal.code, int(facts.house.undo.total_seconds()))
    return Send(
        event.peer,
        offer_cause(cause),
        text,
        Kind.STATUS,
        Priority.DIALOGUE,
        keyboard=keyboards.inline((undo,)),
        reply_to=event.cmid,
        appeal=appeal.code,
    )


def pressed(facts: Facts, chat: Chat | None, event: ButtonPressed) -> Decision:
    """A button on a card or under an answer. Its spinner is always stopped, with the reason when nothing is done."""
    appeal = facts.linked
    if chat is not None and appeal is not None and event.command.action == actions.UNDO and is_person(event.user):
        # Even where the appeal has gone on to another chat meanwhile: the answer is still this chat's own.
        return undo(facts, event, appeal)
    if chat is None or appeal is None or not may_act(chat, event.user, appeal):
        return Decision(effects=(stopped(event, texts_chat.BUTTON_STALE.format(status="сообщение не у этого чата")),))
    match event.command.action:
        case actions.ACCEPT:
            return told(event, accept(facts, chat, appeal, event.user), texts_chat.TAKEN)
        case actions.NOT_OURS:
            return told(event, not_ours(facts, chat, appeal, event.user), texts_chat.GIVEN_BACK)
        case _:
            return Decision(effects=(stopped(event, texts.STALE),))


def stopped(event: ButtonPressed, text: str) -> AnswerButton:
    return AnswerButton(event.event_id, event.peer, event.user, text[:90])


def told(event: ButtonPressed, decision: Decision, done: str) -> Decision:
    if decision.ignored is not None:
        return Decision(effects=(stopped(event, decision.ignored),))
    return replace(decision, effects=(*decision.effects, stopped(event, done)))


def accept(facts: Facts, chat: Chat, appeal: Appeal, actor: int) -> Decision:
    """«Принять»: the resident hears who took it (R36). Pressed twice, it changes nothing."""
    moved = move(appeal, Action.ACCEPT, facts.now, actor)
    if isinstance(moved, NotAllowed):
        return ignore(texts_chat.BUTTON_STALE.format(status=status_words(appeal.status)))
    taken, history = moved
    origin = f"{appeal.code}.{taken.version}"
    name = agency_name(facts.directory, taken.agency if chat.agency != CUR else None)
    tell = status(facts, taken, origin, texts.taken_to_work(appeal.code, name))
    return Decision(appeals=(taken,), history=(history,), effects=(tell, *refresh(facts, taken, origin)))


def not_ours(facts: Facts, chat: Chat, appeal: Appeal, actor: int) -> Decision:
    """«Не наше»: back to the ЦУР, and only a person routes it on (R37)."""
    moved = move(appeal, Action.NOT_OURS, facts.now, actor)
    if isinstance(moved, NotAllowed) or chat.agency == CUR:
        return ignore(texts_chat.BUTTON_STALE.format(status=status_words(appeal.status)))
    back, history = moved
    origin = f"{appeal.code}.{back.version}"
    closing = refresh(facts, back, origin, holder=chat)
    reason = texts_chat.CUR_NOT_OURS.format(agency=agency_name(facts.directory, chat.agency))
    routed = to_cur(facts, replace(back, by_hand=True, agency=None), reason)
    tell = status(facts, back, origin, texts.returned(appeal.code))
    return Decision(appeals=(routed.appeal,), history=(history,), effects=merged((tell,), closing, routed.effects))


def undo(facts: Facts, event: ButtonPressed, appeal: Appeal) -> Decision:
    """Take an answer back, all parts of it or none: what has begun to leave is not torn."""
    cause = event.command.value
    unsent = sorted(parts_of(cause, facts.unsent))
    own = cause_of(facts.house.community, "answer", event.peer, "")[:-2]
    if not unsent or cause not in unsent or not cause.startswith(own):
        return Decision(effects=(stopped(event, texts_chat.TOO_LATE),))
    effects: list[Effect] = [CancelSend(one) for one in unsent]
    edit = cause_of(facts.house.community, "undone", event.peer, cause.split("|")[4])
    said = texts_chat.ANSWER_UNDONE.format(code=appeal.code)
    effects += [Edit(event.peer, edit, offer_cause(cause), said, None, appeal.code), stopped(event, texts_chat.UNDONE)]
    return Decision(effects=tuple(effects))


def parts_of(cause: str, causes: Iterable[str]) -> set[str]:
    return {one for one in causes if one == cause or one.startswith(f"{cause}.")}
