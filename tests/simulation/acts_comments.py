"""What people do under the community's posts, and what the ЦУР does there: by VK's methods, the chat and the panel.

Every comment of a person bears a secret that stands nowhere else; what was done is kept for walls.py to judge.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from benchmarks.rig.stand import BOT, COMMUNITY
from features.comments.handlers import SEEN, UNDO
from handlers.text import actions
from states.events import CommentActed, OnComment
from states.people.comments import wall_peer
from storage.inbox.inbox import enqueue_internal
from tests.simulation.acts_resident import to_the_end
from tests.simulation.people import Official, Person, Resident, with_action
from tests.simulation.troubles import rule, spread

if TYPE_CHECKING:
    from tests.simulation.commenting import Commenting

WALL = {"owner_id": BOT}
POSTS = ("Засыпали ямы на десяти улицах", "Открыли новый сквер", "Соболезнуем семьям погибших в аварии")
PROBLEMS = (
    "А у школы большая яма на дороге так и осталась, Миасс",
    "Снег на дороге третий день не чистят, не пройти, Челябинск",
    "Третий день нет воды, никто не отвечает, Челябинск, проспект Победы",
    "В доме крыша течёт второй год, никто не чинит, Миасс",
)
QUIET = ("Спасибо большое, очень красиво", "Когда откроют сквер?", "Ну-ну", "Вы все дураки", "Продам гараж, звоните")
DANGERS = ("У нас горит дом, там люди", "Ребёнок упал в открытый люк, помогите", "Пахнет газом в подъезде, людям плохо")
KINDS = ("problem", "problem", "problem", "quiet", "quiet", "danger", "files")
WORDS = {"problem": PROBLEMS, "quiet": QUIET, "danger": DANGERS}
SECRET = "Zq"
PUBLIC = "Публично"
"""With a number behind: an official's answer under a post."""
PHONE = "+7 912 345-67-89"
READ = "Прочитали ваш комментарий"
LONG_WAIT = 200.0


def secret_of(user: int, number: int) -> str:
    return f"{SECRET}{user}n{number}z"


# People under the posts.


async def people_comment(director: Commenting, me: Person, times: int) -> None:
    """Somebody of the region, a few times: under a post or in a thread, and then perhaps otherwise."""
    for _ in range(times):
        await me.breathe(0.5, 15.0)
        number = comment(director, me, me.chance.choice(KINDS))
        if number and me.chance.random() < 0.4:
            await changes_it(me, number)


def comment(director: Commenting, me: Person, kind: str) -> int:
    """Its number; 0 where VK does not let this person."""
    wall, chance = director.wall, me.chance
    post = chance.choice(wall.posts)
    secret = secret_of(me.user, wall.next_secret())
    words = f"{chance.choice(WORDS.get(kind, PROBLEMS))} {secret}"
    others = [one.id for one in director.world.walls[BOT].posts[post].comments.values() if not one.deleted]
    more: dict[str, Any] = {"attachments": me.attachment("photo")} if kind == "files" else {}
    more |= {"reply_to_comment": chance.choice(others)} if others and chance.random() < 0.4 else {}
    made = me.call("wall.createComment", **WALL, post_id=post, message=words, **more)
    me.did(f"comments {kind}")
    return int(made.get("comment_id", 0))


async def changes_it(me: Person, number: int) -> None:
    """At once, before anybody can have read it, or later: other words, gone, back again."""
    await asyncio.sleep(me.chance.choice((0.0, 0.0, 1.0, 20.0, 70.0)))
    done = me.chance.choice(("edit", "edit", "delete", "delete and restore"))
    me.did(f"comment: {done}")
    if done == "edit":
        words = me.chance.choice((*PROBLEMS, *QUIET, *DANGERS))
        me.call("wall.editComment", **WALL, comment_id=number, message=f"{words} {secret_of(me.user, number)}")
        return
    me.call("wall.deleteComment", **WALL, comment_id=number)
    if done != "delete":
        await asyncio.sleep(me.chance.choice((0.0, 5.0, 60.0)))
        me.call("wall.restoreComment", **WALL, comment_id=number)


