"""The registry of official pages: a check counts what was measured only, a table changes what it says and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.official_pages.model import card, difference, facts, wanted, words
from features.official_pages.model.card import RULES
from features.official_pages.model.difference import TableRow, compare, facts_of, page_after, page_of
from features.official_pages.model.facts import Fact, Name
from features.official_pages.model.page import (
    KINDS,
    NETWORKS,
    STATES,
    BodyKind,
    Network,
    OfficialPage,
    PageState,
    bests,
)
from features.official_pages.model.wanted import PageFilter, UnreadablePageFilter, from_address, to_address

TODAY, BEFORE = date(2026, 11, 27), date(2026, 6, 1)
SCHOOL = OfficialPage(
    5,
    "Школа № 5",
    BodyKind.SCHOOL,
    "miass",
    "minobr",
    Network.VK,
    "vk.com/school5",
    PageState.EXISTS,
    "",
    BEFORE,
    BEFORE,
)


def fact(name: Name, value: str, day: date = TODAY, source: str = facts.VK) -> Fact:
    return Fact(5, name, value, source, day, day)


def row(**named: object) -> TableRow:
    plain = TableRow(2, SCHOOL.body, SCHOOL.kind, "miass", "minobr", Network.VK, SCHOOL.address, PageState.EXISTS, "")
    return replace(plain, **named)  # type: ignore[arg-type]


def test_every_word_has_its_russian_one() -> None:
    assert set(KINDS) == set(BodyKind) and set(NETWORKS) == set(Network) and set(STATES) == set(PageState)
    assert set(facts.NAMES) == set(Name)


class TestCard:
    def test_six_by_itself_and_four_by_hand(self) -> None:
        assert [rule.by_hand for rule in RULES].count(True) == 4 and len(RULES) == 10

    def test_nothing_measured_is_no_zero(self) -> None:
        empty = card.card({})
        assert (empty.measured_count, empty.passed_count, empty.share, empty.to_mend) == (0, 0, None, ())

    def test_the_share_is_of_those_measured(self) -> None:
        """Six of nine, as on the picture: a worked example by hand."""
        said = {
            Name.ABOUT: "да", Name.SITE: "школа5.рф", Name.PHONE: "нет", Name.PLACE: "да", Name.COVER: "да",
            Name.MESSAGES: "да", Name.POSTS: "2", Name.STATE: "marked", Name.QR: "нет", Name.PLAIN: "да",
        }  # fmt: skip
        found = card.card({name: fact(name, value) for name, value in said.items()})
        assert (found.passed_count, found.measured_count) == (6, 9) and found.share == pytest.approx(2 / 3)
        assert [one.title for one in found.to_mend] == ["Телефон", "Записей за неделю", "QR-код у входа"]
        posts = next(one for one in found.points if one.title == "Записей за неделю")
        assert posts.value == "2, нужно 3" and posts.source == "VK" and posts.seen == TODAY
        assert next(one for one in found.points if one.title == "Виджет госуслуг").met is None

    def test_half_of_a_point_is_not_measured(self) -> None:
        assert card.card({Name.COVER: fact(Name.COVER, "да")}).measured_count == 0

    def test_of_two_facts_the_older_look_counts(self) -> None:
        found = card.card({Name.COVER: fact(Name.COVER, "да"), Name.MESSAGES: fact(Name.MESSAGES, "да", BEFORE)})
        assert found.points[4].seen == BEFORE and found.points[4].met

    @pytest.mark.parametrize(("value", "met"), [("3", True), ("2", False), ("", None), ("много", None)])
    def test_posts(self, value: str, met: bool | None) -> None:
        assert card.card({Name.POSTS: fact(Name.POSTS, value)}).points[5].met is met

    @pytest.mark.parametrize(("state", "met"), [("marked", True), ("exists", False), ("waits", None)])
    def test_a_mark_is_asked_of_a_page_that_is_there(self, state: str, met: bool | None) -> None:
        found = card.card({Name.STATE: fact(Name.STATE, state)})
        assert found.points[6].met is met and not found.was_looked_at
        assert card.card({Name.STATE: fact(Name.STATE, state)}, Network.MAX).points[6].met is None, "MAX gives none"
        assert card.card({Name.PHONE: fact(Name.PHONE, "нет")}).was_looked_at


class TestFacts:
    def test_the_newest_counts(self) -> None:
        new, old = fact(Name.PHONE, "да"), fact(Name.PHONE, "нет", BEFORE)
        assert facts.latest([new, old]) == {Name.PHONE: new}

    def test_the_same_value_goes_on_and_another_begins(self) -> None:
        known = {Name.PHONE: fact(Name.PHONE, "да", BEFORE)}
        again = facts.merge_fact(known, fact(Name.PHONE, "да"))
        assert (again.day, again.seen) == (BEFORE, TODAY)
        other = fact(Name.PHONE, "нет")
        assert facts.merge_fact(known, other) == other and facts.merge_fact({}, other) == other
        by_hand = fact(Name.PHONE, "да", source=facts.HAND)
        assert facts.merge_fact(known, by_hand) == by_hand

    def test_a_number_or_nothing(self) -> None:
        assert [facts.number(one) for one in (None, fact(Name.MEMBERS, ""), fact(Name.MEMBERS, "0"))] == [None, None, 0]


def test_a_body_stands_as_its_best_page() -> None:
    pages = [
        replace(SCHOOL, id=1, state=PageState.CLOSED),
        replace(SCHOOL, id=3, state=PageState.EXISTS, network=Network.OK),
        replace(SCHOOL, id=2, state=PageState.EXISTS),
        replace(SCHOOL, id=5, state=PageState.CREATING, network=Network.MAX),
        replace(SCHOOL, id=4, place="zlatoust", state=PageState.WAITS),
    ]
    assert bests(pages) == {2, 4}


class TestDifference:
    def test_by_number_then_address_then_name(self) -> None:
        known = [
            SCHOOL,
            replace(SCHOOL, id=6, body="Школа № 6", address="vk.com/six"),
            replace(SCHOOL, id=7, body="Музей"),
        ]
        rows = [
            row(line=2, id=7, body="Музей труда", address="vk.com/museum"),
            row(line=3, body="Лицей № 6", address="https://VK.com/six/"),
            row(line=4, address=""),
        ]
        found = compare(known, rows)
        assert {one.page.id: [c.field for c in one.changes] for one in found.changed} == {
            7: ["организация", "ссылка"], 6: ["организация", "ссылка"], 5: ["ссылка"],
        }  # fmt: skip
        assert not found.new and not found.gone and not found.twice

    def test_new_gone_same_and_twice(self) -> None:
        other = replace(SCHOOL, id=9, body="Лицей", address="vk.com/lyceum")
        fresh = row(line=3, body="Сад", address="")
        found = compare([SCHOOL, other], [row(), fresh, replace(fresh, line=4), row(line=5)])
        assert found.same == [(SCHOOL, row())] and found.gone == [other] and found.new == [fresh]
        assert [one.line for one in found.twice] == [4, 5]

    def test_a_body_without_an_address_is_the_same_one(self) -> None:
        waiting = replace(SCHOOL, address="", state=PageState.WAITS, opened=None)
        found = compare(
            [waiting], [row(address="", state=PageState.WAITS), row(line=3, address="", state=PageState.WAITS)]
        )
        assert [one.id for one, _ in found.same] == [5] and [one.line for one in found.twice] == [3]

    def test_a_responsible_is_told_without_words(self) -> None:
        changes = difference.changes_of(SCHOOL, row(responsible="А. Б.", marked=TODAY, opened=BEFORE))
        assert [(one.field, one.was, one.now) for one in changes] == [
            ("ответственный", "", ""), ("госметка с", "", "2026-11-27"),
        ]  # fmt: skip

    def test_a_new_page_has_its_days(self) -> None:
        assert page_of(row(), 1, TODAY).opened == TODAY
        old = page_of(row(state=PageState.MARKED, opened=BEFORE, marked=date(2026, 8, 1)), 1, TODAY)
        assert (old.since, old.opened, old.marked) == (date(2026, 8, 1), BEFORE, date(2026, 8, 1))
        waiting = page_of(row(state=PageState.WAITS, since=BEFORE), 1, TODAY)
        assert (waiting.since, waiting.opened) == (BEFORE, None)

    def test_a_page_changes_its_state(self) -> None:
        marked = page_after(SCHOOL, row(state=PageState.MARKED, responsible="А. Б."), TODAY)
        assert (marked.since, marked.marked, marked.opened, marked.responsible) == (TODAY, TODAY, BEFORE, "А. Б.")
        lost = page_after(marked, row(), TODAY)
        assert lost.marked is None and lost.responsible == "А. Б."
        closed = page_after(marked, row(state=PageState.CLOSED, since=BEFORE), TODAY)
        assert (closed.closed, closed.marked) == (BEFORE, TODAY)
        assert page_after(closed, row(), TODAY).closed is None

    def test_what_is_kept_of_it(self) -> None:
        new = page_of(row(state=PageState.MARKED, opened=BEFORE, marked=TODAY), 5, TODAY)
        said = row(state=PageState.MARKED, by_hand=((Name.QR, "да"),))
        told = [(one.name, one.value, one.day) for one in facts_of(None, new, said, TODAY)]
        assert told == [
            (Name.STATE, "exists", BEFORE), (Name.STATE, "marked", TODAY), (Name.ADDRESS, "vk.com/school5", TODAY),
            (Name.QR, "да", TODAY),
        ]  # fmt: skip
        assert facts_of(SCHOOL, SCHOOL, row(), TODAY) == []
        moved = replace(SCHOOL, address="")
        assert facts_of(SCHOOL, moved, row(), TODAY) == []


class TestWanted:
    @given(
        st.builds(
            PageFilter,
            kinds=st.lists(st.sampled_from(BodyKind), max_size=2).map(tuple),
            places=st.lists(st.sampled_from(["", "miass"]), max_size=2).map(tuple),
            parents=st.lists(st.sampled_from(["minobr"]), max_size=1).map(tuple),
            networks=st.lists(st.sampled_from(Network), max_size=2).map(tuple),
            states=st.lists(st.sampled_from(PageState), max_size=2).map(tuple),
            bodies=st.booleans(),
            on=st.none() | st.dates(),
            marked=st.none() | st.booleans(),
            until=st.none() | st.dates(),
            words=st.sampled_from(["", "школа 5"]),
        )
    )
    def test_there_and_back(self, wish: PageFilter) -> None:
        assert from_address(to_address(wish)) == wish

    @pytest.mark.parametrize("pair", [("kind", "x"), ("on", "x"), ("marked", "x"), ("bodies", "x")])
    def test_what_means_nothing_is_refused(self, pair: tuple[str, str]) -> None:
        with pytest.raises(UnreadablePageFilter):
            from_address([pair])

    def test_what_belongs_to_the_page_is_left(self) -> None:
        assert from_address([("start", "50"), ("place", " ")]) == PageFilter() == wanted.PageFilter()


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("страница школы № 5 в Миассе", "Страница: Школа № 5 Миасс", True),
        ("школа 5", "Школа № 15 Миасс", False),
        ("детский сад", "Детские сады", True),
        ("ёлка", "елка", True),
        ("", "что угодно", True),
    ],
)
def test_words_that_find(question: str, text: str, found: bool) -> None:
    inside = words.search_words(text)
    assert all(one in inside for one in words.patterns(question)) is found


def test_a_stem_is_no_shorter_than_three() -> None:
    assert [words.stem(one) for one in ("дом", "имами", "школами", "№5", "моя")] == [
        "дом",
        "имами",
        "школ",
        "№5",
        "моя",
    ]
