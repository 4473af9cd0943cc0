"""`bot check` shows what only the region can decide: what is decided and how the rest is told (rules.md §9)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.config.settings import NAMES
from bot.region.directory_file import examine
from bot.region.findings import FindingMark
from bot.region.region_questions import EXAMPLE, QUESTIONS, file_in, findings

TODAY = date(2026, 11, 25)
ONE = "decisions:\n  - {question: retention, answer: 365 дней, who: Министерство, date: 2026-11-20}\n"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "decisions.yaml"


def lines(file: Path, mark: FindingMark) -> list[str]:
    return [finding.line() for finding in findings(file, TODAY) if finding.mark is mark]


def test_an_answer_is_shown_with_who_and_when(file: Path) -> None:
    file.write_text(ONE, encoding="utf-8")
    assert lines(file, FindingMark.GOOD) == [
        "✓ Решено: Сколько хранить закрытые сообщения и журналы? 365 дней (Министерство, 20.11.2026)"
    ]
    left = lines(file, FindingMark.LOOK)
    assert len(left) == len(QUESTIONS) - 1 and all(one.startswith("• Не решено: ") for one in left)
    assert not lines(file, FindingMark.BAD)


def test_the_shipped_file_asks_everything_and_decides_nothing() -> None:
    """No decision of a region is made up."""
    assert file_in("regions/chelyabinsk").resolve() == EXAMPLE
    assert len(lines(EXAMPLE, FindingMark.LOOK)) == len(QUESTIONS) == 12 and not lines(EXAMPLE, FindingMark.GOOD)
    assert not lines(EXAMPLE, FindingMark.BAD)


def test_it_lies_beside_the_directory_and_is_none_of_it() -> None:
    assert examine(EXAMPLE.parent).directory.region


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE.replace("retention", "retenton"), "вопроса «retenton» нет"),
        (ONE.replace(", who: Министерство", ""), "должны стоять who"),
        (ONE.replace(", date: 2026-11-20", ""), "должны стоять who"),
        (ONE.replace("2026-11-20", "2026-11-26"), "ещё не наступила"),
        (ONE.replace("2026-11-20", "вчера"), "не так: date"),
        (ONE.replace("who:", "кто:"), "не так: кто"),
        (ONE + ONE.split("\n", 1)[1], "отвечено дважды"),
        ("decisions:\n  - да\n", "не так: запись"),
        ("decisions: да\n", "один раздел"),
        ("topics: []\n", "один раздел"),
        ("decisions: [\n", "не читаются"),
        ("", "не читаются"),
    ],
)
def test_what_is_wrong_is_said_and_answers_nothing(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert any(said in line for line in lines(file, FindingMark.BAD)), lines(file, FindingMark.BAD)


def test_a_file_that_is_not_there_is_said(file: Path) -> None:
    assert "regions/chelyabinsk/decisions.yaml" in lines(file, FindingMark.BAD)[0]
    assert len(lines(file, FindingMark.LOOK)) == len(QUESTIONS)


def test_what_is_said_to_be_set_can_be_set() -> None:
    """Every setting, command and file that a hint names is there."""
    commands = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    directory = (ROOT / "docs" / "reference" / "directory.md").read_text(encoding="utf-8")
    for question in QUESTIONS:
        assert set(re.findall(r"BOT_[A-Z_]+", question.told)) <= set(NAMES)
        for command in re.findall(r"python -m bot [a-z]+(?: [a-z]+)?", question.told):
            assert command in commands, command
        for page in re.findall(r"docs/\S+\.md", question.told):
            assert (ROOT / page).exists(), page
        for key in re.findall(r"\b(office|terms|last_day|approval|control_centre|emergency|outside)\b", question.told):
            assert f"`{key}`" in directory, key
    assert len({question.code for question in QUESTIONS}) == len(QUESTIONS)
