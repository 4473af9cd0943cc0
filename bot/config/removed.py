"""Settings that were: what holds in their place, told at the start and by `check` for the release that took them out.

It must never read what one of them was set to, and holds none from an earlier release: that name is unknown again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removed:
    """`since`: the release without it. `now`: what the bot does, in the words of whoever had set it."""

    since: str
    now: str
    todo: str = "Удалите эту строку, больше ничего делать не нужно."

    def warning_about(self, name: str, where: str) -> str:
        return f"{name} ({where}): с версии {self.since} такой настройки нет, {self.now}."


FOLDER = "Впишите папку региона в BOT_REGION_FOLDER, а эту строку удалите."

REMOVED = {
    "BOT_PAUSE_SECONDS": Removed("0.3.0", "бот ждёт 4 секунды, не допишет ли житель ещё"),
    "BOT_BATCH": Removed("0.3.0", "за один раз решаются события до 64 человек"),
    "BOT_REQUEST_TIMEOUT_SECONDS": Removed("0.3.0", "ответа ВКонтакте на запрос бот ждёт 20 секунд"),
    "BOT_LONGPOLL_WAIT_SECONDS": Removed("0.3.0", "один запрос событий (Long Poll) длится до 25 секунд"),
    "BOT_CATCH_UP_MINUTES": Removed("0.3.0", "с историей ВКонтакте бот сверяется каждые 10 минут"),
    "BOT_DRAFT_REMINDER_HOURS": Removed("0.3.0", "о брошенном черновике бот спрашивает через 24 часа"),
    "BOT_DRAFT_KEEP_HOURS": Removed("0.3.0", "брошенный черновик живёт 72 часа"),
    "BOT_HEADS_POSTS": Removed("0.3.0", "100 баллов за записи у страницы главы — от 3 в неделю"),
    "BOT_HEADS_HOURS": Removed("0.3.0", "100 баллов за скорость у страницы главы — ответ за 4 часа"),
    "BOT_HEADS_AUDIENCE": Removed("0.3.0", "100 баллов за подписчиков у страницы главы — 20 % жителей"),
    "BOT_HEADS_LEAST": Removed("0.3.0", "балл у страницы главы — от 3 измеренных частей из пяти"),
    "BOT_RATING_IN_TIME": Removed("0.3.0", "вес доли «в срок» в рейтинге — 50"),
    "BOT_RATING_HELD": Removed("0.3.0", "вес доли без «не решено» в рейтинге — 30"),
    "BOT_RATING_SATISFIED": Removed("0.3.0", "вес доли оценок 4 и 5 в рейтинге — 20"),
    "BOT_FILE_LIMIT_MB": Removed("0.3.0", "файл до 20 МБ бот перекладывает, больший — нет"),
    "BOT_POSTPONES": Removed("0.3.0", "отложить ответ можно до 2 раз"),
    "BOT_DECISIONS_FILE": Removed("0.3.0", "решения региона лежат в его папке (decisions.yaml)", FOLDER),
    "BOT_MAP_FOLDER": Removed("0.3.0", "карта лежит в папке региона", FOLDER),
    "BOT_STATUSES_FOLDER": Removed("0.3.0", "statuses.yaml лежит в папке региона", FOLDER),
}
"""By name. Left out again with the next release, which a test minds."""
