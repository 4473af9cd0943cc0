"""Several problems in one message: asked about once, each sent by itself with one tap, none lost (I2, R35)."""

from __future__ import annotations

from dataclasses import replace

from handlers.decide import decide
from handlers.text import actions, texts, texts_parts
from states.decision import Decision
from states.dialogue import AskingAddress, AskingText, ChoosingParts, ChoosingTopic, Draft, Idle, Preview, Step
from states.events import MessageEdited
from states.lifecycle.appeal import Piece
from states.messages import Attachment
from tests.handlers.given import dialogue, draft_of, facts, labels, said, sends, settles, step_of, tapped, wrote

PHOTO = Attachment("photo")
TEXT = "яма в Миассе; снег, ул. Мира 1"
TOLD = Draft((Piece(3, TEXT, (PHOTO,)), Piece(4, "", (PHOTO,))))
PARTS = ChoosingParts(("яма в Миассе", "снег, ул. Мира 1"))


def presses(step: Step, action: str, draft: Draft, value: str = "", cmid: int = 10) -> Decision:
    return decide(facts(dialogue(step, draft)), tapped(action, value, cmid))


def test_they_are_listed_and_asked_about_once() -> None:
    asked = settles(TOLD)
    assert step_of(asked) == PARTS
    assert said(asked) == texts_parts.question(PARTS.problems) and "1. яма в Миассе\n2. снег" in said(asked)
    assert labels(sends(asked)[-1])[:2] == [texts_parts.EACH, texts_parts.WHOLE]
    whole = presses(PARTS, actions.WHOLE, replace(TOLD, settling_text=False))
    assert isinstance(step_of(whole), ChoosingTopic) and draft_of(whole).text == TEXT
    assert not isinstance(step_of(settles(replace(draft_of(whole), settling_text=True))), ChoosingParts)


def test_one_problem_is_not_asked_about() -> None:
    assert isinstance(step_of(settles(Draft((Piece(3, "яма"),)))), ChoosingTopic)


def test_each_is_sent_by_itself() -> None:
    first = draft_of(presses(PARTS, actions.EACH, replace(TOLD, settling_text=False)))
    assert first.text == "яма в Миассе" and first.files == 2 and first.place == "miass"
    assert [piece.text for piece in first.later] == ["снег, ул. Мира 1"] and first.whole
    assert all(piece.reworded for piece in first.pieces), "the original holds the other problem too"

    ready = replace(first, topic="pits", address="дом 5")
    sent = presses(Preview(), actions.SEND, ready, cmid=30)
    assert [piece.text for piece in sent.appeals[0].pieces if piece.text] == ["яма в Миассе"]
    following = draft_of(sent)
    assert following.text == "снег, ул. Мира 1" and (following.place, following.address) == ("miass", "ул. Мира 1")
    assert following.source == 30 and following.first != first.first and not following.later
    assert isinstance(step_of(sent), ChoosingTopic) and texts_parts.following(0) in said(sent)

    last = presses(Preview(), actions.SEND, replace(following, topic="snow"), cmid=40)
    assert step_of(last) == Idle() and draft_of(last) == Draft() and last.appeals[0].source == 30


DOUBTFUL = Draft((Piece(3, "яма в Миассе также снег, ул. Мира 1", (PHOTO,)),))


def test_what_may_be_several_is_offered_beside_the_preview_and_goes_whole_with_send() -> None:
    asked = settles(replace(DOUBTFUL, topic="pits", place="miass", address="дом 5"))
    assert step_of(asked) == Preview() and draft_of(asked).perhaps == ("яма в Миассе", "также снег, ул. Мира 1")
    assert texts_parts.perhaps(draft_of(asked).perhaps) in said(asked)
    assert labels(sends(asked)[-1])[:2] == ["Отправить", texts_parts.EACH]
    sent = presses(Preview(), actions.SEND, draft_of(asked))
    assert [piece.text for piece in sent.appeals[0].pieces] == [DOUBTFUL.text] and step_of(sent) == Idle()


def test_what_was_offered_beside_the_preview_goes_by_itself_and_its_topic_is_looked_for_anew() -> None:
    told = draft_of(settles(replace(DOUBTFUL, topic="snow", place="miass", address="дом 5")))
    first = presses(Preview(), actions.EACH, told)
    assert draft_of(first).text == "яма в Миассе" and draft_of(first).topic != "snow" and draft_of(first).files == 1
    assert [piece.text for piece in draft_of(first).later] == ["также снег, ул. Мира 1"]
    kept = presses(Preview(), actions.EACH, replace(told, topic="pits"))
    assert step_of(kept) == Preview() and draft_of(kept).topic == "pits"
    assert texts_parts.EACH not in labels(sends(kept)[-1]), "each part is one"


def test_nothing_is_offered_where_the_words_changed_or_another_step_stands() -> None:
    told = draft_of(settles(replace(DOUBTFUL, topic="pits", place="miass", address="дом 5")))
    more = replace(told, pieces=(*told.pieces, Piece(4, "и фонарь")))
    assert said(presses(Preview(), actions.EACH, more)).startswith(texts.STALE)
    assert said(presses(AskingAddress(), actions.EACH, told)).startswith(texts.STALE)
    assert replace(told, whole=True).offered_apart == ()


def test_the_next_one_is_where_the_one_before_was_unless_it_says_so() -> None:
    later = (Piece(3, "снег"), Piece(3, "врач, Аша"))
    ready = Draft((Piece(3, "яма"),), "pits", "miass", "дом 5", settling_text=False, later=later, whole=True)
    second = presses(Preview(), actions.SEND, ready)
    assert (draft_of(second).place, draft_of(second).address) == ("miass", "дом 5")
    assert texts_parts.following(1) in said(second)
    third = draft_of(presses(Preview(), actions.SEND, replace(draft_of(second), topic="snow"), cmid=50))
    assert third.place == "aша"


def test_more_words_or_an_edit_are_waited_for_and_taken_apart_anew() -> None:
    base = replace(TOLD, settling_text=False)
    more = decide(facts(dialogue(PARTS, base)), wrote("и фонарь"))
    assert step_of(more) == AskingText() and draft_of(more).text.endswith("и фонарь") and not sends(more)
    edit = MessageEdited(wrote("яма", 3).message)
    changed = decide(facts(dialogue(PARTS, base)), edit)
    assert step_of(changed) == AskingText() and draft_of(changed).text == "яма"


def test_back_leads_to_the_text_and_an_old_button_does_nothing() -> None:
    base = replace(TOLD, settling_text=False)
    assert step_of(presses(PARTS, actions.BACK, base)) == AskingText()
    stale = presses(AskingAddress(), actions.EACH, base)
    assert step_of(stale) == AskingAddress() and said(stale).startswith(texts.STALE)
