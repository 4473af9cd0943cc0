"""The tests of the bot, in the world of its sandbox: the emulator's own one knows no ministries."""

import os
from pathlib import Path

WORLD = Path(__file__).parents[1] / "features" / "demo" / "sandbox" / "world.yaml"
os.environ.setdefault("VK_EMULATOR_WORLD", str(WORLD))
os.environ.setdefault("VK_EMULATOR_LANG", "ru")
