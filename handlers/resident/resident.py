"""The resident's side: a message or a pressed button becomes one step of the dialogue. Never silent, never stuck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

from handlers.lifecycle import warnings
from handlers.resident import (
    acts,
    blocking,
    consent,
    danger,
    doors,
    doubts,
    drafting,
    feedback,
    guessing,
    hurrying,
    my_data,
    offers,
    own_appeals,
    parts,
    sending,
    where,
)
from handlers.resident.drafting import DRAFTING
from handlers.text import actions, texts, texts_wishes
from handlers.views.preview import agency_of
from handlers.views.screens import LEVELS, show
from handlers.views.turn import EDIT, Turn
from screening.acts.written import says_send
from screening.danger import alarms
from states.decision import Decision, ignore
from states.dialogue import (
    AS_IT_IS,
    AskingAddress,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    Dialogue,
    Draft,
    Idle,
    ListingAppeals,
    back,
)
from states.directory import Scene
from states.effects import Reread
from states.facts import Facts
from states.messages import Command, Message
from states.screen import ButtonKind

SPOKEN = {
    "назад": actions.BACK,
    "отмена": actions.CANCEL,
    "отменить": actions.CANCEL,
    "начать заново": actions.RESTART,
    "помощь": actions.HELP,
    "мои сообщения": actions.MINE,
    "мои данные": actions.DATA,
    "удалить мои данные": actions.ERASE,
    "написать сообщение": actions.WRITE,
    "написать конкретному органу": actions.TO_AGENCY,
    "это о другом": actions.AS_WORDS,
    "написать об этом": actions.AS_WORDS,
    "передать вопрос": actions.AS_WORDS,
    "добавить к описанию": actions.AS_WORDS,
    "отправить как есть": actions.AS_IT_IS,
    "всё равно отправить": actions.SEND,
    "все равно отправить": actions.SEND,
    "понятно, не отправлять": actions.CANCEL,
    "да, это о нём": actions.SEND,
    "нет, о другом": actions.SEND,
}
"""What works at every step when typed by hand."""

SENDS = frozenset({"отправить", "всё равно отправить"})
"""Buttons that «отправляйте» is, too."""

SENDING = {actions.SEND, actions.SEND_ABOUT, actions.SAME, actions.JOIN, actions.DIFFERENT}
"""What ends with a number: pressed again, it says which."""

NUMBERED = {
    actions.SCENE,
    actions.TOPIC,
    actions.GROUP,
    actions.PLACE,
    actions.AGENCY,
    actions.GIVE_TO,
    actions.LEVEL,
    actions.APPEAL,
}
"""Choices that may be answered by their number."""


def message(facts: Facts, event: Message) -> Decision:
    """Decides on a resident's message: consent, edits, danger, commands, then the words by the step of the dialogue."""
    turn = turn_of(facts, event.peer, origin_of(event))
    if not turn.has_consented:
        return warnings.first(turn, event.text, consent.ask(turn, event), marked_at_the_door=event.danger)
    if not event.content:
        # Came to the door before a consent that was given meanwhile: its words are still in VK.
        return Decision(effects=(Reread(event.peer, (event.cmid,)),))
    if sent_on(turn, event.cmid):
        return handle_edit(facts, event)  # changed before a consent, and read again after it
    cries = event.command is None and alarms(event.all_words) and doubts.command_of(turn, event) is None
    if cries and (alarm := danger.hear(turn, event)) is not None:
        return alarm  # before what else the words may mean: a label of a button, a wish, an answer (R28)
    command = event.command or typed_command(turn, event)
    if turn.dialogue.doubted is not None and turn.dialogue.doubted.asked:
        return pass_over(turn, lambda known: message(known, replace(event, command=command)))
    if command is not None:
        welcome = doors.welcome_by_link(turn) if event.ref and command.action == actions.START else None
        return warnings.first(turn, "", welcome or handle_press(turn, command))
    if (alarm := danger.hear(turn, event)) is not None:
        return alarm
    return doubts.ask_first(turn, event, by_rules(facts, event) or acts.answer(turn, event))


def pass_over(turn: Turn, follow: Callable[[Facts], Decision]) -> Decision:
    """The decision with the question of doubt left unanswered: whoever goes on with something else has not answered it,
    also where that leads to no step."""
    dialogue = turn.dialogue.mark_unanswered()
    decision = follow(replace(turn.facts, dialogue=dialogue))
    return replace(decision, dialogue=decision.dialogue or dialogue)


