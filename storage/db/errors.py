"""What storage may refuse. Each says to the operator in Russian what to do, where an operator can do something."""

from __future__ import annotations


class StorageError(Exception):
    """Anything storage refuses."""


class DatabaseLocked(StorageError):
    """Another process has this SQLite file open (F27)."""


class DatabaseGone(StorageError):
    """The file of the database is not where it was, though what belongs to it is. Nothing was touched."""


class TakenAway(StorageError):
    """The file of the database was deleted or replaced while it was open here."""


class WrongSchema(StorageError):
    """The tables are older or newer than this program (F25)."""


class Conflict(StorageError):
    """Somebody else changed the same thing meanwhile. Nothing was kept: load the facts again and decide anew."""


class IllegalMove(StorageError):
    """A message was asked to go from one state to another along no declared edge (I6). A bug."""


class Unavailable(StorageError):
    """The disk is full or fails, or the server does not answer. Nothing was kept; it may work again later (F21)."""


class Misplaced(Unavailable):
    """The server answers, and knows no such database or user: only a person mends that."""


class RowsLost(StorageError):
    """A server took over that lacks what was kept. The next start carries out what follows (delivery.md §13)."""


class BadCopy(StorageError):
    """A copy is no copy, or something in it is wrong. Nothing was changed."""


class WrongKeys(StorageError):
    """The master key or the file of keys is missing, open to others, or of another database (T21)."""
