"""Settings of the environment and the files they name."""
