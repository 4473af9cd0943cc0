"""Which message of VK's history is ours (delivery.md §8): by its id, where VK shows it; else by what it says (P5)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.look import by_levels, by_words, is_it, sounds_like_it
from states.effects import Kind, Send, Source

BOT: Any = SimpleNamespace(community=101)
CARD = Send(2_000_000_001, "c", "Сообщение №1107-6XTV\nТема: снег\nСостояние: передано", Kind.CARD)
LINE = Send(2_000_000_001, "o", "Ответ по №1107-6XTV уйдёт через 30 секунд", Kind.STATUS, reply_to=7)


def row(effect: Send, **more: Any) -> Any:
    return SimpleNamespace(**{"effect": effect, "level": 0, "random_id": 55, "lost": (), "simpler": ()} | more)


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


def test_the_line_about_lost_files_belongs_to_the_words() -> None:
    said = f"{CARD.text}\n\nНе удалось передать: видео."
    assert sounds_like_it(BOT, row(CARD, lost=("видео",)), item(said))
    assert not sounds_like_it(BOT, row(CARD), item(said))


def test_where_no_id_is_shown_a_simpler_form_is_told_by_its_words() -> None:
    """The simulation sent a card twice that VK had refused to forward and then would (seed 2136)."""
    card = Send(2_000_000_001, "c", CARD.text, Kind.CARD, forward=Source(5, (1,)), fallback="Снег не чистят")
    restored = row(card, simpler=(61, 62))
    plain = item(f"{CARD.text}\n\nСнег не чистят")
    assert by_words(BOT, restored, plain) == 1
    assert by_words(BOT, restored, item("Совсем другое")) == 0
    assert by_words(BOT, row(card), plain) == 0, "nothing was put back"
    assert by_words(BOT, restored, plain | {"random_id": 9}) == 0, "it is another message's"
