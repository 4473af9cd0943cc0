"""What people did by hand with a community, as a test for pytest that does it again: its messages, its chats, its wall.
It must only read the world."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import bad_parameter
from vk_emulator.world.records import Account, Chat, Json, Message, Press, Thread
from vk_emulator.world.walls import Comment, Post, Wall
from vk_emulator.world.world import World

HEAD = "def test_what_was_played(vk, vk_bot):"
MOST_LETTERS = 60
MADE = "made-"
"""So begins the key of a chat that a test has made."""
Step = tuple[float, int, Account, str]
"""When, its number among those of the same time, who acts or hears (0: nobody), the line."""


@method("emulator.asTest", "control")
def as_test(call: Call) -> str:
    """`group_id?` → what people said, pressed, commented and heard: messages, chats and wall of the community, as a
    test for pytest."""
    world, group = call.world, call.params.integer("group_id", next(iter(call.world.communities)))
    if group not in world.communities:
        raise bad_parameter("group_id is invalid")
    found = [thread for thread in world.threads if takes_part(thread, -group)]
    talk = [step for thread in found for step in steps_in(world, thread, -group)]
    done = sorted([*talk, *steps_on(world.walls.get(-group, Wall(-group)))])
    people = [person for _, _, person, _ in done if person]
    chats = [thread.chat for thread in found if thread.chat and thread.messages]
    people += [person for chat in chats if is_made(chat) for person in people_in(chat.thread)]
    lines = [f"{name(person)} = vk.person({person})" for person in dict.fromkeys(people)]
    lines += [f"{chat_name(chat)} = vk.chat({literal(chat.key)})" for chat in chats if not is_made(chat)]
    lines += [line for _, _, _, line in done]
    if all(line.startswith("#") for line in lines):
        lines.append("pass")
    return "\n".join([HEAD, *(f"    {line}" for line in lines), ""])


# --- messages and chats ---------------------------------------------------------


def takes_part(thread: Thread, bot: Account) -> bool:
    """Whether the bot's community is in the dialogue or ever was in the chat."""
    return bot in thread.members or (thread.chat is not None and bot in thread.chat.numbers)


def people_in(thread: Thread) -> list[Account]:
    """The people of the dialogue, of a chat also those who have left it."""
    known = thread.members if thread.chat is None else thread.chat.numbers
    return [account for account in known if account > 0]


def is_made(chat: Chat) -> bool:
    """By hand or by a test, not by the world file."""
    return chat.key == f"chat{chat.id}" or chat.key.startswith(MADE)


def steps_in(world: World, thread: Thread, bot: Account) -> Iterator[Step]:
    """The lines of the test for one dialogue, each with the moment by which all are sorted."""
    if thread.chat and is_made(thread.chat) and thread.messages:
        first, people = thread.messages[0], ", ".join(map(name, people_in(thread)))
        told = "quiet=False" if first.action else ""
        yield (
            first.posted,
            first.id,
            0,
            f"{chat_name(thread.chat)} = {call_text('vk.chat', f'members=[{people}]', told)}",
        )
    yield from words_in(world, thread, bot)
    yield from presses_in(world, thread)


def is_said(message: Message) -> bool:
    """Whether somebody wrote it: no service message, and not deleted."""
    return message.action is None and not message.deleted


def words_in(world: World, thread: Thread, bot: Account) -> Iterator[Step]:
    """The steps of a test for the words of a dialogue. In a chat one person hears all: whoever spoke first. Where
    nobody is left, nobody would hear it."""
    hearers = [*(message.sender for message in thread.messages if message.sender > 0), *people_in(thread)]
    if not hearers:
        return
    hearer = hearers[0]
    wanted = {message.reply.cmid for message in thread.messages if message.sender > 0 and message.reply}
    for message in filter(is_said, thread.messages):
        if message.sender == bot:
            kept = f"{heard_name(message)} = " if message.cmid in wanted else ""
            yield message.posted, message.id, hearer, f"{kept}{name(hearer)}.{hearing(message)}"
        elif message.sender > 0:
            yield message.posted, message.id, message.sender, f"{name(message.sender)}.{saying(message)}"
            yield from edits_of(world, message)


def hearing(message: Message) -> str:
    """The line of a test that waits for this message of the bot."""
    words = beginning(text_at_first(message))
    return call_text("hears", literal(words) if words else "", where(message.thread, named=not words))


def saying(message: Message) -> str:
    """The line of a test in which a person writes this message or presses its button."""
    text, thread = text_at_first(message), message.thread
    label = text.rpartition("] ")[2] if thread.chat else text  # VK's clients put a mention before it there
    if message.payload and any(label == action.get("label") for action in actions(thread)):
        return call_text("presses", literal(label), where(thread))
    kinds = dict.fromkeys(attachment.type for attachment in message.attachments)
    verb = "sends_photo" if "photo" in kinds else "says"
    lost = ", ".join(kind for kind in kinds if kind != "photo")
    line = call_text(verb, literal(text), where(thread), reply_to(message), place_of(message))
    return f"{line}  # and {lost}: send it yourself" if lost else line


def reply_to(message: Message) -> str:
    """The argument for a reply to a message of the bot; "" for any other message."""
    answered = message.reply and next((m for m in message.thread.messages if m.cmid == message.reply.cmid), None)
    if not answered or answered.sender > 0 or not is_said(answered):
        return ""
    return f'reply_to={heard_name(answered)}.message["id"]'


