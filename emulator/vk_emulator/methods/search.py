"""Finding messages, dialogues, attachments and reactions, and putting dialogues away (vk-api.md 6.1). It must never
show a message that the caller can't see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from vk_emulator.acts.render import attachment_json, conversation_json, message_json, people_json, reactions_json
from vk_emulator.api.calls import Call, method
from vk_emulator.methods.history import chat_is_shown, extend_answer, visible
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Attachment, Json, Message, Quote, Thread

MEDIA = (
    "app_action_games",
    "app_action_mini_apps",
    "audio",
    "audio_message",
    "clip",
    "doc",
    "graffiti",
    "link",
    "market",
    "photo",
    "share",
    "video",
    "wall",
)


def _newest_first(call: Call, threads: list[Thread]) -> list[Message]:
    world, account = call.world, call.account
    found = [m for t in threads if chat_is_shown(call, t) for m in t.messages if world.sees(account, m)]
    return sorted(found, key=lambda message: message.id, reverse=True)


def _threads(call: Call) -> list[Thread]:
    """The dialogues that the call searches."""
    if call.params.has("peer_id"):
        return [call.world.thread_of(call.account, call.params.integer("peer_id"))]
    return list(call.world.holder(call.account).threads)


@method("messages.search", "group", "user")
def search(call: Call) -> Json:
    """All words of `q` in the text, newest first; `date` is DDMMYYYY, and what is younger is left out."""
    world, params = call.world, call.params
    words = params.required_text("q", limit=9000).lower().split()
    count, offset = params.integer("count", 20, 0, 100), params.integer("offset", 0, 0, 10**9)
    before = _day(params.text("date"))
    found = [
        message
        for message in _newest_first(call, _threads(call))
        if message.date < before and all(word in message.text.lower() for word in words)
    ]
    shown = found[offset : offset + count]
    items = [message_json(world, message, call.account) for message in shown]
    answer = extend_answer(call, shown, {"count": len(found), "items": items})
    if params.flag("extended"):
        threads = dict.fromkeys(message.thread for message in shown)
        answer["conversations"] = [conversation_json(world, thread, call.account) for thread in threads]
    return answer


def _day(text: str) -> float:
    """The beginning of the day «DDMMYYYY» in UTC; infinity for no day, Refusal for anything else."""
    if not text:
        return float("inf")
    try:
        return datetime.strptime(text.zfill(8), "%d%m%Y").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise bad_parameter("date is invalid") from error


@method("messages.searchConversations", "group", "user")
def search_conversations(call: Call) -> Json:
    """By the names of people and communities and the titles of chats."""
    world, params = call.world, call.params
    wanted = params.text("q").lower()
    count = params.integer("count", 20, 1, 255)
    known = world.holder(call.account).threads
    mine = [thread for thread in known if call.account in world.participants(thread) and thread.messages]
    found = [thread for thread in mine if wanted in _title(call, thread).lower()]
    shown = found[:count]
    items = [conversation_json(world, thread, call.account) for thread in shown]
    answer: Json = {"count": len(found), "items": items}
    if params.flag("extended"):
        peers = [world.peer_of(thread, call.account) for thread in shown]
        answer.update(people_json(world, peers, params.strings("fields")))
    return answer


def _title(call: Call, thread: Thread) -> str:
    """What the dialogue is called for the caller."""
    if thread.chat is not None:
        return thread.chat.title
    peer = call.world.peer_of(thread, call.account)
    if peer > 0:
        user = call.world.users[peer]
        return f"{user.first_name} {user.last_name}"
    return call.world.communities[-peer].name


Found = tuple[Message, int, int, Account, Attachment]  # message, forward level, position, author, attachment


def _attachments(message: Message, deepest: int) -> Iterator[Found]:
    """The attachments of a message and of what it quotes, as deep as this."""
    for position, attachment in enumerate(message.attachments, start=1):
        yield message, 0, position, message.sender, attachment
    level: list[Quote] = [*message.quotes, *([message.reply] if message.reply is not None else [])]
    for depth in range(1, deepest + 1):
        for quote in level:
            for position, attachment in enumerate(quote.attachments, start=1):
                yield message, depth, position, quote.sender, attachment
        level = [inner for quote in level for inner in quote.quotes]
        if not level:
            return


@method("messages.getHistoryAttachments", "group", "user")
def history_attachments(call: Call) -> Json:
    """Attachments of a dialogue, newest first, also of forwarded messages down to `max_forwards_level`."""
    world, params = call.world, call.params
    thread = world.thread_of(call.account, params.integer("peer_id"))
    kinds = params.strings("attachment_types") or [params.text("media_type", "photo")]
    if any(kind not in MEDIA for kind in kinds):
        raise bad_parameter("media_type should be one of " + ", ".join(MEDIA))
    count, deepest = params.integer("count", 30, 0, 200), params.integer("max_forwards_level", 45, 0, 45)
    start, last = params.integer("start_from", 0, 0, 10**9), params.integer("cmid", 10**9, 0)
    messages = [message for message in _newest_first(call, [thread]) if message.cmid <= last]
    if params.flag("preserve_order"):
        messages.reverse()
    every = [item for message in messages for item in _attachments(message, deepest) if item[4].type in kinds]
    shown = every[start : start + count]
    answer: Json = {"items": [_attachment_json(call, item) for item in shown]}
    if start + count < len(every):
        answer["next_from"] = str(start + count)
    if params.flag("extended"):
        answer.update(people_json(world, [item[3] for item in shown], params.strings("fields")))
    return answer


def _attachment_json(call: Call, item: Found) -> Json:
    message, level, position, sender, attachment = item
    made: Json = {
        "message_id": call.world.shown_id(message, call.account),
        "cmid": message.cmid,
        "from_id": sender,
        "date": message.date,
        "position": position,
        "attachment": attachment_json(call.world, attachment),
    }
    return {**made, "forward_level": level} if level else made


def _counters(message: Message) -> list[Json]:
    """The reactions with at most three people each."""
    return [{**counter, "user_ids": counter["user_ids"][:3]} for counter in reactions_json(message)]


@method("messages.getReactedPeers", "group", "user")
def reacted_peers(call: Call) -> Json:
    """Who reacted to the message, all or with one reaction; error 1009 for a number that is no reaction."""
    message = visible(call, call.params, "cmid")
    wanted = call.params.integer("reaction_id", 0)
    if not 0 <= wanted <= 64:
        raise Refusal(1009)
    people = {who: which for who, which in message.reactions.items() if wanted in (0, which)}
    reactions = [{"user_id": who, "reaction_id": which} for who, which in people.items()]
    made: Json = {"count": len(reactions), "reactions": reactions, "counters": _counters(message)}
    return {**made, **people_json(call.world, people)}


@method("messages.getMessagesReactions", "group", "user")
def messages_reactions(call: Call) -> Json:
    """How often each reaction was given to these messages."""
    world, params = call.world, call.params
    thread = world.thread_of(call.account, params.integer("peer_id"))
    params.required_text("cmids")
    found = [world.find(call.account, thread, cmid) for cmid in params.integers("cmids", 100)]
    return {"items": [{"cmid": m.cmid, "counters": _counters(m)} for m in found if m is not None]}


@method("messages.deleteConversation", "group", "user")
def delete_conversation(call: Call) -> Json:
    """messages.deleteConversation, for the caller only: the other side keeps everything."""
    world, params = call.world, call.params
    thread = world.thread_of(call.account, params.integer(params.first("peer_id", "user_id")))
    seen = [message for message in thread.messages if world.sees(call.account, message)]
    for message in seen:
        message.deleted_for.add(call.account)
    world.changes += 1
    return {"last_deleted_id": world.shown_id(seen[-1], call.account) if seen else 0}


@method("messages.restore", "group", "user")
def restore(call: Call) -> int:
    """Takes back a deletion for oneself; what was deleted for everybody stays so."""
    world, params, account = call.world, call.params, call.account
    message: Message | None
    if params.has("cmid"):
        thread, cmid = world.thread_of(account, params.integer("peer_id")), params.integer("cmid")
        message = thread.messages[cmid - 1] if 1 <= cmid <= len(thread.messages) else None
    else:
        message = world.by_id.get(params.integer("message_id"))
    if message is None or message.deleted or account not in message.deleted_for:
        raise bad_parameter("message_id is invalid")
    if account not in world.participants(message.thread):
        raise bad_parameter("message_id is invalid")
    message.deleted_for.discard(account)
    world.changes += 1
    return 1
