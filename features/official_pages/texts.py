"""What is said to a resident who asks where the official page of a body is. Words only, as in texts.py."""

from __future__ import annotations

from collections.abc import Sequence

WRITE = "Написать об этом"
MARK = "госметка"
NONE = "Такой официальной страницы в реестре нет. Проверьте номер и город."
HERE = "Сообщить о проблеме можно прямо здесь."


def one(page: str) -> str:
    """To a resident: the one page."""
    return f"Вот официальная страница.\n{page}"


def several(pages: Sequence[str], left: str) -> str:
    """To a resident: several pages, and how many more."""
    told = "\n".join(f"• {page}" for page in pages)
    return f"Вот официальные страницы.\n{told}" + (f"\nЕсть ещё {left}: уточните номер или город." if left else "")


def maybe(pages: str) -> str:
    """Pages on which the answer to a question may stand."""
    return f"{pages}\nОтвет может быть там."


def missing(body: str, *, soon: bool) -> str:
    """To a resident: the body has no page yet."""
    return f"{body}: официальной страницы пока нет{', её готовят' if soon else ''}. {HERE}"


def unknown() -> str:
    """To a resident: the body is not in the registry."""
    return f"{NONE} {HERE}"


def line(body: str, address: str, *, marked: bool) -> str:
    """One page as residents read it: whose it is, its address, and whether it has the state mark."""
    return f"{body}: {address}" + (f" ({MARK})" if marked else "")
