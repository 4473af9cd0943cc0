"""A QR code as squares, to be drawn as vectors. It knows nothing of what the address leads to."""

from __future__ import annotations

from bot.process.advice import Refusal


def squares(address: str) -> list[list[bool]]:
    """Dark is True; without the quiet border, which the page has around it."""
    try:
        import segno
    except ImportError as error:
        raise Refusal("Для кода нужен segno. Поставьте: uv sync --extra papers") from error
    return [[bool(module) for module in row] for row in segno.make(address, error="m").matrix_iter(border=0)]
