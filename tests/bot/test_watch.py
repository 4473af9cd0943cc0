"""The bot looks at itself: the books each minute (I12), a week of VK's history each night (I13), the start (G15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.app import admin_service_of
from bot.delivery import recovery
from bot.region.directory_json import to_json
from bot.upkeep import audit_checkpoints, nightly, watch
from bot.upkeep import retention as sweep
from bot.vk.errors import VkError
from states.effects import StartTimer
from storage.db import notes
from storage.db import schema as tables
from storage.db.database import KEPT
from storage.db.errors import RowsLost
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.privacy import retention
from storage.records import directory as directories
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player
from tests.transcripts.stage import Words

pytestmark = pytest.mark.virtual

MARIA = RESIDENTS["мария"]
TEXT = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"


async def in_bot(stage: EmulatedStage, body: Any) -> Any:
    assert stage.bot is not None
    return await stage.bot.db.run(body)


async def alarms(stage: EmulatedStage) -> list[str]:
    await stage.settle()
    return [one.text for one in await stage.chat("cur") if one.text.startswith("⚠")]


async def spoken(stage: EmulatedStage, player: Player) -> None:
    await player.line({"отправила": "мария", "текст": f"{TEXT}."})
    await player.line({"чат miass-gorod отвечает": "Выезжаем", "на": TEXT})
    await stage.wait(31)
    await player.line({"мария слышит": ["Ответ на сообщение №"]})


async def test_a_clock_that_is_set_lets_each_community_go_on(stage: EmulatedStage) -> None:
    """Also one beside the home that no loop here runs (F23)."""
    assert stage.bot is not None
    now, beside = stage.bot.clock.now(), stage.bot.db.of(77)

    async def put_off(tx: Transaction) -> None:
        tx.count("received", 1)
        await timers.change(tx, [StartTimer("pause", "1", 5, now + timedelta(days=1))])

    await beside.run(put_off)
    assert await watch.set_right(stage.bot, now + timedelta(days=1)) >= now
    (row,) = await beside.run(lambda tx: tx.rows(select(tables.timer.c.at).where(tables.timer.c.community_id == 77)))
    assert row["at"] < now + timedelta(minutes=2)


class TestBooks:
    async def test_an_imbalance_is_said_once_for_an_incident(self, stage: EmulatedStage, player: Player) -> None:
        await spoken(stage, player)
        assert stage.bot is not None
        await watch.books(stage.bot)
        assert await alarms(stage) == []
        counter = tables.counter.c
        wrong = update(tables.counter).where(counter.name == "received").values(value=counter.value + 1)
        await in_bot(stage, lambda tx: tx.execute(wrong))
        for _ in range(2):
            await watch.books(stage.bot)
        (said,) = await alarms(stage)
        assert "Счёт сообщений не сошёлся (принято" in said and stage.bot.health.unbalanced
        assert not (await admin_service_of(stage.bot).carry_out("stats", {}))["balanced"]
        right = update(tables.counter).where(counter.name == "received").values(value=counter.value - 1)
        await in_bot(stage, lambda tx: tx.execute(right))
        await watch.books(stage.bot)
        assert not stage.bot.health.unbalanced, "the next incident is said again"


class TestDirectory:
    async def test_what_another_process_saved_is_taken_over(self, stage: EmulatedStage) -> None:
        """On PostgreSQL the panel and the commands run apart."""
        assert stage.bot is not None
        bot = stage.bot
        await watch.directory(bot)
        known, find = bot.directory, bot.find
        assert bot.directory_number == 1
        other = replace(known, agencies=known.agencies[:1], routes=())
        await in_bot(stage, lambda tx: directories.save_text(tx, to_json(other), bot.clock.now()))
        await watch.directory(bot)
        assert bot.directory_number == 2 and len(bot.directory.agencies) == 1 and bot.find is not find
        find = bot.find
        await watch.directory(bot)
        assert bot.find is find


class TestNight:
    async def test_a_sound_week_differs_in_nothing(self, stage: EmulatedStage, player: Player) -> None:
        await spoken(stage, player)
        await stage.wait(16 * 60)
        assert stage.bot is not None
        found = await nightly.compare_week(stage.bot)
        assert (found.alarming, found.gone, found.foreign) == (0, 0, 0)
        assert found.dialogues >= 3 and found.messages >= 10

    async def test_what_the_inbox_lacks_is_found_taken_in_and_said(self, stage: EmulatedStage, player: Player) -> None:
        """I1: a row is lost behind the bot's back, and VK still has the message."""
        await spoken(stage, player)
        await stage.write("мария", Words("Ещё и люк открыт"))
        await stage.wait(16 * 60)
        mine = tables.inbox.c.peer == MARIA
        newest = select(tables.inbox).where(mine).order_by(tables.inbox.c.cmid.desc())
        row = await in_bot(stage, lambda tx: tx.row(newest))
        await in_bot(stage, lambda tx: tx.execute(delete(tables.inbox).where(tables.inbox.c.id == row["id"])))
        assert stage.bot is not None
        found = await nightly.compare_week(stage.bot)
        assert found.missing == 1
        await stage.settle()
        anew = select(tables.inbox).where(mine, tables.inbox.c.key == row["key"])
        again = await in_bot(stage, lambda tx: tx.row(anew))
        assert again is not None and again["state"] in ("done", "ignored")
        assert (await nightly.compare_week(stage.bot)).missing == 0

    async def test_ours_are_there_once(self, stage: EmulatedStage, player: Player) -> None:
        """I2, I3: one not called sent, one twice, one gone, one of another program."""
        await spoken(stage, player)
        await stage.wait(16 * 60)
        assert stage.bot is not None
        sent = tables.outbox.c.peer == MARIA, tables.outbox.c.kind == "answer"
        row = await in_bot(stage, lambda tx: tx.row(select(tables.outbox).where(*sent)))
        one = tables.outbox.c.id == row["id"]
        await in_bot(stage, lambda tx: tx.execute(update(tables.outbox).where(one).values(state="dead")))
        assert (await nightly.compare_week(stage.bot)).unsettled == 1
        assert (await in_bot(stage, lambda tx: tx.row(select(tables.outbox.c.state).where(one))))["state"] == "sent"
        answer = next(one for one in await stage.dialogue("мария") if one.text.startswith("Ответ на сообщение №"))
        token = f"group-{COMMUNITY}"
        for number, words in ((77, answer.text), (78, "Рассылка другой программы")):
            await stage.call("messages.send", token, peer_id=MARIA, random_id=number, message=words)
        await stage.wait(16 * 60)
        found = await nightly.compare_week(stage.bot)
        assert (found.twice, found.foreign, found.gone) == (1, 1, 0)
        await stage.call("messages.delete", token, peer_id=MARIA, cmids=str(row["cmid"]), delete_for_all=1)
        assert (await nightly.compare_week(stage.bot)).gone == 1

    async def test_once_a_night_with_the_audit_log(self, stage: EmulatedStage, player: Player) -> None:
        await spoken(stage, player)
        assert stage.bot is not None
        bot = stage.bot
        await notes_put(stage, {})
        hour = watch.local(bot, bot.clock.now()).hour
        await stage.wait(((27 - hour) % 24 or 24) * 3600)
        await watch.night(bot)
        first = await in_bot(stage, lambda tx: notes.get(tx, notes.CHECKED))
        assert first["missing"] == first["audit"] == 0 and first["messages"] > 0
        await in_bot(stage, lambda tx: tx.execute(update(tables.audit).values(detail="другое")))
        await watch.night(bot)
        assert not [alarm for alarm in await alarms(stage) if "Журнал доступа" in alarm], "not twice in a night"
        await stage.wait(24 * 3600)
        await watch.night(bot)
        assert [alarm for alarm in await alarms(stage) if "Журнал доступа" in alarm]

    async def test_whatever_vk_refuses_the_audit_log_is_looked_at_and_people_hear_it(
        self, stage: EmulatedStage, player: Player
    ) -> None:
        """I13, T22: a look that never happens is not one that found nothing."""
        await spoken(stage, player)
        assert stage.bot is not None
        bot = stage.bot
        refused = [{"method": "messages.getConversations", "mode": "error", "code": 15}]
        await stage.call("emulator.setFaults", rules=refused)
        await in_bot(stage, lambda tx: tx.execute(update(tables.audit).values(detail="другое")))
        for name in (notes.CHECKED, notes.AUDITED):
            await in_bot(stage, lambda tx: notes.put(tx, name, {}))  # noqa: B023
        await until_hour(stage, 4)
        await watch.night(bot)
        assert (await in_bot(stage, lambda tx: notes.get(tx, notes.AUDITED)))["wrong"] == 1
        said = await alarms(stage)
        assert [one for one in said if "Журнал доступа" in one] and not [one for one in said if "сверку" in one]
        await until_hour(stage, 10)
        for _ in range(2):
            await watch.night(bot)
        (told,) = [alarm for alarm in await alarms(stage) if "сверку" in alarm]
        assert "ошибка 15" in told
        await stage.call("emulator.clearFaults")
        await watch.night(bot)
        assert (await in_bot(stage, lambda tx: notes.get(tx, notes.CHECKED)))["audit"] == 1

    async def test_history_that_nobody_shows_agrees_with_nothing(self, stage: EmulatedStage, player: Player) -> None:
        """I13: the list is there, and VK refuses every dialogue; one chat that is ours no more hinders nothing."""
        await spoken(stage, player)
        await stage.wait(16 * 60)
        assert stage.bot is not None
        refused = {"method": nightly.READ, "mode": "error", "code": 15}
        await stage.call("emulator.setFaults", rules=[refused])
        with pytest.raises(VkError):
            await nightly.compare_week(stage.bot)
        await stage.call("emulator.setFaults", rules=[{**refused, "match": {"peer_id": MARIA}}])
        found = await nightly.compare_week(stage.bot)
        assert found.unseen == 1 and found.messages > 0 and "не показано переписок 1" in found.detail()
        await stage.call("emulator.setFaults", rules=[{**refused, "code": 6, "times": 2}])
        assert (await nightly.compare_week(stage.bot)).unseen == 0, "too fast is asked again"

    async def test_a_spoilt_second_place_is_an_alarm_and_stops_nothing(
        self, stage: EmulatedStage, player: Player
    ) -> None:
        """T22, F21: the file lies on another disk, which anybody may have written to, or which is full or away."""
        await spoken(stage, player)
        assert stage.bot is not None
        bot = stage.bot
        path = audit_checkpoints.path_of(bot.settings)
        path.write_text("ничего похожего\n")
        await in_bot(stage, lambda tx: notes.put(tx, notes.AUDITED, {}))
        await until_hour(stage, 4)
        assert await watch.audit_faults(bot, "2026-01-01") == 1
        await sweep.daily(bot, bot.clock.now())
        path.unlink()
        path.mkdir()
        await sweep.daily(bot, bot.clock.now())
        assert await in_bot(stage, lambda tx: retention.last(tx)) is not None
        said = await alarms(stage)
        assert [one for one in said if "Журнал доступа" in one] and [one for one in said if "Отпечаток журнала" in one]


