"""What is said of a message that came through an application: to its resident, and as the reason why it was refused."""

from __future__ import annotations

NO_CONSENT = "Вы не дали согласия на обработку данных. Напишите сообществу «Начать» и ответьте «Даю согласие»."
BLOCKED = "Новые сообщения от вас пока не принимаются. До какого дня, сказано в диалоге с сообществом."
UNKNOWN = "Такой темы или такого муниципалитета в справочнике больше нет. Запросите список заново."
NO_WORDS = "Напишите, что случилось."
NOWHERE = "Для этой темы нужен адрес."
TWICE = "Это сообщение уже принято."


def receipt(app: str, accepted: str) -> str:
    """To a resident whose application sent a message. `accepted` is what everybody reads whose message was taken."""
    return f"Отправлено через «{app}».\n\n{accepted}"
