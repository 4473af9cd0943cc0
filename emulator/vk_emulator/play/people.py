"""What a person of a test does and hears: says, edits, presses, sends a photo. Only by VK's methods; it must never know
what a bot thinks.
"""

from __future__ import annotations

import io
import json
import struct
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from vk_emulator.world.records import Json
from vk_emulator.world.tongue import either

T = TypeVar("T")
BOUNDARY = "vk-emulator-photo"
__tracebackhide__ = True  # pytest shows the line of the test instead


class Place(Protocol):
    """Where people act; `group` is the community."""

    group: int

    def call(self, method: str, token: str = "", **params: Any) -> Any: ...

    def until(self, ready: Callable[[], T], seconds: float | None = None) -> T | None: ...


@dataclass(frozen=True, slots=True)
class Chat:
    """`peers` says which number it has for whom."""

    key: str
    title: str
    peers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the bot as the person sees it."""

    message: Json

    @property
    def text(self) -> str:
        """The text of the message."""
        return str(self.message["text"])

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons under the message."""
        return [str(action.get("label", "")) for action in actions(self.message)]

    @property
    def attachments(self) -> list[str]:
        """The kinds of the attachments: photo, doc …."""
        return [str(attachment["type"]) for attachment in self.message.get("attachments", ())]

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Person:
    """A person of a test. What he hears is looked at in order: each message of the bot is heard once."""

    def __init__(self, stage: Place, number: int, name: str) -> None:
        self.stage, self.id, self.name = stage, number, name
        self.token = f"user-{number}"
        self._heard: dict[int, int] = {}  # by peer: the newest message that was asked for
        self._said: tuple[int, int] = (0, 0)  # peer and number of the last own message
        self._pressed = ""

    def __repr__(self) -> str:
        return f"<{self.name}, {self.id}>"

    def peer(self, chat: Chat | None = None) -> int:
        """The number of the chat, or of the community's dialogue, for this person; LookupError where he is not in
        it."""
        if chat is None:
            return -self.stage.group
        if self.token not in chat.peers:
            people = ", ".join(token.removeprefix("user-") for token in chat.peers if token.startswith("user-"))
            raise LookupError(
                either(
                    f"{self.name} is not in the chat {chat.title!r}; these are: {people}",
                    f"{self.name} не состоит в беседе «{chat.title}»; там {people}",
                )
            )
        return chat.peers[self.token]

    # --- does ---------------------------------------------------------------------

    def says(self, text: str, chat: Chat | None = None, **more: Any) -> None:
        """Writes to the community, or in a chat. `more` is anything of `messages.send`."""
        peer = self.peer(chat)
        sent = self.stage.call("messages.send", self.token, peer_id=peer, random_id=0, message=text, **more)
        found = self.stage.call("messages.getById", self.token, message_ids=sent)["items"]
        self._said = (peer, int(found[0]["conversation_message_id"]))

    def edits(self, text: str) -> None:
        """Changes the text of the last own message."""
        peer, cmid = self._said
        self.stage.call("messages.edit", self.token, peer_id=peer, cmid=cmid, message=text)

    def presses(self, label: str, chat: Chat | None = None) -> None:
        """The newest button with this label: one of text says it, one of callback is answered by `notice`."""
        found = self.stage.until(lambda: self._button(label, self.peer(chat)))
        assert found is not None, either(
            f"{self.name} sees no button {label!r}", f"{self.name} не видит кнопки «{label}»"
        )
        message, action = found
        if action["type"] == "callback":
            where = {"cmid": message["conversation_message_id"]} if message.get("keyboard", {}).get("inline") else {}
            told = self._press(chat, action, where)
            self._pressed = str(told["event_id"])
        elif action["type"] == "text":
            given = {"payload": action["payload"]} if "payload" in action else {}
            self.says(label, chat, **given)
        else:
            raise AssertionError(
                either(
                    f"{label!r} is a button of type {action['type']}: VK's own application opens it",
                    f"«{label}» — кнопка вида {action['type']}: её открывает само приложение",
                )
            )

    def _press(self, chat: Chat | None, action: Json, where: Json) -> Json:
        """Presses a callback button; VK's answer."""
        payload = action.get("payload", "{}")
        told: Json = self.stage.call(
            "messages.sendMessageEvent", self.token, peer_id=self.peer(chat), payload=payload, **where
        )
        return told

    def _button(self, label: str, peer: int) -> tuple[Json, Json] | None:
        """The newest message with a button of this label, and its action; None while there is none."""
        for message in self._history(peer):
            for action in actions(message):
                if action.get("label") == label:
                    return message, action
        return None

    def sends_photo(self, text: str = "", chat: Chat | None = None, *, photo: bytes = b"", **more: Any) -> None:
        """A small picture, or your own bytes of a PNG or JPEG."""
        peer = self.peer(chat)
        server = self.stage.call("photos.getMessagesUploadServer", self.token, peer_id=peer)
        uploaded = post_photo(server["upload_url"], photo or picture())
        saved = self.stage.call("photos.saveMessagesPhoto", self.token, **uploaded)
        self.says(text, chat, attachment=f"photo{saved[0]['owner_id']}_{saved[0]['id']}", **more)

    def comments(self, post: int, text: str, *, answers: int = 0, **more: Any) -> int:
        """Under a post of the community, or in a thread there; the number of the comment."""
        under = {"owner_id": -self.stage.group, "post_id": post, "reply_to_comment": answers}
        made = self.stage.call("wall.createComment", self.token, message=text, **under, **more)
        return int(made["comment_id"])

    # --- hears ----------------------------------------------------------------------

    def hears(self, words: str = "", chat: Chat | None = None, *, within: float | None = None) -> Heard:
        """The next message of the bot that was not asked for yet and holds these words."""
        peer = self.peer(chat)
        found = self.stage.until(lambda: self._next(words, peer), within)
        wanted = either(repr(words), f"«{words}»") if words else either("anything", "ничего")
        assert found is not None, either(
            f"{self.name} does not hear {wanted} from the bot", f"{self.name} не слышит {wanted} от бота"
        )
        self._heard[peer] = int(found["conversation_message_id"])
        return Heard(found)

    def hears_nothing(self, chat: Chat | None = None, *, within: float = 0.5) -> None:
        """Fails where the bot says something to this person, or in the chat, within so many seconds."""
        found = self.stage.until(lambda: self._next("", self.peer(chat)), within)
        assert found is None, either(
            f"{self.name} hears from the bot: {found and found['text']}",
            f"{self.name} слышит от бота: {found and found['text']}",
        )

    @property
    def notice(self) -> Json:
        """The bot's answer to the callback button that was pressed last (`text`, `link` …); fails where there is none
        in time."""
        assert self._pressed, either(
            f"{self.name} has pressed no callback button",
            f"{self.name} не нажимает кнопок, на которые отвечают уведомлением",
        )
        told = self.stage.until(self._answer_of_press)
        assert told is not None, either(
            f"the bot has not answered the button that {self.name} pressed",
            f"бот не ответил на кнопку, которую {self.name} нажимает",
        )
        return told["event_data"] or {}

    def _answer_of_press(self) -> Json | None:
        told: Json = self.stage.call("emulator.eventAnswer", event_id=self._pressed)
        return told if told["answered"] else None

    def _next(self, words: str, peer: int) -> Json | None:
        """The bot's next message with these words; None while there is none."""
        after = self._heard.get(peer, 0)
        for message in reversed(self._history(peer)):
            fresh = message["from_id"] == -self.stage.group and message["conversation_message_id"] > after
            if fresh and words in message["text"]:
                return message
        return None

    def _history(self, peer: int) -> list[Json]:
        """The messages of a dialogue, the newest first."""
        items: list[Json] = self.stage.call("messages.getHistory", self.token, peer_id=peer, count=200)["items"]
        return items


def actions(message: Json) -> list[Json]:
    """The buttons under a message."""
    rows = (message.get("keyboard") or {}).get("buttons") or []
    return [button["action"] for row in rows for button in row]


def picture(edge: int = 100) -> bytes:
    """A black square as PNG."""
    rows = zlib.compress(b"\x00" * edge * (edge + 1))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def post_photo(url: str, photo: bytes) -> Json:
    """The upload server's answer to a photo, posted as a browser posts a file."""
    body = io.BytesIO()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="photo.png"\r\n'
    body.write(head.encode() + b"Content-Type: image/png\r\n\r\n" + photo + f"\r\n--{BOUNDARY}--\r\n".encode())
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    request = urllib.request.Request(url, body.getvalue(), headers)  # noqa: S310 - an address of the emulator
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        told: Json = json.load(answer)
    return told
