"""After an older copy was put back: what residents, chats and the ЦУР are told and asked (delivery.md §13).

It must never decide again what was decided in the window: it carries out consents, withdrawals and erasures, no more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from handlers.lifecycle import withdrawing
from handlers.lifecycle.acting import EXPIRE_TIMER
from handlers.lifecycle.coordinator import RESUME_TIMER
from handlers.lifecycle.routing import chat_at
from handlers.lifecycle.void_cards import told_cur
from handlers.resident import consent, my_data
from handlers.resident.drafting import go_on, greeting, located, piece_of, understood
from handlers.resident.floods import MOST_PIECES
from handlers.resident.resident import SPOKEN
from handlers.system.delivery import chat_of_cause
from handlers.text import actions, keyboards, texts, texts_danger, texts_recovery
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat, one_line
from handlers.text.words import clock
from handlers.views.alarm_card import short_line
from handlers.views.cards import status_words
from handlers.views.screens import show
from handlers.views.titles import title
from handlers.views.turn import DRAFT_TIMER, PAUSE_TIMER, Turn, hint
from states.cause import Cause, parse
from states.decision import Consent, Decision
from states.dialogue import AskingConsent, AskingPublication, AskingText, Dialogue, Draft, Idle, Refused
from states.directory import Directory, Scene
from states.effects import CancelTimer, Effect, Kind, Priority, Send, StartTimer
from states.facts import CommunityPolicy, Facts
from states.lifecycle.appeal import Appeal
from states.messages import Command, Message, is_chat
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
NO_CARDS: Mapping[str, str] = MappingProxyType({})
LONGEST_CHOICE = 2
NUMBER = re.compile(r"\b\d{4}-[2-9A-HJ-NP-Z]{4}\b")
OWN = re.compile(rf"^№({NUMBER.pattern})$", re.MULTILINE)
"""A card names its own number alone; above it may stand whose repeat it is."""
UNTIL = re.compile(r" · до \w\w \d.*$")
"""How the head of a card ends."""
TYPED = frozenset({*SPOKEN, *consent.TYPED, "отправить"})


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a dialogue, as VK shows it. Without `message` the bot said it."""

    peer: int
    cmid: int
    at: datetime
    text: str = ""
    message: Message | None = None

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers that the bot named here, or that stand on the button that was pressed."""
        command = self.message.command if self.message is not None else None
        said = self.text if self.message is None else command.value if command is not None else ""
        return frozenset(NUMBER.findall(said))

    @property
    def card(self) -> str:
        """What a card is about, as it says itself: nobody knows a number by heart."""
        found = OWN.search(self.text)
        return f"{UNTIL.sub('', self.text.partition(chr(10))[0])}, №{found[1]}" if found is not None else ""

    @property
    def about(self) -> str:
        """The number that a message of the bot is about; nothing where it names none."""
        found = OWN.search(self.text)
        return found[1] if found is not None else min(self.numbers, key=self.text.index, default="")


@dataclass(frozen=True, slots=True)
class Held:
    """A message that waited in the copy and that VK does not show. `row` is its place in the outbox."""

    row: int
    peer: int
    cause: str
    kind: str
    code: str
    text: str


def ended(lines: Iterable[Line], before: datetime | None, now: datetime) -> datetime | None:
    """When the window ends: after the last thing that the bot said, at most now. `before`: what is known besides."""
    said = [line.at for line in lines if line.message is None] + ([before] if before is not None else [])
    return min(max(said) + LATE, now) if said else None


# One resident.


@dataclass(frozen=True, slots=True)
class Found:
    """What one resident did in the window. `asked`, `offered`: the texts of the two consents were shown. `unheard`:
    what they wrote last, which nothing of the bot's follows."""

    dialogue: Dialogue
    words: tuple[Message, ...] = ()
    draft: Draft = Draft()
    asked: bool = False
    offered: bool = False
    last: int = 0
    unheard: tuple[int, ...] = ()
    void: tuple[str, ...] = ()
    carried: tuple[tuple[int, Decision], ...] = ()

    def carrying(self, cmid: int, decision: Decision) -> Found:
        """With what follows from the message of that number."""
        return replace(self, carried=(*self.carried, (cmid, decision)))


