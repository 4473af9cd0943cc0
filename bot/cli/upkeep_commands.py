"""Commands that keep the bot whole: `backup`, `restore`, `replay` (delivery.md §12.4, §13).

It must never open a database that a running bot has open, nor change anything before it is proven. Settings are read
before what is heavy is imported: what is wrong there is said at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli.ask import features_of, finish, run_command
from bot.config.settings import Settings, read
from bot.process.advice import Refusal, advice

HEALTH_SECONDS = 5.0


def backup(
    to: Annotated[Path | None, typer.Option("--to", help="Папка, если не та, что в BOT_BACKUP_FOLDER.")] = None,
) -> None:
    """Сделать копию базы сейчас, не останавливая бота."""
    settings = read()
    from bot.upkeep.backups import places_named

    places = places_named(settings, str(to) if to else "")
    where = {"database": str(places.database), "folder": str(places.folder), "keys": str(places.keys)}
    server = asdict(places.server) if places.server is not None else None
    arguments = {**where, "limit": places.limit, "server": server}
    said = run_command(settings, "backup", arguments)
    typer.echo(f"Копия сделана и проверена: {said['file']} ({said['bytes'] / 2**20:.1f} МБ).")
    typer.echo(f"Копия ключей: {places.keys}. Храните её отдельно от копий базы, не дольше 7 дней.")


def restore(
    file: Annotated[
        Path | None, typer.Argument(help="Копия базы, ….backup. Без неё — база PostgreSQL, которую вы вернули сами.")
    ] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="Копия ключей, если сами ключи потеряны.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Только проверить, ничего не меняя.")] = False,
) -> None:
    """Вернуть базу из копии. Бот должен быть остановлен. Прежний файл останется рядом, база PostgreSQL нужна пустая."""
    settings = read()
    from bot.upkeep.restore import restore_copy

    done = finish(restore_copy(settings, file, keys, only_check=check))
    made = local_time_text(done.made_at, settings)
    if check:
        typer.echo(f"Копия от {made} цела: её можно вернуть.")
        return
    typer.echo(f"База возвращена из копии от {made}. Теперь запустите бота: python -m bot run")
    typer.echo("Сначала он прочитает во ВКонтакте, что было после копии, и спросит людей; это занимает минуту-две.")
    typer.echo(f"Сообщений, которые ждали отправки: {done.waiting}. Чего ВКонтакте не покажет, отправят люди.")
    typer.echo(f"Снова удалено людей: {done.forgotten}.")
    if done.aside is not None:
        typer.echo(f"Прежний файл: {done.aside}. Уничтожьте его, когда убедитесь, что всё на месте.")
    typer.echo("Кнопки и команды сотрудников после этой копии ВКонтакте не хранит: их придётся повторить.")


def replay(
    file: Annotated[Path | None, typer.Argument(help="Копия базы; без неё — сама база (SQLite — без бота).")] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="Копия ключей, если не самая свежая.")] = None,
) -> None:
    """Прогнать сохранённые события через нынешнюю программу и показать, какие решения были бы другими."""
    settings = read()
    from bot.upkeep.replay import replay as played
    from bot.upkeep.replay import report_lines

    found = finish(played(settings, file, keys, features_of(settings)))
    for line in report_lines(found):
        typer.echo(line)
    raise typer.Exit(1 if found.differ or found.failed else 0)


def health() -> None:
    """Готов ли работающий бот: для systemd, контейнера, мониторинга."""
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    port = read().metrics_port
    if not port:
        raise Refusal("Впишите BOT_METRICS_PORT: на этом порту бот отвечает, готов ли он.")
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=HEALTH_SECONDS):
            typer.echo("Бот готов.")
    except HTTPError as error:
        typer.echo(error.read().decode())
        raise typer.Exit(1) from None
    except (URLError, OSError):
        typer.echo("Бот не запущен или не отвечает.")
        raise typer.Exit(1) from None


def upgrade_check(
    file: Annotated[Path | None, typer.Argument(help="Копия базы; без неё — самая свежая.")] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="Копия ключей, если не самая свежая.")] = None,
) -> None:
    """Новая программа на копии базы: обновятся ли таблицы, что решалось бы иначе, есть ли куда вернуться."""
    settings = read()
    from bot.process.clock import Clock
    from bot.upkeep.upgrade import check_upgrade

    found = finish(check_upgrade(settings, file, keys, Clock().now(), features_of(settings)))
    for finding in sorted(found, key=lambda finding: not finding.wrong):
        typer.echo(finding.line())
    wrong = sum(finding.wrong for finding in found)
    ready = "Можно обновлять: остановите бота, выполните python -m bot migrate и запустите."
    typer.echo(f"Исправить: {wrong}." if wrong else ready)
    raise typer.Exit(1 if wrong else 0)


def move(
    to: Annotated[str, typer.Argument(help="Адрес новой базы; «-» — прочитать его из стандартного ввода.")],
) -> None:
    """Перенести базу: SQLite → PostgreSQL или обратно. Бот должен быть остановлен; прежняя база не меняется."""
    settings = read()
    from bot.config.keys import master_of
    from storage.ops.copies.moving import move as moved

    url = sys.stdin.readline().strip() if to == "-" else to
    if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise Refusal("Адрес новой базы должен начинаться с sqlite+aiosqlite:/// или postgresql+asyncpg://")

    def print_progress(table: str, rows: int) -> None:
        typer.echo(f"\r{table}: {rows}          ", nl=False, err=True)

    found = finish(moved(settings.database_url, url, master_of(settings), print_progress))
    typer.echo("", err=True)
    rows = sum(table.rows for table in found.values())
    typer.echo(f"Перенесено строк: {rows}, таблиц: {len(found)}. Число и содержание сверены.")
    typer.echo("Впишите новый адрес в BOT_DATABASE_URL и запустите: python -m bot check, потом python -m bot run")
    typer.echo("Прежнюю базу уничтожьте, когда убедитесь, что всё на месте: в ней лежат ключи и слова людей.")


def local_time_text(made_at: str, settings: Settings) -> str:
    """The moment in the region's zone; a text that is no moment as it is, «сегодня» for ""."""
    try:
        return f"{datetime.fromisoformat(made_at).astimezone(ZoneInfo(settings.timezone)):%d.%m.%Y %H:%M}"
    except ValueError:
        return made_at or "сегодня"