async def until_hour(stage: EmulatedStage, hour: int) -> None:
    assert stage.bot is not None
    now = watch.local(stage.bot, stage.bot.clock.now()).hour
    await stage.wait(((hour - now) % 24 or 24) * 3600)


async def notes_put(stage: EmulatedStage, values: dict[str, Any]) -> None:
    await in_bot(stage, lambda tx: notes.put(tx, notes.CHECKED, values))


class TestStart:
    async def test_what_was_written_meanwhile_is_counted(self, stage: EmulatedStage, player: Player) -> None:
        """«потеряно 0, восстановлено N» in the log and in `bot stats` (G15)."""
        await spoken(stage, player)
        await in_bot(stage, lambda tx: notes.put(tx, notes.CAUGHT_UP, {}))
        await stage.stop()
        await stage.call("emulator.advanceClock", seconds=3600)
        for number in range(3):
            await stage.write("мария", Words(f"Пока бот спал, {number}"))
        await stage.call("emulator.advanceClock", seconds=60)
        await stage.start()
        for _ in range(200):
            said = await in_bot(stage, lambda tx: notes.get(tx, notes.CAUGHT_UP))
            if said.get("recovered"):
                break
            await stage.breathe()
        assert (said["recovered"], said["lost"]) == (3, 0)
        assert stage.bot is not None
        stats = await admin_service_of(stage.bot).carry_out("stats", {})
        assert stats["last_start"]["recovered"] == 3

    async def test_a_store_that_failed_is_told_when_it_works_again(self, stage: EmulatedStage, player: Player) -> None:
        await spoken(stage, player)
        assert stage.bot is not None
        stage.bot.health.down_since = stage.bot.clock.now() - timedelta(seconds=90)
        await watch.disk(stage.bot)
        (said,) = await alarms(stage)
        assert "не принимала записи (90 с" in said and stage.bot.health.down_since is None


