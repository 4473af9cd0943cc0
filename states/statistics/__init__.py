"""What is counted, how it is added up, and how a part of it is asked for. It must never read a word of anybody."""