def by_rules(facts: Facts, event: Message) -> Decision | None:
    """What a feature answers; of several the first one."""
    return next((said for rule in facts.rules.answers if (said := rule(facts, event)) is not None), None)


def origin_of(event: Message) -> str:
    """The same message is handled twice when it came before consent: at the door, and read again (design.md §12)."""
    return str(event.cmid) if event.content else f"{event.cmid}.door"


def origin_of_edit(event: Message) -> str:
    """The origin of what an edit leads to: another for each wording, the same when VK tells of it twice."""
    return f"{EDIT}{event.cmid}.{event.at:%y%m%d%H%M%S}.{crc32(event.text.encode('utf-8', 'surrogatepass')):08x}"


def turn_of(facts: Facts, peer: int, origin: str) -> Turn:
    """The turn of this resident; who never wrote before gets a new dialogue."""
    return Turn(facts, peer, origin, facts.dialogue or Dialogue(peer))


def handle_edit(facts: Facts, event: Message) -> Decision:
    """An edit: of the draft, of an appeal already sent («Уточнение», T18), or of something that went nowhere."""
    turn = turn_of(facts, event.peer, origin_of_edit(event))
    if not turn.has_consented or not event.content:
        waits = bool(turn.dialogue.consent) and sent_on(turn, event.cmid)
        before = consent.keep_edit_for_later(turn, event) if waits else ignore("правка до согласия")
        return doubts.ask_first(turn, event, before, marked_at_the_door=event.danger)
    if (alarm := danger.handle_edit(turn, event)) is not None:
        return alarm
    if turn.dialogue.is_blocked(facts.now):
        return doubts.ask_first(turn, event, ignore("автору временно не отвечаем"))
    if any(piece.cmid == event.cmid for piece in turn.dialogue.draft.pieces):
        return doubts.ask_first(turn, event, drafting.handle_edit(turn, event))
    return doubts.ask_first(turn, event, own_appeals.handle_edit(turn, event))


def sent_on(turn: Turn, cmid: int) -> bool:
    """Whether this message is a part of what was sent already."""
    return any(piece.cmid == cmid for appeal in turn.facts.appeals for piece in appeal.pieces)


def typed_command(turn: Turn, event: Message) -> Command | None:
    """What a button would say, in words: its label, a verdict on an answer, «да» under an offer. With another's words
    or a post it is said of them: they must not be dropped (I14)."""
    if event.forwarded or event.quoted:
        return None
    typed = doubts.command_of(turn, event) or typed_button(turn, event.text)
    return typed or feedback.about_answer(turn, event) or offers.command_of(turn, event)


def typed_button(turn: Turn, text: str) -> Command | None:
    """A button that was typed instead of pressed: by its label, its number, or a word that always works."""
    typed = " ".join(text.split()).strip(".!").casefold()
    if not typed or len(typed) > 60:
        return None
    keyboard = show(turn.dialogue.step, turn.dialogue, turn.facts).keyboard
    buttons = [button for row in keyboard.rows for button in row if button.kind is ButtonKind.TEXT] if keyboard else []
    for button in buttons:
        label = button.label.casefold()
        if label == typed or (label in SENDS and says_send(text)):
            return button.command
    choices = [button for button in buttons if button.command.action in NUMBERED]
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= len(choices):
        return choices[int(typed[:3]) - 1].command
    if typed in SPOKEN:
        return Command(SPOKEN[typed])
    known = turn.facts.policy.languages
    return next((Command(actions.LANGUAGE, language.code) for language in known if typed in language.words), None)


