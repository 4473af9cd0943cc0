"""Reading messages and dialogues (vk-api.md 6.1). It must never show a message that the caller can't
see."""

from __future__ import annotations

from collections.abc import Iterable

from vk_emulator.acts.render import conversation_json, last_seen, message_json, people_json, senders, unread_count
from vk_emulator.api.calls import Call, method
from vk_emulator.api.params import Params
from vk_emulator.world.errors import Refusal
from vk_emulator.world.records import CHAT_BASE, Chat, Json, Member, Message, Thread


def extend_answer(call: Call, messages: list[Message], answer: Json) -> Json:
    """The answer, with `extended` also the people and communities who wrote these messages."""
    if call.params.flag("extended"):
        answer.update(people_json(call.world, senders(messages), call.params.strings("fields")))
    return answer


def chat_is_shown(call: Call, thread: Thread) -> bool:
    """Whether the account can page through this dialogue; a community through a chat by Q7 only."""
    return call.account > 0 or thread.chat is None or call.world.switches.chat_history == "full"


def apply_history_fault(call: Call, thread: Thread | None, messages: Iterable[Message | None]) -> list[Message]:
    """What is left under a fault of "history": it lags, hides the first messages or shows nothing
    (delivery.md §16)."""
    found = [message for message in messages if message is not None]
    rule = call.vk.faults.pick("history", call.kind, call.params.raw)
    if rule is None:
        return found
    if rule.mode == "lag":
        return [m for m in found if m.posted <= call.world.clock.now() - rule.seconds]
    if rule.mode == "hidden":
        return found[rule.count :]
    chat = None if thread is None else thread.chat
    if rule.mode == "non_admin" and (chat is None or chat.members[call.account].admin):
        return found
    return []


@method("messages.getByConversationMessageId", "group", "user")
def by_cmid(call: Call) -> Json:
    """Messages of a dialogue by their numbers in it; those that the caller does not see are left out."""
    world, params = call.world, call.params
    thread = world.thread_of(call.account, params.integer("peer_id"))
    name = params.first("conversation_message_ids", "cmids")
    params.required_text(name)
    cmids = params.integers(name, 100)
    found = [world.find(call.account, thread, cmid) for cmid in dict.fromkeys(cmids)]
    messages = apply_history_fault(call, thread, found)
    items = [message_json(world, message, call.account) for message in messages]
    return extend_answer(call, messages, {"count": len(items), "items": items})


@method("messages.getById", "group", "user")
def by_id(call: Call) -> Json:
    """Messages by the caller's own numbers, or by `cmids` of one dialogue; those that he does not see are left out."""
    world, params = call.world, call.params
    thread = None
    if params.has("cmids"):
        thread = world.thread_of(call.account, params.integer("peer_id"))
        found = [world.find(call.account, thread, cmid) for cmid in params.integers("cmids", 100)]
    else:
        params.required_text("message_ids")
        found = [world.find_by_id(call.account, number) for number in params.integers("message_ids", 100)]
    messages = apply_history_fault(call, thread, found)
    items = [message_json(world, message, call.account) for message in messages]
    return extend_answer(call, messages, {"count": len(items), "items": items})


@method("messages.getHistory", "group", "user")
def history(call: Call) -> Json:
    """messages.getHistory, as far as the caller sees it."""
    world, params = call.world, call.params
    peer = params.integer(params.first("peer_id", "user_id"))
    count = params.integer("count", 20, 0, 200)
    offset = params.integer("offset", 0, -(10**9), 10**9)
    thread = world.thread_of(call.account, peer)
    if not chat_is_shown(call, thread):  # Q7
        if world.switches.chat_history == "error":
            raise Refusal(15)
        return extend_answer(call, [], {"count": 0, "items": []})
    total, every = page(call, thread, offset, count)
    messages = apply_history_fault(call, thread, every)
    total -= len(every) - len(messages)
    items = [message_json(world, message, call.account) for message in messages]
    answer = extend_answer(call, messages, {"count": total, "items": items})
    if params.flag("extended"):
        answer["conversations"] = [conversation_json(world, thread, call.account)]
    return answer


def page(call: Call, thread: Thread, offset: int, count: int) -> tuple[int, list[Message]]:
    """Newest first, or oldest first with `rev`. Walks only as far as needed."""
    params, world = call.params, call.world
    chat = thread.chat
    since = 1 if chat is None else chat.members[call.account].since
    first, last = since - 1, len(thread.messages)
    indexes = range(first, last) if params.flag("rev") else range(last - 1, first - 1, -1)
    start = params.integer("start_message_id", 0)
    if start > 0:
        anchor = world.by_id.get(start)
        if anchor is not None and anchor.thread is thread:
            indexes = indexes[indexes.index(anchor.cmid - 1) :] if anchor.cmid - 1 in indexes else indexes
    skipped = 0
    found: list[Message] = []
    for index in indexes:
        message = thread.messages[index]
        if not world.sees(call.account, message):
            continue
        if skipped < offset:
            skipped += 1
            continue
        if len(found) >= count:
            break
        found.append(message)
    return max(last - first, 0), found


