"""Events: what VK tells, timers, and outcomes of what we sent.

Events are stored by name and version; a field may be added with a default, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from states.messages import Command, Location, Message
from states.people.comments import Marks, Silence
from states.people.officials import Member


@dataclass(frozen=True, slots=True)
class MessageNew:
    """A person wrote, to the community or in a chat."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A person changed a message. Nobody knows whether VK tells this of chats too (vk-api.md §3.2, Q6)."""

    message: Message


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A callback button. It must be answered within 60 s (vk-api.md §12.15); `cmid` is the message it stands on."""

    event_id: str
    peer: int
    user: int
    cmid: int
    command: Command
    at: datetime


class Did(StrEnum):
    """What an official does in the panel."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    MERGE = "merge"
    REMIND = "remind"
    ANSWER = "answer"
    INTERIM = "interim"
    ASK = "ask"
    CLOSE = "close"
    POSTPONE = "postpone"
    DECLINE = "decline"
    OUTSIDE = "outside"
    NOT_OURS = "not_ours"
    TEMPLATE = "template"
    REPEAT = "repeat"
    SEPARATE = "separate"
    BROADCAST = "broadcast"
    BLOCK = "block"
    UNBLOCK = "unblock"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    UNDO = "undo"
    REPLACE = "replace"
    ADD = "add"
    TO_ALL = "to_all"
    TO_ONE = "to_one"
    ANYWAY = "anyway"
    DROP = "drop"
    NOTE = "note"
    CONTACT = "contact"
    SEE = "see"
    HANDED_OVER = "handed_over"
    FALSE_ALARM = "false_alarm"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class PanelActed:
    """An official did something with a message in the panel, in the name of the chat `peer`. The panel has looked up
    that this person may; whether the message still allows it is asked when it is handled (R24).

    `whom` is what was chosen: an agency, the number of another message, a code of a reason, a canned answer, the number
    of a draft, words on their way. `text` is what was written, `until` a promised day. `seen`: what the page showed as
    said to the resident (answering.py `said_so_far`), empty where it does not say; `beside`: how the words go beside an
    answer that it showed on its way. `cmid`: the message of the chat in which files lie that go with
    the words, 0 without any.
    """

    peer: int
    user: int
    code: str
    did: Did
    at: datetime
    text: str = ""
    whom: str = ""
    until: datetime | None = None
    seen: str = ""
    beside: str = ""
    cmid: int = 0


@dataclass(frozen=True, slots=True)
class RequestPosted:
    """A message that an application has sent for its resident, whole and at once: what «Отправить» does with a draft.

    `source` is what a number is made of: below zero, for no message of VK stands behind it, and the same for the same
    request sent again. `app` is how the administrator has named the application.
    """

    user: int
    source: int
    app: str
    topic: str
    place: str
    text: str
    at: datetime
    address: str = ""
    location: Location | None = None


class ChatAction(StrEnum):
    """Service messages of a chat that mean something to us."""

    BOT_INVITED = "bot_invited"
    BOT_REMOVED = "bot_removed"
    MEMBER_CAME = "member_came"
    MEMBER_LEFT = "member_left"
    TITLE_CHANGED = "title_changed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A service message: who came, who left, a new title."""

    peer: int
    cmid: int
    author: int
    at: datetime
    action: ChatAction
    member: int = 0


@dataclass(frozen=True, slots=True)
class MessagesAllowed:
    """The resident opened the dialogue again; parked messages may go (vk-api.md §12.9)."""

    user: int


@dataclass(frozen=True, slots=True)
class MessagesDenied:
    """The resident closed the dialogue."""

    user: int


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer came due. `name` says which, `key` of whom or what."""

    name: str
    key: str
    peer: int
    at: datetime


class CommentChange(StrEnum):
    """What happened to a comment. `SEEN`: the wall itself shows it so, no event told it."""

    NEW = "new"
    EDITED = "edited"
    RESTORED = "restored"
    DELETED = "deleted"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class CommentTold:
    """A person's comment under a post of the community, without its words (R7). Of a deleted one only the number is
    known; `top` as in states/people/comments.py. `replies_to`: the comment that it answers, 0 where none. `answered`:
    the wall shows an answer of the community under it. The author of the community's own one is below zero."""

    comment: int
    post: int
    author: int
    at: datetime
    change: CommentChange
    top: int = 0
    marks: Marks = Marks()
    replies_to: int = 0
    answered: bool = False


class OnComment(StrEnum):
    """What an official does in the panel with a comment or its post."""

    INVITE = "invite"
    ANSWER = "answer"
    UNDO = "undo"
    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    MUTE = "mute"
    UNMUTE = "unmute"


