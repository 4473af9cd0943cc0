"""messages.send (vk-api.md §4) with its rules for both sides. It must never post what `rules` refuses."""

from __future__ import annotations

from vk_emulator.acts import tell
from vk_emulator.acts.keyboards import not_both, parse_keyboard, parse_template
from vk_emulator.acts.rules import (
    INTENTS,
    check_pace,
    check_photos,
    checked_text,
    format_of,
    geo_of,
    may_write,
    read_quotes,
    usable_attachments,
)
from vk_emulator.api.calls import Call, method
from vk_emulator.api.params import Params, parse_json
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import CHAT_BASE, Account, Attachment, Json, Message, Thread
from vk_emulator.world.world import Draft, World

INT32 = 2**31


@method("messages.send", "group", "user")
def send(call: Call) -> object:
    """`messages.send`, to one dialogue or to several at once."""
    params = call.params
    several = _name_of_several(call)
    random_id = _random_id(call)
    _check_common(params)
    if not params.has(several):
        message = send_one(call, single_peer(call), random_id)
        return _answered_id(call, message)
    if call.account > 0:
        raise bad_parameter("peer_ids is available for community token only")
    peers = params.integers(several, 100)
    if not peers:
        raise bad_parameter(f"{several} is undefined")
    _check_whole(call)
    return [_item(call, peer, random_id) for peer in dict.fromkeys(peers)]


def _name_of_several(call: Call) -> str:
    """`user_ids` was the parameter until 5.138 (vk-api.md 4.1)."""
    if not call.params.has("user_ids"):
        return "peer_ids"
    if call.version >= (5, 138):
        raise bad_parameter("user_ids is deprecated, use peer_ids")
    return "user_ids"


def _random_id(call: Call) -> int:
    """Demanded since 5.90. Larger numbers overflow and are not refused (vk_api 212): vk-io's own go up to 1.7e16
    (vk-api.md 4.3), those of many small bots to 2**64."""
    params = call.params
    if "random_id" not in params.raw or params.text("random_id") == "":
        if call.version >= (5, 90):
            raise bad_parameter("random_id is a required parameter")
        return 0
    text = params.text("random_id")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 20 else params.integer("random_id")
    if number > 2**64:
        raise bad_parameter("random_id is invalid")
    return (number + INT32) % (2 * INT32) - INT32


def _check_whole(call: Call) -> None:
    """What is wrong with the message itself is the error of the call and not of each recipient: 100, 911, 914."""
    draft = Draft(text=checked_text(call.world, call.params.text("message"), call.account))
    attach_buttons(call, draft)
    bare = not any(call.params.has(name) for name in ("attachment", "forward", "forward_messages", "sticker_id", "lat"))
    if bare and not draft.text.strip():
        raise bad_parameter("message is empty or invalid")


def _check_common(params: Params) -> None:
    params.text("attachment", limit=9000)
    params.text("payload", limit=1000)
    if params.has("intent") and params.text("intent") not in INTENTS:
        raise bad_parameter("intent should be one of " + ", ".join(sorted(INTENTS)))
    if params.has("payload"):
        try:
            parse_json(params.text("payload"))
        except ValueError as error:
            raise bad_parameter("payload is not a valid json") from error
    source = params.object("content_source")
    if source is not None and source.get("type") not in ("message", "url"):
        raise bad_parameter("content_source is invalid")


def single_peer(call: Call) -> int:
    """The one recipient, by whichever of the four parameters names it; error 100 where none does."""
    params = call.params
    if params.has("peer_id"):
        return params.integer("peer_id")
    if params.has("user_id"):
        return params.integer("user_id")
    if params.has("chat_id"):
        return CHAT_BASE + params.integer("chat_id", low=1, high=100_000_000)
    if params.has("domain"):
        account = call.world.screen_names.get(params.text("domain"))
        if account is None:
            raise bad_parameter("domain is invalid")
        return account
    raise bad_parameter("you should specify peer_id, user_id, domain, chat_id or peer_ids param")


def _item(call: Call, peer: int, random_id: int) -> Json:
    """The answer for one recipient of `peer_ids`: its error sits inside the item (4.2)."""
    try:
        message = send_one(call, peer, random_id)
    except Refusal as refusal:
        error = {"code": refusal.code, "description": refusal.text}
        return {"peer_id": peer, "message_id": 0, "conversation_message_id": 0, "error": error}
    cmid = 0 if message is None else message.cmid
    return {"peer_id": peer, "message_id": _answered_id(call, message), "conversation_message_id": cmid}