def read(facts: Facts, peer: int, lines: Sequence[Line], known: Set[str]) -> Found:
    """The window of one dialogue, in its order. `known` are the numbers that the copy has."""
    dialogue = facts.dialogue or Dialogue(peer)
    found = Found(dialogue, draft=dialogue.draft)
    for line in lines:
        found = said(facts, found, line, known) if line.message is None else wrote(facts, found, line.message)
        after = {appeal.code: appeal for _, decision in found.carried for appeal in decision.appeals}
        facts = replace(facts, appeals=tuple(after.get(appeal.code, appeal) for appeal in facts.appeals))
    return found


def said(facts: Facts, found: Found, line: Line, known: Set[str]) -> Found:
    void = tuple(code for code in sorted(line.numbers - known) if code not in found.void)
    return replace(
        found,
        asked=found.asked or line.text.strip() == show(AskingConsent(), found.dialogue, facts).text.strip(),
        offered=found.offered or line.text.strip() == show(AskingPublication(), found.dialogue, facts).text.strip(),
        unheard=(),
        void=(*found.void, *void),
    )


def wrote(facts: Facts, found: Found, message: Message) -> Found:
    turn = Turn(replace(facts, now=message.at), message.peer, str(message.cmid), found.dialogue)
    found = replace(found, last=message.cmid, unheard=(*found.unheard, message.cmid))
    command = message.command
    if command is not None and command.action == actions.ERASE_YES:
        return forgotten(turn, found, command)
    if not turn.consented:
        return without_consent(turn, found, message)
    return with_words(turn, found, message) if command is None else pressed(turn, found, command)


def forgotten(turn: Turn, found: Found, command: Command) -> Found:
    """A request to be erased: nothing that was written before it is kept."""
    decision = my_data.forget(turn, command.value)
    if decision.erasure is None or decision.dialogue is None:
        return found
    anew = Found(decision.dialogue, unheard=found.unheard, carried=found.carried)
    return anew.carrying(turn.cmid, decision)


def without_consent(turn: Turn, found: Found, message: Message) -> Found:
    """The answer to the consent, where its present text was shown; words wait for it in VK (R7, R8)."""
    answer = consent.answered(message.command, message.text)
    if answer is None:
        words = (*found.words, message) if message.command is None else found.words
        return replace(found, words=words)
    if not (found.asked or consent.was_shown(turn)):
        return found
    given = answer == actions.CONSENT
    record = Consent(turn.peer, given, turn.facts.policy.consent_hash, message.at, message.cmid)
    if given:
        dialogue = replace(turn.agreed(record.text_hash).dialogue, step=Idle(), touched_at=message.at)
    else:
        dialogue = turn.moved(Refused(record.text_hash), Draft())
    words = found.words if given else ()
    decision = Decision(dialogue=dialogue, consent=record)
    return replace(found, dialogue=dialogue, draft=dialogue.draft, words=words).carrying(message.cmid, decision)


def with_words(turn: Turn, found: Found, message: Message) -> Found:
    """Everything but buttons that were typed, by their label or their number."""
    typed = " ".join(message.text.split()).strip(".!").casefold()
    only_words = not (message.attachments or message.location or message.forwarded)
    is_button = typed in TYPED or (typed.isdigit() and len(typed) <= LONGEST_CHOICE) or greeting(message.text)
    if message.empty or (only_words and is_button):
        return found
    return replace(found, words=(*found.words, message))


