"""What only sounds like «Всё» is told like any other words; only the words of the closed list end the telling (I14)."""

from __future__ import annotations

import pytest

from handlers.decide import decide
from handlers.resident.reading import Reading
from screening.acts import Act
from states.dialogue import AskingText, Draft, Idle, Step
from states.lifecycle.appeal import Piece
from tests.handlers.given import dialogue, draft_of, facts, wrote
from tests.small import SmallFinder

TOLD = Draft((Piece(3, "не горит фонарь"),))

SOUND = (
    "вот и все что осталось от лавочки",
    "все сломано",
    "все замерзло",
    "все затоплено",
    "все уже сгнило",
    "все плохо совсем",
    "все течет",
    "все развалилось",
    "все отвалилось",
    "все разворовали",
    "все перекопали и бросили",
    "все завалено",
    "ничего не работает",
    "ничего не чистят",
    "ничего не видно",
    "ничего не убрано",
    "ничего не видно вечером",
    "написала еще на прошлой неделе",
    "рассказала соседка, она видела",
    "ну вот все и рухнуло",
    "больше ничего не ходит",
    "больше терпеть нельзя",
    "пока все стоит на месте",
    "готово было к зиме, а теперь развалили",
    "готовое крыльцо раскрошилось",
    "закончилась соль, дворник не сыплет",
    "закончили и не убрали за собой",
    "уже все во льду",
    "уже все подъезды такие",
    "на этом дело встало",
    "на этом месте вчера упала женщина",
    "вроде все чинили, а оно опять",
    "это все из-за стройки",
    "это все дворники",
    "я все сфотографировала",
    "я закончила смену и не смогла пройти",
    "отправляйте трактор",
)

END = (
    "всё",
    "Все.",
    "готово",
    "ну всё",
    "это всё",
    "вроде все",
    "на этом всё",
    "больше ничего",
    "всё, отправляйте",
    "вот и всё",
    "вот собственно и всё",
    "у меня всё",
    "кажется всё",
    "в общем всё",
    "всё вроде",
    "больше добавить нечего",
    "добавить нечего",
    "больше нечего сказать",
    "это всё, что хотела сказать",
    "на этом закончу",
    "всё сказано",
    "вот и вся история",
    "конец",
    "думаю, всё",
    "теперь всё",
    "дописала",
    "на сегодня всё",
    "пожалуй, всё",
    "короче всё",
)


def read(text: str) -> Reading:
    return Reading(SmallFinder(), text, wrote(text).message)


@pytest.mark.parametrize("text", SOUND)
def test_what_only_sounds_like_the_end_is_no_end(text: str) -> None:
    assert Act.DONE not in (read(text).act, read(text).sure)


@pytest.mark.parametrize("text", END)
def test_the_end_itself_ends(text: str) -> None:
    assert read(text).act is Act.DONE


@pytest.mark.parametrize("step", [AskingText(), Idle()])
@pytest.mark.parametrize("text", SOUND)
def test_it_stands_among_the_words_of_the_draft(text: str, step: Step) -> None:
    draft = TOLD if isinstance(step, AskingText) else Draft()
    assert text in draft_of(decide(facts(dialogue(step, draft)), wrote(text))).text
