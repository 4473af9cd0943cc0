"""`python -m bot check`: what is wrong and what to click, for every requirement of vk-api.md §12.14.

It must change nothing unless asked to (`--fix`), and say when something cannot be seen from outside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bot.admin.admin_service import AdminService
from bot.admin.community_key import long_poll, safely, scopes
from bot.admin.machine_findings import connection_findings, copy_findings, env_findings, removed_findings, room
from bot.admin.of_vk import FLAGS, ask
from bot.admin.own_findings import (
    calendar_findings,
    consent_findings,
    directory_findings,
)
from bot.config.keys import master_of
from bot.config.settings import Settings, SettingsError
from bot.feature import Feature
from bot.process import admin_socket, descriptors
from bot.process.advice import Refusal, advice
from bot.process.clock import Clock
from bot.region import region_questions, voices, wordings
from bot.region.directory_json import from_json
from bot.region.findings import Finding as Finding
from bot.region.findings import FindingMark as FindingMark
from bot.region.findings import bad, good, look
from bot.upkeep.backups import places_of
from bot.upkeep.communities import left_out
from bot.vk import clamav
from bot.vk.client import Vk
from bot.vk.community_identity import own_id
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, whole
from states.directory import Directory
from storage.db import token_owner
from storage.db.database import Database
from storage.db.errors import DatabaseLocked, StorageError
from storage.db.migrations import current, newest, revisions
from storage.inbox import history
from storage.ops.copies import backup, dumps
from storage.records import chats, communities

OF_HOME = (
    partial(scopes, then=" и впишите новый ключ в BOT_VK_TOKEN"),
    partial(long_poll, then=" Или: python -m bot check --fix"),
)
"""What is asked of any key, with what only the key of the settings can do."""
SHOWN = {FindingMark.BAD: 1000, FindingMark.LOOK: 5, FindingMark.GOOD: 12}
"""How many lines of a mark stand there without `--all`."""


def report_lines(found: Sequence[Finding], *, everything: bool) -> list[str]:
    """What is wrong first; then what to look at, then what is right, each cut short where it is long."""
    lines = []
    for mark, most in SHOWN.items():
        mine = [finding for finding in found if finding.mark is mark]
        shown = mine if everything else mine[:most]
        lines += [finding.line() for finding in shown]
        if len(mine) > len(shown):
            lines.append(f"{mark} … и ещё {len(mine) - len(shown)}: python -m bot check --all")
    return lines


async def everything(settings: Settings, features: Sequence[Feature], *, fix: bool) -> list[Finding]:
    """All findings, in the order in which a person would set things up."""
    found = [good(f"Настройки прочитаны, оператор: {settings.operator_name}.")]
    found += env_findings(Path(".env")) + removed_findings()
    found += consent_findings(settings)
    found += calendar_findings(Clock().now().date(), own=Path(settings.region_folder))
    found += [finding for feature in features for finding in feature.own_findings(settings)]
    async with aiohttp.ClientSession() as http:
        vk = Vk(settings.vk_token, settings.vk_api_url, http)
        community, told = await token(vk)
        found += told
        found += await data(settings, vk, community, features)
        if community:
            if fix:
                found += await switch_on_in_vk(vk, community)
            further = [partial(feature.findings_in_vk, settings) for feature in features]
            looks: list[Callable[[Vk, int], Awaitable[list[Finding]]]] = [*OF_HOME, *further, capabilities, page]
            for check in looks:
                found += await safely(check, vk, community)
    found += room(settings)
    found += await scanner(settings)
    found += wordings.findings(Path(settings.region_folder))
    found += voices.findings(Path(settings.region_folder))
    found += [finding for feature in features for finding in feature.findings(settings)]
    found += region_questions.findings(region_questions.file_in(settings.region_folder), Clock().now().date())
    return found


async def scanner(settings: Settings) -> list[Finding]:
    """Whether ClamAV answers: one finding, good or bad; none if no scanner is set."""
    if not settings.clamav:
        return []
    if await clamav.is_there(settings.clamav):
        return [good("ClamAV отвечает.")]
    todo = "Запустите clamd или исправьте BOT_CLAMAV: пока его нет, файлы не передаются."
    return [bad(f"ClamAV по адресу {settings.clamav} не отвечает.", todo)]


async def token(vk: Vk) -> tuple[int, list[Finding]]:
    """The community that the token belongs to (0 where VK refuses it) and what was found."""
    try:
        community = await own_id(vk, Clock())
    except VkError as error:
        return 0, [bad(f"Ключ сообщества не работает (ошибка {error.code}).", advice(error.code))]
    except (NotReached, Uncertain):
        return 0, [bad("ВКонтакте не отвечает.", "Проверьте сеть и BOT_VK_API_URL.")]
    except Refusal as refusal:
        return 0, [bad("Ключ не от сообщества.", str(refusal))]
    return community, [good(f"Ключ работает, сообщество {community}.")]


async def capabilities(vk: Vk, community: int) -> list[Finding]:
    """Three switches that VK shows to a person's token only; where it does, they are checked."""
    try:
        known = mapping(await ask(vk, "groups.getSettings", {"group_id": community}))
    except VkError:
        known = {}
    rows = (
        ("messages", "Сообщения сообщества", "Управление → Сообщения: «Включены»."),
        ("bots_capabilities", "Возможности ботов", "Управление → Сообщения → Настройки для бота: «Включены»."),
        ("bots_add_to_chat", "Добавление в беседы", "Там же: «Разрешать добавлять сообщество в беседы»."),
    )
    return [switch(known, name, title, todo) for name, title, todo in rows]


