"""One of many messages with which the same is done by one press of the panel: it waits as a timer until it can be taken
back no more, and is done then as if it had been pressed by itself."""

from __future__ import annotations

from dataclasses import dataclass

SEVERAL_TIMER = "several"


@dataclass(frozen=True, slots=True)
class Several:
    """`mark` is that of the press, the same for all of it; `did`: what is done; `whom`: an agency, or the number that
    leads."""

    code: str
    mark: str
    user: int
    did: str
    whom: str = ""

    @property
    def key(self) -> str:
        """The key of the timer; the number first, so that it ends with its message (R14)."""
        return f"{self.code} {self.mark} {self.user} {self.did} {self.whom}"


def several_of(key: str) -> Several | None:
    """The act that this key of a timer names; None for what is no key of ours."""
    parts = key.split(" ")
    if len(parts) != 5 or not parts[2].isdecimal():
        return None
    return Several(parts[0], parts[1], int(parts[2]), parts[3], parts[4])
