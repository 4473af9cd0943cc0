"""What `check` says of comments: what is switched on in VK, and what cannot be promised."""

from __future__ import annotations

from bot.config.settings import ANSWER, OFF, Settings
from bot.region.findings import Finding, bad, good, look
from bot.vk.client import Vk
from bot.vk.comments import CHANGES, EVENTS
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import list_or_empty, mapping, whole


def findings(settings: Settings) -> list[Finding]:
    """What `bot check` says about reading comments: whether a lost event would be noticed."""
    if settings.comments == OFF:
        return []
    if settings.vk_service_token:
        return [good("Комментарии: бот их читает, пропущенное сверяет со стеной.")]
    if settings.comments == ANSWER:
        told = "Комментарии: потерянное событие бот не заметит и не проверит, встал ли его ответ: об этом спросит вас."
        return [look(told, "Впишите BOT_VK_SERVICE_TOKEN: тогда бот сверяет стену и смотрит под записью сам.")]
    told = "Комментарии: если VK не пришлёт событие, бот об этом не узнает, и комментарий пропадёт."
    return [look(told, "Впишите BOT_VK_SERVICE_TOKEN: тогда бот сверяет стену каждые пять минут.")]


async def findings_in_vk(settings: Settings, vk: Vk, community: int) -> list[Finding]:
    """Whether VK tells of comments at all, and whether the key may answer them."""
    if settings.comments == OFF:
        return []
    events = [] if settings.callback_secret else await findings_of_events(settings, vk, community)
    return [*events, *(await findings_of_key(vk) if settings.comments == ANSWER else [])]


async def findings_of_key(vk: Vk) -> list[Finding]:
    """Whether VK asks for this right of a community's key its documents do not say (Q30)."""
    try:
        answer = mapping(await vk.call("groups.getTokenPermissions", {}))
    except (VkError, NotReached, Uncertain):
        return []
    if any(mapping(held).get("name") == "wall" for held in list_or_empty(answer.get("permissions"))):
        return []
    todo = (
        "Если под комментариями ничего не встаёт (ошибка 15): Управление → Работа с API → Создать ключ, отметьте стену."
    )
    return [look("Комментарии: у ключа нет права «стена», ответы под записями ВКонтакте может не принять.", todo)]


async def findings_of_events(settings: Settings, vk: Vk, community: int) -> list[Finding]:
    """Which events of comments are switched off in the community's long poll; nothing where VK does not answer."""
    try:
        answer = mapping(await vk.call("groups.getLongPollSettings", {"group_id": community}))
    except (VkError, NotReached, Uncertain):
        return []
    events = mapping(answer.get("events"))
    wanted = EVENTS if settings.comments == ANSWER else CHANGES
    missing = [name for name in wanted if not whole(events.get(name))]
    if not missing:
        return [good("Комментарии: события включены.")]
    todo = "Управление → Работа с API → Long Poll API → Типы событий → «Записи на стене»."
    return [bad(f"Комментарии: выключены события {', '.join(missing)}.", todo)]
