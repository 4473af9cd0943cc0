"""What commands ask of VK, patiently, and the events that the bot wants of it. It must change nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.process.clock import Clock
from bot.vk.client import Vk
from bot.vk.errors import VkError

FLAGS = {
    "message_new": "входящее сообщение",
    "message_reply": "исходящее сообщение",
    "message_edit": "редактирование сообщения",
    "message_allow": "разрешение на получение",
    "message_deny": "запрет на получение",
    "message_event": "действие с сообщением",
}


async def ask(vk: Vk, method: str, params: Mapping[str, Any]) -> Any:
    """VK's answer to one question; beside a running bot it may be one too many for the second (error 6), so it is asked
    again."""
    for _ in range(5):
        try:
            return await vk.call(method, params)
        except VkError as error:
            if error.code != 6:
                raise
            await Clock().sleep(1.0)
    return await vk.call(method, params)
