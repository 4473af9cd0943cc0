"""Papers to print: one page each, nothing over its edge, the buttons and the address of the live product."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.cli import app
from features.campaign_links import papers
from features.campaign_links.papers import FIVE, MM, PaperPage, PosterCommunity, write
from handlers.views.card_buttons import LABELS
from states.directory import Directory

HERE = PosterCommunity("Приёмная Челябинской области", "priemnaya74")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float, float, float]]:
    """Every line of text: words, where it begins, where it ends, how far it is above the lower edge."""
    lines: list[tuple[str, float, float, float]] = []
    made = PaperPage.text

    def text(page: PaperPage, words: str, x: float, y: float, wide: float, *more: Any, **named: Any) -> float:
        size, font = (*more, 10)[0], (*more, 10, "plain")[1] if len(more) > 1 else "plain"
        widest = max(page._measure(line, font, size) for line in page.lines(words, wide, size, font))
        end = made(page, words, x, y, wide, *more, **named)
        lines.append((words, x, x + widest / MM, page.high / MM - end))
        return end

    monkeypatch.setattr(PaperPage, "text", text)
    return lines


def test_the_same_input_gives_the_same_two_pages(region: Directory, tmp_path: Path) -> None:
    first, again = write(tmp_path / "a", region, HERE), write(tmp_path / "b", region, HERE)
    assert [one.name for one in first] == ["pamyatka.pdf", "listovka.pdf"]
    for one, other in zip(first, again, strict=True):
        content = one.read_bytes()
        assert content == other.read_bytes() and content.startswith(b"%PDF-")
        assert len(re.findall(rb"/Type /Page\b", content)) == 1


def test_nothing_stands_over_the_edge(
    region: Directory, tmp_path: Path, drawn: list[tuple[str, float, float, float]]
) -> None:
    write(tmp_path, region, HERE)
    pages = {"Сообщение жителя: что с ним делать": 210, "Яма? Темно? Не вывозят мусор?": 148}
    wide = 0
    for words, start, end, above in drawn:
        wide = pages.get(words, wide)
        assert start >= 12 and end <= wide - 8 and above >= 8, words


def test_the_page_shows_the_card_and_the_five_actions(
    region: Directory, tmp_path: Path, drawn: list[tuple[str, float, float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []
    made = papers.key
    monkeypatch.setattr(papers, "key", lambda page, label, *more: keys.append(label) or made(page, label, *more))
    write(tmp_path, region, HERE)
    words, keyboard = papers.sample(region)
    said = "\n".join(line for line, *_ in drawn)
    assert words.partition("\n")[0] in said and papers.WRITTEN in said
    assert keys == [one.label for row in keyboard.rows for one in row] + [LABELS[action][0] for action, _ in FIVE]
    assert {"Принять", "Ответить", "Не наше"} <= set(keys)


def test_the_code_leads_to_the_community(region: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[str] = []
    made = PaperPage.code
    monkeypatch.setattr(
        PaperPage, "code", lambda page, address, *more: codes.append(address) or made(page, address, *more)
    )
    write(tmp_path, region, PosterCommunity("Приёмная", "example"))
    assert codes == ["https://vk.me/example"]


def test_the_command_writes_both(tmp_path: Path) -> None:
    folder = str(Path(__file__).parents[2] / "regions" / "chelyabinsk")
    done = CliRunner().invoke(app, ["papers", folder, "--community", "example", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert {one.name for one in tmp_path.iterdir()} == {"pamyatka.pdf", "listovka.pdf"}
