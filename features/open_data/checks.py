"""What `check` and the panel say of the open data."""

from __future__ import annotations

from pathlib import Path

from bot.config.settings import Settings
from bot.region.directory_errors import DirectoryErrors
from bot.region.findings import Finding, bad, good, look
from features.open_data import statuses_file


def findings(settings: Settings) -> list[Finding]:
    """R56, R64: what everybody may see, and whether the region's file of states can be read."""
    if settings.open_data != "on":
        return []
    if not settings.panel_port:
        return [bad("Открытые данные включены, а панели нет.", "Впишите BOT_PANEL_PORT: их показывает панель.")]
    try:
        known = statuses_file.read(Path(settings.region_folder))
    except DirectoryErrors as error:
        return [bad("Названия состояний не читаются.", str(error))]
    told = good(f"Открытые данные видны всем: /open и /api; группы меньше {settings.open_least} человек скрыты.")
    doubtful = ", ".join(system.name for system in known.systems if not system.is_confirmed)
    if not doubtful:
        return [told]
    return [
        told,
        look(f"Названия состояний для {doubtful} не подтверждены.", "Впишите source, когда узнаете."),
    ]
