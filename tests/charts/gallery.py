"""All charts on one page, light and dark, to be looked at: `python -m tests.charts.gallery [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.charts import bars, heat, intervals, lines, map, parts, sparkline, stacked
from bot.charts.chart import Chart
from bot.charts.paint import DARK, LIGHT, style_sheet, theme
from tests import outside
from tests.charts import samples

PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><title>Графики</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-gallery'">
<style nonce="gallery">:root {{ {theme} }}
body {{ margin: 16px; background: var(--page); color: var(--text); font: 15px/1.42 system-ui, Arial, sans-serif; }}
main {{ display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start; }}
section {{ background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 16px; }}
h2 {{ font-size: 16px; margin: 0 0 8px; }}
svg {{ display: block; font-family: system-ui, Arial, sans-serif; }}
{sheet}</style><main>{body}</main></html>"""


def charts() -> dict[str, Chart]:
    return {
        "bars": bars.bars(samples.bars()),
        "bars, gap": bars.bars(samples.bars_with_gap()),
        "bars, month": bars.bars(samples.month_bars()),
        "stacked": stacked.stacked_chart(samples.stacked()),
        "stacked, phone, gap": stacked.stacked_chart(samples.stacked(342, gap=True)),
        "lines": lines.lines(samples.lines()),
        "sparkline": sparkline.sparkline(samples.sparkline()),
        "heat": heat.heat(samples.heat()),
        "heat, phone": heat.heat(samples.heat(upright=True)),
        "parts": parts.parts(samples.parts()),
        "intervals": intervals.intervals(samples.intervals()),
        "map": map.chart_map(samples.region_map()),
        "map, phone": map.chart_map(samples.region_map(342, name="map-phone")),
    }


def cells() -> str:
    rows = [intervals.cell(row, samples.axis()) for row in samples.ROWS]
    return "".join([intervals.cell_of_region(samples.axis()), *rows])


def page(tokens: dict[str, str]) -> str:
    body = "".join(f"<section><h2>{name}</h2>{chart.svg}</section>" for name, chart in charts().items())
    body += f"<section><h2>intervals, cells</h2>{cells()}</section>"
    return PAGE.format(theme=theme(tokens), sheet=style_sheet(), body=body)


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=outside.chromium(), args=["--no-sandbox"])
        for name, tokens in (("light", LIGHT), ("dark", DARK)):
            file = folder / f"{name}.html"
            file.write_text(page(tokens), encoding="utf-8")
            tab = browser.new_page(viewport={"width": 1360, "height": 900})
            tab.goto(file.resolve().as_uri())
            tab.screenshot(path=folder / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/gallery"))
