"""What to do about a fault, in one Russian sentence: codes of VK, wrong command lines. It knows nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import PurePath

PLAIN = "python -m bot"


class Refusal(Exception):
    """The command cannot be done; the message says why and what to do, in Russian."""


ADVICE = {
    5: "Ключ не подошёл: создайте новый (Управление → Работа с API) и впишите в BOT_VK_TOKEN.",
    7: "Нет прав: создайте ключ с правами на сообщения, управление, фотографии и файлы.",
    15: "Нет доступа: создайте ключ с правами на сообщения, управление, фотографии и файлы.",
    27: "Ключ сообщества отозван: создайте новый и впишите в BOT_VK_TOKEN.",
    28: "Это ключ приложения, а нужен ключ сообщества: Управление → Работа с API.",
    100: "Long Poll выключен: Управление → Работа с API → Long Poll API → «Включено». Или: python -m bot check --fix",
    912: "Включите «Возможности ботов»: Управление → Сообщения → Настройки для бота.",
    1117: "Срок ключа истёк: создайте новый и впишите в BOT_VK_TOKEN.",
}


def advice(code: int) -> str:
    """What to do about this error code of VK, in one Russian sentence."""
    return ADVICE.get(code, "Посмотрите код ошибки в docs/reference/errors.md и повторите.")


def own_command() -> str:
    """How whoever reads this has called the bot."""
    installed = "priemnaya" if PurePath(sys.argv[0]).name == "priemnaya" else PLAIN
    return os.environ.get("PRIEMNAYA_CALLED") or installed  # noqa: TID251 - no setting: deploy/bin/priemnaya says it


def as_called(text: str) -> str:
    """The text with its commands begun as whoever reads it has called the bot."""
    return text.replace(PLAIN, own_command())


def usage(error: Exception) -> str:
    """A wrong command line, in Russian; Click's own words are English."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else own_command()
    name = type(error).__name__
    words = {
        "NoSuchOption": f"нет такого ключа: {getattr(error, 'option_name', '')}",
        "MissingParameter": "не хватает аргумента",
        "BadParameter": "значение не подходит",
        "NoArgsIsHelpError": "не указана команда",
    }
    return f"{command}: {words.get(name, 'команда не понята')}. Подсказка: {command} --help"
