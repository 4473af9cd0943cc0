"""The font that comes with the program: the same letters on every machine. No font of the system is ever used."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "charts" / "fonts"
PLAIN, BOLD = FOLDER / "LiberationSans-Regular.ttf", FOLDER / "LiberationSans-Bold.ttf"
FAMILY = "Liberation Sans"
