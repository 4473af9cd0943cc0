"""At the door nothing is kept before consent (R7), and no event, however strange, ever raises (T24)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vk import parse
from bot.vk.payload import Signer
from states.events import (
    ButtonPressed,
    ChatAction,
    ChatChanged,
    MessageEdited,
    MessageNew,
    MessagesAllowed,
    MessagesDenied,
    NotForUs,
)
from states.messages import Command
from tests.form import examples

CHAT = 2_000_000_001
SIGNER = Signer(b"key", 101)


def update(kind: str = "message_new", **message: Any) -> dict[str, Any]:
    whole = {
        "peer_id": 5,
        "from_id": 5,
        "conversation_message_id": 7,
        "date": 1_700_000_000,
        "text": "секрет",
        **message,
    }
    body: Any = {"message": whole} if kind == "message_new" else whole
    return {"type": kind, "event_id": "e1", "v": "5.199", "group_id": 101, "object": body}


def event(one: dict[str, Any], *, consented: bool = True, bound: bool = True) -> Any:
    row = parse.arrived_event(one, SIGNER, consented=consented, chat_bound=bound)
    return parse.event_of(row.kind, row.raw, SIGNER, content=row.content)


@pytest.mark.parametrize("consented", [True, False])
def test_of_a_link_only_what_may_be_a_code_is_read(consented: bool) -> None:
    """R7, T24: anybody can write any words into a link."""
    read = event(update(ref="ostanovka-5", ref_source="poster"), consented=consented).message
    assert read.ref == "ostanovka-5"
    for ref in ("Иванов болен", "a" * 41, "", 5, None, ["a"], {"a": 1}):
        assert event(update(ref=ref), consented=consented).message.ref == ""
    assert (
        "ivan ivanov"
        not in parse.arrived_event(update(ref="ivan ivanov"), SIGNER, consented=False, chat_bound=False).raw
    )
    assert event(update(ref="stop", peer_id=CHAT)).message.ref == ""


def test_before_consent_only_ids_and_the_button_are_kept() -> None:
    """R7."""
    rich = update(
        attachments=[{"type": "doc", "doc": {"title": "тайна.pdf"}}],
        geo={"coordinates": {"latitude": 1, "longitude": 2}, "place": {"title": "дом"}},
        fwd_messages=[{"text": "чужое"}],
        payload=SIGNER.payload(5, Command("consent")),
        ref="метка",
    )
    row = parse.arrived_event(rich, SIGNER, consented=False, chat_bound=False)
    assert not row.content
    for secret in ("секрет", "тайна", "дом", "чужое", "метка"):
        assert secret not in row.raw
    assert event(rich, consented=False).message.command == Command("consent")


@pytest.mark.parametrize("kind", ["message_new", "message_edit"])
def test_of_a_danger_before_consent_only_a_mark_is_kept(kind: str) -> None:
    """R7, R28: that there is one, not what."""
    told = update(kind, text="На Секретной 5 пахнет газом")
    row = parse.arrived_event(told, SIGNER, consented=False, chat_bound=False)
    assert "Секретной" not in row.raw and "газ" not in row.raw
    assert event(told, consented=False).message.danger and not event(update(kind), consented=False).message.danger
    assert not event(told, consented=True).message.danger, "there the text itself is judged"


@pytest.mark.parametrize("kind", ["message_new", "message_edit"])
@pytest.mark.parametrize(
    "inside",
    [
        {"fwd_messages": [{"text": "На Секретной 5 пахнет газом"}]},
        {"attachments": [{"type": "wall", "wall": {"text": "На Секретной 5 пахнет газом"}}]},
        {"attachments": [{"type": "wall", "wall": {"copy_history": [{"text": "Секретная: пахнет газом"}]}}]},
    ],
    ids=["forwarded", "post", "repeated post"],
)
def test_a_danger_that_another_wrote_of_leaves_the_same_mark(kind: str, inside: dict[str, Any]) -> None:
    told = update(kind, text="смотрите", **inside)
    row = parse.arrived_event(told, SIGNER, consented=False, chat_bound=False)
    assert "Секретн" not in row.raw and "газ" not in row.raw
    assert event(told, consented=False).message.danger
    assert any("пахнет газом" in words for words in event(told, consented=True).message.quoted)


def test_no_danger_is_looked_for_in_a_strange_chat() -> None:
    told = update(text="пахнет газом", peer_id=CHAT)
    assert "danger" not in parse.arrived_event(told, SIGNER, consented=False, chat_bound=False).raw


def test_a_long_payload_is_no_way_around_the_door() -> None:
    row = parse.arrived_event(update(payload=json.dumps({"a": "x" * 400})), SIGNER, consented=False, chat_bound=False)
    assert "xxx" not in row.raw


@pytest.mark.parametrize("said", ["Даю согласие", "не даю.", " ДАЮ СОГЛАСИЕ! "])
def test_the_consent_itself_may_be_typed(said: str) -> None:
    assert event(update(text=said), consented=False).message.text == said.strip()


@pytest.mark.parametrize("said", ["Мои данные", "удалить мои данные!", " ПОМОЩЬ "])
def test_what_works_in_any_state_may_be_typed_before_consent(said: str) -> None:
    """R12; three sayings of ours, none of them anybody's content (R7)."""
    assert event(update(text=said), consented=False).message.text == said.strip()


