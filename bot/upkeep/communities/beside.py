"""The tools of a community that runs beside the home: its own key, pace, health and signer; all else is the home's.

It must never keep what the home's loops keep for themselves.
"""

from __future__ import annotations

from dataclasses import replace

from bot.config.settings import ANSWER, OFF, WATCH, Settings, hash_of, policy_of, publish_text
from bot.process.pace import Pace
from bot.runtime import Runtime
from bot.vk.payload import Signer
from states.facts import CommunityPolicy
from storage.records.communities import Operator, RegisteredCommunity

LOUDNESS = (OFF, WATCH, ANSWER)
"""The words of BOT_COMMENTS, by how much is done."""


def beside(home: Runtime, community: RegisteredCommunity, token: str = "") -> Runtime:
    """The tools of a community beside the home. Without a token it is only looked after: VK refuses whatever it
    asks."""
    settings, db = settings_beside(home.settings, community), home.db.of(community.id)
    vk, pace = home.vk.with_key(token), Pace(home.clock, settings.requests_per_second)
    return Runtime(
        settings=settings,
        policy=policy_beside(home.settings, home.policy, community),
        db=db,
        vk=vk,
        files=home.files.of(vk, pace),
        signer=Signer(db.derive_key("button"), community.id),
        clock=home.clock,
        pace=pace,
        directory=home.directory,
        find=home.find,
        judge=home.judge,
        chores=home.chores,
        copies=home.copies,
        checks=home.checks,
        registry=home.registry,
        number=home.number,
        started_at=home.clock.now(),
        home=home,
        voices=home.voices,
    )


def settings_beside(settings: Settings, community: RegisteredCommunity) -> Settings:
    """The home's; of comments the panel may say that less is done there."""
    comments = quieter(settings.comments, community.comments)
    return settings if comments == settings.comments else settings.model_copy(update={"comments": comments})


def quieter(home: str, own: str) -> str:
    """Of two words of BOT_COMMENTS; `own` is empty where nothing else is said."""
    return min(home, own or home, key=LOUDNESS.index)


def policy_beside(settings: Settings, policy: CommunityPolicy, community: RegisteredCommunity) -> CommunityPolicy:
    """Of the home's settings and policy, that of a community beside it. The consent names the page's own operator,
    where it has one. There is no panel but the home's."""
    comments = policy.comments if quieter(settings.comments, community.comments) == ANSWER else None
    if community.operator == Operator():
        publish = publish_text(settings, community.id)
        same = replace(policy, community=community.id, publish=publish, publish_hash=hash_of(publish))
        return replace(same, panel="", door=community.door, comments=comments)
    named = {f"operator_{name}": getattr(community.operator, name) for name in ("name", "address", "email")}
    own = replace(
        policy_of(settings.model_copy(update=named), community.id), calendar=policy.calendar, languages=policy.languages
    )
    return replace(own, panel="", door=community.door, comments=comments)
