"""An older copy is put back under a running conversation: what residents, chats and the ЦУР read then (§13)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import recovery
from bot.upkeep import audit_checkpoints
from bot.upkeep.backups import make_copy, places_named
from bot.upkeep.restore import restore_copy
from storage.db.crash_points import listen_to_points
from storage.inbox.history import Gap
from storage.privacy import forgetting
from storage.privacy.audit import Head
from storage.privacy.subject_export import everything_about
from tests.small import NOW
from tests.transcripts.emulated import COMMUNITY, RESIDENTS, EmulatedStage
from tests.transcripts.script import Player

HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"
SNOW = "Не убирают снег, город Миасс, улица Мира, дом 3"
LAST = "Мы восстановили бота после сбоя."


class Copies:
    """Makes a copy while the bot runs, and puts it back after the window."""

    def __init__(self, stage: EmulatedStage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        self.made: Path | None = None

    async def make(self) -> None:
        assert self.stage.bot is not None
        await self.stage.settle()
        places = places_named(self.stage.settings, str(self.folder / "copies"))
        self.made = (await make_copy(self.stage.bot.db, places, self.stage.bot.clock.now())).path

    async def put_back(self, meanwhile: Callable[[], Awaitable[Any]] | None = None) -> None:
        assert self.made is not None
        await self.stage.stop()
        await restore_copy(self.stage.settings, self.made, None, only_check=False)
        if meanwhile is not None:
            await meanwhile()
        await self.stage.start()


@pytest.fixture
async def copies(stage: EmulatedStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Copies]:
    monkeypatch.setattr(recovery, "LATE", timedelta())
    yield Copies(stage, tmp_path)


def sent_by_buttons(who: str, text: str, topic: str) -> list[dict[str, Any]]:
    return [
        {"согласилась": who, "текст": text},
        {f"{who} нажимает": topic},
        {f"{who} слышит": "[Отправить]"},
        {f"{who} нажимает": "Отправить"},
        {f"{who} слышит": "✅ Приняли"},
    ]


async def numbers(stage: EmulatedStage, who: str) -> list[str]:
    said = "\n".join(one.text for one in await stage.dialogue(who))
    return list(dict.fromkeys(re.findall(r"^№(\d{4}-\w{4})$", said, re.M)))


async def test_a_number_of_the_window_is_void_and_its_words_are_in_the_draft(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Состояние: "]}])
    await copies.make()
    await player.play(
        [
            *sent_by_buttons("иван", SNOW, "Снег и лёд на дороге"),
            {"чат miass-gorod видит": ["Состояние: "]},
            {"чат miass-gorod отвечает": "Яму засыпали вчера", "на": "Большая яма"},
            {"ждать": 31},
            {"мария слышит": ["Яму засыпали вчера"]},
        ]
    )
    kept, void = (await numbers(stage, "мария"))[0], (await numbers(stage, "иван"))[0]
    await copies.put_back()
    await player.play(
        [
            {
                "иван слышит": [
                    LAST,
                    f"Сообщение не сохранилось: Снег и лёд на дороге · Миасс, Мира, 3, №{void}.",
                    "Проверьте: ",
                    "снег",
                    "Ответит администрация Миасса",
                ]
            },  # fmt: skip
            {
                "чат miass-gorod видит": [
                    "1. Ямы и разбитый асфальт · Миасс, Ленина, 5: ",
                    f"№{kept}",
                    "[1. Уже отвечено] [1. Осталось]",
                ]
            },
            {"чат cur видит": ["Бот восстановлен из копии", "Номеров, которые больше не действуют: 1", "<doc>"]},
            {"мария не слышит": [LAST]},
            {"чат miass-gorod отвечает": "Уберём завтра", "на": f"№{void}"},
            {"чат miass-gorod видит": [f"Карточка недействительна: №{void}. ", "Жителю это не ушло"]},
            {"чат cur видит": [f"Ответ на недействительную карточку: №{void}. ", "Жителю это не ушло"]},
            {"чат miass-gorod нажимает": "1. Уже отвечено", "на": "Проверьте, ушёл ли ответ", "видно": "Отмечено"},
            {"иван нажимает": "Отправить"},
            {"иван слышит": ["✅ Приняли"]},
            {"чат miass-gorod видит": ["Состояние: "]},
        ]
    )
    texts = [one.text for one in await stage.dialogue("иван")]
    assert sum(LAST in text for text in texts) == 1


async def test_what_was_answered_in_the_window_is_told_of_once_and_truly(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    """Three lines in the chat and four in the ЦУР's said «Жителю это не ушло» of answers that he has."""
    await copies.make()
    await player.play([*sent_by_buttons("иван", SNOW, "Снег и лёд на дороге")])
    for answer in ("Снег убрали вчера", "Тротуар тоже убрали"):
        await player.play(
            [{"чат miass-gorod отвечает": answer, "на": "Состояние: "}, {"ждать": 31}, {"иван слышит": [answer]}]
        )
    void = (await numbers(stage, "иван"))[0]
    await copies.put_back()
    card = f"Снег и лёд на дороге · Миасс, Мира, 3, №{void}."
    await player.play(
        [
            {"чат miass-gorod видит": [f"Карточка недействительна: {card}", "Ваш ответ житель уже прочитал"]},
            {"чат cur видит": [f"Ответ на недействительную карточку: {card}", "Ответ житель уже прочитал"]},
            {"чат cur видит": ["Бот восстановлен из копии"]},
        ]
    )
    for chat, words in (("miass-gorod", "Карточка недействительна"), ("cur", "Ответ на недействительную карточку")):
        assert sum(words in one.text for one in await stage.chat(chat)) == 1
    for text in ("И остановку", "И сквер"):
        await player.play([{"чат miass-gorod отвечает": text, "на": f"\n№{void}"}])
    await player.play([{"чат cur видит": [f"Ответ на недействительную карточку: №{void}.", "Жителю это не ушло"]}])
    assert sum("Ответ на недействительную карточку" in one.text for one in await stage.chat("cur")) == 2


