"""Every sentence that officials and the ЦУР read in their chats. Plain and short; «сообщение», never «обращение» (R2).

Words only: what to say when is decided elsewhere. Nothing of a resident stands here but what is put in.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.text.words import may_be_counted, plural

# Chats as such.


def chat_not_bound() -> str:
    """The first words in a chat that no agency has: how to bind it."""
    return (
        "Здравствуйте! Этот чат ещё не подключён к приёмной. Чтобы подключить, администратор даёт одноразовый код, "
        "и кто-нибудь из вас пишет здесь: /код и сам код."
    )


def chat_bound(agency: str) -> str:
    """What a chat reads when it is bound: how residents are answered from it."""
    return (
        f"Чат подключён: {agency}.\n\nСюда будут приходить сообщения жителей. Чтобы ответить жителю, ответьте "
        "на карточку его сообщения (смахните её или нажмите «Ответить»). Обычные разговоры в чате жителям "
        "не передаются. Подсказка: /помощь"
    )


CODE_WRONG = "Код не подошёл. Проверьте его или попросите новый: код действует 10 минут и только один раз."
CODE_LOCKED = "Код не подошёл пятый раз. Час коды здесь не принимаем: потом попросите у администратора новый."
CUR_CODE_LOCKED = (
    "В чате № {number}, который не подключён, пять раз подряд ввели неверный код. Час коды там не принимаются. "
    "Если это ваши коллеги, администратор снимет запрет: python -m bot chat unlock {number}"
)
BOUND_NOTICE = (
    "К приёмной подключили чат «{title}»: {agency}.\nКто ввёл код: {by}. Владелец чата: {owner}.\n"
    "Участники ({count}): {people}.\nЕсли это не их чат, отключите его: сутки это может сделать любой из вас."
)
UNBIND_LATE = "Прошло больше суток: чат отключает администратор."
UNBIND_OVER = "Этот чат уже отключён или подключён заново."
UNBOUND_HERE = "Центр управления регионом отключил этот чат от приёмной. Чтобы подключить снова, нужен новый код."
UNBOUND = "Чат отключён: {agency}. Сообщения этого органа ждут у вас."
CODE_ALREADY = "Этот чат уже подключён: {agency}."
CODE_SECOND = "У этого органа уже есть чат: {agency}. Сначала администратор отключает прежний."


CHAT_HELP = (
    "Как отвечать жителям:\n"
    "— Ответьте на карточку: ваш текст, фото и документы уйдут жителю через {seconds}. До этого ответ можно отменить "
    "или сделать промежуточным. Если непонятно, что это за ответ, бот спросит.\n"
    "— Кнопки под карточкой: «Принять», «Ответить», «Не наше»; остальное под «Ещё».\n"
    "— Словами, в ответ на карточку: /ответ, /вопрос, /промежуточный, /отложить, /отклонить, /закрыть и текст.\n"
    "— Списки: /мои, /просрочено, /найти 0714. Что было с сообщением: /история в ответ на карточку.\n"
    "— Обычные сообщения и всё, что начинается с //, жителю не уходит.\n"
    "— Пока ответ не ушёл, его можно изменить или удалить в чате. Измените позже — бот предложит прислать исправленный."
)
CHAT_HELP_CUR = (
    "\n\nДля ЦУР, в ответ на карточку:\n"
    "— /направить название органа; /повтор 0714-XXXX; /объединить 0714-XXXX; /отделить\n"
    "— /всем текст: всем жителям этого происшествия\n"
    "— /заблокировать до даты; /разблокировать\n"
    "Без карточки: /пауза орган до даты; /возобновить орган"
)
"""Without its end: after it stand the commands of features."""
LEFT_OUT = "Такая возможность здесь отключена."
UNKNOWN_COMMAND = "Такой команды нет. Подсказка: /помощь"
NEAREST_COMMAND = "Такой команды нет. Может быть, /{word}? Все команды: /помощь"
NOT_ADMITTED = "Жителю это не ушло: вас ещё не допустили к ответам. Попросите центр управления регионом."

NOT_ADMITTED_SHORT = "Вас ещё не допустили. Попросите центр управления регионом."

# Answers on their way.


def to_people(others: int) -> str:
    """Whom it reaches besides the author of the leading message, in words; no count of two (R32)."""
    everybody = (
        plural(others + 1, "жителю", "жителям", "жителям")
        if may_be_counted(others + 1)
        else "всем, кто об этом написал,"
    )
    return everybody if others else "жителю"


def will_leave(code: str, seconds: int, what: str = "Ответ", others: int = 0) -> str:
    """To the official: in how many seconds his words leave, and to how many others."""
    return f"{what} по №{code} уйдёт {to_people(others)} через {plural(seconds, 'секунду', 'секунды', 'секунд')}."


REWORDED = "Автор изменил сообщение: уйдут новые слова."
DELETED = "Ответ по №{code} не отправили: вы удалили своё сообщение."
CHANGED_TO_NOTHING = "Ответ по №{code} не отправили: вы изменили сообщение, и отправлять в нём больше нечего."
CHANGED_REASON = "Ответ по №{code} не отправили: вы изменили сообщение. Начните заново с карточки."
ANSWER_UNDONE = "Ответ по №{code} отменён, житель его не получит."
TOO_LATE = "Поздно: ответ уже ушёл жителю."
NOT_A_CARD = "Жителю это не ушло: ответьте на карточку с номером сообщения."
NOT_HERE = "Жителю это не ушло: сообщение №{code} сейчас не у этого чата."
MERGED_HERE = "Жителю это не ушло: №{code} рассматривают вместе с №{lead}. Ответьте на карточку №{lead}."
CLOSED_WITHDRAWN = "Жителю это не ушло: он отозвал сообщение №{code}."
NOTHING_TO_SEND = "Жителю это не ушло: такое вложение передать нельзя. Напишите словами, приложите фото или документ."
EMPTY_ANSWER = "Проверьте: из ответа не видно, что сделано, когда сделают или почему нет."
SAME_ANSWER = "Проверьте: слово в слово так уже отвечали другому жителю."
BUTTON_STALE = "Сейчас так сделать нельзя: {status}."
NOT_THIS_CHAT = "сообщение не у этого чата"
TAKEN = "Приняли. Житель узнает."
UNDONE = "Ответ отменён."
CLOSED = "Закрыли."


def will_return(code: str, seconds: int, whose: str) -> str:
    """The line under «Не наше». `whose` in the agency's opinion; empty where it does not know."""
    where = f"отдадим: {whose}" if whose else "вернём в центр управления регионом"
    return f"Не наше, №{code}: через {plural(seconds, 'секунду', 'секунды', 'секунд')} {where}."


