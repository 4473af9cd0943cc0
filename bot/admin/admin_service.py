"""What an administrator asks for on the command line, as plain functions of an open database.

Run by the command itself or, while the bot runs, by the bot through its socket (admin_socket.py): the same answers.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.admin.admin_directory import AdminDirectory
from bot.admin.admin_people import AdminPeople
from bot.admin.admin_records import AdminRecords
from bot.admin.admin_upkeep import AdminUpkeep
from bot.feature import Feature
from bot.process import descriptors
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.process.health import Health, silence_words
from bot.process.health import unwell as unwell_of
from states.audit import AuditAction, AuditLine
from states.directory import Directory
from states.people.chats import CUR, DUTY, FIRST_CHAT, chat_number
from states.people.officials import Standing
from storage.db import notes
from storage.db.database import Database
from storage.db.errors import StorageError
from storage.db.transaction import Transaction
from storage.inbox import history, timers
from storage.ops import overview, statistics
from storage.ops.copies import backup
from storage.privacy import audit
from storage.records import chats, communities, officials

if TYPE_CHECKING:
    from bot.runtime import Runtime

CODE_LIFE = timedelta(minutes=10)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 16
"""80 bits: nobody guesses one in its ten minutes (T4)."""

Json = dict[str, Any]


@dataclass(slots=True)
class AdminService:
    """`changed` is called when the directory or the chats are new, so that a running bot takes them over. `vk_api_url`:
    only beside an emulator there is a demo year. `bot`: the running one; a command alone has none. `home`: where the
    directory, the registry and the models are, when `db` is of a community beside it. `features`: what else
    may be asked for; `kept`: what they keep between two commands, by their names."""

    db: Database
    clock: Clock
    changed: Callable[[Directory], Awaitable[None]] | None = None
    vk_api_url: str = ""
    bot: Runtime | None = None
    home: Database | None = None
    features: tuple[Feature, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def health(self) -> Health | None:
        """The health of the running bot; None where none runs."""
        return self.bot.health if self.bot is not None else None

    async def carry_out(self, command: str, arguments: Json) -> Json:
        """The answer to one command by its name. A refusal is an answer, never a crash of the bot. `community` among
        the arguments: of which community of the registry it is asked."""
        try:
            of = int(arguments.pop("community", 0))
            service = await self._of(of) if of not in (0, self.db.community) else self
            return await service._carried_out(command, arguments)
        except (Refusal, StorageError) as refusal:
            return {"error": str(refusal)}

    async def _of(self, community: int) -> AdminService:
        """The same service for another community; Refusal where the registry has none of this number."""
        if await self.db.run(lambda tx: communities.of_id(tx, community)) is None:
            raise Refusal(f"Сообщества {community} нет в реестре. Список: python -m bot community list")
        return replace(self, db=self.db.of(community), home=self.db, changed=None)

    def _wake(self) -> None:
        """The loops of this community, where they run beside: there is an event, and maybe others are to be asked."""
        home = self.bot
        bot = home if home is None or self.db.community == home.community else home.others.get(self.db.community)
        if bot is not None:
            bot.events.notify()
            bot.chores.notify()

    async def _carried_out(self, command: str, arguments: Json) -> Json:
        known: dict[str, Callable[..., Awaitable[Json]]] = {
            "stats": self.stats,
            "running": self.running,
            "appeals": self.appeals,
            "chat_code": self.chat_code,
            "chat_list": self.chat_list,
            "chat_unbind": self.chat_unbind,
            "chat_unlock": self.chat_unlock,
            **AdminDirectory(self.db, self.clock, self.changed).commands(),
            **AdminRecords(self.db, self.clock, self._wake).commands(),
            **AdminPeople(self.db, self.clock).commands(),
            **AdminUpkeep(self.db, self.clock).commands(),
        }
        if command not in known:
            known = self._rare()
        if command not in known:
            return {"error": f"Команды {command} нет: возможность отключена (BOT_FEATURES) или версия другая."}
        return await known[command](**arguments)

    def _rare(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """Commands whose modules cost memory that a bot at rest does not need."""
        return {name: asked for feature in self.features for name, asked in feature.asked(self).items()}

    async def running(self) -> Json:
        """The figures of a running bot that `check` asks for. The name of the master key says nothing of it."""
        copied = await self.db.run(backup.last_copied)
        installed = await self.db.run(history.installed_at)
        return {
            "master": self.db.ring.master.name,
            "halted": self.health.halted if self.health else 0,
            "copied_at": copied,
            "communities": (await self.db.run(communities.numbers))["active"],
            "files": descriptors.raise_file_limit(),
            "installed_at": (installed or self.clock.now()).isoformat(),
        }

    async def stats(self) -> Json:
        """The book-keeping identity I12, where messages stand, and when the next timer comes due."""
        now = self.clock.now()
        found, standing = await self.db.look(lambda tx: read_statistics(tx, now))
        due = await self.db.run(lambda tx: timers.ahead(tx, now))
        caught_up = await self.db.run(lambda tx: notes.get(tx, notes.CAUGHT_UP))
        checked = await self.db.run(lambda tx: notes.get(tx, notes.CHECKED))
        copied = await self.db.run(backup.last_copied)
        return {
            "community": self.db.community,
            **found,
            "appeals": standing,
            "next_deadline": due.timestamp() if due else None,
            "last_start": caught_up,
            "last_night": checked,
            "drilled": await self.db.run(lambda tx: notes.get(tx, notes.DRILLED)),
            "copied_at": copied,
            "halted": self.health.halted if self.health else 0,
            "store_down": bool(self.health and self.health.down_since),
            "vk_away": silence_words(self.bot.health, now, self.bot.policy.zone) if self.bot else "",
            "communities": await self.db.run(communities.numbers),
            "unwell": unwell(self.bot),
            "everywhere": await self.db.run(statistics.everywhere),
        }

    async def appeals(self, everything: bool = False, most: int = 1000) -> Json:
        """Where every message stands, without a word of anybody."""
        rows = await self.db.run(lambda tx: overview.overview(tx, everything=everything, most=most))
        shown = {"created_at", "due_at"}
        return {
            "now": self.clock.now().isoformat(),
            "appeals": [
                {name: value.isoformat() if name in shown and value else value for name, value in row.items()}
                for row in rows
            ],
        }

    async def now_known(self) -> Directory | None:
        """The directory as stored, of the home community where this is one of many; None where none was imported
        yet."""
        return await AdminDirectory(self.home or self.db, self.clock).now_known()

    async def chat_code(self, agency: str) -> Json:
        """A one-time code that binds a chat to an agency (T4). Only its hash is kept."""
        known = await self.now_known()
        if known is None:
            raise Refusal("Справочник ещё не загружен. Сначала: python -m bot directory import ПАПКА")
        if agency not in (CUR, DUTY) and agency not in known.agency_by_code:
            raise Refusal(f"Органа с кодом «{agency}» в справочнике нет. Коды: python -m bot directory show")
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        until = self.clock.now() + CODE_LIFE
        await self.db.run(lambda tx: chats.add_code(tx, chats.digest(code), agency, until))
        return {"code": f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}", "minutes": 10}

    async def chat_list(self) -> Json:
        """Bound chats with who works there, and those where codes are not taken just now."""
        now = self.clock.now()
        found = await self.db.run(chats.bound)
        people = await self.db.run(lambda tx: officials.of_chats(tx, [chat.peer for chat in found]))
        locked = await self.db.run(lambda tx: chats.locked_chats(tx, now))
        return {
            "chats": [
                {
                    "peer": chat.peer,
                    "agency": chat.agency,
                    "lost": chat.lost,
                    "people": [
                        {"user": person.user, "name": person.name, "standing": person.standing.value}
                        for person in people.get(chat.peer, {}).values()
                        if person.standing is not Standing.GONE
                    ],
                }
                for chat in found
            ],
            "locked": [
                {"number": chat_number(attempts.peer), "until": attempts.paused_until.isoformat()}
                for attempts in locked
                if attempts.paused_until is not None
            ],
        }

    async def chat_unlock(self, number: int) -> Json:
        """Codes are taken again at once in a chat that was locked for wrong ones (T4)."""
        now, peer = self.clock.now(), FIRST_CHAT + number
        line = AuditLine(0, AuditAction.CHAT_UNLOCKED, str(number))

        async def body(tx: Transaction) -> bool:
            found = [chat for chat in await chats.locked_chats(tx, now) if chat.peer == peer]
            await chats.keep(tx, [replace(chat, paused_until=None, tries=0) for chat in found])
            await audit.append(tx, [line] if found else [], now)
            return bool(found)

        if not await self.db.run(body):
            raise Refusal(f"В чате № {number} коды и так принимаются. Список: python -m bot chat list")
        return {"unlocked": number}

    async def chat_unbind(self, agency: str) -> Json:
        """Unbinds the chat of this agency, with an audit line; Refusal where it has none."""

        async def body(tx: Transaction) -> bool:
            found = [chat for chat in await chats.of(tx, [], [agency]) if chat.agency == agency]
            # Its officials are asked again when it is bound again (T5).
            freed = [
                replace(chat, agency=None, listed_at=None, paused_until=None, recent=(), told="", doubt=None)
                for chat in found
            ]
            await chats.keep(tx, freed)
            lines = [AuditLine(0, AuditAction.CHAT_UNBOUND, agency) for _ in found]
            await audit.append(tx, lines, self.clock.now())
            return bool(found)

        if not await self.db.run(body):
            raise Refusal(f"У органа «{agency}» нет подключённого чата. Список: python -m bot chat list")
        return {"unbound": agency}


async def read_statistics(tx: Transaction, now: datetime) -> tuple[Json, Json]:
    """The books and where messages stand, as of one moment."""
    return await statistics.identity(tx), await statistics.standing(tx, now)


def unwell(bot: Runtime | None) -> dict[str, int]:
    """By number of each community that runs beside the home and is not well, VK's error code; the numbers are texts, as
    JSON has it."""
    found = unwell_of({id: runtime.health for id, runtime in bot.others.items()}) if bot is not None else {}
    return {str(id): code for id, code in found.items()}
