"""The frame: the menu by role, in whose name a person is here, numbers as Russians read them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.charts.paint import style_sheet
from bot.web import files
from bot.web.app import build
from bot.web.files import FOLDER
from bot.web.layout import IN_SIGHT, NAMES, TABS, lines, number, signed_as
from bot.web.pages import PAGES
from bot.web.site import MenuEntry, Site
from states.people.viewers import Role, Section, Viewer, sections
from storage.records import viewers
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, NOBODY, OF_MIASS, READER, Browser, every_page

ROLES = [(AT_CUR, Role.CUR), (AT_MINDOR, Role.AGENCY), (OF_MIASS, Role.MUNICIPALITY), (READER, Role.READER)]


@pytest.mark.parametrize(("user", "role"), ROLES)
async def test_the_menu_shows_what_the_role_opens(browser: Browser, user: int, role: Role) -> None:
    await browser.sign_in(user)
    text = (await browser.get("/now")).text
    named = set(re.findall(r'<a href="/(\w+)"(?: aria-current="page")?>', text))
    asked = {page.section for page in every_page()}
    there = {one.value for one in sections(Viewer(user, role, "x")) if one in asked}
    there |= {one.word for one in asked if isinstance(one, MenuEntry) and role in one.roles and not one.through}
    there -= {"comments"}  # BOT_COMMENTS=off
    assert named == there and Section.QUEUE in there
    tabs = text[text.index('<nav class="tabs"') :]
    for word in (*TABS, "map"):
        assert (f'href="/{word}"' in tabs) is (word in there)


async def test_what_is_switched_on_is_in_the_menu(site: Site) -> None:
    on = replace(site, settings=site.settings.model_copy(update={"comments": "watch"}))
    browser = Browser.of(build(on, PAGES), on)
    await browser.sign_in(AT_CUR)
    assert 'href="/comments"' in (await browser.get("/now")).text
    await browser.client.aclose()


def test_every_page_has_its_name() -> None:
    assert set(NAMES) == set(Section) and set(IN_SIGHT) | set(TABS) <= set(Section)


def test_a_line_of_a_feature_stands_where_it_says_and_only_with_its_page() -> None:
    """Those of features lie between those of the frame as if they were its own."""
    words = {role: [line.word for line in lines(every_page()) if role in line.roles] for role in Role}
    region = ["now", "queue", "map", "comments", "agencies", "places", "topics", "pages", "reports"]
    assert words == {
        Role.CUR: [*region, "directory", "chats", "notices", "templates"],
        Role.AGENCY: ["now", "queue", "map", "standing", "topics", "pages", "reports", "notices", "templates"],
        Role.MUNICIPALITY: ["now", "queue", "map", "standing", "agencies", "topics", "pages", "reports", "templates"],
        Role.READER: region,
        Role.ADMINISTRATOR: [
            *region, "directory", "people", "chats", "communities", "notices", "templates", "learning", "audit", "data",
            "settings",
        ],
    }  # fmt: skip
    assert [line.word for line in lines(every_page()) if line.in_sight] == [*region[:3], "standing", *region[3:]]
    assert [line.word for line in lines(every_page()) if line.tab] == ["now", "queue", "map", "reports"]
    assert not {"map", "learning"} & {line.word for line in lines(PAGES)}


async def test_in_whose_name(browser: Browser, site: Site) -> None:
    directory = site.directory()
    agency, place = directory.agencies[0], directory.places[0]
    assert signed_as(Viewer(1, Role.AGENCY, agency.code), directory) == agency.name
    assert signed_as(Viewer(1, Role.MUNICIPALITY, place.code), directory) == place.name
    assert signed_as(Viewer(1, Role.AGENCY, "gone"), directory) == "Ведомство"
    assert signed_as(Viewer(1, Role.CUR), directory) == "ЦУР"


async def test_names_are_escaped(browser: Browser) -> None:
    hostile = Viewer(NOBODY, Role.READER, "", "<script>alert(1)</script>")
    await browser.site.db.run(lambda tx: viewers.grant(tx, hostile, NOW))
    await browser.sign_in(NOBODY)
    text = (await browser.get("/now")).text
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_numbers() -> None:
    assert [number(value) for value in (0, 999, 18672, 1234567, -24)] == [
        "0",
        "999",
        "18\u00a0672",
        "1\u00a0234\u00a0567",
        "\u221224",
    ]


def test_the_charts_have_the_colours_of_the_code_that_draws_them() -> None:
    assert (files.FOLDER / "charts.css").read_text(encoding="utf-8").split("\n", 1)[1] == style_sheet()


def test_the_style_sheet_closes_what_it_opens() -> None:
    """Two changes of its end, put together, once swallowed every rule behind them."""
    depth = 0
    for at, line in enumerate((FOLDER / "panel.css").read_text(encoding="utf-8").splitlines(), 1):
        assert depth == 0 or not line.startswith((".", "@", "/*")), f"line {at} stands inside an open block"
        depth += line.count("{") - line.count("}")
        assert depth >= 0, f"line {at} closes what nothing opened"
    assert depth == 0
