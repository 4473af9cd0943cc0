"""What holds after every conversation: no story of a resident is nowhere (I14), and no courtesy stands on a card by
itself (I15)."""

from __future__ import annotations

import re

from screening.acts import written
from states.decision import Decision
from states.dialogue import Dialogue
from states.events import MessageNew
from states.lifecycle.appeal import Action, Appeal
from states.messages import Message, is_chat
from tests.transcripts.pure import PureStage
from tests.world import laws

STORY = 5
"""Words; fewer may be a name that was looked for, a place, or an answer."""

SETTLEMENTS = ("город", "посёлок", "село", "деревня")
"""Before the name of a town: «город Миасс»."""


def words_kept(stage: PureStage) -> None:
    """I14: in the draft, on a card, kept in case it was meant otherwise, or said back; also where a decision says
    nothing of the talk."""
    known: dict[str, Appeal] = {}
    talks: dict[int, Dialogue] = {}
    for event, decided in stage.decisions:
        known |= {one.code: one for one in decided.appeals}
        if decided.dialogue is not None:
            talks[decided.dialogue.resident] = decided.dialogue
        if isinstance(event, MessageNew) and not is_chat(event.message.peer) and event.message.command is None:
            talk = talks.get(event.message.peer)
            if talk is None or not is_story(event.message, talk):
                continue
            lost = list(laws.nowhere([event.message.text.strip()], held(event.message, decided, talk, known)))
            assert not lost or is_address(event.message, talk), f"I14: «{event.message.text}» стоит нигде"


def is_story(message: Message, talk: Dialogue) -> bool:
    """Long enough, no wish by itself, and let in: before the consent it waits in VK, a blocked author hears so."""
    long = len(message.text.split()) >= STORY and written.act(message.text) is None
    return long and message.content and bool(talk.consent) and not talk.is_blocked(message.at)


def is_address(message: Message, talk: Dialogue) -> bool:
    """What was typed where the address was asked for, and stands there in the nominative: beside it a town at most."""
    address = talk.draft.address.casefold()
    beside = [word for word in re.findall(r"\w{3,}", message.text.casefold()) if word[:3] not in address]
    return bool(address) and len([word for word in beside if word not in SETTLEMENTS]) <= 1


def held(message: Message, decided: Decision, talk: Dialogue, known: dict[str, Appeal]) -> str:
    draft = talk.draft
    pieces = [piece for one in known.values() if one.resident == message.peer for piece in one.pieces]
    asked = (one for one in (draft.meant, draft.taken_for_address) if one is not None)
    pieces += [*draft.pieces, *draft.later, *draft.meant_before, *asked, *getattr(talk.step, "pieces", ())]
    said = (getattr(one, "text", "") for one in decided.effects)
    return "\n".join([*(one.text for one in pieces), draft.address, *said])


def no_courtesy_alone(stage: PureStage) -> None:
    """I15: of what was sent with «Отправить», no message that says nothing."""
    for _, decided in stage.decisions:
        begun = {line.code for line in decided.history if line.action is Action.SUBMIT}
        for one in decided.appeals:
            said = list(laws.noise(piece.text for piece in one.pieces if not piece.attachments))
            assert one.code not in begun or not said, f"I15: на карточке №{one.code} стоит {said}"
