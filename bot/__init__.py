"""The shell: the only code that touches VK, HTTP, the clock and the process. Decisions are made in handlers."""
