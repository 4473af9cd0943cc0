"""Invariants that need no more than rows, numbers and words, whoever gathered them: a conversation, a simulated world
or a run of kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from screening.acts import Act, written
from states.lifecycle.appeal import MOVES

EMPTY = frozenset({Act.GREETING, Act.ACKNOWLEDGE, Act.YES, Act.NO})
"""Acts of a whole message that tells nothing."""
COMMANDS = frozenset({"отправить", "отмена", "назад", "помощь", "начать", "мои сообщения", "даю согласие", "не даю"})
"""Buttons as somebody types them."""

ENDED = frozenset({"done", "ignored"})
"""States of the inbox in which an event has come to an end."""
HISTORY = 'SELECT code, version, action, "before", after FROM history ORDER BY code, version'
LEGAL = {(move.before.value, move.action.value, move.after.value) for move in MOVES} | {(None, "submit", "waiting")}


def regressed(history: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """I6: an appeal moves along declared edges, each from where the last one led; only moves have a line, so versions
    of lines grow by one or more, from one on."""
    last: dict[str, tuple[int, str | None]] = {}
    for row in history:
        version, status = last.get(row["code"], (0, None))
        legal = (row["before"], row["action"], row["after"]) in LEGAL
        grows = row["version"] > version if version else row["version"] == 1
        if not legal or row["before"] != status or not grows:
            yield f"история {row['code']}: {status} v{version} -> {dict(row)}"
        last[row["code"]] = (row["version"], row["after"])


def used_again(random_ids: Iterable[int | None]) -> Iterator[tuple[int | None, int]]:
    """I7: every message of the bot has a random_id of its own. (the id, how often)"""
    for random_id, times in Counter(random_ids).items():
        if times > 1 or not random_id:
            yield random_id, times


def nowhere(told: Iterable[str], kept: str) -> Iterator[str]:
    """I14: what was told, and stands in none of the words that were kept or said back."""
    return (words for words in told if words not in kept)


def noise(brought: Iterable[str]) -> Iterator[str]:
    """I15: whole messages on a card that are only a command, a courtesy or «да»."""
    told = (words for words in brought if words.strip())  # a bare photo says something
    return (words for words in told if words.strip(" .!").casefold() in COMMANDS or written.act(words) in EMPTY)
