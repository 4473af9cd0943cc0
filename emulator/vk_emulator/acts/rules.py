"""What VK takes and refuses in a message (vk-api.md §4, §5.1, §8). Pure: it reads the world and must never
change it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from vk_emulator.acts.objects import body_of
from vk_emulator.api.params import Params
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import CHAT_BASE, Account, Attachment, Json, Message, Quote, Thread
from vk_emulator.world.switches import Switches
from vk_emulator.world.world import World

MAX_ATTACHMENTS = 10
MAX_FORWARDS, MAX_DEPTH, MAX_ALL = 100, 45, 500
KINDS = "photo|video|audio|doc|wall|market|poll|question|audio_message|graffiti|story|link|sticker"
ATTACHMENT = re.compile(rf"^({KINDS})(-?\d{{1,18}})_(\d{{1,18}})(?:_([\w-]{{1,64}}))?$")
INTENTS = frozenset(
    {
        "account_update",
        "bot_ad_invite",
        "bot_ad_promo",
        "confirmed_notification",
        "customer_support",
        "default",
        "finance_notification",
        "game_notification",
        "moderated_newsletter",
        "non_promo_newsletter",
        "promo_newsletter",
        "purchase_update",
    }
)


def text_length(switches: Switches, text: str) -> int:
    """How long VK counts the text: in UTF-16 units, bytes or characters, by the switch Q4."""
    if switches.text_unit == "utf16":  # Q4
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if switches.text_unit == "byte":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text)


def checked_text(world: World, text: str, sender: Account) -> str:
    """The text as it is stored. Error 914 where it is too long; mentions of people become links."""
    if text_length(world.switches, text) > world.switches.text_limit:  # Q5
        raise Refusal(914)
    if world.switches.send_decodes_entities == "on":  # Q19
        text = html.unescape(text)
    return with_mentions(world, text) if sender > 0 and "@" in text else text


def with_mentions(world: World, text: str) -> str:
    """`@club101` typed by a person becomes `[club101|@screen]` as in VK's clients (vk-api.md §11, Q23)."""

    def mention(found: re.Match[str]) -> str:
        account = world.screen_names.get(found[1])
        if account is None:
            return found[0]
        label = f"@{found[1]}"
        if account < 0 and world.switches.mention_prefix == "name":
            label = world.communities[-account].name
        elif account < 0:
            label = f"@{world.communities[-account].screen_name}"
        return f"[{'id' if account > 0 else 'club'}{abs(account)}|{label}]"

    return re.sub(r"(?<![\w|\[])@(\w{3,64})(?!\w)", mention, text)


