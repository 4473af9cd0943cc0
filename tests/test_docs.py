"""Documentation exists and is true: settings, commands, links, error codes, and the two READMEs say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import typer
import yaml

from bot.cli.cli import app
from bot.config.settings import IN_FILES, NAMES, Settings
from bot.process import retry

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "README.ru.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
ROW = re.compile(r"^\| (R\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.(?:py|yaml))(?:::(\w+))?`")
REASONS = ("**Not built:**", "**Partly:**", "**By hand:**")
RULES = re.compile(r"R(\d+)(?:[–-]R?(\d+))?")
COMMAND = re.compile(r"`([^`\n]+)`")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*NAMES, *IN_FILES])
def test_every_setting_is_documented_and_in_the_example(name: str) -> None:
    assert f"`{name}`" in read("docs/reference/settings.md")
    assert re.search(rf"^#?{name}=", read("config.example.env"), re.MULTILINE)


def test_the_example_shows_the_defaults() -> None:
    shown = dict(re.findall(r"^#(BOT_\w+)=(.*)$", read("config.example.env"), re.MULTILINE))
    for name, value in shown.items():
        default = "" if name in IN_FILES else Settings.model_fields[NAMES[name]].default
        assert value == ("" if default == "" else f"{default:g}" if isinstance(default, float) else str(default)), name


def test_the_example_is_refused_as_it_stands() -> None:
    from bot.config.settings import SettingsError
    from bot.config.settings import read as read_settings

    with pytest.raises(SettingsError, match="осталось значение из примера"):
        read_settings({}, ROOT / "config.example.env")


def commands() -> list[str]:
    group = typer.main.get_command(app)
    found = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {one}" for one in inner] if inner else [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"`python -m bot {command}" in read("docs/reference/commands.md")


@pytest.mark.parametrize(
    "code", sorted(retry.NOT_SENT | retry.UNKNOWN | retry.DEGRADE | retry.RECIPIENT | retry.CHAT | retry.RIGHTS)
)
def test_every_error_code_is_documented(code: int) -> None:
    assert re.search(rf"\b{code}\b", read("docs/reference/errors.md"))


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_two_readmes_say_the_same() -> None:
    english, russian = read("README.md"), read("README.ru.md")
    other = {"README.ru.md", "README.md"}
    assert set(LINK.findall(english)) - other == set(LINK.findall(russian)) - other
    assert set(COMMAND.findall(english)) == set(COMMAND.findall(russian))


def test_the_first_lines_are_the_two_commands() -> None:
    assert read("README.md").splitlines()[3].startswith("make sandbox")
    assert read("README.md").splitlines()[4].startswith("make test")


def test_the_architecture_begins_with_the_one_sentence() -> None:
    first_screen = "\n".join(read("docs/explanation/architecture.md").splitlines()[:25])
    assert "Everything that happens comes in through the inbox" in first_screen


def test_glossary_names_exist() -> None:
    for place in re.findall(r"`((?:states|handlers|storage|bot|features)/[\w/]+\.py)`", read("docs/glossary.md")):
        assert (ROOT / place).exists(), place


# R1–R66.


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall(read("docs/reference/requirements.md"))


def cited(text: str) -> set[int]:
    """The numbers that a text cites; «R6–R10» is five of them."""
    return {number for first, last in RULES.findall(text) for number in range(int(first), int(last or first) + 1)}


def docs_of(path: Path, name: str) -> str:
    """What a test says it proves: its own words, and those of its file."""
    if path.suffix == ".yaml":
        return " ".join(yaml.safe_load(path.read_text(encoding="utf-8"))["shows"])
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
    ]
    assert found, f"{path.name} has no {name}"
    return f"{ast.get_docstring(tree) or ''} {ast.get_docstring(found[0]) or ''}"


def test_all_requirements_have_a_row() -> None:
    assert [number for number, _, _ in rows()] == [f"R{number}" for number in range(1, 67)]


@pytest.mark.parametrize("number, what, stands", rows(), ids=[number for number, _, _ in rows()])
def test_each_has_a_test_that_cites_it_or_the_reason_why_not(number: str, what: str, stands: str) -> None:
    named = NAMED.findall(stands)
    assert len(named) == stands.count("`tests/"), f"{number}: a test that is spelt wrong"
    assert what.strip() and (named or stands.strip().startswith(REASONS)), f"{number}: neither a test nor a reason"
    for file, name in named:
        path = ROOT / file
        assert path.exists(), f"{number}: {file}"
        assert int(number[1:]) in cited(docs_of(path, name)), f"{number}: {file}::{name} does not cite it"


# What hurts elsewhere.


def pains() -> list[tuple[str, str, str]]:
    found = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", read("docs/reference/pains.md"), re.MULTILINE)
    return [(what, here, shown) for what, here, shown in found if what != "what hurts"]


@pytest.mark.parametrize("what, here, shown", pains(), ids=[what[:40] for what, _, _ in pains()])
def test_each_pain_is_shown_by_what_exists(what: str, here: str, shown: str) -> None:
    named = NAMED.findall(shown)
    assert named and len(named) == shown.count("`tests/")
    for file, name in named:
        assert docs_of(ROOT / file, name), f"{file}::{name}"


# What an operator is promised.


def operations() -> list[tuple[str, str, str]]:
    page = read("docs/reference/operations.md")
    return re.findall(r"^\| ((?:Mend|Run) \d+[a-z]?) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)


@pytest.mark.parametrize("number, what, shown", operations(), ids=[number for number, _, _ in operations()])
def test_each_promise_of_operation_has_its_tests(number: str, what: str, shown: str) -> None:
    named = NAMED.findall(shown)
    assert what.strip() and named and len(named) == shown.count("`tests/"), number
    for file, name in named:
        assert docs_of(ROOT / file, name).strip(), f"{number}: {file}::{name}"


def test_every_conversation_that_hurts_elsewhere_is_played() -> None:
    """Most are conversations, not parts: whoever reads the page can read them."""
    assert sum(".yaml`" in shown for _, _, shown in pains()) >= len(pains()) * 3 // 4
