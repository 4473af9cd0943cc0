"""likes.add and likes.delete for posts and comments: people like, a community's token does not. It must never tell who
liked what.
"""

from __future__ import annotations

from vk_emulator.acts import walls
from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Account, Json


def _likes_of(call: Call) -> set[Account]:
    params, world = call.params, call.world
    owner, number = params.integer("owner_id", call.account), params.integer("item_id")
    match params.text("type"):
        case "post":
            return walls.post_of(world, owner, number).likes
        case "comment":
            return walls.comment_of(world, owner, number)[1].likes
        case _:
            raise bad_parameter("type is undefined")


@method("likes.add", "user")
def add_like(call: Call) -> Json:
    """Adds the caller's like; how many there are then. A second one changes nothing."""
    likes = _likes_of(call)
    likes.add(call.account)
    call.world.wall_changed()
    return {"likes": len(likes)}


@method("likes.delete", "user")
def delete_like(call: Call) -> Json:
    """Takes the caller's like away; how many there are then."""
    likes = _likes_of(call)
    likes.discard(call.account)
    call.world.wall_changed()
    return {"likes": len(likes)}
