"""One call of a VK method: who calls, may they, how fast, what came of it. Pure and synchronous, for the
server and for a simulation alike; it must never do I/O."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vk_emulator.api.absent import why
from vk_emulator.api.faults import BEFORE, Faults, LostRequest, Rule
from vk_emulator.api.params import Params
from vk_emulator.api.people_only import PEOPLE_ONLY
from vk_emulator.world.errors import Refusal, injected_refusal
from vk_emulator.world.records import Account, Community, Json
from vk_emulator.world.world import World

SCOPES = {"messages": "messages", "photos": "photos", "docs": "docs"}
NO_TOKEN = "User authorization failed: no access_token passed."  # noqa: S105 - words of VK
SECRET = ("access_token", "token")
MOST_UNKNOWN = 100
"""Names that are remembered: a caller may make up any number of them."""


@dataclass(slots=True)
class Call:
    """One running call: the caller, the parameters and what it ran into on the way."""

    vk: Vk
    account: Account
    method: str
    params: Params
    kind: str
    inner_calls: int = 0
    execute_errors: list[Json] = field(default_factory=list)
    lost: list[Rule] = field(default_factory=list)  # the answer will not arrive

    @property
    def world(self) -> World:
        """The emulated world."""
        return self.vk.world

    @property
    def version(self) -> tuple[int, int]:
        """The version of the API that the caller speaks, as two numbers; admission has read it."""
        major, _, minor = str(self.params.raw.get("v", "5.199")).partition(".")
        return int(major), int(minor)

    @property
    def community(self) -> Community:
        """The community whose token is used."""
        return self.vk.world.communities[-self.account]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of VK: what runs it, which kinds of token may call it, which right a community's token needs."""

    name: str
    run: Callable[[Call], Any]
    kinds: tuple[str, ...]
    scope: str


@dataclass(slots=True)
class CallOutcome:
    """What the wire has to do: the answer of VK (None when it was not applied) and the fault, if any."""

    body: Json | None
    rule: Rule | None = None


METHODS: dict[str, Method] = {}
Run = Callable[[Call], Any]


def method(name: str, *kinds: str, scope: str = "") -> Callable[[Run], Run]:
    """Registers a method with the kinds of token that may call it."""

    def register(run: Run) -> Run:
        METHODS[name] = Method(name, run, kinds, scope or SCOPES.get(name.split(".")[0], ""))
        return run

    return register


