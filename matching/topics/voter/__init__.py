"""A second voter of topics beside the words of the directory: learned from written phrases (`weights.py`)."""
