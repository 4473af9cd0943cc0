"""The report of a week or a month on one page: figures in, a page out. It names no resident; only `standings` and
`reading` ask the database, for sums and counts.
"""