def switch(known: Mapping[str, Any], name: str, title: str, todo: str) -> Finding:
    """The finding for one switch in VK's settings: on, off, or not visible from here."""
    if name not in known:
        return Finding(FindingMark.LOOK, f"{title}: отсюда не видно, проверьте сами.", todo)
    return good(f"{title}: включено.") if whole(known[name]) else bad(f"{title}: выключено.", todo)


async def page(vk: Vk, community: int) -> list[Finding]:
    """R58: what makes the page recognisable as official."""
    answer = mapping(await ask(vk, "groups.getById", {"group_id": community, "fields": "contacts,addresses,verified"}))
    groups = answer.get("groups") or [{}]
    group = mapping(groups[0])
    found = []
    if not group.get("contacts"):
        found.append(Finding(FindingMark.LOOK, "На странице нет контактов.", "Управление → Контакты."))
    mark = "Отметка «Госорганизация» и форма «Госуслуги. Решаем вместе»: проверьте на странице сами."
    found.append(
        Finding(FindingMark.LOOK, mark, "Управление → Основная информация → «Подтвердить статус через Госуслуги».")
    )
    return found


async def switch_on_in_vk(vk: Vk, community: int) -> list[Finding]:
    """Switches on what a community's own token may (`--fix`); the findings about it."""
    flags = dict.fromkeys(FLAGS, 1)
    try:
        await ask(
            vk, "groups.setLongPollSettings", {"group_id": community, "enabled": 1, "api_version": "5.199", **flags}
        )
        await ask(
            vk,
            "groups.setSettings",
            {"group_id": community, "messages": 1, "bots_capabilities": 1, "bots_add_to_chat": 1},
        )
    except VkError as error:
        return [bad(f"Включить отсюда не получилось (ошибка {error.code}).", advice(error.code))]
    return [good("Включили Long Poll, события и возможности ботов.")]


async def data(settings: Settings, vk: Vk, community: int, features: Sequence[Feature]) -> list[Finding]:
    """The database, the directory in it and the chats; of a running bot asked by its own door (admin_socket.py)."""
    beside = await of_running(settings, vk, features) if community else None
    if beside is not None:
        return beside
    try:
        refused = await between(settings) or schema_fits(await current(settings.database_url))
        if refused is not None:
            return [refused]
        db = await Database.open(settings.database_url, master=master_of(settings))
    except SettingsError as error:
        return [bad(str(error), "config.example.env")]
    except DatabaseLocked as error:
        return [look("База данных занята, внутрь отсюда не посмотреть.", str(error))]
    except StorageError as error:
        return [bad("С этой базой данных бот не запустится.", str(error))]
    try:
        if not community:
            return [good("База данных готова.")]
        if (owners := await db.run(token_owner.owners)) and community not in owners:
            told = f"База данных сообщества {', '.join(map(str, owners))}, а ключ — сообщества {community}."
            return [bad(told, "Впишите ключ того сообщества или адрес другой базы.")]
        db = db.of(community)
        held = await AdminService(db, Clock()).now_known()
        bound = await db.run(chats.bound)
        chats_now = [(chat.peer, chat.agency) for chat in bound]
        found = [good("База данных готова."), *await directory_and_chats(held, chats_now, vk, settings)]
        desk = AdminService(db, Clock(), features=tuple(features))
        found += await of_features(settings, features, desk.carry_out)
        found += left_out.findings(features, await left_out.active(db))
        found += connection_findings((await db.run(communities.numbers))["active"], descriptors.raise_file_limit())
        copied_at, installed_at = await db.run(backup.last_copied), await db.run(history.installed_at)
        return found + copy_findings(
            settings, copied_at, installed_at or Clock().now(), await unfit_for_copies(settings, db)
        )
    finally:
        await db.close()


