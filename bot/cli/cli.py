"""The commands an administrator types. Each fault is one Russian sentence with what to do, and exit code 2.

It must never show a traceback for a wrong input, and never open an SQLite file that a running bot has open. What loads
vkbottle (a second and a half) is imported by the commands that need it.
"""

from __future__ import annotations

import json
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import typer

import features
from bot import VERSION
from bot.cli import (
    people_commands,
    records_commands,
    region_commands,
    statistics_commands,
    upkeep_commands,
)
from bot.cli.ask import agreed, finish, importing, run_command
from bot.cli.directory_folder import Folder, read_directory_folder
from bot.config.settings import Settings, SettingsError, left_over, read
from bot.process import admin_socket
from bot.process.advice import Refusal, advice, as_called, usage
from bot.region.shipped import beside_program
from bot.vk.errors import NotReached, Uncertain, VkError
from states.people.chats import CUR, DUTY
from storage.db.errors import RowsLost, StorageError, TakenAway, Unavailable

T = TypeVar("T")

REFUSED, GONE, UNFORESEEN, AWAY, INTERRUPTED = 2, 3, 70, 75, 130
"""Exit codes (docs/reference/commands.md); 1 is a command's own: it found something to do."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Приёмная: бот сообщества ВКонтакте.",
)
directory_app = typer.Typer(no_args_is_help=True, help="Справочник: кто за что отвечает.")
chat_app = typer.Typer(no_args_is_help=True, help="Чаты органов и ЦУР.")
app.add_typer(directory_app, name="directory")
app.add_typer(chat_app, name="chat")

Of = Annotated[int, typer.Option("--community", help="Номер сообщества из реестра; без него — из BOT_VK_TOKEN.")]


def told_version(wanted: bool) -> None:
    """Prints the versions of the program and of its tables, and ends."""
    if wanted:
        from storage.db.version import newest

        print(f"Приёмная {VERSION}, таблицы {newest()}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="Версия программы и таблиц.", is_eager=True, callback=told_version)
]


@app.callback()
def of_all(version: Version = False) -> None:
    """Приёмная: бот сообщества ВКонтакте."""


def main() -> None:
    """Run a command; whatever is wrong is said in one sentence."""
    try:
        ended = app(standalone_mode=False)  # what a command gives to `typer.Exit` is returned here, not raised
        sys.exit(ended if isinstance(ended, int) else 0)
    except TakenAway as error:
        fail(str(error), GONE)
    except (Unavailable, RowsLost) as error:
        fail(str(error), AWAY)
    except (SettingsError, Refusal, StorageError) as error:
        fail(str(error))
    except (NotReached, Uncertain):
        fail("ВКонтакте не отвечает. Проверьте сеть и BOT_VK_API_URL и повторите.", AWAY)
    except VkError as error:
        fail(f"ВКонтакте отказал (ошибка {error.code}). {advice(error.code)}")
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001
        if "click" in type(error).__module__:
            fail(usage(error))
        print(trace(error), file=sys.stderr)
        sys.exit(UNFORESEEN)


def trace(error: BaseException) -> str:
    """The lines of where an error happened and of what kind it was, without its message, which may hold anybody's
    words, ids or a token (T14, I10)."""
    lines = ["Неожиданная ошибка. Пришлите это разработчикам:"]
    inner: list[BaseException] = [error]
    while inner:
        cause = inner.pop()
        lines += [frame.rstrip() for frame in traceback.format_tb(cause.__traceback__)] + [
            f"{type(cause).__qualname__}"
        ]
        inner += [more for more in (cause.__cause__, cause.__context__) if more is not None][:1]
        inner += cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()
    return "\n".join(lines)


def fail(text: str, code: int = REFUSED) -> NoReturn:
    """Prints the sentence to stderr and exits with this code."""
    print(as_called(text), file=sys.stderr)
    sys.exit(code)


@app.command()
def run() -> None:
    """Запустить бота."""
    settings = read()
    warn_of_removed()
    use_own_words(settings)
    with importing():
        from bot.app import run as run_bot
        from bot.process.log import start as start_log
    start_log(settings.log_level)
    finish(run_bot(settings))


def use_own_words(settings: Settings) -> None:
    """The region's wordings, before anything that speaks is imported."""
    folder = Path(settings.region_folder)
    if (beside_program(folder) / "texts.yaml").is_file():
        from bot.region import wordings

        wordings.use(folder)


def warn_of_removed() -> None:
    """Warns once, before anything runs, of settings that are gone: whoever has set one must know what holds instead."""
    for name, where, removed in left_over():
        print(f"Предупреждение. {removed.warning_about(name, where)} {removed.todo}", file=sys.stderr)


