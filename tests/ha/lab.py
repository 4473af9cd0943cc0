"""A cluster on this machine: etcd, and three servers of PostgreSQL led by Patroni, on ports of the loopback.

It must never run as root, and never leave a process behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.operation.server import Wheel, free_port, unpacked
from tests.outside import program

SCOPE, NODES = "priemnaya", 3
TTL, LOOP, RETRY = 20, 2, 3
"""Seconds of Patroni: its least term for a leader that says nothing, and so the length of a failover."""
WITHIN = 180.0
WHOLE = {True: ["leader", "replica", "sync_standby"], False: ["leader", "replica", "replica"]}


@dataclass(slots=True)
class Node:
    """One server with its Patroni. `rest`: where Patroni tells what it knows."""

    name: str
    data: Path
    port: int
    rest: int
    patroni: subprocess.Popen[bytes] | None = None

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])


@dataclass(slots=True)
class Lab:
    """`synchronous`: whether a commit waits for a standby."""

    home: Path
    wheel: Wheel
    synchronous: bool
    etcd_port: int = field(default_factory=free_port)
    nodes: list[Node] = field(default_factory=list)
    etcd: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """As the bot is told: all servers, of which it takes the one that leads."""
        hosts = "&".join(f"host=127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql+asyncpg://postgres@/{database}?{hosts}"

    def start(self) -> None:
        """etcd first, then all nodes at once: the first of them makes the database, the others copy it."""
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, free_port()))
        self.etcd = self._runs(
            "etcd",
            *("etcd", "--data-dir", str(self.home / "etcd"), "--unsafe-no-fsync"),
            *("--listen-client-urls", client, "--advertise-client-urls", client),
            *(
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                f"default={peer}",
            ),
        )
        for number in range(NODES):
            node = Node(f"node{number}", self.home / f"node{number}", free_port(), free_port())
            self.nodes.append(node)
            self.begin(node)

    def begin(self, node: Node) -> None:
        """Its Patroni starts, and with it the server: as a service manager starts it again."""
        file = self.home / f"{node.name}.yml"
        file.write_text(json.dumps(settings_of(self, node)), encoding="utf-8")  # JSON is YAML
        node.patroni = self._runs(node.name, "patroni", str(file))

    def members(self) -> list[dict[str, Any]]:
        """As any living Patroni tells it; empty where none does."""
        for node in self.nodes:
            with (
                suppress(OSError, ValueError),
                urllib.request.urlopen(f"http://127.0.0.1:{node.rest}/cluster", timeout=2) as said,
            ):
                return list(json.load(said)["members"])
        return []

    async def whole(self) -> None:
        """All servers stream, and one standby is synchronous where one must be."""

        def is_whole(found: Sequence[dict[str, Any]]) -> bool:
            roles = sorted(one["role"] for one in found)
            return roles == WHOLE[self.synchronous] and all(one["state"] in ("running", "streaming") for one in found)

        await self._until(is_whole)

    async def led(self, *, other_than: Node) -> None:
        """Another server leads now."""
        await self._until(
            lambda found: any(one["role"] == "leader" and one["name"] != other_than.name for one in found)
        )

    def leader(self) -> Node:
        name = next(one["name"] for one in self.members() if one["role"] == "leader")
        return next(node for node in self.nodes if node.name == name)

    def kill(self, node: Node) -> None:
        """The machine is gone: Patroni and the server, SIGKILL, nobody says goodbye."""
        assert node.patroni is not None
        server = node.postmaster()
        children = children_of(server)
        node.patroni.kill()
        for pid in (server, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        node.patroni.wait()

    def cut(self, leader: Node) -> int:
        """From now on nothing that is committed here reaches the others: how many streams are held."""
        found = [pid for pid in children_of(leader.postmaster()) if "walsender" in title(pid)]
        for pid in found:
            os.kill(pid, signal.SIGSTOP)
        return len(found)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """At the leader."""
        command = [self.wheel.bin / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.leader().port), "-U", "postgres"]
        done = subprocess.run([*command, database, "-c", statement], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def stop(self) -> None:
        for node in self.nodes:
            if node.patroni is not None and node.patroni.poll() is None:
                with suppress(OSError, ValueError):
                    self.kill(node)
                node.patroni.kill()
                node.patroni.wait()
        if self.etcd is not None:
            self.etcd.kill()
            self.etcd.wait()

    def said(self) -> str:
        """The end of every log, for a failure."""
        logs = sorted(self.home.glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)

    async def _until(self, wanted: Any) -> None:
        end = time.monotonic() + WITHIN
        while not wanted(found := await asyncio.to_thread(self.members)):
            assert time.monotonic() < end, f"{found}\n{self.said()}"
            await asyncio.sleep(0.2)

    def _runs(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """As a user of its own, without anything of the environment in which the tests run."""
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8"}
        with (self.home / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, **self.wheel.as_user(), env=clean, cwd="/", stdout=log, stderr=log)


def settings_of(lab: Lab, node: Node) -> dict[str, Any]:
    """The same file as deploy/patroni.yml, but for the ports and for what makes it quick."""
    here = {"listen": f"127.0.0.1:{node.port}", "connect_address": f"127.0.0.1:{node.port}"}
    rest = {"listen": f"127.0.0.1:{node.rest}", "connect_address": f"127.0.0.1:{node.rest}"}
    return {
        "scope": SCOPE,
        "name": node.name,
        "etcd3": {"host": f"127.0.0.1:{lab.etcd_port}"},
        "restapi": rest,
        "bootstrap": {
            "dcs": {
                "ttl": TTL,
                "loop_wait": LOOP,
                "retry_timeout": RETRY,
                # As it comes a standby that lacks more than 1 MB leads nobody; the control holds back more.
                "maximum_lag_on_failover": 1_000_000 if lab.synchronous else 100_000_000,
                "synchronous_mode": lab.synchronous,
                "synchronous_mode_strict": lab.synchronous,
                "postgresql": {
                    "use_pg_rewind": True,
                    # A killed process loses nothing of what the system has: only a machine without power would.
                    "parameters": {"fsync": "off", "shared_buffers": "32MB", "max_connections": 60},
                },
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, {"auth": "trust"}, "data-checksums"],
        },
        "postgresql": {
            **here,
            "data_dir": str(node.data),
            "bin_dir": str(lab.wheel.bin),
            "pg_hba": [
                f"{what} trust" for what in ("local all all", *(f"host {one} all 127.0.0.1/32" for one in DOORS))
            ],
            "authentication": {role: {"username": "postgres"} for role in ("superuser", "replication", "rewind")},
            "parameters": {"unix_socket_directories": str(lab.home)},
        },
    }


DOORS = ("all", "replication")


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def title(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    return ""


@contextmanager
def running_lab(logs: Path, *, synchronous: bool) -> Iterator[Lab]:
    """Not whole yet: `whole` says when it is. At the end its logs are left in that folder."""
    for name, package in (("etcd", "etcd-server"), ("patroni", "patroni python3-etcd python3-dnspython")):
        program(name, package)
    home = Path(tempfile.mkdtemp(prefix="priemnaya-ha-"))
    lab = None
    try:
        wheel = unpacked(home / "first")
        home.chmod(0o777)
        lab = Lab(home, wheel, synchronous)
        lab.start()
        yield lab
    finally:
        if lab is not None:
            lab.stop()
        for log in home.glob("*.log"):
            shutil.copyfile(log, logs / log.name)
        shutil.rmtree(home, ignore_errors=True)
