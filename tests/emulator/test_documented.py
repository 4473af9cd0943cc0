"""What docs/emulator shows is run as it stands there: the examples with pytest and Node, and every situation."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests import outside
from tests.form import PATIENT
from vk_emulator.api.calls import Vk
from vk_emulator.server import Emulator, build
from vk_emulator.world.clock import Clock

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "emulator"
HOME = str(ROOT / "emulator")
BLOCK = re.compile(r"^```(?:python|js)\n(?:#|//) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = 'vk.call("messages.send", "user-1001", peer_id=-101, random_id=0, message="привет")'
RULE = re.compile(r"`(\{[^`]+\})`")
CONTROL = re.compile(r"`(emulator\.\w+)((?: \w+=[^` ]+)+)`")


@pytest.fixture(autouse=True)
def the_world_of_whoever_reads_this(monkeypatch: pytest.MonkeyPatch) -> None:
    """The neutral one, not that of the bot in this repository."""
    monkeypatch.delenv("VK_EMULATOR_WORLD")


def block(name: str, page: str = "") -> str:
    """A file that docs/emulator links to, or a block of one of its pages."""
    if not page:
        return (DOCS / "code" / name).read_text(encoding="utf-8")
    found = dict(BLOCK.findall((DOCS / page).read_text(encoding="utf-8")))
    return found[name]


def unpacked(folder: Path, *names: str, page: str = "") -> None:
    for name in names:
        (folder / name).write_text(block(name, page), encoding="utf-8")


def module(folder: Path, name: str) -> ModuleType:
    unpacked(folder, name)
    spec = importlib.util.spec_from_file_location(Path(name).stem, folder / name)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def ran(command: list[str], folder: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(
        command, cwd=folder, env={**clean, **environment}, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_example_with_pytest(tmp_path: Path) -> None:
    unpacked(tmp_path, "my_bot.py", "test_my_bot.py")
    said = ran([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path, PYTHONPATH=HOME)
    assert "4 passed" in said


def test_the_test_that_has_moved(tmp_path: Path) -> None:
    unpacked(tmp_path, "my_bot.py")
    unpacked(tmp_path, "test_migrated.py", page="migrate.md")
    factory = "@pytest.fixture\ndef bot_factory(vk):\n    return lambda: my_bot.build(vk.token).run_polling()\n"
    (tmp_path / "conftest.py").write_text(f"import my_bot, pytest\n{factory}", encoding="utf-8")
    said = ran([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path, PYTHONPATH=HOME)
    assert "1 passed" in said


def test_the_example_with_comments(tmp_path: Path) -> None:
    unpacked(tmp_path, "my_bot.py", "test_my_bot.py", page="comments.md")
    said = ran([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path, PYTHONPATH=HOME)
    assert "3 passed" in said


def test_the_example_with_node(tmp_path: Path) -> None:
    node = outside.node()
    unpacked(tmp_path, "bot.test.mjs")
    (tmp_path / "node_modules").symlink_to(outside.NODE_MODULES)
    said = ran([node, "--test", "bot.test.mjs"], tmp_path, PYTHON=sys.executable, PYTHONPATH=HOME)
    assert re.search(r"pass 2\b", said)


@pytest.mark.usefixtures("redirected")
async def test_the_example_with_vk_api(emulator: Emulator, tmp_path: Path) -> None:
    session = module(tmp_path, "vk_api_at_home.py").session

    def talk() -> Any:
        person, community = session(emulator.base, "user-1001"), session(emulator.base, "group-101")
        person.method("messages.send", {"peer_id": -101, "random_id": 1, "message": "привет"})
        community.method("messages.send", {"peer_id": 1001, "random_id": 2, "message": "Здравствуйте"})
        return person.method("messages.getHistory", {"peer_id": -101})

    history = await asyncio.to_thread(talk)
    assert [item["text"] for item in history["items"]] == ["Здравствуйте", "привет"]


async def test_the_example_with_callback_api(emulator: Emulator, tmp_path: Path) -> None:
    heard: list[Any] = []
    runner = await module(tmp_path, "callback_example.py").serve(emulator, heard)
    try:
        async with asyncio.timeout(PATIENT):
            while emulator.call("groups.getCallbackServers", "group-101", group_id=101)["items"][0]["status"] != "ok":
                await asyncio.sleep(0.02)
            emulator.call("messages.send", "user-1001", peer_id=-101, random_id=0, message="привет")
            while not heard:
                await asyncio.sleep(0.02)
    finally:
        await runner.cleanup()
    assert [event["object"]["message"]["text"] for event in heard] == ["привет"]


def test_the_simulation_replays_to_the_letter(tmp_path: Path) -> None:
    day = module(tmp_path, "simulation.py").day
    first = day(1)
    assert len(first) == 24 and first == day(1)


def test_every_file_is_run_here_and_linked() -> None:
    page, source = (DOCS / "your-bot.md").read_text(encoding="utf-8"), Path(__file__).read_text(encoding="utf-8")
    names = sorted(path.name for path in (DOCS / "code").iterdir() if path.is_file())
    assert len(names) == 6 and all(f'"{name}"' in source and f"(code/{name})" in page for name in names)


def test_what_the_page_shows_is_a_part_of_the_file() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", (DOCS / "your-bot.md").read_text(encoding="utf-8"), re.DOTALL)
    written = block("test_my_bot.py").replace('write(vk, "привет")', SAID)
    assert [line for line in shown.splitlines() if line not in written] == []


def test_what_the_page_of_comments_names_is_taken(vk: Vk) -> None:
    text = (DOCS / "comments.md").read_text(encoding="utf-8")
    rules, controls = RULE.findall(text), CONTROL.findall(text)
    assert len(BLOCK.findall(text)) == 2 and len(rules) == 4 and len(controls) == 4
    for rule in rules:
        assert "response" in vk.call("emulator.setFaults", "", {"rules": f"[{rule}]"}), rule
    for name, params in controls:
        assert "error" not in vk.call(name, "", dict(given(params))), params


SITUATIONS = [
    line for line in (DOCS / "situations.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)
]


def given(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split())


@pytest.mark.parametrize("line", SITUATIONS, ids=[line.split("|")[1].strip() for line in SITUATIONS])
def test_every_situation_is_taken(line: str, vk: Vk) -> None:
    how = line.split(" | ")[2]
    rules, controls = RULE.findall(how), CONTROL.findall(how)
    assert rules or controls
    for rule in rules:
        answer = vk.call("emulator.setFaults", "", {"rules": f"[{rule}]"})
        assert answer["response"]["rules"][0]["mode"] == json.loads(rule)["mode"]
    vk.call("messages.send", "user-1001", {"peer_id": -101, "random_id": 0, "message": "привет"})
    for name, params in controls:
        assert "error" not in vk.call(name, "", dict(given(params))), name


def test_what_the_start_page_shows(tmp_path: Path) -> None:
    """The three lines with curl, as calls."""
    vk = build(data=tmp_path, clock=Clock(virtual=True)).vk
    lines = re.findall(r"^curl \S+/method/(\S+) (.*)$", (DOCS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 3
    for name, rest in lines:
        params = given(rest.replace("-d ", ""))
        answer = vk.call(name, params.pop("access_token"), dict(params))
        assert "response" in answer, answer
    assert [item["text"] for item in answer["response"]["items"]] == ["Здравствуйте", "Привет"]
