"""Who should answer: guesses of topics, places, agencies and addresses over one directory.

It must never decide for a resident, learn from a text or keep one; a guess is only codes.
"""

from __future__ import annotations

from matching.matcher import Matcher

__all__ = ["Matcher"]
