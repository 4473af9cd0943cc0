"""The emulated VK itself: who exists, who wrote what to whom, what each account sees. Pure and synchronous;
it must never do I/O, look at the wall clock or draw chance from anything but its own seeded source."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from vk_emulator.world.callback_servers import Callbacks
from vk_emulator.world.clock import Clock
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.events import EventQueue
from vk_emulator.world.records import (
    CHAT_BASE,
    Account,
    Attachment,
    Chat,
    Community,
    Json,
    Message,
    Press,
    Quote,
    Thread,
    User,
)
from vk_emulator.world.switches import Switches
from vk_emulator.world.walls import Wall
from vk_emulator.world.working_days import Calendar

MAILBOX = 10**13
"""Between a community and its second queue, in the format of people."""


MOST_HINTS = 5


def owner_of(queue: Account) -> Account:
    """The account whose queue it is."""
    return queue + MAILBOX if queue < -MAILBOX // 2 else queue


@dataclass
class Draft:
    """A message that has passed the rules and waits to be posted."""

    text: str = ""
    random_id: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    reply: Quote | None = None
    geo: Json | None = None
    payload: str = ""
    keyboard: Json | None = None
    template: Json | None = None
    action: Json | None = None
    is_silent: bool = False
    content_source: str = ""
    mute_mentions: bool = False
    admin_author: int = 0
    ref: str = ""
    ref_source: str = ""
    format_data: Json | None = None


class World:
    """Everything that exists in the emulated VK, with its clock and its seeded chance."""

    def __init__(self, clock: Clock | None = None, seed: int = 0, switches: Switches | None = None) -> None:
        self.clock = clock or Clock()
        self.chance = random.Random(seed)
        self.switches = switches or Switches()
        self.calendar = Calendar()
        self.users: dict[int, User] = {}
        self.tokens: dict[str, str] = {}  # of the world file -> group-101, user-1001 …
        self.residents: set[int] = set()  # people who were in no chat when the world file was read
        self.communities: dict[int, Community] = {}
        self.screen_names: dict[str, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.chat_keys: dict[str, Chat] = {}
        self.invites: dict[str, Chat] = {}
        self.private: dict[tuple[Account, Account], Thread] = {}
        self.threads: list[Thread] = []
        self.by_id: dict[int, Message] = {}
        self.attachments: dict[tuple[str, int, int], Attachment] = {}
        self.queues: dict[Account, EventQueue] = {}
        self.mailboxes: set[Account] = set()  # communities that read in the format of people (vk-api.md 6.1)
        self.allowed: set[tuple[int, int]] = set()  # (community, user)
        self.blocked: dict[tuple[int, int], int] = {}  # (community, user) -> 900, 901 or 902
        self.presses: dict[str, Press] = {}
        self.walls: dict[Account, Wall] = {}
        self.wall_changes = 0  # for a page that shows walls
        self.sent_lately: dict[tuple[Account, int], list[float]] = {}
        self.callbacks = Callbacks()
        self.woken: set[Account] = set()  # accounts with new events, for whoever parks polls
        self.next_id = 1
        self.next_chat = 1
        self.next_file = 457_239_017
        self.base_url = ""
        self.secure = False  # who calls just now speaks TLS, and clients keep one agent for all addresses of VK
        self.changes = 0
        self.hints: list[str] = []  # what the call that runs just now has left unsaid in VK's own words

    # --- who exists -----------------------------------------------------------

    @property
    def address(self) -> str:
        """What an answer names as the server of a long poll or of uploads."""
        return f"https{self.base_url.removeprefix('http')}" if self.secure else self.base_url

    def add_user(self, user: User) -> User:
        """Adds the person, who is also found as id<number>."""
        self.users[user.id] = user
        self.screen_names[f"id{user.id}"] = user.id
        return user

    def add_community(self, community: Community) -> Community:
        """Adds the community, which is also found by its short name, club<number> and public<number>."""
        self.communities[community.id] = community
        for name in (community.screen_name, f"club{community.id}", f"public{community.id}"):
            self.screen_names[name] = -community.id
        return community

    def holder(self, account: Account) -> User | Community:
        """The person or community of this account; Refusal where there is none."""
        found = self.users.get(account) if account > 0 else self.communities.get(-account)
        if found is None:
            raise bad_parameter("user_id is invalid")
        return found

    def exists(self, account: Account) -> bool:
        """Whether there is such a person or community."""
        return account in self.users or (account < 0 and -account in self.communities)

    def hint(self, sentence: str) -> None:
        """VK would not say it; whoever tests a bot wants to know."""
        if sentence not in self.hints and len(self.hints) < MOST_HINTS:
            self.hints.append(sentence)

    def now(self) -> int:
        """The time in whole seconds since 1970."""
        return int(self.clock.now())

    def hex(self, length: int) -> str:
        """So many hex digits by seeded chance."""
        return f"{self.chance.getrandbits(length * 4):0{length}x}"

    # --- dialogues ------------------------------------------------------------

    def private_thread(self, first: Account, other: Account) -> Thread:
        """The dialogue of these two, begun where there is none."""
        key = (min(first, other), max(first, other))
        thread = self.private.get(key)
        if thread is None:
            thread = self.private[key] = Thread(members=key if first != other else (first,))
            self.threads.append(thread)
            for account in thread.members:
                self.holder(account).threads.append(thread)
        return thread

    def peek_private(self, account: Account, other: Account) -> Thread | None:
        """The dialogue of these two; None where nobody has begun one."""
        return self.private.get((min(account, other), max(account, other)))

    def chat_of(self, account: Account, peer: int) -> Chat:
        """The chat that this account numbers so; 917 when there is none or it is no longer in (5.1)."""
        chat = self.holder(account).chats.get(peer - CHAT_BASE)
        if chat is None or account not in chat.members:
            raise Refusal(917)
        return chat

    def thread_of(self, account: Account, peer: int, *, create: bool = False) -> Thread:
        """The dialogue that `account` calls `peer`; numbers of chats are local to the account (12.8)."""
        if peer > CHAT_BASE:
            return self.chat_of(account, peer).thread
        if peer == 0 or not self.exists(peer):
            if account < 0 and peer > 0:
                raise Refusal(901)
            raise bad_parameter("peer_id is invalid")
        if account < 0 and peer < 0:
            raise Refusal(932)
        if create:
            return self.private_thread(account, peer)
        return self.peek_private(account, peer) or Thread(members=(min(account, peer), max(account, peer)))

    def peer_of(self, thread: Thread, viewer: Account) -> int:
        """How the viewer numbers this dialogue."""
        if thread.chat is not None:
            number = thread.chat.numbers.get(viewer, 0)
            return CHAT_BASE + number if number else 0
        first, last = thread.members[0], thread.members[-1]
        return last if viewer == first else first

    def participants(self, thread: Thread) -> list[Account]:
        """Everybody in the dialogue or chat."""
        return list(thread.chat.members) if thread.chat is not None else list(thread.members)

    def sees(self, viewer: Account, message: Message) -> bool:
        """Whether the viewer sees the message: not deleted, and written while he was in the chat."""
        if message.deleted or viewer in message.deleted_for:
            return False
        chat = message.thread.chat
        if chat is None:
            return viewer in message.thread.members
        member = chat.members.get(viewer)
        if member is None or message.cmid < member.since:
            return False
        later = member.admin and self.switches.unheard_shown == "on"  # Q24
        return later or viewer not in message.unseen_by

    def find(self, viewer: Account, thread: Thread, cmid: int) -> Message | None:
        """The message of this number, if the viewer sees it; else None."""
        if not 1 <= cmid <= len(thread.messages):
            return None
        message = thread.messages[cmid - 1]
        return message if self.sees(viewer, message) else None

    def find_by_id(self, viewer: Account, message_id: int) -> Message | None:
        """The message that this viewer knows by this number; None where he does not see it or numbers differ."""
        message = self.by_id.get(message_id)
        if message is None or not self.sees(viewer, message) or self.shown_id(message, viewer) == 0:
            return None
        return message

    def shown_id(self, message: Message, viewer: Account) -> int:
        """0 in chats for communities, except in chats that the community owns (vk-api.md 3.2)."""
        chat = message.thread.chat
        return 0 if viewer < 0 and chat is not None and chat.owner != viewer else message.id

    # --- posting --------------------------------------------------------------

    def find_repeated(self, thread: Thread, sender: Account, random_id: int) -> Message | None:
        """The message that this `random_id` already made: last hour, last 100 messages (vk-api.md 4.1)."""
        if not random_id:
            return None
        switches = self.switches
        pool = [thread] if switches.dedup_scope == "dialogue" else self.holder(sender).threads
        for candidate in pool:
            message = candidate.by_random_id.get((sender, random_id))
            if message is None or self.clock.now() - message.posted >= switches.dedup_window:
                continue
            if len(candidate.messages) - message.cmid < switches.dedup_last:
                return message
        return None

    def post(self, thread: Thread, sender: Account, draft: Draft) -> Message:
        """Adds a message to a dialogue."""
        message = Message(
            id=self.next_id,
            cmid=len(thread.messages) + 1,
            thread=thread,
            sender=sender,
            date=self.now(),
            text=draft.text,
            random_id=draft.random_id,
            attachments=draft.attachments,
            quotes=draft.quotes,
            reply=draft.reply,
            geo=draft.geo,
            payload=draft.payload,
            keyboard=draft.keyboard,
            template=draft.template,
            action=draft.action,
            is_silent=draft.is_silent,
            content_source=draft.content_source,
            mute_mentions=draft.mute_mentions,
            admin_author=draft.admin_author,
            posted=self.clock.now(),
            ref=draft.ref,
            ref_source=draft.ref_source,
            format_data=draft.format_data,
        )
        self.next_id += 1
        thread.messages.append(message)
        self.by_id[message.id] = message
        if draft.random_id:
            thread.by_random_id[(sender, draft.random_id)] = message
        self._after_post(thread, message)
        return message

    def _after_post(self, thread: Thread, message: Message) -> None:
        sender = message.sender
        if message.keyboard is not None and not message.keyboard.get("inline"):
            thread.keyboards[sender] = message.keyboard
        if sender > 0:
            if message.payload:  # one_time keyboards go away when one of their buttons is pressed
                for author, keyboard in list(thread.keyboards.items()):
                    if keyboard.get("one_time"):
                        del thread.keyboards[author]
            if thread.chat is None and thread.members[0] < 0:
                self.allowed.add((-thread.members[0], sender))
                self.blocked.pop((-thread.members[0], sender), None)
            thread.answered.clear()
        else:
            thread.answered.add(sender)
        self.changes += 1

    def quote(self, message: Message) -> Quote:
        """The message as it is quoted in another one."""
        return Quote(
            id=message.id,
            cmid=message.cmid,
            sender=message.sender,
            date=message.date,
            text=message.text,
            thread=message.thread,
            attachments=list(message.attachments),
            quotes=message.quotes,
            reply=message.reply,
            geo=message.geo,
            payload=message.payload,
        )

    def wall_changed(self) -> None:
        """Counts a change, so that the world is saved and the page reads walls anew."""
        self.changes += 1
        self.wall_changes += 1

    # --- events ---------------------------------------------------------------

    def mail(self, account: Account, event: tuple[object, ...]) -> None:
        """An event in the format of people: to a person, or to a community that has asked for it."""
        if account > 0:
            self.emit(account, event)
        elif account in self.mailboxes:
            self.emit(account - MAILBOX, event)

    def queue(self, account: Account) -> EventQueue:
        """The events of the account, made empty if there were none."""
        queue = self.queues.get(account)
        if queue is None:
            queue = self.queues[account] = EventQueue(key_born=self.clock.now())
        return queue

    def emit(self, account: Account, event: object) -> None:
        """Puts an event into the account's queue and wakes its polls."""
        now = self.clock.now()
        queue = self.queue(account)
        queue.put(event, now, self.switches.lp_history_events)
        queue.forget(now - self.switches.lp_history_seconds)
        self.woken.add(account)
        self.changes += 1

    def poll_key(self, account: Account) -> str:
        """The long-poll key; it changes when the epoch does (`failed: 2`)."""
        return f"{abs(account):08x}{self.queue(account).key_epoch:032x}"

    # --- files ----------------------------------------------------------------

    def add_attachment(self, kind: str, owner: Account, maker: Account, body: Json, path: str) -> Attachment:
        """Adds a stored file or object under the next number, with an access key."""
        self.next_file += 1
        made = Attachment(kind, owner, self.next_file, self.hex(18), maker, body, path)
        self.attachments[(kind, owner, made.id)] = made
        self.changes += 1
        return made
