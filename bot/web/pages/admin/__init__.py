"""Pages of those who keep the region in order: directory, templates, people, data, settings."""
