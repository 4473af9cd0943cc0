"""Imports every module of this package, each of which registers its methods, so that `METHODS` is complete. It must
hold nothing else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from vk_emulator import methods


def load_all() -> tuple[str, ...]:
    """The names of all that hold methods; a new one needs no line here."""
    names = tuple(sorted(module.name for module in iter_modules(methods.__path__, f"{methods.__name__}.")))
    for name in names:
        import_module(name)
    return names
