"""What a person sees, as data: a text with buttons. It must never know how VK spells a keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from states.messages import Command

LABEL_LIMIT = 40
"""Characters on a button (vk-api.md §7)."""


class Colour(StrEnum):
    """The colours that VK has for buttons, by VK's own words."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    POSITIVE = "positive"
    NEGATIVE = "negative"


class ButtonKind(StrEnum):
    """`TEXT` writes its label into the dialogue (and so is never lost), `CALLBACK` is silent and lives a minute."""

    TEXT = "text"
    CALLBACK = "callback"
    LINK = "link"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Button:
    """A button as people see it: label, what a press means, colour. `link` is for the kind LINK only."""

    label: str
    command: Command = Command("")
    colour: Colour = Colour.SECONDARY
    kind: ButtonKind = ButtonKind.TEXT
    link: str = ""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of buttons. Not inline: it stays under the input field until the next one replaces it."""

    rows: tuple[tuple[Button, ...], ...] = ()
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees at one step. Without a keyboard the one that is shown stays."""

    text: str
    keyboard: Keyboard | None = None
