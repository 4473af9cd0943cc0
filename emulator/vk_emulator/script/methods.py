"""Methods of lists and texts in VKScript: push, splice, split and the others. It must never parse code."""

from __future__ import annotations

from typing import Any

from vk_emulator.script.values import Run, Scope, ScriptError, check_length, number, to_text


def calling(value: Run, name: str, arguments: list[Run]) -> Run:
    """Methods of lists and texts that bots use."""

    def run(scope: Scope) -> Any:
        """Calls the method on the value, both worked out now, and counts the work against the script's limit."""
        scope.step()
        owner, given = value(scope), [argument(scope) for argument in arguments]
        if name not in ("push", "pop"):  # those two look at one item, so a long list costs nothing
            scope.weigh(owner, *given)
        if isinstance(owner, list):
            return scope.charge(_of_list(owner, name, given))
        if isinstance(owner, str):
            return scope.charge(_of_text(owner, name, given))
        raise ScriptError(f"unknown method {name}")

    return run


def _of_list(owner: list[Any], name: str, given: list[Any]) -> Any:
    if name == "push" and given:
        owner.append(given[0])
        return len(check_length(owner))
    if name == "pop":
        return owner.pop() if owner else None
    if name == "shift":
        return owner.pop(0) if owner else None
    if name == "unshift" and given:
        owner.insert(0, given[0])
        return len(check_length(owner))
    if name == "slice":
        start, stop = _bounds(given, len(owner))
        return owner[start:stop]
    if name == "splice":
        start = int(number(given[0])) if given else 0
        start = max(start + len(owner), 0) if start < 0 else min(start, len(owner))
        stop = start + max(int(number(given[1])), 0) if len(given) > 1 else len(owner)
        cut, owner[start:stop] = owner[start:stop], given[2:]
        check_length(owner)
        return cut
    if name == "indexOf" and given:
        return owner.index(given[0]) if given[0] in owner else -1
    if name == "concat":
        return check_length(
            [*owner, *(item for value in given for item in (value if isinstance(value, list) else [value]))]
        )
    if name == "join":
        return check_length((to_text(given[0]) if given else ",").join(to_text(item) for item in owner))
    raise ScriptError(f"unknown method {name}")


def _of_text(owner: str, name: str, given: list[Any]) -> Any:
    if name == "split":
        if not given:
            return [owner]
        return owner.split(to_text(given[0])) if to_text(given[0]) else list(owner)
    if name == "concat":
        return check_length(owner + "".join(to_text(value) for value in given))
    if name == "substr":
        start = int(number(given[0])) if given else 0
        return owner[start : start + int(number(given[1]))] if len(given) > 1 else owner[start:]
    if name == "slice":
        start, stop = _bounds(given, len(owner))
        return owner[start:stop]
    if name == "indexOf" and given:
        return owner.find(to_text(given[0]))
    raise ScriptError(f"unknown method {name}")


def _bounds(given: list[Any], length: int) -> tuple[int, int]:
    """The first and the last index of a slice; the whole where none are given."""
    start = int(number(given[0])) if given else 0
    return start, int(number(given[1])) if len(given) > 1 else length
