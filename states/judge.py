"""What the core may ask about texts that only matching can tell: complaints against bodies, likeness of two messages.

The core only knows this protocol, as with `finder.py`; an answer is a reason to ask a person, never a decision.
"""

from __future__ import annotations

from typing import Protocol


class Judge(Protocol):
    """Pure functions of texts and the loaded directory; the same texts give the same answer."""

    def blames(self, text: str, agency: str) -> bool:
        """Whether the text complains about this agency: by its name, or about somebody in office without one who may
        be its own. An institution that others oversee is not the agency, and a mention is no complaint (R38)."""
        ...

    def alike(self, text: str, other: str) -> float:
        """How much two messages tell of the same, 0 to 1; bars in matching/likeness.py (R32)."""
        ...

    def same_place(self, text: str, other: str) -> bool:
        """Whether two addresses name the same house, or the same place in the same words (R32)."""
        ...

    def same_street(self, text: str, other: str) -> bool:
        """Whether two addresses tell the same street, whatever house (R32)."""
        ...
