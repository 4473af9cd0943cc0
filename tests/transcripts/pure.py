"""The pure core on a stage of memory: every message is delivered at once, nothing is ever lost.

What it proves is the conversation; delivery is proven on the emulator.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import calendar_file
from bot.region import voice
from bot.vk import parse, render
from bot.vk.payload import Signer
from features.official_pages.model.page import OfficialPage
from handlers.decide import decide
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from handlers.text.texts import lost_files
from matching.judge import TextJudge
from states import events as happened
from states.decision import Decision
from states.dialogue import Dialogue
from states.directory import Directory
from states.effects import (
    DATA,
    SOURCE_TIMER,
    AnswerButton,
    CancelSend,
    CancelTimer,
    Edit,
    Effect,
    LetGo,
    Release,
    Reread,
    Retell,
    Send,
    StartTimer,
)
from states.facts import CommunityPolicy
from states.finder import Finder, Judge
from states.lifecycle.appeal import Appeal, History
from states.lifecycle.rights import ErasureRequest
from states.lifecycle.spikes import next_look
from states.messages import is_chat
from states.people.chats import CUR, Chat
from states.people.notices import Notice
from states.people.officials import Member, Official
from storage.db import codec
from tests.small import ONCE
from tests.transcripts.pure_facts import facts_of
from tests.transcripts.pure_hearing import Hearing
from tests.transcripts.pure_lines import Held, Line, buttons_of, heard, raw_file, refused_file
from tests.transcripts.script import without_joining
from tests.transcripts.stage import ANEW, Heard, Words

COMMUNITY = 101
CALENDAR = calendar_file.read()
SIGNER = Signer(bytes(32), COMMUNITY)
EDITABLE = 86_400
"""Seconds after which VK lets nobody change a message (vk-api.md §6.1)."""

RESIDENTS = {"мария": 1001, "иван": 1002, "ольга": 1003, "пётр": 1004, "анна": 1005}


@dataclass
class PureStage:
    directory: Directory
    find: Finder
    now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    lines: dict[int, list[Line]] = field(default_factory=dict)
    dialogues: dict[int, Dialogue] = field(default_factory=dict)
    appeals: dict[str, Appeal] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    peers: dict[str, int] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    sent: dict[str, tuple[int, int]] = field(default_factory=dict)
    outbox: dict[str, Held] = field(default_factory=dict)
    timers: dict[tuple[str, str], StartTimer] = field(default_factory=dict)
    inbox: deque[happened.Event] = field(default_factory=deque)
    blocked: dict[int, int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, int]] = field(default_factory=list)
    decisions: list[tuple[happened.Event, Decision]] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    officials: dict[tuple[int, int], Official] = field(default_factory=dict)
    agreed: dict[int, set[str]] = field(default_factory=dict)
    causes: dict[tuple[int, int], str] = field(default_factory=dict)
    erasures: dict[int, ErasureRequest] = field(default_factory=dict)
    exported: list[int] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    people: dict[int, set[int]] = field(default_factory=dict)
    spoiled: dict[int, int] = field(default_factory=dict)
    pages: list[OfficialPage] = field(default_factory=list)
    notices: dict[str, Notice] = field(default_factory=dict)
    hearing: Hearing = field(default_factory=Hearing)
    tells_edits: bool = False
    voices: dict[str, voice.Voice] = field(default_factory=dict)
    agencies: tuple[str, ...] = ("mindor", "minzhkh", "minzdrav", "chel-gorod", "miass-gorod")

    def __post_init__(self) -> None:
        self.judge: Judge = TextJudge(self.directory)
        self.policy = CommunityPolicy(
            community=COMMUNITY,
            operator="Оператор",
            address="Челябинск",
            email="a@b.ru",
            zone=ZoneInfo("Asia/Yekaterinburg"),
            consent="Согласие на обработку персональных данных. Оператор: Оператор.",
            consent_hash="hash",
            calendar=CALENDAR,
            publish="Согласие на публикацию. Оператор: Оператор.",
            publish_hash="publish",
            languages=voice.languages_of(self.voices),
        )
        for number, key in enumerate((*self.agencies, CUR), 1):
            peer = 2_000_000_000 + number
            self.peers[key] = peer
            self.chats[peer] = Chat(peer, key, self.now)
            self.people[peer] = {2001} if key == "minzdrav" else {2001, 2002}
        self.timers["spikes", ""] = StartTimer("spikes", "", 0, next_look(self.now))
        self.timers[INCIDENTS_TIMER, INCIDENTS_TIMER] = StartTimer(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, self.now)

    # What people do.

    async def write(self, who: str, words: Words) -> int:
        peer = RESIDENTS[who]
        line = self._line(peer, peer, words)
        self._arrive(line.raw, consented=self._consented(peer))
        return line.cmid

    async def edit(self, who: str, cmid: int, text: str) -> None:
        peer = RESIDENTS[who]
        line = self._find(peer, cmid)
        line.raw = {**line.raw, "text": text, "update_time": int(self.now.timestamp())}
        update = {"type": "message_edit", "object": line.raw}
        row = parse.arrived_event(update, SIGNER, consented=self._consented(peer), chat_bound=False)
        self.inbox.append(parse.event_of(row.kind, row.raw, SIGNER, content=row.content))
        self._run()

    def _consented(self, peer: int) -> bool:
        known = self.dialogues.get(peer)
        return known is not None and known.consent == self.policy.consent_hash

    async def write_in(self, chat: str, official: int, words: Words) -> int:
        peer = self.peers[chat]
        line = self._line(peer, 2000 + official, words)
        self._arrive_in_chat(line)
        return line.cmid

    async def press_in(self, chat: str, official: int, cmid: int, payload: str) -> str:
        peer, key = self.peers[chat], f"press{len(self.answers)}.{self.now.timestamp()}"
        command = SIGNER.command(peer, payload)
        assert command is not None
        self.inbox.append(happened.ButtonPressed(key, peer, 2000 + official, cmid, command, self.now))
        self._run()
        return self.answers.get(key, "")

    async def dialogue(self, who: str) -> list[Heard]:
        return [heard(line) for line in self.lines.get(RESIDENTS[who], [])]

    async def chat(self, chat: str) -> list[Heard]:
        return [heard(line) for line in self.lines.get(self.peers[chat], [])]

    async def breathe(self) -> bool:
        """Everything is done at once, but for a timer that is due already."""
        due = any(timer.at <= self.now for timer in self.timers.values())
        await self.wait(0)
        return due

    async def settle(self) -> None:
        """Everything has been done at once."""

    async def wait(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        while True:
            due = [timer.at for timer in self.timers.values()]
            due += self.hearing.looks(self.chats.values(), self.now)
            due += [held.send.not_before for held in self.outbox.values() if held.send.not_before and not held.parked]
            soonest = min((at for at in due if at <= until), default=None)
            if soonest is None:
                break
            self.now = max(self.now, soonest)
            for key, timer in list(self.timers.items()):
                if timer.at <= self.now:
                    del self.timers[key]
                    self.inbox.append(
                        self._read_again(timer)
                        if timer.name == SOURCE_TIMER
                        else happened.TimerFired(timer.name, timer.key, timer.peer, timer.at)
                    )
            self._run()
        self.now = until
        self._run()

    def _read_again(self, timer: StartTimer) -> happened.SourceRead:
        """As bot/delivery/read_sources.py tells what VK shows."""
        code, cmid, seen = timer.key.split(" ")
        shown = timer.peer not in self.blocked
        line = next((one for one in self.lines[timer.peer] if one.cmid == int(cmid) and not one.deleted), None)
        message = parse.message(line.raw, SIGNER, content=True) if line is not None and shown else None
        return happened.SourceRead(timer.peer, code, int(cmid), seen, message, shown, self.now)

    async def delete_in(self, chat: str, official: int, cmid: int) -> None:
        self._find(self.peers[chat], cmid).deleted = True

    async def edit_in(self, chat: str, official: int, cmid: int, text: str) -> None:
        line = self._find(self.peers[chat], cmid)
        line.raw = {**line.raw, "text": text, "update_time": int(self.now.timestamp())}
        if self.tells_edits:
            self.inbox.append(happened.MessageEdited(parse.message(line.raw, SIGNER, content=True, edited=True)))
            self._run()

    async def tell_edits(self) -> None:
        self.tells_edits = True

    async def restart(self) -> None:
        """Everything kept goes through its stored form and back."""
        self.dialogues = {who: codec.decode(Dialogue, codec.encode(one)) for who, one in self.dialogues.items()}
        self.appeals = {code: codec.decode(Appeal, codec.encode(one)) for code, one in self.appeals.items()}

    async def new_consent(self) -> None:
        await self.restart()
        self.policy = replace(self.policy, consent=ANEW, consent_hash="anew")

    async def block(self, who: str, code: int) -> None:
        peer = RESIDENTS[who]
        if code:
            self.blocked[peer] = code
        else:
            del self.blocked[peer]
            self.inbox.append(happened.MessagesAllowed(peer))
            self._run()

    async def remove_bot(self, chat: str) -> None:
        """It sees that it goes, and from then on nothing."""
        peer = self.peers[chat]
        action = {"type": "chat_kick_user", "member_id": -COMMUNITY}
        line = self._line(peer, 2001, Words(extra={"action": action}))
        self.blocked[peer] = 917
        self._arrive(line.raw, consented=False)

    async def shut(self, chat: str) -> None:
        """It hears of it by the first refusal."""
        self.blocked[self.peers[chat]] = 917

    async def return_bot(self, chat: str, *, rights: bool = True) -> None:
        """With rights VK shows the members at once (bot/upkeep/members.py)."""
        peer = self.peers[chat]
        self.blocked.pop(peer, None)
        if not rights:
            self.hearing.deaf.add(peer)
        action = {"type": "chat_invite_user", "member_id": -COMMUNITY}
        line = self._line(peer, 2001, Words(extra={"action": action}))
        self._arrive(line.raw, consented=False)
        if rights:
            await self.grant(chat)

    async def grant(self, chat: str) -> None:
        peer = self.peers[chat]
        self.hearing.deaf.discard(peer)
        while not self.chats[peer].certain:  # a chat that was lost is looked at once a minute
            await self.wait(60)

    async def take_rights(self, chat: str) -> None:
        self.hearing.deaf.add(self.peers[chat])

    async def unbind(self, chat: str) -> None:
        del self.chats[self.peers[chat]]

    async def bind_to(self, chat: str, agency: str) -> None:
        peer = self.peers[chat]
        self.chats[peer] = Chat(peer, agency, self.now)
        self.inbox.append(happened.RoutesChanged(peer, self.now))
        self._run()

    async def refuse(self, method: str, code: int, times: int) -> None:
        if method == "messages.send":
            self.refused += [(method, code)] * times

    async def clock(self) -> datetime:
        return self.now

    async def member(self, chat: str, official: int, *, here: bool) -> None:
        peer, user = self.peers[chat], 2000 + official
        (self.people[peer].add if here else self.people[peer].discard)(user)
        action = {"type": "chat_invite_user" if here else "chat_kick_user", "member_id": user}
        self._arrive_in_chat(self._line(peer, 2001, Words(extra={"action": action})))

    async def listed(self, chat: str) -> None:
        self.inbox.append(happened.MembersListed(self.peers[chat], self._members(self.peers[chat]), self.now))
        self._run()

    async def make_personal(self, topic: str) -> None:
        self.directory = without_joining(self.directory, topic)
        self.inbox.append(happened.RoutesChanged(0, self.now))
        self._run()

    def _members(self, peer: int) -> tuple[Member, ...]:
        return tuple(Member(user, f"Сотрудник {user}") for user in sorted(self.people[peer]))

    async def spoil(self, who: str, code: int) -> None:
        self.spoiled[RESIDENTS[who]] = code

    # What VK and the shell do.

    def _line(self, peer: int, author: int, words: Words, **more: Any) -> Line:
        lines = self.lines.setdefault(peer, [])
        cmid = len(lines) + 1
        raw: dict[str, Any] = {
            "peer_id": peer,
            "from_id": author,
            "conversation_message_id": cmid,
            "date": int(self.now.timestamp()),
            "text": words.text,
            "attachments": [raw_file(file) for file in words.files],
            "fwd_messages": [],
            **words.extra,
        }
        if words.payload:
            raw["payload"] = words.payload
        if words.ref:
            raw["ref"] = words.ref
        if words.point:
            coordinates = {"latitude": words.point[0], "longitude": words.point[1]}
            raw["geo"] = {"type": "point", "coordinates": coordinates}
        if words.reply_to:
            answered = self._find(peer, words.reply_to)
            raw["reply_message"] = {"conversation_message_id": words.reply_to, "from_id": answered.author}
        line = Line(cmid, author, raw, reply_to=words.reply_to, **more)
        lines.append(line)
        return line

    def _find(self, peer: int, cmid: int) -> Line:
        return next(line for line in self.lines[peer] if line.cmid == cmid)

    def _arrive(self, raw: dict[str, Any], *, consented: bool) -> None:
        chat = self.chats.get(raw["peer_id"])
        row = parse.arrived_message(raw, consented=consented, chat_bound=chat is not None and chat.bound)
        self.inbox.append(parse.event_of(row.kind, row.raw, SIGNER, content=row.content))
        self._run()

    def _arrive_in_chat(self, line: Line) -> None:
        """What is written in a chat, if VK shows it to the bot."""
        peer = line.raw["peer_id"]
        if self.hearing.hears(line, gone=peer in self.blocked):
            self._arrive(line.raw, consented=False)

    def _look(self) -> bool:
        """VK shows who is in the chats that are doubted, as bot/upkeep/members.py asks for it. Whether it was asked."""
        due = self.hearing.due(self.chats.values(), self.now)
        for peer in due:
            shown = () if peer in self.hearing.deaf or peer in self.blocked else self._members(peer)
            lines = self.lines.get(peer, [])
            self.inbox.append(self.hearing.looked(peer, shown, lines, self.now))
        return bool(due)

    def _run(self) -> None:
        while self.inbox or self._deliver() or self._look():
            if self.inbox:
                self._handle(codec.decode(happened.Event, codec.encode(self.inbox.popleft())))

    def _handle(self, event: happened.Event) -> None:
        facts = facts_of(self, event)
        event = voice.hear(self.voices, facts, event)
        decision = decide(facts, event)
        self.decisions.append((event, decision))
        talks = self.dialogues | ({decision.dialogue.resident: decision.dialogue} if decision.dialogue else {})
        read = {peer: self.voices.get(talks[peer].language) for peer in voice.residents_in(decision) & talks.keys()}
        others = {peer: chosen.says(facts, event) for peer, chosen in read.items() if chosen is not None}
        self._keep(voice.in_words_of(decision, others))

    def _keep(self, decision: Decision) -> None:
        if decision.erases and decision.consent is not None:
            who = decision.consent.resident
            del self.erasures[who]
            self.appeals = {code: one for code, one in self.appeals.items() if one.resident != who}
        if decision.dialogue is not None:
            self.dialogues[decision.dialogue.resident] = decision.dialogue
        for appeal in decision.appeals:
            before = self.appeals.get(appeal.code)
            moves = sum(line.code == appeal.code for line in decision.history)
            assert appeal.version == (before.version if before else 0) + max(moves, 1), (before, appeal)
            self.appeals[appeal.code] = appeal
        self.history += decision.history
        self.notices |= {notice.id: notice for notice in decision.notices}
        self.officials |= {(official.peer, official.user): official for official in decision.officials}
        self._agree(decision)
        if decision.chat is not None:
            before_chat = self.chats.get(decision.chat.peer)
            self.chats[decision.chat.peer] = decision.chat
            paused = before_chat is not None and before_chat.paused_until and not decision.chat.is_paused(self.now)
            known = before_chat is not None and before_chat.bound and not before_chat.lost and not paused
            newly = decision.chat.bound and not known
            if newly and not decision.chat.lost:
                self.inbox.append(happened.RoutesChanged(decision.chat.peer, self.now))
        for effect in decision.effects:
            self._do(effect)

    def _agree(self, decision: Decision) -> None:
        said = decision.consent
        if said is not None:
            agreed = self.agreed.setdefault(said.resident, set())
            agreed.add(said.text_hash) if said.given else agreed.discard(said.text_hash)
        if decision.erasure is not None:
            self.erasures[decision.erasure.resident] = decision.erasure

    def _do(self, effect: Effect) -> None:
        match effect:
            case Send():
                if self._new(effect.cause):
                    render.send(effect, 1, (), SIGNER)
                    self.outbox[effect.cause] = Held(effect)
            case Edit():
                assert self._new(effect.cause)
                if effect.target in self.outbox:
                    self.outbox[effect.target].edits.append(effect)
                else:
                    self._edit(effect)
            case AnswerButton():
                self.answers[effect.event_id] = effect.text
            case CancelSend():
                self.outbox.pop(effect.cause, None)
            case StartTimer():
                self.timers[effect.name, effect.key] = effect
            case CancelTimer():
                self.timers.pop((effect.name, effect.key), None)
            case Reread():
                for cmid in (*effect.cmids, *effect.edited):
                    message = parse.message(self._find(effect.peer, cmid).raw, SIGNER, content=True)
                    self.inbox.append(happened.MessageNew(message))
            case LetGo():
                for held in self.outbox.values():
                    if held.send.cause == effect.cause:
                        held.send = replace(held.send, not_before=None)
            case Retell(peer):
                for held in [held for held in self.outbox.values() if held.parked and held.send.peer == peer]:
                    self._report(held.send, happened.DeliveryOutcome.CHAT_LOST, 917)
            case Release():
                for held in self.outbox.values():
                    held.parked = held.parked and held.send.peer != effect.peer

    def _edit(self, edit: Edit) -> None:
        where = self.sent.get(edit.target)
        line = self._find(*where) if where is not None else None
        if line is not None and self.now.timestamp() - line.raw["date"] < EDITABLE:
            line.raw = {**line.raw, "text": edit.text}
            line.buttons = buttons_of(render.keyboard(edit.keyboard, edit.peer, SIGNER))

    def _new(self, cause: str) -> bool:
        """Whether this was not said yet; only a few kinds may be asked for twice."""
        known = cause in self.said
        assert not known or cause.split("|")[2] in ONCE, f"said twice: {cause}"
        self.said.add(cause)
        return not known

    def _deliver(self) -> bool:
        """Send everything that is due. Whether anything happened."""
        due = [
            held
            for held in self.outbox.values()
            if not held.parked and (held.send.not_before is None or held.send.not_before <= self.now)
        ]
        for held in due:
            self._send_one(held)
        return bool(due)

    def _send_one(self, held: Held) -> None:
        send = held.send
        spoiled = self.spoiled.get(send.peer, 0)
        if spoiled:
            del self.outbox[send.cause]
            self._report(send, happened.DeliveryOutcome.SET_ASIDE, spoiled)
            return
        code = self.blocked.get(send.peer, 0)
        if code:
            held.parked = True
            if is_chat(send.peer):
                self.inbox.append(happened.ChatRefused(send.peer, self.now, code))
            outcome = (
                happened.DeliveryOutcome.CHAT_LOST if is_chat(send.peer) else happened.DeliveryOutcome.RECIPIENT_CLOSED
            )
            self._report(send, outcome, code)
            return
        forwards: tuple[str, ...] = ()
        if send.forward is not None and self.refused and self.refused.pop():
            words = f"{send.text}\n\n{send.fallback}"
            send = replace(send, text=words, forward=None, copy=send.forward)
        if send.forward is not None:
            forwards = tuple(self._find(send.forward.peer, cmid).raw["text"] for cmid in send.forward.cmids)
        files: tuple[str, ...] = ()
        lost: tuple[str, ...] = ()
        if send.copy is not None:
            raws = [self._find(send.copy.peer, cmid).raw for cmid in send.copy.cmids]
            attached = [attachment for raw in raws for attachment in raw["attachments"]]
            files = tuple(attachment["type"] for attachment in attached if not refused_file(attachment))
            lost = tuple(filter(None, map(refused_file, attached)))
            send = replace(send, text=f"{send.text}\n\n{lost_files(lost)}") if lost else send
        if send.document and send.document != DATA:
            files = (*files, "doc")  # a picture as a file (features/statistics/picture.py)
        elif send.document:
            files = (*files, "doc", "doc")  # for reading and as JSON (bot/delivery/my_data_files.py)
        line = self._line(send.peer, -COMMUNITY, Words(send.text, files), forwards=forwards)
        if hole := self.hearing.hole(send.peer):  # our own number stands above what nobody has seen
            self.inbox.append(happened.ChatUnseen(send.peer, self.now, hole))
        line.reply_to = send.reply_to or 0
        line.buttons = buttons_of(render.keyboard(send.keyboard, send.peer, SIGNER))
        line.inline = send.keyboard is not None and send.keyboard.inline
        del self.outbox[send.cause]
        self.sent[send.cause] = (send.peer, line.cmid)
        self.causes[send.peer, line.cmid] = send.cause
        if send.appeal:
            self.links[send.peer, line.cmid] = send.appeal
        for edit in held.edits:
            self._edit(edit)
        self._report(send, happened.DeliveryOutcome.SENT, 0, line.cmid, lost)

    def _report(
        self, send: Send, outcome: happened.DeliveryOutcome, code: int, cmid: int = 0, lost: tuple[str, ...] = ()
    ) -> None:
        if send.report and send.appeal:
            ended = happened.DeliveryEnded(
                send.cause, send.kind.value, send.peer, send.appeal, outcome, self.now, code, cmid, lost
            )
            self.inbox.append(ended)
