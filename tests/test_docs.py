"""Documentation exists and is true: settings, commands, links, error codes, and the two READMEs say the same."""

from __future__ import annotations

import ast
import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
import typer

import features
from bot.cli.cli import app
from bot.config.settings import IN_FILES, NAMES, Settings
from bot.process import retry
from tests.screening.sets import opened
from tests.yaml_text import yaml_of
from tools import reference_tables, rooms

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


@pytest.mark.parametrize("page", reference_tables.PAGES)
def test_what_the_program_says_of_itself_is_not_written_twice(page: str) -> None:
    text = read(f"docs/reference/{page}.md")
    assert text == reference_tables.filled(page, text), "run: python -m tools.reference_tables"
    parts = [part for part, (where, _) in reference_tables.PARTS.items() if where == page]
    assert re.findall(r"<!-- generated: python -m tools.reference_tables, (\w+) -->", text) == parts


def test_each_feature_has_its_row_of_what_it_was_laid_across() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", rooms.PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(features.ORDER), "run: python -m tools.rooms"


@pytest.mark.parametrize("change", rooms.CHANGES, ids=lambda change: change.what)
def test_what_a_change_touches_is_there_and_at_most_three_files(change: rooms.Change) -> None:
    assert len(change.now) <= 3 and all((ROOT / path).is_file() for path in change.now)
    assert change.what in rooms.PAGE.read_text(encoding="utf-8")


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


READMES = {
    "README.md": (
        "sandbox.gif",
        "Three promises",
        "panel-now.png",
        "Beside others",
        "Status",
        "Try it",
        "Run it",
        "Read on",
    ),
    "README.ru.md": (
        "sandbox.gif",
        "Три обещания",
        "panel-now.png",
        "Рядом с",
        "Состояние",
        "Попробовать",
        "Запустить",
        "Читать",
    ),
}


@pytest.mark.parametrize("name", READMES)
def test_a_readme_answers_in_the_order_of_a_stranger(name: str) -> None:
    """For whom and what; the clip; promises; a picture; beside others; how far it is proven; then try, run, read."""
    page = read(name)
    places = [page.find(word) for word in READMES[name]]
    assert -1 not in places and places == sorted(places)
    assert page.find("git clone") < page.find("cd priemnaya") < page.find("make sandbox") < page.find("make install")
    assert "INBOX" not in page, "the diagram stands on the architecture page"
    assert len(re.findall(r"^\| [^|-]", page[: page.find(READMES[name][4])], re.MULTILINE)) == 6


@pytest.mark.parametrize("name", READMES)
def test_the_figures_of_a_readme_are_those_of_the_proof(name: str) -> None:
    page = read(name).replace(" ", " ")
    kept = {
        file: json.loads(read(f"docs/reference/proof/{file}.json"))
        for file in ("plain", "kills", "losses", "simulation")
    }
    faults = kept["plain"]["faults"].values()
    ours, plain = ([fault[bot] for fault in faults] for bot in ("this bot", "vkbottle"))
    wrong = ("lost", "doubled", "misdelivered", "out_of_order")
    assert not any(result[what] for result in ours for what in wrong)
    for number in (sum(r["sent"] for r in plain), sum(r["lost"] for r in plain), sum(r["doubled"] for r in plain)):
        assert re.search(rf"\b{number}\b", page), number
    assert kept["simulation"]["seeds"] == 50_000 and re.search(r"50[ ,]000", page)
    assert kept["kills"]["kills"] == kept["losses"]["losses"] == 1_000
    assert re.search(r"1,?000 (power|обесточиваний)", page)


@pytest.mark.parametrize("name", READMES)
def test_what_a_readme_says_of_danger_is_the_first_result_of_the_newest_set(name: str) -> None:
    share = r"([\d.]+) % \([^|]*, (\d+) of (\d+)\)"
    row = rf"^\| (\d+), first \|[^|]+\| {share} \|[^|]+\| {share}"
    sets = re.findall(row, read("tests/screening/phrases/sealed/RESULTS.md"), re.MULTILINE)
    number, found, right, of, falsely, wrong, harmless = max(sets, key=lambda one: int(one[0]))
    assert f"danger_{number}.txt" == opened()[-1], "the newest set that is open has its first result"
    assert (found, falsely) == (f"{int(right) / int(of):.1%}"[:-1], f"{int(wrong) / int(harmless):.1%}"[:-1])
    page = " ".join(read(name).replace(",", ".").split())
    assert re.search(rf"\b{of}\b[^|]{{0,200}}(?<![\d.]){found} %[^|]{{0,200}}(?<![\d.]){falsely} %", page)


def test_no_other_host_than_vks_is_named_with_its_exception() -> None:
    """With a second way of alarm the bot writes letters and posts to a webhook: both READMEs say so."""
    for name in READMES:
        assert "`BOT_ALARM_SMTP`" in read(name) and "`BOT_ALARM_WEBHOOK`" in read(name)


