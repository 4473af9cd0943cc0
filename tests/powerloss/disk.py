"""A disk in memory under SQLite, which may lose, keep or tear every write that was not synced (F4).

What is not modelled: deleting a file is durable at once, and a synced write stays.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import apsw

SECTOR = 512
TRUNCATE = -1


class PowerLost(Exception):
    """The disk does nothing any more."""


@dataclass
class Stored:
    """`durable` survives; `pending` is what was written since, in order, as (offset, data) or (TRUNCATE, size)."""

    durable: bytearray = field(default_factory=bytearray)
    current: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, Any]] = field(default_factory=list)

    def apply(self, image: bytearray, where: int, what: Any) -> None:
        if where == TRUNCATE:
            del image[what:]
            return
        if len(image) < where:
            image.extend(bytes(where - len(image)))
        image[where : where + len(what)] = what


@dataclass
class Disk:
    """`operations` counts writes and syncs; at `ends_at` the power goes, in the middle of that one."""

    files: dict[str, Stored] = field(default_factory=dict)
    operations: int = 0
    ends_at: int = 0
    dead: bool = False
    lies: bool = False

    def step(self) -> None:
        self.operations += 1
        if self.dead or (self.ends_at and self.operations >= self.ends_at):
            self.dead = True
            raise PowerLost

    def after_loss(self, chance: random.Random) -> Disk:
        """What is found when the power is back."""
        how = chance.choice(("nothing", "everything", "some", "in order"))
        return Disk({name: survived(one, how, chance) for name, one in self.files.items()})


def survived(stored: Stored, how: str, chance: random.Random) -> Stored:
    image, cut = bytearray(stored.durable), chance.randint(0, len(stored.pending))
    for number, (where, what) in enumerate(stored.pending):
        kept = {"nothing": False, "everything": True, "some": chance.random() < 0.5, "in order": number < cut}[how]
        if kept and where != TRUNCATE and chance.random() < 0.2:
            where, what = torn(where, what, chance)
        if kept:
            stored.apply(image, where, what)
    return Stored(bytearray(image), bytearray(image))


def torn(where: int, what: bytes, chance: random.Random) -> tuple[int, bytes]:
    """A part of one write reached the disk: some sectors from its beginning or its end, or any bytes."""
    size = SECTOR if chance.random() < 0.5 else 1
    at = chance.randint(0, max(0, len(what) // size)) * size
    return (where, what[:at]) if chance.random() < 0.5 else (where + at, what[at:])


class OnDisk(apsw.VFS):
    """SQLite's door to the disk. Each connection gives its disk's name as the name of the file system."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        self.vfs_name = name
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> OpenFile:  # noqa: N802 - SQLite's own names
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name or f"temporary-{id(flags)}")
        flags[1] = flags[0]
        return OpenFile(self.disk, self.disk.files.setdefault(short(path), Stored()))

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802
        self.disk.step()
        self.disk.files.pop(short(name), None)

    def xAccess(self, name: str, flags: int) -> bool:  # noqa: N802
        found = self.disk.files.get(short(name))
        return found is not None and bool(found.current)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


def short(path: str) -> str:
    return path.rsplit("/", 1)[-1]


class OpenFile:
    """One open file."""

    def __init__(self, disk: Disk, stored: Stored) -> None:
        self.disk, self.stored = disk, stored

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self.stored.current[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        data = bytes(data)
        self.stored.pending.append((offset, data))
        self.stored.apply(self.stored.current, offset, data)
        self.disk.step()

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.stored.pending.append((TRUNCATE, size))
        self.stored.apply(self.stored.current, TRUNCATE, size)
        self.disk.step()

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.step()
        if not self.disk.lies:
            self.stored.durable = bytearray(self.stored.current)
            self.stored.pending.clear()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.stored.current)

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE  # what SQLite assumes of Linux file systems, too

    def xLock(self, level: int) -> None:  # noqa: N802
        """One process."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """One process."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        """Closing syncs nothing."""
