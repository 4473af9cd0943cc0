"""The panel without a feature: every link of every page that is left leads somewhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import features
from bot.region.directory_json import to_json
from bot.web.app import build
from bot.web.layout import environment
from bot.web.pages import PAGES
from bot.web.site import Site
from states.directory import Directory
from storage.db.database import Database
from storage.records import directory
from tests.web.browser import AT_CUR, Browser

LINK = re.compile(r'href="(/[^"#]*)"')
MOST = 120
"""Pages that are looked at; most links differ by a filter alone."""


@pytest.mark.parametrize("left_out", ["none", *(f"all,-{name}" for name in features.ORDER)])
async def test_every_link_leads_somewhere(left_out: str, site: Site, db: Database, region: Directory) -> None:
    await db.run(lambda tx: directory.save_text(tx, to_json(region), site.clock.now()))
    chosen = features.chosen(left_out)
    pages = environment(tuple(one.templates for one in chosen if one.templates is not None))
    here = replace(site, features=chosen, templates=pages)
    opened = Browser.of(build(here, PAGES), here)
    await opened.sign_in(AT_CUR)
    waiting, seen = ["/now"], set[str]()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        kind = re.sub(r"\?.*", "", path)
        if kind in seen or kind.startswith(("/sign-out", "/static")):
            continue
        seen.add(kind)
        answer = await opened.client.get(path)
        assert answer.status_code in (200, 303), f"{path}: {answer.status_code}"
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
    await opened.client.aclose()
    assert len(seen) >= 8
