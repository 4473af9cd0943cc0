"""Who gets a message first, and why: its agency, or the ЦУР, which looks before anybody else does (R29, R30, R38).

It must never decline or drop anything. The preview, the routing of what is sent and the card of the ЦУР all ask here,
so the resident reads before «Отправить» what then happens (R35).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.text import texts
from handlers.views.titles import agency_title
from screening.crimes import crime
from screening.obscene import obscene
from states.facts import Facts
from states.lifecycle.appeal import Piece
from states.lifecycle.reasons import Note

_SAID = {Note.CRIME: texts.FIRST_CRIME, Note.OBSCENE: texts.FIRST_OBSCENE, Note.COMPLAINT: texts.FIRST_COMPLAINT}


@dataclass(frozen=True, slots=True)
class Addressee:
    """`agency` is None where the ЦУР reads first; then `why` says the reason. `kept`: there is
    nobody to read it yet, it waits for the chat of the agency or of the ЦУР."""

    agency: str | None
    why: str = ""
    kept: bool = False

    @property
    def words(self) -> str:
        """The words after «Кому:» where no agency gets it at once."""
        who = texts.FIRST_NOBODY if self.kept else texts.FIRST_CUR
        return f"{who}: {self.why}"


def addressee(facts: Facts, pieces: Sequence[Piece], agency: str | None) -> Addressee:
    """Who gets a message with these words for this agency, sent now. Facts must hold the chats of the agency and the
    ЦУР."""
    why = "; ".join(_SAID[Note(note)] for note in notes_of(facts, pieces, agency) if note in _SAID)
    if not why and facts.chat_of(agency) is not None:
        return Addressee(agency)
    return Addressee(None, why or why_not_theirs(facts, agency), kept=facts.cur is None)


def why_not_theirs(facts: Facts, agency: str | None) -> str:
    """Why this agency cannot be reached now, as a resident reads it."""
    if agency is None:
        return texts.FIRST_NO_ROUTE
    name, chat = agency_title(facts.directory, agency), facts.chats.get(agency)
    if chat is not None and chat.is_paused(facts.now):
        return texts.FIRST_PAUSED.format(agency=name)
    return (texts.FIRST_LOST if chat is not None else texts.FIRST_NOT_BOUND).format(agency=name)


def notes_of(facts: Facts, pieces: Sequence[Piece], agency: str | None) -> tuple[str, ...]:
    """The reasons, as codes. `agency` is who would get it."""
    told = list(texts_of(pieces))
    chat = facts.chats.get(agency or "")
    heard = {
        Note.CRIME: any(crime(text) for text in told),
        Note.OBSCENE: any(obscene(text) for text in told),
        Note.COMPLAINT: agency is not None and any(facts.judge.blames(text, agency) for text in told),
        Note.PAUSED: chat is not None and chat.is_paused(facts.now),
    }
    return tuple(note.value for note in Note if heard[note])


def texts_of(pieces: Sequence[Piece]) -> Iterator[str]:
    """Each message by itself, and all of them: a thought may be split over several (features.md I)."""
    texts = [piece.text for piece in pieces if piece.text.strip()]
    yield from texts
    if len(texts) > 1:
        yield "\n".join(texts)