def usable_attachments(world: World, account: Account, text: str) -> list[Attachment]:
    """The attachments that this account may use; private objects of others are dropped silently (4.1)."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MAX_ATTACHMENTS:
        raise bad_parameter(f"attachment: at most {MAX_ATTACHMENTS}")
    found: list[Attachment] = []
    for part in parts:
        match = ATTACHMENT.match(part)
        if match is None:
            continue
        kind, owner, number, key = match[1], int(match[2]), int(match[3]), match[4] or ""
        candidates = (kind, "audio_message", "graffiti") if kind == "doc" else (kind,)
        for name in candidates:  # voice messages and graffiti are technically docs (8.1)
            attachment = world.attachments.get((name, owner, number))
            if attachment is not None and may_attach(world, account, attachment, key):
                found.append(attachment)
        if not any((name, owner, number) in world.attachments for name in candidates):
            found += unknown(world, kind, owner, number, key)
    return found


def unknown(world: World, kind: str, owner: Account, number: int, key: str) -> list[Attachment]:
    """The attachments for a name that nobody has here: none where its owner is of this world, but under a switch; what
    belongs to another world, as a bot names it from its own VK, is taken as it is named."""
    if world.exists(owner) and world.switches.unknown_attachments == "dropped":
        named = f"{kind}{owner}_{number}"
        world.hint(f"{named} is not in this world and was left out: add it to `objects`, or unknown_attachments=taken")
        return []
    return [Attachment(kind, owner, number, key, owner, body_of(kind, "", world.now(), owner), public=not key)]


def may_attach(world: World, account: Account, attachment: Attachment, key: str) -> bool:
    """Whether the account may use the attachment: its own, a public one, or by its access key."""
    if attachment.public or account in (attachment.owner, attachment.maker):
        return True
    if account > 0:
        return key == attachment.access_key
    return (
        attachment.type == "doc"
        and world.switches.private_doc_attachable == "on"  # Q16
        and key == attachment.access_key
    )


def read_quotes(world: World, account: Account, params: Params, home: Thread) -> tuple[list[Quote], Quote | None]:
    """Forwards and reply out of `forward`, `forward_messages` and `reply_to`."""
    quotes: list[Quote] = []
    reply: Quote | None = None
    forward = params.object("forward")
    if forward is not None:
        messages = messages_to_forward(world, account, forward)
        if Params(forward).flag("is_reply"):
            if len(messages) != 1 or messages[0].thread is not home:
                raise bad_parameter("forward: reply should be one message of the same chat")
            reply = reply_quote(world, messages[0])
        else:
            quotes = [world.quote(message) for message in messages]
    for number in params.integers("forward_messages", 1000):
        message = world.find_by_id(account, number)
        if message is None:
            raise Refusal(921)
        quotes.append(world.quote(message))
    if params.has("reply_to"):
        message = world.find_by_id(account, params.integer("reply_to"))
        if message is None or message.thread is not home:
            raise bad_parameter("reply_to have to be message from same chat")
        reply = reply_quote(world, message)
    check_size(quotes + ([reply] if reply else []), len(quotes))
    return quotes, reply


def messages_to_forward(world: World, account: Account, forward: Json) -> list[Message]:
    """The messages that `forward` names. Error 921 for another's dialogue or one that the account does not see."""
    params = Params(forward)
    owner = params.integer("owner_id", 0)
    if owner not in (0, account):
        raise Refusal(921)
    if params.has("message_ids"):
        ids = params.integers("message_ids", 1000)
        by_id = [world.find_by_id(account, number) for number in ids]
        return [message for message in by_id if message is not None] if all(by_id) else _unforwardable()
    cmids = params.integers(params.first("conversation_message_ids", "cmids"), 1000)
    if not cmids:
        raise bad_parameter("forward: no messages")
    thread = world.thread_of(account, params.integer("peer_id"))
    return [one_forwarded(world, account, thread, cmid) for cmid in cmids]


def reply_quote(world: World, message: Message) -> Quote:
    """A reply shows the message it answers, not what that one answered: a long talk does not nest."""
    return replace(world.quote(message), reply=None)


def _unforwardable() -> list[Message]:
    """Refuses to forward (error 921)."""
    raise Refusal(921)


def one_forwarded(world: World, account: Account, thread: Thread, cmid: int) -> Message:
    """The message to forward; what a deleted or a service message does is the switch Q17."""
    raw = thread.messages[cmid - 1] if 1 <= cmid <= len(thread.messages) else None
    odd = raw is not None and (raw.deleted or raw.action is not None)
    if raw is not None and odd and world.switches.forward_odd_messages != "ok":  # Q17
        raise Refusal(int(world.switches.forward_odd_messages))
    message = world.find(account, thread, cmid)
    if message is None:
        raise Refusal(921)
    return message


def check_size(quotes: list[Quote], top: int) -> None:
    """Refuses with error 913 more forwarded messages, or deeper ones, than VK takes."""
    if top > MAX_FORWARDS:
        raise Refusal(913)
    total, level, depth = 0, quotes, 0
    while level:
        total, depth = total + len(level), depth + 1
        if total > MAX_ALL or depth > MAX_DEPTH:
            raise Refusal(913)
        level = [inner for quote in level for inner in [*quote.quotes, quote.reply] if inner is not None]


