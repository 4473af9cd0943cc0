"""Whatever is typed at a question is on the card or answers it; what says nothing is not on the card (I14, I15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.floods import MOST_PIECES
from handlers.text import actions, texts, texts_wishes
from handlers.views.turn import ADDING_TIMER
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    Draft,
    Idle,
    ListingAppeals,
    Preview,
    Step,
)
from states.events import MessageEdited, TimerFired
from states.lifecycle.appeal import Appeal, Piece, Status
from tests.handlers.given import (
    ANNA,
    PHOTO,
    READY,
    appeal,
    dialogue,
    draft_of,
    facts,
    labels,
    said,
    sends,
    step_of,
    tapped,
    types,
    wrote,
)
from tests.small import NOW, REGION, SmallFinder

TOLD = Draft((Piece(3, "не горит"),), settling_text=False)
HELP = "помогите пожалуйста"
PREVIEW = Preview()
TITLE = "Снег на дороге · Миасс, Мира, 1"


class FindsRoads(SmallFinder):
    """As matching does, an agency by any word of its own."""

    def search_agencies(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        return ("roads",)


def pauses(draft: Draft, **more: Any) -> Decision:
    return decide(facts(dialogue(AskingText(), draft), **more), TimerFired("pause", str(ANNA), ANNA, NOW))


def told(text: str) -> Draft:
    return Draft((Piece(10, text),))


# At a question.


@pytest.mark.parametrize("step", [ChoosingGroup(), ChoosingTopicOf("roads")])
@pytest.mark.parametrize(
    "text", ["яма на дороге, мигает светофор", "снег лежит третий день", "яма глубокая", "ничего похожего на темы"]
)
def test_a_story_in_answer_to_what_it_is_about_is_told(step: Step, text: str) -> None:
    """Seen: «помогите», then the story: the card held «помогите»."""
    assert draft_of(types(text, step, TOLD)).text == f"не горит\n{text}"


def test_a_name_of_a_topic_is_a_choice_and_no_story() -> None:
    assert draft_of(types("ямы", ChoosingTopic(("pits", "snow")), TOLD)) == replace(TOLD, topic="pits")


def test_more_than_a_place_is_told() -> None:
    draft = draft_of(types("Миасс, там темно и скользко", ChoosingPlace(), replace(TOLD, topic="pits")))
    assert draft.place == "miass" and draft.text == "не горит\nМиасс, там темно и скользко"


def test_a_story_in_answer_to_whom_begins_a_message() -> None:
    story = "министерство третий день не чистит снег во дворе школы"
    begun = types(story, ChoosingAgency(), Draft())
    assert step_of(begun) == AskingText() and draft_of(begun).text == story
    named = types("министерство дорожного хозяйства", ChoosingAgency(), Draft())
    assert isinstance(step_of(named), ChoosingAgency) and draft_of(named).empty


@pytest.mark.parametrize(
    "story",
    [
        "министерство, большая яма, ул. Мира 5",
        "яма у министерства, ул. Мира 5",
        "роспотребнадзор, в магазине просрочка",
        "не работает светофор у министерства",
    ],
)
def test_a_story_with_its_address_in_answer_to_whom_begins_a_message_too(story: str) -> None:
    """Seed 12000891: a street beside the trouble made it a name of an agency, and its words were dropped (I14)."""
    begun = decide(facts(dialogue(ChoosingAgency(), Draft()), find=FindsRoads()), wrote(story))
    assert step_of(begun) == AskingText() and draft_of(begun).text == story


@pytest.mark.parametrize("text", [HELP, "да", "ок", "тут такое дело", "???"])
@pytest.mark.parametrize(
    "step",
    [ChoosingGroup(), ChoosingTopicOf("roads"), ChoosingTopic(("pits", "snow")), ChoosingPlace(), Preview()],
    ids=lambda step: type(step).__name__,
)
def test_what_says_nothing_is_on_no_card(step: Step, text: str) -> None:
    decision = types(text, step, READY)
    assert draft_of(decision) == READY and step_of(decision) == step and said(decision)


@pytest.mark.parametrize(("text", "topic"), [("да", "pits"), ("нет", None), ("ага", "pits")])
def test_one_topic_is_answered_with_yes_or_no(text: str, topic: str | None) -> None:
    assert draft_of(types(text, ChoosingTopic(("pits",)), TOLD)).topic == topic


@pytest.mark.parametrize("step", [Idle(), AskingText(), ListingAppeals()])
def test_what_says_nothing_waits_for_words(step: Step) -> None:
    begun = types(HELP, step, Draft())
    assert step_of(begun) == AskingText() and draft_of(begun).empty and not sends(begun)
    asked = pauses(draft_of(begun))
    assert said(asked) == texts.ASK_TEXT and draft_of(asked).empty


def test_not_to_know_the_address_is_no_address() -> None:
    at = replace(READY, address="", address_unknown=False)
    unknown = types("не знаю точного адреса", AskingAddress(), at)
    assert draft_of(unknown).address == "" and draft_of(unknown).address_unknown and step_of(unknown) == Preview()
    assert draft_of(types("вот тут", AskingAddress(), at)) == at
    assert draft_of(types("за гаражами", AskingAddress(), at)).address == "за гаражами"


@pytest.mark.parametrize("step", [AskingText(), ChoosingGroup()])
def test_yes_is_kept_while_an_official_waits_for_an_answer(step: Step) -> None:
    asked = sent(status=Status.ASKED)
    assert draft_of(types("да", step, TOLD, appeals=(asked,))).text == "не горит\nда"


# An edit before «Отправить».


def edits(draft: Draft, text: str, step: Step = PREVIEW) -> Decision:
    return decide(facts(dialogue(step, draft)), MessageEdited(wrote(text, at=NOW + timedelta(seconds=9)).message))


def test_an_edit_takes_the_place_and_the_address_that_came_from_it() -> None:
    """Seen: «Миасс, Романенко, 4» edited to «Златоуст, Ленина, 40» was sent to Миасс."""
    draft = Draft((Piece(10, "точно яма, Миасс, ул. Мира, 1"),), settling_text=False)
    draft = replace(draft, topic="pits", place="miass", address="ул. Мира, 1")
    moved = draft_of(edits(draft, "точно яма, Аша, ул. Труда, 9"))
    assert (moved.topic, moved.place, moved.address) == ("pits", "aша", "ул. Труда, 9")
    gone = edits(draft, "точно яма на дороге")
    assert step_of(gone) == ChoosingPlace() and draft_of(gone).address == ""
    assert texts.EDIT_TAKEN in said(gone)


def test_an_edit_takes_the_topic_that_came_from_it() -> None:
    draft = Draft((Piece(10, "точно яма, Миасс"),), topic="pits", place="miass", address="ул. Мира, 1")
    assert draft_of(edits(draft, "точно снег, Миасс")).topic == "snow"
    assert draft_of(edits(draft, "снег, Миасс")).topic == "pits", "what is not sure changes nothing"
    chosen = replace(draft, pieces=(Piece(10, "беда, Миасс"),))
    assert draft_of(edits(chosen, "точно снег, Миасс")).topic == "pits", "the resident has chosen it"


def test_an_edit_of_words_alone_shows_the_step_again() -> None:
    draft = Draft((Piece(10, "яма, Миасс"),), topic="pits", place="miass", address="ул. Мира, 1")
    shown = edits(draft, "большая яма, Миасс")
    assert step_of(shown) == PREVIEW and draft_of(shown).text == "большая яма, Миасс"


def test_a_part_of_the_town_is_told() -> None:
    parts = (replace(one, districts=("Северный",)) if one.code == "miass" else one for one in REGION.places)
    with_part = replace(REGION, places=tuple(parts))
    draft = draft_of(types("Северный район, Миасс", ChoosingPlace(), replace(TOLD, topic="pits"), directory=with_part))
    assert draft.place == "miass" and draft.text.endswith("Северный район, Миасс")


# After the number.


def sent(**more: Any) -> Appeal:
    return appeal(**{"created_at": NOW - timedelta(minutes=5), "chat": 1} | more)


@pytest.mark.parametrize("text", ["забыл, третий подъезд", "дом 14, а не 4", "и ещё там темно", "у подъезда"])
def test_a_few_words_after_the_number_are_added_and_can_be_taken_back(text: str) -> None:
    """R26: said at once, carried out half a minute later."""
    begun = pauses(told(text), appeals=(sent(),))
    (offer,) = sends(begun, ANNA)
    assert offer.text == f"Дополнили: {TITLE}." and labels(offer) == ["Это другое"] and not begun.appeals
    added = half_a_minute_later(begun)
    assert added.appeals[0].pieces[-1].text == text and draft_of(added).empty and not said(added)
    other = decide(facts(begun.dialogue, appeals=(sent(),)), tapped(actions.WRITE, "1124-AAAA"))
    assert draft_of(other).text == text and not other.appeals
    assert half_a_minute_later(other).ignored
    late = decide(facts(added.dialogue, appeals=added.appeals), tapped(actions.WRITE, "1124-AAAA", 13))
    assert said(late).startswith(texts_wishes.ADDED_ALREADY)


def half_a_minute_later(begun: Decision, *appeals: Appeal) -> Decision:
    at = NOW + timedelta(seconds=30)
    known = facts(begun.dialogue, appeals=appeals or (sent(),), now=at)
    return decide(known, TimerFired(ADDING_TIMER, "1124-AAAA", ANNA, at))


def test_more_words_within_the_half_minute_are_read_with_the_first() -> None:
    begun = pauses(told("забыл, третий подъезд"), appeals=(sent(),))
    more = decide(facts(begun.dialogue, appeals=(sent(),)), wrote("и код 12", 11))
    assert half_a_minute_later(more).ignored and "Дополнили" in said(pauses(draft_of(more), appeals=(sent(),)))


def test_what_is_unexpected_is_said_when_it_is_added() -> None:
    begun = pauses(told("мой телефон 8 900 123-45-67"), appeals=(sent(),))
    assert "Добавили к сообщению" in said(half_a_minute_later(begun)), "the chat does not see the number (R19)"
    begun = pauses(told("забыл, третий подъезд"), appeals=(sent(),))
    over = half_a_minute_later(begun, sent(status=Status.CLOSED))
    assert texts.ADDING_OVER.format(code="1124-AAAA") in said(over) and draft_of(over).text and not over.appeals
    full = sent(pieces=tuple(Piece(at, "яма") for at in range(1, MOST_PIECES + 1)))
    assert texts.APPEAL_FULL.format(code="1124-AAAA") in said(half_a_minute_later(begun, full))
    assert half_a_minute_later(Decision(dialogue=replace(begun.dialogue, step=ListingAppeals()))).dialogue.step == (
        ListingAppeals()
    ), "who looks at something else meanwhile goes on looking"


@pytest.mark.parametrize(
    "text",
    ["забыл, третий подъезд", "администрация Миасса сама виновата", "слово " * 9],
)
def test_what_may_belong_elsewhere_or_does_not_fit_is_asked_about(text: str) -> None:
    two = (sent(), sent(code="1124-BBBB", address="ул. Труда, 2"))
    full = sent(pieces=tuple(Piece(at, "яма") for at in range(1, MOST_PIECES + 1)))
    for known in (two, (full,)):
        asked = pauses(told(text), appeals=known)
        assert "Дополнили" not in said(asked) and not draft_of(asked).adding_to


def test_a_bare_photo_after_the_number_is_added() -> None:
    photo = Draft((Piece(10, "", (PHOTO,)),))
    assert "Дополнили" in said(pauses(photo, appeals=(sent(),)))
    late = sent(created_at=NOW - timedelta(hours=2))
    assert said(pauses(photo, appeals=(late,))).startswith("Получили")


@pytest.mark.parametrize(("word", "added"), [("да", True), ("Ага", True), ("нет", False), ("не то", False)])
def test_the_offer_is_answered_in_words_too(word: str, added: bool) -> None:
    asked = pauses(told("забыл, третий подъезд"), appeals=(sent(),))
    answered = decide(facts(asked.dialogue, appeals=(sent(),)), wrote(word, 11))
    assert bool(answered.appeals) is added
    assert draft_of(answered).text == ("" if added else "забыл, третий подъезд")


def test_of_several_yes_says_nothing_and_no_is_a_new_message() -> None:
    mine = tuple(sent(code=f"1124-AAA{n}", created_at=NOW - timedelta(minutes=n)) for n in (1, 2))
    asked = pauses(told("вот ещё"), appeals=mine)
    assert not decide(facts(asked.dialogue, appeals=mine), wrote("да", 11)).appeals
    assert step_of(decide(facts(asked.dialogue, appeals=mine), wrote("нет", 11))) == ChoosingGroup()


def test_yes_opens_the_answered_one_again_under_its_offer() -> None:
    at = NOW - timedelta(days=3)
    mine = (appeal(status=Status.ANSWERED, created_at=at, answered_at=at, first_answer_at=at),)
    asked = pauses(told("так и не сделали"), appeals=mine)
    (again,) = decide(facts(asked.dialogue, appeals=mine), wrote("да", 11)).appeals
    assert again.status is Status.REOPENED


def test_yes_where_nothing_was_offered_says_nothing() -> None:
    elsewhere = replace(told("яма на дороге"), offered=True)
    assert draft_of(types("да", AskingText(), elsewhere)) == elsewhere


def test_of_several_the_author_says_which() -> None:
    mine = tuple(sent(code=f"1124-AAA{n}", created_at=NOW - timedelta(minutes=n)) for n in range(1, 5))
    (offer,) = sends(pauses(told("вот ещё"), appeals=mine), ANNA)
    assert offer.text == texts_wishes.WHICH and labels(offer) == [f"К «{TITLE}»"] * 3 + ["Это другое"]


@pytest.mark.parametrize(
    ("text", "mine"),
    [
        ("забыл, третий подъезд", sent(created_at=NOW - timedelta(days=2))),
        ("забыл, третий подъезд", sent(status=Status.CLOSED)),
        ("забыл, Аша, третий подъезд", sent()),
        ("забыл, ул. Труда, 5, третий подъезд", sent()),
        ("яма на дороге", sent()),
        ("забыл сказать, и это очень долгая история о том, как мы ждали и не дождались", sent()),
        ("вот закладки во дворе", sent()),
    ],
)
def test_a_story_of_its_own_is_a_new_message(text: str, mine: Appeal) -> None:
    assert "Это к сообщению" not in said(pauses(told(text), appeals=(mine,)))


def test_it_is_asked_once() -> None:
    assert "Это к сообщению" not in said(pauses(replace(told("вот ещё"), offered=True), appeals=(sent(),)))


def test_ok_needs_no_word_where_nothing_is_asked() -> None:
    ok = decide(facts(dialogue(), appeals=(sent(),)), wrote("Ок!"))
    assert ok.ignored and not ok.effects
    answered = sent(status=Status.ANSWERED, answered_at=NOW, first_answer_at=NOW)
    asked = decide(facts(dialogue(), appeals=(answered,)), wrote("да"))
    (question,) = sends(asked, ANNA)
    assert question.text == "Вопрос решён?" and labels(question) == ["Решено", "Не решено"]
    assert not asked.appeals, "a word is no press of «Решено»"


def test_a_message_is_taken_back_by_its_button_only() -> None:
    asked = decide(facts(dialogue(), appeals=(sent(),)), wrote("Отзовите моё сообщение"))
    (offer,) = sends(asked, ANNA)
    assert offer.text == texts_wishes.TAKE_BACK and not asked.appeals
    assert labels(offer)[0] == "Отозвать: Снег на дороге · Миасс, Мира,…"
    nothing = decide(facts(dialogue()), wrote("Отзовите моё сообщение"))
    assert said(nothing) == texts_wishes.NOTHING_OPEN
