"""Posters of doors: one sheet each, nothing over its edge or over another line, the code and the address of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.admin.admin_service import AdminService
from bot.cli.cli import app
from bot.process.clock import Clock
from bot.region.directory_json import to_json
from features.campaign_links import FEATURE, posters
from features.campaign_links import commands as doors_commands
from features.campaign_links.papers import MM, PaperPage
from states.directory import Community, Directory, Door
from states.lifecycle.appeal import Action, History, Status
from states.lifecycle.counted import Counted
from storage.db.database import Database
from storage.records import appeals
from storage.records import directory as directories
from tests.small import NOW
from tests.storage.given import appeal
from tests.web.conftest import db, empty_database  # noqa: F401 - fixtures

HERE = Community(101, "Приёмная Челябинской области", screen_name="priemnaya74")
LONGEST = Door(
    "d" * 40, "Н" * 60,
    "Не пришёл автобус, нет расписания, сломана скамейка, темно вечером или грубит водитель на маршруте?",
    "transport-ostanovka", "miass", f"остановка {'у' * 12} {'дом ' * 24}".strip()[:120], "miass-gorod",
)  # fmt: skip


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, float, float, float, float]]]:
    """Every line of text: words, left, top, right, foot in millimetres."""
    lines: list[tuple[str, float, float, float, float]] = []
    text, centred = PaperPage.text, PaperPage.centre_text

    def written(page: PaperPage, words: str, x: float, y: float, wide: float, *more: Any, **named: Any) -> float:
        size, font = (*more, 10)[0], more[1] if len(more) > 1 else "plain"
        widest = max(page._measure(line, font, size) for line in page.lines(words, wide, size, font))
        foot = text(page, words, x, y, wide, *more, **named)
        lines.append((words, x, y, x + widest / MM, foot))
        return foot

    def middle(
        page: PaperPage, words: str, x: float, y: float, size: float, font: str = "bold", *more: Any, **named: Any
    ) -> None:
        half = page._measure(words, font, size) / MM / 2
        lines.append((words, x - half, y - size * 0.3, x + half, y))
        centred(page, words, x, y, size, font, *more, **named)

    monkeypatch.setattr(PaperPage, "text", written)
    monkeypatch.setattr(PaperPage, "centre_text", middle)
    yield lines


@pytest.mark.parametrize("sheet", [posters.poster, posters.labels])
@pytest.mark.parametrize("which", ["yamy", "ostanovka-miass", "vk-miass", "longest", "bare"])
def test_everything_stands_inside_the_sheet(
    region: Directory, drawn: list[tuple[str, float, float, float, float]], sheet: Any, which: str
) -> None:
    door = {"longest": LONGEST, "bare": Door("bare", "Газета")}.get(which) or region.door_by_code[which]
    out, again = io.BytesIO(), io.BytesIO()
    sheet(out, region, HERE, door)
    assert len(re.findall(rb"/Type /Page\b", out.getvalue())) == 1
    words = [one for one, *_ in drawn]
    assert any("112" in one for one in words)
    assert HERE.link(door.code) in words and (door.about or posters.ASKS) in words
    for said, left, top, right, foot in drawn:
        assert left >= 5 and right <= 205 and top >= 5 and foot <= 292, said
    marks = [one for one in drawn if not one[0].isdigit()]
    for number, one in enumerate(marks):
        for other in marks[number + 1 :]:
            apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] + 0.6 or other[4] <= one[2] + 0.6
            assert apart, (one, other)
    sheet(again, region, HERE, door)
    assert out.getvalue() == again.getvalue()


def test_the_code_leads_to_the_door(region: Directory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    codes: list[str] = []
    made = PaperPage.code
    monkeypatch.setattr(
        PaperPage, "code", lambda page, address, *more: codes.append(address) or made(page, address, *more)
    )
    paths = posters.write(tmp_path / "new", region, HERE, [region.door_by_code["yamy"]])
    assert [one.name for one in paths] == ["plakat-yamy.pdf", "nakleyki-yamy.pdf"] and all(map(Path.exists, paths))
    assert set(codes) == {"https://vk.me/priemnaya74?ref=yamy"} and len(codes) == 1 + posters.ACROSS * posters.DOWN


@pytest.mark.parametrize(("door", "names"), [((), 6), (("yamy",), 2), (("subbotnik-2026",), 2)])
def test_the_commands(
    region: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, door: tuple[str, ...], names: int
) -> None:
    """Without a code the closed ones are left out; a closed one is printed for who asks for it."""
    rows = [
        {"code": "yamy", "name": "Ямы", "link": "vk.me/a?ref=yamy", "known": ["Ямы"], "closed": True, "received": 7}
    ]
    said = {"doors": rows, "directory": to_json(region), "community": 101}
    monkeypatch.setattr(doors_commands, "run_command", lambda *_: said)
    monkeypatch.setattr(doors_commands, "read", lambda: None)
    listed = CliRunner().invoke(app, ["doors", "list"])
    assert listed.output.strip() == "yamy (закрыта): Ямы. Ямы. Сообщений: 7. https://vk.me/a?ref=yamy"
    codes = [word for one in door for word in ("--door", one)]
    done = CliRunner().invoke(app, ["doors", "posters", "--out", str(tmp_path), *codes, "--community", "abc"])
    assert done.exit_code == 0 and len(list(tmp_path.iterdir())) == names, done.output
    rows.clear()
    assert "Ссылок нет" in CliRunner().invoke(app, ["doors", "list"]).output
    wrong = CliRunner().invoke(app, ["doors", "posters", "--out", str(tmp_path), "--door", "yama"])
    assert "«yama» в справочнике нет" in str(wrong.exception)


async def test_what_the_database_says_of_them(db: Database, region: Directory) -> None:  # noqa: F811
    service = AdminService(db, Clock(), features=(FEATURE,))
    assert "ещё не загружен" in (await service.carry_out("doors", {}))["error"]
    await db.run(lambda tx: directories.save_text(tx, to_json(region), NOW))
    one, _ = appeal("1124-AAAA", 5, counted=Counted(received=NOW.date()))
    line = History(one.code, 1, NOW, 5, Action.SUBMIT, None, Status.WAITING)
    await db.run(lambda tx: appeals.keep_appeals(tx, [replace(one, door="yamy")], [line]))
    said = await service.carry_out("doors", {})
    counted = {row["code"]: row["received"] for row in said["doors"]}
    assert counted["yamy"] == 1 and counted["vk-miass"] == 0
    assert all(row["link"].endswith(f"?ref={row['code']}") for row in said["doors"])
