"""Loaded by Python itself before a bot that `vk-emulator run` has started: its calls of VK go to the emulator.

It must work without `vk_emulator` in that environment, and never hide a sitecustomize that stood there before.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).resolve().parent


def begin() -> None:
    spec = spec_from_file_location("vk_emulator_patches", HERE.parent / "patches.py")
    if spec is None or spec.loader is None:
        return
    patches = module_from_spec(spec)
    sys.modules[spec.name] = patches
    spec.loader.exec_module(patches)
    patches.Redirection(os.environ["VK_EMULATOR"]).begin()


def pass_on() -> None:
    spec = PathFinder.find_spec("sitecustomize", [one for one in sys.path if Path(one).resolve() != HERE])
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if os.environ.get("VK_EMULATOR"):
    begin()
pass_on()
