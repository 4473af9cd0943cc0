"""How the weights of danger are made from the developing phrases: `python -m tests.screening.training`."""