@dataclass(frozen=True, slots=True)
class CommentActed:
    """It was pressed in the panel by somebody who may. `comment` is 0 where it is about the post; `text`: of an answer
    that everybody reads."""

    post: int
    comment: int
    user: int
    did: OnComment
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class PostTold:
    """A post of the community's wall, without its words: whether people may be invited under it."""

    post: int
    at: datetime
    silence: Silence = Silence.NONE


class DeliveryOutcome(StrEnum):
    """What became of an outgoing message."""

    SENT = "sent"
    RECIPIENT_CLOSED = "recipient_closed"
    CHAT_LOST = "chat_lost"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class DeliveryEnded:
    """An outgoing message with a report asked for was delivered, parked or set aside.

    `lost` names what could not be passed on (a video, a file VK would not give), in Russian, for both sides.
    """

    cause: str
    kind: str
    peer: int
    appeal: str
    outcome: DeliveryOutcome
    at: datetime
    code: int = 0
    cmid: int = 0
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RereadFailed:
    """VK would not give back messages that came before consent (design.md §12): the resident is asked again."""

    peer: int
    cmids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ErasureAsked:
    """A resident is to be erased who did not press «Да, удалить» in this dialogue: asked for by letter, or in another
    community of the same operator (R12)."""

    peer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What an official wrote, as it stands in VK now: None where it was deleted. `seen` is the digest of what it
    said when it was taken for an answer. Not `shown`: VK would not show that chat, so nothing is known of it."""

    peer: int
    appeal: str
    cmid: int
    seen: str
    message: Message | None
    shown: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RoutesChanged:
    """A chat was bound or the directory changed: waiting appeals may have somewhere to go now."""

    peer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MembersListed:
    """Who is in a bound chat (T5). An empty list proves nothing: VK shows none to a bot that is no administrator.

    `title` and `owner` (0 where it is nobody's VK shows) are asked for after binding only. Of a chat that is doubted
    (`Doubt`): `unread` messages were written there which VK does not show, `since` when the one before them was, `late`
    ones are read only now; `first`: from which number on that was looked at, 0 where it was not. `others`: other bots
    are in it, whose messages VK shows to no bot. `forgotten`: of the unread, those decided on before an older copy was
    put back (§13)."""

    peer: int
    members: tuple[Member, ...]
    at: datetime
    title: str = ""
    owner: int = 0
    unread: int = 0
    since: datetime | None = None
    late: int = 0
    others: bool = False
    first: int = 0
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class ChatUnseen:
    """VK does not show the bot something of a bound chat that is there: messages from `first` on, or the chat itself
    (0)."""

    peer: int
    at: datetime
    first: int = 0


@dataclass(frozen=True, slots=True)
class ChatRefused:
    """VK would not take words of ours in a chat, for a reason that lies in the chat."""

    peer: int
    at: datetime
    code: int = 0


@dataclass(frozen=True, slots=True)
class Poisoned:
    """An event of this peer was set aside after five tries (delivery.md §10): say that it is kept."""

    peer: int
    key: str
    at: datetime


class AlarmKind(StrEnum):
    """What a running bot may find wrong with itself (delivery.md §15)."""

    BOOKS = "books"
    HISTORY = "history"
    AUDIT = "audit"
    BACKUP = "backup"
    DISK = "disk"
    RESTORED = "restored"
    HEADS = "heads"
    UNCOMPARED = "uncompared"
    COMMUNITY = "community"
    SIGN_IN = "sign_in"
    DRILL = "drill"


TOLD_EACH_TIME = frozenset({AlarmKind.COMMUNITY, AlarmKind.SIGN_IN})
"""Each is another fault, so that one notice a day for its kind would hide the second."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """The bot's own checks found something that only people can mend. `detail`: numbers in Russian, never a text of a
    person. `whom`: who is told instead of the control centre."""

    kind: AlarmKind
    detail: str
    at: datetime
    whom: int = 0


@dataclass(frozen=True, slots=True)
class NotForUs:
    """Something VK sent that needs no decision; the reason is stored with it."""

    reason: str


Event = (
    MessageNew
    | MessageEdited
    | ButtonPressed
    | PanelActed
    | RequestPosted
    | ChatChanged
    | MessagesAllowed
    | MessagesDenied
    | TimerFired
    | CommentTold
    | CommentActed
    | PostTold
    | DeliveryEnded
    | RereadFailed
    | ErasureAsked
    | SourceRead
    | RoutesChanged
    | MembersListed
    | ChatUnseen
    | ChatRefused
    | Poisoned
    | Alarm
    | NotForUs
)
