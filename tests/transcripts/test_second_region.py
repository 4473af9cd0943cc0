"""Another region from another list, without a line of code changed: the bot leads its residents to its agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.region.directory_file import read
from matching import Matcher
from matching.learned.model import Learned
from matching.learned.training import train
from states.directory import Directory
from tests.matching.learned import messages
from tests.transcripts.pure import PureStage
from tests.transcripts.script import Player
from tests.transcripts.second_region import files, written
from tests.yaml_text import yaml_of

TALK = """
- мария: Паром не ходит третий день, переправа закрыта, посёлок Дальний Кут, причал у магазина
- мария слышит: ["Согласие на обработку персональных данных", "[Даю согласие] [Не даю]"]
- мария нажимает: Даю согласие
- ждать: 5
- мария слышит: ["Напишите адрес или место", "[Не знаю адрес]"]
- мария нажимает: Не знаю адрес
- мария слышит: ["Проверьте: ", "паромная переправа", "Заозёрье", "Ответит управление вод", "[Отправить]"]
- мария нажимает: Отправить
- мария слышит: ["✅ Приняли. Ответит управление вод", "№"]
- чат vodhoz видит: ["Паромная переправа · Заозёрье", "[Принять] [Ответить] [Не наше] [Ещё]"]
- чат vodhoz отвечает: Паром вышел на линию сегодня в девять утра.
- ждать: 31
- мария слышит: ["Ответ на сообщение №", "Паром вышел на линию"]
"""


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return read(written(tmp_path_factory.mktemp("second") / "ozernyy"))


async def test_a_resident_of_another_region_is_answered(lakes: Directory) -> None:
    talk: list[dict[str, Any]] = yaml_of(TALK)
    agencies = tuple(lakes.agency_by_code)
    await Player(PureStage(lakes, Matcher(lakes), agencies=agencies)).play(talk)


def test_its_places_topics_and_routes_are_its_own(lakes: Directory) -> None:
    find = Matcher(lakes)
    assert find.place("Живу в Кремнёвске, улица Новая").places == ("kremnevsk",)
    twice = find.place("посёлок Лиственка")
    assert set(twice.places) == {"zaozersky", "beloborsky"}
    assert not twice.sure
    assert find.topics("Не горит фонарь у дома")[0] == "svet"
    named = {place.code: lakes.agency_for("svet", place.code) for place in lakes.places}
    assert {code: agency and agency.code for code, agency in named.items()} == {
        "kremnevsk": "kremn", "beloborsky": "belo", "zaozersky": None, "uzhny": None,
    }  # fmt: skip
    assert find.place("Миасс, улица Ленина, 5").places == (), "the first region is not known here"


def test_a_model_of_another_region_harms_nobody(lakes: Directory) -> None:
    """Its topics are other topics: the words of this directory decide."""
    foreign = Learned.of(train(messages(300)).content)
    assert Matcher(lakes, foreign, 1).topic("Не горит фонарь у дома, темно").topics[0] == "svet"


def test_its_own_first_messages_teach_it(lakes: Directory) -> None:
    """From two hundred messages on."""
    topics = {topic.code: topic.words for topic in lakes.topics}
    taught = [
        one.__class__(f"{one.text}, {topics[code][at % len(topics[code])]}", code, day=at, author=one.author)
        for at, one in enumerate(messages(240))
        for code in [list(topics)[at % len(topics)]]
    ]
    found = train(taught, named=Matcher(lakes).scores)
    guess = Matcher(lakes, Learned.of(found.content), 1).topic("Автолавка не приезжает")
    assert guess.topics[0] == "magazin"
    assert found.report.held > 0


def test_the_list_is_another(lakes: Directory) -> None:
    first = read(Path(__file__).parents[2] / "regions" / "chelyabinsk")
    assert not {place.name for place in first.places} & {place.name for place in lakes.places}
    assert not {agency.name for agency in first.agencies} & {agency.name for agency in lakes.agencies}
    assert len(files()) == 5