def pressed(turn: Turn, found: Found, command: Command) -> Found:
    """What people said about their consent and their messages is carried out; what they chose fills the draft."""
    facts, directory = turn.facts, turn.facts.directory
    match command.action:
        case actions.WITHDRAW_YES:
            appeal = facts.appeal(command.value)
            if appeal is None or appeal.resident != turn.peer:
                return found
            done = withdrawing.withdrawn(turn, appeal)
            decision = Decision(appeals=done.appeals, history=done.history, effects=done.effects)
            return found.carrying(turn.cmid, decision) if done.appeals else found
        case actions.PUBLISH_YES | actions.PUBLISH_NO | actions.UNPUBLISH:
            given = command.action == actions.PUBLISH_YES
            if given and not (found.offered or my_data.publication_shown(turn)):
                return found
            record = Consent(turn.peer, given, facts.policy.publish_hash, facts.now, turn.cmid)
            return found.carrying(turn.cmid, Decision(consent=record))
        case actions.TOPIC if command.value in directory.topic_by_code:
            return replace(found, draft=found.draft.about(command.value))
        case actions.SCENE if command.value in tuple(Scene):
            return replace(found, draft=replace(found.draft, scene=Scene(command.value), scene_asked=True))
        case actions.PLACE if command.value in directory.place_by_code:
            return replace(found, draft=replace(found.draft, place=command.value))
        case actions.AGENCY | actions.GIVE_TO if command.value in directory.agency_by_code:
            settled_on = command.action == actions.GIVE_TO
            return replace(found, draft=replace(found.draft, named=command.value, settled=settled_on))
        case actions.NO_ADDRESS:
            return replace(found, draft=found.draft.without_address())
        case _:
            return found


def was_asked(facts: Facts, found: Found) -> bool:
    return found.asked or consent.was_shown(Turn(facts, found.dialogue.resident, "", found.dialogue))


def awaiting_consent(facts: Facts, found: Found, origin: str, *, waits: bool) -> Decision | None:
    """Of somebody without a consent: their words wait in VK (R7), the question in the dialogue. It is asked again where
    nobody has answered them, or the bot owed them the question (`waits`)."""
    step, words = found.dialogue.step, tuple(word.cmid for word in found.words)
    before = step.pending if isinstance(step, AskingConsent) else ()
    unheard = set(found.unheard) - set(before) if not found.carried else set(words) & set(found.unheard)
    again = waits or bool(unheard) or (bool(words) and not was_asked(facts, found))
    if not again and not (found.asked or words):
        return None
    pending = tuple(dict.fromkeys((*before, *words)))[:MOST_PIECES]
    asking = AskingConsent(pending, facts.now, facts.policy.consent_hash)
    if not again:
        return Decision(dialogue=replace(found.dialogue, step=asking))
    turn = Turn(facts, found.dialogue.resident, origin, found.dialogue)
    decision = turn.shows_consent(asking, texts.consent_again())
    return replace(decision, effects=tuple(renamed(effect) for effect in decision.effects))


def carried_out(found: Found) -> list[Decision]:
    """What was carried out once was said then, but for what nothing of the bot's follows; chats read of it in lists."""
    me, kept = found.dialogue.resident, []
    for cmid, decision in found.carried:
        said = not found.unheard or cmid < found.unheard[0]
        left = (
            effect for effect in decision.effects if not isinstance(effect, Send) or (effect.peer == me and not said)
        )
        kept.append(replace(decision, effects=tuple(left)))
    return kept


def told(
    facts: Facts, found: Found, origin: str, *, waits: bool, cards: Mapping[str, str] = NO_CARDS
) -> Decision | None:
    """The one text to a resident with a consent; None where nothing of theirs was lost. `waits`: the bot owed them an
    answer when the copy was made, and VK shows none. `cards`: what void numbers are about."""
    if not (found.last or found.void or waits):
        return None
    turn = Turn(facts, found.dialogue.resident, origin, found.dialogue)
    draft = found.draft
    for message in found.words:
        draft = located(draft, message).adding(piece_of(message))
    # A number of its own: what was said under the one that is void was said for the same causes (I7).
    draft = replace(draft, source=found.last if draft.pieces else 0)
    named = [cards.get(code, f"№{code}") for code in found.void]
    note = texts_recovery.resident(named, words=bool(found.words))
    if not draft.text.strip() and isinstance(found.dialogue.step, AskingText | Idle):
        decision = turn.shows(AskingText() if draft.pieces else found.dialogue.step, draft, note)
    elif found.words or found.void or draft != found.dialogue.draft or isinstance(found.dialogue.step, AskingText):
        decision = go_on(turn, understood(facts, replace(draft, settling_text=False)), note)
    else:
        decision = turn.shows(found.dialogue.step, draft, note)
    effects = tuple(renamed(effect) for effect in decision.effects)
    return replace(decision, effects=(CancelTimer(PAUSE_TIMER, str(turn.peer)), *effects))


