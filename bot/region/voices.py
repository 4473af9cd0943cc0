"""Makes voices of the files in a region's folder: the modules that speak, once more beside the program's own, under
another name and with other sentences in them.

It must never load words in doubt (wordings.py judges them), nor touch the modules by which the bot itself works.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from threading import Lock
from types import CodeType, ModuleType
from typing import Any

from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_yaml import data_of
from bot.region.findings import Finding, bad, good
from bot.region.shipped import PROGRAM
from bot.region.voice import Voice, files_of
from bot.region.wordings import PLACE, Change, Loader, every, judge, on_button, read, read_file, trees_with_changes
from states.directory import Wording
from states.facts import Rules
from states.people.languages import RUSSIAN, Language
from states.screen import LABEL_LIMIT

COPIED = (
    "handlers/**/*.py", "features/__init__.py", "features/*/__init__.py", "features/*/handlers.py",
    "features/*/texts.py", "features/*/rules.py", "features/comments/cards.py", "features/comments/pressed.py",
)  # fmt: skip
"""Modules that speak, and those through which they are reached. Whatever is compared by its class stands in none."""

ONE_AT_A_TIME = Lock()
"""Two that are made in threads would load their modules under the same names."""

CONSENT_PLACES = {"operator", "address", "days", "email"}
LONGEST_CONSENT = 3500
"""Letters; VK shows four thousand."""

CHOSEN = "texts.LANGUAGE"
"""What is read first in the language that was chosen."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """`features`: those of this region by their names, `rules`: what of a number of them is added to decisions."""

    features: Sequence[str]
    rules: Callable[[Sequence[Any]], Rules]


def voices_of(folder: Path, parts: Speakers, wordings: Sequence[Wording] = ()) -> dict[str, Voice]:
    """By their codes; raises `DirectoryErrors`. `wordings`: what the panel says otherwise, and that is Russian."""
    with ONE_AT_A_TIME:
        panel = fitting(wordings)
        own = (*read(folder), *panel)
        found = {"": voice_of(RUSSIAN, own, parts)} if panel else {}
        for code, file in files_of(folder).items():
            found[code] = voice_of(language_of(file, code), (*own, *read_sentences(file)), parts)
        return found


def fitting(wordings: Sequence[Wording]) -> list[Change]:
    """The changes without those whose sentence an update has changed: they wait for people, and nobody waits for
    them."""
    judged = judge((wording.was, wording.now) for wording in wordings) if wordings else ()
    return [change for changes, faults in judged if not faults for change in changes]


def voice_of(language: Language, said: Sequence[Change], parts: Speakers) -> Voice:
    """The voice of a language, made of its sentences; of two wordings of the same sentence the later one counts."""
    told = {(change.key, change.was): change for change in said}
    find = load(f"said_in_{language.code or 'the_panel'}", trees_with_changes(told.values()))
    chosen = tuple(find(f"features.{name}").FEATURE for name in parts.features)
    return Voice(language, find("handlers.decide").decide, parts.rules(chosen), labels(said))


def read_sentences(file: Path) -> list[Change]:
    """The sentences of a language's file. DirectoryErrors where the first one that a resident reads in it is
    missing."""
    said = read_file(file)
    if all(change.key != CHOSEN for change in said):
        raise DirectoryErrors([f"файл {file}: нет фразы {CHOSEN}. Её читают первой, когда выберут этот язык."])
    return said


def findings(folder: Path) -> Iterator[Finding]:
    """The findings of `bot check` about languages: how many sentences each says itself."""
    for code, file in files_of(folder).items():
        try:
            language, said = language_of(file, code), read_sentences(file)
            trees_with_changes(said)
        except DirectoryErrors as error:
            yield bad(f"Язык {file.name} не читается: бот с ним не запустится.", str(error))
        else:
            yield good(f"Язык «{language.name}»: фраз {len(said)} из {sum(1 for _ in every())}, остальные по-русски.")


def language_of(file: Path, code: str) -> Language:
    """The language as its file presents it: the name on its button, the words that ask for it, its consent.
    DirectoryErrors where a part is missing."""
    data, _ = data_of(file)
    told = data.get("language") if isinstance(data, dict) else None
    name, words = (told.get("name"), told.get("words")) if isinstance(told, dict) else (None, None)
    if not isinstance(name, str) or not 0 < len(name) <= LABEL_LIMIT or not isinstance(words, tuple) or not words:
        raise DirectoryErrors(
            [f"файл {file}: нужен раздел language: name — как подписать кнопку, words — какими словами его просят."]
        )
    consent = consent_of(file, told.get("consent", "")) if isinstance(told, dict) else ""
    return Language(code, name, tuple(str(word).casefold() for word in words), consent)


def consent_of(file: Path, text: object) -> str:
    """The consent to processing in this language, whole or not at all."""
    if not isinstance(text, str) or len(text) > LONGEST_CONSENT:
        raise DirectoryErrors([f"файл {file}: consent — текст согласия, до {LONGEST_CONSENT} букв."])
    places = PLACE.findall(text)
    if text and (set(places) != CONSENT_PLACES or re.search(r"[{}]", PLACE.sub("", text))):
        named = ", ".join(f"{{{place}}}" for place in sorted(CONSENT_PLACES))
        raise DirectoryErrors([f"файл {file}: в consent нужны места {named}, других и лишних скобок быть не должно."])
    return text.strip()


def labels(said: Sequence[Change]) -> dict[str, str]:
    """By the words of a button in this language, those of the core."""
    return {change.now.casefold(): change.was for change in said if on_button(change.was)}


def load(root: str, trees: Mapping[Path, ast.Module]) -> Callable[[str], ModuleType]:
    """Everything that speaks, under this name and with these trees; what an earlier one left there goes."""
    paths = {module_of(path): path for pattern in COPIED for path in PROGRAM.glob(pattern)}
    for stale in [module for module in sys.modules if module == root or module.startswith(f"{root}.")]:
        del sys.modules[stale]
    top = ModuleType(root)
    top.__path__ = []
    sys.modules[root] = top
    moved = partial(code_of, root=root, copied=frozenset(paths))
    finder = _Copies({f"{root}.{module}": path for module, path in paths.items()}, trees, moved)
    sys.meta_path.insert(0, finder)
    try:
        for module in paths:
            import_module(f"{root}.{module}")
    finally:
        sys.meta_path.remove(finder)
    return lambda module: sys.modules[f"{root}.{module}"]


def module_of(path: Path) -> str:
    """The name by which Python imports this file of the program."""
    parts = path.relative_to(PROGRAM).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def code_of(name: str, path: Path, tree: ast.Module, *, root: str, copied: frozenset[str]) -> CodeType:
    """The compiled module of a voice, as any module of ours is compiled: what a region has written is only in its
    constants (T16)."""
    body = ast.fix_missing_locations(_Imports(root, copied).visit(tree))
    return SourceFileLoader(name, str(path)).source_to_code(body, str(path))


class _Imports(ast.NodeTransformer):
    """Whoever speaks imports others that speak by their new name."""

    def __init__(self, root: str, copied: frozenset[str]) -> None:
        self._root, self._copied = root, copied

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.ImportFrom]:  # noqa: N802 - the name ast asks for
        """Splits an import in two: copied modules come from under the new root, all others from where they were."""
        module = node.module or ""
        moved = [alias for alias in node.names if self._is_moved(module, alias.name)]
        stays = [alias for alias in node.names if alias not in moved]
        made = (ast.ImportFrom(f"{self._root}.{module}", moved, 0), ast.ImportFrom(module, stays, 0))
        return [ast.copy_location(part, node) for part in made if part.names]

    def _is_moved(self, module: str, name: str) -> bool:
        inner = PROGRAM.joinpath(*module.split("."), name)
        apart = inner.with_suffix(".py").exists() or inner.is_dir()
        return f"{module}.{name}" in self._copied if apart else module in self._copied


class _Copies(MetaPathFinder):
    def __init__(
        self,
        paths: Mapping[str, Path],
        trees: Mapping[Path, ast.Module],
        made: Callable[[str, Path, ast.Module], CodeType],
    ) -> None:
        self._paths, self._trees, self._made = paths, trees, made

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        """How Python loads a copied module: from the changed syntax tree; None for any other module."""
        file = self._paths.get(name)
        if file is None:
            return None
        tree = self._trees.get(file) or ast.parse(file.read_text(encoding="utf-8"))
        loader = Loader(name, str(file), self._made(name, file, tree))
        inside: list[str] | None = [] if file.name == "__init__.py" else None
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=inside)
