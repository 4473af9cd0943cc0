"""One act for each switch of `test_switches`: what a client sees of the thing that the switch decides. It must never
look at the switch itself."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.emulator.conftest import OTHER, PERSON
from tests.emulator.limits_calls import World, again, pressed
from tests.emulator.schema.talk import BASE, CHAT, INLINE, forward
from tests.emulator.schema.talk_files import name_of, uploaded_file
from tests.emulator.test_uploads import PNG, uploaded
from vk_emulator.acts import tell
from vk_emulator.acts.chats import enter
from vk_emulator.server import running
from vk_emulator.wire import longpoll
from vk_emulator.world.records import Community
from vk_emulator.world.world import Draft

OFFICIAL, CENTRE = "user-1006", "user-1010"


def events(world: World, kind: str) -> list[dict[str, Any]]:
    return [item.event for item in world.vk.world.queue(-101).items if item.event["type"] == kind]


def last_text(world: World) -> str:
    return str(events(world, "message_new")[-1]["object"]["message"]["text"])


def poll(world: World, ts: int) -> Any:
    made = world.vk.world
    return longpoll.take(made, -101, made.poll_key(-101), str(ts))


def say(world: World, text: str, token: str = PERSON, **params: Any) -> Any:
    return world.ask("messages.send", token, **{"peer_id": -101, "random_id": 0, "message": text, **params})


def official_peer(world: World, token: str = OFFICIAL) -> int:
    return int(world.ask("emulator.state")["chats"][0]["peer_ids"][token])


def deep_poll(world: World) -> str:
    """Five events are there; is the oldest still served?"""
    for _ in range(4):
        say(world, "x")
    return "failed" if "failed" in poll(world, 0) else "served"


def old_poll(world: World) -> str:
    world.ask("emulator.advanceClock", seconds=1000)
    return "failed" if "failed" in poll(world, 0) else "served"


def duplicate(world: World) -> object:
    world.send(random_id=5)
    return world.send(random_id=5)


def remembered_seconds(world: World) -> object:
    first = world.send(random_id=9)
    world.ask("emulator.advanceClock", seconds=120)
    return again(world, first)


def remembered_messages(world: World) -> object:
    first = world.send(random_id=9)
    for _ in range(5):
        say(world, "x")
    return again(world, first)


def other_dialogue(world: World) -> object:
    say(world, "x", OTHER)
    first = world.send(random_id=9)
    return "same" if world.send(random_id=9, peer_id=1002) == first else "new message"


def escaped(world: World) -> object:
    say(world, 'a<b & "в"')
    return last_text(world)


def unit(world: World) -> object:
    """4096 letters of each kind: two UTF-16 units, two bytes, one code point."""
    return tuple(world.send(message=letter * 4096) == 914 for letter in ("😀", "я"))


def long_text(world: World) -> object:
    return world.send(message="я" * 9000)


def chat_edit(world: World) -> object:
    peer = official_peer(world)
    say(world, "раз", OFFICIAL, peer_id=peer)
    world.ask("messages.edit", OFFICIAL, peer_id=peer, cmid=1, message="два")
    return len(events(world, "message_edit"))


def chat_reply(world: World) -> object:
    world.send(peer_id=CHAT)
    return len(events(world, "message_reply"))


def chat_history(world: World) -> object:
    say(world, "раз", OFFICIAL, peer_id=official_peer(world))
    answer = world.ask("messages.getHistory", peer_id=CHAT)
    return answer if isinstance(answer, int) else answer["count"]


def heard_later(world: World) -> object:
    """What is written while the bot has no rights, asked for when it has them again."""
    world.ask("emulator.setChatAdmin", chat="1", member=-101, admin=0)
    say(world, "раз", OFFICIAL, peer_id=official_peer(world))
    world.ask("emulator.setChatAdmin", chat="1", member=-101, admin=1)
    answer = world.ask("messages.getByConversationMessageId", peer_id=CHAT, conversation_message_ids=1)
    return [item["text"] for item in answer["items"]]


def members_without_rights(world: World) -> object:
    world.ask("emulator.setChatAdmin", chat="1", member=-101, admin=0)
    answer = world.ask("messages.getConversationMembers", peer_id=CHAT)
    return answer if isinstance(answer, int) else [(one["member_id"], one["is_admin"]) for one in answer["items"]]


def own_random_id(world: World) -> object:
    world.send(random_id=77)
    private = world.ask("messages.getByConversationMessageId", peer_id=1001, conversation_message_ids=2)
    world.send(random_id=78, peer_id=CHAT)
    chat = world.ask("messages.getByConversationMessageId", peer_id=CHAT, conversation_message_ids=1)
    return [answer["items"][0]["random_id"] for answer in (private, chat)]


def flood(world: World) -> object:
    return [world.send(), world.send(), world.send(peer_id=CHAT)]


def repeated_method(world: World) -> object:
    return [world.ask("groups.getById") == 29 for _ in range(3)]


def mentions(world: World) -> object:
    world.send(peer_id=CHAT, message="@all", disable_mentions=1)
    peer = official_peer(world, CENTRE)
    return world.ask("messages.getConversationsById", CENTRE, peer_ids=peer)["items"][0].get("mentions", [])


def government(world: World) -> object:
    asked = world.ask("groups.getById", fields="is_government_organization,trust_mark")["groups"][0]
    return [asked.get("is_government_organization"), asked.get("trust_mark")]


def press_payload(world: World) -> object:
    pressed(world)
    return events(world, "message_event")[-1]["object"]["payload"]


def another_bot(world: World) -> object:
    """A second community writes into the chat."""
    made = world.vk.world
    made.add_community(Community(102, "Другой бот", "other102"))
    chat = made.chats[1]
    enter(made, chat, -102, chat.owner)
    tell.tell_of_message(made, made.post(chat.thread, -102, Draft(text="/я бот")))
    return [event["object"]["message"]["from_id"] for event in events(world, "message_new")[1:]]


def edited(world: World) -> object:
    post = world.ask("emulator.addObject", "", user_id=1001, type="wall")["wall"]
    world.send(keyboard=INLINE, attachment=f"wall1001_{post['id']}")
    world.ask("messages.edit", peer_id=1001, cmid=2, message="y")
    got = world.ask("messages.getHistory", peer_id=1001, count=1)["items"][0]
    return ["keyboard" in got, len(got["attachments"])]


def edited_late(world: World) -> object:
    world.send()
    world.ask("emulator.advanceClock", seconds=100)
    return world.ask("messages.edit", peer_id=1001, cmid=2, message="y")


def private_doc(world: World) -> object:
    made = world.ask("docs.save", PERSON, **uploaded_file("doc"))["doc"]
    world.send(attachment=name_of("doc", made))
    return len(world.ask("messages.getHistory", peer_id=1001, count=1)["items"][0]["attachments"])


def odd_forward(world: World) -> object:
    world.ask("messages.editChat", chat_id=1, title="Новое имя")
    service = world.send(forward=forward(CHAT, 1))
    world.ask("messages.delete", PERSON, peer_id=-101, cmids=1, delete_for_all=1)
    return [service, world.send(forward=forward(1001, 1))]


def managers(world: World) -> object:
    answer = world.ask("groups.getMembers", group_id=101, filter="managers")
    return answer if isinstance(answer, int) else answer["count"]


def decoded(world: World) -> object:
    world.send(message="a &lt; b &#33;")
    return world.ask("messages.getHistory", peer_id=1001, count=1)["items"][0]["text"]


def silence(world: World) -> object:
    world.ask("groups.getLongPollServer", group_id=101)
    world.ask("emulator.advanceClock", seconds=100)
    return longpoll.silent(world.vk.world, -101)


def again_after_reconnect(world: World) -> object:
    first = poll(world, 0)
    world.ask("groups.getLongPollServer", group_id=101)
    return [poll(world, int(first["ts"])) == first for _ in range(3)]


def uploads(world: World) -> object:
    """Three uploads over the wire, under the switches of this world."""

    async def tried() -> list[object]:
        async with running(switches=world.vk.world.switches) as emulator:
            address = emulator.call("photos.getMessagesUploadServer", PERSON)["upload_url"]
            answers = [await uploaded(address, "photo", "a.png", PNG) for _ in range(3)]
        return [answer.get("error_code", answer.get("photo") == "[]") for answer in answers]

    return asyncio.run(tried())


def flaky_answer(world: World) -> object:
    world.ask("emulator.setSwitches", upload_flaky=1)
    made = uploads(world)
    assert isinstance(made, list)
    return made[0]


def edit_names(world: World) -> object:
    world.send()
    names = ("cmid", "conversation_message_id")
    return [world.ask("messages.edit", peer_id=1001, message="y", **{name: 2}) for name in names]


def invitation(world: World) -> object:
    mine = world.ask("messages.createChat", OFFICIAL, title="Рабочая")["chat_id"]
    world.ask("messages.addChatUser", OFFICIAL, chat_id=mine, user_id=-101)
    return events(world, "message_new")[-1]["object"]["message"]["action"].get("member_id")


def mention(world: World) -> object:
    say(world, "@priemnaya74 привет", OFFICIAL, peer_id=official_peer(world))
    return last_text(world)


def rejoined(world: World) -> object:
    mine = official_peer(world) - BASE
    world.ask("messages.removeChatUser", OFFICIAL, chat_id=mine, member_id=-101)
    world.ask("messages.addChatUser", OFFICIAL, chat_id=mine, user_id=-101)
    return world.send(peer_id=CHAT)


def large(world: World) -> object:
    say(world, "я" * 400)
    say(world, "смотрите", forward=forward(-101, 1, 2))
    told = events(world, "message_new")[-1]["object"]["message"]
    return [told.get("is_cropped", False), len(told["fwd_messages"])]


def quick(world: World) -> object:
    return [world.ask("utils.getServerTime") == 6 for _ in range(21)][-1]


def quick_person(world: World) -> object:
    return [world.ask("utils.getServerTime", PERSON) == 6 for _ in range(4)][-1]


def versioned(world: World) -> object:
    say(world, "привет")
    return "version" in events(world, "message_new")[-1]["object"]["message"]


def attached(world: World) -> object:
    """A photo of another VK: the bot was written for it."""
    sent = world.ask("messages.send", peer_id=1001, random_id=0, attachment="photo-101_2")
    if sent == 100:  # nothing is left of the message
        return sent
    found = world.ask("messages.getHistory", PERSON, peer_id=-101, count=1)["items"][0]["attachments"]
    return [f"{one['type']}{one[one['type']]['owner_id']}_{one[one['type']]['id']}" for one in found]


def wrote_post(world: World) -> dict[str, int]:
    post = world.ask("wall.post", CENTRE, owner_id=-101, from_group=1, message="Засыпали ямы")["post_id"]
    return {"owner_id": -101, "post_id": post}


def taken(answer: Any) -> Any:
    """An error's number, or that there was none."""
    return answer if isinstance(answer, int) else True


def same_guid(world: World) -> int:
    under = wrote_post(world)
    numbers = {world.ask("wall.createComment", **under, message="Едем", guid="a")["comment_id"] for _ in range(2)}
    return len(numbers)


def linked(world: World) -> Any:
    return taken(world.ask("wall.createComment", **wrote_post(world), message="Напишите: vk.me/priemnaya74?ref=a"))


def many_comments(world: World) -> list[Any]:
    under = wrote_post(world)
    return [taken(world.ask("wall.createComment", **under, message=f"{number}")) for number in range(3)]


def own_comment(world: World) -> list[int]:
    world.ask("groups.setLongPollSettings", group_id=101, wall_reply_new=1)
    world.ask("wall.createComment", **wrote_post(world), message="Едем")
    return [one["object"]["from_id"] for one in events(world, "wall_reply_new")]


def answered_deleted(world: World) -> Any:
    under = wrote_post(world)
    said = world.ask("wall.createComment", PERSON, **under, message="А у школы?")["comment_id"]
    world.ask("wall.deleteComment", PERSON, owner_id=-101, comment_id=said)
    return taken(world.ask("wall.createComment", **under, message="Едем", reply_to_comment=said))
