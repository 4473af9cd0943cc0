"""What officials read of words that did not go, or not yet: why, and what to do (R36, R39).

Words only; the first of somebody's words are put in, for he has all of them in his own message.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.text.words import may_be_counted
from screening.personal_answer import Sign
from states.lifecycle.answers import Share
from states.lifecycle.tasks import Ask

ADDED = "Дополнительный ответ"
STILL_THERE = "У жителя прежний ответ."
REPLACED = "Ответ по №{code} не ушёл: вместо него уйдёт другой."


def corrected(what: str) -> str:
    """The name of what is sent, as corrected: «Исправленный ответ»."""
    return f"Исправленный {with_small_letter(what)}"


REPLY_TO_IT = (
    "Бот этих слов не взял: обычные слова в чате никуда не уходят. Чтобы ответить на вопрос бота, смахните его влево "
    "или нажмите на нём «Ответить»."
)
PRESS_IT = "Бот этих слов не взял: обычные слова в чате никуда не уходят. Нажмите кнопку под его вопросом."

# An official has changed his message, and the resident has what it said before.

CORRECT = "Прислать исправленный"
NO_OFFER = "Этого исправления уже нет: сообщение изменили ещё раз или оно уже уходит."
SAME_AGAIN = "Сообщение снова такое, какой ответ у жителя."
ANSWER_AGAIN = "Чтобы исправить, ответьте на карточку ещё раз."
NOT_HERE = "Сообщение жителя уже не у этого чата, отсюда ответ не исправить."
TAKEN_BACK = "Житель отозвал своё сообщение, исправлять уже нечего."
NOT_ANY_MORE = "Исправить его уже нельзя. Если житель нажмёт «Не решено», ответите заново."
AGREED = (
    "Новый здесь сначала согласует другой человек, поэтому исправить нельзя. Если житель нажмёт «Не решено», ответите "
    "заново."
)


def former(what: str, why_not: str, title: str, code: str) -> str:
    """To an official: the resident has the former words. `why_not`: why the new ones cannot be sent by one press, and
    what to do instead."""
    more = f" {why_not}" if why_not else ""
    return f"У жителя прежний {with_small_letter(what)}: вы изменили своё сообщение.{more}{about(title, code, '')}"


def deleted(what: str, title: str, code: str) -> str:
    """To an official: his message was deleted too late, the resident has the words."""
    said = f"{what} у жителя остался: вы удалили своё сообщение, когда он уже ушёл. {ANSWER_AGAIN}"
    return f"{said}{about(title, code, '')}"


def on_its_way(who: str, by: str, title: str, code: str, *, may_add: bool) -> str:
    """To an official: an answer is already leaving. `by`: who writes it; empty where it is the one who is asked."""
    already = f"ответ уже уходит, его пишет {by}" if by else "ваш прежний ответ ещё уходит"
    return beside(who, already, title, code, may_add=may_add)


def arrived(who: str, title: str, code: str, *, may_add: bool) -> str:
    """To an official: a colleague's answer has already arrived."""
    return beside(who, "ответ уже у жителя", title, code, may_add=may_add)


def beside(who: str, already: str, title: str, code: str, *, may_add: bool) -> str:
    """The question to an official who answers where an answer is on its way: instead of it, or besides?"""
    what = "Новый заменит его или дополнит?" if may_add else "Новый заменит его?"
    return f"{who}, {already}. {what}\n{title}, №{code}"


SIGNS: dict[Sign, str] = {
    Sign.YOU: "обращение к одному («вы», «ваш»)",
    Sign.NAME: "имя",
    Sign.HOUR: "день и час",
    Sign.MONEY: "сумма",
    Sign.NUMBER: "номер",
}
FILE = "файл"
OTHERS_WAIT = "Остальные, кто об этом написал, ждут своего ответа."
SHARED = {Share.ALL: "Всем", Share.ONE: "Только автору"}


