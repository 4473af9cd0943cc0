"""A change of the directory before it is saved: what is different, what stops it, whether somebody was quicker.

A press of «Сохранить» saves what was shown and nothing else: it names the version that was changed and the very
directory that was looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.admin.admin_directory import AdminDirectory
from bot.region.directory_difference import difference
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_file import DirectoryReading, WrongValues, examine_values
from bot.region.directory_json import from_json, with_version
from bot.region.directory_write import Values, sections
from bot.web.asked import local_day
from bot.web.site import Site, site_of, viewer_of
from handlers.text.words import moment, plural
from states.directory import Directory
from storage.db.errors import Conflict
from storage.db.transaction import Transaction
from storage.records import directory as stored
from storage.records import viewers

SHOWN = 300
"""Lines of a difference on a page."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The directory as it is kept just now; `number` is its version."""

    number: int
    known: Directory


@dataclass(frozen=True, slots=True)
class Proposal:
    """`mark` names the very directory that was looked at. `beside`: sentences by section and place in it."""

    base: Stored
    new: Directory | None = None
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    beside: tuple[tuple[str, tuple[str | int, ...], str], ...] = ()

    @property
    def mark(self) -> str:
        """The version that would be saved; "" where it has faults."""
        return self.new.version if self.new is not None else ""

    @property
    def fits(self) -> bool:
        """Whether it can be saved and changes something."""
        return self.new is not None and bool(self.lines)


async def newest(request: Request) -> Stored:
    """Read again only where its version is a new one: it is a quarter of a megabyte.

    Raises:
        HTTPException: 404 where no directory was ever loaded.
    """
    newer = site_of(request).newest
    held: Stored | None = request.app.state.directory
    if held is not None and await newer.run(stored.newest_version) == held.number:
        return held
    kept = await newer.run(stored.load_text)
    if kept is None:
        raise HTTPException(404)
    held = Stored(kept[1], await asyncio.to_thread(from_json, kept[0]))
    request.app.state.directory = held
    return held


async def of_values(site: Site, base: Stored, change: Callable[[Values], None]) -> Proposal:
    """What `change` makes of the directory, by the rules of the files."""
    today = local_day(site)

    def reading_of_change() -> DirectoryReading:
        """The directory with the change made in its sections, checked as a whole; nothing is saved."""
        values = sections(base.known)
        change(values)
        return examine_values(values, today)

    return await of_reading(site, base, reading_of_change)


async def of_reading(site: Site, base: Stored, make: Callable[[], DirectoryReading]) -> Proposal:
    """The change to a whole directory that was read from somewhere else. In a thread, for the bot goes on beside it."""
    return await asyncio.to_thread(_check, base, make, local_day(site))


def _check(base: Stored, make: Callable[[], DirectoryReading], today: date) -> Proposal:
    """The change of the directory, with its differences and new warnings, or its faults."""
    try:
        reading = make()
    except WrongValues as wrong:
        return Proposal(base, beside=wrong.faults)
    except DirectoryErrors as errors:
        return Proposal(base, faults=errors.lines)
    new = with_version(reading.directory)
    old = set(_warnings_of(base.known, today))
    fresh = tuple(line for line in reading.warnings if line not in old)
    return Proposal(base, new, difference(base.known, new), fresh)


def _warnings_of(known: Directory, today: date) -> tuple[str, ...]:
    """What was so before is no news."""
    try:
        return examine_values(sections(known), today).warnings
    except DirectoryErrors:
        return ()


async def save(request: Request, site: Site, proposal: Proposal, about: str = "", why: str = "") -> int:
    """The number of the new version. `about`, `why`: as in `AdminDirectory.save`.

    Raises:
        Conflict: somebody saved another one meanwhile.
    """
    assert proposal.new is not None, "what does not fit is not offered to be saved"
    desk = AdminDirectory(site.db, site.clock, site.changed)
    await desk.save(proposal.new, viewer_of(request).user, proposal.base.number, about, why)
    return await site.db.run(stored.newest_version)


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """A proposal that became this version of the directory."""

    number: int
    proposal: Proposal


async def save_as_seen(
    request: Request,
    form: FormData,
    base: Stored,
    propose: Callable[[Stored], Awaitable[Proposal]],
    show: Callable[..., Response],
) -> SavedVersion | Response:
    """Saves what the form says was looked at; otherwise the page that shows what stands in the way."""
    site, proposal, since = site_of(request), await propose(base), number_of(str(form.get("version", "")))
    if since != base.number:
        return show(request, base, proposal, late=await overtaken(site, since), status=409)
    if not proposal.fits or form.get("seen") != proposal.mark:
        return show(request, base, proposal)
    try:
        return SavedVersion(await save(request, site, proposal), proposal)
    except Conflict:
        fresh = await newest(request)
        return show(request, fresh, await propose(fresh), late=await overtaken(site, base.number), status=409)


def number_of(said: str) -> int:
    """The number typed in fewer than ten digits; -1 for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


async def overtaken(site: Site, since: int) -> str:
    """The sentence for whoever had a form open when somebody else saved: who was quicker, and what to do."""
    return (
        f"{await quicker(site, since)} Ничего не сохранено, ваш текст остался в полях. "
        "Посмотрите изменения ещё раз: они считаются уже от новой версии."
    )


async def quicker(site: Site, since: int) -> str:
    """The sentence who was quicker: «Пока вы правили, справочник изменили: версия 7, Анна Ц., 28 ноября 12:30, 2
    изменения.»"""
    found = await site.newest.run(lambda tx: stored.versions(tx, 20))
    later = [version for version in found if version.number > since]
    names = await site.newest.run(lambda tx: names_of(tx, site, {version.author for version in later}))
    told = [
        f"версия {version.number}, {names[version.author]}, {moment(version.saved_at, site.zone)}, "
        + plural(len(version.changes), "изменение", "изменения", "изменений")
        for version in later
    ]
    return f"Пока вы правили, справочник изменили: {'; '.join(told)}."


async def names_of(tx: Transaction, site: Site, users: Iterable[int]) -> dict[int, str]:
    """By account, who saved it, as the panel knows the person."""
    made = {0: "командой администратора"}
    for user in users:
        if user:
            known = await viewers.of_user(tx, user, site.clock.now())
            made[user] = (known.name if known is not None else "") or f"id{user}"
    return made
