"""Scenes of the morning in an agency's chat: taking to work, answers of every kind, a second person, repeats.

Steps only; no check stands here that `Morning.done` makes after every step.
"""

from __future__ import annotations

import re

from tests.browser.morning import LEAVES, UNDO, Morning
from tests.browser.person import passed

PAPER = {"name": "Акт.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n" + bytes(2000)}
DAY = re.compile(r"^\d+ [а-я]+$")
"""A day on a button."""


async def accepted(day: Morning) -> None:
    """«Принять», an answer with a document, «Решено», five of five."""
    s, code = day.svetlana, day.codes["яма"]
    await s.say("/мои")
    await s.told("За вами ничего нет")
    await day.done("/мои, пока ничего нет")
    await s.act(code, "Принять", "Приняли")
    await day.heard(1001, f"№{code} приняли в работу")
    await day.done("яма: приняли")
    await s.say("/мои")
    await s.told("Ямы и разбитый асфальт · Челябинск, Труда, 5: в работе")
    await day.done("/мои, одно в работе")
    await s.answer(code, "Яму засыпали и заасфальтировали сегодня утром.", [PAPER])
    await s.told(f"Ответ по №{code} {LEAVES}")
    await day.done("яма: ответ с документом ждёт")
    passed(day.sandbox, UNDO)
    await s.told(f"Ответ по №{code} доставлен")
    await day.heard(1001, "Вопрос решён?")
    await day.done("яма: ответ доставлен")
    await day.press(1001, "Решено")
    await day.heard(1001, "Оцените, пожалуйста")
    await day.press(1001, "5")
    await day.heard(1001, "оценку записали: 5")
    await day.becomes("яма", "closed")
    await day.done("яма: решено, пять")


async def undone(day: Morning) -> None:
    """An answer taken back once and written again; «не решено», back through the control centre, answered anew."""
    s, code = day.svetlana, day.codes["снег"]
    await s.answer(code, "Почистили вчера вечером, всё в порядке.")
    await s.press(await s.told(f"Ответ по №{code} {LEAVES}"), "Отменить", "Ответ отменён")
    await s.told(f"Ответ по №{code} отменён, житель его не получит")
    await day.done("снег: ответ отменили")
    passed(day.sandbox, UNDO)
    await s.answer(code, "Тротуар почистили и посыпали сегодня в восемь утра.")
    await day.sent("снег", "answered")
    await s.told(f"Ответ по №{code} доставлен")
    await day.heard(1003, "почистили и посыпали")
    await day.done("снег: ответили заново")
    await day.press(1003, "Не решено")
    await day.heard(1003, f"№{code} снова открыто")
    day.says(1003, "Почистили только до магазина")
    e = day.elena
    await e.told("Житель пишет, что не решено")
    await day.done("снег: не решено, у ЦУР")
    await e.act(code, "Направить")
    await e.pick(f"кому направить №{code}", "Администрация Челябинска")
    await e.told(f"№{code} направлено")
    await day.becomes("снег", "routed")
    await day.done("снег: ЦУР направил снова")
    await s.told(f"№{code}")
    await s.answer(code, "Вернулись и дочистили до конца улицы, проверили.")
    await day.sent("снег", "answered")
    await s.more(code, "Закрыть, не ждать жителя", "Закрыли")
    await day.heard(1003, f"№{code} закрыто")
    await day.done("снег: ответили и закрыли")


async def interim(day: Morning) -> None:
    """A bare answer made interim while it can be undone; an interim one by its button with a typed day."""
    s, code = day.svetlana, day.codes["качели"]
    await s.answer(code, "Заказали новую цепь у завода, её везут.")
    await s.press(await s.told(f"Ответ по №{code} {LEAVES}"), "Это промежуточный")
    await day.done("качели: это промежуточный")
    await s.pick(f"к какому дню по №{code}", DAY)
    await s.told(f"Промежуточный ответ по №{code} {LEAVES}")
    await day.done("качели: день выбран")
    passed(day.sandbox, UNDO)
    await day.becomes("качели", "interim")
    await day.heard(1005, "Окончательный ответ обещают не позднее")
    await day.done("качели: промежуточный доставлен")

    code = day.codes["мусор"]
    await s.more(code, "Промежуточный ответ")
    asked = await s.told(f"к какому дню по №{code}")
    await s.reply(asked, "завтра или как получится")
    await s.told("Не поняли дату")
    await day.done("мусор: не дата")
    await s.reply(asked, "до пятницы")
    await s.reply(await s.told(f"что ответить пока по №{code}"), "Машину починили, вывезем до пятницы.")
    await s.told(f"Промежуточный ответ по №{code} {LEAVES}")
    await day.done("мусор: день и слова")
    passed(day.sandbox, UNDO)
    await day.becomes("мусор", "interim")
    await day.done("мусор: промежуточный доставлен")


async def asked(day: Morning) -> None:
    """A question to the resident, who answers; then the answer."""
    s, code = day.svetlana, day.codes["собаки"]
    await s.act(code, "Принять", "Приняли")
    await s.act(code, "Спросить жителя")
    await s.reply(await s.told(f"что спросить у жителя по №{code}"), "Сколько собак и в какое время?")
    await s.told(f"Вопрос по №{code} {LEAVES}")
    await day.done("собаки: вопрос ждёт")
    passed(day.sandbox, UNDO)
    await day.becomes("собаки", "asked")
    await day.heard(1004, "Сколько собак и в какое время?")
    await day.done("собаки: жителя спросили")
    day.says(1004, "Пять, утром у остановки, в половине восьмого")
    await s.told(f"Житель ответил на вопрос по №{code}")
    await day.becomes("собаки", "in_work")
    await day.done("собаки: житель ответил")
    await s.answer(code, "Бригада отлова приедет завтра к семи утра. Спасибо за подробности!")
    await s.pick(f"что это за ответ по №{code}", "Окончательный")
    await day.sent("собаки", "answered")
    await day.done("собаки: ответили")


