"""What `check` says of the learned model in use. It must change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.config.settings import Settings
from bot.process.admin_socket import Command
from bot.region.findings import Finding, bad, good, look
from bot.region.learned import NO_NUMPY

NUMPY = "Поставьте: uv sync --extra learning, и перезапустите бота."
ANEW = "Обучите заново: python -m bot train --own"


async def findings(settings: Settings, ask: Command) -> list[Finding]:
    """The findings about learned models; none where nobody answers: a bot that runs may have been started without
    this."""
    state = await ask("model_state", {})
    return learning_findings(state, ZoneInfo(settings.timezone)) if "number" in state else []


def learning_findings(state: Mapping[str, Any], zone: tzinfo) -> list[Finding]:
    """The learned model in use, as AdminLearning.state tells it: whether it is read, and when an erasure ends it."""
    number, ends = state["number"], state["ends"]
    if not number:
        return []
    found = [good(f"Темы подсказывает модель № {number}.")]
    if state["trouble"]:
        todo = NUMPY if state["trouble"] == NO_NUMPY else f"{ANEW} или вернитесь к прежней: python -m bot train --back"
        found = [bad(f"Модель № {number} не работает: {state['trouble']}. Бот решает без обучения.", todo)]
    if ends:
        day = datetime.fromisoformat(ends).astimezone(zone)
        told = f"Модель № {number} видела сообщения тех, кого бот забыл: {day:%d.%m.%Y} она будет удалена."
        found.append(look(told, ANEW))
    return found
