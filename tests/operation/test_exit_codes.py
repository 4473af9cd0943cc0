"""Every exit code that docs/reference/commands.md promises is given by a real process: scripts go by them."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest

from benchmarks.rig.stand import COMMUNITY, bind_chats
from bot.config.keys import master_of
from bot.process.clock import Clock
from states.people.chats import CODE_LOCK, Chat
from storage.db.database import Database
from storage.records import chats, communities
from storage.records.communities import CommunityState, RegisteredCommunity
from tests.operation.typed import ROOT, Post, post
from vk_emulator.server import running

REGION, MADE_UP = str(ROOT / "regions" / "chelyabinsk"), str(ROOT / "regions" / "kamensk")
ROW = re.compile(r"^\| `python -m bot ([^`]+)` \| .+ \| ([^|]+) \|$", re.MULTILINE)


def documented() -> set[tuple[str, int]]:
    """(command, code); the command without its arguments."""
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    found = set()
    for typed, codes in ROW.findall(page):
        name = " ".join(word for word in typed.split() if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-"))
        found |= {(name, int(code)) for code in re.findall(r"\b\d+\b", codes)}
    return found


FINE: dict[str, list[str]] = {
    "migrate": [],
    "stats": [],
    "appeals": [],
    "region new": [
        "new",
        "--name",
        "Каменск",
        "--timezone",
        "Europe/Moscow",
        "--places",
        f"{MADE_UP}/places.csv",
        "--bodies",
        f"{MADE_UP}/bodies.csv",
    ],
    "region check": [MADE_UP],
    "region words": ["приняли", "в", "работу"],
    "directory check": [REGION],
    "directory show": [REGION],
    "directory import": [REGION],
    "papers": [REGION, "--community", "priemnaya", "--out", "papers"],
    "chat code": ["--cur"],
    "chat list": [],
    "chat unbind": ["mindor"],
    "chat unlock": ["5"],
    "community list": [],
    "community pause": ["202"],
    "community resume": ["202"],
    "community remove": ["202"],
    "statistics rebuild": [],
    "statistics report": ["--week", "2026-11-16", "--pdf", "week.pdf"],
    "people grant": ["123456", "--role", "reader"],
    "people list": [],
    "people revoke": ["123456"],
    "people link": ["123456"],
    "pages import": ["pages.csv"],
    "pages export": ["pages.csv"],
    "api-keys add": ["--user", "123456", "--name", "Мониторинг"],
    "api-keys list": [],
    "api-keys revoke": ["CODE"],
    "doors list": [],
    "doors posters": ["--out", "posters", "--community", "priemnaya"],
    "keys new": ["new.key"],
    "keys rotate": ["new.key"],
    "erasures list": [],
    "erasures ask": ["123456"],
    "erasures act": ["CODE"],
    "audit verify": [],
    "audit show": [],
    "false-alarms": ["false.txt"],
    "incident": ["--since", "2026-11-01", "--until", "2026-11-02", "--out", "incident/out.json"],
    "demo state": [],
    "backup": ["--to", "copies"],
    "restore": ["COPY"],
    "replay": ["COPY"],
    "upgrade-check": ["COPY"],
    "train": ["--list"],
}
"""What each is given where it does what is asked. CODE and COPY stand for what an earlier command has made."""


def keep(here: Post, chat: Chat) -> None:
    async def kept() -> None:
        db = await Database.open(here.settings.database_url, master=master_of(here.settings), community=COMMUNITY)
        await db.run(lambda tx: chats.keep(tx, [chat]))
        await db.close()

    asyncio.run(kept())


def registered(here: Post, state: CommunityState) -> None:
    async def kept() -> None:
        db = await Database.open(here.settings.database_url, master=master_of(here.settings), community=COMMUNITY)
        one = RegisteredCommunity(202, "Школа № 5", Clock().now(), state)
        await db.run(lambda tx: communities.keep(tx, one, "a key", Clock().now()))
        await db.close()

    asyncio.run(kept())


def after(command: str, here: Post) -> str:
    """What has to be there first; what stands for CODE or COPY."""
    match command:
        case "chat unbind":
            keep(here, Chat(2_000_000_001, "mindor", bound_by=1))
        case "chat unlock":
            keep(here, Chat(2_000_000_005, paused_until=Clock().now() + CODE_LOCK))
        case "community pause" | "community remove":
            registered(here, CommunityState.ACTIVE)
        case "community resume":
            registered(here, CommunityState.PAUSED)
        case "people revoke" | "people link":
            assert here.types("people", "grant", "123456", "--role", "reader").code == 0
        case "pages import":
            assert here.types("pages", "export", "pages.csv").code == 0
        case "keys rotate":
            assert here.types("keys", "new", "new.key").code == 0
        case "api-keys revoke":
            return re.findall(r"Ключ (\S+) ", here.types("api-keys", "add", "--user", "1", "--name", "Город").out)[0]
        case "erasures act":
            return re.findall(r"Запрос (\S+) ", here.types("erasures", "ask", "123456").out)[0]
        case "restore" | "replay" | "upgrade-check":
            assert here.types("backup", "--to", "copies").code == 0
            return str(next((here.folder / "copies").glob("*.backup")))
        case _:
            pass
    return ""


@pytest.mark.parametrize("command", FINE)
def test_zero_is_done(command: str, tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template, panel_port=18443)
    made = after(command, here)
    arguments = [made if one in ("CODE", "COPY") else one for one in FINE[command]]
    done = here.types(*command.split(), *arguments)
    assert done.code == 0, done


@pytest.mark.parametrize("command", sorted(name for name, code in documented() if code == 2))
def test_two_is_refused_in_a_sentence(command: str, tmp_path: Path) -> None:
    """Nothing is done and nothing is left behind."""
    given = [one.replace("COPY", "x").replace("CODE", "x") for one in FINE.get(command, [])]
    if command in ("directory check", "directory show", "papers", "region check"):
        given[0] = "nowhere"
    if command == "region new":
        given[-1] = "nowhere.csv"
    if command == "region words":
        given = ["нет таких слов"]
    if command == "demo serve":
        given = ["--reset", "утром"]
    if command == "keys new":
        (tmp_path / "new.key").write_text("an old one")
    if command == "sandbox":
        given = ["--data", "taken"]
        (tmp_path / "taken").write_text("")
    before = sorted(tmp_path.iterdir())
    done = post(tmp_path).types(*command.split(), *given, BOT_UNDO_SECOND="1")
    done.refused()
    assert sorted(tmp_path.iterdir()) == before


def cut(folder: Path) -> None:
    """A line of the audit log is changed behind the bot's back (T22)."""
    with sqlite3.connect(folder / "bot.db") as db:
        assert db.execute("UPDATE audit SET subject = 'другое' WHERE number = 1").rowcount == 1