async def comes_by_link(director: Commenting, me: Resident) -> None:
    """A resident comments, perhaps waits to be invited, opens the dialogue by the link and goes on there. Where VK
    shows the comment to the bot, its words need not be typed again."""
    post = me.chance.choice(director.wall.posts[:2])
    secret = secret_of(me.user, director.wall.next_secret())
    made = me.call("wall.createComment", **WALL, post_id=post, message=f"{me.chance.choice(PROBLEMS)} {secret}")
    number = int(made.get("comment_id", 0))
    await asyncio.sleep(me.chance.choice((5.0, LONG_WAIT)))
    after = me.say("Начать", ref=f"k{post}-{number}") if number else 0
    if not after:
        return
    await me.screen()
    agree(me)
    read = await is_read(me, after, secret)
    me.tell("И ещё вот что." if read else f"{me.chance.choice(PROBLEMS)}, улица Ленина, дом 5.")
    if read:
        me.did("comment is read")
        director.wall.read[secret] = me.draft[-1]
    await to_the_end(me)


def agree(me: Resident) -> None:
    asked = me.newest()
    if asked is not None and with_action(asked, actions.CONSENT):
        me.press(with_action(asked, actions.CONSENT)[0])
    elif not me.agreed:
        me.agreed = me.say("Даю согласие")


async def is_read(me: Resident, after: int, secret: str) -> bool:
    """Whether the bot shows that it has read the comment, within two minutes."""
    try:
        async with asyncio.timeout(120.0):
            while True:
                told = [one.text for one in me.thread.messages[after:] if one.sender == me.bot and READ in one.text]
                if any(secret in text for text in told):
                    return True
                await me.idle.news(me.thread)
    except TimeoutError:
        return False


# The ЦУР.


async def answers_comments(director: Commenting, me: Official, times: int) -> None:
    """In the chat or in the panel, whatever comes to mind: mostly an answer, and what stands in its way."""
    for _ in range(times):
        await me.breathe(2.0, 25.0)
        theirs = director.wall.people()
        if not theirs:
            continue
        post, number = me.chance.choice(theirs)
        act = me.chance.choice(("answer", "answer", "panel answer", "undo", "panel", "panel", "post"))
        me.did(f"centre: {act}")
        await CENTRE[act](director, me, post, number)


async def by_command(director: Commenting, me: Official, post: int, number: int) -> None:
    me.send(me.peer, f"/под https://vk.com/wall-{COMMUNITY}_{post}?reply={number} {words_of(director, me.chance)}")
    if me.chance.random() < 0.2:  # between the preview and the sending
        await asyncio.sleep(me.chance.uniform(0.2, 4.0))
        found = director.world.walls[BOT].posts[post].comments[number]
        me.scene.net.call("wall.deleteComment", f"user-{found.author}", **WALL, comment_id=number)


def words_of(director: Commenting, chance: random.Random) -> str:
    """Some write what is not for everybody."""
    fact = f" Ваш телефон {PHONE}, перезвоним." if chance.random() < 0.2 else ""
    return f"Уважаемый житель, передали в дорожную службу.{fact} {PUBLIC} {director.wall.next_answer()}"


async def by_panel(director: Commenting, me: Official, post: int, number: int, did: OnComment, text: str = "") -> None:
    bot = director.running()
    if bot is None:
        return
    told = CommentActed(post, number, me.user, did, director.clock.now(), text)
    key = f"panel|{me.chance.getrandbits(32):08x}|{number}"
    await bot.db.run(lambda tx: enqueue_internal(tx, [(wall_peer(post), key, told)], director.clock.now()))
    bot.events.notify()


async def panel_answer(director: Commenting, me: Official, post: int, number: int) -> None:
    await by_panel(director, me, post, number, OnComment.ANSWER, words_of(director, me.chance))


