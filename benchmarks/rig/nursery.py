"""A fork server: imports the bot once and forks a real bot process for every life (delivery.md §17).

The child runs `bot.app.run` on real sockets and a real file, and may be killed at any moment. Linux only.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1


class Nursery:
    """The parent's side. One child at a time; `log` is where its log goes, `numbers` which ones it has in place of the
    bot's (tuned.py), from the next birth on."""

    def __init__(self, log: Path = Path(os.devnull), numbers: Mapping[str, float] | None = None) -> None:
        self.log = log
        self.numbers = dict(numbers or {})
        self.pid = 0
        self._server: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Nursery:
        self._server = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from benchmarks.rig.nursery import serve; serve()",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self._said() == "ready"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None and self._server.stdin is not None
        if self.pid:
            await self.end(signal.SIGKILL)
        self._server.stdin.close()
        await self._server.wait()

    async def birth(self, settings: Settings, treatment: str = "") -> int:
        """A new bot process; its number."""
        assert self._server is not None and self._server.stdin is not None
        how = {"treatment": treatment, "numbers": self.numbers, "log": str(self.log)}
        order = {"settings": settings.model_dump(), **how}
        self._server.stdin.write(json.dumps(order).encode() + b"\n")
        self.pid = int(await self._said())
        return self.pid

    async def end(self, by: signal.Signals) -> int:
        """End the child by a signal and wait until it is gone; its wait status."""
        os.kill(self.pid, by)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until the child is gone; its wait status."""
        status = int(await self._said())
        self.pid = 0
        return status

    async def _said(self) -> str:
        assert self._server is not None and self._server.stdout is not None
        line = await self._server.stdout.readline()
        if not line:
            raise SystemExit("питомник процессов завершился раньше времени")
        return line.decode().strip()


def serve() -> None:
    """The server's side: a line orders a child, its number is said at once, its status when it is gone."""
    warm()
    say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            live(order)
        say(str(child))
        say(str(os.waitpid(child, 0)[1]))


def say(words: str) -> None:
    print(words, flush=True)


def warm() -> None:
    """Everything that is the same in every life is loaded once."""
    import bot.app
    from bot.region.directory_file import read
    from matching import Matcher
    from storage.db.migrations import newest

    assert bot.app
    Matcher(read(ROOT / "regions" / "chelyabinsk"))
    newest()


def live(order: dict[str, Any]) -> None:
    """The child: a bot as `python -m bot run` starts it, until it ends or is killed."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        run(Settings(**order["settings"]), order["treatment"], order["numbers"])
        status = 0
    except BaseException as error:  # noqa: BLE001 - a child must never return into the server's loop
        print(f"child failed: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def run(settings: Settings, treatment: str, numbers: Mapping[str, float]) -> None:
    """Runs the bot in this process to its end. `numbers` are constants of it that are set otherwise."""
    from benchmarks.rig.tuned import tuned
    from benchmarks.treatments import treated
    from bot.app import run as run_bot
    from bot.process.log import start

    start(settings.log_level)
    with treated(treatment), tuned(numbers):
        asyncio.run(run_bot(settings))
