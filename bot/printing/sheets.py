"""Plain text as sheets of A4 to print and sign. It must never cut a word: a long line goes on below."""

from __future__ import annotations

import io

from bot.charts.letters import width
from bot.printing.fonts import BOLD, PLAIN
from bot.process.advice import Refusal

WIDE, HIGH, MARGIN = 595.0, 842.0, 56.0
SIZE, STEP = 11.0, 16.0


def sheets(text: str, title: str) -> bytes:
    """The first line is the heading. The same text gives the same bytes."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise Refusal("Для PDF нужен reportlab. Поставьте: uv sync --extra papers") from error
    for name, font in (("plain", PLAIN), ("bold", BOLD)):
        pdfmetrics.registerFont(TTFont(name, str(font)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDE, HIGH), invariant=1, lang="ru")
    canvas.setTitle(title)
    down = HIGH - MARGIN
    for number, line in enumerate(text.split("\n")):
        for part in broken(line, WIDE - 2 * MARGIN):
            if down < MARGIN:
                canvas.showPage()
                down = HIGH - MARGIN
            canvas.setFont("plain" if number else "bold", SIZE)
            canvas.drawString(MARGIN, down, part)
            down -= STEP
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def broken(line: str, wide: float) -> list[str]:
    """The line broken at spaces; a word that is wider than the sheet, at its letters."""
    found = [""]
    for word in line.split(" "):
        longer = f"{found[-1]} {word}" if found[-1] else word
        if found[-1].strip() and width(longer, SIZE, bold=True) > wide:
            found.append("")
            longer = word
        found[-1] = longer
        while width(found[-1], SIZE, bold=True) > wide:
            cut = next(at for at in range(len(found[-1]), 0, -1) if width(found[-1][:at], SIZE, bold=True) <= wide)
            found[-1:] = [found[-1][:cut], found[-1][cut:]]
    return found
