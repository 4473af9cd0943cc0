"""The files of docs/reference/proof/: when, on which commit and machine; whether an unfinished run may go on.

A run goes on while the code is the same: a commit that only changes documents begins nothing anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import ROOT, machine
from tests.packages import ALL

FOLDER = ROOT / "docs" / "reference" / "proof"
CODE = (*ALL, "regions", "benchmarks", "uv.lock")
DRIVERS = ("tests/simulation", "tests/kill", "tests/powerloss")
NO_PART = re.compile(r"/(?:test_\w+|proof|\w+_page|plain_proof)\.py$")
"""What only checks or shows: whoever changes it has not changed what was run."""


def git(*asked: str) -> str:
    return subprocess.run(["git", *asked], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def counts(name: str) -> bool:
    return NO_PART.search(name) is None


@cache
def head() -> dict[str, Any]:
    """As it was when this process began. A + after the commit: files of the code differ from it."""
    changed = [name for name in git("diff", "HEAD", "--name-only", "--", *CODE, *DRIVERS).splitlines() if counts(name)]
    different = git("diff", "HEAD", "--", *changed) if changed else ""
    files = [line for line in git("ls-tree", "-r", "HEAD", *CODE, *DRIVERS).splitlines() if counts(line)]
    return {
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if different else ""),
        "code": hashlib.sha256("\n".join([*files, different]).encode()).hexdigest()[:12],
        "machine": machine().partition(", ")[2],
    }


def commit() -> str:
    return str(head()["commit"])


def write(file: Path, content: dict[str, Any]) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    said = {**head(), "date": f"{datetime.now(UTC):%F %T}", **content}
    beside.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(file)


def unfinished(file: Path | None, **same: Any) -> dict[str, Any] | None:
    """What the file has of a run of this code with the same conditions; None when it is of another."""
    if file is None or not file.exists():
        return None
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if kept.get("code") == head()["code"] and all(kept.get(name) == value for name, value in same.items()):
        return kept
    print(f"{file}: прежний прогон был на {kept.get('commit')}, этот начат заново", flush=True)
    return None


# Whether it is still the proof of what is used.

PARTS = ("simulation", "points", "combinations", "mutants", "kills", "losses", "plain", "soak")
"""What a release is proved by (`make prove`)."""


def last_release() -> str:
    """When work on the version of now began, and so the one before it was released: «2026-11-30 00:31:42», in UTC."""
    begun = git("log", "-1", "--format=%ct", "-G^VERSION = ", "--", "bot/__init__.py")
    return f"{datetime.fromtimestamp(int(begun), UTC):%F %T}"


def older_parts(released: str, kept: dict[str, dict[str, Any]]) -> list[str]:
    """Parts of the proof that were run before that moment, or not at all."""
    return [name for name in PARTS if name not in kept or kept[name]["date"] < released]
