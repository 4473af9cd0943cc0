"""How VK words messages, people and dialogues for one viewer (vk-api.md 3.2, 6.1). It must never change the
world."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from vk_emulator.world.records import (
    CHAT_BASE,
    Account,
    Attachment,
    Chat,
    Community,
    Json,
    Message,
    Quote,
    Thread,
    User,
)
from vk_emulator.world.world import World

UNREAD_COUNTED = 1000  # a dialogue that nobody marks as read must not make each list slow


def attachment_json(world: World, attachment: Attachment) -> Json:
    """The attachment with whole addresses; with its access key unless everybody may see it."""
    body = dict(attachment.body)
    if attachment.type != "sticker":  # a sticker is named by its product and its own id only
        body["id"] = attachment.id
        body["owner_id"] = attachment.owner
    if attachment.access_key and not attachment.public:
        body["access_key"] = attachment.access_key
    _absolute(world.base_url, body)
    return {"type": attachment.type, attachment.type: body}


def _absolute(base: str, body: Json) -> None:
    """Paths of stored files become addresses; nested sizes are copied, never changed in place."""
    for key in ("url", "link_mp3", "link_ogg", "player"):
        if isinstance(body.get(key), str) and body[key].startswith("/"):
            body[key] = base + body[key]
    if isinstance(body.get("sizes"), list):
        body["sizes"] = [dict(size, url=base + size["url"]) for size in body["sizes"]]
    if isinstance(body.get("orig_photo"), dict):
        body["orig_photo"] = dict(body["orig_photo"], url=base + body["orig_photo"]["url"])


def quote_json(world: World, quote: Quote, viewer: Account, home: Thread) -> Json:
    """A foreign message. `peer_id` and `id` are given only inside the viewer's own dialogue of it."""
    made: Json = {
        "date": quote.date,
        "from_id": quote.sender,
        "text": quote.text,
        "attachments": [attachment_json(world, a) for a in quote.attachments],
        "conversation_message_id": quote.cmid,
    }
    peer = world.peer_of(quote.thread, viewer) if _member(quote.thread, viewer) else 0
    if peer:
        chat = quote.thread.chat
        made["peer_id"] = peer
        made["id"] = 0 if viewer < 0 and chat is not None and chat.owner != viewer else quote.id
    if quote.quotes:
        made["fwd_messages"] = [quote_json(world, q, viewer, home) for q in quote.quotes]
    if quote.reply is not None:
        made["reply_message"] = quote_json(world, quote.reply, viewer, home)
    if quote.geo is not None:
        made["geo"] = quote.geo
    if quote.payload and quote.thread is home:
        made["payload"] = quote.payload
    return made


def _member(thread: Thread, viewer: Account) -> bool:
    """Whether the viewer is in the dialogue or chat."""
    return viewer in thread.chat.members if thread.chat is not None else viewer in thread.members


def keyboard_json(message: Message, viewer: Account) -> Json | None:
    """A community gets inline keyboards only (since 5.107). A person gets each one: a deliberate deviation,
    so that a client without a screen can find the buttons."""
    keyboard = message.keyboard
    if keyboard is None or (viewer < 0 and not keyboard.get("inline")):
        return None
    return {**keyboard, "author_id": message.sender}


def message_json(world: World, message: Message, viewer: Account) -> Json:
    """The message for this viewer: only its sender may see `random_id` (P5), and numbers and peer are the viewer's."""
    thread = message.thread
    own = message.sender == viewer
    random_id = message.random_id if own and world.switches.history_random_id == "on" else 0
    made: Json = {
        "date": message.date,
        "from_id": message.sender,
        "id": world.shown_id(message, viewer),
        **({"version": 10_000_000 + message.id} if world.switches.message_version == "on" else {}),
        "out": 1 if own else 0,
        "important": False,
        "is_hidden": False,
        "attachments": [attachment_json(world, a) for a in message.attachments],
        "conversation_message_id": message.cmid,
        "fwd_messages": [quote_json(world, q, viewer, thread) for q in message.quotes],
        "text": message.text,
        "peer_id": world.peer_of(thread, viewer),
        "random_id": random_id,
    }
    _optional(world, message, viewer, made)
    return made


