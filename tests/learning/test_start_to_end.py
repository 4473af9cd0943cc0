"""`bot train` as a process beside a running bot: learned, taken over, forgotten, no way back; from a file; no trace."""

from __future__ import annotations

import asyncio
import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.rig.stand import COMMUNITY, asked
from bot.config.keys import master_of
from bot.process.clock import Clock
from storage.db.database import Database
from storage.ops import bulk
from tests.form import PATIENT
from tests.learning.made import FILLED, SECRET, WORDS, appeals, examples
from tests.learning.test_trainer import NOWHERE, WATCHED
from tests.operation.typed import Post, Running, post
from vk_emulator.server import Emulator, running

TAKEN = "Принята модель № {number}."


async def lived(here: Post, count: int = 400) -> None:
    """Messages that people have decided lie in the database."""
    db = await Database.open(here.settings.database_url, master=master_of(here.settings), community=COMMUNITY)
    try:
        await db.run(lambda tx: bulk.keep(tx, appeals(Clock().now(), count)))
    finally:
        await db.close()


def lines(bot: Running, event: str) -> list[dict[str, object]]:
    return [one for one in map(json.loads, bot.said().splitlines()) if one["event"] == event]


async def forgotten(here: Post, emulator: Emulator, bot: Running) -> None:
    done = await here.typing("erasures", "ask", "50001")
    assert done.code == 0, done
    emulator.call("emulator.advanceClock", seconds=120)
    for _ in range(int(PATIENT / 0.1)):
        if lines(bot, "forgotten"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(bot.said())


async def test_learned_taken_over_forgotten_and_no_way_back(tmp_path: Path, template: Path) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = post(tmp_path / "bot", emulator.url, template, erasure_minutes=0)
        await lived(here)
        with here.starts() as bot:
            await bot.until('"started"')
            done = await here.typing("train", "--own", "--yes")
            assert done.code == 0, done
            assert "Решённых сообщений: 400." in done.out and "Учится на всех." in done.out
            assert TAKEN.format(number=1) in done.out and "Бот уже решает с ней" in done.out
            assert [one["version"] for one in lines(bot, "model")] == [1]
            await forgotten(here, emulator, bot)
            done = await here.typing("train", "--own", "--yes")
            assert done.code == 1 and "не лучше" in done.out, "no better than the one that saw them"
            assert "Решённых сообщений: 393." in done.out, "one of sixty people had seven of four hundred"
            done = await here.typing("train", "--own", "--yes", "--anyway")
            assert done.code == 0 and TAKEN.format(number=2) in done.out, done
            assert "Прежние модели удалены (№ 1)" in done.out
            (await here.typing("train", "--back")).refused("Возвращаться не к чему")
            listed = (await here.typing("train", "--list")).out
            assert listed.count("№") == 1 and "№ 2  работает сейчас" in listed
            assert [one["version"] for one in lines(bot, "model")] == [1, 2]
            state = await asked(here.settings, "model_state")
            assert state == {"number": 2, "trouble": "", "ends": ""}
            done = await here.typing("check", "--all")
            assert "✓ Темы подсказывает модель № 2." in done.out
            assert await bot.stopped() == 0
        done = await here.typing("replay")
        assert "Решает с моделью № 2." in done.out, done
        done = await here.typing("train", "--adopt", "0")
        assert done.code == 0 and "Бот решает без обучения" in done.out
        assert "Решает без обучения." in (await here.typing("replay")).out


@pytest.fixture
def here(tmp_path: Path, template: Path) -> Post:
    return post(tmp_path, template=template)


def table(folder: Path, heads: tuple[str, ...] = ("Текст", "Тема", "Дата", "Автор"), count: int = 400) -> str:
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(heads)
        for one in examples(count):
            writer.writerow([one.text, one.topic, date.fromordinal(one.day).isoformat(), f"автор {one.author}"])
        writer.writerow(["Пропал дракон", "Драконы", "", ""])
    return "rows.csv"


class TestFile:
    def test_learned_and_adopted(self, here: Post) -> None:
        done = here.types("train", "--from", table(here.folder), "--yes")
        assert done.code == 0, done
        assert "тема: столбец «тема»" in done.out and "Строк понято: 400." in done.out
        assert "«Драконы»: 1" in done.out and "дракон" not in done.out
        assert TAKEN.format(number=1) in done.out and "Бот возьмёт её, когда запустится" in done.out
        assert "по файлу" in here.types("train", "--list").out
        assert not any(word in done.out for word in (*WORDS.values(), *FILLED))

    def test_columns_by_a_file(self, here: Post) -> None:
        heads = ("Что случилось", "О чём", "Когда", "Кто")
        (here.folder / "columns.yaml").write_text("text: Что случилось\ntopic: О чём\nday: Когда\n", encoding="utf-8")
        done = here.types("train", "--from", table(here.folder, heads), "--yes")
        done.refused("Не понять, в каком столбце: текст сообщения, тема", "--columns")
        done = here.types("train", "--from", "rows.csv", "--columns", "columns.yaml", "--yes")
        assert done.code == 0 and TAKEN.format(number=1) in done.out, done

    def test_columns_by_answers_and_no_to_the_model(self, here: Post) -> None:
        name = table(here.folder, ("Что случилось", "О чём", "Когда", "Кто"))
        answers = "9\n1\n2\nn\n"
        done = subprocess.run(
            [sys.executable, "-m", "bot", "train", "--from", name],
            cwd=here.folder, env=here.env(), input=answers, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done
        assert done.stdout.count("В каком столбце текст сообщения? Номер") == 2, "there is no ninth column"
        assert "Модель № 1 сохранена" in done.stdout
        assert "№ 1  предложена" in here.types("train", "--list").out
        assert TAKEN.format(number=1) in here.types("train", "--adopt", "1").out

    def test_auto_asks_nobody(self, here: Post) -> None:
        done = here.types("train", "--from", table(here.folder), BOT_LEARNING_ADOPT="auto")
        assert done.code == 0 and TAKEN.format(number=1) in done.out, done


class TestRefused:
    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ([], "Укажите одно из"),
            (["--own", "--back"], "Укажите одно из"),
            (["--back"], "Возвращаться не к чему"),
            (["--adopt", "5"], "Модели № 5 нет"),
            (["--own"], "мало решённых сообщений: 0"),
            (["--from", "nothing.csv"], "не прочитать"),
            (["--from", "few.csv"], "мало решённых сообщений: 20"),
        ],
    )
    def test_in_a_sentence(self, typed: list[str], why: str, here: Post) -> None:
        table(here.folder, count=20)
        (here.folder / "rows.csv").rename(here.folder / "few.csv")
        here.types("train", *typed).refused(why)
        assert "Моделей нет" in here.types("train", "--list").out


CLI = "from bot.cli.cli import main; sys.argv = ['bot', 'train', '--own', '--yes']; main()"


async def test_no_plain_word_is_written_to_a_disk(here: Post) -> None:
    """The command, which has the database open, writes no file but the database: there all is sealed."""
    await lived(here)
    program = WATCHED.format(allowed=(*NOWHERE, "bot.db", "bot.db.keys", "bot.db.lock-file"), then=CLI)
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-B", "-c", program], cwd=here.folder,
        env=here.env(TMPDIR=str(here.folder)), capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0 and TAKEN.format(number=1) in done.stdout, done
    left = {path.name: path.read_bytes() for path in here.folder.iterdir() if path.is_file()}
    assert left
    for word in (SECRET, *WORDS.values()):
        assert not [name for name, held in left.items() if word.encode() in held], word
        assert word not in done.stdout + done.stderr
