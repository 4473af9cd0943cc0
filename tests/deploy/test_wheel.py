"""The wheels in an empty environment: commands, what must come with them, the sandbox in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bootstrap import own_uv
from bot import VERSION
from tests.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
WITHIN = 240.0


def clean() -> dict[str, str]:
    """Nothing of this checkout may be found by the way."""
    mine = ("BOT_", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


def uv(*arguments: str) -> None:
    done = subprocess.run([str(own_uv()), *arguments], env=clean(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The bot's and the emulator's."""
    folder = tmp_path_factory.mktemp("wheels")
    for part in (ROOT, ROOT / "emulator"):
        uv("build", "--wheel", "--quiet", "-o", str(folder), str(part))
    return next(folder.glob("priemnaya-*.whl")), next(folder.glob("vk_emulator-*.whl"))


@pytest.fixture(scope="module")
def empty(wheels: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheels and what they ask for, nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    uv("venv", "--quiet", "--python", sys.executable, str(folder / "env"))
    python = str(folder / "env" / "bin" / "python")
    uv("pip", "install", "--quiet", "--python", python, f"{wheels[0]}[panel,papers,sandbox]", str(wheels[1]))
    return folder


def typed(empty: Path, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(empty / "env" / "bin" / arguments[0]), *arguments[1:]]
    return subprocess.run(
        command, cwd=tmp_path, env=clean(), capture_output=True, text=True, check=False, timeout=WITHIN
    )


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist())


def no_python(*packages: str, cwd: Path = ROOT) -> set[str]:
    command = ["git", "ls-files", *packages]
    tracked = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in tracked if not name.endswith(".py")}


def test_what_is_no_python_is_inside(wheels: tuple[Path, Path]) -> None:
    names, emulator = names_in(wheels[0]), names_in(wheels[1])
    assert no_python("bot", "regions", "storage") <= names
    assert no_python("vk_emulator", cwd=ROOT / "emulator") <= emulator
    assert {name.split("/")[0] for name in emulator if ".dist-info" not in name} == {"vk_emulator"}
    assert "bot/config/config.example.env" in names, "the panel says by it what each setting means"
    assert any(name.startswith("storage/db/migrations/versions/0001") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/", "docs/", "emulator/")) for name in names)


def test_the_command(empty: Path, tmp_path: Path) -> None:
    said = typed(empty, tmp_path, "priemnaya", "--version")
    assert said.returncode == 0 and said.stdout.startswith(f"Приёмная {VERSION},"), said
    same = typed(empty, tmp_path, "python", "-m", "bot", "--version")
    assert same.stdout == said.stdout
    shipped = typed(empty, tmp_path, "priemnaya", "directory", "check", "regions/chelyabinsk")
    assert shipped.returncode == 0 and "Справочник в порядке" in shipped.stdout, shipped
    refused = typed(empty, tmp_path, "priemnaya", "run")
    assert refused.returncode == 2 and "BOT_VK_TOKEN: не задано" in refused.stderr


def test_the_sandbox_runs(empty: Path, tmp_path: Path) -> None:
    """The bot answers a resident, and all of it comes from the installed files."""
    sandbox = Sandbox(tmp_path / "var", python=str(empty / "env" / "bin" / "python"), cwd=tmp_path)
    try:
        sandbox.until_healthy()
        sandbox.write("Здравствуйте", 1)
        sandbox.wait(lambda: len(history(sandbox)) > 1, WITHIN)
        assert history(sandbox)[0]["from_id"] == -101 and history(sandbox)[0]["text"]
    finally:
        sandbox.close()


def history(sandbox: Sandbox) -> list[dict[str, object]]:
    found: list[dict[str, object]] = sandbox.call("messages.getHistory", "user-1001", peer_id=-101)["items"]
    return found


def test_a_release_has_all_its_parts(tmp_path: Path) -> None:
    """In a clone, so that nothing is made here."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    env = {**clean(), "FORCE": "yes", "PATH": f"{own_uv().parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([str(clone / "deploy" / "release.sh")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made = {path.name for path in (clone / "dist").iterdir()}
    named = f"priemnaya-{VERSION}"
    whole = {f"{named}-py3-none-any.whl", f"{named}.sbom.json", f"{named}.notes.md", "SHA256SUMS"}
    assert {name for name in made if not name.startswith("vk_emulator-")} == whole
    assert len([name for name in made if name.startswith("vk_emulator-") and name.endswith(".whl")]) == 1
    notes = (clone / "dist" / f"{named}.notes.md").read_text(encoding="utf-8")
    assert "### Что сделать при обновлении" in notes and "\n## " not in notes
    parts = json.loads((clone / "dist" / f"{named}.sbom.json").read_text(encoding="utf-8"))["components"]
    assert {"vkbottle", "sqlalchemy", "pydantic"} <= {one["name"] for one in parts}
    assert not {"pytest", "mypy"} & {one["name"] for one in parts}


def test_a_release_whose_wheels_differ_when_built_again_stops(tmp_path: Path) -> None:
    """Whoever builds the same commit must get the same bytes. This uv writes others each time."""
    clone, tools = tmp_path / "clone", tmp_path / "tools"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    (clone / ".venv").symlink_to(ROOT / ".venv")
    tools.mkdir()
    (tools / "uv").write_text(
        '#!/bin/sh\nmkdir -p "$5"\ndate +%s%N > "$5/priemnaya-0-py3-none-any.whl"\n', encoding="utf-8"
    )
    (tools / "uv").chmod(0o755)
    env = {**clean(), "FORCE": "yes", "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([str(clone / "deploy" / "release.sh")], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "файлы разные" in done.stderr, done
