"""Before the first message: the notice, the consent with its own two buttons, what follows (R1, R6–R10).

Until consent nothing but the VK id, the step and a language is kept: the words wait in VK and are read again (design.md
§12).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.resident import my_data
from handlers.resident.floods import MOST_PIECES
from handlers.text import actions, keyboards, texts, texts_danger, texts_panel, texts_personal
from handlers.views.doors import asked_behind
from handlers.views.screens import show
from handlers.views.turn import PAUSE_TIMER, Turn
from screening.acts.act import Act
from screening.acts.written import wish
from states.decision import Consent, Decision
from states.dialogue import AskingConsent, AskingText, Draft, Idle, Refused
from states.effects import Effect, Reread, StartTimer
from states.messages import Command, Message

ASK_AGAIN_AFTER = timedelta(seconds=30)
"""A thought split over several messages is asked for consent once."""

TYPED = {
    "даю согласие": actions.CONSENT,
    "даю согласие, передать дежурному": actions.CONSENT,
    "не даю": actions.REFUSE,
}
"""The two answers when typed by hand: the only words kept before consent, for they are the consent."""


AT_THE_DOOR = {
    **TYPED,
    "мои данные": actions.DATA,
    "удалить мои данные": actions.ERASE,
    "помощь": actions.HELP,
    "подробнее": actions.MORE_ON_CONSENT,
}
"""All the words that are let in before consent (R7): those two answers, and what must work in any state (R12)."""


def answer_of(command: Command | None, text: str) -> str | None:
    """Which of the two answers was given, if any."""
    if command is not None and command.action in (actions.CONSENT, actions.REFUSE):
        return command.action
    return TYPED.get(plain(text))


MEANT = {
    Act.ERASE: "удалить мои данные",
    Act.WITHDRAW: "удалить мои данные",
    Act.DATA: "мои данные",
    Act.PERSON: "помощь",
    Act.CANCEL: "не даю",
}
"""What the same is in natural words: the door keeps ours instead of theirs (R7, R12)."""


def let_in(text: str) -> str:
    """The words that are let in for these: the very ones, or ours that mean them; else none.

    «панель» too: an official who never wrote as a resident asks for it without a consent."""
    if plain(text) in AT_THE_DOOR or plain(text) in texts_panel.WORDS:
        return text.strip()
    meant = wish(text)
    return MEANT.get(meant, "") if meant is not None else ""


def at_the_door(text: str) -> Command | None:
    """The command that may be typed before consent in place of a button; None for any other words."""
    action = AT_THE_DOOR.get(plain(text))
    return Command(action) if action is not None else None


def plain(text: str) -> str:
    """The text in small letters without the signs around it."""
    return text.strip().strip(".!").casefold()


AT_ONCE = frozenset({actions.CONSENT, actions.REFUSE, actions.MORE_ON_CONSENT, actions.LANGUAGE, actions.START})
"""Presses that are over with the question itself, or that it is the answer to."""


def ask(turn: Turn, message: Message, *, written: bool = True) -> Decision:
    """Decides on whatever a person without consent writes or presses: takes the consent or the refusal, else asks for
    it. Not `written`: a button that writes nothing."""
    answer = answer_of(message.command, message.text)
    step = turn.dialogue.step
    if answer is not None and was_shown(turn):
        return accept_consent(turn, message) if answer == actions.CONSENT else refuse(turn, message)
    command = message.command or at_the_door(message.text)
    if command is not None and command.action in my_data.BEFORE_CONSENT:
        return my_data.handle_press(turn, command)
    if command is not None and command.action == actions.HELP and isinstance(step, AskingConsent | Refused):
        return Decision(effects=(turn.says(texts.HELP.format(emergency=turn.facts.directory.emergency)),))
    if command is not None and command.action == actions.MORE_ON_CONSENT and was_shown(turn):
        return more(turn)
    if command is not None and command.action == actions.LANGUAGE and was_shown(turn):
        return ask_consent_in(turn, command.value)
    asking = step if isinstance(step, AskingConsent) else AskingConsent()
    if written and waits(turn, command) and len(asking.pending) + len(asking.edited) < MOST_PIECES:
        # One that lay here with its words when those of the consent changed counts as read: it is read again as a
        # corrected one is (I1, R8).
        pending, edited = ((), (message.cmid,)) if message.content else ((message.cmid,), ())
        asking = replace(asking, pending=(*asking.pending, *pending), edited=(*asking.edited, *edited))
    return ask_consent(turn, replace(asking, alarmed=asking.alarmed or message.danger))


def ask_consent_in(turn: Turn, language: str) -> Decision:
    """The same question in another language. What was shown before is agreed to no more."""
    known = {spoken.code for spoken in turn.facts.policy.languages}
    dialogue, step = turn.dialogue, turn.dialogue.step
    asking = replace(step, asked_at=None) if isinstance(step, AskingConsent) else AskingConsent()
    chosen = replace(dialogue, language=language if language in known else dialogue.language)
    return ask_consent(replace(turn, dialogue=chosen), asking)


def waits(turn: Turn, command: Command | None) -> bool:
    """Whether it is read again after the consent: all words, and the presses of whoever has agreed once. They may be
    about an answer, and «Решено» or «Отправить» mean then what they meant when they were pressed (R8, R42)."""
    return command is None or (bool(turn.dialogue.consent) and command.action not in AT_ONCE)


def ask_consent(turn: Turn, asking: AskingConsent) -> Decision:
    """The question, once in half a minute. Of somebody who had agreed before the step is kept where the talk was. After
    an alarm 112 stands before it, and nothing else (R1, R28)."""
    step = turn.dialogue.step
    known = isinstance(step, AskingConsent) and step.alarmed
    if turn.dialogue.consent and not isinstance(step, AskingConsent | Refused):
        turn = replace(turn, dialogue=replace(turn.dialogue, interrupted=step))
    now, shown = turn.facts.now, turn.shown_hash
    soon = asking.asked_at is not None and now - asking.asked_at < ASK_AGAIN_AFTER
    if soon and was_shown(turn) and asking.alarmed == known:
        return turn.keeps(replace(asking, shown=shown), turn.dialogue.draft)
    if asking.alarmed:
        return with_own_causes(turn).shows(replace(asking, asked_at=now, shown=shown))
    first = asking.asked_at is None and not isinstance(step, Refused)
    again = texts.CONSENT_ANEW if turn.dialogue.consent else texts.consent_again()
    before = notice(turn) if first and not turn.dialogue.consent else again
    if turn.dialogue.language and shown == turn.facts.policy.consent_hash:
        before = f"{before}\n\n{texts.CONSENT_IN_RUSSIAN}"
    return with_own_causes(turn).shows_consent(replace(asking, asked_at=now, shown=shown), before)


def keep_edit_for_later(turn: Turn, message: Message) -> Decision:
    """A message that was sent on already was changed by somebody who has to agree anew: read again after that (T18)."""
    step = turn.dialogue.step
    asking = step if isinstance(step, AskingConsent) else AskingConsent()
    edited = tuple(dict.fromkeys((*asking.edited, message.cmid)))
    return ask_consent(turn, replace(asking, edited=edited) if len(edited) <= MOST_PIECES else asking)


def more(turn: Turn) -> Decision:
    """Shows the long text by «Подробнее» under the same two buttons; the question stays what it was."""
    asked = show(turn.dialogue.step, turn.dialogue, turn.facts)
    return Decision(effects=(turn.says(turn.facts.policy.consent_more or asked.text, asked.keyboard),))


def with_own_causes(turn: Turn) -> Turn:
    """A question in other words than before is another question: the same message may have asked it in the former ones,
    and what is said once is not said again (I2, R8, T26)."""
    step, now = turn.dialogue.step, turn.shown_hash
    before = step.shown if isinstance(step, AskingConsent | Refused) else turn.dialogue.consent
    return turn if before in ("", now) else replace(turn, origin=f"{turn.origin}.{now[:8]}")


def was_shown(turn: Turn) -> bool:
    """Whether the present text stands in the dialogue: nobody agrees to words that came after (R8, T26)."""
    step = turn.dialogue.step
    return isinstance(step, AskingConsent | Refused) and step.shown in ("", turn.shown_hash)


def notice(turn: Turn) -> str:
    """The notice before the consent, with the community's name (R1)."""
    directory = turn.facts.directory
    community = next(
        (community.name for community in directory.communities if community.id == turn.facts.policy.community),
        "приёмная",
    )
    return texts.notice(community, directory.formal_channel, directory.emergency)


