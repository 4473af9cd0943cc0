"""What makes an event the same event, whichever way VK told of it and however often (vk-api.md §13 Q8, R7)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.vk import parse
from bot.vk.payload import Signer

SIGNER = Signer(b"key", 101)
CHAT = 2_000_000_001
Json = dict[str, Any]


def key(kind: str, thing: Json, *, event_id: str = "one", consented: bool = True) -> str:
    update = {"type": kind, "event_id": event_id, "v": "5.199", "group_id": 101, "object": thing}
    row = parse.arrived_event(update, SIGNER, consented=consented, chat_bound=True)
    assert row.kind in ("message", "button", "edit", "event")
    return row.key


def edit(**more: Any) -> Json:
    return {"peer_id": 5, "from_id": 5, "conversation_message_id": 7, "date": 100, "update_time": 200, **more}


PRESS = {"user_id": 5, "peer_id": CHAT, "event_id": "5c1ee3f4e2b5", "conversation_message_id": 3, "payload": {}}
ONE_OF_EACH = {
    "message_new": {"message": edit(text="яма")},
    "message_event": PRESS,
    "message_edit": edit(text="яма"),
    "message_reply": {"peer_id": 5, "from_id": -101, "conversation_message_id": 9, "out": 1, "admin_author_id": 6},
}


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_under_another_event_id_it_is_the_same(kind: str) -> None:
    thing = ONE_OF_EACH[kind]
    assert key(kind, thing, event_id="of the poll") == key(kind, thing, event_id="of the post")


@pytest.mark.parametrize("kind", ["message_allow", "message_deny", "group_join"])
def test_what_has_no_mark_of_its_own_is_known_by_the_event_id(kind: str) -> None:
    """Told twice it does nothing twice (parse.py)."""
    assert key(kind, {"user_id": 5}, event_id="one") != key(kind, {"user_id": 5}, event_id="two")
    assert key(kind, {"user_id": 5}, event_id="one") == key(kind, {"user_id": 5}, event_id="one") == "e:one"


def test_two_presses_are_two() -> None:
    assert key("message_event", PRESS) != key("message_event", {**PRESS, "event_id": "5c1ee3f4e2b6"})


@pytest.mark.parametrize("number", ["", "a\x00b", "\ud800", "номер", 5, None, "x" * 65])
def test_a_press_without_a_number_is_known_by_its_event(number: object) -> None:
    assert key("message_event", {**PRESS, "event_id": number}) == "e:one"


@pytest.mark.parametrize(
    "more",
    [
        {"text": "яма и канава"},
        {"text": "яма", "update_time": 201},
        {"text": "яма", "conversation_message_id": 8},
        {"text": "яма", "attachments": [{"type": "photo", "photo": {"owner_id": 1, "id": 2}}]},
        {"text": "яма", "attachments": [{"type": "link", "link": {"url": "https://a.ru"}}]},
        {"text": "яма", "geo": {"coordinates": {"latitude": 55.0, "longitude": 61.0}}},
    ],
)
def test_another_edit_is_another(more: Json) -> None:
    assert key("message_edit", edit(text="яма")) != key("message_edit", edit(**more))


def test_an_address_that_vk_makes_anew_makes_no_other_edit() -> None:
    def shown(url: str) -> Json:
        return edit(attachments=[{"type": "photo", "photo": {"owner_id": 1, "id": 2, "sizes": [{"url": url}]}}])

    assert key("message_edit", shown("https://one")) == key("message_edit", shown("https://two"))


def test_no_fingerprint_is_kept_of_words_that_may_not_be() -> None:
    """R7; but that they told of a danger is (R28), though the same second had a harmless edit."""
    assert key("message_edit", edit(text="паспорт 1"), consented=False) == "d:7:200:"
    assert key("message_edit", edit(text="паспорт 2"), consented=False) == "d:7:200:"
    assert key("message_edit", edit(text="Горит дом, помогите"), consented=False) == "d:7:200:danger"


def test_a_fingerprint_tells_nothing_without_the_key() -> None:
    assert SIGNER.fingerprint("яма") != Signer(b"other", 101).fingerprint("яма")
    assert SIGNER.fingerprint("яма") == SIGNER.fingerprint("яма") != SIGNER.fingerprint("ямы")


def test_an_edit_without_a_time_is_known_by_its_event() -> None:
    assert key("message_edit", edit(text="яма", update_time=0)) == "e:one"
