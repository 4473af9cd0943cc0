"""The directory as an administrator changes it: looked at, compared, saved as a new version. See admin_service.py.

It must never overwrite what somebody else saved meanwhile, nor save what was not checked (directory_file.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.directory_difference import difference
from bot.region.directory_json import from_json, to_json
from bot.region.shared import directory_of
from states.audit import AuditAction, AuditLine
from states.directory import Directory
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import directory

Json = dict[str, Any]
Changed = Callable[[Directory], Awaitable[None]]


class AdminDirectory:
    """`changed` is called with a new directory, so that the program that runs takes it over."""

    def __init__(self, db: Database, clock: Clock, changed: Changed | None = None) -> None:
        self.db, self.clock, self.changed = db, clock, changed

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {
            "directory_text": self.directory_text,
            "directory_difference": self.directory_difference,
            "directory_import": self.directory_import,
        }

    async def now_known(self) -> Directory | None:
        """The directory as stored; None where none was imported yet."""
        stored = await self.db.run(directory.load_text)
        return directory_of(stored[0]) if stored else None

    async def directory_text(self) -> Json:
        """The directory as it is loaded; empty where none is."""
        stored = await self.db.run(directory.load_text)
        return {"text": stored[0] if stored else ""}

    async def directory_difference(self, text: str) -> Json:
        """What importing this JSON would change, as lines for people; it saves nothing."""
        return {"lines": list(difference(await self.now_known(), from_json(text)))}

    async def directory_import(self, text: str) -> Json:
        """Saves this JSON as a new version; its number and what changed. Refusal where somebody else saved one
        meanwhile."""
        new = from_json(text)
        try:
            return {"lines": list(await self.save(new)), "version": new.version}
        except Conflict:
            raise Refusal(
                "Справочник только что изменил кто-то другой. Повторите: отличия будут уже от него."
            ) from None

    async def save(
        self, new: Directory, author: int = 0, after: int | None = None, about: str = "", why: str = ""
    ) -> tuple[str, ...]:
        """What is new in it, in words. `after`: the version it was made from. `about`: a code for the audit line.
        `why`: a sentence that stands with the version.

        Raises:
            Conflict: somebody saved another one after that.
        """
        stored = await self.db.run(directory.load_text)
        # Compared outside of the transaction: it takes a quarter of a second, and the writer would wait.
        lines = difference(directory_of(stored[0]) if stored else None, new)
        told = (*lines, why) if why else lines
        text, newest = to_json(new), stored[1] if stored else 0
        line = AuditLine(author, AuditAction.DIRECTORY_IMPORTED, about, f"строк {len(lines)}")
        if after not in (None, newest):
            raise Conflict("the directory was changed meanwhile")

        async def body(tx: Transaction) -> None:
            now = self.clock.now()
            number = await directory.save_text(tx, text, now, author=author, changes=told, after=newest)
            await audit.append(tx, [line] if number != newest else [], now)

        await self.db.run(body)
        if self.changed is not None:
            await self.changed(new)
        return lines
