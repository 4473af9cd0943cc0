"""Posts of a wall: wall.get, getById, post, openComments, closeComments, and a post that a test puts there. A
community token may close and open, a service token may read, a person may do what VK lets him. It must never show a
wall that the community has closed.
"""

from __future__ import annotations

from vk_emulator.acts import walls
from vk_emulator.acts.render import people_json
from vk_emulator.acts.rules import usable_attachments
from vk_emulator.acts.wall_shapes import post_json
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Json
from vk_emulator.world.walls import Post

MOST = 100


def owner_in(call: Call) -> Account:
    """The owner of the wall that a call is about; a community acts on its own only (Refusal 15)."""
    params, world = call.params, call.world
    if params.has("domain"):
        return world.screen_names.get(params.text("domain"), 0)
    owner = params.integer("owner_id", call.account or None)
    if call.account < 0 and owner != call.account:
        raise Refusal(15)
    return owner


@method("wall.get", "user", "service")
def wall_get(call: Call) -> Json:
    """A page of the wall's posts, newest first."""
    params = call.params
    owner = owner_in(call)
    posts = [
        post for post in walls.wall_of(call.world, owner).newest_first() if _is_wanted(post, params.text("filter"))
    ]
    count, offset = params.integer("count", 20, 0, MOST), params.integer("offset", 0, 0, 10**9)
    shown = posts[offset : offset + count]
    made: Json = {"count": len(posts), "items": [post_json(call.world, post, call.account) for post in shown]}
    if params.flag("extended"):
        made |= people_json(call.world, {post.author: None for post in shown}, params.strings("fields"))
    return made


@method("wall.getById", "user", "service")
def wall_get_by_id(call: Call) -> Json:
    """Posts by their names, `-101_1`; what is not there or closed is left out, as in VK."""
    found = [_post_named(call, name) for name in call.params.strings("posts", MOST)]
    return {"items": [post_json(call.world, post, call.account) for post in found if post is not None]}


def _post_named(call: Call, name: str) -> Post | None:
    """The post `name`, as «-1_5» (owner, number); None where there is none. Raises where it is written otherwise."""
    owner, _, number = name.partition("_")
    if not (owner.removeprefix("-").isdecimal() and number.isdecimal() and max(len(owner), len(number)) < 12):
        raise bad_parameter("posts is invalid")
    try:
        return walls.post_of(call.world, int(owner), int(number))
    except Refusal:
        return None


def _is_wanted(post: Post, wanted: str) -> bool:
    own = post.author == post.owner
    return own if wanted == "owner" else not own if wanted == "others" else True


@method("wall.post", "user")
def wall_post(call: Call) -> Json:
    """A community writes by the token of somebody who leads it."""
    params, world = call.params, call.world
    owner = owner_in(call)
    if not walls.rules(world, call.account, owner):
        raise Refusal(walls.ADDING_POST)
    text, attachments = params.text("message"), usable_attachments(world, call.account, params.text("attachments"))
    if not text and not attachments:
        raise bad_parameter("message is empty")
    wall, guid = walls.wall_of(world, owner), (call.account, "post:" + params.text("guid"))
    if params.has("guid") and guid in wall.by_guid:
        return {"post_id": wall.by_guid[guid]}
    author = owner if owner < 0 and params.flag("from_group") else call.account
    post = walls.publish(world, owner, author, text, attachments)
    post.closed = params.flag("close_comments")
    wall.by_guid[guid] = post.id
    return {"post_id": post.id}


@method("wall.closeComments", "group", "user")
def close_comments(call: Call) -> int:
    return _set_comments(call, True)


@method("wall.openComments", "group", "user")
def open_comments(call: Call) -> int:
    return _set_comments(call, False)


def _set_comments(call: Call, closed: bool) -> int:
    post = walls.post_of(call.world, owner_in(call), call.params.integer("post_id"))
    if not walls.rules(call.world, call.account, post.owner):
        raise Refusal(15)
    changed, post.closed = post.closed != closed, closed
    call.world.wall_changed()
    return int(changed)


@method("emulator.addPost", "control")
def add_post(call: Call) -> int:
    """`group_id`, `text?` → its number; events come as by VK's methods."""
    group = call.params.integer("group_id")
    if group not in call.world.communities:
        raise bad_parameter("group_id is invalid")
    return walls.publish(call.world, -group, -group, call.params.text("text"), []).id
