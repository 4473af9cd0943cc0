"""The resident's dialogue: the steps, the draft, and which step comes next. Everything that moves a step is here.

A step never depends on how it was reached, so a restart, «Назад» or a repeated question come free (design.md §5).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from states.directory import Scene
from states.lifecycle.appeal import Piece
from states.people.paces import Pace


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is being written. The main menu."""


@dataclass(frozen=True, slots=True)
class AskingConsent:
    """The notice and the consent were shown. `pending`: messages whose content waits in VK (R7), of somebody who had
    agreed before presses too; `edited`: messages that were sent on already and have been changed since, or that lay
    here with their words when those of the consent changed.

    `shown` is the hash of the text that was shown, empty where an older version of the bot did: no other can be agreed
    to (R8, T26). `alarmed`: a danger to life was told, of which nothing else is known yet (R7, R28).
    """

    pending: tuple[int, ...] = ()
    asked_at: datetime | None = None
    shown: str = ""
    edited: tuple[int, ...] = ()
    alarmed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The resident did not consent; nothing is kept (R10). `shown` as above."""

    shown: str = ""


@dataclass(frozen=True, slots=True)
class AskingText:
    """«Напишите, что случилось и где». Waits for a short pause before going on."""


@dataclass(frozen=True, slots=True)
class ChoosingParts:
    """Several problems were told at once: each by itself, or all as one message."""

    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskingScene:
    """«В доме, во дворе, на улице?»: asked once a draft, and only where the answer tells topics apart."""


@dataclass(frozen=True, slots=True)
class ChoosingTopic:
    """Up to three likely topics and «Другая тема». `alone`: the only one is likely enough to be asked about by itself.
    `model`: the number of the learned model that offers them, 0 where none does."""

    guesses: tuple[str, ...] = ()
    alone: bool = False
    model: int = 0


@dataclass(frozen=True, slots=True)
class ChoosingGroup:
    """All groups of topics, paged."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ChoosingTopicOf:
    """The topics of a group, or those found by what was typed (`found`)."""

    group: str | None = None
    page: int = 0
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoosingPlace:
    """The municipality: guessed, searched as the resident types, or from the whole list."""

    options: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskingAddress:
    """The address or a VK location or «Не знаю адрес» (R25)."""


@dataclass(frozen=True, slots=True)
class ChoosingLevel:
    """«Написать конкретному органу»: from the governor's office to a single agency."""


@dataclass(frozen=True, slots=True)
class ChoosingAgency:
    """The agencies of a level, or those found by what was typed."""

    level: str | None = None
    page: int = 0
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmingAgency:
    """Another body answers for this topic: the resident decides which gets it."""

    proper: str


@dataclass(frozen=True, slots=True)
class Preview:
    """All that will be sent, with «Отправить»."""


@dataclass(frozen=True, slots=True)
class ChoosingChange:
    """What to change: text, topic, place, photos."""


