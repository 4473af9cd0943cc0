"""The dress rehearsal of `priemnaya probe` (features/probe): the emulator is VK, a robot holds the phone."""
