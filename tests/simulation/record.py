"""What happened, as VK has it, and the few facts of the bot that no other place knows: causes, holders, row states.

Filled while a seed runs; `watch` looks at every message of the bot in the moment it appears (I4).
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rig.stand import COMMUNITY
from states.cause import parse
from states.people.chats import DUTY
from tests.simulation.asked import Asked
from tests.simulation.incidents import Incidents
from tests.simulation.people import Truth
from tests.simulation.windows import Window
from tests.world import said
from vk_emulator.world.records import CHAT_BASE, Chat, Message, Thread
from vk_emulator.world.world import World

BRINGS = ("card", "addition", "joined")
"""Kinds of messages that bring a resident's words to a chat."""
HELD = "code, resident, chat, status, incident"
"""What is noted of each appeal after a commit."""
CAUSES = "SELECT random_id, cause FROM outbox WHERE community_id = ? AND random_id IS NOT NULL"
NUMBERS = "SELECT peer, cmid FROM outbox WHERE community_id = ? AND effect = 'send' AND cmid IS NOT NULL"


@dataclass
class Record:
    """What one community has said and what was said to it. `ask` runs a query in the bot's file, as if nothing but the
    rows of that community were there; empty while nobody can read it. `calm`: nothing goes wrong in this seed.
    `undo`: seconds in which an answer can be taken back; `gate_closed`: since when no trouble is public (gates.py).
    `approvals`: agencies answer what a second person has agreed to.
    `asked_for`: random_id -> cause of what processes knew that are over (F7).
    `requests`: of whoever asked to be forgotten the row and its cut.
    `events_gone`: VK itself forgets events, or the bot's file does. `taken`: the presses that the bot took before VK
    could forget them (net.py), where all the same no one of these may be missing.
    `copies`: messages that came twice and nobody could have prevented it, left out of all that follows.
    `beside`: marks of answers that corrected another one or added to it.
    `returns`: how often the bot could read in a chat again, by the emulator's number of it.
    `on_duty`: somebody reads alarms in the end; `named`: the directory says who. `chats_lost`: a chat may have lost the
    bot. `mended`: when the last fault was over, and the bot was back.
    `windows`: what an older copy that was put back does not know. `files`: what VK keeps, by name. `at_once`: what
    else is wrong with a message of the bot in the moment it appears. `consent_hash`: of today's text."""

    world: World
    sent: Asked
    truth: Truth
    ask: Callable[..., list[sqlite3.Row]]
    community: int = COMMUNITY
    calm: bool = False
    clock_wrong: bool = False
    days_pass: bool = False
    undo: float = 0.0
    gate_closed: float = math.inf
    approvals: bool = False
    edits_refused: bool = False
    events_gone: bool = False
    on_duty: bool = False
    named: bool = False
    chats_lost: bool = False
    mended: float = 0.0
    taken: set[str] | None = None
    windows: list[Window] = field(default_factory=list)
    at_once: Callable[[Message], Iterable[str]] = lambda _: ()
    consent_hash: Callable[[], str] = str
    files: Mapping[str, bytes] = field(default_factory=dict)
    causes: dict[int, str] = field(default_factory=dict)
    asked_for: dict[int, str] = field(default_factory=dict)
    ids: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    holders: dict[str, list[tuple[float, int | None]]] = field(default_factory=lambda: defaultdict(list))
    residents: dict[str, int] = field(default_factory=dict)
    incidents: Incidents = field(default_factory=Incidents)
    replies: dict[str, tuple[str, int, float]] = field(default_factory=dict)
    shown_at: dict[int, float] = field(default_factory=dict)
    attempts: dict[int, float] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    gone_at: dict[int, float] = field(default_factory=dict)
    requests: dict[int, tuple[int, int]] = field(default_factory=dict)
    copies: set[int] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    returns: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seen: int = 0
    steps_checked: int = 0

    @property
    def bot(self) -> int:
        return -self.community

    def note_holders(self) -> None:
        """After a commit: who holds which appeal now, and which one leads it."""
        for row in self.ask(f"SELECT {HELD} FROM appeal WHERE resident > 0"):
            self.note_holder(row)
        if self.clock_wrong:
            self.note_attempts()

    def note_holder(self, row: sqlite3.Row) -> None:
        known, now = self.holders[row["code"]], self.world.clock.now()
        self.residents[row["code"]] = row["resident"]
        if not known or known[-1][1] != row["chat"]:
            known.append((now, row["chat"]))
        self.incidents.note(now, row["code"], row["incident"] if row["status"] == "merged" else "")

    def note_attempts(self) -> None:
        """After a commit, where the bot's own clock tells nothing: what has been taken for sending by now."""
        for row in self.ask("SELECT random_id FROM outbox WHERE first_attempt_at IS NOT NULL"):
            self.attempts.setdefault(row["random_id"], self.world.clock.now())

    def attempted_at(self, random_id: int) -> float:
        """When a message was taken for sending."""
        if self.clock_wrong:
            return self.attempts.get(random_id, 0.0)
        rows = self.ask(
            "SELECT first_attempt_at FROM outbox WHERE community_id = ? AND random_id = ?", self.community, random_id
        )
        return rows[0]["first_attempt_at"] / 1e6 if rows and rows[0]["first_attempt_at"] else 0.0

    def note_erasures(self) -> None:
        """After a commit: whose data is gone."""
        for user in sorted(self.truth.asked):
            open_ = self.ask("SELECT id, cut FROM erasure WHERE resident = ? AND erased_at IS NULL", user)
            if not open_ and user in self.asked:
                self.asked.discard(user)
                number, cut = self.requests.pop(user)
                # What the bot said right after it goes with it.
                done = self.ask("SELECT cut FROM erasure WHERE id = ?", number)
                self.note_erasure(user, done[0]["cut"] if done else cut)
                self.wrong += spared(self, user, cut)
            elif not open_ and self.windows:
                # The copy knows nothing of the request, the keys are gone all the same: forgotten again at the start.
                rows = self.ask("SELECT erased FROM peer WHERE peer = ?", user)
                if rows and rows[0]["erased"] > self.truth.erased.get(user, 0):
                    self.note_erasure(user, rows[0]["erased"])
            elif open_:
                self.asked.add(user)
                self.requests[user] = (open_[0]["id"], open_[0]["cut"])

    def cut_of(self, user: int) -> int:
        """Up to which message this resident is forgotten, or asked to be."""
        asked = self.truth.cuts.get(user, 0) if user in self.truth.asked else 0
        return max(self.truth.erased.get(user, 0), asked)

    def is_gone(self, code: str) -> bool:
        """Whether this number was given before its author asked to be forgotten; what came after that stays."""
        user = self.residents.get(code, 0)
        cut = self.cut_of(user)
        if not cut:
            return False
        told = self.world.private_thread(self.bot, user).messages
        given = next((one.cmid for one in told if one.sender == self.bot and said.number(one.text) == code), 0)
        return given <= cut

    def is_forgotten(self, mark: str) -> bool:
        """The same of words."""
        author = self.truth.author.get(mark, 0)
        cut = self.cut_of(author)
        before = self.world.private_thread(self.bot, author).messages[:cut] if cut else []
        return any(one.sender == author and mark in said.MARK.findall(one.text) for one in before)

    def note_erasure(self, user: int, cmid: int) -> None:
        self.truth.asked.discard(user)
        self.gone_at[user] = self.world.clock.now()
        self.truth.erased[user] = cmid

    # Every message of the bot, at once.

    def watch(self) -> None:
        world = self.world
        while self.seen + 1 < world.next_id:
            self.seen += 1
            one = world.by_id[self.seen]
            if one.sender == self.bot and one.action is None:
                self.steps_checked += 1
                self.shown_at[one.id] = world.clock.now()
                self._cause(one)
                self.wrong += right_place(self, one)
                self.wrong += self.at_once(one)
            elif one.sender > 0 and one.thread.chat is not None and one.reply is not None:
                self._reply(one, one.thread.chat)

    def _cause(self, message: Message) -> None:
        rows = self.ask(
            "SELECT cause FROM outbox WHERE community_id = ? AND random_id = ?", self.community, message.random_id
        )
        if rows:
            cause = rows[0]["cause"]
            self.causes[message.random_id] = cause
            self.ids[cause].add(message.random_id)
        elif message.random_id in self.asked_for:
            self.causes[message.random_id] = self.asked_for[message.random_id]

    def note_asked(self, rows: Iterable[sqlite3.Row]) -> None:
        """What a process knew that is over: VK may carry out later what it had asked for (F7)."""
        self.asked_for |= {row["random_id"]: row["cause"] for row in rows}

    def _reply(self, message: Message, chat: Chat) -> None:
        assert message.reply is not None
        for mark in said.ANSWER.findall(message.text):
            card = chat.thread.messages[message.reply.cmid - 1]
            self.replies[mark] = said.whose(card), CHAT_BASE + chat.numbers[self.bot], self.world.clock.now()

    def complete(self) -> None:
        """Causes of what came into VK while no process was alive to tell them; which copies are nobody's fault."""
        for _, one in self.everything():
            if one.random_id not in self.causes:
                self._cause(one)
        sent = {(row["peer"], row["cmid"]) for row in self.ask(NUMBERS, self.community)}
        places = ((peer, thread.messages) for peer, thread in self.places())
        of = self.causes.get
        self.copies = self.sent.copies(places, lambda one: said.bare(of(one.random_id, "")), sent, self.bot)

    # Views.

    def file_of(self, message: Message) -> str:
        """What the documents of a message say."""
        paths = [file.path.rpartition("/")[2] for file in message.attachments if file.type == "doc"]
        return "\n".join(self.files.get(path, b"").decode("utf-8", "replace") for path in paths)

    def may_seem_closed(self, user: int) -> bool:
        """They allow messages again, and the only thing that tells of it is an event that VK forgot: what is parked
        waits for their next message (F15, delivery.md §9)."""
        return self.events_gone and user in self.truth.closed

    def out_of_sight(self, peer: int, random_id: int | None) -> bool:
        """It stands in a chat from before the bot was put back into it: VK answers «sent already» and shows no message
        to whoever was not there, so no client can tell until VK has forgotten the id (F8, F16, vk-api.md §6.1)."""
        return any(
            at == peer
            and message.sender == self.bot
            and message.random_id == random_id
            and message.cmid < chat.members[self.bot].since
            for at, chat in self.chats()
            if self.bot in chat.members
            for message in chat.thread.messages
        )

    def dialogues(self) -> Iterator[tuple[int, Thread]]:
        for thread in self.world.threads:
            if thread.chat is None and self.bot in thread.members:
                yield next(member for member in thread.members if member != self.bot), thread

    def chats(self) -> Iterator[tuple[int, Chat]]:
        """(the bot's number of it, chat)"""
        for chat in self.world.chats.values():
            if self.bot in chat.numbers:
                yield CHAT_BASE + chat.numbers[self.bot], chat

    def everything(self) -> Iterator[tuple[int, Message]]:
        """(peer, message) of everything the bot wrote."""
        for peer, thread in self.places():
            for one in self.own(thread):
                yield peer, one

    def own(self, thread: Thread) -> Iterator[Message]:
        """What the bot wrote there."""
        for message in thread.messages:
            if message.sender == self.bot and message.action is None and message.id not in self.copies:
                yield message

    def places(self) -> Iterator[tuple[int, Thread]]:
        yield from self.dialogues()
        for peer, chat in self.chats():
            yield peer, chat.thread

    def kind(self, message: Message) -> str:
        """What the bot meant a message to be: the third part of its cause (delivery.md §7)."""
        return parse(self.causes.get(message.random_id, "")).kind

    def origin(self, message: Message) -> str:
        """The event that led to it: the fifth part of the cause, for an answer to a message its number."""
        return parse(self.causes.get(message.random_id, "")).origin

    def alarms(self) -> set[str]:
        """Numbers that their authors have read in danger: no «Отправить» has sent them."""
        own = (one for _, thread in self.dialogues() for one in self.own(thread))
        return {said.alarm(one.text) for one in own} - {""}

    def led_by(self, code: str, author: int) -> bool:
        """Whether this appeal has ever led one of this resident's."""
        return any(self.residents.get(number) == author for number in self.incidents.followers(code, 0.0))

    def reply_of(self, mark: str) -> tuple[str, int, float]:
        """To what this was a reply, in which chat and when; also where its author has changed the words since."""
        return self.replies.get(self.truth.first.get(mark, mark), ("", 0, 0.0))

    def heads(self, mark: str) -> list[str]:
        """The appeal that this reply of an official answers: what led the one whose words he replied to, then or since.
        Where that was answered before the reply was read, the one itself."""
        code, _, at = self.reply_of(mark)
        return [self.incidents.head(code, at), *sorted(self.incidents.leads(code, at)), code]

    def readers(self, mark: str) -> set[int]:
        """Who may read this reply: the author of what it answers, and whom that one led since (R32); of a correction,
        whom it has ever led."""
        return {self.residents[code] for code in self.readers_by(mark)}

    def readers_by(self, mark: str) -> set[str]:
        """The same by the numbers of their messages."""
        at, heads = self.reply_of(mark)[2], self.heads(mark)
        if mark in self.beside:
            at = 0.0  # it goes beside an answer that they have: so they were led once
        led = {code for head in heads for code in self.incidents.followers(head, at)}
        return {code for code in {*heads, *led} if code in self.residents}

    def hand_overs(self, code: str) -> Counter[int]:
        """How often each chat was given this appeal."""
        return Counter(chat for _, chat in self.holders[code] if chat is not None)


