"""What is said to the bot itself in natural words, and what only sounds like it: no problem is a wish (R12)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.acts.act import Act
from screening.acts.written import READ, act, grateful, names_nothing, verdict, wish
from tests.cost import cost
from tests.form import examples
from tests.screening.sets import lines

KNOWN = lines("wishes")


WISHES = {
    Act.ERASE, Act.WITHDRAW, Act.DATA, Act.CANCEL, Act.WHEN, Act.STATUS, Act.TAKE_BACK, Act.THANKS, Act.WHERE,
    Act.PERSON, Act.DONE, Act.AGAIN,
}  # fmt: skip


def heard(text: str) -> str:
    found = wish(text)
    return found.value if found is not None else "-"


def test_wishes_are_heard_and_problems_are_none() -> None:
    """As with danger: ≥ 97 % right, ≤ 3 % of what only sounds like it taken for a wish."""
    wishes = [(mark, text) for mark, text in KNOWN if mark != "-"]
    others = [text for mark, text in KNOWN if mark == "-"]
    right = sum(heard(text) == mark for mark, text in wishes) / len(wishes)
    false = sum(heard(text) != "-" for text in others) / len(others)
    print(f"wishes: {len(wishes)} + {len(others)} phrases, right {right:.3f}, false {false:.3f}")
    assert {mark for mark, _ in wishes} == WISHES and len(others) >= 80
    assert right >= 0.97 and false <= 0.03


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо!",
        "Большое спасибо вам!",
        "Добрый день! Спасибо за ответ",
        "Всё сделали. Спасибо!",
        "👍",
        "❤️ 🌹",
        "Спасибо ещё раз",
    ],
)
def test_thanks(text: str) -> None:
    assert grateful(text) and wish(text) is Act.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍 👎",
        "Спасибо, а когда?",
        "Спасибо, но не сделали",
        "Здравствуйте, уберите надпись. Спасибо",
        "Нужен трактор. Спасибо!",
        "Спасибо за дом 5",
        "Благодаря вам яма больше",
        "спасибо " * 11,
    ],
)
def test_what_may_be_more_is_no_thanks(text: str) -> None:
    """A problem with a formula at its end was lost as thanks."""
    assert not grateful(text)


ASKED_WHO = (
    "вы кто", "кто вы такие?", "а вы кто вообще", "что ты умеешь", "А что вы умеете?", "чё ты умеешь", "чем поможете",
    "чем вы можете помочь?", "что бот умеет", "что вы можете сделать",
)  # fmt: skip


@pytest.mark.parametrize("text", ASKED_WHO)
def test_who_this_is_and_what_it_can_do(text: str) -> None:
    assert act(text) is Act.PERSON


@pytest.mark.parametrize("text", ["да, отправить", "отправляй", "можно отправлять"])
def test_what_sends_is_done_and_no_story(text: str) -> None:
    assert act(text) is Act.DONE


@pytest.mark.parametrize("text", ["кто вы думаете это сделал", "чем вы топите, снегом?", "что вы можете сказать о яме"])
def test_what_asks_for_more_is_not_asked_of_the_bot(text: str) -> None:
    assert act(text) is not Act.PERSON


OVER = (
    "уже дали свет, не надо", "всё, включили, не нужно", "не актуально", "уже неактуально, спасибо", "отбой, свет дали",
    "свет дали, отменяйте", "сами решили, уже не надо", "Спасибо, больше не нужно",
)  # fmt: skip


@pytest.mark.parametrize("text", OVER)
def test_what_has_mended_itself_is_cancelled(text: str) -> None:
    assert wish(text) is Act.CANCEL


@pytest.mark.parametrize(
    "text", ["прививку делать не надо было", "нам не нужно кладбище у домов", "нужно ли не платить"]
)
def test_what_only_is_not_wanted_is_told(text: str) -> None:
    assert wish(text) is not Act.CANCEL


STARRED = (
    "*Гагарина", "*дом 8", "* третий подъезд", "*не Труда, а Тружеников", " *Чебаркуль", "*14", "*вода",
    "*Мира, опечатка", "*не туда, а сюда, на Кирова", "*этаж 4",
)  # fmt: skip


@pytest.mark.parametrize("text", STARRED)
def test_a_star_before_a_few_words_puts_right(text: str) -> None:
    assert act(text) is Act.CORRECTION


@pytest.mark.parametrize("text", ["*", "***", "**важно** дороги", "* * *", "Гагарина*", "*" + " слово" * 9])
def test_other_stars_put_nothing_right(text: str) -> None:
    assert act(text) is not Act.CORRECTION


def test_a_long_text_and_an_address_are_never_wishes() -> None:
    assert wish("статус " + "а" * READ) is None
    assert wish("удалите мои данные, дом 5") is None
    assert wish("стоп " * 9) is None


@settings(max_examples=examples(200), deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert wish(text) in {None, *Act}


@pytest.mark.parametrize("piece", ["удалите мои ", "так и ", "когда ", "а", "ну все ", "не хочу "])
def test_no_text_is_slow(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert cost(lambda: wish(text)) < 0.05 and cost(lambda: wish(text[:READ])) < 0.005


def test_what_is_said_of_nothing_in_particular() -> None:
    assert names_nothing("Так и не сделали!") and names_nothing("опять то же самое")
    assert not names_nothing("опять не чистят снег")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Решено", True), ("решено!", True), ("Вопрос решён", True), ("Да, уже решено", True),
        ("проблема решена", True), ("Не решено", False), ("Нет, не решено!", False), ("вопрос не решён", False),
        ("Всё ещё не решено", False), ("", None), ("да", None), ("Решено?", None), ("Решено 5 из 7", None),
        ("Когда будет решено", None), ("Не решено: яма на месте", None), ("Решено, спасибо", None),
    ],
)  # fmt: skip
def test_whether_it_is_solved(text: str, said: bool | None) -> None:
    """R42: the button's word and nothing else; what says more is told as it is."""
    assert verdict(text) is said
