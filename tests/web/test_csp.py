"""Every answer, whoever made it, tells the browser to run and ask nothing but what this address gives."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import features
from bot.web.app import build
from bot.web.files import address
from bot.web.layout import TEMPLATES
from bot.web.pages import PAGES
from bot.web.security import csp
from bot.web.site import Site
from tests.web.browser import AT_CUR, Browser

PATHS = ("/", "/now", "/in/nothing", "/out", "/static/panel.css", "/static/nothing.css", "/nowhere", "/code")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("inside", [False, True], ids=["outside", "inside"])
async def test_the_headers_are_on_every_answer(browser: Browser, path: str, inside: bool) -> None:
    if inside:
        await browser.sign_in(AT_CUR)
    for method in ("GET", "POST", "DELETE", "HEAD"):
        answer = await browser.client.request(method, path)
        for name, value in {**csp.HEADERS, **csp.ON_HTTPS}.items():
            assert answer.headers.get_list(name) == [value], (method, name)
        kept = answer.headers.get_list("cache-control")
        assert kept == ["no-store"] or (answer.status_code == 200 and path.startswith("/static/")), method


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in csp.POLICY.split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert {value for name, value in rules.items() if name not in ("default-src", "frame-ancestors", "base-uri")} == {
        "'self'",
        "'self' data:",
    }


async def test_on_plain_http_of_this_computer_no_promise_of_https(site: Site) -> None:
    plain = replace(site, settings=site.settings.model_copy(update={"panel_url": "http://127.0.0.1:8443"}))
    browser = Browser.of(build(plain, PAGES), plain)
    answer = await browser.sign_in(AT_CUR)
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["set-cookie"].startswith("panel=") and "secure" not in answer.headers["set-cookie"].lower()
    assert (await browser.get("/now")).status_code == 200


FOLDERS = (TEMPLATES, *(one.templates for one in features.installed() if one.templates is not None))
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.html"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_template_has_a_script_or_a_style_in_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


async def test_static_files_are_kept_by_the_browser_under_their_mark_only(browser: Browser) -> None:
    marked = await browser.get(address("panel.css"))
    assert "immutable" in marked.headers["cache-control"] and marked.headers["content-type"].startswith("text/css")
    bare = await browser.get("/static/panel.css")
    assert bare.headers["cache-control"] == "no-cache" and bare.content == marked.content
    same = await browser.get("/static/panel.css", **{"if-none-match": bare.headers["etag"]})
    assert same.status_code == 304 and not same.content


@pytest.mark.parametrize("name", ["..%2fsite.py", "%2e%2e/site.py", "site.py", "panel.css/x", ""])
async def test_nothing_else_is_read_from_the_disk(browser: Browser, name: str) -> None:
    assert (await browser.get(f"/static/{name}")).status_code == 404
