"""The emulator's own tests beside the oldest and the newest of what it depends on, each in a folder of its own:
`python emulator/tests/wide.py`, or one of them by `python emulator/tests/wide.py 3.14-newest`. What a bot pins decides
what stands beside the emulator, so it must never ask for its newest neighbours."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from strangers import Away, make_python

HERE = Path(__file__).resolve().parent
EMULATOR = HERE.parent
IN_CI = ("3.11-oldest", "3.13-newest")
BESIDE = ("pytest", "pytest-asyncio", "httpx", "requests", "vk_api", "vkbottle")
PLAYED = ("test_as_test.py", "test_bots.py", "test_hints.py", "test_plugin.py", "test_redirect.py", "test_run.py")
SETTINGS = "[pytest]\nasyncio_mode = auto\n"


def requirements(age: str) -> list[str]:
    """What its pyproject names: `oldest` as it stands there, `newest` whatever the index has."""
    project = tomllib.loads((EMULATOR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed: list[str] = project["dependencies"]
    return [line.replace(">=", "==") for line in needed] if age == "oldest" else needed


def play(python: str, folder: Path, age: str) -> int:
    install = [python, "-m", "pip", "install", "--quiet", "--no-input", *requirements(age), *BESIDE, str(EMULATOR)]
    subprocess.run(install, cwd=folder, check=True)
    settings = folder / "pytest.ini"
    settings.write_text(SETTINGS, encoding="utf-8")
    tests = [str(HERE / name) for name in PLAYED]
    command = [python, "-m", "pytest", "-q", "-c", str(settings), "--rootdir", str(folder), *tests]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=clean, check=False).returncode


def main() -> int:
    failed, asked = 0, sys.argv[1:]
    for version, _, age in (name.partition("-") for name in asked or IN_CI):
        with tempfile.TemporaryDirectory(prefix="wide-") as made:
            try:
                python = make_python(version, Path(made))
            except Away as error:
                print(f"{version}, {age}: {error}")
                failed += bool(asked)
                continue
            print(f"{version}, {age}: {' '.join(requirements(age))}", flush=True)
            failed += play(python, Path(made), age) > 0
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
