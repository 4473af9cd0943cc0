"""The fixtures come by the entry point, as they come to a stranger."""

from __future__ import annotations

pytest_plugins = ["pytester"]
