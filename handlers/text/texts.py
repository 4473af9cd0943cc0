"""Every sentence that residents and officials read. Plain, warm, «вы»; «сообщение», never «обращение» (R1, R2).

Words only: what to say when is decided elsewhere. A test reads this file for words that must not be said.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.text import parts
from handlers.text.words import may_be_counted, plural

# Before the first message.


def notice(community: str, formal: str, emergency: str) -> str:
    """R1: what it is, what it is not, where the formal way is, whom to call."""
    return (
        f"Здравствуйте! Это {community}. Передадим сообщение тем, кто отвечает, и пришлём ответ сюда.\n\n"
        f"Это не официальное обращение по 59-ФЗ, его подают здесь: {formal}\n"
        f"Опасность для жизни — звоните {emergency}."
    )


def consent_again() -> str:
    return "Чтобы передать сообщение, нужно ваше согласие. Писать заново не придётся."


CONSENT_ANEW = "Текст согласия изменился, поэтому спрашиваем ещё раз. Писать и нажимать заново не придётся."
CONSENT_GIVEN = "Спасибо!"


def refused(formal: str, emergency: str) -> str:
    """To a resident who did not consent."""
    return (
        "Хорошо. Без согласия сообщение передать не можем, написанное не сохранили.\n\n"
        f"Подать официально: {formal}\nОпасность для жизни — звоните {emergency}."
    )


# The steps.

MENU = "Напишите, что случилось и где."
MENU_WITH_DRAFT = "Есть неотправленное сообщение. Продолжить или начать заново?"
ASK_TEXT = "Напишите, что случилось и где: одну проблему, можно с фото или голосом."
ASK_WORDS = "Получили. Теперь напишите словами, что случилось и где."
ASK_TEXT_AGAIN = "Напишите новый текст. Фото и файлы останутся."
ASK_MORE = "Пишите дальше или пришлите фото: добавим к тому, что уже есть."
ASK_WHICH = "Нажмите нужную кнопку. Хотите что-то добавить — просто напишите."
ASK_TOPIC = "О чём это?"
ASK_SCENE = "Где это: в доме, во дворе или на улице?"
ASK_GROUP = "О чём это? Выберите раздел или напишите словами, например «освещение»."
ASK_PLACE = "Где это? Напишите город или село."
ASK_WHICH_PLACE = "Подходит несколько мест. Где именно?"
ASK_ADDRESS = "Напишите адрес или место: улица и дом, остановка, дорога с километром."


def ask_district(districts: Sequence[str]) -> str:
    """R60: only where a city has them."""
    return f"\nРайон, если знаете: {', '.join(districts)}."


ASK_LEVEL = "Кому написать? Выберите или введите название."
ASK_AGENCY = "Кому именно?"
ASK_CHANGE = "Что изменить?"
TOWN_NEEDED = "Хватит и ближайшего города или села: по нему узнаем, кто отвечает."
STREET_KEPT = "Записали адрес: «{street}». Осталось узнать город или село."
NO_APPEALS = "Вы пока ничего не отправляли."
APPEALS = "Ваши сообщения:"
ADDING = "Пишите: всё, что пришлёте, добавим к сообщению №{code}. Когда закончите, нажмите «Готово»."
ADDED = "Добавили к сообщению №{code}."
CONFIRM_WITHDRAWAL = "Отозвать сообщение №{code}? Его перестанут рассматривать."
HELP = (
    "Напишите, что случилось и где, и нажмите «Отправить»: ответ придёт сюда.\n\n"
    "Словами можно в любой момент: «Мои сообщения», «Мои данные», «Назад», «Отмена», «Начать заново».\n"
    "Опасность для жизни — звоните {emergency}."
)


LANGUAGE = "Дальше пишем по-русски."
"""Said in the language that was chosen."""
CONSENT_IN_RUSSIAN = "Согласие дальше — по-русски: действует русский текст."
"""Before it, to who reads a language that has no text of it."""


def confirm_topic(topic: str) -> str:
    """The question whether this is the topic; a name in quotation marks gets no second ones."""
    named = topic.strip("«»")
    return f"Похоже, это «{named}». Верно?"


def confirm_agency(proper: str, named: str) -> str:
    """The question to whom it goes: `proper` usually answers for it, `named` is who was chosen."""
    return f"Обычно на это отвечает {proper}. Вы выбрали: {named}. Кому отправить?"


# Warnings. None of them stops anything.


def personal_numbers(kinds: str) -> str:
    """To the author, before sending: the text holds personal numbers of these kinds (R19, T12)."""
    return (
        f"В тексте есть {kinds}. Для ответа это не нужно: скроем, сотрудник увидит, только если запросит. "
        "Убрать совсем: «Изменить», «Текст»."
    )


def hidden_numbers(kinds: str) -> str:
    """R19, T12: of what was added to a message that has left already."""
    return f"В тексте есть {kinds}: в чате скрыли, сотрудник увидит, только если запросит."


HEALTH = "Диагнозы писать не нужно."
OBSCENE = "В тексте есть брань. Переписать: «Изменить», «Текст»."

# Who gets it first, and why it is not the agency: after «Кому:» in the preview.

FIRST_CUR = "сначала прочитает центр управления регионом"
FIRST_NOBODY = "сохраним и передадим позже"
FIRST_CRIME = "похоже на преступление"
FIRST_OBSCENE = "в тексте есть брань"
FIRST_COMPLAINT = "это жалоба на тех, кто отвечает"
FIRST_NO_ROUTE = "для этой темы и места ещё не назван тот, кто отвечает"
FIRST_PAUSED = "{agency} новых сообщений пока не берёт"
FIRST_LOST = "чат, где отвечает {agency}, сейчас недоступен"
FIRST_NOT_BOUND = "{agency} здесь ещё не отвечает"

# What is known already (R32).


def same_own(code: str, when: str, words: str, state: str) -> str:
    """The question whether it is about the same as an earlier message of one's own. `words`: how that begins."""
    return f"Похоже на ваше от {when}: «{words}»\nСейчас: {state}. Это о том же?\n№{code}"