async def any_in_panel(director: Commenting, me: Official, post: int, number: int) -> None:
    did = me.chance.choice((OnComment.INVITE, OnComment.INVITE, OnComment.UNDO, OnComment.NOT_NEEDED, OnComment.NEEDED))
    await by_panel(director, me, post, number, did)


async def about_a_post(director: Commenting, me: Official, post: int, number: int) -> None:
    """The ЦУР would rather have nobody invited there, or has changed its mind; or closes the comments for a while."""
    done = me.chance.choice(("тихо", "звать", "close"))
    if done != "close":
        me.send(me.peer, f"/{done} https://vk.com/wall-{COMMUNITY}_{post}")
        return
    me.scene.net.call("wall.closeComments", f"group-{COMMUNITY}", **WALL, post_id=post)
    await asyncio.sleep(me.chance.uniform(1.0, 60.0))
    me.scene.net.call("wall.openComments", f"group-{COMMUNITY}", **WALL, post_id=post)


async def takes_back(director: Commenting, me: Official, post: int, number: int) -> None:
    """The newest preview that can be taken back."""
    for one in reversed(me.chat.thread.messages):
        if one.sender == me.bot and with_action(one, UNDO):
            me.press_one_of(one, UNDO)
            return


CENTRE: dict[str, Callable[[Commenting, Official, int, int], Awaitable[None]]] = {
    "answer": by_command,
    "panel answer": panel_answer,
    "undo": takes_back,
    "panel": any_in_panel,
    "post": about_a_post,
}


async def sees_alarms(me: Official) -> None:
    """Presses «Вижу» under what is called about a comment. Never ends by itself."""
    thread, seen = me.chat.thread, 0
    while True:
        while seen < len(thread.messages):
            one = thread.messages[seen]
            seen += 1
            if one.sender == me.bot and with_action(one, SEEN):
                await me.breathe(0.5, 10.0)
                me.press_one_of(one, SEEN)
        await me.idle.news(thread)


# What goes wrong there.


async def walls_shaky(director: Commenting) -> None:
    """What is said under a post, or asked of the wall, is lost on either way."""
    modes = ("reject_reset", "accept_drop", "accept_hang", "reject_hang", "html502")
    spread(director, modes, 0.2, method="wall.createComment", who="all")
    spread(director, ("reject_reset", "html502", "truncated"), 0.2, method="wall.getComments", who="all")


async def comments_late(director: Commenting) -> None:
    """Carried out up to a minute later. Not under a clock that is wrong: by it the time to look for one may be over."""
    if director.plan.has("clock_jumps"):
        return
    rule(director, method="wall.createComment", mode="late", probability=0.3, seconds=director.chance.uniform(1, 60))


async def too_many(director: Commenting) -> None:
    """223 on nearly everything for a while."""
    director.world.switches.change("comment_limit", 1)
    await asyncio.sleep(director.chance.uniform(20, 200))
    director.world.switches.change("comment_limit", 0)


async def walls_refused(director: Commenting) -> None:
    """Codes that say "again", and codes that say "never"."""
    for code in director.chance.sample((1, 6, 10, 15, 100, 213, 214, 223), 3):
        times = director.chance.randint(1, 3)
        rule(director, method="wall.createComment", mode="error", code=code, probability=0.3, times=times)


TROUBLES: dict[str, Callable[[Any], Awaitable[None]]] = {
    "walls_shaky": walls_shaky,
    "comments_late": comments_late,
    "too_many": too_many,
    "walls_refused": walls_refused,
}


def stray_kinds(chance: random.Random) -> dict[str, Any]:
    """What nobody knows about VK's comments (Q26–Q29), another guess in each seed."""
    return {
        "comment_guid": chance.choice(("ignored", "same")),
        "comment_links": chance.choice(("on", "on", "222")),
        "own_comment_events": chance.choice(("on", "off")),
        "reply_to_deleted": chance.choice(("100", "213", "taken")),
    }


__all__ = ["TROUBLES", "answers_comments", "comes_by_link", "people_comment", "sees_alarms", "stray_kinds"]