def place_of(message: Message) -> str:
    """The arguments for the point on the map that was sent; "" without one."""
    at: Json = (message.geo or {}).get("coordinates", {})
    return f"lat={at['latitude']}, long={at['longitude']}" if at else ""


def edits_of(world: World, message: Message) -> Iterator[Step]:
    """`edits` of a test knows the last own message only."""
    texts = [edit["text"] for edit in message.edits[1:]] + [message.text]
    for edit, text in zip(message.edits, texts, strict=False):
        at, who = float(edit.get("at") or edit["date"]), name(message.sender)  # a kept world may be older
        mine = [m.id for m in world.by_id.values() if m.sender == message.sender and not m.action and m.posted <= at]
        known = f"{who}.edits({literal(text)})" if mine[-1:] == [message.id] else f"# {who} edits an older message"
        yield at, message.id, message.sender, known


def presses_in(world: World, thread: Thread) -> Iterator[Step]:
    """The lines for pressed callback buttons and for what each showed."""
    for press in world.presses.values():
        label = getattr(press, "label", "")  # a kept world may be older
        if press.thread is thread and label:
            line = f"{name(press.user)}.{call_text('presses', literal(label), where(thread))}"
            yield press.born, 0, press.user, line
            yield from ((press.born, 1, press.user, told) for told in notice_of(press))


def notice_of(press: Press) -> Iterator[str]:
    """The assertions for what the bot showed to the press: a text or a link."""
    for key in ("text", "link"):
        if (press.answer or {}).get(key):
            yield f'assert {name(press.user)}.notice["{key}"] == {literal(press.answer[key])}'  # type: ignore[index]


def actions(thread: Thread) -> Iterator[dict[str, Any]]:
    """The actions of all buttons that the community has shown here, the newest first; also of those that it took
    away."""
    for message in reversed(thread.messages):
        for keyboard in (message.keyboard, *(edit["keyboard"] for edit in message.edits)):
            for row in (keyboard or {}).get("buttons", []):
                yield from (button["action"] for button in row)


def text_at_first(message: Message) -> str:
    """The text before its first edit."""
    return str(message.edits[0]["text"]) if message.edits else message.text


# --- the wall -------------------------------------------------------------------


def steps_on(wall: Wall) -> Iterator[Step]:
    """The lines for posts and comments of the wall, without deleted ones that nobody has answered."""
    for post in wall.posts.values():
        yield getattr(post, "posted", 0.0), post.id, 0, f"post_{post.id} = vk.posts({literal(post.text)})"
        alive = [comment for comment in post.comments.values() if not comment.deleted or post.alive_below(comment)]
        for comment in alive:
            who = writer_of(comment)
            line = commenting(post, comment) if who > 0 else answer_line(post, comment)
            yield getattr(comment, "posted", 0.0), comment.id, max(who, 0), line


def writer_of(comment: Comment) -> Account:
    """Who leads the community may speak in its name."""
    return getattr(comment, "writer", 0) or comment.author


def commenting(post: Post, comment: Comment) -> str:
    """The line of a test in which somebody writes this comment."""
    kept = f"comment_{comment.id} = " if is_answered(post, comment) else ""
    thread = f"answers=comment_{comment.answers}" if comment.answers else ""
    ours = "from_group=vk.group" if comment.author < 0 else ""
    line = call_text("comments", f"post_{post.id}", literal(comment.text), thread, ours)
    lost = ", ".join(attachment.type for attachment in comment.attachments)
    return f"{kept}{name(writer_of(comment))}.{line}" + (f"  # and {lost}: send it yourself" if lost else "")


def answer_line(post: Post, comment: Comment) -> str:
    """One line of a generated test: `comment_N = vk.answers(…)[i]["id"]` where somebody answers this comment, else
    `assert vk.answers(…)`. The second comment of the same words asks for `at_least=2`."""
    words = beginning(comment.text)
    alike = [c for c in post.comments.values() if c.author == comment.author and words in c.text and c.id <= comment.id]
    number = f"at_least={len(alike)}" if len(alike) > 1 else ""
    found = call_text("vk.answers", f"post_{post.id}", literal(words), number)
    if is_answered(post, comment):
        return f'comment_{comment.id} = {found}[{len(alike) - 1}]["id"]'
    return f"assert {found}"


def is_answered(post: Post, comment: Comment) -> bool:
    """Whether a person has answered this comment, so that the test needs a name for it."""
    return any(other.answers == comment.id and writer_of(other) > 0 for other in post.comments.values())


# --- words ----------------------------------------------------------------------


def call_text(verb: str, *given: str) -> str:
    """A call in the test's code; empty arguments are left out."""
    return f"{verb}({', '.join(filter(None, given))})"


def where(thread: Thread, *, named: bool = False) -> str:
    """The argument that names the chat; "" for a private dialogue."""
    if thread.chat is None:
        return ""
    return f"chat={chat_name(thread.chat)}" if named else chat_name(thread.chat)


def beginning(text: str) -> str:
    """The beginning of the first line."""
    return text.split("\n")[0][:MOST_LETTERS]


def name(person: Account) -> str:
    """What the test calls this person."""
    return f"person_{person}"


def chat_name(chat: Chat) -> str:
    return f"chat_{chat.id}"


def heard_name(message: Message) -> str:
    return f"heard_{message.id}"


def literal(words: str) -> str:
    """The words as a literal of Python."""
    return json.dumps(words, ensure_ascii=False)
