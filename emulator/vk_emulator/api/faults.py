"""Faults by rule: which call fails and how (delivery.md §16). Pure and seeded; it must never touch a
socket, the wire and the simulation act out what it picks."""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from vk_emulator.world.records import Json

# By mode what the client sees, in the words of docs/reference/emulator.md (`python -m tools.reference_tables`).
CALL_MODES = {
    "error": "not applied: error `code` (14, 17, 24 with their fields)",
    "reject_drop": "not applied: closed connection",
    "reject_reset": "not applied: reset connection",
    "reject_hang": "not applied: silence for `seconds` (60), then closed",
    "accept_drop": "applied: closed connection",
    "accept_reset": "applied: reset connection",
    "accept_hang": "applied: silence for `seconds` (60), then closed",
    "accept_html502": "applied: HTTP 502 with HTML",
    "html502": "not applied: HTTP 502 with HTML",
    "truncated": "applied: half a JSON",
    "wrong_type": "applied: a list",
    "duplicate_header": "applied: each header twice, on which strict clients (aiohttp) fail",
    "slow": "applied: bytes over `seconds`",
    "late": "applied after `seconds` of the emulator's clock: closed connection",
}
POLL_MODES = {
    "failed": "`failed` with `code` 1–4",
    "replay": "the last `count` events before `ts` again",
    "trim": "the queue is forgotten",
    "silent": "no answer for `seconds`",
    "ts_as_number": "`ts` as a number",
    "out_of_order": "events in another order",
    "unknown_event": "an event of a kind that nobody knows",
    "duplicate": "events twice",
    "html502": "HTTP 502 with HTML",
    "drop": "closed connection",
}
CALLBACK_MODES = {
    "drop": "the first attempt never leaves VK; it comes by the retry, with `X-Retry-Counter: 1`",
    "accept_drop": "it arrives, the answer is lost: it comes again",
    "lost": "it never comes",
    "late": "it comes `seconds` later",
    "duplicate": "it comes `count` times more, at once and without a counter",
    "out_of_order": "it comes after the next `count` events, at the latest after `seconds` (60)",
}
HISTORY_MODES = {
    "lag": "what is younger than `seconds` is hidden",
    "hidden": "the first `count` messages of the answer are left out",
    "empty": "nothing",
    "non_admin": "nothing in chats where the caller is no administrator",
}
SPECIAL = {"longpoll": POLL_MODES, "callback": CALLBACK_MODES, "history": HISTORY_MODES}  # what "*" does not mean
BEFORE = ("reject_drop", "reject_reset", "reject_hang", "html502", "late")  # the call is not applied (yet)


@dataclass
class Rule:
    """A fault and the calls that it strikes: by method, caller and parameters, so often and with this probability."""

    method: str  # "messages.send", "messages.*", "*" or one of SPECIAL
    mode: str
    who: str = "group"  # group, user, all, or one of them: group-101
    match: Json = field(default_factory=dict)
    code: int = 10
    probability: float = 1.0
    times: int = 0  # 0 is without end
    seconds: float = 1.0
    count: int = 1  # for replay: how many batches; for unknown_event, duplicate, out_of_order: how many
    used: int = 0

    def fits(self, method: str, kind: str, params: Json, account: int = 0) -> bool:
        """Whether the rule is for this call."""
        if self.who not in ("all", kind, f"{kind}-{abs(account)}"):
            return False
        section = self.method.endswith(".*") and method.startswith(self.method[:-1])
        if not section and self.method != method and (self.method != "*" or method in SPECIAL):
            return False
        return all(_same(name, wanted, params) for name, wanted in self.match.items())


def _same(name: str, wanted: Any, params: Json) -> bool:
    """Whether a parameter has the value that the rule wants."""
    if name == "text":
        return str(wanted) in str(params.get("message", ""))
    if name == "peer_id":
        values = [params.get(key) for key in ("peer_id", "peer_ids", "user_id")]
        flat = [part.strip() for value in values if value is not None for part in _parts(value)]
        return str(wanted) in flat
    return str(wanted) in str(params.get(name, ""))


def _parts(value: Any) -> list[str]:
    """The items of a list or of a text with commas."""
    return [str(item) for item in value] if isinstance(value, list) else str(value).split(",")


class LostRequest(Exception):
    """The request never arrived: raised inside `execute` when an inner call is rejected by the wire."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        super().__init__(rule.mode)


class Faults:
    """The rules of faults in the order in which they were added; the first that fits a call strikes. Chance is
    seeded."""

    def __init__(self, seed: int = 0) -> None:
        self.chance = random.Random(seed)
        self.rules: list[Rule] = []
        self.up = True

    def pick(self, method: str, kind: str, params: Json, account: int = 0) -> Rule | None:
        """The rule that strikes this call, counted as used; None where none does."""
        for rule in self.rules:
            if not rule.fits(method, kind, params, account):
                continue
            if rule.times and rule.used >= rule.times:
                continue
            if rule.probability < 1.0 and self.chance.random() >= rule.probability:
                continue
            rule.used += 1
            return rule
        return None

    def clear(self) -> None:
        """Forgets all rules; VK is up."""
        self.rules.clear()
        self.up = True

    def state(self) -> Json:
        """Whether VK is up, and the rules of faults, as JSON."""
        return {"up": self.up, "rules": [asdict(rule) for rule in self.rules]}


def parse_rule(raw: Any) -> Rule:
    """A rule out of JSON; ValueError says what is wrong with it."""
    if not isinstance(raw, dict):
        raise ValueError("a rule should be an object")
    known = {"method", "mode", "who", "match", "code", "probability", "times", "seconds", "count"}
    unknown = sorted(str(name) for name in raw if name not in known)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    method, mode = str(raw.get("method", "*")), raw.get("mode")
    modes = tuple(SPECIAL.get(method, CALL_MODES))  # whatever `mode` is, also what has no hash
    if mode not in modes:
        raise ValueError(f"mode should be one of {', '.join(modes)}")
    match = raw.get("match") or {}
    if not isinstance(match, dict):
        raise ValueError("match should be an object")
    who = raw.get("who", "group")
    if who not in ("group", "user", "all") and not re.fullmatch(r"(group|user)-\d{1,11}", str(who)):
        raise ValueError("who should be group, user, all, or one of them like group-101")
    try:
        rule = Rule(method, str(mode), str(who), match)
        rule.code = int(raw.get("code", 1 if method == "longpoll" else 10))
        rule.probability = float(raw.get("probability", 1.0))
        rule.times = int(raw.get("times", 0))
        waits = "hang" in str(mode) or mode in ("silent", "out_of_order")
        rule.seconds = float(raw.get("seconds", 60.0 if waits else 1.0))
        rule.count = int(raw.get("count", 1))
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("code, probability, times, seconds and count should be numbers") from error
    if not 0 <= rule.probability <= 1 or not 0 <= rule.seconds <= 86400 or not 0 <= rule.count <= 1000:
        raise ValueError("probability is 0 to 1, seconds 0 to 86400, count 0 to 1000")
    return rule
