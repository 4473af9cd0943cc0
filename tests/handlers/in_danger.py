"""An alarm of Anna and what is done with it, in one line each: raised, shown, seen, ended, called again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.decide import decide
from handlers.lifecycle import alarms
from handlers.text import actions
from states.decision import Decision
from states.dialogue import Draft, Step
from states.directory import Duty, DutyOfficer
from states.effects import Kind, Send
from states.events import TimerFired
from states.lifecycle.alerts import Alert
from states.lifecycle.appeal import Appeal
from states.people.chats import DUTY, Chat
from tests.handlers.given import ANNA, CHATS, CUR_CHAT, IDLE, dialogue, ended, facts, pushed, sends, wrote
from tests.small import ALWAYS, NOW, REGION

CODE = "1124-AAAA"
FIRE = "Горит дом, внутри люди! Миасс, ул. Мира 5"
DUTY_CHAT = 2_000_000_009
ON_DUTY = Duty((DutyOfficer(71, "Олег Петров"), DutyOfficer(72, "Анна Лис")), DutyOfficer(73, "Вера Ким"), ALWAYS)
NAMED = replace(REGION, duty=ON_DUTY)
WITH_DUTY = {**CHATS, DUTY: Chat(DUTY_CHAT, DUTY, NOW)}


def tells(text: str = FIRE, step: Step = IDLE, draft: Draft | None = None, cmid: int = 9, **more: Any) -> Decision:
    return decide(facts(dialogue(step, draft or Draft()), **more), wrote(text, cmid))


def raised(text: str = FIRE, **more: Any) -> Appeal:
    (appeal,) = tells(text, **more).appeals
    return appeal


def card_of(decision: Decision, peer: int = CUR_CHAT) -> Send:
    (card,) = [send for send in sends(decision, peer) if send.kind == Kind.CARD]
    return card


def alert_of(appeal: Appeal) -> Alert:
    assert appeal.alert is not None
    return appeal.alert


def shown(held: Appeal, **more: Any) -> Decision:
    """VK shows the card."""
    known = {"at": NOW, "peer": held.chat or CUR_CHAT} | {
        key: more.pop(key) for key in ("at", "outcome") if key in more
    }
    return decide(facts(dialogue(), appeals=(held,), **more), ended(held.card, Kind.CARD, **known))


def seen(held: Appeal | None = None, **more: Any) -> Appeal:
    (appeal,) = pressed(actions.SEE, held or raised(), **more).appeals
    return appeal


def pressed(action: str, held: Appeal, peer: int = CUR_CHAT, value: str = CODE, **more: Any) -> Decision:
    chat = next((chat for chat in (more.get("chats") or CHATS).values() if chat.peer == peer), None)
    return decide(facts(appeals=(held,), linked=held, chat=chat, **more), pushed(action, value, peer=peer))


def fires(held: Appeal, *others: Appeal, **more: Any) -> Decision:
    known: dict[str, Any] = {"alarms": (held, *others)} | more
    event = TimerFired(alarms.ALERT_TIMER, held.code, ANNA, known.get("now", NOW))
    return decide(facts(dialogue(), appeals=(held,), **known), event)
