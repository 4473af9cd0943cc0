"""Everything that happens is here before anything follows from it: admission, watermarks, history, timers."""