def handle_press(turn: Turn, command: Command) -> Decision:
    """A button, wherever the dialogue is by now: it does what it says or says why not (features.md I)."""
    if turn.dialogue.is_blocked(turn.facts.now) and not blocking.allows(turn, command):
        return blocking.refuse_blocked(turn)
    match command.action:
        case actions.TELL_DUTY | actions.NO_DUTY if command.value:
            return doubts.take_press(turn, command)
        case action if action in danger.OF_ALARM:
            return danger.handle_press(turn, command)
        case actions.CANCEL if (asked := danger.ask_cancellation(turn)) is not None:
            return asked
        case actions.BACK | actions.CANCEL | actions.RESTART | actions.HELP | actions.START:
            return always(turn, command.action)
        case actions.WRITE:
            return write(turn, command.value)
        case actions.TO_AGENCY:
            return turn.shows(ChoosingLevel())
        case actions.MINE:
            return turn.shows(ListingAppeals())
        case actions.PAGE:
            return page(turn, command.value)
        case actions.LEVEL | actions.AGENCY:
            return address_to(turn, command)
        case actions.APPEAL | actions.ADD | actions.WITHDRAW | actions.WITHDRAW_YES | actions.DONE:
            return own_appeals.handle_press(turn, command)
        case actions.ADD_DRAFT | actions.REOPEN_DRAFT | actions.AS_WORDS:
            return words_belong(turn, command)
        case actions.HURRY:
            return hurrying.handle_press(turn, command)
        case actions.LANGUAGE:
            return choose_language(turn, command.value)
        case actions.SOLVED | actions.NOT_SOLVED | actions.RATE:
            return feedback.handle_press(turn, command)
        case actions.DATA | actions.EXPORT | actions.ERASE | actions.ERASE_YES:
            return my_data.handle_press(turn, command)
        case actions.PUBLISH | actions.PUBLISH_YES | actions.PUBLISH_NO | actions.UNPUBLISH:
            return my_data.handle_press(turn, command)
        case actions.CONSENT | actions.REFUSE:
            return turn.stays(texts.CONSENT_GIVEN)
        case _:
            return in_draft(turn, command)


def choose_language(turn: Turn, code: str) -> Decision:
    """Lets the resident read the bot in this language, from the answer to the choice on."""
    if code not in {language.code for language in turn.facts.policy.languages}:
        return turn.stays(texts.STALE)
    return replace(turn, dialogue=replace(turn.dialogue, language=code)).stays(texts.LANGUAGE)


def words_belong(turn: Turn, command: Command) -> Decision:
    """Puts words that were told already where they belong: to an own message, to an answered one, or to a new one."""
    match command.action:
        case actions.ADD_DRAFT:
            return sending.add_draft(turn, command.value)
        case actions.REOPEN_DRAFT:
            return offers.handle_press(turn, command)
        case _:
            return acts.take_as_words(turn, command.value)


def always(turn: Turn, action: str) -> Decision:
    """Carries out a button that works at every step: back, cancel, begin anew, help."""
    match action:
        case actions.BACK:
            return go_back(turn)
        case actions.CANCEL:
            note = "" if turn.dialogue.draft.empty else texts.CANCELLED
            return turn.shows(Idle(), Draft(), note, drafting.cancel_timers(turn))
        case actions.RESTART:
            return turn.shows(AskingText(), Draft(), "", drafting.cancel_timers(turn))
        case actions.HELP:
            return turn.stays(texts.HELP.format(emergency=turn.facts.directory.emergency))
        case _:
            return turn.shows(Idle())


def go_back(turn: Turn) -> Decision:
    """Shows the step before, without its answer; steps that would ask nothing are passed over."""
    step, draft = back(turn.dialogue.step, turn.dialogue.draft)
    if isinstance(step, ChoosingTopic) and not guessing.guess_of(turn.facts, draft).topics:
        # Without guesses that step only leads to all groups again, and «Назад» must lead out.
        step, draft = back(step, draft)
    if isinstance(step, AskingAddress) and not where.is_address_asked(turn.facts, draft):
        step, draft = back(step, draft)
    return turn.shows(*drafting.with_choices(turn.facts, step, draft))


def write(turn: Turn, added_to: str = "") -> Decision:
    """A new message, or on with the draft that was left; «Это другое» takes back that it is added to an own one, as
    long as it is not."""
    draft = replace(turn.dialogue.draft, adding_to="")
    if added_to and draft.empty:
        return turn.shows(AskingText(), replace(draft, settling_text=True), texts_wishes.ADDED_ALREADY)
    if draft.text.strip():
        return offers.end_pause(replace(turn, dialogue=replace(turn.dialogue, draft=draft)))
    return turn.shows(AskingText(), replace(draft, settling_text=True))


def page(turn: Turn, value: str) -> Decision:
    """Turns the list of the present step to this page; a step without a list says that the button is stale."""
    step = turn.dialogue.step
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0
    match step:
        case ChoosingGroup() | ChoosingTopicOf() | ChoosingPlace() | ChoosingAgency() | ListingAppeals():
            return turn.shows(replace(step, page=number))
        case _:
            return turn.stays(texts.STALE)


