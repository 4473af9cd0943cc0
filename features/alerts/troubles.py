"""What is wrong that the control centre cannot be told of, or may not hear in time (R61).

It must never hold a word or an id of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.process.advice import advice
from bot.process.health import silence, silence_words
from bot.process.retry import Class, classify
from handlers.text.texts_hearing import HOW_TO

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from bot.upkeep.starting import Starting

LONG = timedelta(minutes=5)
"""So long VK or the database may be away before somebody is woken. A key that is refused does not mend by itself."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`text` says what is wrong and what to do, `over` that it is over."""

    since: datetime
    text: str
    over: str


def troubles(bot: Runtime) -> dict[str, Trouble]:
    """By name, the troubles of which the control centre cannot be told, or may not hear in time."""
    health, now = bot.health, bot.clock.now()
    found = {}
    refused = health.halted or (health.refused if classify(health.refused) is Class.HALT else 0)
    if refused:
        text = f"ВКонтакте не даёт боту работать (ошибка {refused}): ответы жителям ждут. {advice(refused)}"
        found["vk_refused"] = Trouble(health.unheard or now, text, "ВКонтакте снова пускает бота, ответы уходят.")
    elif health.unheard is not None and silence(health, now) > LONG:
        text = f"{silence_words(health, now, bot.policy.zone)} Проверьте сеть сервера; бот пробует дальше."
        found["vk_away"] = Trouble(health.unheard, text, "ВКонтакте снова отвечает боту. Пропущенное он дочитает сам.")
    found |= store_away(bot)
    if health.unseen_alarm is not None:
        text = (
            f"Тревога об опасности для жизни ждёт {since(bot, health.unseen_alarm)}: её никто не прочитал или до "
            f"{bot.directory.emergency} не дозвонились. Откройте чат дежурных или ЦУР."
        )
        found["alarm_unseen"] = Trouble(health.unseen_alarm, text, "Тревогу об опасности прочитали или закрыли.")
    if health.cur_unheard is not None:
        text = (
            f"Бот не видит ответов в чате ЦУР или не может туда писать {since(bot, health.cur_unheard)}. Пусть в этом "
            f"чате {HOW_TO}: бот должен быть там администратором."
        )
        found["cur_unheard"] = Trouble(health.cur_unheard, text, "Бот снова видит ответы в чате ЦУР.")
    return found


def store_away(bot: Runtime | Starting) -> dict[str, Trouble]:
    """The trouble that the database is away, once that has lasted long enough; nothing before."""
    down = bot.health.down_since
    if down is None or bot.clock.now() - down <= LONG:
        return {}
    text = f"База данных не отвечает боту {since(bot, down)}. Проверьте её сервер и место на диске."
    return {"store_away": Trouble(down, text, "База данных снова отвечает. Пропущенное бот дочитает сам.")}


def since(bot: Runtime | Starting, at: datetime) -> str:
    """Since when, in words: «с 14:05 24.11»."""
    return f"с {at.astimezone(bot.policy.zone):%H:%M %d.%m}"
