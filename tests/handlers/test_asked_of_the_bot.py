"""What is asked of the bot before anything is told is answered beside the dialogue and begins no story (I15)."""

from __future__ import annotations

import pytest

from handlers.decide import decide
from handlers.resident.acts import act_there
from handlers.resident.reading import read
from handlers.resident.situation import Situation
from screening.acts import Act
from states.dialogue import AskingText
from states.messages import Message
from tests import example
from tests.handlers.given import dialogue, facts, wrote
from tests.small import NOW

KNOWN = facts(dialogue(AskingText()), directory=example.region(), find=example.matcher())

HOW = (
    "пришлите инструкцию", "скиньте инструкцию пж", "а есть инструкция?", "инструкцию можно?",
    "где почитать инструкцию", "как этим пользоваться", "как это работает", "как вообще это работает",
    "как работает ваш бот", "как тут писать",
    "объясните что тут делать", "как отправить фото", "видео можно слать?",
    "что писать в сообщении", "kak eto rabotaet", "по каким вопросам сюда можно писать",
)  # fmt: skip
WHO = (
    "а что вы умеете?", "чё ты умеешь", "чем вы можете помочь", "чем поможете", "что вы можете", "для чего этот бот",
    "это что за бот", "что это за группа", "кто вы такие", "вы кто", "это администрация?", "кто мне ответит",
    "кто будет отвечать на мое сообщение", "кто это читает", "от имени кого вы пишете", "мне перезвонят?",
    "на что ты способен", "xnj ns evttim",
)  # fmt: skip
HOW_LONG = (
    "сколько ждать", "а долго ждать ответ надо?", "сколько времени занимает ответ", "через сколько дней ответят",
    "в какой срок отвечают", "как быстро отвечаете", "ответ придет сюда?",
)  # fmt: skip
WHAT = (
    "дайте телефон", "дайте номер телефона администрации", "скиньте номер горячей линии", "нужен телефончик сантехника",
    "часы приема главы подскажите", "вы по выходным работаете?", "пришлите бланк заявления", "скиньте форму заявления",
    "образец заявления есть?", "дайте ссылку на сайт", "ссылку на госуслуги дайте", "какой адрес у мфц",
    "можно анонимно?", "это бесплатно?", "что такое ЦУР", "зачем согласие", "нужна информация по субсидиям",
    "фото обязательно?", "нужно фото?", "скиньте расписание 64", "можно узнать когда выборы",
    "можно несколько жалоб сразу", "документы точно нужны?", "видео тоже?", "ещё фото можно?", "а если нет адреса?",
)  # fmt: skip


def act_of(text: str) -> Act:
    return act_there(read(KNOWN, Message(1, 10, 1, NOW, text)), Situation.NEW)


@pytest.mark.parametrize(
    ("texts", "act"), [(HOW, Act.WHERE), (WHO, Act.PERSON), (HOW_LONG, Act.WHEN), (WHAT, Act.QUESTION)]
)
def test_each_is_understood(texts: tuple[str, ...], act: Act) -> None:
    assert {text: act_of(text) for text in texts} == dict.fromkeys(texts, act)


@pytest.mark.parametrize("text", [*HOW, *WHO, *HOW_LONG, *WHAT])
def test_none_begins_a_story(text: str) -> None:
    after = decide(KNOWN, wrote(text)).dialogue
    assert after is None or (after.draft.empty and after.draft.text == "")


@pytest.mark.parametrize(
    "text",
    [
        "дайте свет в подъезд", "пришлите трактор, двор завален", "скиньте сосульки с крыши",
        "телефон управляющей не отвечает", "инструкции по эвакуации в школе нет", "кто уберёт ветки?",
        "как это терпеть, третью неделю без лифта?", "почему не чистят двор?", "нужна зебра у школы",
        "когда дадут горячую воду в Копейске?", "а на Мира 5 так и будет темно?", "бланков в мфц нет",
        "кто ответит за разбитую дорогу", "почему у нас во дворе третий месяц никто не чистит снег и лёд?",
        "Что за вонь на улице?", "бесплатно лекарство не дают",
    ],
)  # fmt: skip
def test_a_problem_that_sounds_alike_is_told(text: str) -> None:
    after = decide(KNOWN, wrote(text)).dialogue
    assert after is not None and after.draft.text == text
