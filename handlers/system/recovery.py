"""After an older copy was put back: what chats and the ЦУР are told and asked (delivery.md §13); residents: window.py.

It must never decide again what was decided in the window: people say what is answered, and what leaves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from handlers.lifecycle.acting import EXPIRE_TIMER
from handlers.lifecycle.coordinator import RESUME_TIMER
from handlers.lifecycle.routing import chat_at
from handlers.lifecycle.void_cards import told_cur
from handlers.system.delivery import chat_of_cause
from handlers.system.window import NO_CARDS, WindowLine
from handlers.text import actions, keyboards, texts, texts_recovery
from handlers.text.parts import in_parts
from handlers.text.relayed import one_line
from handlers.views.cards import status_words
from handlers.views.titles import title
from handlers.views.turn import DOUBT_TIMER, DRAFT_ASKED_AFTER, DRAFT_TIMER, hint
from states.cause import Cause, parse
from states.directory import Directory
from states.effects import Kind, Priority, Send, StartTimer
from states.facts import CommunityPolicy, Facts, Rules
from states.lifecycle.appeal import Appeal
from states.messages import Message, is_chat
from states.people.chats import CUR, Chat
from states.screen import Button

T = TypeVar("T")

LATE = timedelta(seconds=75)
"""VK may carry out what the lost process had asked for a minute later (F7), and show it a moment after that."""

CHECKED_AT_ONCE = 5
"""Two buttons each: an inline keyboard of VK holds ten (vk-api.md §7)."""

HELD_AT_ONCE = 10
LONGEST_WORDS = 200
COMMAND = re.compile(r"^/\w+\s*")


@dataclass(frozen=True, slots=True)
class UndeliveredMessage:
    """A message that waited in the copy and that VK does not show. `row` is its place in the outbox."""

    row: int
    peer: int
    cause: str
    kind: str
    code: str
    text: str


def end_of_window(lines: Iterable[WindowLine], before: datetime | None, now: datetime) -> datetime | None:
    """The end of the window: after the last thing that the bot said, at most now; None where it said nothing. `before`:
    what is known besides."""
    said = [line.at for line in lines if line.message is None] + ([before] if before is not None else [])
    return min(max(said) + LATE, now) if said else None


# The chats.


def to_check(facts: Facts, appeals: Iterable[Appeal], origin: str) -> list[Send]:
    """The lists of what to check, one for each chat: what it had of the window, with two buttons for each."""
    at: dict[int, list[Appeal]] = defaultdict(list)
    for appeal in sorted(appeals, key=lambda waiting: waiting.code):
        home = home_of(facts, appeal.chat)
        if home is not None and not appeal.alarming:  # those are told of by themselves (endangered.py)
            at[home.peer].append(appeal)
    sends = []
    for peer, found in sorted(at.items()):
        for number, part in enumerate(chunks(found, CHECKED_AT_ONCE)):
            rows = [check_row(facts, n, row) for n, row in enumerate(part, 1)]
            keys = [check_buttons(n, row.code) for n, row in enumerate(part, 1)]
            text = "\n".join((texts_recovery.TO_CHECK, "", *rows))
            sends.append(notice(facts, peer, "to_check", f"{origin}.{number}", text, keys))
    return sends


def check_row(facts: Facts, number: int, appeal: Appeal) -> str:
    """A line of the list that asks after a restore what is answered: number in the list, title, state."""
    return f"{number}. {title(appeal, facts.directory)}: {status_words(appeal.status)}. №{appeal.code}"


def check_buttons(number: int, code: str) -> tuple[Button, ...]:
    """The two buttons of such a line; they begin with its number in the list."""
    return (
        keyboards.callback(f"{number}. Уже отвечено", actions.SETTLED, code),
        keyboards.callback(f"{number}. Осталось", actions.LEFT_OVER, code),
    )


def unsent(facts: Facts, held: Iterable[UndeliveredMessage], appeals: Mapping[str, Appeal], origin: str) -> list[Send]:
    """The messages to each chat about what waited in the copy: people say what leaves."""
    at: dict[int, list[UndeliveredMessage]] = defaultdict(list)
    for held_row in held:
        home = home_of(facts, chat_of_held(held_row, appeals))
        said_anew = (held_row.kind == Kind.SCREEN and not held_row.code) or of_alarm(held_row, appeals)
        greets = is_chat(held_row.peer) and chat_at(facts, held_row.peer) is None
        if home is not None and not said_anew and not greets:
            at[home.peer].append(held_row)
    sends = []
    for peer, found in sorted(at.items()):
        for number, part in enumerate(chunks(found, HELD_AT_ONCE)):
            rows = [f"{n}. {held_words(facts.directory, held_row, appeals)}" for n, held_row in enumerate(part, 1)]
            buttons = [
                keyboards.callback(f"Отправить {n}", actions.SEND_IT, f"{held_row.code or '-'} {held_row.row}")
                for n, held_row in enumerate(part, 1)
            ]
            keys = [tuple(row) for row in chunks(buttons, 2)]
            text = "\n".join((texts_recovery.UNSENT, "", *rows))
            sends.append(notice(facts, peer, "unsent", f"{origin}.{number}", text, keys))
    return sends


def of_alarm(held: UndeliveredMessage, appeals: Mapping[str, Appeal]) -> bool:
    """The card of an alarm is sent anew (endangered.py)."""
    appeal = appeals.get(held.code)
    return held.kind == Kind.CARD and appeal is not None and appeal.alarming


def chat_of_held(held: UndeliveredMessage, appeals: Mapping[str, Appeal]) -> int | None:
    """The chat where people know of a held message: its own chat, the chat that an answer comes from, the chat that has
    the message."""
    if is_chat(held.peer):
        return held.peer
    appeal = appeals.get(held.code)
    said_in = chat_of_cause(held.cause) if held.kind == Kind.ANSWER else None
    return said_in or (appeal.chat if appeal is not None else None)


def held_words(directory: Directory, held: UndeliveredMessage, appeals: Mapping[str, Appeal]) -> str:
    """What it is about and what it is. An answer shows how it begins: its officials wrote it. The rest may quote a
    resident, so only its kind (I4)."""
    appeal = appeals.get(held.code)
    about = f"{title(appeal, directory)}: " if appeal is not None else ""
    number = f". №{held.code}" if held.code else ""
    if held.kind != Kind.ANSWER:
        return f"{about}{texts_recovery.KINDS[held.kind]}{number}"
    return f"{about}{texts_recovery.ANSWER} «{one_line(held.text, LONGEST_WORDS)}»{number}"


def void_replies(
    facts: Facts, lines: Sequence[WindowLine], void: Mapping[tuple[int, int], str], cards: Mapping[str, str] = NO_CARDS
) -> list[Send]:
    """What officials answered in the window to a card that the copy does not know: they and the ЦУР hear once for each
    card what it is, and whether the resident has their words."""
    at: dict[tuple[int, str], list[Message]] = defaultdict(list)
    for line in lines:
        message = line.message
        if message is not None and message.reply is not None and (line.peer, message.reply.cmid) in void:
            at[line.peer, void[line.peer, message.reply.cmid]].append(message)
    sends: list[Send] = []
    for (peer, code), replies in at.items():
        reached, of_cur, lost = fate_of(code, replies, lines)
        card = cards.get(code, f"№{code}")
        said = hint(facts, (lost or replies)[-1], texts_recovery.void_card(card, reached))
        sends.append(replace(said, cause=facts.cause("void_hint", peer, code)))
        sends += told_cur(facts, peer, code, card, of_cur)
    return sends


def fate_of(code: str, replies: Sequence[Message], lines: Iterable[WindowLine]) -> tuple[str, str, list[Message]]:
    """What became of these words, for their chat and for the ЦУР, and those that VK does not show to the resident."""
    theirs = [line.text for line in lines if line.message is None and not is_chat(line.peer) and code in line.numbers]
    if not theirs:
        return texts_recovery.UNSEEN, texts_recovery.CUR_UNSEEN, []
    lost = [reply for reply in replies if not any(brings(text, reply) for text in theirs)]
    if lost:
        some = texts_recovery.some_lost(len(lost), len(replies))
        every = len(lost) == len(replies)
        return texts_recovery.NOT_SENT if every else some, texts_recovery.CUR_NOT_SENT, lost
    return texts_recovery.READ, texts_recovery.CUR_READ, []


def brings(text: str, reply: Message) -> bool:
    """Whether a message of ours passes these words on; what is longer than one message begins in it."""
    words = one_line(COMMAND.sub("", reply.text), LONGEST_WORDS).removesuffix("…")
    return (words or texts.WITHOUT_WORDS) in one_line(text, len(text))


def home_of(facts: Facts, peer: int | None) -> Chat | None:
    """The chat, or the ЦУР's where it is not bound or has lost the bot; there it waits until the bot is back."""
    chat = chat_at(facts, peer)
    return chat if chat is not None and not chat.lost else facts.chats.get(CUR)


