"""Words of officials to a resident: what they say, how they are held while they can be undone, and taken back.

Nothing leaves but by a reply or a finished dialogue of an official; nothing counts before VK has it (R44, T6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from handlers.text import actions, keyboards, texts, texts_answers, texts_chat, texts_stages
from handlers.text.parts import in_parts
from handlers.text.words import day
from handlers.views import own_screens
from handlers.views.cards import agency_name
from handlers.views.joinable import may_share
from screening.answer_kind import says_nothing
from screening.personal_answer import signs
from states.cause import ANSWER, Cause, parse
from states.decision import Decision, ignore
from states.effects import SOURCE_TIMER, CancelSend, CancelTimer, Edit, Effect, Kind, Priority, Send, Source, StartTimer
from states.events import SourceRead
from states.facts import Facts
from states.lifecycle.answers import EVERYBODY, Approval, Beside, Held, Share, Watch
from states.lifecycle.appeal import OPEN, Action, Appeal, Status, is_allowed
from states.lifecycle.reasons import Decline, Postpone
from states.messages import Message
from states.people.chats import CUR, Chat
from states.screen import Keyboard
from states.worktime.deadlines import TermClock, start

FAMILIAR = 20
"""Answers of a chat that are remembered, to notice the same one given to everybody (R43)."""

NEWS = "news"
"""Words to everybody of an incident that answer nobody and move nothing."""

AS_WRITTEN = frozenset({Action.ANSWER, Action.ASK, Action.INTERIM, NEWS})
"""Whose words are the official's own message."""

READ_BY = timedelta(days=30)
"""A held answer leaves by itself so late, should it never be told what VK shows of its message."""

LEAVE_TIMER = "leave"
"""Fires for words to several when they can be undone no more; its key is the number of the leading appeal and their
cause."""

ARRIVED = "+"
"""Before the digest of a message whose answer the resident has."""

LOOKS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
"""When the message of an answer that has arrived is compared with it: who finds a mistake finds it soon. VK lets people
change a message for a day (vk-api.md §6.1), so the last look is the only one after which nothing can follow."""

TOGETHER = frozenset(
    {Action.ANSWER, Action.INTERIM, Action.POSTPONE, Action.DECLINE, Action.OUTSIDE, Action.CLOSE, NEWS}
)
"""What is said about an incident is said to everybody in it, each once (R32)."""

ENDING = frozenset({Action.ANSWER, Action.DECLINE, Action.OUTSIDE, Action.CLOSE})
"""Words after which nothing more is waited for."""

STANDS: dict[str, frozenset[Status]] = {
    Action.ANSWER: frozenset({Status.ANSWERED, Status.CLOSED}),
    Action.INTERIM: frozenset({Status.INTERIM}),
    Action.ASK: frozenset({Status.ASKED}),
    NEWS: OPEN,
}
"""How an appeal stands as long as these words are the last that its author was told."""

WHAT: dict[str, str] = {
    Action.ANSWER: "Ответ",
    Action.ASK: "Вопрос",
    Action.INTERIM: "Промежуточный ответ",
    Action.POSTPONE: "Ответ о переносе",
    Action.DECLINE: "Отказ",
    Action.OUTSIDE: "Ответ с контактами",
    Action.CLOSE: "Ответ о закрытии",
    NEWS: "Текст для всех",
}
"""How such words are called in the chat; all of one gender, for «доставлен» and «отменён»."""


@dataclass(frozen=True, slots=True)
class OfficialWords:
    """What an official wrote: in which chat, by which message, in what words; `origin` is unique for the outgoing.
    `line` is the bot's message in the chat in which it was asked for."""

    peer: int
    cmid: int
    author: int
    origin: str
    text: str = ""
    files: bool = False
    line: str = ""
    seen: str = ""


def said_by(message: Message, text: str) -> OfficialWords:
    """This text as the words of the official who wrote the message, with what is needed to read it again in VK."""
    files = bool(message.attachments)
    return OfficialWords(
        message.peer, message.cmid, message.author, str(message.cmid), text, files, seen=message.digest
    )