def returned(code: str, to: str) -> str:
    """To a chat that gets an appeal back which was not the other agency's."""
    return f"Не наше, №{code}: теперь здесь — {to}."


def delivered(code: str, at: str, what: str = "Ответ", others: int = 0) -> str:
    """To a chat: the answer has arrived. Of an incident the others get it in the same moment; whoever does not is told
    of by itself."""
    if others:
        return f"✓ {what} по №{code} отправлен {to_people(others)} в {at}."
    return f"✓ {what} по №{code} доставлен жителю в {at}."


def not_delivered(code: str, why: str, error: int, what: str = "Ответ") -> str:
    """To the official: his words did not arrive, why, and VK's error where there is one."""
    number = f" (ошибка {error})" if error else ""
    return f"✗ {what} по №{code} не доставлен: {why}{number}."


RECIPIENT_CLOSED = "житель закрыл сообщения от сообщества. Отправим, как только он снова их откроет"
SET_ASIDE = "ВКонтакте его не принял. Ответ сохранён, администратор его увидит"

# What residents did.


def addition(code: str) -> str:
    """The heading over a resident's addition."""
    return f"Дополнение к №{code} от жителя."


def corrected_line(was: str, now: str) -> str:
    """The line that the address was corrected, on the card too."""
    return f"Адрес исправлен: было «{was}» → «{now}»."


