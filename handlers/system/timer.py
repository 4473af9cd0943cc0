"""What happens because time passed: the pause after a text, the draft left alone. Never twice for one timer."""

from __future__ import annotations

from dataclasses import replace

from handlers.lifecycle import acting, alarms, answering, asking, coordinator, incidents
from handlers.official import completing, digest, panel, sources
from handlers.resident import doubts, offers
from handlers.system import hearing, mixed, reminders
from handlers.text import actions, keyboards, texts
from handlers.text.words import day
from handlers.views.screens import show
from handlers.views.turn import (
    ADDING_TIMER,
    DOUBT_TIMER,
    DRAFT_ASKED_AFTER,
    DRAFT_FORGOTTEN_AFTER,
    DRAFT_TIMER,
    PAUSE_TIMER,
    Turn,
)
from states.decision import Decision, ignore
from states.dialogue import OF_DANGER, AskingConsent, AskingText, Dialogue, Draft, Idle
from states.effects import StartTimer
from states.events import TimerFired
from states.facts import Facts
from states.lifecycle import several
from states.screen import Colour


def handle_timer(facts: Facts, event: TimerFired) -> Decision:
    """What follows from a timer, by its name: reminders, timers of features, those of appeals, else those of a
    dialogue."""
    if event.name in reminders.SHARES:
        return reminders.remind(facts, event)
    if (rule := facts.rules.timer(event.name)) is not None:
        return rule.follows(facts, event)
    match event.name:
        case alarms.ALERT_TIMER:
            return alarms.call_again(facts, event)
        case acting.EXPIRE_TIMER:
            return reminders.close_expired(facts, event)
        case incidents.INCIDENTS_TIMER:
            return mixed.look(facts, event)
        case reminders.SPIKES_TIMER:
            return reminders.look_around(facts, event)
        case digest.DIGEST_TIMER:
            return digest.due(facts, event)
        case hearing.RIGHTS_TIMER:
            return hearing.rights_missing(facts, event)
        case asking.TASK_TIMER:
            return completing.left_alone(facts, event)
        case answering.LEAVE_TIMER:
            return sources.leaves(facts, event)
        case several.SEVERAL_TIMER:
            return panel.done_with_several(facts, event)
        case coordinator.RESUME_TIMER:
            return coordinator.paused_out(facts, event)
        case _:
            return of_dialogue(facts, event)


def of_dialogue(facts: Facts, event: TimerFired) -> Decision:
    """What follows from a timer of a resident's dialogue; nothing where an answer came meanwhile."""
    dialogue = facts.dialogue
    if dialogue is None:
        return ignore("таймер без диалога")
    turn = Turn(facts, event.peer, f"{event.name}.{event.at:%y%m%d%H%M%S.%f}", dialogue)
    match event.name:
        case _ if event.name == PAUSE_TIMER and not isinstance(dialogue.step, AskingText):
            return ignore("уже ответили")
        case _ if event.name == PAUSE_TIMER and asked_since(turn, event):
            return ignore("уже спросили")
        case _ if event.name == PAUSE_TIMER:
            return offers.end_pause(turn)
        case _ if event.name == ADDING_TIMER:
            return offers.end_adding(turn, event.key)
        case _ if event.name == DRAFT_TIMER:
            return draft_left(turn, dialogue)
        case _ if event.name == DOUBT_TIMER:
            return doubts.forget(dialogue)
        case _:
            return ignore(f"незнакомый таймер {event.name}")


def asked_since(turn: Turn, event: TimerFired) -> bool:
    """Whether the words that the pause was set for led elsewhere: they were answered beside the draft, or the question
    for words was asked after it."""
    dialogue = turn.dialogue
    if dialogue.draft.empty and dialogue.draft.meant is not None:
        return True
    asked_at = dialogue.touched_at or event.at - turn.facts.policy.pause
    at_once = asked_at == event.at  # the pause of words that were read again ends where it begins
    return not dialogue.draft.text.strip() and not at_once and asked_at + turn.facts.policy.pause > event.at


def draft_left(turn: Turn, dialogue: Dialogue) -> Decision:
    """Asks once about a draft that was left, then forgets it (features.md I)."""
    if dialogue.draft.empty and dialogue.draft.meant is not None:
        return Decision(dialogue=replace(dialogue, draft=replace(dialogue.draft, meant=None, meant_before=())))
    if dialogue.draft.empty:
        return ignore("черновика уже нет")
    until, touched = turn.facts.now + DRAFT_FORGOTTEN_AFTER - DRAFT_ASKED_AFTER, dialogue.touched_at
    if touched is not None and turn.facts.now - touched < DRAFT_ASKED_AFTER:
        return ignore("разговор идёт")
    if isinstance(dialogue.step, OF_DANGER):
        # Nobody in danger is asked about a draft: it is forgotten in its time (R28).
        again = StartTimer(DRAFT_TIMER, str(turn.peer), turn.peer, until)
        return Decision(dialogue=replace(dialogue, step=Idle(), asked_to_go_on=True), effects=(again,))
    if dialogue.asked_to_go_on:
        return Decision(dialogue=replace(at_rest(dialogue), draft=Draft(), asked_to_go_on=False))
    go_on = keyboards.button("Продолжить", actions.WRITE, colour=Colour.PRIMARY)
    keyboard = keyboards.under((go_on,), (keyboards.CANCEL,))
    asked = replace(at_rest(dialogue), asked_to_go_on=True)
    said = turn.says(texts.ask_to_go_on(day(until, turn.facts.policy.zone)), keyboard)
    return Decision(dialogue=asked, effects=(said, StartTimer(DRAFT_TIMER, str(turn.peer), turn.peer, until)))


def at_rest(dialogue: Dialogue) -> Dialogue:
    """The dialogue with nothing being written; what waits for a consent goes on waiting for it."""
    if isinstance(dialogue.step, AskingConsent):
        return replace(dialogue, interrupted=Idle() if dialogue.interrupted is not None else None)
    return replace(dialogue, step=Idle())


def asked_again(turn: Turn, note: str) -> Decision:
    """Say something out of turn and show the present step again."""
    screen = show(turn.dialogue.step, turn.dialogue, turn.facts)
    return Decision(
        dialogue=turn.dialogue.mark_unanswered(), effects=(turn.says(f"{note}\n\n{screen.text}", screen.keyboard),)
    )