async def promised(day: Morning) -> None:
    """Postponed with a reason and a typed day; declined with a reason; a bare reply whose kind is unclear."""
    s, code = day.svetlana, day.codes["тротуар"]
    await s.more(code, "Отложить")
    await s.reply(await s.told(f"почему откладываем №{code}"), "через 20 дней: не сезон")
    await day.sent("тротуар", "postponed", "Ответ о переносе")
    await day.heard(1002, "отложили: не сезон")
    await day.done("тротуар: отложили")
    code = day.codes["лужа"]
    await s.more(code, "Отклонить")
    await day.done("лужа: спрашивает причину")
    await s.pick(f"почему отклоняем №{code}", "Непонятно, в чём просьба")
    await day.sent("лужа", "declined", "Отказ")
    await day.heard(1014, "не удалось понять, в чём просьба")
    await day.done("лужа: отклонили")
    code = day.codes["свалка"]
    await s.answer(code, "Планируем убрать на следующей неделе")
    await s.pick(f"что это за ответ по №{code}", "Промежуточный")
    await s.pick(f"к какому дню по №{code}", DAY)
    await day.sent("свалка", "interim", "Промежуточный ответ")
    await day.done("свалка: бот спросил, что это за ответ")


async def ready(day: Morning) -> None:
    """A canned answer that asks for its day; an answer by the button, with a file and no word."""
    s, code = day.svetlana, day.codes["лестница"]
    await s.more(code, "Готовые ответы")
    await s.pick(f"выберите готовый ответ по №{code}", "Плановые работы")
    await s.pick(f"к какому дню по №{code}", DAY)
    await day.sent("лестница", "answered")
    await day.heard(1012, "По адресу улица Блюхера, дом 99 идут плановые работы, закончим")
    await day.done("лестница: готовый ответ с датой")
    code = day.codes["дерево"]
    await s.act(code, "Ответить")
    await s.reply(await s.told(f"уйдут жителю как ответ по №{code}"), "", [PAPER])
    await day.sent("дерево", "answered")
    await day.heard(1015, "Ответ во вложении")
    await day.done("дерево: ответ одним документом")


async def approved(day: Morning) -> None:
    """A second person looks: not the author, sent back once, then approved."""
    s, i, code = day.svetlana, day.irina, day.codes["знак"]
    await s.answer(code, "Знак поставили на место сегодня утром.")
    draft = await s.told(f"Ответ по №{code} ждёт согласования")
    await s.press(draft, "Согласовать", "Свой ответ согласовать нельзя")
    await day.becomes("знак", "approval")
    await day.done("знак: ждёт согласования, свой не согласуешь")
    await i.press(await i.told(f"Ответ по №{code} ждёт согласования"), "На доработку", "Вернули на доработку")
    await s.told(f"Ответ по №{code} вернули на доработку")
    await day.done("знак: на доработку")
    await s.answer(code, "Знак поставили на место и закрепили сегодня утром.")
    await s.told(f"Ответ по №{code} ждёт согласования")
    await day.done("знак: снова ждёт согласования")
    await i.press(await i.told("закрепили сегодня утром"), "Согласовать", "Согласовали")
    await day.sent("знак", "answered")
    await day.heard(1003, "закрепили сегодня утром")
    await day.done("знак: согласовали, ушло")


async def colleagues(day: Morning) -> None:
    """A hidden number shown to one person and logged; two officials at one card."""
    s, i, code = day.svetlana, day.irina, day.codes["люк"]
    assert "8 900" not in await (await s.card(code)).inner_text(), "номер виден всему чату"
    await s.more(code, "Кто написал", "8 900 000-11-22")
    lines = day.sandbox.ask_bot("audit_show", count=5)["lines"]
    assert any(line["subject"] == code and str(line["actor"]) == str(s.who) for line in lines), "просмотр не записан"
    await day.done("люк: показали контакт")
    await i.act(code, "Ответить")
    question = f"уйдут жителю как ответ по №{code}"
    await s.reply(await s.told(question), "Закрыли")
    await s.told("Этот вопрос задан вашему коллеге")
    await s.more(code, "Кто занимается")
    await s.told("Ирина Т. готовит ответ")
    await day.done("люк: отвечает коллега")
    await i.reply(await i.told(question), "Люк закрыли крышкой, место огородили.")
    await day.sent("люк", "answered", desk=i)
    await day.done("люк: ответила коллега")


async def again(day: Morning) -> None:
    """What was said before comes again as a repeat; what is urgent stands out."""
    s, code = day.svetlana, day.codes["провода"]
    assert "Срочно" in await (await s.card(code)).inner_text()
    await s.act(code, "Принять", "Приняли")
    await s.answer(code, "Провода обесточили и закрепили, ограждение стоит.")
    await day.sent("провода", "answered")
    await day.done("провода: срочное")
    for name in ("снег-снова", "яма-снова"):
        assert (
            f"Повтор сообщения №{day.codes[name.split('-')[0]]}" in await (await s.card(day.codes[name])).inner_text()
        )
        await s.answer(day.codes[name], f"Ответ: проверили ещё раз, {name.split('-')[0]} убрали полностью.")
        await day.sent(name, "answered")
        await day.done(f"{name}: повтор отвечен")


SCENES = (accepted, undone, interim, asked, promised, ready, approved, colleagues, again)
LONG = (promised, again)
"""Left out of the short form."""
