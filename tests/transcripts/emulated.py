"""The whole thing on a stage: emulator over HTTP, the real bot with its loops, a real database.

People act only through VK's public methods with their own tokens; the bot is never called.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
from sqlalchemy import func, make_url, or_, select

from bot import app
from bot.admin.admin_service import AdminService
from bot.config.settings import Settings
from bot.process.clock import CLOCK_HEADER
from bot.region.directory_json import to_json
from bot.runtime import Runtime
from features.official_pages import sql as registry
from features.official_pages.asked import words_of
from features.official_pages.model.page import OfficialPage
from states.directory import Directory
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.db.schema import OPEN, outbox, peer, timer
from storage.db.transaction import Transaction
from storage.inbox import admission
from storage.ops import statistics
from storage.records import chats
from storage.records import directory as directories
from tests import once
from tests.transcripts.script import without_joining
from tests.transcripts.stage import ANEW, Heard, Words

COMMUNITY = 101
RESIDENTS = {"мария": 1001, "иван": 1002, "ольга": 1003, "пётр": 1004, "анна": 1005}
PATIENCE = 30.0
START = 1.0
"""For so long after its start a bot may look through history without a trace in its books."""


PICTURE = b"\xff\xd8\xff\xe0 not a real picture"
PAPER = b"%PDF-1.4 not a real document"


class VkRefused(Exception):
    """VK answered a person's call with an error."""