async def of_features(settings: Settings, features: Sequence[Feature], ask: admin_socket.Command) -> list[Finding]:
    """What features find in the data, asked of the running bot or of the open database."""
    return [finding for feature in features for finding in await feature.findings_of_data(settings, ask)]


async def ask_running_bot(door: Path | None, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """By the running bot; nothing where it stopped meanwhile."""
    return await admin_socket.ask(door, command, arguments) or {}


async def unfit_for_copies(settings: Settings, db: Database) -> str:
    """Why this PostgreSQL server cannot be copied, in a sentence; "" where it can, or where there are no such
    copies."""
    places = places_of(settings)
    if places is None or places.server is None:
        return ""
    return await dumps.unfit(places.server, await db.run(dumps.facts))


async def between(settings: Settings) -> Finding | None:
    """The finding about what stands between the bot and its server, such as a pooler that forgets statements; None
    where all is well."""
    if settings.database_url.startswith("sqlite"):
        return None
    from storage.db.engines import postgresql, reaching

    kept = await postgresql.keeps_statements(settings.database_url)
    return None if kept else bad(reaching.FORGETFUL, reaching.KEEP)


def schema_fits(found: str | None) -> Finding | None:
    """The finding about the tables' version; None where this program and these tables fit."""
    if found == newest():
        return None
    if found is None or found in revisions():
        return bad("База данных не готова.", "python -m bot migrate")
    told = f"Базу создала более новая версия программы ({found})."
    return bad(told, "Обновите программу: эта с ней не запустится. migrate не поможет.")


async def of_running(settings: Settings, vk: Vk, features: Sequence[Feature]) -> list[Finding] | None:
    """What the running bot says of itself; None where none runs."""
    door = admin_socket.socket_of(settings.database_url)
    told = await admin_socket.ask(door, "chat_list", {})
    kept = await admin_socket.ask(door, "directory_text", {}) if told else None
    state = await admin_socket.ask(door, "running", {}) if told else None
    if told is None or kept is None or state is None:
        return None
    trouble = next((str(said["error"]) for said in (told, kept, state) if "error" in said), None)
    if trouble is not None:
        return [bad("Бот работает, но базы у него сейчас нет.", trouble)]
    held = from_json(kept["text"]) if kept["text"] else None
    chats_now = [(chat["peer"], chat["agency"]) for chat in told["chats"]]
    found = [good("Бот работает, база у него."), *same_key(settings, state)]
    if state["halted"]:
        found.append(bad(f"ВКонтакте не даёт отправлять (ошибка {state['halted']}).", advice(state["halted"])))
    found += await directory_and_chats(held, chats_now, vk, settings)
    found += await of_features(settings, features, partial(ask_running_bot, door))
    found += left_out.findings(features, state["communities"])
    found += connection_findings(state["communities"], state["files"])
    return found + copy_findings(settings, state["copied_at"], datetime.fromisoformat(state["installed_at"]))


def same_key(settings: Settings, state: Mapping[str, Any]) -> list[Finding]:
    """The key file of the settings is the one that the running bot has: or its next start will fail."""
    try:
        if master_of(settings).name == state["master"]:
            return []
    except (SettingsError, StorageError) as error:
        return [bad("При следующем запуске бот не прочитает главный ключ.", str(error))]
    return [bad("Главный ключ в BOT_MASTER_KEY_FILE не тот, с которым бот работает.", "Верните прежний файл.")]


async def directory_and_chats(
    directory: Directory | None, bound: Sequence[tuple[int, str | None]], vk: Vk, settings: Settings
) -> list[Finding]:
    """The findings about directory and chats. `bound`: peer and agency of every bound chat."""
    if directory is None:
        return [bad("Справочник не загружен.", f"python -m bot directory import {settings.region_folder}")]
    found = directory_findings(directory, {agency for _, agency in bound}, Clock().now().date())
    for peer, agency in bound:
        found += await chat_rights(vk, peer, str(agency))
    return found


async def chat_rights(vk: Vk, peer: int, agency: str) -> list[Finding]:
    """An empty answer means that the bot is not administrator of the chat (vk-api.md §6.1)."""
    try:
        answer = mapping(await ask(vk, "messages.getConversationsById", {"peer_ids": peer}))
    except VkError as error:
        return [bad(f"Чат {agency}: ошибка {error.code}.", advice(error.code))]
    if not answer.get("items"):
        todo = "Откройте чат → участники → сообщество → «Назначить администратором»: иначе бот не видит ответов."
        return [bad(f"Чат {agency}: у бота нет прав администратора.", todo)]
    return [good(f"Чат {agency}: бот администратор.")]
