"""The address that a free text names, in the nominative.

It must never complete or correct an address: the resident sees and confirms what was found (R25).
"""

from __future__ import annotations

from matching.addresses.parse import bare, find, street, without

__all__ = ["bare", "find", "street", "without"]
