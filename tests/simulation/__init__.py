"""The real bot against the emulator's world in one process and one thread, by a virtual clock: one seed decides all."""