def corrected_address(was: str, now: str, code: str) -> str:
    """To the chat: the author corrected the address; what it was and is."""
    return f"№{code}: житель исправил адрес. Было «{was}», стало «{now}»."


def moved_away(title: str, code: str, agency: str) -> str:
    """To the chat that has it no more, which may not read where it is now."""
    return f"Житель исправил адрес, передали: {agency}. {title}, №{code}"


def addition_of_member(lead: str, code: str) -> str:
    """The head of words that came from somebody who joined the incident."""
    return f"Дополнение к №{lead} от присоединившегося жителя (№{code})."


def thanked(code: str, words: str) -> str:
    """To a chat: a resident says thanks for an answer."""
    return f"Житель благодарит за ответ по №{code}: «{words}»"


def resident_replied(code: str) -> str:
    return f"Житель ответил на вопрос по №{code}."


def joined(code: str, other: str, words: str) -> str:
    """To a chat: one more resident has joined the incident."""
    return f"К сообщению №{code} присоединился ещё один житель (№{other}).\n{words}"


def closed_by_term(days: int) -> str:
    """To a chat: messages are closed today. `days`: so long nobody objected to the answers."""
    term = plural(days, "день", "дня", "дней")
    return (
        f"Сегодня закрываются сообщения, на ответы по которым за {term} никто не возразил. Карточки уже не меняются. "
        "Что было с сообщением: /история в ответ на карточку."
    )


def unread_members_line(people: int) -> str:
    """On the card: how many joined of late whose words stand in no message of the chat."""
    return f"+{plural(people, 'житель', 'жителя', 'жителей')} о том же: «Ещё» → «Что пишут другие»"


SHOWN_ALL = "Слова всех, кто присоединился, уже в чате."


def correction(code: str, text: str) -> str:
    """To a chat: a resident has changed the message."""
    return f"Уточнение к №{code}: житель исправил своё сообщение.\n\n{text}"


def withdrawn_in_chat(code: str, words: Sequence[str] = ()) -> str:
    """To a chat: the resident withdrew the message. `words`: answers to several that do not leave to this one."""
    told = f"Житель отозвал сообщение №{code}. Отвечать не нужно."
    return "\n\n".join((told, *(f"Ему не ушло: «{word}»" for word in words)))


def not_sent_to_withdrawn(code: str, others: int, words: str) -> str:
    """To an official: the words do not go, for the message was withdrawn. `others`: how many still hear the same."""
    count = f"Ещё {plural(others, 'жителю', 'жителям', 'жителям')}" if may_be_counted(others) else "Остальным"
    more = f" {count} уйдёт." if others else ""
    told = f"Жителю это не ушло: он отозвал сообщение №{code}.{more}"
    return f"{told}\n\n«{words}»" if words else told


def not_sent_to_forgotten(*, several: bool = False) -> str:
    """To an official: the words do not go, for the resident is to be erased; nothing else is said. `several`: it was
    said to others too."""
    if several:
        return "Одному из жителей это не уйдёт: он попросил удалить свои данные. Остальным уйдёт."
    return "Жителю это не ушло: он попросил удалить свои данные."


# Why a card comes to the ЦУР.

