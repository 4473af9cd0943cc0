"""The conversation with vkbottle: `python -m tests.emulator.smoke.with_vkbottle http://127.0.0.1:PORT`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from vkbottle import (
    API,
    Callback,
    DocMessagesUploader,
    Keyboard,
    KeyboardButtonColor,
    OpenLink,
    PhotoMessageUploader,
    Text,
    User,
)
from vkbottle.bot import Bot, Message, MessageEvent
from vkbottle.http import AiohttpClient

from tests.emulator.smoke.script import Step, conversation, told


def keyboard_of(described: dict[str, Any]) -> str:
    keyboard = Keyboard(one_time=described["one_time"], inline=described["inline"])
    for number, row in enumerate(described["rows"]):
        if number:
            keyboard.row()
        for button in row:
            if button["kind"] == "link":
                keyboard.add(OpenLink(button["link"], button["label"]))
                continue
            kind = Text if button["kind"] == "text" else Callback
            keyboard.add(kind(button["label"], button["payload"]), KeyboardButtonColor(button["color"]))
    return keyboard.get_json()


class Driver:
    def __init__(self, base: str, group: int, steps: list[Step]) -> None:
        API.API_URL = f"{base}/method/"
        self.http = AiohttpClient()
        self.bot: Bot = Bot(api=API(f"group-{group}", http_client=self.http))
        self.steps = steps
        self.done = asyncio.Event()
        self.person: User | None = None
        self.bot.on.message()(self.message)
        self.bot.on.raw_event("message_event", MessageEvent)(self.pressed)

    async def message(self, message: Message) -> None:
        step = self.steps.pop(0)
        for what in step["does"]:
            await self.do(what, message)
        await self.finish(step, saw(message))

    async def pressed(self, event: MessageEvent) -> None:
        step = self.steps.pop(0)
        await event.show_snackbar(step["does"][0]["text"])
        seen = {"kind": "press", "peer": event.peer_id, "from": event.user_id, "payload": event.payload}
        await self.finish(step, seen)

    async def finish(self, step: Step, seen: dict[str, Any]) -> None:
        read = None
        if self.person is not None:
            history = await self.person.api.messages.get_history(peer_id=step["person"]["peer"], count=10)
            read = [item.text or "" for item in history.items]
        told(step, seen, read)
        if not self.steps:
            self.done.set()
        elif "person" in self.steps[0]:
            await self.write_as_a_person(self.steps[0]["person"])

    async def write_as_a_person(self, described: dict[str, Any]) -> None:
        self.person = User(api=API(described["token"], http_client=self.http))
        await self.person.api.messages.send(peer_id=described["peer"], random_id=77, message=described["text"])

    async def do(self, what: Step, message: Message) -> None:
        text, peer = what["text"], message.peer_id
        if what["do"] == "send":
            await message.answer(text, keyboard=keyboard_of(what["keyboard"]) if "keyboard" in what else None)
        elif what["do"] == "send the photo back":
            photos = message.get_photo_attachments() or []
            data = await self.http.request_content(photos[0].sizes[-1].url or "")
            uploader = PhotoMessageUploader(self.bot.api, attachment_name="back.png")
            await message.answer(text, attachment=await uploader.upload(data, peer_id=peer))
        elif what["do"] == "send a document":
            docs = DocMessagesUploader(self.bot.api, attachment_name="answer.txt")
            given = await docs.upload(what["content"].encode(), peer_id=peer, title=what["title"])
            await message.answer(text, attachment=given)
        elif what["do"] == "send and edit":
            sent = await message.answer(text)
            await self.bot.api.messages.edit(
                peer_id=peer, conversation_message_id=sent.conversation_message_id, message=what["becomes"]
            )
        elif what["do"] == "reply":
            await message.reply(text)
        elif what["do"] == "forward":
            here = {"peer_id": peer, "conversation_message_ids": [message.conversation_message_id]}
            await self.bot.api.messages.send(peer_id=what["to"], random_id=88, message=text, forward=json.dumps(here))
        else:
            raise ValueError(what["do"])

    async def run(self) -> None:
        polling = asyncio.ensure_future(self.bot.run_polling())
        await self.done.wait()
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await self.http.close()


def saw(message: Message) -> dict[str, Any]:
    action = message.action
    return {
        "kind": "message",
        "peer": message.peer_id,
        "from": message.from_id,
        "text": message.text,
        "payload": message.get_payload_json(),
        "attachments": [str(attachment.type.value) for attachment in message.attachments or []],
        "action": action.type.value if action else None,
        "member": action.member_id if action else None,
    }


async def main() -> None:
    told_to = conversation()
    await Driver(sys.argv[1], told_to["community"], told_to["steps"]).run()


if __name__ == "__main__":
    asyncio.run(main())
