"""What residents tell of danger to life, and what those on duty press (R28). They read what VK shows them, no more.

An act here never waits for ever: whoever is in danger writes on, or goes away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import screening.danger
from handlers.text import actions
from tests.simulation import acts_resident
from tests.simulation.people import Official, Resident, buttons, meant, with_action
from tests.world import said
from vk_emulator.world.records import Message

ALARM, PRANK, EDITED, DESPAIR, MORE = "alarm", "prank", "edited", "despair", "more"
DOUBT, PRESSED, SAID_YES = "doubt", "pressed", "said yes"
"""What a resident means by marked words; the first three are an alarm by themselves, `DOUBT` by a press, and then it is
`PRESSED`, or by «Да», which answers nothing that the bot asks meanwhile."""
DANGERS = (
    "Горит дом, внутри люди! Миасс, улица Мира, дом 5.",
    "Сильно пахнет газом в подъезде, Миасс, улица Ленина, дом 7.",
    "Стою на крыше, сейчас спрыгну.",
    "Муж избивает меня, помогите!",
    "Тонем, машина ушла под лёд!",
)
JOKES = ("Ха-ха, опять горим, пожар в квартире!", "Шучу, горит балкон, пожар, люди внутри!")
SADNESS = ("Я не хочу жить.", "Лучше бы меня не было.")
PERHAPS = ("За стеной опять крики и грохот.", "Дверь заперта.")
WORDS = ("Третий подъезд, пятый этаж.", "Скорее.", "Дверь заперта.", "Никого рядом нет.")
YES = "Да"
PATIENCE = 90.0
TURNS = 6
LOOK = 1.0


# Residents.


async def hears(
    me: Resident, after: int, wanted: Callable[[Message], bool], patience: float = PATIENCE
) -> Message | None:
    """The first thing of this kind that the bot says behind that message; nothing where it does not in time."""
    try:
        async with asyncio.timeout(patience):
            while True:
                for message in me.thread.messages[after:]:
                    if message.sender == me.bot and not message.deleted and wanted(message):
                        return message
                await me.idle.news(me.thread)
    except TimeoutError:
        return None


def tells(me: Resident, words: str, meaning: str, **more: str) -> int:
    """Marked words that are of no draft; the number of the message, 0 where VK did not take it."""
    mark = me.mark()
    me.truth.danger[mark] = meaning
    return me.say(f"{words} Пометка {mark}", **more)


async def tells_of_danger(me: Resident, words: str, meaning: str = ALARM) -> str:
    """Until the number is read, or it is told that those on duty read it; through the consent where it is asked for."""
    after = tells(me, words, meaning)
    for _ in range(TURNS):
        shown = await hears(me, after, answers_danger)
        if shown is None:
            me.agreed = me.agreed or me.say("Даю согласие")
            continue
        after = shown.cmid
        if said.alarm(shown.text) or said.MORE_TOLD in shown.text:
            return said.alarm(shown.text)
        await me.breathe()
        if consents := with_action(shown, actions.CONSENT):
            me.press(consents[0])
        elif offers := with_action(shown, actions.TELL_DUTY):
            me.press(offers[0])
    return ""


def answers_danger(message: Message) -> bool:
    """The number, that it was added, or a question that stands before both."""
    asks = with_action(message, actions.CONSENT) or with_action(message, actions.TELL_DUTY)
    return bool(said.alarm(message.text) or said.MORE_TOLD in message.text or asks)


async def goes_on(me: Resident) -> None:
    """More words, files, a point, other words of the same; one after the other or all at once."""
    for _ in range(me.chance.randint(0, 4)):
        way = me.chance.choice(("words", "words", "words", "photo", "edits", "danger"))
        if way == "edits":
            edits(me)
        else:
            words = me.chance.choice(DANGERS if way == "danger" else WORDS)
            more = {"attachment": me.attachment("photo")} if way == "photo" else {}
            tells(me, words, ALARM if way == "danger" else MORE, **more)
        if me.chance.random() < 0.6:
            await me.breathe(0.0, 4.0)


def edits(me: Resident) -> None:
    """Other words of one of the last messages about the danger."""
    mine = [one for one in me.thread.messages[-12:] if one.sender == me.user and of_danger(me, one)]
    if mine:
        one = me.chance.choice(mine)
        me.call("messages.edit", peer_id=me.bot, cmid=one.cmid, message=f"{one.text} Правка {len(one.edits) + 1}")


def of_danger(me: Resident, message: Message) -> bool:
    return any(me.truth.danger.get(mark) in (ALARM, PRANK, EDITED, MORE) for mark in said.MARK.findall(message.text))


async def left_behind(me: Resident) -> None:
    """At times a message is being written, at whatever step it is."""
    if me.chance.random() < 0.6:
        return
    me.tell(me.chance.choice(acts_resident.STORIES))
    for _ in range(me.chance.randint(0, 4)):
        shown = await me.screen()
        await me.breathe()
        if with_action(shown, actions.SEND) or not buttons(shown) or not acts_resident.step_on(me, shown):
            return


async def leaves(me: Resident) -> None:
    """«Отмена», and what is answered to whether there is no danger; or on with something else. In the end nothing of it
    is being told any more."""
    if me.chance.random() < 0.5:
        asked = await hears(me, me.say("Отмена"), lambda one: bool(with_action(one, actions.SAFE)), 30.0)
        safe = me.chance.random() < 0.7
        if asked is not None:
            await me.breathe()
            me.press(with_action(asked, actions.SAFE if safe else actions.STILL_DANGER)[0])
    me.say("Начать заново")
    me.forgets()
    await me.screen()


async def in_danger(me: Resident) -> None:
    """From the first word to the last one."""
    await left_behind(me)
    await tells_of_danger(me, me.chance.choice(DANGERS))
    await goes_on(me)
    await me.breathe(0.0, 20.0)
    await leaves(me)


async def sends_what_remains(me: Resident) -> None:
    """The same, and what is left to mend is sent like any other message."""
    code = await tells_of_danger(me, me.chance.choice(DANGERS))
    ended = await hears(me, me.last, lambda one: bool(with_action(one, actions.WHAT_REMAINS, code)), 120.0)
    if not code or ended is None:
        return await leaves(me)
    await me.breathe()
    me.last = me.press(with_action(ended, actions.WHAT_REMAINS)[0])
    shown = await me.screen(bool)
    me.draft = list(dict.fromkeys(said.MARK.findall(shown.text)))
    if not me.draft:
        return await leaves(me)
    return await acts_resident.to_the_end(me)


async def pranks(me: Resident) -> None:
    """Again and again, as soon as somebody has seen that it was nothing."""
    for _ in range(me.chance.randint(2, 3)):
        await tells_of_danger(me, me.chance.choice(JOKES), PRANK)
        await hears(me, me.last, lambda one: said.JOKED in one.text, 60.0)
    await leaves(me)


async def despairs(me: Resident) -> None:
    """Somebody who is asked first whether it may be told."""
    await left_behind(me)
    after, way = (
        tells(me, me.chance.choice(SADNESS), DESPAIR),
        me.chance.choice(("tell", "tell", "no", "danger", "leave")),
    )
    for _ in range(TURNS):
        asked = await hears(me, after, answers_danger)
        if asked is None or with_action(asked, actions.TELL_DUTY) or not with_action(asked, actions.CONSENT):
            break
        await me.breathe()
        after = me.press(with_action(asked, actions.CONSENT)[0])
    if me.chance.random() < 0.3:
        tells(me, me.chance.choice(SADNESS), DESPAIR)
        await me.breathe()
    if way == "danger":
        await tells_of_danger(me, me.chance.choice(DANGERS))
    elif asked is not None and way != "leave":
        me.press_one_of(asked, actions.TELL_DUTY if way == "tell" else actions.NO_DUTY)
    await me.breathe(0.5, 5.0)
    await leaves(me)


async def wonders(me: Resident) -> None:
    """What may be a danger: 112 is shown and a press asked for, at once or later; the talk goes on meanwhile."""
    await left_behind(me)
    mark, way = me.mark(), me.chance.choice(("tell", "tell", "yes", "later", "no", "danger", "leave"))
    me.truth.danger[mark] = DOUBT
    after = me.say(f"{me.chance.choice(PERHAPS)} Пометка {mark}")
    asked = await hears(me, after, lambda one: asks_whether(one) or bool(with_action(one, actions.CONSENT)))
    if asked is not None and (consents := with_action(asked, actions.CONSENT)):
        await me.breathe()
        asked = await hears(me, me.press(consents[0]), asks_whether)
    if way == "danger":
        await tells_of_danger(me, me.chance.choice(DANGERS))
    elif asked is not None and way != "leave":
        await answers_whether(me, asked, mark, way)
    await me.breathe(0.5, 5.0)
    await leaves(me)


def asks_whether(message: Message) -> bool:
    return any(meant(button)[1] for button in with_action(message, actions.TELL_DUTY))


async def answers_whether(me: Resident, asked: Message, mark: str, way: str) -> None:
    """By its buttons, by «Да», or after other words of the same story."""
    if way == "later":
        me.say("Это на улице Ленина")
        await me.breathe(0.0, 10.0)
    action = actions.NO_DUTY if way == "no" else actions.TELL_DUTY
    taken = me.say(YES) if way == "yes" else me.press(with_action(asked, action)[0])
    if way != "no" and taken:
        me.truth.danger[mark] = SAID_YES if way == "yes" else PRESSED


async def edits_into_danger(me: Resident) -> None:
    """What was written of something else tells of danger now, in a draft or sent (T18)."""
    mine = [one for one in me.thread.messages if one.sender == me.user and said.MARK.search(one.text)]
    mine = [one for one in mine if not any(mark in me.truth.danger for mark in said.MARK.findall(one.text))]
    if not mine:
        return await in_danger(me)
    one, mark = me.chance.choice(mine[-4:]), me.mark()
    longer = [f"{one.text} {danger} Пометка {mark}" for danger in DANGERS]
    heard = [words for words in longer if screening.danger.alarms(words)]  # what is heard is measured elsewhere
    if not heard:
        return await in_danger(me)
    words = me.chance.choice(heard)
    if me.call("messages.edit", peer_id=me.bot, cmid=one.cmid, message=words) == 1:
        me.truth.danger[mark] = EDITED
        await hears(me, len(me.thread.messages), answers_danger, 30.0)
    return await leaves(me)


ACTS: dict[str, tuple[acts_resident.Act, int]] = {
    "in_danger": (in_danger, 4),
    "sends_what_remains": (sends_what_remains, 1),
    "pranks": (pranks, 1),
    "despairs": (despairs, 2),
    "wonders": (wonders, 2),
    "edits_into_danger": (edits_into_danger, 1),
}


# Those on duty.


@dataclass
class Shift:
    """When those on duty look at last. `calls_only`: a card alone wakes nobody."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    calls_only: bool = False


