"""A plain bot of vkbottle that knows nothing of an emulator."""

from __future__ import annotations

from typing import Any

from vkbottle import Callback, Keyboard, ShowSnackbarEvent, Text
from vkbottle.bot import Bot, Message, MessageEvent


def build(token: str) -> Bot:
    bot = Bot(token)
    menu = Keyboard(inline=True).add(Callback("Готово", {"cmd": "done"})).get_json()
    more = Keyboard(one_time=True).add(Text("Ещё", {"cmd": "more"})).get_json()

    @bot.on.message(text="привет")
    async def hello(message: Message) -> None:
        await message.answer("Здравствуйте! Нажмите, когда будет готово.", keyboard=menu)

    @bot.on.message(payload={"cmd": "more"})
    async def again(message: Message) -> None:
        await message.answer("Больше нет.")

    @bot.on.message(text="тайна")
    async def secret(message: Message) -> None:
        await bot.api.request("secret.getAll", {})

    @bot.on.message()
    async def heard(message: Message) -> None:
        photos = len(message.get_photo_attachments() or ())
        await message.answer(f"Слышу: {message.text}, фото: {photos}", keyboard=more)

    @bot.on.raw_event("wall_reply_new", dict)
    async def commented(event: dict[str, Any]) -> None:
        said = event["object"]
        if said["from_id"] > 0:
            where = {"owner_id": said["owner_id"], "post_id": said["post_id"], "reply_to_comment": said["id"]}
            await bot.api.wall.create_comment(message="Слышу на стене", **where)

    @bot.on.raw_event("message_event", MessageEvent)
    async def pressed(event: MessageEvent) -> None:
        await event.send_message_event_answer(ShowSnackbarEvent(text="Спасибо"))

    return bot
