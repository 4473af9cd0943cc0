"""The proof under power loss (F4, G4): the store's own statements on a file system that forgets what was not synced."""
