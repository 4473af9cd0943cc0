"""The examples are green as they stand, beside what is installed here; first_green.py installs them anew."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import first_green
import pytest


@pytest.mark.parametrize("name", ["vkbottle", "vk_api"])
def test_an_example_is_green(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(first_green.EXAMPLES / name, tmp_path / name)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_its_seconds_are_those_of_the_processor() -> None:
    """A machine that does something else meanwhile says nothing of the examples."""
    before = first_green.spent()
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)
    worked = first_green.spent()
    subprocess.run(["sleep", "1"], check=True)
    assert worked > before and first_green.spent() - worked < worked - before


def test_each_is_installed_as_its_readme_tells() -> None:
    found = {path.name: first_green.steps(path) for path in first_green.EXAMPLES.iterdir() if path.is_dir()}
    assert set(found) == {"vkbottle", "vk_api", "vk-io", "node"}
    assert all(str(first_green.EMULATOR) in told[1] for told in found.values())
    assert [name for name, told in sorted(found.items()) if told[2][0] == "npm"] == ["node", "vk-io"]