@pytest.mark.parametrize("said", ["Мои данные: паспорт 7512 345678", "помощь соседу", "удалить мои данные из базы"])
def test_nothing_rides_in_with_them(said: str) -> None:
    """R7: the whole message must be the saying."""
    assert said not in parse.arrived_event(update(text=said), SIGNER, consented=False, chat_bound=False).raw


def test_in_an_unbound_chat_only_a_code_is_kept() -> None:
    """T4, I11."""
    assert event(update(peer_id=CHAT, text="тайный разговор"), bound=False).message.text == ""
    assert event(update(peer_id=CHAT, text="[club101|@bot] /код ABCD"), bound=False).message.text == "/код ABCD"


def test_an_edit_before_consent_is_dropped_too() -> None:
    row = parse.arrived_event(update("message_edit"), SIGNER, consented=False, chat_bound=False)
    assert "секрет" not in row.raw
    assert not row.content


def test_a_cropped_message_is_wanted() -> None:
    assert parse.arrived_event(update(is_cropped=True), SIGNER, consented=True, chat_bound=False).wanted
    assert not parse.arrived_event(update(is_cropped=True), SIGNER, consented=False, chat_bound=False).wanted


def test_a_message_from_history_is_the_same_row_as_from_the_long_poll() -> None:
    """design.md §12: the identity of a message is peer and cmid."""
    message = update()["object"]["message"]
    from_poll = parse.arrived_event(update(), SIGNER, consented=True, chat_bound=False)
    from_history = parse.arrived_message(message, consented=True, chat_bound=False)
    assert (from_poll.key, from_poll.raw) == (from_history.key, from_history.raw)


def test_whole_message() -> None:
    found = event(
        update(
            text="текст",
            attachments=[
                {"type": "photo", "photo": {"owner_id": 1, "id": 2, "access_key": "k"}},
                {"type": "video", "video": {"owner_id": -3, "id": 4, "title": "ролик"}},
                {"type": "hologram"},
                "мусор",
            ],
            geo={"type": "point", "coordinates": {"latitude": 55.5, "longitude": 61.5}},
            reply_message={"conversation_message_id": 3, "from_id": -101},
            fwd_messages=[{}, {}],
        )
    ).message
    assert [(attachment.kind, attachment.title, attachment.reference) for attachment in found.attachments] == [
        ("photo", "", None),
        ("video", "ролик", "video-3_4"),
        ("hologram", "", None),
        ("unknown", "", None),
    ]
    assert (found.location.latitude, found.reply.cmid, found.forwarded) == (55.5, 3, 2)


def test_service_messages() -> None:
    invited = update(peer_id=CHAT, action={"type": "chat_invite_user", "member_id": -101})
    kicked = update(peer_id=CHAT, action={"type": "chat_kick_user", "member_id": 5})
    assert event(invited) == ChatChanged(CHAT, 7, 5, event(invited).at, ChatAction.BOT_INVITED, -101)
    assert event(kicked).action is ChatAction.MEMBER_LEFT


