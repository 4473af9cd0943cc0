"""The list of the morning in words: what waits, for whom, and what may be done with it (R51).

Words only; counts and names come in. It must never say a word of a resident that is not put in.
"""

from __future__ import annotations

from states.lifecycle.digest import Section

GREETING = "Доброе утро. К {at}:"
AS_OF = "К {at}:"
NOTHING = "К {at} всё разобрано: никто не ждёт."
AGAIN = "Карточка ещё раз, №{code}"
BELOW = "Новая сводка ниже."
COMMENTS = "комментарии: {count} без ответа, старший {wait}"
OLDEST = " (старшее ждёт {wait})"
LATEST = " (старшее на {wait})"
WORST = "Хуже всего: {title}. {who}: срок был {until}."
THRICE_KNOWN = "О том, что втрое дольше срока, центр управления регионом уже знает."
MORE = "Показаны {shown}, старшие сначала. Всего {count}."
NOBODY = "Здесь уже ничего нет."
LINE_WAITS = "{number}. {title}: ждёт {wait}. №{code}"
LINE_TERM = "{number}. {title}: срок {until}. №{code}"
LINE_LATE = "{number}. {title}: {who}, срок был {until}. №{code}"
LINE_LOAD = "{number}. {agency}: {owes}"
LINE_SPIKE = "всплеск: {topic}, {place} {count}"
REMINDED = "Напомнили: {agency}."
REMIND_NOBODY = "Напомнить некому: чат органа недоступен. Направьте другим."
REMIND_NOTHING = "Срочного у них уже нет."
REMINDER = "Центр управления регионом напоминает: {owes}. Ответьте жителям или дайте промежуточный ответ с датой."

NAMES: dict[Section, str] = {
    Section.DANGER: "⚠ опасность",
    Section.OWN_LATE: "срок ЦУР вышел",
    Section.UNASSIGNED: "новые без адресата",
    Section.RETURNED: "вернули",
    Section.REOPENED: "«не решено»",
    Section.NEW: "не принято",
    Section.TODAY: "сегодня истекает",
    Section.OVERDUE: "просрочено",
    Section.THRICE: "втрое дольше срока",
    Section.UNDELIVERED: "не доставлено за неделю",
}


def label(section: Section, count: int) -> str:
    """The label of a section's button: «Без адресата 6»."""
    name = NAMES[section]
    sign, space, word = name.rpartition(" ") if name.startswith("⚠") else ("", "", name)
    return f"{sign}{space}{word[0].upper()}{word[1:]} {count}"


def owes(today: int, overdue: int, late: str = "") -> str:
    """What an agency owes: «просрочено 12 (старшее на 3 дня), сегодня истекает 4»."""
    parts = [f"{NAMES[Section.OVERDUE]} {overdue}{late}"] if overdue else []
    return ", ".join([*parts, *([f"{NAMES[Section.TODAY]} {today}"] if today else [])])
