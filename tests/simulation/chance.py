"""One seed, many independent streams: what one part draws never shifts what another part draws."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Chance:
    """Named streams of one seed."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed

    def stream(self, name: str) -> random.Random:
        said = hashlib.blake2b(f"{self.seed}|{name}".encode(), digest_size=16).digest()
        return random.Random(int.from_bytes(said, "big"))


NAMES = ("token_bytes", "token_hex", "randbits", "choice")


@contextmanager
def seeded_secrets(chance: random.Random) -> Iterator[None]:
    """The bot's keys, nonces and codes come from the seed while this lasts."""
    before = {name: getattr(secrets, name) for name in NAMES}

    def token_bytes(nbytes: int | None = None) -> bytes:
        return chance.randbytes(32 if nbytes is None else nbytes)

    def token_hex(nbytes: int | None = None) -> str:
        return token_bytes(nbytes).hex()

    def choice(seq: Sequence[Any]) -> Any:
        return seq[chance.randrange(len(seq))]

    secrets.token_bytes, secrets.token_hex = token_bytes, token_hex
    secrets.randbits, secrets.choice = chance.getrandbits, choice
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(secrets, name, function)
