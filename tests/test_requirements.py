"""Requirements that no one part of the house can prove: whom it calls, what it speaks to, what it is made of."""

from __future__ import annotations

import ast
import ipaddress
import re
import socket
import tomllib
from pathlib import Path
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions
from states.dialogue import Preview
from states.directory import Directory
from states.lifecycle.appeal import Piece
from tests import packages
from tests.handlers.given import READY, ROADS_CHAT, dialogue, facts, sends, tapped
from tests.transcripts.emulated import emulated, sqlite_url
from tests.transcripts.script import Player, read
from vk_emulator.server import running

ROOT = Path(__file__).parent.parent


def sources() -> list[Path]:
    return sorted(path for package in packages.PRODUCT for path in (ROOT / package).rglob("*.py"))


# The whole house.


async def test_no_host_is_called_but_vk(region: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R16: a whole conversation with every other address shut; VK is the emulator on this machine."""
    called: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            called.append(address[0])
            assert ipaddress.ip_address(address[0]).is_loopback, f"called {address}"
        connect(self, address)

    def asked(host: Any, *more: Any, **named: Any) -> Any:
        assert host in (None, "localhost") or ipaddress.ip_address(host).is_loopback, f"looked up {host}"
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", asked)
    talk = read(ROOT / "tests" / "transcripts" / "01_yama_na_doroge.yaml")["talk"]
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as stage,
    ):
        await Player(stage).play(talk)
    assert called


def test_no_foreign_messenger_is_a_channel() -> None:
    """R17: nothing that speaks to one, by address or by package."""
    address = re.compile(r"telegram\.org|\bt\.me\b|\bwa\.me\b|whatsapp\.(com|net)|viber\.com", re.IGNORECASE)
    # Pages of bodies elsewhere stand in the registry; nobody calls them.
    named = {ROOT / "features" / "official_pages" / name for name in ("made_up.py", "table.py")}
    for path in sources():
        assert path in named or not address.search(path.read_text(encoding="utf-8")), path
    package = re.compile(r'^name = "(?:aiogram|telethon|pyrogram|.*telegram.*|.*whatsapp.*|.*viber.*)"', re.MULTILINE)
    assert not package.search((ROOT / "uv.lock").read_text(encoding="utf-8"))


def test_a_text_in_another_language_is_kept_as_it_was_written() -> None:
    """R63: no translation, no service; the agency sees what was written."""
    written = "Урамда кар чистартылмаган, ярдәм итегез. Аулада ҡар күп. Ауладағы қарды тазаламайды."
    draft = dialogue(Preview(), READY.adding(Piece(3, written)))
    decision = decide(facts(draft), tapped(actions.SEND))
    assert decision.appeals[0].text == written
    (card,) = sends(decision, ROADS_CHAT)
    assert written in card.fallback


def test_only_one_folder_speaks_to_the_messenger() -> None:
    """R65: a channel to another messenger would be a folder beside it."""
    for path in sources():
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([name.name for name in node.names] + [getattr(node, "module", None) or ""])
        }
        speaks = any(name.split(".")[0] in ("vkbottle", "vkbottle_types") for name in names)
        assert not speaks or path.is_relative_to(ROOT / "bot" / "vk"), path


def test_every_dependency_is_pinned_by_its_hash() -> None:
    """R66: what is installed is known to the byte, so a list of it can be made and one of it replaced in a day."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert len(wanted) <= 20, "few"
    names = {row["name"]: row for row in locked}
    for line in wanted:
        assert re.split(r"[><=\[~! ]", line)[0].lower() in names, line
    for row in locked:
        if "registry" in row["source"]:
            files = [*row.get("wheels", ()), *([row["sdist"]] if "sdist" in row else ())]
            assert files and all(file["hash"].startswith("sha256:") for file in files), row["name"]
