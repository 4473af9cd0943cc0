"""The card of an appeal: its state in words, the resident's words harmless, no profile and no phone (R21, T1)."""

from __future__ import annotations

import pytest

from handlers.views.card_buttons import card_keyboard
from handlers.views.cards import (
    AS_IT_IS,
    FORWARDS,
    agency_name,
    anonymous,
    card,
    originals,
    place_name,
    status_words,
    topic_name,
    with_own_words,
    words_of,
)
from states.effects import Source
from states.lifecycle.appeal import Piece, Status
from states.messages import Attachment, Location
from states.people.chats import CUR
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import ANNA, CHATS, PHOTO, appeal, facts
from tests.small import NOW, REGION


def labels(status: Status, *, cur: bool) -> list[str]:
    chat = CHATS[CUR] if cur else CHATS["roads"]
    keyboard = card_keyboard(facts(), chat, appeal(status=status, chat=chat.peer))
    return [one.label for row in keyboard.rows for one in row] if keyboard else []


def test_every_status_has_its_own_words() -> None:
    """R36."""
    said = [status_words(status) for status in Status]
    assert len(set(said)) == len(Status) and all(said)


def test_a_card_says_all_that_an_official_needs() -> None:
    shown = card(appeal(), facts())
    assert shown.splitlines() == [
        "Снег на дороге · Миасс, Мира, 1",
        "Состояние: передано, ждёт ответа",
        "№1124-AAAA",
    ]
    assert str(ANNA) not in shown, "R21: no way to the profile"


def test_a_card_tells_why_it_came_and_who_was_chosen() -> None:
    shown = card(appeal(chosen_by_resident=True, address="", why="Чат органа не подключён."), facts())
    assert "Чат органа не подключён." in shown.splitlines()
    assert "Житель сам выбрал, кому написать: Министерство дорог" in shown
    assert "Точного адреса житель не знает." in shown


def test_the_words_of_a_resident_are_harmless_on_a_card() -> None:
    """T1, T2."""
    shown = card(appeal(address="[id1|дом] @all\n\n\nещё \u202eстрока"), facts())
    assert "Миасс, (дом) @ all ещё строка" in shown
    long = card(appeal(address="[id1|дом] @all за углом, " * 5), facts())
    assert "\nАдрес: (дом) @ all за углом, (дом)" in long, "whole, where the head cannot hold it"


def test_what_the_directory_does_not_know_any_more_is_said_so() -> None:
    assert topic_name(REGION, "нет такой") == "не указана"
    assert place_name(REGION, None) == "не указано"
    assert agency_name(REGION, None) == "Центр управления регионом"


@pytest.mark.parametrize(
    "status, here, in_the_cur",
    [
        (Status.WAITING, ["Ещё"], ["Направить", "Принять", "Ответить", "Ещё"]),
        (Status.ROUTED, ["Принять", "Ответить", "Не наше", "Ещё"], ["Принять", "Ответить", "Ещё"]),
        (
            Status.IN_WORK,
            ["Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"],
            ["Ответить", "Промежуточный ответ", "Направить", "Ещё"],
        ),
        (Status.ASKED, ["Ответить", "Промежуточный ответ", "Ещё"], ["Ответить", "Промежуточный ответ", "Ещё"]),
        (Status.APPROVAL, ["Согласовать", "На доработку", "Ещё"], ["Согласовать", "На доработку", "Ещё"]),
        (Status.ANSWERED, ["Исправить ответ", "Ещё"], ["Исправить ответ", "Ещё"]),
        (Status.MERGED, ["Ещё"], ["Отделить", "Ещё"]),
        (Status.CLOSED, ["Ещё"], ["Ещё"]),
        (Status.WITHDRAWN, [], []),
    ],
)
def test_buttons_are_those_that_the_state_allows(status: Status, here: list[str], in_the_cur: list[str]) -> None:
    assert labels(status, cur=False) == here
    assert labels(status, cur=True) == in_the_cur


def test_a_card_is_anonymous_by_topic_or_by_agency() -> None:
    """design.md §12."""
    assert anonymous(appeal(topic="doctor", agency="health"), REGION)
    assert anonymous(appeal(topic="fire", agency="secret"), REGION)
    assert not anonymous(appeal(), REGION)
    assert not anonymous(appeal(topic="нет такой", agency=None), REGION)


def test_words_and_points_stand_for_the_originals() -> None:
    pieces = (Piece(1, "Яма @all"), Piece(2, " ", location=Location(55.1, 61.4)), Piece(3, "", (PHOTO,)))
    assert words_of(pieces) == "Яма @ all\nТочка на карте: 55.100000, 61.400000"
    assert words_of(()) == ""


def test_originals_are_forwarded_but_not_what_was_reworded() -> None:
    """T18: an old text must not be shown; its photos still are."""
    pieces = (Piece(1, "Яма"), Piece(2, "", (PHOTO,), reworded=True), Piece(3, "", (PHOTO,)))
    forward, copy = originals(appeal(pieces=pieces), hidden=False)
    assert (forward, copy) == (Source(ANNA, (1, 3)), Source(ANNA, (2,)))


