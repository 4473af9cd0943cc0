"""The officials' side of the conversation, in a bound chat."""
