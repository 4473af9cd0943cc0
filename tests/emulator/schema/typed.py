"""Answers and events read by vkbottle as it reads VK's: through its typed categories and its event models. A field
that it drops or changes is said as well. It must never touch the network."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Any

import pydantic
from vkbottle import API, VKAPIError
from vkbottle.api.response_validator import VKAPIErrorResponseValidator
from vkbottle.tools.mini_types.bot import message_min
from vkbottle.tools.mini_types.bot.message_event import MessageEventMin
from vkbottle_types.events import bot_events, user_events
from vkbottle_types.events.enums import GroupEventType


class Canned:
    """Stands where vkbottle's client would be and gives out one body."""

    def __init__(self, body: Any) -> None:
        self.body = body

    async def request(self, method: str, params: Any) -> Any:
        return self.body


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda found: "_" + found[1].lower(), name)


def answer_problems(method: str, params: dict[str, Any], body: Any) -> list[str]:
    section, _, name = method.partition(".")
    category = getattr(API("token"), section, None)
    called = getattr(type(category)(Canned(body)), snake(name), None) if name else None
    if called is None:
        return ["not in vkbottle-types"]
    try:
        made = asyncio.run(called(**params))
    except pydantic.ValidationError as error:
        return sorted({_place(one) for one in error.errors()})
    return sorted(set(_differences(body["response"], plain(made))))


def event_problems(event: dict[str, Any]) -> list[str]:
    """As `BotMessageView` and `RawBotEventView` do: the light models for messages and presses, else the raw one."""
    kind = GroupEventType(event["type"])
    if kind.value != event["type"]:
        return ["not in vkbottle-types"]
    model = getattr(bot_events, "".join(word.capitalize() for word in event["type"].split("_")))
    try:
        made = plain(model(**event))
        if event["type"] == "message_new":
            message_min(event, API("token"))
        if event["type"] == "message_event":
            MessageEventMin(**event)
    except pydantic.ValidationError as error:
        return sorted({_place(one) for one in error.errors()})
    return sorted(set(_differences(event["object"], made["object"], ".object")))


def update_problems(update: list[Any]) -> list[str]:
    """One update of a person's long poll, by the model that vkbottle has for its number."""
    model = USER_EVENTS.get(update[0])
    if model is None:
        return ["not in vkbottle-types"]
    try:
        model.parse(update[1:])
    except Exception as error:  # noqa: BLE001 - msgspec's own errors and those of its hooks
        return [f"{type(error).__name__}: {error}"[:140]]
    return []


USER_EVENTS: dict[int, Any] = {
    2: user_events.MessageSetFlags,
    4: user_events.MessageNew,
    5: user_events.MessageEdit,
    6: user_events.InRead,
    7: user_events.OutRead,
    61: user_events.DialogTypingState,
    62: user_events.ChatTypingState,
    119: user_events.RawUserEvent,  # vkbottle knows the number (CALLBACK_BUTTON_REPLY) and has no model
}


def error_problems(method: str, error: dict[str, Any]) -> list[str]:
    """vkbottle must raise the error with its code, whatever else is in it."""
    checked = VKAPIErrorResponseValidator().validate(method, {}, {"error": dict(error)}, API("token"))
    try:
        asyncio.run(checked)
    except VKAPIError as raised:
        same = raised.code == error["error_code"]
        return [] if same else [f"code {raised.code} instead of {error['error_code']}"]
    return ["vkbottle raised nothing"]


def _place(error: Any) -> str:
    where = "".join("[]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    return f"{where.removeprefix('.response')} {error['msg']}"


def plain(value: Any) -> Any:
    if isinstance(value, pydantic.BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return int(value.timestamp())
    return getattr(value, "value", value)


def _differences(given: Any, made: Any, where: str = "") -> list[str]:
    if isinstance(given, dict) and isinstance(made, dict):
        lost = [f"{where}.{key} is unknown" for key in given if key not in made]
        return lost + [x for key in given if key in made for x in _differences(given[key], made[key], f"{where}.{key}")]
    if isinstance(given, list) and isinstance(made, list) and len(given) == len(made):
        return [x for one, other in zip(given, made, strict=True) for x in _differences(one, other, f"{where}[]")]
    return [] if given == made else [f"{where} {given!r} became {made!r}"[:160]]