CUR_NO_ROUTE = "Не нашли, кто отвечает за эту тему и место."
CUR_NOT_BOUND = "Чат органа не подключён: {agency}."
CUR_PAUSED = "Орган на паузе: {agency}."
CUR_CHAT_LOST = "Чат органа недоступен боту: {agency}. Верните бота в чат и дайте ему права администратора."
CUR_UNSEEN = (
    "Не видно, дошла ли карточка до чата органа: {agency}. Спросите там и направьте сообщение ещё раз: будет новая."
)
CUR_NOT_OURS = "Вернули как «не наше»: {agency}."
CUR_NOT_OURS_BUT = "Вернули как «не наше»: {agency}. Считают, что отвечает {whom}."
CUR_CRIME = "Похоже на сообщение о преступлении: решает ЦУР."
CUR_OBSCENE = "В тексте есть грубая брань: решает ЦУР."
CUR_COMPLAINT = "Жалоба на самих отвечающих ({agency}): направьте не им."
CUR_ADDED_CRIME = (
    "№{code}: житель дополнил, и это похоже на сообщение о преступлении. Сообщение сейчас здесь: {agency}. Решает ЦУР."
)
CUR_ADDED_COMPLAINT = (
    "№{code}: житель дополнил, и это жалоба на самих отвечающих ({agency}). Они её видят; кому отвечать, решает ЦУР."
)
CUR_REOPENED = "Житель пишет, что не решено. Прежний ответ дал: {agency}."
CUR_SEPARATED = "Отделено от №{code}: это другая проблема."
ASSIGN_WHOM = "Кому направить? Ответьте на карточку: /направить и название органа."
ASSIGN_UNKNOWN = "Не нашли такой орган или их несколько: {names}. Напишите точнее."
ASSIGN_NO_CHAT = "Чат этого органа не подключён или на паузе: {agency}. Сообщение осталось у вас."
ASSIGNED_ALREADY = "Сообщение №{code} и так у них."
ASSIGNED = "Сообщение №{code} направлено: {agency}."

# Small dialogues. `who` is a mention of the official who is asked.

ASK_KIND = "{who}, что это за ответ по №{code}?"
OTHER_NUMBER = "В тексте номер другого сообщения, №{other}."
ASK_TEMPLATE = "{who}, выберите готовый ответ по №{code} или ответьте на это сообщение его названием."
ASK_DECLINE = "{who}, почему отклоняем №{code}? Житель узнает причину и что делать дальше."
ASK_POSTPONE = (
    "{who}, почему откладываем №{code} и до какого дня? Выберите или ответьте на это сообщение, например: "
    "до 5 декабря: ждём кран"
)
ASK_CLOSE = "{who}, почему закрываем №{code} без ответа? Ответьте на это сообщение словами: житель их прочитает."
ASK_REASON = "{who}, какая причина? Ответьте на это сообщение: она войдёт в ответ по №{code}."
ASK_DAY = "{who}, к какому дню по №{code}? Выберите или ответьте на это сообщение датой, не позже {latest}."
ASK_BLOCK_DAY = "{who}, до какого дня не принимать новых сообщений от автора №{code}?"
ASK_ANSWER = "{who}, ответьте на это сообщение: ваш текст, фото и документы уйдут жителю как ответ по №{code}."
ASK_QUESTION = "{who}, что спросить у жителя по №{code}? Ответьте на это сообщение."
ASK_INTERIM = "{who}, что ответить пока по №{code}? Ответьте на это сообщение: что сделано и что будет к {day}."
ASK_BROADCAST = "{who}, что сообщить всем жителям по №{code}? Ответьте на это сообщение."
ASK_NOT_OURS = "{who}, чьё это? №{code}. Выберите или ответьте на это сообщение названием органа."
GAVE_IT_BACK = "Этот орган возвращает сообщение как не своё: {agency}. Назовите другой или нажмите «Не знаю»."
ASK_ASSIGN = "{who}, кому направить №{code}? Выберите или ответьте на это сообщение названием органа."
ASK_OUTSIDE = "{who}, кто отвечает за №{code}? Житель получит их контакты."
ASK_REPEAT = "{who}, повтором какого сообщения считать №{code}? Ответьте на это сообщение номером."
ASK_MERGE = "{who}, с каким сообщением объединить №{code}? Выберите похожее или ответьте на это сообщение номером."
ASKED_OTHER = "Этот вопрос задан вашему коллеге. Чтобы ответить жителю, ответьте на карточку."
TASK_OVER = "Жителю не ушло: этот вопрос уже закрыт. Ответьте на карточку."
TASK_DROPPED = "Отменили."
NOT_DONE = "По №{code} ничего не сделали: отменено."
NOT_SENT = "Ответ по №{code} не отправили: так решил автор."
ONLY_FILES = "(без слов, только вложение)"