@dataclass
class EmulatedStage:
    """`url` is the emulator's `…/method/`. `bot` changes with every restart."""

    url: str
    http: aiohttp.ClientSession
    settings: Settings
    chats: dict[str, dict[str, Any]] = field(default_factory=dict)
    bot: Runtime | None = None
    task: asyncio.Task[None] | None = None
    open: Any = None
    random_id: int = 0
    started: float = 0.0
    there: float = 0.0
    """VK's clock with its newest answer."""
    documents: dict[str, bytes] = field(default_factory=dict)
    """What stands in a document of this name, where it matters."""

    LOOKS: ClassVar[float] = 0.05
    """Seconds between two looks at what the bot does."""

    # The wire.

    async def call(self, method: str, token: str = "", **params: Any) -> Any:
        data = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items() if v is not None}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.post(self.url + method, data={**data, "v": "5.199"}, headers=headers) as response:
            answer = await response.json(content_type=None)
            self.there = float(response.headers.get(CLOCK_HEADER, 0.0))
        if "error" in answer:
            raise VkRefused(f"{method}: {answer['error']}")
        return answer["response"]

    async def learn(self) -> None:
        """Who is where; the chat where two officials talk gets its second one. The limit of VK has its own tests."""
        await self.call("emulator.setSwitches", rate_limit="off")
        await self.look_round()
        owner = self.chats["miass-gorod"]["owner_id"]
        chat_id = self.peer_of("miass-gorod", owner) - 2_000_000_000
        await self.call("messages.addChatUser", f"user-{owner}", chat_id=chat_id, user_id=1010)
        await self.look_round()

    async def look_round(self) -> None:
        state = await self.call("emulator.state")
        self.chats = {chat["key"]: chat for chat in state["chats"]}

    def official(self, chat: str, number: int) -> int:
        found = self.chats[chat]
        people = [found["owner_id"], *sorted(m for m in found["members"] if m > 0 and m != found["owner_id"])]
        return int(people[number - 1])

    def peer_of(self, chat: str, user: int) -> int:
        return int(self.chats[chat]["peer_ids"][f"user-{user}"])

    async def has_pages(self, pages: list[OfficialPage]) -> None:
        """The registry of official pages, as an import leaves it."""
        assert self.bot is not None
        known = self.bot.directory
        words = {one.id: words_of(one, known) for one in pages}
        await self.bot.db.run(lambda tx: registry.keep(tx, pages, words))

    # People.

    async def write(self, who: str, words: Words) -> int:
        """The number VK gives: of a message, not of its place in the dialogue."""
        user = RESIDENTS[who]
        return await self._send(user, -COMMUNITY, words)

    async def edit(self, who: str, cmid: int, text: str) -> None:
        token = f"user-{RESIDENTS[who]}"
        await self.call("messages.edit", token, peer_id=-COMMUNITY, cmid=cmid, message=text)

    async def delete_in(self, chat: str, official: int, cmid: int) -> None:
        user = self.official(chat, official)
        params = {"peer_id": self.peer_of(chat, user), "cmids": cmid, "delete_for_all": 1}
        await self.call("messages.delete", f"user-{user}", **params)

    async def edit_in(self, chat: str, official: int, cmid: int, text: str) -> None:
        user = self.official(chat, official)
        await self.call("messages.edit", f"user-{user}", peer_id=self.peer_of(chat, user), cmid=cmid, message=text)

    async def tell_edits(self) -> None:
        await self.call("emulator.setSwitches", chat_edit_events="on")

    async def write_in(self, chat: str, official: int, words: Words) -> int:
        user = self.official(chat, official)
        return await self._send(user, self.peer_of(chat, user), words)

    async def _send(self, user: int, peer: int, words: Words) -> int:
        token = f"user-{user}"
        self.random_id += 1
        attached = [await self._attachment(token, peer, file) for file in words.files]
        params: dict[str, Any] = {"peer_id": peer, "random_id": self.random_id, "message": words.text}
        if attached:
            params["attachment"] = ",".join(one for one in attached if one)
        if words.payload:
            params["payload"] = words.payload
        if words.ref:
            params["ref"] = words.ref
        if words.point:
            params["lat"], params["long"] = words.point
        if words.reply_to:
            params["forward"] = {"peer_id": peer, "conversation_message_ids": [words.reply_to], "is_reply": 1}
        if "sticker" in words.files:
            params["sticker_id"] = 1
        return int(await self.call("messages.send", token, **params))

    async def _attachment(self, token: str, peer: int, what: str) -> str:
        kind, _, title = what.partition(":")
        if kind == "photo":
            server = await self.call("photos.getMessagesUploadServer", token, peer_id=peer)
            uploaded = await self._upload(server["upload_url"], "photo", "photo.jpg", PICTURE)
            saved = (await self.call("photos.saveMessagesPhoto", token, **uploaded))[0]
            return f"photo{saved['owner_id']}_{saved['id']}_{saved['access_key']}"
        if kind == "doc":
            server = await self.call("docs.getMessagesUploadServer", token, peer_id=peer, type="doc")
            name = title or "файл.pdf"
            uploaded = await self._upload(server["upload_url"], "file", name, self.documents.get(name, PAPER))
            saved = (await self.call("docs.save", token, file=uploaded["file"], title=title))["doc"]
            return f"doc{saved['owner_id']}_{saved['id']}_{saved['access_key']}"
        return ""

    async def _upload(self, url: str, name: str, file_name: str, content: bytes) -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field(name, content, filename=file_name)
        async with self.http.post(url, data=form) as response:
            uploaded = await response.json(content_type=None)
        assert isinstance(uploaded, dict)
        return uploaded

    async def press_in(self, chat: str, official: int, cmid: int, payload: str) -> str:
        user = self.official(chat, official)
        peer = self.peer_of(chat, user)
        pressed = await self.call("messages.sendMessageEvent", f"user-{user}", peer_id=peer, cmid=cmid, payload=payload)
        event_id = pressed["event_id"] if isinstance(pressed, dict) else pressed
        for _ in range(100):
            answer = await self.call("emulator.eventAnswer", event_id=event_id)
            if answer and answer.get("answered"):
                data = answer.get("event_data") or {}
                data = json.loads(data) if isinstance(data, str) else data
                return str(data.get("text", ""))
            await asyncio.sleep(self.LOOKS)
        return ""

    async def dialogue(self, who: str) -> list[Heard]:
        return await self._history(RESIDENTS[who], -COMMUNITY)

    async def chat(self, chat: str) -> list[Heard]:
        user = self.official(chat, 1)
        return await self._history(user, self.peer_of(chat, user))

    async def _history(self, user: int, peer: int) -> list[Heard]:
        answer = await self.call("messages.getHistory", f"user-{user}", peer_id=peer, count=200, rev=1)
        return [heard(item) for item in answer["items"]]

    # Time and trouble.

    async def breathe(self) -> bool:
        await asyncio.sleep(self.LOOKS)
        return True

    async def settle(self) -> None:
        """Until the bot has nothing to do: all events of VK taken, inbox empty, and the books do not change. Where
        nothing is due either, two looks are enough; else (a retry, a gap, a start) it is watched for a while."""
        quiet = 0
        before: Any = None
        until = steady() + PATIENCE
        while steady() < until:
            now = await self._books()
            done = now["done"]
            quiet = quiet + 1 if now == before and done else 0
            if quiet >= (1 if now["idle"] else 4):
                return
            before = now
            await asyncio.sleep(self.LOOKS / 5 if now["idle"] else self.LOOKS)
        warnings.warn(f"not at rest after {PATIENCE:.0f} s: {before}", stacklevel=2)

    async def _books(self) -> dict[str, Any]:
        assert self.bot is not None
        clock = self.bot.clock
        books = await self.bot.db.run(statistics.identity)
        cursor = await self.bot.db.run(admission.cursor_of)
        try:
            newest = (await self.call("groups.getLongPollServer", f"group-{COMMUNITY}", group_id=COMMUNITY))["ts"]
            there = self.there
        except VkRefused:
            newest, there = cursor, 0.0
        done = (cursor is None or cursor == newest) and books["inbox"]["waiting"] == 0
        long_up = steady() - self.started > START and clock.now().timestamp() > there - 0.5
        return {**books, "done": done, "idle": done and long_up and not await self.bot.db.run(self._due)}

    async def _due(self, tx: Transaction) -> bool:
        """Whether a message, a timer or a gap waits for nothing but its turn."""
        assert self.bot is not None
        now = self.bot.clock.now()
        when = func.coalesce(outbox.c.next_at, outbox.c.not_before)
        due = or_(outbox.c.state == "in_flight", when.is_(None), when <= now)
        queries = (
            select(outbox.c.id).where(outbox.c.state.in_(OPEN), due),
            select(timer.c.key).where(timer.c.at <= now),
            select(peer.c.peer).where(peer.c.behind > 0),
        )
        return any([await tx.row(query.limit(1)) is not None for query in queries])

    async def wait(self, seconds: float) -> None:
        await self.settle()
        await self.call("emulator.advanceClock", seconds=seconds)
        await self.settle()

    async def block(self, who: str, code: int) -> None:
        await self.settle()
        method = "messages.denyMessagesFromGroup" if code else "messages.allowMessagesFromGroup"
        await self.call(method, f"user-{RESIDENTS[who]}", group_id=COMMUNITY)

    async def remove_bot(self, chat: str) -> None:
        owner = self.chats[chat]["owner_id"]
        chat_id = self.peer_of(chat, owner) - 2_000_000_000
        await self.call("messages.removeChatUser", f"user-{owner}", chat_id=chat_id, member_id=-COMMUNITY)

    async def shut(self, chat: str) -> None:
        """It hears of it by the first refusal."""
        match = {"peer_id": self.chats[chat]["peer_ids"][f"group-{COMMUNITY}"]}
        rule = {"mode": "error", "code": 917, "match": match}
        methods = ("messages.send", "messages.getConversationMembers", "messages.getHistory")
        await self.call("emulator.setFaults", rules=[{"method": method, **rule} for method in methods])

    async def return_bot(self, chat: str, *, rights: bool = True) -> None:
        owner = self.chats[chat]["owner_id"]
        chat_id = self.peer_of(chat, owner) - 2_000_000_000
        await self.call("messages.addChatUser", f"user-{owner}", chat_id=chat_id, user_id=-COMMUNITY)
        if rights:
            await self.grant(chat)

    async def grant(self, chat: str) -> None:
        """The bot finds out by itself; it is waited for."""
        await self.call("emulator.setChatAdmin", chat=chat, member=-COMMUNITY, admin=1)
        assert self.bot is not None
        peer = self.chats[chat]["peer_ids"][f"group-{COMMUNITY}"]
        for _ in range(1_800):  # a chat that was lost is asked about once a minute
            found = await self.bot.db.run(lambda tx: chats.of(tx, [peer], []))
            if found and found[0].certain:
                return
            await asyncio.sleep(self.LOOKS)
        raise AssertionError(f"бот не узнал о правах в чате {chat}")

    async def take_rights(self, chat: str) -> None:
        """Nobody tells the bot."""
        await self.settle()
        await self.call("emulator.setChatAdmin", chat=chat, member=-COMMUNITY, admin=0)

    async def unbind(self, chat: str) -> None:
        assert self.bot is not None
        await app.admin_service_of(self.bot).carry_out("chat_unbind", {"agency": chat})

    async def bind_to(self, chat: str, agency: str) -> None:
        assert self.bot is not None
        said = await app.admin_service_of(self.bot).carry_out("chat_code", {"agency": agency})
        await self.write_in(chat, 1, Words(f"/код {said['code']}"))
        await self.settle()

    async def refuse(self, method: str, code: int, times: int) -> None:
        fault = {
            "method": method,
            "mode": "error",
            "code": code,
            "times": times,
            "match": {"forward": "conversation_message_ids"},
        }
        await self.call("emulator.setFaults", rules=[fault])

    async def clock(self) -> datetime:
        return datetime.fromtimestamp((await self.call("emulator.state"))["clock"], UTC)

    async def member(self, chat: str, official: int, *, here: bool) -> None:
        """Whoever comes has a number of VK above those that are there, so he is the last of them."""
        owner, user = self.chats[chat]["owner_id"], 1010 + official
        chat_id = self.peer_of(chat, owner) - 2_000_000_000
        if here:
            await self.call("messages.addChatUser", f"user-{owner}", chat_id=chat_id, user_id=user)
        else:
            await self.call("messages.removeChatUser", f"user-{owner}", chat_id=chat_id, member_id=user)
        await self.settle()
        await self.look_round()

    async def listed(self, chat: str) -> None:
        """The bot asks for members by itself; it is waited for."""
        assert self.bot is not None
        peer = self.chats[chat]["peer_ids"][f"group-{COMMUNITY}"]
        for _ in range(200):
            found = await self.bot.db.run(lambda tx: chats.of(tx, [peer], []))
            if found and found[0].listed_at is not None:
                return
            await asyncio.sleep(self.LOOKS)
        raise AssertionError(f"бот не узнал, кто в чате {chat}")

    async def make_personal(self, topic: str) -> None:
        assert self.bot is not None
        await self.settle()
        bot, known = self.bot, without_joining(self.bot.directory, topic)
        await bot.take(known)
        bot.directory_number = await bot.db.run(lambda tx: directories.save_text(tx, to_json(known), bot.clock.now()))
        bot.events.notify()
        await self.settle()

    async def spoil(self, who: str, code: int) -> None:
        """In whatever form; 0: it takes them again."""
        rule = {"method": "messages.send", "mode": "error", "code": code, "times": 99}
        rules = [{**rule, "match": {"peer_id": RESIDENTS[who]}}] if code else []
        await self.call("emulator.setFaults", rules=rules)

    async def file(self, url: str) -> bytes:
        async with self.http.get(url) as response:
            return await response.read()

    # The bot.

    async def start(self) -> None:
        self.started = steady()
        self.open = app.running(self.settings)
        self.bot = await self.open.__aenter__()
        self.task = asyncio.create_task(app.loops(self.bot))

    async def stop(self) -> None:
        """Cut off in the middle of whatever it does."""
        assert self.task is not None and self.bot is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.open.__aexit__(None, None, None)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """The database while no bot has it."""
        db = await Database.open(self.settings.database_url, community=COMMUNITY)
        try:
            yield db
        finally:
            await db.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def new_consent(self) -> None:
        await self.settle()
        await self.stop()
        self.settings = self.settings.model_copy(update={"consent_file": str(own_consent())})
        await self.start()

    async def bind(self) -> None:
        """Every chat by its one-time code, typed by its owner (T4)."""
        assert self.bot is not None
        for key, chat in self.chats.items():
            agency = "cur" if chat.get("cur") or key == "cur" else key
            said = await app.admin_service_of(self.bot).carry_out("chat_code", {"agency": agency})
            await self.write_in(key, 1, Words(f"/код {said['code']}"))
        for _ in range(200):
            found = (await app.admin_service_of(self.bot).carry_out("chat_list", {}))["chats"]
            if len(found) == len(self.chats):
                return
            await asyncio.sleep(self.LOOKS)
        raise AssertionError("чаты не подключились")