def same_of_others(topic: str, place: str, people: int) -> str:
    """The offer to join what others told of; how many they are only where they are enough to stay unknown."""
    wrote = f" Написали: {plural(people, 'житель', 'жителя', 'жителей')}." if may_be_counted(people) else ""
    return (
        f"Об этом уже сообщили. Тема: {topic}. Где: {place}.{wrote}\n\n"
        "«Присоединиться»: дадим номер, ответ придёт и вам."
    )


SAME_STREET = ", на той же улице за последние двое суток"
SAME_GONE = "Похожее сообщение уже закрыто. Отправить ваше отдельно?"
JOINED = "О том же написали и другие: ответ придёт всем."


def joined_note(people: int, where: str) -> str:
    """To somebody who joined others. `people`: how many wrote of it, the reader too; `where`: who answers and until
    when."""
    told = f"Таких сообщений уже {people}, ответ придёт всем." if may_be_counted(people) else JOINED
    return f"{told} {where}"


# Questions, thanks, the end.


ASKED_STILL = "Ждём вашего ответа на вопрос: "


def asked_still(named: Sequence[str]) -> str:
    """Above the menu: questions that still wait for an answer. `named`: what each question is about."""
    if len(named) == 1:
        return f"{ASKED_STILL}{named[0]}. Можно ответить прямо сюда."
    return "\n".join(["Ждём ваших ответов на вопросы:", *(f"— {name}" for name in named), "Можно ответить прямо сюда."])


