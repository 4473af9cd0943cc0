"""Charts: numbers in, an SVG and the same figures as a table out. They read nothing and import nothing of ours."""
