"""What became of the last press, above the next page of its session, once. It must never be said to another session."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from bot.web.site import entered


@dataclass(frozen=True, slots=True)
class Told:
    """`contact`: the message whose contact the press asked for, which the next page shows."""

    words: str = ""
    contact: str = ""


def tell(request: Request, words: str, contact: str = "") -> None:
    known = entered(request)
    assert known is not None, "nobody presses without a session"
    request.app.state.said[known.session.digest] = Told(words, contact)


def told(request: Request) -> Told:
    known = entered(request)
    found: Told = request.app.state.said.pop(known.session.digest, Told()) if known is not None else Told()
    return found
