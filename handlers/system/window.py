"""The window of one resident after an older copy was put back: what is carried out, what is in the draft, what is told
(delivery.md §13).

It must never decide again what was decided in the window: it carries out consents, withdrawals and erasures, and what
belongs to a message that the copy knows (belonging.py), no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from handlers.lifecycle import withdrawing
from handlers.resident import blocking, consent, my_data
from handlers.resident.drafting import go_on, piece_of, understand_text, with_location
from handlers.resident.floods import MOST_PIECES
from handlers.resident.resident import SPOKEN
from handlers.resident.situation import resting
from handlers.system import endangered
from handlers.system.belonging import (
    CARRIED,
    FILED,
    JUDGING,
    Asks,
    Belongs,
    LastQuestion,
    after_words,
    answer_to,
    carry_out,
    is_refusal,
    of_words,
    question_at,
    question_of,
    with_changes,
)
from handlers.text import actions, texts, texts_danger, texts_recovery
from handlers.views.screens import show
from handlers.views.turn import PAUSE_TIMER, Turn
from screening.acts.written import acknowledges, agrees, is_greeting, says_send
from states.cause import parse
from states.decision import Consent, Decision
from states.dialogue import (
    AddingTo,
    AskingConsent,
    AskingPublication,
    AskingText,
    Dialogue,
    Draft,
    Idle,
    Refused,
    Step,
)
from states.directory import Scene
from states.effects import CancelTimer, Effect, Reread, Send
from states.facts import Facts
from states.lifecycle.appeal import Piece, Status
from states.lifecycle.rights import ErasureRequest
from states.messages import Command, Message

LONGEST_CHOICE = 2
NUMBER = re.compile(r"\b\d{4}-[2-9A-HJ-NP-Z]{4}\b")
OWN = re.compile(rf"^№({NUMBER.pattern})$", re.MULTILINE)
"""A card names its own number alone; above it may stand whose repeat it is."""
UNTIL = re.compile(r" · до \w\w \d.*$")
"""How the head of a card ends."""
FIRST = re.compile(r"(?<=[.!?])\s|\n")
"""Behind the first sentence: what was done. Where it stands may have changed since."""
ALARM = texts_danger.BEGUN.partition("{")[0]
"""How the card of an alarm begins."""
TYPED = frozenset({*SPOKEN, *consent.TYPED})
NO_CARDS: Mapping[str, str] = MappingProxyType({})
NO_LINKS: Mapping[int, str] = MappingProxyType({})
NOTHING_TOLD = Draft()
TEXT = "recovered"
"""The kind of cause of what a resident reads because of the restore."""


@dataclass(frozen=True, slots=True)
class WindowLine:
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
        """The title of the card in these words, with its number; "" where it is none: nobody knows a number by
        heart."""
        found, head = OWN.search(self.text), self.text.partition("\n")[0]
        if head.startswith(ALARM):
            head = texts_danger.an_alarm(head.removeprefix(ALARM).rstrip(":"))
        return f"{UNTIL.sub('', head)}, №{found[1]}" if found is not None else ""

    @property
    def about(self) -> str:
        """The number that a message of the bot is about; nothing where it names none."""
        found = OWN.search(self.text)
        return found[1] if found is not None else min(self.numbers, key=self.text.index, default="")


@dataclass(frozen=True, slots=True)
class WindowState:
    """What one resident did in the window. `asked`, `offered`: the texts of the two consents were shown. `unheard`:
    what they wrote last, which nothing of the bot's follows. `question`: what the bot asked last; `answered`: messages
    to which VK shows an answer; `heard`: what the bot said. `belongs`: what goes to messages that the copy knows;
    `left`: the messages that do not; `moved`: which press last led to which step, by «Дополнить» and «Готово».
    `danger`: what was told of danger to life; `alarms`: which of the void numbers are alarms."""

    dialogue: Dialogue
    words: tuple[Message, ...] = ()
    draft: Draft = Draft()
    asked: bool = False
    offered: bool = False
    last: int = 0
    unheard: tuple[int, ...] = ()
    void: tuple[str, ...] = ()
    carried: tuple[tuple[int, Decision], ...] = ()
    question: LastQuestion | None = None
    answered: frozenset[str] = frozenset()
    heard: tuple[WindowLine, ...] = ()
    belongs: tuple[Belongs, ...] = ()
    left: frozenset[int] = frozenset()
    moved: tuple[int, Step] | None = None
    danger: endangered.Words = endangered.NOTHING
    alarms: tuple[str, ...] = ()

    def carrying(self, cmid: int, decision: Decision) -> WindowState:
        """The window's state with what follows from the message of that number."""
        return replace(self, carried=(*self.carried, (cmid, decision)))


