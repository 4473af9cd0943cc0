"""The command `priemnaya` of a server: a file of the caller's folder is named whole, for the bot runs in its own."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND, INSTALL = ROOT / "deploy" / "bin" / "priemnaya", ROOT / "deploy" / "install.sh"


@pytest.fixture
def called(tmp_path: Path) -> Path:
    """A folder with two files, and tools that only say how they were called."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, said in (("id", "echo 0"), ("systemd-run", 'for one in "$@"; do echo "$one"; done')):
        (tools / name).write_text(f"#!/bin/sh\n{said}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    (tmp_path / "a.db").touch()
    (tmp_path / "check").touch()
    return tmp_path


def words(folder: Path, *given: str) -> list[str]:
    path = f"{folder / 'tools'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(COMMAND), *given], cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-len(given) :]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("a.db", "{here}/a.db"),
        ("./a.db", "{here}/./a.db"),
        ("../b", "{here}/../b"),
        ("/etc/region", "/etc/region"),
        ("check", "check"),
        ("none.db", "none.db"),
        ("1.5", "1.5"),
        ("a@b.ru", "a@b.ru"),
        ("--keys", "--keys"),
        ("два слова", "два слова"),
    ],
)
def test_a_file_of_the_callers_folder(called: Path, given: str, meant: str) -> None:
    assert words(called, "restore", given, "--yes") == ["restore", meant.format(here=called), "--yes"]


def test_an_update_tries_a_database_on_a_server_too_and_begins_the_panel_again() -> None:
    said = INSTALL.read_text(encoding="utf-8")
    assert "grep -qs '^BOT_DATABASE_URL=postgresql'" in said and "if has_database &&" in said
    assert re.search(r"for unit in priemnaya-web priemnaya; do", said) and "systemctl start $stopped" in said


def test_what_a_release_makes_does_not_hinder_the_next() -> None:
    assert "/dist/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
