"""What the pages show of one thing, read and put into words before it is laid out. It must never be a page itself."""
