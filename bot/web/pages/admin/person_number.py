"""The number of a person's page, as people type or copy it. Pages with a name of their own are known to VK only."""

from __future__ import annotations

from states.messages import is_person

NEEDED = "Нужен номер страницы: 123456 или vk.com/id123456."


def person_number(typed: str) -> int | None:
    """The account number that was typed, alone or in an address; None where it is not the number of a person."""
    digits = typed.rpartition("id")[2]
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12 and is_person(int(digits))):
        return None
    return int(digits)
