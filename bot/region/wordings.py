"""Own wordings of a region: `texts.yaml` in its folder says any sentence anew, by its key and its former words.

A sentence is exchanged in the syntax tree before its module is first loaded, so the core stays as it is: pure
functions and constants. It must never load words in doubt: a lost number or link, a label that no button holds, a
sentence of the law without what the law wants.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from bot.region.directory_check import advice
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_yaml import WORDINGS, data_of
from bot.region.findings import Finding, bad, good
from bot.region.shipped import PROGRAM, beside_program
from states.directory import Wording

HOLD = (
    "handlers/text/texts*.py", "handlers/text/keyboards.py", "handlers/views/*.py", "features/*/texts.py",
    "handlers/resident/offers.py", "handlers/resident/wishes.py", "handlers/lifecycle/answering.py",
    "handlers/lifecycle/asking.py", "handlers/official/approving.py", "handlers/official/members.py",
    "handlers/official/listing.py", "handlers/system/alarm.py",
)  # fmt: skip
"""Where sentences stand."""

RUSSIAN = re.compile("[А-Яа-яЁё]{2}")
PLACE = re.compile(r"\{([^{}]*)\}")
LANGUAGE = "language"
"""In the file of another language: what stands there is no sentence."""

LABEL = 40
"""Letters on a button (vk-api.md §7)."""
LONGEST = 200
"""So long may be what was short; of what was longer, twice as long."""

AROUND = frozenset({"facts", "directory", "policy", "zone", "deadline", "appeal", "one"})
"""What a place is found by, not what stands there."""

KNOWN_AGAIN = frozenset(
    {
        "texts.ADDING", "texts.ASKED_STILL", "texts.ASK_RATING", "texts.FORWARDED", "texts.NOT_NOW",
        "texts.REOPENED_ENOUGH", "texts.SOLVED_OR_NOT", "texts.WITHOUT_WORDS", "texts.answer_head", "texts.lost_files",
        "texts_danger.BEGUN", "texts_danger.an_alarm", "texts_danger.raised", "texts_panel.WORDS",
        "texts_stages.asked_head", "texts_stages.corrected", "titles.until", "titles.until_day", "titles._COMMON",
    }
)  # fmt: skip
"""Sentences by which the bot knows its own messages again: after a restore, in a dialogue, in what is typed."""
READ_AGAIN = "texts_recovery."
CONSENTS = frozenset({"Даю согласие", "Не даю", "Даю согласие, передать дежурному", "Разрешаю публикацию"})
"""A consent is given in these words and no others (R8, R9)."""

LAW: Mapping[str, tuple[str, ...]] = {
    "texts.notice": ("не официальное обращение", "59-ФЗ"),
    "texts_danger.NO_SERVICE": ("не экстренная служба",),
}
"""What a sentence must go on to say (R1, R28)."""
NEVER = (
    (re.compile(r"обращени", re.IGNORECASE), "«обращение»: это сообщение (R1)"),
    (re.compile(r"59-ФЗ", re.IGNORECASE), "закон 59-ФЗ: сообщение под него не подпадает (R2)"),
    (re.compile(r"(30|тридцати?)[\s-]*(календарн\w+\s+)?(дн|сут)", re.IGNORECASE), "тридцать дней (R2)"),
)
"""What no sentence may begin to say."""


@dataclass(slots=True)
class Sentence:
    """`was`: the words with places in braces. `nodes`: where they stand in the tree, `made`: what fills each place."""

    key: str
    was: str
    nodes: list[ast.Constant | ast.JoinedStr] = field(default_factory=list)
    made: dict[str, ast.FormattedValue] = field(default_factory=dict)

    def row(self, now: str) -> str:
        """The sentence as it stands in texts.yaml below its key."""
        return f"  - was: {json.dumps(self.was, ensure_ascii=False)}\n    now: {json.dumps(now, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence said anew: the file and line that ask for it, its key, its words in the program and the new ones."""

    where: str
    key: str
    was: str
    now: str


def files() -> dict[str, Path]:
    """The files that hold sentences, by the first part of a key: the module's name, for a feature that of its
    folder."""
    found = sorted(path for pattern in HOLD for path in PROGRAM.glob(pattern) if path.stem != "__init__")
    of_feature = {path for path in found if path.name == "texts.py" and "features" in path.parts}
    return {path.parent.name if path in of_feature else path.stem: path for path in found}


