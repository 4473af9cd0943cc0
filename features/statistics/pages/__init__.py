"""«Ведомства», «Муниципалитеты», «Темы», «Отчёты», and the report of a week or a month."""

from __future__ import annotations

from bot.web.site import Page
from features.statistics.pages import groups, one_group, one_report, reports, topics

PAGES: tuple[Page, ...] = tuple(
    page for part in (groups, one_group, topics, reports, one_report) for page in part.PAGES
)
