"""Files of the region that come with the program: where they lie when it was installed as a package, and there is no
`regions/` in the folder in which it was started. It must never hide a file that a person has put there.
"""

from __future__ import annotations

from pathlib import Path

PROGRAM = Path(__file__).parents[2]


def beside_program(path: Path) -> Path:
    """The path as it was given, or what the program brings under this name."""
    shipped = PROGRAM / path
    return shipped if not path.exists() and not path.is_absolute() and shipped.exists() else path
