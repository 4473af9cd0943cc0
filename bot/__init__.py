"""The shell: the only code that touches VK, HTTP, the clock and the process. Decisions are made in handlers."""

VERSION = "0.3.0"
"""Of the program; that of the tables is storage/db/version.py. What changed stands in CHANGELOG.md."""
