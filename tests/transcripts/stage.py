"""What a conversation needs of the place it is played in. Two places: the pure core alone, and emulator with bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Heard:
    """One message as a person sees it: words, buttons, how many originals and files it carries.

    `inline`: the buttons stand on the message; others stand under the input field until the next ones replace them.
    """

    text: str
    buttons: tuple[dict[str, Any], ...] = ()
    forwards: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    cmid: int = 0
    author: int = 0
    reply_to: int = 0
    inline: bool = False


@dataclass(frozen=True)
class Words:
    """What a person writes."""

    text: str = ""
    files: tuple[str, ...] = ()
    point: tuple[float, float] | None = None
    reply_to: int = 0
    payload: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Stage(Protocol):
    """`who` is a name of a resident; `chat` a key of an agency's chat. Times pass only by `wait`."""

    async def write(self, who: str, words: Words) -> int: ...
    async def edit(self, who: str, cmid: int, text: str) -> None: ...
    async def write_in(self, chat: str, official: int, words: Words) -> int: ...
    async def press_in(self, chat: str, official: int, cmid: int, payload: str) -> str: ...
    async def dialogue(self, who: str) -> list[Heard]: ...
    async def chat(self, chat: str) -> list[Heard]: ...
    async def breathe(self) -> bool: ...
    async def settle(self) -> None: ...
    async def wait(self, seconds: float) -> None: ...
    async def restart(self) -> None: ...
    async def block(self, who: str, code: int) -> None: ...
    async def remove_bot(self, chat: str) -> None: ...
    async def return_bot(self, chat: str) -> None: ...
    async def unbind(self, chat: str) -> None: ...
    async def refuse(self, method: str, code: int, times: int) -> None: ...