REPLIED = "Передали ваш ответ по сообщению №{code}."
REPLIED_FREELY = "Если это о другой проблеме, нажмите «Написать сообщение»."
WHICH_REPLY = "Вам задали вопросы по нескольким сообщениям. По какому этот ответ?"
THANKS = "И вам спасибо!"
THANKS_SOLVED = "И вам спасибо! Если вопрос по сообщению №{code} решён, нажмите «Решено»."
SOLVED_OR_NOT = "Вопрос решён?"
SOLVED = "Рады, что вопрос решён. Сообщение №{code} закрыли."
ASK_RATING = "Оцените, пожалуйста, ответ по сообщению №{code}: 5 — отлично, 1 — плохо."
RATED = "Спасибо, оценку записали: {mark}."
WHAT_IS_LEFT = "Напишите, что осталось не так: это увидят вместе с сообщением."
REOPENED_ENOUGH = (
    "Сообщение №{code} уже открывали снова {times}. Если вопрос всё ещё не решён, подайте официально: {formal}"
)
UNSATISFIED = "Если ответ вас не устроил, можно подать официально: {formal}"
NOT_NOW = "С сообщением №{code} этого сейчас сделать нельзя: {status}."


def blocked(until: str, formal: str, emergency: str) -> str:
    """To a resident who is blocked until this day."""
    return (
        f"До {until} мы не принимаем от вас новых сообщений. Прежние сообщения и ваши данные доступны: «Мои "
        f"сообщения», «Мои данные».\n\nПодать официально: {formal}\nПри угрозе жизни звоните {emergency}."
    )


# Short answers.

CANCELLED = "Черновик убрали."
STALE = "Эта кнопка осталась от прошлого шага, сейчас она ничего не меняет."
NOT_YOURS = "Такого сообщения среди ваших нет."
ALREADY_SENT = "Это сообщение уже отправлено: №{code}."
TEXT_ADDED = "Добавили к описанию."
PRESS_SEND = "Если всё так, нажмите «Отправить»."
ADDRESS_FOR = "Адрес нужен тем, кто приедет смотреть."
ADDRESS_UNSEEN = "Вашего адреса мы не видим."
FILE_ADDED = "Добавили к сообщению."
EDIT_TAKEN = "Правку учли."
FILES_REMOVED = "Фото и файлы убрали. Если нужно, пришлите другие."
TOO_OFTEN = (
    "Вы пишете очень часто, поэтому отвечаем не на всё. Подождите минуту и продолжайте. "
    "Проверьте потом, всё ли на месте: чего не окажется, напишите ещё раз."
)
ENOUGH_TODAY = (
    "За сутки вы отправили уже {count}, больше пока нельзя. "
    "Это сообщение остаётся черновиком: отправьте его завтра. При угрозе жизни звоните {emergency}."
)
ENOUGH_OPEN = (
    "У вас уже {count} без ответа, больше пока нельзя. "
    "Это сообщение остаётся черновиком: отправьте его, когда ответят на одно из прежних. "
    "При угрозе жизни звоните {emergency}."
)
DRAFT_FULL = "Больше в одно сообщение не поместится. Отправьте то, что есть, а остальное напишите следующим."
APPEAL_FULL = "К сообщению №{code} больше добавить нельзя: оно и так очень длинное. Напишите новое."
LETTERS_ONLY = "Это сообщение не удалось прочитать. Напишите, пожалуйста, словами."
CANNOT_ADD = "Сообщение №{code} уже закрыто, дополнить его нельзя. Если проблема осталась, напишите новое."
ADDING_OVER = "К сообщению №{code} уже ничего не добавить, поэтому начали новое. Если не нужно, нажмите «Отмена»."
OR_NOT_SOLVED = "Если прежний вопрос не решён, нажмите «Не решено»: его откроют снова."
CANNOT_WITHDRAW = "Сообщение №{code} уже нельзя отозвать: {status}."
WITHDRAWN = "Сообщение №{code} отозвано."


def already_sent(count: int) -> str:
    """Answers that nobody can take back any more; nothing where there is none."""
    if count < 2:
        return " Один ответ уже отправлен." if count else ""
    return f" Уже отправили {plural(count, 'ответ', 'ответа', 'ответов')}."


