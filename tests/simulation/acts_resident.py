"""What residents do, one function an act. A new act is a function and a line in ACTS; the seed chooses among them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from handlers.resident.own_appeals import ADDING_LIFE
from handlers.text import actions
from tests.simulation.people import Button, Resident, buttons, meant, with_action
from tests.world import said
from vk_emulator.world.records import Message

STORIES = (
    "Большая яма на дороге, город Миасс, улица Ленина, дом 5.",
    "Не чистят снег на дороге, Челябинск, улица Труда, дом 10.",
    "Нет воды третий день, Челябинск, проспект Победы, дом 7.",
    "Не записаться к врачу в поликлинике, Копейск, проспект Славы, дом 3.",
    "Разбита трасса, Сатка, подъезд к городу.",
    "Протекает крыша в доме, Миасс, улица Романенко, дом 2.",
    "Что-то странное творится у нас.",
)
AHEAD = (
    actions.CONSENT, actions.DIFFERENT, actions.SEND, actions.NO_ADDRESS, actions.GIVE_TO, actions.SCENE, actions.TOPIC,
    actions.GROUP, actions.PLACE, actions.LEVEL, actions.AGENCY,
)  # fmt: skip
"""Buttons that lead on: of these the first that is shown is pressed."""
TURNS = 40
FORGET = "asks_to_be_forgotten"
Act = Callable[[Resident], Coroutine[Any, Any, None]]


async def does(me: Resident, what: Act) -> None:
    """An act from its beginning to its end, or to the end of what an older copy of the bot's made of it."""
    me.act = asyncio.get_running_loop().create_task(what(me))
    act: asyncio.Task[None] | None = None
    while act is not me.act:
        act = me.act
        await asyncio.wait([act])
    if not act.cancelled():
        act.result()


async def minds(me: Resident) -> None:
    """Reads when the bot says that it has lost something, and takes that up. Never ends by itself."""
    while True:
        while me.heard < len(me.thread.messages):
            one = me.thread.messages[me.heard]
            me.heard += 1
            if one.sender == me.bot and one.text.startswith(said.RECOVERED):
                if me.act is not None:
                    me.act.cancel()
                    me.truth.waits.pop(str(me.user), None)
                me.act = asyncio.get_running_loop().create_task(takes_up(me, one))
        await me.idle.news(me.thread)


async def agrees_anew(me: Resident) -> None:
    """Agrees to another text than before, whatever they are about. Never ends by itself."""
    seen = 0
    while True:
        for message in me.thread.messages[seen:]:
            seen = message.cmid
            if message.sender == me.bot and me.agreed and with_action(message, actions.CONSENT):
                await asyncio.sleep(me.scene.chance.stream(f"anew {me.user} {seen}").uniform(0.3, 25.0) * me.pace)
                if message.cmid > me.agreed:
                    me.press(with_action(message, actions.CONSENT)[0])
        await me.idle.news(me.thread)


async def takes_up(me: Resident, told: Message) -> None:
    """What was lost stands in the draft: it is sent again, or left there."""
    me.takes_back(told)
    me.last = told.cmid - 1
    me.truth.waits[f"{me.user} после сбоя"] = "конца"
    await me.breathe(0.5, 20.0)
    await to_the_end(me)
    me.only_looks = False
    del me.truth.waits[f"{me.user} после сбоя"]


async def story(me: Resident) -> None:
    """One problem from the first word to the number."""
    me.tell(me.chance.choice(STORIES))
    while me.chance.random() < 0.25:
        await me.breathe(0.0, 0.8)
        me.tell("И ещё вот что.")
    await to_the_end(me)


async def polite_story(me: Resident) -> None:
    """The same with words around it that tell nothing (I15)."""
    me.say("Здравствуйте")
    me.tell(me.chance.choice(STORIES))
    await me.breathe(0.0, 0.8)
    me.say(me.chance.choice(("да", "ок")))
    me.tell("И ещё вот что.")
    await to_the_end(me)


async def wandering_story(me: Resident) -> None:
    """The same, going back, asking for help, changing things, starting anew on the way."""
    me.tell(me.chance.choice(STORIES))
    await to_the_end(me, stray=0.3)


async def story_with_files(me: Resident) -> None:
    files = [
        me.attachment(me.chance.choice(("photo", "photo", "doc", "video"))) for _ in range(me.chance.randint(1, 3))
    ]
    me.tell(me.chance.choice(STORIES), attachment=",".join(files))
    if me.chance.random() < 0.4:
        await me.breathe(0.0, 0.8)
        me.say("", attachment=me.attachment("photo"))
    await to_the_end(me)


