"""`python -m tools.reference_tables`: what the program says of itself, written into the pages of reference.

Settings come in the words of config.example.env, commands in those of `--help`, the emulator's switches in those beside
their fields; a test compares the pages with what this would write. It must never hold words of its own about them.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import typer

from bot.cli.cli import app
from bot.config.meanings import meanings
from bot.config.settings import IN_FILES, Settings
from bot.process import retry
from bot.region.directory_rows import LINES, SECTIONS, ScheduleRow, TermRow, TopicRow
from storage.db import schema
from storage.db.whose import OF, Sealed
from vk_emulator.api.calls import METHODS
from vk_emulator.api.faults import CALL_MODES, SPECIAL
from vk_emulator.methods.registry import load_all
from vk_emulator.world.switches import CHOICES, Switches

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
CODES = {
    "run": "0, 2, 3",
    "community add": "0, 2, 75",
    **dict.fromkeys(
        ("check", "callback status", "pages import", "audit verify", "alarm try", "health", "probe"), "0, 1, 2"
    ),
    **dict.fromkeys(("train", "replay", "upgrade-check"), "0, 1, 2"),
}
"""Of each command that ends not only with 0 or 2; tests/operation/test_exit_codes.py has each given by a process."""


def settings() -> Iterator[str]:
    """Those that share a comment stand in one line, with their defaults."""
    said = meanings()
    for words, group in groupby(said, key=lambda field: said[field]):
        yield f"- {', '.join(map(name_and_default, group))}: {words}"
    yield f"- {', '.join(f'`{name}`' for name in IN_FILES)}: файл, в котором лежит само значение."


def name_and_default(field: str) -> str:
    default = Settings.model_fields[field].default
    known = isinstance(default, str | int | float) and default != ""
    return f"`BOT_{field.upper()}`" + (f" ({default})" if known else "")


def commands() -> Iterator[str]:
    yield from ("| command | what | with | exit code |", "|---|---|---|---|")
    for name, command in commands_of(typer.main.get_command(app)):
        typed = " ".join([name, *(shown(part) for part in command.params if part.param_type_name == "argument")])
        more = [f"`{shown(part)}`: {part.help}" for part in command.params if part.help and shown(part) != "--help"]
        what = " ".join((command.help or "").split())
        yield f"| `python -m bot {typed}` | {what} | {' '.join(more)} | {CODES.get(name, '0, 2')} |"


def shown(part: Any) -> str:
    """An option by its long name, an argument in capitals, as `--help` has them."""
    return part.opts[-1] if part.param_type_name == "option" else part.metavar or part.name.upper()


def commands_of(group: Any) -> Iterator[tuple[str, Any]]:
    """Each with its name, a command of a group with the group's before it."""
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from ((f"{name} {below}", child) for below, child in inner.items()) if inner else [(name, command)]


def controls() -> Iterator[str]:
    """The emulator's own methods, in the words of the functions that answer them."""
    yield from ("| method | parameters → answer |", "|---|---|")
    load_all()
    for name, found in sorted(METHODS.items()):
        if name.startswith("emulator."):
            yield f"| `{name}` | {' '.join((found.run.__doc__ or '').split())} |"


def faults() -> Iterator[str]:
    yield from ("| `method` | `mode` | what the client sees |", "|---|---|---|")
    for method, modes in {"a call": CALL_MODES, **{f"`{name}`": modes for name, modes in SPECIAL.items()}}.items():
        yield from (f"| {method} | `{mode}` | {seen} |" for mode, seen in modes.items())


def switches() -> Iterator[str]:
    yield from ("| switch | default | values | what |", "|---|---|---|---|")
    notes = dict(re.findall(r"^    (\w+): \w+ = \S+  # (.*)$", inspect.getsource(Switches), re.MULTILINE))
    for field in fields(Switches):
        values = ", ".join(CHOICES.get(field.name, ("a number",)))
        yield f"| `{field.name}` | {field.default} | {values} | {notes[field.name]} |"


def decisions() -> Iterator[str]:
    """By their headings."""
    for file in sorted((REFERENCE.parent / "decisions").glob("[0-9]*.md")):
        title = file.read_text(encoding="utf-8").partition("\n")[0].removeprefix(f"# {file.name[:4]}").lstrip(". ")
        yield f"- [{file.name[:4]}]({file.name}) {title}"


