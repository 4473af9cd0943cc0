"""What a started bot's memory is made of before it does anything: each library imported in turn, in one process.

What a library brings that another has brought already is counted where it came first.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIBRARIES = (
    ("asyncio with ssl", ("asyncio", "ssl")),
    ("aiohttp", ("aiohttp",)),
    ("pydantic", ("pydantic",)),
    ("vkbottle", ("vkbottle",)),
    ("SQLAlchemy", ("sqlalchemy", "sqlalchemy.dialects.sqlite")),
    ("cryptography", ("cryptography.hazmat.primitives.ciphers.aead",)),
    ("rapidfuzz", ("rapidfuzz",)),
    ("typer", ("typer",)),
    ("the bot itself and the rest", ("bot.cli.cli", "bot.app")),
)


def resident_mb() -> float:
    """As the bot does it, free memory is given back first."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def costs() -> list[tuple[str, float]]:
    """What each library adds to the memory of this process in MB, in the order of import."""
    found = [("the interpreter", before := resident_mb())]
    for what, names in LIBRARIES:
        for name in names:
            importlib.import_module(name)
        found.append((what, (now := resident_mb()) - before))
        before = now
    return [*found, ("all of it", before)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    options = parser.parse_args()
    rows = [[what, f"{cost:.1f}"] for what, cost in costs()]

    from benchmarks.rig.stand import machine  # only now: it imports much of what is measured
    from benchmarks.rig.tables import Table, write

    table = Table("imports", "python benchmarks/imports.py", machine(), ["imported", "MB"], rows)
    print(table.text())
    if options.write:
        write([table])


if __name__ == "__main__":
    main()
