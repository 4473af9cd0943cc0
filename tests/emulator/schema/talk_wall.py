"""The part of the talk about a community's wall: posts, comments, answers, what is changed and taken back."""

from __future__ import annotations

from collections.abc import Iterator

from tests.emulator.schema.talk import BOT, CENTRE, OTHER, PERSON, Ask, Step

SERVICE = "service-1"
EVENTS = ("wall_post_new", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore")
EXTENDED = {"extended": 1, "fields": "sex,photo_50"}
WALL = {"owner_id": -101}


def wall(ask: Ask) -> Iterator[Step]:
    ask("groups.setLongPollSettings", BOT, group_id=101, **dict.fromkeys(EVENTS, 1))
    video = ask("emulator.addObject", "", user_id=1001, type="video", title="Яма")
    yield "wall.post", CENTRE, {**WALL, "from_group": 1, "message": "Засыпали ямы", "guid": "первый"}
    yield "wall.post", PERSON, {"owner_id": 1001, "message": "У себя на странице"}
    post = ask("wall.get", SERVICE, **WALL)["items"][0]["id"]
    under = {**WALL, "post_id": post}
    attached = f"video{video['owner_id']}_{video['id']}" if "id" in video else ""
    yield "wall.createComment", PERSON, {**under, "message": "А у школы?", "attachments": attached}
    said = ask("wall.getComments", SERVICE, **under)["items"][-1]["id"]
    yield "wall.createComment", BOT, {**under, "message": "Напишите нам", "reply_to_comment": said, "guid": "а"}
    yield "wall.createComment", CENTRE, {**under, "message": "Едем", "reply_to_comment": said, "from_group": 101}
    yield "wall.editComment", PERSON, {**WALL, "comment_id": said, "message": "А у школы № 5?"}
    for kind, item in (("post", post), ("comment", said)):
        yield "likes.add", OTHER, {**WALL, "type": kind, "item_id": item}
    yield from read(under, said)
    yield "likes.delete", OTHER, {**WALL, "type": "comment", "item_id": said}
    yield "wall.reportComment", OTHER, {**WALL, "comment_id": said, "reason": 0}
    yield "wall.deleteComment", PERSON, {**WALL, "comment_id": said}
    yield from read(under, said)
    yield "wall.restoreComment", PERSON, {**WALL, "comment_id": said}
    for token in (BOT, CENTRE):
        yield "wall.closeComments", token, under
        yield "wall.openComments", token, under


def read(under: dict[str, object], said: int) -> Iterator[Step]:
    for token in (PERSON, SERVICE):
        for more in ({}, EXTENDED):
            yield "wall.get", token, {**WALL, "count": 100, **more}
            yield "wall.getComments", token, {**under, "thread_items_count": 10, **more}
            yield "wall.getComments", token, {**under, "comment_id": said, "sort": "desc", **more}
        yield "wall.get", token, {"domain": "priemnaya74"}
        yield "wall.getById", token, {"posts": f"-101_{under['post_id']}"}
    for more in ({}, EXTENDED):
        yield "wall.getComment", PERSON, {**WALL, "comment_id": said, **more}
