"""How VK shows posts and comments (schema of 5.199, wall). It must never change the world."""

from __future__ import annotations

from vk_emulator.acts.render import attachment_json
from vk_emulator.world.records import Account, Json
from vk_emulator.world.walls import Comment, Post
from vk_emulator.world.world import World


def post_json(world: World, post: Post, viewer: Account) -> Json:
    comments: Json = {"count": post.count(), "can_post": int(not post.closed)}
    return {
        "id": post.id,
        "from_id": post.author,
        "owner_id": post.owner,
        "date": post.date,
        "text": post.text,
        "attachments": [attachment_json(world, attachment) for attachment in post.attachments],
        "post_type": "post",
        "inner_type": "wall_wallpost",
        "comments": comments,
        "likes": likes_json(post.likes, viewer),
    }


def comment_json(world: World, post: Post, comment: Comment, viewer: Account = 0, below: int = 0) -> Json:
    """A comment as VK shows it; a deleted one shows that it was there and nothing of what it said."""
    made: Json = {
        "id": comment.id,
        "from_id": 0 if comment.deleted else comment.author,
        "post_id": post.id,
        "owner_id": post.owner,
        "date": comment.date,
        "text": "" if comment.deleted else comment.text,
        "parents_stack": [comment.top] if comment.top else [],
        "likes": likes_json(comment.likes, viewer),
    }
    if comment.deleted:
        made["deleted"] = True
    elif comment.attachments:
        made["attachments"] = [attachment_json(world, attachment) for attachment in comment.attachments]
    if comment.answers:
        answered = post.comments[comment.answers]
        made |= {"reply_to_comment": answered.id, "reply_to_user": answered.author}
    if not comment.top:
        made["thread"] = thread_json(world, post, comment, viewer, below)
    return made


def thread_json(world: World, post: Post, comment: Comment, viewer: Account, below: int) -> Json:
    """The answers below a comment: how many there are, and the first `below` of them."""
    found = post.level(comment.id)
    shown = [comment_json(world, post, shown_comment, viewer) for shown_comment in found[:below]]
    return {"count": len(found), "items": shown, "can_post": not post.closed, "show_reply_button": not post.closed}


def likes_json(likes: set[Account], viewer: Account) -> Json:
    mine = viewer in likes
    return {"can_like": int(not mine), "count": len(likes), "user_likes": int(mine)}
