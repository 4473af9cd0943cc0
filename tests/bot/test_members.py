"""The people of chats are asked of VK: at once after binding, then daily, with short names (T5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import app
from bot.process.clock import Clock as BotClock
from bot.upkeep.members import Asked, everybody, name_of, one_round
from bot.vk.errors import NotReached, VkError
from states.people.chats import Chat
from states.people.officials import SOONEST_LIST, Member, Official, Standing
from storage.records import chats, officials
from tests.transcripts.emulated import COMMUNITY, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Words

pytestmark = pytest.mark.virtual


async def bound(stage: EmulatedStage) -> dict[str, Chat]:
    assert stage.bot is not None
    found = await stage.bot.db.run(chats.bound)
    return {str(chat.agency): chat for chat in found}


async def people(stage: EmulatedStage, agency: str) -> dict[int, Official]:
    assert stage.bot is not None
    peer = (await bound(stage))[agency].peer
    return (await stage.bot.db.run(lambda tx: officials.of_chats(tx, [peer])))[peer]


async def until(stage: EmulatedStage, fits: Callable[[dict[str, Chat]], bool]) -> dict[str, Chat]:
    for _ in range(200):
        found = await bound(stage)
        if fits(found):
            return found
        await stage.breathe()
    raise AssertionError(found)


def all_listed(found: dict[str, Chat]) -> bool:
    return all(chat.listed_at is not None for chat in found.values())


async def test_at_once_after_binding(stage: EmulatedStage) -> None:
    await until(stage, all_listed)
    for key, chat in stage.chats.items():
        known = await people(stage, key)
        assert set(known) == {user for user in chat["members"] if user > 0}, "people only, all of them"
        assert {official.standing for official in known.values()} == {Standing.WORKS}
    named = [person.name for key in stage.chats for person in (await people(stage, key)).values()]
    assert named and all(name.endswith(".") and len(name.split()) == 2 for name in named), named


async def test_again_after_a_day_and_not_before(stage: EmulatedStage) -> None:
    first = (await until(stage, all_listed))["cur"].listed_at
    assert first is not None
    await stage.wait(3600)
    assert (await bound(stage))["cur"].listed_at == first
    await stage.wait(SOONEST_LIST.total_seconds())
    later = await until(stage, lambda found: found["cur"].listed_at != first)
    assert later["cur"].listed_at is not None and later["cur"].listed_at - first >= SOONEST_LIST


async def test_a_chat_bound_anew_is_asked_at_once(stage: EmulatedStage) -> None:
    await until(stage, all_listed)
    await stage.unbind("miass-gorod")
    assert stage.bot is not None
    said = await app.admin_service_of(stage.bot).carry_out("chat_code", {"agency": "miass-gorod"})
    assert "miass-gorod" not in await bound(stage)
    await stage.write_in("miass-gorod", 1, Words(f"/код {said['code']}"))
    found = await until(stage, lambda found: "miass-gorod" in found and all_listed(found))
    chat = found["miass-gorod"]
    assert chat.bound_at is not None and chat.listed_at is not None and chat.listed_at >= chat.bound_at


async def test_a_bot_without_rights_learns_nothing_and_asks_seldom(stage: EmulatedStage) -> None:
    await until(stage, all_listed)
    await stage.call("emulator.setChatAdmin", chat="cur", member=-COMMUNITY, admin=0)
    assert stage.bot is not None
    peer = (await bound(stage))["cur"].peer
    with pytest.raises(VkError) as refused:
        await everybody(stage.bot, peer)
    assert refused.value.code == 917
    known = await people(stage, "cur")
    await stage.wait(SOONEST_LIST.total_seconds() + 60)
    await stage.wait(1)
    assert await people(stage, "cur") == known, "nobody is gone because VK shows nobody"


class Counting:
    """A bot that counts what it asks."""

    def __init__(self, real: Any) -> None:
        self.real, self.calls, self.broken = real, 0, False

    async def call(self, method: str, params: Any) -> Any:
        self.calls += 1
        if self.broken:
            raise NotReached(method)
        return await self.real.call(method, params)


class At(BotClock):
    """A clock that stands."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


