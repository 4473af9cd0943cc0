"""Who comes by a link: what it knows is filled in, shown and may be changed; nothing unknown is ever believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.text import actions, texts_doors
from handlers.views.doors import KEPT, door_in_words
from handlers.views.filter_words import in_words
from handlers.views.titles import door_title
from states.dialogue import (
    AskingText,
    ChoosingPlace,
    ChoosingTopic,
    ConfirmingAgency,
    Dialogue,
    Draft,
    Idle,
    Preview,
)
from states.facts import Facts
from states.lifecycle.appeal import Piece
from states.statistics.filter import NONE, Filter
from tests.handlers.given import ANNA, READY, dialogue, facts, said, tapped, wrote
from tests.small import NOW, POLICY, REGION

DOOR = REGION.door_by_code["stop"]


def told(text: str, door: str = "stop", **more: object) -> Draft:
    """The draft as it stands when the pause is over."""
    talk = dialogue(AskingText(), Draft(pieces=(Piece(3, text),)), door=door, came_at=NOW)
    decision = decide(facts(talk, **more), tapped(actions.WRITE))
    assert decision.dialogue is not None
    return decision.dialogue.draft


def test_a_visit_is_remembered_before_consent_and_after() -> None:
    """R7: the code of the region is all that is kept of it."""
    first = decide(facts(None), wrote("", content=False, ref="stop"))
    assert first.dialogue is not None and (first.dialogue.door, first.dialogue.came_at) == ("stop", NOW)
    agreed = decide(facts(first.dialogue), tapped(actions.CONSENT, cmid=11))
    assert agreed.dialogue is not None and agreed.dialogue.door == "stop"
    asked = decide(facts(replace(agreed.dialogue, step=Idle())), tapped(actions.WRITE, cmid=12))
    assert texts_doors.came(DOOR.name) in said(asked)


@pytest.mark.parametrize("ref", ["old", "nothing", ""])
def test_what_is_closed_or_unknown_changes_nothing(ref: str) -> None:
    talk = dialogue()
    come, plain = decide(facts(talk), wrote("Снег", ref=ref)), decide(facts(talk), wrote("Снег"))
    assert come == plain and come.dialogue is not None and not come.dialogue.door


def test_another_link_takes_the_place_of_the_first() -> None:
    come = decide(facts(dialogue(door="stop", came_at=NOW)), wrote("Снег", ref="counted"))
    assert come.dialogue is not None and come.dialogue.door == "counted"


def test_a_decision_that_moves_nothing_keeps_the_link_all_the_same() -> None:
    later = decide(facts(dialogue()), wrote("", content=False, ref="stop"))
    assert later.dialogue is not None and later.dialogue.door == "stop"


def test_a_date_from_the_future_does_not_make_a_visit_longer() -> None:
    """T25."""
    come = decide(facts(dialogue()), wrote("Снег", ref="stop", at=NOW + timedelta(days=30)))
    assert come.dialogue is not None and come.dialogue.came_at == NOW


def test_begin_is_answered_by_what_the_link_is_about() -> None:
    come = decide(facts(dialogue()), tapped(actions.START, ref="stop"))
    assert said(come) == texts_doors.welcome(DOOR.name)
    assert come.dialogue is not None and come.dialogue.step == Idle()
    menu = decide(facts(come.dialogue), tapped(actions.START, cmid=11))
    assert said(menu) == said(decide(facts(dialogue()), tapped(actions.START, cmid=11)))
    unknown = decide(facts(dialogue()), tapped(actions.START, ref="old"))
    assert said(unknown) == said(decide(facts(dialogue()), tapped(actions.START)))
    assert decide(facts(dialogue()), tapped(actions.MINE, ref="stop")).dialogue is not None


def test_what_is_not_told_is_filled_in_and_shown() -> None:
    """R25: asked is only what is still missing."""
    draft = told("Стоим на морозе")
    assert (draft.topic, draft.place, draft.address, draft.door) == ("pits", "miass", DOOR.address, "stop")
    talk = dialogue(AskingText(), Draft(pieces=(Piece(3, "Стоим"),)), door="stop", came_at=NOW)
    decision = decide(facts(talk), tapped(actions.WRITE))
    assert decision.dialogue is not None and decision.dialogue.step == Preview()
    assert texts_doors.filled(DOOR.name, ["тему", "город", "адрес"]) in said(decision)


def test_words_are_stronger_than_a_link() -> None:
    draft = told("Точно снег, ул. Садовая")
    assert (draft.topic, draft.place, draft.address) == ("snow", "miass", "ул. Садовая")
    elsewhere = told("Аша, стоим на морозе")
    assert (elsewhere.topic, elsewhere.place, elsewhere.address, elsewhere.door) == (None, "aша", "", "stop")
    unknown = told("Стоим", "counted")
    assert (unknown.topic, unknown.place, unknown.door) == (None, None, "counted")


def test_what_was_taken_away_does_not_come_back() -> None:
    draft = replace(READY, topic="pits", address=DOOR.address, door="stop")
    talk = dialogue(Preview(), draft, door="stop", came_at=NOW)
    moved = decide(facts(talk), tapped(actions.CHANGE_PLACE))
    assert moved.dialogue is not None and isinstance(moved.dialogue.step, ChoosingPlace)
    assert (moved.dialogue.draft.place, moved.dialogue.draft.address) == (None, "")
    unknown = dialogue(Preview(), replace(READY, address="", address_unknown=True), door="stop", came_at=NOW)
    kept = decide(facts(unknown), tapped(actions.TOPIC, "snow"))
    assert kept.dialogue is not None and (kept.dialogue.draft.address, kept.dialogue.draft.door) == ("", "stop")


def test_the_line_of_the_preview_stays_as_long_as_something_stands() -> None:
    def shown(**more: object) -> bool:
        draft = replace(READY, **{"door": "stop"} | more)  # type: ignore[arg-type]
        decision = decide(facts(dialogue(Preview(), draft)), wrote("Ещё слова"))
        return "По ссылке" in said(decision)

    assert (
        shown(topic="pits", place="p1") and shown(topic="snow", place="miass") and not shown(topic="snow", place="p1")
    )
    assert shown(topic="snow", place="p1", address=DOOR.address)
    assert not shown(topic="pits", door="gone") and not shown(topic="odd", place="p1", door="counted")


def test_an_agency_brings_its_place_and_is_asked_about_where_another_answers() -> None:
    draft = told("Стоим на морозе", "admin")
    assert (draft.named, draft.place, draft.topic) == ("miass-gorod", "miass", None)
    assert told("Аша", "admin").named is None
    assert (told("Стоим", "ministry").named, told("Стоим", "ministry").place) == ("roads", None)
    talk = dialogue(AskingText(), Draft(pieces=(Piece(3, "Точно врач, ул. Мира"),)), door="admin", came_at=NOW)
    asked = decide(facts(talk), tapped(actions.WRITE))
    assert asked.dialogue is not None and asked.dialogue.step == ConfirmingAgency("health")


def test_a_page_presets_what_its_door_knows_without_a_greeting() -> None:
    """R25: of the page of a town it is not asked which town, and a link of the region goes before the page."""
    page = replace(POLICY, door="admin")
    talk = dialogue(AskingText(), Draft(pieces=(Piece(3, "Точно снег"),)))
    decision = decide(facts(talk, policy=page), tapped(actions.WRITE))
    assert decision.dialogue is not None and decision.dialogue.draft.place == "miass"
    assert decision.dialogue.draft.door == "admin"
    told_by_link = decide(facts(replace(talk, door="counted", came_at=NOW), policy=page), tapped(actions.WRITE))
    assert told_by_link.dialogue is not None
    assert (told_by_link.dialogue.draft.door, told_by_link.dialogue.draft.place) == ("counted", None)
    assert said(decide(facts(dialogue(), policy=page), tapped(actions.START))) == said(
        decide(facts(dialogue()), tapped(actions.START))
    )
    assert "по ссылке" not in said(decide(facts(dialogue(), policy=page), wrote("Снег"))).lower()


def test_the_preview_names_the_page_that_filled_something_in() -> None:
    talk = dialogue(Preview(), replace(READY, door="stop", topic="pits", place="miass"))
    shown = said(decide(facts(talk, policy=replace(POLICY, door="stop")), wrote("Ещё слова")))
    assert texts_doors.filled_by_page(DOOR.name, ["тему", "город"]) in shown and "ссылке" not in shown


def test_a_visit_ends_after_some_hours() -> None:
    assert told("Стоим", now=NOW + KEPT - timedelta(seconds=1)).door == "stop"
    assert told("Стоим", now=NOW + KEPT).door == ""


def test_a_sent_message_is_counted_and_ends_the_visit() -> None:
    talk = dialogue(Preview(), replace(READY, door="stop"), door="stop", came_at=NOW)
    sent = decide(facts(talk), tapped(actions.SEND))
    assert sent.appeals[0].door == "stop"
    assert sent.dialogue is not None and (sent.dialogue.door, sent.dialogue.came_at) == ("", None)


def test_of_several_problems_none_is_taken_for_the_links_topic() -> None:
    talk = dialogue(AskingText(), Draft(pieces=(Piece(3, "Стоим; мёрзнем"),)), door="stop", came_at=NOW)
    asked = decide(facts(talk), tapped(actions.WRITE))
    assert asked.dialogue is not None
    first = decide(facts(asked.dialogue), tapped(actions.EACH, cmid=11)).dialogue
    assert first is not None and not isinstance(first.step, Preview)
    assert (first.draft.topic, first.draft.place, first.draft.door) == (None, "miass", "stop")
    ready = replace(first, draft=replace(first.draft, topic="odd"), step=Preview())
    sent = decide(facts(ready), tapped(actions.SEND, cmid=12))
    assert sent.dialogue is not None and (sent.dialogue.door, sent.dialogue.draft.door) == ("", "stop")


def test_a_chat_has_no_links() -> None:
    """What is typed in a chat begins no visit."""
    state: Facts = facts(None, chat=None)
    decision = decide(state, wrote("привет", peer=2_000_000_009, ref="stop"))
    assert decision.dialogue is None


def test_a_dialogue_without_a_visit_greets_nobody() -> None:
    plain = decide(facts(Dialogue(ANNA, consent=POLICY.consent_hash)), tapped(actions.WRITE))
    assert "ссылке" not in said(plain)
    assert isinstance(plain.dialogue and plain.dialogue.step, AskingText) and not isinstance(plain, ChoosingTopic)


def test_what_a_link_knows_is_told_in_words() -> None:
    assert door_in_words(DOOR, REGION) == ["Ямы на дороге", "Миасс, остановка «Парк»"]
    assert door_in_words(REGION.door_by_code["admin"], REGION) == ["миасс"]
    assert door_in_words(REGION.door_by_code["counted"], REGION) == []


def test_a_filter_names_a_link() -> None:
    """R54: the code of a link that is no more stands for itself."""
    assert door_title(REGION, "stop") == DOOR.name and door_title(REGION, "gone") == "gone"
    words = in_words(Filter(doors=("stop", "gone", NONE)), REGION)
    assert "ссылка «Остановка «Парк»»" in words and "ссылка «gone»" in words and "без ссылки" in words
