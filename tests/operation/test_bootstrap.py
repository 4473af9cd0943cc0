"""`bootstrap.py` asks the index that this machine's pip or uv is set up with; no host is written into it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.operation.typed import ROOT

VERSION = "0.13.9"
NAME = f"uv-{VERSION}-py3-none-manylinux_2_17_{platform.machine()}.whl"
PASSWORD = "Basic " + base64.b64encode("робот:тайна".encode()).decode()


def wheel() -> bytes:
    """A uv that only notes what it was asked and of which index."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        said = '#!/bin/sh\necho "$1 $2 $UV_DEFAULT_INDEX" >> "$UV_CALLS"\n'
        archive.writestr(f"uv-{VERSION}.data/scripts/uv", said)
    return made.getvalue()


class Mirror(BaseHTTPRequestHandler):
    form: ClassVar[str] = "json"
    sign: ClassVar[str] = ""
    closed: ClassVar[bool] = False
    content: ClassVar[bytes] = wheel()

    def do_GET(self) -> None:
        if self.closed and self.headers.get("Authorization") != PASSWORD:
            self.send_error(401)
            return
        if self.path.endswith(".whl"):
            self.answer("application/zip", self.content)
        elif self.path != "/m/simple/uv/":
            self.send_error(404)
        elif self.form == "json":
            row = {"filename": NAME, "url": f"../../files/{NAME}", "hashes": {"sha256": self.sign}}
            self.answer("application/vnd.pypi.simple.v1+json", json.dumps({"files": [row]}).encode())
        else:
            page = f'<a href="../../files/{NAME}#sha256={self.sign}">{NAME}</a>'
            self.answer("text/html", page.encode())

    def answer(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: the test looks at what came of it."""


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Mirror, "sign", hashlib.sha256(Mirror.content).hexdigest())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}/m/simple"
    server.shutdown()


def installed(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    for name in ("bootstrap.py", "uv.lock"):
        shutil.copy(ROOT / name, folder / name)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    env = {**clean, "PATH": "/nowhere", "HOME": str(folder), "UV_CALLS": str(folder / "calls"), **environment}
    env["PATH"] = "/bin:/usr/bin" if shutil.which("uv", path="/bin:/usr/bin") is None else "/nowhere"
    command = [sys.executable, str(folder / "bootstrap.py"), "--run-only"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=240, check=False)


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("form", ["json", "html"])
@pytest.mark.parametrize("how", ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "pip.conf", "uv.toml"])
def test_everything_is_asked_of_the_mirror(
    how: str, form: str, mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mirror, "form", form)
    environment = {}
    if how == "pip.conf":
        (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = http://{mirror}\n")
        environment["PIP_CONFIG_FILE"] = str(tmp_path / "pip.conf")
    elif how == "uv.toml":
        (tmp_path / ".config" / "uv").mkdir(parents=True)
        said = f'[[index]]\nurl = "http://{mirror}"\ndefault = true\n'
        (tmp_path / ".config" / "uv" / "uv.toml").write_text(said)
    else:
        environment[how] = f"http://{mirror}"
    done = installed(tmp_path, **environment)
    assert done.returncode == 0, done
    asked = calls(tmp_path)
    assert [" ".join(one.split()[:2]) for one in asked] == [
        "export --frozen",
        "venv --python",
        "pip sync",
        "pip install",
    ]
    assert all(one.endswith(f"http://{mirror}") for one in asked)


def test_a_mirror_behind_a_password(mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mirror, "closed", True)
    named = f"http://%D1%80%D0%BE%D0%B1%D0%BE%D1%82:%D1%82%D0%B0%D0%B9%D0%BD%D0%B0@{mirror}"
    assert installed(tmp_path, PIP_INDEX_URL=named).returncode == 0


def test_a_wrong_hash_is_refused(mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mirror, "sign", "0" * 64)
    done = installed(tmp_path, PIP_INDEX_URL=f"http://{mirror}")
    assert done.returncode != 0 and "не совпал" in done.stderr
    assert not (tmp_path / "calls").exists() and not list(tmp_path.glob(".venv-uv/*/uv"))


def test_no_host_stands_in_the_code() -> None:
    text = (ROOT / "bootstrap.py").read_text(encoding="utf-8")
    assert "://" not in text and "pypi.org" not in text
