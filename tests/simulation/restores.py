"""Nothing of a window is decided again, so each event of it must have been shown to a person, once (delivery.md §13).

Read from what VK shows; of the bot only what the copy itself holds is known.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from handlers.text import actions
from states.cause import parse
from states.people.chats import DUTY
from tests.simulation.acts_official import NEWLY_BOUND, SEND_IT, SETTLED
from tests.simulation.people import buttons, meant, meant_by
from tests.simulation.record import Record
from tests.simulation.windows import Copy, Known, Window
from tests.world import said
from vk_emulator.world.records import CHAT_BASE, Chat, Message

Found = Iterator[str]
SUMMARY = "summary"
VOID = "void"
LISTS = ("to_check", "unsent", SUMMARY)
"""Kinds of messages that name what people must settle."""
TEXT = "recovered"
"""The kind of the text that a resident reads."""
MOMENT = re.compile(r"\.(\d{12}\.\d{6})$")
"""How the origin of what a timer led to ends."""


def opened(record: Record, copy: Copy, known: Known, loop_at: float) -> Window:
    """A copy is put back now."""
    world = record.world
    own = [one.date for _, one in record.everything()]
    window = Window(copy, known, world.next_id - 1, world.clock.now(), loop_at, max(own, default=0))
    # A number that an earlier window made void stays so: a copy from after that was settled has nothing to tell of it.
    settled = {code for one in record.windows if one.over <= copy.at for code in one.void}
    for peer, one in record.everything():
        code = said.number(one.text) or said.alarm(one.text) if peer > 0 else said.about(one)
        if code and code not in known.codes and code not in settled and code in record.residents:
            window.void[code] = record.residents[code]
            window.told |= {code} if peer > 0 else set()
    window.gone = record.residents.keys() - known.codes.keys()
    return window


def words_of(window: Window, record: Record, user: int) -> set[str]:
    """The marks of a resident's words that lie in the window and must be in the draft: not those from before a «Нет» or
    «Удалить» of the window, which is carried out, nor those that belong to a message that the copy knows."""
    marks: set[str] = set()
    for message in record.world.private_thread(record.bot, user).messages:
        if message.sender != user or not window.holds(user, message):
            continue
        if meant_by(message) in (actions.REFUSE, actions.ERASE_YES):
            marks.clear()
        words = said.MARK.findall(message.text)
        # What tells of danger is in no draft: those on duty read it once more (alarms.py).
        apart = belongs(window, record, message) or record.truth.danger.keys() & set(words)
        marks.update(words if not apart else ())
    erased = record.truth.erased.get(user, 0)
    before = record.world.private_thread(record.bot, user).messages[:erased]
    return marks - {mark for one in before for mark in said.MARK.findall(one.text)}


def belongs(window: Window, record: Record, message: Message) -> str:
    """The number of the message that the copy knows and that these words are about: VK's reply names it, or «Дополнить»
    or «Не решено» was pressed last; nothing where they may be about anything (§13)."""
    before = message.thread.messages[: message.cmid - 1]
    code = ""
    if message.reply is not None and message.reply.sender == record.bot:
        code = said.about(before[message.reply.cmid - 1])
    else:
        pressed = next((one for one in reversed(before) if one.sender == message.sender and not is_words(one)), None)
        action, value = meant({"payload": pressed.payload}) if pressed is not None else ("", "")
        code = value if action in (actions.ADD, actions.NOT_SOLVED) else ""
    mine = window.known.codes.get(code, (0, None))[0] == message.sender
    return code if mine and code in window.known.open and code not in record.truth.withdrawn else ""


def belonging(record: Record) -> set[str]:
    """Marks of words of a window that must be at their message, whoever looks after that."""
    found: set[str] = set()
    for window in record.windows:
        for user, thread in record.dialogues():
            for message in thread.messages if not excused(record, window, user) else ():
                if message.sender == user and window.holds(user, message) and belongs(window, record, message):
                    found.update(said.MARK.findall(message.text))
    return found


def is_words(message: Message) -> bool:
    return not message.payload and bool(said.MARK.search(message.text))


# What people were shown.


def since(record: Record, window: Window) -> Iterator[tuple[int, Message]]:
    """What the bot has said since this copy was put back, until the next one was."""
    later = [one.newest for one in record.windows if one.newest > window.newest]
    for peer, one in record.everything():
        if window.newest < one.id <= min(later, default=one.id) and not by_the_lost(record, window, one):
            yield peer, one


def by_the_lost(record: Record, window: Window, message: Message) -> bool:
    """VK carried it out late, for a process that is over (F7)."""
    return record.sent.of(message).began <= window.loop_at


def lists(record: Record, window: Window, *kinds: str) -> Iterator[tuple[int, Message]]:
    for peer, one in since(record, window):
        if record.kind(one) in kinds:
            yield peer, one


def named(record: Record, window: Window) -> set[str]:
    """Numbers that people were told to look after."""
    found: set[str] = set()
    for _, one in lists(record, window, *LISTS):
        found.update(said.CODE.findall(one.text), said.CODE.findall(record.file_of(one)))
    return found


def left_to_people(record: Record, code: str, at: float) -> bool:
    """Whether what happened to this appeal at that time is for people to settle: they were told to."""
    return any(at <= window.over and code in named(record, window) for window in record.windows)


# What the bot may not do by itself, at every message.


def at_once(record: Record, message: Message) -> Found:
    """The ЦУР's summary ends a window: what is written from here on is handled as usual."""
    if record.windows:
        yield from by_itself(record, message)
    for window in record.windows:
        if (
            record.kind(message) == SUMMARY
            and message.thread.chat is not None
            and not by_the_lost(record, window, message)
        ):
            window.over = min(window.over, message.posted)
            window.loop_over = min(window.loop_over, window.loop_at + message.posted - window.at)


