"""`python tools/count_words.py`: how many words of documentation people wrote, page by page. Above its bound: exit 1.

Pages and tables that a command writes, the changelogs and the facts (docs/facts) are counted apart.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 45_000
"""Words that a reader of everything should have to read at most."""
BOUND = 45_000
"""Near what there is today: it may only fall, until it is the goal."""
ROOT_PAGES = ("README.md", "README.ru.md", "CONTRIBUTING.md", "SECURITY.md", "emulator/README.md")
WRITTEN_BY_A_COMMAND = re.compile(r"\b(?:Written|Written whole|Made|Generated) by `(?:python|make)")
GENERATED = re.compile(r"<!-- generated: .*?<!-- end: [^>]*-->", re.DOTALL)


def words(text: str) -> int:
    """Bars and rulers of tables are none."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def counted() -> tuple[dict[str, int], dict[str, int]]:
    """(page → words) of what people wrote, and of what commands wrote and the facts."""
    written: dict[str, int] = {}
    apart: dict[str, int] = {}
    for path in [*(ROOT / name for name in ROOT_PAGES), *sorted((ROOT / "docs").rglob("*.md"))]:
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if name.startswith("docs/facts/") or WRITTEN_BY_A_COMMAND.search(text[:600]):
            apart[name] = words(text)
            continue
        written[name] = words(GENERATED.sub("", text))
        if tables := words(text) - written[name]:
            apart[f"{name} (tables)"] = tables
    return written, apart


def main() -> int:
    written, apart = counted()
    for name, number in sorted(written.items(), key=lambda page: page[1]):
        print(f"{number:7,} {name}")
    print(
        f"{sum(written.values()):7,} written, at most {BOUND:,} (goal {GOAL:,}); "
        f"{sum(apart.values()):,} generated or facts"
    )
    return int(sum(written.values()) > BOUND)


if __name__ == "__main__":
    sys.exit(main())
