"""Plays what is not played yet and keeps each answer at once, so that a run may end anywhere and go on another day.

It must never play one that VK has answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.process.clock import Clock
from bot.vk.errors import NotReached, Uncertain, VkError
from features.probe.found import Slow
from features.probe.kept import Played
from features.probe.report import words_of
from features.probe.slow import SLOW
from features.probe.stage import ProbeStage, Skipped
from features.probe.walls import EVERY_QUICK
from features.probe.wire import Json

EVENTS = ("message_new", "message_reply", "message_edit", "message_event", "wall_post_new", "wall_reply_new")
Says = Callable[[str], None]


async def prepare(stage: ProbeStage) -> None:
    """Events that the probes look at are switched on; the community is a test one."""
    group = stage.wire.group
    wanted = {"enabled": 1, "api_version": "5.199", **dict.fromkeys(EVENTS, 1)}
    await stage.wire.call("groups.setLongPollSettings", group_id=group, **wanted)


async def play(stage: ProbeStage, played: Played, names: Sequence[str], keeps: Callable[[], None], says: Says) -> None:
    """Plays these probes, one after another; one that VK refuses says so and the rest goes on."""
    for name in names:
        if name in EVERY_QUICK:
            played.quick[name] = await answer_of(stage, name)
            played.chat = stage.chat
        else:
            await begin(stage, played, SLOW[name])
        keeps()
        says(f"{name}: {words_of(played, name)}")


async def answer_of(stage: ProbeStage, name: str) -> Json:
    """What VK has answered to this probe, or why it could not be played."""
    stage.notes.clear()
    try:
        found = await EVERY_QUICK[name].ask(stage)
    except (Skipped, VkError, NotReached, Uncertain) as error:
        return {"why": why(error)}
    return {"found": dict(found), "notes": list(stage.notes)}


def why(error: Exception) -> str:
    """Why a probe has no answer, in words."""
    if isinstance(error, VkError):
        return f"ВКонтакте отказал: ошибка {error.code}"
    return str(error) if isinstance(error, Skipped) else "нет связи"


async def begin(stage: ProbeStage, played: Played, slow: Slow) -> None:
    """Begins a slow probe that has not begun yet, and remembers when and with what."""
    if slow.name in played.slow:
        return
    try:
        remembered = await slow.begin(stage)
    except (VkError, NotReached, Uncertain):
        return
    played.slow[slow.name] = {"at": seconds(stage.wire.clock), "kept": remembered, "seen": []}


async def look(stage: ProbeStage, played: Played, keeps: Callable[[], None], says: Says) -> datetime | None:
    """Looks at all slow probes that are due. When the next look is; None where nothing is left."""
    coming = []
    for slow in SLOW.values():
        due = played.due(slow)
        while due is not None and due <= seconds(stage.wire.clock):
            await look_at(stage, played.slow[slow.name], slow)
            keeps()
            due = played.due(slow)
        if slow.name in played.slow and due is None:
            says(f"{slow.name}: {words_of(played, slow.name)}")
        coming += [due] if due is not None else []
    return datetime.fromtimestamp(min(coming), stage.wire.clock.now().tzinfo) if coming else None


async def look_at(stage: ProbeStage, begun: Json, slow: Slow) -> None:
    """Looks once more at a slow probe, and notes how many seconds after its beginning."""
    age = int(seconds(stage.wire.clock) - begun["at"])
    place = len(begun["seen"])
    begun["seen"].append([age, await slow.look(stage, begun["kept"], place)])


def seconds(clock: Clock) -> float:
    """The time in seconds since 1970."""
    return clock.now().timestamp()


def missing(played: Played, names: Sequence[str]) -> list[str]:
    """The probes that have no answer yet, in their order."""
    known = {name for name, answer in played.quick.items() if "found" in answer} | set(played.slow)
    return [name for name in names if name not in known]
