"""What is learned from invented phrases and not written as words: features of a text, their weights, sums of them."""