def sentences_of(part: str, tree: ast.Module) -> dict[tuple[str, str], Sentence]:
    """By key and words, in the order in which they stand."""
    found: dict[tuple[str, str], Sentence] = {}
    for statement in tree.body:
        owner = _owner(statement)
        for node in _strings(statement) if owner else ():
            was, made = _words_with_places(node)
            if RUSSIAN.search(was) and "\\" not in was:
                sentence = found.setdefault((f"{part}.{owner}", was), Sentence(f"{part}.{owner}", was, made=made))
                sentence.nodes.append(node)
    return found


def every() -> Iterator[Sentence]:
    """All sentences that may be said anew."""
    for part, path in files().items():
        yield from (
            sentence for sentence in sentences_of(part, _tree(path)).values() if not _is_fixed_wording(sentence)
        )


def as_file(said: Iterable[tuple[Sentence, str]]) -> str:
    """The text of `texts.yaml` with these sentences and their new words."""
    rows: dict[str, list[str]] = {}
    for sentence, now in said:
        rows.setdefault(sentence.key, []).append(sentence.row(now))
    return "\n".join(f"{key}:\n" + "\n".join(found) for key, found in rows.items())


def judge(said: Iterable[tuple[str, str]]) -> Iterator[tuple[list[Change], list[str]]]:
    """For each pair of former and new words: every place where they stand, and what keeps them from standing there."""
    known: dict[str, list[Sentence]] = {}
    for sentence in every():
        known.setdefault(sentence.was.strip(), []).append(sentence)
    for was, now in said:
        here = known.get(was.strip(), [])
        faults = [fault for sentence in here for fault in faults_of(sentence, now)] if here else [_nearest(was, known)]
        yield [_spaced(sentence, now) for sentence in here], list(dict.fromkeys(faults))


@lru_cache(maxsize=1)
def why_unspoken(wordings: tuple[Wording, ...]) -> dict[str, str]:
    """By the codes of those of the panel that are not spoken: an update has changed their sentences. Nobody else waits
    for them."""
    judged = judge((wording.was, wording.now) for wording in wordings)
    return {wording.code: " ".join(faults) for wording, (_, faults) in zip(wordings, judged, strict=True) if faults}


def _spaced(sentence: Sentence, now: str) -> Change:
    """A form keeps no space at the edges; the sentence may be a part of a longer one."""
    before, words, after = sentence.was.partition(sentence.was.strip())
    return Change("", sentence.key, sentence.was, f"{before}{now.strip()}{after}" if words else now)


def _nearest(was: str, known: Iterable[str]) -> str:
    """The sentence that the bot has no such words, with the closest ones."""
    like = get_close_matches(was, known, n=1, cutoff=0.5)
    return f"фразы «{was}» у бота нет." + (f" Есть похожая: «{like[0]}»." if like else "")


def read(folder: Path) -> list[Change]:
    """The sentences that the region says in its own words; raises `DirectoryErrors` where the file is wrong."""
    file = beside_program(folder) / WORDINGS
    return read_file(file) if file.is_file() else []


def read_file(file: Path) -> list[Change]:
    """The changes that the file asks for; DirectoryErrors with the line of everything that cannot be read."""
    data, lines = data_of(file)
    if not isinstance(data, dict):
        raise DirectoryErrors([f"файл {file}: нужны ключи фраз, например «texts.MENU:»."])
    changes: list[Change] = []
    wrong: list[str] = []
    for key, rows in data.items():
        if key == LANGUAGE and file.name != WORDINGS:
            continue
        for at, row in enumerate(rows if isinstance(rows, tuple) else (rows,)):
            where = f"файл {file}, строка {lines.get((key, at), lines[(key,)])}"
            if isinstance(row, dict) and {key: type(value) for key, value in row.items()} == {"was": str, "now": str}:
                changes.append(Change(where, str(key), row["was"], row["now"]))
            else:
                wrong.append(f"{where}: у фразы «{key}» нужны was (как сейчас) и now (как надо), слова в кавычках.")
    if wrong:
        raise DirectoryErrors(wrong)
    return changes


