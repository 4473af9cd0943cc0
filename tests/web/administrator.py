"""How a test comes in as the administrator: the link and the code of the telephone; and a directory that is stored."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pyotp

from bot.admin.admin_directory import AdminDirectory
from states.directory import Directory
from storage.db.database import Database
from storage.records import viewers
from tests.web.browser import ADMIN, Browser


async def sign_in(browser: Browser, user: int = ADMIN) -> None:
    await browser.sign_in(user)
    await browser.get("/code")
    secret = await browser.site.db.run(lambda tx: viewers.secret(tx, user))
    assert secret is not None
    code = pyotp.TOTP(secret.text).at(browser.site.clock.now())
    assert (await browser.send("/code", code=code)).status_code == 303


async def stored(db: Database, known: Directory, browser: Browser) -> None:
    await AdminDirectory(db, browser.site.clock).save(known)


INPUT = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*>')
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>', re.S)
SELECT = re.compile(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.S)
CHOSEN = re.compile(r'<option value="([^"]*)"[^>]*\bselected')
FIRST = re.compile(r'<option value="([^"]*)"')


def fields(answer: httpx.Response, form: str = 'class="form"') -> dict[str, str]:
    """What a browser would send of the form that begins so."""
    start = answer.text.index(form)
    text = answer.text[start : answer.text.index("</form>", start)]
    found: dict[str, str] = {}
    for one in INPUT.finditer(text):
        value = re.search(r'\bvalue="([^"]*)"', one[0])
        if ('type="checkbox"' in one[0] and " checked" not in one[0]) or 'type="file"' in one[0]:
            continue
        found[one[1]] = unescape(value[1]) if value else ""
    found |= {name: unescape(body) for name, body in AREA.findall(text)}
    for name, body in SELECT.findall(text):
        chosen = CHOSEN.search(body) or FIRST.search(body)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


async def look(browser: Browser, path: str, **changed: str) -> httpx.Response:
    """Open a form, change fields, press «Посмотреть»."""
    known = fields(await browser.get(path)) | {"did": "look"} | changed
    return await browser.post(path, **known)


async def confirm(browser: Browser, path: str, shown: httpx.Response, did: str = "save") -> httpx.Response:
    """Press «Сохранить» of what was shown."""
    return await browser.post(path, **(fields(shown, 'class="confirm"') | {"did": did}))