def read(
    facts: Facts, peer: int, lines: Sequence[WindowLine], known: Set[str], linked: Mapping[int, str] = NO_LINKS
) -> WindowState:
    """The window of one dialogue, in its order. `known` are the numbers that the copy has; `linked`: which of them
    messages of the bot that the copy knows are about, by their places."""
    dialogue = facts.dialogue or Dialogue(peer)
    question, asked = question_at(Turn(facts, peer, "", dialogue)), endangered.asked_in(dialogue)
    found = WindowState(dialogue, draft=dialogue.draft, question=question, danger=asked)
    for line in lines:
        if line.message is None:
            found = take_own_line(facts, found, line, known)
        else:
            found = wrote(facts, found, line.message, linked)
        facts = with_changes(facts, [appeal for _, decision in found.carried for appeal in decision.appeals])
        facts = replace(facts, erasure=request_standing(facts, found))
    return found


def request_standing(facts: Facts, found: WindowState) -> ErasureRequest | None:
    """The request to be erased that is not carried out yet: of the copy, or of what was read so far."""
    last = found.carried[-1][1] if found.carried else Decision()
    return None if last.erases else last.erasure or facts.erasure


def take_own_line(facts: Facts, found: WindowState, line: WindowLine, known: Set[str]) -> WindowState:
    """What is known after a message of the bot in the window: what it asked, answered and offered, and which numbers
    the copy lacks."""
    void = tuple(code for code in sorted(line.numbers - known) if code not in found.void)
    asks = question_of(line.text, line.numbers)
    return replace(
        found,
        belongs=tuple(belonging for belonging in found.belongs if not over(belonging, line)),
        question=asks if asks is not None and asks.code in known else None,
        answered=found.answered | answer_to(line.text, line.numbers & known),
        heard=(*found.heard, line),
        asked=found.asked or line.text.strip() == show(AskingConsent(), found.dialogue, facts).text.strip(),
        offered=found.offered or line.text.strip() == show(AskingPublication(), found.dialogue, facts).text.strip(),
        unheard=(),
        void=(*found.void, *void),
        alarms=(*found.alarms, *(code for code in void if texts_danger.raised(code) in line.text)),
    )


def over(belongs: Belongs, line: WindowLine) -> bool:
    """Whether a press of the window was refused then: nothing is decided again."""
    judged = belongs.command is not None and belongs.command.action in JUDGING
    return judged and belongs.message.cmid < line.cmid and is_refusal(line.text, belongs.code)


def wrote(facts: Facts, found: WindowState, message: Message, linked: Mapping[int, str]) -> WindowState:
    """The window's state after one more message that was written in it."""
    turn = Turn(replace(facts, now=message.at), message.peer, str(message.cmid), found.dialogue)
    found = replace(found, last=message.cmid, unheard=(*found.unheard, message.cmid))
    command = message.command
    if command is not None and command.action == actions.ERASE_YES:
        return take_erasure(turn, found, command)
    if not turn.has_consented:
        return without_consent(turn, found, message, linked)
    return agreed(turn, found, message, linked)


