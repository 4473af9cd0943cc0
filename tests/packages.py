"""The packages of the product, once for all tests; `tests/test_architecture.py` compares them with the tree."""

PURE = ("states", "screening", "handlers")
"""Covered to the last branch by their own tests."""

PRODUCT = (*PURE, "matching", "storage", "bot", "features")
ALL = (*PRODUCT, "vk_emulator")
FOLDERS = {"vk_emulator": "emulator/vk_emulator"}
"""Where a package lies, when not at the root."""


def folder_of(package: str) -> str:
    return FOLDERS.get(package, package)
