"""The address that a free text names, in the nominative.

It must never complete or correct an address: the resident sees and confirms what was found (R25).
"""

from __future__ import annotations

from matching.addresses.parse import bare, find, street, without
from matching.addresses.spots import spot

__all__ = ["bare", "find", "spot", "street", "without"]