async def several_at_once(me: Resident) -> None:
    """All in one moment, as people paste."""
    me.tell(me.chance.choice(STORIES))
    for _ in range(me.chance.randint(2, 5)):
        me.tell("Дальше.")
    await to_the_end(me)


async def to_an_agency(me: Resident) -> None:
    """«Написать конкретному органу» first, the words after."""
    me.say("Написать конкретному органу")
    for _ in range(6):
        shown = await me.screen()
        found = with_action(shown, actions.CONSENT) or with_action(shown, actions.LEVEL)
        found = found or with_action(shown, actions.AGENCY)
        if found:
            me.press(me.chance.choice(found))
        elif not buttons(shown) or not only_leave(shown):
            break  # VK may have refused the buttons, then the words are all there is
        else:
            me.last = max(me.last, shown.cmid)
    await story(me)


async def joins(me: Resident) -> None:
    """What others have written of, or they themselves: «Присоединиться», «Это повтор» (R32)."""
    me.joining = True
    await me.breathe(0.0, 15.0)
    me.tell(STORIES[0])
    await to_the_end(me)
    me.joining = False


async def to_the_end(me: Resident, stray: float = 0.0) -> None:
    """Press what leads on until there is a number."""
    for _ in range(TURNS):
        shown = await me.screen()
        if me.collect() and not me.draft:
            return
        if shown.text.startswith(said.ADDING):
            if await me.lets_add(shown):
                return
            continue
        await me.breathe()
        if me.back and with_action(shown, actions.SEND):
            me.finds(shown)
            if me.only_looks:
                return
        if me.chance.random() < stray and not with_action(shown, actions.CONSENT):
            await astray(me, shown)
        elif not buttons(shown):
            if me.agreed:
                await stuck(me, shown)
            else:
                me.agreed = me.say("Даю согласие")
        elif not step_on(me, shown) and not only_leave(shown):
            await stuck(me, shown)
        elif only_leave(shown):
            # The next question comes by itself.
            me.last = max(me.last, shown.cmid)


def only_leave(shown: Message) -> bool:
    return {meant(button)[0] for button in buttons(shown)} <= {actions.BACK, actions.CANCEL}


async def stuck(me: Resident, shown: Message) -> None:
    """Nothing that is shown leads on."""
    me.truth.stuck.append((me.user, shown.text))
    await anew(me)


async def anew(me: Resident) -> None:
    me.say("Начать заново")
    me.forgets()
    await me.screen()
    me.tell(me.chance.choice(STORIES))


def step_on(me: Resident, shown: Message) -> bool:
    begun = bool(me.draft or me.pending or me.back)
    same = with_action(shown, actions.JOIN) or with_action(shown, actions.SAME)
    if begun and me.joining and same:
        me.sends(same[0])
        return True
    for action in AHEAD:
        found = with_action(shown, action)
        if found and (begun or action == actions.CONSENT):
            press = found[0] if me.joining else me.chance.choice(found)  # the same words, understood alike
            if action in (actions.SEND, actions.DIFFERENT):
                me.sends(press)
            else:
                me.press(press)
            return True
    # The menu with a draft left: go on with it.
    found = with_action(shown, actions.WRITE) if begun else []
    if found:
        me.press(found[0])
    return bool(found)


async def astray(me: Resident, shown: Message) -> None:
    """Something that does not lead straight on."""
    offered = {meant(button)[0]: button for button in buttons(shown)}
    chosen = me.chance.choice(("help", "back", "cancel", "restart", "more", "change", "other", "late"))
    if chosen in ("help", "back") and chosen in offered:
        me.press(offered[chosen])
    elif chosen == "cancel" and "cancel" in offered:
        me.press(offered["cancel"])
        me.forgets()
    elif chosen == "restart":
        await anew(me)
    elif chosen == "more" and ("send" in offered or "other_topic" in offered):
        me.tell("Добавлю ещё.")
    elif chosen == "change" and "change" in offered:
        me.press(offered["change"])
        inner = {meant(button)[0]: button for button in buttons(await me.screen())}
        pick = me.chance.choice(("change_topic", "change_place", "change_address", "change_text"))
        if pick in inner:
            me.press(inner[pick])
        if pick == "change_text" and pick in inner:
            me.forgets()
            await me.screen()
            me.tell(me.chance.choice(STORIES))
    elif chosen == "other" and "other_topic" in offered:
        me.press(offered["other_topic"])
    else:
        me.say("Помощь")


async def impatient_story(me: Resident) -> None:
    """Begins the next one before the number of the last has come."""
    me.hurry = True
    await story(me)
    me.hurry = False
    await to_the_end(me)