def held_of(facts: Facts, said: OfficialWords, action: str, until: datetime | None = None, reason: str = "") -> Held:
    """The words of an official as they wait to leave. `action` is the move that they make when they have arrived, or
    `NEWS`."""
    cause = facts.cause(ANSWER, said.peer, said.origin)
    words = Held(cause, action, said.author, facts.now, said.peer, said.cmid, said.text, said.files, until, reason)
    return replace(words, line=said.line, seen=said.seen)


def hold(facts: Facts, chat: Chat, appeal: Appeal, held: Held, reply_to: int = 0, note: str = "") -> Decision:
    """The words leave after the time in which they can be undone; of an incident, to all who may read them. What stands
    in a message of an official is read again first (sources.py)."""
    if withdrew_consent(facts, appeal):
        return ignore(texts_chat.not_sent_to_forgotten())
    told = hearers(facts, appeal, held)
    if not told:
        return ignore(texts_chat.NOT_AMONG_THEM.format(code=held.only))
    first, *more = told
    also = tuple(other.code for other in more)
    sends: list[Effect] = []
    kept = [] if first is appeal else [replace(appeal, version=appeal.version + 1)]
    for reader in told:
        cause = held.cause if reader is first else of_member(held.cause, reader.code)
        sends += in_parts(outgoing(facts, chat, reader, replace(held, cause=cause), together=bool(more)))
        words = replace(held, cause=cause, also=also if reader is first else ())
        kept.append(replace(reader, held=(*reader.held, words), version=reader.version + 1))
    warned, seen = warnings(chat, held)
    notes = (note, others_wait(facts, appeal, held, told), warned)
    offer = undo_offer(facts, first, held, len(more), "\n".join(line for line in notes if line), reply_to)
    look = leaving(facts, first, held, several=bool(more))
    return Decision(appeals=tuple(kept), effects=(*sends, offer, *look), chat=seen)


def withdrew_consent(facts: Facts, appeal: Appeal) -> bool:
    """Whether its author has asked to be erased: what is open is withdrawn then, to what is closed nothing is said any
    more (R12)."""
    talk = facts.theirs
    return talk is not None and talk.resident == appeal.resident and not talk.consent


def hearers(facts: Facts, appeal: Appeal, held: Held) -> tuple[Appeal, ...]:
    """The appeals of an incident whose authors read these words, first the one to whom they speak. Where they speak to
    one, nobody else does, unless somebody has said so (asking.py). None where that one is in it no more."""
    if held.only not in ("", EVERYBODY):
        led = (member for member in facts.members if member.incident == appeal.code and member.status is Status.MERGED)
        return tuple(hearer for hearer in (appeal, *led) if hearer.code == held.only)
    if not held.only and speaks_to_one(held):
        return (appeal,)
    return (appeal, *others(facts, appeal, held))


def share_of(only: str, *, reworded: bool = False) -> str:
    """To whom words go that are sent once more: `Share.ALL`, `Share.ONE`, or "" where that is asked (again): nothing
    was chosen, or they were for all and are reworded."""
    if only == EVERYBODY:
        return "" if reworded else Share.ALL
    return Share.ONE if only else ""


def only_about(facts: Facts, appeal: Appeal, held: Held) -> str:
    """The value of `Held.only` for words that were a reply to those of one who joined: for him alone where they speak
    to one, or one answer is not for both (joinable.py)."""
    member = next(
        (follower for follower in facts.members if follower.code == facts.about and follower.status is Status.MERGED),
        None,
    )
    if member is None:
        return ""
    return member.code if speaks_to_one(held) or not may_share(facts.directory, appeal, member) else ""


def speaks_to_one(held: Held) -> tuple[str, ...]:
    """By what, in the words of a question: a file is of one, whatever it shows."""
    if held.action not in TOGETHER:
        return ()
    reason = held.reason if held.action == Action.POSTPONE and held.reason not in set(Postpone) else ""
    found = [texts_answers.SIGNS[sign] for sign in signs(f"{held.text}\n{reason}")]
    return (*found, *([texts_answers.FILE] if held.files else []))


