"""The house as it must be: one-way streets, small files, small functions, and a check that bites when broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("states", "handlers", "matching", "storage", "bot", "emulator")
BANNED_NAMES = {"utils", "helpers", "manager", "common", "base"}


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_400_lines() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    long = {str(path.relative_to(ROOT)): lines_of(path) for path in [*sources(), *tests] if lines_of(path) > 400}
    assert not long


def test_no_function_is_longer_than_50_lines() -> None:
    long = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    long.append(f"{path.relative_to(ROOT)}:{node.name} {length}")
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p) for p in sources() if p.read_text() and not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent


def test_no_drawer_for_everything() -> None:
    assert not [path for path in sources() if path.stem in BANNED_NAMES]


def test_every_folder_earns_its_place() -> None:
    for package in PACKAGES:
        files = [path for path in (ROOT / package).iterdir() if path.suffix == ".py"]
        assert len(files) >= 4, package


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


BREAKS = {
    "states/lifecycle/appeal.py": "import handlers.text.words",
    "states/messages.py": "import asyncio",
    "handlers/text/words.py": "import storage.db.codec",
    "handlers/views/cards.py": "import random",
    "matching/words.py": "import storage.db.codec",
    "storage/db/codec.py": "import handlers.text.words",
    "storage/db/errors.py": "import bot.log",
    "bot/process/log.py": "import vkbottle",
    "bot/process/pace.py": "import sqlalchemy",
    "bot/process/retry.py": "import emulator.clock",
    "emulator/clock.py": "import states.messages",
}
"""A line that must not be written, for each street and each wall."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_streets_are_kept(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("place", BREAKS)
def test_a_broken_street_is_noticed(copy: Path, place: str) -> None:
    path = copy / place
    sound = path.read_text(encoding="utf-8")
    path.write_text(f"{sound}\n{BREAKS[place]}\n", encoding="utf-8")
    try:
        assert lint_imports(copy).returncode != 0
    finally:
        path.write_text(sound, encoding="utf-8")


CLOCKS = {
    "bot/delivery/tick.py": "import time\n\ntime.time()\n",
    "handlers/system/timer.py": "from datetime import datetime\n\ndatetime.now()\n",
    "bot/delivery/work.py": "import asyncio\n\nasyncio.create_task(None)\n",
    "storage/inbox/inbox.py": "import os\n\nos.environ\n",
}


@pytest.mark.parametrize("place", CLOCKS)
def test_a_banned_name_is_noticed(place: str) -> None:
    command = [str(Path(sys.executable).parent / "ruff"), "check", "--quiet", "--stdin-filename", place, "-"]
    done = subprocess.run(command, cwd=ROOT, input=CLOCKS[place], capture_output=True, text=True, check=False)
    assert "TID251" in done.stdout