def address_to(turn: Turn, command: Command) -> Decision:
    """Carries out «Написать конкретному органу»: a level, or the agency itself."""
    directory = turn.facts.directory
    if command.action == actions.LEVEL:
        if command.value not in {level.value for level, _ in LEVELS}:
            return turn.stays(texts.STALE)
        return turn.shows(ChoosingAgency(command.value))
    if command.value not in directory.agency_by_code:
        return turn.stays(texts.STALE)
    draft = replace(turn.dialogue.draft, named=command.value, settled=False)
    if draft.text.strip():
        return drafting.go_on(turn, drafting.understand_text(turn.facts, replace(draft, settling_text=False)))
    return turn.shows(AskingText(), draft)


def in_draft(turn: Turn, command: Command) -> Decision:
    """Buttons that fill or change the draft: good as long as there is one with words in it."""
    draft = turn.dialogue.draft
    if not draft.text.strip():
        return stale(turn, command)
    facts, directory, value = turn.facts, turn.facts.directory, command.value
    match command.action:
        case actions.SCENE if value in tuple(Scene):
            told = replace(draft, scene=Scene(value), scene_asked=True)
            return go_on_with(turn, guessing.take_sure_topic(facts, told))
        case actions.OTHER_TOPIC:
            return drafting.decline_topic(turn)
        case actions.CHANGE_TOPIC:
            return turn.shows(ChoosingGroup())
        case actions.GROUP if value in directory.group_by_code:
            return turn.shows(ChoosingTopicOf(value))
        case actions.TOPIC if value in directory.topic_by_code:
            return go_on_with(turn, replace(draft.about(value, offered_by(turn, value)), settled=False))
        case actions.WROTE if value in texts_wishes.WROTE:
            return offers.take_writer(turn, value)
        case actions.EACH if problems := parts.problems_of(turn.dialogue):
            return go_on_with(turn, drafting.understand_text(facts, parts.apart(facts, draft, problems)))
        case actions.WHOLE:
            return go_on_with(turn, replace(draft, whole=True))
        case actions.AS_IT_IS if draft.topic is None:
            return go_on_with(turn, draft.about(AS_IT_IS))
        case actions.OTHER_PLACE:
            return turn.shows(ChoosingPlace(), replace(draft, place=None))
        case actions.PLACE if value in directory.place_by_code:
            return go_on_with(turn, replace(draft, place=value, settled=False))
        case actions.NO_ADDRESS:
            return go_on_with(turn, draft.without_address())
        case actions.GIVE_TO if value in (draft.named, agency_of(draft, facts)):
            return go_on_with(turn, replace(draft, named=value, settled=True))
        case actions.CHANGE if isinstance(turn.dialogue.step, DRAFTING):
            return turn.shows(ChoosingChange())
        case actions.CHANGE_TEXT:
            return turn.shows(AskingText(), drafting.without_words(draft), texts.ASK_TEXT_AGAIN)
        case actions.CHANGE_PLACE:
            return drafting.go_on(turn, replace(draft, place=None, address="", address_unknown=False, settled=False))
        case actions.CHANGE_ADDRESS:
            return drafting.go_on(turn, replace(draft, address="", address_unknown=False))
        case actions.CHANGE_FILES:
            return change_files(turn, draft)
        case _ if command.action in SENDING:
            return sending.handle_press(turn, command)
        case _:
            return stale(turn, command)


def offered_by(turn: Turn, topic: str) -> int:
    """The model that offers this topic on the screen, 0 where the resident found it."""
    step = turn.dialogue.step
    return step.model if isinstance(step, ChoosingTopic) and topic in step.guesses else 0


def go_on_with(turn: Turn, draft: Draft) -> Decision:
    """Goes on with this draft, whose text is complete."""
    return drafting.go_on(turn, replace(draft, settling_text=False))


def change_files(turn: Turn, draft: Draft) -> Decision:
    """Removes the draft's files, or waits for some where there are none."""
    if draft.files:
        return drafting.go_on(turn, drafting.without_files(draft), texts.FILES_REMOVED)
    return turn.shows(AskingText(), replace(draft, settling_text=True))


def stale(turn: Turn, command: Command) -> Decision:
    """An old button of a finished dialogue."""
    latest = max(turn.facts.appeals, key=lambda appeal: appeal.created_at, default=None)
    if command.action in SENDING and latest is not None:
        return turn.stays(texts.ALREADY_SENT.format(code=latest.code))
    return turn.stays(texts.STALE)