@app.command()
def web() -> None:
    """Запустить панель отдельно от бота: только с PostgreSQL."""
    from bot.process.log import start as start_log

    settings = read()
    warn_of_removed()
    use_own_words(settings)
    if settings.database_url.startswith("sqlite"):
        raise Refusal("С SQLite панель работает внутри бота: впишите BOT_PANEL_PORT и запустите python -m bot run.")
    try:
        with importing():
            from bot.web.serve import alone
    except ImportError as error:
        raise Refusal("Для панели нужны библиотеки. Поставьте: uv sync --extra panel.") from error
    start_log(settings.log_level)
    finish(alone(settings, features.chosen(settings.features)))


@app.command()
def check(
    fix: Annotated[bool, typer.Option("--fix", help="Включить в сообществе то, что можно включить отсюда.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Все строки, и длинные списки.")] = False,
) -> None:
    """Проверить настройки, ключ, сообщество, справочник и чаты и сказать, что исправить."""
    settings = read()  # first: what is wrong there is said at once
    with importing():
        from bot.cli import check as checks
    found = finish(checks.everything(settings, features.chosen(settings.features), fix=fix))
    print("\n".join(checks.report_lines(found, everything=everything)))
    wrong = sum(finding.wrong for finding in found)
    look = sum(finding.mark is checks.FindingMark.LOOK for finding in found)
    print((f"Исправить: {wrong}." if wrong else "Ошибок нет.") + (f" Посмотреть самим: {look}." if look else ""))
    raise typer.Exit(1 if wrong else 0)


@app.command()
def migrate() -> None:
    """Создать или обновить базу данных."""
    from bot.config.keys import master_of
    from storage.db.migrations import migrate as upgrade

    settings = read()
    refuse_beside_copies(settings)
    prepare_folder(settings)
    finish(upgrade(settings.database_url, master=master_of(settings)))
    print("База данных готова.")


def refuse_beside_copies(settings: Settings) -> None:
    """Refuses to start where copies lie and no database: its disk is away or its file was taken, and a new one would
    hide that."""
    from bot.process.clock import Clock
    from bot.upkeep.backups import database_of, places_of
    from storage.ops.copies.backup import DATABASE, newest

    places = places_of(settings)
    if places is None or not settings.database_url.startswith("sqlite") or database_of(settings).exists():
        return
    found = newest(places.folder, DATABASE, Clock().now())
    if found is not None:
        raise Refusal(
            f"Файла базы {database_of(settings)} нет, а копии её есть. Верните её: python -m bot restore {found}. "
            f"Если нужна новая, пустая база, уберите папку {places.folder} в другое место."
        )


def prepare_folder(settings: Settings) -> None:
    """Makes the folder of the SQLite file; nothing with PostgreSQL."""
    door = admin_socket.socket_of(settings.database_url)
    if door is not None:
        door.parent.mkdir(parents=True, exist_ok=True)


@app.command()
def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Одной строкой JSON.")] = False, community: Of = 0
) -> None:
    """Сколько принято, решено и отправлено; сходится ли счёт (I12)."""
    settings = read()
    said = run_command(settings, "stats", {"community": community})
    if as_json:
        print(json.dumps(said, ensure_ascii=False))
        return
    for side, name in (("inbox", "Входящие"), ("outbox", "Исходящие")):
        print(name + ": " + ", ".join(f"{key} {value}" for key, value in said[side].items()))
    print("\n".join(upkeep_commands.standing(said["appeals"])))
    print("Счёт сходится." if said["balanced"] else "Счёт НЕ сходится: сообщите разработчикам.")
    print("\n".join(upkeep_commands.last_checks(said, ZoneInfo(settings.timezone))))
    print("".join(upkeep_commands.others(said)), end="")


@directory_app.command("check")
def directory_check(folder: Folder) -> None:
    """Проверить файлы справочника, ничего не меняя."""
    known = read_directory_folder(folder)
    print(f"Справочник в порядке: органов {len(known.agencies)}, тем {len(known.topics)}, мест {len(known.places)}.")


@directory_app.command("show")
def directory_show(folder: Folder) -> None:
    """Коды и названия органов."""
    for agency in read_directory_folder(folder).agencies:
        print(f"{agency.code:24} {agency.name}")


@directory_app.command("import")
def directory_import(
    folder: Folder, yes: Annotated[bool, typer.Option("--yes", help="Загрузить, не переспрашивая.")] = False
) -> None:
    """Проверить, показать, что изменится, и загрузить."""
    from bot.region.directory_json import to_json

    settings = read()
    text = to_json(read_directory_folder(folder))
    lines = run_command(settings, "directory_difference", {"text": text})["lines"]
    print("\n".join(lines[:200]) if lines else "Изменений нет.")
    if len(lines) > 200:
        print(f"… и ещё {len(lines) - 200}.")
    if lines and not yes and not agreed("Загрузить?"):
        print("Ничего не изменено.")
        return
    done = run_command(settings, "directory_import", {"text": text})
    print(f"Справочник загружен, версия {done['version']}.")


