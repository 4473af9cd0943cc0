"""An appeal is taken back: a card that has not left never leaves, one that has is marked (F32)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import texts_chat
from handlers.acting import act
from handlers.routing import refresh
from handlers.turn import Turn, cause_of
from states.appeal import Action, Appeal, History, NotAllowed
from states.effects import CancelSend, Effect, Kind, Priority, Send


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What follows from it, for everybody whom it concerns. Without appeals it could not be done."""

    appeals: tuple[Appeal, ...] = ()
    history: tuple[History, ...] = ()
    effects: tuple[Effect, ...] = ()


def withdrawn(turn: Turn, appeal: Appeal) -> Withdrawn:
    acted = act(turn.facts, appeal, Action.WITHDRAW, turn.peer)
    if isinstance(acted, NotAllowed):
        return Withdrawn()
    return Withdrawn((acted.appeal,), acted.history, (*acted.effects, *recalled(turn, acted.appeal)))


def recalled(turn: Turn, appeal: Appeal) -> tuple[Effect, ...]:
    unsent = [cause for cause in sorted(turn.facts.unsent) if of_card(cause, appeal)]
    cancelled = tuple(CancelSend(cause) for cause in unsent)
    # The first part tells of the appeal: once it has left, the chat must hear that no answer is wanted.
    never_left = any(not cause.startswith(f"{appeal.card}.") for cause in unsent)
    if never_left or appeal.chat is None:
        return cancelled
    told = Send(
        appeal.chat,
        cause_of(turn.facts.house.community, "withdrawn", turn.peer, appeal.code),
        texts_chat.withdrawn_in_chat(appeal.code),
        Kind.NOTICE,
        Priority.CARD,
        appeal=appeal.code,
    )
    return (*cancelled, told, *refresh(turn.facts, appeal, f"{appeal.code}.{appeal.version}"))


def of_card(cause: str, appeal: Appeal) -> bool:
    """Whether this cause is of the appeal's card: itself, a further part of it, or a simpler form after a refusal."""
    return bool(appeal.card) and (cause == appeal.card or cause.startswith((f"{appeal.card}.", f"{appeal.card}|")))
