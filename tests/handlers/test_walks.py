"""Random walks of a resident through the whole dialogue; keeper.py checks every decision of them.

Whatever is written, pressed, forged or edited, and whenever: never silent, never stuck, never sent unconfirmed.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handlers.text import actions
from handlers.views.personal import stamp
from states.dialogue import AskingConsent, Idle, Refused
from states.lifecycle.appeal import Status
from states.messages import Attachment, Command, Location
from tests.form import either, examples
from tests.handlers.given import PHOTO
from tests.handlers.keeper import Keeper
from tests.small import NOW

OTHERS = "1124-ZZZZ"
NAMES = sorted(value for name, value in vars(actions).items() if name.isupper())
VALUES = ["", "0", "1", "99", "-1", "١", "9" * 30, "miass", "roads", "pits", "doctor", "health", "region", "secret"]
VALUES += [OTHERS, "1124-0003", "нет такого", "x" * 200, "v1|101|answer|2000000001|5|0"]
VALUES += ["1124-0001", "1124-0001:5", "1124-0001:9", f"{OTHERS}:1", stamp(NOW)]
WORDS = ["Яма в Миассе, ул. Мира 1", "снег", "врач", "пожар", "ул. Мира, 5", "Миасс", "Аша и Миасс", "Округ", "дорог"]
WORDS += ["1", "2", "7", "0", "привет", "Назад", "отмена", "Начать заново", "помощь", "Мои сообщения", "Другая тема"]
WORDS += ["Горит дом!", "Украли велосипед", "Тел. 8 912 345-67-89", "жалоба на Миасс", "Спасибо!", "Второй подъезд"]
WORDS += ["Мои данные", "Удалить мои данные", "Да, удалить", "Разрешаю публикацию", "Прислать мне всё", "5"]
WORDS += ["удалите мои данные", "когда ответите?", "стоп", "всё", "так и не сделали", "Это о другом", "Открыть"]
WORDS += ["Это повтор", "Это другое", "Присоединиться", "Решено", "Не решено", "Пропустить", "Ответить на вопрос"]
WORDS += [
    "Отправить",
    "Готово",
    "Не знаю адрес",
    "Даю согласие",
    "не даю",
    "",
    " \n",
    "\u200b",
    "я" * 9000,
    "[id1|@all]",
]
OFFICIALS = ["", "", "Сделано, работы приняты", "слово " * 900, "/вопрос Какой дом?", "/не наше", "/отделить"]
OFFICIALS += ["/заблокировать через 2 дня", "/разблокировать", "/закрыть", f"/объединить {OTHERS}", "/принять"]
FILES: list[dict[str, Any]] = [
    {"attachments": (PHOTO,)},
    {"attachments": (Attachment("неизвестное"), PHOTO)},
    {"location": Location(55.1, 60.1, "Парк")},
    {"forwarded": 2},
    {},
]
PRESS = st.tuples(st.just("press"), st.integers(0, 30))
WALK = st.lists(
    st.one_of(
        PRESS,
        PRESS,
        PRESS,
        st.tuples(st.just("write"), st.sampled_from(WORDS), st.sampled_from(FILES)),
        st.tuples(st.just("forge"), st.sampled_from(NAMES), st.sampled_from(VALUES)),
        st.tuples(st.just("edit"), st.integers(1, 40), st.sampled_from(WORDS)),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 31, 90_000])),
        st.tuples(st.just("official"), st.integers(0, 9), st.sampled_from(OFFICIALS)),
        st.tuples(st.just("official"), st.integers(0, 9), st.sampled_from(OFFICIALS)),
    ),
    min_size=8,
    max_size=40,
)
# From the first word to the number, then whatever comes.
HAPPY: list[tuple[Any, ...]] = [
    ("write", "Яма в Миассе, ул. Мира 1", {"attachments": (PHOTO,)}),
    ("do", actions.CONSENT),
    ("wait", 5),
    ("do", actions.TOPIC),
    ("do", actions.SEND),
]
# Asked whether it joins another resident's message; then an answer, «Решено» and a rating.
JOINED: list[tuple[Any, ...]] = [
    ("write", "Яма в Миассе, ул. Ленина 9", {}),
    ("do", actions.CONSENT),
    ("wait", 5),
    ("do", actions.TOPIC),
    ("do", actions.SEND),
]
ROUTED: list[tuple[Any, ...]] = [("write", "Снег в Миассе, ул. Мира 1", {}), *HAPPY[1:]]
ANSWERED: list[tuple[Any, ...]] = [*HAPPY, ("official", -1, "Сделано"), ("wait", 31)]
BEGUN = [[], HAPPY[:3], HAPPY[:4], HAPPY, [*HAPPY, *HAPPY[:1], *HAPPY[2:4]], JOINED, ROUTED, ANSWERED]
EXAMPLES = either(100, 5000)


def step(keeper: Keeper, one: tuple[Any, ...]) -> None:
    match one:
        case ("write", text, more):
            keeper.write(text, **more)
        case ("press", number) if keeper.shown:
            keeper.write("кнопка", command=keeper.shown[-1 - number % len(keeper.shown)])
        case ("do", action):
            keeper.write("", command=next(one for one in reversed(keeper.shown) if one.action == action))
        case ("forge", action, value):
            keeper.write("", command=Command(action, value))
        case ("edit", cmid, text):
            keeper.edit(cmid, text)
        case ("wait", seconds):
            keeper.wait(seconds)
        case ("official", number, text):
            keeper.official(number, text, "")


def walked(steps: list[tuple[Any, ...]]) -> Keeper:
    keeper = Keeper()
    for one in steps:
        step(keeper, one)
    return keeper


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(BEGUN), WALK)
@example(HAPPY, [("wait", 90_000), ("write", "ещё", {}), ("wait", 90_000), ("wait", 300_000)])
@example(HAPPY, [("official", 0, "слово " * 900), ("wait", 31), ("official", 0, ""), ("edit", 1, "Не яма, а снег")])
@example(JOINED, [("do", actions.JOIN), ("write", "Мои сообщения", {}), ("forge", actions.WITHDRAW_YES, "1124-0001")])
@example(ANSWERED, [("do", actions.SOLVED), ("write", "5", {}), ("forge", actions.NOT_SOLVED, "1124-0001")])
def test_a_resident_is_never_left_without_an_answer_and_always_gets_out(begun: list[Any], steps: list[Any]) -> None:
    """R2, R7, R25, R34, I6, I7 and VK's limits are checked in every decision; at the end «Назад» leads out."""
    keeper = walked(begun + steps)
    for _ in range(14):
        if keeper.talk is not None and isinstance(keeper.talk.step, Idle | AskingConsent | Refused):
            break
        keeper.write("Назад")
    assert keeper.talk is not None or not keeper.written
    assert keeper.talk is None or isinstance(keeper.talk.step, Idle | AskingConsent | Refused)


