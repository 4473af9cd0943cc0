"""The second voter of topics: what was learned from written phrases, beside the words of the directory."""

from __future__ import annotations

import json
import subprocess
import sys
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import Matcher
from matching.topics.voter import model, vote
from matching.topics.voter.features import BUCKETS, LETTERS, WORDS, features, of_word, words
from matching.topics.voter.model import MIDDLE, NOTHING, odds
from matching.topics.voter.weights import BIAS, TOPICS, VERSION
from states.directory import Directory, Group, Topic
from states.finder import TopicGuess
from tests import example
from tests.cost import cost
from tests.matching.training import topics as training
from tests.matching.training.topics_learn import learned
from tests.matching.training.topics_rows import PHRASES, Row, digest, opened, written

DIRECTORY, MATCHER = example.region(), example.matcher()
OFFERED, SURE = {"written": 0.62, "people_4": 0.82}, {"written": 0.75, "people_4": 0.93}
"""Of the phrases held out, which are hard on purpose, and of the set of another writer: offered, and rightly sure."""
LEAST, LARGEST = 24, 1_000_000
YARD = "В арку нашего дома на машине не заехать, колесо провалилось в выбоину, асфальт весь разбит"


def test_the_phrases_are_many_for_every_topic() -> None:
    codes = [code for row in written() for code in row.topics if code != NOTHING]
    assert set(codes) == {topic.code for topic in DIRECTORY.topics}
    assert min(map(codes.count, set(codes))) >= LEAST and len({row.text for row in written()}) == len(written())


def test_what_was_held_out_is_heard_as_it_was_measured() -> None:
    """Measured by `python -m tests.matching.training.topics --held-out`, for it takes a minute."""
    told = json.loads(training.FIGURES.read_text(encoding="utf-8"))
    assert told["version"] == VERSION == f"topics-{digest()}", "other phrases: make and measure the weights anew"
    for name, bar in OFFERED.items():
        both, alone = told[name]["both"], told[name]["words"]
        assert both["offered"] >= bar * both["phrases"] and both["offered"] > alone["offered"], name
        assert both["first"] > alone["first"], name
        assert both["sure and right"] >= SURE[name] * both["sure"], name
        assert both["sure and right"] * alone["sure"] > alone["sure and right"] * both["sure"], name


def test_topics_are_those_of_the_directory_and_the_file_is_small() -> None:
    assert set(TOPICS) == {*(topic.code for topic in DIRECTORY.topics), NOTHING} and len(BIAS) == len(TOPICS)
    assert (Path(model.__file__).parent / "weights.py").stat().st_size <= LARGEST


