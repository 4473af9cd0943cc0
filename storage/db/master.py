"""The master key: 32 bytes in a file outside the database, which wrap every other key (security.md §3, T21).

It must never stand in a database, a log, a setting or an exception.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from storage.db.errors import WrongKeys

LENGTH = 32
SYSTEMD = Path("/run/credentials")
"""systemd gives its credentials by an access list, which shows as a bit of the group."""


@dataclass(frozen=True, slots=True)
class Master:
    """`name` tells one master key from another and says nothing of it."""

    key: bytes = field(repr=False)

    def derive_key(self, purpose: str) -> bytes:
        """A key for one purpose alone."""
        return hmac.digest(self.key, f"derived|{purpose}".encode(), hashlib.sha256)

    @property
    def name(self) -> str:
        """Sixteen letters that tell one master key from another and give away nothing of it."""
        return hmac.digest(self.key, b"name of the master key", hashlib.sha256).hex()[:16]


def beside(url: str) -> Path:
    """The path of the master key of an emulator's bot and of tests. A real one never lies beside its database."""
    address = make_url(url)
    if address.drivername.startswith("sqlite"):
        return Path(os.path.realpath(address.database or "") + ".master-key")
    return Path("var/priemnaya.master-key")


def make(path: Path) -> None:
    """A new key in a new file that only its owner can read. An old file is never written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise WrongKeys(f"Файл {path} уже есть; ключ не перезаписан. Укажите другое имя.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(LENGTH)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def load(path: Path) -> Master:
    """The key in this file.

    Raises:
        WrongKeys: in one Russian sentence: no file, others may read it, or it holds no key.
    """
    try:
        mode = path.stat().st_mode
        found = path.read_bytes()
    except OSError:
        raise WrongKeys(
            f"Главный ключ {path} не читается. Создайте его: python -m bot keys new {path} (и храните копию отдельно)."
        ) from None
    others = stat.S_IRWXO | (0 if path.is_relative_to(SYSTEMD) else stat.S_IRWXG)
    if mode & others:
        raise WrongKeys(f"Главный ключ {path} могут прочитать другие. Выполните: chmod 600 {path}")
    try:
        key = base64.b64decode(found.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != LENGTH:
        raise WrongKeys(f"В файле {path} не главный ключ. Создайте новый: python -m bot keys new ФАЙЛ")
    return Master(key)


def load_or_make(path: Path) -> Master:
    """The key at this path, made where there is none: for an emulator on this machine and for tests."""
    if not path.exists():
        make(path)
    return load(path)
