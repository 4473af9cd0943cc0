"""What is true and what may happen: pure data and rules. Standard library only; imports nothing of ours."""
