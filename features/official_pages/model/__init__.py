"""The registry of official pages: what a page is, how it is checked, what a table changes. Pure, as `states` is."""
