"""The residents' side of the conversation."""
