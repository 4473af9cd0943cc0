import asyncio

import my_bot
import pytest
import pytest_asyncio
from vk_emulator.server import running
from vkbottle import API


@pytest_asyncio.fixture
async def vk(monkeypatch):
    async with running() as emulator:
        monkeypatch.setattr(API, "API_URL", emulator.url)
        bot = my_bot.build("group-101")
        task = asyncio.ensure_future(bot.run_polling())
        await until(lambda: emulator.parked.listens(-101))  # it has asked for its first events
        yield emulator
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.api.http_client.close()


async def until(true):
    for _ in range(500):
        if found := true():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("не дождались")


def write(vk, text, user=1001):
    vk.call("messages.send", f"user-{user}", peer_id=-101, random_id=0, message=text)


def answers(vk, user=1001):
    """What the community wrote to this person."""
    items = vk.call("messages.getHistory", f"user-{user}", peer_id=-101, count=200, rev=1)["items"]
    return [item for item in items if item["from_id"] == -101]


@pytest.mark.asyncio
async def test_hello(vk):
    write(vk, "привет")
    [answer] = await until(lambda: answers(vk))
    assert answer["text"].startswith("Здравствуйте!")


@pytest.mark.asyncio
async def test_a_pressed_button(vk):
    write(vk, "привет")
    [answer] = await until(lambda: answers(vk))
    button = answer["keyboard"]["buttons"][0][0]["action"]
    press = vk.call(
        "messages.sendMessageEvent",
        "user-1001",
        peer_id=-101,
        cmid=answer["conversation_message_id"],
        payload=button["payload"],
    )
    shown = await until(lambda: vk.call("emulator.eventAnswer", event_id=press["event_id"])["event_data"])
    assert shown == {"type": "show_snackbar", "text": "Спасибо"}


@pytest.mark.asyncio
async def test_one_who_blocked_us_does_not_stop_the_others(vk):
    write(vk, "привет", user=1001)
    await until(lambda: answers(vk, 1001))
    vk.call(
        "emulator.setFaults",
        rules=[{"method": "messages.send", "mode": "error", "code": 901, "match": {"peer_id": 1001}}],
    )
    write(vk, "привет", user=1001)
    write(vk, "привет", user=1002)
    await until(lambda: answers(vk, 1002))
    assert len(answers(vk, 1001)) == 1


@pytest.mark.asyncio
async def test_the_emulator_itself_had_no_bug(vk):
    write(vk, "привет")
    await until(lambda: answers(vk))
    assert vk.call("emulator.state")["internal_errors"] == []
