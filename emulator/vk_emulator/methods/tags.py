"""Tags that a community gives to people, and its blacklist (schema, groups).

Nobody but the community and its managers may see them.
"""

from __future__ import annotations

from typing import Any

from vk_emulator.acts.render import user_json
from vk_emulator.api.calls import Call, method
from vk_emulator.methods.groups import own_group
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Json

COLORS = (
    "454647",
    "45678f",
    "4bb34b",
    "5181b8",
    "539b9c",
    "5c9ce6",
    "63b9ba",
    "6bc76b",
    "76787a",
    "792ec0",
    "7a6c4f",
    "7ececf",
    "9e8d6b",
    "a162de",
    "aaaeb3",
    "bbaa84",
    "e64646",
    "ff5c5c",
    "ffa000",
    "ffc107",
)
LONGEST_NAME = 20
BLACKLISTED = 900


def stored_tags(call: Call) -> list[Json]:
    """The community's own list of tags, made empty if there was none: what is appended to it is stored."""
    found: list[Json] = own_group(call).settings.setdefault("tags", [])
    return found


def _tag(call: Call) -> Json:
    """The tag that the call names; Refusal where there is none."""
    number = call.params.integer("tag_id", low=0)
    for tag in stored_tags(call):
        if tag["id"] == number:
            return tag
    raise bad_parameter("tag_id is invalid")


@method("groups.getTagList", "group", "user")
def tag_list(call: Call) -> list[Json]:
    """The community's tags with how many people have each."""
    return [
        {**{key: tag[key] for key in ("id", "name", "color")}, "uses": len(tag["people"])} for tag in stored_tags(call)
    ]


@method("groups.tagAdd", "group", "user")
def tag_add(call: Call) -> int:
    """Adds a tag; error 100 for a colour that VK does not have."""
    tags = stored_tags(call)
    color = call.params.text("tag_color") or COLORS[0]
    if color not in COLORS:
        raise bad_parameter(f"tag_color should be one of {', '.join(COLORS)}")
    number = max((int(tag["id"]) for tag in tags), default=0) + 1
    tags.append(
        {"id": number, "name": call.params.required_text("tag_name", LONGEST_NAME), "color": color, "people": []}
    )
    call.world.changes += 1
    return 1


@method("groups.tagUpdate", "group", "user")
def tag_update(call: Call) -> int:
    _tag(call)["name"] = call.params.required_text("tag_name", LONGEST_NAME)
    call.world.changes += 1
    return 1


@method("groups.tagDelete", "group", "user")
def tag_delete(call: Call) -> int:
    stored_tags(call).remove(_tag(call))
    call.world.changes += 1
    return 1


@method("groups.tagBind", "group", "user")
def tag_bind(call: Call) -> int:
    """Gives a person the tag or takes it away; doing it again changes nothing."""
    people: list[Any] = _tag(call)["people"]
    person, act = call.params.integer("user_id", low=1, high=2_000_000_000), call.params.required_text("act")
    if person not in call.world.users:
        raise bad_parameter("user_id is invalid")
    if act not in ("bind", "unbind"):
        raise bad_parameter("act should be one of bind, unbind")
    if act == "bind" and person not in people:
        people.append(person)
    if act == "unbind" and person in people:
        people.remove(person)
    call.world.changes += 1
    return 1


@method("groups.getBanned", "group", "user")
def get_banned(call: Call) -> Json:
    """Who is in the community's blacklist (`emulator.setBlocked`, 900)."""
    community, params = own_group(call), call.params
    blocked = call.world.blocked.items()
    found = [user for (group, user), code in blocked if group == community.id and code == BLACKLISTED]
    if params.has("owner_id"):
        found = [user for user in found if user == params.integer("owner_id")]
        if not found:
            raise Refusal(104)
    start, count = params.integer("offset", 0, 0, 10**9), params.integer("count", 20, 0, 200)
    wanted = params.strings("fields")
    people = [call.world.users[user] for user in found if user in call.world.users]
    ban: Json = {"comment": "", "comment_visible": False, "end_date": 0, "reason": 0}
    items = [{"type": "profile", "profile": user_json(person, wanted), "ban_info": ban} for person in people]
    return {"count": len(items), "items": items[start : start + count]}
