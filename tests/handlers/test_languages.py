"""A resident chooses a language by its button or a word, at the core: where it is offered, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from handlers.views.screens import show
from states.decision import Decision
from states.dialogue import Idle
from states.effects import Send
from states.events import MessageNew
from states.messages import Command, Message
from states.people.languages import RUSSIAN, Language
from tests.handlers.given import ANNA, dialogue, facts
from tests.small import NOW, POLICY

LOUD = Language("xx", "ГРОМКИЙ", ("громко",))
BOTH = replace(POLICY, languages=(RUSSIAN, LOUD))


def write(text: str, command: Command | None = None, policy: object = BOTH, language: str = "") -> Decision:
    known = facts(replace(dialogue(Idle()), language=language), policy=policy)
    return decide(known, MessageNew(Message(ANNA, 5, ANNA, NOW, text, command=command)))


def chosen(decision: Decision) -> str:
    assert decision.dialogue is not None
    return decision.dialogue.language


def replies(decision: Decision) -> str:
    return "\n".join(effect.text for effect in decision.effects if isinstance(effect, Send))


@pytest.mark.parametrize("text", ["громко", "Громко!", "по-русски", "русский"])
def test_a_word_chooses(text: str) -> None:
    decision = write(text)
    assert chosen(decision) == ("xx" if "громко" in text.casefold() else "") and texts.LANGUAGE in replies(decision)


def test_a_button_chooses_and_one_of_a_language_that_is_gone_does_not() -> None:
    assert chosen(write("ГРОМКИЙ", Command(actions.LANGUAGE, "xx"))) == "xx"
    assert chosen(write("Русский", Command(actions.LANGUAGE), language="xx")) == ""
    gone = write("ГРОМКИЙ", Command(actions.LANGUAGE, "xx"), policy=POLICY)
    assert chosen(gone) == "" and texts.STALE in replies(gone)


def test_where_there_is_one_language_nothing_is_offered() -> None:
    assert texts.LANGUAGE not in replies(write("по-русски", policy=POLICY))
    for policy, language, offered in ((POLICY, "", []), (BOTH, "", ["ГРОМКИЙ"]), (BOTH, "xx", ["Русский"])):
        talk = replace(dialogue(Idle()), language=language)
        keyboard = show(Idle(), talk, facts(talk, policy=policy)).keyboard
        assert keyboard is not None
        buttons = [button for row in keyboard.rows for button in row]
        assert [button.label for button in buttons if button.command.action == actions.LANGUAGE] == offered
