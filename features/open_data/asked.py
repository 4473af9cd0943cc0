"""Keys of applications for the open API, as an administrator says on the command line. See admin_service.py.

It must never show a key twice: only its digest is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from bot.process.advice import Refusal
from bot.process.clock import Clock
from states.audit import AuditAction, AuditLine
from states.messages import is_person
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import api_keys, sessions
from storage.records.api_keys import ApiKey

Json = dict[str, Any]
LONGEST_NAME = 60


class AdminApiKeys:
    """Gives, lists and revokes keys of applications when an administrator asks."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {"api_keys_add": self.add, "api_keys_list": self.list_keys, "api_keys_revoke": self.revoke}

    async def add(self, user: int, name: str) -> Json:
        """A key that speaks for this account; residents read the name in VK."""
        if not is_person(user):
            raise Refusal("Укажите числовой id человека ВКонтакте, например 123456.")
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise Refusal(f"Назовите приложение в --name: до {LONGEST_NAME} букв, например «Приложение двора».")
        key, now = secrets.token_urlsafe(32), self.clock.now()
        api_key = ApiKey(sessions.digest(key), user, name, now)

        async def body(tx: Transaction) -> None:
            await api_keys.give(tx, api_key)
            await audit.append(tx, [AuditLine(0, AuditAction.API_KEY_GIVEN, str(user), api_key.code)], now)

        await self.db.run(body)
        return {"key": key, "code": api_key.code}

    async def list_keys(self) -> Json:
        """Whose keys there are and since when; a key itself nobody can read again."""
        found = await self.db.run(api_keys.all_keys)
        return {"keys": [{"code": api_key.code, "user": api_key.user, "name": api_key.name,
                          "at": api_key.given_at.isoformat()}
                         for api_key in found]}  # fmt: skip

    async def revoke(self, code: str) -> Json:
        """Takes away the API key with this code, and logs it."""

        async def body(tx: Transaction) -> list[ApiKey]:
            found = [api_key for api_key in await api_keys.all_keys(tx) if api_key.code == code]
            for api_key in found:
                await api_keys.revoke(tx, api_key.digest)
            lines = [AuditLine(0, AuditAction.API_KEY_REVOKED, str(api_key.user), code) for api_key in found]
            await audit.append(tx, lines, self.clock.now())
            return found

        if not await self.db.run(body):
            raise Refusal(f"Ключа «{code}» нет. Список: python -m bot api-keys list")
        return {"revoked": code}
