"""From an empty folder to green tests, for each of the examples: `python emulator/tests/first_green.py`. It fails where
tests do, or where two minutes of processor do not suffice: what else runs on this machine says nothing of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EMULATOR = Path(__file__).resolve().parents[1]
EXAMPLES = EMULATOR / "examples"
ENOUGH = 120.0


def steps(folder: Path) -> list[list[str]]:
    """What the README tells; the emulator comes from this checkout."""
    told = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    needed = [str(EMULATOR) if word == "vk-emulator" else word for word in told]
    python = str(folder / "env" / "bin" / "python")
    made = [[sys.executable, "-m", "venv", "env"], [python, "-m", "pip", "install", "--quiet", *needed]]
    if (folder / "package.json").exists():
        made.append(["npm", "install", "--no-audit", "--no-fund", "--loglevel", "error"])
    return [*made, [python, "-m", "pytest", "-q"]]


def spent() -> float:
    """Seconds of processor of everything that was started here and has ended."""
    times = os.times()
    return times.children_user + times.children_system


def played(example: Path) -> tuple[float, str]:
    """The seconds of processor, and what the tests said at last."""
    said = ""
    with tempfile.TemporaryDirectory(prefix="first-") as made:
        folder = Path(made) / example.name
        shutil.copytree(example, folder)
        begun = spent()
        for step in steps(folder):
            done = subprocess.run(step, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
            said = (done.stdout.strip() or done.stderr.strip() or "-").splitlines()[-1]
            if done.returncode:
                return spent() - begun, f"{step[-1]}: {said}"
        return spent() - begun, said


def main() -> int:
    failed = 0
    for example in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
        seconds, said = played(example)
        failed += seconds > ENOUGH or re.search(r"\d+ passed", said) is None or "failed" in said
        print(f"{example.name}: {seconds:.0f} s of processor, {said}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
