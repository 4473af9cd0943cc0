"""Everything a decision may know. What is not here cannot be used; what is here was read in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import Enum, StrEnum, auto
from hashlib import sha256
from typing import Any, ClassVar, Generic, TypeVar

from states.cause import Cause
from states.decision import Decision
from states.dialogue import Dialogue, Draft
from states.directory import Directory
from states.effects import Effect
from states.events import ButtonPressed, CommentActed, CommentTold, DeliveryEnded, PostTold, TimerFired
from states.finder import Finder, Judge
from states.lifecycle.appeal import Appeal, History
from states.lifecycle.digest import Digest, Section
from states.lifecycle.life import Clocks
from states.lifecycle.rights import ErasureRequest, ErasureTerms
from states.lifecycle.spikes import Spike
from states.messages import Message
from states.people.chats import CUR, DUTY, Chat, ChatCode
from states.people.comments import Comment, CommentPolicy, Marks, Silence
from states.people.languages import Language
from states.people.officials import Official
from states.people.viewers import Ticket
from states.worktime.calendar import WEEKENDS, Calendar
from states.worktime.deadlines import Terms
from states.worktime.schedule import Office

A = TypeVar("A")
PAUSE = timedelta(seconds=4)
"""Whoever writes is waited for so long, as one thought is often sent in several messages; longer would feel unheard."""


@dataclass(frozen=True, slots=True)
class CommunityPolicy:
    """What an operator has set, as far as decisions need it (R11). Durations are real time.

    `publish` is the text of the separate consent to publish (R9). `goes_on`: a message that came back keeps what was
    left of its clock for the next agency (R37). `close_after`: an answer nobody objects to is closed then. The three
    next ones are limits of one resident (T9); 0 is none. `panel`: the address of the panel, empty where there is none.
    `door`: the link by which everybody counts as come who writes to this page without one. `tells_duty`: the
    consent says that an alarm of danger to life is told before «Отправить»; else its author is asked first.
    `comments`: how people are answered under posts; None where nothing is said there. `figures`: the page of open
    figures, empty where there is none. `languages`: Russian and the others that residents may read, or none at all.
    """

    community: int
    operator: str
    address: str
    email: str
    zone: tzinfo
    consent: str
    consent_hash: str
    consent_more: str = ""
    pause: timedelta = PAUSE
    undo: timedelta = timedelta(seconds=30)
    calendar: Calendar = WEEKENDS
    publish: str = ""
    publish_hash: str = ""
    goes_on: bool = False
    close_after: timedelta = timedelta(days=14)
    repeat_within: timedelta = timedelta(days=30)
    join_within: timedelta = timedelta(days=2)
    reopens: int = 2
    erasure: ErasureTerms = ErasureTerms()
    messages_a_minute: int = 0
    appeals_a_day: int = 0
    open_appeals: int = 0
    panel: str = ""
    door: str = ""
    tells_duty: bool = True
    comments: CommentPolicy | None = None
    figures: str = ""
    languages: tuple[Language, ...] = ()
    retention_days: int = 365

    def consent_in(self, language: str) -> tuple[str, str]:
        """The consent as who reads this language is shown it, and the hash of that very text (R8)."""
        own = next((spoken.consent for spoken in self.languages if spoken.code == language), "")
        if not own:
            return self.consent, self.consent_hash
        said = {"operator": self.operator, "address": self.address, "email": self.email, "days": self.retention_days}
        for place, value in said.items():
            own = own.replace(f"{{{place}}}", str(value))
        return own, sha256(own.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """A further fact, asked for before a decision. Each kind is a class of its own with what it asks by; its answer is
    an A, or None where there is nothing to say. `touches`: its fields, or those of the answer, that name what a
    decision may change by the answer, and what kind of thing that is; two events of one batch must not touch the
    same."""

    touches: ClassVar[tuple[tuple[str, str], ...]] = ()


class Audience(Enum):
    """Whom a word is offered to."""

    ALL = auto()
    CENTRE = auto()
    NOBODY = auto()


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """`words`: how it is written; the first is what those of `offered` read instead of a word that nobody knows. `run`:
    what it does; the last that it is given is what follows the word. `centre`: in the chat of the ЦУР alone; elsewhere
    nobody has heard of it. `help`: of a feature's, as the ЦУР reads it; the core's stand in texts_chat.CHAT_HELP.
    `asks`: what of a feature is to be loaded for such a message, by what follows the word in it."""

    words: tuple[str, ...]
    run: Callable[[Facts, Chat, Message, str], Decision | str]
    offered: Audience = Audience.ALL
    centre: bool = False
    help: str = ""
    asks: Callable[[str, Message], Question[Any] | None] | None = None


@dataclass(frozen=True, slots=True)
class CommentRule:
    """What is kept of the words of a comment, before anything of it is stored, what is to be loaded for one, and what
    follows from it. `reads_post`: what is kept of the words of a post,
    by those of the setting, `follows_post` what follows from it. `ends`: what follows from the end of our own comment,
    `acts` from a press in the panel."""

    reads: Callable[[Finder, str, int], Marks]
    reads_post: Callable[..., Silence]
    asks: Callable[[CommentTold | CommentActed | PostTold | DeliveryEnded], Question[Any]]
    follows_post: Callable[[Facts, PostTold], Decision]
    follows: Callable[[Facts, CommentTold], Decision]
    ends: Callable[[Facts, DeliveryEnded], Decision]
    acts: Callable[[Facts, CommentActed], Decision]


@dataclass(frozen=True, slots=True)
class TimerRule:
    """A timer of a feature, by its name. After a restore it fires once that much later: its rule looks whether there is
    still anything to do."""

    name: str
    asks: Callable[[TimerFired], Question[Any]]
    follows: Callable[[Facts, TimerFired], Decision]
    after_restore: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ButtonRule:
    """A button of a feature under a message in a chat, by its action: what whoever presses it reads, and what follows.
    Who may not speak in the chat is refused before."""

    action: str
    asks: Callable[[ButtonPressed], Question[Any] | None]
    follows: Callable[[Facts, Chat, ButtonPressed], tuple[str, Decision]]


KnownRule = tuple[Callable[[Dialogue], Question[Any] | None], Callable[["Facts", Draft], tuple[str, str]]]
"""What is to be loaded for a draft that is sent, and what its author hears first; empty where nothing. Where that is a
question, the code of the link that «Да» stands for."""

AnsweredRule = tuple[Callable[[str], Question[Any]], Callable[["Facts"], str]]
"""What is to be loaded for a number whose answer its resident has now, and what its chat reads behind that; empty where
nothing."""


@dataclass(frozen=True, slots=True)
class LinkRule:
    """A link of a feature's own that opens the dialogue. `asks`: what is loaded for its code; `follows`: which comment
    its resident came from, None where the link is none of theirs; `greets`: a line before the question for words,
    `reads`: whether they are read where it leads from, once its resident has agreed; `sends`: that comment, when the
    message about it is sent."""

    asks: Callable[[str], Question[Any] | None]
    follows: Callable[[Facts, Message], Comment | None]
    greets: Callable[[Facts, str], str]
    reads: Callable[[Facts, str], bool]
    sends: Callable[[Facts, Appeal], Comment | None]


@dataclass(frozen=True, slots=True)
class Rules:
    """What features add to decisions, handed in as `find` and `judge` are; as pure as whatever decides.

    `asks`: what is to be loaded for a message of a resident, or None. `answers`: what is said to one instead of what
    the table of acts would, or None; alarms, buttons and typed commands come before it. `commands`: words with a slash
    in a chat. `looks`: what is said at an hour of its own, asked every quarter of an hour for the time from the last
    look until the next one, without gaps. `comments`: what is made of comments under posts, of one feature at most.
    `timers`, `buttons`: those that a feature starts and shows itself. `links`: by what its links are known. `known`:
    what is said once before the number of a message, with two buttons. `answered`: what a chat reads of an answer that
    has reached its resident.
    """

    asks: tuple[Callable[[Message], Question[Any] | None], ...] = ()
    answers: tuple[Callable[[Facts, Message], Decision | None], ...] = ()
    commands: tuple[ChatCommand, ...] = ()
    looks: tuple[Callable[[Facts, datetime, datetime], tuple[Effect, ...]], ...] = ()
    comments: tuple[CommentRule, ...] = ()
    timers: tuple[TimerRule, ...] = ()
    buttons: tuple[ButtonRule, ...] = ()
    links: tuple[LinkRule, ...] = ()
    known: tuple[KnownRule, ...] = ()
    answered: tuple[AnsweredRule, ...] = ()

    def timer(self, name: str) -> TimerRule | None:
        """The rule of the timer with this name; None where no feature has one."""
        return next((timer_rule for timer_rule in self.timers if timer_rule.name == name), None)

    def asked_by_command(self, word: str, rest: str, message: Message) -> tuple[Question[Any], ...]:
        """What a word with a slash asks for."""
        asked = (
            command.asks(rest, message)
            for command in self.commands
            if word in command.words and command.asks is not None
        )
        return tuple(question for question in asked if question is not None)

    def button(self, action: str) -> ButtonRule | None:
        """The rule of the button with this action; None where no feature has one."""
        return next((button_rule for button_rule in self.buttons if button_rule.action == action), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true for one event.

    `dialogue` and `appeals` are those of the resident concerned, or the appeals an event in a chat is about.
    `linked` is the appeal that the replied-to (or pressed) message belongs to. `waiting` is filled for
    `RoutesChanged` only. `unsent` are causes of these appeals that can still be taken back,
    `unread`, by appeal, those of words of residents that their chat has not got yet, or perhaps not, also for a chat
    that is lost; of a card only while it may be on its way.
    `number` is a free number for a new appeal of this draft.

    In a chat `theirs` is the dialogue of the linked appeal's resident, `officials` those of this chat by VK id (for a
    resident with an alarm, or an answer on its way, those of the chat that has it), and `replied` the cause of the
    bot's message that was replied to or on which the button stands; `about` is the number of the merged one whose words
    it brings, where the reply is about the one that leads it (agency.py). `members` are the other appeals of an
    incident that one of these leads, where a button is pressed also those that have left it and to which words on their
    way were said too; `leads` are the leading ones of those that are merged, by code.
    `similar` are open appeals of others about the same topic and place, lately. `listed` is what a command of an
    official or an open line of the digest asked for, `digest` what waits for this chat, `history` the lines of the
    linked appeal where they are shown. `asked` is whom a question about a new member of some chat is about, where that
    was pressed. `publishes`: the resident agreed to publication. `erasure` is a request of the resident to be forgotten
    that is not done yet. `ticket`: the way into the panel, where a person asks for it who may come in.
    `alarms`: those that nobody has ended. `answers`: to the questions of `WantedFacts`, by their class, and what
    these touch. `rules`: those of the features that this region has.
    """

    now: datetime
    policy: CommunityPolicy
    directory: Directory
    find: Finder
    judge: Judge
    dialogue: Dialogue | None = None
    appeals: tuple[Appeal, ...] = ()
    linked: Appeal | None = None
    chat: Chat | None = None
    chats: Mapping[str, Chat] = field(default_factory=dict)
    code: ChatCode | None = None
    waiting: tuple[Appeal, ...] = ()
    unsent: frozenset[str] = frozenset()
    unread: Mapping[str, frozenset[str]] = field(default_factory=dict)
    number: str = ""
    theirs: Dialogue | None = None
    officials: Mapping[int, Official] = field(default_factory=dict)
    replied: str = ""
    members: tuple[Appeal, ...] = ()
    leads: Mapping[str, Appeal] = field(default_factory=dict)
    similar: tuple[Appeal, ...] = ()
    listed: tuple[Appeal, ...] = ()
    history: tuple[History, ...] = ()
    spikes: tuple[Spike, ...] = ()
    digest: Digest | None = None
    publishes: bool = False
    erasure: ErasureRequest | None = None
    asked: Official | None = None
    ticket: Ticket | None = None
    alarms: tuple[Appeal, ...] = ()
    about: str = ""
    answers: Mapping[type[Question[Any]], Any] = field(default_factory=dict)
    touches: frozenset[tuple[str, object]] = frozenset()
    rules: Rules = Rules()

    def answer(self, asked: type[Question[A]]) -> A | None:
        """The loaded answer to a feature's question; None where nobody asked, or there is nothing to say."""
        found: A | None = self.answers.get(asked)
        return found

    def cause(self, kind: str, peer: int, origin: str, part: int = 0) -> str:
        """The cause of what is said now (states/cause.py)."""
        return str(Cause(self.policy.community, kind, peer, origin, part))

    @property
    def cur(self) -> Chat | None:
        """The chat of the ЦУР; None while it is not bound."""
        return self.chat_of(CUR)

    @property
    def duty_chat(self) -> Chat | None:
        """The chat where alarms are read: that of those on duty, else that of the ЦУР; None where both are lost. A
        pause does not stop an alarm."""
        found = (self.chats.get(DUTY), self.chats.get(CUR))
        return next((chat for chat in found if chat is not None and not chat.lost), None)

    def chat_of(self, agency: str | None) -> Chat | None:
        """The working chat of an agency; None where it is not bound, is paused or has lost the bot."""
        chat = self.chats.get(agency) if agency is not None else None
        return chat if chat is not None and not chat.lost and not chat.is_paused(self.now) else None

    def appeal(self, code: str) -> Appeal | None:
        """The loaded appeal with this number; None where it was not loaded or is not there."""
        return next((appeal for appeal in self.appeals if appeal.code == code), None)

    def office(self, agency: str | None) -> Office:
        """The working time of an agency, or of the region for the ЦУР and for an agency that named none (R46)."""
        return Office(self.directory.schedule_of(agency), self.policy.calendar, self.policy.zone)

    def clocks(self, appeal: Appeal) -> Clocks:
        """The hours and terms by which the clocks of an appeal are set: those of the agency that has it, and of the
        ЦУР."""
        cur = self.chats.get(CUR)
        agency = appeal.agency if cur is None or appeal.chat != cur.peer else None
        terms: Terms = self.directory.terms_of(agency)
        return Clocks(self.office(agency), terms, self.office(None), self.directory.terms_of(None), self.policy.goes_on)