def accept_consent(turn: Turn, message: Message) -> Decision:
    """Consent: what was written before is read again from VK, so nobody types twice; of whoever had agreed before what
    was pressed too, where the talk was."""
    asking = turn.dialogue.step if isinstance(turn.dialogue.step, AskingConsent) else AskingConsent()
    asking, erases = after_cut(turn, asking), turn.facts.erasure is not None
    policy, draft, left = turn.facts.policy, turn.dialogue.draft, turn.dialogue.interrupted
    record = Consent(turn.peer, True, turn.shown_hash, turn.facts.now, message.cmid)
    agreed = turn.agreed(policy.consent_hash)
    if not (asking.pending or asking.edited):
        there = left if left not in (None, Idle()) else Idle() if draft.pieces else AskingText()
        asked = asked_behind(turn.dialogue, turn.facts) if there == AskingText() else ()
        return replace(agreed.shows(there, draft, thanks(turn), asked, consent=record), erases=erases)
    reread: tuple[Effect, ...] = (*erased_first(turn), Reread(turn.peer, asking.pending, asking.edited))
    if left is None or isinstance(left, AskingText):
        timer = StartTimer(PAUSE_TIMER, str(turn.peer), turn.peer, turn.facts.now + policy.pause)
        kept = agreed.keeps(AskingText(), replace(draft, settling_text=True), (*reread, timer))
    else:
        kept = agreed.keeps(left, draft, reread)
    return replace(kept, consent=record, erases=erases)


