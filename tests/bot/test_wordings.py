"""A region says any sentence in its own words; what would lose a number, a link or the law is refused in Russian."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.region import wordings
from bot.region.directory_errors import DirectoryErrors
from bot.region.wordings import LABEL, Sentence, as_file, every, read, trees_with_changes

ROOT = Path(__file__).parents[2]
MARK = "¤"

PLAYED = """
import asyncio, importlib, sys, types
import bot.cli.cli
from pathlib import Path
from bot.region import wordings
wordings.use(Path(sys.argv[1]))
import yaml
parts = {one.key.partition(".")[0] for one in wordings.every()}
for part, path in wordings.files().items():
    module = importlib.import_module(wordings._module(path))
    kept, todo = set(), list(vars(module).values())
    codes = [module.__loader__.get_code(module.__name__)]
    while codes:
        code = codes.pop()
        for one in code.co_consts:
            codes += [one] if isinstance(one, types.CodeType) else []
            kept |= {one} if isinstance(one, str) else set(one) if isinstance(one, tuple) else set()
    said = " ".join(str(one) for one in kept)
    assert "¤" in said or part not in parts, part
from tests import example
from tests.transcripts.pure import PureStage
from tests.transcripts.script import Player
stage = PureStage(example.region(), example.matcher())
asyncio.run(Player(stage).play(yaml.safe_load(sys.argv[2])))
lines = [line.raw["text"] for peer in stage.lines for line in stage.lines[peer] if line.raw["from_id"] < 0]
print(len(lines), [line for line in lines if "¤" not in line and "Согласие" not in line and line.strip()])
"""

TALK = """
- мария: Большая яма на дороге, город Миасс, улица Ленина, дом 5. Машины бьют колёса.
- мария слышит: ["Опасность для жизни — звоните 112.¤"]
- ждать: 5
- мария нажимает: Даю согласие
- мария слышит: ["Ответит администрация Миасса.¤ [Отправить¤] [Изменить¤] [Отмена¤]"]
- мария нажимает: Отправить¤
- мария слышит: ["✅ Приняли.", "[Мои сообщения¤]"]
- чат miass-gorod видит: ["[Принять¤] [Ответить¤] [Не наше¤] [Ещё¤]"]
- чат miass-gorod нажимает: Принять¤
  видно: Приняли. Житель узнает.¤
- мария слышит: ["приняли в работу", "¤"]
"""


def marked(one: Sentence) -> str:
    room = not wordings.on_button(one.was) or len(one.was) < LABEL
    return one.was + MARK if room else one.was[:-1] + MARK


def test_every_sentence_is_said_in_other_words(tmp_path: Path) -> None:
    """All at once: the whole file is right, each module loads with it, and a conversation has no word of ours."""
    everything = list(every())
    assert len(everything) > 900
    (tmp_path / "texts.yaml").write_text(as_file((one, marked(one)) for one in everything), encoding="utf-8")
    played = subprocess.run(
        [sys.executable, "-c", PLAYED, str(tmp_path), TALK], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert played.returncode == 0, played.stderr[-3000:]
    assert played.stdout.endswith("[]\n"), played.stdout


MENU = 'texts.MENU:\n  - was: "Напишите, что случилось и где."\n    now: "{}"\n'


def faults(folder: Path, text: str) -> list[str]:
    (folder / "texts.yaml").write_text(text, encoding="utf-8")
    try:
        trees_with_changes(read(folder))
    except DirectoryErrors as error:
        return list(error.lines)
    return []


def row(key: str, was: str, now: str) -> str:
    return as_file([(Sentence(key, was), now)])


RETURNED = next(one for one in every() if one.key == "texts.returned")
NOTICE = next(one for one in every() if one.key == "texts.notice")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MENU.format(""), "строка 2: у texts.MENU пусто в now."),
        (MENU.format("{code}"), "лишнее место {code}"),
        (MENU.format("Что { где"), "непарная фигурная скобка"),
        (MENU.format("Что? " * 60), "длиннее 200 букв"),
        (MENU.format("Подайте обращение."), "нельзя сказать «обращение»"),
        (MENU.format("Ответим за 30 дней."), "нельзя сказать тридцать дней"),
        (MENU.format("По 59-ФЗ."), "закон 59-ФЗ"),
        (MENU.replace("и где", "где").format("Что?"), 'теперь "Напишите, что случилось и где."'),
        (MENU.replace("MENU", "MENUS").format("Что?"), "фразы «texts.MENUS» нет. Может быть, «texts.MENU»?"),
        (MENU.replace("texts.MENU", "menu").format("Что?"), "python -m bot region words"),
        (row("texts.returned", RETURNED.was, RETURNED.was.replace("№{code}", "")), "место {code}"),
        (row("preview.preview", "Отправить", "Отправить тем, кто отвечает за это в городе"), "помещается на кнопке"),
        (row("screens.consent", "Даю согласие", "Ладно"), "такие слова не меняются"),
        (row("texts.answer_head", "Ответ на сообщение №{code}", "№{code}"), "такие слова не меняются"),
        (row("texts.notice", NOTICE.was, NOTICE.was.replace("официальное ", "")), "должно остаться"),
        (row("cards.place_name", "нигде", "там"), "теперь"),
        (row("cards.card", "нигде", "там"), "одна из"),
        ("texts.MENU: Что случилось?\n", "нужны was (как сейчас) и now (как надо)"),
        ("- Что случилось?\n", "нужны ключи фраз"),
        ("texts.MENU: [\n", "не читается"),
    ],
)  # fmt: skip
def test_what_would_be_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With the file, the line and what to do; R1, R2 and R8 hold for own words too."""
    found = faults(tmp_path, text)
    assert any(said in line for line in found), found
    (finding,) = wordings.findings(tmp_path)
    assert finding.wrong and finding.todo == "\n".join(found)
    assert all(line.startswith(f"файл {tmp_path / 'texts.yaml'}") for line in found)