def by_itself(record: Record, message: Message) -> Found:
    """§13: what waited in a copy leaves only when a person says so, and no timer of a window fires."""
    window = record.windows[-1]
    cause = record.causes.get(message.random_id, "")
    if by_the_lost(record, window, message) or not cause:
        return
    rows = record.ask("SELECT id FROM outbox WHERE random_id = ?", message.random_id)
    let_go = any(str(row["id"]) in record.truth.let_go for row in rows)
    if said.bare(cause) in window.known.waiting and not let_go:
        yield f"§13: {cause} ждало в копии и ушло само"
    moment = MOMENT.search(record.origin(message))
    if moment and due(moment[1]) <= window.at:
        yield f"§13: таймер из окна сработал: {cause}"


def due(moment: str) -> float:
    return datetime.strptime(moment, "%y%m%d%H%M%S.%f").replace(tzinfo=UTC).timestamp()


# When all is quiet.


def shown_once(record: Record) -> Found:
    """§13: each event of a window was shown to a person, once."""
    for window in record.windows:
        yield from texts(record, window)
        yield from numbers(record, window)
        yield from bindings(record, window)
        yield from listed(record, window)
        yield from held_back(record, window)
        yield from forgotten_read(record, window)
        yield from said_again(record, window)
        yield from pressed_for_nothing(record, window)


def pressed_for_nothing(record: Record, window: Window) -> Found:
    """§13, R42: «Решено» and «Не решено» of the window about a message that the copy knows are carried out."""
    did = {(row["code"], row["action"], row["actor"]) for row in record.ask("SELECT code, action, actor FROM history")}
    for user, thread in record.dialogues():
        for message in thread.messages if not excused(record, window, user) else ():
            action, code = meant({"payload": message.payload}) if message.sender == user else ("", "")
            wanted = JUDGED.get(action)
            if wanted is None or not window.holds(user, message) or code not in window.known.codes:
                continue
            refused = any(said.no_use(one.text, code) for one in thread.messages[message.cmid :])
            if not refused and (code, wanted, user) not in did:
                yield f"житель {user} нажал в окне {action} по №{code}, и ничего не изменилось"


JUDGED = {actions.SOLVED: "solved", actions.NOT_SOLVED: "reopen"}


