"""How a call to VK can fail, as three exceptions. None of them ever holds a parameter, a URL or a token (T14)."""

from __future__ import annotations


class VkError(Exception):
    """VK answered with an error. `code` is VK's; the text is VK's own and holds none of our parameters."""

    def __init__(self, method: str, code: int, text: str = "") -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code
        self.text = text


class NotReached(Exception):
    """The request was certainly not carried out: no connection was made."""


class Uncertain(Exception):
    """Nobody knows whether VK carried it out: the answer is missing, broken or not JSON."""


class Garbled(Uncertain):
    """The answer came whole and cannot be read; asked for again it may be the same."""
