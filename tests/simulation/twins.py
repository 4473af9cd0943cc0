"""Two communities in one process and one database, with the same residents, officials and chats: nothing crosses.

Each is judged by itself, as if it were alone, and both together. It must never know of a row what VK does not show,
but whose row it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from benchmarks.rig.stand import COMMUNITY
from bot import app
from storage.records.communities import CommunityState
from tests.simulation import troubles
from tests.simulation.acts_resident import FORGET
from tests.simulation.crossing import crossed, crossed_at_once, still_known
from tests.simulation.director import Director
from tests.simulation.people import Official, Resident, Truth
from tests.simulation.plan import Plan
from tests.simulation.record import Record
from tests.simulation.stage import RESIDENTS, LifeOf, Scene, Stage, bound, chats_of, ended, prepared
from tests.world.two import ALONE, KEY, MARKS, NAME, SECOND, of_one, world
from vk_emulator.acts import chats
from vk_emulator.world.records import Chat

PATIENCE, LOOK, AWAY = 600.0, 0.5, 30.0
OWN_OPERATOR = "UPDATE community SET operator_name = 'Другой', operator_address = 'Миасс', operator_email = 'b@c.ru'"


# The stage.


def twin_stage() -> Stage:
    return prepared(world(RESIDENTS), both_bound)


async def both_bound(made: Scene, life_of: LifeOf) -> None:
    """The home as anywhere; then an administrator adds the second one while the bot runs, and binds its chats."""
    await bound(made, life_of)
    life = life_of()
    life.begin(made.loop)
    await asyncio.sleep(2.0)
    assert life.bot is not None, life.error
    desk = app.admin_service_of(life.bot)
    said = await desk.carry_out("community_add", {"id": SECOND, "name": NAME, "token": KEY})
    assert "error" not in said, said
    await asyncio.sleep(10.0)
    invited(made)
    own = chats_of(made, SECOND)
    for number, chat in enumerate(own):
        agency = "cur" if chat["cur"] else chat["agency"]
        said = await desk.carry_out("chat_code", {"agency": agency, "community": SECOND})
        owner = f"user-{chat['owner_id']}"
        random_id = 1000 + number
        made.net.call(
            "messages.send", owner, peer_id=chat["peer_ids"][owner], random_id=random_id, message=f"/код {said['code']}"
        )
    await asyncio.sleep(30.0)
    known = (await desk.carry_out("chat_list", {"community": SECOND}))["chats"]
    assert len(known) == len(own), known
    await ended(life)


def invited(made: Scene) -> None:
    """Into all chats but one, the last first: it numbers none of them as the home does."""
    for chat in sorted(made.world.chats.values(), key=lambda one: -one.id):
        if chat.key != ALONE and -SECOND not in chat.members:
            chats.invite(made.world, chat, chat.owner, -SECOND)
            chat.members[-SECOND].admin = True
    made.net.stir()


# The course of a seed.


class Twins(Director):
    """One seed with both under way. `turns`: of each resident's two selves, which act one after the other."""

    def __init__(self, plan: Plan, scene: Scene, told: Callable[[str], None] | None = None) -> None:
        super().__init__(plan, scene, told)
        self.record.ask = partial(self.ask_of, COMMUNITY)
        own = Record(self.world, self.net.asked, Truth(), partial(self.ask_of, SECOND), SECOND)
        self.second = self.recorded(own)
        self.records.append(self.second)
        self.seen = self.world.next_id - 1
        self.turns: dict[tuple[int, int], asyncio.Lock] = {}
        self.forgetting: list[asyncio.Task[None]] = []
        if plan.apart:
            scene.files.database.raw.execute(OWN_OPERATOR)

    def ask_of(self, community: int, query: str, *values: Any) -> list[Any]:
        return self.ask(of_one(query, community), *values)

    def other(self, record: Record) -> Record:
        return self.record if record is self.second else self.second

    def residents(self) -> list[Resident]:
        """Each of them twice: what they are to the one and to the other."""
        made = super().residents()
        for one in made:
            self.turns[one.user, one.community] = asyncio.Lock()
            one.written = MARKS if one.community == SECOND else 0
            others = [other for other in made if other.user == one.user and other is not one]
            one.elsewhere = [] if self.plan.apart else others
        return made

    def official(self, record: Record, chat: Chat, user: int, stream: str) -> Official:
        made = super().official(record, chat, user, stream)
        made.said = MARKS if record is self.second else 0
        made.beside = self.other(record).community
        return made

    def applied(self) -> None:
        super().applied()
        while self.seen + 1 < self.world.next_id:
            self.seen += 1
            one = self.world.by_id[self.seen]
            for record in self.records:
                if one.sender == record.bot:
                    record.wrong += crossed_at_once(record, self.other(record), one)

    def violations(self) -> list[str]:
        found = super().violations()
        if not self.readable:
            return found
        return found + [wrong for record in self.records for wrong in crossed(record, self.other(record))]

    def settled_down(self) -> bool:
        """And whoever asked to be forgotten is, in both."""
        forgetting = not all(task.done() for task in self.forgetting)
        waits = self.ask("SELECT 1 FROM erasure WHERE resident IS NOT NULL")
        return not (forgetting or waits) and super().settled_down()

    # What is asked of an operator is asked of both (0022).

    async def does(self, me: Resident, name: str) -> None:
        """Whoever asks to be forgotten does nothing else meanwhile: of what was written then, nobody could say whether
        it had to be forgotten."""
        every = [self.turns[me.user, record.community] for record in self.records]
        turns = every if name == FORGET and me.elsewhere else [self.turns[me.user, me.community]]
        for turn in turns:
            await turn.acquire()
        await super().does(me, name)
        self.turns[me.user, me.community].release()
        if len(turns) > 1:
            self.forgetting.append(self.loop.create_task(self.forgotten(me)))

    async def forgotten(self, me: Resident) -> None:
        """They go on where they have asked; in the other one when it has been asked as well: what is written there
        later is of after its cut."""
        here, there = self.records if me.community == COMMUNITY else reversed(self.records)
        user, said = me.user, me.last

        def reached() -> bool:
            return user in there.requests or user in there.truth.erased

        if user in there.truth.asked:
            await self.until(lambda: reached() or user not in here.truth.asked or not taken(here, user, said))
            if not reached():
                there.truth.asked.discard(user)  # it may have known nothing of them
                if user not in here.truth.asked:
                    there.wrong += [f"cross: {what}" for what in still_known(there, user)]
        self.turns[user, there.community].release()

    async def until(self, so: Callable[[], bool]) -> None:
        """Or until patience ends: then it is said by what is looked at next. Only where the file can be read; how long
        it could not does not count."""
        left = PATIENCE
        while left > 0 and not (self.readable and so()):
            left -= LOOK if self.readable else 0.0
            await asyncio.sleep(LOOK if self.readable else AWAY)

    async def calm(self, residents: list[asyncio.Task[None]]) -> None:
        keeper = self.loop.create_task(self.takes_up())
        await super().calm(residents)
        keeper.cancel()

    async def takes_up(self) -> None:
        """The administrator: a community whose key was refused for long was given up (fleet.py)."""
        while True:
            bot = self.running()
            if bot is not None and self.ask("SELECT 1 FROM community WHERE state = ?", CommunityState.REFUSED.value):
                await app.admin_service_of(bot).carry_out("community_resume", {"id": SECOND})
            await asyncio.sleep(AWAY if bot is None else 10 * LOOK)


