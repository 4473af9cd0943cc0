"""What goes wrong while the storm lasts, one function a trouble. A new trouble is a function and a line in TROUBLES.

Each runs until the storm ends; what it has broken and is not mended by itself is mended by the director.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from benchmarks.rig.stand import COMMUNITY
from tests.simulation.points import RECOVERY
from vk_emulator.api.faults import parse_rule

if TYPE_CHECKING:
    from tests.simulation.director import Director

Trouble = Callable[["Director"], Awaitable[None]]


def rule(director: Director, **raw: Any) -> None:
    director.net.vk.faults.rules.append(parse_rule(raw))


def spread(director: Director, modes: tuple[str, ...], share: float, **more: Any) -> None:
    """Each mode strikes some of these calls."""
    for mode in modes:
        rule(director, mode=mode, probability=share * director.chance.choice((0.3, 1.0)), **more)


async def answers_lost(director: Director) -> None:
    """F5: VK carries the call out, the answer never comes."""
    spread(director, ("accept_drop", "accept_reset", "accept_hang", "accept_html502"), 0.15, method="messages.send")


async def requests_lost(director: Director) -> None:
    """F6: VK never sees the call, and nobody says so."""
    spread(director, ("reject_drop", "reject_reset", "reject_hang", "html502"), 0.15, method="messages.send")


async def late(director: Director) -> None:
    """F7: carried out up to a minute later."""
    rule(director, method="messages.send", mode="late", probability=0.15, seconds=director.chance.uniform(1, 60))


async def bad_answers(director: Director) -> None:
    """F5, F18: answers that are cut, of another type, slow."""
    spread(director, ("truncated", "wrong_type", "slow"), 0.1, method="*", seconds=8.0)


async def everything_shaky(director: Director) -> None:
    """F33: any call may be lost on either way."""
    spread(director, ("reject_reset", "accept_reset", "html502", "reject_hang"), 0.08, method="*")


async def errors(director: Director) -> None:
    """F14, F18: codes that say "again" or nothing at all."""
    for code in director.chance.sample((1, 6, 6, 10, 13, 36, 43, 32), 3):
        times = director.chance.randint(1, 5)
        rule(director, method="messages.send", mode="error", code=code, probability=0.3, times=times)
    code = director.chance.choice((1, 6, 10, 13))
    rule(director, method="execute", mode="error", code=code, probability=0.05, times=4)


async def unnamed_code(director: Director) -> None:
    """F18: a code that no table names. After six tries, whatever the others were lost to, it sets a message aside by
    rule (design.md §12), so it comes alone."""
    if director.plan.troubles == ("unnamed_code",) and not director.plan.focus:
        rule(director, method="messages.send", mode="error", code=777, probability=0.3, times=4)


async def refused_forms(director: Director) -> None:
    """F19: what VK will not take in this form: the ladder of simpler ones. Not where the same form may be on its way
    already or be in VK unseen: VK would not take it once and refuse it once."""
    if director.plan.has("late", "history_lags"):
        return
    for code in director.chance.sample((914, 911, 921, 969, 100, 913, 940), 2):
        rule(director, method="messages.send", mode="error", code=code, probability=0.3, times=2)
    rule(director, method="messages.edit", mode="error", code=director.chance.choice((909, 100, 914)), probability=0.3)


async def forwards_refused(director: Director) -> None:
    """F19: error 10 or 921 on whatever carries forwards, for good: whatever else goes wrong with it on the way."""
    code = director.chance.choice((10, 921, 969))
    raw = {"mode": "error", "code": code, "match": {"forward": "conversation_message_ids"}}
    director.net.vk.faults.rules.insert(0, parse_rule({"method": "messages.send", **raw}))


async def longpoll(director: Director) -> None:
    """F9–F11: failed 1–4, losses, replays, out of order, silence."""
    for mode in director.chance.sample(
        ("replay", "out_of_order", "duplicate", "unknown_event", "ts_as_number", "html502", "drop"), 3
    ):
        rule(director, method="longpoll", mode=mode, probability=0.2, count=director.chance.randint(1, 5))
    for code in (1, 2, 3, 4):
        rule(director, method="longpoll", mode="failed", code=code, probability=0.05)


async def longpoll_loses(director: Director) -> None:
    """F9: the queue is cut off."""
    rule(director, method="longpoll", mode="trim", probability=0.3)
    rule(director, method="longpoll", mode="silent", probability=0.05)


async def posts_shaky(director: Director) -> None:
    """F11: posts of Callback API are lost, doubled, late, in another order, or their `ok` is not heard."""
    modes = ("drop", "accept_drop", "lost", "late", "duplicate", "out_of_order")
    spread(director, modes, 0.15, method="callback", seconds=director.chance.uniform(1, 60), count=2)


async def history_lags(director: Director) -> None:
    rule(director, method="history", mode="lag", probability=0.5, seconds=director.chance.uniform(0.5, 5.0))


async def uploads_fail(director: Director) -> None:
    """F28."""
    director.net.file_troubles = director.chance.choice((0.1, 0.4))
    director.net.vk.world.switches.upload_flaky = director.chance.randint(0, 4)


async def down(director: Director) -> None:
    """F13: VK is away for a while, or flaps."""
    while True:
        await asyncio.sleep(director.chance.uniform(2, 30))
        director.vk_up(False)
        await asyncio.sleep(director.chance.choice((1.0, 7.0, 60.0, 300.0)))
        director.vk_up(True)


async def crashes(director: Director) -> None:
    """F2: the process ends at any await, inside any transaction."""
    while True:
        await asyncio.sleep(director.chance.expovariate(1 / 15))
        life = director.life
        if life is None or life.over:
            continue
        if director.chance.random() < 0.5:
            life.steps_left = director.chance.randint(0, 80)
        else:
            life.statements_left = director.chance.randint(0, 30)


async def restarts(director: Director) -> None:
    """F1 (26): SIGTERM, a drain, a new start."""
    while True:
        await asyncio.sleep(director.chance.uniform(5, 30))
        if director.life is not None:
            director.life.stop()


async def older_copy(director: Director) -> None:
    """F24: the file is lost, a copy from some time before is put in its place. Not under a clock that is days wrong:
    what is older than the copy is told by its time."""
    if director.plan.has("clock_jumps"):
        return
    await asyncio.sleep(director.chance.uniform(0, 15))
    while (copy := director.copied()) is None:
        await asyncio.sleep(0.5)
    await asyncio.sleep(director.chance.uniform(3, 45))
    director.put_in_place(copy, away=director.chance.choice((1.0, 20.0, 600.0)))
    if director.plan.focus in RECOVERY:  # it lasts longer than what people do meanwhile
        await director.over.wait()


async def copy_from_before_an_erasure(director: Director) -> None:
    """R14: the copy that is put back knows somebody who has been forgotten since."""
    while not director.truth.asked:
        await asyncio.sleep(0.2)
    copy = director.copied()
    while not director.truth.erased:
        await asyncio.sleep(1.0)
    if copy is not None:
        director.put_in_place(copy, away=1.0)
        await asyncio.sleep(30.0)  # what forgets again at the start may end more than once


async def long_absence(director: Director) -> None:
    """F12: the bot is away so long that VK forgets its queue."""
    await asyncio.sleep(director.chance.uniform(2, 20))
    director.kill(away=director.chance.choice((300.0, 4000.0, 90_000.0)))


async def clock_jumps(director: Director) -> None:
    """F23: the bot's clock is wrong."""
    while True:
        await asyncio.sleep(director.chance.uniform(3, 20))
        director.clock.wrong = director.chance.choice((0.0, 3600.0, -3600.0, 86400.0, -86400.0, 5.0, -5.0))
        director.ahead = max(director.ahead, director.clock.wrong)
        if director.life is not None:
            director.life.rings()