def test_buttons_with_payload_as_object_and_as_string() -> None:
    """vk-api.md §13 Q12."""
    said = SIGNER.payload(CHAT, Command("accept", "1"))
    for payload in (json.loads(said), said):
        body = {"user_id": 5, "peer_id": CHAT, "event_id": "b", "conversation_message_id": 3, "payload": payload}
        found = event({"type": "message_event", "event_id": "e", "object": body})
        assert isinstance(found, ButtonPressed)
        assert found.command == Command("accept", "1")


@pytest.mark.parametrize("number", ["", "a\x00b", "\ud800", "номер", 5, None])
def test_a_press_under_what_is_no_number_of_vk_is_ignored(number: object) -> None:
    """T24: it would become part of a cause, and PostgreSQL takes no zero in a text."""
    body = {"user_id": 5, "peer_id": CHAT, "event_id": number, "conversation_message_id": 3, "payload": {}}
    assert isinstance(event({"type": "message_event", "event_id": "e", "object": body}), NotForUs)


def test_a_button_that_is_not_ours_is_only_words() -> None:
    """T3: what was typed counts, what is said to have been pressed does not."""
    said = event(update(text="Отправить", payload='{"a":"send"}')).message
    assert (said.text, said.command) == ("Отправить", None)


def test_a_press_that_is_not_ours_is_answered_and_does_nothing() -> None:
    """T3: the empty command, for which the core has one answer."""
    body = {"user_id": 5, "peer_id": CHAT, "event_id": "b", "conversation_message_id": 3, "payload": {"a": "accept"}}
    assert event({"type": "message_event", "event_id": "e", "object": body}).command == Command("")


def test_other_events() -> None:
    assert event({"type": "message_allow", "event_id": "e", "object": {"user_id": 5}}) == MessagesAllowed(5)
    assert event({"type": "message_deny", "event_id": "e", "object": {"user_id": 5}}) == MessagesDenied(5)
    assert isinstance(event(update("message_edit", update_time=1_700_000_100)), MessageEdited)
    assert event(update(from_id=-101)) == NotForUs("написало сообщество или бот")
    assert event({"type": "never_seen"}) == NotForUs("событие never_seen")


def test_an_event_without_an_id_is_still_one_event() -> None:
    one = {"type": "message_allow", "object": {"user_id": 5}}
    first, second = (parse.arrived_event(one, SIGNER, consented=False, chat_bound=False) for _ in range(2))
    assert first.key == second.key


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    ["peer_id", "from_id", "conversation_message_id", "date", "text", "payload", "geo", "action", "attachments"]
    + ["reply_message", "fwd_messages", "user_id", "event_id", "message", "is_cropped", "out", "update_time"]
)


@settings(max_examples=examples(400), deadline=None)
@given(
    kind=st.sampled_from(["message_new", "message_edit", "message_event", "message_reply", "message_allow", "x"]),
    body=st.dictionaries(FIELDS, ANYTHING, max_size=8),
    wrapped=st.booleans(),
    consented=st.booleans(),
)
def test_whatever_vk_sends_becomes_a_row_and_an_event(kind: str, body: Any, wrapped: bool, consented: bool) -> None:
    """T24: kept, counted, answered or ignored with a reason; never an exception."""
    one = {"type": kind, "object": {"message": body} if wrapped else body}
    row = parse.arrived_event(one, SIGNER, consented=consented, chat_bound=consented)
    parse.event_of(row.kind, row.raw, SIGNER, content=row.content)
    parse.own_message(one)


@given(ANYTHING)
@settings(max_examples=examples(200), deadline=None)
def test_even_what_is_no_event_at_all(one: Any) -> None:
    row = parse.arrived_event(one, SIGNER, consented=True, chat_bound=True)
    assert parse.event_of(row.kind, row.raw, SIGNER, content=row.content)


def deep(levels: int) -> Any:
    nest: Any = {"text": "дно"}
    for _ in range(levels):
        nest = {"fwd_messages": [nest]}
    return nest


