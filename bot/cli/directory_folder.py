"""A folder with a directory, as a command is given it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from states.directory import Directory

Folder = Annotated[Path, typer.Argument(help="Файл или папка с YAML.")]


def read_directory_folder(folder: Path) -> Directory:
    """The directory in these files; what still deserves a look is printed."""
    from bot.process.clock import Clock
    from bot.region.directory_file import examine

    reading = examine(folder, Clock().now().date())
    for warning in reading.warnings:
        typer.echo(f"• {warning}")
    return reading.directory
