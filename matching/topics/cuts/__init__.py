"""Several problems in one message: between which of its words it is cut, as learned from written messages."""
