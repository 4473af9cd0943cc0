"""Keeps the world in DIR/world.pickle between runs. It must never be asked about single messages: the file
is written when the emulator stops, and now and then while it runs, by a copy of the process: nobody waits."""

from __future__ import annotations

import gc
import os
import pickle
import signal
from pathlib import Path
from typing import NoReturn

from vk_emulator.api.calls import Vk
from vk_emulator.world.clock import pause
from vk_emulator.world.world import World

VERSION = 5


class Keeper:
    """Loads the world from its file and saves it there. A file of another version, or a broken one, is left unread."""

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
        """Writes the world into its file, unless nothing has changed."""
        world = self.vk.world
        if world.changes != self.saved_changes:
            self._write(self.path.with_suffix(".new"))
            self.saved_changes = world.changes

    async def save_aside(self) -> None:
        """The world as it is at this moment, written by a copy of this process while this one goes on."""
        changes = self.vk.world.changes
        if changes == self.saved_changes:
            return
        if not hasattr(os, "fork"):
            self.save()
            return
        fresh = self.path.with_suffix(".aside")
        child = os.fork()
        if child == 0:
            self._write_and_end(fresh)
        ended = False
        try:
            while not ended:
                await pause(0.02)
                done, status = os.waitpid(child, os.WNOHANG)
                ended = done == child
            if status == 0:
                self.saved_changes = changes
        finally:
            if not ended:  # the emulator stops and saves by itself: an older world must not come after that
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            fresh.unlink(missing_ok=True)

    def _write_and_end(self, fresh: Path) -> NoReturn:
        """Writes the world in the copy of the process and ends it. It gives up the sockets at once: a connection is
        closed when nobody holds it any more."""
        failed = 1
        try:
            gc.disable()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            self._write(fresh)
            failed = 0
        finally:
            os._exit(failed)

    def _write(self, fresh: Path) -> None:
        """Writes the world into a new file and puts it in place of the old one."""
        world = self.vk.world
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            pickle.dump((VERSION, world.clock.offset, _content(world)), file, protocol=5)
        os.replace(fresh, self.path)


def _content(world: World) -> dict[str, object]:
    """What of the world is kept."""
    return {name: value for name, value in vars(world).items() if name not in ("clock", "base_url", "secure")}
