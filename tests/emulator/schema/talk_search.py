"""The part of the talk about finding things again and putting them away."""

from __future__ import annotations

from collections.abc import Iterator

from tests.emulator.schema.talk import BOT, CHAT, OTHER, PERSON, Ask, Step
from tests.emulator.schema.talk_files import uploaded_file

MEDIA = "audio,audio_message,doc,graffiti,link,market,photo,video,wall"


def found_again(ask: Ask) -> Iterator[Step]:
    for token, peer in ((BOT, 1001), (PERSON, -101)):
        for extended in ({}, {"extended": 1}):
            yield "messages.search", token, {"q": "вложения", "count": 100, **extended}
            yield "messages.searchConversations", token, {"q": "", "count": 255, **extended}
            yield "messages.getHistoryAttachments", token, {"peer_id": peer, "attachment_types": MEDIA, **extended}
        yield "messages.getHistoryAttachments", token, {"peer_id": peer, "media_type": "photo", "count": 1}
        yield "messages.sendReaction", token, {"peer_id": peer, "cmid": 3, "reaction_id": 4}
    yield "messages.getReactedPeers", BOT, {"peer_id": 1001, "cmid": 3}
    yield "messages.getMessagesReactions", BOT, {"peer_id": 1001, "cmids": "3,4"}
    yield "messages.getConversationMembers", BOT, {"peer_id": CHAT, "member_ids": "-101"}
    yield "messages.send", OTHER, {"peer_id": -101, "random_id": 0, "message": "Разовое обращение"}
    yield "messages.deleteConversation", BOT, {"peer_id": 1002}
    yield "messages.restore", BOT, {"peer_id": 1002, "cmid": 1}
    yield "messages.getHistory", BOT, {"peer_id": 1002, "extended": 1}


def addresses(ask: Ask) -> Iterator[Step]:
    """Online status, short links, a document by its id."""
    yield "groups.getOnlineStatus", BOT, {"group_id": 101}
    yield "groups.enableOnline", BOT, {"group_id": 101}
    yield "groups.getOnlineStatus", BOT, {"group_id": 101}
    yield "groups.disableOnline", BOT, {"group_id": 101}
    yield "utils.getShortLink", BOT, {"url": "https://gov74.ru"}
    yield "utils.getShortLink", BOT, {"url": "https://gov74.ru", "private": 1}
    yield "utils.checkLink", BOT, {"url": "https://gov74.ru"}
    yield "docs.getWallUploadServer", BOT, {"group_id": 101}
    made = ask("docs.save", BOT, **uploaded_file("doc"))["doc"]
    yield "docs.getById", BOT, {"docs": f"{made['owner_id']}_{made['id']}"}
