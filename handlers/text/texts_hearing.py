"""Sentences about a chat that the bot does not hear: what to click there, and what to answer again when it is back."""

from __future__ import annotations

from collections.abc import Sequence

HOW_TO = "откройте участников чата, нажмите на бота и выберите «Назначить администратором»"


TAKES_NOTHING = "Попросите владельца чата: откройте участников, проверьте, что бот там и ему можно писать."
CUR_CARD_REFUSED = "Чат органа не принял карточку: {agency}. Позвоните им или направьте сообщение другому органу."


def no_rights(*, cur: bool) -> str:
    """To a chat where the bot has no rights: VK shows it buttons and commands only."""
    here = "Кнопки и команды с «/» работают." if cur else "До этого новых карточек не будет."
    return (
        f"Бот не видит ваших ответов: он здесь не администратор, и жителям они не уходят. Пожалуйста, {HOW_TO}. {here}"
    )


def cur_no_rights(agency: str) -> str:
    """To the ЦУР: the bot cannot read an agency's chat, and what to ask them for."""
    return (
        f"Бот не видит ответов в чате органа: {agency}. Он там не администратор, и жителям они не уходят. "
        f"Новые сообщения пока приходят вам. Попросите их: {HOW_TO}."
    )


def cur_takes_nothing(agency: str) -> str:
    """To the ЦУР: an agency's chat takes no cards, and what to ask its owner for."""
    return (
        f"Чат органа не принимает карточек: {agency}. Сообщения пока приходят вам. Попросите владельца чата: "
        "откройте участников чата, проверьте, что бот там и ему можно писать."
    )


def left_before(code: str, what: str, text: str, who: str) -> str:
    """To the chat: words whose author has left it; any other official may send them."""
    return (
        f"{what} по №{code} написал(а) {who}. В чате этого сотрудника больше нет, само это жителю не уйдёт: "
        f"отправить может любой из вас.\n\n{text}"
    )


LEFT_BEFORE = "№{code}: жителю не ушло, автора в чате больше нет. Текст передали в центр управления регионом."
ANSWERED_MEANWHILE = "№{code}: жителю не ушло. Пока бот не видел этих слов, на сообщение уже ответили."

HEARD_AGAIN = "Бот снова в чате и видит ваши ответы."
HEARD_AGAIN_READ = "Бот снова в чате, видит ваши ответы и прочитал, что вы писали без него."


def answer_again(since: str, until: str, titles: Sequence[str], more: int, *, returns: bool, partly: bool) -> str:
    """To a chat: what was written was not read, answer again. `partly`: some of it could be read after all, or was read
    before an older copy was put back."""
    if partly:
        lost = f"Из того, что вы писали с {since}, он прочитал не всё. Чего житель не получил, ответьте ещё раз:"
    elif returns:
        lost = f"Написанное с {since} не ушло, ответьте ещё раз:"
    else:
        lost = f"Написанное с {since} до {until} бот не увидел. Если отвечали жителям, ответьте ещё раз:"
    rest = (f"… и ещё {more}: /мои",) if more > 0 else ()
    return "\n".join((f"Бот снова в чате. {lost}" if returns else lost, *(f"— {title}" for title in titles), *rest))
