"""What the simulation and the kills share: how simulated people mark their words, and laws that are read off rows."""
