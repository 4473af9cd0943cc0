"""Copies of a database: made, sealed, proven, put back, moved to the other engine, read by an upgrade and a replay."""
