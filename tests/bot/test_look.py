"""Which message of VK's history is ours (delivery.md §8): by its id, where VK shows it; else by what it says (P5)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.delivery.send_outcome import Verdict
from bot.delivery.verify_delivery import is_it, sounds_like_it, verify_delivery, with_lost
from states.effects import Kind, Send

BOT: Any = SimpleNamespace(community=101)
CARD = Send(2_000_000_001, "c", "Снег · Миасс\nСостояние: передано\n№1107-6XTV", Kind.CARD)
LINE = Send(2_000_000_001, "o", "Ответ по №1107-6XTV уйдёт через 30 секунд", Kind.STATUS, reply_to=7)


def row(effect: Send, **more: Any) -> Any:
    known = {"effect": effect, "level": 0, "random_id": 55, "lost": (), "reason": "", "code": 0}
    return SimpleNamespace(**known | more)


def item(text: str, **more: Any) -> dict[str, Any]:
    return {"from_id": -101, "text": text, "conversation_message_id": 9, **more}


def test_the_id_decides_where_it_is_shown() -> None:
    assert is_it(BOT, row(CARD), item("что угодно", random_id=55))
    assert not is_it(BOT, row(CARD), item(CARD.text, random_id=56))
    assert not sounds_like_it(BOT, row(CARD), item(CARD.text, random_id=56)), "it is another message's"
    assert not is_it(BOT, row(CARD), item(CARD.text) | {"from_id": 5, "random_id": 55})


EDITED = CARD.text.replace("передано", "в работе")


@pytest.mark.parametrize(
    ("effect", "seen", "ours"),
    [
        (CARD, item(CARD.text), True),
        (CARD, item(EDITED), False),
        (CARD, item(EDITED, update_time=1), True),
        (CARD, item(EDITED.replace("6XTV", "7YUW"), update_time=1), False),
        (LINE, item("✓ Ответ доставлен", update_time=1, reply_message={"conversation_message_id": 7}), True),
        (LINE, item("✓ Ответ доставлен", update_time=1, reply_message={"conversation_message_id": 8}), False),
        (CARD, item(CARD.text) | {"from_id": 5}, False),
    ],
)
def test_without_an_id_the_words_or_what_an_edit_left_of_them(effect: Send, seen: dict[str, Any], ours: bool) -> None:
    """The simulation sent a card twice that had been edited since (seed 64): its words were others by then."""
    assert sounds_like_it(BOT, row(effect), seen) is ours


@pytest.mark.parametrize(
    ("text", "more", "ours"),
    [
        ("✓ Ответ по №1107-6XTV доставлен жителю в 02:20.", {"update_time": 1}, True),
        ("✓ Ответ по №1107-6XTV доставлен жителю в 02:20.", {}, False),
        ("✓ Ответ по №1107-7YUW доставлен жителю в 02:20.", {"update_time": 1}, False),
        ("Снег · Миасс\nСостояние: есть ответ\n№1107-6XTV", {"update_time": 1}, False),
        ("✓ Ответ по №1107-6XTV доставлен", {"update_time": 1, "reply_message": {"conversation_message_id": 8}}, False),
    ],
)
def test_a_line_that_vk_would_not_take_as_a_reply_is_told_by_its_number(text: str, more: Any, ours: bool) -> None:
    """Seed 710314: the line was said in its simpler form, then edited."""
    assert sounds_like_it(BOT, row(LINE, level=1), item(text, **more)) is ours


def test_the_line_about_lost_files_belongs_to_the_words() -> None:
    said = f"{CARD.text}\n\nНе удалось передать: видео."
    assert sounds_like_it(BOT, row(CARD, lost=("видео",)), item(said))
    assert not sounds_like_it(BOT, row(CARD), item(said))


def test_where_the_words_leave_no_room_lost_files_are_counted() -> None:
    """The line is never cut, whatever was stored by an older program."""
    full = replace(CARD, text="ю" * 4000)
    said = with_lost(row(full, lost=("видео «лето»",) * 9), full)
    assert said.endswith("видео «лето», ещё 5 файлов.") and len(said) <= 4096


HINT = Send(2_000_000_001, "h", "8 ноября — нерабочий день.", Kind.NOTICE, reply_to=4)
UNDER = {"from_id": 1010, "conversation_message_id": 4}


@pytest.mark.parametrize(("taken", "found"), [(set(), 5), ({5}, 6), ({5, 6}, 0)])
async def test_what_is_another_rows_is_not_said_by_this_one(monkeypatch: Any, taken: set[int], found: int) -> None:
    said = item(HINT.text, reply_message=UNDER)
    seen = [said | {"conversation_message_id": number} for number in (5, 6)]
    pages = iter([seen, []])

    async def shown(*_: object) -> Any:
        return next(pages)

    async def others(_: object) -> set[int]:
        return taken

    monkeypatch.setattr("bot.delivery.verify_delivery.read_messages", shown)
    bot: Any = SimpleNamespace(community=101, db=SimpleNamespace(run=others))
    outcome = await verify_delivery(bot, row(HINT, attempts=0, kind="notice", probe_from=0, peer=HINT.peer))
    assert (outcome.verdict == Verdict.SENT, outcome.cmid or 0) == (bool(found), found)


@pytest.mark.parametrize(
    ("code", "probe_from", "random_id", "sent"),
    [(100, 120, 55, True), (100, 120, 0, False), (0, 120, 55, False), (100, 12, 55, True)],
)
async def test_what_vk_calls_repeated_is_looked_for_further_back_by_its_id(
    monkeypatch: Any, code: int, probe_from: int, random_id: int, sent: bool
) -> None:
    """§13, seed 17000409: a life that an older copy does not know had said it before this try began."""
    there = item(HINT.text, random_id=random_id, reply_message=UNDER)

    there["conversation_message_id"] = max(9, probe_from - 99)

    async def shown(_: object, __: object, cmids: range) -> Any:
        return [there] * (there["conversation_message_id"] in cmids)

    async def nothing(_: object) -> set[int]:
        return set()

    monkeypatch.setattr("bot.delivery.verify_delivery.read_messages", shown)
    bot: Any = SimpleNamespace(community=101, db=SimpleNamespace(run=nothing))
    refused = row(HINT, attempts=1, kind="notice", code=code, probe_from=probe_from, peer=5)
    assert ((await verify_delivery(bot, refused)).verdict is Verdict.SENT) is sent


@pytest.mark.parametrize(
    ("code", "peer", "shown", "hidden"),
    [
        (100, CARD.peer, {6, 7, 8}, False),
        (100, CARD.peer, {6, 8}, True),
        (100, CARD.peer, {8, 9}, True),
        (100, CARD.peer, set(), True),
        (100, 5, {8}, False),
        (10, CARD.peer, {8}, False),
        (0, CARD.peer, {8}, False),
    ],
)
async def test_in_a_chat_to_which_the_bot_came_back_absence_proves_nothing(
    monkeypatch: Any, code: int, peer: int, shown: set[int], hidden: bool
) -> None:
    """F16, Q2, seed 27583: VK called the card repeated and showed nothing of before, and a second one went out."""
    pages = iter([[item("Не о том") | {"from_id": 5, "conversation_message_id": one} for one in shown], []])

    async def page(*_: object) -> Any:
        return next(pages)

    async def last(_: object) -> int:
        return 8

    monkeypatch.setattr("bot.delivery.verify_delivery.read_messages", page)
    bot: Any = SimpleNamespace(community=101, db=SimpleNamespace(run=last))
    outcome = await verify_delivery(bot, row(CARD, attempts=1, kind="card", code=code, probe_from=5, peer=peer))
    assert (outcome.verdict, outcome.hidden) == (Verdict.ABSENT, hidden)
