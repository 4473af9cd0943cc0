"""What exists in the emulated VK: people, communities, chats, messages, files. Plain data without
behaviour; it must never do I/O and never know how VK words an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
CHAT_BASE = 2_000_000_000

# An account is a person (positive id) or a community (negative id), as `from_id` in VK.
Account = int


@dataclass(slots=True)
class User:
    """A person. `about` is for the page only, `profile` is what VK shows."""

    id: int
    first_name: str
    last_name: str
    about: str = ""
    chats: dict[int, Chat] = field(default_factory=dict)  # own number of the chat -> chat
    threads: list[Thread] = field(default_factory=list)
    profile: Json = field(default_factory=dict)  # sex, bdate, city and the names in other cases


@dataclass(slots=True)
class Community:
    """A community with its settings, managers, members and chats."""

    id: int
    name: str
    screen_name: str
    settings: Json = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)  # long-poll event flags (vk-api.md 2.16)
    managers: dict[int, str] = field(default_factory=dict)  # user id -> role
    members: list[int] = field(default_factory=list)
    chats: dict[int, Chat] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Attachment:
    """A file or another object that a message can carry. `path` is relative to the emulator's address."""

    type: str
    owner: Account
    id: int
    access_key: str
    maker: Account
    body: Json = field(default_factory=dict)
    path: str = ""
    public: bool = False
    likes: int = 0


@dataclass(slots=True, eq=False)
class Quote:
    """A forwarded or answered message as it was when it was quoted."""

    id: int
    cmid: int
    sender: Account
    date: int
    text: str
    thread: Thread
    attachments: list[Attachment]
    quotes: list[Quote]
    reply: Quote | None
    geo: Json | None
    payload: str


@dataclass(slots=True, eq=False)
class Message:
    """A message with all that VK keeps of it, for everybody who sees it alike."""

    id: int
    cmid: int
    thread: Thread
    sender: Account
    date: int
    text: str
    random_id: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    reply: Quote | None = None
    geo: Json | None = None
    payload: str = ""
    keyboard: Json | None = None
    template: Json | None = None
    action: Json | None = None
    update_time: int = 0
    admin_author: int = 0
    is_silent: bool = False
    deleted: bool = False
    deleted_for: set[Account] = field(default_factory=set)
    unseen_by: set[Account] = field(default_factory=set)  # communities that VK hides it from (3.2)
    reactions: dict[Account, int] = field(default_factory=dict)
    edits: list[Json] = field(default_factory=list)
    content_source: str = ""
    mute_mentions: bool = False
    posted: float = 0.0
    ref: str = ""  # of the link vk.me/…?ref=…&ref_source=… by which the person came (vk-api.md 3.2)
    ref_source: str = ""
    format_data: Json | None = None  # bold, italic … of the text


@dataclass(slots=True, eq=False)
class Thread:
    """The one ordered list of messages that all participants share; the cmid is the place in it."""

    members: tuple[Account, ...]  # of a private dialogue; empty for a chat
    chat: Chat | None = None
    messages: list[Message] = field(default_factory=list)
    read: dict[Account, int] = field(default_factory=dict)  # account -> cmid read up to
    by_random_id: dict[tuple[Account, int], Message] = field(default_factory=dict)
    keyboards: dict[Account, Json] = field(default_factory=dict)  # author -> current normal keyboard
    pinned: Message | None = None
    answered: set[Account] = field(default_factory=set)
    important: set[Account] = field(default_factory=set)
    mentions: dict[Account, list[int]] = field(default_factory=dict)  # unread cmids that mention the person


@dataclass(slots=True)
class Member:
    """One member of a chat: since when, by whom, and whether it is an administrator."""

    account: Account
    invited_by: Account
    joined: int
    since: int  # first cmid that this member sees
    admin: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A chat: each member knows it by a number of its own."""

    id: int  # the emulator's own number, never shown by VK's methods
    key: str
    title: str
    owner: Account
    thread: Thread
    members: dict[Account, Member] = field(default_factory=dict)
    numbers: dict[Account, int] = field(default_factory=dict)  # account -> its own number of this chat
    invite_key: str = ""
    agency: str = ""
    cur: bool = False
    left: dict[Account, str] = field(default_factory=dict)  # account -> "left" or "kicked"
    photo: str = ""  # the path of its picture


@dataclass(slots=True)
class Press:
    """A pressed callback button, alive for 60 seconds (vk-api.md 6.1)."""

    event_id: str
    user: int
    community: int
    thread: Thread
    cmid: int
    born: float
    answer: Json | None = None
    answered: bool = False
    label: str = ""  # of the button as it stood there
