"""What is made once for all forks of the tests, by whoever asks first, in a folder that they share: a migrated database
to copy, a server. It must never be changed by a test; each takes a copy of its own."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """Asked for before the forks (tests/conftest.py): it ends with the process that made it."""
    made, maker = Path(tempfile.mkdtemp(prefix="priemnaya-tests-")), os.getpid()
    atexit.register(lambda: shutil.rmtree(made, ignore_errors=True) if os.getpid() == maker else None)
    return made


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Others wait until it is over."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepared(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` has filled."""
    whole = folder() / name
    with turn(name):
        if not whole.exists():
            part = folder() / f"{name}.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(whole)
    return whole
