"""Effects as VK's calls: within VK's limits, the same every time, with nothing that could break out of a script."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.vk import render
from bot.vk.payload import Signer
from handlers.text.parts import units
from states.effects import AnswerButton, Edit, Send, Source
from states.messages import Command
from states.people.comments import wall_peer
from states.screen import Button, ButtonKind, Colour, Keyboard

SIGNER = Signer(b"key", 101)


def test_a_message_to_one_peer_asks_for_its_cmid() -> None:
    """vk-api.md §4.2: `peer_ids` even for one."""
    call = render.send(Send(5, "c", "текст"), 77, (), SIGNER)
    assert call["peer_ids"] == "5"
    assert call["random_id"] == 77
    assert "peer_id" not in call
    assert call["disable_mentions"] == 1


def test_forward_and_reply() -> None:
    forwarded = render.send(Send(5, "c", "т", forward=Source(9, (1, 2))), 1, (), SIGNER)
    assert json.loads(forwarded["forward"]) == {"peer_id": 9, "conversation_message_ids": [1, 2]}
    replied = render.send(Send(5, "c", "т", reply_to=3), 1, (), SIGNER)
    assert json.loads(replied["forward"]) == {"peer_id": 5, "conversation_message_ids": [3], "is_reply": 1}


def test_whose_words_they_are_is_named() -> None:
    """T27."""
    call = render.send(Send(5, "c", "т", source=Source(9, (4,))), 1, (), SIGNER)
    assert json.loads(call["content_source"])["conversation_message_id"] == 4
    posted = render.send(Send(5, "c", "т", source=Source(9, (-4,))), 1, (), SIGNER)
    assert "content_source" not in posted, "what came through the API stands in no dialogue"


def test_keyboards() -> None:
    keyboard = Keyboard(
        (
            (
                Button("Да", Command("yes", "1"), Colour.POSITIVE),
                Button("Ссылка", kind=ButtonKind.LINK, link="https://a"),
            ),
            (Button("Точка", kind=ButtonKind.LOCATION),),
        )
    )
    shown = json.loads(render.keyboard(keyboard, 5, SIGNER) or "")
    assert shown["one_time"] is False
    first, link = shown["buttons"][0]
    assert first == {
        "action": {"type": "text", "label": "Да", "payload": SIGNER.payload(5, Command("yes", "1"))},
        "color": "positive",
    }
    assert link == {"action": {"type": "open_link", "link": "https://a", "label": "Ссылка"}}
    assert shown["buttons"][1][0]["action"]["type"] == "location"
    assert render.keyboard(None, 5, SIGNER) is None


def test_an_edit_keeps_the_forwarded_and_names_the_number_both_ways() -> None:
    """vk-api.md §13 Q14, Q22."""
    call = render.edit(Edit(5, "c", "t", "новое"), 8, SIGNER)
    assert (call["cmid"], call["conversation_message_id"], call["keep_forward_messages"]) == (8, 8, 1)
    assert "keyboard" not in call


def test_a_spinner() -> None:
    call = render.answer_button(AnswerButton("e", 5, 6, "я" * 200))
    assert len(json.loads(call["event_data"])["text"]) == 90
    assert "event_data" not in render.answer_button(AnswerButton("e", 5, 6))


@given(st.text(max_size=9000))
def test_no_text_is_longer_than_vk_takes(text: str) -> None:
    assert units(render.cut_to_limit(text)) <= render.LONGEST_TEXT


@given(st.text())
def test_no_text_breaks_out_of_the_script(text: str) -> None:
    """A string of JSON is a string of VKScript, but for the two separators of lines."""
    code = render.execute_code([("messages.send", {"message": text})])
    inside = code.removeprefix("return [API.messages.send(").removesuffix(")];")
    assert json.loads(inside) == {"message": text}
    assert "\u2028" not in code
    assert "\u2029" not in code


def test_a_comment_stands_under_the_one_that_it_answers() -> None:
    effect = Send(wall_peer(5), "c", "Напишите нам:", reply_to=12, thread=11, link="https://vk.me/x")
    call = render.comment(effect, 77, 101)
    assert call["owner_id"] == -101 and (call["post_id"], call["reply_to_comment"]) == (5, 12)
    assert (call["message"], call["guid"], call["from_group"]) == ("Напишите нам: https://vk.me/x", "77", 101)
    assert render.comment(replace(effect, link=""), 77, 101)["message"] == "Напишите нам:"