def agreed(turn: Turn, found: WindowState, message: Message, linked: Mapping[int, str]) -> WindowState:
    """The window's state after a message of somebody with a consent: what belongs to a message that the copy knows goes
    there, the rest into the draft."""
    command = message.command
    if command is None and (endangered_now := told_of_danger(turn, found, message)) is not None:
        return endangered_now
    if command is not None or not tells(message):
        found = led_away(found, message)
    else:
        found = replace(found, danger=endangered.after_doubt(found.danger, message))
    placed = placed_words(turn, found, message, linked) if command is None else placed_press(turn, found, message)
    if placed is not None:
        return placed
    found = replace(found, left=found.left | {message.cmid})
    if command is None:
        asks = after_words(found.question) if tells(message) else found.question
        return with_words(turn, replace(found, question=asks), message)
    return carry_out_press(turn, replace(found, question=None), command)


def told_of_danger(turn: Turn, found: WindowState, message: Message) -> WindowState | None:
    """The window's state after words of danger: more of an alarm that the copy knows is on its card; of all other
    danger those on duty read once more (R28). None where there is none."""
    if not tells(message):
        return None
    more = endangered.add_to_alarm(turn, message)
    if more is not None:
        assert more.dialogue is not None, "whoever adds to an alarm is at its step"
        return replace(found, dialogue=more.dialogue).carrying(message.cmid, more)
    words = endangered.after_words(turn, found.danger, message)
    return replace(found, danger=words, left=found.left | {message.cmid}) if words is not None else None


def led_away(found: WindowState, message: Message) -> WindowState:
    """By a press, or by a command that was typed."""
    action = message.command.action if message.command is not None else ""
    words = endangered.after_press(found.danger, message, action)
    stays = action == actions.STILL_DANGER
    found = without_told(found, words.doubted)
    return replace(found, danger=words, dialogue=found.dialogue if stays else endangered.left(found.dialogue))


def without_told(found: WindowState, doubted: tuple[Piece, ...]) -> WindowState:
    """The window's state without words that a press made an alarm of: those on duty are told, and they are no part of a
    message any more."""
    told = tuple(piece for piece in found.danger.doubted if piece not in doubted)
    if not told:
        return found
    cmids = {piece.cmid for piece in told}
    words = tuple(word for word in found.words if word.cmid not in cmids)
    return replace(found, words=words, draft=found.draft.without(told), dialogue=replace(found.dialogue, doubted=None))


def placed_words(turn: Turn, found: WindowState, message: Message, linked: Mapping[int, str]) -> WindowState | None:
    """What is known after words that belong to a message of the copy; None where they belong to none."""
    reply = message.reply.cmid if message.reply is not None else 0
    replied = linked.get(reply) or next((line.about for line in found.heard if line.cmid == reply), "")
    meant = of_words(message, replied, found.question)
    if meant is None or not (replied or tells(message)):
        return None
    code, command = meant
    if turn.dialogue.is_blocked(turn.facts.now) and not waited_for(turn, code):
        return None
    return placed_at(turn, replace(found, question=after_words(found.question)), code, message, command)


def waited_for(turn: Turn, code: str) -> bool:
    """Whether an official has asked: all else of somebody who is blocked waits (handlers/resident/blocking.py)."""
    appeal = turn.facts.appeal(code)
    return appeal is not None and appeal.status is Status.ASKED


def placed_press(turn: Turn, found: WindowState, message: Message) -> WindowState | None:
    """The window's state after a press that belongs to a message: «Решено», a mark, «Не решено», «Дополнить»,
    «Поторопить»; after «Готово» nothing is added any more. None for other presses."""
    command = message.command
    assert command is not None, "words are no press"
    code, asks = command.value.partition(":")[0], found.question
    if turn.dialogue.is_blocked(turn.facts.now) and not blocking.allows(turn, command):
        return None
    match command.action:
        case actions.DONE if asks is not None and asks.asks is Asks.WORDS:
            return replace(found, question=None, moved=(message.cmid, Idle()))
        case actions.ADD if own(turn, code):
            return replace(found, question=LastQuestion(code, Asks.WORDS), moved=(message.cmid, AddingTo(code)))
        case action if action in FILED:
            told = draft_of(found)
            placed = placed_at(turn, replace(found, question=None), code, message, command, told)
            if placed is None or not told.pieces:
                return None
            left = found.left - {word.cmid for word in found.words}
            return replace(placed, words=(), draft=Draft(), left=left)
        case action if action in CARRIED:
            asks = LastQuestion(code, Asks.WORDS) if action == actions.NOT_SOLVED else None
            return placed_at(turn, replace(found, question=asks), code, message, command)
        case _:
            return None


