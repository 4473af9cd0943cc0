"""VK's JSON to values, twice: on arrival for the inbox, and inside the transaction that decides.

It must never raise: what it cannot read becomes `NotForUs` with a reason, and the raw text stays (T24).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.vk.payload import Signer
from handlers.resident.consent import let_in
from screening.danger import alarms
from states.events import (
    ButtonPressed,
    ChatAction,
    ChatChanged,
    Event,
    MessageEdited,
    MessageNew,
    MessagesAllowed,
    MessagesDenied,
    NotForUs,
)
from states.messages import APART, Attachment, Command, Location, Message, Reply, is_chat, is_person
from storage.db.transaction import Own
from storage.inbox.inbox import Arrived

Json = Mapping[str, Any]

DEEPEST_TEXT = 100_000
DEPTH, INSIDE, MOST_FILES = 2, 10, 50
"""How much of messages forwarded inside is read (T8)."""

PUBLIC = {"photo", "video", "audio", "doc", "wall", "market", "poll"}
"""Kinds that have an attachment string; without an access key they are public (vk-api.md §8.1)."""


def whole(value: object, default: int = 0) -> int:
    """An int whatever VK sent, of a size that no database and no sum of two minds."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return default
    return number if abs(number) < 2**53 else default


LARGEST_NUMBER = 2**31 - 1


def number_of(raw: Json, name: str = "conversation_message_id") -> int:
    """A message's number in its dialogue, or 0. A dialogue is read up to its last number, so no other is believed."""
    number = whole(raw.get(name))
    return number if 0 < number <= LARGEST_NUMBER else 0


def mapping(value: object) -> Json:
    """The object; empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def message_of(update: Json) -> Json:
    """The message inside an event: wrapped in `message_new`, bare in the others (vk-api.md §3.1)."""
    thing = mapping(update.get("object"))
    inner = thing.get("message")
    return inner if isinstance(inner, Mapping) else thing


# What makes an event the same event. By two ways, the long poll and Callback API, VK may tell of it under two event ids
# (vk-api.md §13 Q8), so whatever has a mark of its own is known by that:
#
#   m:<number>                            a message, also as history shows it (design.md §12)
#   b:<id of the press>                   a pressed button: the id that VK wants back with the answer
#   d:<number>:<time>:<of its content>    an edit; two within one second are two
#   r:<dialogue>:<number>                 a message of a human administrator
#   e:<event id>, h:<hash>                the rest. Told twice it does nothing twice: `message_allow` lets go what is
#                                         parked, `message_deny` and all others are ignored
#
# Presses and edits of an older program stand under e: and stay so: a key is only compared, never read, and what follows
# from a press or an edit has its cause by their own marks, so that one told again after an update says nothing twice.

LONGEST_ID = 64


def key_of(update: Json, raw: str) -> str:
    """VK's event id; where there is none, a hash of the event, so that a repeat is the same event."""
    event_id = update.get("event_id")
    if isinstance(event_id, str) and event_id:
        return f"e:{event_id[:LONGEST_ID]}"
    return f"h:{sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def key_of_press(thing: Json) -> str:
    """The key of a press in the inbox; empty where VK gave no id that could be one."""
    event_id = thing.get("event_id")
    plain = isinstance(event_id, str) and event_id.isascii() and event_id.isprintable()
    return f"b:{event_id}" if plain and event_id and len(str(event_id)) <= LONGEST_ID else ""


def key_of_edit(message: Json, signer: Signer, *, content: bool, danger: bool) -> str:
    """The key of an edit in the inbox. Of words that may not be kept no fingerprint is kept either (R7), but whether
    they told of a danger (R28)."""
    time = whole(message.get("update_time"))
    said = signer.fingerprint(essence(message)) if content else "danger" if danger else ""
    return f"d:{number_of(message)}:{time}:{said}" if time > 0 else ""


