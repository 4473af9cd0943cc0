"""Every regular expression of the pure code and of matching, on texts made to make it stumble (T8, 1.3.12).

The texts come from the expression itself: what its parts match, repeated, with an end that fits nowhere.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import pkgutil
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import features
import handlers
import matching
import screening
import states
from tests.cost import cost

SHORT, LONG = 2_000, 16_000
"""A text of a resident is cut at 20,000 characters."""

SUSPECT = 0.002
"""Seconds for the short text; who needs more has to do the long one too. A square needs twenty milliseconds."""

SLOWEST = 0.1
"""Seconds of the machine that `tests/cost.py` names, for the long text: it stays far below the 50 ms that a handler may
take for VK's 4,096 characters."""

ENDS = ("", "!", "ъ", "\n0")
ALWAYS = ("a", "я", "0", " ", "а я ", "0 0", "-", ".", "\n", "aя", "@a.", "ул. ", "д. 5 ", "не ", "1-1 ")


@dataclass(frozen=True)
class Found:
    where: str
    pattern: re.Pattern[str]


def every() -> list[Found]:
    """All compiled expressions that stand in a module, in a container of one, or as a class attribute."""
    found: dict[tuple[str, int], Found] = {}
    for package in (states, screening, handlers, matching, features):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if package is features and not {"model", "handlers"} & set(info.name.split(".")):
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                for pattern in inside(value, 0):
                    found.setdefault((pattern.pattern, pattern.flags), Found(f"{info.name}.{name}", pattern))
            for one in written_inside(info.name, inspect.getsource(module)):
                found.setdefault((one.pattern.pattern, one.pattern.flags), one)
    return list(found.values())


PLAIN_WORDS = {"matching.likeness:_spot"}
"""Its list has nothing but short words between borders."""

MAKERS = {"search", "match", "fullmatch", "findall", "finditer", "sub", "split"}


def written_inside(module: str, source: str) -> Iterator[Found]:
    """Expressions that stand as text in a function: `re.sub("…", …)`."""
    for holder in ast.walk(ast.parse(source)):
        if isinstance(holder, ast.FunctionDef):
            for node in ast.walk(holder):
                if isinstance(node, ast.Call) and made_by(node) in MAKERS:
                    text = node.args[0]
                    if isinstance(text, ast.Constant):
                        yield Found(f"{module}:{holder.name}", re.compile(str(text.value)))
                    else:
                        assert f"{module}:{holder.name}" in PLAIN_WORDS, f"{module}:{node.lineno}: что за выражение?"


def made_by(node: ast.Call) -> str:
    called = node.func
    of_re = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re"
    return called.attr if of_re and isinstance(called, ast.Attribute) else ""


def inside(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, Mapping):
        for inner in itertools.chain(value.keys(), value.values()):
            yield from inside(inner, depth + 1)
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for inner in value:
            yield from inside(inner, depth + 1)
    elif depth < 4 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for name in value.__dataclass_fields__:
            yield from inside(getattr(value, name, None), depth + 1)


def pumps(pattern: re.Pattern[str]) -> list[str]:
    """Short strings out of which a bad text is made: what the repeated parts match, alone and in pairs."""
    pieces = {piece for piece in repeated(parser.parse(pattern.pattern, pattern.flags)) if piece}
    short = sorted(pieces, key=len)[:14]
    pairs = [a + b for a, b in itertools.product(short[:7], repeat=2) if a != b]
    return [*short, *pairs, *ALWAYS]


def repeated(tree: Any) -> Iterator[str]:
    """An example of each part, and of each part that repeats."""
    for op, argument in tree:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield example(argument[2])
            yield from repeated(argument[2])
        elif op is sre.SUBPATTERN:
            yield from repeated(argument[3])
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from repeated(branch)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from repeated(argument[1])
    yield example(tree)


def example(tree: Any) -> str:
    """Something that this part matches."""
    return "".join(one_of(op, argument) for op, argument in tree)[:40]


def one_of(op: Any, argument: Any) -> str:
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.NOT_LITERAL:
        return "x" if argument != ord("x") else "y"
    if op is sre.ANY:
        return "x"
    if op is sre.IN:
        return member(argument)
    if op is sre.BRANCH:
        return example(argument[1][0])
    if op is sre.SUBPATTERN:
        return example(argument[3])
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return example(argument[2]) * max(1, min(argument[0], 3))
    return ""


CLASSES = {sre.CATEGORY_DIGIT: "0", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "я"}
CLASSES |= {sre.CATEGORY_NOT_DIGIT: "x", sre.CATEGORY_NOT_SPACE: "x", sre.CATEGORY_NOT_WORD: "-"}


def member(choices: Iterable[Any]) -> str:
    choices = list(choices)
    if choices and choices[0][0] is sre.NEGATE:
        refused = re.compile("[" + "".join(re.escape(one_of(sre.IN, [choice])) for choice in choices[1:]) + "]")
        return next(one for one in "xя0 -.,!\n@" if not refused.match(one))
    op, argument = choices[0]
    if op is sre.RANGE:
        return chr(argument[0])
    return CLASSES.get(argument, "x") if op is sre.CATEGORY else chr(argument)


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Everything that can be found in it, as `sub` and `finditer` do."""
    begun = time.thread_time()
    for _ in pattern.finditer(text):
        pass
    return time.thread_time() - begun


def worst(pattern: re.Pattern[str]) -> tuple[float, str]:
    """(seconds for the long text of the kind that takes longest, how it begins and ends). One that is too slow is
    enough."""
    kinds = ((seconds(pattern, text(pump, end, SHORT)), pump, end) for pump in pumps(pattern) for end in ENDS)
    slowest = sorted(kinds, reverse=True)[:3]
    suspects = [one for one in slowest if one[0] > SUSPECT] or slowest[:1]
    found: list[tuple[float, str]] = []
    for (_, pump, end), length in itertools.product(suspects, (LONG // 2, LONG)):
        found.append((least(pattern, text(pump, end, length)), f"{pump!r}…{end!r}"))
        if found[-1][0] > SLOWEST:
            break
    return max(found)


def least(pattern: re.Pattern[str], text: str) -> float:
    """A quick one needs no second run. Of others the least, beside known work of the same moments (tests/cost.py): what
    else the machine does is not measured."""
    first = seconds(pattern, text)
    return first if first <= SLOWEST else cost(lambda: seconds(pattern, text), times=2)


def text(pump: str, end: str, length: int) -> str:
    return (pump * (length // len(pump) + 1))[:length] + end
