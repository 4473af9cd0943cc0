"""Names by which everybody may speak of a message: nobody can make one up, or tell from it what it is of.

AES-SIV under a key derived from the ring: the same message has the same name for ever, and no table is needed.
"""

from __future__ import annotations

from base64 import b32decode, b32encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from storage.db.database import Database

PURPOSE = "open data"
LONGEST = 200


class Ids:
    """Of one community. `kind` keeps names of messages and tokens apart."""

    def __init__(self, db: Database) -> None:
        self._siv = AESSIV(db.derive_key(PURPOSE))
        self._community = db.community

    def of(self, kind: str, text: str) -> str:
        """The public number of something: its own, sealed, so that nobody can count or guess the others."""
        sealed = self._siv.encrypt(text.encode(), [self._about(kind)])
        return b32encode(sealed).decode().rstrip("=").lower()

    def text(self, kind: str, name: str) -> str | None:
        """None where it is none of ours."""
        if not name.isascii() or len(name) > LONGEST:
            return None
        padded = name.upper() + "=" * (-len(name) % 8)
        try:
            found = self._siv.decrypt(b32decode(padded), [self._about(kind)]).decode()
        except (ValueError, InvalidTag):
            return None
        return found if self.of(kind, found) == name else None

    def _about(self, kind: str) -> bytes:
        """What a kind of id is keyed by."""
        return f"{kind}|{self._community}".encode()
