"""Comments of a wall: who may write, read, change and delete them, with the token that VK wants for each (schema of
5.199): a community answers and no more, a service token reads, a person does the rest. It must never tell what a
deleted comment said.
"""

from __future__ import annotations

from vk_emulator.acts import walls
from vk_emulator.acts.render import people_json
from vk_emulator.acts.rules import usable_attachments, with_mentions
from vk_emulator.acts.wall_shapes import comment_json
from vk_emulator.api.calls import Call, method
from vk_emulator.methods.wall import MOST, owner_in
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Attachment, Json
from vk_emulator.world.walls import Comment, Post

MOST_BELOW = 10


@method("wall.createComment", "group", "user")
def create_comment(call: Call) -> Json:
    """Writes a comment or answers one. The same `guid` of the same author gives the first comment again, by a
    switch."""
    params, world = call.params, call.world
    post = walls.post_of(world, owner_in(call), params.integer("post_id"))
    author, guid = _author(call, post), params.text("guid")
    wall = walls.wall_of(world, post.owner)
    if guid and world.switches.comment_guid == "same" and (author, guid) in wall.by_guid:
        return _creation_json(post.comments[wall.by_guid[author, guid]])
    text, attachments = _words_in(call)
    answers = params.integer("reply_to_comment", 0, 0)
    walls.may_comment(world, post, author, text, answers)
    comment = walls.say(world, post, author, text, attachments, answers, writer=call.account)
    if guid:
        wall.by_guid[author, guid] = comment.id
    return _creation_json(comment)


def _creation_json(comment: Comment) -> Json:
    return {"comment_id": comment.id, "parents_stack": [comment.top] if comment.top else []}


def _author(call: Call, post: Post) -> Account:
    """Who the author of a comment is: the caller, or a community that he leads (`from_group`); Refusal (15) where he
    does not."""
    group = abs(call.params.integer("from_group", 0))
    if call.account < 0 or not group:
        return call.account
    if not walls.rules(call.world, call.account, -group) or group not in call.world.communities:
        raise Refusal(15)
    return -group


def _words_in(call: Call) -> tuple[str, list[Attachment]]:
    text, world = call.params.text("message"), call.world
    attachments = usable_attachments(world, call.account, call.params.text("attachments"))
    if not text and not attachments:
        raise bad_parameter("message is empty")
    return (with_mentions(world, text) if call.account > 0 and "@" in text else text), attachments


@method("wall.getComments", "user", "service")
def get_comments(call: Call) -> Json:
    """wall.getComments: those under a post, or in one thread (`comment_id`), with the first answers to each."""
    params, world = call.params, call.world
    post = walls.read_post(world, owner_in(call), params.integer("post_id"))
    found = post.level(params.integer("comment_id", 0, 0))
    if params.text("sort") == "desc":
        found.reverse()
    count, offset = params.integer("count", 10, 0, MOST), params.integer("offset", 0, 0, 10**9)
    below = params.integer("thread_items_count", 0, 0, MOST_BELOW)
    shown = _from(found, params.integer("start_comment_id", 0, 0))[offset : offset + count]
    items = [comment_json(world, post, comment, call.account, below) for comment in shown]
    made: Json = {"count": post.count(), "items": items, "current_level_count": len(found)}
    return made | _may(post) | _authors_json(call, items, post)


def _from(found: list[Comment], start: int) -> list[Comment]:
    """The comments from this one on; all where it is not among them."""
    places = [place for place, comment in enumerate(found) if comment.id == start]
    return found[places[0] :] if places else found


def _may(post: Post) -> Json:
    """What may be done under the post."""
    return {"can_post": not post.closed, "show_reply_button": not post.closed, "groups_can_post": not post.closed}


def _authors_json(call: Call, items: list[Json], post: Post) -> Json:
    if not call.params.flag("extended"):
        return {}
    below = [answer for item in items for answer in item.get("thread", {}).get("items", ())]
    authors = dict.fromkeys([post.author, *(comment["from_id"] for comment in [*items, *below])])
    return people_json(call.world, authors, call.params.strings("fields")) | {"post_author_id": post.author}


@method("wall.getComment", "user")
def get_comment(call: Call) -> Json:
    """The comment with what may be done under its post; an empty list for a deleted one."""
    post, comment = walls.comment_of(call.world, owner_in(call), call.params.integer("comment_id"))
    walls.read_post(call.world, post.owner, post.id)
    items = [] if comment.deleted else [comment_json(call.world, post, comment, call.account)]
    return {"items": items} | _may(post) | _authors_json(call, items, post)


@method("wall.editComment", "user")
def edit_comment(call: Call) -> int:
    """wall.editComment, for its author, or for whoever leads the community in whose name it stands."""
    post, comment = _theirs(call, own=True)
    walls.edit(call.world, post, comment, *_words_in(call))
    return 1


@method("wall.deleteComment", "user")
def delete_comment(call: Call) -> int:
    post, comment = _theirs(call)
    walls.delete(call.world, post, comment, call.account)
    return 1


@method("wall.restoreComment", "user")
def restore_comment(call: Call) -> int:
    """Brings a deleted comment back; only for who may delete it."""
    post, comment = _theirs(call, deleted=True)
    walls.restore(call.world, post, comment)
    return 1


@method("wall.reportComment", "user")
def report_comment(call: Call) -> int:
    """Takes a complaint and does nothing with it; error 100 for a reason that VK does not know."""
    walls.comment_of(call.world, owner_in(call), call.params.integer("comment_id"))
    call.params.integer("reason", None, 0, 8)
    return 1


def _theirs(call: Call, *, own: bool = False, deleted: bool = False) -> tuple[Post, Comment]:
    """A comment that this person may change: his own, his community's, or (to delete) anybody's on a wall he leads."""
    world, account = call.world, call.account
    post, comment = walls.comment_of(world, owner_in(call), call.params.integer("comment_id"))
    if comment.deleted and not deleted:
        raise Refusal(walls.NOT_FOUND)
    mine = comment.author == account or (comment.author < 0 and walls.rules(world, account, comment.author))
    if not mine and (own or not walls.rules(world, account, post.owner)):
        raise Refusal(walls.COMMENT_ACCESS)
    if deleted and not comment.deleted:
        raise Refusal(walls.NOT_DELETED)
    return post, comment


@method("emulator.addComment", "control")
def add_comment(call: Call) -> int:
    """`group_id`, `post_id`, `from_id`, `text?`, `reply_to?` → its number; events come as by VK's methods."""
    params, group = call.params, call.params.integer("group_id")
    if group not in call.world.communities:
        raise bad_parameter("group_id is invalid")
    post = walls.post_of(call.world, -group, params.integer("post_id"))
    answers, text = params.integer("reply_to", 0, 0), params.text("text")
    return walls.say(call.world, post, params.integer("from_id"), text, [], answers).id
