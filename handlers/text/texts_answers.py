"""What officials read of words that did not go, or not yet: why, and what to do (R36, R39).

Words only; the first of somebody's words are put in, for he has all of them in his own message.
"""

from __future__ import annotations

from states.lifecycle.tasks import Ask

CORRECTED = "Исправленный ответ"
ADDED = "Дополнительный ответ"
REPLACED = "Ответ по №{code} не ушёл: вместо него уйдёт другой."


def on_its_way(who: str, by: str, title: str, code: str, *, may_add: bool) -> str:
    """`by`: who writes what leaves already; empty where it is the one who is asked."""
    already = f"ответ уже уходит, его пишет {by}" if by else "ваш прежний ответ ещё уходит"
    return beside(who, already, title, code, may_add=may_add)


def arrived(who: str, title: str, code: str, *, may_add: bool) -> str:
    return beside(who, "ответ уже у жителя", title, code, may_add=may_add)


def beside(who: str, already: str, title: str, code: str, *, may_add: bool) -> str:
    what = "Новый заменит его или дополнит?" if may_add else "Новый заменит его?"
    return f"{who}, {already}. {what}\n{title}, №{code}"


def not_chosen(what: str, wanted: Ask | None, title: str, code: str, words: str) -> str:
    """Nobody went on with the bot's question for an hour. `what`: «Ответ», `words`: the first of them."""
    match wanted:
        case Ask.KIND:
            why = "вы не выбрали, что это за ответ"
        case Ask.BESIDE:
            why = "вы не выбрали, заменить прежний или дополнить"
        case _:
            why = "вы не назвали день"
    return f"Ваш {lowered(what)} жителю не ушёл: {why}.{about(title, code, words)}"


def not_sent(what: str, why: str, title: str, code: str, words: str, *, passed_on: bool) -> str:
    """It can't go any more. `why` from the functions below; `passed_on`: the ЦУР has all the words."""
    kept = " Весь текст прочитает центр управления регионом." if passed_on else ""
    return f"Ваш {lowered(what)} жителю не ушёл: {why}.{kept}{about(title, code, words)}"


def laid_off(why: str, title: str, code: str, words: str) -> str:
    """What a note becomes whose words can't be sent any more: its author has read that they did not go."""
    return f"Отправлять уже нечего: {why}.{about(title, code, words)}"


def for_cur(what: str, why: str, agency: str, title: str, code: str, words: str) -> str:
    """All the words, for the ЦУР may pass them on."""
    return f"{what} жителю не ушёл: {why}. Писали: {agency}. {title}, №{code}\n\n«{words}»"


def about(title: str, code: str, words: str) -> str:
    return f"\n{title}, №{code}{f': «{words}»' if words else ''}"


def lowered(what: str) -> str:
    return what[:1].lower() + what[1:]


TOOK_BACK = "житель отозвал сообщение"
ANSWERED = "жителю уже ответили"
CLOSED = "сообщение уже закрыто"
DECLINED = "сообщение уже отклонили"
OUTSIDE = "жителя уже направили к другим"
AWAITS = "другой ответ ждёт согласования"
LEFT = "сообщение уже не у вас"
HERE = "сообщение теперь у вас"
ANEW = "сообщение пришло заново, ответьте на новую карточку"


def merged(lead: str) -> str:
    return f"его рассматривают вместе с №{lead}, ответьте на карточку №{lead}"


def elsewhere(agency: str) -> str:
    return f"сообщение передали: {agency}"
