"""How the voters that take a message apart are made from written messages: `python -m tests.matching.training`."""
