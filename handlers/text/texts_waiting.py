"""What a resident who waits is told: where it stands, until when, that it is late, that others were hurried (R36).

Words only. Nothing may be promised that the bot does not hold.
"""

from __future__ import annotations

ANSWERS = "{title}: ответит {agency} {until}."
LATE = "{title}: ответ задерживается. Отвечает {agency}, срок был {until}."
NO_TERM = "{title}: отвечает {agency}."
CHOOSING = "{title}: центр управления регионом выбирает, кто ответит."
CHOOSING_BY = "{title}: центр управления регионом {until} решит, кто ответит."
CHOOSING_LATE = "{title}: центр управления регионом ещё не решил, кто ответит, а должен был {until}."
YOURS = "{title}: ждём вашего ответа на вопрос."
ANSWERED = "{title}: ответ уже есть, он в этом диалоге выше."
HURRIED = "Поторопили: в чате увидят, что вы ждёте. Снова можно будет завтра."
HURRIED_ALREADY = "Сегодня мы их уже торопили. Снова можно будет завтра."
HURRY_NOBODY = "Торопить сейчас некого: {state}"
HURRY = "Поторопить"


def late(title: str, until: str, agency: str) -> str:
    """To the author: the term is over; once."""
    return (
        f"Ответ задерживается: {title}. Срок был {until}. Отвечает {agency}: напоминаем каждый рабочий день, "
        "а о долгой задержке узнает центр управления регионом."
    )


def late_route(title: str, until: str) -> str:
    """Tells the resident that the ЦУР has not decided yet who answers, though it should have by `until`."""
    return (
        f"Пока не решили, кто ответит: {title}. Центр управления регионом должен был решить {until}. Он видит, что вы "
        "ждёте, а мы сразу напишем, когда решит."
    )


def in_chat(title: str, term: str, code: str) -> str:
    """To the officials: the resident hurries them."""
    return f"Житель торопит с ответом: {title}{f', {term}' if term else ''}. №{code}"
