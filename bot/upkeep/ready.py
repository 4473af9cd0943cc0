"""Whether the bot lives, and whether it can do its work just now: for a supervisor and a monitor. It must never ask the
database or VK anything: what its loops know already is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.process.health import silence_words, unwell
from bot.runtime import Runtime
from bot.upkeep.keep_alive import turns


def standing(bot: Runtime) -> list[str]:
    """Why it should be started again; empty while it lives."""
    return [] if turns(bot) else ["Циклы бота стоят дольше двух минут."]


def hindrances(bot: Runtime) -> list[str]:
    """Why people would wait just now; empty when it is ready."""
    return list(_hindrances(bot))


def well(bot: Runtime) -> str:
    """One line on the process and its communities; one beside the home that is not well is no reason to start the
    others again."""
    if not any(bot.communities.values()):
        return "ok"
    shown = ", ".join(f"{state} {many}" for state, many in bot.communities.items() if many)
    ill = unwell({id: runtime.health for id, runtime in bot.others.items()})
    return f"ok; communities: {shown}; unwell {len(ill)}"


def _hindrances(bot: Runtime) -> Iterator[str]:
    """A sentence for each reason why the bot cannot work just now."""
    yield from standing(bot)
    if bot.health.down_since is not None:
        since = bot.health.down_since.astimezone(bot.policy.zone)
        yield f"База не принимает записей с {since:%H:%M}."
    if bot.health.halted:
        yield f"ВКонтакте не даёт отправлять: ошибка {bot.health.halted}."
    if silent := silence_words(bot.health, bot.clock.now(), bot.policy.zone):
        yield silent
    if not bot.swept:
        yield "Бот ещё дочитывает, что пришло без него."
    if bot.stopping.is_set():
        yield "Бот останавливается."
