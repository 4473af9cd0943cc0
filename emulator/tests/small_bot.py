"""The smallest bot of vk_api, as a script that blocks; its token comes by the environment, and how
much it chatters."""

from __future__ import annotations

import os
import sys

import vk_api
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll
from vk_api.longpoll import VkEventType, VkLongPoll


def main(token: str) -> None:
    session = vk_api.VkApi(token=token, api_version="5.199")
    longpoll = VkBotLongPoll(session, 101)
    print("готов слушать")
    for event in longpoll.listen():
        if event.type == VkBotEventType.MESSAGE_NEW:
            message = event.object.message
            print("x" * int(os.environ.get("CHATTER", "0")), file=sys.stderr)
            session.method("messages.send", {"peer_id": message["peer_id"], "random_id": 0, "message": "Тут"})


def main_of_people(token: str) -> None:
    session = vk_api.VkApi(token=token, api_version="5.199")
    for event in VkLongPoll(session).listen():
        if event.type == VkEventType.MESSAGE_NEW and event.to_me:
            session.method("messages.send", {"peer_id": event.peer_id, "random_id": 0, "message": "Тут"})


if __name__ == "__main__":
    main(os.environ["TOKEN"])
