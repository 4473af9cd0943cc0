"""Changing what was written: edit, delete, pin, reactions, read marks, labels (vk-api.md 6.1)."""

from __future__ import annotations

from vk_emulator.acts import tell
from vk_emulator.acts.chats import may_rule, service
from vk_emulator.acts.keyboards import not_both, parse_keyboard, parse_template
from vk_emulator.acts.render import pinned_json
from vk_emulator.acts.rules import check_photos, checked_text, format_of, geo_of, may_write, usable_attachments
from vk_emulator.api.calls import Call, method
from vk_emulator.methods.history import visible
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Json, Message

EDIT_NAMES = {
    "both": ("cmid", "conversation_message_id"),
    "cmid": ("cmid",),
    "conversation_message_id": ("conversation_message_id",),
}


@method("messages.edit", "group", "user")
def edit(call: Call) -> int:
    """messages.edit; Refusal for others' messages, for stickers and voice, and for those that are too old."""
    world, params, account = call.world, call.params, call.account
    message = visible(call, params, *EDIT_NAMES[world.switches.edit_cmid_name])  # Q22
    if message.sender != account:
        raise Refusal(15)
    if message.action is not None or any(a.type in ("sticker", "audio_message") for a in message.attachments):
        raise Refusal(920)
    if world.clock.now() - message.posted > world.switches.edit_max_age:  # Q15
        raise Refusal(909)
    may_write(world, account, params.integer("peer_id"))
    drops = world.switches.edit_drops_omitted == "on"  # Q14
    text = checked_text(world, params.text("message"), account)
    attachments = usable_attachments(world, account, params.text("attachment"))
    keyboard, template = _buttons(call)
    if not params.has("attachment") and not drops:
        attachments = message.attachments
    geo = geo_of(params) or (None if drops else message.geo)
    keeps = params.flag("keep_forward_messages") or not drops
    if not (text.strip() or attachments or geo or (keeps and message.quotes)):
        raise bad_parameter("message is empty or invalid")
    at = world.clock.now()
    message.edits.append({"date": int(at), "at": at, "text": message.text, "keyboard": message.keyboard})
    message.text, message.attachments, message.geo = text, attachments, geo
    if not keeps:
        message.quotes = []
    if drops or keyboard is not None:
        message.keyboard = keyboard
    message.template, message.format_data = template, format_of(params)
    message.update_time = world.now()
    world.changes += 1
    tell.tell_of_edit(world, message)
    return 1


def _buttons(call: Call) -> tuple[Json | None, Json | None]:
    """The keyboard and the carousel of the call; none for a person."""
    params = call.params
    if call.account > 0 or not (params.has("keyboard") or params.has("template")):
        return None, None
    if not call.community.settings.get("bots_capabilities", True):
        raise Refusal(912)
    keyboard = parse_keyboard(params.text("keyboard")) if params.has("keyboard") else None
    template = parse_template(params.text("template")) if params.has("template") else None
    if template is not None:
        not_both(keyboard)
        check_photos(call.world, template)
    return keyboard, template


@method("messages.delete", "group", "user")
def delete(call: Call) -> object:
    """messages.delete, for everybody or for the caller only."""
    world, params = call.world, call.params
    for_all = params.flag("delete_for_all")
    if params.has("cmids"):
        peer = params.integer("peer_id")
        thread = world.thread_of(call.account, peer)
        cmids = params.integers("cmids", 100)
        pairs = [(cmid, world.find(call.account, thread, cmid)) for cmid in cmids]
        items = [_delete(call, message, for_all, peer, cmid) for cmid, message in pairs]
        return _deletion_answer(call, cmids, items)
    params.required_text("message_ids")
    numbers, items = params.integers("message_ids", 1000), []
    for number in numbers:
        message = world.find_by_id(call.account, number)
        peer = world.peer_of(message.thread, call.account) if message else 0
        items.append(_delete(call, message, for_all, peer, message.cmid if message else 0))
    return _deletion_answer(call, numbers, items)


def _deletion_answer(call: Call, numbers: list[int], items: list[Json]) -> object:
    """Up to 5.131 a 1 by each number that was deleted, and the error of one that may not be."""
    if call.version > (5, 131):
        return items
    for item in items:
        if item.get("error", {}).get("code") == 924:
            raise Refusal(924)
    return {str(number): item["response"] for number, item in zip(numbers, items, strict=True) if "response" in item}


def _delete(call: Call, message: Message | None, for_all: bool, peer: int, cmid: int) -> Json:
    """Deletes one message; what came of it."""
    world, account = call.world, call.account
    item: Json = {"peer_id": peer, "conversation_message_id": cmid}
    if message is None:
        return {**item, "error": {"code": 104, "description": "Not found"}}
    item["message_id"] = world.shown_id(message, account)
    if for_all and not _may_delete(call, message):
        return {**item, "error": {"code": 924, "description": "Can't delete this message for everybody"}}
    if for_all:
        viewers = world.participants(message.thread)
        message.deleted = True
        tell.tell_of_deletion(world, message, viewers)
    else:
        message.deleted_for.add(account)
        tell.tell_of_deletion(world, message, [account])
    world.changes += 1
    return {**item, "response": 1}


