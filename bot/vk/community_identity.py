"""Which community the token belongs to: VK is asked once, then the database remembers.

It must never store the token (T14) nor import the VK client at module level: commands without VK start in a third of
the time.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.vk.errors import VkError
from bot.vk.parse import mapping, whole
from storage.db import token_owner
from storage.db.database import Database

if TYPE_CHECKING:
    from bot.vk.client import Vk


NO_GROUP = 100
"""Without a number of a group VK answers only a community's own key (vk-api.md §2.17)."""
FOREIGN = "Это ключ человека или приложения, а нужен ключ сообщества: Управление → Работа с API → Создать ключ."


async def community_of(settings: Settings, db: Database, clock: Clock, vk: Vk) -> int:
    """The community of the key, asked of VK once; from then on the database knows, and the bot starts without VK."""
    known = await known_community(settings, db)
    if known is not None:
        return known
    community = await own_id(vk, clock)
    await db.of(community).run(lambda tx: token_owner.keep_community(tx, token_digest(settings)))
    return community


async def known_community(settings: Settings, db: Database) -> int | None:
    """What the database knows of it already."""
    return await db.run(lambda tx: token_owner.community_of(tx, token_digest(settings)))


def token_digest(settings: Settings) -> str:
    """What is kept of a token to know it again; the token itself never is (T14)."""
    return sha256(settings.vk_token.encode()).hexdigest()[:32]


async def own_id(vk: Vk, clock: Clock) -> int:
    """The community whose token this is (vk-api.md §2.17)."""
    for patience in range(5):
        try:
            answer = mapping(await vk.call("groups.getById", {}))
            break
        except VkError as error:
            if error.code == NO_GROUP:
                raise Refusal(FOREIGN) from error
            if error.code != 6 or patience == 4:
                raise
            await clock.sleep(1.0)
    groups = answer.get("groups") or [{}]
    community = whole(mapping(groups[0]).get("id"))
    if community <= 0:
        raise Refusal(FOREIGN)
    return community
