"""Documentation exists and is true: settings, commands, links, error codes, and the two READMEs say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bot import retry
from bot.cli import app
from bot.config import NAMES, Settings

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "README.ru.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"`([^`\n]+)`")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_documented_and_in_the_example(name: str) -> None:
    assert f"`{name}`" in read("docs/reference/settings.md")
    assert re.search(rf"^#?{name}=", read("config.example.env"), re.MULTILINE)


def test_the_example_shows_the_defaults() -> None:
    shown = dict(re.findall(r"^#(BOT_\w+)=(.*)$", read("config.example.env"), re.MULTILINE))
    for name, value in shown.items():
        default = Settings.model_fields[NAMES[name]].default
        assert value == ("" if default == "" else f"{default:g}" if isinstance(default, float) else str(default)), name


def test_the_example_is_refused_as_it_stands() -> None:
    from bot.config import SettingsError
    from bot.config import read as read_settings

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
    for place in re.findall(r"`((?:states|handlers|storage|bot)/[\w/]+\.py)`", read("docs/glossary.md")):
        assert (ROOT / place).exists(), place
