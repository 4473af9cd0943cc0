"""Why a message exists: its cause, unique for ever (delivery.md §7). Only this module builds or reads the text of one.

The text of a stored cause must never change: the outbox takes each text once (I7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

ANSWER = "answer"
OFFER = "offer"
"""The line under an official's words that offers to take them back."""
JOINED = "joined"
"""Words of a resident told under the number of the incident that they joined; the origin begins with their own."""

_NUMBER = "(0|-?[1-9][0-9]*)"
_TEXT = re.compile(
    rf"(?:v1\|{_NUMBER}\|([^|]+)\|{_NUMBER}\|(.*)\|(0|[1-9][0-9]*)|(.*?))(?:\.([1-9][0-9]*))?(?:\|d([1-9][0-9]*))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Cause:
    """What kind of message, to or in which dialogue, because of what, and which of several.

    `part` counts messages that one event leads to, `piece` the messages that one long text is cut into, `level` the
    simpler forms after a refusal (states/degraded.py). Without a `kind` the text is of no known form: `origin` is all
    of it.
    """

    community: int
    kind: str
    peer: int
    origin: str
    part: int = 0
    piece: int = 0
    level: int = 0

    def text(self, hide: Callable[[object], str] = str) -> str:
        """The cause as it is stored; `hide` replaces ids and numbers for a log."""
        whole = self.origin
        if self.kind:
            whole = f"v1|{self.community}|{self.kind}|{hide(self.peer)}|{hide(self.origin)}|{self.part}"
        return whole + (f".{self.piece}" if self.piece else "") + (f"|d{self.level}" if self.level else "")

    __str__ = text

    @property
    def whole(self) -> Cause:
        """The cause of the first piece at its first try: piece and level (simpler forms after a refusal) are 0."""
        return replace(self, piece=0, level=0)

    def pieces(self) -> tuple[str, ...]:
        """The texts of a long message as it was meant, from its first piece to this one."""
        return tuple(str(replace(self.whole, piece=number)) for number in range(self.piece + 1))

    @property
    def offer(self) -> Cause:
        """The cause of the line that offers to take these words back."""
        return replace(self, kind=OFFER)

    def of_member(self, code: str) -> Cause:
        """The cause of the same words, said also because of this appeal of an incident."""
        return replace(self, origin=f"{self.origin}.{code}")

    def is_of_member(self, code: str) -> bool:
        """Whether it is the copy for the author of this message, who joined the incident."""
        return self.origin.endswith(f".{code}")

    def of_everybody(self, code: str) -> Cause:
        """The cause of the same words to everybody of the incident, where they were said because of this appeal."""
        return replace(self, origin=self.origin.removesuffix(f".{code}"))

    def same_words(self, other: Cause) -> bool:
        """Whether the other is of the same words to the same person: another piece or form of them, or itself."""
        return self.whole == other.whole

    def includes(self, other: Cause) -> bool:
        """Whether the other is of the same words to this person or, in an incident, to another one."""
        theirs = other.origin == self.origin or other.origin.startswith(f"{self.origin}.")
        return theirs and (other.community, other.kind, other.peer) == (self.community, self.kind, self.peer)

    def tells_of(self, resident: int, codes: Collection[str]) -> bool:
        """Whether the text names this resident, or an appeal by its number."""
        return self.peer == resident or any(code in self.origin for code in codes)


def parse(text: str) -> Cause:
    """The cause of this text. `str(parse(text)) == text`, whatever the text."""
    found = _TEXT.fullmatch(text)
    assert found is not None, "the last alternative takes everything"
    community, kind, peer, origin, part, other, piece, level = found.groups()
    return Cause(
        int(community or 0),
        kind or "",
        int(peer or 0),
        other if kind is None else origin,
        *(int(number or 0) for number in (part, piece, level)),
    )


def bounds(community: int, kind: str) -> tuple[str, str]:
    """The texts of all causes of this kind stand from the first on and before the second, byte by byte."""
    begins = f"v1|{community}|{kind}"
    return f"{begins}|", f"{begins}}}"


def as_origin(text: str) -> str:
    """A cause as a part of another: bars separate the parts of the outer one."""
    return text.replace("|", ".")
