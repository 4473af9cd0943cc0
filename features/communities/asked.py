"""The registry of communities, as an administrator changes it on the command line and in the panel (admin_service.py).

It must never give a token back to anybody, nor put one into a line or an answer (T14).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from bot.admin.admin_service import unwell
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.shared import directory_of
from states.audit import AuditAction, AuditLine
from states.messages import is_person
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import communities
from storage.records import directory as directories
from storage.records.communities import CommunityState, Operator, RegisteredCommunity

if TYPE_CHECKING:
    from bot.runtime import Runtime

T = TypeVar("T")

Json = dict[str, Any]
LIST = "Посмотрите список сообществ."
LONGEST_NAME = 200
NEW_KEY = "Создайте в нём новый ключ и добавьте сообщество снова: python -m bot community add --token-file ФАЙЛ"
WORDS = {
    CommunityState.ACTIVE: "работает",
    CommunityState.PAUSED: "на паузе",
    CommunityState.REFUSED: "ключ не принят",
    CommunityState.REMOVED: "удалено",
}


class AdminCommunities:
    """Lists and changes the registry of communities when an administrator asks. `bot`: the running one, which knows how
    each fares."""

    def __init__(self, db: Database, clock: Clock, bot: Runtime | None = None) -> None:
        self.db, self.clock, self.bot = db, clock, bot

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {
            "community_add": self.add,
            "community_list": self.list_communities,
            "community_pause": self.pause,
            "community_resume": self.resume,
            "community_remove": self.remove,
            "community_comments": self.set_comments,
        }

    async def add(
        self, id: int, name: str, token: str, operator: list[str] | None = None, door: str = "", by: int = 0
    ) -> Json:
        """A community whose token was tried at VK by whoever asks; one that was removed or refused comes back."""
        if id == self.db.community:
            raise Refusal("Это сообщество из BOT_VK_TOKEN: оно и так работает, в реестре ему не место.")
        if not (is_person(id) and token):
            raise Refusal("Нужны номер сообщества и его ключ.")
        await self._door(door)
        now = self.clock.now()
        community = RegisteredCommunity(
            id, name[:LONGEST_NAME], now, operator=Operator(*(operator or ())), door=door, added_by=by
        )

        async def body(tx: Transaction) -> None:
            before = await communities.of_id(tx, id)
            if before is not None and before.state in (CommunityState.ACTIVE, CommunityState.PAUSED):
                raise Refusal(f"Сообщество {id} уже есть и {WORDS[before.state]}. {LIST}")
            kept = (
                community if before is None else replace(community, added_at=before.added_at, comments=before.comments)
            )
            await communities.keep(tx, kept, token, now)
            await audit.append(tx, [AuditLine(by, AuditAction.COMMUNITY_ADDED, f"club{id}")], now)

        await self._change(body)
        return {"id": id, "name": community.name}

    async def _door(self, door: str) -> None:
        """The directory is read outside of the transaction: the writer would wait."""
        stored = await self.db.run(directories.load_text) if door else None
        if door and (stored is None or door not in directory_of(stored[0]).door_by_code):
            raise Refusal(f"Ссылки с кодом «{door}» в справочнике нет. Посмотрите список ссылок.")

    async def list_communities(self) -> Json:
        """Every community of the registry, and those that run with a fault."""
        found = await self.db.run(communities.everything)
        return {
            "home": self.db.community,
            "communities": [community_json(community) for community in found],
            "unwell": unwell(self.bot),
        }

    async def pause(self, id: int, by: int = 0) -> Json:
        """Pauses a community: it reads and answers nothing; what people write meanwhile is read when it goes on."""
        return await self._move(id, CommunityState.PAUSED, AuditAction.COMMUNITY_PAUSED, (CommunityState.ACTIVE,), by)

    async def resume(self, id: int, by: int = 0) -> Json:
        """Lets a paused or refused community run again; Refusal for any other."""
        states = (CommunityState.PAUSED, CommunityState.REFUSED)
        return await self._move(id, CommunityState.ACTIVE, AuditAction.COMMUNITY_RESUMED, states, by)

    async def remove(self, id: int, by: int = 0) -> Json:
        """Removes a community and destroys its token at once. What people wrote there stays as long as its terms
        say."""
        states = (CommunityState.ACTIVE, CommunityState.PAUSED, CommunityState.REFUSED)
        return await self._move(id, CommunityState.REMOVED, AuditAction.COMMUNITY_REMOVED, states, by)

    async def set_comments(self, id: int, comments: str, by: int = 0) -> Json:
        """Has a community do less with comments than BOT_COMMENTS says: «off» or «watch»; with "" as much."""

        async def body(tx: Transaction) -> str:
            community, now = await communities.of_id(tx, id), self.clock.now()
            if community is None or community.state is CommunityState.REMOVED:
                raise Refusal(f"Сообщества {id} нет в реестре. {LIST}")
            await communities.set_comments(tx, id, comments, now)
            await audit.append(tx, [AuditLine(by, AuditAction.COMMUNITY_COMMENTS, f"club{id}", comments)], now)
            return community.name

        return {"id": id, "name": await self._change(body), "comments": comments}

    async def _move(
        self, id: int, to: CommunityState, action: AuditAction, states: tuple[CommunityState, ...], by: int
    ) -> Json:
        """Moves a community to another state, with a line of the audit log; Refusal where its state does not allow
        it."""

        async def body(tx: Transaction) -> str:
            community, now = await communities.of_id(tx, id), self.clock.now()
            if community is None:
                raise Refusal(f"Сообщества {id} нет в реестре. {LIST}")
            if community.state not in states:
                raise Refusal(f"Сообщество {id} сейчас {WORDS[community.state]}: этого сделать нельзя. {LIST}")
            await communities.move(tx, id, to, now)
            await audit.append(tx, [AuditLine(by, action, f"club{id}")], now)
            return community.name

        return {"id": id, "name": await self._change(body), "state": to.value}

    async def _change(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Changes the registry and wakes the loop that follows it."""
        done = await self.db.run(body)
        if self.bot is not None:
            self.bot.registry.notify()
        return done


def community_json(community: RegisteredCommunity) -> Json:
    """The community as JSON. `todo`: what to do about one that VK refuses."""
    return {
        "id": community.id,
        "name": community.name,
        "state": community.state.value,
        "words": words_of(community),
        "todo": NEW_KEY if community.state is CommunityState.REFUSED else "",
        "operator": community.operator.name,
        "door": community.door,
        "added_by": community.added_by,
        "added_at": community.added_at.isoformat(),
    }


def words_of(community: RegisteredCommunity) -> str:
    """The state of a community in words, with VK's error where there is one."""
    return WORDS[community.state] + (f" (ошибка {community.code})" if community.code else "")
