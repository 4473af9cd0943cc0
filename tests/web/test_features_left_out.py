"""The panel without a feature: every link of every page that is left leads somewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from types import CodeType

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from starlette.routing import compile_path

import features
from bot.config import calendar_file
from bot.region.directory_json import to_json
from bot.web.app import build
from bot.web.layout import environment
from bot.web.pages import PAGES
from bot.web.site import Site
from features.demo.given import YearInputs
from states.directory import Directory
from storage.db.database import Database
from storage.records import directory
from tests.form import BOTH
from tests.small import COMMUNITY
from tests.web.administrator import sign_in
from tests.web.browser import ADMIN, AT_CUR, Browser, every_page

LINK = re.compile(r'href="(/[^"#]*)"')
FILLED = re.compile(r"\{[^}]*\}")
KNOWN = [(page.path, compile_path(page.path)[0]) for page in every_page()]
EACH = 3
"""So many of each page are looked at: the others differ by the agency or the place alone."""


class Compiled(BytecodeCache):
    """What one panel's template was compiled to, for the others too."""

    def __init__(self) -> None:
        self._known: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key] = bucket.code


COMPILED = Compiled()


def panel(site: Site, wanted: str) -> Browser:
    chosen = features.chosen(wanted)
    pages = environment(tuple(one.templates for one in chosen if one.templates is not None))
    pages.bytecode_cache = COMPILED
    here = replace(site, features=chosen, templates=pages)
    return Browser.of(build(here, PAGES), here)


WALKS = [("none", AT_CUR), ("none", ADMIN), *((f"all,-{name}", AT_CUR) for name in features.ORDER)]
ALONE = [(name, ADMIN) for name in features.ORDER]
"""Each with no other: before a landing and each night."""


@pytest.mark.parametrize(("wanted", "user"), [*WALKS, *(ALONE if BOTH else ())])
async def test_every_link_leads_somewhere(wanted: str, user: int, site: Site, db: Database, region: Directory) -> None:
    await db.run(lambda tx: directory.save_text(tx, to_json(region), site.clock.now()))
    opened = panel(site, wanted)
    await (sign_in(opened) if user == ADMIN else opened.sign_in(user))
    waiting, seen, looked = ["/now"], set[str](), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        bare = path.partition("?")[0]
        kind = next((page for page, matches in KNOWN if matches.match(bare)), bare)
        if bare in seen or looked[kind] == EACH or kind.startswith(("/sign-out", "/static")):
            continue
        seen.add(bare)
        looked[kind] += 1
        answer = await opened.client.get(path)
        assert answer.status_code in (200, 303), f"{path}: {answer.status_code}"
        waiting += [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
    await opened.client.aclose()
    assert len(seen) >= 8


@pytest.mark.parametrize(
    ("wanted", "line"), [("all", False), ("all,-statistics", True), ("statistics", False), ("none", False)]
)
async def test_links_and_posters_are_in_the_menu_where_no_report_leads_to_them(
    wanted: str, line: bool, site: Site
) -> None:
    opened = panel(site, wanted)
    await opened.sign_in(AT_CUR)
    menu = LINK.findall((await opened.get("/now")).text)
    await opened.client.aclose()
    assert ("/doors" in menu) == line and ("/reports" in menu) == (wanted in ("all", "statistics"))


async def test_settings_name_what_no_act_confirms_without_a_way_to_mend_it(site: Site) -> None:
    opened = panel(site, "all,-directory_editor")
    await sign_in(opened)
    shown = (await opened.get("/settings")).text
    await opened.client.aclose()
    assert "Общие сроки" in shown and "меняется в справочнике" in shown and "/directory" not in shown


@pytest.mark.parametrize("name", [one.name for one in features.installed() if one.pages()])
async def test_an_address_that_somebody_kept_ends_with_a_reason(name: str, site: Site) -> None:
    opened = panel(site, f"all,-{name}")
    await sign_in(opened)
    pages = next(one for one in features.installed() if one.name == name).pages()
    for path, method in {(FILLED.sub("1", page.path), method) for page in pages for method in page.methods}:
        answer = await opened.client.request(method, path, headers={"origin": site.address})
        assert answer.status_code == 404 and "его могли отключить" in answer.text, (method, path)
    await opened.client.aclose()


async def test_a_report_has_no_line_of_what_is_left_out(site: Site, db: Database) -> None:
    moment = datetime(2026, 11, 27, 9, tzinfo=UTC)
    given = YearInputs(1, 0, moment, COMMUNITY, site.directory(), calendar_file.read(), site.zone)
    await features.feature("official_pages").demo_rows(db, given)  # type: ignore[union-attr]
    lines = []
    for wanted in ("all", "all,-official_pages"):
        opened = panel(site, wanted)
        await opened.sign_in(AT_CUR)
        lines.append("Официальные страницы" in (await opened.get("/reports/week?from=2026-11-16")).text)
        await opened.client.aclose()
    assert lines == [True, False]
