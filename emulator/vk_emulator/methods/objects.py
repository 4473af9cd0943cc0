"""Objects that VK lets no bot upload (vk-api.md 8.1): a person gets them from the emulator to attach them. It must
never hold more of an object than a message shows."""

from __future__ import annotations

from collections.abc import Callable

from vk_emulator.acts.render import attachment_json
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Json

Body = Callable[[str, int, int], Json]  # title, now, owner


def video(title: str, now: int, owner: int) -> Json:
    made: Json = {"title": title, "duration": 12, "date": now, "description": "", "views": 0}
    return {**made, "player": "/files/video", "width": 1280, "height": 720}


def audio(title: str, now: int, owner: int) -> Json:
    return {"artist": "Исполнитель", "title": title, "duration": 120, "date": now}


def wall(title: str, now: int, owner: int) -> Json:
    return {"from_id": owner, "date": now, "text": title, "post_type": "post"}


def market(title: str, now: int, owner: int) -> Json:
    price = {"amount": "10000", "currency": {"id": 643, "name": "RUB", "title": "₽"}, "text": "100 ₽"}
    category = {"id": 1, "name": "Разное", "inner_type": "market_market_category_nested"}
    return {"title": title, "description": title, "availability": 0, "date": now, "price": price, "category": category}


def poll(title: str, now: int, owner: int) -> Json:
    no = ("multiple", "closed", "is_board", "can_edit", "can_vote", "can_report", "can_share", "disable_unvote")
    answers = [{"id": number, "rate": 0.0, "text": text, "votes": 0} for number, text in ((1, "Да"), (2, "Нет"))]
    made: Json = {"question": title, "votes": 0, "created": now, "end_date": 0, "answers": answers}
    return {**made, **dict.fromkeys(no, False)}


KINDS: dict[str, Body] = {"video": video, "audio": audio, "wall": wall, "market": market, "poll": poll}
PUBLIC = ("audio", "wall", "market", "poll")  # a community may attach them by their string (8.1)


def made(call: Call, kind: str) -> Json:
    if kind not in KINDS:
        raise bad_parameter(f"type should be one of {', '.join(KINDS)}")
    owner = call.params.integer("user_id")
    if owner not in call.world.users:
        raise bad_parameter("user_id is invalid")
    body = KINDS[kind](call.params.text("title", "Видео" if kind == "video" else "Запись"), call.world.now(), owner)
    attachment = call.world.add_attachment(kind, owner, owner, body, "")
    attachment.public = kind in PUBLIC
    return attachment_json(call.world, attachment)


@method("emulator.addObject", "control")
def add_object(call: Call) -> Json:
    """An object of a person, with `type` and `title`; attach it by its `type{owner_id}_{id}`."""
    return made(call, call.params.text("type", "video"))


@method("emulator.addVideo", "control")
def add_video(call: Call) -> Json:
    return made(call, "video")
