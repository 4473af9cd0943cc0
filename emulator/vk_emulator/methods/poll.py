"""messages.getLongPollServer and getLongPollHistory: long poll in the format of people, for communities too (vk-api.md
6.1). They must never give a community what its own token does not see.
"""

from __future__ import annotations

from typing import Any

from vk_emulator.acts.render import conversation_json, message_json, people_json, senders
from vk_emulator.acts.user_events import render_event
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal
from vk_emulator.world.events import EventQueue
from vk_emulator.world.records import Account, Json, Message
from vk_emulator.world.world import MAILBOX

EVENTS, MESSAGES = 1000, 200
"""The fewest of either that `events_limit` and `msgs_limit` may ask for, and what is given without them."""
OLD_PTS, NEW_PTS = 907, 908


@method("messages.getLongPollServer", "user", "group")
def long_poll_server(call: Call) -> Json:
    """messages.getLongPollServer; from the first call of a community on its events are kept in this format too."""
    if call.account < 0:
        call.world.mailboxes.add(call.account)
    queue = call.world.queue(_queue_of(call.account))
    made: Json = {
        "server": f"{call.world.base_url.removeprefix('http://')}/userlongpoll/{call.account}",
        "key": call.world.poll_key(_queue_of(call.account)),
        "ts": queue.last,
    }
    if call.params.flag("need_pts"):
        made["pts"] = queue.last
    return made


@method("messages.getLongPollHistory", "user", "group")
def long_poll_history(call: Call) -> Json:
    """What a client has missed since its `pts`, or since its `ts` where it has none."""
    world, params = call.world, call.params
    queue = world.queue(_queue_of(call.account))
    since = _since(call, queue)
    found = queue.after(since)[: params.integer("events_limit", EVENTS, EVENTS, 10**6)]
    most = params.integer("msgs_limit", MESSAGES, MESSAGES, 10**6)
    messages: dict[int, Message] = {}
    taken = since
    history: list[list[Any]] = []
    for item in found:
        message = item.event[1] if item.event[0] in ("new", "edit") else None
        if message is not None and message.id not in messages and len(messages) == most:
            break
        told = [] if item.event[0] == "answer" else render_event(world, call.account, item.event)  # 119 is our own
        if message is not None and told:
            messages[message.id] = message
        history += [update[:4] if message is not None else update for update in told]
        taken = item.ts
    return _answer(call, history, list(messages.values()), taken, more=taken < queue.last)


def _since(call: Call, queue: EventQueue) -> int:
    """From which event on the call asks; Refusal where the events are gone."""
    params = call.params
    if params.has("pts"):
        since = params.integer("pts", low=0)
        if since > queue.last:
            raise Refusal(NEW_PTS)
        if not queue.can_serve(since):
            raise Refusal(OLD_PTS)
        return since
    since = params.integer("ts", low=0)
    if not queue.can_serve(min(since, queue.last)) and not params.has("max_msg_id"):
        raise Refusal(10, "Internal server error: ts is too old, use max_msg_id")
    return min(max(since, queue.lost_before), queue.last)


def _answer(call: Call, history: list[list[Any]], messages: list[Message], taken: int, *, more: bool) -> Json:
    """The answer: events, their messages, dialogues and people."""
    world, viewer = call.world, call.account
    threads = {id(message.thread): message.thread for message in messages}
    people = people_json(world, senders(messages), call.params.strings("fields"))
    made: Json = {
        "history": history,
        "messages": {"count": len(messages), "items": [message_json(world, message, viewer) for message in messages]},
        "conversations": [conversation_json(world, thread, viewer) for thread in threads.values()],
        "profiles": people["profiles"],
        "groups": people["groups"],
        "from_pts": call.params.integer("pts", taken, 0, 10**12),
        "new_pts": taken,
    }
    return {**made, "more": True} if more else made


def _queue_of(account: Account) -> Account:
    return account if account > 0 else account - MAILBOX
