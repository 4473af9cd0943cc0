"""One door to judgement of texts over one directory: complaints against bodies, likeness of messages.

It must never keep a text or decide: each answer is a reason to ask a person (R32, R38).
"""

from __future__ import annotations

from matching import likeness
from matching.complaints import Complaints, complains
from states.directory import Directory


class TextJudge:
    """Implements `states.judge.Judge`."""

    def __init__(self, directory: Directory) -> None:
        self._complaints = Complaints({agency.code: (agency.name, agency.short) for agency in directory.agencies})

    def against(self, text: str) -> frozenset[str]:
        return self._complaints.against(text)

    def complains(self, text: str) -> bool:
        return complains(text)

    def alike(self, one: str, other: str) -> float:
        return likeness.alike(one, other)

    def same_place(self, one: str, other: str) -> bool:
        return likeness.same_place(one, other)