def placed_at(
    turn: Turn, found: WindowState, code: str, message: Message, command: Command | None, told: Draft = NOTHING_TOLD
) -> WindowState | None:
    """The window's state with the message placed at the appeal of this number; None where that is not the resident's
    own."""
    if not own(turn, code):
        return None
    judged = command is not None and command.action in JUDGING
    belongs = Belongs(code, message, command, code in found.answered, told)
    answered = found.answered - {code} if judged else found.answered
    return replace(found, belongs=(*found.belongs, belongs), answered=answered, moved=None if judged else found.moved)


def own(turn: Turn, code: str) -> bool:
    """Whether the appeal is there and this resident's own."""
    appeal = turn.facts.appeal(code)
    return appeal is not None and appeal.resident == turn.peer


def tells(message: Message) -> bool:
    """Whether there is more in it than a button that was typed, or a greeting."""
    typed = " ".join(message.text.split()).strip(".!").casefold()
    button = typed in TYPED or is_greeting(message.text) or says_send(message.text)
    return not message.empty and not (only_words(message) and button)


def only_words(message: Message) -> bool:
    """Whether it has neither files nor a point on the map nor a forwarded message."""
    return not (message.attachments or message.location or message.forwarded)


def take_erasure(turn: Turn, found: WindowState, command: Command) -> WindowState:
    """A request to be erased: nothing that was written before it is kept."""
    decision = my_data.forget(turn, command.value)
    if decision.erasure is None or decision.dialogue is None:
        return found
    anew = WindowState(decision.dialogue, unheard=found.unheard, carried=found.carried)
    return anew.carrying(turn.cmid, decision)


def without_consent(turn: Turn, found: WindowState, message: Message, linked: Mapping[int, str]) -> WindowState:
    """The answer to the consent, where its present text was shown; what waits for it waits in VK (R7, R8)."""
    found = replace(found, left=found.left | {message.cmid})
    answer = consent.answer_of(message.command, message.text)
    if answer is None:
        command = message.command
        waits = command is None or (consent.waits(turn, command) and command.action in CARRIED | {actions.ADD})
        return replace(found, words=(*found.words, message) if waits else found.words)
    if not (found.asked or consent.was_shown(turn)):
        return found
    record = Consent(turn.peer, answer == actions.CONSENT, turn.shown_hash, message.at, message.cmid)
    if not record.given:
        dialogue = replace(turn.dialogue_at(Refused(record.text_hash), Draft()), interrupted=None, doubted=None)
        found = replace(found, dialogue=dialogue, draft=Draft(), words=())
        return found.carrying(message.cmid, Decision(dialogue=dialogue, consent=record))
    return with_consent(turn, found, record, linked)


def with_consent(turn: Turn, found: WindowState, record: Consent, linked: Mapping[int, str]) -> WindowState:
    """The window's state after a consent was given: what waited for it is told in its order, where the talk was before
    it was asked for."""
    step = turn.dialogue.step
    edited = consent.after_cut(turn, step).edited if isinstance(step, AskingConsent) else ()
    left = turn.dialogue.interrupted if isinstance(step, AskingConsent | Refused) else step
    dialogue = replace(turn.agreed(record.text_hash).dialogue, step=left or Idle(), touched_at=record.at)
    reread = (Reread(turn.peer, (), edited),) if edited else ()
    erases = turn.facts.erasure is not None
    decision = Decision(dialogue=dialogue, consent=record, effects=reread, erases=erases)
    waited, there = found.words, replace(turn, dialogue=dialogue)
    found = replace(found, dialogue=dialogue, draft=dialogue.draft, words=(), question=question_at(there))
    found = found.carrying(record.cmid, decision)
    for message in waited:
        found = agreed(replace(there, origin=str(message.cmid)), found, message, linked)
    return found


