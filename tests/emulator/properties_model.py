"""What the calls of a run should have done, kept beside the emulator: who joined when, what is deleted and read. It
must never ask the world itself who sees what; `emulator.record` tells it only what was written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vk_emulator.api.calls import Vk
from vk_emulator.server import build
from vk_emulator.world.clock import Clock

BASE = 2_000_000_000
TOKENS = {-101: "group-101", 1001: "user-1001", 1002: "user-1002", 1006: "user-1006", 1010: "user-1010"}
Key = tuple[str, object]  # ("chat", key) or ("private", (-101, 1001))


def fresh(seed: int) -> Vk:
    with tempfile.TemporaryDirectory() as folder:
        vk = build(data=Path(folder), seed=seed, clock=Clock(virtual=True)).vk
    vk.world.switches.rate_limit = "off"
    vk.world.switches.chat_history = "full"
    vk.world.switches.lp_history_seconds = vk.world.switches.lp_history_events = 10**9
    return vk


@dataclass
class Model:
    vk: Vk
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    since: dict[tuple[Key, int], int] = field(default_factory=dict)  # member -> the first cmid that is theirs
    deleted: set[tuple[Key, int]] = field(default_factory=set)
    hidden: set[tuple[Key, int, int]] = field(default_factory=set)  # deleted for one account only
    read: dict[tuple[Key, int], int] = field(default_factory=dict)
    numbers: dict[tuple[int, Key], int] = field(default_factory=dict)  # every number that an account ever saw

    def __post_init__(self) -> None:
        for chat in self.control("emulator.state")["chats"]:
            for member in chat["members"]:
                self.since[("chat", chat["key"]), member] = 1

    def control(self, name: str, **params: Any) -> Any:
        return self.vk.call(name, "", params)["response"]

    def call(self, account: int, name: str, **params: Any) -> Any:
        """The response, or the number of the error; kept for the replay."""
        self.calls.append((name, TOKENS[account], params))
        body = self.vk.call(name, TOKENS[account], dict(params))
        return body["response"] if "response" in body else -body["error"]["error_code"]

    # --- names ----------------------------------------------------------------

    def chats(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("emulator.state")["chats"]
        return found

    def key_of(self, account: int, peer: int) -> Key | None:
        """The dialogue that this account means by `peer`, by what the numbers of chats say."""
        if peer < BASE:
            return ("private", (min(account, peer), max(account, peer)))
        named = [chat["key"] for chat in self.chats() if chat["peer_ids"].get(TOKENS[account]) == peer]
        assert len(named) <= 1, "two chats under one number"
        return ("chat", named[0]) if named else None

    def peers(self, account: int) -> list[int]:
        private = [other for other in TOKENS if other != account and (account > 0 or other > 0)]
        own = [chat["peer_ids"].get(TOKENS[account]) for chat in self.chats()]
        return private + [peer for peer in own if peer is not None]

    # --- what was written -----------------------------------------------------

    def written(self) -> dict[Key, list[dict[str, Any]]]:
        made: dict[Key, list[dict[str, Any]]] = {}
        for dialogue in self.control("emulator.record")["dialogues"]:
            chat = dialogue["kind"] == "chat"
            key: Key = ("chat", dialogue["key"]) if chat else ("private", tuple(dialogue["members"]))
            made[key] = dialogue["messages"]
        return made

    def member(self, account: int, key: Key) -> bool:
        return (key, account) in self.since if key[0] == "chat" else account in key[1]  # type: ignore[operator]

    def seen(self, account: int, key: Key, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The messages of a dialogue that this account may see now."""
        if not self.member(account, key):
            return []
        first = self.since.get((key, account), 1)
        gone = {cmid for one, cmid in self.deleted if one == key}
        gone |= {cmid for one, cmid, whose in self.hidden if one == key and whose == account}
        return [m for m in messages if m["cmid"] >= first and m["cmid"] not in gone and account not in m["unseen_by"]]

    def wrote(self, account: int, key: Key | None, cmid: int) -> None:
        """A person who writes has read what stands above; a community has not."""
        if account > 0 and key is not None and cmid:
            self.read[key, account] = cmid

    def unread(self, account: int, key: Key, messages: list[dict[str, Any]]) -> int:
        mark = self.read.get((key, account), 0)
        return sum(m["from_id"] != account and m["cmid"] > mark for m in self.seen(account, key, messages))


def quotes(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every quoted message inside a message as VK shows it, at any depth."""
    inner = [*message.get("fwd_messages", []), *([message["reply_message"]] if "reply_message" in message else [])]
    for quote in inner:
        yield quote
        yield from quotes(quote)
