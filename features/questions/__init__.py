"""What many ask is answered at once: «до скольки работает поликлиника?», by the region's own answers.

Those stand in the directory (`faq`), which is the core's, as what `check` says of them is. A region without it asks a
resident whether the question is to be passed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.feature import Feature

if TYPE_CHECKING:
    from states.facts import Rules


def adds() -> Rules:
    """The rules that this feature adds."""
    from features.questions.handlers import RULES

    return RULES


FEATURE = Feature("questions", "Частые вопросы", rules=adds)
