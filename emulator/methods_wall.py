"""wall.get: the posts of a community, for a person or a service token (a community token gets none). It must never
show a wall that the community has closed.

A community's posts stand in its settings as `posts`, the days on which they were written as unix times.
"""

from __future__ import annotations

from emulator.api import Call, method
from emulator.errors import Refusal, bad_parameter
from emulator.records import Community, Json

MOST = 100


@method("wall.get", "user", "service")
def wall_get(call: Call) -> Json:
    community = _whose(call)
    if community.settings.get("wall_closed"):
        raise Refusal(15)
    params = call.params
    count, offset = params.integer("count", 20, 0, MOST), params.integer("offset", 0, 0, 10**9)
    dates = sorted(community.settings.get("posts", ()), reverse=True)
    posts = [_post(community, len(dates) - turn, date) for turn, date in enumerate(dates)]
    return {"count": len(posts), "items": posts[offset : offset + count]}


def _whose(call: Call) -> Community:
    params, world = call.params, call.world
    if params.has("domain"):
        account = world.screen_names.get(params.text("domain"), 0)
    else:
        account = params.integer("owner_id", call.account or None)
    community = world.communities.get(-account)
    if community is None:
        raise bad_parameter("owner_id is undefined")
    return community


def _post(community: Community, number: int, date: int) -> Json:
    owner = -community.id
    return {"id": number, "from_id": owner, "owner_id": owner, "date": date, "text": "", "post_type": "post"}
