"""Values and operations of VKScript: truth, arithmetic, members, calls. It must never parse code."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

ApiCall = Callable[[str, Any], Any]
MAX_STEPS = 100_000
MAX_TEXT = 1_000_000
MAX_WORK = 1_000_000  # values looked at or made: a list in itself would be read for ever
MAX_NESTED = 100
NUMERIC = re.compile(r"\s*[-+]?\d+(?:\.\d*)?")
PER_UNIT = 16  # so many characters of text cost as much as one value


class CompileError(Exception):
    pass


class ScriptError(Exception):
    pass


class Scope:
    """The variables of a running script, and how much it has done: operations and work are limited."""

    def __init__(self, api: ApiCall, args: dict[str, Any]) -> None:
        self.api = api
        self.values: dict[str, Any] = {"Args": args, "null": None, "true": True, "false": False}
        self.steps = 0
        self.work = 0

    def step(self) -> None:
        """Counts an operation; ScriptError for too many."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ScriptError("too many operations")

    def spend(self, amount: int) -> None:
        """Counts work in units of size; ScriptError for too much."""
        self.work += amount
        if self.work > MAX_WORK:
            raise ScriptError("too many operations")

    def weigh(self, *values: Any) -> None:
        """Counts the size of values as work, before something is read to its end: text, comparison, an answer."""
        for value in values:
            if isinstance(value, (list, dict, str)):
                self.spend(weight(value, MAX_WORK - self.work))

    def charge(self, value: Any) -> Any:
        """A new list or text that an operation made; what lies in a list is not new."""
        if isinstance(value, (list, str)):
            self.spend(len(value) // PER_UNIT if isinstance(value, str) else len(value))
        return value


Run = Callable[[Scope], Any]


def weight(value: Any, limit: int) -> int:
    """How many values are reached from this one, each as often as it is reached, level by level."""
    total, level, depth = 0, [value], 0
    while level:
        total, depth = total + len(level), depth + 1
        if depth > MAX_NESTED:
            raise ScriptError("too deep")
        following: list[Any] = []
        for item in level:
            if isinstance(item, str):
                total += len(item) // PER_UNIT
            elif isinstance(item, (list, dict)):
                following.extend(item.values() if isinstance(item, dict) else item)
                if total + len(following) > limit:
                    raise ScriptError("too many operations")
        level = following
    return total


def literal(constant: Any) -> Run:
    """What gives a constant; lists and objects anew each time."""
    amount = weight(constant, MAX_WORK)

    def run(scope: Scope) -> Any:
        """Gives the constant; a list or an object anew each time."""
        scope.spend(amount)
        return fresh(constant)

    return run


def fresh(value: Any) -> Any:
    """A copy of a literal, so that a loop makes a new list each time."""
    if isinstance(value, dict):
        return {key: fresh(item) for key, item in value.items()}
    return [fresh(item) for item in value] if isinstance(value, list) else value


def truth(value: Any) -> bool:
    """Whether VKScript takes the value as true: also an empty list or object."""
    return bool(value) or isinstance(value, (list, dict))


def unquote(text: str) -> str:
    """A string literal: JSON's escapes, and the other quote."""
    body = text[1:-1]
    if "\\" not in body:
        return body
    if text[0] == "'":
        body = body.replace("\\'", "'").replace('\\"', '"').replace('"', '\\"')
    try:
        found = json.loads(f'"{body}"', strict=False)
    except ValueError as error:
        raise CompileError("bad string") from error
    return str(found)


def to_text(value: Any) -> str:
    """The value as a script joins it to a text: null and false are "", a list its parts with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return ",".join(to_text(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def number(value: Any) -> float | int:
    """A value as VKScript counts with it: null and booleans as 0 and 1, texts as they are read."""
    if isinstance(value, bool) or value is None:
        return int(bool(value))
    if isinstance(value, (int, float)):
        return value
    return parse_number("parseDouble", value)


def parse_number(how: str, value: Any) -> float | int:
    """The number that a text begins with; 0 when there is none."""
    text = to_text(value)
    prefix = NUMERIC.match(text)
    found = float(prefix[0]) if prefix is not None and len(prefix[0]) <= 300 else 0.0
    whole = found.is_integer() or how == "parseInt"
    if not math.isfinite(found):
        return 0
    return int(found) if whole and abs(found) < 2**63 else found


def parsing(how: str, arguments: list[Run]) -> Run:
    """What reads a number out of its argument (`parseInt`, `parseDouble`)."""

    def run(scope: Scope) -> float | int:
        """Reads a number out of the argument."""
        given = arguments[0](scope) if arguments else None
        scope.weigh(given)
        return parse_number(how, given)

    return run


def calculate(sign: str, left: Any, right: Any) -> Any:
    """The value of an operation; ScriptError for a division by zero."""
    if sign == "+" and (isinstance(left, (str, list)) or isinstance(right, (str, list))):
        if isinstance(left, list) and isinstance(right, list):
            return check_length([*left, *right])
        return check_length(to_text(left) + to_text(right))
    a, b = number(left), number(right)
    if sign in ("/", "%") and b == 0:
        raise ScriptError("division by zero")
    try:
        if sign == "/":
            made: float | int = a / b
            made = int(made) if float(made).is_integer() and abs(made) < 2**53 else made
        else:
            made = _arithmetic(sign, a, b)
    except OverflowError as error:
        raise ScriptError("number too large") from error
    if abs(made) >= 2**63 or made != made:
        raise ScriptError("number too large")
    return made


def _arithmetic(sign: str, a: float | int, b: float | int) -> float | int:
    """The value of plus, minus, times or the remainder."""
    if sign == "+":
        return a + b
    if sign == "-":
        return a - b
    if sign == "*":
        return a * b
    left = abs(a) % abs(b)  # the sign is that of the first, as in JavaScript and PHP; Python takes the second's
    return -left if a < 0 else left


def check_length(value: Any) -> Any:
    """The value itself; ScriptError where a text or a list is longer than a script may make."""
    if len(value) > MAX_TEXT:
        raise ScriptError("value too large")
    return value


def equal(left: Any, right: Any) -> bool:
    """Whether VKScript takes both as equal; of different kinds their texts are compared."""
    if isinstance(left, (str, list, dict)) == isinstance(right, (str, list, dict)):
        return bool(left == right)
    return to_text(left) == to_text(right)


def compare(sign: str, left: Any, right: Any) -> bool:
    """Order of two numbers or two texts. A failed call gives false and its members null, so scripts meet this."""
    if not (isinstance(left, str) and isinstance(right, str)):
        if not (_countable(left) and _countable(right)):
            raise ScriptError("Comparing values of different or unsupported types")
        left, right = number(left), number(right)
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign])


def _countable(value: Any) -> bool:
    """Whether the value counts as a number."""
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and bool(NUMERIC.fullmatch(value)))


def operation(sign: str, left: Run, right: Run) -> Run:
    """What gives the value of an operator with two sides."""
    if sign == "&&":
        return lambda scope: right(scope) if truth(value := left(scope)) else value
    if sign == "||":
        return lambda scope: value if truth(value := left(scope)) else right(scope)

    def run(scope: Scope) -> Any:
        """Works out both sides and applies the operator."""
        a, b = left(scope), right(scope)
        scope.weigh(a, b)
        if sign in ("==", "===", "!=", "!=="):
            return equal(a, b) is sign.startswith("=")
        if sign in ("<", ">", "<=", ">="):
            return compare(sign, a, b)
        return scope.charge(calculate(sign, a, b))

    return run


def get(value: Any, key: Any) -> Any:
    """A member; what is not there is null, as in VK."""
    if isinstance(value, dict):
        return value.get(key if isinstance(key, str) else to_text(key))
    if isinstance(value, (list, str)):
        if key == "length":
            return len(value)
        index = number(key)
        if isinstance(index, int) and 0 <= index < len(value):
            return value[index]
    return None


def lookup(value: Run, key: Run) -> Run:
    """What gives one field or element of a value."""

    def run(scope: Scope) -> Any:
        """Gives one field or element of a value."""
        holder, name = value(scope), key(scope)
        if isinstance(name, (list, dict)):
            scope.weigh(name)
        return get(holder, name)

    return run


def column(value: Run, name: str) -> Run:
    """`list@.field`: that field of each item."""

    def run(scope: Scope) -> Any:
        """Gives this field of each element, as `@.` does; null where it is no list."""
        found = value(scope)
        return scope.charge([get(item, name) for item in found]) if isinstance(found, list) else None

    return run


def assign(target: tuple[Run | None, Run | str], sign: str, old: Run, value: Run) -> Run:
    """What assigns to a variable, a field or an element."""
    holder, key = target

    def run(scope: Scope) -> None:
        scope.step()
        made = value(scope)
        if sign != "=":
            before = old(scope)
            scope.weigh(before, made)
            made = scope.charge(calculate(sign[0], before, made))
        if holder is None or isinstance(key, str):
            scope.values[str(key)] = made
            return
        into, place = holder(scope), key(scope)
        scope.weigh(place)
        if isinstance(into, dict):
            into[to_text(place)] = made
        elif isinstance(into, list) and isinstance(place, int) and 0 <= place <= len(into):
            into[place : place + 1] = [made]
        else:
            raise ScriptError("can't assign to this")

    return run


def api_call(path: str, arguments: list[Run]) -> Run:
    """What calls this method when the script runs; CompileError for more than one argument."""
    if len(arguments) > 1:
        raise CompileError(f"API.{path} takes one object")

    def run(scope: Scope) -> Any:
        """Calls the method of the API with the worked out parameters."""
        scope.step()
        given = arguments[0](scope) if arguments else {}
        scope.weigh(given)
        return scope.api(path, given)

    return run


def delete_field(target: tuple[Run | None, Run | str]) -> Run:
    """`delete object.field`; of a list the item becomes null, as in JavaScript."""
    holder, key = target

    def run(scope: Scope) -> None:
        scope.step()
        if holder is None or isinstance(key, str):
            scope.values[str(key)] = None
            return
        into, place = holder(scope), key(scope)
        scope.weigh(place)
        if isinstance(into, dict):
            into.pop(place if isinstance(place, str) else to_text(place), None)
        elif isinstance(into, list) and isinstance(place, int) and 0 <= place < len(into):
            into[place] = None

    return run
