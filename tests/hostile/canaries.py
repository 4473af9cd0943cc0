"""Twenty secrets through the real process at its most talkative; where they must not be found (I10, T14, T15, T21).

Emulator over HTTP, `python -m bot run` with BOT_LOG_LEVEL=DEBUG, faults of VK, a kill, copies of the database.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rig.contestants import post, shown, written_to
from benchmarks.rig.stand import BOT, COMMUNITY, bind_chats, environment, prepare, settings_for
from bot.config.settings import Settings
from tests.bot.test_privacy import found_in
from tests.form import PATIENT
from tests.world.said import card as is_card
from vk_emulator.server import Emulator, running

ROOT = Path(__file__).resolve().parents[2]
RESIDENT, REFUSES = 1001, 1002
SECRETS = (
    f"group-{COMMUNITY}",
    "Аполлинария",
    "Крутоверхова",
    "345-67-89",
    "7512 345678",
    "112-233-445",
    "krutoverkhova@post",
    "Победоносная 17",
    "смета-тайная",
    "секретная беседка",
    "пересланная тайна",
    "правка-с-секретом",
    "поддельная-кнопка",
    "Берестов выезжает",
    "8-922-111-22-33",
    "внутренняя-заметка",
    "новое-имя-чата",
    "отказник Тихорецкий",
    "переслано-до-согласия",
    "метка-из-ссылки",
)
STORY = (
    "Большая яма на дороге, город Миасс, улица Победоносная 17. Меня зовут Аполлинария Крутоверхова, телефон "
    "+7 912 345-67-89, паспорт 7512 345678, СНИЛС 112-233-445 95, почта krutoverkhova@post.example"
)


def asked(emulator: Emulator, method: str, token: str = "", /, **params: Any) -> Any:
    answer = emulator.call(method, token, **params)
    assert not (isinstance(answer, dict) and "error" in answer), (method, answer)
    return answer


@dataclass
class Stand:
    """The process and all that it leaves behind."""

    emulator: Emulator
    settings: Settings
    folder: Path
    process: asyncio.subprocess.Process | None = None
    cmdlines: list[bytes] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    async def start(self) -> None:
        told = {**os.environ, **environment(self.settings), "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=told, stdout=out, stderr=out
            )

    async def end(self, number: signal.Signals) -> None:
        assert self.process is not None
        with suppress(OSError):
            self.cmdlines.append(Path(f"/proc/{self.process.pid}/cmdline").read_bytes())
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        await asyncio.wait_for(self.process.wait(), PATIENT)

    async def until(self, ready: Any) -> None:
        for _ in range(int(PATIENT / 0.05)):
            if ready():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("не дождались")

    # People.

    async def press(self, label: str) -> None:
        button = await shown(self.emulator, RESIDENT, label)
        post(self.emulator, RESIDENT, button["label"], button["payload"])

    def says(self, user: int, text: str, **more: Any) -> int:
        params = {"peer_id": BOT, "random_id": self.emulator.world.next_id, "message": text, **more}
        return int(asked(self.emulator, "messages.send", f"user-{user}", **params))

    def raw(self, **message: Any) -> None:
        """An event with fields that no client of the emulator can send."""
        told = {"id": 0, "peer_id": RESIDENT, "from_id": RESIDENT, "date": 1, "text": "", **message}
        event = {"type": "message_new", "event_id": f"raw{self.emulator.world.next_id}", "object": {"message": told}}
        asked(self.emulator, "emulator.raw_event", "", group_id=COMMUNITY, event=event)


async def conversation(stand: Stand) -> None:
    """Every way by which words come in, among them those that are refused."""
    emulator = stand.emulator
    asked(emulator, "emulator.setSwitches", "", rate_limit="off")
    stand.says(REFUSES, "Я отказник Тихорецкий, переслано-до-согласия")
    button = await shown(emulator, REFUSES, "Не даю")
    stand.says(REFUSES, button["label"], payload=button["payload"])
    stand.says(RESIDENT, STORY)
    await stand.press("Даю согласие")
    stand.says(RESIDENT, "Отправить", payload='{"a":"поддельная-кнопка","s":"x"}')
    if (await shown(emulator, RESIDENT, "Отправить", "Другая тема"))["label"] == "Другая тема":
        await stand.press("Ямы и разбитый асфальт")
    await stand.press("Отправить")
    await stand.until(lambda: any("✅ Приняли" in one for one in written_to(emulator, RESIDENT)))
    asked(emulator, "messages.edit", f"user-{RESIDENT}", **edit(emulator))
    stand.raw(
        conversation_message_id=len(emulator.world.private_thread(BOT, RESIDENT).messages) + 40,
        attachments=[{"type": "doc", "doc": {"title": "смета-тайная.exe", "url": "https://vk.com/x"}}],
        geo={"coordinates": {"latitude": 55.1, "longitude": 61.4}, "place": {"title": "секретная беседка"}},
        fwd_messages=[{"from_id": 5, "text": "пересланная тайна", "date": 1, "conversation_message_id": 1}],
        ref="метка-из-ссылки",
    )
    await in_the_chat(stand)


def edit(emulator: Emulator) -> dict[str, Any]:
    mine = [message for message in emulator.world.private_thread(BOT, RESIDENT).messages if STORY in message.text]
    return {"peer_id": BOT, "cmid": mine[0].cmid, "message": f"{STORY} правка-с-секретом"}


async def in_the_chat(stand: Stand) -> None:
    emulator = stand.emulator
    chat = next(chat for chat in asked(emulator, "emulator.state", "")["chats"] if chat["key"] == "miass-gorod")
    owner = chat["owner_id"]
    peer = chat["peer_ids"][f"user-{owner}"]
    say = {"peer_id": peer, "random_id": 10**6, "message": "Берестов выезжает, звоните 8-922-111-22-33"}

    def cards() -> list[dict[str, Any]]:
        items = asked(emulator, "messages.getHistory", f"user-{owner}", peer_id=peer, count=50)["items"]
        return [item for item in items if is_card(str(item["text"]))]

    await stand.until(cards)
    reply = {"peer_id": peer, "conversation_message_ids": [cards()[0]["conversation_message_id"]], "is_reply": 1}
    asked(emulator, "messages.send", f"user-{owner}", **say, forward=reply)
    asked(emulator, "messages.send", f"user-{owner}", peer_id=peer, random_id=10**6 + 1, message="//внутренняя-заметка")
    asked(emulator, "messages.editChat", f"user-{owner}", chat_id=peer - 2_000_000_000, title="новое-имя-чата")


async def lived(folder: Path) -> Stand:
    """A life with faults: VK refuses, drops and answers nonsense; a kill in the middle; an end in order."""
    async with running(port=0, data=folder / "vk", seed=1) as emulator:
        settings = settings_for(
            emulator.url,
            folder,
            log_level="DEBUG",
            undo_seconds=1,
            backup_folder=str(folder / "copies"),
            backup_minutes=0.1,
        )
        await prepare(settings)
        stand = Stand(emulator, settings, folder)
        await stand.start()
        await bind_chats(emulator, settings)
        modes = ("accept_html502", "accept_drop", "truncated", "error")
        rules = [{"method": "messages.send", "mode": mode, "code": 10, "times": 1} for mode in modes]
        rules.append({"method": "longpoll", "mode": "html502", "times": 1})
        asked(emulator, "emulator.setFaults", "", rules=rules)
        await conversation(stand)
        await stand.end(signal.SIGKILL)
        stand.kept = {f"after the kill: {name}": data for name, data in places(stand).items()}
        await stand.start()
        await stand.until(lambda: any("Берестов" in one for one in written_to(emulator, RESIDENT)))
        await stand.until(lambda: list((folder / "copies").glob("*")))
        await asyncio.sleep(1)
        await stand.end(signal.SIGTERM)
        return stand


def places(stand: Stand) -> dict[str, bytes]:
    """Everything that the bot wrote, and how it was called. The emulator's own files are VK's."""
    found = {path.name: path.read_bytes() for path in stand.folder.glob("bot.*") if path.is_file()}
    for folder in stand.folder.glob("copies*"):
        found.update({f"{folder.name}/{path.name}": path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    return {**stand.kept, **found, **{f"cmdline {number}": line for number, line in enumerate(stand.cmdlines)}}


def hits(stand: Stand) -> dict[str, list[str]]:
    return {name: found for name, data in places(stand).items() if (found := found_in(data, SECRETS))}
