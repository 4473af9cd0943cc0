"""Callback API (vk-api.md §10): the servers of communities, what is due to them, retries. Pure and synchronous, on the
world's clock; it must never open a socket: `deliver` sends what `take` gives out, or a simulation does."""

from __future__ import annotations

import hashlib
import heapq
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from vk_emulator.world.callback_servers import Delivery, Post, Reply, Server
from vk_emulator.world.records import Json

if TYPE_CHECKING:
    from vk_emulator.api.calls import Vk
    from vk_emulator.api.faults import Rule
    from vk_emulator.world.world import World

RETRIES = (10, 180, 600, 1800, 3600)  # seconds after a failure: 10 s, 3 min, 10 min, 30 min, 1 h
LONGEST_RETRY_AFTER = 3 * 3600
MAX_SERVERS = 10
MAX_WAITING = 10_000  # a server that is dead for good must not eat the memory
MAX_FLYING = 100


# --- servers ------------------------------------------------------------------


def code(world: World, group: int) -> str:
    """The code that the server has to answer to `confirmation`: the one of the world file, until it changes. VK changes
    it from time to time, a switch decides."""
    preset = world.communities[group].settings.get("confirmation_code", "")
    if preset and not world.callbacks.codes.get(group):
        return str(preset)
    return hashlib.sha256(f"{group}|{world.callbacks.codes.get(group, 0)}".encode()).hexdigest()[:8]


def servers_of(world: World, group: int) -> list[Server]:
    """The callback servers of the community, in the order in which they were added."""
    return world.callbacks.servers.get(group, [])


def add(world: World, group: int, title: str, url: str, secret: str, creator: int) -> Server:
    """Adds a callback server to a group, under the next free number."""
    state = world.callbacks
    made = Server(state.next_server, group, title, url, secret, creator)
    state.next_server += 1
    state.servers.setdefault(group, []).append(made)
    world.changes += 1
    return made


def confirm_anew(world: World, server: Server) -> None:
    """Each edit has to be confirmed again; what waits goes on when it is."""
    server.status, server.confirming = "wait", False
    server.edition += 1
    world.changes += 1


def remove(world: World, server: Server) -> None:
    """Removes a callback server with all that waits for it."""
    servers_of(world, server.group).remove(server)
    server.waiting.clear()
    server.flying.clear()
    world.changes += 1


def resend_flying(world: World) -> None:
    """Sends again what was on its way to servers: after a restart nobody waits for the answers."""
    for servers in world.callbacks.servers.values():
        for server in servers:
            server.confirming = False
            for delivery in server.flying:
                _push(server, delivery, world.clock.now())
            server.flying.clear()


# --- events -------------------------------------------------------------------


def offer(world: World, group: int, kind: str, content: Json, event_id: str) -> None:
    """An event for every confirmed server that wants it. `event_id` is the long poll's, if it is shared (Q8)."""
    wanting = [server for server in servers_of(world, group) if _wants(world, server, kind)]
    if not wanting:
        return
    state, now = world.callbacks, world.clock.now()
    if not event_id or world.switches.event_id_shared == "off":
        event_id = world.hex(40)
    for server in wanting:
        version = server.api_version
        shaped = shaped_for(kind, content, version)
        body = {"group_id": group, "type": kind, "event_id": event_id, "v": version, "object": shaped}
        if len(server.waiting) >= MAX_WAITING:
            heapq.heappop(server.waiting)
        _push(server, Delivery(state.next_number, body), now)
        state.next_number += 1
    world.changes += 1


def _wants(world: World, server: Server, kind: str) -> bool:
    """Whether this server gets events of this kind just now."""
    if server.status == "failed" or not server.events.get(kind):
        return False
    return world.switches.callback_silence_loses == "off" or world.clock.now() >= server.silent_until


def shaped_for(kind: str, content: Json, version: str) -> Json:
    """The content of an event as this version of the API has it: before 5.103 a `message_new` is the message itself
    (vk-api.md 3.1)."""
    if kind != "message_new" or "message" not in content:
        return content
    major, _, minor = version.partition(".")
    known = major.isdecimal() and minor.isdecimal()
    return content["message"] if known and (int(major), int(minor)) < (5, 103) else content


