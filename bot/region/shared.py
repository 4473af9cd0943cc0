"""What is made of the directory that is in use: once a process, by its version, for all who need it.

It must never give what was made of another directory or model, nor keep more than the newest: a matcher takes ten
megabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.region.directory_json import from_json
from matching import Matcher
from matching.judge import TextJudge
from states.directory import Directory

if TYPE_CHECKING:
    from matching.learned.model import Learned

T = TypeVar("T")


class Newest(Generic[T]):
    """The last that was made, under its key."""

    def __init__(self) -> None:
        self._made: tuple[str, T] | None = None

    def of(self, key: str, make: Callable[[], T]) -> T:
        """What was made last under this key, else made now. Without a key nothing is known to be the same."""
        if not key or self._made is None or self._made[0] != key:
            self._made = key, make()
        return self._made[1]


_directory, _matcher, _judge = Newest[Directory](), Newest[Matcher](), Newest[TextJudge]()


def directory_of(text: str) -> Directory:
    """The directory of a text that the database keeps."""
    return _directory.of(sha256(text.encode()).hexdigest(), lambda: from_json(text))


def matcher_of(directory: Directory, learned: Learned | None = None, number: int = 0) -> Matcher:
    """The matcher of a directory, made once for its version. `learned`: the model that decides, under this number."""
    key = f"{directory.version}|{number}" if directory.version else ""
    return _matcher.of(key, lambda: Matcher(directory, learned, number))


def judge_of(directory: Directory) -> TextJudge:
    """The judge of texts for this directory, made once in a process for its version."""
    return _judge.of(directory.version, lambda: TextJudge(directory))