async def test_it_does_not_ask_all_the_time(stage: EmulatedStage) -> None:
    await until(stage, all_listed)
    assert stage.bot is not None
    vk: Any = Counting(stage.bot.vk)
    vk.broken = True
    asked: Asked = {}
    start = stage.bot.clock.now() + SOONEST_LIST + timedelta(hours=1)
    calls = []
    for seconds in (0, 60, 599, 601, 700):
        # A bot of its own: the loops of the one that runs have their clock and their VK, and do not count.
        alone = replace(stage.bot, vk=vk, clock=At(start + timedelta(seconds=seconds)))
        before = vk.calls
        await one_round(alone, asked)
        calls.append(vk.calls - before)
    assert calls == [len(stage.chats), 0, 0, len(stage.chats), 0]


async def test_long_lists_come_in_pages() -> None:
    class Paged:
        community = COMMUNITY

        class pace:  # noqa: N801
            @staticmethod
            async def turn() -> None: ...

        class vk:  # noqa: N801
            @staticmethod
            async def call(method: str, params: dict[str, Any]) -> Any:
                everybody = [*range(1, 2300), -5]
                page = everybody[params["offset"] : params["offset"] + params["count"]]
                items = [{"member_id": user, "is_admin": user == 1} for user in page]
                profiles = [{"id": user, "first_name": "Анна", "last_name": "Я"} for user in page if user > 0]
                return {"count": len(everybody), "items": items, "profiles": profiles}

    found = (await everybody(Paged, 2_000_000_001)).people  # type: ignore[arg-type]
    assert len(found) == 2299 and found[0] == Member(1, "Анна Я.", True) and found[-1] == Member(2299, "Анна Я.")


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("Ольга", "Петрова", "Ольга П."),
        ("Анна-Мария", "д'Артаньян", "Анна-Мария д."),
        ("Ольга", "", "Ольга"),
        ("", "Петрова", ""),
        ("[id1|Все]", "@all", "idВсе a."),
        ("О\u202eльга\n", "*", "Ольга"),
        ("Я" * 99, "Я", "Я" * 40 + " Я."),
    ],
)
def test_a_name_breaks_no_mention(first: str, last: str, shown: str) -> None:
    """T1, T2."""
    assert name_of({"first_name": first, "last_name": last}) == shown


async def test_a_button_counts_once_the_list_is_known(stage: EmulatedStage, player: Player) -> None:
    """A button has the time it came: VK tells none, and without a time nobody was an official then (T5)."""
    await until(stage, all_listed)
    await player.line({"отправила": "мария", "текст": "Большая яма на дороге, город Миасс, улица Ленина, дом 5"})
    await player.line({"чат miass-gorod видит": "Состояние: "})
    await player.line({"чат miass-gorod нажимает": "Принять", "видно": "Приняли"})


async def test_a_newcomer_is_asked_about_and_then_has_a_voice(stage: EmulatedStage, player: Player) -> None:
    await until(stage, all_listed)
    owner, new = stage.chats["chel-gorod"]["owner_id"], 1008
    chat_id = stage.peer_of("chel-gorod", owner) - 2_000_000_000
    await stage.call("messages.addChatUser", f"user-{owner}", chat_id=chat_id, user_id=new)
    state = await stage.call("emulator.state")
    stage.chats = {chat["key"]: chat for chat in state["chats"]}
    peer = stage.peer_of("chel-gorod", new)
    await player.line({"чат cur видит": ["новый участник", "[Допустить]"]})
    await stage._send(new, peer, Words("/мои"))
    await player.line({"чат chel-gorod видит": "вас ещё не допустили"})
    await player.line({"чат cur нажимает": "Допустить", "на": "новый участник"})
    await player.line({"чат cur видит": "допущен"})
    await stage._send(new, peer, Words("/мои"))
    await player.line({"чат chel-gorod видит": "За вами ничего нет"})