@pytest.mark.parametrize("kind", ["message_new", "message_edit", "message_event", "x"])
def test_what_is_nested_too_deep_to_be_written_keeps_what_stands_outermost(kind: str) -> None:
    """T8, T24: json.dumps would raise, and with it the loop that listens would end."""
    row = parse.arrived_event(update(kind, fwd_messages=[deep(5000)]), SIGNER, consented=True, chat_bound=True)
    assert "дно" not in row.raw
    found = parse.event_of(row.kind, row.raw, SIGNER, content=row.content)
    if kind in ("message_new", "message_edit"):
        assert isinstance(found, MessageNew | MessageEdited) and found.message.text == "секрет"


def test_an_edit_in_an_unknown_chat_is_not_kept() -> None:
    """T4, I11: VK does not tell of edits in chats (vk-api.md §3.2); if it did, none would be read."""
    row = parse.arrived_event(update("message_edit", peer_id=CHAT), SIGNER, consented=True, chat_bound=False)
    assert "секрет" not in row.raw and not row.content


@pytest.mark.parametrize("cmid", [2**31, 2**53, 2**63, 10**30, -1, 0, "x", None])
def test_a_number_that_no_dialogue_reaches_is_no_message(cmid: Any) -> None:
    """T24: the dialogue would be read for ever up to it, and the database would refuse it."""
    row = parse.arrived_event(update(conversation_message_id=cmid), SIGNER, consented=True, chat_bound=True)
    assert row.kind == "event" and row.cmid is None
    assert parse.own_message(update("message_reply", conversation_message_id=cmid, out=1)) is None


def test_a_message_is_new_once() -> None:
    found = event(update())
    assert isinstance(found, MessageNew)
    assert found.message.text == "секрет"


def test_messages_inside_are_read_two_levels_deep() -> None:
    """T8: ten of them, the rest is counted; their files count as sent."""
    leaf = {"text": "третий", "fwd_messages": [{"text": "слишком глубоко"}]}
    inner = {"text": "второй", "attachments": [{"type": "photo", "photo": {}}], "fwd_messages": [leaf]}
    many = [{"text": f"ещё {number}"} for number in range(12)]
    link = {"type": "link", "link": {"url": "https://example.com/a/", "title": "т"}}
    said = {"type": "link", "link": {"url": "http://example.com/b"}}
    raw = {"peer_id": 5, "from_id": 5, "conversation_message_id": 1, "text": "смотрите example.com/B"}
    found = parse.message({**raw, "attachments": [link, said], "fwd_messages": [inner, *many]}, SIGNER, content=True)
    assert found.quoted[:2] == ("второй", "третий") and "слишком глубоко" not in found.quoted
    assert found.quoted[10:] == ("ещё 4", "https://example.com/a/")
    assert [one.kind for one in found.attachments] == ["link", "link", "photo"]
    in_chat = parse.message({**raw, "peer_id": 2_000_000_001, "fwd_messages": [inner]}, SIGNER, content=True)
    assert (in_chat.quoted, in_chat.attachments, in_chat.forwarded) == ((), (), 1)


@pytest.mark.parametrize(
    ("text", "author", "peer", "code"),
    [
        ("✅ Приняли. Ответит Минздрав.\n№1107-TRTV", -101, 5, "1107-TRTV"),
        ("Ответ на сообщение №1107-TRTV\nМинздрав:\n\nОтветили", -101, 5, "1107-TRTV"),
        ("Сообщение №1107-TRTV приняли в работу", -101, 5, ""),
        ("№1107-TRTV", 5, 5, ""),
        ("Яма\n№1107-TRTV", -101, CHAT, ""),
    ],
    ids=["number", "answer", "in a sentence", "own words", "in a chat"],
)
def test_a_reply_knows_the_number_that_a_message_of_ours_names(text: str, author: int, peer: int, code: str) -> None:
    """F7: the answer of VK may be lost that tells by which number it keeps what the bot said."""
    replied = {"conversation_message_id": 9, "from_id": author, "text": text}
    event = update(peer_id=peer, reply_message=replied)["object"]["message"]
    reply = parse.message(event, SIGNER, content=True).reply
    assert reply is not None and (reply.cmid, reply.code) == (9, code)
