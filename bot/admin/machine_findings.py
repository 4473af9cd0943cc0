"""What `bot check` sees of the machine: the rights of `.env`, names in it that are gone, room on its disks, where
copies go and how old they are.

It must never change anything.
"""

from __future__ import annotations

import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.settings import Settings, left_over
from bot.process import descriptors
from bot.process.clock import Clock
from bot.region.findings import Finding, bad, good, look
from bot.upkeep.backups import database_of, places_of
from storage.ops.copies import backup


def env_findings(file: Path) -> list[Finding]:
    """The community's key stands in it (T14). The group may be the bot's own, so that is only told."""
    mode = file.stat().st_mode if file.exists() else 0
    todo = f"chmod 600 {file.resolve()}"
    if mode & stat.S_IRWXO:
        return [bad(f"Файл {file} могут прочитать все, а в нём ключ сообщества.", todo)]
    return [look(f"Файл {file} может прочитать группа.", todo)] if mode & stat.S_IRWXG else []


def removed_findings() -> list[Finding]:
    """The findings about settings that are gone and stand there still: nothing is wrong, but they do nothing any
    more."""
    return [look(removed.warning_about(name, where), removed.todo) for name, where, removed in left_over()]


def connection_findings(communities: int, limit: int) -> list[Finding]:
    """Each community that runs listens by a connection of its own. `limit`: files that the bot may open."""
    wanted = descriptors.files_needed(communities)
    if limit >= wanted:
        return []
    told = f"Боту можно открыть {limit} файлов, а для {communities} сообществ нужно {wanted}: лишние будут ждать."
    todo = f"LimitNOFILE={wanted} в systemd или ulimit -n {wanted} перед запуском; перезапустите бота."
    return [bad(told, todo)]


LATE_COPY = timedelta(days=1)


def copy_findings(settings: Settings, copied_at: str | None, installed_at: datetime, unfit: str = "") -> list[Finding]:
    """The findings about copies: where they go, how old the newest is, and whether one broken disk would take both.
    `unfit`: why there can be none of a server."""
    places = places_of(settings)
    if places is None:
        return [look("Копии базы бот не делает.", "Впишите BOT_BACKUP_FOLDER: папку, лучше на другом диске.")]
    if unfit:
        return [bad("Копировать базу PostgreSQL бот не может.", unfit)]
    made = datetime.fromisoformat(copied_at) if copied_at else None
    if abs(Clock().now() - (made or installed_at)) > LATE_COPY:
        last = f"последняя {local(settings, made):%d.%m.%Y %H:%M}" if made else "ни одной нет"
        return [bad(f"Копий базы больше суток не было: {last}.", f"Папка {places.folder}: место, права; bot backup.")]
    last = f"последняя {local(settings, made):%d.%m.%Y %H:%M}" if made else "первая появится, когда бот заработает"
    told = f"Копии базы: {places.folder}, {last}."
    if places.server is None and same_disk(places.folder, places.database):
        todo = "Сломается он — пропадёт всё. Впишите в BOT_BACKUP_FOLDER папку другого диска или сервера."
        return [look(f"{told} Это тот же диск, что у базы.", todo)]
    return [good(told)]


def local(settings: Settings, at: datetime) -> datetime:
    """The moment in the zone of the settings."""
    return at.astimezone(ZoneInfo(settings.timezone))


def same_disk(path: Path, other: Path) -> bool:
    """Whether both lie on one disk; a path that does not exist yet counts as the nearest folder that does."""
    return backup.existing(path).stat().st_dev == backup.existing(other).stat().st_dev


FULL, NEARLY = 64 * 2**20, 512 * 2**20


def room(settings: Settings) -> list[Finding]:
    """The findings about free space where the database and its copies grow."""
    places = places_of(settings)
    own = [database_of(settings).parent] if settings.database_url.startswith("sqlite") else []
    folders = [*own, *([places.folder] if places is not None else [])]
    found = []
    for folder in dict.fromkeys(backup.existing(path) for path in folders):
        free = shutil.disk_usage(folder).free
        told = f"На диске папки {folder} свободно {free // 2**20} МБ."
        if free < FULL:
            found.append(bad(told, "Освободите место: без него бот ничего не запишет и не ответит."))
        elif free < NEARLY:
            found.append(look(told, "Освободите место: копии и база растут."))
    return found
