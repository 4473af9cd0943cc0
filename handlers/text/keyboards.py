"""Rows of buttons, built from what is true. Limits of VK: 40 characters, 10 rows, 40 buttons (vk-api.md §7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.text import actions
from states.directory import Directory
from states.messages import Command
from states.screen import LABEL_LIMIT, Button, ButtonKind, Colour, Keyboard

PER_PAGE = 6
"""Choices on a page: with the rows for pages and for «Назад» they stay well inside ten rows, and on one screen."""

Row = tuple[Button, ...]

BACK = Button("Назад", Command(actions.BACK))
CANCEL = Button("Отмена", Command(actions.CANCEL))
HELP = Button("Помощь", Command(actions.HELP))
MINE = Button("Мои сообщения", Command(actions.MINE))
DATA = Button("Мои данные", Command(actions.DATA))
WRITE = Button("Написать сообщение", Command(actions.WRITE), Colour.PRIMARY)
TO_AGENCY = Button("Написать конкретному органу", Command(actions.TO_AGENCY))
MENU = Button("Меню", Command(actions.START))
RESTART = Button("Начать заново", Command(actions.RESTART))
LEAVE: Row = (BACK, CANCEL)


def label(text: str) -> str:
    """The text cut to the 40 characters of a button."""
    return text if len(text) <= LABEL_LIMIT else text[: LABEL_LIMIT - 1].rstrip() + "…"


def button(text: str, action: str, value: str = "", colour: Colour = Colour.SECONDARY) -> Button:
    """A button that writes a message when pressed."""
    return Button(label(text), Command(action, value), colour)


def callback(text: str, action: str, value: str = "", colour: Colour = Colour.SECONDARY) -> Button:
    """A button that sends an event when pressed and writes nothing."""
    return Button(label(text), Command(action, value), colour, ButtonKind.CALLBACK)


def formal(directory: Directory) -> Button:
    """The way to a real appeal (R5)."""
    return Button("Подать официально", kind=ButtonKind.LINK, link=directory.formal_channel)


def location(text: str) -> Button:
    """A button that sends the resident's place."""
    return Button(label(text), kind=ButtonKind.LOCATION)


def under(*rows: Row) -> Keyboard:
    """A keyboard under the input field."""
    return Keyboard(tuple(row for row in rows if row))


def inline(*rows: Row) -> Keyboard:
    """A keyboard on the message itself."""
    return Keyboard(tuple(row for row in rows if row), inline=True)


def rows_of_one(buttons: Iterable[Button]) -> tuple[Row, ...]:
    """Every button in a row of its own."""
    return tuple((key,) for key in buttons)


def pages(count: int) -> int:
    """How many pages so many rows take; at least one."""
    return max(1, -(-count // PER_PAGE))


def page_of(choices: Sequence[Button], page: int) -> tuple[Row, ...]:
    """One page of choices and, where there are more, a row to turn it."""
    last = pages(len(choices)) - 1
    at = min(max(page, 0), last)
    shown = rows_of_one(choices[at * PER_PAGE : (at + 1) * PER_PAGE])
    turning = []
    if at > 0:
        turning.append(button("← Раньше", actions.PAGE, str(at - 1)))
    if at < last:
        turning.append(button("Ещё →", actions.PAGE, str(at + 1)))
    return (*shown, tuple(turning)) if turning else shown
