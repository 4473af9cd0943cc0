"""One loss after another: play the recording, cut the power at some write, look at what is left."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

import apsw

from tests.powerloss.disk import Disk, OnDisk, PowerLost, Stored
from tests.powerloss.workload import FILES, Recording, is_commit

DATABASE, KEYS = FILES
SEALED = (
    ("inbox", "raw"),
    ("dialogue", "body"),
    ("appeal", "body"),
    ("history", "reason"),
    ("outbox", "body"),
    ("outbox", "attachments"),
    ("outbox", "lost"),
)
_NAMES = count()


Pragmas = Mapping[str, Sequence[str]]
"""By file."""


@dataclass
class Reference:
    """The contents of both files after each commit, as digests; which keys there were, and were destroyed by intent."""

    operations: int = 0
    states: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FILES})
    keys: set[int] = field(default_factory=set)
    destroyed: set[int] = field(default_factory=set)


@dataclass
class Loss:
    """`lost`: acknowledged commits that are not there. `wrong`: whatever must never be."""

    lost: int
    wrong: list[str]


def disk_of(recording: Recording) -> Disk:
    return Disk({name: Stored(bytearray(data), bytearray(data)) for name, data in recording.images.items()})


def opened(vfs: OnDisk, name: str, pragmas: Sequence[str]) -> apsw.Connection:
    """As the store opens it. Locked for ever: without shared memory SQLite keeps the index of the log in its heap, and
    writes the same bytes to the disk."""
    connection = apsw.Connection(name, vfs=vfs.vfs_name)
    for pragma in ("locking_mode = EXCLUSIVE", *pragmas):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def played(recording: Recording, disk: Disk, pragmas: Pragmas, reference: Reference | None = None) -> dict[str, int]:
    """Until the end or until the power goes. Returns how many commits of each file were acknowledged."""
    vfs = OnDisk(f"disk{next(_NAMES)}", disk)
    acknowledged = dict.fromkeys(FILES, 0)
    connections: dict[str, apsw.Connection] = {}
    try:
        for name in FILES:
            connections[name] = opened(vfs, name, pragmas[name])
            if reference is not None:
                reference.states[name].append(digest(connections[name]))
        for name, statement in recording.said:
            connections[name].execute(statement).fetchall()
            if is_commit(statement):
                acknowledged[name] += 1
                if reference is not None:
                    note(reference, name, connections[name])
    except (PowerLost, apsw.Error):
        if not disk.dead:
            raise
    finally:
        abandon(connections.values(), disk)
        vfs.unregister()
    return acknowledged


def abandon(connections: Iterable[apsw.Connection], disk: Disk) -> None:
    """The process is gone: nothing that closing would write reaches the disk."""
    before = {name: (bytearray(one.durable), list(one.pending)) for name, one in disk.files.items()}
    disk.dead = True
    for connection in connections:
        with suppress(PowerLost, apsw.Error):
            connection.close(True)
    disk.files = {name: Stored(durable, bytearray(), pending) for name, (durable, pending) in before.items()}


def note(reference: Reference, name: str, connection: apsw.Connection) -> None:
    reference.states[name].append(digest(connection))
    if name == KEYS:
        present = {row[0] for row in connection.execute("SELECT id FROM data_key")}
        reference.destroyed |= reference.keys - present
        reference.keys |= present


def digest(connection: apsw.Connection) -> str:
    """Everything in every table."""
    said = hashlib.sha256()
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for name in names:
        rows = sorted(repr(row) for row in connection.execute(f'SELECT * FROM "{name}"'))
        said.update(repr((name, rows)).encode())
    return said.hexdigest()


def measured(recording: Recording) -> Reference:
    """The recording played to its end, so that every state that may be found is known."""
    found, disk = Reference(), disk_of(recording)
    played(recording, disk, own(recording), found)
    found.operations = disk.operations
    return found


def a_loss(recording: Recording, reference: Reference, seed: int, pragmas: Pragmas, *, lies: bool = False) -> Loss:
    """`lies`: the disk says that it has synced, and has not. For the teeth."""
    chance = random.Random(seed)
    disk = disk_of(recording)
    disk.lies = lies
    disk.ends_at = chance.randint(1, reference.operations)
    acknowledged = played(recording, disk, pragmas)
    after = disk.after_loss(chance)
    vfs = OnDisk(f"disk{next(_NAMES)}", after)
    try:
        return examined(vfs, pragmas, reference, acknowledged)
    except apsw.Error as error:
        return Loss(0, [f"cannot be read: {type(error).__name__}"])
    finally:
        vfs.unregister()


def examined(vfs: OnDisk, pragmas: Pragmas, reference: Reference, acknowledged: dict[str, int]) -> Loss:
    wrong: list[str] = []
    lost = 0
    connections = {name: opened(vfs, name, pragmas[name]) for name in FILES}
    for name, connection in connections.items():
        sound = connection.execute("PRAGMA integrity_check").fetchall()
        if sound != [("ok",)]:
            wrong.append(f"{name}: {sound[:2]}")
            continue
        found = digest(connection)
        places = [at for at, state in enumerate(reference.states[name]) if state == found]
        if not places:
            wrong.append(f"{name}: a state that never was committed")
        elif max(places) < acknowledged[name]:
            lost += acknowledged[name] - max(places)
        elif min(places) > acknowledged[name] + 1:
            wrong.append(f"{name}: a state from the future")
    if not wrong and not lost:
        wrong += without_keys(connections, reference)
    for connection in connections.values():
        connection.close(True)
    return Loss(lost, wrong)


def without_keys(connections: dict[str, apsw.Connection], reference: Reference) -> list[str]:
    """A sealed value whose key is not there, though nobody destroyed it."""
    have = {row[0] for row in connections[KEYS].execute("SELECT id FROM data_key")}
    wrong = []
    for table, column in SEALED:
        for (text,) in connections[DATABASE].execute(f"SELECT {column} FROM {table} WHERE {column} GLOB '[12].*'"):
            key = int.from_bytes(base64.b64decode(text[2:])[:8], "big")
            if key not in have and key not in reference.destroyed:
                wrong.append(f"{table}.{column}: a row without its key")
    return wrong


def own(recording: Recording) -> Pragmas:
    """What the store sets."""
    return dict.fromkeys(FILES, recording.pragmas)


def relaxed(recording: Recording, *names: str) -> Pragmas:
    """The control: these files with synchronous=NORMAL, which SQLite offers and the store must not use."""
    normal = ["synchronous = NORMAL" if pragma.startswith("synchronous") else pragma for pragma in recording.pragmas]
    assert normal != list(recording.pragmas)
    return {name: normal if name in names else recording.pragmas for name in FILES}
