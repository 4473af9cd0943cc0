"""The open data: what everybody may see and what applications may send (R56). The only code that loads FastAPI.

Nothing of a person leaves here: no words, names, ids, numbers of messages, exact addresses or times.
"""
