"""Who comes into the panel, as an administrator says on the command line. See admin_service.py.

It must never hand out a role of a person: only links that the person's present role opens.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.shared import directory_of
from states.audit import AuditAction, AuditLine
from states.directory import Directory
from states.messages import is_person
from states.people.viewers import LINK_LIFE, Role, SignIn, Viewer
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import directory, sessions, viewers

Json = dict[str, Any]
LAST = (
    "Это последний администратор: без него роли в панели не сможет раздавать никто. "
    "Сначала сделайте администратором другого человека."
)


class AdminPeople:
    """Grants, lists and revokes roles of the panel, and makes links for signing in."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {
            "people_grant": self.grant,
            "people_list": self.list_people,
            "people_revoke": self.revoke,
            "people_link": self.link,
        }

    async def grant(self, user: int, role: str, scope: str, name: str, actor: int = 0) -> Json:
        """A role for a person; what the person has open goes on with the new one. `actor`: who does it in the panel."""
        given = Viewer(self._person(user), Role(role), scope, name)
        stored = await self.db.run(directory.load_text)
        check_scope(given, directory_of(stored[0]) if stored else None)
        detail = f"{given.role}:{scope}" if scope else given.role.value
        line = AuditLine(actor, AuditAction.VIEWER_GRANTED, str(user), detail)

        async def body(tx: Transaction) -> None:
            await audit.append(tx, [line], self.clock.now())
            if actor and given.role is not Role.ADMINISTRATOR:
                await one_stays(tx, user)
            await viewers.grant(tx, given, self.clock.now())

        await self.db.run(body)
        return {"granted": user, "role": given.role.value}

    async def list_people(self) -> Json:
        """Everybody with a role in the panel, as an administrator granted it."""
        found = await self.db.run(viewers.granted_viewers)
        return {"people": [{"user": v.user, "role": v.role.value, "scope": v.scope, "name": v.name} for v in found]}

    async def revoke(self, user: int, actor: int = 0) -> Json:
        """The role is taken away and everything the person has open is closed."""
        line = AuditLine(actor, AuditAction.VIEWER_REVOKED, str(user))

        async def body(tx: Transaction) -> bool:
            # First the line: who writes the log waits for the others, so two people never take two roles at once.
            await audit.append(tx, [line], self.clock.now())
            if actor:
                await one_stays(tx, user)
            if not await viewers.revoke(tx, user):
                raise Refusal(f"Роли у {user} нет. Список: python -m bot people list")
            await sessions.end_all(tx, user)
            return await viewers.of_user(tx, user, self.clock.now()) is not None

        still = await self.db.run(body)
        return {"revoked": user, "works_in_a_chat": still}

    async def end_session(self, digest: str, actor: int) -> Json:
        """Ends one session, with a line of the audit log; its person may come in again."""
        now = self.clock.now()

        async def body(tx: Transaction) -> bool:
            found = next((session for session in await sessions.open_now(tx, now) if session.digest == digest), None)
            if found is None:
                return False
            await sessions.end(tx, digest)
            await audit.append(tx, [AuditLine(actor, AuditAction.SESSION_ENDED, str(found.user))], now)
            return True

        return {"ended": await self.db.run(body)}

    async def link(self, user: int) -> Json:
        """A one-time link for a person who cannot get it from the bot: the first administrator, a sandbox."""
        token, now = secrets.token_urlsafe(32), self.clock.now()
        given = SignIn(sessions.digest(token), self._person(user), now + LINK_LIFE)
        line = AuditLine(0, AuditAction.LINK_MADE, str(user))

        async def body(tx: Transaction) -> bool:
            if await viewers.of_user(tx, user, now) is None:
                return False
            await sessions.keep_links(tx, [given])
            await audit.append(tx, [line], now)
            return True

        if not await self.db.run(body):
            raise Refusal(
                f"У {user} нет доступа к панели: он не работает в чате органа, и роль ему не дана. "
                "Дать роль: python -m bot people grant"
            )
        return {"token": token, "minutes": int(LINK_LIFE.total_seconds()) // 60}

    def _person(self, user: int) -> int:
        """The number, if it is that of a person; Refusal otherwise."""
        if not is_person(user):
            raise Refusal("Укажите числовой id человека ВКонтакте, например 123456.")
        return user


async def one_stays(tx: Transaction, user: int) -> None:
    """Refuses to take away the last administrator. Raises Refusal: without this person nobody could give roles in the
    panel."""
    known = [viewer.user for viewer in await viewers.granted_viewers(tx) if viewer.role is Role.ADMINISTRATOR]
    if known == [user]:
        raise Refusal(LAST)


def check_scope(viewer: Viewer, known: Directory | None) -> None:
    """An agency and a municipality are about a code of the directory, the other roles about nothing."""
    if viewer.role not in (Role.AGENCY, Role.MUNICIPALITY):
        if viewer.scope:
            raise Refusal(f"Роли {viewer.role} не нужен --scope.")
        return
    if known is None:
        raise Refusal("Справочник ещё не загружен. Сначала: python -m bot directory import ПАПКА")
    codes = known.agency_by_code if viewer.role is Role.AGENCY else known.place_by_code
    if viewer.scope not in codes:
        what = "органа" if viewer.role is Role.AGENCY else "муниципалитета"
        raise Refusal(f"Укажите --scope: код {what} из справочника; «{viewer.scope}» там нет.")
