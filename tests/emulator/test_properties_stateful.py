"""A long random life of the world with several accounts, beside a model of who may see what. Hypothesis prints the
steps (and the seed) of a life that breaks a rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.emulator.properties_model import BASE, TOKENS, Key, Model, fresh, quotes
from tests.form import examples
from vk_emulator.acts import render
from vk_emulator.acts.user_events import render_event
from vk_emulator.wire import longpoll
from vk_emulator.world.world import World as Emulated

ACCOUNTS = st.sampled_from(sorted(TOKENS))
PEOPLE = st.sampled_from([account for account in sorted(TOKENS) if account > 0])
PLACE = st.integers(0, 30)


class World(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 3))
    def begin(self, seed: int) -> None:
        self.seed = seed
        self.vk = fresh(seed)
        self.model = Model(self.vk)
        self.count = 0

    def peer(self, account: int, place: int) -> int:
        peers = self.model.peers(account)
        return peers[place % len(peers)]

    def written(self, key: Key | None) -> list[dict[str, Any]]:
        return self.model.written().get(key, []) if key is not None else []

    def text(self) -> str:
        self.count += 1
        return f"/тайна{self.count}"

    # --- acts -----------------------------------------------------------------

    @rule(account=ACCOUNTS, place=PLACE, random_id=st.integers(0, 3))
    def send(self, account: int, place: int, random_id: int) -> None:
        peer = self.peer(account, place)
        key = self.model.key_of(account, peer)
        before = len(self.written(key))
        first = self.model.call(account, "messages.send", peer_id=peer, random_id=random_id, message=self.text())
        after = len(self.written(key))
        assert after - before in ((0, 1) if random_id else (1,)) or first < 0
        self.model.wrote(account, key, after if after > before else 0)
        if random_id and first >= 0:  # the same key at once: the same answer and nothing new
            again = self.model.call(account, "messages.send", peer_id=peer, random_id=random_id, message=self.text())
            assert again == first and len(self.written(key)) == after

    @rule(account=ACCOUNTS, to=PLACE, source=PLACE, cmids=st.lists(st.integers(1, 6), min_size=1, max_size=3))
    def forward(self, account: int, to: int, source: int, cmids: list[int]) -> None:
        """Only what the sender sees can be quoted, in the words that it has now."""
        origin = self.peer(account, source)
        key = self.model.key_of(account, origin)
        seen = {m["cmid"]: m for m in self.model.seen(account, key, self.written(key))} if key else {}
        given = json.dumps({"peer_id": origin, "conversation_message_ids": cmids})
        peer, home = self.peer(account, to), self.model.key_of(account, self.peer(account, to))
        answer = self.model.call(account, "messages.send", peer_id=peer, random_id=0, forward=given)
        if answer >= 0:
            assert set(cmids) <= set(seen)
            made = self.written(home)[-1]
            self.model.wrote(account, home, made["cmid"])
            assert [quote["text"] for quote in made["forwards"]] == [seen[cmid]["text"] for cmid in cmids]

    @rule(account=PEOPLE, source=PLACE, to=PLACE)
    def relay(self, account: int, source: int, to: int) -> None:
        """Somebody writes in one dialogue and forwards that at once into another."""
        self.send(account, source, 0)
        key = self.model.key_of(account, self.peer(account, source))
        self.forward(account, to, source, [max(len(self.written(key)), 1)])

    @rule(account=ACCOUNTS, place=PLACE, cmid=st.integers(1, 6))
    def edit(self, account: int, place: int, cmid: int) -> None:
        peer = self.peer(account, place)
        old = {m["cmid"]: m for m in self.written(self.model.key_of(account, peer))}
        if self.model.call(account, "messages.edit", peer_id=peer, cmid=cmid, message=self.text()) == 1:
            assert old[cmid]["from_id"] == account

    @rule(account=ACCOUNTS, place=PLACE, cmid=st.integers(1, 6), for_all=st.booleans())
    def delete(self, account: int, place: int, cmid: int, for_all: bool) -> None:
        peer = self.peer(account, place)
        key = self.model.key_of(account, peer)
        given = {"peer_id": peer, "cmids": cmid, "delete_for_all": int(for_all)}
        answer = self.model.call(account, "messages.delete", **given)
        if key and isinstance(answer, list) and answer[0].get("response"):
            if for_all:
                self.model.deleted.add((key, cmid))
            else:
                self.model.hidden.add((key, cmid, account))

    @rule(account=ACCOUNTS, place=PLACE, cmid=st.none() | st.integers(0, 8))
    def mark_read(self, account: int, place: int, cmid: int | None) -> None:
        peer = self.peer(account, place)
        key = self.model.key_of(account, peer)
        given = {} if cmid is None else {"up_to_cmid": cmid}
        if key and self.model.call(account, "messages.markAsRead", peer_id=peer, **given) == 1:
            count = len(self.written(key))
            mark = count if cmid is None else min(cmid, count)
            self.model.read[key, account] = max(self.model.read.get((key, account), 0), mark)

    @rule(account=PEOPLE, title=st.sampled_from(("Новая", "Другая")), guests=st.sets(PEOPLE, max_size=2))
    def create_chat(self, account: int, title: str, guests: set[int]) -> None:
        if len(self.model.chats()) > 9:
            return
        given = ",".join(map(str, sorted(guests)))
        self.model.call(account, "messages.createChat", title=title, user_ids=given)
        chat = self.model.chats()[-1]
        for member in chat["members"]:
            self.model.since[("chat", chat["key"]), member] = 1 if member == account else 2

    @rule(account=PEOPLE, place=PLACE, guest=ACCOUNTS)
    def invite(self, account: int, place: int, guest: int) -> None:
        peer = self.peer(account, place)
        key = self.model.key_of(account, peer)
        if peer < BASE or key is None:
            return
        before = len(self.written(key))
        if self.model.call(account, "messages.addChatUser", chat_id=peer - BASE, user_id=guest) == 1:
            self.model.since[key, guest] = before + 1

    @rule(account=ACCOUNTS, place=PLACE, other=ACCOUNTS)
    def remove(self, account: int, place: int, other: int) -> None:
        peer = self.peer(account, place)
        key = self.model.key_of(account, peer)
        if peer < BASE or key is None:
            return
        if self.model.call(account, "messages.removeChatUser", chat_id=peer - BASE, member_id=other) == 1:
            del self.model.since[key, other]

    @rule(account=ACCOUNTS, place=PLACE, cmid=st.integers(1, 6))
    def pin_and_react(self, account: int, place: int, cmid: int) -> None:
        peer = self.peer(account, place)
        self.model.call(account, "messages.pin", peer_id=peer, cmid=cmid)
        self.model.call(account, "messages.sendReaction", peer_id=peer, cmid=cmid, reaction_id=2)

    @rule(seconds=st.sampled_from((1, 1800, 3600)))
    def wait(self, seconds: int) -> None:
        self.model.calls.append(("emulator.advanceClock", "", {"seconds": seconds}))
        self.model.control("emulator.advanceClock", seconds=seconds)

    # --- what always holds ----------------------------------------------------

    @invariant()
    def nothing_crashed(self) -> None:
        assert self.vk.crashes == []

    @invariant()
    def cmids_grow_by_one(self) -> None:
        for messages in self.model.written().values():
            assert [m["cmid"] for m in messages] == list(range(1, len(messages) + 1))

    @invariant()
    def a_random_id_makes_one_message_in_its_window(self) -> None:
        for messages in self.model.written().values():
            latest: dict[tuple[int, int], dict[str, Any]] = {}
            for message in messages:
                old = latest.get((message["from_id"], message["random_id"]))
                if old is not None and message["random_id"]:
                    assert message["date"] - old["date"] >= 3600 or message["cmid"] - old["cmid"] > 100
                latest[message["from_id"], message["random_id"]] = message

    @invariant()
    def every_account_keeps_its_own_numbers(self) -> None:
        for chat in self.model.chats():
            assert all(peer > BASE for peer in chat["peer_ids"].values())
            for account, token in TOKENS.items():
                if token in chat["peer_ids"]:
                    number = self.model.numbers.setdefault((account, ("chat", chat["key"])), chat["peer_ids"][token])
                    assert number == chat["peer_ids"][token]
            bot = chat["peer_ids"].get("group-101")
            assert bot is None or bot not in {p for t, p in chat["peer_ids"].items() if t != "group-101"}
        owned = [(account, number) for (account, _), number in self.model.numbers.items()]
        assert len(owned) == len(set(owned))

    # --- what each account sees, at the end of each life ------------------------

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        written = self.model.written()
        for account in sorted(TOKENS):
            self.dialogues_of(account, written)
            self.ids_of(account, written)
            self.conversations_of(account, written)
        self.polls()
        self.replay()

    def dialogues_of(self, account: int, written: dict[Key, list[dict[str, Any]]]) -> None:
        """History and single cmids show exactly what is this account's; other numbers show nothing."""
        token = TOKENS[account]
        for peer in {*self.model.peers(account), *(BASE + number for number in range(1, 25))}:
            key = self.model.key_of(account, peer)
            body = self.vk.call("messages.getHistory", token, {"peer_id": peer, "count": 200})
            one = {"peer_id": peer, "conversation_message_ids": ",".join(map(str, range(1, 90)))}
            single = self.vk.call("messages.getByConversationMessageId", token, one)
            if key is None:
                assert body["error"]["error_code"] == single["error"]["error_code"] == 917
                continue
            seen = self.model.seen(account, key, written.get(key, []))
            shown = body["response"]["items"]
            assert [m["conversation_message_id"] for m in reversed(shown)] == [m["cmid"] for m in seen]
            assert [m["text"] for m in single["response"]["items"]] == [m["text"] for m in seen][:89]
            for message in shown:
                self.quotes_of(account, message, written)

    def quotes_of(self, account: int, message: dict[str, Any], written: dict[Key, list[dict[str, Any]]]) -> None:
        """A quote names a dialogue only to those who are in it, and names it rightly."""
        for quote in quotes(message):
            assert ("peer_id" in quote) == ("id" in quote)
            if "peer_id" in quote:
                key = self.model.key_of(account, quote["peer_id"])
                assert key is not None and self.model.member(account, key)
                assert written[key][quote["conversation_message_id"] - 1]["from_id"] == quote["from_id"]

    def ids_of(self, account: int, written: dict[Key, list[dict[str, Any]]]) -> None:
        """Asked for every id there is, an account gets its own messages only."""
        mine = [m for key, messages in written.items() for m in self.model.seen(account, key, messages)]
        allowed = {m["id"]: m["text"] for m in mine}
        last = max((m["id"] for messages in written.values() for m in messages), default=0)
        for start in range(1, last + 1, 100):
            given = {"message_ids": ",".join(map(str, range(start, start + 100)))}
            for message in self.vk.call("messages.getById", TOKENS[account], given)["response"]["items"]:
                assert allowed[message["id"]] == message["text"]

    def conversations_of(self, account: int, written: dict[Key, list[dict[str, Any]]]) -> None:
        answer = self.vk.call("messages.getConversations", TOKENS[account], {"count": 200})["response"]
        for item in answer["items"]:
            conversation = item["conversation"]
            key = self.model.key_of(account, conversation["peer"]["id"])
            assert key is not None and self.model.member(account, key)
            messages = written[key]
            assert conversation.get("unread_count", 0) == self.model.unread(account, key, messages)
            seen = {m["cmid"]: m["text"] for m in self.model.seen(account, key, messages)}
            last = item["last_message"]
            assert last["conversation_message_id"] == max(seen) and last["text"] == seen[max(seen)]
            pinned = conversation.get("chat_settings", {}).get("pinned_message")
            assert pinned is None or seen[pinned["conversation_message_id"]] == pinned["text"]

    def polls(self) -> None:
        """Read in any steps from any `ts`, a queue gives the same sequence."""
        kept, longpoll.BATCH = longpoll.BATCH, 3
        try:
            for account in (-101, 1001, 1010):
                world, queue = self.vk.world, self.vk.world.queue(account)
                whole = [item.event for item in queue.items]
                for start in {0, queue.last // 2, max(queue.last - 1, 0), queue.last} - set(range(queue.lost_before)):
                    wanted = whole[start - queue.last :] if start < queue.last else []
                    if account > 0:
                        wanted = [update for event in wanted for update in render_event(world, account, event)]
                    assert self.collected(account, start) == wanted
        finally:
            longpoll.BATCH = kept

    def collected(self, account: int, ts: int) -> list[Any]:
        world, got = self.vk.world, []
        while (answer := longpoll.take(world, account, world.poll_key(account), str(ts))) is not None:
            got += answer["updates"]
            ts = int(answer["ts"])
        return got

    def replay(self) -> None:
        """The same seed and the same calls make the same world, to the last random id of an event."""
        second = fresh(self.seed)
        for name, token, params in self.model.calls:
            second.call(name, token, dict(params))
        for vk in (self.vk, second):
            vk.calls.clear()
        first, other = (json.dumps(vk.call("emulator.record", ""), sort_keys=True) for vk in (self.vk, second))
        assert first == other
        events = [[item.event for item in vk.world.queue(-101).items] for vk in (self.vk, second)]
        assert events[0] == events[1]


World.TestCase.settings = settings(max_examples=examples(30), stateful_step_count=30, deadline=None)
TestWorld = World.TestCase


# --- the lives have teeth: each of these worlds breaks one rule and is caught -------------------------------------


def sees_what_came_before(world: Emulated, viewer: int, message: Any) -> bool:
    chat = message.thread.chat
    inside = viewer in (chat.members if chat else message.thread.members)
    return inside and not message.deleted and viewer not in message.deleted_for and viewer not in message.unseen_by


def sees_deleted(world: Emulated, viewer: int, message: Any) -> bool:
    chat = message.thread.chat
    member = chat.members.get(viewer) if chat else None
    return viewer in message.thread.members if chat is None else bool(member and message.cmid >= member.since)


BROKEN = {
    "who joins sees what came before": (Emulated, "sees", sees_what_came_before),
    "a deleted message is seen": (Emulated, "sees", sees_deleted),
    "an id is enough to read a message": (Emulated, "find_by_id", lambda world, viewer, one: world.by_id.get(one)),
    "a random_id is forgotten": (Emulated, "find_repeated", lambda world, thread, sender, random_id: None),
    "nothing is unread": (render, "unread_count", lambda world, thread, viewer: 0),
    "quotes name every dialogue": (render, "_member", lambda thread, viewer: True),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_world_is_caught(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    place, name, broken = BROKEN[how]
    monkeypatch.setattr(place, name, broken)
    some = {"max_examples": 200, "stateful_step_count": 30, "derandomize": True, "database": None}
    short = settings(deadline=None, phases=(Phase.generate,), **some)
    with pytest.raises((AssertionError, LookupError, ValueError)):
        run_state_machine_as_test(World, settings=short)
