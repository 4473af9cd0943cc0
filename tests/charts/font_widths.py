"""Writes bot/charts/font_widths.py from the shipped font: `python -m tests.charts.font_widths`; a test compares."""

from __future__ import annotations

import string
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFont

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "bot" / "charts" / "fonts"
CYRILLIC = "".join(map(chr, range(0x410, 0x450))) + "Ёё"
LETTERS = string.digits + string.ascii_letters + " \u00a0" + string.punctuation + CYRILLIC + "«»„“—–−…№©×÷·•≤≥±°"
HEAD = '''"""How wide each letter of the shipped font is, in 2048ths of its size.

Made by tests/charts/font_widths.py, never typed.
"""

from __future__ import annotations

UNITS = 2048
'''


def widths(name: str) -> dict[int, str]:
    """Letters by their width."""
    face = TTFont(name, str(FONTS / f"{name}.ttf")).face
    found: dict[int, str] = {}
    for letter in LETTERS:
        wide = round(face.charWidths[ord(letter)] * 2048 / 1000)
        found[wide] = found.get(wide, "") + letter
    return dict(sorted(found.items()))


def module() -> str:
    parts = [HEAD]
    for constant, name in (("REGULAR", "LiberationSans-Regular"), ("BOLD", "LiberationSans-Bold")):
        rows = "".join(f"    {wide}: {quoted(letters)},\n" for wide, letters in widths(name).items())
        parts.append(f"{constant} = {{\n{rows}}}  # fmt: skip\n")
    return "\n".join(parts).rstrip() + "\n"


def quoted(letters: str) -> str:
    return '"' + letters.replace("\\", "\\\\").replace('"', '\\"').replace("\u00a0", "\\u00a0") + '"'


if __name__ == "__main__":
    (ROOT / "bot" / "charts" / "font_widths.py").write_text(module(), encoding="utf-8")
