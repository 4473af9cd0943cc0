"""What the bot and its training process say to each other: a length, then a value as msgpack. Nothing else may cross.

It must never be written into a file: examples are words of people.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from matching.learned.example import Example, Report

LONGEST = 64 * 1024 * 1024
"""Bytes of a frame; a longer one is none of ours."""
SIZE = 4


class Begin(msgspec.Struct, tag="begin"):
    """What to train by: the directory as text, the model in use (empty where there is none), and how many messages and
    people a feature needs."""

    directory: str
    used: bytes
    least: tuple[int, int]


class Some(msgspec.Struct, tag="some"):
    """Some of the examples."""

    examples: list[Example]


class End(msgspec.Struct, tag="end"):
    """There are no more."""


class StepReached(msgspec.Struct, tag="said"):
    """How far it is: the name of a step."""

    step: str


class Done(msgspec.Struct, tag="done"):
    """A model and how good it is."""

    content: bytes
    report: Report


class Few(msgspec.Struct, tag="few"):
    """There are not enough examples."""

    found: int
    wanted: int


class Broke(msgspec.Struct, tag="broke"):
    """Training failed: the class of the fault and where it happened, never what it says."""

    error: str
    at: str


Down = Begin | Some | End
Up = StepReached | Done | Few | Broke

_ENCODER = msgspec.msgpack.Encoder()
_DOWN: msgspec.msgpack.Decoder[Down] = msgspec.msgpack.Decoder(Down)
_UP: msgspec.msgpack.Decoder[Up] = msgspec.msgpack.Decoder(Up)


class NotOurs(ValueError):
    """What came is no frame, or the pipe was closed in the middle of one."""


def pack(value: Down | Up) -> bytes:
    """The value as a frame: its length, then msgpack."""
    body = _ENCODER.encode(value)
    return len(body).to_bytes(SIZE, "big") + body


def size_of(head: bytes) -> int:
    """The length of a frame by its first bytes.

    Raises:
        NotOurs: no frame is so long, or half a length came.
    """
    size = int.from_bytes(head, "big")
    if len(head) != SIZE or size > LONGEST:
        raise NotOurs("no frame begins like this")
    return size


def down(body: bytes) -> Down:
    """The value of a frame to the training process; NotOurs for anything else."""
    try:
        return _DOWN.decode(body)
    except msgspec.MsgspecError as error:
        raise NotOurs(str(error)) from error


def up(body: bytes) -> Up:
    """The value of a frame from the training process; NotOurs for anything else."""
    try:
        return _UP.decode(body)
    except msgspec.MsgspecError as error:
        raise NotOurs(str(error)) from error


def read(pipe: BinaryIO) -> bytes:
    """The next frame of a pipe, without its length.

    Raises:
        NotOurs: the pipe has ended, or holds something else.
    """
    size = size_of(pipe.read(SIZE))
    body = pipe.read(size)
    if len(body) != size:
        raise NotOurs("the pipe ended in the middle of a frame")
    return body