def closed_question(code: str) -> str:
    """In place of a question to an official that has lost its sense."""
    return f"Вопрос по №{code} закрыт, отвечать здесь не нужно."


def rewritten(code: str, words: str) -> str:
    """To an official: the first answer was not sent since another was begun."""
    return f"Не отправили: вы начали по №{code} другое. Прежнее: «{words or ONLY_FILES}»"


NOT_THAT = "Так не получится: выберите вариант кнопкой."
WRONG_NUMBER = "Сообщения с таким номером нет. Номер выглядит так: 0714-K7QF."
SAME_NUMBER = "Это то же самое сообщение."
DATE_NOT_A_DATE = "Не поняли дату. Напишите, например: 5 декабря, до пятницы, через 3 рабочих дня."
DATE_NO_SUCH_DAY = "Такого дня нет. Проверьте дату."
DATE_PAST = "Этот день уже прошёл. Напишите другой."
DATE_AT_REST = "{day} — нерабочий день. Напишите рабочий, например {when}."
DATE_OVER = "Рабочее время в этот день уже закончилось. Напишите другой день, например {when}."
DATE_TOO_FAR = "Так далеко нельзя: не позже {latest}."
WORDS_NEEDED = "Нужны слова: причину житель прочитает."
NO_TEMPLATES = "Готовых ответов у вас нет. Их добавляет администратор в справочник."
POSTPONED_ENOUGH = "№{code} уже откладывали {times}. Ещё раз может отложить только ЦУР."
NO_OUTSIDE = "В справочнике нет внешних контактов. Напишите ответ жителю сами."

# The menu «Ещё».

MORE = "Что сделать с №{code}?"
MENU_DONE = "№{code}: сделано, всё видно на карточке."

# Approval.


def to_approve(code: str, what: str, text: str, who: str) -> str:
    """To the chat: words that another official has to agree to before they leave."""
    return f"{what} по №{code} ждёт согласования. Написал(а) {who}. Согласовать должен другой человек.\n\n{text}"


WAITS_FOR_CONSENT = "Ответ по №{code} ждёт согласования."
APPROVED = "Согласовали."
APPROVE_OWN = "Свой ответ согласовать нельзя: это делает другой человек."
NO_CORRECTION = (
    "Ответ по №{code} уже отправлен, а новый здесь сначала согласует другой человек: исправить отправленный нельзя. "
    "Если житель нажмёт «Не решено», ответите заново."
)
SENT_BACK = "Вернули на доработку."
SENT_BACK_IN_CHAT = "Ответ по №{code} вернули на доработку. Напишите новый ответом на карточку."
NOTHING_TO_APPROVE = "Согласовывать уже нечего."

# Contact and history.

CONTACT = "vk.com/id{user}{numbers}"
HISTORY = "Что было с №{code}:"
NO_HISTORY = "Пока ничего не было."
WHO_NOBODY = "По №{code} пока никто не отвечает."

# Lists.

MINE_NONE = "За вами ничего нет."
OVERDUE_NONE = "Просроченных нет."
FOUND_NONE = "Ничего не нашли."
FIND_WHAT = "Что найти? Напишите /найти и номер или его начало, например: /найти 0714"
MORE_LEFT = "… и ещё есть. Уточните номер: /найти 0714"

# Clocks.


URGENT_SOON = "Срочно: {title}. Ответ нужен до {until}. №{code}"
URGENT_LATE = "Срочно: {title}. Срок был {until}. Ответьте жителю или дайте промежуточный ответ с датой. №{code}"
URGENT_ROUTE = "Срочно, без адресата: {title}. Направьте сейчас, срок {until}. №{code}"
CUR_URGENT_LATE = "Срочно: {title}. {agency}: срок был {until}. Позвоните им или направьте другим. №{code}"
NO_REPLY = "Житель не ответил на вопрос по №{code}. Часы по сообщению снова идут: ответьте по тому, что известно."


def no_calendar(year: int) -> str:
    """To the ЦУР: terms reach into a year without holidays in the calendar."""
    return (
        f"Есть сроки в {year} году, а производственного календаря на него нет: праздники не учтены. "
        "Администратору: впишите год в regions/calendar.json."
    )


