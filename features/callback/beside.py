"""The way in of this panel: beside a running bot, whose loops it wakes, or apart from it. It must never hold up VK."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

from bot.config.settings import OFF, policy_of
from bot.delivery.intake import Intake, IntakeResult, reading_of
from bot.feature import rules_of
from bot.process.log import log
from bot.runtime import Runtime
from bot.vk.client import Vk
from bot.vk.comments import CommentReading
from bot.vk.payload import Signer
from bot.web.site import Site
from features.callback.routes import Callback, code_of


def way_in(site: Site) -> Callback:
    """Beside a running bot its loops are woken at once; a panel of its own only stores the events."""
    bot = site.bot
    return beside(bot) if bot is not None else apart(site)


def beside(bot: Runtime) -> Callback:
    """The callback address of a bot in the same process: it asks VK and wakes the bot's loops."""

    async def code() -> str:
        """Asks VK for the code that confirms the server, when its turn comes."""
        await bot.pace.turn()
        return await code_of(bot.vk, bot.community)

    def wake_loops(events: IntakeResult) -> None:
        log_arrival(events)
        bot.events.notify()
        bot.gaps.notify()

    reading = reading_of(bot.settings, bot.rules, lambda: bot.find)
    return Callback(
        bot.settings.callback_secret,
        Intake(bot.db, bot.clock, bot.signer, bot.policy.consent_hash, reading),
        code,
        wake_loops,
    )


def apart(site: Site) -> Callback:
    """The bot runs elsewhere: it finds the events when its long poll brings them too, or looks by itself (work.py)."""
    settings, db = site.settings, site.db
    signer = Signer(db.derive_key("button"), db.community)
    intake = Intake(db, site.clock, signer, policy_of(settings, db.community).consent_hash, reading_apart(site))
    return Callback(settings.callback_secret, intake, asked_alone(site), log_arrival)


def reading_apart(site: Site) -> CommentReading | None:
    """By the directory that is in use when a comment comes: who tells of a problem is invited, whoever reads it."""
    if site.settings.comments == OFF:
        return None
    from bot.region.shared import matcher_of

    return reading_of(site.settings, rules_of(site.features), lambda: matcher_of(site.directory()))


def asked_alone(site: Site) -> Callable[[], Awaitable[str]]:
    """What asks VK for the code of confirmation in a process without the bot, when an address is registered; no
    connection is held for that."""
    settings = site.settings

    async def code() -> str:
        """Asks VK for the code that confirms the server, from a process without the bot."""
        async with aiohttp.ClientSession() as http:
            vk = Vk(settings.vk_token, settings.vk_api_url, http)
            return await code_of(vk, site.db.community)

    return code


def log_arrival(events: IntakeResult) -> None:
    """Logs how many events were new; nothing for repeated ones."""
    if events.new:
        log.info("arrived", loop="callback", count=events.new)
