"""`python .ci/parts.py`: which parts of `.ci/run` the change since the merge base asks for; unknown asks for all.

A part is left out only where every changed path belongs to rooms that it does not look at; each night runs all of them
(`make nightly`).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

RUNNING = (
    "storage/",
    "bot/app.py",
    "bot/runtime.py",
    "bot/delivery/",
    "bot/vk/",
    "bot/process/",
    "bot/upkeep/",
    "bot/config/",
)
"""What keeps messages and sends them."""
CORE = ("states/", "handlers/", "screening/", "matching/")

PANEL = ("storage/", "bot/", "features/", "emulator/", "regions/", "tests/web/", "tests/demo/", "tests/node/")
SETUP = (
    "pyproject.toml",
    "config.example.env",
    "deploy/",
    "regions/",
    "storage/db/",
    "bot/cli/",
    "bot/config/",
    "bot/__",
)
LOSSES = ("tests/kill/", "tests/powerloss/", "tests/simulation/", "tests/world/")
LIVES = (
    *RUNNING, *CORE, *LOSSES, "features/", "emulator/", "regions/", "benchmarks/rig/", "tests/walks/",
    "tests/handlers/limits.py", "bot/admin/", "bot/charts/", "bot/cli/", "bot/feature.py", "bot/printing/",
    "bot/region/",
)  # fmt: skip
"""All that a life of the simulation is made of: no page of the panel, no installation."""
MEASURED = ("states/", "screening/", "handlers/", "features/", "tests/people/")

ROOT = Path(__file__).resolve().parents[1]
OF_CORE = re.findall(r"^CORE := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[0].split()
IN_CHROMIUM = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/*/test*_in_chromium.py"))

PARTS: dict[str, tuple[str, ...]] = {
    "browser": (*CORE, *PANEL, "tests/browser/", *IN_CHROMIUM),
    "cluster": (*RUNNING, "deploy/", "tests/ha/"),
    "kills": (*RUNNING, "states/", "handlers/", "emulator/", *LOSSES),
    "wheel": SETUP,
    "speed": (*RUNNING, *CORE, "benchmarks/"),
    "seeds": LIVES,
    "coverage": (*MEASURED, *(f"{folder}/" for folder in OF_CORE)),
    "emulator": ("emulator/", "benchmarks/", "tests/emulator/", "docs/emulator/"),
    "matching": ("matching/", "screening/", "regions/", "benchmarks/"),
}
"""Each with where a change may show in it."""
TESTS: dict[str, tuple[str, ...]] = {
    "browser": ("tests/browser", *IN_CHROMIUM),
    "cluster": ("tests/ha",),
    "kills": ("tests/kill", "tests/powerloss"),
    "wheel": ("tests/deploy/test_wheel.py", "tests/deploy/test_install.py"),
    "emulator": ("tests/emulator",),
    "seeds": ("tests/simulation", "tests/walks"),
}
"""What pytest leaves out where the part is not asked for. Benchmarks, seeds, coverage and `emulator/tests` stand in
`.ci/run`; tests of the core that nobody measures are played with the others."""
ELSEWHERE = (*CORE, *PANEL, "deploy/", "benchmarks/", "docs/", "tests/", "tools/", ".github/")
ALONE = ("README.md", "README.ru.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", ".gitignore")
SHARED = (
    "conftest.py", "cost.py", "example.py", "forks.py", "form.py", "once.py", "outside.py", "small.py", "transcripts/",
    "whose.py", "yaml_text.py",
)  # fmt: skip
OF_ALL = tuple(f"tests/{one}" for one in SHARED)
BASES = ("origin/main", "main")


def git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603, S607


def changed() -> list[str] | None:
    """Since the merge base with main or with what CI_BASE names; None where there is none or it is this commit."""
    here = git("rev-parse", "HEAD")
    for base in filter(None, (os.environ.get("CI_BASE"), *BASES)):
        try:
            begun = git("merge-base", base, "HEAD")
        except subprocess.CalledProcessError:
            continue
        if begun != here:
            return git("diff", "--name-only", "--no-renames", begun).splitlines()
    return None


def asked(paths: Iterable[str] | None) -> set[str]:
    if paths is None:
        return set(PARTS)
    paths = [path for path in paths if path not in ALONE]
    if any(path.startswith(OF_ALL) for path in paths):
        return set(PARTS)
    known = (*ELSEWHERE, *(start for starts in PARTS.values() for start in starts))
    if not all(path.startswith(known) for path in paths):
        return set(PARTS)
    return {part for part, starts in PARTS.items() if any(path.startswith(starts) for path in paths)}


def left_out(parts: set[str]) -> list[str]:
    return [path for part, paths in TESTS.items() if part not in parts for path in paths]


if __name__ == "__main__":
    parts = asked(changed())
    print(f'parts=" {" ".join(sorted(parts))} "')
    print(f'left_out="{" ".join(left_out(parts))}"')
