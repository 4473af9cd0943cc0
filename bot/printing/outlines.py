"""A path's letters as steps: the few commands that our drawings use. It refuses any other instead of leaving it out."""

from __future__ import annotations

import re
from collections.abc import Iterator

Step = tuple[str, float, float]
TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")


def steps(d: str) -> Iterator[Step]:
    """The steps of a path, «move», «line» and «close», in places of the drawing."""
    command, x, y = "", 0.0, 0.0
    tokens = iter(TOKEN.findall(d))
    for token in tokens:
        if token.isalpha():
            command = token
            if command in "zZ":
                yield "close", x, y
                continue
            token = next(tokens)
        x, y = _end_of_step(command, float(token), tokens, x, y)
        yield ("move" if command == "M" else "line"), x, y


def _end_of_step(command: str, first: float, tokens: Iterator[str], x: float, y: float) -> tuple[float, float]:
    match command:
        case "M" | "L":
            return first, float(next(tokens))
        case "l":
            return x + first, y + float(next(tokens))
        case "H":
            return first, y
        case "h":
            return x + first, y
        case "V":
            return x, first
        case "v":
            return x, y + first
        case _:
            raise ValueError(f"no way to print the step {command!r}")
