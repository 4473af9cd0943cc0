"""A plain vkbottle bot, the shortest form of its own documentation with default settings: the one we compare with.

Settings come from the environment: PLAIN_URL, PLAIN_TOKEN; PLAIN_KEEP=1 is `skip_old_events=False`; PLAIN_DELAY gives
its handler a random latency of at most so many seconds; PLAIN_RAISE=1 makes it raise once for each message.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3

from vkbottle import API
from vkbottle.bot import Bot, Message

API.API_URL = os.environ["PLAIN_URL"]
bot = Bot(os.environ["PLAIN_TOKEN"], skip_old_events=os.environ.get("PLAIN_KEEP") != "1")
delay = float(os.environ.get("PLAIN_DELAY", "0"))
raises = os.environ.get("PLAIN_RAISE") == "1"
raised: set[tuple[int, int]] = set()


@bot.on.message()
async def handler(message: Message) -> None:
    """Answers every message with its own words, after the delay and the error that the environment asks for."""
    if delay:
        await asyncio.sleep(random.uniform(0, delay))
    key = (message.peer_id, message.conversation_message_id or 0)
    if raises and key not in raised:
        raised.add(key)
        raise sqlite3.OperationalError("database is locked")
    await message.answer(f"Принято: {message.text}")


if __name__ == "__main__":
    bot.run_forever()
