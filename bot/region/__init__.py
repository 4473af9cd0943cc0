"""The directory of a region, from files to facts, and what is wrong with it."""
