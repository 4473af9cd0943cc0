"""What follows: decide(facts, event) -> Decision. Pure functions on frozen data; no clock, no files, no network."""
