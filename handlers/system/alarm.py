"""What the bot's own checks found: one notice to the ЦУР's chat, once a day for most kinds (delivery.md §15).

It says what to do and names nobody: no id, no number of a message, no text of a person.
"""

from __future__ import annotations

from states.decision import Decision, ignore
from states.effects import Kind, Priority, Send
from states.events import TOLD_EACH_TIME, Alarm, AlarmKind
from states.facts import Facts

WHAT = {
    AlarmKind.BOOKS: (
        "Счёт сообщений не сошёлся ({detail}). Бот работает дальше. Сообщите администратору: "
        "python -m bot stats покажет, где разница, а журнал бота — с какого времени."
    ),
    AlarmKind.HISTORY: (
        "Ночная сверка с ВКонтакте нашла расхождения ({detail}). Пропущенные сообщения бот уже забрал. "
        "Сообщите администратору: он увидит их в журнале по слову history_differs."
    ),
    AlarmKind.AUDIT: (
        "Журнал доступа к данным не сходится сам с собой: его могли менять. "
        "Сообщите администратору сегодня: python -m bot audit verify назовёт место."
    ),
    AlarmKind.BACKUP: (
        "Резервная копия не сделана ({detail}). Пока копий нет, при поломке диска пропадут действия сотрудников. "
        "Попросите администратора проверить папку BOT_BACKUP_FOLDER и место на диске."
    ),
    AlarmKind.DRILL: (
        "Учебное восстановление из копии не удалось ({detail}). Сообщите администратору сегодня. Причину назовёт: "
        "python -m bot restore КОПИЯ --keys КЛЮЧИ --check"
    ),
    AlarmKind.DISK: (
        "База данных некоторое время не принимала записи ({detail}). Сообщения не потеряны: они дочитаны из ВКонтакте. "
        "Попросите администратора проверить место на диске, а с PostgreSQL — ещё и его сервер."
    ),
    AlarmKind.HEADS: (
        "Отпечаток журнала доступа не записан ({detail}). Бот работает дальше, но без отпечатков не видно, не отрезали "
        "ли журналу конец. Попросите администратора проверить файл BOT_AUDIT_HEADS_FILE и место на его диске."
    ),
    AlarmKind.UNCOMPARED: (
        "Ночную сверку с ВКонтакте сегодня провести не удалось ({detail}). Бот пробует дальше. "
        "Сообщите администратору: python -m bot check покажет, чего не хватает ключу сообщества."
    ),
    AlarmKind.COMMUNITY: (
        "ВКонтакте больше не принимает ключ: {detail}. Там бот не читает и не отвечает, остальные сообщества работают. "
        "Попросите администратора создать новый ключ и добавить сообщество снова: python -m bot community add."
    ),
    AlarmKind.SIGN_IN: (
        "Вход в панель под вашим именем заперт: десять неверных кодов подряд. Войдите запасным кодом, его вы записали "
        "при первом входе; без него новый телефон разрешит администратор сервера. Если это были не вы, скажите ему "
        "сразу: кто-то открыл ссылку из этой переписки."
    ),
    AlarmKind.RESTORED: (
        "База восстановлена из копии ({detail}). Сообщения и ответы бот дочитает из ВКонтакте, а кнопки, нажатые после "
        "этой копии, могли пропасть: просмотрите карточки за это время и нажмите ещё раз, что нужно."
    ),
}


def rung(facts: Facts, event: Alarm) -> Decision:
    """Tells the ЦУР of what the bot finds wrong with itself: one notice for a kind and a day, or for each time
    (TOLD_EACH_TIME); without a ЦУР's chat only the log has it."""
    to = event.whom or (facts.cur.peer if facts.cur is not None else 0)
    if not to:
        return ignore("чат ЦУР не подключён")
    text = "⚠ " + WHAT[event.kind].format(detail=event.detail)
    at = event.at.astimezone(facts.policy.zone)
    once = f"{at:%Y-%m-%dT%H%M%S}" if event.kind in TOLD_EACH_TIME else at.date().isoformat()
    cause = facts.cause("alarm", to, f"{event.kind.value}.{once}")
    return Decision(effects=(Send(to, cause, text, Kind.NOTICE, Priority.NOTICE),))
