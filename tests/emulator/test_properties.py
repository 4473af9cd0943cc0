"""Properties of the world under any sequence of acts: cmid grows by one, one random_id makes one message, nobody
reads a chat they are not in, and the same seed gives the same world."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form import examples
from vk_emulator.api.calls import Vk
from vk_emulator.server import build
from vk_emulator.world.clock import Clock

BASE = 2_000_000_000
TOKENS = ("group-101", "user-1001", "user-1006", "user-1007", "user-1010")
PEERS = (-101, 1001, 1006, *(BASE + n for n in (1, 2, 3, 6, 11, 12, 13, 14, 15, 16, 17, 18)))

sends = st.tuples(
    st.just("messages.send"),
    st.sampled_from(TOKENS),
    st.fixed_dictionaries(
        {
            "peer_id": st.sampled_from(PEERS),
            "random_id": st.integers(0, 6),
            "message": st.sampled_from(("а", "/б", "@priemnaya74 в")),
        }
    ),
)
moves = st.tuples(
    st.sampled_from(("messages.removeChatUser", "messages.addChatUser")),
    st.sampled_from(TOKENS),
    st.fixed_dictionaries({"chat_id": st.integers(1, 20), "user_id": st.sampled_from((-101, 1001, 1006, 1007, 1010))}),
)
others = st.tuples(
    st.sampled_from(("messages.edit", "messages.delete", "messages.pin", "messages.markAsRead")),
    st.sampled_from(TOKENS),
    st.fixed_dictionaries(
        {
            "peer_id": st.sampled_from(PEERS),
            "cmid": st.integers(1, 5),
            "cmids": st.integers(1, 5),
            "message": st.just("правка"),
            "delete_for_all": st.integers(0, 1),
        }
    ),
)
acts = st.lists(st.one_of(sends, sends, moves, others), min_size=1, max_size=40)


def played(steps: list[tuple[str, str, dict[str, Any]]]) -> Vk:
    with tempfile.TemporaryDirectory() as folder:
        vk = build(data=Path(folder), seed=3, clock=Clock(virtual=True)).vk
    vk.world.switches.rate_limit = "off"
    for name, token, params in steps:
        vk.call(name, token, params)
    return vk


@settings(max_examples=examples(150), deadline=None)
@given(acts)
def test_cmid_grows_by_one_and_ids_are_unique(steps: list[Any]) -> None:
    vk = played(steps)
    assert vk.crashes == []
    ids: list[int] = []
    for thread in vk.world.threads:
        assert [m.cmid for m in thread.messages] == list(range(1, len(thread.messages) + 1))
        ids += [m.id for m in thread.messages]
    assert len(ids) == len(set(ids))


@settings(max_examples=examples(150), deadline=None)
@given(acts)
def test_one_random_id_makes_one_message(steps: list[Any]) -> None:
    vk = played(steps)
    for thread in vk.world.threads:
        made = [(m.sender, m.random_id) for m in thread.messages if m.random_id]
        assert len(made) == len(set(made))


@settings(max_examples=examples(150), deadline=None)
@given(acts)
def test_nobody_reads_a_chat_they_are_not_in(steps: list[Any]) -> None:
    vk = played(steps)
    vk.world.switches.chat_history = "full"
    for token in TOKENS:
        account, _ = vk.account_of(token)
        for chat in vk.world.chats.values():
            peer = BASE + chat.numbers.get(account, 900)
            body = vk.call("messages.getHistory", token, {"peer_id": peer, "count": 200})
            if account not in chat.members:
                assert body["error"]["error_code"] == 917
                continue
            since = chat.members[account].since
            assert all(m["conversation_message_id"] >= since for m in body["response"]["items"])


@settings(max_examples=examples(100), deadline=None)
@given(acts)
def test_events_of_a_bot_are_messages_it_may_read(steps: list[Any]) -> None:
    vk = played(steps)
    for item in vk.world.queue(-101).items:
        event = item.event
        if event["type"] != "message_new":
            continue
        told = event["object"]["message"]
        assert told["from_id"] > 0
        if told["peer_id"] > BASE:
            assert told["id"] == 0


@settings(max_examples=examples(50), deadline=None)
@given(acts)
def test_the_same_seed_gives_the_same_world(steps: list[Any]) -> None:
    first, second = played(steps), played(steps)
    assert json.dumps(first.call("emulator.record", ""), sort_keys=True) == json.dumps(
        second.call("emulator.record", ""), sort_keys=True
    )
    assert [i.event for i in first.world.queue(-101).items] == [i.event for i in second.world.queue(-101).items]
