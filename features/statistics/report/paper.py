"""The report as people get it: a picture for the chat, a PDF in which every number is a link. Both are one drawing."""

from __future__ import annotations

from bot.printing import code, pdf, picture
from bot.process.advice import Refusal
from features.statistics.report.figures import Report
from features.statistics.report.page import A4, marks, page
from features.statistics.report.period import period_name


def as_picture(report: Report, zoom: int = 2) -> bytes:
    """The A4 page as PNG with its QR code; `zoom` 2 doubles its pixels."""
    return picture.png(page(report, _code(report)), zoom)


def as_drawing(report: Report) -> str:
    """The drawing for a page of the panel: the same, without its code where no code can be made."""
    try:
        return page(report, _code(report))
    except Refusal:
        return page(report)


def as_pdf(report: Report, site: str = "") -> bytes:
    """`site` is where the panel stands: «https://panel.example»."""
    return pdf.pdf(marks(report, _code(report)), A4, f"{period_name(report.period)}. {report.sender}", site)


def _code(report: Report) -> list[list[bool]]:
    """The QR code of the report's link; empty without one."""
    return code.squares(report.link) if report.link else []
