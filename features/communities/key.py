"""The key of a community, tried at VK before it is kept: whose it is, and what has to be mended there first.

It must never put the key into a line, an exception or an address (T14).
"""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from bot.admin.community_key import long_poll, safely, scopes
from bot.admin.of_vk import ask
from bot.config.settings import Settings
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.findings import Finding
from bot.vk.client import Vk
from bot.vk.community_identity import own_id
from bot.vk.errors import VkError
from bot.vk.parse import mapping

LONGEST = 1000
NOT_TAKEN = "Ключ не подошёл (ошибка {code}). Создайте в сообществе новый: Управление → Работа с API → Создать ключ."


class Unfit(Refusal):
    """The key is right, but the bot cannot work by it yet. `findings`: what has to be mended there."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(["Сообщество не добавлено.", *(finding.line() for finding in findings)]))
        self.findings = tuple(findings)


def is_key(text: str) -> bool:
    """Whether it may be a key, as far as can be seen without VK: one word of plain letters, not longer than any key
    is."""
    return 0 < len(text) <= LONGEST and all("!" <= letter <= "~" for letter in text)


async def check_key(settings: Settings, key: str) -> tuple[int, str]:
    """Number and name of the community whose key this is, when it can be run by it.

    Raises:
        Refusal: with what to do; `Unfit` where it is the community's.
        NotReached, Uncertain: VK does not answer.
    """
    async with aiohttp.ClientSession() as http:
        vk = Vk(key, settings.vk_api_url, http)
        try:
            id = await own_id(vk, Clock())
        except VkError as error:
            raise Refusal(NOT_TAKEN.format(code=error.code)) from error
        found = [finding for check in (scopes, long_poll) for finding in await safely(check, vk, id)]
        if wrong := [finding for finding in found if finding.wrong]:
            raise Unfit(wrong)
        return id, await name_of(vk, id)


async def name_of(vk: Vk, community: int) -> str:
    """The name of the community as VK has it."""
    answer = mapping(await ask(vk, "groups.getById", {"group_id": community}))
    groups = answer.get("groups") or [{}]
    return str(mapping(groups[0]).get("name") or f"club{community}")
