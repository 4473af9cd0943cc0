"""Payloads of buttons, signed when they are sent and trusted only when the signature is ours (T3).

A client can forge a payload. A button that was not signed for this dialogue counts as plain words.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from states.messages import Command

SIGNATURE = 12
"""Bytes of the signature; 16 characters in the payload."""

LONGEST = 255
"""Characters that VK takes (vk-api.md §7)."""

LONGEST_ACTION = 40
LONGEST_VALUE = 160


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks the buttons of one community. Whether what is pressed still makes sense is the core's business:
    a button may be pressed years later, and again."""

    key: bytes = field(repr=False)
    community: int

    def payload(self, peer: int, command: Command) -> str:
        """The JSON of a button shown to `peer`."""
        said = {"a": command.action, "v": command.value, "s": self.signature(peer, command)}
        if not command.value:
            del said["v"]
        return json.dumps(said, separators=(",", ":"))

    def signature(self, peer: int, command: Command) -> str:
        """The signature of a command in this dialogue."""
        signed = json.dumps([self.community, peer, command.action, command.value]).encode()
        return urlsafe_b64encode(hmac.digest(self.key, signed, hashlib.sha256)[:SIGNATURE]).decode()

    def fingerprint(self, text: str) -> str:
        """A keyed hash by which the same words are known again, and which tells nobody without the key what they are
        (T21)."""
        return hmac.digest(self.key, b"content:" + text.encode(errors="surrogatepass"), hashlib.sha256).hex()[:24]

    def command(self, peer: int, raw: object) -> Command | None:
        """The command that was pressed in the dialogue with `peer`: our own signed button, or VK's «Начать»; None for
        anything else. VK passes a payload on as text or as an object (vk-api.md §13 Q12)."""
        if isinstance(raw, str):
            try:
                raw = json.loads(raw) if len(raw) <= LONGEST else None
            except (ValueError, RecursionError):
                return None
        if not isinstance(raw, Mapping):
            return None
        if raw.get("command") == "start":
            return Command("start")
        action, value, signature = raw.get("a"), raw.get("v", ""), raw.get("s")
        if not isinstance(action, str) or not isinstance(value, str) or not isinstance(signature, str):
            return None
        if not action or len(action) > LONGEST_ACTION or len(value) > LONGEST_VALUE:
            return None
        command = Command(action, value)
        ours = self.signature(peer, command).encode()
        return command if hmac.compare_digest(ours, signature.encode(errors="replace")) else None
