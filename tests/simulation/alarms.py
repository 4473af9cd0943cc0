"""«No confirmed number ends unseen»: what must hold of every alarm of danger to life (R28, R21, I2, I4).

Read from what VK shows, and from when the bot decided to say a thing; of its reasons nothing is known here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.text import actions
from states.cause import parse
from states.lifecycle.alerts import FALSE_ALARMS, FIRST_REPEATS, JUST_CALLED, LATER_REPEATS
from tests.simulation import restores
from tests.simulation.acts_danger import ALARM, DESPAIR, DOUBT, EDITED, PRANK, PRESSED, SAID_YES, YES, asks_whether
from tests.simulation.people import buttons, meant, meant_by, with_action
from tests.simulation.record import Record
from tests.simulation.windows import Window
from tests.world import said
from vk_emulator.world.records import Message, Thread

Found = Iterator[str]
CALL, AGAIN, PHOTOS = "alert_call", "alarms_again", "alert_photos"
"""Kinds of causes: what calls the chat again, what a restore tells once more, the files."""
LISTS = {
    actions.TOPIC, actions.GROUP, actions.OTHER_TOPIC, actions.SCENE, actions.PLACE, actions.NO_ADDRESS, actions.SEND,
}  # fmt: skip
"""Buttons of questions that nobody in danger is asked."""
ON = {actions.CONSENT, actions.TELL_DUTY, actions.STILL_DANGER}
"""Presses after which the danger is still what is talked of."""
WAYS_OUT = ("Отмена", "Начать заново")
SLACK = 75.0
"""Seconds in which what is due is decided and said; VK may carry it out a minute late (F7)."""
BACK = 300.0
"""Seconds in which a chat that had lost the bot is found again."""
STAGE = re.compile(r"^(\d{4}-[2-9A-HJ-NP-Z]{4})\.alert\.([a-z]+)")


@dataclass
class Alarm:
    """A number that its author has read. By the bot's clock, when it was decided to say so: `told`, `seen`, `ended`,
    `joke` (ended as a false one), `unreached` (112 is out of reach). `stages`: how often VK shows which of these."""

    code: str
    author: int
    told: float
    seen: float | None = None
    ended: float | None = None
    joke: bool = False
    unreached: list[float] = field(default_factory=list)
    stages: Counter[str] = field(default_factory=Counter)

    def waits(self, now: float) -> Iterator[tuple[float, float]]:
        """(since, until) of all the time in which those on duty must be called."""
        over = min(self.ended or now, now)
        yield self.told, min(self.seen or over, over)
        begun = sorted(self.unreached)
        yield from zip(begun, [*begun[1:], over], strict=False)

    def waiting(self, at: float) -> bool:
        return any(since <= at <= until + 1.0 for since, until in self.waits(at))


def due(since: float, until: float) -> Iterator[float]:
    """When those on duty are called in that time."""
    last = since + FIRST_REPEATS[-1].total_seconds()
    for after in FIRST_REPEATS:
        if since + after.total_seconds() < until:
            yield since + after.total_seconds()
    while (last := last + LATER_REPEATS.total_seconds()) < until:
        yield last


def known(record: Record) -> list[Alarm]:
    """Every alarm of those who are not forgotten, with what the bot has decided to say of it."""
    rows = record.ask("SELECT random_id, cause, kind, created_at FROM outbox")
    made = {row["random_id"]: row["created_at"] / 1e6 for row in rows}
    found: dict[str, Alarm] = {}
    for user, thread in record.dialogues():
        for one in record.own(thread) if not is_forgotten(record, user) else ():
            code = said.alarm(one.text)
            if code and code not in found:
                found[code] = Alarm(code, user, made.get(one.random_id, record.shown_at.get(one.id, 0.0)))
            code, stage = stage_of(record, one)
            if code in found:
                found[code].stages[stage] += 1
                found[code].joke |= said.JOKED in one.text
    for row in rows:
        code, stage = staged(parse(row["cause"]).origin) if row["kind"] == "status" else ("", "")
        if code in found:
            note(found[code], stage, row["created_at"] / 1e6)
    return list(found.values())


def note(alarm: Alarm, stage: str, at: float) -> None:
    match stage:
        case "seen":
            alarm.seen = at
        case "ended":
            alarm.ended = at
        case "unreached":
            alarm.unreached.append(at)


def staged(origin: str) -> tuple[str, str]:
    found = STAGE.match(origin)
    return (found[1], found[2]) if found else ("", "")


def stage_of(record: Record, message: Message) -> tuple[str, str]:
    """(number, what is told) where this is a line to the author of an alarm."""
    return staged(record.origin(message)) if record.kind(message) == "status" else ("", "")


def is_forgotten(record: Record, user: int) -> bool:
    return user in record.truth.asked or user in record.truth.erased


def is_void(record: Record, code: str) -> bool:
    return any(code in window.gone for window in record.windows)


def is_card(record: Record, message: Message) -> bool:
    """The card of an alarm, in whatever form; also said anew where VK would not let it be edited."""
    return message.text.startswith(said.ALARM) and record.kind(message) not in (AGAIN, CALL)


def cards(record: Record) -> Iterator[Message]:
    yield from (one for one in in_chats(record) if is_card(record, one))


def calls(record: Record) -> Iterator[Message]:
    yield from (one for one in in_chats(record) if record.kind(one) == CALL)


def in_chats(record: Record) -> Iterator[Message]:
    for _, chat in record.chats():
        yield from record.own(chat.thread)


# In the moment in which it appears.


def at_once(record: Record, message: Message) -> Found:
    found = no_author(record, message) if message.thread.chat is not None else told_truly(record, message)
    yield from (f"alarm: {what}" for what in found)


def no_author(record: Record, message: Message) -> Found:
    """R21: neither a forward nor a name nor a profile."""
    if not (is_card(record, message) or record.kind(message) in (CALL, PHOTOS, AGAIN)):
        return
    if message.quotes or message.reply is not None:
        yield f"{message.text[:60]!r} показывает чужое сообщение"
    for user in {record.residents.get(code, 0) for code in said.CODE.findall(message.text)} - {0}:
        if f"id{user}" in message.text or record.world.users[user].last_name in message.text:
            yield f"{message.text[:60]!r} называет автора"


def told_truly(record: Record, message: Message) -> Found:
    """«Сообщили» is a card that VK shows, «прочитал» a press of a person; nobody speaks of a person on duty who is not
    named."""
    code, stage = stage_of(record, message)
    if not record.named and "дежурн" in message.text.casefold():
        yield f"дежурный не назван, а сказано {message.text[:60]!r}"
    if stage == "shown" and not any(said.about(one) == code for one in cards(record)):
        yield f"№{code}: автору сказано, что сообщили, а карточки нет"
    pressed = {action for _, action in record.truth.ends.get(code, ())}
    if stage in ("seen", "ended", "unreached") and code not in record.truth.sees:
        yield f"№{code}: «Вижу» никто не нажимал, а сказано {message.text[:40]!r}"
    if stage == "ended" and not pressed & {actions.HANDED_OVER, actions.FALSE_ALARM}:
        yield f"№{code}: никто не закрыл, а сказано {message.text[:40]!r}"
    if stage == "unreached" and actions.UNREACHED not in pressed:
        yield f"№{code}: никто не нажимал «Не дозвонились», а сказано {message.text[:40]!r}"


# When all is quiet.


def all_of(record: Record) -> Found:
    """Everything that must hold of alarms in the end."""
    every = known(record)
    yield from raised_once(record)
    yield from asked_first(record)
    yield from doubted_first(record)
    yield from doubts_asked(record)
    yield from words_stand(record, every)
    yield from nothing_asked(record)
    yield from called_rightly(record, every)
    for alarm in every:
        yield from told_once(record, alarm)
        if not is_void(record, alarm.code):
            yield from has_card(record, alarm)
            yield from was_seen(record, alarm)
            yield from called_in_time(record, alarm)
    for window in record.windows:
        yield from told_again(record, window, every)


def raised_once(record: Record) -> Found:
    """One message, one alarm, whatever is lost, killed or put back meanwhile; and none is lost."""
    under: dict[str, set[str]] = {}
    for one in cards(record):
        for mark in said.MARK.findall(one.text):
            if mark in record.truth.danger and not is_void(record, said.about(one)):
                under.setdefault(mark, set()).add(said.about(one))
    for mark, codes in sorted(under.items()):
        if len(codes) > 1:
            yield f"слова {mark} стоят в нескольких тревогах: {sorted(codes)}"
    again = "\n".join(one.text for one in in_chats(record) if record.kind(one) == AGAIN)
    dead = {row["resident"] for row in record.ask(UNSEEN_CARDS)}
    for user, thread in record.dialogues():
        for mark, message in must_be_told(record, user, thread):
            if mark not in under and mark not in said.MARK.findall(again) and user not in dead:
                yield f"тревоги о {mark} нет: {message.text[:60]!r}"


UNSEEN_CARDS = (
    "SELECT resident FROM appeal WHERE code IN "
    "(SELECT appeal FROM outbox WHERE kind = 'card' AND state IN ('dead', 'unknown', 'parked_chat'))"
)
"""Of those whose card VK would not take or does not show; what calls again names them."""


def must_be_told(record: Record, user: int, thread: Thread) -> Iterator[tuple[str, Message]]:
    """(mark, message) of danger that those on duty must read: of whoever has agreed and said nothing else since."""
    if not agreed(record, user):
        return
    for message in thread.messages:
        since = thread.messages[message.cmid :]
        presses = {meant_by(one) for one in since if one.sender == user}
        offered = any(with_action(one, actions.TELL_DUTY, "") for one in since if one.sender == record.bot)
        waits = presses & {actions.REFUSE, actions.ERASE_YES} or (offered and actions.TELL_DUTY not in presses)
        for mark in alarming(record, message) if message.sender == user and not waits else ():
            certain = record.truth.danger[mark] != EDITED or not (record.events_gone or record.windows)
            if certain and not is_asked(record, thread):
                yield mark, message


def alarming(record: Record, message: Message) -> list[str]:
    """Marks of words that are an alarm by themselves or by a press."""
    alarms = {ALARM, PRANK, EDITED}
    if not may_be_forgotten(record):
        alarms |= {PRESSED, SAID_YES} if answered_by_yes(record, message) else {PRESSED}
    return [one for one in said.MARK.findall(message.text) if record.truth.danger.get(one) in alarms]


def may_be_forgotten(record: Record) -> bool:
    """What is asked behind a window may be of what it forgot, and an answer after a day is too late."""
    return bool(record.windows or record.clock_wrong or record.days_pass)


def answered_by_yes(record: Record, message: Message) -> bool:
    """Whether «Да» was said, and the bot has told its author nothing between the question and what follows from it."""
    since = message.thread.messages[message.cmid :]
    yes = next((one for one in since if one.sender == message.sender and one.text == YES), None)
    rows = record.ask("SELECT cause, created_at FROM outbox WHERE peer = ? ORDER BY id", message.sender)
    origins = [parse(row["cause"]).origin for row in rows]
    asked, answer = str(message.cmid), str(yes.cmid) if yes is not None else ""
    if asked not in origins or answer not in origins:
        return False
    return set(origins[origins.index(asked) : origins.index(answer)]) == {asked}


def agreed(record: Record, user: int) -> bool:
    """Whether the last that the bot heard from them about the consent was yes."""
    rows = record.ask("SELECT given FROM consent WHERE resident = ? ORDER BY id DESC LIMIT 1", user)
    return bool(rows) and bool(rows[0]["given"]) and not is_forgotten(record, user)


def is_asked(record: Record, thread: Thread) -> bool:
    """Whether the consent is what the dialogue is at: their words wait for the answer."""
    shown = next((one for one in reversed(thread.messages) if one.sender == record.bot and buttons(one)), None)
    return shown is not None and bool(with_action(shown, actions.CONSENT))


def asked_first(record: Record) -> Found:
    """Words of despair alone reach a chat only where their author has pressed «Передать»."""
    for one in in_chats(record):
        for mark in said.MARK.findall(said.words(one)):
            if record.truth.danger.get(mark) == DESPAIR and not let_tell(record, mark):
                yield f"слова {mark} переданы, хотя автор не нажал «Передать»: {one.text[:60]!r}"


def doubted_first(record: Record) -> Found:
    """What only may be a danger stands on the card of an alarm where its author has pressed «Да, передать»."""
    for one in cards(record):
        for mark in said.MARK.findall(said.words(one)):
            if record.truth.danger.get(mark) == DOUBT and not let_tell(record, mark):
                yield f"слова {mark} подняли тревогу, хотя автор не нажал «Да, передать»: {one.text[:60]!r}"


def doubts_asked(record: Record) -> Found:
    """Whoever has agreed and told what may be a danger was asked whether it goes to those on duty, unless they read of
    a danger of his anyway."""
    for user, thread in record.dialogues() if not may_be_forgotten(record) else ():
        own = [one for one in thread.messages if one.sender == user]
        left = {meant_by(one) for one in own} & {actions.REFUSE, actions.ERASE_YES}
        told = list(record.own(thread))
        heard = any(asks_whether(one) or said.alarm(one.text) or said.WHETHER.search(one.text) for one in told)
        if left or heard or not agreed(record, user) or is_asked(record, thread):
            continue
        for mark in [mark for one in own for mark in said.MARK.findall(one.text)]:
            if record.truth.danger.get(mark) == DOUBT:
                yield f"о словах {mark} никто не спросил, передать ли их"


def let_tell(record: Record, mark: str) -> bool:
    """«Передать», perhaps «Да», or a danger told of: to that such words belong, before it and after it."""
    author = record.truth.author[mark]
    own = [one for one in record.world.private_thread(record.bot, author).messages if one.sender == author]
    yes = any(record.truth.danger.get(known) == SAID_YES for one in own for known in said.MARK.findall(one.text))
    return yes or any(meant_by(one) == actions.TELL_DUTY or alarming(record, one) for one in own)


def words_stand(record: Record, every: list[Alarm]) -> Found:
    """I2: what was told on stands on the card, as it was edited last; nothing else of its author does."""
    ended = {alarm.code: alarm.ended for alarm in every}
    shown: dict[str, list[Message]] = {}
    for one in cards(record):
        shown.setdefault(said.about(one), []).append(one)
    for user, thread in record.dialogues():
        for message in thread.messages if not is_forgotten(record, user) else ():
            marks = said.MARK.findall(message.text) if message.sender == user else []
            for mark in marks:
                at = [one for ones in shown.values() for one in ones if mark in said.MARK.findall(one.text)]
                if was_added(record, message) and not at and not left_to_lists(record, message):
                    yield f"{mark} дописано и на карточке не стоит: {message.text[:60]!r}"
                own = any(one in record.truth.danger or one in record.truth.added for one in marks)
                if at and not own:
                    yield f"{mark} не о тревоге, а стоит на её карточке {said.about(at[0])}"
                if at and message.edits and must_be_new(record, message, ended.get(said.about(at[-1]))):
                    last = message.text.partition(f"Пометка {mark}")[2].strip()
                    if not any(last in one.text for one in shown[said.about(at[-1])]):
                        yield f"{mark} исправлено на {last!r}, а на карточке прежнее"


def was_added(record: Record, message: Message) -> bool:
    """Whether its author has read that it was added."""
    heard = (one for one in record.own(message.thread) if record.origin(one) == str(message.cmid))
    return any(one.text.startswith(said.MORE_TOLD) for one in heard)


def left_to_lists(record: Record, message: Message) -> bool:
    """It lies in a window, or its card is one that VK does not show."""
    user = message.sender
    dead = any(row["resident"] == user for row in record.ask(UNSEEN_CARDS))
    return dead or any(message.posted <= window.over for window in record.windows)


def must_be_new(record: Record, message: Message, ended: float | None) -> bool:
    """Whether the edit came while the alarm was open, and certainly to the bot."""
    sure = not (record.events_gone or record.windows or record.clock_wrong or record.edits_refused)
    return sure and (ended is None or message.edits[-1]["date"] + SLACK < ended)


def nothing_asked(record: Record) -> Found:
    """While danger is told of its author is asked for no topic, no place, no «Отправить»."""
    if record.days_pass:
        return  # an hour later words are about something else
    for user, thread in record.dialogues():
        for one in record.own(thread):
            asked = {meant(button)[0] for button in buttons(one)} & LISTS
            if asked and telling(record, one):
                yield f"жителя {user} в тревоге спросили {sorted(asked)}: {one.text[:60]!r}"


def telling(record: Record, message: Message) -> bool:
    """Whether all that its author wrote since he told of it is about that. A way out may have been taken before the
    number was read (seed 12000879)."""
    for one in reversed(message.thread.messages[: message.cmid - 1]):
        code = said.alarm(one.text) if one.sender == record.bot else ""
        if code:
            at = record.shown_at.get(message.id, 0.0)
            over = any(when <= at for when, action in record.truth.ends.get(code, ()) if action != actions.UNREACHED)
            return not over and not is_void(record, code) and not left_before(record, one)
        if one.sender != record.bot and not about_danger(record, one):
            return False
    return False


def left_before(record: Record, number: Message) -> bool:
    """Whether behind the words that got this number stood a button by which its author had left, before he read it:
    the bot was away (seed 161000247), or a restore read it again."""
    told = int(record.origin(number).partition(".")[0] or 0)
    between = number.thread.messages[told : number.cmid - 1]
    return any(message.text in WAYS_OUT for message in between if message.sender != record.bot)


def about_danger(record: Record, message: Message) -> bool:
    action = meant_by(message)
    return action in ON if action else any(mark in record.truth.danger for mark in said.MARK.findall(message.text))


def told_once(record: Record, alarm: Alarm) -> Found:
    for stage in ("shown", "seen", "ended", "unseen"):
        # Pressed once more after an older copy, by whose card nobody has yet.
        again = stage in ("seen", "ended") and restores.hides_repeats(record)
        if alarm.stages[stage] > 1 + again:
            yield f"№{alarm.code}: автору {alarm.stages[stage]} раза сказано «{stage}»"


def has_card(record: Record, alarm: Alarm) -> Found:
    """In a chat of those on duty; where VK would not take it, what calls again names it."""
    own = any(said.about(one) == alarm.code for one in cards(record))
    dead = any(row["resident"] == alarm.author for row in record.ask(UNSEEN_CARDS))
    if not own and not (dead and any(alarm.code in one.text for one in calls(record))):
        yield f"№{alarm.code}: номер автор прочитал, а карточки нет"


def unseen(record: Record) -> list[str]:
    """Numbers that their authors have read and nobody of those on duty, as far as anybody was told."""
    return [alarm.code for alarm in known(record) if not is_void(record, alarm.code) and ends_unseen(record, alarm)]


def ends_unseen(record: Record, alarm: Alarm) -> bool:
    return alarm.seen is None and alarm.ended is None and not may_be_silent(record, alarm)


def was_seen(record: Record, alarm: Alarm) -> Found:
    if record.on_duty and ends_unseen(record, alarm):
        yield f"№{alarm.code}: номер автор прочитал, а тревогу никто"


def may_be_silent(record: Record, alarm: Alarm) -> bool:
    """Perhaps it calls nobody by itself: two false ones before, or an older copy that told of it once more."""
    jokes = [code for code, ends in record.truth.ends.items() if any(way == actions.FALSE_ALARM for _, way in ends)]
    mine = [code for code in jokes if record.residents.get(code) == alarm.author and code != alarm.code]
    return len(mine) >= FALSE_ALARMS or any(alarm.code in window.known.codes for window in record.windows)


def called_in_time(record: Record, alarm: Alarm) -> Found:
    """Until somebody has seen it the chat is called again, in time; asked of the time after the storm."""
    if record.clock_wrong or may_be_silent(record, alarm):
        return
    at = [made_at(record, one) for one in calls(record) if alarm.code in one.text]
    quiet = record.mended + (BACK if record.events_gone else SLACK)
    for since, until in alarm.waits(record.world.clock.now()):
        for moment in due(since, until - SLACK):
            early, late = moment - JUST_CALLED.total_seconds() - SLACK, moment + SLACK
            if moment > quiet and not any(early <= one <= late for one in at):
                yield f"№{alarm.code}: через {moment - since:.0f} с чат не позвали"


def made_at(record: Record, message: Message) -> float:
    rows = record.ask("SELECT created_at FROM outbox WHERE random_id = ?", message.random_id)
    return float(rows[0]["created_at"]) / 1e6 if rows else record.shown_at.get(message.id, 0.0)


def called_rightly(record: Record, every: list[Alarm]) -> Found:
    """Nobody is called for what somebody has seen, for the third joke of its author, or again after a restore."""
    by_code = {alarm.code: alarm for alarm in every if not is_void(record, alarm.code)}
    for one in calls(record):
        at = made_at(record, one)
        for alarm in [by_code[code] for code in said.ABOUT.findall(one.text) if code in by_code]:
            jokes = [other for other in every if other.author == alarm.author and other.joke and other.ended]
            before = [other for other in jokes if (other.ended or 0.0) < alarm.told - 1.0]
            if not alarm.waiting(at) and not (record.windows or record.clock_wrong):
                yield f"№{alarm.code}: чат позвали, хотя это видят: {one.text[:60]!r}"
            meant = any(since <= at for since in alarm.unreached)  # a person says that it is one
            # A clock that went back says nothing of which came before (seed 181000615).
            if len(before) >= FALSE_ALARMS and not (meant or record.windows or record.clock_wrong):
                yield f"№{alarm.code}: чат позвали после {len(before)} ложных тревог автора"
            settled = [window for window in record.windows if alarm.code in window.known.codes]
            # «Не дозвонились» calls again, after a restore too (seed 41000262).
            if not meant and any(one.posted > window.over for window in settled):
                yield f"№{alarm.code}: чат позвали, хотя о ней сказано после восстановления"


def told_again(record: Record, window: Window, every: list[Alarm]) -> Found:
    """§13: what the copy holds open, and danger told of in the window, in one line."""
    texts = [one.text for _, one in restores.lists(record, window, AGAIN)]
    if record.chats_lost:
        return
    on_cards = {
        mark for one in cards(record) if not is_void(record, said.about(one)) for mark in said.MARK.findall(one.text)
    }
    for alarm in every:
        ended = alarm.ended is not None and alarm.ended <= window.copy.at
        if alarm.code in window.known.codes and not ended:
            times = sum(alarm.code in text for text in texts)
            if times != 1:
                yield f"№{alarm.code} открыта в копии, после восстановления о ней сказано {times} раз"
    for user, thread in record.dialogues():
        for message in thread.messages if not restores.excused(record, window, user) else ():
            for mark in alarming(record, message) if window.holds(user, message) and message.sender == user else ():
                told = sum(mark in said.MARK.findall(text) for text in texts) or int(mark in on_cards)
                if record.truth.danger[mark] != EDITED and told != 1 and not taken_back(record, thread, message):
                    yield f"о {mark} из окна после восстановления сказано {told} раз"


def taken_back(record: Record, thread: Thread, message: Message) -> bool:
    since = (one for one in thread.messages[message.cmid :] if one.sender == message.sender)
    return any(meant_by(one) in (actions.REFUSE, actions.ERASE_YES) for one in since)
