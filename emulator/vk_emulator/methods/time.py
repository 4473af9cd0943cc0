"""emulator.advanceClock and setClock: by seconds, by working days, to the bot's next deadline. No token is needed; it
must never be imported by a rule of VK."""

from __future__ import annotations

from vk_emulator.api.calls import Call, method
from vk_emulator.world.errors import Refusal, bad_parameter
from vk_emulator.world.records import Json
from vk_emulator.world.tongue import either

WAYS = ("seconds", "working_days", "to")


@method("emulator.advanceClock", "control")
def advance_clock(call: Call) -> Json:
    """One of `seconds` (also negative), `working_days` (1 to 1000, the same hour), `to=deadline` (a second
    after the bot's next timer); parked polls answer at once."""
    given = [name for name in WAYS if call.params.has(name)]
    if given == ["working_days"]:
        return _move_clock(call, _working_days(call))
    if given == ["to"]:
        return _move_clock(call, _to_deadline(call))
    if len(given) > 1:
        raise bad_parameter("only one of seconds, working_days and to is possible")
    return _move_clock(call, call.params.number("seconds", -1e9, 1e9))


def _working_days(call: Call) -> float:
    days = call.params.integer("working_days", low=1, high=1000)
    now = call.world.clock.now()
    return call.world.calendar.later(now, days) - now


def _to_deadline(call: Call) -> float:
    """One second after it, so that it has come for sure. Only the bot knows it (`emulator.bot` → `numbers`)."""
    if call.params.text("to") != "deadline":
        raise bad_parameter("to should be deadline")
    if "deadline" not in call.vk.controls:
        raise Refusal(
            23,
            either(
                "No bot stands beside: run the emulator with --beside.",
                "Бота рядом нет: запустите эмулятор с ключом --beside.",
            ),
        )
    found: float | str = call.vk.controls["deadline"](call.params)
    if isinstance(found, str):
        raise Refusal(100, found)
    return found + 1 - call.world.clock.now()


@method("emulator.setClock", "control")
def set_clock(call: Call) -> Json:
    """`now`."""
    return _move_clock(call, call.params.number("now", 0, 1e11) - call.world.clock.now())


def _move_clock(call: Call, seconds: float) -> Json:
    call.world.clock.advance(seconds)
    call.world.changes += 1
    call.vk.run_due()
    if "clock_changed" in call.vk.controls:
        call.vk.controls["clock_changed"](call.params)
    return {"clock": call.world.clock.now()}