def with_words(turn: Turn, found: WindowState, message: Message) -> WindowState:
    """Everything but buttons that were typed, by their label or their number, and what is only «да» or a courtesy: its
    question is gone, and on a card it would be noise (I15)."""
    typed = message.text.strip(" .!")
    button = typed.isdigit() and len(typed) <= LONGEST_CHOICE
    answer = agrees(message.text) is not None or acknowledges(message.text)
    if not tells(message) or (only_words(message) and (button or answer)):
        return found
    return replace(found, words=(*found.words, message))


def carry_out_press(turn: Turn, found: WindowState, command: Command) -> WindowState:
    """What people said about their consent and their messages is carried out; what they chose fills the draft."""
    facts, directory = turn.facts, turn.facts.directory
    match command.action:
        case actions.WITHDRAW_YES:
            appeal = facts.appeal(command.value)
            if appeal is None or appeal.resident != turn.peer or appeal.alarming:
                return found  # an alarm is ended by people: it goes before those on duty once more (R28)
            done = withdrawing.withdraw(turn, appeal)
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


def was_asked(facts: Facts, found: WindowState) -> bool:
    """Whether the bot asked for consent, in the window or before the copy was made."""
    return found.asked or consent.was_shown(Turn(facts, found.dialogue.resident, "", found.dialogue))


def awaiting_consent(facts: Facts, found: WindowState, origin: str, *, waits: bool) -> Decision | None:
    """The decision on somebody without a consent: their words wait in VK (R7), the question in the dialogue. It is
    asked again where nobody has answered them, or the bot owed them the question (`waits`). None where nothing is to be
    asked."""
    step, words = found.dialogue.step, tuple(word.cmid for word in found.words if still_waits(found, word))
    before = step.pending if isinstance(step, AskingConsent) else ()
    unheard = set(found.unheard) - set(before) if not found.carried else set(words) & set(found.unheard)
    again = waits or bool(unheard) or (bool(words) and not was_asked(facts, found))
    if not again and not (found.asked or words):
        return None
    pending = tuple(dict.fromkeys((*before, *words)))[:MOST_PIECES]
    known = step if isinstance(step, AskingConsent) else AskingConsent()
    _, shown = facts.policy.consent_in(found.dialogue.language)
    asking = replace(known, pending=pending, asked_at=facts.now, shown=shown)
    # A number of its own for what these words become: that of the window is void (I7).
    source = found.last or found.dialogue.draft.source
    dialogue = replace(found.dialogue, draft=replace(found.dialogue.draft, source=source))
    if dialogue.consent and not isinstance(step, AskingConsent | Refused):
        dialogue = replace(dialogue, interrupted=step)
    if not again:
        return Decision(dialogue=replace(dialogue, step=asking))
    turn = Turn(facts, dialogue.resident, origin, dialogue)
    decision = turn.shows_consent(asking, texts.CONSENT_ANEW if dialogue.consent else texts.consent_again())
    return replace(decision, effects=tuple(with_text_cause(effect) for effect in decision.effects))


def still_waits(found: WindowState, message: Message) -> bool:
    """All but what was typed for a button and had its answer in the window: «Помощь» is answered once (I7)."""
    return message.command is not None or tells(message) or message.cmid in found.unheard


def carried_out(found: WindowState) -> list[Decision]:
    """What was carried out once was said then, but for what nothing of the bot's follows; chats read of it in lists."""
    me, kept = found.dialogue.resident, []
    for cmid, decision in found.carried:
        said = not found.unheard or cmid < found.unheard[0]
        left = (
            effect for effect in decision.effects if not isinstance(effect, Send) or (effect.peer == me and not said)
        )
        kept.append(replace(decision, effects=tuple(left)))
    return kept


def place_next(facts: Facts, found: WindowState) -> tuple[list[Decision], WindowState]:
    """What belongs to messages that the copy knows, one after another, once it is known what became of all that was on
    its way. What does not go there any more is among the words of the draft, or has left nothing behind."""
    belongs, *others = found.belongs
    found = replace(found, belongs=tuple(others))
    done = carry_out(facts, found.dialogue, belongs)
    if done is None:
        return [], put_back(found, belongs)
    kept = [replace(each, effects=unsaid(found, belongs.message.cmid, each.effects)) for each in done]
    dialogue = next((each.dialogue for each in reversed(done) if each.dialogue is not None), found.dialogue)
    return kept, replace(found, dialogue=dialogue)


