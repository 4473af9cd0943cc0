"""`python -m bot sandbox` as a process of its own, spoken to over HTTP only: what a person has on the desk."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
WITHIN = 240.0  # twelve seconds of work, on a machine that is busy with ten other things


class Sandbox:
    """`url` ends without a slash. `call` gives VK's `response`, `get` the whole body."""

    def __init__(self, folder: Path, *more: str, python: str = sys.executable, cwd: Path = ROOT) -> None:
        """`python` and `cwd`: of an installed program instead of this checkout."""
        command = [python, "-m", "bot", "sandbox", "--port", "0", "--data", str(folder), *more]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "PYTHONPATH"))}
        if python == sys.executable:
            clean["PYTHONPATH"] = str(ROOT / "emulator")
        self.folder = folder
        self.process = subprocess.Popen(command, cwd=cwd, env=clean, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        assert "http://" in told, f"эмулятор не начал работу: {told!r}"
        self.url = told.split()[-1].rstrip("/")

    def get(self, path: str, **params: Any) -> Any:
        token = params.pop("token", "")
        body = urllib.parse.urlencode({"v": "5.199", **params}).encode()
        request = urllib.request.Request(self.url + path, data=body if params or token else None)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=WITHIN) as answer:
            return json.load(answer)

    def call(self, method: str, token: str = "", **params: Any) -> Any:
        body = self.get(f"/method/{method}", token=token, **{"_": 1, **params})
        assert "error" not in body, body
        return body["response"]

    def ask_bot(self, command: str, **arguments: Any) -> Any:
        """What the bot itself knows, by the private door beside its database: nothing of the emulator's is in it."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(WITHIN)
            door.connect(str(self.folder.resolve() / "bot.db.sock"))
            door.sendall(json.dumps({"command": command, "arguments": arguments}).encode() + b"\n")
            said = json.loads(door.makefile("rb").readline())
        assert "error" not in said, said
        return said

    def wait(self, ready: Any, seconds: float) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if found := ready():
                    return found
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("не дождались")

    def until_healthy(self) -> None:
        self.wait(lambda: self.get("/health")["status"] == "ok", WITHIN)

    def until_listening(self) -> None:
        """After a start of the bot: the process is there at once, its answers some seconds later."""
        self.wait(lambda: self.call("emulator.bot")["numbers"], WITHIN)

    def reset(self) -> None:
        """The demo world again, and the bot from nothing; takes some seconds."""
        self.call("emulator.reset")
        self.until_healthy()

    def texts(self, token: str = "user-1001", peer: int = -101) -> list[str]:
        items = self.call("messages.getHistory", token, peer_id=peer, count=200, rev=1)["items"]
        return [item["text"] for item in items]

    def write(self, text: str, number: int, token: str = "user-1001", peer: int = -101) -> None:
        self.get("/method/messages.send", token=token, peer_id=peer, random_id=number, message=text)

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=40)
        finally:
            self.process.kill()
            self.process.communicate()