def essence(message: Json) -> str:
    """What a person may change by an edit, as text to compare. Addresses of files are not of it: VK makes them anew
    each time."""
    text, geo = message.get("text"), message.get("geo")
    files = [mapping(file) for file in list_or_empty(message.get("attachments"))[:MOST_FILES]]
    place = location(geo) if isinstance(geo, Mapping) else None
    return repr((text if isinstance(text, str) else "", [essence_of(file) for file in files], place))


def essence_of(file: Json) -> tuple[str, int, int, str]:
    """What makes an attachment the same one: its kind, owner and number, and of a link its address."""
    kind = file.get("type")
    body = mapping(file.get(kind)) if isinstance(kind, str) else {}
    return kind if isinstance(kind, str) else "", whole(body.get("owner_id")), whole(body.get("id")), link_address(file)


def moment(value: object) -> datetime | None:
    """The moment of VK's seconds; None for what is none."""
    seconds = whole(value)
    if not 0 < seconds < 2**33:
        return None
    return datetime.fromtimestamp(seconds, UTC)


# At the door.


def arrived_event(update: object, signer: Signer, *, consented: bool, chat_bound: bool) -> Arrived:
    """An event as a row of the inbox. Content of people without consent and of unknown chats is dropped (R7, I11)."""
    known = mapping(update)
    kind = str(known.get("type"))
    message = message_of(known)
    peer, cmid = whole(message.get("peer_id")), number_of(message)
    if kind == "message_new" and peer > 0 and cmid > 0:
        return arrived_message(message, consented=consented, chat_bound=chat_bound)
    raw = event_json(update, lambda: {"type": kind, "object": shallow(message)})
    if kind == "message_event":
        thing = mapping(known.get("object"))
        key = key_of_press(thing) or key_of(known, raw)
        return Arrived("button", whole(thing.get("peer_id")), key, raw, whole(thing.get("user_id")))
    if kind == "message_edit" and peer > 0 and cmid > 0:
        content = chat_bound if is_chat(peer) else consented
        return arrived_edit(known, raw, signer, content=content)
    thing = mapping(known.get("object"))
    user = whole(thing.get("user_id")) or whole(thing.get("from_id")) or peer
    stripped = {
        "type": kind,
        "object": {name: thing[name] for name in ("user_id", "from_id", "peer_id") if name in thing},
    }
    key = f"r:{peer}:{cmid}" if kind == "message_reply" and peer > 0 and cmid > 0 else key_of(known, raw)
    return Arrived("event", user, key, json.dumps(stripped), user)


def arrived_edit(known: Json, raw: str, signer: Signer, *, content: bool) -> Arrived:
    """The row of the inbox for an edit; without `content` only that it was edited, and the mark of danger."""
    message = message_of(known)
    peer = whole(message.get("peer_id"))
    danger = danger_mark(message, peer)
    kept = raw if content else json.dumps({"type": "message_edit", "object": {**bare(message), **danger}})
    key = key_of_edit(message, signer, content=content, danger=bool(danger)) or key_of(known, raw)
    at = moment(message.get("update_time"))
    return Arrived("edit", peer, key, kept, whole(message.get("from_id")), at=at, content=content)


def arrived_message(message: Json, *, consented: bool, chat_bound: bool) -> Arrived:
    """A message from an event or from history; both give the same row (design.md §12: identity is peer and cmid)."""
    peer, cmid = whole(message.get("peer_id")), number_of(message)
    content = chat_bound if is_chat(peer) else consented
    kept = message if content else {**bare(message), **allowed_text(message, peer), **danger_mark(message, peer)}
    whole_of_it = not message.get("is_cropped")
    raw = event_json(as_new_message(kept), lambda: as_new_message(shallow(kept)))
    return Arrived(
        "message",
        peer,
        f"m:{cmid}",
        raw,
        whole(message.get("from_id")),
        cmid,
        moment(message.get("date")),
        content=content,
        wanted=content and not whole_of_it,
    )


def as_new_message(message: Json) -> Json:
    """The message as the event that the long poll would have brought."""
    return {"type": "message_new", "object": {"message": message}}