def others_wait(facts: Facts, appeal: Appeal, held: Held, told: Sequence[Appeal]) -> str:
    """What the official is told where some of the incident do not hear what the others hear."""
    codes = {reader.code for reader in told}
    waiting = (member for member in facts.members if member.incident == appeal.code and member.status is Status.MERGED)
    left = any(hearer.code not in codes for hearer in waiting) or appeal.code not in codes
    return texts_answers.OTHERS_WAIT if held.action in TOGETHER and appeal.leads and left else ""


def leaving(facts: Facts, appeal: Appeal, held: Held, *, several: bool) -> tuple[StartTimer, ...]:
    """The timers that look at the words when they can be undone no more: at the message they stand in, and whether
    several may still read them (sources.py). Words to one that stand in no message leave by themselves."""
    at = facts.now + facts.policy.undo
    if held.seen:
        return (to_be_read(appeal.code, held, at),)
    return (StartTimer(LEAVE_TIMER, f"{appeal.code} {held.cause}", held.peer, at),) if several else ()


def to_be_read(code: str, held: Held, at: datetime, mark: str = "") -> StartTimer:
    """The timer after which VK is asked how the official's message stands."""
    return StartTimer(SOURCE_TIMER, f"{code} {held.cmid} {mark}{held.seen}", held.peer, at)


def not_to_be_read(code: str, held: Held) -> CancelTimer:
    """Cancels the look at the words before they leave because of this appeal: nothing leaves to its author."""
    if not held.seen:
        return CancelTimer(LEAVE_TIMER, f"{code} {held.cause}")
    return CancelTimer(SOURCE_TIMER, f"{code} {held.cmid} {held.seen}")


def is_compared(appeal: Appeal, held: Held) -> bool:
    """Whether the words are compared with VK because of this appeal: of an incident once, by the one that leads it."""
    return bool(held.seen) and (held.leads or not parse(held.cause).is_of_member(appeal.code))


def first_look(facts: Facts, appeal: Appeal, held: Held) -> tuple[StartTimer, ...]:
    """The timer of the first look at an official's message after its words have arrived; none where it is not
    compared."""
    return (to_be_read(appeal.code, held, facts.now + LOOKS[0], ARRIVED),) if is_compared(appeal, held) else ()


def next_look(facts: Facts, event: SourceRead) -> tuple[StartTimer, ...]:
    """How many there were stands in the digest's mark."""
    done = len(event.seen) - len(event.seen.lstrip(ARRIVED))
    if done >= len(LOOKS):
        return ()
    key, after = f"{event.appeal} {event.cmid} {ARRIVED}{event.seen}", LOOKS[done] - LOOKS[done - 1]
    return (StartTimer(SOURCE_TIMER, key, event.peer, facts.now + after),)


def watch_words(appeal: Appeal, held: Held) -> Appeal:
    """What these words are compared with from now on. What the bot put together cannot be sent anew by a press."""
    if not is_compared(appeal, held) or held.seen.startswith("~"):
        return appeal
    return with_watch(
        appeal, Watch(held.peer, held.cmid, held.seen, held.action, held.actor, held.until, only=held.only)
    )


def with_watch(appeal: Appeal, watch: Watch) -> Appeal:
    """The appeal with this watch in place of an earlier one of the message: of one message the resident has one
    wording."""
    return replace(appeal, watches=(*without_watch(appeal, watch).watches, watch))


def without_watch(appeal: Appeal, watch: Watch) -> Appeal:
    """The appeal that watches every official's message but this one."""
    others = (other for other in appeal.watches if (other.peer, other.cmid) != (watch.peer, watch.cmid))
    return replace(appeal, watches=tuple(others))


def watch_of(appeal: Appeal, peer: int, cmid: int) -> Watch | None:
    """What is watched of this official's message: whether it is changed or deleted after its words have left."""
    return next((watch for watch in appeal.watches if (watch.peer, watch.cmid) == (peer, cmid)), None)


