"""What officials read of what they announce, and what residents hear of it. Words only, as in texts.py."""

from __future__ import annotations

ANNOUNCE, NOT_NEEDED, END = "Объявить", "Не нужно", "Снять"
ANNOUNCED, ENDED, OVER = "Объявили", "Сняли", "Это объявление уже снято или кончилось."
NOT_YOURS = "Это объявление другого чата."
HOW = "Напишите так: /объявить Отключение горячей воды до 18:00, город, улица"
WHEN = "До какого времени? Напишите «до 18:00», «до завтра 12:00» или «до 3 декабря», не дальше месяца."
PLACE = "В каком муниципалитете? Напишите его через запятую."
TOPIC = "Не поняли, о чём это. Назовите беду, как её назвал бы житель: «нет горячей воды»."
NOT_OURS = "За это здесь отвечает не ваше ведомство. Объявить может оно или ЦУР."
NONE = "Сейчас ничего не объявлено."
HELP = "/объявить отключение до 18:00, город, улица; /объявления"


def preview(words: str, topic: str, where: str, until: str) -> str:
    """What an official reads before announcing."""
    return f"Так прочитают жители: {words}.\nТема: {topic}\nГде: {where}\nДо: {until}\n\nОбъявить?"


def state(words: str, where: str, until: str, done: str) -> str:
    """A notice in one line, after what has become of it."""
    return f"{done}: {words}, {where}, до {until}."


def listed(lines: list[str], more: int) -> str:
    """To a chat: its notices. `more`: so many stand behind those that are shown."""
    numbered = [f"{at}. {line}" for at, line in enumerate(lines, 1)]
    rest = [f"И ещё {more}: будут здесь, когда снимете эти."] if more else []
    return "\n".join(["Объявлено:", *numbered, *rest])


def line(words: str, where: str, until: str) -> str:
    """A notice in a line."""
    return f"{words}, {where}, до {until}"


def known(words: str, where: str, until: str) -> str:
    """What a resident hears before sending: it is known already."""
    return f"Об этом знают: {words}, {where}, до {until}. Всё равно отправить?"
