"""What every request passes before it reaches a page; one concern, one file."""
