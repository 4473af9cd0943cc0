"""Which master key this bot uses, and where. The real bot refuses to start without one (T21); it never shows a key."""

from __future__ import annotations

from pathlib import Path

from bot.config.settings import Settings, SettingsError
from bot.process.clock import is_loopback
from storage.db import master
from storage.db.master import Master


def path_of(settings: Settings) -> Path:
    """The file of the master key. Only a bot of an emulator may have it beside its database.

    Raises:
        SettingsError: a real bot without the setting.
    """
    if settings.master_key_file:
        return Path(settings.master_key_file)
    if is_loopback(settings.vk_api_url):
        return master.beside(settings.database_url)
    raise SettingsError(
        "BOT_MASTER_KEY_FILE: не задано. Создайте главный ключ вне папки с базой (python -m bot keys new ФАЙЛ) и "
        "впишите сюда имя этого файла: без ключа бот ничего не хранит."
    )


def master_of(settings: Settings) -> Master:
    """The master key; made by itself for a bot of an emulator that has no setting."""
    path = path_of(settings)
    return master.load(path) if settings.master_key_file else master.load_or_make(path)