def trees_with_changes(changes: Iterable[Change]) -> dict[Path, ast.Module]:
    """The trees of the modules with the new words; raises `DirectoryErrors` with everything that is wrong."""
    trees: dict[str, ast.Module] = {}
    wrong: list[str] = []
    known = files()
    for change in changes:
        part = change.key.partition(".")[0]
        if part in known and part not in trees:
            trees[part] = _tree(known[part])
    found = {key: sentence for part, tree in trees.items() for key, sentence in sentences_of(part, tree).items()}
    for change in changes:
        sentence = found.get((change.key, change.was))
        faults = list(faults_of(sentence, change.now) if sentence else _unknown(change, found))
        wrong += [f"{change.where}: {fault}" for fault in faults]
        if sentence and not faults:
            _exchange(sentence, change.now)
    if wrong:
        raise DirectoryErrors(wrong)
    return {known[part]: tree for part, tree in trees.items()}


def faults_of(sentence: Sentence, now: str) -> Iterator[str]:
    """What keeps these words from taking the place of the sentence."""
    was, key = sentence.was, sentence.key
    if _is_fixed_wording(sentence):
        yield f"«{was}» бот узнаёт в переписке или этого требует закон: такие слова не меняются."
        return
    if not now.strip():
        yield f"у {key} пусто в now."
        return
    lost, new = set(PLACE.findall(was)) - set(PLACE.findall(now)), set(PLACE.findall(now)) - set(PLACE.findall(was))
    yield from (f"в словах {key} пропало место {{{field}}}." for field in sorted(lost))
    yield from (f"в словах {key} лишнее место {{{field}}}, такого здесь нет." for field in sorted(new))
    if re.search(r"[{}]", PLACE.sub("", now)):
        yield f"в словах {key} непарная фигурная скобка."
    most = LABEL if on_button(was) else max(LONGEST, 2 * len(was))
    if len(now) > most:
        yield f"слова {key} длиннее {most} букв{' — столько помещается на кнопке' if most == LABEL else ''}."
    yield from (
        f"в словах {key} должно остаться «{needed}»."
        for needed in LAW.get(key, ())
        if needed in was and needed not in now
    )
    yield from (
        f"в словах {key} нельзя сказать {said}."
        for forbidden, said in NEVER
        if _says(forbidden, now) > _says(forbidden, was)
    )


def _says(forbidden: re.Pattern[str], text: str) -> bool:
    """Whether the text holds what is forbidden."""
    return forbidden.search(text) is not None


def on_button(was: str) -> bool:
    """Whether it may stand on a button: what is short, no whole sentence and has no place (`label` cuts those)."""
    return len(was) <= LABEL and "{" not in was and not was.rstrip().endswith((".", "!", "?", ":"))


def use(folder: Path) -> None:
    """Makes modules load with the region's words from now on. To be called before any of them is imported."""
    trees = trees_with_changes(read(folder))
    if trees:
        sys.meta_path.insert(0, _Finder({_module(path): _code(path, tree) for path, tree in trees.items()}))


def findings(folder: Path) -> list[Finding]:
    """The findings of `bot check` about the region's own words."""
    try:
        changes = read(folder)
        trees_with_changes(changes)
    except DirectoryErrors as error:
        return [bad("Свои слова региона не читаются: бот с ними не запустится.", str(error))]
    return [good(f"Фраз, сказанных своими словами: {len(changes)}.")] if changes else []


class _Finder(MetaPathFinder):
    def __init__(self, codes: Mapping[str, CodeType]) -> None:
        early = sorted(codes.keys() & sys.modules.keys())
        assert not early, f"loaded before its wordings: {early}"
        self._codes = codes

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        """How Python loads a module with changed sentences; None for any other module."""
        spec = PathFinder.find_spec(name, path, target) if name in self._codes else None
        if spec is not None:
            spec.loader = Loader(name, str(spec.origin), self._codes[name])
        return spec


class Loader(SourceFileLoader):
    """Loads a module from code that was compiled already, with the region's words in it."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        """The module's code with the region's words, never from a cache."""
        return self._code


def _code(path: Path, tree: ast.Module) -> CodeType:
    """The compiled module, as any of ours is compiled: what a region has written is only in its constants (T16)."""
    return SourceFileLoader(_module(path), str(path)).source_to_code(tree, str(path))


def _module(path: Path) -> str:
    """The module's name from its path."""
    return ".".join(path.relative_to(PROGRAM).with_suffix("").parts)


