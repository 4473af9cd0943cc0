"""«Добавить сообщество»: its key is tried at VK, kept sealed and never seen again.

It must never show a key, log one or put one into an address (T14); whatever else was typed stays in its field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.admin.community_key import SCOPES
from bot.admin.of_vk import FLAGS
from bot.process.advice import Refusal
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import tell
from features.communities.asked import AdminCommunities
from features.communities.key import Unfit, check_key, is_key
from features.communities.pages.registry import MENU
from storage.records import communities
from storage.records.communities import RegisteredCommunity

OPERATOR = {"name": "Название", "address": "Адрес", "email": "Почта"}
LONGEST = 300
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
NO_KEY = "Вставьте ключ целиком: одной строкой, без пробелов."
AWAY = "ВКонтакте сейчас не отвечает. Подождите минуту и вставьте ключ ещё раз."
WHOLE = "Нужны название, адрес и почта вместе. Или оставьте все три поля пустыми."
CHATS = "Чаты ведомств подключите к нему отдельно: python -m bot chat code --community {id} --agency КОД"


async def add(request: Request) -> Response:
    """Answers with the form; filled in where a key is given anew."""
    return await page(request, typed_of(await again(request)), {})


async def again(request: Request) -> RegisteredCommunity | None:
    """That community of the registry which gets another key, where the address names one.

    Raises:
        HTTPException: 404, there is none of this number.
    """
    said = request.query_params.get("again", "")
    if not said:
        return None
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 12 else 0
    found = await site_of(request).newest.run(lambda tx: communities.of_id(tx, number))
    if found is None:
        raise HTTPException(404)
    return found


def typed_of(community: RegisteredCommunity | None) -> dict[str, str]:
    """The fields of the form for a community that is there; never its key."""
    if community is None:
        return {}
    return {**{name: getattr(community.operator, name) for name in OPERATOR}, "door": community.door}


async def page(request: Request, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    """The form with what was typed and what is wrong."""
    site, known = site_of(request), await again(request)
    doors = [
        (door.code, door.name) for door in site.directory().doors if not door.closed or door.code == typed.get("door")
    ]
    return render(
        request,
        "community_add.html",
        status=422 if wrong else 200,
        known=known,
        operator=OPERATOR.items(),
        main=site.settings.operator_name,
        doors=doors,
        scopes=SCOPES.values(),
        events=FLAGS.values(),
        typed=typed,
        wrong=wrong,
    )


async def keep(request: Request) -> Response:
    """Tries the key at VK and adds the community; the form again with its faults."""
    site, form = site_of(request), await request.form()
    key = str(form.get("key", "")).strip()
    typed = {name: str(form.get(name, "")).strip() for name in (*OPERATOR, "door")}
    if wrong := faults(site, key, typed):
        return await page(request, typed, wrong)
    try:
        id, name = await add_community(request, key, typed)
    except Refusal as refusal:
        return await page(request, typed, {"key": words_of(refusal)})
    except (NotReached, Uncertain, VkError):
        return await page(request, typed, {"key": AWAY})
    tell(request, f"«{name}» добавлено: {when_it_answers(site)}. {CHATS.format(id=id)}")
    return RedirectResponse("/communities", 303)


async def add_community(request: Request, key: str, typed: Mapping[str, str]) -> tuple[int, str]:
    """Adds the community, and gives its number and name, once VK has taken the key and the registry has it."""
    site, known = site_of(request), await again(request)
    id, name = await check_key(site.settings, key)
    if known is not None and known.id != id:
        raise Refusal(f"Это ключ сообщества «{name}» (club{id}), а нужен ключ club{known.id}.")
    operator = [typed[field] for field in OPERATOR] if typed["name"] else None
    desk = AdminCommunities(site.db, site.clock, site.bot)
    await desk.add(id, name, key, operator, typed["door"], viewer_of(request).user)
    return id, name


def words_of(refusal: Refusal) -> str:
    """What is wrong and what to do, a line each."""
    if isinstance(refusal, Unfit):
        return "\n".join(f"{finding.text} {finding.todo}" for finding in refusal.findings)
    return str(refusal)


def when_it_answers(site: Site) -> str:
    """Since when or from when on the bot answers there: a panel of its own does not run it."""
    return "бот там уже отвечает" if site.bot is not None else "бот начнёт отвечать там через несколько секунд"


def faults(site: Site, key: str, typed: Mapping[str, str]) -> dict[str, str]:
    """By field, what is wrong with the form as far as can be seen without VK."""
    wrong = {} if is_key(key) else {"key": NO_KEY}
    operator = [typed[name] for name in OPERATOR]
    if any(operator) and not all(operator):
        wrong["operator"] = WHOLE
    elif typed["email"] and not EMAIL.fullmatch(typed["email"]):
        wrong["operator"] = "Почта не похожа на адрес: нужно что-нибудь вроде school5@example.ru."
    if max(map(len, operator)) > LONGEST:
        wrong["operator"] = f"Сократите: в каждом поле до {LONGEST} знаков."
    if typed["door"] and typed["door"] not in site.directory().door_by_code:
        wrong["door"] = "Такой ссылки в справочнике больше нет. Выберите другую."
    return wrong


PAGES = (
    Page("/communities/add", add, MENU),
    Page("/communities/add", keep, MENU, methods=("POST",)),
)
