"""Tests of the emulator: VK on a laptop. They import nothing of the bot."""
