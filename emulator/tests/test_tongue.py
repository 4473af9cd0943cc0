"""What the emulator says is English; `--lang ru` and VK_EMULATOR_LANG make it Russian, and both say the same."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vk_emulator
from vk_emulator.server import build
from vk_emulator.world_file import WorldFileError

PACKAGE = Path(vk_emulator.__file__).parent
RUSSIAN = re.compile("[А-Яа-яё]")
SEXES = re.compile("женский|мужской")
DATA = {"objects.py", "render.py", "walls.py", "chats.py", "beside.py"}
"""What VK or the page says, not the emulator: names of things, patterns, the bot's state on the page."""


def output_of(*arguments: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "VK_EMULATOR_LANG"}
    given = {**clean, "PYTHONPATH": str(PACKAGE.parent), **environment}
    command = [sys.executable, "-m", "vk_emulator", *arguments]
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "english", "russian"),
    [
        (("--port", "99999"), "a port is from 0 to 65535", "порт должен быть"),
        (("--world", "none.yaml"), "the world file cannot be read", "файл мира не читается"),
        (("--help",), "a folder that keeps the world", "папка, чтобы мир"),
        (("run", "--help"), "Run a bot in any language", "Запустить бота"),
        (("run",), "Wrong arguments", "Неверные аргументы"),
        (("run", "python", "bot.py"), "is wanted behind --", "после -- нужна команда бота"),
    ],
)
def test_in_both(arguments: tuple[str, ...], english: str, russian: str) -> None:
    inside = ["run", "--lang", "ru", *arguments[1:]] if arguments[0] == "run" else ["--lang", "ru", *arguments]
    plain, by_flag, by_name = output_of(*arguments), output_of(*inside), output_of(*arguments, VK_EMULATOR_LANG="ru")
    assert english in " ".join(plain.split()) and not RUSSIAN.search(plain), plain
    assert russian in " ".join(by_flag.split()) and russian in " ".join(by_name.split())


def test_a_run_ends_in_english() -> None:
    told = output_of("run", "--", sys.executable, "-c", "")
    assert "VK emulator: http://127.0.0.1" in told and "requests of the bot: 0" in told and not RUSSIAN.search(told)


def test_a_language_that_it_does_not_speak() -> None:
    assert "invalid choice" in output_of("--lang", "fr")


def test_a_world_file_in_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VK_EMULATOR_LANG")
    with pytest.raises(WorldFileError, match="line 1, 'communities': at least one community is wanted"):
        build({"users": [{"id": 1, "first_name": "A", "last_name": "B"}]}, data=tmp_path)


def test_nothing_is_said_in_russian_only() -> None:
    """A sentence stands in `either`, the English one first."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "either"]
        inside = {id(part) for call in calls for part in ast.walk(call.args[1])}
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if RUSSIAN.search(SEXES.sub("", text)) and id(node) not in inside | docs and path.name not in DATA:
                wrong.append(f"{path.name}:{node.lineno} {text[:60]}")
    assert wrong == []
