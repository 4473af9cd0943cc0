"""What a whole message of a resident does: an act out of a fixed table, as two voters see it (`votes`).

It must never decide what happens: a caller takes what is sure, asks back what is likely, and else takes a story.
"""

from screening.acts.act import Act
from screening.acts.vote import Votes, votes

__all__ = ["Act", "Votes", "votes"]
