"""Where the feature that runs other communities is left out: active ones are refused, for nobody would hear them; what
is kept of people in the others has its terms all the same (R12–R15).
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.feature import Feature
from bot.process.advice import Refusal
from bot.region.findings import Finding, bad
from bot.runtime import Runtime
from bot.upkeep.communities import in_turn
from storage.db.database import Database
from storage.records import communities
from storage.records.communities import CommunityState

NAME = "communities"
UNHEARD = "BOT_FEATURES: без возможности «communities» некому вести другие сообщества, а их работает {many}."
BACK = "Верните её. Чтобы обойтись без неё, сначала остановите их: python -m bot community list."


def is_left_out(features: Iterable[Feature]) -> bool:
    """Whether the feature that runs other communities is not among these."""
    return all(feature.name != NAME for feature in features)


async def active(db: Database) -> int:
    """How many are to be run beside this one."""
    found = await db.run(communities.everything)
    return sum(community.state is CommunityState.ACTIVE and community.id != db.community for community in found)


async def nobody_unheard(db: Database, features: Iterable[Feature]) -> None:
    """Refuses to start without the feature of several communities. Raises Refusal where a further community is
    active."""
    if is_left_out(features) and (many := await active(db)):
        raise Refusal(f"{UNHEARD.format(many=many)} {BACK}")


def findings(features: Iterable[Feature], many: int) -> list[Finding]:
    """Says that registered communities are not heard where their feature is switched off."""
    return [bad(UNHEARD.format(many=many), BACK)] if many and is_left_out(features) else []


async def look_after(bot: Runtime) -> None:
    """The loop that looks after communities that nobody runs, until told to stop, as the loop of the feature does."""
    place = in_turn.RoundProgress()
    known = bool(await bot.db.run(communities.everything))
    while not bot.stopping.is_set():
        if known:
            await in_turn.one_round(bot, place)
        await bot.registry.wait(in_turn.EVERY)