def event_json(event: object, simpler: Callable[[], object]) -> str:
    """The event as it is kept. What is nested too deep to be written keeps what stands outermost (T8, T24)."""
    try:
        return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return json.dumps(simpler(), ensure_ascii=False, separators=(",", ":"))


def shallow(thing: Json) -> Json:
    """The object without inner objects and lists."""
    return {name: inner for name, inner in thing.items() if not isinstance(inner, Mapping | list)}


REF = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NAMED = re.compile(r"^(?:Ответ на сообщение )?№(\d{4}-[2-9A-HJ-NP-Z]{4})$", re.MULTILINE)
"""How a message of ours to a resident names the one appeal that it is about."""
"""A code of the directory. What else stands in a link may be anything, and is not kept before consent (R7)."""

BARE = ("id", "peer_id", "from_id", "conversation_message_id", "date", "update_time", "out", "payload")


def bare(message: Json) -> dict[str, Any]:
    """Ids, times, the button's payload, the code of the link: all that is kept before consent (R7). A long payload is
    no button."""
    kept = {name: message[name] for name in BARE if name in message and isinstance(message[name], int | str)}
    if isinstance(kept.get("payload"), str) and len(kept["payload"]) > 300:
        del kept["payload"]
    if isinstance(ref := message.get("ref"), str) and REF.fullmatch(ref):
        kept["ref"] = ref
    if isinstance(message.get("action"), Mapping):
        action = message["action"]
        kept["action"] = {name: action[name] for name in ("type", "member_id") if name in action}
    return kept


def allowed_text(message: Json, peer: int) -> dict[str, str]:
    """The only words kept: the consent, what works in any state (R12), a code in a chat that is not bound (T4)."""
    text = message.get("text")
    if not isinstance(text, str):
        return {}
    if is_chat(peer):
        spoken = without_mention(text)
        return {"text": spoken[:100]} if spoken.casefold().startswith("/код") else {}
    kept = let_in(text)
    return {"text": kept} if kept else {}


def danger_mark(message: Json, peer: int) -> dict[str, bool]:
    """Whether what is not kept told of people in danger: 112 is said before consent too (R28). One mark without its
    kind is no content (R7); hazards and crimes are read after the consent."""
    if not is_person(peer):
        return {}
    text = message.get("text")
    spoken = text if isinstance(text, str) else ""
    words = APART.join((spoken, *quoted_words(spoken, message, forwarded_inside(message))))
    return {"danger": True} if alarms(words) else {}


# Inside a transaction.


