"""The peers with our dialogue, written as their documentation writes a bot, each installed into a folder of its own.

Nothing is installed outside `var/bench`. Where a registry is away, whoever asks is told and goes on without the peer.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rig.stand import ROOT

FOLDER = ROOT / "var" / "bench"
VK_API, VK_IO = "11.10.1", "4.10.1"
SECONDS = 180


class Absent(Exception):
    """A peer that cannot be installed here."""


@dataclass(frozen=True)
class Peer:
    """`install` gives the program that runs `script`."""

    name: str
    script: str
    install: Callable[[], str]


def itself() -> str:
    """vkbottle is what we use too: the same version from the same environment."""
    return sys.executable


def vk_api() -> str:
    """The Python of an environment with vk_api, made at the first call; Absent where it cannot be installed."""
    python = FOLDER / "vk_api" / "bin" / "python"
    if not (FOLDER / "vk_api" / VK_API).exists():
        run([sys.executable, "-m", "venv", "--clear", str(FOLDER / "vk_api")])
        run([str(python), "-m", "pip", "install", "--quiet", f"vk_api=={VK_API}"])
        (FOLDER / "vk_api" / VK_API).touch()
    return str(python)


def vk_io() -> str:
    """Node looks for packages beside the script and above it, so the script is copied there by `script_of`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Absent("no node or no npm here")
    home = FOLDER / "vk-io"
    if not (home / VK_IO).exists():
        home.mkdir(parents=True, exist_ok=True)
        run([npm, "install", "--prefix", str(home), "--no-audit", "--no-fund", "--ignore-scripts", f"vk-io@{VK_IO}"])
        (home / VK_IO).touch()
    shutil.copy(ROOT / "benchmarks" / "peers" / "vk_io_dialogue.mjs", home)
    return node


def run(command: list[str]) -> None:
    """Runs the command to its end; Absent where it fails or takes too long."""
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise Absent(f"{Path(command[0]).name} could not install it ({type(error).__name__})") from error


VKBOTTLE = Peer("vkbottle", "peers/plain_dialogue.py", itself)
PEERS = (
    VKBOTTLE,
    Peer("vk_api", "peers/vk_api_dialogue.py", vk_api),
    Peer("vk-io", str(FOLDER / "vk-io" / "vk_io_dialogue.mjs"), vk_io),
)
