"""What officials and the ЦУР do with a card, one function an act. A new act is a function and a line in ACTS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from handlers.text import actions
from states.lifecycle.tasks import Ask
from tests.simulation.gates import PERSONAL
from tests.simulation.people import Button, Official, buttons, meant, with_action
from tests.world import said
from vk_emulator.world.records import CHAT_BASE, Message

SETTLED, LEFT_OVER, SEND_IT = "settled", "left_over", "send_it"
NEWLY_BOUND = "kopeysk-gorod"
PATIENCE = 1200.0


async def watch(me: Official, acts: list[str]) -> None:
    """Read the chat as it grows; on each thing that the bot shows do one of the acts. Never ends by itself."""
    thread = me.chat.thread
    while True:
        while me.seen < len(thread.messages):
            one = thread.messages[me.seen]
            me.seen += 1
            if one.sender == me.bot and can_be_answered(one):
                await me.breathe()
                chosen = me.chance.choice(acts)
                me.did(chosen)
                await KNOWN[chosen](me, one)
            elif one.sender == me.bot and (offered := whom_to_tell(one)):
                await chooses(me, one, offered)
            elif one.sender == me.bot and any(with_action(one, action) for action in (SETTLED, LEFT_OVER, SEND_IT)):
                await settles(me, one)
            elif one.sender == me.bot and with_action(one, actions.CORRECT):
                await corrects(me, one)
        await me.idle.news(thread)


async def corrects(me: Official, message: Message) -> None:
    """The resident has what stood there before: the new words are sent, or not."""
    chance = me.scene.chance.stream(f"corrects {me.user} {me.chat.id} {message.cmid}")
    await asyncio.sleep(chance.uniform(0.2, 20.0) * me.pace)
    offered = with_action(message, actions.CORRECT)
    if offered and chance.random() < 0.7:
        me.did("corrects")
        me.press(message.cmid, offered[0])


def whom_to_tell(message: Message) -> list[Button]:
    """«Всем 3», «Только автору» under words that speak to one of several (R32)."""
    return [button for button in with_action(message, actions.PICK) if f" {Ask.SHARE} to_" in meant(button)[1]]


async def chooses(me: Official, question: Message, offered: list[Button]) -> None:
    """One of them, or nothing for an hour."""
    asked = question.reply and me.chat.thread.messages[question.reply.cmid - 1]
    mark = said.ANSWER.search(asked.text) if asked and asked.sender == me.user else None
    if mark is None or me.chance.random() < 0.15:
        return
    await me.breathe()
    chosen = me.chance.choice(offered)
    me.did(meant(chosen)[1].rpartition(" ")[2])
    me.truth.shares[mark[1]] = meant(chosen)[1].rpartition(" ")[2]
    me.press(question.cmid, chosen)


async def settles(me: Official, message: Message) -> None:
    """What an older copy left open: some of it is said to be answered, or to be left, or is sent after all (§13)."""
    rows: dict[str, list[Button]] = {}
    for button in buttons(message):
        if meant(button)[0] in (SETTLED, LEFT_OVER, SEND_IT):
            rows.setdefault(meant(button)[1], []).append(button)
    for value, offered in rows.items():
        if me.chance.random() < 0.5:
            continue
        await me.breathe()
        chosen = me.chance.choice(offered)
        me.did(meant(chosen)[0])
        if meant(chosen)[0] == SEND_IT:
            me.truth.let_go.add(value.rpartition(" ")[2])
        me.press(message.cmid, chosen)


async def binds(me: Official, code: str, copied: asyncio.Event, over: asyncio.Event) -> None:
    """Their chat is bound after the bot's file was copied, and once more when an older copy knows nothing of it."""
    await copied.wait()
    await me.breathe(0.0, 10.0)
    me.send(me.peer, f"/код {code}")
    me.did("binds")
    await over.wait()
    await me.breathe(0.5, 40.0)
    if me.chance.random() < 0.7:
        me.send(me.peer, f"/код {code}")


async def looks_over(me: Official) -> None:
    """Read what others are about to answer, agree to it, send it back or let it lie (R39). Never ends by itself."""
    thread = me.chat.thread
    while True:
        while me.seen < len(thread.messages):
            one = thread.messages[me.seen]
            me.seen += 1
            action = me.chance.choice((actions.APPROVE, actions.APPROVE, actions.SEND_BACK))
            found, mark = with_action(one, action), said.ANSWER.search(one.text)
            if one.sender == me.bot and found and mark and me.chance.random() < 0.9:
                await me.breathe()
                me.did("looks_over")
                if action == actions.APPROVE:
                    me.truth.agreed.setdefault(mark[1], set()).add(me.user)
                me.press(one.cmid, found[0])
        await me.idle.news(thread)


def can_be_answered(message: Message) -> bool:
    """A card, a part of one, an addition: what brings words of a resident."""
    return bool(said.about(message) and said.MARK.search(said.words(message)))


async def answers(me: Official, card: Message) -> None:
    for number in range(me.chance.choice((1, 1, 1, 2, 3))):
        mine = me.reply(card.cmid, f"Уважаемый житель! Ответ {me.mark()}")
        if number and mine:
            await says_what_it_is(me, mine)
        await me.breathe(0.0, 2.0)