def standing(said: Mapping[str, Any]) -> list[str]:
    """How many messages stand where, in words."""
    from handlers.views.cards import status_words
    from states.lifecycle.appeal import Status

    counted = [f"{status_words(Status(name))} {count}" for name, count in said["by_status"].items()]
    return [
        "Сообщения: " + (", ".join(counted) or "нет"),
        f"Открыто: {said['open']}, просрочено: {said['overdue']}.",
    ]


def last_checks(said: Mapping[str, Any], zone: tzinfo) -> list[str]:
    """What the bot found out about itself: at its last start, in its last night, when it was copied (G15, I13)."""
    start, night = said["last_start"], said["last_night"]
    lines = []
    if start:
        lines.append(f"Последний запуск: потеряно {start['lost']}, восстановлено {start['recovered']}.")
    if night:
        wrong = night["missing"] + night["unsettled"] + night["twice"]
        told = "расхождений нет" if not wrong and not night["audit"] else f"расхождений {wrong + night['audit']}"
        lines.append(f"Ночная сверка с ВКонтакте {night['day']}: сообщений {night['messages']}, {told}.")
    if said["halted"]:
        lines.append(f"ВКонтакте НЕ ДАЁТ ОТПРАВЛЯТЬ: ошибка {said['halted']}. {advice(said['halted'])}")
    if said["vk_away"]:
        lines.append(said["vk_away"])
    if said["store_down"]:
        lines.append("База данных только что не принимала записи: проверьте место на диске и сервер базы.")
    at = said["copied_at"]
    when = f"{datetime.fromisoformat(at).astimezone(zone):%d.%m.%Y %H:%M}" if at else "ещё не было"
    lines.append(f"Последняя копия: {when}.")
    if drilled := said.get("drilled"):
        told = "удалось" if drilled["good"] else "НЕ УДАЛОСЬ"
        lines.append(f"Учебное восстановление из копии {drilled['day']} {told}.")
    return lines


def others(said: Mapping[str, Any]) -> Iterator[str]:
    """The lines of `stats` about the other communities; none where there are none."""
    states = {"active": "работает", "paused": "на паузе", "refused": "ключ не принят"}
    there = {words: said["communities"][state] for state, words in states.items()}
    if any(there.values()):
        shown = ", ".join(f"{words} {many}" for words, many in there.items())
        yield f"Другие сообщества: {shown}; не слышно сейчас: {len(said['unwell'])}.\n"
        yield f"Во всех вместе: принято {said['everywhere']['received']}, создано {said['everywhere']['produced']}.\n"