async def on_duty(me: Official, shift: Shift) -> None:
    """Read the chat as it grows; on each alarm press «Вижу», and what became of it. Never ends by itself."""
    thread, seen = me.chat.thread, 0
    await shift.begun.wait()
    while True:
        while seen < len(thread.messages):
            one = thread.messages[seen]
            seen += 1
            if (
                one.sender == me.bot
                and with_action(one, actions.SEE)
                and not (shift.calls_only and said.card(one.text))
            ):
                await reads(me, one)
        await me.idle.news(thread)


async def reads(me: Official, message: Message) -> None:
    """A card, or a call with several."""
    for button in with_action(message, actions.SEE):
        await me.breathe(0.5, 15.0)
        if button not in with_action(message, actions.SEE):
            continue  # somebody else was quicker
        code = meant(button)[1]
        me.did("sees")
        me.truth.sees.setdefault(code, []).append(me.scene.world.clock.now())
        me.press(message.cmid, button)
        await ends(me, code)


async def ends(me: Official, code: str) -> None:
    """What is offered when it is known who sees it; at times nothing is pressed, or 112 is out of reach first."""
    card = await offered(me, code)
    if card is None:
        return
    if me.chance.random() < 0.3:
        me.press_one_of(card, me.chance.choice((actions.PHOTOS, actions.CONTACT)))
    await me.breathe(0.5, 10.0)
    marks = said.MARK.findall(card.text)
    joke = any(me.truth.danger.get(mark) == PRANK for mark in marks)
    way = actions.FALSE_ALARM if joke else me.chance.choice(ENDS)
    if way:
        end(me, code, card, way)
    if way == actions.UNREACHED and me.chance.random() < 0.7:
        await me.breathe(1.0, 40.0)
        end(me, code, card, actions.HANDED_OVER)


ENDS = (actions.HANDED_OVER, actions.HANDED_OVER, actions.FALSE_ALARM, actions.UNREACHED, actions.UNREACHED, "")


def end(me: Official, code: str, card: Message, action: str) -> None:
    me.did(action)
    me.truth.ends.setdefault(code, []).append((me.scene.world.clock.now(), action))
    me.press_one_of(card, action)


async def offered(me: Official, code: str, patience: float = 30.0) -> Message | None:
    """The message on which it can be ended; nothing where the press was lost."""
    while patience > 0:
        for message in reversed(me.chat.thread.messages):
            if message.sender == me.bot and with_action(message, actions.HANDED_OVER, code):
                return message
        patience -= LOOK
        await asyncio.sleep(LOOK)
    return None
