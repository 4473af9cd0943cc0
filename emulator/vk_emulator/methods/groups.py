"""groups.*, users.* and utils.* as far as a bot and its checker need them (vk-api.md §2, 6.1)."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from vk_emulator.acts.render import community_json, user_json
from vk_emulator.acts.tell import event
from vk_emulator.api.calls import Call, method
from vk_emulator.api.params import Params
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.event_names import EVENTS
from vk_emulator.world.records import Community, Json, User

SCOPE_BITS = {
    "stories": 1, "photos": 4, "app_widget": 64, "messages": 4096, "wall": 8192, "docs": 131072, "manage": 262144,
}  # fmt: skip
UNUSED_SETTINGS = (
    "audio",
    "articles",
    "city_id",
    "docs",
    "obscene_filter",
    "obscene_stopwords",
    "toxic_filter",
    "disable_replies_from_groups",
    "photos",
    "topics",
    "video",
    "wall",
    "wiki",
)
NAME_CASES = ("nom", "gen", "dat", "acc", "ins", "abl")
SETTINGS = ("messages", "bots_capabilities", "bots_start_button", "bots_add_to_chat")


def own_group(call: Call, name: str = "group_id") -> Community:
    """The community that a method is about: the token's own, or one that the person manages."""
    number = call.params.integer(name)
    if call.account < 0:
        if number != -call.account:
            call.world.hint(f"the token is of community {-call.account}, {name} names {number}")
            raise (bad_parameter("group_id is invalid") if number not in call.world.communities else Refusal(15))
        return call.community
    community = call.world.communities.get(number)
    if community is None:
        raise bad_parameter("group_id is invalid")
    if call.account not in community.managers:
        raise Refusal(203)
    return community


@method("groups.getLongPollServer", "group", "user", scope="manage")
def long_poll_server(call: Call) -> Json:
    """The key, the address and the newest number of the community's long poll; error 100 where it is switched off."""
    community = own_group(call)
    if not community.settings.get("longpoll", True):
        raise bad_parameter("longpoll for this group is not enabled")
    world = call.world
    queue = world.queue(-community.id)
    queue.key_born = world.clock.now()
    queue.redeliver = world.switches.lp_redeliver
    return {
        "key": world.poll_key(-community.id),
        "server": f"{world.address}/longpoll/{community.id}",
        "ts": str(queue.last),
    }


@method("groups.getLongPollSettings", "group", "user", scope="manage")
def long_poll_settings(call: Call) -> Json:
    """Whether the long poll is on, its version of the API, and for each event whether it is told."""
    community = own_group(call)
    return {
        "api_version": str(community.settings.get("api_version", "5.199")),
        "is_enabled": bool(community.settings.get("longpoll", True)),
        "events": {name: int(bool(community.events.get(name, 0))) for name in EVENTS},
    }


@method("groups.setLongPollSettings", "group", "user", scope="manage")
def set_long_poll_settings(call: Call) -> int:
    """Switches the long poll and the given events on or off; those that are not named stay."""
    community, params = own_group(call), call.params
    if params.has("enabled"):
        community.settings["longpoll"] = params.flag("enabled")
    if params.has("api_version"):
        community.settings["api_version"] = params.text("api_version", limit=16)
    for name in EVENTS:
        if params.has(name):
            community.events[name] = int(params.flag(name))
    call.world.changes += 1
    return 1


@method("groups.getTokenPermissions", "group")
def token_permissions(call: Call) -> Json:
    """The rights of the community's token, by name and as VK's bit mask."""
    scopes = [name for name in call.community.settings.get("scopes", ()) if name in SCOPE_BITS]
    return {
        "mask": sum(SCOPE_BITS[name] for name in scopes),
        "permissions": [{"name": name, "setting": SCOPE_BITS[name]} for name in scopes],
    }


def _named_groups(call: Call) -> list[Community]:
    params, world = call.params, call.world
    names = params.strings("group_ids", 500) or params.strings("group_id", 1)
    if not names:
        if call.account >= 0:
            raise bad_parameter("group_ids is undefined")
        return [call.community]
    found = []
    for name in names:
        account = -int(name) if name.isdecimal() and len(name) < 12 else world.screen_names.get(name, 0)
        if -account in world.communities:
            found.append(world.communities[-account])
    if not found:
        raise bad_parameter("group_ids is invalid")
    return found


@method("groups.getById", "group", "user", "service")
def groups_by_id(call: Call) -> Json | list[Json]:
    """groups.getById; before 5.139 the bare list (vk-api.md 2.17)."""
    fields = call.params.strings("fields")
    groups = [community_json(call.world, community, fields) for community in _named_groups(call)]
    return {"groups": groups, "profiles": []} if call.version >= (5, 139) else groups


@method("groups.getMembers", "group", "user")
def group_members(call: Call) -> Json:
    """The members, or with `filter=managers` those with a role; error 15 for who may not see them (Q18)."""
    params = call.params
    community = _named_groups(call)[0]
    count, offset = params.integer("count", 1000, 0, 1000), params.integer("offset", 0, 0, 10**9)
    shown = slice(offset, offset + count)
    if params.text("filter") == "managers":
        if call.account < 0 and call.world.switches.managers_visible == "15":  # Q18
            raise Refusal(15)
        if call.account > 0 and call.account not in community.managers:
            raise Refusal(15)
        roles = [{"id": user, "role": role} for user, role in community.managers.items()]
        return {"count": len(roles), "items": roles[shown]}
    people = community.members[shown]
    fields = params.strings("fields")
    items: list[object] = list(people)
    if fields:
        items = [user_json(call.world.users[p], fields) for p in people if p in call.world.users]
    return {"count": len(community.members), "items": items}


