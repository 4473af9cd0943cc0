"""Parameters of one call, from a form (text) or from VKScript (numbers, lists, objects). Bad ones are
refused with code 100 as in VK; it must never raise anything but `Refusal`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Json

INT64 = 2**63


def no_constant(name: str) -> Any:
    """Refuses NaN and Infinity, which Python's JSON would take."""
    raise ValueError(f"{name} is not JSON")


def finite(text: str) -> float:
    """1e999 would come back as Infinity, which is no JSON."""
    made = float(text)
    if not math.isfinite(made):
        raise ValueError(f"{text[:20]} is too large")
    return made


def parse_json(text: str) -> Any:
    """Strict JSON; every failure, too deep nesting included, is a ValueError."""
    try:
        return json.loads(text, parse_constant=no_constant, parse_float=finite)
    except RecursionError as error:
        raise ValueError("too deep") from error


def is_json(value: Any) -> bool:
    """Whether a value that VKScript or a caller in this process gives can be told to anybody: no NaN, no Infinity."""
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return False
    return True


class Params:
    """The parameters of one call; what is wrong with one is refused with error 100, as in VK."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def has(self, name: str) -> bool:
        """Whether the parameter is given and not empty."""
        return self.raw.get(name) not in (None, "")

    def first(self, *names: str) -> str:
        """The first of several names for the same thing that is present (else the first name)."""
        return next((name for name in names if self.has(name)), names[0])

    def text(self, name: str, default: str = "", limit: int = 0) -> str:
        """A parameter as text. `limit`: a longer one is refused as VK does; 0 for none."""
        value = self.raw.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            made = "1" if value else "0"
        elif isinstance(value, (dict, list)):
            made = json.dumps(value, ensure_ascii=False)
        else:
            made = str(value)
        if limit and len(made) > limit:
            raise bad_parameter(f"{name} is too long")
        return made

    def required_text(self, name: str, limit: int = 0) -> str:
        """The parameter as text; error 100 where it is missing or empty."""
        made = self.text(name, limit=limit)
        if not made:
            raise bad_parameter(f"{name} is undefined")
        return made

    def integer(
        self,
        name: str,
        default: int | None = None,
        low: int = -INT64,
        high: int = INT64 - 1,
    ) -> int:
        """The parameter as a whole number within these bounds; Refusal otherwise."""
        if not self.has(name):
            if default is None:
                raise bad_parameter(f"{name} is undefined")
            return default
        number = as_integer(self.raw[name], name)
        if number < low:
            raise bad_parameter(f"{name} should be greater or equal to {low}")
        if number > high:
            raise bad_parameter(f"{name} should be less or equal to {high}")
        return number

    def number(self, name: str, low: float, high: float) -> float:
        """The parameter as a finite number within these bounds; Refusal otherwise."""
        try:
            made = float(self.text(name))
        except (ValueError, OverflowError) as error:
            raise bad_parameter(f"{name} should be a number") from error
        if not math.isfinite(made) or not low <= made <= high:
            raise bad_parameter(f"{name} should be from {low:g} to {high:g}")
        return made

    def flag(self, name: str, default: bool = False) -> bool:
        """Whether the parameter is on: given, and not 0, false, no or null."""
        if not self.has(name):
            return default
        return self.text(name).lower() not in ("0", "false", "no", "null")

    def strings(self, name: str, limit: int = 0) -> list[str]:
        """The items of a list or of a text with commas; Refusal for more than `limit`."""
        value = self.raw.get(name)
        if isinstance(value, (list, tuple)):
            parts = [str(item).strip() for item in value]
        else:
            parts = [part.strip() for part in self.text(name).split(",")]
        parts = [part for part in parts if part]
        if limit and len(parts) > limit:
            raise bad_parameter(f"{name} should contain at most {limit} items")
        return parts

    def integers(self, name: str, limit: int = 0) -> list[int]:
        """The items as whole numbers; Refusal for anything else."""
        return [as_integer(part, name) for part in self.strings(name, limit)]

    def object(self, name: str) -> Json | None:
        """A JSON object, given as text or (in VKScript) as it is."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = parse_json(value)
            except ValueError as error:
                raise bad_parameter(f"{name} is not a valid JSON") from error
        if not isinstance(value, dict):
            raise bad_parameter(f"{name} should be a JSON object")
        return value


def as_integer(value: Any, name: str) -> int:
    """The value as a whole number of 64 bits; error 100 for anything else. `name` is for its words."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < INT64:
        return int(value)
    try:
        text = str(value).strip()
        number = int(text) if len(text) <= 20 and text.lstrip("+-").isascii() else None
    except ValueError:
        number = None
    if number is None or "_" in text or not -INT64 <= number < INT64:
        raise bad_parameter(f"{name} not integer")
    return number
