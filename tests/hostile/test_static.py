"""T16, T11, T14: what must not stand anywhere in the product, found by reading its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import packages

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = [path for name in packages.PRODUCT for path in sorted((ROOT / name).rglob("*.py"))]
MIGRATIONS = ROOT / "storage" / "db" / "migrations"
OWN_WORDS = {
    "handlers/lifecycle/asking.py:text",
    "handlers/resident/own_appeals.py:note",
    "bot/config/calendar_file.py:said",
    "bot/region/directory_check.py:said",
    "handlers/lifecycle/answering.py:why",
    "handlers/official/agency.py:text",
    "handlers/official/sources.py:text",
    "handlers/system/reminders.py:text",
    "handlers/views/digest.py:words",
    "features/official_pages/made_up.py:name",
    "features/statistics/report/filling.py:said",
}
"""Names that hold one sentence or another of our own; looked at one by one, for `format` reads what it is called on."""

SQL = {"text", "exec_driver_sql", "execute", "executescript", "executemany"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "input"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "subprocess", "telnetlib", "ftplib"}
SPREADSHEETS = {"csv", "openpyxl", "xlsxwriter", "xlwt", "pandas"}


Trees = list[tuple[str, ast.Module]]


@pytest.fixture(scope="module")
def trees() -> Trees:
    """Read once for all rules."""
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in PRODUCT]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def constant_name(node: ast.AST) -> bool:
    """NAME, module.NAME, an entry of NAME[…], or one of two: a sentence that stands in the source."""
    if isinstance(node, ast.Subscript):
        return constant_name(node.value)
    if isinstance(node, ast.IfExp):
        return constant_name(node.body) and constant_name(node.orelse)
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return bool(name) and name.strip("_").isupper()


def formats(where: str, tree: ast.AST) -> Iterator[str]:
    """Calls of `str.format` on anything but our own sentences: the words of others may hold braces."""
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "format_map"):
            on = call.func.value
            own = constant_name(on) or (isinstance(on, ast.Constant) and isinstance(on.value, str))
            if not own and not (isinstance(on, ast.Name) and f"{where}:{on.id}" in OWN_WORDS):
                yield f"{where}:{call.lineno}: {ast.unparse(on)}"


def sql(where: str, tree: ast.AST) -> Iterator[str]:
    """SQL as text that is put together of anything but our own names."""
    for call in calls(tree):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in SQL and call.args:
            first = call.args[0]
            parts = first.values if isinstance(first, ast.JoinedStr) else []
            bad = [part for part in parts if isinstance(part, ast.FormattedValue) and not constant_name(part.value)]
            if bad or isinstance(first, ast.BinOp):
                yield f"{where}:{call.lineno}: {ast.unparse(first)}"


OWN_SQL = {f"storage/db/engines/{name}.py: f'PRAGMA {{pragma}}'" for name in ("sqlite", "readers")}
"""A tuple of settings in the same file."""


def test_format_is_never_called_on_the_words_of_others(trees: Trees) -> None:
    assert [one for where, tree in trees for one in formats(where, tree)] == []


def test_no_sql_is_put_together_of_values(trees: Trees) -> None:
    """Parameters only. Migrations build their names from their own source and see no value."""
    ours = [(where, tree) for where, tree in trees if not where.startswith("storage/db/migrations")]
    found = [one for where, tree in ours for one in sql(where, tree)]
    kept = [one for one in found if f"{one.split(':')[0]}: {one.split(': ', 1)[1]}" not in OWN_SQL]
    assert kept == []


def test_nothing_is_run_unpacked_or_evaluated(trees: Trees) -> None:
    for where, tree in trees:
        names = {call.func.id for call in calls(tree) if isinstance(call.func, ast.Name)}
        assert not names & FORBIDDEN_CALLS, where
        modules = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        modules |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not modules & FORBIDDEN_MODULES, where


GUARDS = {"xlsxwriter.Workbook(": '"strings_to_formulas": False', "csv.writer(": ".startswith(FORMULA)"}
"""What must stand in a file that makes a table: no text of a person becomes a formula (T16)."""


def test_no_table_for_a_spreadsheet_is_written_without_a_guard(trees: Trees) -> None:
    """Files are made by hand in few places; each has its guard beside it."""
    made = set()
    for where, tree in trees:
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if {name.split(".")[0] for name in imported} & SPREADSHEETS:
            source = (ROOT / where).read_text(encoding="utf-8")
            made.add(where)
            assert all(guard in source for way, guard in GUARDS.items() if way in source), where
    assert made == {"bot/region/table_file.py", "bot/web/downloads/table_files.py", "features/statistics/book.py"}


@pytest.mark.parametrize(
    "source",
    [
        "message.text.format(code=1)",
        "(texts.NOTE + message.text).format(code=1)",
        "f'{said} {{}}'.format(1)",
        "text.format_map({})",
    ],
)
def test_the_rule_about_format_has_teeth(source: str) -> None:
    assert list(formats("handlers/x.py", ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["tx.execute(f'SELECT {name}')", "text('SELECT ' + name)", "c.exec_driver_sql('%s' % x)"]
)
def test_the_rule_about_sql_has_teeth(source: str) -> None:
    assert list(sql("storage/x.py", ast.parse(source)))
