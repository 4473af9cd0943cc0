"""What may be done on a wall, and who learns of it (schema of 5.199, wall and callback): posts, comments, threads,
closing, deleting, likes. It must never know tokens or parameters: a person or a community acts.
"""

from __future__ import annotations

import re

from vk_emulator.acts.tell import event
from vk_emulator.acts.wall_shapes import comment_json, post_json
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Account, Attachment, Community, Json
from vk_emulator.world.walls import Comment, Post, Wall
from vk_emulator.world.world import World

NO_ACCESS, NO_COMMENT, COMMENT_ACCESS, ADDING_POST = 212, 213, 211, 214
LINKS_FORBIDDEN, TOO_MANY, NOT_DELETED, NOT_FOUND = 222, 223, 243, 104
LINK = re.compile(r"(?:https?://|\b(?:[\w-]+\.)+(?:ru|com|me|su|org|net|рф|cc)\b)", re.IGNORECASE)
BLACKLIST = 900
MINUTE = 60.0


def rules(world: World, account: Account, owner: Account) -> bool:
    """Whether somebody has the wall in hand: its owner, or who leads the community."""
    community = world.communities.get(-owner)
    return account == owner or (community is not None and community.managers.get(account, "advertiser") != "advertiser")


def wall_of(world: World, owner: Account) -> Wall:
    """The wall of a person or a community that exists and shows it."""
    if not owner or not world.exists(owner):
        raise bad_parameter("owner_id is undefined")
    if _settings(world, owner).get("wall_closed"):
        raise Refusal(15)
    return world.walls.setdefault(owner, Wall(owner))


def post_of(world: World, owner: Account, number: int) -> Post:
    """The post with this number on the owner's wall; error 100 where there is none."""
    post = wall_of(world, owner).posts.get(number)
    if post is None:
        raise bad_parameter("post not found")
    return post


def read_post(world: World, owner: Account, number: int) -> Post:
    """A post whose comments may be read."""
    post = post_of(world, owner, number)
    if post.closed or _settings(world, owner).get("comments_closed"):
        raise Refusal(NO_ACCESS)
    return post


def comment_of(world: World, owner: Account, number: int) -> tuple[Post, Comment]:
    """The comment with its post; refused as VK does where the wall has no comment of this number."""
    found = wall_of(world, owner).find_comment(number)
    if found is None:
        raise Refusal(NOT_FOUND)
    return found


# --- writing --------------------------------------------------------------------


def publish(world: World, owner: Account, author: Account, text: str, attachments: list[Attachment]) -> Post:
    """A new post on this wall; the community learns of it."""
    wall = wall_of(world, owner)
    post = Post(wall.number(), owner, author, world.now(), text, attachments, posted=world.clock.now())
    wall.posts[post.id] = post
    world.wall_changed()
    if owner < 0:
        event(world, -owner, "wall_post_new", post_json(world, post, 0))
    return post


def say(
    world: World,
    post: Post,
    author: Account,
    text: str,
    attachments: list[Attachment],
    answers: int = 0,
    *,
    writer: Account = 0,
) -> Comment:
    """Somebody comments. Nothing is checked but the thread that it belongs to."""
    top = 0
    if answers:
        answered = post.comments.get(answers)
        if answered is None:
            raise bad_parameter("reply_to_comment is invalid")
        top = answered.top or answered.id
    number = wall_of(world, post.owner).number()
    at = world.clock.now()
    comment = Comment(number, author, int(at), text, attachments, answers, top, posted=at, writer=writer)
    post.comments[number] = comment
    world.wall_changed()
    if post.owner < 0 and (author != post.owner or world.switches.own_comment_events == "on"):  # Q28
        event(world, -post.owner, "wall_reply_new", comment_json(world, post, comment))
    return comment


def may_comment(world: World, post: Post, author: Account, text: str, answers: int) -> None:
    """Every refusal of a new comment (212, 213, 222, 223, 100), in the order in which VK would notice."""
    if _settings(world, post.owner).get("comments_closed"):
        raise Refusal(NO_ACCESS)
    if post.closed or world.blocked.get((-post.owner, author)) == BLACKLIST:
        raise Refusal(NO_COMMENT)
    answered = post.comments.get(answers)
    if answered is not None and answered.deleted and world.switches.reply_to_deleted != "taken":  # Q29
        raise Refusal(int(world.switches.reply_to_deleted))
    if world.switches.comment_links == "222" and LINK.search(text):  # Q27
        raise Refusal(LINKS_FORBIDDEN)
    _check_pace(world, post, author)


def _check_pace(world: World, post: Post, author: Account) -> None:
    limit, now = world.switches.comment_limit, world.clock.now()
    lately = wall_of(world, post.owner).lately.setdefault((author, post.id), [])
    lately[:] = [at for at in lately if now - MINUTE < at <= now]
    if limit and len(lately) >= limit:
        raise Refusal(TOO_MANY)
    lately.append(now)


def edit(world: World, post: Post, comment: Comment, text: str, attachments: list[Attachment]) -> None:
    """Changes a comment; the community learns of it."""
    comment.text, comment.attachments = text, attachments
    world.wall_changed()
    if post.owner < 0:
        event(world, -post.owner, "wall_reply_edit", comment_json(world, post, comment))


def delete(world: World, post: Post, comment: Comment, by: Account) -> None:
    """Marks a comment as deleted; the community learns of it."""
    comment.deleted, comment.deleted_by = True, by
    world.wall_changed()
    if post.owner < 0:
        told: Json = {"owner_id": post.owner, "id": comment.id, "user_id": by, "deleter_id": by, "post_id": post.id}
        event(world, -post.owner, "wall_reply_delete", told)


def restore(world: World, post: Post, comment: Comment) -> None:
    """Brings a deleted comment back; the community learns of it."""
    comment.deleted, comment.deleted_by = False, 0
    world.wall_changed()
    if post.owner < 0:
        event(world, -post.owner, "wall_reply_restore", comment_json(world, post, comment))


def _settings(world: World, owner: Account) -> Json:
    """The settings of the wall's community; none for a person's wall."""
    community: Community | None = world.communities.get(-owner)
    return community.settings if community is not None else {}