class Vk:
    """VK as it is called: who calls, may they, how often, with which faults. It counts calls, refusals and hints for
    tests."""

    def __init__(self, world: World, seed: int = 0) -> None:
        self.world = world
        self.faults = Faults(seed)
        self.revoked: dict[str, int] = {}  # token -> error code
        self.calls: dict[str, int] = {}
        self.refused: dict[int, int] = {}  # error code -> how many requests it was the answer of
        self.hints: dict[str, int] = {}  # what the emulator had to add to VK's words
        self.unknown: dict[str, int] = {}  # methods that somebody called and that are not here
        self.crashes: list[str] = []  # bugs of the emulator itself; tests want none
        self.deferred: list[tuple[float, int, str, str, Json]] = []
        self.controls: dict[str, Callable[[Params], Any]] = {}  # what only the server can do (the bot's process)
        self._recent: dict[str, deque[float]] = {}
        self._hourly: dict[tuple[str, str], deque[float]] = {}
        self._order = 0

    # --- from outside ---------------------------------------------------------

    def call(self, name: str, token: str, params: Json | None = None) -> Json:
        """Apply a call and give VK's answer, whatever the wire would have done to it."""
        outcome = self.request(name, token, {"v": "5.199", **(params or {})})
        return outcome.body if outcome.body is not None else {"lost": outcome.rule.mode if outcome.rule else ""}

    def request(self, name: str, token: str, params: Json) -> CallOutcome:
        """What a call gives: an answer, a refusal, or a fault to be acted out."""
        self._count(name)
        self.world.hints.clear()
        rule: Rule | None = None
        lost: list[Rule] = []
        try:
            found, account, kind = self._admit(name, token, params)
            if kind != "control":
                rule = self.faults.pick(name, kind, params, account)
            if rule is not None and rule.mode == "error":
                raise self._refusal_of(rule)
            if rule is not None and rule.mode in BEFORE:
                return self._before(rule, name, token, params)
            call = Call(self, account, name, Params(params), kind, lost=lost)
            body: Json = {"response": found.run(call)}
            if call.execute_errors:
                body["execute_errors"] = call.execute_errors
        except Refusal as refusal:
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
            if refusal.code == 6 and rule is None:
                self.world.hint("the switches rate_limit=off and user_rate_limit=off lift the limit")
            body = refusal_json(name, params, refusal)
        except LostRequest as loss:
            return CallOutcome(None, loss.rule)
        except Exception as crash:  # noqa: BLE001 - any bug is counted, and answered as VK's error 10
            self.crashes.append(f"{name}: {type(crash).__name__}: {crash}"[:500])
            body = refusal_json(name, params, Refusal(10))
        self._add_hints(body)
        return CallOutcome(body, rule or (lost[0] if lost else None))

    def _add_hints(self, body: Json) -> None:
        """Adds the emulator's hints to an answer, in a field that VK does not have."""
        if not self.world.hints:
            return
        for hint in self.world.hints:
            if hint in self.hints or len(self.hints) < MOST_UNKNOWN:
                self.hints[hint] = self.hints.get(hint, 0) + 1
        body.get("error", body)["emulator"] = "; ".join(self.world.hints)

    def _refusal_of(self, rule: Rule) -> Refusal:
        self.world.hint(f"a fault rule asked for it: {rule.method}, mode {rule.mode}")
        return injected_refusal(rule.code)

    def _before(self, rule: Rule, name: str, token: str, params: Json) -> CallOutcome:
        """The outcome of a fault that strikes before the call is carried out."""
        if rule.mode == "late":
            self._defer(rule, name, token, params)
        return CallOutcome(None, rule)

    def _defer(self, rule: Rule, name: str, token: str, params: Json) -> None:
        """Puts the call among those that are carried out later."""
        self._order += 1
        due = self.world.clock.now() + rule.seconds
        heapq.heappush(self.deferred, (due, self._order, name, token, params))

    def _count(self, name: str) -> None:
        """Counts the call by its method."""
        key = name if name in METHODS else "unknown"
        self.calls[key] = self.calls.get(key, 0) + 1
        if key == "unknown" and (name in self.unknown or len(self.unknown) < MOST_UNKNOWN):
            self.unknown[name[:60]] = self.unknown.get(name[:60], 0) + 1

    def run_due(self) -> int:
        """Apply the late calls whose time has come (fault F7)."""
        done = 0
        while self.deferred and self.deferred[0][0] <= self.world.clock.now():
            _, _, name, token, params = heapq.heappop(self.deferred)
            done += 1
            try:
                found, account, kind = self._admit(name, token, params)
                found.run(Call(self, account, name, Params(params), kind))
            except (Refusal, LostRequest):
                continue
        return done

    # --- from execute ---------------------------------------------------------

    def inner(self, outer: Call, name: str, params: Json) -> Any:
        """The answer of one API call in a script. Its fault rules hit it; a lost answer loses the whole request."""
        self._count(name)
        found = METHODS.get(name)
        if found is None and name != "execute":
            raise self._absent(name, f"{outer.kind}-{abs(outer.account)}")
        if found is None or name == "execute" or "control" in found.kinds:
            raise Refusal(3)
        self._may(found, outer.account, outer.kind)
        rule = self.faults.pick(name, outer.kind, params, outer.account)
        if rule is not None and rule.mode == "error":
            raise self._refusal_of(rule)
        if rule is not None and rule.mode in BEFORE and rule.mode != "late":
            raise LostRequest(rule)
        if rule is not None:
            outer.lost.append(rule)
        if rule is not None and rule.mode == "late":
            token, version = f"{outer.kind}-{abs(outer.account)}", outer.params.raw.get("v")
            self._defer(rule, name, token, {"v": version, **params})
            return None
        return found.run(Call(self, outer.account, name, Params(params), outer.kind))

    # --- admission ------------------------------------------------------------

    def _admit(self, name: str, token: str, params: Json) -> tuple[Method, Account, str]:
        """The method, its caller and the kind of token; Refusal where the call may not be made."""
        found = METHODS.get(name)
        if found is None:
            raise self._absent(name, token)
        if "control" in found.kinds:
            return found, 0, "control"
        self._version(params)
        account, kind = self.account_of(token)
        self._pace(token, name, kind)
        self._may(found, account, kind)
        return found, account, kind

    def _absent(self, name: str, token: str) -> Refusal:
        """The refusal of a method that is not here; one that VK has for people only is refused to a community as in
        VK."""
        theirs = name in PEOPLE_ONLY and self.account_of(token)[1] == "group"
        self.world.hint(why(name, METHODS))
        return Refusal(27 if theirs else 3)

    def _version(self, params: Json) -> None:
        """Refuses a version that is missing or too old."""
        parts = str(params.get("v", "")).split(".")
        if not params.get("v"):
            raise Refusal(8, "Invalid request: v (version) is required")
        if len(parts) != 2 or not all(part.isdecimal() and len(part) < 6 for part in parts):
            raise Refusal(8, "Invalid request: v (version) is incorrect")
        if (int(parts[0]), int(parts[1])) < (5, 81):
            raise Refusal(8, "Invalid request: versions below 5.81 are deprecated.")

    def account_of(self, token: str) -> tuple[Account, str]:
        """The account and the kind of a token. Error 5 where it is missing or unknown, the given error for a revoked
        one."""
        if not token:
            raise Refusal(5, NO_TOKEN)
        if token in self.revoked:
            self.world.hint("this token was revoked by emulator.revokeToken")
            raise Refusal(self.revoked[token])
        kind, _, number = self.world.tokens.get(token, token).partition("-")
        if number.isdecimal() and len(number) < 12:
            if kind == "group" and int(number) in self.world.communities:
                return -int(number), "group"
            if kind == "user" and int(number) in self.world.users:
                return int(number), "user"
            if kind == "service":  # of an application: of nobody
                return 0, "service"
        self.world.hint(self._tokens())
        raise Refusal(5)

    def _tokens(self) -> str:
        """The first tokens of this world, in a sentence."""
        communities = [f"group-{number}" for number in self.world.communities]
        people = [f"user-{number}" for number in self.world.users]
        some = ", ".join(communities[:3] + people[:2])
        return f"tokens of this world: {some} …; a bot's own token is named as `token` in the world file"

    def _may(self, found: Method, account: Account, kind: str) -> None:
        """Refuses a token of another kind, or without the needed right."""
        if kind not in found.kinds:
            if kind in ("group", "service"):
                raise Refusal(27 if kind == "group" else 28)
            raise Refusal(15, "Access denied: group token required")
        if kind == "group" and found.scope:
            scopes = self.world.communities[-account].settings.get("scopes", ())
            if found.scope not in scopes:
                self.world.hint(f"`scopes` in the settings of the community lacks {found.scope}")
                raise Refusal(
                    15,
                    "Access denied: no access to call this method. It cannot be called with current scopes.",
                )

    def _pace(self, token: str, name: str, kind: str) -> None:
        """20 requests a second for a community token, 3 for a person's (vk-api.md §9); 29 by Q9."""
        switches, now = self.world.switches, self.world.clock.now()
        if (switches.rate_limit if kind == "group" else switches.user_rate_limit) == "on":
            _within(self._recent.setdefault(token, deque()), now, 1.0, 20 if kind == "group" else 3, 6)
        if switches.method_limit:
            key = (token, name)
            _within(self._hourly.setdefault(key, deque()), now, 3600.0, switches.method_limit, 29)


def _within(recent: deque[float], now: float, window: float, limit: int, code: int) -> None:
    """Counts a call; refuses with this code one that is over the limit of a window in seconds."""
    while recent and not now - window < recent[0] <= now:
        recent.popleft()
    if len(recent) >= limit:
        raise Refusal(code)
    recent.append(now)


def refusal_json(name: str, params: Json, refusal: Refusal) -> Json:
    """The error as VK words it. The token is never echoed."""
    shown = [{"key": "oauth", "value": "1"}, {"key": "method", "value": name}]
    for key, value in params.items():
        if key not in SECRET:
            shown.append({"key": key, "value": value if isinstance(value, str) else Params(params).text(key)})
    return {
        "error": {
            "error_code": refusal.code,
            "error_msg": refusal.text,
            **refusal.extra,
            "request_params": shown,
        }
    }
