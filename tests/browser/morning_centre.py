"""Scenes of the morning with the control centre: not ours, assigning, incidents, crimes, pauses, lists, clocks.

Steps only; no check stands here that `Morning.done` makes after every step.
"""

from __future__ import annotations

import re

from tests.browser.letters import Letter
from tests.browser.morning import CITY, HOUSING, UNDO, Morning
from tests.browser.person import copies, passed

DAY = re.compile(r"^\d+ [а-я]+$")
"""A day on a button."""


async def given_away(day: Morning) -> None:
    """«Не наше»: straight to whom the directory names, and to the control centre, which assigns."""
    s, e, code = day.svetlana, day.elena, day.codes["светофор"]
    await s.act(code, "Не наше")
    await s.pick(f"чьё это? №{code}", re.compile("Миндортранс"))
    await s.told(f"Не наше, №{code}")
    passed(day.sandbox, UNDO)
    await day.becomes("светофор", "routed")
    await day.heard(1012, f"№{code} передали: Министерство дорожного хозяйства")
    await day.done("светофор: передали Миндортрансу")
    code = day.codes["лавки"]
    await day.give_back("лавки")
    await e.told("Вернули как «не наше»: Администрация города Челябинска")
    await day.becomes("лавки", "waiting")
    await day.done("лавки: вернули в ЦУР")
    await e.reply(await e.card(code), "/направить Министерство ЖКХ")
    await e.told(f"№{code} направлено")
    await day.becomes("лавки", "routed")
    await day.heard(1004, f"№{code} передали: Министерство жилищно-коммунального хозяйства")
    await day.done("лавки: ЦУР направил в ЖКХ")


async def together(day: Morning) -> None:
    """Five about one outage: three joined themselves, one is merged by the control centre; all hear the answer once."""
    s, e = day.svetlana, day.elena
    lead, other = day.codes["фонари"], day.codes["фонари-14"]
    await day.give_back("фонари-14")
    await day.done("фонари-14: в ЦУР")
    await e.more(other, "Объединить")
    await e.reply(await e.told(f"с каким сообщением объединить №{other}"), lead)
    await day.becomes("фонари-14", "merged")
    await day.heard(1014, f"№{other} рассмотрят вместе")
    await day.done("фонари-14: объединили")
    await s.answer(lead, "Заменили кабель, фонари горят на всей улице.")
    await s.told(f"Ответ по №{lead} уйдёт 5 жителям через 30 секунд")
    await day.done("фонари: ответ всем ждёт")
    passed(day.sandbox, UNDO)
    for name, who in (
        ("фонари", 1002),
        ("фонари-1", 1001),
        ("фонари-4", 1004),
        ("фонари-5", 1005),
        ("фонари-14", 1014),
    ):
        await day.becomes(name, "answered")
        assert copies(day.sandbox, who, "Заменили кабель") == 1, f"{name}: ответ пришёл не один раз"
    await day.done("фонари: ответ получили все пятеро, каждый один раз")


async def control_centre(day: Morning) -> None:
    """A crime goes to the police, a complaint is answered by the control centre itself, a flooder is blocked."""
    e, code = day.elena, day.codes["закладки"]
    assert "Похоже на сообщение о преступлении" in await (await e.card(code)).inner_text()
    await e.act(code, "Принять", "Приняли")
    await e.more(code, "Дать контакты других")
    await e.pick(f"кто отвечает за №{code}", "Полиция")
    await day.sent("закладки", "outside", "Ответ с контактами", desk=e)
    await day.heard(1013, "Срочно — 102")
    await day.done("закладки: дали контакт полиции")
    code = day.codes["отписки"]
    assert "Жалоба на самих отвечающих" in await (await e.card(code)).inner_text()
    await e.answer(code, "Проверили: двор осмотрели вместе с вами, ямы засыпали вчера.")
    await day.sent("отписки", "answered", desk=e)
    await day.done("отписки: ответил сам ЦУР")
    await day.give_back("реклама")
    code = day.codes["реклама"]
    await e.more(code, "Заблокировать")
    await e.pick(f"не принимать новых сообщений от автора №{code}", DAY)
    await e.told(f"От автора №{code} не принимаем новых сообщений до")
    await e.more(code, "Отклонить")
    await e.pick(f"почему отклоняем №{code}", "Реклама, рассылка")
    await day.sent("реклама", "declined", "Отказ", desk=e)
    day.says(1011, "Ещё дешевле, звоните")
    await day.heard(1011, "мы не принимаем от вас новых сообщений")
    await day.done("реклама: автора заблокировали")


