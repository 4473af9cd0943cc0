"""One community in trouble disturbs no other: its key is revoked, VK hangs for it, it is flooded, its loops raise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import bot.delivery.work
from features.communities import fleet
from states.directory import Directory
from storage.ops import statistics
from tests.communities.town import HOME, IVAN, MARIA, OLGA, SECOND, THIRD, Town, town
from tests.form import PATIENT


@pytest.fixture
async def here(tmp_path: Path, region: Directory, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr(fleet, "LOOK", 0.3)
    monkeypatch.setattr(fleet, "BELIEVED_AFTER", 0.9)
    async with town(tmp_path, region) as made:
        await made.add(SECOND, THIRD)
        yield made


async def others_go_on(here: Town, user: int = MARIA) -> None:
    """In the third community and at home somebody is answered meanwhile."""
    for id in (THIRD, HOME):
        here.write(user, -id, "Начать")
        await here.hears(user, id, "Согласие на обработку", PATIENT)


async def test_a_key_is_revoked(here: Town) -> None:
    """It is said to the control centre of the home; with a new key the community goes on where it was."""
    cur = here.emulator.call("emulator.state")["chats"]
    chat = next(one for one in cur if one["cur"])
    owner, peer = chat["owner_id"], chat["peer_ids"][f"user-{chat['owner_id']}"]
    said = await here.types("chat_code", agency="cur")
    here.write(owner, peer, f"/код {said['code']}")
    here.emulator.call("emulator.revokeToken", name=f"key-of-{SECOND}", code=27)
    here.write(IVAN, -SECOND, "Начать")
    await here.until(lambda: SECOND not in here.bot.others, "сообщество остановлено")
    assert await here.state(SECOND) == "refused"
    await others_go_on(here)
    assert await here.state(SECOND) == "refused" and not here.texts(IVAN, SECOND), "it was still stopped"

    def told() -> list[str]:
        answer = here.emulator.call("messages.getHistory", f"user-{owner}", peer_id=peer, count=200, rev=1)
        return [item["text"] for item in answer["items"] if "club202" in item["text"]]

    await here.until(lambda: bool(told()), "ЦУР знает")
    assert "ошибка 27" in told()[0] and "community add" in told()[0]
    here.emulator.world.tokens["another-key"] = f"group-{SECOND}"
    await here.types("community_add", id=SECOND, name="Снова", token="another-key")
    await here.hears(IVAN, SECOND, "Согласие на обработку", PATIENT)


async def test_vk_hangs_for_one(here: Town) -> None:
    hangs = [
        {"method": "*", "mode": "reject_hang", "who": f"group-{SECOND}", "seconds": 3600},
        {"method": "longpoll", "mode": "silent", "who": f"group-{SECOND}", "seconds": 3600},
    ]
    here.write(IVAN, -SECOND, "Начать")
    await here.hears(IVAN, SECOND, "Согласие на обработку")
    assert here.emulator.call("emulator.setFaults", rules=hangs)
    here.write(OLGA, -SECOND, "Начать")
    here.bot.others[SECOND].sweeps.notify()
    here.bot.others[SECOND].outgoing.notify()
    await others_go_on(here)
    await others_go_on(here, IVAN)
    assert not here.texts(OLGA, SECOND)
    here.emulator.call("emulator.clearFaults")
    await here.hears(OLGA, SECOND, "Согласие на обработку", PATIENT)


async def test_one_is_flooded(here: Town) -> None:
    """Others are answered while hundreds of its messages wait: they stand in no queue of its, however slow all is."""
    for number in range(150):
        here.write(IVAN, -SECOND, f"Сообщение {number}")
    for user in range(1004, 1016):
        for number in range(20):
            here.write(user, -SECOND, f"Сообщение {number}")
    await others_go_on(here)
    waiting = (await here.bot.db.of(SECOND).run(statistics.identity))["inbox"]["waiting"]
    assert waiting, "it was still busy"
    await here.hears(IVAN, SECOND, "Согласие на обработку", PATIENT)


@pytest.mark.parametrize("what", ["decide", "load_facts"])
async def test_decisions_of_one_raise(here: Town, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """A fault of a handler, and one of a loop itself: nobody else hears of either."""
    place: Any = bot.delivery.work if what == "decide" else bot.delivery.work.facts
    real = getattr(place, what)

    def raises(*of: Any, **more: Any) -> Any:
        policy = more["policy"] if what == "load_facts" else of[0].policy
        if policy.community == SECOND:
            raise ZeroDivisionError
        return real(*of, **more)

    with monkeypatch.context() as patch:
        patch.setattr(place, what, raises)
        here.write(IVAN, -SECOND, "Начать")
        await others_go_on(here)
        assert not here.texts(IVAN, SECOND)
        assert SECOND in here.bot.others and not here.task.done()
    await here.hears(IVAN, SECOND, "Согласие на обработку", PATIENT)
