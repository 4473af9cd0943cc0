"""The proof under SIGKILL: the real bot is killed at random moments under load, then VK's own record is checked."""