async def kicked(director: Director) -> None:
    """F16: the bot is removed from a chat, later taken back."""
    await asyncio.sleep(director.chance.uniform(1, 20))
    director.kick(director.chance.choice(sorted(director.world.chats)))


async def deaf(director: Director) -> None:
    """F16: the bot's rights are taken in a chat and given back, at any moment, for a second or for minutes."""
    chance = director.chance
    for _ in range(chance.choice((1, 1, 2, 3))):
        await asyncio.sleep(chance.uniform(1, 20))
        number = chance.choice(sorted(director.world.chats))
        director.take_rights(number)
        await asyncio.sleep(chance.choice((0.5, 5.0, 40.0, 100.0, 400.0)))
        director.give_rights(number)


async def rights(director: Director) -> None:
    """F17: the key is refused for a while."""
    await asyncio.sleep(director.chance.uniform(1, 20))
    director.net.vk.revoked[f"group-{COMMUNITY}"] = director.chance.choice((5, 27, 15, 1117))
    await asyncio.sleep(director.chance.choice((5.0, 60.0)))
    director.net.vk.revoked.clear()


async def new_consent(director: Director) -> None:
    """R8: the operator has changed the text of the consent, and everybody is asked anew."""
    await asyncio.sleep(director.chance.uniform(5, 35))
    while director.life is None or director.life.over:
        await asyncio.sleep(0.1)
    director.anew["operator_email"] = "anew@region.test"
    director.life.stop()


TROUBLES: dict[str, Trouble] = {
    "answers_lost": answers_lost,
    "requests_lost": requests_lost,
    "late": late,
    "bad_answers": bad_answers,
    "everything_shaky": everything_shaky,
    "errors": errors,
    "unnamed_code": unnamed_code,
    "refused_forms": refused_forms,
    "forwards_refused": forwards_refused,
    "longpoll": longpoll,
    "longpoll_loses": longpoll_loses,
    "posts_shaky": posts_shaky,
    "history_lags": history_lags,
    "uploads_fail": uploads_fail,
    "down": down,
    "crashes": crashes,
    "restarts": restarts,
    "long_absence": long_absence,
    "older_copy": older_copy,
    "clock_jumps": clock_jumps,
    "kicked": kicked,
    "deaf": deaf,
    "rights": rights,
    "copy_from_before_an_erasure": copy_from_before_an_erasure,
    "new_consent": new_consent,
}
AIMED = ("copy_from_before_an_erasure",)
"""Only where a seed aims at what follows from it."""
OF_POSTS = ("posts_shaky",)
"""Only where VK posts events."""
OF_CHATS = ("deaf",)
"""Drawn by themselves, so that the seeds of before keep what they had."""
LATER = (*OF_CHATS, "new_consent")
"""Not among what is drawn at first; `new_consent` only where `--with` or a mutant asks for it."""
AWAITED = (*AIMED, *LATER, "older_copy")
"""The storm lasts until these have struck, also where people are done before."""
