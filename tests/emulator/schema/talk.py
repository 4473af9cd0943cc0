"""One call or several of every method of the emulator, in an order in which each succeeds, and with every optional
part of an answer in use. A new method gets its calls here; it must never look at what is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from vk_emulator.api.calls import METHODS

BOT, OTHER_BOT = "group-101", "group-102"
PERSON, OTHER, OFFICIAL, CENTRE = "user-1001", "user-1002", "user-1006", "user-1010"
BASE = 2_000_000_000
CHAT = BASE + 1  # the community's number of the first chat in the demo world
Step = tuple[str, str, dict[str, Any]]
Ask = Callable[..., Any]


def button(kind: str = "text", label: str = "Да", **more: Any) -> dict[str, Any]:
    return {"action": {"type": kind, "label": label, "payload": '{"a":1}', **more}}


def keyboard(*buttons: dict[str, Any], **more: Any) -> str:
    return json.dumps({"buttons": [[one] for one in buttons], **more})


def forward(peer: int, *cmids: int, **more: Any) -> str:
    return json.dumps({"peer_id": peer, "conversation_message_ids": list(cmids), **more})


INLINE = keyboard(
    {**button(), "color": "primary"},
    {**button(), "color": "secondary"},
    {**button("callback"), "color": "positive"},
    button("open_link", link="https://vk.ru"),
    button("open_app", app_id=7, owner_id=-101, hash="a"),
    inline=True,
)
NORMAL = keyboard({**button(), "color": "negative"}, button("location"), button("vkpay", hash="action=1"))
BARE = json.dumps({"inline": True, "buttons": [[{"action": {"type": "text", "label": "Да"}}]]})
CAROUSEL = json.dumps(
    {
        "type": "carousel",
        "elements": [
            {
                "title": "Дорога",
                "description": "Яма",
                "buttons": [button(), button("open_link", link="https://vk.ru")],
                "action": {"type": "open_link", "link": "https://vk.ru"},
            }
        ]
        * 2,
    }
)


def letters(ask: Ask) -> Iterator[Step]:
    """A private dialogue with everything that a message can carry."""
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 1, "message": "Здравствуйте", "lat": 55, "long": 61}
    yield "messages.send", BOT, {"peer_ids": "1001,1003", "random_id": 1, "message": "x", "keyboard": INLINE}
    yield "messages.send", BOT, {"peer_id": 1001, "random_id": 2, "message": "x", "keyboard": NORMAL}
    yield "messages.send", BOT, {"peer_id": 1001, "random_id": 3, "message": "x", "template": CAROUSEL}
    yield "messages.send", BOT, {"peer_id": 1001, "random_id": 4, "message": "x", "keyboard": '{"buttons":[]}'}
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 2, "message": "y", "payload": '{"command":"start"}'}
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 3, "message": "y", "silent": 1, "reply_to": 2}
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 4, "sticker_id": 9}
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 5, "forward": forward(-101, 1, 7, 2)}
    reply = forward(-101, 9, is_reply=True)
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 6, "forward": reply, "message": "z"}
    card = forward(1001, 9, 10)
    yield "messages.send", BOT, {"peer_ids": CHAT, "random_id": 5, "message": "карточка", "forward": card}
    yield "messages.edit", BOT, {"peer_id": 1001, "cmid": 2, "message": "z", "keyboard": INLINE}
    yield "messages.edit", PERSON, {"peer_id": -101, "cmid": 1, "message": "правка"}
    ask("emulator.sendAs", "", group_id=101, user_id=1010, peer_id=1001, message="от человека")


def marks(ask: Ask) -> Iterator[Step]:
    yield "messages.sendReaction", BOT, {"peer_id": 1001, "cmid": 1, "reaction_id": 5}
    yield "messages.sendReaction", PERSON, {"peer_id": -101, "cmid": 1, "reaction_id": 3}
    yield from reading()
    yield "messages.deleteReaction", BOT, {"peer_id": 1001, "cmid": 1}
    yield "messages.deleteReaction", PERSON, {"peer_id": -101, "cmid": 1}
    yield "messages.markAsRead", BOT, {"peer_id": 1001}
    yield "messages.markAsRead", PERSON, {"peer_id": -101}
    yield "messages.markAsAnsweredConversation", BOT, {"peer_id": 1001}
    yield "messages.markAsImportantConversation", BOT, {"peer_id": 1001}
    yield "messages.setActivity", BOT, {"peer_id": 1001, "type": "typing"}
    yield "messages.setActivity", PERSON, {"peer_id": -101, "type": "typing"}
    pressed = ask("messages.sendMessageEvent", PERSON, peer_id=-101, cmid=2, payload='{"a":1}')
    data = json.dumps({"type": "show_snackbar", "text": "Принято"})
    answer = {**pressed, "user_id": 1001, "peer_id": 1001, "event_data": data}
    yield "messages.sendMessageEventAnswer", BOT, answer
    yield "messages.sendMessageEvent", PERSON, {"peer_id": -101, "payload": "{}"}
    yield "messages.delete", BOT, {"peer_id": 1001, "cmids": "2,77", "delete_for_all": 1}
    yield "messages.delete", PERSON, {"message_ids": "1,7777"}


def reading() -> Iterator[Step]:
    """Both sides read everything, plainly and extended; called again whenever there is something new to see."""
    fields = "domain,photo_50,verified,sex,screen_name,members_count"
    for extended in ({}, {"extended": 1}, {"extended": 1, "fields": fields}):
        for token, peer, chat in ((BOT, 1001, CHAT), (PERSON, -101, 0)):
            peers = [one for one in (peer, chat) if one]
            yield "messages.getHistory", token, {"peer_id": peer, "count": 200, **extended}
            yield "messages.getConversations", token, {"count": 200, **extended}
            yield "messages.getConversationsById", token, {"peer_ids": ",".join(map(str, peers)), **extended}
            cmids = {"conversation_message_ids": ",".join(map(str, range(1, 60)))}
            for one in peers:
                yield "messages.getByConversationMessageId", token, {"peer_id": one, **cmids, **extended}
            yield "messages.getById", token, {"message_ids": "1,2,3,4,5,6,7,8,9,10", **extended}
    yield "messages.getById", BOT, {"peer_id": 1001, "cmids": "1,2"}
    for wanted in ("unread", "unanswered", "important", "archive", "sorted_chats"):
        yield "messages.getConversations", BOT, {"filter": wanted}


def chats(ask: Ask) -> Iterator[Step]:
    """Every action that a chat knows, and the answers about chats and members."""
    number = ask("emulator.state")["chats"][0]["peer_ids"][OFFICIAL] - BASE
    say = {"peer_id": BASE + number, "random_id": 0}
    yield "messages.send", OFFICIAL, {**say, "message": "/команда", "disable_mentions": 1}
    yield "messages.send", OFFICIAL, {**say, "message": "@priemnaya74 и @id1010"}
    yield "messages.setActivity", BOT, {"peer_id": CHAT}
    yield "messages.pin", BOT, {"peer_id": CHAT, "cmid": 1}
    yield from reading()
    yield "messages.unpin", BOT, {"peer_id": CHAT}
    yield "messages.addChatUser", OFFICIAL, {"chat_id": number, "user_id": 1007}
    yield "messages.getConversationMembers", BOT, {"peer_id": CHAT}
    yield "messages.getConversationMembers", PERSON, {"peer_id": -101}
    yield "messages.removeChatUser", BOT, {"chat_id": 1, "member_id": 1007}
    yield "messages.editChat", BOT, {"chat_id": 1, "title": "Иначе"}
    yield "messages.editChat", OFFICIAL, {"chat_id": number, "title": "Снова иначе"}
    yield "messages.getChat", OFFICIAL, {"chat_id": number}
    yield "messages.getChat", OFFICIAL, {"chat_ids": number}
    yield "messages.getInviteLink", BOT, {"peer_id": CHAT}
    yield "messages.joinChatByInviteLink", PERSON, ask("messages.getInviteLink", BOT, peer_id=CHAT)
    mine = ask("messages.createChat", OFFICIAL, user_ids="1007", title="Новая")["chat_id"]
    yield "messages.createChat", OFFICIAL, {"user_ids": "1007", "title": "Ещё одна"}
    yield "messages.createChat", BOT, {"user_ids": "1006", "title": "Своя беседа"}
    yield "messages.addChatUser", OFFICIAL, {"chat_id": mine, "user_id": -101}
    yield "messages.removeChatUser", OFFICIAL, {"chat_id": mine, "member_id": -101}
    yield "messages.addChatUser", OFFICIAL, {"chat_id": mine, "user_id": -101}
    yield "messages.removeChatUser", OFFICIAL, {"chat_id": number, "member_id": 1006}
    yield "messages.addChatUser", OFFICIAL, {"chat_id": number, "user_id": 1006}
    yield from reading()


def consent(ask: Ask) -> Iterator[Step]:
    yield "messages.isMessagesFromGroupAllowed", BOT, {"group_id": 101, "user_id": 1001}
    yield "messages.denyMessagesFromGroup", PERSON, {"group_id": 101}
    yield "messages.getConversations", BOT, {}
    yield "messages.allowMessagesFromGroup", PERSON, {"group_id": 101, "key": "k"}
    yield "messages.getLongPollServer", PERSON, {"need_pts": 1}
    yield "messages.getLongPollServer", PERSON, {}
    yield "messages.getLongPollServer", BOT, {"need_pts": 1, "lp_version": 3}
    yield "messages.send", PERSON, {"peer_id": -101, "random_id": 78, "message": "Здравствуйте"}
    yield "messages.getLongPollHistory", BOT, {"pts": 0, "lp_version": 3}
    yield "messages.getLongPollHistory", PERSON, {"ts": 0, "max_msg_id": 1, "fields": "sex,screen_name"}


def bare(ask: Ask) -> Iterator[Step]:
    """At the end: vkbottle-types reads no message with such a button, and would see nothing behind it."""
    yield "messages.send", BOT, {"peer_id": 1001, "random_id": 77, "message": "x", "keyboard": BARE}
    yield "messages.getHistory", BOT, {"peer_id": 1001, "count": 1}


def steps(ask: Ask) -> Iterator[Step]:
    """The whole talk; what this emulator has no method for is left out."""
    from tests.emulator.schema import talk_files, talk_groups, talk_search, talk_wall

    parts = (letters, talk_files.files, marks, chats, consent, talk_groups.groups)
    parts = (*parts, talk_groups.callback_servers, talk_search.found_again, talk_search.addresses, talk_wall.wall, bare)
    for part in parts:
        yield from (step for step in part(ask) if step[0] in METHODS)