SAY_AGAIN = (
    "Не получилось прочитать то, что вы написали до согласия: ВКонтакте это уже не отдаёт. "
    "Напишите, пожалуйста, ещё раз, что случилось и где."
)
POISONED = "Ваше сообщение сохранено, его посмотрит сотрудник."
POISONED_IN_CHAT = (
    "Одно сообщение этого чата не удалось обработать. Оно сохранено, администратор его увидит. "
    "Если это был ответ жителю, отправьте его ещё раз."
)


def accepted(code: str, where: str) -> str:
    """R4, R35: the number stands last, alone in its line."""
    return f"✅ Приняли. {where}\n№{code}"


def now_with(code: str, where: str) -> str:
    """To the author: somebody for the message has appeared."""
    return f"{where}\nСообщение №{code}"


WILL_ANSWER = "Ответит {agency}."
WILL_ANSWER_BY = "Ответит {agency} {term}."
WAITS_FOR_CUR = "Сначала прочитает центр управления регионом: там решат, кто ответит."
WAITS_FOR_CUR_BY = "Сначала прочитает центр управления регионом: {term} решит, кто ответит."
WAITS = "Передадим, как только появится кому, и скажем вам."


def corrected_address(was: str, now: str, where: str) -> str:
    """To the author: the address was corrected. `where`: who has it and until when."""
    return f"Исправили: было «{was}», стало «{now}». {where}".strip()


def re_routed(code: str, agency: str) -> str:
    """To the author: another agency has the message now."""
    return f"Сообщение №{code} передали: {agency}."


def taken_to_work(code: str, agency: str) -> str:
    """To the author: an agency has begun to work on it."""
    return f"Сообщение №{code} приняли в работу: {agency}."


def returned(code: str) -> str:
    """To the author: the agency gave the message back to the ЦУР."""
    return f"Сообщение №{code} передано в центр управления регионом: там уточнят, кто за это отвечает."


WITHOUT_WORDS = "Ответ во вложении."


def answer_head(code: str) -> str:
    """The first words of every answer; after a restore an answer is known by them."""
    return f"Ответ на сообщение №{code}"


def answer(code: str, agency: str, text: str) -> str:
    """To the author: the answer with its number and who answers."""
    body = text or WITHOUT_WORDS
    return f"{answer_head(code)}\n{agency}:\n\n{body}"


def beside(code: str, agency: str, text: str, *, corrects: bool) -> str:
    """A second answer, which takes the place of the first or adds to it."""
    what = "Исправленный ответ" if corrects else "Дополнение к ответу"
    return f"{what} на сообщение №{code}\n{agency}:\n\n{text or 'Ответ во вложении.'}"


FORWARDED = "Переслано: "


def read_under_post(words: str) -> str:
    """The comment from which the resident came."""
    return f"Прочитали ваш комментарий: «{words}». Не то или не всё — напишите."


def forwarded_words(words: str) -> str:
    """The words of a message that the resident forwarded, marked as such."""
    return f"{FORWARDED}{words}"


def lost_files(lost: Sequence[str], most: int = parts.NOTE) -> str:
    """The line about files that did not go. Those that do not fit into so many units are counted: what stands last must
    not be cut away."""
    said = f"Не удалось передать: {', '.join(lost)}."
    for named in range(len(lost) - 1, -1, -1):
        if parts.units(said) <= most:
            break
        others = plural(len(lost) - named, "файл", "файла", "файлов")
        counted = f"ещё {others}" if named else others
        said = f"Не удалось передать: {', '.join((*lost[:named], counted))}."
    return said


def ask_to_go_on(until: str) -> str:
    """Of a draft that was left: the question whether to go on, and until when it is kept."""
    return f"Вы начали писать сообщение, но не отправили его. Продолжим? Если нет, {until} мы удалим черновик."


def another_region(named: str, ours: str) -> str:
    """To somebody who names another region's place; no words of the message are lost by it."""
    told = f"{named} — другой регион, там отвечают свои. Здесь только {ours}."
    return f"{told} Если это у нас, напишите город или село."


def nothing_found(typed: str) -> str:
    """No topic fits what was typed."""
    return f"«{typed}» не нашли. Напишите иначе или выберите."
