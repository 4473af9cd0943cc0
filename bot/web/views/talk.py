"""The dialogue about one message in the order of time: what its resident wrote, what was answered, each with its time
and who. It must never name the resident, or say that words have arrived which have not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.web import actions
from bot.web.layout import ROLES
from bot.web.site import Site
from handlers.lifecycle import asking
from handlers.lifecycle.answering import WHAT
from handlers.text.relayed import clean
from handlers.text.words import moment
from handlers.views.filter_words import agency_words
from screening.sensitive import mask_personal
from states.cause import parse
from states.lifecycle.appeal import Action, Appeal, History
from states.lifecycle.tasks import Ask, missing
from states.messages import Attachment
from states.people.chats import CUR, Chat
from states.people.viewers import Role, Viewer
from storage.ops.one_message import Answered, WholeMessage

RESIDENT = "Житель"
NOT_SOLVED = "Не решено"
WAITS = {"parked_recipient": "не дошёл: житель закрыл сообщения", "parked_chat": "не дошёл", "dead": "не дошёл"}
UNDECIDED: dict[Ask | None, str] = {
    Ask.SHARE: "ещё не ушло: похоже, это для одного. Без выбора через час уйдёт только автору",
    Ask.ADDED: "ещё не ушло: житель уточнил",
}
WAITS_BESIDE = "ещё не ушло: жителю уже уходит другой ответ"
KINDS = {
    "photo": "фотография", "video": "видео", "doc": "файл", "audio_message": "голосовое сообщение", "audio": "аудио",
    "link": "ссылка", "wall": "запись", "sticker": "стикер", "graffiti": "рисунок",
}  # fmt: skip
SAME_PRESS = timedelta(minutes=1)
"""Between the row of an answer and its line in the history: both have the time at which it was written."""
ADDED = frozenset({Action.ADD, Action.REPLY})
CORRECTED = "правка"
"""The reason of a line that is no new message."""


SHOWN = {"photo": "picture", "graffiti": "picture", "video": "video", "audio_message": "voice", "doc": "document"}
"""What can be looked at here, and how."""


@dataclass(frozen=True, slots=True)
class File:
    """What came with words. `src`: where it is looked at here, which is logged. `href`: where it opens in VK; such an
    address names its owner, so only a community's has one (R21). The rest is seen on the card in the chat."""

    name: str
    href: str = ""
    src: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A bubble of the dialogue. `undo` are words that can be taken back yet, `choices` what may be done with those that
    have not left; `refused`: the resident says that it is not solved; `kind`: what sort of answer it is. `left`: in how
    many seconds words on their way leave, which is no trouble; None of all others."""

    who: str
    at: datetime
    when: str
    text: str
    mine: bool = False
    files: tuple[File, ...] = ()
    note: str = ""
    undo: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    refused: bool = False
    kind: str = ""
    left: int | None = None

    @property
    def countdown(self) -> str:
        """The time left, as minutes and seconds: «0:24»."""
        return f"{(self.left or 0) // 60}:{(self.left or 0) % 60:02}"


def dialogue(site: Site, found: WholeMessage, viewer: Viewer, chat: Chat | None) -> list[Bubble]:
    """The dialogue in the order of time. `chat`: in whose name the viewer acts; None for who only reads."""
    said = [*of_resident(site, found, chat), *of_officials(site, found, chat), *waiting_for_approval(site, found, chat)]
    said += beside(site, found, viewer, chat)
    return sorted(said, key=lambda message: message.at)


def of_resident(site: Site, found: WholeMessage, chat: Chat | None) -> Iterator[Bubble]:
    """What the resident wrote, personal data masked, and each «не решено», as bubbles. Files are links only for a
    viewer who acts for a chat, in a panel beside the bot."""
    looks = chat is not None and site.bot is not None
    for piece, at in zip(found.appeal.pieces, times_of_pieces(found.appeal, found.history), strict=True):
        here = f"/queue/{found.appeal.code}/files/{piece.cmid}" if looks else ""
        files = tuple(
            file(attachment, f"{here}/{number}" if here else "") for number, attachment in enumerate(piece.attachments)
        )
        yield Bubble(RESIDENT, at, moment(at, site.zone), mask_personal(clean(piece.text)), files=files)
    for line in found.history:
        if line.action is Action.REOPEN:
            yield Bubble(RESIDENT, line.at, moment(line.at, site.zone), NOT_SOLVED, refused=True)


def times_of_pieces(appeal: Appeal, history: Sequence[History]) -> list[datetime]:
    """Each piece's own time. Of pieces that are older than this field: an alarm knows it; else the last ones came with
    the lines of the history that say so, the first ones with the message itself."""
    said = {said_at.cmid: said_at.at for said_at in appeal.alert.said} if appeal.alert is not None else {}
    added = [line.at for line in history if line.action in ADDED and line.reason != CORRECTED]
    first = max(1, len(appeal.pieces) - len(added))
    later = dict(zip(range(first, len(appeal.pieces)), sorted(added)[-(len(appeal.pieces) - first) :], strict=False))
    return [
        piece.at or said.get(piece.cmid) or later.get(place, appeal.created_at)
        for place, piece in enumerate(appeal.pieces)
    ]


def of_officials(site: Site, found: WholeMessage, chat: Chat | None) -> Iterator[Bubble]:
    """The answers as bubbles: who said it, when it was sent or why it is not, and the seconds left with an undo button
    where this viewer may still undo it."""
    appeal = found.appeal
    leaving = {answer.cause for answer in appeal.leaving}
    for answer in found.answers:
        at, peer = answer.at or answer.said_at, parse(answer.cause).peer
        going = answer.at is None and str(parse(answer.cause).whole) in leaving and answer.waits not in WAITS
        note = "" if answer.at or going else WAITS.get(answer.waits, "ещё не ушёл")
        mine = going and answer.cause in leaving and actions.may_undo(chat, appeal, peer)
        line = line_of(found, answer)
        yield Bubble(
            speaker(site, found, peer, author_of(found, answer, line)),
            at,
            moment(at, site.zone),
            answer.text,
            mine=True,
            files=(File("вложения ответа"),) if answer.files else (),
            note=note,
            undo=answer.cause if mine else "",
            left=seconds_left(site, answer) if going else None,
            kind=WHAT.get(line.action, "") if line is not None and line.action is not Action.ANSWER else "",
        )


def seconds_left(site: Site, answer: Answered) -> int:
    """The seconds until an answer can be taken back no more; it is read again and leaves then."""
    return max(0, ceil((answer.said_at + site.policy.undo - site.clock.now()).total_seconds()))


def line_of(found: WholeMessage, answer: Answered) -> History | None:
    """The line of the history that these words made: both have the time at which they were written."""
    lines = (line for line in found.history if line.action in WHAT)
    near = [line for line in lines if abs(line.at - answer.said_at) <= SAME_PRESS]
    return min(near, key=lambda line: abs(line.at - answer.said_at), default=None)


def author_of(found: WholeMessage, answer: Answered, line: History | None) -> int:
    """The account of who wrote the answer; 0 where it is not known any more."""
    cause = parse(answer.cause)
    going = next((answer.actor for answer in found.appeal.held if parse(answer.cause).same_words(cause)), 0)
    return going or (line.actor if line is not None else 0)


def speaker(site: Site, found: WholeMessage, peer: int, user: int) -> str:
    """The agency in whose chat it was said, which may be another one than has the message now; and by whom."""
    agency = found.spoke.get(peer) or found.appeal.agency or ""
    named = ROLES[Role.CUR] if agency == CUR else agency_words(site.directory(), agency)
    return ", ".join(filter(None, (named, found.names.get(user, ""))))


def waiting_for_approval(site: Site, found: WholeMessage, chat: Chat | None) -> Iterator[Bubble]:
    """The words that wait for a second person (R39): seen by those who act."""
    draft = found.appeal.approval
    if draft is None or chat is None:
        return
    files = (File("вложения ответа"),) if draft.files else ()
    who = speaker(site, found, draft.peer, draft.actor)
    yield Bubble(
        who, draft.at, moment(draft.at, site.zone), draft.text, mine=True, files=files, note="ждёт согласования"
    )


def beside(site: Site, found: WholeMessage, viewer: Viewer, chat: Chat | None) -> Iterator[Bubble]:
    """The words of this viewer that wait until he says what they are to an answer on its way, or whom of several they
    are for (R32)."""
    task = asking.waiting_words(found.appeal, chat.peer, viewer.user) if chat is not None else None
    if task is not None:
        choices = (
            *((str(how), label) for label, how in asking.in_the_panel(found.appeal, task)),
            ("drop", "Не отправлять"),
        )
        files = (File("вложения ответа"),) if task.files else ()
        note = UNDECIDED.get(missing(task), WAITS_BESIDE)
        when = moment(task.at, site.zone)
        yield Bubble("Вы", task.at, when, task.words, mine=True, files=files, note=note, choices=choices)


def file(attachment: Attachment, here: str) -> File:
    """A file as the page lists it: its name without personal data, a link where VK shows it to everybody, else the
    panel's own copy."""
    name, kind = (
        mask_personal(attachment.title or KINDS.get(attachment.kind, "вложение")),
        SHOWN.get(attachment.kind, ""),
    )
    public = attachment.reference is not None and attachment.reference.startswith(f"{attachment.kind}-")
    return File(name, f"https://vk.com/{attachment.reference}" if public else "", here if kind else "", kind)
