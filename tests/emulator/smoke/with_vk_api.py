"""The conversation with vk_api: `python -m tests.emulator.smoke.with_vk_api http://127.0.0.1:PORT`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import requests
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.keyboard import VkKeyboard
from vk_api.upload import VkUpload
from vk_api.utils import get_random_id

from tests.emulator.smoke.script import Step, conversation, told
from tests.emulator.smoke.to_emulator import session_for


def keyboard_of(described: dict[str, Any]) -> str:
    keyboard = VkKeyboard(one_time=described["one_time"], inline=described["inline"])
    for number, row in enumerate(described["rows"]):
        if number:
            keyboard.add_line()
        for button in row:
            if button["kind"] == "link":
                keyboard.add_openlink_button(button["label"], button["link"])
                continue
            add = keyboard.add_button if button["kind"] == "text" else keyboard.add_callback_button
            add(button["label"], button["color"], button["payload"])
    return str(keyboard.get_keyboard())


def named(data: bytes, name: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    return made


def attached(kind: str, item: dict[str, Any]) -> str:
    return f"{kind}{item['owner_id']}_{item['id']}"


class Driver:
    def __init__(self, base: str, group: int) -> None:
        self.base = base
        session = session_for(base, f"group-{group}")
        self.vk = session.get_api()
        self.upload = VkUpload(session)
        self.longpoll = VkBotLongPoll(session, group, wait=25)
        self.longpoll.session.trust_env = False

    def events(self) -> Iterator[Any]:
        wanted = (VkBotEventType.MESSAGE_NEW, VkBotEventType.MESSAGE_EVENT)
        return (event for event in self.longpoll.listen() if event.type in wanted)

    def send(self, peer: int, text: str, **more: Any) -> int:
        return int(self.vk.messages.send(peer_id=peer, random_id=get_random_id(), message=text, **more))

    def do(self, what: Step, event: Any) -> None:
        if what["do"] == "snackbar":
            told = event.object
            answer = json.dumps({"type": "show_snackbar", "text": what["text"]})
            self.vk.messages.sendMessageEventAnswer(
                event_id=told.event_id, user_id=told.user_id, peer_id=told.peer_id, event_data=answer
            )
            return
        message = event.message
        peer, text = message.peer_id, what["text"]
        here = {"peer_id": peer, "conversation_message_ids": [message.conversation_message_id]}
        if what["do"] == "send":
            self.send(peer, text, keyboard=keyboard_of(what["keyboard"]) if "keyboard" in what else None)
        elif what["do"] == "send the photo back":
            sizes = message.attachments[0]["photo"]["sizes"]
            data = requests.get(sizes[-1]["url"], timeout=10).content
            [photo] = self.upload.photo_messages(named(data, "back.png"), peer_id=peer)
            self.send(peer, text, attachment=attached("photo", photo))
        elif what["do"] == "send a document":
            file = named(what["content"].encode(), "answer.txt")
            saved = self.upload.document_message(file, title=what["title"], peer_id=peer)
            self.send(peer, text, attachment=attached("doc", saved["doc"]))
        elif what["do"] == "send and edit":
            self.vk.messages.edit(peer_id=peer, message_id=self.send(peer, text), message=what["becomes"])
        elif what["do"] == "reply":
            self.send(peer, text, forward=json.dumps({**here, "is_reply": True}))
        elif what["do"] == "forward":
            self.send(what["to"], text, forward=json.dumps(here))
        else:
            raise ValueError(what["do"])

    def run(self, steps: list[Step]) -> None:
        events = self.events()
        for step in steps:
            person = step.get("person")
            if person is not None:
                own = session_for(self.base, person["token"]).get_api()
                own.messages.send(peer_id=person["peer"], random_id=get_random_id(), message=person["text"])
            event = next(events)
            for what in step["does"]:
                self.do(what, event)
            read = None
            if person is not None:
                read = [item["text"] for item in own.messages.getHistory(peer_id=person["peer"], count=10)["items"]]
            told(step, saw(event), read)


def saw(event: Any) -> dict[str, Any]:
    if event.type == VkBotEventType.MESSAGE_EVENT:
        told = event.object
        return {"kind": "press", "peer": told.peer_id, "from": told.user_id, "payload": told.payload}
    message = event.message
    action = message.action or {}
    return {
        "kind": "message",
        "peer": message.peer_id,
        "from": message.from_id,
        "text": message.text,
        "payload": json.loads(message.payload) if message.payload else None,
        "attachments": [attachment["type"] for attachment in message.attachments],
        "action": action.get("type"),
        "member": action.get("member_id"),
    }


if __name__ == "__main__":
    told_to = conversation()
    Driver(sys.argv[1], told_to["community"]).run(told_to["steps"])
