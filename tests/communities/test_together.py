"""Several communities in one process: nothing crosses, and they come, pause and go while the bot runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.process import memory
from bot.region.directory_json import to_json
from bot.upkeep import retention
from bot.upkeep.communities import in_turn
from features.communities import fleet
from states.directory import Directory
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.columns import in_community
from storage.db.engines.sqlite import KeyFile
from storage.db.schema import appeal, audit, inbox, outbox
from storage.db.transaction import Transaction
from storage.privacy import erasures
from storage.records import appeals
from tests.communities.town import HOME, IVAN, MARIA, SECOND, STORY, THIRD, Town, town
from tests.form import PATIENT


@pytest.fixture
async def here(tmp_path: Path, region: Directory) -> AsyncIterator[Town]:
    async with town(tmp_path, region) as made:
        yield made


async def communities_of(here: Town, table: object, *more: object) -> set[int]:
    async def body(tx: Transaction) -> set[int]:
        return {row["community_id"] for row in await tx.rows(select(table.c.community_id).where(*more))}  # type: ignore[attr-defined, arg-type]

    return await here.bot.db.run(body)


async def test_an_answer_leaves_through_the_community_that_received_the_message(here: Town) -> None:
    """One resident and one official in two communities: what is said in one stays in it."""
    await here.add(SECOND, THIRD)
    for id in (SECOND, THIRD):
        await here.bind(id)
    await here.sends(MARIA, SECOND, 5)
    await here.sends(MARIA, THIRD, 7)
    for id in (SECOND, THIRD):
        await here.answers(id, f"Яму засыпали, отвечает {id}.")
    for id, other, house in ((SECOND, THIRD, 5), (THIRD, SECOND, 7)):
        await here.hears(MARIA, id, f"отвечает {id}")
        said = "\n".join(here.texts(MARIA, id) + here.chat(id))
        assert f"Ленина, дом {house}" in said and f"Ленина, дом {12 - house}" not in said
        assert f"отвечает {other}" not in said
    assert here.texts(MARIA, HOME) == [], "the home was never written to"
    assert await communities_of(here, appeal) == {SECOND, THIRD}


async def test_they_begin_pause_and_end_without_a_restart(here: Town) -> None:
    assert here.bot.others == {}
    await here.add(SECOND)
    here.write(MARIA, -SECOND, "Начать")
    await here.hears(MARIA, SECOND, "Согласие на обработку")
    await here.types("community_pause", id=SECOND)
    await here.until(lambda: SECOND not in here.bot.others, "на паузе")
    here.write(IVAN, -SECOND, "Начать")
    await here.add(THIRD)
    here.write(IVAN, -THIRD, "Начать")
    await here.hears(IVAN, THIRD, "Согласие на обработку")
    assert here.texts(IVAN, SECOND) == [], "nobody reads there"
    await here.types("community_resume", id=SECOND)
    await here.hears(IVAN, SECOND, "Согласие на обработку")
    await here.types("community_remove", id=SECOND)
    await here.until(lambda: SECOND not in here.bot.others, "убрано")
    assert await here.state(SECOND) == "removed"
    here.write(MARIA, -HOME, "Начать")
    await here.hears(MARIA, HOME, "Согласие на обработку")


async def test_one_is_told_to_do_less_with_comments_while_it_runs(tmp_path: Path, region: Directory) -> None:
    async with town(tmp_path, region, comments="answer") as here:
        await here.add(SECOND, THIRD)
        assert here.bot.others[SECOND].settings.comments == "answer"
        for comments in ("watch", "off", ""):
            wanted = comments or "answer"
            await here.types("community_comments", id=SECOND, comments=comments)
            await here.until(
                lambda wanted=wanted: (
                    (bot := here.bot.others.get(SECOND)) is not None  # type: ignore[misc]
                    and bot.settings.comments == wanted
                    and (bot.policy.comments is not None) is (wanted == "answer")
                ),
                wanted,
            )
        assert here.bot.others[THIRD].settings.comments == here.bot.settings.comments == "answer"
        here.write(MARIA, -SECOND, "Начать")
        await here.hears(MARIA, SECOND, "Согласие на обработку")


async def test_the_collector_leaves_many_alone_when_they_have_begun(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for the same ones, and not while there are few."""
    found: list[set[int]] = []
    monkeypatch.setattr(fleet, "MANY", 2)
    monkeypatch.setattr(fleet, "LOOK", 0.05)
    monkeypatch.setattr(memory, "freeze_gc", lambda: found.append(set(here.bot.others)))
    await here.add(SECOND)
    await asyncio.sleep(4 * fleet.LOOK)
    assert found == []
    await here.add(THIRD)
    await here.until(lambda: found, "все начали")
    await here.types("community_pause", id=SECOND)
    await here.until(lambda: SECOND not in here.bot.others, "на паузе")
    await here.types("community_resume", id=SECOND)
    await here.until(lambda: len(found) > 1, "снова все")
    assert found == [{SECOND, THIRD}] * 2