def texts(record: Record, window: Window) -> Found:
    """A resident reads once that words of theirs came back, with every number that is void."""
    read: dict[int, list[str]] = {}
    for peer, one in lists(record, window, TEXT):
        if one.text.startswith(said.RECOVERED):  # not the question for the consent
            read.setdefault(peer, []).append(one.text)
    for user in sorted({peer for peer, _ in record.dialogues()}):
        words, void = words_of(window, record, user), {code for code in window.told if window.void[code] == user}
        told = read.get(user, [])
        if len(told) > 1:
            yield f"житель {user} прочитал о сбое {len(told)} раза"
        if excused(record, window, user) or not (words or void):
            continue
        if not told:
            yield f"житель {user} не узнал о сбое, а слова {sorted(words)} и номера {sorted(void)} из окна"
        for code in sorted(void):
            if told and code not in told[0]:
                yield f"жителю {user} не сказано, что №{code} не сохранился: {told[0][:80]!r}"
    for user, mark in sorted(record.truth.missed):
        yield f"слов {mark} жителя {user} нет в черновике, который ему показали"


def of_nobody(record: Record, peer: int, message: Message) -> bool:
    """Words in a chat that the copy does not know, before it is bound once more: it is not registered (I1)."""
    chat = message.thread.chat
    unknown = any(peer not in window.known.chats for window in record.windows)
    if chat is None or not (unknown or chat.key in (NEWLY_BOUND, DUTY)):
        return False
    rebound = record.ask("SELECT bound_at FROM chat WHERE peer = ? AND agency IS NOT NULL", peer)
    return not rebound or message.posted <= rebound[0]["bound_at"] / 1e6


def excused(record: Record, window: Window, user: int) -> bool:
    """Who is forgotten, has closed the dialogue or had not agreed then is told nothing of it."""
    query = "SELECT at FROM consent WHERE resident = ? AND given = ? AND text_hash = ? ORDER BY id LIMIT 1"
    given = record.ask(query, user, True, record.consent_hash())
    agreed = bool(given) and given[0]["at"] / 1e6 <= window.at
    gone = user in record.truth.asked or user in record.truth.erased or record.may_seem_closed(user)
    return gone or not agreed


def numbers(record: Record, window: Window) -> Found:
    """The ЦУР finds every void number in the summary's file."""
    told = named(record, window)
    for code in sorted(window.void):
        if code not in told and not record.is_gone(code):
            yield f"в сводке нет №{code}, который не сохранился"


def bindings(record: Record, window: Window) -> Found:
    """A chat that was bound in the window is bound no more: the ЦУР reads of it."""
    for _, chat in record.chats():
        bound = [message for message in chat.thread.messages if message.sender > 0 and message.text.startswith("/код ")]
        told = [one.text + record.file_of(one) for _, one in lists(record, window, SUMMARY)]
        peer = record.world.peer_of(chat.thread, record.bot)
        taken = any(one.id <= window.newest and peer not in window.known.chats for one in bound)
        if taken and bound[0].id > window.copy.newest and not any(chat.title in one for one in told):
            yield f"беседу «{chat.title}» подключили в окне, а в сводке её нет"


def listed(record: Record, window: Window) -> Found:
    """A message that the copy knows and that has anything of its own in the window stands in one list."""
    rows: dict[str, list[int]] = {}
    for peer, one in lists(record, window, "to_check", "alarms_again"):
        for code in set(said.CODE.findall(one.text)):
            rows.setdefault(code, []).append(peer)
    for code, where in sorted(rows.items()):
        if len(where) > 1:
            yield f"№{code} назван для проверки {len(where)} раза: {where}"
    now = {row["code"] for row in record.ask("SELECT code FROM appeal WHERE resident > 0")}
    for code in sorted(touched(record, window) & now):
        _, chat = window.known.codes[code]
        if record.is_gone(code) or chat in not_shown(record, window):
            continue
        if not any(peer == chat or is_cur(record, peer) for peer in rows.get(code, ())):
            yield f"№{code} тронут в окне, а в списке для {chat} его нет: {rows.get(code)}"


