"""Which parameters each method reads (from its source), and a request made of them."""

from __future__ import annotations

import inspect
import random
import re
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from tests.emulator.fuzz.values import NOBODY, TOKENS, Values, hostile
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.server import known_methods
from vk_emulator.world.switches import Switches

NEEDED = {
    "messages.send": ("peer_id", "random_id", "message"),
    "messages.sendMessageEvent": ("peer_id", "payload", "cmid"),
    "messages.sendMessageEventAnswer": ("event_id", "user_id", "peer_id"),
    "messages.edit": ("peer_id", "cmid", "message"),
    "photos.saveMessagesPhoto": ("photo", "hash"),
    "docs.save": ("file",),
    "execute": ("code",),
    "emulator.sendAs": ("group_id", "peer_id", "user_id", "message"),
    "emulator.setFaults": ("rules",),
}
NEVER = {"emulator.bot", "emulator.reset", "emulator.revokeToken", "emulator.setClock"}
"""A process, the whole world; a revoked token or a clock at the year 0 would only make the rest of a batch shallow. The
last two are tried by hand in `test_fuzz.rare`."""
ALWAYS = (
    "peer_id",
    "group_id",
    "cmid",
    "chat_id",
    "member_id",
    "title",
    "url",
    "server_id",
    "reaction_id",
    "event_data",
)
OFTEN = (
    "messages.send",
    "messages.send",
    "execute",
    "messages.edit",
    "messages.sendMessageEvent",
    "messages.sendMessageEventAnswer",
    "messages.getHistory",
    "messages.getHistory",
    "emulator.setFaults",
)
READ = re.compile(
    r"\.(?:text|integer|integers|strings|flag|has|first|object|required|number)\(|structure\(|any_chat\(|visible\(|own_"
)
WORD = re.compile(r'"([a-z_]{1,40})"')


def words_of(code: CodeType) -> set[str]:
    """Every text constant of a function and of the functions inside it, tuples of names included."""
    found: set[str] = set()
    for const in code.co_consts:
        if isinstance(const, CodeType):
            found |= words_of(const)
        found |= {word for word in (const if isinstance(const, tuple) else (const,)) if isinstance(word, str)}
    return found


@cache
def parameters(name: str) -> tuple[str, ...]:
    """What the method and the functions that it calls, four deep, ask its parameters for."""
    seen: set[FunctionType] = set()
    layer, words = [METHODS[name].run], set()
    for _ in range(4):
        following = []
        for function in layer:
            if not isinstance(function, FunctionType) or function in seen:
                continue
            seen.add(function)
            source = inspect.getsource(function)
            if READ.search(source) or "raw" in source:
                asked = {word for line in source.splitlines() if READ.search(line) for word in WORD.findall(line)}
                words |= asked & words_of(function.__code__) | (asked if "first(" in source else set())
            words |= {word for word in function.__defaults__ or () if isinstance(word, str)} - {""}
            following += [function.__globals__.get(each) for each in function.__code__.co_names]
        layer = [each for each in following if getattr(each, "__module__", "").startswith("emulator.")]
    return tuple(sorted(words | set(NEEDED.get(name, ()))))


def request(chance: random.Random, vk: Vk) -> tuple[str, str, dict[str, Any]]:
    names = [method for method in known_methods() if method not in NEVER]
    name = chance.choice(names) if chance.random() < 0.7 else chance.choice(OFTEN)
    if chance.random() < 0.02:
        return str(hostile(chance)), chance.choice(TOKENS), {"v": "5.199"}
    who = token(chance, name)
    kind, _, number = who.partition("-")
    account = int(number) * (-1 if kind == "group" else 1) if number.isascii() and number.isdecimal() else 0
    values = Values(chance, vk, account)
    params: dict[str, Any] = {"v": "5.199"} if values.calm or chance.random() < 0.95 else {"v": hostile(chance)}
    for one in NEEDED.get(name, ()):
        if values.calm or chance.random() < 0.95:
            params[one] = values.of(one)
    pool = parameters(name)
    likely = (2 if values.calm else 4) / max(len(pool), 4)
    for one in pool:
        if one not in params and chance.random() < (0.9 if values.calm and one in ALWAYS else likely):
            params[one] = values.of(one)
    if name == "emulator.setSwitches" and chance.random() < 0.5:
        params = {chance.choice(list(vars(Switches()))): chance.choice((0, 1, "on", "off", hostile(chance)))}
    if name == "messages.sendMessageEventAnswer" and values.calm and params["event_id"] in vk.world.presses:
        press = vk.world.presses[params["event_id"]]
        params.update(user_id=press.user, peer_id=vk.world.peer_of(press.thread, -101))
    return name, who, params


def token(chance: random.Random, name: str) -> str:
    if chance.random() < 0.03:
        return chance.choice(NOBODY)
    kinds = METHODS[name].kinds if name in METHODS else ()
    if chance.random() < 0.85 and len(kinds) == 1:
        return "group-101" if kinds[0] == "group" else chance.choice(TOKENS[2:])
    return chance.choice(TOKENS)
