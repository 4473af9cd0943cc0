"""The address by which a letter leaves: `smtp://name:password@host:587/?to=whom@site&from=who@site`. It only reads it.

The password must never stand in what is shown of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """`smtps`: encrypted from the first byte; else by STARTTLS. Without a `user` nobody signs in."""

    smtps: bool
    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)


def read(address: str) -> Mail:
    """Server, account, sender and recipients from the address. Raises ValueError where it is not whole."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    to = tuple(recipient.strip() for several in asked.get("to", ()) for recipient in several.split(","))
    user = unquote(parts.username or "")
    sender = asked.get("from", [user if "@" in user else "", *to])
    found = next((candidate for candidate in sender if candidate), "")
    if parts.scheme not in PORTS or not parts.hostname or not to or not all(map(is_one, (*to, found))):
        raise ValueError("not an address for letters")
    port = parts.port or PORTS[parts.scheme]
    return Mail(parts.scheme == "smtps", parts.hostname, port, found, to, user, unquote(parts.password or ""))


def is_one(address: str) -> bool:
    """A mailbox and nothing more: what ends a line would begin another header."""
    name, at, host = address.partition("@")
    return bool(name and at and host) and address.isprintable() and " " not in address


def readable(address: str) -> bool:
    """Whether `read` understands the address."""
    try:
        read(address)
    except ValueError:
        return False
    return True
