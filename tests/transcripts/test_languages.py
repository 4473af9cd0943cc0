"""A resident chooses another language in the dialogue and reads a whole conversation in it; officials read Russian.

The language is ours with every sentence in capitals: whatever stays small was never said through its key.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

import features
from bot.delivery.work import in_other_words
from bot.feature import voices_in
from bot.region import wordings
from bot.region.directory_errors import DirectoryErrors
from bot.region.voice import Voice, hear, in_words_of
from bot.region.voices import findings
from handlers.decide import decide
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import Idle
from states.effects import AnswerButton, Edit, Send
from states.events import MessageNew
from states.facts import Rules
from states.messages import Command, Message
from states.people.languages import Language
from states.screen import Button, Keyboard
from tests import example
from tests.handlers.given import ANNA, dialogue, facts
from tests.small import NOW
from tests.transcripts.emulated import emulated, sqlite_url
from tests.transcripts.pure import PureStage
from tests.transcripts.script import Player
from tests.yaml_text import yaml_of
from vk_emulator.server import running

TALKS: dict[str, list[dict[str, Any]]] = {
    file.stem: yaml_of(file.read_text(encoding="utf-8"))
    for file in (Path(__file__).parent / "languages").glob("*.yaml")
}
"""One alone, and two of one incident: whoever chose nothing reads Russian, also of what the other hears loud."""
CONSENT = "СОГЛАСИЕ. Кому: {operator}, {address}. Сколько дней: {days}. Отозвать: {email}"
HEADER = f'language: {{name: "ГРОМКИЙ", words: ["громко"], consent: "{CONSENT}"}}\n'


def loud(words: str) -> str:
    """Places stand as they are."""
    return "".join(piece if at % 2 else piece.upper() for at, piece in enumerate(re.split(r"(\{[^{}]*\})", words)))


def whole() -> str:
    """Sentences of the law hold in Russian whatever stands beside them."""
    said = ((sentence, loud(sentence.was)) for sentence in wordings.every() if sentence.key not in wordings.LAW)
    return HEADER + wordings.as_file(said)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("region")
    (made / "texts.xx.yaml").write_text(whole(), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def voices(folder: Path) -> dict[str, Voice]:
    return voices_in(folder, features.installed())


@pytest.mark.parametrize("talk", TALKS)
async def test_a_whole_conversation_is_read_in_it(voices: dict[str, Voice], talk: str) -> None:
    stage = PureStage(example.region(), example.matcher(), voices=voices)
    await Player(stage).play(TALKS[talk])


@pytest.mark.parametrize("talk", TALKS)
async def test_the_running_bot_speaks_it(folder: Path, tmp_path: Path, talk: str) -> None:
    """From the folder's file to the letter in VK."""
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), example.region(), region_folder=str(folder)) as stage,
    ):
        await Player(stage).play(TALKS[talk])


HUSH = 'texts.LANGUAGE:\n  - was: "Дальше пишем по-русски."\n    now: "Тише."\n'
NAMED = 'language: {name: "ТИХИЙ", words: ["тихо"]}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- нет\n", "нужен раздел language"),
        (HUSH, "нужен раздел language"),
        ("language: {name: ТИХИЙ, words: []}\n" + HUSH, "нужен раздел language"),
        ("language: {name: 5, words: [тихо]}\n" + HUSH, "нужен раздел language"),
        (NAMED, "нет фразы texts.LANGUAGE"),
        (NAMED.replace("}", ", consent: 5}") + HUSH, "consent — текст согласия"),
        (NAMED.replace("}", f", consent: {'я' * 3501}}}") + HUSH, "consent — текст согласия"),
        (NAMED.replace("}", ', consent: "да, {operator}"}') + HUSH, "нужны места {address}, {days}, {email}"),
        (NAMED.replace("}", f', consent: "{CONSENT} {{"}}') + HUSH, "лишних скобок"),
        (NAMED + HUSH.replace("Тише.", "{code}"), "лишнее место {code}"),
    ],
)  # fmt: skip
def test_a_file_in_doubt_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "texts.aa.yaml").write_text(text, encoding="utf-8")
    (finding,) = findings(tmp_path)
    assert finding.wrong and said in finding.todo
    with pytest.raises(DirectoryErrors, match=re.escape(said)):
        voices_in(tmp_path, ())


