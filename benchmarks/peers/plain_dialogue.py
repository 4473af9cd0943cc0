"""A plain vkbottle bot with our dialogue: as many messages in and answers out, its states in the built-in dispenser.

Text → notice and consent; consent → thanks and preview; «Отправить» → number, and a card to the chat.
"""

from __future__ import annotations

import os

from vkbottle import API, BaseStateGroup, BuiltinStateDispenser, Keyboard, Text
from vkbottle.bot import Bot, Message

NOTICE = "Здравствуйте! Здесь принимают сообщения о проблемах: мы передадим ваше сообщение тем, кто за это отвечает. "
CONSENT = "Согласие на обработку персональных данных. Цель: передать ваше сообщение в орган, который решает вопрос. "
CHATS = [int(part) for part in os.environ["PLAIN_CHATS"].split(",")]

API.API_URL = os.environ["PLAIN_URL"]
states = BuiltinStateDispenser()
bot = Bot(os.environ["PLAIN_TOKEN"], state_dispenser=states)


class Step(BaseStateGroup):
    """Where the dialogue of a resident stands."""

    CONSENT = "consent"
    PREVIEW = "preview"


def buttons(*labels: str) -> str:
    keyboard = Keyboard(one_time=False)
    for label in labels:
        keyboard.row()
        keyboard.add(Text(label, payload={"a": label}))
    return keyboard.get_json()


@bot.on.message(state=Step.CONSENT)
async def consented(message: Message) -> None:
    """Takes any answer for the consent, and shows the preview."""
    kept = message.state_peer.payload if message.state_peer else {}
    await states.set(message.peer_id, Step.PREVIEW, text=kept.get("text", ""))
    text = f"Проверьте, всё ли верно:\n\n{kept.get('text', '')}"
    await message.answer(text, keyboard=buttons("Отправить", "Изменить", "Отмена"))


@bot.on.message(state=Step.PREVIEW)
async def send(message: Message) -> None:
    """Sends the card to a chat and the number to the resident."""
    kept = message.state_peer.payload if message.state_peer else {}
    await states.delete(message.peer_id)
    number = f"{message.peer_id}-{message.conversation_message_id}"
    card = f"{kept.get('text', '')}\n№{number}"
    chat = CHATS[message.peer_id % len(CHATS)]
    await message.ctx_api.messages.send(peer_id=chat, message=card, random_id=0)
    text = f"✅ Приняли.\n№{number}"
    await message.answer(text, keyboard=buttons("Написать сообщение", "Кому", "Мои сообщения", "Помощь"))


@bot.on.private_message()
async def first(message: Message) -> None:
    """Keeps the text, and sends the notice and the question for consent."""
    await states.set(message.peer_id, Step.CONSENT, text=message.text)
    await message.answer(NOTICE * 3)
    await message.answer(CONSENT * 6, keyboard=buttons("Даю согласие", "Не даю"))


if __name__ == "__main__":
    bot.run_forever()