def not_shown(record: Record, window: Window) -> set[int]:
    """Chats of which the summary's file says that people have to read them: what was said there nobody could list."""
    files = [record.file_of(one) for _, one in lists(record, window, SUMMARY)]
    read = [file.partition(said.UNREAD)[2].partition("\n\n")[0] for file in files]
    return {int(peer) for peers in read for peer in peers.split() if peer.isdigit()}


def is_cur(record: Record, peer: int) -> bool:
    return any(chat.cur for at, chat in record.chats() if at == peer)


def held_back(record: Record, window: Window) -> Found:
    """What waited in the copy and VK does not show is offered once with «Отправить»; what VK shows is not."""
    offered: Counter[str] = Counter()
    for _, one in lists(record, window, "unsent"):
        values = (meant(button)[1] for button in buttons(one) if meant(button)[0] == SEND_IT)
        offered.update(value.rpartition(" ")[2] for value in values)
    rows = record.ask("SELECT id, peer, kind, cause FROM outbox WHERE state = 'cancelled' AND reason = 'held'")
    shown = {
        said.bare(record.causes.get(one.random_id, "")) for _, one in record.everything() if one.posted < window.at
    }
    for row in rows:
        cause = said.bare(row["cause"])
        greets = row["peer"] > CHAT_BASE and row["peer"] not in window.known.chats
        if cause not in window.known.waiting or greets or is_alarm(row):
            continue
        if cause in shown and not record.out_of_sight(row["peer"], row_id(record, cause)):
            yield f"{row['cause']} есть в VK, а предложено отправить"
        if offered[str(row["id"])] != 1 and not (row["kind"] == "screen" and row["peer"] < CHAT_BASE):
            yield f"{row['cause']} ждало в копии, его предложили {offered[str(row['id'])]} раз"


def is_alarm(row: Any) -> bool:
    """The card of an alarm is sent anew, under a cause of its own: its number is made of less than no message."""
    return bool(row["kind"] == "card" and parse(row["cause"]).origin.startswith("-"))


def row_id(record: Record, cause: str) -> int | None:
    return next((one for one, known in record.causes.items() if said.bare(known) == cause), None)


def touched(record: Record, window: Window) -> set[str]:
    """Numbers that the copy knows and to which something was said in the window: by an official, by their author, by us
    where the copy does not hold it as waiting."""
    found: set[str] = set()
    for peer, chat in record.chats():
        for message in chat.thread.messages if peer in window.known.chats else ():
            found.update(of_official(record, window, peer, chat, message))
    for mark, code in window_additions(record, window):
        del mark
        found.add(code)
    return found & window.known.codes.keys()


def of_official(record: Record, window: Window, peer: int, chat: Chat, message: Message) -> Iterator[str]:
    own = message.sender > 0 and message.reply is not None and window.holds(peer, message)
    if own and message.reply is not None and record.world.sees(record.bot, message):
        yield said.about(chat.thread.messages[message.reply.cmid - 1])


def window_additions(record: Record, window: Window) -> Iterator[tuple[str, str]]:
    """(mark, number) of words that were added in the window to a message that the copy knows."""
    for mark, code in record.truth.added.items():
        user = record.truth.author[mark]
        for message in record.world.private_thread(record.bot, user).messages:
            if mark in said.MARK.findall(message.text) and window.holds(user, message):
                yield mark, code


def said_again(record: Record, window: Window) -> Found:
    """Nothing automatic is said twice: no words of ours from the window come again where nobody has written since."""
    for user, thread in record.dialogues():
        shown: set[str] = set()
        for message in thread.messages:
            if message.sender == user:
                shown.clear()
            elif message.id <= window.newest or by_the_lost(record, window, message):
                shown |= {message.text} if message.id > window.copy.newest else set()
            elif message.text in shown:
                yield f"ещё раз жителю {user}: {message.text[:60]!r}"


def forgotten_read(record: Record, window: Window) -> Found:
    """R14: of whoever was forgotten before the copy was put back nothing from before that is asked for."""
    for at, peer, numbers in record.sent.reads:
        gone = record.gone_at.get(peer, math.inf) < window.at
        early = min(numbers) <= record.truth.erased.get(peer, 0)
        if gone and early and window.loop_at < at <= window.loop_over:
            yield f"R14: у забытого {peer} прочитано {min(numbers)}"


