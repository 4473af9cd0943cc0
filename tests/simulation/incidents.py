"""Who leads whom, and since when (R32): the appeals of an incident are answered with the one that leads them.

It knows what was committed and when, nothing of why.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Incidents:
    """`led`: number -> when another one began to lead it, and which; nothing for none any more."""

    led: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, at: float, code: str, lead: str) -> None:
        known = self.led[code]
        if lead != (known[-1][1] if known else ""):
            known.append((at, lead))

    def spans(self, code: str) -> Iterator[tuple[float, float, str]]:
        """(since, until, who leads it) of all the time in which somebody does."""
        known = self.led.get(code, [])
        for (since, lead), (until, _) in zip(known, [*known[1:], (math.inf, "")], strict=False):
            if lead:
                yield since, until, lead

    def head(self, code: str, at: float) -> str:
        """Whoever led it at that time; itself where nobody did."""
        return next((lead for since, until, lead in self.spans(code) if since <= at < until), code)

    def leads(self, code: str, since: float) -> set[str]:
        """Those that have led it at some moment since then."""
        return {lead for _, until, lead in self.spans(code) if until >= since}

    def followers(self, lead: str, since: float) -> set[str]:
        """Those that it has led at some moment since then."""
        return {code for code in self.led if lead in self.leads(code, since)}

    def joined_before(self, lead: str, at: float) -> int:
        """How many others it had begun to lead before that moment."""
        return sum(any(one == lead and since < at for since, _, one in self.spans(code)) for code in self.led)

    def faithful(self, lead: str, since: float, until: float) -> set[str]:
        """Those that it led all this time."""
        return {
            code
            for code in self.led
            if any(one == lead and begun <= since and until < over for begun, over, one in self.spans(code))
        }
