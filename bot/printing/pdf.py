"""PDF from the same marks as the SVG: vectors, words that can be searched, every link pressable.

It knows the marks that our drawings have and refuses any other: a page must never be printed with a part left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.charts.letters import width
from bot.charts.mark import Mark, short
from bot.charts.paint import LIGHT, PAPER, attributes_of_kind
from bot.printing.fonts import BOLD, PLAIN
from bot.printing.outlines import steps
from bot.process.advice import Refusal

POINT = 0.75
"""A point of a drawing is a ninety-sixth of an inch, one of a PDF a seventy-second."""
SILENT = {"title", "desc", "defs"}

Box = tuple[float, float, float, float]


def pdf(marks: Sequence[Mark], size: tuple[float, float], title: str, site: str = "") -> bytes:
    """The PDF of one page. `site` is put before addresses that begin with a slash: on paper they have no page to begin
    from. Raises Refusal without reportlab."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise Refusal("Для PDF нужен reportlab. Поставьте: uv sync --extra papers") from error
    for name, font in (("plain", PLAIN), ("bold", BOLD)):
        pdfmetrics.registerFont(TTFont(name, str(font)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(size[0] * POINT, size[1] * POINT), invariant=1, lang="ru")
    canvas.setTitle(title)
    canvas.translate(0, size[1] * POINT)
    canvas.scale(POINT, -POINT)
    for mark in marks:
        _draw(Pen(canvas, site), mark)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@dataclass(slots=True)
class Pen:
    """The canvas, and where its zero stands now: a link's rectangle is told in places of the whole page."""

    canvas: Any
    site: str
    right: float = 0
    down: float = 0
    boxes: list[Box] = field(default_factory=list)


def _draw(pen: Pen, mark: Mark) -> None:
    """Draws any mark; ValueError for a kind that cannot be printed."""
    if mark.tag in SILENT:
        return
    draw = DRAWS.get(mark.tag)
    if draw is None:
        raise ValueError(f"no way to print <{mark.tag}>")
    draw(pen, mark)


def _group(pen: Pen, mark: Mark) -> None:
    """Draws marks together, moved and turned as the group says."""
    right, down, turned = _transform_of(str(mark.at.get("transform", "")))
    pen.canvas.saveState()
    pen.canvas.translate(right, down)
    if turned:
        pen.canvas.rotate(turned)
    inner = Pen(pen.canvas, pen.site, pen.right + right, pen.down + down, pen.boxes)
    for child in mark.inside:
        _draw(inner, child)
    pen.canvas.restoreState()


def _transform_of(transform: str) -> tuple[float, float, float]:
    """How far to the right and down, and the turn in degrees, of «translate(3 4) rotate(-90)»: the two that our
    drawings use."""
    numbers = [
        float(number) for number in transform.replace("(", " ").replace(")", " ").split() if number[-1].isdigit()
    ]
    right, down, turned = [*numbers, 0.0, 0.0, 0.0][:3]
    return right, down, turned


def _link(pen: Pen, mark: Mark) -> None:
    """Draws what is inside and makes its area a link."""
    href = str(mark.at["href"])
    inner = Pen(pen.canvas, pen.site, pen.right, pen.down)
    _group(inner, mark)
    pen.boxes += inner.boxes
    if href.startswith("/"):
        href = f"{pen.site}{href}"
    if not href.startswith("http") or not inner.boxes:
        return
    lefts, tops, rights, feet = zip(*inner.boxes, strict=True)
    # The canvas is at its page's own zero here: the rectangle is given in places of the page.
    area = (min(lefts) - pen.right, min(tops) - pen.down, max(rights) - pen.right, max(feet) - pen.down)
    pen.canvas.linkURL(href, area, relative=1, thickness=0)


def _rect(pen: Pen, mark: Mark) -> None:
    """Draws a rectangle."""
    x, y, wide, high = (_number(mark, name) for name in ("x", "y", "width", "height"))
    pen.boxes.append((pen.right + x, pen.down + y, pen.right + x + wide, pen.down + y + high))
    shape = pen.canvas.beginPath()
    shape.roundRect(x, y, wide, high, min(_number(mark, "rx"), wide / 2, high / 2))
    _finish(pen, mark, shape)


def _line(pen: Pen, mark: Mark) -> None:
    """Draws a line."""
    shape = pen.canvas.beginPath()
    shape.moveTo(_number(mark, "x1"), _number(mark, "y1"))
    shape.lineTo(_number(mark, "x2"), _number(mark, "y2"))
    _finish(pen, mark, shape)


def _circle(pen: Pen, mark: Mark) -> None:
    """Draws a circle."""
    shape = pen.canvas.beginPath()
    shape.circle(_number(mark, "cx"), _number(mark, "cy"), _number(mark, "r"))
    _finish(pen, mark, shape)


def _path(pen: Pen, mark: Mark) -> None:
    """Draws a path and remembers its box."""
    shape = pen.canvas.beginPath()
    places = []
    for step, x, y in steps(str(mark.at["d"])):
        if step == "close":
            shape.close()
        else:
            (shape.moveTo if step == "move" else shape.lineTo)(x, y)
            places.append((x, y))
    xs, ys = [x for x, _ in places], [y for _, y in places]
    pen.boxes.append((pen.right + min(xs), pen.down + min(ys), pen.right + max(xs), pen.down + max(ys)))
    _finish(pen, mark, shape, (min(xs), min(ys), max(xs), max(ys)))


def _finish(pen: Pen, mark: Mark, shape: Any, box: Box | None = None) -> None:
    """Filling and border as the class and the mark's own attributes say."""
    colours = _colours(mark)
    fill, stroke = colours.get("fill", "none"), colours.get("stroke", "none")
    thick = _number(mark, "stroke-width", 1)
    pen.canvas.saveState()
    if fill.startswith("url("):
        _draw_hatching(pen, shape, box or _box(mark))
        fill = "none"
    if fill != "none":
        pen.canvas.setFillColor(fill)
    if stroke != "none":
        pen.canvas.setStrokeColor(stroke)
        _stroke(pen, mark, thick)
    pen.canvas.drawPath(shape, fill=int(fill != "none"), stroke=int(stroke != "none" and thick > 0), fillMode=0)
    pen.canvas.restoreState()


def _stroke(pen: Pen, mark: Mark, thick: float) -> None:
    """Sets thickness, opacity and dashes of the pen."""
    pen.canvas.setLineWidth(thick)
    pen.canvas.setLineJoin(1)
    pen.canvas.setLineCap(1 if mark.at.get("stroke-linecap") == "round" else 0)
    pen.canvas.setStrokeAlpha(_number(mark, "stroke-opacity", 1))
    if dash := str(mark.at.get("stroke-dasharray", "")):
        pen.canvas.setDash([float(length) for length in dash.split()])


def _box(mark: Mark) -> Box:
    """The box of a rectangle: left, top, right, bottom."""
    x, y, wide, high = (_number(mark, name) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def _draw_hatching(pen: Pen, shape: Any, box: Box) -> None:
    """Slanting lines inside the outline; a PDF's own pattern is drawn differently by different readers."""
    left, top, right, foot = box
    pen.canvas.saveState()
    pen.canvas.clipPath(shape, stroke=0, fill=0, fillMode=0)
    pen.canvas.setFillColor(LIGHT["soft"])
    pen.canvas.rect(left, top, right - left, foot - top, stroke=0, fill=1)
    pen.canvas.setStrokeColor(LIGHT["was"])
    pen.canvas.setLineWidth(1.2)
    high, at = foot - top, left - (foot - top)
    while at < right:
        pen.canvas.line(at, foot, at + high, top)
        at += 6 * 2**0.5
    pen.canvas.restoreState()


def _text(pen: Pen, mark: Mark) -> None:
    """Draws words where they stand; they can be searched."""
    x, y, size = _number(mark, "x"), _number(mark, "y"), _number(mark, "font-size", 12)
    bold = mark.at.get("font-weight") == "bold"
    wide = width(mark.words, size, bold)
    x -= {"middle": wide / 2, "end": wide}.get(str(mark.at.get("text-anchor", "")), 0)
    pen.boxes.append((pen.right + x, pen.down + y - size * 0.8, pen.right + x + wide, pen.down + y + size * 0.25))
    pen.canvas.saveState()
    pen.canvas.translate(x, y)
    pen.canvas.scale(1, -1)
    pen.canvas.setFillColor(_colours(mark).get("fill", LIGHT["text"]))
    pen.canvas.setFont("bold" if bold else "plain", size)
    pen.canvas.drawString(0, 0, mark.words)
    pen.canvas.restoreState()


def _number(mark: Mark, name: str, otherwise: float = 0) -> float:
    """The attribute as a number."""
    return float(short(mark.at.get(name, otherwise)))


def _colours(mark: Mark) -> Mapping[str, str]:
    """The colours of the mark: its own, else those of its kind on paper."""
    own = {name: str(value) for name, value in mark.at.items() if name in ("fill", "stroke")}
    return {**attributes_of_kind(mark.kind, PAPER), **own}


DRAWS = {"g": _group, "a": _link, "rect": _rect, "line": _line, "circle": _circle, "path": _path, "text": _text}


def texts(marks: Sequence[Mark]) -> Iterator[str]:
    """All words of a drawing in the order in which they are drawn."""
    for mark in marks:
        if mark.tag == "text":
            yield mark.words
        yield from texts(mark.inside)
