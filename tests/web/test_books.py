"""The sandbox's books: what stands behind «=» is what stands before it, by the page's own script in a Chromium."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright

from tests import outside

SUMS = Path(__file__).parents[2] / "features" / "demo" / "sandbox" / "page" / "sums.js"
INBOX = {"received": 42, "done": 30, "ignored": 6, "dead": 1, "waiting": 3, "forgotten": 2}
OUTBOX = {"produced": 20, "sent": 12, "waiting": 3, "parked": 2, "unknown": 1, "forgotten": 2, "cancelled": 5}


@pytest_asyncio.fixture
async def tab() -> AsyncIterator[Tab]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=outside.chromium(), args=arguments)
        yield await chromium.new_page()
        await chromium.close()


async def shown(tab: Tab, name: str, numbers: dict[str, int]) -> str:
    module = "data:text/javascript;base64," + base64.b64encode(SUMS.read_bytes()).decode()
    return str(await tab.evaluate(f"import({json.dumps(module)}).then((sums) => sums.{name}({json.dumps(numbers)}))"))


@pytest.mark.parametrize("name, numbers", [("inward", INBOX), ("outward", OUTBOX)])
async def test_what_is_cancelled_is_counted_once(tab: Tab, name: str, numbers: dict[str, int]) -> None:
    said = await shown(tab, name, numbers)
    whole, _, parts = said.partition(";")[0].partition("=")
    assert sum(int(one) for one in re.findall(r"\d+", parts)) == int(re.findall(r"\d+", whole)[0]), said
    assert ("; ещё отменено 5" in said) == ("cancelled" in numbers), "it is told beside the sum"
