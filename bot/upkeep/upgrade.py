"""`bot upgrade-check`: whether this program may take over a database, tried on its newest copy while the old one runs.

It must never change the database or send anything, nor print a word of a person.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import VERSION
from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.feature import Feature
from bot.process.admin_socket import socket_of
from bot.region.findings import Finding, bad, good, look
from bot.upkeep import replay
from bot.upkeep.backups import places_named, places_of
from handlers.text.words import waiting_time
from storage.ops.copies import backup
from storage.ops.copies.backup import Places
from storage.ops.copies.restore import unpack_proven
from storage.ops.copies.upgrade import Rehearsal, rehearse

FRESH = timedelta(hours=1)
"""How old the copy may be that an upgrade is undone with."""
ROOM = 2
"""Times the size of the database that an upgrade needs free, for tables are built anew beside the old ones."""
SHOWN = 20


async def check_upgrade(
    settings: Settings, file: Path | None, keys: Path | None, now: datetime, features: tuple[Feature, ...] = ()
) -> list[Finding]:
    """The findings about an upgrade, in the order in which a person reads them."""
    found = [good(f"Программа {VERSION}.")]
    if socket_of(settings.database_url) is None:
        return [*found, *on_server(settings, now), look(*ON_POSTGRESQL)]
    places = places_named(settings, str(file.parent) if file else "")
    copy = file or backup.newest(places.folder, backup.DATABASE, now)
    if copy is None:
        return [*found, bad(f"Копии нет: {places.folder} пуста.", "Сделайте: python -m bot backup")]
    found += [aged(copy, now), room(places)]
    with TemporaryDirectory(prefix="upgrade-") as scratch:
        target = Path(scratch) / "upgrade.db"
        unpack_proven(copy, keys or backup.newest(places.keys, backup.KEYS, now), target, master_of(settings))
        found += tables(await rehearse(target, master_of(settings)))
        found += decisions(await replay.of_copy(target, settings, features))
    return found


ON_POSTGRESQL = (
    "PostgreSQL: попробуйте обновление на второй, пустой базе.",
    "Впишите её в BOT_DATABASE_URL и выполните новой программой: python -m bot restore КОПИЯ --keys КЛЮЧИ (таблицы "
    "обновятся), python -m bot replay, python -m bot check. Откат: та же копия и прежняя программа.",
)


def on_server(settings: Settings, now: datetime) -> list[Finding]:
    """Whether there is a fresh copy; where somebody else makes them, he knows."""
    places = places_of(settings)
    if places is None:
        return []
    copy = backup.newest(places.folder, backup.DATABASE, now)
    missing = bad(f"Копии нет: {places.folder} пуста.", "Сделайте: python -m bot backup")
    return [aged(copy, now) if copy is not None else missing]


def aged(copy: Path, now: datetime) -> Finding:
    """The finding about the copy's age."""
    made = backup.stamp_of(copy)
    if made is None:
        return look(f"Копия {copy.name}: по имени не видно, когда сделана.", "Проверьте, что она сегодняшняя.")
    age = waiting_time(made, now)
    if now - made > FRESH:
        return bad(f"Последней копии {age}.", "Сделайте свежую, чтобы было куда вернуться: python -m bot backup")
    return good(f"Копия {copy.name}, ей {age}: если что, вернёмся к ней.")


def room(places: Places) -> Finding:
    """The finding about the room on the disk: twice the size of the database is needed."""
    size = places.database.stat().st_size if places.database.exists() else 0
    folder = places.database.parent
    free = shutil.disk_usage(folder).free if folder.exists() else 0
    told = f"Место: свободно {free / 2**30:.1f} ГБ, база {size / 2**30:.1f} ГБ."
    if free < ROOM * size:
        return bad(told, f"Нужно вдвое больше, чем занимает база: освободите место в {folder}.")
    return good(told)


def tables(tried: Rehearsal) -> Iterator[Finding]:
    """The findings about the migrated tables; bad where rows are fewer."""
    if tried.before == tried.after:
        yield good(f"Таблицы {tried.after}: менять не нужно.")
        return
    yield good(f"Таблицы {tried.before} → {tried.after}: копия обновилась за {tried.seconds:.1f} с.")
    if tried.tables_with_loss:
        told = ", ".join(f"{name} {before} → {after}" for name, (before, after) in tried.tables_with_loss.items())
        yield bad(f"Строк стало меньше: {told}.", "Не обновляйтесь, напишите разработчикам.")
    else:
        yield good(f"Сообщений было {tried.rows['appeal'][0]}, столько и стало.")


def decisions(found: replay.Replayed) -> Iterator[Finding]:
    """The findings about decisions that would differ."""
    model, *lines = replay.report_lines(found)
    yield bad(model, "Обучите заново: python -m bot train --own") if found.model.trouble else good(model)
    if not found.differ and not found.failed:
        yield good(lines[0])
        return
    todo = "\n    ".join(["Сверьте с CHANGELOG.md, «Что сделать при обновлении».", *lines[2 : 2 + SHOWN]])
    yield bad(lines[0], todo) if found.failed else look(lines[0], todo)
