"""What is said to a resident who came by a link of the region. Words only, as in texts.py; names come in as words."""

from __future__ import annotations

from collections.abc import Sequence


def came(name: str) -> str:
    """Which link the resident came by."""
    return f"Вы пришли по ссылке «{name}»."


def welcome(name: str) -> str:
    """The greeting of somebody new who came by a link."""
    return f"{came(name)} Напишите, что случилось: передадим тем, кто отвечает."


def filled(name: str, what: Sequence[str]) -> str:
    """What the link has filled in. `what` is in the accusative: «тему», «город»."""
    return f"По ссылке «{name}» заполнили {join_with_and(what)}. Не так? Нажмите «Изменить»."


def filled_by_page(name: str, what: Sequence[str]) -> str:
    """What was filled in because the resident writes to this page, whose link counts for everybody who came without
    one. `what` is in the accusative."""
    return f"Это «{name}», поэтому заполнили {join_with_and(what)}. Не так? Нажмите «Изменить»."


def join_with_and(what: Sequence[str]) -> str:
    """«тему, место и адрес»."""
    *first, last = what
    return f"{', '.join(first)} и {last}" if first else last
