"""The other side of the talk: a person with a token, or a human at the keyboard who is told what to do. It must never
guess an answer: what the human did is seen in the events."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.probes.wire import Vk

BASE = 2_000_000_000


@dataclass
class Stage:
    """A private dialogue with the person and a chat where the community is administrator."""

    vk: Vk
    person_chat: int  # the person's own number of the chat (2000000000 + n)
    user: int = 0
    chat: int = 0  # the community's number of the same chat
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        mark = self.vk.mark()
        self.write("Проба: начало")
        self.user = self.heard(mark)["from_id"]
        mark = self.vk.mark()
        self.write("/проба", chat=True)
        self.chat = self.heard(mark)["peer_id"]

    def heard(self, mark: str) -> dict[str, Any]:
        told = self.vk.events(mark, "message_new", patience=15)
        if not told:
            raise SystemExit("Сообщение не дошло до сообщества: проверьте Long Poll и право читать всю беседу.")
        message: dict[str, Any] = told[-1]["message"]
        return message

    def peer(self, chat: bool) -> int:
        return self.person_chat if chat else -self.vk.group

    def act(self, order: str, method: str, **params: Any) -> Any:
        if self.vk.person_token:
            return self.vk.person(method, **params)
        return input(f"→ {order}, затем нажмите Enter: ")

    def write(self, text: str, chat: bool = False, **more: Any) -> Any:
        where = "в беседе" if chat else "сообществу"
        given = {"peer_id": self.peer(chat), "random_id": self.vk.random_id(), "message": text, **more}
        return self.act(f"Напишите {where}: {text}", "messages.send", **given)

    def edit(self, cmid: int, text: str) -> None:
        given = {"peer_id": self.peer(True), "cmid": cmid, "message": text}
        self.act(f"Измените своё последнее сообщение в беседе на: {text}", "messages.edit", **given)

    def press(self, cmid: int) -> None:
        given = {"peer_id": -self.vk.group, "cmid": cmid, "payload": json.dumps({"a": 1})}
        self.act("Нажмите кнопку «Проба» в личном диалоге", "messages.sendMessageEvent", **given)

    def kick(self) -> None:
        given = {"chat_id": self.person_chat - BASE, "member_id": -self.vk.group}
        self.act("Исключите сообщество из беседы", "messages.removeChatUser", **given)

    def invite(self) -> None:
        given = {"chat_id": self.person_chat - BASE, "user_id": -self.vk.group}
        self.act("Снова пригласите сообщество в беседу", "messages.addChatUser", **given)

    # --- the community writes -----------------------------------------------------

    def say(self, text: str = "Проба", *, chat: bool = False, **more: Any) -> dict[str, Any]:
        """One item of `peer_ids`, with the cmid; an error inside it is raised."""
        given = {"random_id": self.vk.random_id(), "message": text, **more}
        item: dict[str, Any] = self.vk.bot("messages.send", peer_ids=self.chat if chat else self.user, **given)[0]
        return item

    def read(self, cmid: int, *, chat: bool = False) -> dict[str, Any]:
        given = {"peer_id": self.chat if chat else self.user, "conversation_message_ids": cmid}
        made: dict[str, Any] = self.vk.bot("messages.getByConversationMessageId", **given)["items"][0]
        return made