def test_what_was_packed_is_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows, learned twice: the same weights, and the sums of the file are those of the table."""
    few = [Row((TOPICS[at % 9],), row.text) for at, row in enumerate(written()[:180])]
    one, other = (training.quantized(*learned(few, TOPICS)) for _ in range(2))
    assert (one[0] == other[0]).all() and one[0].any() and np.abs(one[0]).max() < MIDDLE
    monkeypatch.setattr(training, "WEIGHTS", tmp_path / "weights.py")
    training.write(*one)
    made: dict[str, object] = {}
    exec((tmp_path / "weights.py").read_text(encoding="utf-8"), made)  # noqa: S102 - it was written a line above
    monkeypatch.setattr("matching.topics.voter.weights.WEIGHTS", made["WEIGHTS"])
    model._table.cache_clear()
    try:
        found = features(few[0].text)
        assert model.sum_weights(found) == one[0][found].sum(0).astype(int).tolist()
    finally:
        model._table.cache_clear()


def test_what_it_hears_of_a_text() -> None:
    assert words("Не горит фонарь, дом 15, и на нём 2 лампы") == [
        "не",
        "горит",
        "фонарь",
        "дом",
        "#",
        "нем",
        "#",
        "лампы",
    ]
    assert len(words("слово " * 200)) == WORDS and len(of_word("а" * 500)) == len(of_word("а" * LETTERS))
    assert features("") == [] and all(0 <= feature < BUCKETS for feature in features("яма яма на дороге"))
    assert len(features("яма")) < len(features("яма яма")) < 2 * len(features("яма")) + 2
    assert odds("") == {} and odds("ъъъ") == {}


def test_a_story_without_a_word_of_the_directory_finds_its_topic() -> None:
    found = MATCHER.topic(YARD)
    assert "blago-yamy-dvor" in found.topics


def test_both_together_are_one_and_words_count() -> None:
    told = {"a": 1.0, "b": 1.0, NOTHING: 0.0}
    shares = vote.together(told, {"b": 10.0, "c": 99.0})
    assert set(shares) == {"a", "b"} and shares["b"] > shares["a"] and sum(shares.values()) < 1
    assert vote.together({}, {"a": 5.0}) == {}


WORDS_SAY = TopicGuess(("a", "b"), sure=True)


@pytest.mark.parametrize(
    ("shares", "by_words", "expected"),
    [
        ({}, WORDS_SAY, WORDS_SAY),
        ({"z": 0.9}, TopicGuess(("new",), sure=True), TopicGuess(("new",), sure=True)),
        ({"a": 0.99, "b": 0.01}, TopicGuess(), TopicGuess(("a", "b"), sure=True)),
        ({"a": 0.95, "b": 0.02}, TopicGuess(("b",), sure=True), TopicGuess(("a", "b"))),
        ({"a": 0.91, "b": 0.02}, TopicGuess(("a",)), TopicGuess(("a", "b"), sure=True)),
        ({"a": 0.5, "b": 0.3}, WORDS_SAY, TopicGuess(("a", "b"), sure=True)),
        ({"a": 0.3, "b": 0.5}, WORDS_SAY, TopicGuess(("b", "a"))),
        ({"a": 0.5, "b": 0.3}, replace(WORDS_SAY, sure=False), TopicGuess(("a", "b"))),
        ({"a": 0.95, "b": 0.01}, TopicGuess(("a", "new")), TopicGuess(("a", "b", "new"))),
        ({"a": 0.19, "b": 0.1}, TopicGuess(), TopicGuess()),
        ({"a": 0.1, "b": 0.05}, WORDS_SAY, TopicGuess(("a", "b"))),
        ({"a": 0.1, "b": 0.05}, replace(WORDS_SAY, sure=False), TopicGuess()),
        ({"a": 0.001, "b": 0.002, "gone": 0.9}, WORDS_SAY, replace(WORDS_SAY, sure=False)),
    ],
)
def test_what_is_offered(shares: dict[str, float], by_words: TopicGuess, expected: TopicGuess) -> None:
    """By words alone where these name what nothing was learned of, and where the learned ones are gone."""
    assert vote.guess(shares, by_words, {"a", "b", "new"}, 3) == expected
    assert len(vote.guess(shares, by_words, {"a", "b", "new"}, 0).topics) <= len(by_words.topics)


OTHER = Directory(
    "Область",
    "",
    "",
    groups=(Group("all", "Всё"),),
    topics=(
        Topic("pits", "all", "Ямы", words=("яма на дороге",)),
        Topic("zhkh-lift", "all", "Лифт", words=("не работает лифт",)),
        Topic("weeds", "all", "Борщевик", words=("заросли борщевика",)),
    ),
)


def test_a_directory_of_other_codes_is_heard_by_its_words() -> None:
    matcher = Matcher(OTHER)
    assert matcher.topic("яма на дороге").topics == ("pits",) and matcher.topics("яма на дороге") == ("pits",)
    assert matcher.topic("застряли в кабине между этажами, диспетчер молчит").topics == ("zhkh-lift",)
    assert matcher.topic("заросли борщевика у лифта").topics[0] == "weeds"
    assert matcher.topic("нет горячей воды").topics == () == matcher.topics("нет горячей воды")


def test_a_word_that_the_directory_has_learned_since_counts() -> None:
    """What an editor of the directory adds is heard without a new training."""
    topics = [
        replace(topic, words=(*topic.words, "глюкотрон барахлит")) if topic.code == "zhkh-lift" else topic
        for topic in DIRECTORY.topics
    ]
    assert "zhkh-lift" in Matcher(replace(DIRECTORY, topics=tuple(topics))).topic("глюкотрон барахлит").topics


def test_a_message_costs_little() -> None:
    """Of 75 words that were not heard before. With those that were it is half a millisecond."""
    told = " ".join(row.text for row in opened("people_4.yaml")).split()
    texts = [" ".join(told[at : at + 75]) for at in range(0, len(told) - 75, 75)]
    for text in texts:
        MATCHER.scores(text)  # which stems the same words

    def hear() -> None:
        odds.cache_clear()
        of_word.cache_clear()
        for text in texts:
            odds(text)

    odds("яма")
    assert cost(hear) < 0.0011 * len(texts)


def test_nothing_is_loaded_before_the_first_text_and_numpy_never() -> None:
    code = (
        "import sys\nfrom matching import Matcher\nfrom states.directory import Directory\n"
        "found, big = Matcher(Directory('', '', '')), 'matching.topics.voter.weights'\n"
        "assert big not in sys.modules\n"
        "found.topic('яма на дороге')\n"
        "assert big in sys.modules and 'numpy' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=PHRASES.parents[2], check=False).returncode == 0


def test_the_tables_are_small() -> None:
    starts, topics, levels = model._table()
    assert sum(len(column) * column.itemsize for column in (starts, topics, levels)) < 2_000_000
    assert isinstance(levels, array) and max(topics) < len(TOPICS)
