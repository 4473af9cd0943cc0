"""The loops between VK and the database: listen, backfill, work, send, tick, and what verifies a delivery."""
