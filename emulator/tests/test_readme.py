"""The README on an index: no link leads to a page that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
HOME = "https://example.org/vk/blob/v1"
RELATIVE = re.compile(r"\]\((?!https://)")


@pytest.mark.parametrize("home", ["", HOME, f"{HOME}/"])
def test_it_stands_alone(tmp_path: Path, home: str) -> None:
    page, text = tmp_path / "README.md", (ROOT / "emulator" / "README.md").read_text(encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    command = [sys.executable, ROOT / "tools" / "readme_alone.py", page, "emulator"]
    subprocess.run(command, env={"PUBLISHED_AT": home}, check=True, timeout=240)
    alone = page.read_text(encoding="utf-8")
    assert RELATIVE.search(text) and not RELATIVE.search(alone)
    linked = re.findall(rf"\({re.escape(HOME)}/([^)#?]+)", alone)
    assert len(linked) == (len(RELATIVE.findall(text)) if home else 0)
    assert all((ROOT / place).exists() for place in linked) and "emulator/examples" in linked or not home


def test_a_picture_that_moves_stands_on_top() -> None:
    top = (ROOT / "emulator" / "README.md").read_text(encoding="utf-8").split("\n")[2]
    picture = ROOT / "emulator" / re.findall(r"\]\(([^)]+)\)", top)[0]
    assert picture.stat().st_size < 1_000_000
    with Image.open(picture) as frames:
        assert frames.n_frames > 10


def test_a_picture_is_shown_and_not_its_page() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    from readme_alone import without_neighbours

    text = "![a](../b.gif) [c](https://d) [e](f#g)"
    assert without_neighbours(text, "x", HOME) == f"![a]({HOME}/b.gif?raw=true) [c](https://d) [e]({HOME}/x/f#g)"
    assert without_neighbours(text, "x", "") == " [c](https://d) e"
