"""What became of the last press, above the next page of its session, once. It must never be said to another session."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from bot.web.site import entered_session


@dataclass(frozen=True, slots=True)
class Told:
    """`contact`: the message whose contact the press asked for, which the next page shows. `ticked` and `whom`: what
    was chosen in a form that could not be carried out; `bad`: it was not."""

    words: str = ""
    contact: str = ""
    ticked: tuple[str, ...] = ()
    whom: str = ""
    bad: bool = False


def tell(request: Request, words: str, contact: str = "") -> None:
    remember(request, Told(words, contact))


def remember(request: Request, told: Told) -> None:
    known = entered_session(request)
    assert known is not None, "nobody presses without a session"
    request.app.state.said[known.session.digest] = told


def take_flash_message(request: Request) -> Told:
    known = entered_session(request)
    found: Told = request.app.state.said.pop(known.session.digest, Told()) if known is not None else Told()
    return found