def steady() -> float:
    """Seconds of the loop that the stage is played in."""
    return asyncio.get_running_loop().time()


def heard(one: dict[str, Any]) -> Heard:
    keyboard = one.get("keyboard") or {}
    keyboard = json.loads(keyboard) if isinstance(keyboard, str) else keyboard
    buttons = tuple(button["action"] for row in keyboard.get("buttons", []) for button in row)
    forwards = tuple(str(inner.get("text", "")) for inner in one.get("fwd_messages") or [])
    files = tuple(file["type"] for file in one.get("attachments") or [])
    reply = (one.get("reply_message") or {}).get("conversation_message_id", 0)
    inline = bool(keyboard.get("inline"))
    return Heard(one["text"], buttons, forwards, files, one["conversation_message_id"], one["from_id"], reply, inline)


def settings_for(url: str, database: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "vk_token": f"group-{COMMUNITY}",
        "vk_api_url": url,
        "database_url": database,
        "operator_name": "Оператор",
        "operator_address": "Челябинск",
        "operator_email": "a@b.ru",
        "policy_url": "https://b.ru/p",
        "requests_per_second": 1000,
        "messages_per_minute": 0,  # transcripts are played faster than people type
        "appeals_per_day": 0,
        "open_appeals": 0,
    }
    return Settings(**{**values, **changes})


