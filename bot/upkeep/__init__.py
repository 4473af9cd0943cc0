"""The loops that keep the bot whole: backups, retention, watch, the nightly comparison, members, metrics."""