def check_photos(world: World, template: Json) -> None:
    """A carousel's photos exist and are 13:8, at least 221×136 (vk-api.md §7)."""
    for element in template["elements"]:
        if not element.get("photo_id"):
            continue
        found = ATTACHMENT.match(f"photo{element['photo_id']}")
        photo = world.attachments.get(("photo", int(found[2]), int(found[3]))) if found else None
        if photo is None and found and unknown(world, "photo", int(found[2]), int(found[3]), ""):
            continue
        width, height = photo_edges(photo)
        if width < 221 or height < 136 or abs(width * 8 - height * 13) > 13:
            raise Refusal(911, "Keyboard format is invalid: photo should be 13:8 and at least 221×136")


def photo_edges(photo: Attachment | None) -> tuple[int, int]:
    """Width and height of the photo's largest size in pixels; (0, 0) without a photo."""
    sizes = photo.body.get("sizes", []) if photo is not None else []
    return max(((size["width"], size["height"]) for size in sizes), default=(0, 0))


STYLES = ("bold", "italic", "underline", "url")


def format_of(params: Params) -> Json | None:
    """Parts of the text by offset and length in UTF-16 units (vk-api.md 4.1)."""
    given = params.object("format_data")
    if given is None:
        return None
    items = given.get("items")
    if not isinstance(items, list) or not all(_is_style(item) for item in items):
        raise bad_parameter("format_data is invalid")
    return given


def _is_style(item: object) -> bool:
    if not isinstance(item, dict) or item.get("type") not in STYLES:
        return False
    whole = all(isinstance(item.get(name), int) and item[name] >= 0 for name in ("offset", "length"))
    return whole and (item["type"] != "url" or isinstance(item.get("url"), str))


def geo_of(params: Params) -> Json | None:
    """The point that `lat` and `long` give; None where neither is there."""
    if not params.has("lat") and not params.has("long"):
        return None
    latitude, longitude = params.number("lat", -90, 90), params.number("long", -180, 180)
    return {"type": "point", "coordinates": {"latitude": latitude, "longitude": longitude}}


def may_write(world: World, account: Account, peer: int) -> None:
    """Refuses with 900, 901, 902 or 917 when this account can't write to this peer now."""
    if peer > CHAT_BASE:
        chat = world.holder(account).chats.get(peer - CHAT_BASE)
        if chat is not None and chat.left.get(account) == "left" and account not in chat.members:
            raise Refusal(922 if account > 0 else 917)
        world.chat_of(account, peer)
    elif account < 0 and peer > 0:
        code = world.blocked.get((-account, peer), 0)
        if code or (-account, peer) not in world.allowed:
            world.hint(why_not_to(account, peer, code))
            raise Refusal(code or 901)
    elif -peer in world.communities and not world.communities[-peer].settings.get("messages", True):
        raise Refusal(902)


def why_not_to(account: Account, peer: int, code: int) -> str:
    """The hint beside VK's error: why the community may not write to this person, and how to change it."""
    if code:
        return f"{peer} has blocked the community by emulator.setBlocked"
    return f"{peer} has not written to community {-account}: let them write first, or name them in `allowed`"


def check_pace(world: World, account: Account, peer: int) -> None:
    """Q9: limits per peer and per sender in an hour, when their switches are on."""
    switches = world.switches
    if not switches.flood_limit and not switches.spam_limit:
        return
    now = world.clock.now()
    for key, limit, code in (
        ((account, peer), switches.flood_limit, 9),
        ((account, 0), switches.spam_limit, 984),
    ):
        if not limit:
            continue
        recent = [moment for moment in world.sent_lately.get(key, []) if now - moment < 3600]
        if len(recent) >= limit:
            world.sent_lately[key] = recent
            raise Refusal(code)
        world.sent_lately[key] = [*recent, now]
