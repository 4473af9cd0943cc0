"""Hostile input: forged buttons, strange texts, mutated events, floods, files that lie (security.md §2)."""