def _push(server: Server, delivery: Delivery, due: float) -> None:
    """Puts an event among those that wait for the server, due at this moment."""
    heapq.heappush(server.waiting, (due, delivery.number, delivery))


# --- what is due --------------------------------------------------------------


def next_due(world: World) -> float | None:
    """The moment at which `take` will have something; None while nothing waits for the clock."""
    moments = []
    for servers in world.callbacks.servers.values():
        for server in servers:
            if server.status == "wait" and not server.confirming:
                moments.append(world.clock.now())
            elif server.status == "ok" and server.waiting and not _full(world, server):
                moments.append(max(server.waiting[0][0], server.silent_until))
    return min(moments, default=None)


def _full(world: World, server: Server) -> bool:
    """Whether the server gets no more events until it has answered: one at a time keeps the order; whether VK does so
    is unknown (`callback_parallel`)."""
    return len(server.flying) >= (MAX_FLYING if world.switches.callback_parallel == "on" else 1)


def take(vk: Vk) -> list[Post]:
    """Everything to be sent now; each post has to come back by `take_reply`."""
    if not vk.faults.up:
        return []
    every = [server for servers in vk.world.callbacks.servers.values() for server in servers]
    return [post for server in every for post in _of(vk, server)]


def _of(vk: Vk, server: Server) -> list[Post]:
    """The posts that are due to one server now; first its confirmation."""
    if server.status == "wait" and not server.confirming:
        server.confirming = True
        return [_confirmation(vk.world, server)]
    posts = []
    while (delivery := _next(vk.world, server)) is not None:
        post = _start(vk, server, delivery)
        if post is not None:
            posts.append(post)
    return posts


def _next(world: World, server: Server) -> Delivery | None:
    """The next event that is due to the server; None while it is full, silent or has none."""
    now = world.clock.now()
    if server.status != "ok" or not server.waiting or now < server.silent_until or _full(world, server):
        return None
    if server.waiting[0][0] > now:
        return None
    delivery = heapq.heappop(server.waiting)[2]
    server.flying.append(delivery)
    return delivery


def _confirmation(world: World, server: Server) -> Post:
    """The post that asks a server for its confirmation code."""
    body = {
        "group_id": server.group,
        "type": "confirmation",
        "event_id": world.hex(40),
        "v": server.api_version,
    }
    return Post(server, None, server.edition, server.url, _with_secret(server, body), {})


def _with_secret(server: Server, body: Json) -> Json:
    return {**body, "secret": server.secret} if server.secret else body


def _start(vk: Vk, server: Server, delivery: Delivery) -> Post | None:
    """The post of an event as faults would have it; None where a fault holds it back."""
    rule = None if delivery.postponed else vk.faults.pick("callback", "group", _fields_to_match(delivery.body))
    if rule is not None and rule.mode in ("drop", "lost", "late", "out_of_order"):
        _held_back(vk.world, server, delivery, rule)
        return None
    headers = {"X-Retry-Counter": str(delivery.attempt)} if delivery.attempt else {}
    copies = 1 + rule.count if rule is not None and rule.mode == "duplicate" else 1
    unheard = rule is not None and rule.mode == "accept_drop"
    body = _with_secret(server, delivery.body)
    return Post(server, delivery, server.edition, server.url, body, headers, copies, unheard)


def _fields_to_match(body: Json) -> Json:
    """What a fault rule can match: the type, and the dialogue and text of a message."""
    content = body["object"]
    message = content.get("message", content)
    text, peer = message.get("text", ""), message.get("peer_id", "")
    return {"type": body["type"], "group_id": body["group_id"], "peer_id": peer, "message": text}