def after_cut(turn: Turn, asking: AskingConsent) -> AskingConsent:
    """What was written before the request to be erased goes with it, and is not read again (R14)."""
    cut = turn.facts.erasure.cut if turn.facts.erasure is not None else 0
    pending, edited = (tuple(cmid for cmid in cmids if cmid > cut) for cmids in (asking.pending, asking.edited))
    return replace(asking, pending=pending, edited=edited)


def erased_first(turn: Turn) -> tuple[Effect, ...]:
    """What was written before is the answer; only that all from before the request is erased is told first (R12)."""
    return (turn.says(thanks(turn), keyboards.under((keyboards.CANCEL,))),) if turn.facts.erasure else ()


def thanks(turn: Turn) -> str:
    """A request to be erased is carried out before anything new is read: nothing new goes with it (R12, R14)."""
    return f"{texts.CONSENT_GIVEN} {texts_personal.ERASED}" if turn.facts.erasure else texts.CONSENT_GIVEN


def refuse(turn: Turn, message: Message) -> Decision:
    """A polite end with the formal channel and the emergency number; no content stays (R10)."""
    directory = turn.facts.directory
    record = Consent(turn.peer, False, turn.shown_hash, turn.facts.now, message.cmid)
    alarmed = isinstance(turn.dialogue.step, AskingConsent) and turn.dialogue.step.alarmed
    words = texts_danger.refused if alarmed else texts.refused
    text = words(directory.formal_channel, directory.emergency)
    yes = keyboards.button("Даю согласие", actions.CONSENT)
    dialogue = replace(turn.dialogue_at(Refused(record.text_hash), Draft()), interrupted=None, doubted=None)
    return Decision(dialogue=dialogue, effects=(turn.says(text, keyboards.under((yes,))),), consent=record)