def _optional(world: World, message: Message, viewer: Account, made: Json) -> None:
    """Adds to `made` the fields that only some messages have."""
    if message.reply is not None:
        made["reply_message"] = quote_json(world, message.reply, viewer, message.thread)
    if message.geo is not None:
        made["geo"] = message.geo
    if message.payload:
        made["payload"] = message.payload
    if message.action is not None:
        made["action"] = action_json(world, message.action)
    if message.format_data is not None:
        made["format_data"] = message.format_data
    if message.ref:
        made["ref"] = message.ref
    if message.ref_source:
        made["ref_source"] = message.ref_source
    if message.update_time:
        made["update_time"] = message.update_time
    if message.admin_author and message.sender == viewer:
        made["admin_author_id"] = message.admin_author
    if message.is_silent:
        made["is_silent"] = True
    keyboard = keyboard_json(message, viewer)
    if keyboard is not None:
        made["keyboard"] = keyboard
    if message.template is not None:
        made["template"] = message.template
    if message.reactions:
        made["reactions"] = reactions_json(message)
        if viewer in message.reactions:
            made["reaction_id"] = message.reactions[viewer]
        made["last_reaction_id"] = list(message.reactions.values())[-1]
    if message.thread.pinned is message:
        made["is_pinned"] = True


PINNED = (
    "attachments",
    "conversation_message_id",
    "id",
    "date",
    "from_id",
    "fwd_messages",
    "geo",
    "peer_id",
    "reply_message",
    "text",
    "keyboard",
)


def pinned_json(world: World, message: Message, viewer: Account) -> Json:
    """A pinned message has fewer fields than a message (schema: messages_pinned_message)."""
    made = message_json(world, message, viewer)
    return {name: made[name] for name in PINNED if name in made}


def action_json(world: World, action: Json) -> Json:
    """A service message's action, its photo in the sizes that VK gives."""
    return {**action, "photo": photo_sizes(world, action["photo"])} if "photo" in action else action


def photo_sizes(world: World, path: str) -> Json:
    """The one stored picture in each size."""
    return {f"photo_{edge}": world.base_url + path for edge in (50, 100, 200)} if path else {}


def reactions_json(message: Message) -> list[Json]:
    """The reactions of a message with who gave each, in the order in which each was first given."""
    by_reaction: dict[int, list[int]] = {}
    for account, reaction in message.reactions.items():
        by_reaction.setdefault(reaction, []).append(account)
    return [
        {"reaction_id": reaction, "count": len(people), "user_ids": people} for reaction, people in by_reaction.items()
    ]


