"""`python -m features.learning.child`: trains one model apart from the bot, so nobody waits, and its memory goes.

Everything comes in by standard input and goes out by standard output (frames.py). It opens no file, has no settings
and no key, and says of a fault only where it happened: what it says could hold words of people.
"""

from __future__ import annotations

import os
import resource
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from features.learning import frames
from features.learning.frames import Begin, Broke, Done, Few, NotOurs, Some, StepReached, Up
from matching.learned.example import Example, Least, TooFew

if TYPE_CHECKING:
    from matching.learned.model import Learned

POLITE = 10
"""Whoever has something to do for people goes first."""


def main() -> None:
    """Reads the examples from stdin, trains, and writes frames to stdout."""
    alone()
    into = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints by mistake, the pipe carries frames only
    answer(sys.stdin.buffer, into)


def alone() -> None:
    """Keeps this process apart: it is polite to others, and no image of it is left on a disk when it dies, for it is
    full of words of people."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(POLITE)


def answer(source: BinaryIO, into: BinaryIO) -> None:
    """Trains with the examples from `source` and writes each step, then the model, into `into`."""

    def says(value: Up) -> None:
        """Writes one value to the bot's process."""
        into.write(frames.pack(value))
        into.flush()

    try:
        begin, examples = read_input(source)
        says(train_model(begin, examples, lambda step: says(StepReached(step))))
    except NotOurs:
        return  # whoever asked is gone
    except TooFew as few:
        says(Few(few.found, few.wanted))
    except BrokenPipeError:
        return
    except Exception as error:  # noqa: BLE001 - the bot says that it broke, and where
        says(Broke(type(error).__name__, where(error)))


def read_input(source: BinaryIO) -> tuple[Begin, list[Example]]:
    """Everything that is to be learned from."""
    begin = frames.down(frames.read(source))
    if not isinstance(begin, Begin):
        raise NotOurs("training does not begin like this")
    examples: list[Example] = []
    while isinstance(some := frames.down(frames.read(source)), Some):
        examples += some.examples
    return begin, examples


def train_model(begin: Begin, examples: list[Example], told: Callable[[str], None]) -> Done:
    """The trained model with its report. Raises TooFew for too few examples; `told` gets the name of each step."""
    from bot.region.directory_json import from_json
    from matching.learned.training import train
    from matching.matcher import Matcher

    named = Matcher(from_json(begin.directory)).scores
    made = train(examples, least=Least(*begin.least), named=named, used=in_use(begin.used), told=told)
    return Done(made.content, made.report)


def in_use(content: bytes) -> Learned | None:
    """The model in use; None where there is none, or one that nobody can read: it is to be replaced."""
    from matching.learned.model import Learned, UnreadableModel

    with suppress(UnreadableModel):
        return Learned.of(content) if content else None
    return None


def where(error: BaseException) -> str:
    """The innermost line of our own."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{os.path.basename(frame.filename)}:{frame.lineno}"


if __name__ == "__main__":
    main()