HAVE_IT = (Status.MERGED, Status.ANSWERED, Status.CLOSED)
"""How those of an incident stand who have got its answer, or are about to."""


def others(facts: Facts, appeal: Appeal, held: Held) -> tuple[Appeal, ...]:
    """The other appeals of an incident that hear the same, as far as one answer is for all of them (joinable.py): of
    what goes beside an answer, all that hear that."""
    if not appeal.leads or held.action not in TOGETHER:
        return ()
    return sharers(facts, appeal, beside=bool(held.beside) and held.action == Action.ANSWER)


def sharers(facts: Facts, appeal: Appeal, *, beside: bool = False) -> tuple[Appeal, ...]:
    """The members of an incident who may read its answer. `beside`: of what goes beside a final answer, those that have
    it."""
    hear = HAVE_IT if beside else (Status.MERGED,)
    led = (member for member in facts.members if member.incident == appeal.code and member.status in hear)
    return tuple(member for member in led if may_share(facts.directory, appeal, member))


def of_member(cause: str, code: str) -> str:
    """The cause of the same words, said also to the author of this appeal."""
    return str(parse(cause).of_member(code))


def cause_for_everybody(appeal: Appeal, held: Held) -> Cause:
    """The cause under which all to whom these words are said are found (`Cause.includes`)."""
    cause = parse(held.cause)
    return cause.of_everybody(appeal.code) if held.leads else cause


def outgoing(facts: Facts, chat: Chat, appeal: Appeal, held: Held, *, together: bool) -> Send:
    """The message to the resident, sent when it can no longer be undone."""
    source = Source(held.peer, (held.cmid,)) if held.cmid else None
    return Send(
        appeal.resident,
        held.cause,
        wording(facts, chat, appeal, held, together=together),
        Kind.ANSWER,
        Priority.ANSWER,
        keyboard=solved_or_not(appeal) if asks(appeal, held) else None,
        copy=source if held.files else None,
        source=source,
        appeal=appeal.code,
        not_before=facts.now + (READ_BY if held.seen or together else facts.policy.undo),
        report=True,
    )


def wording(facts: Facts, chat: Chat, appeal: Appeal, held: Held, *, together: bool) -> str:
    """The text that the resident will read: marked as corrected where it replaces an earlier one, and with the question
    whether it is solved where `asks` says so (R42)."""
    said = words_for_resident(facts, chat, appeal, held, together=together)
    if held.beside == Beside.REPLACE and held.action != Action.ANSWER:
        said = texts_stages.corrected(said)
    return f"{said}\n\n{texts.SOLVED_OR_NOT}" if asks(appeal, held) else said


def asks(appeal: Appeal, held: Held) -> bool:
    """A correction of an answer is no second question whether it is solved (R42)."""
    first = appeal.status not in (Status.ANSWERED, Status.CLOSED) and not held.beside
    return held.action == Action.ANSWER and first


def solved_or_not(appeal: Appeal) -> Keyboard:
    """The two buttons under an answer: «Решено» and «Не решено»."""
    return keyboards.inline((own_screens.solved(appeal.code), own_screens.not_solved(appeal.code)))


def words_for_resident(facts: Facts, chat: Chat, appeal: Appeal, held: Held, *, together: bool) -> str:
    """What the resident reads, by the move that the words make: answer, question, interim, postponement, refusal.
    `together`: the same answer goes to others of the incident."""
    who = agency_name(facts.directory, chat.agency if chat.agency != CUR else None)
    code, text, zone = appeal.code, held.text, facts.policy.zone
    until = day(held.until, zone) if held.until else ""
    match held.action:
        case Action.ASK:
            waits = start(TermClock.QUESTION, facts.clocks(appeal).terms, facts.clocks(appeal).office, facts.now)
            return texts_stages.asked(code, who, text, day(waits.due_at, zone))
        case Action.INTERIM:
            return texts_stages.interim(code, who, text, until)
        case Action.POSTPONE:
            return texts_stages.postponed(code, who, texts_stages.why_postponed(held.reason), until, text)
        case Action.DECLINE:
            why, todo = texts_stages.why_declined(Decline(held.reason))
            return texts_stages.declined(code, why, todo, facts.directory.formal_channel)
        case Action.OUTSIDE:
            known = next((outside for outside in facts.directory.outside if outside.code == held.reason), None)
            return texts_stages.outside(code, known.name if known else held.reason, known.contact if known else text)
        case Action.CLOSE:
            return texts_stages.closed(code, text)
        case "news":
            return texts_stages.news(code, who, text)
        case _ if held.beside:
            return texts.beside(code, who, text, corrects=held.beside == Beside.REPLACE)
        case _:
            return texts_stages.answered_all(code, who, text) if together else texts.answer(code, who, text)


