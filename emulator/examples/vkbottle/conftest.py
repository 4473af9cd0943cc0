import my_bot
import pytest


@pytest.fixture
def bot_factory(vk):
    return lambda: my_bot.build(vk.token).run_polling()
