"""PNG: Russian letters and no empty boxes, the same bytes again, no font of the system."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pytest
from PIL import Image

from bot.charts.bars import bars
from bot.charts.mark import drawing, rect, text
from bot.charts.paint import PAPER
from bot.printing.fonts import BOLD, PLAIN
from bot.printing.picture import png
from bot.process.advice import Refusal
from tests.charts import font_widths, samples
from tests.charts.test_all import HOSTILE, named_everywhere

pytest.importorskip("resvg_py")


def shape(letter: str, bold: bool = False) -> bytes:
    """What a letter looks like."""
    svg = drawing("x", "буква", "", (30, 30), [text("label", 4, 22, letter, 20, bold)], PAPER)
    return Image.open(io.BytesIO(png(svg, 1))).convert("L").tobytes()


@pytest.mark.parametrize("bold", [False, True])
def test_every_letter_is_drawn_and_none_is_the_box_for_an_unknown_one(bold: bool) -> None:
    box = shape("\u4e00", bold)
    told = [one for one in font_widths.LETTERS if one.strip()]
    drawn = {letter: shape(letter, bold) for letter in told}
    assert all(ink(one) and one != box for one in drawn.values())
    assert len(set(drawn.values())) > 0.75 * len(told)  # «А» and «A» look alike, letters in general do not


def ink(picture: bytes) -> bool:
    return min(picture) < 200


def test_bold_is_bolder() -> None:
    assert shape("Ж", bold=True) != shape("Ж")


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert png(bars(samples.bars(), PAPER).svg) == png(bars(samples.bars(), PAPER).svg)


def test_a_picture_has_the_size_and_the_colours_of_its_drawing() -> None:
    svg = drawing("x", "столбец", "", (40, 20), [rect("bar", 0, 0, 20, 20)], PAPER)
    picture = Image.open(io.BytesIO(png(svg, 3))).convert("RGB")
    assert picture.size == (120, 60)
    assert (picture.getpixel((10, 10)), picture.getpixel((100, 10))) == ((0x25, 0x63, 0xC9), (255, 255, 255))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_spoil_no_picture(hostile: str) -> None:
    for chart in named_everywhere(hostile, PAPER):
        assert png(chart.svg, 1).startswith(b"\x89PNG")


def test_the_fonts_are_shipped_with_their_licence() -> None:
    assert PLAIN.is_file() and BOLD.is_file()
    assert "SIL OPEN FONT LICENSE" in (PLAIN.parent / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    yield


@pytest.mark.usefixtures("nothing_installed")
def test_without_the_library_it_says_what_to_install() -> None:
    with pytest.raises(Refusal, match="resvg-py"):
        png("<svg/>")
