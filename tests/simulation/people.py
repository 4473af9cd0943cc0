"""Eyes and hands of people: they read what VK shows them and use VK's methods with their own tokens, nothing else.

What each of them knows to have done is kept as the truth that the checkers compare VK's record with.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rig.stand import COMMUNITY
from handlers.text import actions
from tests.simulation.stage import Scene
from tests.world import said
from vk_emulator.world.records import CHAT_BASE, Chat, Json, Message, Thread

Button = Json


class Idle:
    """Who waits for news of a dialogue."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}

    async def news(self, thread: Thread) -> None:
        future: asyncio.Future[None] = self._loop.create_future()
        self._waiting.setdefault(id(thread), []).append(future)
        await future

    def tell(self, thread: Thread) -> None:
        for future in self._waiting.pop(id(thread), ()):
            if not future.done():
                future.set_result(None)


@dataclass
class Truth:
    """What people did. `owner`: mark -> number it was sent under; `dropped`: marks that went nowhere by intent.

    `asked`: who wants to be forgotten, `cuts`: up to which message; `erased`: who was, up to which. `stuck`: who saw
    nothing that leads on.
    `restarted`: marks of words after which somebody began anew, for the bot had not understood them as meant.
    `closed`: who has ever forbidden the community to write. `agreed`: mark of an answer -> who agreed to it (R39).
    `first`: mark of what an official changed his answer to -> the mark that it had first.
    `shares`: mark of an answer to several -> whom its author chose, where it speaks to one (R32).
    `added`: mark of words for a message that was sent -> its number. `missed`: (resident, mark) of words that an older
    copy lost and no draft showed. `let_go`: what an official sent that the copy held back. `dismissed`:
    marks of answers whose author was taken out of the chat, and when.

    Of danger to life: `danger`: mark -> what its words mean (acts_danger.py), which stand in no draft. `sees`: number
    of an alarm -> when somebody pressed «Вижу»; `ends`: number -> when what was pressed then.
    """

    owner: dict[str, str] = field(default_factory=dict)
    author: dict[str, int] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    restarted: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    agreed: dict[str, set[int]] = field(default_factory=dict)
    edits: dict[str, tuple[int, int]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)
    missed: set[tuple[int, str]] = field(default_factory=set)
    let_go: set[str] = field(default_factory=set)
    dismissed: dict[str, float] = field(default_factory=dict)
    danger: dict[str, str] = field(default_factory=dict)
    sees: dict[str, list[float]] = field(default_factory=dict)
    ends: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    presses: int = 0
    asked: set[int] = field(default_factory=set)
    cuts: dict[int, int] = field(default_factory=dict)
    erased: dict[int, int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    acts: dict[str, int] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    stuck: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Person:
    """Somebody with a token of VK. `community`: the one they write to here; whom several hear is a person in each.
    `beside`: the other one, where there are two."""

    scene: Scene
    idle: Idle
    truth: Truth
    user: int
    chance: random.Random
    pace: float = 1.0
    community: int = COMMUNITY
    beside: int = 0

    @property
    def bot(self) -> int:
        return -self.community

    def call(self, method: str, **params: Any) -> Any:
        return self.scene.net.call(method, f"user-{self.user}", **params)

    def did(self, act: str) -> None:
        self.truth.acts[act] = self.truth.acts.get(act, 0) + 1

    async def breathe(self, least: float = 0.2, most: float = 3.0) -> None:
        await asyncio.sleep(self.chance.uniform(least, most) * self.pace)

    def send(self, peer: int, text: str, **more: Any) -> int:
        """The number in the dialogue; 0 when VK does not let this person write."""
        world = self.scene.world
        said = self.call(
            "messages.send", peer_id=peer, random_id=self.chance.getrandbits(31) or 1, message=text, **more
        )
        return 0 if isinstance(said, dict) else world.by_id[int(said)].cmid

    def attachment(self, kind: str) -> str:
        """A file of this person, uploaded a moment ago."""
        world, files = self.scene.world, self.scene.net.uploads
        if kind == "photo":
            name = files.store(
                "photo.png", b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x00\x00\x02\x00\x00\x00\x01\x00" + bytes(40)
            )
            sizes = [{"type": "x", "width": 512, "height": 256, "url": f"/files/{name}"}]
            body: Json = {"album_id": -15, "date": world.now(), "text": "", "has_tags": False, "sizes": sizes}
        elif kind == "video":
            body = {"title": "Видео", "duration": 5, "date": world.now()}
            name = ""
        else:
            name = files.store("письмо.pdf", b"%PDF-1.4 " + self.chance.randbytes(20))
            body = {
                "title": "письмо.pdf",
                "size": 29,
                "ext": "pdf",
                "date": world.now(),
                "type": 1,
                "url": f"/files/{name}",
            }
        made = world.add_attachment(kind, self.user, self.user, body, f"/files/{name}")
        return f"{kind}{self.user}_{made.id}"


def buttons(message: Message) -> list[Button]:
    keyboard = message.keyboard or {}
    return [button["action"] for row in keyboard.get("buttons", ()) for button in row]


def meant(button: Button) -> tuple[str, str]:
    """(action, value) of one of the bot's buttons; nothing for links and the like."""
    payload = button.get("payload")
    found = json.loads(payload) if isinstance(payload, str) and payload else payload or {}
    return (str(found.get("a", "")), str(found.get("v", ""))) if isinstance(found, dict) else ("", "")


def meant_by(message: Message) -> str:
    """The action of the button that a resident's message is, or nothing."""
    return meant({"payload": message.payload})[0]


def is_screen(message: Message) -> bool:
    """The question that the dialogue is at: buttons under the field. A question beside it has them on itself, and so
    has what is added unless somebody says no."""
    beside = (message.keyboard or {}).get("inline") and not message.text.startswith(said.ADDING)
    return bool(buttons(message)) and not beside


def with_action(message: Message, action: str, value: str | None = None) -> list[Button]:
    return [button for button in buttons(message) if meant(button)[0] == action and value in (None, meant(button)[1])]


@dataclass
class Resident(Person):
    """Writes to the community. Marks stand nowhere else; `draft` are those of the message being written.

    `act`: what they are about, where an older copy of the bot's may cut it short. `lost`: the marks of their words that
    the copy which was put back last does not know; `expects`: those that their draft has to show; `only_looks`: they
    leave it at that. `elsewhere`: what they are to other communities of the same operator."""

    written: int = 0
    draft: list[str] = field(default_factory=list)
    pending: list[tuple[int, list[str]]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    read: int = 0
    last: int = 0
    hurry: bool = False
    joining: bool = False
    agreed: int = 0
    unclear: set[str] = field(default_factory=set)
    act: asyncio.Task[None] | None = None
    lost: Callable[[], set[str]] = set
    heard: int = 0
    back: bool = False
    expects: set[str] = field(default_factory=set)
    only_looks: bool = False
    elsewhere: list[Resident] = field(default_factory=list)

    @property
    def thread(self) -> Thread:
        return self.scene.world.private_thread(self.bot, self.user)

    def mark(self) -> str:
        self.written += 1
        made = f"{self.user}х{self.written}"
        self.truth.author[made] = self.user
        return made

    def say(self, text: str, **more: Any) -> int:
        self.last = self.send(self.bot, text, **more) or self.last
        return self.last

    def tell(self, words: str, **more: Any) -> str:
        """Something of the problem itself, with a mark."""
        made = self.mark()
        self.say(f"{words} Пометка {made}", **more)
        self.draft.append(made)
        return made

    def press(self, button: Button) -> int:
        pressed = self.say(str(button["label"]), payload=button["payload"])
        if meant(button)[0] == actions.CONSENT:
            self.agreed = pressed
        return pressed

    def press_one_of(self, message: Message, action: str) -> None:
        """The button of this message that does so, where it has one."""
        for button in with_action(message, action)[:1]:
            self.press(button)

    def sends(self, button: Button) -> None:
        """«Отправить»: everything told so far goes, what is told from now on is another message. Who is in a hurry and
        presses again before the number of the last one has come sends what the preview shows; of what was begun since
        nobody can say to which message it goes."""
        pressed = self.press(button)
        begun = [one for one in self.draft if self.pending and f"Пометка {one}" not in self.preview()]
        self.unclear.update(begun)
        self.pending.append((pressed, [one for one in self.draft if one not in begun]))
        self.draft = begun
        if self.hurry:
            self.hurry = False
            self.tell("Ещё одна беда: яма на дороге, Миасс, улица Ленина, дом 6.")
            self.last = pressed

    def preview(self) -> str:
        """The last that was shown."""
        said = (message.text for message in reversed(self.thread.messages) if message.sender == self.bot)
        return next((text for text in said if text.startswith("Проверьте: ")), "")

    def collect(self) -> list[str]:
        """The numbers that have come since; each belongs to what was sent before it. A number that came before is a
        copy that VK let nobody see in time (F8); its reader knows what it belongs to."""
        messages, found = self.thread.messages, []
        for message in messages[self.read :]:
            code = said.number(message.text) if message.sender == self.bot else ""
            if code:
                found.append(code)
            if code and code not in self.numbers:
                self.numbers.add(code)
                for _, marks in [sent for sent in self.pending if sent[0] < message.cmid]:
                    self.truth.owner.update(dict.fromkeys((mark for mark in marks if mark not in self.unclear), code))
                self.pending = [sent for sent in self.pending if sent[0] > message.cmid]
        self.read = len(messages)
        return found

    def forgets(self) -> None:
        """The draft is given up, with what came back into it; nobody may see its words. What was sent, and has no
        number yet, may get one."""
        self.unclear.update(mark for _, marks in self.pending for mark in marks)
        if any(one.text.startswith(said.ADDING) for one in self.thread.messages[-12:]):
            self.unclear.update(self.draft)  # they may have been added a moment before
        self.truth.dropped.update(one for one in self.draft if one not in self.unclear)
        self.draft, self.pending = [], []
        self.expects, self.back = set(), False

    def takes_back(self, told: Message) -> None:
        """The bot says what it has lost: that is theirs again, also where VK showed the number later (F7)."""
        self.collect()
        void = set(said.CODE.findall(told.text.partition("\n")[0]))
        for mark in [mark for mark, code in self.truth.owner.items() if code in void]:
            del self.truth.owner[mark]
            self.truth.added.pop(mark, None)
        self.expects, self.back = self.lost(), True
        self.draft, self.pending, self.hurry, self.joining = sorted(self.expects), [], False, False
        self.unclear.clear()
        self.only_looks = self.chance.random() < 0.3

    def finds(self, shown: Message) -> None:
        """What the draft shows of it."""
        there = said.MARK.findall(shown.text)
        for mark in there:  # what was to be added when the copy was made stands here instead
            if self.truth.added.pop(mark, None):
                self.truth.owner.pop(mark, None)
        self.truth.missed.update((self.user, mark) for mark in self.expects - set(there))
        self.draft, self.expects, self.back = there, set(), False

    async def lets_add(self, shown: Message) -> bool:
        """Under «Дополнили»: they say that it is something else, or let it go there. True where it is over."""
        (other,) = with_action(shown, actions.WRITE)
        chance = self.scene.chance.stream(f"adding {self.user} {shown.cmid}")
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(0.3, 20.0) * self.pace)
            self.press(other)
            told = await self.screen()
            if not told.text.startswith(said.ADDED_ALREADY):
                return False
        self.truth.owner.update(dict.fromkeys(self.draft, meant(other)[1]))
        self.truth.added.update(dict.fromkeys(self.draft, meant(other)[1]))
        return await self.is_added(shown, meant(other)[1])

    async def is_added(self, shown: Message, code: str) -> bool:
        """Waits until a chat has it. Where it came too late it begins a message; where nobody can say, nothing is held
        against the bot."""
        for _ in range(60):
            later = [one.text for one in self.thread.messages[shown.cmid :] if one.sender == self.bot]
            if any(said.begun_anew(text, code) for text in later):
                self.not_added()
                return False
            if all(map(self.is_in_a_chat, self.draft)):
                self.draft = []
                return True
            await asyncio.sleep(5.0)
        self.unclear.update(self.draft)
        self.not_added()
        self.draft = []
        return True

    def is_in_a_chat(self, mark: str) -> bool:
        chats = self.scene.world.chats.values()
        lately = (one for chat in chats for one in chat.thread.messages[-40:] if one.sender == self.bot)
        return any(mark in said.MARK.findall(said.words(one)) for one in lately)

    def not_added(self) -> None:
        """Neither to that message nor to another one yet."""
        for mark in self.draft:
            self.truth.owner.pop(mark, None)
            self.truth.added.pop(mark, None)

    def newest(self) -> Message | None:
        """The bot's newest message with buttons."""
        return next(
            (
                message
                for message in reversed(self.thread.messages)
                if message.sender == self.bot and is_screen(message)
            ),
            None,
        )

    async def screen(self, wanted: Callable[[Message], bool] = is_screen, after: int = 0) -> Message:
        """The bot's newest message after mine that has what I need."""
        after = after or self.last
        self.truth.waits[str(self.user)] = f"ответа после {after}"
        while True:
            for message in reversed(self.thread.messages[after:]):
                if message.sender == self.bot and not message.deleted and wanted(message):
                    del self.truth.waits[str(self.user)]
                    return message
            try:
                async with asyncio.timeout(40.0):
                    await self.idle.news(self.thread)
            except TimeoutError:
                # The bot asks for consent once in half a minute; who wrote meanwhile looks at what was asked. VK may
                # have refused the buttons: then the words are all there is.
                shown, said_last = self.newest(), self.thread.messages[-1]
                if shown is not None and with_action(shown, actions.CONSENT) and shown.cmid > self.agreed:
                    del self.truth.waits[str(self.user)]
                    return shown
                asked = [
                    message
                    for message in self.thread.messages
                    if message.sender == self.bot and message.text.startswith("Согласие")
                ]
                if asked and not self.agreed:
                    said_last = asked[-1]
                said_last = self.offer_above_an_answer(after) or said_last
                if said_last.sender == self.bot and (said_last.cmid > after or not self.agreed):
                    del self.truth.waits[str(self.user)]
                    return said_last

    def offer_above_an_answer(self, after: int) -> Message | None:
        """The newest offer, which has its buttons on itself, where an answer has come below it."""
        own = [message for message in self.thread.messages[after:] if message.sender == self.bot]
        offer = next((message for message in reversed(own) if with_action(message, actions.WRITE)), None)
        if offer is None or not any(said.ANSWER.search(one.text) for one in own if one.cmid > offer.cmid):
            return None
        return offer


@dataclass
class Official(Person):
    """A member of an agency's chat."""

    chat: Chat = None  # type: ignore[assignment]
    said: int = 0
    seen: int = 0

    @property
    def peer(self) -> int:
        return CHAT_BASE + self.chat.numbers[self.user]

    def mark(self) -> str:
        self.said += 1
        return f"{self.user}о{self.chat.id}н{self.said}"

    def reply(self, cmid: int, text: str, **more: Any) -> int:
        forward = {"peer_id": self.peer, "conversation_message_ids": [cmid], "is_reply": 1}
        return self.send(self.peer, text, forward=json.dumps(forward), **more)

    async def hears(self, after: int, code: str, action: str) -> Message | None:
        """What the bot asks about this number, with such buttons; nothing when it does not within a minute."""
        try:
            async with asyncio.timeout(60.0):
                while True:
                    for message in self.chat.thread.messages[after:]:
                        if message.sender == self.bot and code in message.text and with_action(message, action):
                            return message
                    await self.idle.news(self.chat.thread)
        except TimeoutError:
            return None

    def press(self, cmid: int, button: Button) -> None:
        self.truth.presses += 1
        self.call("messages.sendMessageEvent", peer_id=self.peer, cmid=cmid, payload=button["payload"])

    def press_one_of(self, message: Message, action: str) -> None:
        """The button of this message that does so, where it has one."""
        for button in with_action(message, action)[:1]:
            self.press(message.cmid, button)


__all__ = ["Button", "Idle", "Official", "Person", "Resident", "Truth", "buttons", "meant", "with_action"]