def warnings(chat: Chat, held: Held) -> tuple[str, Chat | None]:
    """A hint to the official before the answer leaves (the same as before, or it says nothing), "" without one; and the
    chat that remembers this answer (R43)."""
    if held.action != Action.ANSWER or held.files:
        return "", None
    digest = f"{crc32(held.text.casefold().encode('utf-8', 'surrogatepass')):08x}.{len(held.text)}"
    seen = replace(chat, recent=(*chat.recent, digest)[-FAMILIAR:])
    if digest in chat.recent:
        return texts_chat.SAME_ANSWER, seen
    return (texts_chat.EMPTY_ANSWER if says_nothing(held.text) else ""), seen


def name_of(held: Held | Approval) -> str:
    """How these words are called in the chat."""
    what = WHAT[held.action]
    if held.beside == Beside.ADD:
        return texts_answers.ADDED
    return texts_answers.corrected(what) if held.beside else what


def line_of(held: Held | None, answer_cause: str) -> str:
    """The cause of the line in the chat that tells what became of an answer."""
    return (held.line if held is not None else "") or str(parse(answer_cause).offer)


def undo_offer(facts: Facts, appeal: Appeal, held: Held, count: int, warned: str, reply_to: int) -> Send | Edit:
    """The line with «Отменить» under words that will leave. `count`: how many others get it too. Where something was
    asked before, the question becomes this line."""
    text = texts_chat.will_leave(appeal.code, int(facts.policy.undo.total_seconds()), name_of(held), count)
    said, cause = f"{text}\n{warned}" if warned else text, str(parse(held.cause).offer)
    keyboard = undo_keyboard(appeal, held)
    if held.line:
        return Edit(held.peer, cause, held.line, said, keyboard, appeal.code)
    return Send(
        held.peer, cause, said, Kind.STATUS, Priority.DIALOGUE, keyboard=keyboard, reply_to=reply_to or None,
        appeal=appeal.code,
    )  # fmt: skip


