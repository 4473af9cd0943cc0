"""What a measurement stands on: a world with many residents, a prepared database, settings, bound chats.

It must never know what is measured, and never touch a bot but through its process, its private door and VK.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.admin.admin_service import AdminService
from bot.cli.ask import carried_out
from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.process import admin_socket
from bot.process.clock import Clock
from bot.region.directory_file import read
from bot.region.directory_json import to_json
from storage.db.database import Database
from storage.db.migrations import migrate
from tests.yaml_text import yaml_of
from vk_emulator.server import Emulator

ROOT = Path(__file__).resolve().parents[2]
WORLD = ROOT / "features" / "demo" / "sandbox" / "world.yaml"
REGION = ROOT / "regions" / "chelyabinsk"
COMMUNITY = 101
BOT = -COMMUNITY
FIRST_RESIDENT = 20_001
PATIENCE = 240.0
"""Seconds after which a bot that hangs is given up, not one that is slow."""
_ONE_AT_A_TIME = asyncio.Lock()
"""Alembic keeps one migration in globals."""


def world_text(residents: int) -> str:
    """The demo world with so many residents more, numbered from FIRST_RESIDENT."""
    world = yaml_of(WORLD.read_text(encoding="utf-8"))
    world["users"] += [
        {"id": FIRST_RESIDENT + number, "first_name": "Житель", "last_name": f"Номер{number}"}
        for number in range(residents)
    ]
    return str(yaml.safe_dump(world, allow_unicode=True, sort_keys=False))


def people(residents: int) -> list[int]:
    return [FIRST_RESIDENT + number for number in range(residents)]


NO_LIMITS = {"messages_per_minute": 0, "appeals_per_day": 0, "open_appeals": 0}
"""A crowd of a few acts for many: what one person may do in a minute and in a day is not measured here (T9)."""


ONE_BY_ONE = {"repeat_days": 0, "join_hours": 0}
"""Many write the same few sentences: nobody is asked whether it is the same (R32), so that a dialogue is one way."""


def settings_for(url: str, folder: Path, **changes: Any) -> Settings:
    """Production's settings, but for what is named, and for the limits of one person."""
    values: dict[str, Any] = {
        "vk_token": f"group-{COMMUNITY}",
        "vk_api_url": url,
        "database_url": f"sqlite+aiosqlite:///{folder / 'bot.db'}",
        "operator_name": "Оператор",
        "operator_address": "Челябинск",
        "operator_email": "a@b.ru",
        "policy_url": "https://b.ru/p",
        **NO_LIMITS,
    }
    return Settings(**{**values, **changes})


def environment(settings: Settings) -> dict[str, str]:
    """The same settings for a process of its own."""
    return {f"BOT_{name.upper()}": str(value) for name, value in settings.model_dump().items() if value != ""}


async def prepare(settings: Settings) -> None:
    """An empty database with the region's directory."""
    async with _ONE_AT_A_TIME:
        await migrate(settings.database_url, master=master_of(settings))
    db = await Database.open(settings.database_url, master=master_of(settings))
    try:
        said = await AdminService(db.of(COMMUNITY), Clock()).carry_out(
            "directory_import", {"text": to_json(read(REGION))}
        )
    finally:
        await db.close()
    if "error" in said:
        raise SystemExit(f"справочник не загружен: {said['error']}")


async def asked(settings: Settings, command: str, **arguments: Any) -> dict[str, Any]:
    """A command carried out as `python -m bot` does it: on PostgreSQL here, else by the running bot, for which it
    waits."""
    if admin_socket.socket_of(settings.database_url) is None:
        return await carried_out(settings, command, arguments)
    for _ in range(int(PATIENCE / 0.05)):
        try:
            said = await admin_socket.ask(admin_socket.socket_of(settings.database_url), command, arguments)
        except (OSError, ValueError):
            said = None
        if said is not None:
            return said
        await asyncio.sleep(0.05)
    raise SystemExit("бот не отвечает: см. его журнал")


async def bind_chats(emulator: Emulator, settings: Settings, community: int = COMMUNITY) -> None:
    """Every chat that the community is in is bound by its one-time code, typed by its owner (T4)."""
    chats = [chat for chat in emulator.call("emulator.state")["chats"] if f"group-{community}" in chat["peer_ids"]]
    of: dict[str, int] = {} if community == COMMUNITY else {"community": community}
    for number, chat in enumerate(chats, sum(of.values())):
        said = await asked(settings, "chat_code", agency="cur" if chat["cur"] else chat["agency"], **of)
        owner = f"user-{chat['owner_id']}"
        peer = chat["peer_ids"][owner]
        emulator.call("messages.send", owner, peer_id=peer, random_id=number + 1, message=f"/код {said['code']}")
    for _ in range(int(PATIENCE / 0.05)):
        if len((await asked(settings, "chat_list", **of))["chats"]) == len(chats):
            return
        await asyncio.sleep(0.05)
    raise SystemExit("чаты не подключились: см. журнал бота")


def machine() -> str:
    """Date, cores, memory and Python, for the head of every table."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"{day}, {os.cpu_count()} cores, {pages / 2**30:.0f} GB of memory, Python {platform.python_version()}"


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """The resident memory of the process in MB; 0 where it has ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def buttons_of(keyboard: Any) -> list[dict[str, Any]]:
    """The actions of a keyboard as VK shows it: an object, or its text."""
    shown = json.loads(keyboard) if isinstance(keyboard, str) and keyboard else keyboard or {}
    return [button["action"] for row in shown.get("buttons", []) for button in row]
