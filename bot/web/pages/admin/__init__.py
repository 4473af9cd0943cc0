"""Pages of those who keep the region in order: canned answers, people, data, settings."""
