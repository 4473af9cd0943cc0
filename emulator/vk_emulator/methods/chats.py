"""Making and changing chats, consent to messages, and a person's long-poll server (vk-api.md 6.1)."""

from __future__ import annotations

from vk_emulator.acts import chats, tell
from vk_emulator.acts.render import photo_sizes
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Chat, Json
from vk_emulator.world.world import World


def own_chat(call: Call) -> Chat:
    """The chat that `chat_id` names in the caller's own numbers."""
    return chats.chat_by_number(call.world, call.account, call.params.integer("chat_id", low=1, high=100_000_000))


@method("messages.createChat", "group", "user")
def create_chat(call: Call) -> Json:
    """Makes a chat of those of `user_ids` who exist, called «Беседа» where no title is given; returns its `chat_id`
    and whom it took."""
    people = call.params.integers("user_ids", 1000)
    known = [number for number in dict.fromkeys(people) if call.world.exists(number)]
    title = call.params.text("title", limit=256) or "Беседа"
    chat = chats.create(call.world, call.account, title, known)
    return {"chat_id": chat.numbers[call.account], "peer_ids": known}


@method("messages.addChatUser", "user")
def add_chat_user(call: Call) -> int:
    """A community is added by `user_id=-<gid>`; a bot can't join by itself."""
    account: Account = call.params.integer("user_id", call.account)
    if not call.world.exists(account):
        raise bad_parameter("user_id is invalid")
    number = call.params.integer("chat_id", low=1, high=100_000_000)
    chat = call.world.holder(call.account).chats.get(number)
    returning = account == call.account and chat is not None and chat.left.get(account) == "left"
    if chat is None or not (returning or call.account in chat.members):
        raise Refusal(917)
    chats.invite(call.world, chat, call.account, account)
    return 1


@method("messages.removeChatUser", "group", "user")
def remove_chat_user(call: Call) -> int:
    """Removes a member, or the caller itself, and tells the chat."""
    name = call.params.first("member_id", "user_id")
    chats.remove(call.world, own_chat(call), call.account, call.params.integer(name))
    return 1


@method("messages.editChat", "group", "user")
def edit_chat(call: Call) -> int:
    title = call.params.required_text("title", limit=256)
    chats.rename(call.world, own_chat(call), call.account, title)
    return 1


@method("messages.getInviteLink", "group", "user")
def invite_link(call: Call) -> Json:
    """The link into the chat; `reset` makes the former one invalid. Error 919 for who may not see it."""
    chat = call.world.chat_of(call.account, call.params.integer("peer_id"))
    member = chat.members[call.account]
    if not (member.admin or chat.owner == call.account):
        raise Refusal(919)
    if call.params.flag("reset"):
        del call.world.invites[chat.invite_key]
        chat.invite_key = call.world.hex(22)
        call.world.invites[chat.invite_key] = chat
    return {"link": f"https://vk.me/join/{chat.invite_key}"}


@method("messages.joinChatByInviteLink", "user")
def join_by_link(call: Call) -> Json:
    key = call.params.required_text("link").rstrip("/").rpartition("/")[2]
    chat = chats.join_by_link(call.world, key, call.account)
    return {"chat_id": chat.numbers[call.account]}


@method("messages.getChat", "user")
def get_chat(call: Call) -> object:
    """One chat by `chat_id`, or a list of them by `chat_ids`."""
    numbers = call.params.integers("chat_ids", 100)
    if not numbers:
        return chat_json(call.world, own_chat(call), call.account)
    return [chat_json(call.world, chats.chat_by_number(call.world, call.account, n), call.account) for n in numbers]


def chat_json(world: World, chat: Chat, viewer: Account) -> Json:
    """The chat in the old form of messages.getChat, with the viewer's own number of it."""
    return {
        "id": chat.numbers[viewer],
        "type": "chat",
        "title": chat.title,
        "admin_id": chat.owner,
        "users": list(chat.members),
        "members_count": len(chat.members),
        "is_default_photo": not chat.photo,
        **photo_sizes(world, chat.photo),
    }


@method("messages.isMessagesFromGroupAllowed", "group", "user")
def is_allowed(call: Call) -> Json:
    """Whether the community may write to this person; a community may ask of itself only."""
    group, user = call.params.integer("group_id", low=1), call.params.integer("user_id", low=1)
    if group not in call.world.communities or (call.account < 0 and group != -call.account):
        raise bad_parameter("group_id is invalid")
    blocked = call.world.blocked.get((group, user), 0)
    return {"is_allowed": int((group, user) in call.world.allowed and not blocked)}


def _group(call: Call) -> int:
    """The community that the call names; Refusal where there is none."""
    group = call.params.integer("group_id", low=1)
    if group not in call.world.communities:
        raise bad_parameter("group_id is invalid")
    return group


@method("messages.allowMessagesFromGroup", "user")
def allow(call: Call) -> int:
    """messages.allow: the person lets the community write; the community learns of it once."""
    group, key = _group(call), call.params.text("key", limit=256)
    fresh = (group, call.account) not in call.world.allowed
    call.world.allowed.add((group, call.account))
    call.world.blocked.pop((group, call.account), None)
    if fresh:
        tell.tell_of_allowing(call.world, group, call.account, key)
    return 1


@method("messages.denyMessagesFromGroup", "user")
def deny(call: Call) -> int:
    """messages.deny: the person lets the community write no more; the community learns of it."""
    group = _group(call)
    if (group, call.account) in call.world.allowed:
        call.world.allowed.discard((group, call.account))
        tell.tell_of_denying(call.world, group, call.account)
    return 1