async def test_codes_that_need_vk(tmp_path: Path, template: Path) -> None:
    """`run` 0 and 2, `check` 1 and 0, `demo fill` 0, `replay` 1."""
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template)
        assert (await here.typing("check")).code == 1, "the control centre's chat is missing"
        with here.starts() as bot:
            await bot.until('"started"')
            (await here.typing("run")).refused("База уже открыта другим процессом")
            await bind_chats(emulator, here.settings)
            emulator.call("messages.send", "user-1001", peer_id=-101, random_id=1, message="Начать")
            await bot.until_handled(here.settings, 1)
            done = await here.typing("check")
            assert done.code == 0 and "Ошибок нет" in done.out, done
            done = await here.typing("demo", "fill", "--messages", "20")
            assert done.code == 0, done
            assert await bot.stopped() == 0
    with sqlite3.connect(here.folder / "bot.db") as db:
        ((number, was),) = db.execute("SELECT id, decided FROM inbox WHERE peer = 1001 AND decided <> ''").fetchmany(1)
        parts = was.split(".")
        db.execute("UPDATE inbox SET decided = ? WHERE id = ?", [".".join([parts[0], "000000", *parts[2:]]), number])
    done = here.types("replay")
    assert done.code == 1 and "шаг" in done.out, done


def test_one_is_a_finding_of_audit_verify(tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template)
    assert here.types("people", "grant", "123456", "--role", "reader").code == 0
    cut(tmp_path)
    done = here.types("audit", "verify")
    assert done.code == 1 and done.out, done


def test_one_is_a_line_that_pages_import_leaves_out(tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template)
    assert here.types("pages", "export", "pages.csv").code == 0
    table = (tmp_path / "pages.csv").read_bytes()
    columns = table.decode("utf-8-sig").splitlines()[0].count(";")
    (tmp_path / "pages.csv").write_bytes(table + ("?" + ";?" * columns).encode() + b"\r\n")
    done = here.types("pages", "import", "pages.csv")
    assert done.code == 1 and "пропущены" in done.out, done


def test_a_fault_nobody_foresaw_has_a_code_of_its_own(tmp_path: Path, template: Path) -> None:
    """70: neither «something to do» nor «refused», so that a timer can tell them apart."""
    here = post(tmp_path, template=template)
    with sqlite3.connect(tmp_path / "bot.db") as db:
        db.execute("DROP TABLE appeal")
    done = here.types("appeals")
    assert done.code == 70 and "Неожиданная ошибка" in done.err, done


ELSEWHERE = {
    ("community add", 0): "tests/communities/test_commands.py",
    ("community add", 75): "tests/communities/test_commands.py",
    ("web", 0): "tests/web/test_apart.py",
    ("sandbox", 0): "tests/demo/test_sandbox_command.py",
    ("run", 3): "tests/operation/test_taken_away.py",
    ("upgrade-check", 1): "tests/operation/test_upgrade.py",
    ("move", 0): "tests/operation/test_move.py",
    ("alarm try", 0): "tests/operation/test_second_way.py",
    ("alarm try", 1): "tests/operation/test_second_way.py",
    ("callback on", 0): "tests/operation/test_callback.py",
    ("callback off", 0): "tests/operation/test_callback.py",
    ("callback status", 0): "tests/operation/test_callback.py",
    ("callback status", 1): "tests/operation/test_callback.py",
    ("health", 0): "tests/operation/test_health.py",
    ("health", 1): "tests/operation/test_health.py",
    ("probe", 0): "tests/probes/test_command.py",
    ("probe", 1): "tests/probes/test_command.py",
    ("demo serve", 0): "tests/demo/test_served.py",
    ("train", 1): "tests/learning/test_start_to_end.py",
}


def test_no_documented_code_is_left_out() -> None:
    here = {(name, 0) for name in FINE} | {(name, 2) for name, code in documented() if code == 2}
    here |= {("run", 0), ("check", 0), ("demo fill", 0)}
    here |= {("check", 1), ("audit verify", 1), ("pages import", 1), ("replay", 1)}
    assert documented() - here == set(ELSEWHERE)
