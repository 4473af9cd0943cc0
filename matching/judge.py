"""One door to judgement of texts over one directory: complaints against bodies, likeness of messages.

It must never keep a text or decide: each answer is a reason to ask a person (R32, R38).
"""

from __future__ import annotations

from matching import likeness
from matching.complaints import Complaints, complains
from states.directory import Directory


class TextJudge(Complaints):
    """Implements `states.finder.Judge`."""

    def __init__(self, directory: Directory) -> None:
        super().__init__({agency.code: (agency.name, agency.short) for agency in directory.agencies})
        self._level = {agency.code: agency.level for agency in directory.agencies}

    def blames(self, text: str, agency: str) -> bool:
        """Whether the text complains about this agency: by its name, or about somebody in office without a name, who
        may be this agency's by where it stands."""
        named = self.against(text)
        return agency in named or (not named and complains(text, self._level.get(agency)))

    alike = staticmethod(likeness.alike)
    same_place = staticmethod(likeness.same_place)
    same_street = staticmethod(likeness.same_street)
