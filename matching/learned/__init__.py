"""What is learned from messages that people have decided: a model, how it is trained, and how good it is.

Only a program that trains or uses a model imports this package: numpy takes 17 MB of memory. `example`
needs none.
"""