async def opened(me: Resident) -> str:
    """«Мои сообщения» and one of them: its number, or nothing when there is none."""
    me.say("Мои сообщения")
    shown = await me.screen()
    if with_action(shown, actions.CONSENT):
        return ""
    choices = with_action(shown, actions.APPEAL)
    if not choices:
        return ""
    await me.breathe()
    chosen = me.chance.choice(choices)
    me.press(chosen)
    await me.screen()
    return meant(chosen)[1]


async def add(me: Resident) -> None:
    """«Дополнить», a few messages in a row, «Готово»."""
    code = await opened(me)
    shown = me.newest()
    found = with_action(shown, actions.ADD, code) if code and shown else []
    if not found:
        return
    opened_at = me.scene.clock.monotonic()
    opening = me.press(found[0])
    shown = await me.screen()
    if not with_action(shown, actions.DONE):
        return
    kept = list(me.draft)
    for _ in range(me.chance.randint(1, 3)):
        more = {"attachment": me.attachment("photo")} if me.chance.random() < 0.2 else {}
        mark = me.tell(f"Дополняю №{code}:", **more)
        me.truth.owner[mark] = me.truth.added[mark] = code
    marks, me.draft = me.draft[len(kept) :], kept
    shown = await me.screen()
    done = with_action(shown, actions.DONE)
    lapsed = bool(buttons(shown)) and me.scene.clock.went(opened_at) > ADDING_LIFE
    if not done and (lapsed or over(me, code, opening)):
        # A clock that jumped, and back again perhaps, has let «Дополнить» lapse, or the end of the message crossed with
        # the words: they began a new one, as its screen says (R26).
        for mark in marks:
            del me.truth.owner[mark]
        if not lapsed:
            me.unclear.update(marks)  # the first of them may have come before the end: nobody says which
        me.draft = [*kept, *marks]
        await to_the_end(me)
    elif done:
        await me.breathe()
        me.press(done[0])
        await me.screen()


def over(me: Resident, code: str, after: int) -> bool:
    """Told that it is closed, and that what was being added begins a new message."""
    told = [message.text for message in me.thread.messages[after:] if message.sender == me.bot]
    return any(said.closed(one, code) for one in told) and any(said.begun_anew(one, code) for one in told)


async def withdraw(me: Resident) -> None:
    code = await opened(me)
    shown = me.newest()
    found = with_action(shown, actions.WITHDRAW, code) if code and shown else []
    if not found:
        return
    me.press(found[0])
    yes = with_action(await me.screen(), actions.WITHDRAW_YES, code)
    if yes:
        await me.breathe()
        me.press(yes[0])
        me.truth.withdrawn.add(code)
        await me.screen()


async def edit(me: Resident) -> None:
    """Corrects something written before, in a draft or in what was sent (T18)."""
    mine = [message for message in me.thread.messages if message.sender == me.user and said.MARK.search(message.text)]
    if not mine:
        return await story(me)
    one = me.chance.choice(mine[-6:])
    mark = said.MARK.search(one.text)
    assert mark is not None
    edition = f"{mark[1]}п{len(one.edits) + 1}"
    text = f"{one.text.partition(' Правка ')[0]} Правка {edition}"
    if me.call("messages.edit", peer_id=me.bot, cmid=one.cmid, message=text) == 1:
        me.truth.edits[edition] = (me.user, one.cmid)
    return None


async def refuses(me: Resident) -> None:
    """Says no to the consent, thinks again."""
    me.tell(me.chance.choice(STORIES))
    shown = await me.screen()
    no = with_action(shown, actions.REFUSE)
    if no:
        me.press(no[0])
        me.forgets()
        await me.screen()
        await me.breathe()
    await story(me)


async def closes_messages(me: Resident) -> None:
    """Forbids the community to write, later allows it again (F15)."""
    me.truth.closed.add(me.user)
    me.call("messages.denyMessagesFromGroup", group_id=me.community)
    code = me.chance.choice((900, 901, 902))
    me.scene.net.call("emulator.setBlocked", "", group_id=me.community, user_id=me.user, code=code)
    await me.breathe(5, 60)
    reopen(me)


def reopen(me: Resident) -> None:
    if (me.community, me.user) in me.scene.world.blocked:
        me.scene.net.call("emulator.setBlocked", "", group_id=me.community, user_id=me.user, code=0)
        me.call("messages.allowMessagesFromGroup", group_id=me.community)


async def asks_to_be_forgotten(me: Resident) -> None:
    """«Удалить мои данные», confirmed (R12–R14)."""
    me.say("Удалить мои данные")
    asked = await me.screen(bool)
    yes = with_action(asked, actions.ERASE_YES)
    if not yes:  # it was asked for before, and is not done yet
        return
    await me.breathe()
    me.press(yes[0])
    for one in (me, *me.elsewhere):
        one.truth.asked.add(one.user)
        one.truth.cuts[one.user] = len(one.thread.messages)
        one.forgets()
        one.agreed = 0
    await me.breathe(2, 10)  # the last word may be forgotten before it leaves