def renamed(effect: Effect) -> Effect:
    if not isinstance(effect, Send):
        return effect
    return replace(effect, cause=str(replace(parse(effect.cause), kind="recovered")))


# The chats.


def to_check(facts: Facts, appeals: Iterable[Appeal], origin: str) -> list[Send]:
    """One list for each chat: what it had of the window, with two buttons for each."""
    at: dict[int, list[Appeal]] = defaultdict(list)
    for appeal in sorted(appeals, key=lambda one: one.code):
        home = home_of(facts, appeal.chat)
        if home is not None:
            at[home.peer].append(appeal)
    sends = []
    for peer, found in sorted(at.items()):
        for number, part in enumerate(chunks(found, CHECKED_AT_ONCE)):
            rows = [check_row(facts, n, one) for n, one in enumerate(part, 1)]
            keys = [check_buttons(n, one.code) for n, one in enumerate(part, 1)]
            text = "\n".join((texts_recovery.TO_CHECK, "", *rows))
            sends.append(notice(facts, peer, "to_check", f"{origin}.{number}", text, keys))
    return sends


def check_row(facts: Facts, number: int, appeal: Appeal) -> str:
    return f"{number}. {title(appeal, facts.directory)}: {status_words(appeal.status)}. №{appeal.code}"


def check_buttons(number: int, code: str) -> tuple[Button, ...]:
    return (
        keyboards.callback(f"{number}. Уже отвечено", actions.SETTLED, code),
        keyboards.callback(f"{number}. Осталось", actions.LEFT_OVER, code),
    )


def unsent(facts: Facts, held: Iterable[Held], appeals: Mapping[str, Appeal], origin: str) -> list[Send]:
    """What waited in the copy, for each chat that it concerns: people say what leaves."""
    at: dict[int, list[Held]] = defaultdict(list)
    for one in held:
        home = home_of(facts, chat_of_held(one, appeals))
        said_anew = one.kind == Kind.SCREEN and not one.code
        greets = is_chat(one.peer) and chat_at(facts, one.peer) is None
        if home is not None and not said_anew and not greets:
            at[home.peer].append(one)
    sends = []
    for peer, found in sorted(at.items()):
        for number, part in enumerate(chunks(found, HELD_AT_ONCE)):
            rows = [f"{n}. {held_words(facts.directory, one, appeals)}" for n, one in enumerate(part, 1)]
            buttons = [
                keyboards.callback(f"Отправить {n}", actions.SEND_IT, f"{one.code or '-'} {one.row}")
                for n, one in enumerate(part, 1)
            ]
            keys = [tuple(row) for row in chunks(buttons, 2)]
            text = "\n".join((texts_recovery.UNSENT, "", *rows))
            sends.append(notice(facts, peer, "unsent", f"{origin}.{number}", text, keys))
    return sends


def alarms_again(
    facts: Facts, alarms: Iterable[Appeal], words: Iterable[tuple[datetime, str]], origin: str
) -> list[Send]:
    """Alarms that the copy holds open, and words of danger of the window, once more, a line each; from here on nothing
    calls by itself: people look whether 112 knows (R28)."""
    chat = facts.duty_chat
    lines = [short_line(appeal, facts) for appeal in alarms]
    lines += [f"{clock(at, facts.policy.zone)}: «{one_line(in_chat(text), LONGEST_WORDS)}»" for at, text in words]
    if chat is None or not lines:
        return []
    text = "\n".join((texts_danger.AGAIN.format(emergency=facts.directory.emergency), *lines))
    return list(in_parts(notice(facts, chat.peer, "alarms_again", origin, text)))