def crop(world: World, made: Json) -> Json:
    """A message too large for Long Poll keeps one forward or reply and one attachment a message (3.2)."""
    bulky = made["fwd_messages"] or len(made["attachments"]) > 1 or "reply_message" in made
    if not bulky:
        return made
    size = len(json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size <= world.switches.lp_crop_bytes:
        return made
    small = _one_each(made)
    small["is_cropped"] = True
    return small


def _one_each(made: Json) -> Json:
    small = dict(made)
    small["attachments"] = made.get("attachments", [])[:1]
    if "reply_message" in small:
        small["reply_message"] = _one_each(small["reply_message"])
        small["fwd_messages"] = []
    elif small.get("fwd_messages"):
        small["fwd_messages"] = [_one_each(small["fwd_messages"][0])]
    return small


SEX = {"женский": 1, "мужской": 2, "female": 1, "male": 2}


def city_json(title: str) -> Json:
    """VK numbers cities; here a number stands for a name."""
    return {"id": 1 + sum(map(ord, title)) % 10_000, "title": title}


def user_json(user: User, wanted: Iterable[str] = (), case: str = "nom") -> Json:
    """The person with the wanted fields, as far as the emulator knows them. `case`: «nom», «gen» and so on."""
    profile = user.profile
    made: Json = {
        "id": user.id,
        "first_name": profile.get(f"first_name_{case}", user.first_name),
        "last_name": profile.get(f"last_name_{case}", user.last_name),
        "can_access_closed": True,
        "is_closed": False,
    }
    known: dict[str, Any] = {
        "screen_name": f"id{user.id}",
        "domain": f"id{user.id}",
        "sex": SEX.get(profile.get("sex", ""), 0),
        "about": user.about,
        "online": 1,
        "verified": 0,
        "photo_50": "https://vk.ru/images/camera_50.png",
        "photo_100": "https://vk.ru/images/camera_100.png",
        "photo_200": "https://vk.ru/images/camera_200.png",
        "photo_200_orig": "https://vk.ru/images/camera_200.png",
        "photo_400_orig": "https://vk.ru/images/camera_400.png",
        "photo_max": "https://vk.ru/images/camera_200.png",
        "photo_max_orig": "https://vk.ru/images/camera_400.png",
        "has_photo": 0,
        "status": profile.get("status", ""),
        "can_write_private_message": 1,
        "first_name_nom": user.first_name,
        "last_name_nom": user.last_name,
    }
    if "bdate" in profile:
        known["bdate"] = profile["bdate"]
    if "city" in profile:
        known["city"] = city_json(profile["city"])
    known.update({name: value for name, value in profile.items() if "_name_" in name})
    made.update({name: known[name] for name in wanted if name in known})
    return made


def community_json(world: World, community: Community, wanted: Iterable[str] = ()) -> Json:
    """The community with the wanted fields, as far as the emulator knows them."""
    made: Json = {
        "id": community.id,
        "name": community.name,
        "screen_name": community.screen_name,
        "is_closed": 0,
        "type": "page",
        "photo_50": "https://vk.ru/images/community_50.png",
        "photo_100": "https://vk.ru/images/community_100.png",
        "photo_200": "https://vk.ru/images/community_200.png",
    }
    known: dict[str, Any] = {
        "verified": int(bool(community.settings.get("verified"))),
        "can_message": int(bool(community.settings.get("messages", True))),
        "members_count": len(community.members),
        "description": community.settings.get("description", ""),
        "status": community.settings.get("status", ""),
        "site": community.settings.get("site", ""),
        "addresses": {"is_enabled": bool(community.settings.get("addresses"))},
        "cover": {"enabled": int(bool(community.settings.get("cover")))},
    }
    if community.settings.get("contacts"):
        known["contacts"] = community.settings["contacts"]
    if world.switches.gov_fields == "present":  # Q11
        known["is_government_organization"] = bool(community.settings.get("government", False))
        known["trust_mark"] = 3 if community.settings.get("government") else 0
    made.update({name: known[name] for name in wanted if name in known})
    return made


def people_json(world: World, accounts: Iterable[Account], wanted: Iterable[str] = ()) -> Json:
    """`profiles` and `groups` of an extended answer."""
    fields = list(wanted)
    profiles = [user_json(world.users[a], fields) for a in accounts if a in world.users]
    known = [world.communities[-a] for a in accounts if -a in world.communities]
    groups = [community_json(world, community, fields) for community in known]
    return {"profiles": profiles, "groups": groups}


def senders(messages: Iterable[Message]) -> dict[Account, None]:
    """Everybody who wrote one of these messages or something quoted in them, in order."""
    found: dict[Account, None] = {}

    def walk(quotes: Iterable[Quote]) -> None:
        for quote in quotes:
            found[quote.sender] = None
            walk(quote.quotes)

    for message in messages:
        found[message.sender] = None
        walk(message.quotes)
        if message.reply is not None:
            walk([message.reply])
    return found


def chat_settings_json(world: World, chat: Chat, viewer: Account) -> Json:
    """The chat for this viewer: the rights in `acl` are the viewer's own."""
    member = chat.members.get(viewer)
    rules = bool(member and (member.admin or chat.owner == viewer))
    made: Json = {
        "owner_id": chat.owner,
        "title": chat.title,
        "state": "in" if member else chat.left.get(viewer, "out"),
        "members_count": len(chat.members),
        "active_ids": list(chat.members)[:5],
        "admin_ids": [m.account for m in chat.members.values() if m.admin],
        "is_group_channel": False,
        "acl": {
            "can_change_info": True,
            "can_change_invite_link": rules,
            "can_change_pin": rules,
            "can_invite": True,
            "can_promote_users": rules,
            "can_see_invite_link": rules,
            "can_moderate": rules,
            "can_copy_chat": False,
            "can_call": viewer > 0,
            "can_use_mass_mentions": True,
        },
    }
    if chat.photo:
        made["photo"] = {**photo_sizes(world, chat.photo), "is_default_photo": False}
    if chat.thread.pinned is not None and world.sees(viewer, chat.thread.pinned):
        made["pinned_message"] = pinned_json(world, chat.thread.pinned, viewer)
    return made


def conversation_json(world: World, thread: Thread, viewer: Account) -> Json:
    """The dialogue for this viewer: its last message that he sees, what is read, whether he may write."""
    peer = world.peer_of(thread, viewer)
    last = last_seen(world, thread, viewer)
    kind = "chat" if peer > CHAT_BASE else "user" if peer > 0 else "group"
    others = [cmid for account, cmid in thread.read.items() if account != viewer]
    read = thread.read.get(viewer, 0)
    made: Json = {
        "peer": {"id": peer, "type": kind, "local_id": peer - CHAT_BASE if kind == "chat" else abs(peer)},
        "last_message_id": world.shown_id(last, viewer) if last else 0,
        "last_conversation_message_id": last.cmid if last else 0,
        "in_read": _id_at(world, thread, read, viewer),
        "out_read": _id_at(world, thread, max(others, default=0), viewer),
        "in_read_cmid": read,
        "out_read_cmid": max(others, default=0),
        "sort_id": {"major_id": 0, "minor_id": last.id if last else 0},
        "is_marked_unread": False,
        "important": viewer in thread.important,
        "can_write": can_write_json(world, thread, viewer),
        "version": 10_000_000 + (last.id if last else 0),
    }
    unread = unread_count(world, thread, viewer)
    if unread:
        made["unread_count"] = unread
    if viewer < 0 and last is not None and last.sender > 0 and viewer not in thread.answered:
        made["unanswered"] = True
    if thread.keyboards:
        author, keyboard = list(thread.keyboards.items())[-1]
        if keyboard.get("buttons"):
            made["current_keyboard"] = {**keyboard, "author_id": author}
    if thread.mentions.get(viewer):
        made["mentions"] = thread.mentions[viewer]
    if thread.chat is not None:
        made["chat_settings"] = chat_settings_json(world, thread.chat, viewer)
    return made


def _id_at(world: World, thread: Thread, cmid: int, viewer: Account) -> int:
    if not 1 <= cmid <= len(thread.messages):
        return 0
    return world.shown_id(thread.messages[cmid - 1], viewer)


def last_seen(world: World, thread: Thread, viewer: Account) -> Message | None:
    """The newest message that this viewer sees; None where there is none."""
    for message in reversed(thread.messages):
        if world.sees(viewer, message):
            return message
    return None


def unread_count(world: World, thread: Thread, viewer: Account) -> int:
    """How many messages of others the viewer has not read, of the newest ones only."""
    start = max(thread.read.get(viewer, 0), len(thread.messages) - UNREAD_COUNTED)
    fresh = thread.messages[start:] if start < len(thread.messages) else []
    return sum(1 for m in fresh if m.sender != viewer and world.sees(viewer, m))


def can_write_json(world: World, thread: Thread, viewer: Account) -> Json:
    """Whether the viewer may write there, else VK's reason: 900 to 902 for a person, 915 for a community."""
    peer = world.peer_of(thread, viewer)
    reason = 0
    if viewer < 0 and 0 < peer < CHAT_BASE:
        reason = world.blocked.get((-viewer, peer), 0)
        reason = reason or (0 if (-viewer, peer) in world.allowed else 901)
    elif -peer in world.communities and not world.communities[-peer].settings.get("messages", True):
        reason = 915
    return {"allowed": False, "reason": reason} if reason else {"allowed": True}
