"""«Панель» is answered with a one-time link to whom may come in, privately; else as anything else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.resident.consent import let_in
from handlers.text import texts_panel
from states.dialogue import AskingAddress
from states.effects import Send
from states.events import MessageNew
from states.facts import Facts
from states.people.viewers import LINK_LIFE, Role, SignIn, Ticket, Viewer
from tests.handlers.given import ANNA, OFFICIAL, READY, ROADS_CHAT, dialogue, facts, replied, roads, said, sends, wrote
from tests.small import NOW, POLICY

TICKET = Ticket(Viewer(ANNA, Role.CUR), "secret-token", "digest-of-it")
WITH_PANEL = replace(POLICY, panel="https://panel.example.org")


@pytest.mark.parametrize("text", ["панель", "Панель", " /панель ", "ПАНЕЛЬ!"])
def test_the_word_asks_for_a_way_in_privately_only(text: str) -> None:
    assert needs(wrote(text), None).sign_in
    assert not needs(replied(text), None).sign_in
    assert let_in(text) == text.strip(), "also before a consent"


@pytest.mark.parametrize("text", ["панель упала с дома", "панели", "", "моя панель"])
def test_other_words_do_not(text: str) -> None:
    assert not needs(wrote(text), None).sign_in and not let_in(text)


def given_to(known: Facts, event: MessageNew) -> tuple[Send, SignIn | None]:
    decision = decide(known, event)
    (one,) = sends(decision)
    return one, decision.sign_in


def test_the_link_is_said_once_and_only_its_digest_is_kept() -> None:
    talk = dialogue(AskingAddress(), READY)
    known = facts(talk, policy=WITH_PANEL, ticket=TICKET)
    one, kept = given_to(known, wrote("панель"))
    assert "https://panel.example.org/in/secret-token" in one.text and one.peer == ANNA
    assert kept == SignIn("digest-of-it", ANNA, NOW + LINK_LIFE)
    decision = decide(known, wrote("панель"))
    assert decision.dialogue is None or decision.dialogue.step == talk.step, "what was being written goes on"
    assert not decision.appeals


def test_before_a_consent_too() -> None:
    known = facts(None, policy=WITH_PANEL, ticket=TICKET)
    one, kept = given_to(known, wrote("панель", content=False))
    assert "/in/secret-token" in one.text and kept is not None


def test_a_flood_of_links_is_stopped_as_any_other() -> None:
    known = facts(dialogue(), policy=replace(WITH_PANEL, messages_a_minute=1), ticket=TICKET)
    first = decide(known, wrote("панель"))
    assert first.sign_in is not None and first.dialogue is not None
    second = decide(replace(known, dialogue=first.dialogue), wrote("панель", 11))
    assert second.sign_in is None and "/in/" not in said(second)


def test_a_resident_is_answered_as_always() -> None:
    with_panel = decide(facts(dialogue(), policy=WITH_PANEL), wrote("панель"))
    assert with_panel == decide(facts(dialogue()), wrote("панель"))
    assert with_panel.sign_in is None and "/in/" not in said(with_panel)


@pytest.mark.parametrize(
    ("policy", "text"), [(WITH_PANEL, texts_panel.IN_CHAT), (POLICY, texts_panel.NO_PANEL)], ids=["panel", "none"]
)
def test_in_a_chat_the_link_is_never_said(policy: object, text: str) -> None:
    known = facts(chat=roads(), policy=policy, ticket=replace(TICKET, viewer=Viewer(OFFICIAL, Role.AGENCY, "roads")))
    decision = decide(known, replied("/панель", reply=None))
    assert said(decision, ROADS_CHAT) == text and decision.sign_in is None