def chat_of_held(held: Held, appeals: Mapping[str, Appeal]) -> int | None:
    """Where people know of it: its own chat, the chat that an answer comes from, the chat that has the message."""
    if is_chat(held.peer):
        return held.peer
    appeal = appeals.get(held.code)
    said_in = chat_of_cause(held.cause) if held.kind == Kind.ANSWER else None
    return said_in or (appeal.chat if appeal is not None else None)


def held_words(directory: Directory, held: Held, appeals: Mapping[str, Appeal]) -> str:
    """What it is about and what it is. An answer shows how it begins: its officials wrote it. The rest may quote a
    resident, so only its kind (I4)."""
    appeal = appeals.get(held.code)
    about = f"{title(appeal, directory)}: " if appeal is not None else ""
    number = f". №{held.code}" if held.code else ""
    if held.kind != Kind.ANSWER:
        return f"{about}{texts_recovery.KINDS[held.kind]}{number}"
    return f"{about}{texts_recovery.ANSWER} «{one_line(held.text, LONGEST_WORDS)}»{number}"


def void_replies(
    facts: Facts, lines: Sequence[Line], void: Mapping[tuple[int, int], str], cards: Mapping[str, str] = NO_CARDS
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


def fate_of(code: str, replies: Sequence[Message], lines: Iterable[Line]) -> tuple[str, str, list[Message]]:
    """What became of these words, for their chat and for the ЦУР, and those that VK does not show to the resident."""
    theirs = [one.text for one in lines if one.message is None and not is_chat(one.peer) and code in one.numbers]
    if not theirs:
        return texts_recovery.UNSEEN, texts_recovery.CUR_UNSEEN, []
    lost = [one for one in replies if not any(brings(text, one) for text in theirs)]
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
    """That chat, or the ЦУР's where it is not bound or has lost the bot; there it waits until the bot is back."""
    chat = chat_at(facts, peer)
    return chat if chat is not None and not chat.lost else facts.chats.get(CUR)


def chunks(found: Sequence[T], size: int) -> list[Sequence[T]]:
    return [found[at : at + size] for at in range(0, len(found), size)]


def notice(facts: Facts, peer: int, kind: str, origin: str, text: str, keys: Sequence[tuple[Button, ...]] = ()) -> Send:
    cause = facts.cause(kind, peer, origin)
    keyboard = keyboards.inline(*keys) if keys else None
    return Send(peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=keyboard)


def refused(appeals: Iterable[Appeal], held: Iterable[Held]) -> list[Appeal]:
    """Answers that wait for people are not on their way: clocks that speak of them go on."""
    causes = {str(parse(one.cause).whole) for one in held if one.kind == Kind.ANSWER}
    changed = []
    for appeal in appeals:
        words = tuple(replace(answer, refused=answer.refused or answer.cause in causes) for answer in appeal.held)
        if words != appeal.held:
            changed.append(replace(appeal, held=words, version=appeal.version + 1))
    return changed


def rearmed(policy: CommunityPolicy, dropped: Iterable[tuple[str, str, int]], now: datetime) -> list[StartTimer]:
    """Clocks that go on from now; a term that has passed stands in the list of its chat."""
    waits = {DRAFT_TIMER: policy.draft_reminder, EXPIRE_TIMER: policy.close_after, RESUME_TIMER: timedelta(seconds=1)}
    return [StartTimer(name, key, peer, now + waits[name]) for name, key, peer in dropped if name in waits]


def summed_up(community: int, cur: int, summary: str, file: str, files: Sequence[str], origin: str) -> tuple[Send, ...]:
    """The summary with its file, or with its words where VK would not take a file."""
    text = f"{summary}\n\n{texts_recovery.WHOLE_LIST}" if files else f"{summary}\n\n{file}"
    send = Send(
        cur, str(Cause(community, "summary", cur, origin)), text, Kind.NOTICE, Priority.NOTICE, attachments=tuple(files)
    )
    return in_parts(send)
