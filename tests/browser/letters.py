"""Thirty invented messages of ten invented residents, filed through the bot's own dialogue by VK's methods only.

Nothing here is anybody's: people, streets' troubles and numbers are made up. It must never touch the bot.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.person import PATIENCE, drawing, fresh
from tests.sandbox import Sandbox
from tests.yaml_text import yaml_of

BOT = -101
DOCUMENT = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody writes, the topic they pick, a file, and what they say when the bot knows something like it."""

    name: str
    who: int
    text: str
    topic: str
    file: str = ""
    same: str = ""


def written() -> tuple[tuple[Letter, ...], ...]:
    parts = yaml_of((Path(__file__).parent / "letters.yaml").read_text(encoding="utf-8"))
    return tuple(tuple(Letter(**one) for one in part) for part in parts)


ROUNDS = written()
"""Three times ten: each round one of each resident."""

ANSWERS = (
    ("✅ Приняли", ""),
    ("Похоже на ваше от ", "same"),
    ("Похоже на рекламу", "Это о другом"),
    ("Об этом уже сообщили", "same"),
    ("Проверьте: ", "Отправить"),
    ("О чём это?", "topic"),
    ("Напишите адрес", "Не знаю адрес"),
    ("Где это?", "Челябинск"),
    ("Обычно на это отвечает", "Отправить туда"),
    ("Согласие на обработку", "Даю согласие"),
)
"""What the bot asks, and what is answered; the first that fits."""


@dataclass(slots=True)
class Filing:
    """One letter on its way to a number. `heard` is the last message of the bot that was reacted to."""

    sandbox: Sandbox
    letter: Letter
    heard: int = 0
    code: str = ""
    said: list[str] = field(default_factory=list)

    @property
    def token(self) -> str:
        return f"user-{self.letter.who}"

    def begin(self) -> None:
        last = self.sandbox.call("messages.getHistory", self.token, peer_id=BOT, count=1)["items"]
        self.heard = last[0]["conversation_message_id"] if last else 0
        attached = uploaded(self.sandbox, self.token, self.letter.file) if self.letter.file else ""
        self.say(self.letter.text, attachment=attached)

    def say(self, text: str, **more: Any) -> None:
        self.said.append(text)
        sent = {"peer_id": BOT, "random_id": fresh(), "message": text, **{k: v for k, v in more.items() if v}}
        self.sandbox.call("messages.send", self.token, **sent)

    def go_on(self) -> bool:
        """React to the newest question; whether there was one."""
        items = self.sandbox.call("messages.getHistory", self.token, peer_id=BOT, count=6)["items"]
        new = [item for item in items if item["conversation_message_id"] > self.heard and item["from_id"] == BOT]
        for message in new:
            for question, answer in ANSWERS:
                if question in message["text"]:
                    self.heard = new[0]["conversation_message_id"]
                    self.answer(message, answer)
                    return True
        return False

    def answer(self, message: dict[str, Any], answer: str) -> None:
        if not answer:
            self.code = re.findall(r"№(\S+)", message["text"])[0]
            return None
        wanted = {"topic": self.letter.topic, "same": self.letter.same}.get(answer, answer)
        assert wanted, f"{self.letter.name}: бот спросил «{message['text'][:60]}»"
        for label, payload in buttons(message):
            if label.startswith(wanted):
                return self.say(label, payload=payload)
        assert answer == "Челябинск", f"{self.letter.name}: нет кнопки «{wanted}» под «{message['text'][:80]}»"
        return self.say(answer)


def buttons(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    keyboard = message.get("keyboard") or {}
    keyboard = json.loads(keyboard) if isinstance(keyboard, str) else keyboard
    for row in keyboard.get("buttons", []):
        for button in row:
            yield button["action"].get("label", ""), button["action"].get("payload", "")


def filed(sandbox: Sandbox, letters: Sequence[Letter]) -> dict[str, str]:
    """The numbers of these letters, one of each resident, by their names here."""
    going = [Filing(sandbox, letter) for letter in letters]
    for one in going:
        one.begin()
    sandbox.wait(lambda: idle(sandbox), PATIENCE)

    def done() -> bool:
        waiting = [one for one in going if not one.code]
        reacted = [filing for filing in waiting if filing.go_on()]
        if waiting and not reacted and idle(sandbox):
            sandbox.call("emulator.advanceClock", seconds=6)
        return not waiting

    try:
        sandbox.wait(done, PATIENCE)
    except AssertionError as error:
        stuck = {filing.letter.name: filing.said for filing in going if not filing.code}
        raise AssertionError(f"не отправлены: {stuck}") from error
    return {filing.letter.name: filing.code for filing in going}


def idle(sandbox: Sandbox) -> bool:
    return bool(sandbox.ask_bot("stats")["inbox"]["waiting"] == 0)


def uploaded(sandbox: Sandbox, token: str, kind: str) -> str:
    """A photograph or a document of a person, as VK's clients upload them."""
    if kind == "photo":
        place = sandbox.call("photos.getMessagesUploadServer", token, peer_id=BOT)["upload_url"]
        saved = sandbox.call("photos.saveMessagesPhoto", token, **posted(place, "photo", "photo.png", drawing()))[0]
    else:
        place = sandbox.call("docs.getMessagesUploadServer", token, peer_id=BOT, type="doc")["upload_url"]
        saved = sandbox.call("docs.save", token, **posted(place, "file", "Схема.pdf", DOCUMENT))["doc"]
    return f"{kind}{saved['owner_id']}_{saved['id']}_{saved['access_key']}"


def posted(address: str, field_name: str, file_name: str, data: bytes) -> dict[str, Any]:
    border = "----граница".encode().hex()
    head = f'--{border}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{file_name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{border}--\r\n".encode()
    request = urllib.request.Request(address, data=body)
    request.add_header("Content-Type", f"multipart/form-data; boundary={border}")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        given = json.load(answer)
    assert isinstance(given, dict)
    return given