async def says_what_it_is(me: Official, mine: int) -> None:
    """Another answer was on its way: in its place, beside it, not at all; or nothing is chosen."""
    heard = await hears_of(me, mine, 30.0)
    offered = with_action(heard, actions.PICK) if heard is not None else []
    chance = me.scene.chance.stream(f"second {me.user} {me.chat.id} {me.said}")
    if heard is not None and offered and chance.random() < 0.8:
        await asyncio.sleep(chance.uniform(0.2, 20.0) * me.pace)
        me.did("second")
        me.press(heard.cmid, chance.choice(offered))


async def answers_with_file(me: Official, card: Message) -> None:
    kind = me.chance.choice(("photo", "doc"))
    me.reply(card.cmid, f"Смотрите вложение. Ответ {me.mark()}", attachment=me.attachment(kind))


async def accepts(me: Official, card: Message) -> None:
    found = with_action(card, actions.ACCEPT)
    if found:
        me.press(card.cmid, found[0])
        await me.breathe()
    await answers(me, card)


async def accepts_twice(me: Official, card: Message) -> None:
    """A second press finds the button stale."""
    found = with_action(card, actions.ACCEPT)
    for _ in range(2 if found else 0):
        me.press(card.cmid, found[0])
        await me.breathe(0.0, 1.0)


async def takes_back(me: Official, card: Message) -> None:
    """Answers and presses «Отменить» when it is offered, in time or too late."""
    mark = me.mark()
    mine = me.reply(card.cmid, f"Поспешил. Ответ {mark}")
    heard = await hears_of(me, mine) if mine else None
    offered = with_action(heard, actions.UNDO) if heard is not None else []
    if heard is not None and offered:
        await me.breathe(0.0, 4.0)
        me.truth.undone.add(mark)
        me.press(heard.cmid, offered[0])


async def hears_of(me: Official, mine: int, patience: float = PATIENCE) -> Message | None:
    """What the bot says below this message; nothing where an older copy does not know it."""
    thread = me.chat.thread
    try:
        async with asyncio.timeout(patience):
            while True:
                for message in thread.messages[mine:]:
                    if message.sender == me.bot and answers_to(message, mine):
                        return message
                await me.idle.news(thread)
    except TimeoutError:
        return None


def answers_to(message: Message, mine: int) -> bool:
    return message.reply is not None and message.reply.cmid == mine


async def not_ours(me: Official, card: Message) -> None:
    found = with_action(card, actions.NOT_OURS)
    if found:
        me.press(card.cmid, found[0])


async def not_ours_to(me: Official, card: Message) -> None:
    """«Не наше», and whom it belongs to: the directory names them, or the ЦУР decides (R37)."""
    found = with_action(card, actions.NOT_OURS)
    if not found:
        return
    me.press(card.cmid, found[0])
    asked = await me.hears(card.cmid, said.about(card), actions.PICK)
    if asked is not None:
        await me.breathe()
        me.press(asked.cmid, me.chance.choice(with_action(asked, actions.PICK)))


async def promises(me: Official, card: Message) -> None:
    """An interim answer with a day, later the answer itself (R40)."""
    day = me.scene.clock.now() + timedelta(days=me.chance.randint(1, 4))
    me.reply(card.cmid, f"/промежуточный до {day:%d.%m.%Y}: бригада выехала. Ответ {me.mark()}")
    await me.breathe(0.5, 40.0)
    if me.chance.random() < 0.6:
        me.reply(card.cmid, f"Работы закончены. Ответ {me.mark()}")


async def closes(me: Official, card: Message) -> None:
    """Answers, and says that nothing more will come."""
    await answers(me, card)
    await me.breathe(0.0, 40.0)
    me.reply(card.cmid, "/закрыть")


async def talks(me: Official, card: Message) -> None:
    """To colleagues, to nobody, with a note: nothing of it may reach a resident."""
    me.send(me.peer, f"Коллеги, кто возьмёт? Ответ {me.mark()}")
    me.reply(card.cmid, f"// себе на память. Ответ {me.mark()}")


async def by_word(me: Official, card: Message) -> None:
    """The word instead of the button."""
    me.reply(card.cmid, me.chance.choice(("/принять", "/не наше")))


async def assigns(me: Official, card: Message) -> None:
    """Only in the ЦУР's chat; elsewhere nothing happens."""
    if me.chat.cur:
        others = sorted(chat.agency for chat in me.scene.world.chats.values() if chat.agency)
        me.reply(card.cmid, f"/направить {me.chance.choice(others)}")
    else:
        await answers(me, card)


async def merges(me: Official, card: Message) -> None:
    """The ЦУР answers two messages of two residents with one, and may find that they are about two things (R32)."""
    await me.breathe(0.0, 15.0)
    others = sorted({code for code in me.truth.owner.values() if code != said.about(card)})
    if not me.chat.cur or not others:
        return await answers(me, card)
    me.reply(card.cmid, f"/объединить {me.chance.choice(others)}")
    if me.chance.random() < 0.4:
        await me.breathe(0.5, 20.0)
        me.reply(card.cmid, "/отделить")
    return None