@method("messages.getConversations", "group", "user")
def conversations(call: Call) -> Json:
    """messages.getConversations of the caller, newest first."""
    world, params = call.world, call.params
    count = params.integer("count", 20, 0, 200)
    offset = params.integer("offset", 0, 0, 10**9)
    wanted = params.text("filter", "all")
    threads = [t for t in world.holder(call.account).threads if _is_listed(call, t, wanted)]
    threads.sort(key=_newest, reverse=True)
    shown = threads[offset : offset + count]
    items: list[Json] = []
    messages: list[Message] = []
    for thread in shown:
        last = last_seen(world, thread, call.account)
        item: Json = {"conversation": conversation_json(world, thread, call.account)}
        if last is not None:
            item["last_message"] = message_json(world, last, call.account)
            messages.append(last)
        items.append(item)
    answer: Json = {"count": len(threads), "items": items}
    if wanted == "all":
        answer["unread_count"] = sum(1 for t in threads if unread_count(world, t, call.account))
    if params.flag("extended"):
        accounts = senders(messages) | {world.peer_of(t, call.account): None for t in shown}
        answer.update(people_json(world, accounts, params.strings("fields")))
    return answer


def _newest(thread: Thread) -> int:
    """The number of the newest message; 0 for none."""
    return thread.messages[-1].id if thread.messages else 0


def _is_listed(call: Call, thread: Thread, wanted: str) -> bool:
    world, account = call.world, call.account
    if thread.chat is not None and account not in thread.chat.members:
        return False
    last = last_seen(world, thread, account)
    if last is None:
        return False
    if wanted == "unread":
        return unread_count(world, thread, account) > 0
    if wanted == "unanswered":
        return last.sender > 0 and account not in thread.answered
    if wanted == "important":
        return account in thread.important
    if wanted == "sorted_chats":
        return thread.chat is not None
    return wanted != "archive"


@method("messages.getConversationsById", "group", "user")
def conversations_by_id(call: Call) -> Json:
    """A chat where the bot is no administrator is left out, without an error (vk-io 169)."""
    world, params = call.world, call.params
    params.required_text("peer_ids")
    items: list[Json] = []
    accounts: dict[int, None] = {}
    for peer in params.integers("peer_ids", 100):
        try:
            thread = world.thread_of(call.account, peer)
        except Refusal:
            continue
        chat = thread.chat
        if chat is not None and call.account < 0 and not chat.members[call.account].admin:
            continue
        if chat is None and not thread.messages and call.account < 0:
            continue
        items.append(conversation_json(world, thread, call.account))
        accounts.update(dict.fromkeys(world.participants(thread)))
    answer: Json = {"count": len(items), "items": items}
    if params.flag("extended"):
        answer.update(people_json(world, accounts, params.strings("fields")))
    return answer


@method("messages.getConversationMembers", "group", "user")
def members(call: Call) -> Json:
    """messages.getConversationMembers."""
    world, params = call.world, call.params
    peer = params.integer("peer_id")
    count = params.integer("count", 20, 1, 1000)
    offset = params.integer("offset", 0, 0, 10**9)
    thread = world.thread_of(call.account, peer)
    if thread.chat is None:
        people = list(thread.members)
        items: list[Json] = [{"member_id": account, "can_kick": False} for account in people]
    else:
        chat = thread.chat
        shown_to = _members_for(call, chat)
        ruling = call.account == chat.owner or chat.members[call.account].admin
        people = [member.account for member in shown_to]
        items = [
            {
                "member_id": member.account,
                "invited_by": member.invited_by,
                "join_date": member.joined,
                "is_admin": member.admin or member.account == chat.owner,
                "is_owner": member.account == chat.owner,
                "can_kick": ruling and member.account not in (call.account, chat.owner),
                "is_restricted_to_write": False,
            }
            for member in shown_to
        ]
    if params.has("member_ids"):
        wanted = set(params.integers("member_ids"))
        items = [item for item in items if item["member_id"] in wanted]
        people = [item["member_id"] for item in items]
    shown = slice(offset, offset + count)
    answer: Json = {"count": len(items), "items": items[shown]}
    answer.update(people_json(world, people[shown], params.strings("fields")))
    if peer > CHAT_BASE:
        answer["chat_restrictions"] = {"admins_promote_users": False}
    return answer


def _members_for(call: Call, chat: Chat) -> list[Member]:
    """All of them; what a bot that is no administrator gets instead is Q25."""
    everybody = list(chat.members.values())
    if call.account > 0 or chat.members[call.account].admin:
        return everybody
    answered = call.world.switches.members_without_rights
    if answered == "917":
        raise Refusal(917)
    return everybody if answered == "shown" else []


def visible(call: Call, params: Params, *names: str) -> Message:
    """The message that a method names by cmid (or global id) in its `peer_id`; 100 when there is none."""
    thread = call.world.thread_of(call.account, params.integer("peer_id"))
    name = params.first(*names)
    message: Message | None
    if not params.has(name) and params.has("message_id"):
        message = call.world.find_by_id(call.account, params.integer("message_id"))
        if message is not None and message.thread is not thread:
            message = None
    else:
        message = call.world.find(call.account, thread, params.integer(name))
    if message is None:
        raise Refusal(100, f"One of the parameters specified was missing or invalid: {name} is invalid")
    return message
