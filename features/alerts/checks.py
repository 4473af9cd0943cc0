"""What `check` says of the second way. An emulator wakes nobody."""

from __future__ import annotations

from bot.config.settings import Settings
from bot.process.clock import is_loopback
from bot.region.findings import Finding, good, look
from features.alerts.ways import ways_of


def findings(settings: Settings) -> list[Finding]:
    """Whether anybody hears of it when VK refuses the bot: the control centre does not."""
    shown = ", ".join(way.shown for way in ways_of(settings))
    if shown:
        return [good(f"Тревога вторым путём: {shown}. Проверить: python -m bot alarm try")]
    if is_loopback(settings.vk_api_url):
        return []
    told = "Второго пути тревоги нет: если ВКонтакте отвергнет ключ, чат ЦУР об этом не узнает."
    return [look(told, "Впишите BOT_ALARM_SMTP (письмо) или BOT_ALARM_WEBHOOK.")]
