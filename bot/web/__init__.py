"""The panel: pages for those who answer for the region. The only code that loads a web framework."""
