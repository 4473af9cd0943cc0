"""Commands about people's data and the keys: `keys`, `erasures`, `audit`, `incident`, `appeals` (R13, R14, R23, T22).

It must never print a key, and never a name or a text: those go only into a file of the owner.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.ask import run_command
from bot.config.settings import read
from bot.process.advice import Refusal
from states.lifecycle.rights import ErasureTerms, Ground, due

keys = typer.Typer(no_args_is_help=True, help="Ключи, которыми закрыты данные.")
erasures = typer.Typer(no_args_is_help=True, help="Удаление данных жителей: сроки и акты.")
audit = typer.Typer(no_args_is_help=True, help="Журнал: кто что смотрел и делал.")


@keys.command("new")
def keys_new(file: Annotated[Path, typer.Argument(help="Новый файл, вне папки с базой.")]) -> None:
    """Создать главный ключ."""
    from storage.db import master

    try:
        master.make(file)
    except OSError as error:
        raise Refusal(f"Файл {file} не создать: {error.strerror}.") from None
    typer.echo(f"Главный ключ создан. Впишите в .env: BOT_MASTER_KEY_FILE={file.resolve()}")
    typer.echo("Сделайте копию этого файла и храните её отдельно от копий базы: без него данные не прочитает никто.")


@keys.command("rotate")
def keys_rotate(file: Annotated[Path, typer.Argument(help="Файл нового главного ключа.")]) -> None:
    """Закрыть все ключи новым главным ключом; старый больше ничего не открывает."""
    said = run_command(read(), "keys_rotate", {"file": str(file.resolve())})
    typer.echo(f"Ключей переоформлено: {said['keys']}. Впишите в .env: BOT_MASTER_KEY_FILE={file.resolve()}")
    typer.echo("Старый файл уничтожьте, когда сделаете копию нового. Копии файла ключей (….keys) сделайте заново.")


@erasures.command("list")
def erasures_list() -> None:
    """Запросы на удаление и до какого дня их надо исполнить."""
    from bot.admin.destruction_act import GROUNDS, when

    settings = read()
    said = run_command(settings, "erasures", {})
    zone, now = ZoneInfo(settings.timezone), datetime.fromisoformat(said["now"])
    for erasure in said["erasures"]:
        left = (datetime.fromisoformat(erasure["due_at"]) - now).days
        state = f"исполнен {when(erasure['done_at'], zone)}" if erasure["done_at"] else f"осталось дней: {left}"
        if not erasure["done_at"] and left < 0:
            state = "СРОК ПРОШЁЛ"
        typer.echo(
            f"{erasure['code']}  до {when(erasure['due_at'], zone)}  {state}  {GROUNDS.get(erasure['ground'], '')}"
        )
    if not said["erasures"]:
        typer.echo("Запросов на удаление нет.")


@erasures.command("ask")
def erasures_ask(
    resident: Annotated[int, typer.Argument(help="Числовой id жителя ВКонтакте.")],
    ground: Annotated[Ground, typer.Option(help="Почему: отозвано согласие, требование, неправомерно.")] = (
        Ground.WITHDRAWN
    ),
) -> None:
    """Записать запрос, который пришёл письмом."""
    from bot.admin.destruction_act import when
    from bot.config.calendar_file import read as read_calendar
    from bot.process.clock import Clock

    settings = read()
    zone: tzinfo = ZoneInfo(settings.timezone)
    terms = ErasureTerms(settings.erasure_days, settings.erasure_working_days)
    until = due(ground, Clock().now(), zone, read_calendar().is_working, terms)
    arguments = {"resident": resident, "ground": ground.value, "due_at": until.isoformat()}
    said = run_command(settings, "erasure_ask", arguments)
    typer.echo(f"Запрос {said['code']} записан. Данные удалит работающий бот, срок: {when(said['due_at'], zone)}.")


@erasures.command("act")
def erasures_act(code: Annotated[str, typer.Argument(help="Код из erasures list.")]) -> None:
    """Акт об уничтожении с выгрузкой из журнала."""
    from bot.admin.destruction_act import act

    settings = read()
    typer.echo(act(settings, run_command(settings, "erasure_act", {"code": code}), ZoneInfo(settings.timezone)))


@audit.command("verify")
def audit_verify() -> None:
    """Проверить, что журнал никто не менял."""
    from bot.upkeep import audit_checkpoints

    settings = read()
    path = audit_checkpoints.path_of(settings)
    community = run_command(settings, "stats", {})["community"]
    second = audit_checkpoints.as_rows(audit_checkpoints.read(path, community))
    said = run_command(settings, "audit_verify", {"second_place": second})
    for line in said["wrong"]:
        typer.echo(line)
    if not second:
        typer.echo(f"Отпечатков в {path} ещё нет: их пишет работающий бот, раз в день.")
    if said["wrong"]:
        raise typer.Exit(1)
    typer.echo(f"Журнал цел: строк до № {said['lines']}, сверено отпечатков: {said['heads']}.")


@audit.command("show")
def audit_show(count: Annotated[int, typer.Option(help="Сколько последних строк.", min=1, max=10_000)] = 50) -> None:
    """Последние строки журнала."""
    from bot.admin.destruction_act import when

    settings = read()
    zone = ZoneInfo(settings.timezone)
    for line in run_command(settings, "audit_show", {"count": count})["lines"]:
        who, what = str(line["actor"] or "бот"), f"{line['action']:20} {line['subject']} {line['detail']}"
        typer.echo(f"{line['number']:>8}  {when(line['at'], zone)}  {who:>12}  {what}")


def incident(
    since: Annotated[str, typer.Option(help="С какого дня или времени: 2026-11-25 или 2026-11-25T09:00.")],
    until: Annotated[str, typer.Option(help="По какой день включительно или до какого времени.")],
    out: Annotated[
        Path | None, typer.Option(help="Куда записать, вне папки с программой; рядом появится таблица .txt.")
    ] = None,
) -> None:
    """Кого затронула утечка, какие данные и когда: для уведомлений за 24 и 72 часа."""
    settings = read()
    zone = ZoneInfo(settings.timezone)
    first, last = moment(since, zone, "--since"), moment(until, zone, "--until", whole_day=True)
    if first >= last:
        raise Refusal("Начало позже конца: поменяйте --since и --until местами.")
    file = (out or Path.home() / "priemnaya-incident" / f"{first:%Y%m%dT%H%M}.json").resolve()
    refuse_in_a_work_tree(file)
    span = {"since": first.isoformat(), "until": last.isoformat()}
    said = run_command(settings, "incident", {**span, "file": str(file), "timezone": settings.timezone})
    typer.echo(f"С {first:%d.%m.%Y %H:%M} до {last:%d.%m.%Y %H:%M}, время {settings.timezone} (UTC{first:%z}).")
    typer.echo(f"Затронуто людей: {said['people']}. Записано: {', '.join(said['files'])}")
    typer.echo("В файлах персональные данные: передайте их только тому, кто готовит уведомление, и удалите.")


def moment(typed: str, zone: tzinfo, option: str, *, whole_day: bool = False) -> datetime:
    """The typed moment, in the zone of the settings unless another is typed. A day without a time is all of it: at the
    end, its end. Raises Refusal for what is no time."""
    try:
        if len(typed) == len("2026-11-25"):
            day = date.fromisoformat(typed) + timedelta(days=1 if whole_day else 0)
            return datetime.combine(day, time(), zone)
        at = datetime.fromisoformat(typed)
    except (ValueError, OverflowError):
        raise Refusal(f"{option}: «{typed}» не время. Пишите так: 2026-11-25 или 2026-11-25T09:00") from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(zone)


def refuse_in_a_work_tree(file: Path) -> None:
    """What names people does not lie where it may be committed."""
    tree = next((folder for folder in file.parents if (folder / ".git").exists()), None)
    if tree is not None:
        raise Refusal(
            f"Папка {tree} — рабочая копия программы, людям там не место. Укажите другую: --out /root/утечка.json"
        )


def false_alarms(
    file: Annotated[Path, typer.Argument(help="Куда записать, вне папки с программой.")],
) -> None:
    """Слова тревог, которые за 30 дней закрыли как ложные: по ним правят распознавание. Без имён и номеров."""
    target = file.resolve()
    refuse_in_a_work_tree(target)
    said = run_command(read(), "false_alarms", {"file": str(target)})
    typer.echo(f"Ложных тревог за 30 дней: {said['alarms']}. Записано: {said['file']}")
    typer.echo("Это слова людей: отдайте файл только тому, кто правит распознавание, и удалите.")


def appeals(
    everything: Annotated[bool, typer.Option("--all", help="И те, по которым уже всё сделано.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Одной строкой JSON.")] = False,
) -> None:
    """Что с каждым сообщением: состояние, у кого, до какого срока. Без слов и имён людей."""
    from bot.admin.destruction_act import when
    from handlers.views.cards import status_words
    from states.lifecycle.appeal import Status

    settings = read()
    said = run_command(settings, "appeals", {"everything": everything})
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    zone, now = ZoneInfo(settings.timezone), datetime.fromisoformat(said["now"])
    for appeal in said["appeals"]:
        due = appeal["due_at"]
        term = "" if due is None else f"  до {when(due, zone)}"
        late = "  ПРОСРОЧЕНО" if due is not None and datetime.fromisoformat(due) <= now else ""
        typer.echo(
            f"{appeal['code']}  {appeal['agency'] or 'ЦУР':20}  {status_words(Status(appeal['status']))}{term}{late}"
        )
    typer.echo(f"Всего: {len(said['appeals'])}.")