async def test_what_was_done_stands_in_the_log_of_the_home(here: Town) -> None:
    await here.add(SECOND)
    for act in ("pause", "resume", "remove"):
        await here.types(f"community_{act}", id=SECOND)

    async def lines(tx: Transaction) -> list[tuple[str, str]]:
        rows = await tx.rows(select(audit).where(audit.c.community_id == HOME).order_by(audit.c.number))
        return [(row["action"], row["subject"]) for row in rows if row["action"].startswith("community")]

    acts = ("added", "paused", "resumed", "removed")
    assert await here.bot.db.run(lines) == [(f"community_{act}", f"club{SECOND}") for act in acts]


async def test_an_erasure_reaches_every_community_of_the_same_operator(here: Town) -> None:
    """What is asked of an operator is asked for all of its pages; another operator has a consent of its own."""
    own = ["Администрация Миасса", "Миасс", "miass@example.net"]
    await here.add(SECOND)
    await here.add(THIRD, operator=own)
    for house, id in enumerate((SECOND, THIRD, HOME), 1):
        await here.sends(MARIA, id, house)
    assert any(own[0] in text for text in here.texts(MARIA, THIRD)), "the consent names the page's own operator"
    await here.until_quiet()
    now = here.bot.clock.now()
    wish = ErasureRequest(MARIA, now, now, Ground.WITHDRAWN)
    db = here.bot.db.of(SECOND)
    await db.run(lambda tx: erasures.ask(tx, wish, now))
    place = in_turn.RoundProgress()
    here.bot.settings = here.bot.settings.model_copy(update={"erasure_minutes": 0})
    for one in here.bot.others.values():
        one.settings = here.bot.settings
    for _ in range(2):  # where it was asked, and then where it was asked for
        await in_turn.one_round(here.bot, place)
        await retention.one_round(here.bot)
    assert await communities_of(here, appeal, appeal.c.resident == MARIA) == {THIRD}
    assert await communities_of(here, outbox, outbox.c.peer == MARIA, outbox.c.state == "sent") == {THIRD}


async def test_each_community_has_a_cut_of_its_own(here: Town) -> None:
    """R14: asked for in one of them, it ends the consent in the other at once; what is accepted there after a
    new one is not erased with it."""
    await here.add(SECOND)
    for house, id in enumerate((SECOND, HOME), 1):
        await here.sends(MARIA, id, house)
    here.write(MARIA, -SECOND, "Удалить мои данные")
    await here.presses(MARIA, SECOND, "Да, удалить")
    await here.hears(MARIA, HOME, "Вы попросили удалить ваши данные")
    here.write(MARIA, -HOME, STORY.format(house=3))
    await here.until(lambda: sum("Согласие на обработку" in text for text in here.texts(MARIA, HOME)) == 2, "вопрос")
    await here.presses(MARIA, HOME, "Даю согласие")
    await here.hears(MARIA, HOME, "То, что было раньше, удалили.")
    await here.until(lambda: "дом 3" in (here.texts(MARIA, HOME) or [""])[-1], "проверка")
    await here.presses(MARIA, HOME, "Отправить")
    await here.until(lambda: sum("Приняли" in text for text in here.texts(MARIA, HOME)) == 2, "номер")
    await here.until_quiet()
    for bot in (here.bot, *here.bot.others.values()):
        bot.settings = bot.settings.model_copy(update={"erasure_minutes": 0})
    await in_turn.one_round(here.bot, in_turn.RoundProgress())
    await retention.one_round(here.bot)
    assert await communities_of(here, appeal, appeal.c.resident == MARIA) == {HOME}
    open_ones = await here.bot.db.run(lambda tx: appeals.of_residents(tx, [MARIA]))
    assert ["дом 3" in one.text for one in open_ones[MARIA]] == [True]


