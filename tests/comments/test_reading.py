"""What a comment is, by the core's reader on the region's directory; only marks come out, never a word (R7)."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from features.comments.model.reading import marks_of
from matching import Matcher
from states.directory import Directory
from states.people.comments import CommentKind, Marks

CASES = (
    ("Пахнет газом в подъезде, внутри дети, нам плохо!", CommentKind.DANGER),
    ("Горит дом, внутри люди", CommentKind.DANGER),
    (
        "За стеной опять крики и грохот, сил нет",
        CommentKind.PROBLEM,
    ),  # its author can't be asked whether it is an alarm
    ("Тянет гарью из подвала", CommentKind.NOTHING),
    ("У школы на Лихачёва, 21 яма на дороге", CommentKind.PROBLEM),
    ("Мусор не вывозят вторую неделю", CommentKind.PROBLEM),
    ("Спасибо большое!", CommentKind.THANKS),
    ("Во сколько работает МФЦ в субботу?", CommentKind.QUESTION),
    ("Идиоты и дебилы", CommentKind.INSULT),
    ("Здравствуйте", CommentKind.NOTHING),
    ("", CommentKind.NOTHING),
    ("   ", CommentKind.NOTHING),
)


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_what_it_is(matcher: Matcher, text: str, wanted: CommentKind) -> None:
    assert marks_of(matcher, text, 0).said is wanted


def test_where_and_about_what_as_far_as_it_is_sure(matcher: Matcher, region: Directory) -> None:
    told = marks_of(matcher, "В Миассе на дороге огромная яма, второй месяц объезжаем", 1)
    assert (told.said, told.place, told.files) == (CommentKind.PROBLEM, "miass", True)
    assert told.topic and told.topic in {topic.code for topic in region.topics}
    assert marks_of(matcher, "Спасибо", 0) == Marks(CommentKind.THANKS)


def test_no_word_is_in_the_marks(matcher: Matcher) -> None:
    told = asdict(marks_of(matcher, "Соседка Снегирёва из квартиры 77 топит печь, угарный газ, Миасс", 2))
    assert not [value for value in told.values() if "снегир" in str(value).casefold() or "77" in str(value)]


def test_what_is_sure_by_itself_is_heard_where_the_voter_is_not(matcher: Matcher) -> None:
    """A crime makes of what is perhaps a problem one, obscene words of nothing an insult."""
    assert marks_of(matcher, "Сука блядь опять", 0).said is CommentKind.INSULT
    assert marks_of(matcher, "Меня вчера избили на улице и отобрали сумку", 0).said is CommentKind.PROBLEM
    assert marks_of(matcher, "Вчера избили и отобрали", 0).said is CommentKind.PERHAPS
