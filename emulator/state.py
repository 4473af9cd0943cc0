"""Keeps the world in DIR/world.pickle between runs. It must never be asked about single messages: the file
is written when the emulator stops and now and then while it runs."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from emulator.api import Vk
from emulator.world import World

VERSION = 2


class Keeper:
    def __init__(self, vk: Vk, folder: Path) -> None:
        self.vk = vk
        self.path = folder / "world.pickle"
        self.saved_changes = -1

    def load(self) -> bool:
        """Take over the kept world, if there is one of this version; the file is written by `save`."""
        if not self.path.is_file():
            return False
        try:
            with self.path.open("rb") as file:
                version, offset, content = pickle.load(file)  # noqa: S301 - our own file in the operator's folder
        except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError, TypeError):
            return False
        if version != VERSION or not isinstance(content, dict):
            return False
        clock = self.vk.world.clock
        self.vk.world.__dict__.update(content)
        self.vk.world.clock = clock
        if not clock.virtual:
            clock.offset = offset
        self.saved_changes = self.vk.world.changes
        return True

    def save(self) -> None:
        world = self.vk.world
        if world.changes == self.saved_changes:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with fresh.open("wb") as file:
            pickle.dump((VERSION, world.clock.offset, _content(world)), file, protocol=5)
        os.replace(fresh, self.path)
        self.saved_changes = world.changes


def _content(world: World) -> dict[str, object]:
    return {name: value for name, value in vars(world).items() if name not in ("clock", "base_url")}
