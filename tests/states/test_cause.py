"""The grammar of causes: a stored one stays readable for ever, and only this grammar reads or builds one (I7)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from states.cause import ANSWER, OFFER, Cause, as_origin, bounds, parse

NUMBERS = st.integers(0, 10**12)
CAUSES = st.builds(
    Cause,
    NUMBERS,
    st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1),
    st.integers(-(10**12), 10**12),
    st.text() | st.text("v1|.d0"),
    NUMBERS,
    NUMBERS,
    NUMBERS,
)
WORDS = Cause(101, ANSWER, 2_000_000_001, "20")
STORED = {
    "v1|101|card|1001|3.roads.1|0": Cause(101, "card", 1001, "3.roads.1"),
    "v1|101|card|1001|3.roads.1|0.2": Cause(101, "card", 1001, "3.roads.1", piece=2),
    "v1|101|screen|1001|9.door|1": Cause(101, "screen", 1001, "9.door", 1),
    "v1|101|answer|2000000001|20.1125-BBBB|0.2|d1": Cause(101, ANSWER, 2_000_000_001, "20.1125-BBBB", 0, 2, 1),
    "v1|101|sent|1001|v1|101|answer|2000000001|20|0.1.251127101500|0": Cause(
        101, "sent", 1001, "v1|101|answer|2000000001|20|0.1.251127101500"
    ),
}


@given(CAUSES)
def test_what_is_written_is_read(cause: Cause) -> None:
    assert parse(str(cause)) == cause


@given(st.text() | st.text("v1|.d0"))
def test_whatever_is_read_is_written_as_it_was(text: str) -> None:
    assert str(parse(text)) == text


def test_the_text_is_what_is_stored() -> None:
    for text, cause in STORED.items():
        assert (str(cause), parse(text)) == (text, cause)


def test_a_text_of_another_form_is_of_no_kind_and_nobody() -> None:
    for text in ("", "v0", "v1|101|answer|не число|20|0", "v1|101|answer|5|20", "v1|01|answer|5|20|0"):
        assert parse(text) == Cause(0, "", 0, text)


def test_a_log_names_neither_the_peer_nor_the_origin() -> None:
    assert Cause(101, "sent", 1001, "v1|5|9", 2, level=1).text(lambda _: "x") == "v1|101|sent|x|x|2|d1"
    assert parse("v0|d1").text(lambda _: "x") == "v0|d1", "nobody is in it"


def test_a_long_message_has_a_cause_for_each_piece() -> None:
    last = parse("v1|101|card|1001|3.roads|0.2|d1")
    whole = "v1|101|card|1001|3.roads|0"
    assert (str(last.whole), last.pieces()) == (whole, (whole, f"{whole}.1", f"{whole}.2"))
    assert parse(whole).pieces() == (whole,)


def test_the_line_under_an_answer_is_named_by_it() -> None:
    assert WORDS.offer == Cause(101, OFFER, 2_000_000_001, "20")


def test_words_to_an_incident_are_one_answer_with_several_causes() -> None:
    theirs = WORDS.of_member("1125-BBBB")
    assert str(theirs) == "v1|101|answer|2000000001|20.1125-BBBB|0"
    assert theirs.is_of_member("1125-BBBB") and not WORDS.is_of_member("1125-BBBB")
    for known in (WORDS, theirs, parse(f"{theirs}.1|d2")):
        assert WORDS.includes(known)
    for other in (replace(WORDS, origin="201"), WORDS.offer, replace(WORDS, peer=5), parse("v0")):
        assert not WORDS.includes(other)
    assert not theirs.includes(WORDS)


def test_pieces_and_forms_are_of_the_same_words() -> None:
    assert WORDS.same_words(parse(f"{WORDS}.1|d3")) and not WORDS.same_words(WORDS.of_member("1125-BBBB"))


def test_a_cause_tells_of_a_resident_or_a_number() -> None:
    joined = Cause(101, "joined", 2_000_000_001, "1125-BBBB.1125-AAAA.1.0")
    assert joined.tells_of(5, ("1125-BBBB",)) and joined.tells_of(2_000_000_001, ())
    assert not joined.tells_of(5, ("1125-CCCC",))


def test_a_cause_inside_another_has_no_bars() -> None:
    assert as_origin("v1|101|answer|5|20|0") == "v1.101.answer.5.20.0"


@given(CAUSES)
def test_all_of_a_kind_stand_between_its_bounds(cause: Cause) -> None:
    first, end = bounds(cause.community, cause.kind)
    assert first.encode() <= str(cause).encode() < end.encode()
    for other in (replace(cause, kind=f"{cause.kind}s"), replace(cause, community=cause.community + 1)):
        assert not first.encode() <= str(other).encode() < end.encode()
