"""Nobody has understood two messages in a row: a person's number, and the message as it is (R35, I14); of several words
that were asked back each is kept until it is known what they were about (R12)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.text import actions, texts, texts_wishes
from states.decision import Decision
from states.dialogue import AS_IT_IS, AskingText, ChoosingGroup, ChoosingTopicOf, Draft, Idle, Preview, Step
from states.directory import Phone
from states.lifecycle.appeal import Piece, Status
from tests.handlers.given import CUR_CHAT, dialogue, draft_of, facts, labels, said, sends, step_of, tapped, the, wrote
from tests.small import REGION

TOLD = Draft((Piece(3, "Вжик бумс опять"),), settling_text=False)
MORE = "абырвалг тарарам"
CALLED = replace(REGION, numbers=(Phone("112"), Phone("8 351 000-00-00", "ЦУР, будни 9–18")))


def types(text: str, draft: Draft = TOLD, **more: object) -> Decision:
    step = more.pop("step", ChoosingGroup())
    return decide(facts(dialogue(step, draft), **more), wrote(text))  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [ChoosingGroup(), ChoosingTopicOf(None, 0, ("pits", "snow"))])
@pytest.mark.parametrize("text", ["Миасс, ул. Лихачёва, 20", "Миасс", "ул. Лихачёва, 20"])
def test_an_address_instead_of_a_topic_is_kept_and_no_name_that_was_not_found(step: Step, text: str) -> None:
    decision = types(text, step=step)
    assert said(decision).startswith(texts.TEXT_ADDED) and step_of(decision) == step
    after = draft_of(decision)
    assert after.place == "miass" or after.address == "ул. Лихачёва, 20"


@pytest.mark.parametrize("text", ["Ямы на дороге", "ямы на дороге!", "Ямы  на дороге."])
def test_the_whole_name_of_a_topic_is_chosen_from_no_list(text: str) -> None:
    assert draft_of(types(text)).topic == "pits"


def test_the_second_time_a_person_is_offered_and_no_list() -> None:
    decision = types(MORE)
    assert said(decision) == texts_wishes.not_understood("") and labels(sends(decision)[0]) == ["Отправить как есть"]
    assert [one.text for one in draft_of(decision).pieces] == ["Вжик бумс опять", MORE]
    long = types("абырвалг тарарам пум пурум бурум")
    assert said(long) == texts_wishes.not_understood("") and len(draft_of(long).pieces) == 2


def test_the_number_of_a_person_is_told_where_the_directory_has_one() -> None:
    text = said(types(MORE, directory=CALLED))
    assert "Позвоните: 8 351 000-00-00 — ЦУР, будни 9–18." in text and "Или отправьте как есть" in text


def test_the_first_time_it_is_asked_once_more() -> None:
    """The story gave topics, or the list of one group is open."""
    assert texts.nothing_found(MORE) in said(types(MORE, Draft((Piece(3, "Яма"),), settling_text=False)))
    assert texts.nothing_found(MORE) in said(types(MORE, step=ChoosingTopicOf("roads")))
    assert isinstance(step_of(types("там большая и глубокая яма у подъезда")), ChoosingGroup | ChoosingTopicOf) is False


def test_as_it_is_it_goes_to_the_cur_with_all_words() -> None:
    draft = draft_of(types(MORE))
    shown = decide(facts(dialogue(ChoosingGroup(), draft)), tapped(actions.AS_IT_IS))
    assert step_of(shown) == Preview() and draft_of(shown).topic == AS_IT_IS and "Проверьте: сообщение" in said(shown)
    sent = decide(facts(dialogue(Preview(), draft_of(shown))), tapped(actions.SEND))
    appeal = the(sent)
    assert (appeal.status, appeal.chat, appeal.agency, appeal.place) == (Status.WAITING, CUR_CHAT, None, None)
    assert MORE in appeal.text and "Вжик бумс" in appeal.text


def test_as_it_is_typed_is_the_button_and_takes_no_topic_that_was_found() -> None:
    typed = decide(facts(dialogue(ChoosingGroup(), draft_of(types(MORE)))), wrote("отправить как есть", 12))
    assert step_of(typed) == Preview() and draft_of(typed).topic == AS_IT_IS
    found = replace(draft_of(types(MORE)), topic="pits", place="miass", address="Мира, 1")
    late = decide(facts(dialogue(Preview(), found)), tapped(actions.AS_IT_IS))
    assert late.dialogue is None or draft_of(late).topic == "pits"


def test_of_what_goes_as_it_is_no_place_is_changed() -> None:
    draft = replace(draft_of(types(MORE)), topic=AS_IT_IS)
    asked = labels(sends(decide(facts(dialogue(Preview(), draft)), tapped(actions.CHANGE)))[0])
    assert "Текст" in asked and "Место" not in asked and "Адрес" not in asked


def test_of_two_that_were_asked_back_each_is_kept() -> None:
    first = decide(facts(dialogue(AskingText())), wrote("Позовите человека", 10))
    second = decide(facts(first.dialogue), wrote("Куда обратиться?", 11))
    assert draft_of(second).meant == Piece(11, "Куда обратиться?")
    assert draft_of(second).meant_before == (Piece(10, "Позовите человека"),)
    about_first = decide(facts(second.dialogue), tapped(actions.AS_WORDS, "10", 12))
    assert draft_of(about_first).text == "Позовите человека" and draft_of(about_first).meant == Piece(
        11, "Куда обратиться?"
    )
    both = decide(facts(about_first.dialogue), tapped(actions.AS_WORDS, "11", 13))
    assert draft_of(both).text == "Позовите человека\nКуда обратиться?" and draft_of(both).meant is None
    typed = decide(facts(second.dialogue), wrote("Это о другом", 12))
    assert draft_of(typed).text == "Куда обратиться?" and draft_of(typed).meant == Piece(10, "Позовите человека")
    assert texts.STALE in said(decide(facts(second.dialogue), tapped(actions.AS_WORDS, "9", 12)))


def test_no_more_than_a_few_are_kept() -> None:
    talk = dialogue(Idle())
    for cmid in range(10, 20):
        answered = decide(facts(talk), wrote("Позовите человека", cmid)).dialogue
        assert answered is not None
        talk = answered
    assert [one.cmid for one in talk.draft.meant_before] == [14, 15, 16, 17, 18]