def taken(record: Record, user: int, cmid: int) -> bool:
    """Whether «Да, удалить» led or may still lead to an erasure: after a day it is asked anew, and that is all."""
    ended = "SELECT 1 FROM inbox WHERE peer = ? AND cmid >= ? AND state IN ('done', 'ignored')"
    return not record.ask(ended, user, cmid) or bool(record.ask("SELECT 1 FROM erasure WHERE resident = ?", user))


async def key_refused(director: Director) -> None:
    """F17: VK does not take the second's key for a while. The home goes on."""
    await asyncio.sleep(director.chance.uniform(1, 20))
    director.net.vk.revoked[KEY] = director.chance.choice((5, 27, 15, 1117))
    await asyncio.sleep(director.chance.choice((5.0, 150.0)))
    director.net.vk.revoked.pop(KEY, None)


async def thrown_out(director: Director) -> None:
    """F16: the second is removed from a chat in which the home stays."""
    await asyncio.sleep(director.chance.uniform(1, 20))
    director.kick(director.chance.choice(sorted(director.world.chats)), -SECOND)


TROUBLES: dict[str, Callable[[Any], Awaitable[None]]] = {
    **troubles.TROUBLES,
    "key_refused": key_refused,
    "thrown_out": thrown_out,
}
Twins.known_troubles = TROUBLES