def test_right_words_are_taken(tmp_path: Path) -> None:
    assert faults(tmp_path, MENU.format("Расскажите, что случилось и где.")) == []
    assert (
        faults(tmp_path, row("texts.FIRST_PAUSED", "{agency} новых сообщений пока не берёт", "пауза: {agency}")) == []
    )
    assert [one.text for one in wordings.findings(tmp_path)] == ["Фраз, сказанных своими словами: 1."]
    assert (
        wordings.findings(tmp_path / "nowhere") == []
        and read(tmp_path / "nowhere") == []
        and trees_with_changes([]) == {}
    )


def test_the_same_words_in_a_function_are_changed_together() -> None:
    """«Вопрос во вложении.» and its brothers: one row, each place."""
    tree = ast.parse("def a(x):\n    return 'Новости дня' if x else f'{x.y} {x.y} Новости', 'Новости дня'\n")
    found = wordings.sentences_of("t", tree)
    assert [(one.was, len(one.nodes)) for one in found.values()] == [("Новости дня", 2), ("{y} {y} Новости", 1)]


def test_keys_of_two_modules_are_never_the_same() -> None:
    parts = [path for pattern in wordings.HOLD for path in ROOT.glob(pattern) if path.stem != "__init__"]
    assert len(parts) == len(wordings.files())


def bot(*typed: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**small_env(), "BOT_REGION_FOLDER": str(folder), "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/no.db"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *typed], cwd=ROOT, capture_output=True, text=True, timeout=120, env=env
    )


def small_env() -> dict[str, str]:
    own = {
        "BOT_VK_TOKEN": "group-1", "BOT_OPERATOR_NAME": "О", "BOT_OPERATOR_ADDRESS": "Ч",
        "BOT_OPERATOR_EMAIL": "a@b.ru", "BOT_POLICY_URL": "https://b.ru/p",
    }  # fmt: skip
    return {**os.environ, **own}


def test_a_sentence_is_found_by_its_words_and_a_wrong_file_stops_the_start(tmp_path: Path) -> None:
    found = bot("region", "words", "приняли", "в работу", folder=tmp_path)
    assert found.stdout.startswith('texts.taken_to_work:\n  - was: "Сообщение №{code} приняли в работу: {agency}."\n')
    assert faults(tmp_path, found.stdout) == []
    assert bot("region", "words", "такого", "нет", "нигде", folder=tmp_path).returncode == 2
    (tmp_path / "texts.yaml").write_text(MENU.format("{code}"), encoding="utf-8")
    stopped = bot("run", folder=tmp_path)
    assert stopped.returncode == 2 and "лишнее место {code}" in stopped.stderr
