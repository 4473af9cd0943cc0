"""VK's wire and nothing else: calls, long poll, events to values, values to calls, files."""