def led_on(facts: Facts, found: WindowState) -> tuple[list[Decision], WindowState]:
    """The decisions and the state where «Дополнить» or «Готово» has led; shown where the bot had not answered the press
    yet."""
    turn = Turn(facts, found.dialogue.resident, str(found.last), found.dialogue)
    if found.moved is None or not resting(turn):
        return [], found
    cmid, step = found.moved
    shown = turn.shows(step)
    heard = cmid != found.last or cmid not in found.unheard
    effects = () if heard else tuple(with_text_cause(effect) for effect in shown.effects)
    return [replace(shown, effects=effects)], replace(found, dialogue=turn.dialogue_at(step, None))


def put_back(found: WindowState, belongs: Belongs) -> WindowState:
    """Into the draft after all."""
    found = replace(found, left=found.left | {belongs.message.cmid})
    if belongs.told.pieces:
        return replace(found, draft=replace(belongs.told, pieces=(*belongs.told.pieces, *found.draft.pieces)))
    words = found.words if belongs.message.command is not None else (*found.words, belongs.message)
    return replace(found, words=tuple(sorted(words, key=lambda word: word.cmid)))


def unsaid(found: WindowState, cmid: int, effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Chats get what VK does not show them yet (bot/delivery/recovery.py looks); the resident what he has not read."""
    read = [line.text for line in found.heard if line.cmid > cmid]
    left: list[Effect] = []
    for effect in effects:
        if not isinstance(effect, Send) or effect.peer != found.dialogue.resident:
            left.append(effect)
        elif not any(FIRST.split(effect.text)[0] in text for text in read):
            left.append(with_text_cause(effect))
    return tuple(left)


def draft_of(found: WindowState) -> Draft:
    """What was told and is in no message yet."""
    draft = found.draft
    for message in found.words:
        draft = with_location(draft, message).adding(piece_of(message))
    return draft


def tell_resident(
    facts: Facts, found: WindowState, origin: str, *, waits: bool, cards: Mapping[str, str] = NO_CARDS
) -> Decision | None:
    """The one text to a resident with a consent; None where nothing of theirs was lost. `waits`: the bot owed them an
    answer when the copy was made, and VK shows none. `cards`: what void numbers are about."""
    if not (found.left or found.void or waits):
        return None
    turn = Turn(facts, found.dialogue.resident, origin, found.dialogue)
    draft = draft_of(found)
    # A number of its own: what was said under the one that is void was said for the same causes (I7).
    draft = replace(draft, source=found.last if draft.pieces else 0)
    emergency, again = facts.directory.emergency, found.danger.told
    void = [code for code in found.void if not (again and code in found.alarms)]
    named = [cards.get(code, f"№{code}") for code in void]
    note = texts_recovery.resident(named, words=bool(found.words))
    if again:
        note = texts_recovery.in_danger(found.alarms, note if named or found.words else "", emergency)
    if again or found.danger.asked:
        decision = turn.shows(found.danger.step, draft, note)
    elif not draft.text.strip() and isinstance(found.dialogue.step, AskingText | Idle):
        decision = turn.shows(AskingText() if draft.pieces else found.dialogue.step, draft, note)
    elif found.words or found.void or draft != found.dialogue.draft or isinstance(found.dialogue.step, AskingText):
        decision = go_on(turn, understand_text(facts, replace(draft, settling_text=False)), note)
    else:
        decision = turn.shows(found.dialogue.step, draft, note)
    effects = tuple(with_text_cause(effect) for effect in decision.effects)
    return replace(decision, effects=(CancelTimer(PAUSE_TIMER, str(turn.peer)), *effects))


def with_text_cause(effect: Effect) -> Effect:
    """The message under a cause of the kind that what is said because of a restore has; any other effect as it is."""
    if not isinstance(effect, Send):
        return effect
    return replace(effect, cause=str(replace(parse(effect.cause), kind=TEXT)))
