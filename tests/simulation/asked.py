"""When the bot asked VK for each of its messages and what VK showed it when it looked: whether a copy could have been
prevented (delivery.md §8). It knows only what went over the wire, nothing of the bot's reasons."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from benchmarks.rig.stand import BOT
from tests.simulation.loop import Mortal
from vk_emulator.api.calls import CallOutcome, Vk
from vk_emulator.world.records import Json, Message

LOOK = "messages.getByConversationMessageId"


@dataclass
class Request:
    """`over`: when it had ended for who sent it, with an answer or without one. `key`: with whose it was made."""

    began: float
    sender: Mortal | None = None
    over: float = math.inf
    key: str = ""

    def was_over(self, at: float) -> bool:
        """A process that dies leaves its requests to themselves."""
        return self.over <= at or (self.sender is not None and self.sender.dead)


LONG_AGO = Request(0.0, over=0.0)


@dataclass(frozen=True)
class Look:
    """One page of history as VK showed it. `told`: the answer was not spoilt on its way; `sender`: to which life, for
    which community by its `key`."""

    at: float
    peer: int
    shown: frozenset[int]
    told: bool
    sender: Mortal | None = None
    key: str = ""


@dataclass
class Asked:
    """`by`: the request that made a message. `waiting`: the same for calls that VK carries out later. `reads`: when the
    bot asked for which messages of a dialogue, as (when, peer, numbers)."""

    by: dict[int, Request] = field(default_factory=dict)
    looks: dict[int, list[Look]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[int, Request] = field(default_factory=dict)
    reads: list[tuple[float, int, tuple[int, ...]]] = field(default_factory=list)

    def asks(self, name: str, params: Json, at: float) -> None:
        """A call is on its way."""
        for peer, numbers in (
            reads_of(params["code"]) if name == "execute" else [read_of(params)] if name == LOOK else ()
        ):
            self.reads.append((at, peer, numbers))

    def carried_out(self, vk: Vk, name: str, params: Json, request: Request, first: int, outcome: CallOutcome) -> None:
        """A call has been carried out or put off; the messages from number `first` on are its own."""
        for number in range(first, vk.world.next_id):
            self.by[number] = request
        for _, order, *_ in vk.deferred:
            self.waiting.setdefault(order, request)
        if name == LOOK and outcome.body is not None and "response" in outcome.body:
            items = outcome.body["response"]["items"]
            shown = frozenset(int(item["conversation_message_id"]) for item in items)
            peer = int(params["peer_id"])
            told = outcome.rule is None or outcome.rule.mode == "slow"
            self.looks[peer].append(Look(request.began, peer, shown, told, request.sender, request.key))

    def carried_out_late(self, vk: Vk) -> None:
        """The calls whose time has come are carried out, each message told from the others by its random_id."""
        due = {}
        for when, order, _, _, params in vk.deferred:
            if when <= vk.world.clock.now():
                due[int(params.get("random_id") or 0)] = self.waiting[order]
        first = vk.world.next_id
        vk.run_due()
        for number in range(first, vk.world.next_id):
            self.by[number] = due.get(vk.world.by_id[number].random_id, LONG_AGO)

    def copies(
        self,
        places: Iterable[tuple[int, list[Message]]],
        cause: Callable[[Message], str] = lambda _: "",
        sent: Container[tuple[int, int]] = (),
        bot: int = BOT,
    ) -> set[int]:
        """Numbers of the messages of the bot that are copies which nobody could have prevented; also in a simpler form.
        `cause` is that of all forms together, `sent` what the bot calls its message, else the first is no copy."""
        found: set[int] = set()
        for peer, messages in places:
            same: dict[int | str, list[Message]] = defaultdict(list)
            for message in messages:
                if message.sender == bot and message.action is None and message.random_id:
                    same[cause(message) or message.random_id].append(message)
            for group in same.values():
                in_order = sorted(group, key=lambda one: self.of(one).began)
                if all(self.unseen(peer, one, again) for one, again in combinations(in_order, 2)):
                    _, *copies = sorted(group, key=lambda one: ((peer, one.cmid) not in sent, one.cmid))
                    found |= {copy.id for copy in copies}
        return found

    def of(self, message: Message) -> Request:
        return self.by.get(message.id, LONG_AGO)

    def unseen(self, peer: int, message: Message, again: Message) -> bool:
        """When the first request was over the bot looked, and VK did not show it what that had made. What VK showed to
        a process that died over it nobody knows; the next one looks by itself."""
        first, second = self.of(message), self.of(again)
        looks = (look for look in self.looks[peer] if look.key == second.key)
        between = [look for look in looks if first.was_over(look.at) and look.at <= second.began]
        known = [look for look in between if look.sender is second.sender or not (look.sender and look.sender.dead)]
        unseen = any(look.told and message.cmid not in look.shown for look in between)
        return unseen and not any(message.cmid in look.shown for look in known)


def reads_of(code: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(peer, numbers) of each read in this VKScript."""
    call = f"API.{LOOK}("
    at = code.find(call)
    while at >= 0:
        params, end = json.JSONDecoder().raw_decode(code, at + len(call))
        yield read_of(params)
        at = code.find(call, end)


def read_of(params: Json) -> tuple[int, tuple[int, ...]]:
    numbers = str(params["conversation_message_ids"]).split(",")
    return int(params["peer_id"]), tuple(int(number) for number in numbers)
