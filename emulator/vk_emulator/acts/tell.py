"""Who learns what: puts events into the queues of communities and people (vk-api.md §3). It must never
decide whether an action was allowed."""

from __future__ import annotations

import re

from vk_emulator.acts import callbacks
from vk_emulator.acts.render import crop, message_json
from vk_emulator.world.records import Account, Community, Json, Member, Message, Press, Thread
from vk_emulator.world.world import World

CLIENT_INFO: Json = {
    "button_actions": [
        "text",
        "vkpay",
        "open_app",
        "location",
        "open_link",
        "open_photo",
        "callback",
        "intent_subscribe",
        "intent_unsubscribe",
    ],
    "keyboard": True,
    "inline_keyboard": True,
    "carousel": True,
    "lang_id": 0,
}
MASS = re.compile(r"[@*](?:all|online|everyone|here)\b")
MENTION = re.compile(r"\[(?:club|public)(\d+)\|")


def event(world: World, group: int, kind: str, content: Json) -> None:
    """Emits one event: for the long poll unless its type is switched off in the community (vk-api.md 2.16), and for the
    servers of Callback API that want it. Both run in parallel (§10)."""
    community, event_id = world.communities[group], ""
    if community.events.get(kind) and community.settings.get("longpoll", True):
        event_id = world.hex(40)
        version = str(community.settings.get("api_version", "5.199"))
        shaped = callbacks.shaped_for(kind, content, version)
        made = {"group_id": group, "type": kind, "event_id": event_id, "v": version, "object": shaped}
        world.emit(-group, made)
    callbacks.offer(world, group, kind, content, event_id)


def message_content(world: World, message: Message, viewer: Account) -> Json:
    """The message as an event shows it: cropped where VK crops, escaped by the switch Q3."""
    made = crop(world, message_json(world, message, viewer))
    if world.switches.lp_text_escaped == "on":  # Q3
        made["text"] = escape_text(made["text"])
    return made


def escape_text(text: str) -> str:
    """The text with &, <, > and " as entities and line ends as <br>."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return plain.replace("\n", "<br>")


def reaches(world: World, community: Community, member: Member, message: Message) -> bool:
    """Whether the bot gets an event for this chat message. Always: its own, as administrator, a pressed button, "/";
    service messages only about itself; otherwise a mention of it (vk-api.md 3.2)."""
    if message.sender < 0 and message.sender != member.account and world.switches.other_bots_visible == "off":
        return False  # Q13
    if message.sender == member.account or member.admin:
        return True
    if message.action is not None:
        nameless = message.action["type"] == "chat_invite_user" and "member_id" not in message.action  # Q23
        return nameless or abs(int(message.action.get("member_id", 0))) == community.id
    if message.text.startswith("/") or message.payload:
        return True  # a pressed text button mentions the bot by itself
    return any(int(found) == community.id for found in MENTION.findall(message.text[:4096]))


def is_mentioned(world: World, message: Message, user: int) -> bool:
    """Does this message notify the person? Whether mass mentions pass `disable_mentions` is Q10."""
    mass = "@" in message.text and MASS.search(message.text) is not None
    if message.mute_mentions:
        return mass and world.switches.mass_mention_passes == "on"
    return mass or f"[id{user}|" in message.text


def tell_of_message(world: World, message: Message) -> None:
    """Puts the new message into the queues of all who see it; a community without rights in a chat may miss it."""
    if message.sender > 0 and message.action is None:
        _read_by_writing(world, message)
    chat = message.thread.chat
    for account in world.participants(message.thread):
        if account > 0:
            world.mail(account, ("new", message))
            if chat is not None and account != message.sender and is_mentioned(world, message, account):
                message.thread.mentions.setdefault(account, []).append(message.cmid)
            continue
        community = world.communities[-account]
        if chat is not None and not reaches(world, community, chat.members[account], message):
            message.unseen_by.add(account)
            continue
        world.mail(account, ("new", message))
        if message.sender != account:
            content = {"message": message_content(world, message, account), "client_info": CLIENT_INFO}
            event(world, community.id, "message_new", content)
        elif chat is None or world.switches.chat_reply_events == "on":  # Q6
            event(world, community.id, "message_reply", message_content(world, message, account))


def _read_by_writing(world: World, message: Message) -> None:
    """Who writes has read what stands above; of a community's own marks nothing is known, so it is left alone."""
    thread, writer = message.thread, message.sender
    seen = thread.read.get(writer, 0)
    thread.read[writer] = message.cmid
    above = thread.messages[seen : message.cmid - 1]
    if any(earlier.sender != writer and world.sees(writer, earlier) for earlier in above):
        read(world, thread, writer, message.cmid - 1)


def tell_of_edit(world: World, message: Message) -> None:
    """Puts the edit into the queues; in chats a community hears of it by the switch Q6 only."""
    chat = message.thread.chat
    for account in world.participants(message.thread):
        if account > 0 or world.sees(account, message):
            world.mail(account, ("edit", message))
        told = chat is None or world.switches.chat_edit_events == "on"  # Q6
        if account < 0 and told and world.sees(account, message):
            event(world, -account, "message_edit", message_content(world, message, account))


def tell_of_deletion(world: World, message: Message, viewers: list[Account]) -> None:
    """Clients in the format of people learn it; a community's own poll never does: VK has no such event (delivery.md
    2.1)."""
    for account in viewers:
        world.mail(account, ("delete", message))


def read(world: World, thread: Thread, reader: Account, cmid: int) -> None:
    """The reader has read up to this number: everybody in the dialogue is told by an event."""
    thread.mentions.pop(reader, None)
    for account in world.participants(thread):
        world.mail(account, ("read", thread, reader, cmid))
        if account < 0 and account != reader and thread.chat is None and cmid > 0:
            message = thread.messages[cmid - 1]
            content = {
                "from_id": reader,
                "peer_id": world.peer_of(thread, account),
                "read_message_id": message.id,
                "conversation_message_id": cmid,
            }
            event(world, -account, "message_read", content)


def typing(world: World, thread: Thread, who: Account, kind: str) -> None:
    """Tells everybody else of the dialogue that somebody types or records."""
    for account in world.participants(thread):
        if account == who:
            continue
        world.mail(account, ("typing", thread, who, kind))
        if account < 0 and thread.chat is None:
            event(world, -account, "message_typing_state", {"state": kind, "from_id": who, "to_id": account})


def tell_of_press(world: World, press: Press, payload: Json | list[object] | str) -> None:
    """Puts the press of a callback button into the community's queue."""
    content: Json = {
        "user_id": press.user,
        "peer_id": world.peer_of(press.thread, -press.community),
        "event_id": press.event_id,
        "payload": payload,
    }
    if press.cmid:
        content["conversation_message_id"] = press.cmid
    event(world, press.community, "message_event", content)


def tell_of_reaction(world: World, message: Message, who: Account, reaction: int) -> None:
    """Puts the reaction into the queues; 0 for one that was taken away."""
    for account in world.participants(message.thread):
        world.mail(account, ("reaction", message))
        if account < 0 and account != who and world.sees(account, message):
            content = {
                "reacted_id": who,
                "peer_id": world.peer_of(message.thread, account),
                "cmid": message.cmid,
            }
            if reaction:
                content["reaction_id"] = reaction
            event(world, -account, "message_reaction_event", content)


def tell_of_allowing(world: World, group: int, user: int, key: str) -> None:
    event(world, group, "message_allow", {"user_id": user, "key": key})


def tell_of_denying(world: World, group: int, user: int) -> None:
    event(world, group, "message_deny", {"user_id": user})
