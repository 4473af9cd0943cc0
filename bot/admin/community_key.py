"""The key of a community, tried at VK before it is kept: whose it is, and what has to be mended there first.

It must never put the key into a line, an exception or an address (T14).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import aiohttp

from bot.admin.of_vk import FLAGS, ask
from bot.config.settings import Settings
from bot.process.advice import Refusal, advice
from bot.process.clock import Clock
from bot.region.findings import Finding, bad, good
from bot.vk.client import Vk
from bot.vk.community_identity import own_id
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, whole

LONGEST = 1000
NOT_TAKEN = "Ключ не подошёл (ошибка {code}). Создайте в сообществе новый: Управление → Работа с API → Создать ключ."
SCOPES = {
    "messages": "сообщения сообщества",
    "manage": "управление сообществом",
    "photos": "фотографии",
    "docs": "файлы",
}


class Unfit(Refusal):
    """The key is right, but the bot cannot work by it yet. `findings`: what has to be mended there."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(["Сообщество не добавлено.", *(one.line() for one in findings)]))
        self.findings = tuple(findings)


def is_key(text: str) -> bool:
    """As far as can be seen without VK: one word of plain letters, not longer than any key is."""
    return 0 < len(text) <= LONGEST and all("!" <= letter <= "~" for letter in text)


async def checked(settings: Settings, key: str) -> tuple[int, str]:
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
        found = [finding for one in (scopes, long_poll) for finding in await safely(one, vk, id)]
        if wrong := [one for one in found if one.wrong]:
            raise Unfit(wrong)
        return id, await name_of(vk, id)


async def safely(looked: Callable[[Vk, int], Awaitable[list[Finding]]], vk: Vk, community: int) -> list[Finding]:
    try:
        return await looked(vk, community)
    except VkError as error:
        return [bad(f"{error.method}: ошибка {error.code}.", advice(error.code))]
    except (NotReached, Uncertain):
        return [bad("ВКонтакте не ответил на проверку.", "Повторите проверку.")]


async def scopes(vk: Vk, community: int, then: str = "") -> list[Finding]:
    """`then`: what else to do where the key is the one of the settings."""
    answer = mapping(await ask(vk, "groups.getTokenPermissions", {}))
    held = {str(mapping(permission).get("name")) for permission in answer.get("permissions") or []}
    missing = [name for scope, name in SCOPES.items() if scope not in held]
    if not missing:
        return [good("Права ключа: сообщения, управление, фотографии, файлы.")]
    todo = f"Управление → Работа с API → Создать ключ: отметьте эти права{then}."
    return [bad(f"У ключа нет прав: {', '.join(missing)}.", todo)]


async def long_poll(vk: Vk, community: int, then: str = "") -> list[Finding]:
    """`then`: another way to mend it."""
    answer = mapping(await ask(vk, "groups.getLongPollSettings", {"group_id": community}))
    where = "Управление → Работа с API → Long Poll API"
    if not answer.get("is_enabled"):
        return [bad("Long Poll выключен.", f"{where}: «Включено», версия 5.199.{then}")]
    found = []
    version = mapping(answer.get("api_version")) or answer.get("api_version")
    if version not in ("5.199", None, {}):
        found.append(bad(f"Версия Long Poll {version}.", f"{where}: выберите 5.199."))
    events = mapping(answer.get("events"))
    off = [name for flag, name in FLAGS.items() if not whole(events.get(flag))]
    if off:
        found.append(bad(f"Не включены события: {', '.join(off)}.", f"{where} → Типы событий: отметьте их.{then}"))
    return found or [good("Long Poll включён, версия 5.199, все нужные события отмечены.")]


async def name_of(vk: Vk, community: int) -> str:
    """As its page is called."""
    answer = mapping(await ask(vk, "groups.getById", {"group_id": community}))
    groups = answer.get("groups") or [{}]
    return str(mapping(groups[0]).get("name") or f"club{community}")