def event_of(kind: str, raw: str, signer: Signer, *, content: bool) -> Event:
    """The event in a stored row from outside. A button counts only when `signer` knows it as its own (T3)."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        return NotForUs("не JSON")
    known = mapping(update)
    match kind:
        case "message":
            inner = message_of(known)
            action = inner.get("action")
            if isinstance(action, Mapping) and is_chat(whole(inner.get("peer_id"))):
                return chat_changed(inner, action)
            if whole(inner.get("out")) or whole(inner.get("from_id")) <= 0:
                return NotForUs("написало сообщество или бот")
            return MessageNew(message(inner, signer, content=content))
        case "edit":
            return MessageEdited(message(message_of(known), signer, content=content, edited=True))
        case "button":
            return button(mapping(known.get("object")), signer)
        case _:
            name, user = str(known.get("type"))[:60], whole(mapping(known.get("object")).get("user_id"))
            if name == "message_allow" and user > 0:
                return MessagesAllowed(user)
            if name == "message_deny" and user > 0:
                return MessagesDenied(user)
            return NotForUs(f"событие {name}")


def chat_changed(raw: Json, action: Json) -> ChatChanged:
    """What a service message says of the chat: who came or left, a new title, anything else."""
    kind, member = str(action.get("type")), whole(action.get("member_id"))
    invited = kind.startswith("chat_invite_user")
    if member < 0:
        known = ChatAction.BOT_INVITED if invited else ChatAction.BOT_REMOVED if "kick" in kind else ChatAction.OTHER
    elif invited:
        known = ChatAction.MEMBER_CAME
    elif "kick" in kind:
        known = ChatAction.MEMBER_LEFT
    else:
        known = ChatAction.TITLE_CHANGED if "title" in kind else ChatAction.OTHER
    at = moment(raw.get("date")) or datetime.fromtimestamp(0, UTC)
    cmid = number_of(raw)
    return ChatChanged(whole(raw.get("peer_id")), cmid, whole(raw.get("from_id")), at, known, member)


def message(raw: Json, signer: Signer, *, content: bool, edited: bool = False) -> Message:
    """A message from VK's JSON; its words only where `content` says so."""
    peer = whole(raw.get("peer_id"))
    text = raw.get("text")
    stamp = raw.get("update_time") if edited else raw.get("date")
    spoken = text[:DEEPEST_TEXT] if isinstance(text, str) else ""
    geo, forwards, ref = raw.get("geo"), raw.get("fwd_messages"), raw.get("ref")
    answered = mapping(raw.get("reply_message"))
    inside = forwarded_inside(raw) if forwards and not is_chat(peer) else []
    files = [file for source in (raw, *inside[:INSIDE]) for file in list_or_empty(source.get("attachments"))]
    cmid, author, said = number_of(answered), whole(answered.get("from_id")), answered.get("text")
    # In a chat a card is found by its place alone, for many stand there.
    named = _NAMED.search(said) if author < 0 and not is_chat(peer) and isinstance(said, str) else None
    return Message(
        peer=peer,
        cmid=number_of(raw),
        author=whole(raw.get("from_id")),
        at=moment(stamp) or moment(raw.get("date")) or datetime.fromtimestamp(0, UTC),
        text=without_mention(spoken) if is_chat(peer) else spoken,
        attachments=tuple(attachment(mapping(file)) for file in files[:MOST_FILES]),
        location=location(geo) if isinstance(geo, Mapping) else None,
        command=signer.command(peer, raw.get("payload")),
        reply=Reply(cmid, author, named[1] if named else "") if cmid else None,
        forwarded=len(forwards) if isinstance(forwards, list) else 0,
        quoted=quoted_words(spoken, raw, inside) if files and not is_chat(peer) or inside else (),
        content=content,
        danger=not content and raw.get("danger") is True,
        late=raw.get("late") is True,
        ref=ref if isinstance(ref, str) and not is_chat(peer) and REF.fullmatch(ref) else "",
    )


