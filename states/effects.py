"""Effects of a decision, as data. The shell carries them out; they are stored by name and version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from states.screen import Keyboard


class Priority(IntEnum):
    """Classes of delivery.md §11; smaller goes first."""

    DIALOGUE = 0
    ANSWER = 1
    CARD = 2
    NOTICE = 3


DATA = "data"
"""The document with everything that is kept of a resident, in words and as JSON."""


def lost_words(document: str) -> str:
    """What is said where this document could not be passed on."""
    return "файлы с вашими данными" if document == DATA else "картинка отчёта"


class Kind(StrEnum):
    """What a message is for; decides who hears of its fate."""

    SCREEN = "screen"
    CARD = "card"
    ANSWER = "answer"
    ADDITION = "addition"
    STATUS = "status"
    NOTICE = "notice"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Source:
    """Messages that exist in VK: forwarded, copied, or named as the source of relayed words (T27)."""

    peer: int
    cmids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Send:
    """One message to one peer, once. `cause` names why it exists and is unique for ever (delivery.md §7).

    `forward` shows the originals; where VK refuses (921, 969) `fallback` is added to the text and the files of the
    originals are uploaded anew. The files of the messages in `copy` always are. `not_before` holds an answer that can
    still be undone; what has not left by `not_after` is set aside. `report`: the fate comes back as `DeliveryEnded`.
    `document` names a file that is made when it is sent: `DATA`, everything that is kept of the resident (R12), or a
    report (statistics/periods.py, R52).
    `mentions`: people named in it hear it ring, which is kept for an alarm that nobody has seen. To a post
    (people/comments.py `wall_peer`) it is a comment under the comment `reply_to`, which stands in the thread of
    `thread`; `link` is put behind its words when it is sent, where VK takes links (222).
    """

    peer: int
    cause: str
    text: str
    kind: Kind = Kind.SCREEN
    priority: Priority = Priority.DIALOGUE
    keyboard: Keyboard | None = None
    forward: Source | None = None
    fallback: str = ""
    copy: Source | None = None
    attachments: tuple[str, ...] = ()
    reply_to: int | None = None
    source: Source | None = None
    appeal: str | None = None
    not_before: datetime | None = None
    report: bool = False
    document: str = ""
    mentions: bool = False
    thread: int = 0
    link: str = ""
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Change our own message, named by the cause that sent it. If VK refuses, nothing is lost: it was shown once.

    `fallback` is added where that message was sent without its forwards: an edit replaces the whole text.
    """

    peer: int
    cause: str
    target: str
    text: str
    keyboard: Keyboard | None = None
    appeal: str | None = None
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """Stop the spinner of a callback button, with a short line (≤ 90 characters). Best effort, within a minute."""

    event_id: str
    peer: int
    user: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class CancelSend:
    """Take back what has not left yet (facts say which, in the same transaction). Nothing happens if it has; what may
    have is not sent again."""

    cause: str


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire once at `at`; a timer of the same name and key is replaced."""

    name: str
    key: str
    peer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """The timer of this name and key does not fire any more; nothing happens where there is none."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Reread:
    """Fetch from VK what was dropped before consent, in order, before anything newer of this peer (design.md §12).

    `edited`: messages that were handled once, in words that are others by now.
    """

    peer: int
    cmids: tuple[int, ...] = ()
    edited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """Messages parked for this peer may go: the resident opened the dialogue, the chat took the bot back."""

    peer: int


@dataclass(frozen=True, slots=True)
class Retell:
    """What is parked for this chat is told once more (`DeliveryEnded`): the chat is lost, so it goes another way."""

    peer: int


@dataclass(frozen=True, slots=True)
class SendHeld:
    """A message that was set aside for people may go, by its row in the outbox. Nothing happens if it has gone."""

    key: int


@dataclass(frozen=True, slots=True)
class LetGo:
    """A held message may leave now: what it says was read again (states/events.py `SourceRead`)."""

    cause: str


SOURCE_TIMER = "source"
"""A timer that no event comes of by itself: VK is asked for a message of a chat first (bot/delivery/read_sources.py).
Its key is «number of the appeal, of the message, digest of what it said», its peer the chat."""
WORDS_TIMER = "comment_words"
"""Another one: the comment of a resident who came by its link is read (features/comments/words.py). Its key is the code
of the link, its peer the resident."""


Effect = (
    LetGo | Send | Edit | AnswerButton | CancelSend | StartTimer | CancelTimer | Reread | Release | Retell | SendHeld
)
