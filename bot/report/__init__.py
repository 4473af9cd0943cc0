"""The report of a week or a month on one page: figures in, a page out. It reads no data and names no resident."""
