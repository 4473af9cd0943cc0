"""The process: clock, log, pace, retry, the admin socket, advice about faults."""
