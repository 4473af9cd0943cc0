"""A running bot and its model: taken over while it works, gone when it must go, and never what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

import features
from bot.app import admin_service_of
from bot.cli import check
from bot.cli.check import FindingMark
from bot.process.advice import Refusal
from bot.process.log import log
from bot.region import learned
from bot.region.directory_json import to_json
from bot.runtime import Runtime
from bot.upkeep import model_in_use, watch
from features.learning import jobs, library, trainer
from features.learning.asked import progress_of
from features.learning.checks import findings, learning_findings
from features.learning.library import TrainedModel
from matching.learned.example import Accuracy, Trained
from storage.db import schema
from storage.ops import bulk
from storage.privacy import audit, erasures, forgetting
from storage.records import directory as directories
from storage.records import models
from storage.records.models import ModelSource
from tests.learning.made import WORDS, appeals
from tests.transcripts.emulated import EmulatedStage

TEXT = f"У нас {WORDS['zhkh-lift']}"
DAY = timedelta(days=1)


def bot_of(stage: EmulatedStage) -> Runtime:
    assert stage.bot is not None
    return stage.bot


async def ask(stage: EmulatedStage, command: str, **arguments: Any) -> dict[str, Any]:
    said = await admin_service_of(bot_of(stage)).carry_out(command, arguments)
    assert "error" not in said, said
    return said


async def kept(
    stage: EmulatedStage, made: Trained, source: ModelSource = ModelSource.OWN, at: datetime | None = None
) -> int:
    bot = bot_of(stage)
    return await library.keep(bot.db, TrainedModel(made, source, at or bot.clock.now(), 0), bot.clock.now())


async def used(stage: EmulatedStage, made: Trained) -> int:
    number = await kept(stage, made)
    await ask(stage, "model_adopt", number=number)
    return number


def says(stage: EmulatedStage) -> tuple[str, int]:
    """What the bot guesses, and by which model."""
    found = bot_of(stage).find.topic(TEXT, place="miass")
    return (found.topics or ("",))[0], found.model


async def forget(stage: EmulatedStage, resident: int, at: datetime) -> None:
    await bot_of(stage).db.run(lambda tx: erasures.record_erased(tx, resident, "withdrawn", {}, at))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(
        type(log), "_write", lambda self, level, event, fields: found.append({"event": event, **fields})
    )
    return found


class TestTaken:
    @pytest.mark.virtual
    async def test_at_once_in_the_process_that_adopts(self, stage: EmulatedStage, made: Trained) -> None:
        before = says(stage)
        assert before[1] == 0 and before[0] != "zhkh-lift"
        assert await used(stage, made) == 1
        assert says(stage) == ("zhkh-lift", 1)
        await ask(stage, "model_adopt", number=0)
        assert says(stage) == before and bot_of(stage).model.words == "без обучения"
        assert (await ask(stage, "model_back"))["number"] == 1
        assert says(stage) == ("zhkh-lift", 1) and bot_of(stage).model.words == "с моделью № 1"

    @pytest.mark.virtual
    async def test_within_a_minute_in_another(self, stage: EmulatedStage, made: Trained) -> None:
        bot = bot_of(stage)
        await library.adopt(bot.db, await kept(stage, made), bot.clock.now())
        assert says(stage)[1] == 0
        await model_in_use.renew(bot)
        assert says(stage) == ("zhkh-lift", 1)
        find = bot.find
        await model_in_use.renew(bot)
        assert bot.find is find, "nothing is read again"

    @pytest.mark.virtual
    async def test_at_the_start(self, stage: EmulatedStage, made: Trained) -> None:
        await used(stage, made)
        await stage.restart()
        assert says(stage) == ("zhkh-lift", 1)

    @pytest.mark.virtual
    async def test_a_new_directory_keeps_it(self, stage: EmulatedStage, made: Trained) -> None:
        bot = bot_of(stage)
        await used(stage, made)
        other = replace(bot.directory, topics=tuple(one for one in bot.directory.topics if one.code != "zhkh-lift"))
        await bot.db.run(lambda tx: directories.save_text(tx, to_json(other), bot.clock.now()))
        await watch.directory(bot)
        assert says(stage)[0] != "zhkh-lift" and says(stage)[1] == 1, "what the directory lost is not offered"

    @pytest.mark.parametrize("trouble", [learned.BROKEN, learned.NO_NUMPY])
    async def test_what_cannot_be_read_stops_nothing(
        self, trouble: str, stage: EmulatedStage, made: Trained, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot, before = bot_of(stage), says(stage)
        await used(stage, made)
        if trouble == learned.BROKEN:
            await bot.db.run(lambda tx: tx.execute(update(schema.model).values(content=b"spoilt")))
        else:
            monkeypatch.setattr(learned, "read", lambda number, content: learned.InUse(number, trouble=trouble))
        await stage.restart()
        assert says(stage) == before and bot_of(stage).model.trouble == trouble
        await stage.settle()
        await stage.stop()
        found = await check.everything(stage.settings, features.installed(), fix=False)
        await stage.start()
        (wrong,) = [one.line() for one in found if one.mark is FindingMark.BAD]
        assert f"Модель № 1 не работает: {trouble}. Бот решает без обучения." in wrong


class TestAdmin:
    @pytest.mark.virtual
    async def test_every_step_is_in_the_audit_log(self, stage: EmulatedStage, made: Trained) -> None:
        await used(stage, made)
        await used(stage, made)
        await ask(stage, "model_back")
        await ask(stage, "model_adopt", number=0)
        lines = await bot_of(stage).db.run(lambda tx: audit.newest(tx, 50))
        said = [(one["action"], one["subject"], one["detail"]) for one in lines if one["action"].startswith("model")]
        assert said == [
            ("model_trained", "model1", "own"), ("model_adopted", "model1", "candidate"),
            ("model_trained", "model2", "own"), ("model_adopted", "model2", "candidate"),
            ("model_adopted", "model1", "former"), ("model_left", "model1", ""),
        ]  # fmt: skip

    @pytest.mark.virtual
    @pytest.mark.parametrize(
        ("command", "arguments", "why"),
        [
            ("model_back", {}, "Возвращаться не к чему"),
            ("model_adopt", {"number": 7}, "Модели № 7 нет"),
            ("model_adopt", {"number": 0}, "и так работает без обучения"),
            ("model_keep", {"content": "AAAA", "report": "{}", "began": "2026-11-25T09:00:00+00:00"}, "не читается"),
        ],
    )
    async def test_each_refusal_is_a_sentence(
        self, command: str, arguments: dict[str, Any], why: str, stage: EmulatedStage
    ) -> None:
        said = await admin_service_of(bot_of(stage)).carry_out(command, arguments)
        assert why in said["error"]

    @pytest.mark.virtual
    async def test_what_is_used_is_not_adopted_again(self, stage: EmulatedStage, made: Trained) -> None:
        await used(stage, made)
        said = await admin_service_of(bot_of(stage)).carry_out("model_adopt", {"number": 1})
        assert "и так работает" in said["error"]

    @pytest.mark.virtual
    async def test_one_training_at_a_time(self, stage: EmulatedStage) -> None:
        desk = admin_service_of(bot_of(stage))
        with progress_of(desk).run_alone() as told:
            told("Читает.")
            assert (await desk.carry_out("model_progress", {}))["lines"] == ["Читает."]
            assert "уже идёт" in (await desk.carry_out("model_own", {}))["error"]
        assert not progress_of(desk).running

    async def test_of_our_own_messages(self, stage: EmulatedStage) -> None:
        bot = bot_of(stage)
        rows = appeals(bot.clock.now())
        await bot.db.run(lambda tx: bulk.keep(tx, rows))
        found = await ask(stage, "model_own")
        assert found["number"] == 1 and found["better"]
        said = "\n".join(found["lines"])
        assert "Прочитано решённых сообщений: 400" in said and "без обучения" in said and "кварзлик" not in said
        (line,) = (await ask(stage, "model_list", zone="Asia/Yekaterinburg"))["lines"]
        assert line.startswith("№ 1  предложена  обучена ") and "по своим сообщениям (400)" in line


class TestErasure:
    @pytest.mark.virtual
    async def test_the_example_goes_with_the_key(self, stage: EmulatedStage) -> None:
        bot = bot_of(stage)
        rows = appeals(bot.clock.now(), 120)
        await bot.db.run(lambda tx: bulk.keep(tx, rows))
        who = rows[0][0].resident
        await bot.db.run(lambda tx: forgetting.erase(tx, who, bot.clock.now(), force=True))
        found = [one async for some in library.as_examples(bot.db) for one in some]
        assert len(found) == 118 and {one.author for one in found} == set(range(1, 60))

    @pytest.mark.virtual
    async def test_older_ones_are_deleted_when_a_newer_one_is_adopted(
        self, stage: EmulatedStage, made: Trained
    ) -> None:
        bot = bot_of(stage)
        await used(stage, made)
        await forget(stage, 1003, bot.clock.now())
        await stage.wait(1)
        number = await kept(stage, made)
        assert (await ask(stage, "model_adopt", number=number))["deleted"] == [1]
        assert [one.number for one in await bot.db.run(models.everything)] == [2]
        said = await admin_service_of(bot).carry_out("model_back", {})
        assert "Возвращаться не к чему" in said["error"]

    @pytest.mark.virtual
    @pytest.mark.parametrize(
        ("days", "event", "stays"),
        [(19, "", True), (20, "model_ends", True), (29, "model_ends", True), (30, "models_deleted", False)],
    )
    async def test_the_one_in_use_is_told_of_and_then_goes(
        self, days: int, event: str, stays: bool, stage: EmulatedStage, made: Trained, heard: list[dict[str, Any]]
    ) -> None:
        bot = bot_of(stage)
        await used(stage, made)
        await stage.wait(1)
        erased = bot.clock.now()
        await forget(stage, 1003, erased)
        heard.clear()
        await model_in_use.aged(bot, erased + days * DAY)
        told = [one["event"] for one in heard if one["event"].startswith("model")]
        assert told == ([event] if stays and event else [] if stays else ["models_deleted", "model"])
        assert bot.model.decides == (1 if stays else 0) and says(stage)[1] == bot.model.decides

    @pytest.mark.virtual
    async def test_check_says_when_it_ends(self, stage: EmulatedStage, made: Trained) -> None:
        bot = bot_of(stage)
        await used(stage, made)
        await stage.wait(1)
        await forget(stage, 1003, bot.clock.now() - timedelta(milliseconds=1))
        assert (await ask(stage, "model_state"))["ends"] == ""
        await bot.db.run(lambda tx: tx.execute(update(schema.model).values(trained_at=bot.clock.now() - 40 * DAY)))
        await forget(stage, 1002, bot.clock.now() - 25 * DAY)
        state = await ask(stage, "model_state")
        (good, look) = learning_findings(state, bot.policy.zone)
        assert good.mark is FindingMark.GOOD and look.mark is FindingMark.LOOK
        day = (bot.clock.now() + 5 * DAY).astimezone(bot.policy.zone)
        assert f"{day:%d.%m.%Y} она будет удалена" in look.line() and "train --own" in look.line()

    @pytest.mark.virtual
    async def test_check_says_nothing_of_a_bot_that_runs_without_it(self, stage: EmulatedStage, made: Trained) -> None:
        bot = bot_of(stage)
        await used(stage, made)
        desk = admin_service_of(bot)
        assert len(await findings(stage.settings, desk.carry_out)) == 1
        assert await findings(stage.settings, replace(desk, features=()).carry_out) == []


class TestByItself:
    @pytest.mark.virtual
    async def test_only_where_no_person_says_yes(self, stage: EmulatedStage) -> None:
        bot, learning = bot_of(stage), features.feature("learning")
        assert learning is not None and list(learning.loops(bot)) == []
        (loop,) = learning.loops(replace(bot, settings=bot.settings.model_copy(update={"learning_adopt": "auto"})))
        loop.close()

    async def test_a_model_that_ends_soon_is_trained_anew(
        self, stage: EmulatedStage, made: Trained, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot = bot_of(stage)
        await bot.db.run(lambda tx: bulk.keep(tx, appeals(bot.clock.now())))
        await jobs.anew(bot)
        assert await bot.db.run(models.used) == 0, "there is none to replace"
        await used(stage, made)
        await jobs.anew(bot)
        assert await bot.db.run(models.used) == 1, "nobody was forgotten"
        await bot.db.run(lambda tx: tx.execute(update(schema.model).values(trained_at=bot.clock.now() - 40 * DAY)))
        await forget(stage, 1002, bot.clock.now() - 20 * DAY)
        await jobs.anew(bot)
        assert [one.number for one in await bot.db.run(models.everything)] == [2]
        assert says(stage) == ("zhkh-lift", 2)

        async def worse(*_: Any) -> TrainedModel:
            report = replace(made.report, model=Accuracy(0.1, 0.2), names=Accuracy(0.5, 0.6))
            return TrainedModel(replace(made, report=report), ModelSource.OWN, bot.clock.now(), 2)

        await bot.db.run(lambda tx: tx.execute(update(schema.model).values(trained_at=bot.clock.now() - 40 * DAY)))
        monkeypatch.setattr(library, "of_own", worse)
        await jobs.anew(bot)
        assert await bot.db.run(models.newest_number) == 2, "worse than the words of the directory"

    @pytest.mark.virtual
    async def test_one_that_cannot_be_trained_is_said(
        self, stage: EmulatedStage, heard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot = bot_of(stage)

        async def refused(_: Runtime) -> None:
            bot.stopping.set()
            raise Refusal(trainer.NO_NUMPY)

        async def at_once(_seconds: float) -> None:
            return

        monkeypatch.setattr(jobs, "anew", refused)
        monkeypatch.setattr(bot.clock, "sleep", at_once)
        await jobs.learn_again(bot)
        assert [one["reason"] for one in heard if one["event"] == "not_trained"] == [trainer.NO_NUMPY]