def to_all_or_one(who: str, signs: Sequence[str], people: int, title: str, code: str) -> str:
    """The question whether words go to all or to the author only. `people`: how many would read it; of two no count is
    told (R32)."""
    everybody = f"всем {people}" if may_be_counted(people) else "всем, кто об этом написал,"
    return (
        f"{who}, похоже, это для одного: {', '.join(signs)}. Отправить {everybody} или только автору?\n"
        f"{title}, №{code}\nБез выбора через час уйдёт только автору."
    )


def to_all(people: int) -> str:
    """The label of the button that sends words to all."""
    return f"{SHARED[Share.ALL]} {people}" if may_be_counted(people) else SHARED[Share.ALL]


# Its resident has added something before the words left.

ANYWAY = "Отправить всё равно"
CHANGE = "Изменить"
AS_BEFORE = "Отправить прежний"
STOPPED_DRAFT = "Житель уточнил, согласовывать пока нечего: решит автор ответа."


def resident_added(who: str, what: str, words: str, title: str, code: str) -> str:
    """To an official: the resident has added something. `words`: how what was added begins; empty where it is a
    file."""
    said = f"«{words}»" if words else "прислал файл"
    return f"{who}, житель уточнил: {said}. {what} ему ещё не ушёл.\n{title}, №{code}"


def write_anew(who: str, words: str, title: str, code: str) -> str:
    """To an official: write the text anew. `words`: how the former ones begin."""
    return f"{who}, пришлите новый текст ответом на это сообщение.{about(title, code, words)}"


def stopped_words_line(what: str, code: str, words: str, *, again: bool = True) -> str:
    """The line to officials: an answer was not sent because the resident has clarified. `words`: its beginning, ""
    where nobody is asked about it; with words and `again` they are asked to answer once more."""
    anew = f". Было: «{words}»." if words else "."
    todo = " Ответьте на карточку ещё раз." if words and again else ""
    return f"{what} по №{code} не ушёл: житель уточнил{anew}{todo}"


def not_chosen(what: str, wanted: Ask | None, title: str, code: str, words: str) -> str:
    """To an official: nobody went on with the bot's question for an hour. `what`: «Ответ», `words`: the first of
    them."""
    match wanted:
        case Ask.KIND:
            why = "вы не выбрали, что это за ответ"
        case Ask.BESIDE:
            why = "вы не выбрали, заменить прежний или дополнить"
        case Ask.ADDED:
            why = "житель уточнил, и вы не решили, отправлять ли"
        case _:
            why = "вы не назвали день"
    return f"Ваш {with_small_letter(what)} жителю не ушёл: {why}.{about(title, code, words)}"


def not_sent(what: str, why: str, title: str, code: str, words: str, *, passed_on: bool) -> str:
    """To an official: his words can't go any more. `why` from the functions below; `passed_on`: the ЦУР has all the
    words."""
    kept = " Весь текст прочитает центр управления регионом." if passed_on else ""
    return f"Ваш {with_small_letter(what)} жителю не ушёл: {why}.{kept}{about(title, code, words)}"


def laid_off(why: str, title: str, code: str, words: str) -> str:
    """What a note becomes whose words can't be sent any more: its author has read that they did not go."""
    return f"Отправлять уже нечего: {why}.{about(title, code, words)}"


def for_cur(what: str, why: str, agency: str, title: str, code: str, words: str) -> str:
    """All the words, for the ЦУР may pass them on."""
    return f"{what} жителю не ушёл: {why}. Писали: {agency}. {title}, №{code}\n\n«{words}»"


def about(title: str, code: str, words: str) -> str:
    """Which message it is about, on a line of its own: topic, number and the first words."""
    return f"\n{title}, №{code}{f': «{words}»' if words else ''}"


def with_small_letter(what: str) -> str:
    """The words with a small first letter, to stand inside a sentence."""
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
    """Why an answer is refused: the appeal was joined to an incident."""
    return f"его рассматривают вместе с №{lead}, ответьте на карточку №{lead}"


def elsewhere(agency: str) -> str:
    """Why an answer is refused: the appeal was moved to another agency."""
    return f"сообщение передали: {agency}"