@dataclass(frozen=True, slots=True)
class ListingAppeals:
    """«Мои сообщения»."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowingAppeal:
    """The message with this number is shown, with what its author may do with it."""

    code: str


@dataclass(frozen=True, slots=True)
class AddingTo:
    """Whatever is written now is added to this appeal, until «Готово»."""

    code: str


@dataclass(frozen=True, slots=True)
class ConfirmingWithdrawal:
    """«Отозвать» was pressed on this message; it is withdrawn only after «Да»."""

    code: str


@dataclass(frozen=True, slots=True)
class ChoosingSame:
    """The draft is like an appeal that there is already: «повтор» of an own one, «присоединиться» to that of others.

    `code` is that appeal; `own` says whose it is (R32). «Это другое» goes on as if nothing had been found.
    """

    code: str
    own: bool


@dataclass(frozen=True, slots=True)
class Rating:
    """«Решено» or «не решено» was said; the answer may be rated (R42)."""

    code: str


@dataclass(frozen=True, slots=True)
class ShowingData:
    """«Мои данные»: what is kept, and what may be done with it (R12)."""


@dataclass(frozen=True, slots=True)
class ConfirmingErasure:
    """«Удалить мои данные», asked once more (R12)."""


@dataclass(frozen=True, slots=True)
class ReportingDanger:
    """An alarm was raised: whatever is written now is added to it. It ends by itself."""

    code: str


@dataclass(frozen=True, slots=True)
class ConfirmingSafety:
    """«Отмена» in an alarm: those on duty know already, so it is asked whether there is no danger."""

    code: str


@dataclass(frozen=True, slots=True)
class OfferingDuty:
    """Whether the words may go to those on duty: of somebody in despair, or where the consent does not say so.

    `pieces`: what was said of it. `despair`: about oneself, with nothing under way.
    """

    pieces: tuple[Piece, ...] = ()
    despair: bool = False


OF_DANGER = (ReportingDanger, ConfirmingSafety, OfferingDuty)
"""Steps in which nobody is asked about anything else (R28)."""


@dataclass(frozen=True, slots=True)
class AskingPublication:
    """The separate consent to publish, a message of its own (R9). `shown` as of `AskingConsent`."""

    shown: str = ""


Step = (
    Idle
    | AskingConsent
    | Refused
    | AskingText
    | ChoosingParts
    | AskingScene
    | ChoosingTopic
    | ChoosingGroup
    | ChoosingTopicOf
    | ChoosingPlace
    | AskingAddress
    | ChoosingLevel
    | ChoosingAgency
    | ConfirmingAgency
    | Preview
    | ChoosingChange
    | ListingAppeals
    | ShowingAppeal
    | AddingTo
    | ConfirmingWithdrawal
    | ChoosingSame
    | Rating
    | ShowingData
    | ConfirmingErasure
    | AskingPublication
    | ReportingDanger
    | ConfirmingSafety
    | OfferingDuty
)


SELDOM = MappingProxyType({"seldom": True})
"""Of a field that is not stored where it is empty: a dialogue at rest is as small as before it was there."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the resident has told so far. `named` is the agency the resident chose; `settled` ends the question which of
    two agencies gets it, `offered` that it was asked once whether it is for somebody else, or about an own message.
    `address_unknown` is «Не знаю адрес» (R25), `taken_for_address` what was typed where the address was asked for:
    it may have crossed with that question, and then stays in the message. `different`: it is not what another
    appeal is about (R32). `warned`: 112 was shown for it (R28). `source`: the message that its number is made of,
    where the number of its first one was given: to another problem of the same message, or void (delivery.md §13).
    `meant`: words beside the draft that were taken for a wish, until it is known whether they were (R12);
    `meant_before`: others before them. `later`: the
    problems told at once that come after this one; `perhaps`: those that its words may tell of; `whole`: it was decided
    that this is one. `door`: by which link it
    came; what that knows was filled in already. `scene` is what was answered to «в доме, во дворе, на улице?»,
    `scene_asked` that it was asked. `topic_by`: the number of the model that took or offered the topic, 0 where the
    resident or a link chose it; `declined`: the topic that was offered alone and is not it. `informed`: what was said
    of it before «Отправить», that somebody knows. `who_asked`: «Кто это написал?» was asked. `adding_to`: the own
    message to which its words go in a moment (R26)."""

    pieces: tuple[Piece, ...] = ()
    topic: str | None = None
    place: str | None = None
    address: str = ""
    address_unknown: bool = False
    named: str | None = None
    settled: bool = False
    settling_text: bool = True
    different: bool = False
    warned: bool = False
    taken_for_address: Piece | None = None
    source: int = 0
    offered: bool = False
    meant: Piece | None = None
    later: tuple[Piece, ...] = ()
    whole: bool = False
    door: str = ""
    scene: Scene | None = None
    scene_asked: bool = False
    topic_by: int = 0
    declined: str = ""
    meant_before: tuple[Piece, ...] = ()
    informed: str = ""
    who_asked: bool = False
    adding_to: str = field(default="", metadata=SELDOM)
    perhaps: tuple[str, ...] = field(default=(), metadata=SELDOM)

    @property
    def first(self) -> int:
        """The message that its number is made of."""
        return self.source or self.pieces[0].cmid

    @property
    def mark(self) -> str:
        """What its buttons name it by; nothing before the first words."""
        return str(self.first) if self.source or self.pieces else ""

    @property
    def text(self) -> str:
        """All that was told so far, a line for each message."""
        return "\n".join(piece.text for piece in self.pieces if piece.text)

    @property
    def offered_apart(self) -> tuple[str, ...]:
        """The problems that it may go as, as long as they are all of its words."""
        return self.perhaps if not self.whole and " ".join(self.perhaps).split() == self.text.split() else ()

    @property
    def files(self) -> int:
        """How many files are attached; a sticker does not count, it is only a gesture."""
        return sum(attachment.kind != "sticker" for piece in self.pieces for attachment in piece.attachments)

    @property
    def empty(self) -> bool:
        """Whether nothing is written and no agency is named."""
        return not self.pieces and self.named is None

    def adding(self, piece: Piece) -> Draft:
        """The draft with one more message; the same message again (an edit) takes the place of its first form. Whether
        all of it goes to an own message is asked anew."""
        others = tuple(known for known in self.pieces if known.cmid != piece.cmid)
        ordered = tuple(sorted((*others, piece), key=lambda known: known.cmid))
        return replace(self, pieces=ordered, adding_to="", offered=self.offered and not self.adding_to)

    def about(self, topic: str | None, model: int = 0) -> Draft:
        """The draft with this topic, and the model that offered it."""
        return replace(self, topic=topic, topic_by=model if topic is not None else 0)

    def without(self, pieces: tuple[Piece, ...]) -> Draft:
        """What is left where these went elsewhere: other words, else the next problem that was told with them; wishes
        beside it that wait (R12)."""
        gone, left = _split(self.pieces, pieces)
        _, wishes = _split((*self.meant_before, *((self.meant,) if self.meant is not None else ())), pieces)
        meant, before = next(reversed(wishes), None), wishes[:-1]
        if left or not gone:
            return replace(self, pieces=left, meant=meant, meant_before=before)
        if not self.later:
            return Draft(meant=meant, meant_before=before)
        following = Draft(self.later[:1], later=self.later[1:], whole=True, settling_text=False, door=self.door)
        return replace(following, source=self.source, meant=meant, meant_before=before)

    def without_address(self) -> Draft:
        """The draft after «Не знаю адрес»: what was taken for an address was none, and is kept among the words (I2)."""
        told = self.taken_for_address
        draft = self.adding(told) if told is not None and told.text else self
        return replace(draft, address="", address_unknown=True, taken_for_address=None)


@dataclass(frozen=True, slots=True)
class Doubted:
    """What may have told of danger, and its author was asked whether it goes to those on duty; the talk went on (R28).

    `pieces`: none any more where that was answered. `asked`: nothing was said or asked since, so «Да» is the answer.
    """

    pieces: tuple[Piece, ...] = ()
    asked: bool = False

    def adding(self, piece: Piece) -> Doubted:
        """The doubt with one more message; the same message again (an edit) takes the place of its first form."""
        others = (known for known in self.pieces if known.cmid != piece.cmid)
        return replace(self, pieces=(*others, piece))

    def among(self, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """Its messages that are among these."""
        return _split(self.pieces, pieces)[0]

    def without(self, pieces: tuple[Piece, ...]) -> Doubted | None:
        """What is left where these went elsewhere; it is told by the press of its own question alone."""
        left = _split(self.pieces, pieces)[1]
        return Doubted(left) if left else None

    def under(self, button: str) -> tuple[Piece, ...]:
        """The messages that a button of the question tells, if it has the number of one of them; else none."""
        return self.pieces if button in {str(piece.cmid) for piece in self.pieces} else ()


def _split(pieces: tuple[Piece, ...], others: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """(those whose message is among the others, the rest)."""
    cmids = {piece.cmid for piece in others}
    found = tuple(piece for piece in pieces if piece.cmid in cmids)
    return found, tuple(piece for piece in pieces if piece.cmid not in cmids)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A resident's place in the conversation. `consent` is the hash of the text agreed to, empty before (R8).

    `blocked_until`: the ЦУР takes no new messages from a flooder until then; own appeals and data stay reachable.
    `told_blocked`: when that was said last. `pace`: how often the resident writes just now (T9). `door`: by which link
    the resident came, at `came_at`; until a message is sent. `interrupted`: the step at which somebody who had agreed
    was asked for a consent anew; the talk goes on there. `doubted`: for a day, of what may have told of danger.
    `language`: in which the resident reads the bot, empty for Russian.
    """

    resident: int
    step: Step = Idle()
    draft: Draft = Draft()
    consent: str = ""
    touched_at: datetime | None = None
    asked_to_go_on: bool = False
    blocked_until: datetime | None = None
    told_blocked: datetime | None = None
    pace: Pace = Pace()
    door: str = ""
    came_at: datetime | None = None
    interrupted: Step | None = None
    doubted: Doubted | None = None
    language: str = field(default="", metadata=SELDOM)

    @property
    def kept_pieces(self) -> tuple[Piece, ...]:
        """All words that are kept of what was sent to nobody yet."""
        known = {piece.cmid for piece in self.draft.pieces}
        beside = self.doubted.pieces if self.doubted is not None else ()
        return (*self.draft.pieces, *(piece for piece in beside if piece.cmid not in known))

    def mark_unanswered(self) -> Dialogue:
        """Something else is asked from here on: a later «Да» is of that, the buttons of the doubt still count (R28)."""
        if self.doubted is None or not self.doubted.asked:
            return self
        return replace(self, doubted=replace(self.doubted, asked=False))

    def is_blocked(self, now: datetime) -> bool:
        return self.blocked_until is not None and now < self.blocked_until


