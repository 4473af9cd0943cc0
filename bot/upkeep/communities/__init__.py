"""The communities that run beside the home: which, each with what it needs, and their upkeep in turn."""
