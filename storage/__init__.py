"""What is remembered: all SQL of the program. Imports states and nothing else of ours; never reads a clock."""
