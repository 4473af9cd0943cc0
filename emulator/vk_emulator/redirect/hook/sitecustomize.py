"""Loaded by Python itself before a bot that `vk-emulator run` has started: its calls of VK go to the emulator.

It must work without `vk_emulator` in that environment and with Python 3.8, never hide a sitecustomize that stood there
before, and never end a bot: where it fails, the proxy of the environment is left.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).resolve().parent


def begin() -> None:
    """Patches the libraries of this process, so that VK's hosts lead to the emulator."""
    spec = spec_from_file_location("vk_emulator_patches", str(HERE.parent / "patches.py"))
    if spec is None or spec.loader is None:
        return
    patches = module_from_spec(spec)
    sys.modules[spec.name] = patches
    spec.loader.exec_module(patches)
    domains = tuple(os.environ["VK_EMULATOR_DOMAINS"].split(","))
    to = patches.Redirection(domains, closed=True)
    to.begin(os.environ["VK_EMULATOR"], lambda: os.environ.get("SSL_CERT_FILE", ""))


def pass_on() -> None:
    """Runs the sitecustomize that this file has taken the place of, if there is one."""
    spec = PathFinder.find_spec("sitecustomize", [path for path in sys.path if Path(path).resolve() != HERE])
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if os.environ.get("VK_EMULATOR"):
    try:
        begin()
    except Exception as error:  # noqa: BLE001 - told, and the bot goes on
        sys.stderr.write(f"vk-emulator: {error!r} in its hook, only the proxy is left\n")
pass_on()