def benchmarks() -> Iterator[str]:
    """Each program by the first sentence that it says of itself."""
    yield from ("| command | shows |", "|---|---|")
    for file in sorted((REFERENCE.parents[1] / "benchmarks").glob("*.py")):
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        if "__main__" in file.read_text(encoding="utf-8") and file.name != "__init__.py":
            first = " ".join(said.split()).partition(". ")[0].removesuffix(".")
            yield f"| `python benchmarks/{file.name}` | {first} |"


def errors() -> Iterator[str]:
    """Each set of codes with the words below it."""
    yield from ("| class | codes of VK | what happens |", "|---|---|---|")
    found = re.findall(r"^(\w+) = \{([\d, ]+)\}\n\"\"\"(.*?)\"\"\"", inspect.getsource(retry), re.MULTILINE | re.DOTALL)
    yield from (f"| {name.lower()} | {codes} | {' '.join(said.split())} |" for name, codes, said in found)


def tables() -> Iterator[str]:
    """Each with the comment above it, and what the columns themselves say of their seals."""
    yield from ("| table | key | sealed | what |", "|---|---|---|---|")
    notes = re.findall(r"^((?:#.*\n)*)\w+ = table\(\s*\"(\w+)\"", inspect.getsource(schema), re.MULTILINE)
    for comment, name in notes:
        columns = schema.metadata.tables[name].columns
        keys = ", ".join(column.name for column in columns if column.primary_key and column.name != "community_id")
        sealed = ", ".join(f"`{column.name}`" for column in columns if column.info[OF].sealed in LOCKED)
        what = " ".join(line.removeprefix("#").strip() for line in comment.splitlines())
        yield f"| `{name}` | {keys} | {sealed} | {what} |"


LOCKED = (Sealed.PERSON, Sealed.CONCERNED, Sealed.COMMUNITY, Sealed.MASTER)


def directory() -> Iterator[str]:
    """Each section with its keys, in the words of the panel's forms; what is not needed has a star."""
    for name, row in {**SECTIONS, "topics of a group": TopicRow, "schedule": ScheduleRow, "terms": TermRow}.items():
        said = [" ".join(row.__doc__.split()), ""] if row.__doc__ else []
        yield from ("", f"### {name}", "", *said, "| key | what | values |", "|---|---|---|")
        for key, field in row.model_fields.items():
            star = "" if field.is_required() else " *"
            told = (field.title, field.description if field.description != LINES else "")
            what = ". ".join(words.rstrip(".") for words in told if words).replace("|", "\\|")
            if key not in ("code", "checked"):
                yield f"| `{key}`{star} | {what} | {', '.join(values(field.annotation))} |"


def values(annotation: Any) -> list[str]:
    """Of a closed list, also one that may be left out."""
    if annotation is bool:
        return ["`true`"]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [f"`{value}`" for value in annotation]
    return [value for part in get_args(annotation) for value in values(part) if part is not type(None)]


PARTS = {
    "settings": ("settings", settings),
    "commands": ("commands", commands),
    "controls": ("emulator", controls),
    "decisions": ("../decisions/README", decisions),
    "benchmarks": ("benchmarks", benchmarks),
    "errors": ("errors", errors),
    "faults": ("emulator", faults),
    "switches": ("emulator", switches),
    "tables": ("storage", tables),
    "keys": ("directory", directory),
}
"""The page of each part, and what writes it between its two marks."""
PAGES = sorted({page for page, _ in PARTS.values()})


def filled(page: str, text: str) -> str:
    """The page with its parts as the program has them today."""
    for part, (where, written) in PARTS.items():
        if where == page:
            begin, end = f"<!-- generated: python -m tools.reference_tables, {part} -->\n", f"\n<!-- end: {part} -->"
            before, _, rest = text.partition(begin)
            text = before + begin + "\n" + "\n".join(written()) + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    for name in PAGES:
        file = REFERENCE / f"{name}.md"
        file.write_text(filled(name, file.read_text(encoding="utf-8")), encoding="utf-8")
        print(file)
