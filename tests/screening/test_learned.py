"""What the weights see: windows of whole sentences, families of words, sums that never change."""

from __future__ import annotations

from screening.learned import weights
from screening.learned.families import family
from screening.learned.features import WINDOW, of_framed, of_frames, of_pair, of_two, of_word, tokens, windows
from screening.learned.frames import frames
from screening.learned.sense import kinds, scores, sense_danger
from screening.words import cut


def test_words_and_signs_and_numbers() -> None:
    assert tokens("дом 15, горит!\nскорее") == ["дом", "#", "горит", "!", "скорее"]


def test_a_window_is_whole_sentences_as_long_as_they_fit() -> None:
    short, long = ["а", "."], ["б"] * (WINDOW - 1) + ["."]
    assert windows([]) == [[]]
    assert windows(short) == [short]
    assert windows(short * 2) == [short * 2]
    assert windows(short + long) == [short, long]
    assert windows(long + short + short) == [long, short + short]


def test_a_window_begins_with_the_sentence_before_where_both_fit() -> None:
    half = ["а"] * (WINDOW // 2 - 1) + ["."]
    assert windows(half * 3) == [half * 2, half * 2]


def test_a_long_sentence_is_read_in_halves_that_overlap() -> None:
    words = [f"слово{at}" for at in range(WINDOW * 2)]
    found = windows(words)
    assert all(len(one) <= WINDOW for one in found) and {word for one in found for word in one} == set(words)
    assert found[1][0] == words[WINDOW // 2]


def test_like_words_are_one_family() -> None:
    assert family(cut("пожар")) == family(cut("возгорание")) != 0
    assert family("ъъъ") == 0


OF_WORD = (119579, 194312, 81169, 27590, 152456, 218583, 173512, 78340, 257149)
OF_PAIR, OF_TWO, FAMILY = (239092, 180323, 95697), (178105,), 60
OF_FRAMED, OF_FRAMES = (259509, 243710, 182253, 156380), [109590]


def test_features_never_change() -> None:
    """Other numbers would make the weights mean nothing: then train anew."""
    assert of_word("дом") == OF_WORD
    assert of_pair("дом", "горит") == OF_PAIR
    assert of_two("дом", "горит") == OF_TWO
    assert of_framed("дом", ("ask", "past")) == OF_FRAMED and of_frames(("ask",)) == OF_FRAMES
    assert family(cut("пожар")) == FAMILY
    assert len(of_pair("дом", "#")) == 2


def test_frames_are_asked_of_the_whole_text() -> None:
    told = tokens("мама перестала дышать. бригада откачала, спасибо! когда придёт мастер?")
    assert frames(told) == ("ask", "over") and frames(["дом"]) == ()
    first = told[:4]
    assert scores(first, frames(told))[0] < scores(first)[0]


def test_the_loudest_window_speaks_for_a_text() -> None:
    calm = "просим вывезти мусор со двора. " * 8
    told = sense_danger(calm + "у соседей горит квартира, люди кричат в окно, дым. " + calm)
    assert told.alarm > 0 and "горит" in told.alarming
    assert sense_danger(calm).alarm < 0 and scores([])[0] < 0


def test_kinds_are_one_together() -> None:
    told = kinds(tokens("пахнет газом"))
    assert set(told) == set(weights.KIND_BIAS) and abs(sum(told.values()) - 1) < 1e-9
    assert max(told, key=lambda kind: told[kind]) == "gas"
