"""Facts, people and events of the small region, built in one line each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.decide import decide
from states.cause import Cause
from states.decision import Decision
from states.dialogue import AskingText, Dialogue, Draft, Idle, Step
from states.effects import Edit, Send
from states.events import ButtonPressed, DeliveryEnded, DeliveryOutcome, MessageNew, TimerFired
from states.facts import Facts
from states.lifecycle.appeal import Appeal, Piece, Status
from states.messages import Attachment, Command, Message, Reply
from states.people.chats import CUR, Chat
from tests.small import COMMUNITY, NOW, POLICY, REGION, SmallFinder, SmallJudge

ANNA, BORIS, OFFICIAL = 1001, 1002, 5001
ROADS_CHAT, CUR_CHAT, SECRET_CHAT, LOOSE_CHAT = (2_000_000_000 + n for n in (1, 2, 3, 4))
CHATS = {
    "roads": Chat(ROADS_CHAT, "roads", NOW),
    "secret": Chat(SECRET_CHAT, "secret", NOW),
    CUR: Chat(CUR_CHAT, CUR, NOW),
}
PHOTO = Attachment("photo")
IDLE, EMPTY = Idle(), Draft()
READY = Draft(
    pieces=(Piece(3, "Большая яма у дома"),),
    topic="snow",
    place="miass",
    address="ул. Мира, 1",
    settling_text=False,
)


def dialogue(step: Step = IDLE, draft: Draft = EMPTY, **more: Any) -> Dialogue:
    return Dialogue(ANNA, step, draft, more.pop("consent", POLICY.consent_hash), **more)


def facts(talk: Dialogue | None = None, **more: Any) -> Facts:
    """Facts of a message of Anna; the chats of the roads ministry, the trust service and the ЦУР work."""
    known: dict[str, Any] = {"chats": CHATS, "number": "1124-AAAA"} | more
    known = {"policy": POLICY, "directory": REGION, "find": SmallFinder(), "judge": SmallJudge()} | known
    return Facts(now=known.pop("now", NOW), dialogue=talk, **known)


def appeal(**more: Any) -> Appeal:
    """An appeal of Anna that the roads ministry has."""
    card = str(Cause(COMMUNITY, "card", ANNA, "3.roads", 2))
    known: dict[str, Any] = {
        "code": "1124-AAAA",
        "resident": ANNA,
        "source": 3,
        "status": Status.ROUTED,
        "version": 2,
        "topic": "snow",
        "created_at": NOW,
        "pieces": (Piece(3, "Снег во дворе"),),
        "place": "miass",
        "address": "ул. Мира, 1",
        "agency": "roads",
        "chat": ROADS_CHAT,
        "card": card,
    }
    return Appeal(**known | more)


def in_cur(**more: Any) -> Appeal:
    """An appeal that waits in the ЦУР's chat."""
    card = str(Cause(COMMUNITY, "card", ANNA, "3.cur", 1))
    known = {"status": Status.WAITING, "version": 1, "agency": None, "chat": CUR_CHAT, "card": card, "topic": "odd"}
    return appeal(**known | more)


def wrote(text: str = "", cmid: int = 10, **more: Any) -> MessageNew:
    known: dict[str, Any] = {"peer": ANNA, "author": ANNA, "at": NOW} | more
    return MessageNew(Message(cmid=cmid, text=text, **known))


def tapped(action: str, value: str = "", cmid: int = 10, **more: Any) -> MessageNew:
    """A button that writes its label; here only what it carries matters."""
    return wrote("", cmid, command=Command(action, value), **more)


def replied(text: str = "", cmid: int = 20, **more: Any) -> MessageNew:
    """An official answers to a message of the bot in the chat of the roads ministry."""
    known: dict[str, Any] = {"peer": ROADS_CHAT, "author": OFFICIAL, "reply": Reply(7, -COMMUNITY)} | more
    return wrote(text, cmid, **known)


def pushed(action: str, value: str = "", **more: Any) -> ButtonPressed:
    """A callback button on a card in the chat of the roads ministry."""
    known: dict[str, Any] = {"event_id": "e1", "peer": ROADS_CHAT, "user": OFFICIAL, "cmid": 7, "at": NOW} | more
    return ButtonPressed(command=Command(action, value), **known)


def ended(cause: str, kind: str, outcome: DeliveryOutcome = DeliveryOutcome.SENT, **more: Any) -> DeliveryEnded:
    known: dict[str, Any] = {"peer": ANNA, "appeal": "1124-AAAA", "at": NOW} | more
    return DeliveryEnded(cause=cause, kind=kind, outcome=outcome, **known)


def roads(**more: Any) -> Chat:
    return replace(CHATS["roads"], **more)


def cur(**more: Any) -> Chat:
    return replace(CHATS[CUR], **more)


def sends(decision: Decision, peer: int | None = None) -> list[Send]:
    found = [effect for effect in decision.effects if isinstance(effect, Send)]
    return [one for one in found if peer is None or one.peer == peer]


def of(kind: type, decision: Decision) -> list[Any]:
    return [effect for effect in decision.effects if isinstance(effect, kind)]


def said(decision: Decision, peer: int = ANNA) -> str:
    """Everything said to one peer, as one text; in a chat also what a question of the bot becomes."""
    told = [one for one in decision.effects if isinstance(one, Send | Edit) and one.peer == peer]
    return "\n".join(one.text for one in told if isinstance(one, Send) or "|task|" in one.target)


def labels(send: Send | Edit) -> list[str]:
    rows = send.keyboard.rows if send.keyboard else ()
    return [one.label for row in rows for one in row]


def types(text: str, step: Step, draft: Draft | None = None, **more: Any) -> Decision:
    """Anna writes these words at this step."""
    return decide(facts(dialogue(step, draft or Draft()), **more), wrote(text))


def settles(draft: Draft) -> Decision:
    """Anna writes no more: the pause after her words is over."""
    return decide(facts(dialogue(AskingText(), draft)), TimerFired("pause", str(ANNA), ANNA, NOW))


def marked(talk: Dialogue | None, cmid: int = 11, **more: Any) -> Decision:
    """What the door lets through of a danger told before consent: a mark (R7)."""
    return decide(facts(talk, **more), wrote("", cmid, content=False, danger=True))


def step_of(decision: Decision) -> Step:
    assert decision.dialogue is not None
    return decision.dialogue.step


def draft_of(decision: Decision) -> Draft:
    assert decision.dialogue is not None
    return decision.dialogue.draft


def the(decision: Decision) -> Appeal:
    """The only changed appeal."""
    (one,) = decision.appeals
    return one
