"""Make .venv from uv.lock on a machine that has only Python: no pip, no python3-venv, no compiler.

It must never install anything outside .venv. uv itself is one wheel, checked against its published hash. Everything is
asked of the index that pip or uv is set up with here: an institution's mirror, or the one that uv.lock names.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import urllib.parse
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path

UV_VERSION = "0.13.9"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
ASKED = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything is checked
        print(f"Нужен Python 3.11 или новее, а это {platform.python_version()}.", file=sys.stderr)
        return 2
    uv = shutil.which("uv") or str(own_uv())
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    if mirror() is not None:
        return from_mirror(uv, environment)
    # Compiled once, here: who runs the bot may not write into .venv, and each start would take seconds more.
    command = [uv, "sync", "--frozen", "--all-extras", "--python", sys.executable, "--quiet", "--compile-bytecode"]
    return subprocess.call([*command, *only_to_run()], cwd=ROOT, env=environment)


def members() -> list[str]:
    """The emulator lies beside; a server has none."""
    return [] if only_to_run() else ["--editable", "./emulator"]


def only_to_run() -> list[str]:
    """A server needs no tests, no linters, no browser, no emulator."""
    return ["--no-dev", "--no-extra", "sandbox"] if "--run-only" in sys.argv[1:] else []


def from_mirror(uv: str, environment: dict[str, str]) -> int:
    """The files that uv.lock names lie on the public index; the same versions, by the same hashes, on the mirror."""
    wanted = VENV.with_name(".venv-uv") / "requirements.txt"
    wanted.parent.mkdir(exist_ok=True)
    own = {**environment, "VIRTUAL_ENV": str(VENV), "UV_DEFAULT_INDEX": index()}
    steps = (
        ["export", "--frozen", "--all-extras", "--no-emit-workspace", "--quiet", "-o", str(wanted), *only_to_run()],
        ["venv", "--python", sys.executable, "--quiet", "--allow-existing", str(VENV)],
        ["pip", "sync", "--require-hashes", "--quiet", "--compile-bytecode", str(wanted)],
        ["pip", "install", "--no-deps", "--quiet", "--editable", ".", *members()],
    )
    for step in steps:
        code = subprocess.call([uv, *step], cwd=ROOT, env=own)
        if code:
            return code
    return 0


# The index.


def index() -> str:
    """As pip and uv choose it; where nothing is set up, the one of the lock."""
    return mirror() or locked_index()


def locked_index() -> str:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return next(str(one["source"]["registry"]) for one in packages if "registry" in one["source"])


def mirror() -> str | None:
    """What the machine says instead of the lock's index; None where it says nothing, or the same."""
    named = [os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")]
    found = next((one for one in (*named, of_uv(), of_pip()) if one), None)
    return None if found is None or found.rstrip("/") == locked_index().rstrip("/") else found


def of_uv() -> str | None:
    places = (Path.home() / ".config" / "uv" / "uv.toml", Path("/etc/uv/uv.toml"))
    for file in places:
        if not file.is_file():
            continue
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        chosen = next((one["url"] for one in said.get("index", ()) if one.get("default")), said.get("index-url"))
        if chosen:
            return str(chosen)
    return None


def of_pip() -> str | None:
    home = Path.home()
    named = os.environ.get("PIP_CONFIG_FILE")
    places = (*([Path(named)] if named else ()), home / ".config/pip/pip.conf", home / ".pip/pip.conf")
    for file in (*places, Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf")):
        said = configparser.ConfigParser(interpolation=None)
        said.read(file, encoding="utf-8")
        chosen = next((said.get(part, "index-url", fallback="") for part in ("install", "global")), "")
        chosen = chosen or said.get("global", "index-url", fallback="")
        if chosen:
            return chosen
    return None


def fetched(url: str, seconds: int) -> tuple[str, bytes, str]:
    """(content type, content, where it came from). A name and password in the address go into the header."""
    parts = urllib.parse.urlsplit(url)
    headers = {"Accept": ASKED}
    if parts.username is not None:
        said = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(said.encode()).decode()
        parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    request = urllib.request.Request(parts.geturl(), headers=headers)
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        return str(answer.headers.get("Content-Type")), answer.read(), url


class Links(HTMLParser):
    """The simple index as HTML: an older mirror has no other."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def files_of(project: str) -> list[tuple[str, str, str]]:
    """(file name, address, sha256) of everything that the index has of a project."""
    kind, content, page = fetched(f"{index().rstrip('/')}/{project}/", 60)
    if "json" in kind:
        rows = json.loads(content)["files"]
        return [(one["filename"], joined(page, one["url"]), one["hashes"].get("sha256", "")) for one in rows]
    links = Links()
    links.feed(content.decode(errors="replace"))
    found = []
    for link in links.found:
        address, _, mark = link.partition("#")
        name = urllib.parse.unquote(address.rpartition("/")[2])
        found.append((name, joined(page, address), mark.removeprefix("sha256=")))
    return found


def joined(page: str, link: str) -> str:
    """A link of the page; on the same server with the name and password of the page."""
    whole, at = urllib.parse.urlsplit(urllib.parse.urljoin(page, link)), urllib.parse.urlsplit(page)
    if "@" not in whole.netloc and whole.netloc == at.netloc.rpartition("@")[2]:
        whole = whole._replace(netloc=at.netloc)
    return whole.geturl()


# uv.


def own_uv() -> Path:
    """The uv of this project, kept in .venv-uv: .venv itself is made, and may be remade, by uv."""
    binary = ROOT / ".venv-uv" / UV_VERSION / "uv"
    if binary.exists():
        return binary
    print(f"Скачиваю uv {UV_VERSION}…")
    wheel = next((one for one in files_of("uv") if fits(one[0])), None)
    if wheel is None:
        raise SystemExit(
            f"В индексе нет uv {UV_VERSION} для этой машины. Добавьте его в зеркало или поставьте uv сами."
        )
    content = fetched(wheel[1], 300)[1]
    if hashlib.sha256(content).hexdigest() != wheel[2]:
        raise SystemExit("Скачанный uv не совпал с контрольной суммой индекса. Повторите попытку.")
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
