"""Comments under posts of the community's own wall: marks are kept and those on duty hear of danger
(BOT_COMMENTS=watch); with `answer` people are answered there, and invited into the dialogue.

What is stored stays the core's: the table, stored names, the setting; so do the door where words end (bot/vk/comments)
and the wall's events. A region without it ignores those events.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.feature import Feature, Loaders, Loop

if TYPE_CHECKING:
    from bot.config.settings import Settings
    from bot.feature import Summed
    from bot.region.findings import Finding
    from bot.runtime import Runtime
    from bot.vk.client import Vk
    from bot.web.site import Page
    from states.facts import Rules


def adds() -> Rules:
    """The rules that this feature adds."""
    from features.comments.rules import RULES

    return RULES


def loads() -> Loaders:
    """By question, what loads its answer."""
    from features.comments.model.asked import CardAsked, CommentAsked, PublicAsked, RecentAsked
    from features.comments.sql import RECENT, load_card, load_known
    from storage.records.comments import of_appeal

    return {
        CommentAsked: load_known,
        CardAsked: load_card,
        PublicAsked: lambda tx, asked: of_appeal(tx, asked.code),
        RecentAsked: lambda tx, asked: tx.rows(RECENT, {"who": asked.author, "about": asked.topic}),
    }


def loops(bot: Runtime) -> Sequence[Loop]:
    """The loops that compare the wall and, where people are answered, read the words; none while comments are off."""
    from bot.config.settings import ANSWER, OFF

    if bot.settings.comments == OFF:
        return ()
    from bot.upkeep.lasting import lasting
    from features.comments.jobs import compare_wall

    if bot.settings.comments != ANSWER:
        return [lasting(bot, compare_wall)]
    from features.comments.words import read_words

    return [lasting(bot, compare_wall), lasting(bot, read_words)]


def list_findings(settings: Settings) -> Sequence[Finding]:
    """What `bot check` says of the settings for comments, without asking VK."""
    from features.comments.checks import findings

    return findings(settings)


async def find_in_vk(settings: Settings, vk: Vk, community: int) -> list[Finding]:
    """What `bot check` says of comments after asking VK: whether it tells of them at all and whether the key may answer
    them."""
    from features.comments.checks import findings_in_vk

    return await findings_in_vk(settings, vk, community)


def list_pages() -> Sequence[Page]:
    from features.comments.pages import PAGES

    return PAGES


def list_summaries() -> Sequence[Summed]:
    """What this feature adds to the one-page report: the figures of comments."""
    from features.comments.report import sum_comments

    return (sum_comments,)


FEATURE = Feature(
    "comments",
    "Комментарии под записями",
    rules=adds,
    loaders=loads,
    loops=loops,
    pages=list_pages,
    summaries=list_summaries,
    templates=Path(__file__).with_name("templates"),
    findings=list_findings,
    findings_in_vk=find_in_vk,
)