def nothing_read(record: Record) -> Found:
    """R14: of whoever is forgotten nothing is read again; R7: without consent nothing is kept."""
    query = "SELECT peer, cmid, content, raw FROM inbox WHERE kind = 'message' AND peer < ?"
    rows = record.ask(query, CHAT_BASE)
    agreed = {row["resident"] for row in record.ask("SELECT resident FROM consent")}
    for row in rows:
        if row["content"] and row["raw"] and row["cmid"] <= record.truth.erased.get(row["peer"], 0):
            yield f"R14: {row['peer']}/{row['cmid']} забыто и снова прочитано"
        if row["content"] and row["raw"] and row["peer"] not in agreed:
            yield f"R7: {row['peer']}/{row['cmid']} хранится без согласия"
    yield from rows_of_the_forgotten(record)


def rows_of_the_forgotten(record: Record) -> Found:
    """R14: nothing of up to the cut is in a row any more."""
    for user, cut in sorted(record.truth.erased.items()):
        query = "SELECT code FROM appeal WHERE resident = ? AND source BETWEEN 1 AND ?"
        for row in record.ask(query, user, cut):
            yield f"R14: №{row['code']} жителя {user} из-до {cut}, до которого он удалён"


def figures(record: Record) -> dict[str, int]:
    """What the windows of a seed held."""
    found: Counter[str] = Counter()
    for window in record.windows:
        people = [
            user for user, thread in record.dialogues() if any(message.sender == user for message in thread.messages)
        ]
        shown = [one for _, one in lists(record, window, TEXT, *LISTS)]
        found["window void numbers"] += len(window.void)
        found["window residents told"] += sum(one.text.startswith(said.RECOVERED) for one in shown)
        found["window rows to check"] += sum(len(said.CODE.findall(one.text)) for one in shown if SETTLED in keys(one))
        found["window rows offered"] += sum(keys(one).count(SEND_IT) for one in shown)
        found["window absent residents"] += sum(
            not any(peer == user for peer, _ in window.known.handled) for user in people
        )
        found["window chats bound"] += sum(peer not in window.known.chats for peer, _ in record.chats())
        found["window anonymous cards"] += sum(is_anonymous(one) for _, one in within(record, window))
        found["window approvals"] += sum(record.kind(one) == "approval" for _, one in within(record, window))
        found["window incidents"] += sum(any(record.incidents.spans(code)) for code in list(record.incidents.led))
    return dict(found)


def is_anonymous(message: Message) -> bool:
    """A card about health: neither a name nor the originals (R21). That of an alarm is another matter (alarms.py)."""
    of_danger = message.text.startswith(said.ALARM)
    return message.thread.chat is not None and said.card(message.text) and not message.quotes and not of_danger


def keys(message: Message) -> list[str]:
    return [meant(button)[0] for button in buttons(message)]


def within(record: Record, window: Window) -> Iterator[tuple[int, Message]]:
    """What the lost process said after the copy was made."""
    for peer, one in record.everything():
        if window.copy.newest < one.id <= window.newest:
            yield peer, one


STATES = ("status", "lost", "chat", "bound")
"""Kinds of cause that tell how something stands."""


def hides_repeats(record: Record) -> bool:
    """An older copy was put back, and VK has one code for a repeated id and a refused form (Q2)."""
    return bool(record.windows) and record.world.switches.duplicate_random_id == "error"


def found_anew(record: Record, cause: str, messages: Sequence[Message]) -> bool:
    """§13: a state that was told in the window is found anew by the older copy, or by a press that the copy does not
    know: where VK hides repeats it is told once more, in another form. Never an answer, a card or words of people."""
    if parse(cause).kind not in STATES or not hides_repeats(record) or len(messages) > 2:
        return False
    first, second = sorted(record.shown_at.get(message.id, 0.0) for message in messages)
    return any(first <= window.over <= second for window in record.windows)
