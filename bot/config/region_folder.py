"""Where a file of the region's folder lies: as the setting says, or beside the program where it was installed as a
package. It must never hide a file that a person has put there.
"""

from __future__ import annotations

from pathlib import Path

PROGRAM = Path(__file__).parents[2]


def file_in(folder: Path, name: str) -> Path | None:
    """The path of a file of the region; None where it has no such file."""
    return next((file for file in (folder / name, PROGRAM / folder / name) if file.is_file()), None)