async def judges(me: Resident) -> None:
    """«Решено» and a mark, «Не решено» and what is left, or thanks (R42)."""
    await story(me)
    asked = await asked_whether_solved(me)
    way = me.chance.choice(("solved", "solved", "not_solved", "thanks"))
    if asked is None or way == "thanks":
        me.say("Спасибо большое!")
    elif way == "solved":
        me.press(with_action(asked, actions.SOLVED)[0])
        marks = with_action(await me.screen(bool), actions.RATE)
        if marks:
            me.press(me.chance.choice(marks))
    else:
        await says_what_is_left(me, with_action(asked, actions.NOT_SOLVED)[0])


async def replies(me: Resident) -> None:
    """Adds something by VK's own «Ответить» to what the bot said of a message of theirs."""
    shown = [one for one in me.thread.messages if one.sender == me.bot]
    lost = {code for one in shown if one.text.startswith(said.RECOVERED) for code in said.CODE.findall(one.text)}
    named = [(one, code) for one in shown if (code := said.number(one.text)) and code not in lost]
    if not named:
        return await story(me)
    one, code = me.chance.choice(named)
    kept, before = list(me.draft), len(me.thread.messages)
    forward = json.dumps({"peer_id": me.bot, "conversation_message_ids": [one.cmid], "is_reply": 1})
    mark = me.tell("Вот ещё что.", forward=forward)
    me.truth.owner[mark] = me.truth.added[mark] = code
    me.draft = kept
    await me.screen(lambda message: not said.comes_by_itself(message))
    if any(said.begun_anew(line.text, code) for line in me.thread.messages[before:] if line.sender == me.bot):
        del me.truth.owner[mark]
        me.draft = [*kept, mark]
        await to_the_end(me)
    return None


async def judges_in_words(me: Resident) -> None:
    """«Не решено» or «Решено», typed to the answer."""
    await story(me)
    asked = await asked_whether_solved(me)
    if asked is None:
        return
    forward = json.dumps({"peer_id": me.bot, "conversation_message_ids": [asked.cmid], "is_reply": 1})
    me.say(me.chance.choice(("Решено", "не решено!")), forward=forward)
    done = with_action(await me.screen(bool), actions.DONE)
    if done:
        me.press(done[0])
        await me.screen()


async def asked_whether_solved(me: Resident) -> Message | None:
    try:
        async with asyncio.timeout(90.0):
            while True:
                for message in reversed(me.thread.messages):
                    if message.sender == me.bot and with_action(message, actions.SOLVED):
                        return message
                await me.idle.news(me.thread)
    except TimeoutError:
        return None


async def says_what_is_left(me: Resident, button: Button) -> None:
    code = meant(button)[1]
    me.press(button)
    if not with_action(await me.screen(), actions.DONE):
        me.say("Начать заново")  # whatever comes of it later, the next words are about something else
        await me.screen()
        return
    kept = list(me.draft)
    mark = me.tell(f"По №{code} осталось:")
    me.truth.owner[mark] = me.truth.added[mark] = code
    me.draft = kept
    done = with_action(await me.screen(), actions.DONE)
    if done:
        me.press(done[0])
    else:
        me.truth.restarted.add(mark)
        me.say("Начать заново")
    await me.screen()


ACTS: dict[str, tuple[Act, int]] = {
    "story": (story, 4),
    "wandering_story": (wandering_story, 2),
    "story_with_files": (story_with_files, 2),
    "several_at_once": (several_at_once, 1),
    "to_an_agency": (to_an_agency, 1),
    "impatient_story": (impatient_story, 1),
    "add": (add, 2),
    "withdraw": (withdraw, 1),
    "edit": (edit, 1),
    "refuses": (refuses, 1),
    "closes_messages": (closes_messages, 1),
    FORGET: (asks_to_be_forgotten, 1),
}
LATER: dict[str, tuple[Act, int]] = {"judges": (judges, 2)}
"""Drawn by themselves, so that the seeds of before keep what they had."""
TOGETHER: dict[str, tuple[Act, int]] = {"joins": (joins, 4)}
"""Drawn by themselves, too, for at least two residents."""
TALKS: dict[str, tuple[Act, int]] = {"replies": (replies, 2), "judges_in_words": (judges_in_words, 1)}
"""Drawn by themselves, too: words that belong to a message, and no draft."""
POLITE: dict[str, tuple[Act, int]] = {"polite_story": (polite_story, 1)}
"""Drawn by no seed: mutants name it."""
ACTS.update({**LATER, **TOGETHER, **TALKS, **POLITE})