def chunks(found: Sequence[T], size: int) -> list[Sequence[T]]:
    """The list in pieces of `size`."""
    return [found[at : at + size] for at in range(0, len(found), size)]


def notice(facts: Facts, peer: int, kind: str, origin: str, text: str, keys: Sequence[tuple[Button, ...]] = ()) -> Send:
    """A message about the restored copy to this chat, with buttons where there are some."""
    cause = facts.cause(kind, peer, origin)
    keyboard = keyboards.inline(*keys) if keys else None
    return Send(peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard)


def mark_held_answers(appeals: Iterable[Appeal], held: Iterable[UndeliveredMessage]) -> list[Appeal]:
    """Answers that wait for people are not on their way: clocks that speak of them go on."""
    causes = {str(parse(row.cause).whole) for row in held if row.kind == Kind.ANSWER}
    changed = []
    for appeal in appeals:
        words = tuple(replace(answer, refused=answer.refused or answer.cause in causes) for answer in appeal.held)
        if words != appeal.held:
            changed.append(replace(appeal, held=words, version=appeal.version + 1))
    return changed


def rearm_timers(
    policy: CommunityPolicy,
    dropped: Iterable[tuple[str, str, int]],
    now: datetime,
    rules: Rules = Rules(),  # noqa: B008 - frozen
) -> list[StartTimer]:
    """Clocks that go on from now; a term that has passed stands in the list of its chat."""
    day = DRAFT_ASKED_AFTER
    waits = {DRAFT_TIMER: day, DOUBT_TIMER: day, EXPIRE_TIMER: policy.close_after, RESUME_TIMER: timedelta(seconds=1)}
    waits |= {rule.name: rule.after_restore for rule in rules.timers}
    return [StartTimer(name, key, peer, now + waits[name]) for name, key, peer in dropped if name in waits]


def summed_up(community: int, cur: int, summary: str, file: str, files: Sequence[str], origin: str) -> tuple[Send, ...]:
    """The summary with its file, or with its words where VK would not take a file."""
    text = f"{summary}\n\n{texts_recovery.WHOLE_LIST}" if files else f"{summary}\n\n{file}"
    send = Send(
        cur, str(Cause(community, "summary", cur, origin)), text, Kind.NOTICE, Priority.NOTICE, attachments=tuple(files)
    )
    return in_parts(send)