def list_or_empty(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def forwarded_inside(raw: Json, depth: int = DEPTH) -> list[Json]:
    """The messages forwarded inside this one, two levels of them (T8)."""
    found: list[Json] = []
    for forwarded in list_or_empty(raw.get("fwd_messages"))[:MOST_FILES] if depth else ():
        found += [mapping(forwarded), *forwarded_inside(mapping(forwarded), depth - 1)]
    return found


def quoted_words(spoken: str, raw: Json, inside: Sequence[Json]) -> tuple[str, ...]:
    """The words of messages and posts inside, how many more there are, and addresses that are in no words."""
    files = [mapping(file) for source in (raw, *inside[:INSIDE]) for file in list_or_empty(source.get("attachments"))]
    told = (*inside[:INSIDE], *posts(files)[:INSIDE])
    words = [text[:DEEPEST_TEXT] for source in told if isinstance(text := source.get("text"), str) and text.strip()]
    more = [f"ещё {len(inside) - INSIDE}"] if len(inside) > INSIDE else []
    said = "\n".join((spoken, *words)).casefold()
    links = [address for file in files if (address := link_address(file)) and bare_address(address) not in said]
    return (*words, *more, *links[:INSIDE])


def posts(files: Sequence[Json]) -> list[Json]:
    """Posts of walls, and what they repeat."""
    found = [mapping(file.get("wall")) for file in files if file.get("type") == "wall"]
    return [post for own in found for post in (own, *map(mapping, list_or_empty(own.get("copy_history"))[:1]))]


def link_address(file: Json) -> str:
    """The address to which a link leads that VK has made an attachment; "" for another file."""
    url = mapping(file.get("link")).get("url") if file.get("type") == "link" else ""
    return url[:300] if isinstance(url, str) else ""


def bare_address(url: str) -> str:
    """The address in small letters without its scheme and the slash at its end, to be compared."""
    return url.rpartition("://")[2].rstrip("/").casefold()


def without_mention(text: str) -> str:
    """The text without a leading mention of any community, `[club1|…]` or `[public1|…]`; in chats one stands before the
    words (vk-api.md §11)."""
    if text.startswith(("[club", "[public")):
        _, closed, rest = text.partition("]")
        if closed:
            return rest.lstrip(" ,\n")
    return text


def attachment(raw: Json) -> Attachment:
    """An unknown kind is data, not an error (vk-api.md §3.2)."""
    kind = raw.get("type")
    kind = kind[:40] if isinstance(kind, str) and kind else "unknown"
    body = mapping(raw.get(kind))
    title = body.get("title")
    return Attachment(kind, title[:200] if isinstance(title, str) else "", reference(kind, body))


def reference(kind: str, body: Json) -> str | None:
    """The reference by which a public attachment is sent again; None where it has none."""
    owner, number = whole(body.get("owner_id") or body.get("to_id")), whole(body.get("id"))
    if kind not in PUBLIC or body.get("access_key") or not owner or not number:
        return None
    return f"{kind}{owner}_{number}"


def location(raw: Json) -> Location | None:
    """The place of VK's geo; None for coordinates that are none."""
    coordinates = mapping(raw.get("coordinates"))
    latitude, longitude = coordinates.get("latitude"), coordinates.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    title = mapping(raw.get("place")).get("title")
    return Location(float(latitude), float(longitude), title[:200] if isinstance(title, str) else "")


def button(thing: Json, signer: Signer) -> Event:
    """A pressed button. A button that is not ours means nothing, but the person who pressed it hears so (T3)."""
    event_id = thing.get("event_id")
    # It becomes part of a cause, and goes back to VK as it came: what no database takes is no number of VK's (T24).
    if not isinstance(event_id, str) or not (event_id.isascii() and event_id.isprintable() and event_id):
        return NotForUs("нажатие без номера")
    peer, user = whole(thing.get("peer_id")), whole(thing.get("user_id"))
    if peer <= 0 or user <= 0:
        return NotForUs("нажатие без смысла")
    pressed = signer.command(peer, thing.get("payload")) or Command("")
    at = datetime.fromtimestamp(0, UTC)
    return ButtonPressed(event_id[:200], peer, user, number_of(thing), pressed, at)


PASSING = ("message_read", "message_typing_state")
"""Where a community has these events switched on, each message of ours brings one, and nothing ever follows."""


def is_for_nobody(update: object, signer: Signer) -> bool:
    """What becomes no row: our own message coming back as `message_reply`, of which only the number is learned; that
    somebody reads or types; a pressed button that this bot never made, of which anybody can send thousands (T3, T9).

    What a human administrator wrote in the community's name is kept (T19).
    """
    known = mapping(update)
    if known.get("type") in PASSING:
        return True
    if known.get("type") == "message_event":
        thing = mapping(known.get("object"))
        return signer.command(whole(thing.get("peer_id")), thing.get("payload")) is None
    raw = message_of(known)
    return known.get("type") == "message_reply" and whole(raw.get("random_id")) != 0 and not raw.get("admin_author_id")


def own_message(update: object) -> Own | None:
    """A message that the community itself wrote, from `message_reply`."""
    known = mapping(update)
    if known.get("type") != "message_reply":
        return None
    raw = message_of(known)
    mine = own_of(whole(raw.get("peer_id")), raw)
    return mine if mine.peer and mine.cmid > 0 else None


def own_of(peer: int, raw: Json) -> Own:
    """Such a message of this dialogue, as history and events tell it."""
    return Own(peer, number_of(raw), whole(raw.get("random_id")))