def test_no_more_words_are_written_than_the_bound(capsys: pytest.CaptureFixture[str]) -> None:
    """`python tools/count_words.py` counts; whoever adds a page takes as much away elsewhere."""
    counts = runpy.run_path(str(ROOT / "tools" / "count_words.py"))
    assert counts["main"]() == 0, capsys.readouterr().out
    assert counts["words"]("| два слова | --- | 1 |") == 3
    written, apart = counts["counted"]()
    assert "docs/glossary.md" in written and "docs/reference/proof.md" in apart and "docs/facts/delivery.md" in apart


def test_no_paragraph_stands_in_a_cell_of_a_table() -> None:
    counts = runpy.run_path(str(ROOT / "tools" / "count_words.py"))
    long = [
        f"{page}: {cell.strip()[:60]}"
        for page in counts["counted"]()[0]
        for line in read(page).splitlines()
        if line.startswith("|")
        for cell in line.strip("|").split(" | ")
        if counts["words"](re.sub(r"`tests/[^`]+`", "", cell)) > 60
    ]
    assert long == []


# The index: every page is reached from it, and whoever asks is three clicks from the answer.

INDEX = "docs/README.md"


def links_of(page: str) -> set[str]:
    """Pages of ours that a page links to; a folder is its README."""
    found = set()
    for target in LINK.findall(read(page)):
        if target.startswith(("http://", "https://")):
            continue
        path = ((ROOT / page).parent / target).resolve()
        path = path / "README.md" if path.is_dir() else path
        if path.suffix == ".md" and path.exists():
            found.add(path.relative_to(ROOT).as_posix())
    return found


def clicks() -> dict[str, int]:
    """How many clicks each page is away from the index."""
    away, ring = {INDEX: 0}, [INDEX]
    while ring:
        ring = sorted({link for page in ring for link in links_of(page)} - set(away))
        away |= dict.fromkeys(ring, max(away.values()) + 1)
    return away


def test_every_page_is_reached_from_the_index() -> None:
    pages = {page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert pages - set(clicks()) == set()


HOW_TOS = sorted((ROOT / "docs" / "howto").glob("*.md"))


def test_there_are_how_tos_for_what_is_done_most() -> None:
    assert len(HOW_TOS) > 15
    for page in HOW_TOS:
        assert len(page.read_text(encoding="utf-8").split()) < 400, f"{page.name} is no how-to any more"


@pytest.mark.parametrize("page", HOW_TOS, ids=lambda page: page.stem)
def test_a_how_to_types_commands_that_there_are(page: Path) -> None:
    known = set(commands()) | {name.split()[0] for name in commands()}
    for typed in re.findall(r"`bot ([^`]*)`|python -m bot (.*)", page.read_text(encoding="utf-8")):
        words = " ".join(typed).split()
        assert words[0] in known and (" ".join(words[:2]) in known or words[0] in commands()), words


QUESTIONS = yaml_of((ROOT / "tests" / "docs_questions.yaml").read_text(encoding="utf-8"))


def test_each_reader_has_six_questions() -> None:
    assert [len(asked) for asked in QUESTIONS.values()] == [6, 6, 6]


@pytest.mark.parametrize(
    "asked", [asked for reader in QUESTIONS.values() for asked in reader], ids=lambda asked: asked["asks"]
)
def test_a_question_is_answered_within_three_clicks(asked: dict[str, Any]) -> None:
    """The path is followed link by link from the index, and the last page has the words that answer it."""
    page = INDEX
    assert 1 <= len(asked["clicks"]) <= 3
    for click in asked["clicks"]:
        assert click in links_of(page), f"{page} does not lead to {click}"
        page = click
    assert asked["answer"] in " ".join(read(page).split()), f"{page} does not say: {asked['answer']}"


def test_the_architecture_begins_with_the_one_sentence() -> None:
    first_screen = "\n".join(read("docs/explanation/architecture.md").splitlines()[:25])
    assert "Everything that happens comes in through the inbox" in first_screen


def test_every_stop_of_the_three_ways_is_a_function() -> None:
    """Looked up by name only; `tests/test_path_of_a_message.py` plays them. Whoever renames one mends the page."""
    page = read("docs/explanation/architecture.md")
    stops = re.findall(r"^\| \d+ \| \[`[^`]+`\]\(\.\./\.\./([\w/]+\.py)\) `([\w.]+)` \|", page, re.MULTILINE)
    gone = [
        f"{file} {name}"
        for file, name in stops
        if not re.search(rf"^\s*(?:async )?def {name.rpartition('.')[2]}\b", read(file), re.MULTILINE)
    ]
    assert len(stops) > 60 and gone == []


def test_a_word_that_had_several_meanings_has_one() -> None:
    table = read("docs/glossary.md").split("## Words with one meaning")[1]
    words = re.findall(r"^\| (\w+) \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)
    assert len(words) == len(set(words)) and {"door", "head", "page", "turn", "share", "row", "news"} <= set(words)


def test_glossary_names_exist() -> None:
    for place in re.findall(
        r"`((?:states|handlers|storage|bot|features|matching|screening)/[\w/]+\.py)`", read("docs/glossary.md")
    ):
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
        return " ".join(yaml_of(path.read_text(encoding="utf-8"))["shows"])
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