def test_from_the_first_word_to_the_number_in_three_things_to_do() -> None:
    """Issue 2: consent, topic, «Отправить». The walks begin from here."""
    keeper = walked(HAPPY)
    (appeal,) = keeper.mine
    assert appeal.text == "Яма в Миассе, ул. Мира 1" and appeal.agency == "miass-gorod"


def test_the_walks_reach_an_incident_and_a_closed_message() -> None:
    """R32, R42: what the longer walks begin from."""
    joined = walked([*JOINED, ("do", actions.JOIN)])
    assert [one.status for one in joined.mine] == [Status.MERGED] and joined.appeals[OTHERS].leads
    closed = walked([*ANSWERED, ("do", actions.SOLVED), ("write", "5", {})])
    assert [(appeal.status, appeal.rating) for appeal in closed.mine] == [(Status.CLOSED, 5)]


def test_pressing_send_twice_sends_once() -> None:
    keeper = walked([*HAPPY, ("do", actions.SEND), ("do", actions.SEND)])
    assert len(keeper.mine) == 1


@settings(max_examples=examples(60), deadline=None)
@given(WALK)
def test_without_consent_nothing_but_the_step_is_kept(steps: list[Any]) -> None:
    """R7, R10."""
    keeper = Keeper()
    for one in steps:
        if one[0] in ("write", "forge", "wait", "edit"):
            agrees = "даю согласие" in str(one).casefold() or actions.CONSENT in one
            if not agrees:
                step(keeper, one)
    assert not keeper.mine and not keeper.cards
    assert keeper.talk is None or (keeper.talk.consent == "" and keeper.draft.empty)
