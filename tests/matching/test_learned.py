"""A model learns what people decided, says how sure it is, and keeps nothing that few people have."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest

from matching.learned import measured, rows
from matching.learned.example import OWN, SHIPPED, Accuracy, Confusion, Example, Least, Report, TooFew
from matching.learned.features import features
from matching.learned.model import UNITS, Learned, UnreadableModel
from matching.learned.rows import ReadExamples, table_of
from matching.learned.training import FEWEST, TEMPERATURES, split, train
from screening.words import stem
from tests.matching.learned import SAID, messages

KNOWN = messages(1_200)


@pytest.fixture(scope="module")
def trained() -> tuple[Learned, Report]:
    lines: list[str] = []
    found = train(KNOWN, told=lines.append)
    assert lines == ["read", "measure", "train"]
    return Learned.of(found.content), found.report


def test_it_knows_what_it_was_taught(trained: tuple[Learned, Report]) -> None:
    model, report = trained
    assert set(model.topics) == set(SAID)
    assert report.examples == 1_200
    assert report.topics == 5
    assert report.model.first > 0.95
    assert report.calibration < 0.1
    assert report.covered > 0.9
    assert (report.since, report.until) == (1_020, 1_199)
    shares = model.probabilities("В подъезде опять не работает лифт", "south", {})
    assert max(shares, key=lambda topic: shares[topic]) == "lifts"
    assert sum(shares.values()) == pytest.approx(1)


def test_the_place_tells_where_the_words_do_not(trained: tuple[Learned, Report]) -> None:
    model, _ = trained
    here, there = (model.probabilities("помогите нам", place, {}) for place in ("north", "south"))
    assert here["lamps"] > there["lamps"]
    assert here["lifts"] < there["lifts"]
    assert model.probabilities("помогите нам", "elsewhere", {}) == model.probabilities("помогите нам", None, {})


def test_an_empty_text_and_an_unknown_one_say_little(trained: tuple[Learned, Report]) -> None:
    model, _ = trained
    for text in ("", "zzz qqq"):
        assert max(model.probabilities(text, None, {}).values()) < 0.7


def test_the_same_examples_give_the_same_model() -> None:
    some = messages(300)
    assert train(some).content == train(some).content


def test_names_of_topics_help_where_little_is_known() -> None:
    """Matching without training knows topics that few messages have shown."""
    few = messages(120, seed=3)

    def named(text: str) -> dict[str, float]:
        return {topic: 10.0 for topic, said in SAID.items() if any(one in text for one in said)}

    found = train(few, named=named)
    model = Learned.of(found.content)
    assert model.names > 0
    assert found.report.names == Accuracy(1.0, 1.0)
    assert not found.report.better, "nothing is better than always right"
    sure = model.probabilities("не горит фонарь", None, {"lamps": 10.0})["lamps"]
    assert sure > model.probabilities("не горит фонарь", None, {})["lamps"]


def test_the_model_in_use_is_measured_on_the_same_messages(trained: tuple[Learned, Report]) -> None:
    report = train(KNOWN, used=trained[0]).report
    assert report.used is not None
    assert report.used.first > 0.95
    assert not Report(1, 1, 1, 1, 0, 0, Accuracy(0.5, 0.9), used=Accuracy(0.6, 0.9)).better
    assert Report(1, 1, 1, 1, 0, 0, Accuracy(0.6, 0.9), used=Accuracy(0.5, 0.9)).better
    assert Report(1, 1, 1, 1, 0, 0, Accuracy(0.6, 0.9)).better


def test_a_topic_that_only_the_newest_messages_have_counts_as_missed() -> None:
    new = [Example(f"борщевик у реки номер {'абвгдежзик'[at % 10]}{at}", "weeds", day=2_000 + at) for at in range(50)]
    report = train([*KNOWN[:600], *new]).report
    assert any(one.decided == "weeds" for one in report.confusions)


def test_where_all_that_is_new_surprises_the_model_is_as_unsure_as_it_can_be() -> None:
    older = [Example(text, "pits", day=at) for at, text in enumerate(["яма"] * 100)]
    newer = [Example(f"лифт стоит {word}", "lifts", day=500) for word in ("год", "день", "час", "век") * 5][:17]
    model = Learned.of(train([*older, *newer]).content)
    assert (model.temperature, model.names) == (max(TEMPERATURES), 0.0)


def test_too_few_are_refused() -> None:
    with pytest.raises(TooFew) as refused:
        train(messages(FEWEST - 1))
    assert (refused.value.found, refused.value.wanted) == (FEWEST - 1, FEWEST)
    with pytest.raises(TooFew):
        train([Example("яма на дороге", "pits", day=day) for day in range(FEWEST)])


def test_a_text_that_stood_there_before_does_not_judge() -> None:
    read = ReadExamples.of([*KNOWN[:200], Example(KNOWN[0].text.upper(), KNOWN[0].topic, day=5_000)])
    older, newer = split(read)
    assert 200 not in newer
    assert not set(older) & set(newer)
    assert not {int(read.texts[at]) for at in older} & {int(read.texts[at]) for at in newer}


# What it keeps.

PLANTED = "Арбузников-Тыквин Евграф, телефон 89127775533, улица Ахматовского-Заречного 17 квартира 94"


def planted(times: int, people: int) -> list[Example]:
    return [
        *KNOWN[:600],
        *(Example(f"{PLANTED}: {KNOWN[at].text}", KNOWN[at].topic, author=1_000 + at % people) for at in range(times)),
    ]


def hashes_of_planted() -> set[int]:
    """Words, pairs and letters that no other message has."""
    return features(PLANTED) - set().union(*(features(one.text) for one in KNOWN))


@pytest.mark.parametrize(("times", "people"), [(9, 9), (60, 4)])
def test_a_name_a_phone_or_an_address_of_few_comes_out_of_no_file(times: int, people: int) -> None:
    found = train(planted(times, people))
    model = Learned.of(found.content)
    assert not hashes_of_planted() & set(model.table.tolist())
    for word in ("Арбузников", "Евграф", "89127775533", "Ахматовского"):
        assert word.encode() not in found.content
        assert word not in repr(found.report)


def test_what_many_people_say_is_kept() -> None:
    """The check above can fail."""
    read = ReadExamples.of(planted(60, 30))
    assert hashes_of_planted() & set(table_of(read, OWN).tolist())
    assert hashes_of_planted() & set(table_of(read, SHIPPED).tolist())
    assert not hashes_of_planted() & set(table_of(read, Least(61, 1)).tolist())


def test_without_authors_each_text_is_a_person() -> None:
    same = ReadExamples.of([Example("редкое слово", "pits") for _ in range(40)])
    others = ReadExamples.of([Example(f"редкое слово {letter}", "pits") for letter in "абвгдежзиклм"])
    assert not len(table_of(same, OWN))
    assert crc32(f"w {stem('редкое')}".encode()) in table_of(others, OWN)


def test_a_file_stays_small_however_many_features_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read = ReadExamples.of(KNOWN)
    assert len(table_of(read, Least(1, 1))) > 10
    monkeypatch.setattr(rows, "CONTENT", 10 * UNITS)
    assert len(table_of(read, Least(1, 1))) == 10
    assert not len(table_of(ReadExamples.of([]), OWN))


def test_digits_are_all_the_same() -> None:
    assert features("дом 17") == features("дом 94")
    assert features("дом 17") != features("дом 7")


# The file.


def test_a_file_is_read_as_it_was_written(trained: tuple[Learned, Report]) -> None:
    model, _ = trained
    again = Learned.of(model.content())
    assert again.probabilities("нет воды", "north", {}) == model.probabilities("нет воды", "north", {})
    assert (again.topics, again.places) == (model.topics, model.places)


def test_what_is_no_model_is_refused(trained: tuple[Learned, Report]) -> None:
    content = trained[0].content()
    for broken in (b"", b"PK\x03\x04 nothing", content[: len(content) // 2], content[:-20] + b"0" * 20):
        with pytest.raises(UnreadableModel):
            Learned.of(broken)


@pytest.mark.parametrize("lacking", ["form", "units", "out", "fitted", "another form", "another shape", "other topics"])
def test_a_file_that_lacks_something_is_refused(trained: tuple[Learned, Report], lacking: str) -> None:
    from io import BytesIO

    with np.load(BytesIO(trained[0].content())) as kept:
        parts = dict(kept)
    if lacking == "another form":
        parts["form"] = np.int64(99)
    elif lacking == "another shape":
        parts["scales"] = parts["scales"][:-1]
    elif lacking == "other topics":
        parts["topics"] = parts["topics"][:-1]
    else:
        del parts[lacking]
    file = BytesIO()
    np.savez_compressed(file, **parts)
    with pytest.raises(UnreadableModel):
        Learned.of(file.getvalue())


# How it is measured.


def test_measures_by_hand() -> None:
    shares = np.array([[0.6, 0.3, 0.1, 0.0], [0.2, 0.5, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]], np.float32)
    assert measured.accuracy(shares, np.array([0, 0, -1])) == Accuracy(1 / 3, 2 / 3)
    assert measured.accuracy(shares[:0], np.array([], np.int64)) == Accuracy()
    most, right = np.array([0.9, 0.9, 0.5], np.float32), np.array([True, False, True])
    assert measured.calibration(most, right) == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.5)
    assert measured.calibration(most[:0], right[:0]) == 0.0
    assert measured.coverage(most, np.array([True, True, False])) == pytest.approx(2 / 3)
    assert measured.coverage(most, np.array([False, False, False])) == 0.0
    assert measured.coverage(most[:0], right[:0]) == 0.0
    found = measured.confusions(["pits", "lamps", "lamps"], ["pits", "pits", "pits"])
    assert found == (Confusion("pits", "lamps", 2),)
