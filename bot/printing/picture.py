"""PNG from an SVG, for a chat. Only the shipped font is used: the same drawing gives the same bytes everywhere."""

from __future__ import annotations

from bot.printing.fonts import BOLD, FAMILY, PLAIN
from bot.process.advice import Refusal


def png(svg: str, zoom: int = 2) -> bytes:
    """A drawing in the PAPER look on white, `zoom` pixels to a point."""
    try:
        import resvg_py
    except ImportError as error:
        raise Refusal("Для картинок нужен resvg-py. Поставьте: uv sync --extra panel") from error
    made = resvg_py.svg_to_bytes(
        svg_string=svg,
        background="#ffffff",
        skip_system_fonts=True,
        zoom=zoom,
        font_files=[str(PLAIN), str(BOLD)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    return bytes(made)
