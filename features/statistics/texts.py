"""What the ЦУР reads of a report in its chat."""

from __future__ import annotations

from states.statistics.periods import Span

REPORTS = {
    Span.WEEK: "Отчёт за неделю, {when}.",
    Span.MONTH: "Отчёт за месяц, {when}.",
}
IN_PANEL = "В панели, где каждое число открывает свой список: {address}"
WHICH = "Напишите /отчёт неделя или /отчёт месяц."
HELP = "/отчёт неделя, /отчёт месяц"
