"""Commands in forks of one process that has imported the bot: real processes with their own folder, environment, files
and exit codes, without a second of imports each (tests/bot/test_cli.py types some into a fresh interpreter). One server
is enough for all forks of the tests: it begins before them (tests/conftest.py).

A guardian stands between the server and each command: it waits for it and says how it ended.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[2]
IMPORTED = (
    "bot.app", "bot.cli.check", "bot.admin.admin_service", "bot.upkeep.restore", "bot.upkeep.replay",
    "storage.db.migrations", "matching", "typer.rich_utils",
)  # fmt: skip
OPENS_WITHIN = 240.0


class Forked:
    """As much of `subprocess.Popen` as the tests of operation use."""

    def __init__(self, arguments: tuple[str, ...], folder: Path, env: Mapping[str, str], out: Path, err: Path) -> None:
        self.returncode: int | None = None
        self._guardian = at_the_door(server())
        asked = {"argv": arguments, "cwd": str(folder), "env": dict(env), "out": str(out), "err": str(err)}
        self._guardian.sendall(json.dumps(asked).encode() + b"\n")
        self._said = self._guardian.makefile("r")
        self.pid = int(self._said.readline())

    def poll(self) -> int | None:
        return self._ended(0.0)

    def wait(self, within: float | None = None) -> int:
        code = self._ended(within)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), within or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, within: float | None) -> int | None:
        if self.returncode is None and readable(self._guardian, within):
            self.returncode = int(self._said.readline())
            self._said.close()
            self._guardian.close()
        return self.returncode


def readable(one: socket.socket, within: float | None) -> bool:
    return bool(select.select([one], [], [], within)[0])


@cache
def server() -> str:
    """The address of the server, which lives as long as the process that asked first."""
    place = f"{tempfile.mkdtemp(prefix='forks-')}/door"
    child = subprocess.Popen(
        [sys.executable, "-c", "from tests.operation.forked import serve; serve()", place],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip

    def end() -> None:
        child.kill()
        child.wait()

    atexit.register(end)
    return place


def at_the_door(place: str) -> socket.socket:
    """It opens when everything is imported."""
    end = time.monotonic() + OPENS_WITHIN
    while True:
        came = socket.socket(socket.AF_UNIX)
        try:
            came.connect(place)
            return came
        except (FileNotFoundError, ConnectionRefusedError):
            came.close()
            assert time.monotonic() < end, "the server of forks did not begin"
            time.sleep(0.05)


def serve() -> NoReturn:
    """The server's side: a guardian for each that comes to the door; it ends with its parent."""
    sys.path[0] = str(ROOT)
    for name in IMPORTED:
        __import__(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, reaped)
    door = socket.socket(socket.AF_UNIX)
    door.bind(sys.argv[1])
    door.listen(64)
    door.settimeout(5.0)
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            came, _ = door.accept()
        except TimeoutError:
            continue
        if os.fork() == 0:
            door.close()
            guard(came)
        came.close()
    os._exit(0)


def reaped(*_: object) -> None:
    """What is waited for counts as processor of these tests."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def guard(came: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with came.makefile("rw") as talk:
        asked = json.loads(talk.readline())
        child = os.fork()
        if child == 0:
            live(asked, came)
        print(child, file=talk, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=talk, flush=True)
    os._exit(0)


def live(asked: dict[str, Any], came: socket.socket) -> NoReturn:
    """The command, as `python -m bot` runs it."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.closerange(3, max(came.fileno(), 3) + 8)
    sys.argv = ["bot", *asked["argv"]]
    code: Any = 0
    try:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))