# The ЦУР.

CUR_UNDELIVERED = "Не доставлен ответ по №{code} ({agency}): {why}."
UNSEEN_CARD = (
    "Карточку №{code} бот в этом чате не видит, ответ на неё до жителя не дойдёт. Отвечайте командой на это сообщение: "
    "/ответ и текст или /направить и название органа."
)
UNSEEN_WORDS = (
    "Не видно, дошло ли до чата то, что житель написал по №{code} ({agency}). "
    "Спросите, прочитали ли, или направьте сообщение ещё раз: на новой карточке будет всё."
)
CUR_SPIKE = "Всплеск: «{topic}», {place} — {count} за час, обычно {usual}. Проверьте, нет ли общей причины."
MERGED = "№{code} объединили с №{lead}: ответ на карточку №{lead} получат все."
NOTHING_ALIKE = "Похожих, которые можно объединить, уже нет."


def merged_all(lead: str, count: int) -> str:
    """How many joined the one that leads from now on."""
    more = plural(count, "сообщение", "сообщения", "сообщений")
    return f"С №{lead} объединили ещё {more}: ответ на карточку №{lead} получат все."


NOT_SHARED = "№{code} нельзя объединить с другими: {why}. Ответ на него прочтёт только его автор."
NOT_SHARED_TOPIC = "тема «{topic}» не общая для всех"
NOT_SHARED_ANONYMOUS = "автора не называют"
NOT_SHARED_CRIME = "похоже на преступление"
NOT_SHARED_COMPLAINT = "это жалоба на ведомство"
NOT_SHARED_ALARM = "в нём об опасности для человека"
NOT_AMONG_THEM = "Жителю это не ушло: №{code} рассматривают уже отдельно. Ответьте на его карточку."
ASK_ONE_OF_THEM = (
    "Жителю это не ушло: пока №{code} рассматривают вместе с другими, спросить можно только автора карточки. Ответьте "
    "на неё или попросите ЦУР отделить сообщение."
)
NOT_FOR_THEM = "Ответ по №{code} не отправили: его автор отозвал сообщение, а остальным ответ нужен свой."
MIXED = (
    "Эти сообщения ждут ответа вместе, но один ответ на всех им не подходит: его прочтёт только автор главного, "
    "остальные получат свой. Разобрать их можно уже сейчас: откройте карточку и нажмите «Отделить»."
)
MIXED_LEAD = "{title}, №{code}: {why}"
MIXED_MEMBER = "— вместе с ним: {title}, №{code}"
SEPARATED = "№{code} отделили от №{lead}."
NOT_MERGED = "№{code} ни с чем не объединено."
SAME_AUTHOR = "В №{other} уже есть сообщение того же жителя. Отметьте №{code} как повтор."
NOT_THEIR_REPEAT = "Повтор — это сообщения одного жителя, а это разные. Их можно объединить."
NOT_LEADING = "№{code} никого за собой не ведёт: сначала объедините с ним другие сообщения."
IS_REPEAT = "№{code} отмечено как повтор №{other}."
PAUSED = "{agency}: пауза до {day}. Новые сообщения остаются у вас."
RESUMED = "{agency}: снова получает сообщения."
NOT_PAUSED = "{agency}: паузы нет."
PAUSE_WHAT = "Кого и до какого дня? Напишите: /пауза название органа до даты."
BLOCKED = "От автора №{code} не принимаем новых сообщений до {day}. Данные и прежние сообщения ему доступны."
UNBLOCKED = "От автора №{code} снова принимаем сообщения."
NEW_MEMBER = "В чате «{agency}» новый участник: {who}. Допустить к ответам жителям?"
ADMITTED = "{who}: допущен к ответам."
NOT_ADMITTED_NOW = "{who}: к ответам не допущен."
MEMBER_SETTLED = "Это уже решено."
TITLE_CHANGED = "Чат «{agency}» переименовали. Проверьте, что это по-прежнему их чат."