class TestFailover:
    async def test_a_server_without_the_newest_rows_ends_the_bot_and_the_next_start_recovers(
        self, stage: EmulatedStage, player: Player, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await spoken(stage, player)
        assert stage.bot is not None
        bot = stage.bot
        bot.health.down_since = bot.clock.now()
        await watch.disk(bot)
        counter = tables.counter.c
        fewer = update(tables.counter).where(counter.name == KEPT).values(value=counter.value - 2)
        await in_bot(stage, lambda tx: tx.execute(fewer))
        bot.health.down_since = bot.clock.now()
        for _ in range(2):
            with pytest.raises(RowsLost, match="Сервер базы сменился"):
                await watch.disk(bot)
        monkeypatch.setattr(recovery, "LATE", timedelta())
        await stage.restart()
        await player.play([{"чат cur видит": ["Бот восстановлен из копии от неизвестного времени"]}])
        assert stage.bot is not bot and await stage.bot.db.missing() == 0


async def test_an_alarm_that_nobody_has_seen_is_noticed_in_its_time(stage: EmulatedStage) -> None:
    """R28: the second way tells it then; «Вижу» ends that."""
    player = Player(stage)
    await player.line({"согласилась": "мария", "текст": "Яма на дороге, Миасс"})
    await player.line({"мария": "горит квартира, внутри дети"})
    await player.line({"мария слышит": ["Звоните 112", "сообщили в центр управления"]})
    assert stage.bot is not None
    await watch.unseen_alarms(stage.bot)
    assert stage.bot.health.unseen_alarm is None
    await stage.wait(16 * 60)
    await watch.unseen_alarms(stage.bot)
    assert stage.bot.health.unseen_alarm is not None
    await player.line({"чат cur нажимает": "Вижу", "на": "горит квартира"})
    await watch.unseen_alarms(stage.bot)
    assert stage.bot.health.unseen_alarm is None


async def test_words_of_false_alarms_are_written_for_the_owner(stage: EmulatedStage, tmp_path: Path) -> None:
    """R28: without numbers and authors, and logged (R24)."""
    player = Player(stage)
    await player.line({"согласилась": "мария", "текст": "Яма на дороге, Миасс"})
    await player.line({"мария": "ха-ха горим, пожар в квартире, мой телефон 89121234567"})
    await player.line({"чат cur нажимает": "Вижу", "на": "ха-ха"})
    await player.line({"чат cur нажимает": "Ложная тревога", "на": "ха-ха"})
    await stage.settle()
    assert stage.bot is not None
    file = tmp_path / "false.txt"
    said = await admin_service_of(stage.bot).carry_out("false_alarms", {"file": str(file)})
    assert said["alarms"] == 1 and file.stat().st_mode & 0o077 == 0
    text = file.read_text(encoding="utf-8")
    assert "ха-ха горим" in text and "89121234567" not in text and str(MARIA) not in text
