"""Events as VK sends them, by the emulator and by vkbottle-types, and what an enemy or a fault makes of them (T24)."""

from __future__ import annotations

import copy
import random
import re
import tempfile
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pydantic
from vkbottle_types.events import bot_events

from tests.emulator.schema import talk
from tests.hostile.texts import strange
from vk_emulator.server import build
from vk_emulator.world.clock import Clock

Json = dict[str, Any]


def of_the_emulator() -> list[Json]:
    """Every kind of event that the emulator has, from one long talk with everything a message can carry."""
    with tempfile.TemporaryDirectory() as folder:
        vk = build(data=Path(folder), seed=7, clock=Clock(virtual=True)).vk
    vk.world.switches.rate_limit = "off"

    def ask(name: str, token: str = talk.BOT, /, **params: Any) -> Any:
        body = vk.call(name, token, params)
        return body.get("response", body)

    for name, token, params in talk.steps(ask):
        vk.call(name, token, params)
    return [copy.deepcopy(item.event) for item in vk.world.queue(-101).items]


def of_the_types(chance: random.Random, each: int) -> list[Json]:
    """Each event class of vkbottle-types, filled so many times with what its annotations allow."""
    found = [
        var
        for var in vars(bot_events).values()
        if isinstance(var, type) and issubclass(var, pydantic.BaseModel) and "type" in var.model_fields
    ]
    return [{**made(chance, one, 0), "type": snake(one.__name__)} for one in found for _ in range(each)]


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def made(chance: random.Random, model: type[pydantic.BaseModel], depth: int) -> Json:
    fields = model.model_fields.items()
    return {
        field.alias or name: value(chance, field.annotation, depth + 1)
        for name, field in fields
        if not depth or field.is_required() or (depth < 4 and chance.random() < 0.6)
    }


def value(chance: random.Random, hint: Any, depth: int) -> Any:
    """Something that this annotation allows."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        choices = [one for one in inner if one is not type(None)]
        return value(chance, chance.choice(choices), depth)
    if origin is list:
        return [] if depth > 6 else [value(chance, inner[0], depth + 1) for _ in range(chance.choice((0, 1, 3)))]
    if origin is dict:
        return {"k": 1}
    if origin is typing.Literal:
        return chance.choice(inner)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return chance.choice(list(hint)).value
    if isinstance(hint, type) and issubclass(hint, pydantic.BaseModel):
        return {} if depth > 8 else made(chance, hint, depth)
    simple = {int: chance.randrange(1, 3000), str: "текст", bool: chance.random() < 0.5, float: 55.5}
    return simple.get(hint, 1)


# What is done to them.

NUMBERS = (0, -1, 1, 2**31, -(2**31), 2**32 - 1, 2**63, -(2**63) - 1, 10**30, 2_000_000_000, 2_000_000_001, 0.5, 1e308)
TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "null",
    "\ud800",
    "\x00",
    "٣",
    "/код ABCD",
    "/принять",
    "//",
    "1",
    "Отправить",
    "{}",
)
OTHERS = (None, True, False, [], {}, [[]], [None], {"": None}, float("nan"), float("inf"))


def anything(chance: random.Random) -> Any:
    dice = chance.random()
    if dice < 0.3:
        return chance.choice(NUMBERS)
    if dice < 0.5:
        return chance.choice(TEXTS)
    if dice < 0.6:
        return strange(chance)
    if dice < 0.63:
        return strange(chance) * chance.choice((100, 1000))
    if dice < 0.66:
        return deep(chance.choice((50, 400)))
    return copy.deepcopy(chance.choice(OTHERS))


def deep(levels: int) -> Any:
    """A list in a list in a list; and an object likewise."""
    nest: Any = "дно"
    for level in range(levels):
        nest = {"fwd_messages": [nest]} if level % 2 else [nest]
    return nest


def places(event: Any) -> Iterator[tuple[Any, Any]]:
    """Every (holder, key) inside, however deep."""
    waiting = [event]
    while waiting:
        node = waiting.pop()
        fields = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for name, inner in list(fields):
            yield node, name
            waiting.append(inner)


def mutated(chance: random.Random, event: Json, others: list[Json]) -> Any:
    """One to four changes that keep most of the structure, so that they reach what lies deep."""
    event = copy.deepcopy(event)
    for _ in range(chance.choice((1, 1, 2, 4))):
        spots = list(places(event))
        if not spots:
            return anything(chance)
        change(chance, *chance.choice(spots), others)
    return event if chance.random() < 0.99 else anything(chance)


def change(chance: random.Random, holder: Any, key: Any, others: list[Json]) -> None:
    old, dice = holder[key], chance.random()
    if dice < 0.45:
        holder[key] = anything(chance)
    elif dice < 0.6:
        del holder[key]
    elif dice < 0.7:
        spot, name = chance.choice(list(places(chance.choice(others))))
        holder[key] = copy.deepcopy(spot[name])
    elif dice < 0.8 and isinstance(old, list) and old:
        holder[key] = old * chance.choice((2, 30, 150))
    elif dice < 0.88 and isinstance(holder, dict):
        holder[chance.choice(("text", "payload", "geo", "action", "reply_message", "attachments", "x"))] = holder.pop(
            key
        )
    else:
        holder[key] = [old] if chance.random() < 0.5 else str(old)