def right_place(record: Record, message: Message) -> list[str]:
    """I4: a resident's words only with them or in the chat that holds the appeal; answers only to the author."""
    text, where = said.words(message), place(message.thread)
    if where > 0 and message.text.startswith(said.BESIDE):
        record.beside.update(said.ANSWER.findall(text))
    wrong = []
    for mark in sorted(set(said.MARK.findall(text))):
        author = record.truth.author.get(mark, 0)
        if forgotten(record, author, mark):
            wrong.append(f"R14: слова {mark} сказаны после того, как их забыли")
        if where > 0 and where != author:
            wrong.append(f"I4: слова {mark} попали к жителю {where}")
        elif where < 0:
            wrong += held(record, message, mark, author)
    for mark in sorted(set(said.ANSWER.findall(text))) if where > 0 else ():
        code, chat = answered(record, mark)
        if where not in record.readers(mark):
            wrong.append(f"I4: ответ {mark} на {code} попал к {where}, авторы {sorted(record.readers(mark))}")
        elif not any(chat in record.hand_overs(head) for head in record.heads(mark)):
            wrong.append(f"I4: ответ {mark} на {code} из чата {chat}, у которого его не было")
    return wrong


def spared(record: Record, user: int, cut: int) -> list[str]:
    """R12: an erasure goes up to its request. What was told after that waits for a consent, or stands under one."""
    later = record.world.private_thread(record.bot, user).messages[cut : record.truth.erased[user]]
    marks = {mark for one in later if one.sender == user for mark in said.MARK.findall(one.text)}
    gone = sorted(marks - record.truth.dropped)
    return [f"R12: слова {mark} сказаны после {cut}, до которого житель просил удалить, и удалены" for mark in gone]


