from vkbottle import Callback, Keyboard, ShowSnackbarEvent
from vkbottle.bot import Bot, Message, MessageEvent


def build(token: str) -> Bot:
    bot = Bot(token)
    menu = Keyboard(inline=True).add(Callback("Готово", {"cmd": "done"})).get_json()

    @bot.on.message(text="привет")
    async def hello(message: Message) -> None:
        await message.answer("Здравствуйте! Нажмите, когда будет готово.", keyboard=menu)

    @bot.on.raw_event("message_event", MessageEvent)
    async def pressed(event: MessageEvent) -> None:
        await event.send_message_event_answer(ShowSnackbarEvent(text="Спасибо"))

    return bot