@asynccontextmanager
async def emulated(url: str, database: str, region: Directory, **changes: Any) -> AsyncIterator[EmulatedStage]:
    """A running bot with the region's directory and all chats bound, on an emulator that is already up."""
    settings = settings_for(url, database, **changes)
    await prepare(database, region)
    async with aiohttp.ClientSession() as http:
        stage = EmulatedStage(url, http, settings)
        await stage.learn()
        await stage.start()
        try:
            await stage.bind()
            yield stage
        finally:
            await stage.stop()


PAPERS: list[tempfile.TemporaryDirectory[str]] = []


def own_consent() -> Path:
    """The file of a new text, one for a process of tests."""
    if not PAPERS:
        PAPERS.append(tempfile.TemporaryDirectory(prefix="priemnaya-consent-"))
    file = Path(PAPERS[0].name) / "consent.txt"
    file.write_text(ANEW, encoding="utf-8")
    return file


async def prepare(database: str, region: Directory) -> None:
    """A migrated database with this directory; a file of SQLite is a copy of one that was made once."""
    if not database.startswith("sqlite"):
        await imported(database, region)
        return
    name = f"imported-{sha256(to_json(region).encode()).hexdigest()}"
    known = await asyncio.to_thread(once.prepared, name, lambda here: asyncio.run(imported(sqlite_url(here), region)))
    for file in known.iterdir():
        shutil.copy(file, Path(make_url(database).database or "").parent / file.name)


async def imported(database: str, region: Directory) -> None:
    await migrate(database)
    db = await Database.open(database, community=COMMUNITY)
    try:
        await AdminService(db, app.Clock()).carry_out("directory_import", {"text": to_json(region)})
    finally:
        await db.close()


def sqlite_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"
