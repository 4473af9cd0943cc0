"""A year of messages that nobody wrote, made by rules, for the sandbox and for measurements (issue 16).

Pure: the same seed gives the same year. It must never hold a word or a name of a real person.
"""
