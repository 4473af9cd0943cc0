"""wall.get and wall.getComments: what a community wrote and what people said under it, for a person or a service token
(a community token gets none). They must never show a wall that the community has closed.

In a community's settings stand `posts`, the unix times at which its posts were written, and `comments`: of each the
`post` (1 is the oldest), `from`, `date`, and the `answers` below it as pairs of author and unix time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Community, Json

MOST, MOST_BELOW = 100, 10
COMMENTS_CLOSED = 212


@method("wall.get", "user", "service")
def wall_get(call: Call) -> Json:
    community = _whose(call)
    params = call.params
    count, offset = params.integer("count", 20, 0, MOST), params.integer("offset", 0, 0, 10**9)
    dates = sorted(community.settings.get("posts", ()), reverse=True)
    posts = [_post(community, len(dates) - turn, date) for turn, date in enumerate(dates)]
    return {"count": len(posts), "items": posts[offset : offset + count]}


@method("wall.getComments", "user", "service")
def wall_get_comments(call: Call) -> Json:
    """Those under a post, the oldest first, with the first answers to each."""
    community, params = _whose(call), call.params
    post = params.integer("post_id")
    if not 0 < post <= len(community.settings.get("posts", ())):
        raise Refusal(100, "post not found")
    if community.settings.get("comments_closed"):
        raise Refusal(COMMENTS_CLOSED)
    count, offset = params.integer("count", 10, 0, MOST), params.integer("offset", 0, 0, 10**9)
    below = params.integer("thread_items_count", 0, 0, MOST_BELOW)
    found = _under(community, post)
    items = [_comment(community, post, 1000 * number, one, below) for number, one in enumerate(found, 1)]
    total = len(found) + sum(len(one.get("answers", ())) for one in found)
    return {"count": total, "items": items[offset : offset + count], "current_level_count": len(found)}


@method("emulator.addPost", "control")
def add_post(call: Call) -> int:
    """The community writes on its wall now."""
    community = _ours(call)
    posts = community.settings.setdefault("posts", [])
    posts.append(call.world.now())
    call.world.changes += 1
    return len(posts)


@method("emulator.addComment", "control")
def add_comment(call: Call) -> int:
    """`from_id` says something under a post now, or under a comment there (`reply_to`)."""
    community, params = _ours(call), call.params
    post, author, date = params.integer("post_id"), params.integer("from_id"), call.world.now()
    comments = community.settings.setdefault("comments", [])
    call.world.changes += 1
    if not params.has("reply_to"):
        comments.append({"post": post, "from": author, "date": date, "answers": []})
        return 1000 * len(_under(community, post))
    number = params.integer("reply_to") // 1000
    if not 0 < number <= len(_under(community, post)):
        raise bad_parameter("reply_to is invalid")
    answers = _under(community, post)[number - 1]["answers"]
    answers.append((author, date))
    return 1000 * number + len(answers)


def _ours(call: Call) -> Community:
    community = call.world.communities.get(call.params.integer("group_id"))
    if community is None:
        raise bad_parameter("group_id is invalid")
    return community


def _whose(call: Call) -> Community:
    params, world = call.params, call.world
    if params.has("domain"):
        account = world.screen_names.get(params.text("domain"), 0)
    else:
        account = params.integer("owner_id", call.account or None)
    community = world.communities.get(-account)
    if community is None:
        raise bad_parameter("owner_id is undefined")
    if community.settings.get("wall_closed"):
        raise Refusal(15)
    return community


def _under(community: Community, post: int) -> Sequence[Mapping[str, Any]]:
    return [one for one in community.settings.get("comments", ()) if one["post"] == post]


def _post(community: Community, number: int, date: int) -> Json:
    owner, said = -community.id, len(_under(community, number))
    return {
        "id": number, "from_id": owner, "owner_id": owner, "date": date, "text": "", "post_type": "post",
        "inner_type": "wall_wallpost", "comments": {"count": said, "can_post": 1},
    }  # fmt: skip


def _comment(community: Community, post: int, number: int, one: Mapping[str, Any], below: int) -> Json:
    answers = one.get("answers", ())
    shown = [
        _said(community, post, number + turn, author, date) | {"reply_to_comment": number}
        for turn, (author, date) in enumerate(answers, 1)
    ]
    thread = {"count": len(shown), "items": shown[:below], "can_post": True, "show_reply_button": True}
    return _said(community, post, number, one["from"], one["date"]) | {"thread": thread}


def _said(community: Community, post: int, number: int, author: int, date: int) -> Json:
    return {"id": number, "from_id": author, "post_id": post, "owner_id": -community.id, "date": date, "text": ""}
