"""What became of the last press, above the next page of its session, once. It must never be said to another session."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from bot.web.site import entered_session


@dataclass(frozen=True, slots=True)
class FlashMessage:
    """`contact`: the message whose contact the press asked for, which the next page shows. `ticked` and `whom`: what
    was chosen in a form that could not be carried out; `bad`: it was not. `sent`: the message left behind, whose
    words are on their way yet."""

    words: str = ""
    contact: str = ""
    ticked: tuple[str, ...] = ()
    whom: str = ""
    bad: bool = False
    sent: str = ""


def tell(request: Request, words: str, contact: str = "") -> None:
    """Puts a sentence above the next page of this session."""
    remember(request, FlashMessage(words, contact))


def remember(request: Request, told: FlashMessage) -> None:
    """Keeps the sentence for the next page of this session."""
    known = entered_session(request)
    assert known is not None, "nobody presses without a session"
    request.app.state.said[known.session.digest] = told


def take_flash_message(request: Request) -> FlashMessage:
    """What was to be said to this session, given once and removed; an empty message where there is nothing."""
    known = entered_session(request)
    found: FlashMessage = (
        request.app.state.said.pop(known.session.digest, FlashMessage()) if known is not None else FlashMessage()
    )
    return found
