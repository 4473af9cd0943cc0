"""Make .venv from uv.lock on a machine that has only Python: no pip, no python3-venv, no compiler.

It must never install anything outside .venv. uv itself is one wheel from PyPI, checked against its published hash.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

UV_VERSION = "0.13.9"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything is checked
        print(f"Нужен Python 3.11 или новее, а это {platform.python_version()}.", file=sys.stderr)
        return 2
    uv = shutil.which("uv") or str(own_uv())
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    # Compiled once, here: who runs the bot may not write into .venv, and each start would take seconds more.
    command = [uv, "sync", "--frozen", "--all-extras", "--python", sys.executable, "--quiet", "--compile-bytecode"]
    if "--run-only" in sys.argv[1:]:  # a server needs no tests, no linters, no browser
        command.append("--no-dev")
    return subprocess.call(command, cwd=ROOT, env=environment)


def own_uv() -> Path:
    """The uv of this project, kept in .venv-uv: .venv itself is made, and may be remade, by uv."""
    binary = ROOT / ".venv-uv" / UV_VERSION / "uv"
    if binary.exists():
        return binary
    print(f"Скачиваю uv {UV_VERSION}…")
    index = urllib.request.Request(
        "https://pypi.org/simple/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(index, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheel = next(file for file in files if fits(file["filename"]))
    with urllib.request.urlopen(wheel["url"], timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        raise SystemExit("Скачанный uv не совпал с контрольной суммой PyPI. Повторите попытку.")
    binary.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        binary.write_bytes(archive.read(inside))
    binary.chmod(0o755)
    return binary


def fits(filename: str) -> bool:
    """Whether this wheel runs here. Debian and Ubuntu are glibc ("manylinux"); a Mac is for developers."""
    system = "macosx" if sys.platform == "darwin" else "manylinux"
    machine = platform.machine()
    names = {machine, "arm64"} if machine in ("aarch64", "arm64") else {machine}
    ours = filename.startswith(f"uv-{UV_VERSION}-") and filename.endswith(".whl")
    return ours and system in filename and any(name in filename for name in names)


if __name__ == "__main__":
    raise SystemExit(main())
