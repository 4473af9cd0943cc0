"""What operation asks of the database: statistics, comparison with VK, backups, restores, replay."""
