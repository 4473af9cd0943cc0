"""The probes that need hours or days: begun once, then looked at whenever the command is called again.

What is due is looked at late rather than never: the true age counts, not the planned one.
"""

from __future__ import annotations

from bot.vk.errors import Uncertain
from features.probe.found import Slow
from features.probe.quick import is_repeat
from features.probe.stage import ProbeStage
from features.probe.wire import Json

HOUR = 3600


async def begin_keys(stage: ProbeStage) -> Json:
    """Each key is used once now and once after its own wait."""
    keys = [stage.wire.new_key() for _ in WINDOW.places]
    return {"keys": keys, "firsts": [(await stage.say(random_id=key))["conversation_message_id"] for key in keys]}


async def is_key_known(stage: ProbeStage, kept: Json, place: int) -> bool:
    """Whether VK still takes this `random_id` for a repeated one."""
    return await is_repeat(stage, kept["keys"][place], {"conversation_message_id": kept["firsts"][place]})


async def begin_place(stage: ProbeStage) -> Json:
    """A place in the queue, and an event behind it."""
    mark = await stage.wire.mark()
    await stage.say("Проба P7")
    return {"ts": mark}


async def is_place_served(stage: ProbeStage, kept: Json, place: int) -> bool:
    """Whether the long poll still gives events from the first place."""
    await stage.wire.mark()  # a fresh key with the old ts (vk-api.md 2.8)
    return "failed" not in await stage.wire.poll(kept["ts"])


async def begin_edit(stage: ProbeStage) -> Json:
    """Writes the message that is edited later."""
    return {"cmid": (await stage.say("Проба Q15"))["conversation_message_id"]}


async def is_edit_taken(stage: ProbeStage, kept: Json, place: int) -> bool:
    """Whether VK still takes an edit of that message."""
    cmid = kept["cmid"]
    given = {"peer_id": stage.user, "cmid": cmid, "conversation_message_id": cmid, "message": f"Проба Q15: {place}"}
    return await stage.wire.code_of("messages.edit", **given) == 0


async def begin_key_of_poll(stage: ProbeStage) -> Json:
    """Keeps a place and a key of the long poll, to use the key later."""
    return {"ts": await stage.wire.mark(), "server": stage.wire.server()}


async def is_poll_alive(stage: ProbeStage, kept: Json, place: int) -> bool:
    """An old key still tells what happens; one that VK calls outdated is no silence."""
    await stage.say("Проба Q20")
    try:
        answer = await stage.wire.poll(kept["ts"], server=kept["server"])
    except Uncertain:
        return False
    return "failed" in answer or bool(answer.get("updates"))


WINDOW = Slow(
    "P1", "Сколько времени помнится random_id?", {"dedup_window": 3600}, (60, 3540, 3660, 25 * HOUR),
    begin_keys, is_key_known,
)  # fmt: skip
SLOW: dict[str, Slow] = {
    slow.name: slow
    for slow in (
        Slow(
            "Q20, silence", "Замолкает ли старый ключ очереди без слова?", {"lp_silence_after": 0},
            (600, 1800, 24 * HOUR), begin_key_of_poll, is_poll_alive,
        ),
        Slow(
            "P7", "Сколько времени очередь хранит события?", {"lp_history_seconds": 3600},
            (3590, 6 * HOUR, 24 * HOUR, 72 * HOUR), begin_place, is_place_served,
        ),
        Slow(
            "Q15", "Как старое сообщение ещё можно править?", {"edit_max_age": 86400},
            (HOUR, 23 * HOUR, 25 * HOUR), begin_edit, is_edit_taken,
        ),
        WINDOW,
    )
}  # fmt: skip
