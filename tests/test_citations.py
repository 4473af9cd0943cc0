"""What code, tests and pages cite by number is there: §s of docs/facts, R, T, F, I; and no issue is cited."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "docs" / "facts"
ENDS = {".py", ".md", ".yaml", ".yml", ".toml", ".sh", ".html", ".js", ".css", ".env"}
OURS = ("tests/test_citations.py", "CHANGELOG.md", "emulator/CHANGELOG.md")
EMULATORS = (
    "emulator/",
    "tests/emulator/",
    "docs/reference/emulator",
    "docs/emulator/",
    "docs/vk-probes.md",
    "tests/probes/",
)
PAGE = r"\b(delivery|vk-api|rules|security|features|design)\.md`?\)?,? "
CITED = re.compile(rf"{PAGE}(?=§?\d)|§ ?(\d+(?:\.\d+)?)|(?<=\.md )(\d+(?:\.\d+)?)|(?<=\d, )(\d+\.\d+)\b")
"""A page, then its §s; «delivery.md 9» and «vk-api.md 3.2, 6.1» count too."""
NUMBER = re.compile(r"(?<![\w.#&/-])([RTFI])([1-9]\d?)(?:[–-]\1?([1-9]\d?))?(?![\w-]|\.\d)")
PACKED = re.compile(r"\S{40,}")
"""A line of learned weights in base 85."""
ISSUE = re.compile(r"\b[Ii]ssue [0-9A-Z]\b|\b[Ii]ssue \d|\(issue [\dC]|\b[AB]\.\d\b")
FOREIGN = re.compile(r"(?:vkbottle|aiosqlite|vk_api|vk-io|chatwoot|fixmystreet|zammad), issue|issue \d+ of [a-z]")
"""An issue of another project, which anybody can read."""


@cache
def files() -> list[str]:
    """What is in the repository and written in words, but packed or sealed sets and lock files."""
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")  # noqa: S607
    return [name for name in names if Path(name).suffix in ENDS and name not in OURS and (ROOT / name).exists()]


def lines() -> list[tuple[str, int, str]]:
    return [
        (name, number, line)
        for name in files()
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if not PACKED.fullmatch(line)
        and not name.endswith(("weights.py", "acts/phrases.py"))  # their last line is a short one
    ]


@cache
def sections(page: str) -> set[str]:
    """The numbers under which a page of facts can be cited: headings, numbered rows, items of numbered lists."""
    text = (FACTS / f"{page}.md").read_text(encoding="utf-8")
    found = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", text, re.MULTILINE))
    found |= set(re.findall(r"^\| (\d+\.\d+) \|", text, re.MULTILINE))
    for number, body in re.findall(r"^## (\d+)\. [^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        found |= {f"{number}.{item}" for item in re.findall(r"^(\d+)\. ", body, re.MULTILINE)}
    return found


def cited_sections(name: str, line: str) -> list[tuple[str, str]]:
    """(page, §) of each § of a line. One without a page before it is VK's in the emulator, of delivery elsewhere."""
    found, page = [], "vk-api" if name.startswith(EMULATORS) else "delivery"
    page = Path(name).stem if name.startswith("docs/facts/") and "README" not in name else page
    named = False
    for match in CITED.finditer(line):
        if match[1]:
            page, named = match[1], True
        elif match[2] or named:
            found.append((page, match[2] or match[3] or match[4]))
    return found


def test_every_section_that_is_cited_is_there() -> None:
    missing = [
        f"{name}:{number}: {page}.md §{section}"
        for name, number, line in lines()
        for page, section in cited_sections(name, line)
        if section not in sections(page)
    ]
    assert missing == []
    cited = [where for name, _, line in lines() for where in cited_sections(name, line)]
    assert len(cited) > 400, "the citations are really found"


MENTIONED = re.compile(r"(?<![\w{*}.-])((?:[\w.-]+/)*[\w-]+\.md)\b")


def test_every_page_that_code_names_is_there() -> None:
    """By its own name: a page of another folder than this repository's cannot be read by whoever follows it."""
    there = {Path(name).name for name in files()} | {"CHANGELOG.md", "LICENSE.md"}
    named = [
        f"{name}:{number}: {page}"
        for name, number, line in lines()
        if name.endswith(".py") and not name.startswith("tests/")
        for page in MENTIONED.findall(line)
        if Path(page).name not in there
    ]
    assert named == []
    assert [f"{name}:{number}" for name, number, line in lines() if "shared/reference" in line] == []


@cache
def numbers() -> dict[str, set[int]]:
    """The numbers that are explained somewhere in the repository."""

    def rows(page: str, letter: str) -> set[int]:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        return {int(number) for number in re.findall(rf"^(?:\| |- \*\*){letter}(\d+)\b", text, re.MULTILINE)}

    return {
        "R": rows("reference/requirements.md", "R"),
        "T": rows("reference/threats.md", "T"),
        "F": rows("reference/threats.md", "F"),
        "I": rows("facts/delivery.md", "I"),
    }


def test_the_numbers_are_all_explained() -> None:
    assert {letter: len(found) for letter, found in numbers().items()} == {"R": 66, "T": 29, "F": 33, "I": 15}


def test_every_requirement_threat_fault_and_invariant_that_is_cited_is_there() -> None:
    missing = [
        f"{name}:{number}: {letter}{value}"
        for name, number, line in lines()
        for letter, first, last in NUMBER.findall(line)
        for value in {int(first), int(last or first)}
        if value not in numbers()[letter]
    ]
    assert missing == []


DECISION = re.compile(r"\bdecisions?[ /](\d{4})\b")
GOAL = re.compile(r"\((?:[FIRT]\d+, )?G(\d{1,2})\)")


def test_every_decision_and_goal_that_is_cited_is_there() -> None:
    decided = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}
    goals = set(re.findall(r"\bG(\d+) ", (FACTS / "delivery.md").read_text(encoding="utf-8")))
    cited = [(name, number, found) for name, number, line in lines() for found in DECISION.findall(line)]
    aimed = [(name, number, found) for name, number, line in lines() for found in GOAL.findall(line)]
    assert len(cited) > 20 and [one for one in cited if one[2] not in decided] == []
    assert aimed and [one for one in aimed if one[2] not in goals] == []


def test_no_issue_of_ours_is_cited() -> None:
    """Issues are not in the repository; a rule, a fact or a decision is."""
    cited = [
        f"{name}:{number}: {line.strip()}"
        for name, number, line in lines()
        if ISSUE.search(line) and not FOREIGN.search(line)
    ]
    assert cited == []


@pytest.mark.parametrize("page", ["delivery", "vk-api", "rules", "security", "features", "design"])
def test_a_page_of_facts_has_its_sections(page: str) -> None:
    assert {"1", "2", "3"} <= sections(page)
