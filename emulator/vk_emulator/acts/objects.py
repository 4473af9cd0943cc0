"""What a message shows of objects that VK lets no bot upload (vk-api.md 8.1), made of a title.

It must never hold more of an object than a message shows.
"""

from __future__ import annotations

from collections.abc import Callable

from vk_emulator.world.records import Json

Body = Callable[[str, int, int], Json]  # title, now, owner


def video(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up video."""
    made: Json = {"title": title, "duration": 12, "date": now, "description": "", "views": 0}
    return {**made, "player": "/files/video", "width": 1280, "height": 720}


def audio(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up song."""
    return {"artist": "Исполнитель", "title": title, "duration": 120, "date": now}


def wall(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up post."""
    return {"from_id": owner, "date": now, "text": title, "post_type": "post"}


def market(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up article of a shop."""
    price = {"amount": "10000", "currency": {"id": 643, "name": "RUB", "title": "₽"}, "text": "100 ₽"}
    category = {"id": 1, "name": "Разное", "inner_type": "market_market_category_nested"}
    return {"title": title, "description": title, "availability": 0, "date": now, "price": price, "category": category}


def poll(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up poll."""
    no = ("multiple", "closed", "is_board", "can_edit", "can_vote", "can_report", "can_share", "disable_unvote")
    answers = [{"id": number, "rate": 0.0, "text": text, "votes": 0} for number, text in ((1, "Да"), (2, "Нет"))]
    made: Json = {"question": title, "votes": 0, "created": now, "end_date": 0, "answers": answers}
    return {**made, **dict.fromkeys(no, False)}


KINDS: dict[str, Body] = {"video": video, "audio": audio, "wall": wall, "market": market, "poll": poll}
PUBLIC = ("audio", "wall", "market", "poll")  # a community may attach them by their string (8.1)


ALBUMS = {"profile": -6, "wall": -7, "saved": -15}
"""VK's own numbers of albums that everybody has."""


def photo(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up photo."""
    size = {"type": "x", "width": 604, "height": 403, "url": "/files/photo"}
    return {"album_id": -7, "date": now, "text": title, "sizes": [size], "has_tags": False}


def doc(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up document."""
    ending = title.rpartition(".")[2].lower() if "." in title else "bin"
    return {"title": title or "file", "size": 1024, "ext": ending, "date": now, "type": 8, "url": "/files/doc"}


def story(title: str, now: int, owner: int) -> Json:
    """The fields of a made-up story."""
    return {"date": now, "expires_at": now + 86400, "can_see": 1, "type": "photo", "is_expired": False}


ALL: dict[str, Body] = {**KINDS, "photo": photo, "doc": doc, "story": story}


def body_of(kind: str, title: str, now: int, owner: int) -> Json:
    """The fields of an object of this kind; empty for one that nobody can describe."""
    return ALL[kind](title, now, owner) if kind in ALL else {}