def forgotten(record: Record, author: int, mark: str) -> bool:
    """Whether these words were written before their author was forgotten, and this is well after."""
    gone_at = record.gone_at.get(author)
    if gone_at is None or record.world.clock.now() < gone_at + 90:
        return False  # what was in flight by then may still be applied (F7)
    thread = record.world.private_thread(record.bot, author)
    before = thread.messages[: record.truth.erased[author]]
    return any(f"Пометка {mark}" in one.text for one in before)


def held(record: Record, message: Message, mark: str, author: int) -> list[str]:
    """The chat holds the appeal now, or what leads it, or held it when the message was taken for sending."""
    chat, code = message.thread.chat, said.about(message)
    assert chat is not None
    if record.kind(message) == "alarms_again":  # a line each, of several authors
        return [] if chat.cur or chat.agency == DUTY else [f"I4: слова {mark} в {chat.key}, где тревог не читают"]
    peer, began = CHAT_BASE + chat.numbers[record.bot], record.attempted_at(message.random_id)
    if record.residents.get(code) != author and not record.led_by(code, author):
        theirs = (number for number, resident in record.residents.items() if resident == author)
        holds = any(reads(record, chat, peer, number, began) for number in theirs)
        if holds and stands_in_title(record, message, mark):
            return []
        return [f"I4: слова {mark} в чате {chat.key} под номером {code}, он жителя {record.residents.get(code)}"]
    if reads(record, chat, peer, code, math.inf):
        return []
    if any(reads(record, chat, peer, number, began) for number in (code, *record.incidents.leads(code, began))):
        return []
    return [f"I4: слова {mark} ({code}) в чате {chat.key}, держат его {record.holders[code]}"]


