"""The real bot against the emulator's world in one process and one thread, under a virtual clock: one seed decides all."""