def _held_back(world: World, server: Server, delivery: Delivery, rule: Rule) -> None:
    server.flying.remove(delivery)
    _note(world, server, delivery, f"fault {rule.mode}")
    if rule.mode == "drop":
        _note_failure(world, server, delivery, None)
    elif rule.mode != "lost":
        delivery.postponed = True
        delivery.behind = rule.count if rule.mode == "out_of_order" else 0
        _push(server, delivery, world.clock.now() + rule.seconds)


# --- answers ------------------------------------------------------------------


def take_reply(world: World, post: Post, reply: Reply | None) -> None:
    """The answer to a post; None when there was none: refused, reset, too late."""
    server, delivery = post.server, post.delivery
    if server not in servers_of(world, server.group):
        return
    if delivery is None:
        _take_confirmation(world, post, reply)
    elif delivery in server.flying:
        server.flying.remove(delivery)
        _take_answer(world, server, delivery, None if post.unheard else reply)
    world.changes += 1


def _take_confirmation(world: World, post: Post, reply: Reply | None) -> None:
    server = post.server
    if post.edition != server.edition:
        return
    right = reply is not None and reply.status == 200 and reply.text == code(world, server.group)
    server.status, server.confirming = "ok" if right else "failed", False
    _note(world, server, None, reply.not_sent if reply is not None and reply.not_sent else server.status)
    if not right:
        server.waiting.clear()
    elif world.switches.callback_code_changes == "on":
        world.callbacks.codes[server.group] = world.callbacks.codes.get(server.group, 0) + 1


def _take_answer(world: World, server: Server, delivery: Delivery, reply: Reply | None) -> None:
    good = reply is not None and reply.status == 200
    if good and reply is not None and reply.text == "remove":
        _note(world, server, delivery, "removed")
        remove(world, server)
    elif good and reply is not None and reply.text == "ok":
        _note(world, server, delivery, "ok")
        server.failures = 0
        _overtaken(server)
    else:
        _note(world, server, delivery, _outcome(reply))
        _note_failure(world, server, delivery, reply)


def _outcome(reply: Reply | None) -> str:
    """What came of a post, in words."""
    if reply is None:
        return "no answer"
    return reply.not_sent or f"HTTP {reply.status}, not ok"


def _note_failure(world: World, server: Server, delivery: Delivery, reply: Reply | None) -> None:
    now, switches = world.clock.now(), world.switches
    if delivery.attempt < len(RETRIES):
        delay = _asked_for(now, reply) or float(RETRIES[delivery.attempt])
        delivery.attempt += 1
        _push(server, delivery, now + delay)
    server.failures += 1
    if switches.callback_failures and server.failures >= switches.callback_failures:
        server.failures = 0
        server.silent_until = now + switches.callback_silence


def _asked_for(now: float, reply: Reply | None) -> float:
    """Seconds by `Retry-After`: a number or a date, under three hours, with 410, 429 or 503 only; else 0."""
    if reply is None or reply.status not in (410, 429, 503):
        return 0.0
    text = reply.retry_after.strip()
    try:
        asked = float(text) if text.isdecimal() and len(text) < 9 else parsedate_to_datetime(text).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return asked if 0 < asked < LONGEST_RETRY_AFTER else 0.0


def _overtaken(server: Server) -> None:
    """Counts this event for each that is held back to come out of order; one that enough have overtaken goes first in
    the queue."""
    held = [item for item in server.waiting if item[2].behind]
    for item in held:
        item[2].behind -= 1
        if not item[2].behind:
            server.waiting.remove(item)
            server.waiting.append((0.0, item[1], item[2]))  # before all that waits
    if held:
        heapq.heapify(server.waiting)


def _note(world: World, server: Server, delivery: Delivery | None, result: str) -> None:
    """Adds a post and its result to the log."""
    entry: Json = {"at": world.clock.now(), "group_id": server.group, "server_id": server.id, "result": result}
    body = {"type": "confirmation", "event_id": ""} if delivery is None else delivery.body
    attempt = 0 if delivery is None else delivery.attempt
    world.callbacks.log.append({**entry, "type": body["type"], "event_id": body["event_id"], "attempt": attempt})
