"""The smallest bot of vk_api, as a script that blocks; its token comes by the environment."""

from __future__ import annotations

import os

import vk_api
from vk_api.bot_longpoll import VkBotEventType, VkBotLongPoll


def main(token: str) -> None:
    session = vk_api.VkApi(token=token, api_version="5.199")
    for event in VkBotLongPoll(session, 101).listen():
        if event.type == VkBotEventType.MESSAGE_NEW:
            message = event.object.message
            session.method("messages.send", {"peer_id": message["peer_id"], "random_id": 0, "message": "Тут"})


if __name__ == "__main__":
    main(os.environ["TOKEN"])
