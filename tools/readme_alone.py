"""`python tools/readme_alone.py README FOLDER`: a README as an index of packages shows it, where no other page is.

Links lead to where the repository is published (`PUBLISHED_AT=https://…/blob/TAG`), else only their words stay. It must
change nothing but links; FOLDER is where the README lies in the repository.
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from pathlib import Path

LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#)([^)#]+)(#[^)]*)?\)")


def without_neighbours(text: str, folder: str, home: str) -> str:
    """The text with links to other pages led to `home`; without `home` their words stay and pictures go."""

    def absolute(found: re.Match[str]) -> str:
        picture, words, path, part = found[1], found[2], found[3], found[4] or ""
        if not home:
            return "" if picture else words
        place = posixpath.normpath(posixpath.join(folder, path))
        return f"{picture}[{words}]({home}/{place}{'?raw=true' if picture else ''}{part})"

    return LINK.sub(absolute, text)


def main() -> int:
    page, folder = Path(sys.argv[1]), sys.argv[2]
    home = os.environ.get("PUBLISHED_AT", "").rstrip("/")
    page.write_text(without_neighbours(page.read_text(encoding="utf-8"), folder, home), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
