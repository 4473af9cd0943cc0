"""A file sealed as a whole: AES-256-GCM in pieces, each bound to the file, its place and whether it is the last (T21).

It must never give out a byte that it has not proven, and never take a cut, mixed or changed file for a whole one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.db.errors import BadCopy

MAGIC = b"PRIEMNAYA COPY 1\n"
PIECE = 1024 * 1024
TAG = 16
LONGEST_HEAD = 10_000
Head = dict[str, Any]


def seal(source: Path, target: Path, key: bytes, head: Mapping[str, Any]) -> None:
    """A new file for its owner only, durable when this returns. The head is readable, and proven with the rest."""
    salt = secrets.token_hex(16)
    first = json.dumps({**head, "salt": salt}, ensure_ascii=False).encode() + b"\n"
    aes = AESGCM(_of_file(key, salt))
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with source.open("rb") as plain, os.fdopen(handle, "wb") as sealed:
        sealed.write(MAGIC + first)
        for number, piece, last in _pieces(plain, PIECE):
            sealed.write(aes.encrypt(_nonce(number, last=last), piece, first))
        sealed.flush()
        os.fsync(sealed.fileno())


def unseal(source: Path, target: Path, key: bytes) -> Head:
    """The file that was sealed, durable when this returns.

    Raises:
        BadCopy: it is no copy, is damaged or cut, or another key has sealed it. What was written is removed.
    """
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with source.open("rb") as sealed, os.fdopen(handle, "wb") as plain:
            first = _first_line(sealed, source)
            head = as_head(first, source)
            aes = AESGCM(_of_file(key, str(head.get("salt"))))
            for number, piece, last in _pieces(sealed, PIECE + TAG):
                plain.write(aes.decrypt(_nonce(number, last=last), piece, first))
            plain.flush()
            os.fsync(plain.fileno())
    except InvalidTag:
        target.unlink(missing_ok=True)
        raise BadCopy(f"Копия {source} повреждена, обрезана или закрыта другим ключом.") from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return head


def head_of(path: Path) -> Head:
    """What a copy says of itself; it is proven only by `unseal`."""
    try:
        with path.open("rb") as file:
            return as_head(_first_line(file, path), path)
    except OSError as error:
        raise BadCopy(f"Копия {path} не читается: {error.strerror}.") from None


def _first_line(file: IO[bytes], path: Path) -> bytes:
    """The line of JSON behind the magic bytes, read from the file; BadCopy where they are not ours."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BadCopy(f"{path} — не копия этого бота.")
    return file.readline(LONGEST_HEAD)


def as_head(line: bytes, path: Path) -> Head:
    """The open head of a copy as a dictionary; BadCopy where it is no JSON object."""
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise BadCopy(f"Копия {path} повреждена с самого начала.")
    return head


def _of_file(key: bytes, salt: str) -> bytes:
    """The key of one file, made from the common key and the file's salt."""
    return hmac.digest(key, f"copy|{salt}".encode(), hashlib.sha256)


def _nonce(number: int, *, last: bool) -> bytes:
    """The key is the file's own, so a place in it is a nonce; the last piece says so, or a cut file would pass."""
    return bytes([last]) + number.to_bytes(11, "big")


def _pieces(file: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Number, piece, whether it is the last. An empty file is one empty piece."""
    number, piece = 0, file.read(size)
    while True:
        following = file.read(size)
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following