def undo_keyboard(appeal: Appeal, held: Held) -> Keyboard:
    """«Отменить»; of an answer also what else it may be meant as: interim, or a question."""
    undo = keyboards.callback("Отменить", actions.UNDO, held.cause)
    if held.action != Action.ANSWER or held.beside or not is_allowed(appeal.status, Action.INTERIM):
        return keyboards.inline((undo,))
    interim = keyboards.callback("Это промежуточный", actions.AS_INTERIM, held.cause)
    question = keyboards.callback("Это вопрос", actions.AS_QUESTION, held.cause)
    return keyboards.inline((undo,), (interim, question))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An answer that did not leave: the appeals without it, not yet counted as changed, and what was cancelled."""

    appeal: Appeal
    members: tuple[Appeal, ...]
    held: Held | None
    effects: tuple[Effect, ...]

    def led_by(self, lead: Appeal) -> TakenBack:
        """The same as it changes the message that leads: the answer may have been to one alone who has joined."""
        joined = self.appeal.code != lead.code
        return replace(self, appeal=lead, members=(*self.members, self.appeal)) if joined else self


def take_back(facts: Facts, appeal: Appeal, cause: str, peer: int) -> TakenBack | None:
    """All parts of it, from everybody to whom it is said, or none: what has begun to leave is not torn. Only an answer
    of this very chat (T3)."""
    words = parse(cause)
    if cause not in facts.unsent or (words.kind, words.peer) != (ANSWER, peer):
        return None
    held = next((answer for answer in appeal.held if answer.cause == cause), None)
    everybody = cause_for_everybody(appeal, held) if held is not None else words
    unsent = sorted(code for code in facts.unsent if everybody.includes(parse(code)))
    others = tuple(member for member in facts.members if member.code != appeal.code)
    if held is not None and any(has_left(facts, everybody, other) for other in others if other.code in held.also):
        return None
    told = [other for other in others if str(everybody.of_member(other.code)) in unsent]
    members = tuple(drop_held(reader, str(everybody.of_member(reader.code))) for reader in told)
    return TakenBack(
        drop_held(appeal, cause), members, held, tuple(CancelSend(unsent_cause) for unsent_cause in unsent)
    )


def on_its_way(appeal: Appeal) -> Held | None:
    """An answer that the resident is about to read, the last of several."""
    return next((held for held in reversed(appeal.leaving) if held.action in ENDING), None)


def said_so_far(appeal: Appeal) -> str:
    """What its resident has been answered and what is on its way: whoever read an older state may contradict it."""
    going = on_its_way(appeal)
    return f"{appeal.answers}.{going.cause if going is not None else ''}"


def without_them(facts: Facts, taken: TakenBack) -> Facts:
    """What is true once these words were taken back from everybody."""
    members = {member.code: member for member in taken.members}
    return replace(facts, members=tuple(members.get(member.code, member) for member in facts.members))


def instead(taken: TakenBack, done: Decision, *told: Effect) -> Decision:
    """The decision together with the taking back of earlier words, also from whoever does not hear the new ones."""
    changed = {appeal.code for appeal in done.appeals}
    others = (replace(member, version=member.version + 1) for member in taken.members if member.code not in changed)
    return replace(done, appeals=(*done.appeals, *others), effects=(*taken.effects, *told, *done.effects))


def has_left(facts: Facts, words: Cause, member: Appeal) -> bool:
    """Whether these words have begun to leave to one of an incident; not where he took his message back before."""
    theirs = str(words.of_member(member.code))
    taken = member.status is Status.WITHDRAWN and all(held.cause != theirs for held in member.held)
    return theirs not in facts.unsent and not taken


def drop_held(appeal: Appeal, cause: str) -> Appeal:
    """The appeal without these words on their way."""
    return replace(appeal, held=tuple(answer for answer in appeal.held if answer.cause != cause))


def decide_undo(facts: Facts, taken: TakenBack, cause: str, peer: int, why: str = texts_chat.ANSWER_UNDONE) -> Decision:
    """Takes words back by «Отменить», or what is the same: the line under the official's message says so."""
    shown = told_undone(facts, taken, cause, peer, why)
    changed = (taken.appeal, *taken.members) if taken.held is not None else taken.members
    appeals = tuple(replace(appeal, version=appeal.version + 1) for appeal in changed)
    return Decision(appeals=appeals, effects=(*taken.effects, shown))


def reply_without_words(facts: Facts, peer: int, cmid: int, origin: str, *, several: bool = False) -> Send:
    """The line to an official whose words do not leave, for their resident is to be erased: a reply to his own message,
    which shows what it was; no words, no number. It belongs to no appeal, so the erasure leaves it where it is
    (R14)."""
    text = texts_chat.not_sent_to_forgotten(several=several)
    cause = facts.cause("forgotten", peer, origin)
    return Send(peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, reply_to=cmid or None)


def told_undone(facts: Facts, taken: TakenBack, cause: str, peer: int, why: str) -> Edit:
    """The line under the words that do not leave."""
    edit = facts.cause("undone", peer, parse(cause).origin)
    said = why.format(code=taken.appeal.code)
    if taken.held is not None and taken.held.beside:
        said = f"{said} {texts_answers.STILL_THERE}"
    return Edit(peer, edit, line_of(taken.held, cause), said, None, taken.appeal.code)
