"""Programs that tests need from outside: a browser, Node and what npm brings. Where one is missing a test is skipped
with a reason on a person's machine and fails in CI (the variable CI is set): there nothing is left out in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

NODE_FOLDER = Path(__file__).parent / "node"
NODE_MODULES = NODE_FOLDER / "node_modules"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NODE_AT_LEAST = 18


def chromium() -> str:
    """The path of the system's browser, never one that playwright downloads."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    return missing("нет браузера Chromium (apt-get install chromium)")


def node() -> str:
    """The path of Node, together with the packages of tests/node."""
    found = shutil.which("node")
    if found is None:
        missing("нет Node.js (apt-get install nodejs npm)")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    if int(told.strip().lstrip("v").split(".")[0] or 0) < NODE_AT_LEAST:
        missing(f"Node.js старше {NODE_AT_LEAST}: {told.strip()}")
    npm_package("")
    return found


def program(name: str, packages: str) -> str:
    """The path of a program of the system; those for administrators lie where not every user looks."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    return found or missing(f"нет программы {name} (apt-get install {packages})")


def npm_package(name: str) -> Path:
    """The folder of a package of tests/node."""
    folder = NODE_MODULES / name
    if not folder.is_dir():
        missing(f"нет tests/node/node_modules/{name} (npm ci --prefix tests/node)")
    return folder


def missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