@pytest.mark.parametrize(
    "piece",
    [
        Piece(1, "Яма @all"),
        Piece(1, "мой телефон 8 912 345-67-89"),
        Piece(1, "Яма", (Attachment("doc", "план.pdf"),)),
        Piece(1, "Яма", (PHOTO, Attachment("link", "сайт"))),
        Piece(1, "Яма", (Attachment("video", "двор \u202egpj"),)),
        Piece(1, "Яма", (Attachment("video", "двор\x85"),)),
        Piece(1, "Яма", location=Location(55.0, 61.0, "@all")),
        Piece(1, "Яма", reworded=True),
    ],
)
def test_what_is_not_plain_is_said_by_the_bot(piece: Piece) -> None:
    """T1, T2, T11, T12."""
    forward, copy = originals(appeal(pieces=(piece, Piece(2, "Лёд"))), hidden=False)
    assert forward == Source(ANNA, (2,))
    assert copy == (Source(ANNA, (1,)) if piece.attachments else None)


@pytest.mark.parametrize("kind", sorted(AS_IT_IS))
def test_what_vk_made_itself_is_forwarded(kind: str) -> None:
    pieces = (Piece(1, "Яма: ул. Мира, 5 — «глубокая» 👍🏽 https://vk.com/a", (Attachment(kind, "двор"),)),)
    assert originals(appeal(pieces=pieces), hidden=False) == (Source(ANNA, (1,)), None)


def test_a_hidden_author_is_not_forwarded_and_all_files_are_copied() -> None:
    pieces = (Piece(1, "Яма"), Piece(2, "", (PHOTO,)))
    assert originals(appeal(pieces=pieces), hidden=True) == (None, Source(ANNA, (2,)))
    assert originals(appeal(), hidden=True) == (None, None)


def test_never_more_forwards_than_vk_takes() -> None:
    pieces = tuple(Piece(n, "Яма") for n in range(1, 151))
    forward, _ = originals(appeal(pieces=pieces), hidden=False)
    assert forward is not None and len(forward.cmids) == FORWARDS == 100


@pytest.mark.parametrize(
    "clock, words",
    [
        (TermClock.AFTER_INTERIM, "Обещали окончательный ответ: не позднее 24 ноября"),
        (TermClock.POSTPONED, "Отложено до: 24 ноября"),
        (TermClock.QUESTION, "Ждём ответа жителя до: 24 ноября"),
    ],
)
def test_a_card_tells_the_term_of_the_clock_that_runs(clock: TermClock, words: str) -> None:
    """R45: in the region's time; a promised day has no hour."""
    assert card(appeal(deadline=Deadline(clock, NOW, NOW)), facts()).splitlines()[-2] == words


@pytest.mark.parametrize("clock", [TermClock.ROUTE, TermClock.FIRST_ANSWER])
def test_a_term_of_working_hours_stands_in_the_head(clock: TermClock) -> None:
    """R45, R46: a date, for a card is read days later."""
    head, *rest = card(appeal(deadline=Deadline(clock, NOW, NOW)), facts()).splitlines()
    assert head == "Снег на дороге · Миасс, Мира, 1 · до вт 24 ноября, 14:00" and "14:00" not in "".join(rest)


def test_a_card_tells_what_it_is_bound_up_with() -> None:
    """R33, R42."""
    others = (appeal(code="1124-BBBB", status=Status.MERGED, incident="1124-AAAA"), appeal(code="1124-CCCC"))
    held = appeal(repeat_of="1124-ZZZZ", incident="1124-AAAA", reopened=2, rating=3)
    shown = card(held, facts(members=others))
    for line in (
        "Повтор сообщения №1124-ZZZZ", "О том же написали и другие", "Житель возвращал: 2 раза",
        "Оценка жителя: 3 из 5",
    ):  # fmt: skip
        assert line in shown.splitlines()
    assert "Вместе с ним" not in card(held, facts()), "nobody of it waits any more"


def test_no_words_stand_twice_where_a_forward_is_refused() -> None:
    """What is not forwarded is said above, the rest waits for a refusal (seed 314)."""
    held = appeal(pieces=(Piece(1, "Яма"), Piece(2, "Лёд", reworded=True)))
    assert with_own_words("Карточка", held, hidden=False) == ("Карточка\n\nЛёд", "Яма")
    assert with_own_words("Карточка", held, hidden=True) == ("Карточка\n\nЯма\nЛёд", "")


def test_what_is_past_the_limit_of_forwards_is_said() -> None:
    held = appeal(pieces=tuple(Piece(n, f"Яма {n}") for n in range(1, FORWARDS + 2)))
    text, _ = with_own_words("Карточка", held, hidden=False)
    assert text == f"Карточка\n\nЯма {FORWARDS + 1}"
