"""How a model is trained, kept and taken into use (docs/reference/learning.md).

Training runs in a process of its own (child.py), which is handed everything by a pipe; only it and
`bot/region/learned.py` load numpy. Words of people must never reach a disk here, nor a report.
"""
