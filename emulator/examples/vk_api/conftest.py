import my_bot
import pytest


@pytest.fixture
def bot_factory(vk):
    return lambda: my_bot.main(vk.token, vk.group)
