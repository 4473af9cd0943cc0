"""After every step the page, VK's record and what the bot has stored agree; else it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.compared import Record, Seen, cards_against_stored, logs_agree
from tests.browser.letters import ROUNDS
from tests.browser.morning import played, region
from tests.sandbox import Sandbox

STEPS, COMPARED = 40, 10_000


@pytest.fixture
def office(chromium: str, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of its own: its clock is moved by a day, its directory asks for a second person."""
    opened = Sandbox(tmp_path / "vk", "--directory", str(region(tmp_path)))
    try:
        opened.until_healthy()
        yield opened
    finally:
        opened.close()


async def test_a_morning_of_thirty_messages(browser: Browser, office: Sandbox) -> None:
    day = await played(browser, office, short=True)
    print(f"шагов {len(day.steps)}, сверок {day.compared}")
    assert len(day.codes) >= 30 and len(day.steps) >= STEPS and day.compared >= COMPARED


def test_the_letters_are_what_the_morning_needs() -> None:
    letters = [letter for part in ROUNDS for letter in part]
    assert len(letters) == len({letter.name for letter in letters}) == 30
    assert all(len({letter.who for letter in part}) == 10 for part in ROUNDS), "ten residents, three messages each"
    assert sum(letter.file == "photo" for letter in letters) >= 5 and any(letter.file == "doc" for letter in letters)
    assert sum(letter.same == "Это повтор" for letter in letters) == 2
    assert sum(letter.name.startswith("фонари") for letter in letters) == 5, "five of one outage"


# A comparison that cannot fail would prove nothing.

MESSAGE = {"cmid": 1, "text": "Ямы · ул. Мира · до 2 дек в 09:05\nСостояние: в работе\n\n№1201-AAAA", "date": 0}
KEYS = {"inline": True, "buttons": [[{"action": {"label": label}}] for label in ("Ответить", "Промежуточный ответ")]}
MORE = {
    "inline": True,
    "buttons": [*KEYS["buttons"], [{"action": {"label": "Спросить жителя"}}, {"action": {"label": "Ещё"}}]],
}
CARD = {**MESSAGE, "from_id": -101, "keyboard": MORE, "reply_cmid": None, "forwards": [], "attachments": []}
ROW = {
    "code": "1201-AAAA",
    "chat": 7,
    "card": 1,
    "incident": "",
    "status": "in_work",
    "due_at": "2026-12-02T04:05:00+00:00",
    "urgent": False,
}


def record(**chats: list[dict[str, object]]) -> Record:
    made = Record.__new__(Record)
    made.chats, made.people, made.key_of, made.now = chats, {}, {7: "a", 8: "b"}, 60.0
    return made


def found(row: dict[str, object], **chats: list[dict[str, object]]) -> str:
    seen = Seen()
    cards_against_stored(record(**chats), [row], seen)
    assert seen.compared
    return "\n".join(seen.differences)


def test_a_wrong_card_is_seen() -> None:
    assert found(ROW, a=[CARD]) == ""
    assert "состояние" in found({**ROW, "status": "interim"}, a=[CARD])
    assert "кнопки" in found(ROW, a=[{**CARD, "keyboard": KEYS}])
    assert "срок" in found({**ROW, "due_at": "2026-12-03T04:05:00+00:00"}, a=[CARD])
    assert "есть ли срок" in found({**ROW, "due_at": None}, a=[CARD])
    assert "срочность" in found({**ROW, "urgent": True}, a=[CARD])
    assert "есть в чате" in found({**ROW, "card": 2}, a=[CARD])
    assert "на оставленной карточке" in found(ROW, a=[CARD], b=[CARD])
    assert "на оставленной карточке" in found({**ROW, "incident": "1201-BBBB"}, a=[CARD])


@pytest.mark.parametrize(
    "change",
    [{"text": "другое"}, {"buttons": []}, {"forwards": ["чужое"]}, {"files": 1}, {"reply": 1}, {"cmid": 2}],
)
def test_a_wrong_page_is_seen(change: dict[str, object]) -> None:
    drawn = {
        "cmid": 1, "service": False, "text": MESSAGE["text"], "reply": 0, "forwards": [], "files": 0,
        "buttons": ["Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"],
    }  # fmt: skip
    good, bad = Seen(), Seen()
    logs_agree("чат", [drawn], [CARD], good)
    assert good.differences == []
    logs_agree("чат", [{**drawn, **change}], [CARD], bad)
    assert bad.differences
    missing = Seen()
    logs_agree("чат", [], [CARD], missing)
    assert missing.differences, "a page that draws nothing agrees with nothing"