def stands_in_title(record: Record, message: Message, mark: str) -> bool:
    """Whether it only names a message by its title, with the address in its author's own words: so their card does."""
    if record.kind(message) in BRINGS:
        return False
    own = (card for _, chat in record.chats() for card in record.own(chat.thread) if record.kind(card) == "card")
    return any(mark in said.MARK.findall(said.title(card)) for card in own if said.NUMBER.search(card.text))


def reads(record: Record, chat: Chat, peer: int, code: str, began: float) -> bool:
    """Whether this chat holds the appeal, or still did at that time."""
    held_by = record.holders[code]
    if not held_by:
        return False
    if held_by[-1][1] == peer or (chat.cur and any(before[1] == peer for before in held_by)):
        return True  # the ЦУР may see whatever it once had, however late the card comes
    lost = [after[0] for before, after in zip(held_by, held_by[1:], strict=False) if before[1] == peer]
    return bool(lost) and began <= lost[-1]


def place(thread: Thread) -> int:
    """The resident of a dialogue, or minus the emulator's number of a chat."""
    if thread.chat is not None:
        return -thread.chat.id
    return next(member for member in thread.members if member > 0)


def answered(record: Record, mark: str) -> tuple[str, int]:
    """(number, the bot's number of the chat) of the card that this reply of an official was written to."""
    return record.reply_of(mark)[:2]


def rows_of(raw: sqlite3.Connection, query: str, *values: Any) -> list[sqlite3.Row]:
    cursor = raw.execute(query, values)
    cursor.row_factory = sqlite3.Row
    return cursor.fetchall()


__all__ = ["BRINGS", "COMMUNITY", "Record", "answered", "place", "right_place", "rows_of", "stands_in_title"]
