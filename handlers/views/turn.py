"""One turn of a conversation: the facts, the person it is about, and the causes of what is said.

A cause is built from the origin of a message, never from a counter, so the same event gives the same causes (I7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.text.parts import in_parts
from handlers.views.screens import AFTERWARDS, show
from states.decision import Consent, Decision
from states.dialogue import AddingTo, Dialogue, Draft, Idle, ShowingAppeal, Step
from states.effects import Effect, Kind, Priority, Send, StartTimer
from states.facts import Facts
from states.lifecycle.appeal import Appeal, History, Status
from states.messages import Message
from states.screen import Keyboard, Screen

DRAFT_TIMER = "draft"
DRAFT_ASKED_AFTER = timedelta(days=1)
"""A draft left alone is asked about, once. A day: who was called away in the evening is asked the next one."""

DRAFT_FORGOTTEN_AFTER = timedelta(days=3)
"""Of the same draft. No longer than over a weekend: these words of a person were never sent to anybody."""

DOUBT_TIMER = "doubt"
"""Until it the words wait of which it was asked whether they are an alarm (R28)."""

PAUSE_TIMER = "pause"
ADDING_TIMER = "adding"
"""Until it an own message is not told of the words that belong to it: its author may say that they do not (R26)."""
DANGER = "danger"
"""The kind of cause of what says 112 (R28)."""

EDIT = "edit"
"""How the origin of an edit begins."""

POLICE = "police"
"""The kind of cause of what says 102 of a crime; a flood may leave it unsaid (R28, R30)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`origin` is the cmid or key of the event inside the dialogue with `peer`."""

    facts: Facts
    peer: int
    origin: str
    dialogue: Dialogue

    @property
    def has_consented(self) -> bool:
        """Whether the resident has consented to the text as it is now (R8)."""
        return self.dialogue.consent == self.facts.policy.consent_hash

    @property
    def shown_hash(self) -> str:
        """The hash of the consent in the resident's language: what is shown now, and what a press agrees to (R8)."""
        _, text_hash = self.facts.policy.consent_in(self.dialogue.language)
        return text_hash

    @property
    def cmid(self) -> int:
        """The number of the message that began this turn; 0 where something else did."""
        number = self.origin.removesuffix(".door")
        return int(number) if number.isascii() and number.isdigit() else 0

    @property
    def edits(self) -> bool:
        """Whether other words of an older message began it."""
        return self.origin.startswith(EDIT)

    def cause(self, kind: str, part: int = 0) -> str:
        """The cause of a message of this turn: kind, person, what it answers, number of the part."""
        return self.facts.cause(kind, self.peer, self.origin, part)

    def says(self, text: str, keyboard: Keyboard | None = None, part: int = 0) -> Send:
        """Something said to the resident in this turn."""
        return Send(self.peer, self.cause("screen", part), text, keyboard=keyboard)

    def shows(
        self,
        step: Step,
        draft: Draft | None = None,
        note: str = "",
        effects: Sequence[Effect] = (),
        appeals: Sequence[Appeal] = (),
        history: Sequence[History] = (),
        consent: Consent | None = None,
        about: str | None = None,
    ) -> Decision:
        """Go to a step and show it, after a line about what was just done.

        `about`: the number that it names. A reply to it by VK's own «Ответить» means that appeal (R26).
        """
        dialogue = self.dialogue_at(step, draft)
        facts, changed = self.facts, {appeal.code: appeal for appeal in appeals}
        if changed:  # a screen shows what is true once these are kept, not what was before this turn
            facts = replace(facts, appeals=tuple(changed.get(appeal.code, appeal) for appeal in facts.appeals))
        screen = show(step, dialogue, facts) if not note else after(note, step, dialogue, facts)
        shown = replace(self.says(screen.text, screen.keyboard), appeal=about or code_of_step(step))
        return Decision(
            dialogue=dialogue,
            appeals=tuple(appeals),
            history=tuple(history),
            effects=(*effects, *in_parts(shown), *self.draft_timer(dialogue)),
            consent=consent,
        )

    def keeps(self, step: Step, draft: Draft, effects: Sequence[Effect] = ()) -> Decision:
        """Go to a step without a word: something else will speak soon."""
        dialogue = replace(self.dialogue_at(step, draft), doubted=self.dialogue.doubted)
        return Decision(dialogue=dialogue, effects=(*effects, *self.draft_timer(dialogue)))

    def shows_consent(self, step: Step, before: str) -> Decision:
        """The consent as a message of its own, after one that says why (R6)."""
        dialogue = self.dialogue_at(step, None)
        screen = show(step, dialogue, self.facts)
        asked = self.says(screen.text, screen.keyboard, part=1)
        return Decision(dialogue=dialogue, effects=(self.says(before), asked))

    def agreed(self, text_hash: str) -> Turn:
        """The same turn after the consent to the text with this hash."""
        return replace(self, dialogue=replace(self.dialogue, consent=text_hash, interrupted=None))

    def stays(self, note: str) -> Decision:
        """Say something and ask the same question again."""
        return self.shows(self.dialogue.step, self.dialogue.draft, note)

    def dialogue_at(self, step: Step, draft: Draft | None) -> Dialogue:
        """The dialogue at this step, touched now; without `draft` it keeps its own."""
        dialogue, kept = self.dialogue, self.dialogue.draft if draft is None else draft
        dialogue = dialogue if dialogue.doubted is None else dialogue.mark_unanswered()
        return replace(dialogue, step=step, draft=kept, touched_at=self.facts.now, asked_to_go_on=False)

    def draft_timer(self, dialogue: Dialogue) -> tuple[Effect, ...]:
        """A draft left alone is asked about."""
        if dialogue.draft.empty:
            return ()
        at = self.facts.now + DRAFT_ASKED_AFTER
        return (StartTimer(DRAFT_TIMER, str(self.peer), self.peer, at),)


def after(note: str, step: Step, dialogue: Dialogue, facts: Facts) -> Screen:
    """A step behind a line about what was just done. An idle dialogue asks nothing: what may come stands on buttons."""
    waited_for = any(appeal.status is Status.ASKED for appeal in facts.appeals)
    if isinstance(step, Idle) and dialogue.draft.empty and not waited_for:
        return Screen(note, AFTERWARDS)
    screen = show(step, dialogue, facts)
    return replace(screen, text=f"{note}\n\n{screen.text}")


def code_of_step(step: Step) -> str | None:
    """The own message that a step shows."""
    return step.code if isinstance(step, ShowingAppeal | AddingTo) else None


def hint(facts: Facts, event: Message, text: str, appeal: str | None = None) -> Send:
    """A short answer to an official, under his own message."""
    cause = facts.cause("hint", event.peer, str(event.cmid))
    return Send(event.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, reply_to=event.cmid, appeal=appeal)


def status(facts: Facts, appeal: Appeal, origin: str, text: str, part: int = 0) -> Send:
    """A line to the resident about an appeal, outside the steps of the dialogue (R36)."""
    cause = facts.cause("status", appeal.resident, origin, part)
    return Send(appeal.resident, cause, text, Kind.STATUS, Priority.NOTICE, appeal=appeal.code)
