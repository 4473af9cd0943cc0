"""What VK says of the key of a community and of its long poll, and what has to be mended there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.admin.of_vk import FLAGS, ask
from bot.process.advice import advice
from bot.region.findings import Finding, bad, good
from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, whole

SCOPES = {
    "messages": "сообщения сообщества",
    "manage": "управление сообществом",
    "photos": "фотографии",
    "docs": "файлы",
}


async def safely(looked: Callable[[Vk, int], Awaitable[list[Finding]]], vk: Vk, community: int) -> list[Finding]:
    """The findings of a check; where VK fails or is not reached, one finding that says so."""
    try:
        return await looked(vk, community)
    except VkError as error:
        return [bad(f"{error.method}: ошибка {error.code}.", advice(error.code))]
    except (NotReached, Uncertain):
        return [bad("ВКонтакте не ответил на проверку.", "Повторите проверку.")]


async def scopes(vk: Vk, community: int, then: str = "") -> list[Finding]:
    """The findings about the rights of the key. `then`: what else to do where the key is the one of the settings."""
    answer = mapping(await ask(vk, "groups.getTokenPermissions", {}))
    held = {str(mapping(permission).get("name")) for permission in answer.get("permissions") or []}
    missing = [name for scope, name in SCOPES.items() if scope not in held]
    if not missing:
        return [good("Права ключа: сообщения, управление, фотографии, файлы.")]
    todo = f"Управление → Работа с API → Создать ключ: отметьте эти права{then}."
    return [bad(f"У ключа нет прав: {', '.join(missing)}.", todo)]


async def long_poll(vk: Vk, community: int, then: str = "") -> list[Finding]:
    """The findings about the long poll's settings. `then`: another way to mend them."""
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
