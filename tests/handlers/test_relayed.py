"""Words of residents are harmless before a chat sees them, and cleaning twice changes nothing (T1, T2).

`BOT_TESTS_LONG=1` runs the long form of the properties: 20,000 examples each.
"""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.text.relayed import by_name, clean, defang, in_chat, make_harmless, one_line
from tests.form import either

MANY = settings(max_examples=either(200, 20_000), deadline=None)
CALLS = ("all", "online", "here", "everyone", "все", "id1", "club1", "public1", "event5", "durov")
PARTS = ["[", "]", "|", "@", "*", "(", ")", " ", ".", "-", "+", "\n", "x", "2", "[id1|x]", "[club1|все]", "@id1 (x)"]
PARTS += [
    *CALLS,
    *(f"@{call}" for call in CALLS),
    "a@b.ru",
    "2*2",
    "\u200d",
    "\u202e",
    "\U000e0041",
    "e\u0301",
    "\u0301",
]
NASTY = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)
WILD = st.one_of(NASTY, st.text(max_size=60), st.tuples(NASTY, st.text(max_size=20), NASTY).map("".join))

# What VK turns into a mention: a link in brackets; @ or * before a name, at the start of a word or inside one.
MENTION = re.compile(
    r"\[[^\[\]]*\|"
    r"|(?<!\w)[@*]\w"
    r"|@(?:all|online|here|everyone|все)\b(?!(?:-+\w+)*\.\w)"
    r"|[@*](?:id|club|public|event)\d+\b(?!(?:-+\w+)*\.\w)"
)
SEEN_MARKS = re.compile(r"[\u0300-\u036f]{3,}")


@MANY
@given(WILD)
def test_no_mention_survives(text: str) -> None:
    """T1."""
    assert not MENTION.search(make_harmless(text))


@MANY
@given(WILD)
def test_cleaning_and_defanging_twice_changes_nothing(text: str) -> None:
    """T2."""
    assert clean(clean(text)) == clean(text)
    assert defang(defang(text)) == defang(text)
    assert make_harmless(make_harmless(text)) == make_harmless(text)


@MANY
@given(WILD)
def test_nothing_invisible_is_left(text: str) -> None:
    """T2: no control, bidi, zero-width or tag character, no lone surrogate; NFC; no heap of marks, no gap of lines."""
    shown = clean(text)
    hidden = {one for one in shown if unicodedata.category(one) in {"Cc", "Cf", "Co", "Cs", "Cn"}}
    assert hidden <= {"\n", "\t", "\u200d"}
    assert unicodedata.is_normalized("NFC", shown)
    assert not re.search(r"\n[ \t]*\n[ \t]*\n", shown)
    assert not SEEN_MARKS.search(shown)
    assert shown == shown.strip()


@pytest.mark.parametrize(
    "text",
    [
        "пишите на ivan.petrov+dom@mail.ru, info@all-help.ru",
        "a_b-c@sub.example.com",
        "2*2=4",
        "цена 5*10",
        "без всего",
        "50 % (пять)",
    ]
    + ["Ёлка й ї", "👨\u200d👩\u200d👧 и ❤\ufe0f\u200d🔥", "строка\nдругая\n\nтретья"],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    """T1: e-mails and 2*2 are untouched; T2: joined emoji stay joined."""
    assert make_harmless(text) == text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("[id1|Иван]", "(Иван)"),
        ("[club1|@все]", "(@ все)"),
        ("[id1|[id2|x]]", "(id1|(x))"),
        ("[id1|много\nстрок]", "(id1|много\nстрок)"),
        ("@id1 (Иван)", "@ id1 (Иван)"),
        ("*id1 (Иван)", "* id1 (Иван)"),
        ("Сюда!@all", "Сюда!@ all"),
        ("Сюда.@all", "Сюда.@ all"),
        ("-@все", "-@ все"),
        ("+*club1", "+* club1"),
        ("слово@all", "слово@ all"),
        ("слово*id1 (x)", "слово* id1 (x)"),
        ("слово@all-.0", "слово@ all-.0"),
        ("@\u200dall", "@ all"),
        ("@\u2060everyone", "@ everyone"),
    ],
)
def test_mentions_are_broken(text: str, shown: str) -> None:
    """T1."""
    assert make_harmless(text) == shown


@pytest.mark.parametrize(
    "text, shown",
    [
        ("да\u202eтен", "датен"),
        ("не\u200bви\u200dди\ufeffмо", "невидимо"),
        ("тег\U000e0041\U000e007f", "тег"),
        ("по\ud800ловина", "половина"),
        ("z" + "\u0336" * 30, "z\u0336\u0336"),
        ("z\u0336\u0336\u200d\u0336\u0336", "z\u0336\u0336"),
        (" \ufe0f\u200d⚠ сайт", "⚠ сайт"),
        ("и\u0306", "й"),
        ("а\r\nб\rв", "а\nб\nв"),
        ("а\n \n\t\n\n б", "а\n\n б"),
        ("\u200b \u200b", ""),
    ],
)
def test_invisible_tricks_are_undone(text: str, shown: str) -> None:
    """T2."""
    assert clean(text) == shown


def test_a_huge_text_is_cleaned_all_the_same() -> None:
    """T8: 100,000 characters of the worst kind; the time limit of the test is the proof that it stays quick."""
    for piece in ("[id1|", "\n \t", "@", "а\u0301", "a@b.", "@a."):
        text = (piece * 50_000)[:100_000]
        assert len(make_harmless(text)) <= 2 * len(text)


def test_what_is_masked_leaves_no_mention_behind() -> None:
    """T1, T12: the found address ends before the second @."""
    assert in_chat("пишите ivan@mail.ru@all.ru") == "пишите [электронная почта скрыта]@ all.ru"
    assert in_chat("@all, тел. +7 912 345-67-89") == "@ all, тел. [телефон скрыт]"


@pytest.mark.parametrize(
    "name, shown",
    [
        ("Анна Петрова", "[id5|Анна Петрова]"),
        ("Anna O'Neil", "[id5|Anna O'Neil]"),
        ("", "[id5|Коллега]"),
        ("\u202e\u3164", "[id5|Коллега]"),
        ("x] @all [id1|y", "[id5|x) @ all (id1|y]"),
        ("Aнна Петрова", "[id5|Aнна Петрова (буквы разных алфавитов)]"),
    ],
)
def test_an_official_s_name_is_a_stranger_s_words_too(name: str, shown: str) -> None:
    """T2: a name that only looks like a colleague's is said to."""
    assert by_name(5, name, "Коллега") == shown


@given(st.text(max_size=80), st.integers(5, 40))
def test_one_line_is_one_line_and_fits(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


def test_one_line_is_cut_at_a_word_with_a_sign_that_it_was() -> None:
    assert one_line("улица Мира,\n  дом 5", 40) == "улица Мира, дом 5"
    assert one_line("улица Мира, дом 5", 14) == "улица Мира…"


@pytest.mark.parametrize(
    "text", ["1\x85\u1b44\u2069\u0338все", "[.online|\u0489$ya.ru]", "a\u0338\u200d\u1b44\u0338\u0338"]
)
def test_what_the_long_fuzz_found_stays_put(text: str) -> None:
    """T2: marks that change places, or lose what they stood on, when something between them goes."""
    assert clean(clean(text)) == clean(text)
    assert make_harmless(make_harmless(text)) == make_harmless(text)