async def test_the_answer_to_a_question_and_not_solved_of_the_window_go_to_their_message(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    """R42: they were in a draft, and the message waited for an answer that had been given."""
    await player.play(
        [
            {"отправила": "мария", "текст": HOLE},
            {"чат miass-gorod отвечает": "/вопрос У какого подъезда?"},
            {"ждать": 31},
            {"мария слышит": ["У какого подъезда?"]},
        ]
    )
    await copies.make()
    await player.play(
        [
            {"мария": "У второго подъезда, напротив арки"},
            {"мария слышит": ["Передали ваш ответ"]},
            {"чат miass-gorod отвечает": "Яму засыпали вчера", "на": "Ленина"},
            {"ждать": 31},
            {"мария слышит": ["Яму засыпали вчера"]},
            {"мария нажимает": "Не решено"},
            {"мария слышит": ["снова открыто"]},
            {"мария": "Засыпали песком, он уехал"},
            {"мария слышит": ["Добавили к сообщению"]},
            {"чат cur видит": ["не решено", "Дополнение"]},
        ]
    )
    before = {who: len(await said) for who, said in (("мария", stage.dialogue("мария")), ("cur", stage.chat("cur")))}
    await copies.put_back()
    code = (await numbers(stage, "мария"))[0]
    await player.play(
        [
            {"чат cur видит": ["Бот восстановлен из копии", "ушли к своим сообщениям, жителей: 1"]},
            {"мария не слышит": [LAST]},
        ]
    )
    await stage.settle()
    assert len(await stage.dialogue("мария")) == before["мария"], "she has read all of it then"
    # The list of the morning may come between, for this clock runs through the quarters of a real day.
    new = (await stage.chat("cur"))[before["cur"] :]
    listed, summary = [one for one in new if not one.text.startswith("Доброе утро")]
    assert f"Миасс, Ленина, 5: житель пишет, что не решено. №{code}" in listed.text, "nothing is said twice"
    assert "восстановлен" in summary.text
    await player.play(
        [
            {"чат cur отвечает": "Засыпали асфальтом сегодня, проверьте", "на": "Дополнение к №"},
            {"ждать": 31},
            {"мария слышит": ["Засыпали асфальтом"]},
        ]
    )


async def test_solved_and_a_mark_of_the_window_close_it(stage: EmulatedStage, player: Player, copies: Copies) -> None:
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Состояние: "]}])
    await copies.make()
    await player.play(
        [
            {"чат miass-gorod отвечает": "Яму засыпали вчера", "на": "Ленина"},
            {"ждать": 31},
            {"мария слышит": ["Яму засыпали вчера"]},
            {"мария нажимает": "Решено"},
            {"мария слышит": ["Рады, что вопрос решён"]},
            {"мария": "5"},
            {"мария слышит": ["оценку записали: 5"]},
        ]
    )
    await copies.put_back()
    await player.play(
        [
            {"чат cur видит": ["Бот восстановлен из копии"]},
            {"чат miass-gorod видит": ["Ленина, 5: закрыто. №"]},
            {"чат miass-gorod показывает": ["Состояние: закрыто", "Оценка жителя: 5"], "на": "Состояние: "},
            {"мария не слышит": [LAST]},
            {"мария": "Мои сообщения"},
            {"мария слышит": ["Ленина, 5: закрыто"]},
        ]
    )


STEPS = ("recovery: listening", "recovery: read", "recovery: applied", "recovery: kept", "recovery: done")


class Death(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_it_runs_again_and_says_everything_once(
    stage: EmulatedStage, player: Player, copies: Copies, step: str
) -> None:
    await copies.make()
    await player.play([*sent_by_buttons("иван", SNOW, "Снег и лёд на дороге")])
    void = (await numbers(stage, "иван"))[0]

    async def dies() -> None:
        def reached(point: str) -> None:
            if point == step:
                raise Death

        listen_to_points(reached)
        try:
            with pytest.raises(Death):
                await stage.start()
        finally:
            listen_to_points(None)

    await copies.put_back(dies)
    await player.play(
        [{"иван слышит": [LAST, void, "[Отправить]"]}, {"чат cur видит": ["Бот восстановлен из копии", "<doc>"]}]
    )
    await stage.settle()
    texts = [one.text for one in await stage.dialogue("иван")]
    summaries = [one.text for one in await stage.chat("cur") if "Бот восстановлен из копии" in one.text]
    assert (sum(LAST in text for text in texts), len(summaries)) == (1, 1)


async def test_an_answer_that_was_taken_back_leaves_only_if_somebody_says_so(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    """T6: the copy was made while it could be undone, and presses are not in VK's history."""
    await player.play(
        [
            {"отправила": "мария", "текст": HOLE},
            {"чат miass-gorod видит": ["Состояние: "]},
            {"чат miass-gorod отвечает": "Яму засыпали вчера"},
            {"чат miass-gorod видит": ["уйдёт жителю через 30 секунд"]},
        ]
    )
    await copies.make()
    await player.play([{"чат miass-gorod нажимает": "Отменить", "на": "уйдёт жителю"}, {"ждать": 31}])
    await copies.put_back()
    await player.play(
        [
            {"чат miass-gorod видит": ["Само оно не уйдёт", "ответ жителю «", "Яму засыпали вчера", "[Отправить 1]"]},
            {"ждать": 60},
            {"мария не слышит": ["Яму засыпали"]},
            {"чат miass-gorod нажимает": "Отправить 1", "на": "Само оно не уйдёт", "видно": "Отправляем"},
            {"мария слышит": ["Яму засыпали вчера", "Вопрос решён?"]},
        ]
    )


async def test_a_pause_of_the_window_does_not_end_again(stage: EmulatedStage, player: Player, copies: Copies) -> None:
    await player.play([{"мария": HOLE}, {"мария слышит": "[Даю согласие]"}, {"мария нажимает": "Даю согласие"}])
    await copies.make()
    await player.play([{"ждать": 5}, {"мария слышит": ["Проверьте: ", "[Отправить]"]}])
    await copies.put_back()
    await player.play([{"мария слышит": [LAST, "Проверьте: "]}, {"ждать": 10}])
    texts = [one.text for one in await stage.dialogue("мария")]
    assert sum("Проверьте: " in text for text in texts) == 2


async def test_of_whoever_was_erased_nothing_of_before_is_read(
    stage: EmulatedStage, player: Player, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R14: VK still has every word of hers."""
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Состояние: "]}])
    await copies.make()
    assert stage.bot is not None
    await stage.bot.db.run(lambda tx: forgetting.erase(tx, RESIDENTS["мария"], NOW, force=True))
    await forgetting.destroy_keys(stage.bot.db)
    asked: list[Gap] = []
    read = recovery.read

    async def noted(bot: Any, gaps: Any, doubts: Any) -> Any:
        asked.extend(gaps)
        return await read(bot, gaps, doubts)

    monkeypatch.setattr(recovery, "read", noted)
    await player.play([*sent_by_buttons("иван", SNOW, "Снег и лёд на дороге")])
    await copies.put_back()
    await player.play([{"иван слышит": [LAST]}, {"мария не слышит": [LAST]}])
    assert {gap.peer for gap in asked} >= {RESIDENTS["иван"]}
    assert RESIDENTS["мария"] not in {gap.peer for gap in asked}


async def test_a_dialogue_that_vk_will_not_show_stands_in_the_summary(
    stage: EmulatedStage, player: Player, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copies.make()
    await player.play([*sent_by_buttons("иван", SNOW, "Снег и лёд на дороге")])
    read = recovery.read

    async def hidden(bot: Any, gaps: Any, doubts: Any) -> Any:
        found, refused = await read(bot, gaps, doubts)
        return [one for one in found if one.gap.peer != RESIDENTS["иван"]], refused

    monkeypatch.setattr(recovery, "read", hidden)
    monkeypatch.setattr(recovery, "PATIENCE", timedelta())
    await copies.put_back()
    await player.play([{"чат cur видит": ["ВКонтакте не показал: 1"]}, {"ждать": 30}, {"иван не слышит": [LAST]}])


async def test_words_that_were_added_in_the_window_are_not_added_again(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    """R26: of a copy that was made within the half minute they stand in the draft, and their author says."""
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Состояние: "]}])
    await player.play([{"мария": "забыл, у третьего подъезда"}, {"ждать": 5}, {"мария слышит": ["Дополнили: "]}])
    await copies.make()
    await player.play([{"ждать": 31}, {"чат miass-gorod видит": ["забыл, у третьего подъезда"]}])
    await copies.put_back()
    await player.play([{"мария слышит": [LAST, "О чём это?"]}, {"ждать": 60}])
    told = [said.text for said in await stage.chat("miass-gorod") if said.text.startswith("Дополнение к №")]
    assert len(told) == 1


async def test_words_of_the_window_in_a_chat_that_the_bot_cannot_hear_are_not_decided_anew(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    """F24, F16: the resident has the answer already; when the chat is heard again it is asked to look, no more."""
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Состояние: "]}])
    await copies.make()
    await player.play(
        [
            {"чат miass-gorod отвечает": "Яму засыпали вчера", "на": "Большая яма"},
            {"ждать": 31},
            {"мария слышит": ["Яму засыпали вчера"]},
            {"права забрали": "miass-gorod"},
        ]
    )
    await copies.put_back()
    await player.play([{"чат cur видит": ["Бот восстановлен из копии", "не показал: 1."]}, {"ждать": 90}])
    await player.play([{"права дали": "miass-gorod"}, {"ждать": 200}])
    await player.play(
        [{"чат miass-gorod видит": ["он прочитал не всё. Чего житель не получил, ответьте ещё раз:"]}, {"ждать": 90}]
    )
    told = [said.text for said in await stage.dialogue("мария") if "Яму засыпали вчера" in said.text]
    assert len(told) == 1


async def test_numbers_of_whoever_has_to_agree_anew_stand_in_the_summary_too(
    stage: EmulatedStage, player: Player, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copies.make()
    await player.play([*sent_by_buttons("иван", SNOW, "Снег и лёд на дороге")])
    read = recovery.read

    async def no_cards(bot: Any, gaps: Any, doubts: Any) -> Any:
        found, refused = await read(bot, gaps, doubts)
        return [one for one in found if one.gap.peer == RESIDENTS["иван"]], refused

    async def other_text() -> None:
        stage.settings = stage.settings.model_copy(update={"operator_email": "anew@region.test"})

    monkeypatch.setattr(recovery, "read", no_cards)
    monkeypatch.setattr(recovery, "PATIENCE", timedelta())
    await copies.put_back(other_text)
    await player.play(
        [
            {"чат cur видит": ["Бот восстановлен из копии", "Номеров, которые больше не действуют: 1"]},
            {"иван слышит": ["Чтобы передать сообщение, нужно ваше согласие", "Согласие на обработку"]},
        ]
    )


@pytest.mark.virtual
async def test_an_audit_log_that_ends_before_its_last_checkpoint_starts_the_same_step(
    stage: EmulatedStage, player: Player
) -> None:
    """A failover that lost rows."""
    await stage.stop()
    path = audit_checkpoints.path_of(stage.settings)
    audit_checkpoints.note(path, COMMUNITY, Head(10_000, "a" * 64), NOW)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recovery, "LATE", timedelta())
        await stage.start()
    await player.play([{"чат cur видит": ["Бот восстановлен из копии от неизвестного времени"]}])
    await stage.restart()
    await stage.settle()
    summaries = [one.text for one in await stage.chat("cur") if "Бот восстановлен из копии" in one.text]
    assert len(summaries) == 1, "once: what is lost is noted"


async def test_what_was_written_after_an_erasure_comes_back_and_nothing_of_before_it(
    stage: EmulatedStage, player: Player, copies: Copies
) -> None:
    """R14: the erasure list keeps the cut. The copy knows nothing of the request; her new number is void, its
    words are in her draft, and of what she asked to be erased nothing is left, though VK shows it all."""
    await player.play([{"отправила": "мария", "текст": HOLE}, {"чат miass-gorod видит": ["Состояние: "]}])
    await copies.make()
    await player.play(
        [
            {"мария": "Удалить мои данные"},
            {"мария нажимает": "Да, удалить"},
            {"мария слышит": ["Удалим ваши данные не позднее"]},
            {"мария": SNOW},
            {"мария слышит": ["Согласие на обработку персональных данных", "[Даю согласие]"]},
            {"мария нажимает": "Даю согласие"},
            {"мария слышит": ["То, что было раньше, удалили."]},
            {"мария нажимает": "Снег и лёд на дороге"},
            {"мария нажимает": "Отправить"},
            {"мария слышит": ["✅ Приняли"]},
        ]
    )
    old, void = await numbers(stage, "мария")
    await copies.put_back()
    await player.play(
        [
            {
                "мария слышит": [
                    LAST,
                    f"Сообщение не сохранилось: Снег и лёд на дороге · Миасс, Мира, 3, №{void}.",
                    "Проверьте: ",
                ]
            },
            {"мария нажимает": "Отправить"},
            {"мария слышит": ["✅ Приняли"]},
            {"чат miass-gorod видит": ["Не убирают снег", "Состояние: "]},
        ]
    )
    assert stage.bot is not None
    known = await stage.bot.db.run(lambda tx: everything_about(tx, RESIDENTS["мария"]))
    (kept,) = known["appeals"]
    assert kept["code"] not in (old, void)
    assert "Мира" in repr(known) and "Ленина" not in repr(known) and old not in repr(known["appeals"])
