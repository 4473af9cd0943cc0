"""What a whole message of a resident does: tells, asks, thanks, corrects. It must never say what follows from it."""