def _may_delete(call: Call, message: Message) -> bool:
    """Own messages for a day; a chat's administrators also those of others."""
    chat = message.thread.chat
    own = message.sender == call.account and call.world.clock.now() - message.posted <= 86400
    ruling = chat is not None and (chat.members[call.account].admin or chat.owner == call.account)
    return own or ruling


@method("messages.pin", "group", "user")
def pin(call: Call) -> Json:
    """messages.pin, with a service message in a chat."""
    message = visible(call, call.params, "cmid", "conversation_message_id")
    _may_pin(call, message.thread.chat is None, call.account, message)
    message.thread.pinned = message
    call.world.changes += 1
    if message.thread.chat is not None:
        action = {
            "type": "chat_pin_message",
            "member_id": call.account,
            "conversation_message_id": message.cmid,
        }
        service(call.world, message.thread.chat, call.account, {**action, "message": message.text[:40]})
    return pinned_json(call.world, message, call.account)


def _may_pin(call: Call, private: bool, account: Account, message: Message) -> None:
    if not private and message.thread.chat is not None:
        may_rule(message.thread.chat, account)


@method("messages.unpin", "group", "user")
def unpin(call: Call) -> int:
    """messages.unpin, with a service message in a chat."""
    thread = call.world.thread_of(call.account, call.params.integer("peer_id"))
    if thread.chat is not None:
        may_rule(thread.chat, call.account)
    pinned, thread.pinned = thread.pinned, None
    call.world.changes += 1
    if thread.chat is not None and pinned is not None:
        action = {"type": "chat_unpin_message", "member_id": call.account}
        service(call.world, thread.chat, call.account, {**action, "conversation_message_id": pinned.cmid})
    return 1


@method("messages.sendReaction", "group", "user")
def react(call: Call) -> int:
    """messages.sendReaction: one reaction of the caller, in place of an earlier one."""
    message = visible(call, call.params, "cmid")
    reaction = call.params.integer("reaction_id")
    if not 1 <= reaction <= 64:
        raise Refusal(1009)
    if message.action is not None:
        raise Refusal(1010)
    message.reactions[call.account] = reaction
    call.world.changes += 1
    tell.tell_of_reaction(call.world, message, call.account, reaction)
    return 1


@method("messages.deleteReaction", "group", "user")
def unreact(call: Call) -> int:
    """messages.deleteReaction; 0 where there was none."""
    message = visible(call, call.params, "cmid")
    if message.reactions.pop(call.account, None) is None:
        return 0
    tell.tell_of_reaction(call.world, message, call.account, 0)
    return 1


@method("messages.markAsRead", "group", "user")
def mark_as_read(call: Call) -> int:
    """Marks as read up to a message, by default up to the last one, and tells the others."""
    world, params = call.world, call.params
    thread = world.thread_of(call.account, params.integer("peer_id"))
    cmid = len(thread.messages)
    name = params.first("up_to_cmid", "start_cmid")
    if params.has(name):
        cmid = min(params.integer(name, low=0), cmid)
    elif params.has("start_message_id"):
        message = world.find_by_id(call.account, params.integer("start_message_id"))
        if message is not None and message.thread is thread:
            cmid = message.cmid
    if cmid > thread.read.get(call.account, 0):
        thread.read[call.account] = cmid
        world.changes += 1
        tell.read(world, thread, call.account, cmid)
    if params.flag("mark_conversation_as_read"):
        thread.answered.add(call.account)
        world.changes += 1
    return 1


@method("messages.setActivity", "group", "user")
def set_activity(call: Call) -> int:
    """Tells the others that the caller is typing or recording; error 100 for another kind."""
    kind = call.params.text("type", "typing")
    if kind not in ("typing", "audiomessage", "photo", "video", "file"):
        raise bad_parameter("type should be one of typing, audiomessage, photo, video, file")
    peer = call.params.integer(call.params.first("peer_id", "user_id"))
    may_write(call.world, call.account, peer)
    tell.typing(call.world, call.world.thread_of(call.account, peer), call.account, kind)
    return 1


@method("messages.markAsAnsweredConversation", "group", "user")
def mark_as_answered(call: Call) -> int:
    """Sets or takes away the caller's mark that the dialogue is answered."""
    thread = call.world.thread_of(call.account, call.params.integer("peer_id"))
    (thread.answered.add if call.params.flag("answered", True) else thread.answered.discard)(call.account)
    call.world.changes += 1
    return 1


@method("messages.markAsImportantConversation", "group", "user")
def mark_as_important(call: Call) -> int:
    """Sets or takes away the caller's mark that the dialogue is important."""
    thread = call.world.thread_of(call.account, call.params.integer("peer_id"))
    (thread.important.add if call.params.flag("important", True) else thread.important.discard)(call.account)
    call.world.changes += 1
    return 1