def _answered_id(call: Call, message: Message | None) -> int:
    return 0 if message is None else call.world.shown_id(message, call.account)


def send_one(call: Call, peer: int, random_id: int) -> Message | None:
    """Posts to one peer; None is the switchable answer to a repeated `random_id` (Q2)."""
    world, account = call.world, call.account
    may_write(world, account, peer)
    thread = world.thread_of(account, peer, create=True)
    repeated = world.find_repeated(thread, account, random_id)
    if repeated is not None:
        world.hint(f"random_id {random_id} was used here within the hour: nothing new was sent; 0 sends each time")
        if world.switches.duplicate_random_id == "error":
            raise bad_parameter("random_id was used already")
        return repeated if world.switches.duplicate_random_id == "old" else None
    draft = draft_of(call, thread)
    draft.random_id = random_id
    come_by_link(call, thread, draft)
    check_pace(world, account, peer)
    message = world.post(thread, account, draft)
    tell.tell_of_message(world, message)
    return message


def draft_of(call: Call, thread: Thread) -> Draft:
    """The message as it would be posted, checked; error 100 for an empty one."""
    world, account, params = call.world, call.account, call.params
    quotes, reply = read_quotes(world, account, params, thread)
    draft = Draft(
        text=checked_text(world, params.text("message"), account),
        attachments=usable_attachments(world, account, params.text("attachment")),
        quotes=quotes,
        reply=reply,
        geo=geo_of(params),
        payload=params.text("payload"),
        is_silent=params.flag("silent"),
        content_source=params.text("content_source"),
        format_data=format_of(params),
        mute_mentions=params.flag("disable_mentions"),
    )
    if params.has("sticker_id"):
        draft.attachments.append(sticker(world, params.integer("sticker_id", low=1, high=10**9)))
    attach_buttons(call, draft)
    if not (draft.text.strip() or draft.attachments or quotes or draft.geo):
        raise bad_parameter("message is empty or invalid")
    return draft


def come_by_link(call: Call, thread: Thread, draft: Draft) -> None:
    """What VK's own client adds for a person who opened the dialogue by a link; VK has no such parameters."""
    if call.account > 0 and thread.chat is None and thread.members[0] < 0:
        draft.ref, draft.ref_source = call.params.text("ref", limit=255), call.params.text("ref_source", limit=255)


def attach_buttons(call: Call, draft: Draft) -> None:
    """Puts keyboard and carousel into the draft. Error 912 where the community has no abilities of bots; people send
    none."""
    params = call.params
    if call.account > 0 or not (params.has("keyboard") or params.has("template")):
        return
    if not call.community.settings.get("bots_capabilities", True):
        call.world.hint("`bots_capabilities` in the settings of the community is off")
        raise Refusal(912)
    if params.has("keyboard"):
        draft.keyboard = parse_keyboard(params.text("keyboard"))
    if params.has("template"):
        if not draft.text:
            raise bad_parameter("message is required with template")
        not_both(draft.keyboard)
        draft.template = parse_template(params.text("template"))
        check_photos(call.world, draft.template)


def sticker(world: World, number: int) -> Attachment:
    """The sticker as an attachment."""
    body: Json = {"product_id": 1, "sticker_id": number, "images": [], "images_with_background": []}
    body["inner_type"] = "base_sticker_new"
    return Attachment("sticker", 0, number, "", 0, body, public=True)


@method("emulator.sendAs", "control")
def send_as(call: Call) -> object:
    """`group_id`, `user_id`, `peer_id`, `message` …: an administrator answers by hand."""
    params = call.params
    group = params.integer("group_id")
    if group not in call.world.communities:
        raise bad_parameter("group_id is invalid")
    inner = Call(call.vk, -group, "messages.send", params, "group")
    thread = inner.world.thread_of(-group, params.integer("peer_id"), create=True)
    draft = draft_of(inner, thread)
    draft.admin_author = params.integer("user_id")
    message = inner.world.post(thread, -group, draft)
    tell.tell_of_message(inner.world, message)
    return {"message_id": message.id, "conversation_message_id": message.cmid}


def say(world: World, account: Account, peer: int, text: str) -> Message:
    """Posts a message of a person without HTTP: for the start of the demo."""
    thread = world.thread_of(account, peer, create=True)
    message = world.post(thread, account, Draft(text=text))
    tell.tell_of_message(world, message)
    return message
