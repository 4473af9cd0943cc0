"""What people and programs with a person's token ask of people: friends, status, photos, who lives where (schema).

A community gets 27 for each. It must never tell more of a person than the world file does.
"""

from __future__ import annotations

from datetime import UTC, datetime

from vk_emulator.acts.objects import ALBUMS
from vk_emulator.acts.render import SEX, attachment_json, city_json, user_json
from vk_emulator.acts.rules import may_attach
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import CHAT_BASE, Attachment, Json, User


def whose(call: Call, name: str = "user_id") -> User:
    """The person that the call names, else its caller; Refusal (113) where there is none."""
    found = call.world.users.get(call.params.integer(name, call.account))
    if found is None:
        raise Refusal(113)
    return found


def page(call: Call, items: list[Json] | list[int], count: int, most: int) -> Json:
    """A page of the items, by the offset and count of the call."""
    start = call.params.integer("offset", 0, 0, 10**9)
    return {"count": len(items), "items": items[start : start + call.params.integer("count", count, 0, most)]}


@method("emulator.addUser", "control")
def add_user(call: Call) -> int:
    """`user_id`, `first_name`, `last_name?` → the number: one more resident, until the world is reset."""
    number = call.params.integer("user_id", None, 1, CHAT_BASE - 1)
    if number in call.world.users:
        raise bad_parameter("user_id is taken")
    user = User(number, call.params.required_text("first_name"), call.params.text("last_name"))
    call.world.residents.add(call.world.add_user(user).id)
    call.world.changes += 1
    return number


@method("friends.get", "user", "service")
def friends(call: Call) -> Json:
    """Ids, or people where `fields` are asked for. Whoever names a friend in the world file is his friend too."""
    user, wanted = whose(call), call.params.strings("fields")
    named = {
        *user.profile.get("friends", ()),
        *(person.id for person in call.world.users.values() if befriends(person, user)),
    }
    found = [person for person in call.world.users.values() if person.id in named]
    items = [user_json(person, wanted) for person in found] if wanted else [person.id for person in found]
    return page(call, items, 5000, 5000)


def befriends(user: User, other: User) -> bool:
    """Whether the other is among the person's friends."""
    return other.id in user.profile.get("friends", ())


@method("status.get", "user")
def status(call: Call) -> Json:
    """status.get, of a person, or of a community by `group_id` or a negative `user_id`."""
    number = -call.params.integer("group_id", 0) or call.params.integer("user_id", call.account)
    if number > 0:
        return {"text": whose(call).profile.get("status", "")}
    community = call.world.communities.get(-number)
    if community is None:
        raise bad_parameter("group_id is invalid")
    return {"text": community.settings.get("status", "")}


@method("users.search", "user")
def search(call: Call) -> Json:
    """users.search: each word begins a name; `sex`, `city` and what is asked of age where the world file has them."""
    params = call.params
    words, wanted = params.text("q").lower().split(), params.strings("fields")
    params.integer("birth_year", 0, 1900, 2100)  # refused even where nobody is found by the words
    named = [(user, f" {user.first_name} {user.last_name}".lower()) for user in call.world.users.values()]
    found = [person for person, name in named if all(f" {word}" in name for word in words)]
    found = [user for user in found if all(fits(call, user) for fits in SOUGHT)]
    return page(call, [user_json(user, wanted) for user in found], 20, 1000)


def _of_sex(call: Call, user: User) -> bool:
    return call.params.integer("sex", 0, 0, 2) in (0, SEX.get(user.profile.get("sex", ""), 0))


def _of_city(call: Call, user: User) -> bool:
    """By the number of VK's city, or by its name."""
    title, params = str(user.profile.get("city", "")), call.params
    number = params.integer(params.first("city", "city_id"), 0)
    return number in (0, city_json(title)["id"] if title else 0) and params.text("hometown", title) == title


def _of_age(call: Call, user: User) -> bool:
    """Who hides the year of his birth is found by no age."""
    params = call.params
    if not any(params.has(name) for name in ("birth_year", "age_from", "age_to")):
        return True
    born = params.integer("birth_year", 0, 1900, 2100)
    birth = [int(part) for part in str(user.profile.get("bdate", "")).split(".") if part.isdecimal()]
    if len(birth) != 3:
        return False
    day, month, year = birth
    today = datetime.fromtimestamp(call.world.now(), UTC)
    age = today.year - year - ((today.month, today.day) < (month, day))
    return born in (0, year) and params.integer("age_from", 0) <= age <= params.integer("age_to", 200)


SOUGHT = (_of_sex, _of_city, _of_age)


@method("photos.get", "user", "service")
def photos(call: Call) -> Json:
    """Photos of a person or a community that the caller may attach; of an album by its number or its name."""
    world, params = call.world, call.params
    owner, album, ids = params.integer("owner_id", call.account), params.text("album_id"), params.strings("photo_ids")
    there = [
        attachment
        for attachment in world.attachments.values()
        if attachment.type == "photo" and attachment.owner == owner
    ]
    seen = [attachment for attachment in there if may_attach(world, call.account, attachment, "")]
    if album:
        seen = [
            attachment for attachment in seen if str(attachment.body.get("album_id")) == str(ALBUMS.get(album, album))
        ]
    if ids:
        seen = [attachment for attachment in seen if str(attachment.id) in ids]
    if params.flag("rev"):
        seen.reverse()
    return page(call, [_photo(call, attachment) for attachment in seen], 50, 1000)


def _photo(call: Call, photo: Attachment) -> Json:
    """A photo of VK's answer; what others think of it is told to whoever asks for more (`extended`)."""
    made: Json = attachment_json(call.world, photo)["photo"]
    if not call.params.flag("extended"):
        return made
    counts = {"likes": {"count": photo.likes, "user_likes": 0}, "reposts": {"count": 0}, "comments": {"count": 0}}
    return made | counts | {"tags": {"count": 0}, "can_comment": 0}


@method("database.getCities", "user")
def cities(call: Call) -> Json:
    """database.getCities: where the people of the world live."""
    begins = call.params.text("q").lower()
    titles = {str(user.profile["city"]) for user in call.world.users.values() if "city" in user.profile}
    found = [city_json(title) for title in sorted(titles) if title.lower().startswith(begins)]
    return page(call, found, 100, 1000)
