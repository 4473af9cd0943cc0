"""One batch: what a decision may know is loaded, what was decided is kept, in one transaction."""
