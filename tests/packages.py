"""The packages of the product, once for all tests; `tests/test_architecture.py` compares them with the tree."""

PURE = ("states", "screening", "handlers")
"""Covered to the last branch by their own tests."""

PURE_NAMES = ("model", "handlers", "texts")
"""Of a feature's folder what is as pure as the core, and covered as it is: by the tests of the feature's name."""

PRODUCT = (*PURE, "matching", "storage", "bot", "features")
ALL = (*PRODUCT, "vk_emulator")
FOLDERS = {"vk_emulator": "emulator/vk_emulator"}
"""Where a package lies, when not at the root."""


def folder_of(package: str) -> str:
    return FOLDERS.get(package, package)
