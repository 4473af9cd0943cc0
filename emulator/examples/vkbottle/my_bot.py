from vkbottle.bot import Bot, Message


def build(token: str) -> Bot:
    bot = Bot(token)

    @bot.on.message(text="привет")
    async def hello(message: Message) -> None:
        await message.answer("Здравствуйте")

    return bot
