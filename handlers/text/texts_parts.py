"""Several problems in one message: what is said of them. Words only."""

from __future__ import annotations

from collections.abc import Sequence

EACH = "По отдельности"
WHOLE = "Одним сообщением"


def question(problems: Sequence[str]) -> str:
    """The question whether to send the problems apart, with their list."""
    listed = "\n".join(f"{number}. {problem}" for number, problem in enumerate(problems, 1))
    return f"Здесь несколько проблем:\n{listed}\n\nПо отдельности ответят быстрее. Как отправить?"


def perhaps(problems: Sequence[str]) -> str:
    """A hint that the message may hold several matters."""
    named = ", ".join(f"«{problem}»" for problem in problems)
    return f"Похоже, это разные дела: {named}. По отдельности ответят быстрее."


def following(left: int) -> str:
    """That the next problem follows; `left`: how many come after it."""
    return "Теперь следующая проблема." if left else "Теперь последняя проблема."
