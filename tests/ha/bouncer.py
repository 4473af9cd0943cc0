"""PgBouncer between the bot and a server of a test's own. It must never run as root."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.operation.server import Server, Wheel, free_port, is_open
from tests.outside import program

WITHIN = 120.0


@contextmanager
def bouncing(server: Server, **settings: object) -> Iterator[Server]:
    """The same server at another port. In transaction mode, all else as it comes but for these `settings`."""
    tool, port = program("pgbouncer", "pgbouncer"), free_port()
    lines = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "pool_mode": "transaction",
        **settings,
    }
    file = server.home / f"bouncer-{port}.ini"
    said = "\n".join(f"{name} = {value}" for name, value in lines.items())
    door = f"* = host=127.0.0.1 port={server.port} user=postgres"
    file.write_text(f"[databases]\n{door}\n[pgbouncer]\n{said}\n", encoding="utf-8")
    with (server.home / f"bouncer-{port}.log").open("wb") as log:
        as_user = Wheel(server.bin, server.user).as_user()
        process = subprocess.Popen([tool, str(file)], **as_user, cwd="/", stdout=log, stderr=log)
    try:
        end = time.monotonic() + WITHIN
        while not is_open(port):
            assert process.poll() is None and time.monotonic() < end, (server.home / log.name).read_text()
            time.sleep(0.05)
        yield Server(server.home, server.bin, server.user, port)
    finally:
        process.kill()
        process.wait()