async def housing(day: Morning) -> None:
    """The colleague's other chat: an assigned message and one that came there by itself."""
    i = day.irina
    await i.go(HOUSING)
    await day.done("Ирина открыла чат ЖКХ")
    for name, who, words in (
        ("батареи", 1012, "Насос починили, батареи тёплые с шести утра."),
        ("лавки", 1004, "Лавочки починили и покрасили в понедельник."),
    ):
        code = day.codes[name]
        await i.act(code, "Принять", "Приняли")
        await day.becomes(name, "in_work")
        await day.done(f"{name}: приняли в ЖКХ")
        await i.answer(code, f"Ответ: {words}")
        await day.sent(name, "answered", desk=i)
        await day.heard(who, words)
        await day.done(f"{name}: ответили из ЖКХ")
    await i.go(CITY)


async def paused(day: Morning) -> None:
    """A pause keeps new messages with the control centre; after it they go by themselves."""
    s, e = day.svetlana, day.elena
    await e.say("/пауза Администрация Челябинска до завтра")
    await e.told("Администрация города Челябинска: пауза до")
    await day.done("пауза")
    day.write(Letter("двор", 1003, "Не убран двор, город Челябинск, улица Горького, дом 16", "Уборка двора"))
    await e.told("Орган на паузе: Администрация города Челябинска")
    await day.done("двор: ждёт в ЦУР, орган на паузе")
    await e.say("/возобновить Администрация Челябинска")
    await e.told("снова получает сообщения")
    await day.becomes("двор", "routed")
    await s.told(f"№{day.codes['двор']}")
    await day.done("двор: пауза снята, ушло само")


async def by_words(day: Morning) -> None:
    """Lists and history."""
    s, e, code = day.svetlana, day.elena, day.codes["двор"]
    await s.say("/просрочено")
    await s.told("Просроченных нет")
    await s.say(f"/найти {code}")
    await s.told(f". №{code}")
    await s.reply(await s.card(code), "/принять")
    await day.becomes("двор", "in_work")
    await s.reply(await s.card(code), "/история")
    await s.told(f"Что было с №{code}")
    await e.say("/мои")
    await e.told(day.codes["отписки"])
    await day.done("списки и история")


async def clock(day: Morning) -> None:
    """The next working day both chats read in their list that it is late, and so does the resident."""
    s, e = day.svetlana, day.elena
    left = [name for name in ("каток", "обрезка") if day.state(name) == "routed"]
    assert left, "никого не осталось к сроку"
    await s.page.get_by_role("button", name="+1 рабочий день").click()
    await s.told("просрочено")
    await e.told("просрочено")
    await day.heard(1013, "Ответ задерживается")
    await day.done("срок прошёл: сводка в обоих чатах, житель знает")
    await s.pick("просрочено", re.compile("^Просрочено"))
    await s.pick("1. ", re.compile("^Открыть"))
    await s.say("/просрочено")
    await s.told(f". №{day.codes[left[0]]}")
    await day.done("/просрочено")
    await s.act(day.codes[left[0]], "Ответить")
    asks = await s.told(f"уйдут жителю как ответ по №{day.codes[left[0]]}")
    await s.reply(asks, "Извините за задержку. Каток залили сегодня утром.")
    await day.sent(left[0], "answered")
    await day.press(1013, "Решено")
    await day.press(1013, "2")
    await day.heard(1013, "оценку записали: 2")
    await day.done("каток: ответили с опозданием, двойка")


SCENES = (given_away, together, control_centre, housing, paused, by_words, clock)
LONG = (housing, by_words)
"""Left out of the short form."""
