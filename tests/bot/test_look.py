"""Which message of VK's history is ours (delivery.md §8): by its id, where VK shows it; else by what it says (P5)."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.delivery.send_outcome import NUMBERLESS, Verdict
from bot.delivery.verify_delivery import (
    as_card,
    by_levels,
    by_words,
    called_repeated,
    has_spoken,
    hinted,
    is_it,
    look,
    sounds_like_it,
)
from states.effects import Kind, Send, Source

BOT: Any = SimpleNamespace(community=101)
CARD = Send(2_000_000_001, "c", "Сообщение №1107-6XTV\nТема: снег\nСостояние: передано", Kind.CARD)
LINE = Send(2_000_000_001, "o", "Ответ по №1107-6XTV уйдёт через 30 секунд", Kind.STATUS, reply_to=7)


def row(effect: Send, **more: Any) -> Any:
    known = {"effect": effect, "level": 0, "random_id": 55, "lost": (), "simpler": (), "reason": "", "code": 0}
    return SimpleNamespace(**known | more)


def item(text: str, **more: Any) -> dict[str, Any]:
    return {"from_id": -101, "text": text, "conversation_message_id": 9, **more}


def test_the_id_decides_where_it_is_shown() -> None:
    assert is_it(BOT, row(CARD), item("что угодно", random_id=55))
    assert not is_it(BOT, row(CARD), item(CARD.text, random_id=56))
    assert not sounds_like_it(BOT, row(CARD), item(CARD.text, random_id=56)), "it is another message's"
    assert not is_it(BOT, row(CARD), item(CARD.text) | {"from_id": 5, "random_id": 55})


def test_after_a_restore_a_simpler_form_is_it_too() -> None:
    """§9, §13: VK took the second simpler form after the copy was made."""
    restored = row(CARD, simpler=(61, 62, 63))
    assert by_levels(BOT, restored, item(CARD.text, random_id=62)) == 2
    assert by_levels(BOT, restored, item(CARD.text, random_id=55)) == 0
    assert by_levels(BOT, restored, item(CARD.text, random_id=62) | {"from_id": 5}) == 0
    assert by_levels(BOT, row(CARD), item(CARD.text)) == 0


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


def test_an_edited_card_without_its_forwards_is_a_simpler_form() -> None:
    """Combinations seed 4300017: VK had refused the forward, the card was edited, an older copy came back: believed to
    show the forward, the card lost its words by the next edit."""
    card = replace(CARD, forward=Source(5, (1,)), fallback="Снег во дворе")
    words = f"{EDITED}\n\nСнег во дворе"
    restored = row(card, simpler=(61, 62, 63))
    assert not sounds_like_it(BOT, restored, item(words, update_time=1))
    assert by_words(BOT, restored, item(words, update_time=1)) == 1
    assert sounds_like_it(BOT, restored, item(EDITED, update_time=1, fwd_messages=[{"text": "Снег во дворе"}]))


@pytest.mark.parametrize(
    ("more", "seen", "simpler"),
    [
        ({}, {"random_id": 56}, 0),
        ({}, {"random_id": 56, "text": EDITED}, 0),
        ({}, {"text": EDITED.replace("6XTV", "7YUW")}, None),
        ({}, {"text": "Сообщение №1107-6XTV приняли в работу: ЦУР"}, None),
        ({}, {"from_id": 5}, None),
        ({"attempts": 1}, {"random_id": 56}, None),
        ({"relived": False}, {"random_id": 56}, None),
        ({"effect": LINE, "kind": Kind.STATUS}, {"text": LINE.text}, None),
        ({"effect": replace(CARD, forward=Source(5, (1,)), fallback="Снег")}, {"random_id": 56}, 1),
        ({"effect": replace(CARD, forward=Source(5, (1,)))}, {"fwd_messages": [{"text": "Снег"}]}, 0),
        ({"simpler": ()}, {"fwd_messages": [{"text": "Снег"}]}, None),
        ({"effect": replace(CARD, text="и дальше")}, {"text": "и дальше", "random_id": 56}, 0),
        ({"effect": replace(CARD, text="и дальше")}, {"text": "и дальше, и ещё", "random_id": 56}, None),
    ],
)
def test_lived_through_again_a_card_is_told_by_its_number(more: Any, seen: Any, simpler: int | None) -> None:
    """Seed 62506 (I2, T6): the copy came back when it was known that the agency's chat was lost, so the card of the ЦУР
    was its first and not its second, and stood there twice."""
    known = {"kind": Kind.CARD, "attempts": 0, "relived": True, "simpler": (61, 62, 63)} | more
    restored = row(known.pop("effect", CARD), **known)
    assert as_card(BOT, restored, item(CARD.text) | seen) == simpler


@pytest.mark.parametrize(
    ("text", "more", "ours"),
    [
        ("✓ Ответ по №1107-6XTV доставлен жителю в 02:20.", {"update_time": 1}, True),
        ("✓ Ответ по №1107-6XTV доставлен жителю в 02:20.", {}, False),
        ("✓ Ответ по №1107-7YUW доставлен жителю в 02:20.", {"update_time": 1}, False),
        ("Сообщение №1107-6XTV\nСостояние: есть ответ", {"update_time": 1}, False),
        ("✓ Ответ по №1107-6XTV доставлен", {"update_time": 1, "reply_message": {"conversation_message_id": 8}}, False),
    ],
)
def test_a_line_that_vk_would_not_take_as_a_reply_is_told_by_its_number(text: str, more: Any, ours: bool) -> None:
    """Seed 710314: the line was said in its simpler form, then edited, and an older copy came back."""
    assert bool(by_words(BOT, row(LINE, simpler=(61,)), item(text, **more))) is ours


def test_the_line_about_lost_files_belongs_to_the_words() -> None:
    said = f"{CARD.text}\n\nНе удалось передать: видео."
    assert sounds_like_it(BOT, row(CARD, lost=("видео",)), item(said))
    assert not sounds_like_it(BOT, row(CARD), item(said))


@pytest.mark.parametrize(("lost", "ours"), [((), True), (("фото",), False)])
def test_an_older_copy_does_not_know_yet_which_files_are_lost(lost: tuple[str, ...], ours: bool) -> None:
    """Seed 48857: the answer was there, with a line about its document, and its chat was told that it was not (I3)."""
    answer = replace(CARD, kind=Kind.ANSWER, copy=Source(2_000_000_001, (4,)))
    said = item(f"{CARD.text}\n\nНе удалось передать: документ.")
    assert sounds_like_it(BOT, row(answer, lost=lost), said) is ours
    assert not sounds_like_it(BOT, row(answer), item(f"{CARD.text}\n\nДругое"))


def test_a_simpler_form_may_have_lost_the_files_of_what_it_does_not_forward() -> None:
    """Seed 80788: VK had refused the forward, the files of the message could not be moved, an older copy came back."""
    addition = replace(CARD, kind=Kind.ADDITION, forward=Source(5, (1,)), fallback="Снег во дворе")
    restored = row(addition, simpler=(61, 62, 63))
    said = item(f"{CARD.text}\n\nСнег во дворе\n\nНе удалось передать: файлы исходного сообщения.")
    assert not sounds_like_it(BOT, restored, said)
    assert by_words(BOT, restored, said) == 1
    assert by_words(BOT, restored, item(f"{CARD.text}\n\nСнег во дворе\n\nДругое")) == 0


def test_where_no_id_is_shown_a_simpler_form_is_told_by_its_words() -> None:
    """The simulation sent a card twice that VK had refused to forward and then would (seed 2136)."""
    card = Send(2_000_000_001, "c", CARD.text, Kind.CARD, forward=Source(5, (1,)), fallback="Снег не чистят")
    restored = row(card, simpler=(61, 62))
    plain = item(f"{CARD.text}\n\nСнег не чистят")
    assert by_words(BOT, restored, plain) == 1
    assert by_words(BOT, restored, item("Совсем другое")) == 0
    assert by_words(BOT, row(card), plain) == 0, "nothing was put back"
    assert by_words(BOT, restored, plain | {"random_id": 9}) == 0, "it is another message's"


HINT = Send(2_000_000_001, "h", "8 ноября — нерабочий день.", Kind.NOTICE, reply_to=4)
UNDER = {"from_id": 1010, "conversation_message_id": 4}
BUTTONS = {"inline": True, "buttons": [[]]}


@pytest.mark.parametrize(
    ("more", "ours"),
    [
        ({}, True),
        ({"random_id": 9}, False),
        ({"keyboard": BUTTONS}, False),
        ({"update_time": 1}, False),
        ({"from_id": 1010}, False),
        ({"reply_message": UNDER | {"conversation_message_id": 3}}, False),
        ({"reply_message": UNDER | {"from_id": -101}}, False),
        ({"reply_message": None}, False),
    ],
)
def test_after_a_restore_a_hint_has_been_said_in_whatever_words(more: dict[str, Any], ours: bool) -> None:
    """F24, I7 (combination 200200): the reply was handled before the number of its card was known, then after it. A
    line that promises an answer is not the hint that none went."""
    said = item("Жителю это не ушло", reply_message=UNDER) | more
    assert hinted(BOT, row(HINT, attempts=0, kind="notice"), said) is ours


def test_only_a_hint_that_an_older_copy_would_say() -> None:
    said = item("Жителю это не ушло", reply_message=UNDER)
    assert not hinted(BOT, row(HINT, attempts=1, kind="notice"), said), "its own words are known"
    assert not hinted(BOT, row(HINT, attempts=0, kind="status"), said)


RESTORED = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "reason", "code", "restored", "until"),
    [
        ("screen", NUMBERLESS, 0, None, math.inf),
        ("notice", NUMBERLESS, 100, RESTORED, math.inf),
        ("screen", "", 100, RESTORED, RESTORED.timestamp()),
        ("screen", "", 100, None, 0),
        ("screen", "", 10, RESTORED, 0),
        ("card", NUMBERLESS, 100, RESTORED, 0),
        ("answer", NUMBERLESS, 100, RESTORED, 0),
    ],
)
async def test_when_vk_calls_it_repeated(kind: str, reason: str, code: int, restored: Any, until: float) -> None:
    """F24, Q2, I8 (seeds 730539, 5501): decided otherwise after the restore, in other words, it waited for ever, or was
    said again in a simpler form."""

    async def run(body: Any) -> Any:
        return await body(SimpleNamespace(restored={101: restored} if restored else {}))

    bot: Any = SimpleNamespace(community=101, db=SimpleNamespace(run=run))
    assert await called_repeated(bot, row(CARD, kind=kind, reason=reason, code=code)) == until


@pytest.mark.parametrize(
    ("more", "ours"),
    [({}, True), ({"date": 6}, False), ({"random_id": 9}, False), ({"from_id": 5}, False)],
)
def test_then_what_was_said_until_then_in_whatever_words(more: Any, ours: bool) -> None:
    assert has_spoken(BOT, item("Другими словами", **{"date": 5} | more), 6.0) is ours


@pytest.mark.parametrize(("taken", "found"), [(set(), 6), ({6}, 5), ({5, 6}, 0)])
async def test_equal_words_go_before_other_words(monkeypatch: Any, taken: set[int], found: int) -> None:
    """And what is another row's is not said by this one."""
    under = [item("Другое", reply_message=UNDER), item(HINT.text, reply_message=UNDER)]
    seen = [one | {"conversation_message_id": number} for number, one in enumerate(under, 5)]
    pages = iter([seen, []])

    async def shown(*_: object) -> Any:
        return next(pages)

    async def others(_: object) -> set[int]:
        return taken

    monkeypatch.setattr("bot.delivery.verify_delivery.shown", shown)
    bot: Any = SimpleNamespace(community=101, db=SimpleNamespace(run=others))
    outcome = await look(bot, row(HINT, attempts=0, kind="notice", probe_from=0, peer=HINT.peer))
    assert (outcome.verdict == Verdict.SENT, outcome.cmid or 0) == (bool(found), found)


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

    monkeypatch.setattr("bot.delivery.verify_delivery.shown", page)
    bot: Any = SimpleNamespace(community=101, db=SimpleNamespace(run=last))
    outcome = await look(bot, row(CARD, attempts=1, kind="card", code=code, probe_from=5, peer=peer))
    assert (outcome.verdict, outcome.hidden) == (Verdict.ABSENT, hidden)
