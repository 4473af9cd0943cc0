"""A memory just large enough for random walks: it keeps what is decided, and checks every decision on the way.

Messages arrive as from the door: without their words before consent. What is sent is delivered at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.vk import render
from bot.vk.payload import Signer
from handlers.decide import decide
from handlers.needs import of_alarm
from handlers.resident import where
from handlers.resident.consent import let_in
from handlers.resident.resident import SENDING
from handlers.text.parts import LIMIT, units
from handlers.views.screens import show
from screening.danger import alarms
from states.cause import parse
from states.decision import Decision
from states.dialogue import Dialogue, Draft, Idle, Preview
from states.effects import SOURCE_TIMER, CancelSend, CancelTimer, Edit, LetGo, Reread, Send, StartTimer
from states.events import (
    ButtonPressed,
    DeliveryEnded,
    DeliveryOutcome,
    Event,
    MessageEdited,
    MessageNew,
    SourceRead,
    TimerFired,
)
from states.facts import Facts
from states.lifecycle.appeal import OPEN, Action, Appeal, Piece, Status
from states.lifecycle.life import Whose
from states.lifecycle.rights import ErasureRequest
from states.messages import Command, Message, Reply, is_chat
from states.people.chats import Chat
from states.screen import LABEL_LIMIT, ButtonKind, Keyboard
from states.worktime.deadlines import Clock, Deadline
from tests.handlers.given import ANNA, BORIS, CHATS, OFFICIAL, ROADS_CHAT
from tests.small import COMMUNITY, NOW, ONCE, POLICY, REGION, SmallFinder, SmallJudge
from tests.whose import whose

SIGNER = Signer(bytes(32), COMMUNITY)

TABOO = "тайна Бориса"
THEIRS = Appeal(
    "1124-ZZZZ", BORIS, 1, Status.ROUTED, 2, "pits", NOW, (Piece(1, f"Яма, {TABOO}"),), "miass", "ул. Ленина 9",
    "miass-gorod", chat=ROADS_CHAT, card="v1|101|card|1002|1.roads|2", deadline=Deadline(Clock.FIRST_ANSWER, NOW, NOW),
)  # fmt: skip
"""An open message of another resident: it may be joined, and nothing of it may be shown."""

TYPED_SENDING = ("отправить", "это повтор", "это другое", "присоединиться")
FORBIDDEN = ("обращение зарегистрировано", "в соответствии с 59-фз", "30 дней", "30 календарных")


@dataclass
class Keeper:
    now: datetime = NOW
    talk: Dialogue | None = None
    appeals: dict[str, Appeal] = field(default_factory=lambda: {THEIRS.code: THEIRS})
    chats: dict[str, Chat] = field(default_factory=lambda: dict(CHATS))
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    written: dict[int, Message] = field(default_factory=dict)
    shown: list[Command] = field(default_factory=list)
    cards: list[tuple[int, int, Keyboard | None]] = field(default_factory=list)
    held: dict[str, Send] = field(default_factory=dict)
    timers: dict[tuple[str, str], StartTimer] = field(default_factory=dict)
    causes: set[str] = field(default_factory=set)
    publishes: bool = False
    erasure: ErasureRequest | None = None
    last: int = 0

    # What happens.

    def write(self, text: str = "", **more: Any) -> None:
        message = Message(ANNA, self.number(), ANNA, self.now, text, **more)
        self.written[message.cmid] = message
        self.happens(MessageNew(message if self.consented else at_the_door(message)))

    def edit(self, cmid: int, text: str) -> None:
        if cmid in self.written:
            self.now += timedelta(seconds=1)  # nobody changes a message twice within a second of VK's clock
            message = replace(self.written[cmid], text=text, at=self.now)
            self.written[cmid] = message
            self.happens(MessageEdited(message if self.consented else at_the_door(message)))

    def official(self, number: int, text: str, action: str) -> None:
        """Answers with a text, else presses a button, on one of the cards."""
        if not self.cards:
            return
        peer, cmid, keyboard = self.cards[number % len(self.cards)]
        if text:
            reply = Reply(cmid, -COMMUNITY)
            self.happens(MessageNew(Message(peer, self.number(), OFFICIAL, self.now, text, reply=reply)))
            return
        commands = [one.command for row in keyboard.rows for one in row] if keyboard else []
        command = commands[number % len(commands)] if commands and not action else Command(action, "")
        self.happens(ButtonPressed(f"e{self.number()}", peer, OFFICIAL, cmid, command, self.now))

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for key, timer in list(self.timers.items()):
            if timer.at <= self.now and self.timers.get(key) is timer:  # another one may have ended it just now
                self.timers.pop(key)
                if timer.name == SOURCE_TIMER:
                    code, cmid, seen = timer.key.split(" ")
                    self.happens(SourceRead(timer.peer, code, int(cmid), seen, None, shown=False, at=self.now))
                else:
                    self.happens(TimerFired(timer.name, timer.key, timer.peer, timer.at))
        for send in [send for send in self.held.values() if send.not_before and send.not_before <= self.now]:
            self.deliver(self.held.pop(send.cause))

    def happens(self, event: Event) -> None:
        before = self.talk
        facts = self.facts(event)
        decision = decide(facts, event)
        self.check(event, decision, before)
        self.keep(decision)
        if self.talk is not None:
            screen = show(self.talk.step, self.talk, self.facts(event))
            fits(screen.text, screen.keyboard)
        if isinstance(event, MessageNew) and event.message.peer == ANNA and decision.ignored is None:
            heard = any(isinstance(effect, Send) and effect.peer == ANNA for effect in decision.effects)
            waits = ("pause", str(ANNA)) in self.timers or any(
                isinstance(effect, Reread) for effect in decision.effects
            )
            assert heard or waits or not self.consented, f"silence after {event}"
        for effect in decision.effects:
            if isinstance(effect, Reread):
                for cmid in effect.cmids:
                    self.happens(MessageNew(self.written[cmid]))

    # What must hold.

    def check(self, event: Event, decision: Decision, before: Dialogue | None) -> None:
        assert decision.ignored is None or not (decision.effects or decision.appeals or decision.dialogue)
        lines = {line.code: line for line in decision.history}
        for appeal in decision.appeals:
            known = self.appeals.get(appeal.code)
            first = next((line for line in decision.history if line.code == appeal.code), None)
            if first is None:
                assert known is not None and known.status is appeal.status, "R34: no move without its line"
                assert appeal.version == known.version + 1, "I6"
                continue
            assert first.version == (known.version + 1 if known else 1), "I6"
            assert lines[appeal.code].version == appeal.version and lines[appeal.code].after is appeal.status, "R34"
            if known is None:
                assert first.action is Action.SUBMIT
                if appeal.alert is None:  # an alarm waits for no press (R28)
                    self.was_confirmed(event, before)
        for effect in decision.effects:
            if isinstance(effect, Send | Edit):
                once = parse(effect.cause).kind in ONCE
                assert once or effect.cause not in self.causes, f"said twice: {effect.cause}"
                self.causes.add(effect.cause)
                fits(effect.text, effect.keyboard)
            if isinstance(effect, Send) and effect.appeal:
                known = self.appeals | {appeal.code: appeal for appeal in decision.appeals}
                owner = known[effect.appeal].resident
                assert is_chat(effect.peer) or effect.peer == owner, "I4, R44"
            if isinstance(effect, Send) and effect.peer == ANNA:
                assert not any(word in effect.text.casefold() for word in FORBIDDEN), "R2"
                assert TABOO not in effect.text and "ZZZZ" not in effect.text, "R32, I4"
        for appeal in decision.appeals:
            waited_for = whose(appeal)
            if appeal.alarming:
                assert appeal.deadline is None, "an alarm has no term"
            elif waited_for in (Whose.CUR, Whose.AGENCY) and appeal.status is not Status.APPROVAL:
                assert appeal.deadline is not None, f"R46: no clock runs for {appeal.status}"
            else:
                assert appeal.status is Status.ASKED or appeal.deadline is None, f"a clock runs in {appeal.status}"

    def was_confirmed(self, event: Event, before: Dialogue | None) -> None:
        """R25: only «Отправить» and the answers to what it asks (R32), and only when nothing is missing."""
        assert isinstance(event, MessageNew) and before is not None
        pressed, typed = event.message.command, event.message.text.strip(" .!").casefold()
        assert pressed.action in SENDING if pressed else typed in TYPED_SENDING
        draft = replace(before.draft, settling_text=False)
        assert where.lacking(self.facts(event), draft) == Preview()

    # What is kept.

    def keep(self, decision: Decision) -> None:
        if decision.dialogue is not None and decision.dialogue.resident == ANNA:
            self.talk = decision.dialogue
        self.erasure = decision.erasure or self.erasure
        if decision.consent is not None and decision.consent.text_hash == POLICY.publish_hash:
            self.publishes = decision.consent.given
        self.appeals |= {appeal.code: appeal for appeal in decision.appeals}
        if decision.chat is not None and decision.chat.agency is not None:
            self.chats[decision.chat.agency] = decision.chat
        for effect in decision.effects:
            match effect:
                case Send() if effect.not_before is not None:
                    self.held[effect.cause] = effect
                case Send():
                    self.deliver(effect)
                case CancelSend():
                    self.held.pop(effect.cause, None)
                case LetGo() if effect.cause in self.held:
                    self.deliver(self.held.pop(effect.cause))
                case StartTimer():
                    self.timers[effect.name, effect.key] = effect
                case CancelTimer():
                    self.timers.pop((effect.name, effect.key), None)

    def deliver(self, send: Send) -> None:
        cmid = self.number()
        buttons = [one for row in send.keyboard.rows for one in row] if send.keyboard else []
        if send.appeal is not None:
            self.links[send.peer, cmid] = send.appeal
        if is_chat(send.peer):
            self.cards.append((send.peer, cmid, send.keyboard))
        elif send.peer == ANNA:
            self.shown += [button.command for button in buttons if button.kind is ButtonKind.TEXT]
        if send.report and send.appeal:
            self.happens(
                DeliveryEnded(send.cause, send.kind, send.peer, send.appeal, DeliveryOutcome.SENT, self.now, 0, cmid)
            )

    def facts(self, event: Event) -> Facts:
        peer, cmid = about(event)
        linked = self.appeals.get(self.links.get((peer, cmid), ""))
        everyone = tuple(self.appeals.values())
        appeals = tuple(self.mine) if peer == ANNA else everyone
        draft = self.draft
        first = of_alarm(event, self.talk.step if self.talk else Idle()) or (
            draft.pieces[0].cmid if draft.pieces else self.last
        )
        leading = {appeal.code for appeal in appeals if appeal.leads}
        return Facts(
            self.now, POLICY, REGION, SmallFinder(), SmallJudge(), self.talk, appeals,
            linked if is_chat(peer) or linked is None or linked.resident == peer else None,
            next((chat for chat in self.chats.values() if chat.peer == peer), None), self.chats,
            waiting=tuple(one for one in everyone if one.status is Status.WAITING),
            unsent=frozenset(self.held), number=f"1124-{first:04}",
            theirs=self.talk if linked is not None and linked.resident == ANNA else None,
            members=tuple(appeal for appeal in everyone if appeal.incident in leading and not appeal.leads),
            leads={
                appeal.incident: self.appeals[appeal.incident]
                for appeal in appeals
                if appeal.incident and not appeal.leads
            },
            similar=tuple(appeal for appeal in everyone if appeal.resident != ANNA and appeal.status in OPEN
                          and (appeal.topic, appeal.place) == (draft.topic, draft.place)),
            publishes=self.publishes, erasure=self.erasure,
            alarms=tuple(appeal for appeal in everyone if appeal.alarming),
        )  # fmt: skip

    def number(self) -> int:
        self.last += 1
        return self.last

    @property
    def consented(self) -> bool:
        return self.talk is not None and self.talk.consent == POLICY.consent_hash

    @property
    def mine(self) -> list[Appeal]:
        return [appeal for appeal in self.appeals.values() if appeal.resident == ANNA]

    @property
    def draft(self) -> Draft:
        return self.talk.draft if self.talk else Draft()


def about(event: Event) -> tuple[int, int]:
    match event:
        case MessageNew(message) | MessageEdited(message):
            return message.peer, message.reply.cmid if message.reply else 0
        case ButtonPressed():
            return event.peer, event.cmid
        case _:
            return getattr(event, "peer", 0), 0


def at_the_door(message: Message) -> Message:
    """R7, R12: ids and the button only; of the words none but the consent itself and what works in any state."""
    text = let_in(message.text)
    danger = bool(alarms(message.text))
    kept = replace(message, text=text, attachments=(), location=None, forwarded=0, reply=None)
    return replace(kept, content=False, danger=danger)


def fits(text: str, keyboard: Keyboard | None) -> None:
    """What VK takes: 4,000 units to be safe, and the limits of keyboards (vk-api.md §7)."""
    assert text.strip() and units(text) <= LIMIT
    if keyboard is None:
        return
    rows = keyboard.rows
    assert len(rows) <= (6 if keyboard.inline else 10) and all(len(row) <= 5 for row in rows)
    assert sum(map(len, rows)) <= (10 if keyboard.inline else 40)
    for one in (one for row in rows for one in row):
        assert 0 < len(one.label) <= LABEL_LIMIT
        payload = render.button(one, 2_000_000_001, SIGNER)["action"].get("payload", "{}")
        assert len(payload.encode()) <= 255 and isinstance(json.loads(payload), dict)
