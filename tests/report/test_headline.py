"""The sentence on top: made by rules, right in its plurals, never praising, never from figures that are not there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.statistics.report.figures import PlaceFigures, Report, Topic
from features.statistics.report.headline import amount, each, growth, headline, hundredths, in_time, late, times
from states.statistics.change import Verdict
from states.statistics.summary import Measure
from tests.form import examples
from tests.report.sample import week

WEEK = week()


def test_the_week_of_the_mock_up_is_told() -> None:
    told = headline(WEEK)
    assert told.strong == "Снег и наледь: сообщений вдвое больше, отвечаем быстрее."
    assert told.rest == (
        "Об этом каждое четвёртое сообщение. Вовремя ответили на 91 из 100. "
        "Больше всего просрочек: Копейск и Еманжелинск, каждое пятое сообщение."
    )


def strong(**changed: object) -> str:
    return headline(replace(WEEK, **changed)).strong  # type: ignore[arg-type]


CALM = (Topic("Дороги", Measure(500, 490)), Topic("Всё остальное", Measure(900, 100), rest=True))


def test_without_a_topic_that_grew_all_messages_are_compared() -> None:
    assert strong(topics=CALM) == "Сообщений на 6\u00a0% больше, отвечаем быстрее."
    assert strong(topics=CALM, received=Measure(4000, 5000)) == "Сообщений на 20\u00a0% меньше, отвечаем быстрее."
    assert strong(topics=CALM, received=Measure(5000, 5010)) == "Сообщений почти столько же, отвечаем быстрее."


@pytest.mark.parametrize(
    ("now", "was", "known", "expected"),
    [
        (100, 120, Verdict.BETTER, "отвечаем быстрее"),
        (120, 100, Verdict.WORSE, "отвечаем медленнее"),
        (120, 100, None, ""),
        (120.2, 119.8, None, "отвечаем так же быстро"),
        (None, 9, None, ""),
    ],
)
def test_speed_is_told_where_it_is_no_chance(
    now: float | None, was: float, known: Verdict | None, expected: str
) -> None:
    told = strong(topics=CALM, first_answer=Measure(now, was, verdict=known))
    assert told == (f"Сообщений на 6\u00a0% больше, {expected}." if expected else "Сообщений на 6\u00a0% больше.")


def test_nothing_is_said_of_figures_that_are_missing() -> None:
    bare = replace(
        WEEK, topics=CALM, received=Measure(10, None), first_answer=Measure(None), in_time=Measure(None), worse=()
    )
    assert headline(bare).whole == ""
    assert headline(replace(WEEK, received=Measure(None))).whole == "За неделю данных о сообщениях нет."
    assert headline(replace(WEEK, received=Measure(0))).whole == "За неделю сообщений не было."


@pytest.mark.parametrize(
    ("now", "was", "chosen"),
    [
        (1204, 592, True),
        (1204, 803, False),
        (260, 100, True),
        (240, 100, False),
        (19, 0, False),
        (None, 100, False),
        (900, None, False),
    ],
)
def test_a_topic_is_spoken_of_when_it_grew_by_half_and_by_a_twentieth_of_all(
    now: float | None, was: float | None, chosen: bool
) -> None:
    report = replace(WEEK, received=Measure(3200, 3000), topics=(Topic("Снег", Measure(now, was)),))
    assert headline(report).strong.startswith("Снег: ") is chosen


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.5, "в полтора раза"),
        (2.0, "вдвое"),
        (2.5, "в два с половиной раза"),
        (3.0, "втрое"),
        (3.5, "в три с половиной раза"),
        (4.0, "вчетверо"),
        (5.0, "в 5 раз"),
        (11.0, "в 11 раз"),
        (21.0, "в 21 раз"),
        (22.0, "в 22 раза"),
    ],
)
def test_times_are_told_as_people_say_them(ratio: float, words: str) -> None:
    assert times(ratio) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (21, "21 сообщение"),
        (32, "32 сообщения"),
        (40, "40 сообщений"),
        (111, "111 сообщений"),
        (1001, "1\u00a0001 сообщение"),
    ],
)
def test_what_was_not_there_before_is_counted(now: float, words: str) -> None:
    assert growth(Topic("Смог", Measure(now, 0))) == f"Смог: {words}, раньше не было"
    assert amount(now, 0) == f"{words}, раньше не было"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.5, "каждое второе сообщение"), (0.33, "каждое третье сообщение"), (0.245, "каждое четвёртое сообщение"),
     (0.198, "каждое пятое сообщение"), (0.1, "каждое десятое сообщение"), (0.4, ""), (0.9, ""), (0.05, ""), (0, "")],
)  # fmt: skip
def test_a_share_is_told_as_each_so_manieth_where_it_is_near(share: float, words: str) -> None:
    assert each(share) == words


@settings(max_examples=examples(200))
@given(st.floats(0, 1))
def test_of_a_hundred_never_none_of_some_and_never_all_of_most(share: float) -> None:
    told = hundredths(share)
    assert abs(told - share * 100) <= 1
    assert (told == 0) == (share == 0) and (told == 100) == (share == 1)


def test_all_and_none_in_time_have_their_own_words() -> None:
    assert in_time(1.0) == "Вовремя ответили на все."
    assert in_time(0.0) == "Вовремя не ответили ни разу."
    assert in_time(0.999) == "Вовремя ответили на 99 из 100."


def test_the_late_are_told_together_or_each_with_its_share() -> None:
    one, two = PlaceFigures("", "Копейск", 80, 100), PlaceFigures("", "Сатка", 60, 100)
    assert late((one,)) == "Больше всего просрочек: Копейск, каждое пятое сообщение."
    assert late((two, one)) == "Больше всего просрочек: Сатка (40,0\u00a0%) и Копейск (20,0\u00a0%)."
    assert late((PlaceFigures("", "Пусто", 0, 0), PlaceFigures("", "Вовремя", 9, 9))) == ""


PRAISE = ("молодц", "отличн", "прекрасн", "успешн", "замечательн", "!", "хорош")
MEASURES = st.builds(Measure, st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6))
SHARES = st.builds(Measure, st.none() | st.floats(0, 1), st.none() | st.floats(0, 1))
REPORTS = st.builds(
    lambda received, minutes, share, topics: replace(
        WEEK, received=received, first_answer=minutes, in_time=share, topics=tuple(Topic("Тема", one) for one in topics)
    ),
    MEASURES,
    MEASURES,
    SHARES,
    st.lists(MEASURES, max_size=4),
)


@settings(max_examples=examples(300), deadline=None)
@given(REPORTS)
def test_any_figures_give_whole_sentences_without_praise(report: Report) -> None:
    told = headline(report).whole
    assert not any(word in told.lower() for word in PRAISE)
    assert "None" not in told and "nan" not in told and "  " not in told and told == told.strip()
    assert not told or (told.endswith(".") and told[0].isupper() or told[0].isdigit())