async def answers_one(me: Official, card: Message) -> None:
    """What speaks to one, in reply to the card or to the words of one who joined."""
    me.reply(card.cmid, f"{PERSONAL} Ответ {me.mark()}")


async def confuses(me: Official, card: Message) -> None:
    """Names a number that the other community has shown in this chat: here there is no such message (0022)."""
    shown = (said.about(one) for one in me.chat.thread.messages if one.sender == -me.beside)
    codes = sorted({code for code in shown if code})
    if not codes:
        return await answers(me, card)
    word = me.chance.choice(("/объединить", "/повтор", "/найти"))
    me.reply(card.cmid, f"{word} {me.chance.choice(codes)}")
    return None


async def changes(me: Official, card: Message) -> None:
    """Answers, and changes or deletes it at any moment after: while it is held, when it has left."""
    first = me.mark()
    mine = me.reply(card.cmid, f"Уважаемый житель! Ответ {first}")
    chance = me.scene.chance.stream(f"changes {me.user} {me.chat.id} {mine}")
    for _ in range(chance.choice((1, 1, 2)) if mine else 0):
        await asyncio.sleep(
            chance.choice((chance.uniform(0.0, 3.0), chance.uniform(3.0, 35.0), chance.uniform(35.0, 90.0)))
        )
        if chance.random() < 0.2:
            me.did("deletes")
            me.call("messages.delete", peer_id=me.peer, cmids=mine, delete_for_all=1)
            return
        made = me.mark()
        me.truth.first[made] = first
        me.call("messages.edit", peer_id=me.peer, cmid=mine, message=f"Уважаемый житель, исправляем! Ответ {made}")


async def hesitates(me: Official, card: Message) -> None:
    """Words of no clear kind: it is chosen, or the question is left open."""
    mine = me.reply(card.cmid, f"Планируем убрать, может быть. Ответ {me.mark()}")
    heard = await hears_of(me, mine, 30.0) if mine else None
    offered = with_action(heard, actions.PICK) if heard is not None else []
    chance = me.scene.chance.stream(f"hesitates {me.user} {me.chat.id} {mine}")
    if heard is not None and offered and chance.random() < 0.7:
        await asyncio.sleep(chance.uniform(0.2, 20.0) * me.pace)
        me.press(heard.cmid, chance.choice(offered))


async def dismisses(me: Official, card: Message) -> None:
    """A colleague answers and is taken out of the chat, before the answer leaves or after; whether it leaves then is
    decided by a press (T5)."""
    others = sorted(user for user in me.chat.members if user > 0 and user != me.user)
    if not others:
        return await answers(me, card)
    me.said += 1
    colleague = replace(me, user=me.chance.choice(others))
    mark = f"{colleague.user}о{me.chat.id}н{me.said}"
    colleague.reply(card.cmid, f"Уважаемый житель! Ответ {mark}")
    await me.breathe(0.0, me.chance.choice((1.0, 40.0)))
    me.call("messages.removeChatUser", chat_id=me.peer - CHAT_BASE, member_id=colleague.user)
    me.truth.dismissed[mark] = me.scene.world.clock.now()
    for _ in range(90):
        await me.breathe(1.0, 1.0)
        asked = [one for one in me.chat.thread.messages if mark in one.text and with_action(one, actions.APPROVE)]
        if asked and me.chance.random() < 0.7:
            me.truth.agreed.setdefault(mark, set()).add(me.user)
            return me.press(asked[-1].cmid, with_action(asked[-1], actions.APPROVE)[0])
        if asked:
            return None
    return None


async def looks(me: Official, card: Message) -> None:
    """Reads and does nothing."""


Act = Callable[[Official, Message], Awaitable[None]]
LATER: dict[str, Act] = {"not_ours_to": not_ours_to, "promises": promises, "closes": closes}
"""Drawn by themselves, so that the seeds of before keep what they had."""
TOGETHER: dict[str, Act] = {"merges": merges}
"""Drawn with the residents' acts of that name."""
TO_ONE: dict[str, Act] = {"answers_one": answers_one}
"""Drawn in half of those seeds."""
LATEST: dict[str, Act] = {"dismisses": dismisses}
"""Drawn after those."""
ACTS: dict[str, Act] = {
    "answers": answers,
    "answers_with_file": answers_with_file,
    "accepts": accepts,
    "accepts_twice": accepts_twice,
    "takes_back": takes_back,
    "not_ours": not_ours,
    "talks": talks,
    "by_word": by_word,
    "assigns": assigns,
    "looks": looks,
    **LATER,
    **TOGETHER,
    **TO_ONE,
    **LATEST,
}
TWINS: dict[str, Act] = {"confuses": confuses}
"""Only where there are two communities."""
UNSURE: dict[str, Act] = {"changes": changes, "hesitates": hesitates}
"""In a quarter of the seeds: what an official believes to be sent is what the resident has, or he was told."""
KNOWN = {**ACTS, **TWINS, **UNSURE}
CALM = ("answers", "accepts", "looks")
"""What leaves an appeal where it is; a seed without these would prove little."""