def test_a_few_sentences_are_enough(tmp_path: Path) -> None:
    """The others are the region's own, or ours; a folder with a language is still a directory."""
    (tmp_path / "texts.aa.yaml").write_text(NAMED + HUSH, encoding="utf-8")
    own = 'texts.ASK_CHANGE:\n  - was: "Что изменить?"\n    now: "Что поменять?"\n'
    (tmp_path / "texts.yaml").write_text(own, encoding="utf-8")
    (finding,) = findings(tmp_path)
    assert finding.text.startswith("Язык «ТИХИЙ»: фраз 1 из ")
    made = voices_in(tmp_path, features.installed())["aa"]
    spoken = vars(sys.modules["said_in_aa.handlers.text.texts"])
    assert (spoken["LANGUAGE"], spoken["ASK_CHANGE"], texts.ASK_CHANGE) == ("Тише.", "Что поменять?", "Что изменить?")
    assert made.decide.__module__ == "said_in_aa.handlers.decide"
    assert voices_in(tmp_path / "nowhere", ()) == {} and list(findings(tmp_path / "nowhere")) == []


class NoDialogues:
    """A transaction of a database in which nobody has written yet."""

    keys = SimpleNamespace(unseal=AsyncMock(return_value=[]))

    async def rows(self, *_: object) -> list[object]:
        return []


def say(cause: str, text: str, action: str = "menu") -> Send:
    return Send(ANNA, cause, text, keyboard=Keyboard(((Button(text, Command(action)),),)))


def test_only_words_are_taken() -> None:
    """Whatever else the other says, or does under its labels, stays ours; and so do chats."""
    card, ours = Send(2_000_000_001, "card", "Карточка"), say("a", "Да")
    pressed = AnswerButton("e", ANNA, ANNA, "Готово")
    mine = Decision(effects=(card, ours, Edit(ANNA, "b", "t", "Текст"), pressed))
    others = (replace(card, text="CARD"), say("a", "YES"), Edit(ANNA, "b", "t", "TEXT"), replace(pressed, text="DONE"))
    told = in_words_of(mine, {ANNA: Decision(effects=others, ignored="whatever")})
    assert told == replace(mine, effects=(card, *others[1:]))
    for other in (say("a", "YES", "erase"), say("b", "YES")):
        lone = Decision(effects=(ours,))
        assert in_words_of(lone, {ANNA: Decision(effects=(other,))}) == lone
    assert in_words_of(mine, {ANNA: Decision()}) == mine


def test_a_language_that_is_gone_is_not_chosen() -> None:
    pressed = MessageNew(Message(ANNA, 5, ANNA, NOW, command=Command(actions.LANGUAGE, "xx")))
    decision = decide(facts(dialogue(Idle())), pressed)
    assert decision.dialogue is not None and decision.dialogue.language == ""
    assert texts.STALE in next(effect.text for effect in decision.effects if isinstance(effect, Send))


async def test_who_chose_nothing_or_what_is_gone_reads_the_words_of_the_panel() -> None:
    """Also before there is a dialogue; without such words ours stay."""
    panel = Voice(Language("", "Русский", ()), lambda *_: Decision(effects=(say("a", "Угу"),)), Rules(), {"угу": "Да"})
    ours, talk = Decision(effects=(say("a", "Да"),)), replace(dialogue(Idle()), language="gone")
    said, tx = MessageNew(Message(ANNA, 5, ANNA, NOW, "Угу")), cast("Any", NoDialogues())
    for known in (facts(talk), facts(dialogue(Idle())), facts(None)):
        for voices, read in (({"": panel}, "Угу"), ({"tt": panel}, "Да")):
            bot = cast("Any", SimpleNamespace(voices=voices))
            decision = await in_other_words(tx, bot, known, said, ours)
            assert [effect.text for effect in decision.effects if isinstance(effect, Send)] == [read]
    heard = hear({"": panel}, facts(talk), said)
    assert isinstance(heard, MessageNew) and heard.message.text == "Да"


async def test_words_that_fail_cost_no_answer() -> None:
    def fails(_: object, __: object) -> Decision:
        raise KeyError

    talk = replace(dialogue(Idle()), language="xx")
    bot: Any = SimpleNamespace(voices={"xx": Voice(Language("xx", "ГРОМКИЙ", ("громко",)), fails, Rules(), {})})
    tx: Any = None
    ours = Decision(effects=(say("a", "Да"),), dialogue=talk)
    pressed = MessageNew(Message(ANNA, 5, ANNA, NOW))
    assert await in_other_words(tx, bot, facts(talk), pressed, ours) == ours
