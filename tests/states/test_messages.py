"""Who is a person, what is a chat, and when a message says nothing."""

from __future__ import annotations

import pytest

from states.messages import FIRST_CHAT, Attachment, Command, Location, Message, is_chat, is_person
from tests.small import NOW


@pytest.mark.parametrize(
    "peer, person, chat",
    [(-101, False, False), (0, False, False), (1, True, False), (FIRST_CHAT - 1, True, False)]
    + [(FIRST_CHAT, False, False), (FIRST_CHAT + 1, False, True)],
)
def test_people_chats_and_communities(peer: int, person: bool, chat: bool) -> None:
    """vk-api.md §12.7."""
    assert (is_person(peer), is_chat(peer)) == (person, chat)


def test_a_message_is_empty_when_nobody_could_read_anything_in_it() -> None:
    bare = Message(1, 1, 1, NOW, text=" \n\t", command=Command("send"))
    assert bare.empty
    assert not Message(1, 1, 1, NOW, text="а").empty
    assert not Message(1, 1, 1, NOW, attachments=(Attachment("неизвестное"),)).empty
    assert not Message(1, 1, 1, NOW, location=Location(55.0, 61.0)).empty
    assert not Message(1, 1, 1, NOW, forwarded=1).empty