async def test_an_erasure_at_a_start_reaches_them_before_the_registry_was_read(here: Town) -> None:
    """Twins, seed 298: the home's first round may come first, and what it erases is asked for nowhere again."""
    await here.add(SECOND)
    for house, id in enumerate((SECOND, HOME), 1):
        await here.sends(MARIA, id, house)
    await here.until_quiet()
    now = here.bot.clock.now()
    await here.bot.db.run(lambda tx: erasures.ask(tx, ErasureRequest(MARIA, now, now, Ground.WITHDRAWN), now))
    here.bot.communities = {}
    here.bot.settings = here.bot.settings.model_copy(update={"erasure_minutes": 0})
    await retention.one_round(here.bot)
    assert [one.resident for one in await here.bot.db.of(SECOND).run(erasures.everything)] == [MARIA]


async def test_one_that_is_removed_is_looked_after_to_the_end(here: Town) -> None:
    """R12–R15: the terms of what people wrote do not end with the key."""
    await here.add(SECOND)
    await here.sends(MARIA, SECOND, 5)
    await here.types("community_remove", id=SECOND)
    await here.until(lambda: SECOND not in here.bot.others, "убрано")
    now = here.bot.clock.now()
    wish = ErasureRequest(MARIA, now, now, Ground.WITHDRAWN)
    await here.bot.db.of(SECOND).run(lambda tx: erasures.ask(tx, wish, now))
    here.bot.settings = here.bot.settings.model_copy(update={"erasure_minutes": 0})
    await in_turn.one_round(here.bot, in_turn.RoundProgress())
    assert await communities_of(here, appeal, appeal.c.resident == MARIA) == set()
    assert await here.bot.db.of(SECOND).run(retention.retention.last) is not None, "the daily job ran there"


async def test_also_where_none_of_them_runs(tmp_path: Path, region: Directory) -> None:
    async with town(tmp_path, region, erasure_minutes=0) as here:
        await here.add(SECOND)
        await here.sends(MARIA, SECOND, 5)
        await here.types("community_remove", id=SECOND)
        await here.until(lambda: SECOND not in here.bot.others, "убрано")
        now = here.bot.clock.now()
        wish = ErasureRequest(MARIA, now, now, Ground.WITHDRAWN)
        await here.bot.db.of(SECOND).run(lambda tx: erasures.ask(tx, wish, now))
        await here.restart()
        for _ in range(int(PATIENT / 0.1)):
            if not await communities_of(here, appeal, appeal.c.resident == MARIA):
                return
            await asyncio.sleep(0.1)
        raise AssertionError("её данные ещё здесь")


async def test_keys_are_read_in_the_thread_of_the_database(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read by the loop beside a transaction they ended the process at its start (kills of two, seed 7)."""
    threads: set[str] = set()
    real = KeyFile.call

    async def call(self: KeyFile, work: Any) -> Any:
        threads.add(threading.current_thread().name.partition("_")[0])
        return await real(self, work)

    monkeypatch.setattr(KeyFile, "call", call)
    await here.add(SECOND)
    assert threads == {"sqlite"}


async def test_they_go_on_after_a_restart_of_the_process(here: Town) -> None:
    await here.add(SECOND)
    await here.sends(MARIA, SECOND, 5)
    await here.restart()
    await here.until(lambda: SECOND in here.bot.others and here.listens(SECOND), "снова работает")
    here.write(MARIA, -SECOND, "Мои сообщения")
    await here.hears(MARIA, SECOND, "Ленина, 5")


async def test_another_directory_is_every_communitys(here: Town, region: Directory) -> None:
    """What waited for it there hears of it, once."""
    await here.add(SECOND)
    await here.sends(MARIA, SECOND, 5)
    before, (first, *more) = here.bot.directory.version, region.agencies
    other = replace(region, agencies=(replace(first, name=f"{first.name} и ещё"), *more))
    await here.types("directory_import", text=to_json(other))
    bot = here.bot.others[SECOND]
    assert bot.directory.version == here.bot.directory.version != before
    assert bot.find is here.bot.find

    async def told(tx: Transaction) -> list[str]:
        rows = await tx.rows(select(inbox.c.key).where(in_community(inbox), inbox.c.key.startswith("routes|")))
        return sorted(row["key"] for row in rows)

    for _ in range(int(PATIENT / 0.1)):
        if f"routes|{bot.directory.version}" in await bot.db.run(told):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await bot.db.run(told))
