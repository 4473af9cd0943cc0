"""Files that are too large to be made at once: made after the answer has left, with progress and a way to cancel.

They lie in a folder of this process, readable by nobody else, for a day; who asked for one is who may take it.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from states.people.viewers import Viewer

KEPT = timedelta(days=1)
AT_ONCE = 2
"""Of one person."""


class ExportState(StrEnum):
    MAKING = "готовится"
    READY = "готов"
    CANCELLED = "отменён"
    FAILED = "не получился"


@dataclass(slots=True)
class Export:
    """`words` are the filter. `cancelled` is looked at between two portions of rows."""

    key: str
    viewer: Viewer
    words: str
    path: Path
    asked_at: datetime
    total: int
    done: int = 0
    state: ExportState = ExportState.MAKING
    cancelled: bool = False


@dataclass(slots=True, weakref_slot=True)
class Exports:
    """All of this process."""

    known: dict[str, Export] = field(default_factory=dict)
    _folder: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of files, made with the first; deleted with the process."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="priemnaya-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def begin(self, viewer: Viewer, words: str, total: int, now: datetime) -> Export | None:
        """None where this person has enough of them under way."""
        self.forget(now)
        if sum(export.state is ExportState.MAKING for export in self.of(viewer)) >= AT_ONCE:
            return None
        key = secrets.token_hex(16)
        self.known[key] = Export(key, viewer, words, self.folder / f"{key}.xlsx", now, total)
        return self.known[key]

    def of(self, viewer: Viewer) -> list[Export]:
        """The newest first. Whoever has another role or place by now has none of the old ones."""
        found = [export for export in self.known.values() if export.viewer == viewer]
        return sorted(found, key=lambda export: export.asked_at, reverse=True)

    def one(self, viewer: Viewer, key: str) -> Export | None:
        """The viewer's own file of this key; None for others'."""
        found = self.known.get(key)
        return found if found is not None and found.viewer == viewer else None

    def forget(self, now: datetime) -> None:
        """Deletes what is older than a day, file and all; what is still being made stops."""
        for export in [export for export in self.known.values() if now - export.asked_at >= KEPT]:
            export.cancelled = True
            export.path.unlink(missing_ok=True)
            del self.known[export.key]
