"""A bot that is not changed for a test speaks to the emulator. It must never catch another host than VK's own."""