AS_IT_IS = ""
"""In place of a topic: nobody has understood the words, a person reads them."""


def missing(draft: Draft, proper: str | None, *, addressed: bool = True) -> Step:
    """The first thing still missing, in the order of the conversation; `Preview` when nothing is (R25).

    `proper` is the agency the directory names for the draft's topic and place, if any. `addressed`: its topic has an
    address; smog and wages have none.
    """
    if draft.settling_text or not draft.text.strip():
        return AskingText()
    if draft.topic is None:
        return ChoosingTopic()
    if draft.topic == AS_IT_IS:
        return Preview()
    if draft.place is None:
        return ChoosingPlace()
    if addressed and not draft.address and not draft.address_unknown:
        return AskingAddress()
    if draft.named is not None and proper is not None and proper != draft.named and not draft.settled:
        return ConfirmingAgency(proper)
    return Preview()


def back(step: Step, draft: Draft) -> tuple[Step, Draft]:
    """The step to which «Назад» leads, and the draft without that step's answer. Every chain of it ends at `Idle`."""
    match step:
        case Idle() | AskingConsent() | Refused():
            return step, draft
        case AskingText():
            if draft.named is not None and not draft.pieces:
                return ChoosingLevel(), replace(draft, named=None)
            return Idle(), draft
        case ChoosingTopic() if draft.scene is not None:
            return AskingScene(), replace(draft, scene=None)
        case AskingScene() | ChoosingTopic() | ChoosingParts():
            return AskingText(), replace(draft, settling_text=True)
        case ChoosingGroup():
            return ChoosingTopic(), draft
        case ChoosingTopicOf():
            return ChoosingGroup(), draft
        case ChoosingPlace():
            return ChoosingTopic(), replace(draft.about(None), place=None)
        case AskingAddress():
            return ChoosingPlace(), replace(draft, place=None)
        case ConfirmingAgency() | Preview():
            return AskingAddress(), replace(draft, address="", address_unknown=False, settled=False)
        case ChoosingChange():
            return Preview(), draft
        case ChoosingLevel() | ListingAppeals():
            return Idle(), draft
        case ChoosingAgency():
            return ChoosingLevel(), draft
        case ShowingAppeal():
            return ListingAppeals(), draft
        case AddingTo(code) | ConfirmingWithdrawal(code) | Rating(code):
            return ShowingAppeal(code), draft
        case ChoosingSame():
            return Preview(), draft
        case ShowingData() | ReportingDanger() | OfferingDuty():
            return Idle(), draft
        case ConfirmingSafety(code):
            return ReportingDanger(code), draft
        case ConfirmingErasure() | AskingPublication():
            return ShowingData(), draft
        case _:
            assert_never(step)