def _tree(path: Path) -> ast.Module:
    """The syntax tree of the file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _is_fixed_wording(sentence: Sentence) -> bool:
    return sentence.key in KNOWN_AGAIN or sentence.key.startswith(READ_AGAIN) or sentence.was in CONSENTS


def _owner(statement: ast.stmt) -> str:
    """The constant or function; nothing of a docstring or an import."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        return target.id if isinstance(target, ast.Name) else ""
    return statement.name if isinstance(statement, ast.FunctionDef | ast.ClassDef) else ""


def _strings(statement: ast.stmt) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Strings that somebody may read: no docstrings, no parts of a string, nothing that is compared or looked for."""
    passed: set[ast.AST] = set()
    for node in ast.walk(statement):
        if node in passed:
            passed.update(ast.iter_child_nodes(node) if not isinstance(node, ast.JoinedStr) else ())
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)
        elif isinstance(node, ast.Compare | ast.MatchValue) or (isinstance(node, ast.Call) and _looks(node)):
            passed.update(inner for inner in ast.walk(node) if isinstance(inner, ast.Constant))
        elif isinstance(node, ast.Dict):
            passed.update(key for key in node.keys if isinstance(key, ast.Constant))
        elif isinstance(node, ast.JoinedStr):
            parts = (value.format_spec if isinstance(value, ast.FormattedValue) else value for value in node.values)
            passed.update(part for part in parts if part is not None)
            yield node
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def _looks(call: ast.Call) -> bool:
    """Whether the call looks at a text, so that its words must stay as they are."""
    looks = ("startswith", "endswith", "removeprefix", "removesuffix", "compile", "search", "match")
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in looks


def _words_with_places(node: ast.Constant | ast.JoinedStr) -> tuple[str, dict[str, ast.FormattedValue]]:
    """The words with a name for each place, and what fills it."""
    if isinstance(node, ast.Constant):
        return str(node.value), {}
    text, made = "", dict[str, ast.FormattedValue]()
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = _free(_name(part.value), part, made)
            made[name] = part
            text += f"{{{name}}}"
        elif isinstance(part, ast.Constant):
            text += str(part.value)
    return text, made


def _free(name: str, part: ast.FormattedValue, made: Mapping[str, ast.FormattedValue]) -> str:
    """The same place twice has one name; another of that name gets a number."""
    number, free = 1, name
    while free in made and ast.dump(made[free]) != ast.dump(part):
        number += 1
        free = f"{name}{number}"
    return free


def _name(expression: ast.expr) -> str:
    """The name of a place in a sentence by what it is made of: `count` of `plural(count, …)`, `topic` of
    `topic_name(facts.directory, appeal.topic)`."""
    called = {node.func for node in ast.walk(expression) if isinstance(node, ast.Call)}
    named = [node for node in ast.walk(expression) if isinstance(node, ast.Name | ast.Attribute) and node not in called]
    names = [node.id if isinstance(node, ast.Name) else node.attr for node in named]
    told = [name for name in names if name not in AROUND and not name.isupper()]
    return next(iter(told or names), "место")


def _exchange(sentence: Sentence, now: str) -> None:
    """Puts the new words into the syntax tree in place of the former."""
    for node in sentence.nodes:
        if isinstance(node, ast.Constant):
            node.value = now
        else:
            pieces = PLACE.split(now)
            node.values = [
                sentence.made[piece] if at % 2 else ast.copy_location(ast.Constant(piece), node)
                for at, piece in enumerate(pieces)
                if piece
            ]


def _unknown(change: Change, found: Mapping[tuple[str, str], Sentence]) -> Iterator[str]:
    """Why there is no such sentence."""
    here = [was for key, was in found if key == change.key]
    if here:
        shown = json.dumps(here[0], ensure_ascii=False) if len(here) == 1 else f"одна из {len(here)} других"
        yield f"в программе фраза {change.key} теперь {shown}. Перепишите was и проверьте now."
        return
    keys = {key for key, _ in found} or {f"{part}." for part in files()}
    yield f"фразы «{change.key}» нет. {advice(change.key, keys)} Найти: python -m bot region words 'слова фразы'"
