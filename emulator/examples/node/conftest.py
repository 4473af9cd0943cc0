import pytest


@pytest.fixture
def bot_factory(vk):
    return vk.command("node", "bot.js", env={"TOKEN": vk.token})
