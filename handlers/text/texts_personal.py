"""Sentences about a resident's own data and rights: what is kept, publication, erasure (R9, R12, R13).

Words only, as in texts.py; days and counts come in as words.
"""

from __future__ import annotations

from collections.abc import Sequence

PROFILE = "номер вашей страницы ВКонтакте и место в этом разговоре"
DRAFT = "неотправленный черновик"


def consent(given: bool) -> str:
    """A line of «Мои данные»: the consent."""
    return "согласие на обработку данных: дано" if given else "согласие на обработку данных: не дано"


def appeals(count: str, files: str) -> str:
    """A line of «Мои данные»: the messages with their files."""
    return f"{count} с текстом, адресом и историей, {files}"


def publication(given: bool) -> str:
    """A line of «Мои данные»: the permission to publish."""
    return "разрешение на публикацию: дано" if given else "разрешение на публикацию: не дано, мы ничего не публикуем"


def blocked(day: str) -> str:
    """A line of «Мои данные»: a block until this day."""
    return f"отметка, что новых сообщений от вас не принимаем до {day}"


def data(kept: Sequence[str]) -> str:
    """The text of «Мои данные» from its lines."""
    lines = "\n".join(f"— {words}" for words in kept)
    return (
        f"Что у нас о вас хранится:\n{lines}\n\n"
        "Имени, телефона и документов мы не спрашиваем: есть только то, что вы написали сами."
    )


def erasure_asked(day: str) -> str:
    """That an erasure was asked for and its last day."""
    return f"Вы попросили удалить ваши данные. Удалим не позднее {day}."


def confirm_erasure(day: str, open_ones: str) -> str:
    """The question before an erasure: its last day, and which open messages are withdrawn by it."""
    withdrawn = f" Ещё отзовём {open_ones}: ответа уже не будет." if open_ones else ""
    return (
        f"Удалить всё, что мы о вас храним? Сделаем это не позднее {day}.{withdrawn}\n\n"
        "Останутся только числа для статистики, без текста и адреса. Вернуть удалённое нельзя. Переписку во "
        "ВКонтакте вы можете удалить сами."
    )


def erasure_taken(day: str, withdrawn: Sequence[str], sent: str = "") -> str:
    """To a resident who asked for erasure. `withdrawn`: what each message was about; `sent`: a line about answers that
    cannot be taken back any more."""
    return f"Хорошо. Удалим ваши данные не позднее {day}.{taken_back(withdrawn)}{sent}\n\n{ANEW}"


def erasure_asked_elsewhere(day: str, withdrawn: Sequence[str], sent: str = "") -> str:
    """To a resident who asked for erasure not in this dialogue: by letter, or to another page of the operator."""
    return f"Вы попросили удалить ваши данные. Удалим не позднее {day}.{taken_back(withdrawn)}{sent}\n\n{ANEW}"


def taken_back(withdrawn: Sequence[str]) -> str:
    """A sentence with the messages that the erasure withdraws; "" where there are none."""
    named = "; ".join(withdrawn)
    what = "открытое сообщение" if len(withdrawn) == 1 else "открытые сообщения"
    return f" Отозвали {what}: {named}." if named else ""


ANEW = "Если захотите написать снова, просто напишите: спросим согласие заново."
ERASED = "То, что было раньше, удалили."
"""Behind the thanks for a consent that came after a request to be erased."""
EXPORTED = "Всё, что мы о вас храним: для чтения и в JSON."
PUBLISHED = "Спасибо, разрешение записали. Отозвать его можно здесь же в любой момент."
NOT_PUBLISHED = "Хорошо, ничего публиковать не будем. На ваши сообщения это не влияет."
UNPUBLISHED = "Разрешение отозвали: больше ничего публиковать не будем."
