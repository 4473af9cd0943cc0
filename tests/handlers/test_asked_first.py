"""Who begins with a question has told what it is about: its words are the message's, and asked for no more (I14)."""

from __future__ import annotations

import pytest

from handlers.decide import decide
from handlers.text import texts_wishes
from screening.acts.written import asked_about
from states.dialogue import Dialogue, Draft, Idle
from states.events import TimerFired
from states.lifecycle.appeal import Appeal
from tests import example
from tests.handlers.given import ANNA, appeal, dialogue, facts, said, wrote
from tests.small import NOW

WHITHER = (
    "скажите куда жаловаться на шум ночью от бара", "куда обратиться с жалобой на холодные батареи",
    "к кому обращаться если крыша течёт", "подскажите кому писать про бродячих собак во дворе",
    "куда звонить если в подъезде нет света", "Куда можно пожаловаться на свалку за гаражами?",
    "а куда сообщать о сломанных качелях на площадке", "кому жаловаться на яму во дворе",
    "здравствуйте, куда нам обращаться по поводу протечки крыши", "куда писать насчёт вывоза мусора",
)  # fmt: skip
BARE = (
    "куда жаловаться", "куда мне обратиться?", "подскажите, куда писать", "кому можно пожаловаться", "куда звонить",
    "к кому обратиться с вопросом", "куда направлять предложения", "как пользоваться ботом", "сюда писать?",
    "это сюда жалуются?",
)  # fmt: skip
QUESTIONS = (
    "до скольки работает поликлиника", "как записать ребёнка в садик", "как оформить субсидию на коммуналку?",
    "где получить справку о составе семьи", "подскажите по льготам", "во сколько открывается паспортный стол",
)  # fmt: skip
WHERE_ONLY = ("Копейск", "г. Миасс, ул. Романенко, 4", "в Златоусте", "Ленина 5")


def says(text: str, talk: Dialogue, cmid: int = 10, own: tuple[Appeal, ...] = ()) -> Dialogue:
    known = facts(talk, directory=example.region(), find=example.matcher(), appeals=own)
    after = decide(known, wrote(text, cmid)).dialogue
    assert after is not None
    return after


def settles(talk: Dialogue) -> Dialogue:
    known = facts(talk, directory=example.region(), find=example.matcher())
    after = decide(known, TimerFired("pause", str(ANNA), ANNA, NOW)).dialogue
    assert after is not None
    return after


def new() -> Dialogue:
    return dialogue(Idle(), Draft())


@pytest.mark.parametrize("own", [(), (appeal(topic="othody-svalka"),)])
@pytest.mark.parametrize("text", WHITHER)
def test_who_asks_whither_with_his_trouble_has_told_it(text: str, own: tuple[Appeal, ...]) -> None:
    assert says(text, new(), own=own).draft.text == text


@pytest.mark.parametrize("text", BARE)
def test_who_only_asks_whither_hears_of_the_ways(text: str) -> None:
    known = facts(new(), directory=example.region(), find=example.matcher())
    decision = decide(known, wrote(text))
    assert decision.dialogue is not None and decision.dialogue.draft.empty and said(decision) == texts_wishes.WHERE
    told = says("Яма, Миасс, Романенко, 4", decision.dialogue, 11)
    assert told.draft.text == "Яма, Миасс, Романенко, 4", "no question to the bot is on a card (I15)"


@pytest.mark.parametrize("place", WHERE_ONLY)
@pytest.mark.parametrize("text", QUESTIONS)
def test_a_place_behind_a_question_goes_on_with_it(text: str, place: str) -> None:
    """Seen: «О чём это?» to «Копейск», and the question lost."""
    told = says(place, says(text, new()), 11)
    assert told.draft.text == f"{text}\n{place}" and told.draft.meant is None
    assert settles(told).draft.text == f"{text}\n{place}"


@pytest.mark.parametrize("text", [*QUESTIONS, "козлы вы все там", "позовите человека", "спасибо большое вам"])
def test_a_story_behind_it_is_a_message_of_its_own(text: str) -> None:
    told = says("Большая яма на дороге, Миасс, Романенко, 4", says(text, new()), 11)
    assert told.draft.text == "Большая яма на дороге, Миасс, Романенко, 4"


@pytest.mark.parametrize("text", ["козлы вы все там", "позовите человека", "что вы обо мне знаете?"])
def test_a_place_behind_what_is_no_question_is_told_alone(text: str) -> None:
    assert says("Копейск", says(text, new()), 11).draft.text == "Копейск"


@pytest.mark.parametrize("more", ["Копейск", "орут каждую ночь, Копейск, Ленина, 5"])
def test_what_is_complained_of_without_a_topic_goes_on_too(more: str) -> None:
    talk = says("куда пожаловаться на соседей", new())
    assert talk.draft.empty and says(more, talk, 11).draft.text == f"куда пожаловаться на соседей\n{more}"


def test_only_the_last_question_is_meant() -> None:
    talk = says(QUESTIONS[1], says(QUESTIONS[0], new()), 11)
    told = says("Миасс", talk, 12)
    assert told.draft.text == f"{QUESTIONS[1]}\nМиасс"
    assert [old.text for old in told.draft.meant_before] == [QUESTIONS[0]]


@pytest.mark.parametrize("end", [", Копейск", "\nМиасс", ". Златоуст", "\nг. Миасс, ул. Романенко, 4"])
@pytest.mark.parametrize(
    "text", ["помогите оформить пандус", "можно ли узнать когда уберут снег", "до скольки работает поликлиника"]
)
def test_a_place_at_the_end_says_nothing_of_the_topic(text: str, end: str) -> None:
    """Seen: with «Копейск» behind it the topics of «помогите оформить пандус» were gone."""
    find = example.matcher()
    assert find.topic(text + end).topics[:2] == find.topic(text).topics[:2]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("куда жаловаться на шум", "шум"),
        ("подскажите, кому сообщить о яме на дороге", "яме на дороге"),
        ("куда обращаться", ""),
        ("снег на дороге, куда жаловаться", ""),
        ("", ""),
    ],
)
def test_what_is_asked_about_stands_behind_the_asking(text: str, about: str) -> None:
    assert asked_about(text) == about