@chat_app.command("code")
def chat_code(
    agency: Annotated[list[str] | None, typer.Option(help="Код органа из справочника; можно несколько раз.")] = None,
    cur: Annotated[bool, typer.Option("--cur", help="Для чата ЦУР.")] = False,
    duty: Annotated[bool, typer.Option("--duty", help="Для чата дежурных ЦУР: туда приходят тревоги.")] = False,
    community: Of = 0,
) -> None:
    """Одноразовый код, которым чат подключают к органу; сразу для нескольких чатов — строка для каждого."""
    wanted = [*(agency or ()), *([CUR] if cur else ()), *([DUTY] if duty else ())]
    if not wanted or "" in wanted:
        raise Refusal("Укажите, для какого чата код: --agency КОД (можно несколько раз), --cur или --duty.")
    settings = read()
    given = [
        (agency_code, run_command(settings, "chat_code", {"agency": agency_code, "community": community}))
        for agency_code in wanted
    ]
    minutes = given[0][1]["minutes"]
    if len(given) == 1:
        print(f"Напишите в чате: /код и этот код. Он действует {minutes} минут и один раз.")
        print(given[0][1]["code"])
        return
    print(f"Напишите в каждом чате: /код и код из его строки. Каждый действует {minutes} минут и один раз.")
    for agency_code, said in given:
        print(f"{agency_code:24} {said['code']}")


@chat_app.command("list")
def chat_list(community: Of = 0) -> None:
    """Подключённые чаты: название, кто там работает, где бот потерял доступ; и где коды пока не принимаются."""
    settings = read()
    said = run_command(settings, "chat_list", {"community": community})
    # The key of the settings sees only the chats of its own community.
    titles = finish(titles_of(settings, [chat["peer"] for chat in said["chats"] if not community]))
    for chat in said["chats"]:
        title = titles.get(chat["peer"], "название не видно")
        print(f"{chat['agency']:24} {chat['peer']}  «{title}»{'  бот потерял доступ' if chat['lost'] else ''}")
        for person in chat["people"]:
            print(f"{'':24} {person['user']:<12} {person['name']}{STANDING.get(person['standing'], '')}")
    for locked_chat in said["locked"]:
        until = datetime.fromisoformat(locked_chat["until"]).astimezone(ZoneInfo(settings.timezone))
        print(f"Чат № {locked_chat['number']}: после пяти неверных кодов новые не принимаются до {until:%H:%M}.")


STANDING = {"asked": "  ждёт решения ЦУР", "refused": "  не допущен"}


async def titles_of(settings: Settings, peers: list[int]) -> dict[int, str]:
    """The titles of chats as VK shows them now; none where it does not answer."""
    with importing():
        import aiohttp

        from bot.app import vk_of
        from bot.process.clock import Clock
        from bot.upkeep.members import titles

    async with aiohttp.ClientSession() as http:
        return await titles(vk_of(settings, http, Clock()), peers) if peers else {}


@chat_app.command("unlock")
def chat_unlock(
    number: Annotated[int, typer.Argument(help="Номер чата, как в сообщении ЦУР.")], community: Of = 0
) -> None:
    """Снова принимать коды в чате, где их пять раз ввели неверно."""
    run_command(read(), "chat_unlock", {"number": number, "community": community})
    print("Коды в этом чате снова принимаются.")


@chat_app.command("unbind")
def chat_unbind(agency: Annotated[str, typer.Argument(help="Код органа или cur.")], community: Of = 0) -> None:
    """Отключить чат органа."""
    run_command(read(), "chat_unbind", {"agency": agency, "community": community})
    print("Чат отключён. Сообщения для этого органа ждут в ЦУР.")


app.add_typer(region_commands.region, name="region")
app.add_typer(people_commands.people, name="people")
app.add_typer(records_commands.keys, name="keys")
app.add_typer(records_commands.erasures, name="erasures")
app.add_typer(records_commands.audit, name="audit")
app.add_typer(statistics_commands.statistics, name="statistics")
app.command("incident")(records_commands.incident)
app.command("appeals")(records_commands.appeals)
app.command("false-alarms")(records_commands.false_alarms)
app.command("backup")(upkeep_commands.backup)
app.command("restore")(upkeep_commands.restore)
app.command("replay")(upkeep_commands.replay)
app.command("health")(upkeep_commands.health)
app.command("upgrade-check")(upkeep_commands.upgrade_check)
app.command("move")(upkeep_commands.move)


def add_commands_of_features() -> None:
    """Adds the commands of features; those of a noun that the core has stand beside the core's own."""
    nouns = {group.name: group.typer_instance for group in app.registered_groups}
    for feature in features.installed():
        for noun, typed in feature.commands():
            if isinstance(typed, typer.Typer) and (known := nouns.get(noun)) is not None:
                known.registered_commands += typed.registered_commands
            elif isinstance(typed, typer.Typer):
                app.add_typer(typed, name=noun)
            else:
                app.command(noun)(typed)


if sys.argv[1:] not in (["run"], ["web"]):  # what runs for months has no use for a third of a megabyte of commands
    add_commands_of_features()
