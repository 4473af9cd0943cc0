"""Statements on SQLite and PostgreSQL: connections, readers, what failed, rows from one engine to the other."""
