"""What another wrote, forwarded inside or as a post: a danger counts (R28), a command is none (R12), no word is lost
(I14)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.vk.parse import danger_mark
from handlers.decide import decide
from handlers.lifecycle.alarms import source_of
from handlers.needs import needs
from handlers.text import actions, texts_wishes
from states.decision import Decision
from states.dialogue import AskingText, Draft, Idle, Preview, ReportingDanger, Step
from states.events import MessageEdited, TimerFired
from states.lifecycle.appeal import Piece
from tests.handlers.given import ANNA, READY, appeal, dialogue, facts, labels, said, sends, tapped, wrote
from tests.small import NOW

WALL = "за стеной опять крики и грохот"


def forwards(words: str, own: str = "", step: Step = Idle(), draft: Draft = Draft()) -> Decision:  # noqa: B008 - frozen
    held = facts(dialogue(step, draft), appeals=(appeal(),))
    return decide(held, wrote(own, forwarded=1, quoted=(words,)))


@pytest.mark.parametrize("own", ["", "смотрите", "соседка прислала", "отмена", "да", "мои сообщения"])
@pytest.mark.parametrize(
    "words", ["Горит дом на Мира 5, внутри люди", "Человек упал под лёд, тонет", "Пахнет газом, дети спят"]
)
def test_a_danger_that_another_wrote_of_is_an_alarm(words: str, own: str) -> None:
    decision = decide(facts(dialogue()), wrote(own, forwarded=1, quoted=(words,)))
    (raised,) = decision.appeals
    assert raised.alarming and words in raised.pieces[0].text and "112" in said(decision)
    assert decision.dialogue is not None and isinstance(decision.dialogue.step, ReportingDanger)


CRIES = (
    "Тонем!", "тону", "горим", "пожар", "Помогите, тонем", "газом пахнет", "меня бьют", "не дышит", "умирает", "взрыв",
    "мы горим, 5 этаж", "застряли в лифте, задыхаемся", "человек лежит на снегу", "спасите, муж убивает",
    "сердце, скорую",
)  # fmt: skip
AROUND = (
    "смотрите что мне соседка прислала, я сама не знаю что с этим делать и куда писать, может вы передадите кому надо",
    "Здравствуйте! Пишу по поводу уборки снега на Ленина 5, второй месяц никто не чистит. Вот ещё из чата переслали",
    "это из нашего чата, если это правда, то надо бы что-то делать, хотя может и шутка",
    "спасибо вам большое за работу и за то что убрали снег",
)


@pytest.mark.parametrize("own", AROUND)
@pytest.mark.parametrize("cry", CRIES)
def test_a_short_cry_is_as_loud_whatever_is_written_around_it(cry: str, own: str) -> None:
    """R28: forwarded, beside another message, and before the consent, where only a mark is kept (R7)."""
    for quoted in ((cry,), (own, cry), (cry, own)):
        (raised,) = decide(facts(dialogue()), wrote(own, forwarded=1, quoted=quoted)).appeals
        assert raised.alarming
    inside = [{"text": cry, "from_id": 2, "date": 0, "attachments": []}]
    assert danger_mark({"text": own, "fwd_messages": inside}, ANNA) == {"danger": True}


@pytest.mark.parametrize("words", ["Снег убрали, спасибо", "Собрание во вторник в 18", "Кто потерял кота?"])
def test_harmless_words_beside_harmless_words_are_no_alarm(words: str) -> None:
    for own in AROUND:
        assert not decide(facts(dialogue()), wrote(own, forwarded=1, quoted=(words, own))).appeals


def test_its_number_is_made_of_the_same_message() -> None:
    event = wrote("смотрите", quoted=("Горит дом на Мира 5, внутри люди",))
    first = needs(event, dialogue()).first
    assert first == needs(wrote("Горит дом на Мира 5, внутри люди"), dialogue()).first == source_of(event.message.cmid)
    edited = source_of(event.message.cmid, edited=True)
    assert needs(MessageEdited(event.message), dialogue()).first == edited != first, "of an edit it is another one (I7)"


def test_what_may_be_a_danger_is_asked_about() -> None:
    own, theirs = (decide(facts(dialogue()), event) for event in (wrote(WALL), wrote("вот", quoted=(WALL,))))
    for decision in (own, theirs):
        assert decision.dialogue is not None and decision.dialogue.doubted is not None


@pytest.mark.parametrize(
    "words",
    [
        "отмена", "мои сообщения", "мои данные", "удалить мои данные", "отправить", "да", "нет", "всё", "помощь",
        "назад", "удалите мои данные", "отзываю согласие", "спасибо, всё сделали", "отзовите моё сообщение",
        "когда ответите?", "позовите оператора", "/принять", "начать заново", "всё равно отправить", "не надо ничего",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("step", "draft"), [(Idle(), Draft()), (Preview(), READY)])
def test_what_another_wrote_is_no_command(words: str, step: Step, draft: Draft) -> None:
    decision = forwards(words, step=step, draft=draft)
    assert decision.dialogue is not None and not decision.appeals
    assert decision.dialogue.draft.pieces[-1] == Piece(10, f"Переслано: {words}", reworded=True, at=NOW)


@pytest.mark.parametrize(
    "own", ["отмена", "отправить", "мои сообщения", "назад", "начать заново", "да", "всё равно отправить"]
)
def test_a_label_beside_anothers_words_takes_nothing_away(own: str) -> None:
    decision = forwards("Фонарь не горит", own, Preview(), READY)
    assert decision.dialogue is not None and not decision.appeals
    assert decision.dialogue.draft.pieces[0] == READY.pieces[0]
    assert decision.dialogue.draft.pieces[-1].text == f"{own}\nПереслано: Фонарь не горит"


# «Кто это написал?»


def settles(*pieces: Piece, **more: Any) -> Decision:
    draft = Draft(pieces, settling_text=True, **more)
    return decide(facts(dialogue(AskingText(), draft)), TimerFired("pause", str(ANNA), ANNA, NOW))


THEIRS = Piece(10, "Переслано: Фонарь не горит, Миасс, Мира 5", reworded=True)


def test_who_wrote_it_is_asked_once() -> None:
    asked = settles(THEIRS)
    (question,) = sends(asked, ANNA)
    assert question.text == texts_wishes.WHO_WROTE and labels(question) == list(texts_wishes.WRITERS.values())
    assert asked.dialogue is not None and asked.dialogue.draft.pieces == (THEIRS,)
    again = decide(facts(asked.dialogue), TimerFired("pause", str(ANNA), ANNA, NOW))
    assert texts_wishes.WHO_WROTE not in said(again) and again.dialogue is not None
    assert again.dialogue.draft.pieces == (THEIRS,), "who does not answer goes on"


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("self", "Фонарь не горит, Миасс, Мира 5"),
        ("other", "Переслано, пишет другой человек: Фонарь не горит, Миасс, Мира 5"),
        ("news", "Переслана новость: Фонарь не горит, Миасс, Мира 5"),
    ],
)
def test_whose_words_they_are_stands_before_them(who: str, told: str) -> None:
    asked = settles(THEIRS).dialogue
    decision = decide(facts(asked), tapped(actions.WROTE, who, cmid=11))
    assert decision.dialogue is not None and texts_wishes.WHO_WROTE not in said(decision)
    assert [piece.text for piece in decision.dialogue.draft.pieces] == [told]
    forged = decide(facts(asked), tapped(actions.WROTE, "nobody", cmid=11))
    assert forged.dialogue is None or forged.dialogue.draft.pieces == (THEIRS,)


@pytest.mark.parametrize(
    "pieces",
    [
        (Piece(9, "Пишет соседка"), THEIRS),
        (Piece(10, "смотрите\nПереслано: Фонарь не горит"),),
        (Piece(10, "Переслано: https://vk.com/wall-1_2"),),
        (Piece(10, "Фонарь не горит"),),
    ],
    ids=["own words before", "own words beside", "a link", "own words"],
)
def test_who_says_something_of_his_own_is_not_asked(pieces: tuple[Piece, ...]) -> None:
    assert texts_wishes.WHO_WROTE not in said(settles(*pieces))


def test_danger_waits_for_no_answer() -> None:
    assert texts_wishes.WHO_WROTE not in said(settles(THEIRS, warned=True))