@method("groups.isMember", "group", "user")
def is_member(call: Call) -> object:
    """Whether a person is a member: a number, an object with `extended`, a list for `user_ids`."""
    params = call.params
    community = _named_groups(call)[0]
    if params.has("user_ids"):
        ids = params.integers("user_ids", 500)
        return [{"user_id": number, "member": int(number in community.members)} for number in ids]
    user = params.integer("user_id", call.account if call.account > 0 else None)
    member = int(user in community.members)
    return {"member": member} if params.flag("extended") else member


@method("groups.join", "user")
def join(call: Call) -> int:
    """groups.join; the community learns of it."""
    community = _named_groups(call)[0]
    if call.account not in community.members:
        community.members.append(call.account)
        event(call.world, community.id, "group_join", {"user_id": call.account, "join_type": "join"})
    return 1


@method("groups.leave", "user")
def leave(call: Call) -> int:
    """groups.leave; the community learns of it."""
    community = _named_groups(call)[0]
    if call.account in community.members:
        community.members.remove(call.account)
        event(call.world, community.id, "group_leave", {"user_id": call.account, "self": 1})
    return 1


@method("groups.getSettings", "user")
def get_settings(call: Call) -> Json:
    """Facts that a person checks in the interface; a community token gets 27, as in VK."""
    community = own_group(call)
    made: Json = {"title": community.name, "description": community.settings.get("description", "")}
    made.update(dict.fromkeys(UNUSED_SETTINGS, 0), city_name="", obscene_words=[])
    made.update({name: int(bool(community.settings.get(name, True))) for name in SETTINGS})
    return made


@method("groups.setSettings", "group", "user", scope="manage")
def set_settings(call: Call) -> int:
    """Switches the given settings of messages on or off."""
    community = own_group(call)
    for name in SETTINGS:
        if call.params.has(name):
            community.settings[name] = call.params.flag(name)
    call.world.changes += 1
    return 1


@method("groups.edit", "group", "user", scope="manage")
def edit(call: Call) -> int:
    """groups.edit: changes what a page shows of itself; all else that VK lets one change is taken and forgotten."""
    community, params = own_group(call), call.params
    for name in ("market_country", "market_city"):
        params.integers(name, 10)
    community.name = params.text("title", limit=48) or community.name
    for name, kept in (("description", "description"), ("website", "site")):
        if params.has(name):
            community.settings[kept] = params.text(name)
    call.world.changes += 1
    return 1


@method("groups.enableOnline", "group", "user", scope="manage")
def enable_online(call: Call) -> int:
    return _online(call, True)


@method("groups.disableOnline", "group", "user", scope="manage")
def disable_online(call: Call) -> int:
    return _online(call, False)


def _online(call: Call, online: bool) -> int:
    """Switches the community's online mark."""
    own_group(call).settings["online"] = online
    call.world.changes += 1
    return 1


@method("groups.getOnlineStatus", "group", "user", scope="manage")
def online_status(call: Call) -> Json:
    """Whether the community shows itself as online."""
    return {"status": "online" if own_group(call).settings.get("online") else "none", "minutes": 0}


@method("users.get", "group", "user")
def users_get(call: Call) -> list[Json]:
    """People by number or short name; the caller without either. Unknown ones are left out, error 113 where no name is
    known."""
    params = call.params
    names = params.strings("user_ids", 1000) or params.strings("user_id", 1)
    fields = params.strings("fields")
    case = params.text("name_case") or "nom"
    if case not in NAME_CASES:
        raise bad_parameter("name_case should be one of " + ", ".join(NAME_CASES))
    if not names:
        return [user_json(call.world.users[call.account], fields, case)] if call.account > 0 else []
    found = [_user(call, name) for name in names]
    if not any(found) and all(not name.isdecimal() for name in names):
        raise Refusal(113)
    return [user_json(user, fields, case) for user in found if user is not None]


def _user(call: Call, name: str) -> User | None:
    """The person of this number or short name; None where there is none."""
    if name.isdecimal() and len(name) < 12:
        return call.world.users.get(int(name))
    return call.world.users.get(call.world.screen_names.get(name, 0))


@method("utils.getServerTime", "group", "user")
def server_time(call: Call) -> int:
    """The world's clock in seconds since 1970, which a test may have moved."""
    return call.world.now()


@method("utils.resolveScreenName", "group", "user")
def resolve(call: Call) -> object:
    """utils.resolveScreenName; an empty list where nobody has the name."""
    account = call.world.screen_names.get(Params(call.params.raw).required_text("screen_name"))
    if account is None:
        return []
    return {"type": "user" if account > 0 else "group", "object_id": abs(account)}


def _address(call: Call) -> str:
    """The address of the call; Refusal for what is none."""
    url = call.params.required_text("url", limit=2048)
    try:
        good = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        good = False
    if not good:
        raise bad_parameter("url is invalid")
    return url


@method("utils.getShortLink", "group", "user")
def short_link(call: Call) -> Json:
    """The same key for the same address. It leads nowhere: the emulator is no vk.cc."""
    url = _address(call)
    key = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
    made: Json = {"short_url": f"https://vk.cc/{key[:6]}", "url": url, "key": key[:6]}
    return {**made, "access_key": key[6:24]} if call.params.flag("private") else made


@method("utils.checkLink", "group", "user")
def check_link(call: Call) -> Json:
    """Calls every address harmless."""
    return {"link": _address(call), "status": "not_banned"}
