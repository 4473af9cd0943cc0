"""Why the ЦУР looks at a message before an agency gets it: crime, obscenity, a complaint about the agency (R29–R38).

It must never decline or drop anything; it only says to whom a message goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.lifecycle.incidents import looked_at_now
from handlers.lifecycle.routing import Routed, route, to_cur
from handlers.text import actions, keyboards, texts_chat
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat
from handlers.views.addressee import notes_of
from handlers.views.card_buttons import button
from handlers.views.cards import agency_name
from handlers.views.joinable import may_share
from states.effects import Effect, Kind, Priority, Send
from states.facts import Facts
from states.lifecycle.appeal import Appeal, Piece
from states.lifecycle.reasons import Note

LATER: dict[str, str] = {
    Note.CRIME: texts_chat.CUR_ADDED_CRIME,
    Note.COMPLAINT: texts_chat.CUR_ADDED_COMPLAINT,
}


def later(facts: Facts, appeal: Appeal, pieces: Sequence[Piece]) -> tuple[Appeal, tuple[Effect, ...]]:
    """The appeal with what added words tell, and the notices of it: a crime, or a complaint about the holder, is for
    the ЦУР to see too. From then on no agency declines it or passes it on by itself (R30, R38); the words stay with the
    holder."""
    heard = notes_of(facts, pieces, appeal.agency)
    new = [note for note in heard if note in LATER and note not in appeal.notes]
    cur, noted = facts.cur, replace(appeal, notes=(*appeal.notes, *new))
    # Words said to several may be on their way: who still may read them is looked at now (joinable.py).
    look = (looked_at_now(facts),) if appeal.incident and not may_share(facts.directory, noted) else ()
    if not new or cur is None or appeal.chat == cur.peer:
        return noted, look
    name = agency_name(facts.directory, appeal.agency)
    why = [LATER[note].format(code=appeal.code, agency=name) for note in new]
    text = "\n".join([*why, "", *(in_chat(piece.text) for piece in pieces if piece.text.strip())])
    cause = facts.cause("noted", cur.peer, f"{appeal.code}.{appeal.version}")
    more = keyboards.inline((button(actions.MORE, appeal),))
    send = Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE, keyboard=more, appeal=appeal.code)
    return noted, (*look, *in_parts(send))


def route_new_appeal(facts: Facts, appeal: Appeal) -> Routed:
    """A new appeal on its first way: to the ЦУР with the reasons, or to the agency (R22)."""
    why = reasons(facts, appeal)
    if not why:
        return route(facts, appeal, appeal.agency, appeal.resident)
    # Only a person sends it on: no chat that is bound later may draw it to the agency by itself.
    return to_cur(facts, replace(appeal, by_hand=True), "\n".join(why))


def reasons(facts: Facts, appeal: Appeal) -> list[str]:
    """Why the ЦУР has the appeal, in Russian, for the card in its chat. A pause ends by itself, so it is no reason here
    (routing.py)."""
    name = agency_name(facts.directory, appeal.agency)
    words = {
        Note.CRIME.value: texts_chat.CUR_CRIME,
        Note.OBSCENE.value: texts_chat.CUR_OBSCENE,
        Note.COMPLAINT.value: texts_chat.CUR_COMPLAINT.format(agency=name),
    }
    return [words[note] for note in appeal.notes if note in words]