class Listing(StrEnum):
    """Lists that officials ask for."""

    MINE = "mine"
    OVERDUE = "overdue"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class WantedFacts:
    """Which facts an event needs (handlers/needs.py), besides the dialogue and the appeals of the resident who speaks.

    `message`: (peer, cmid) of a message of ours, for its appeal and cause. `about`: the number of the appeal that an
    event is about where there is no such message, or none that is known. `codes`: appeals that are named.
    `of_author`: the resident is the author of a named appeal. `officials`: those of the chat; `person`: (chat, user)
    of one official of some chat. `chat_code`: a typed code that binds a chat. `every_chat`: all bound chats.
    `listing` for the official `user`, of numbers with `number_part`. `history`: the lines of what the event is about.
    `leads`: the leading appeals of merged ones. `also_told`: the appeals to whose authors the held words go too.
    `waiting`: appeals that wait for a chat. `spikes`: counts of the last hour. `digest`: what waits for the chat of the
    event, `section` the appeals that one line of it counts. `similar`: open ones like the one that is replied to.
    `incidents`: the leading appeals of all that are merged, and those that they lead. `sign_in`: a way into the panel,
    if the author may come in. `alarms`: those that nobody has ended. `questions`: what features ask for.

    Of the dialogue: `shown` are the appeals of the step, `joins` the appeal of another resident that the step offers to
    join, `alike` the (topic, place) of open appeals of others, `first` the message that a new appeal begins with.
    """

    message: tuple[int, int] | None = None
    about: str = ""
    codes: frozenset[str] = frozenset()
    of_author: bool = False
    officials: bool = False
    person: tuple[int, int] | None = None
    chat_code: str = ""
    every_chat: bool = False
    user: int = 0
    listing: Listing | None = None
    number_part: str = ""
    history: bool = False
    leads: bool = False
    also_told: bool = False
    waiting: bool = False
    spikes: bool = False
    digest: bool = False
    section: Section | None = None
    similar: bool = False
    incidents: bool = False
    shown: frozenset[str] = frozenset()
    joins: str | None = None
    alike: tuple[str, str] | None = None
    first: int | None = None
    sign_in: bool = False
    alarms: bool = False
    questions: tuple[Question[Any], ...] = ()
