"""What the ЦУР does with comments: an event through the inbox, as all is; closing a thread is VK's own switch and is
asked of VK at once. It must never say a word under a post itself.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.web import acting
from bot.web.site import Page, Site, viewer_of
from bot.web.told import FlashMessage, remember
from features.comments import texts
from features.comments.address import PATH
from features.comments.model.public import LONGEST, refusal
from features.comments.pages.community import shown_community
from features.comments.pages.listed import AnswerDraft, page
from features.comments.pages.views import MENU, number_in
from handlers.text.relayed import clean
from handlers.text.words import plural
from states.audit import AuditAction, AuditLine
from states.events import CommentActed, OnComment
from states.people.comments import wall_peer
from states.people.viewers import may_act
from storage.inbox.inbox import enqueue_internal
from storage.privacy import audit
from storage.records import comments

LOOK, CLOSE = "look", "close"
MOST = 50
SEVERAL = frozenset({OnComment.INVITE, OnComment.NOT_NEEDED, OnComment.NEEDED})
DONE = {
    OnComment.INVITE: "Пригласили",
    OnComment.NOT_NEEDED: "Больше не ждут ответа",
    OnComment.NEEDED: "Снова ждут ответа",
}
SAID = {
    OnComment.ANSWER: "Ответ уйдёт под комментарий, пока его можно отменить.",
    OnComment.UNDO: texts.TAKEN_BACK,
    OnComment.MUTE: "Под этой записью бот больше никого не зовёт.",
    OnComment.UNMUTE: "Под этой записью бот снова зовёт в сообщения.",
}
LATER = "Бот ещё делает это. Обновите страницу через минуту."


async def act(request: Request) -> Response:
    """Carries out what a form about a comment asks for. Raises HTTPException: 403 for whoever only looks, 400 for what
    no form of ours sends."""
    form = await request.form()
    if not may_act(viewer_of(request), None):
        raise HTTPException(403)
    did = str(form.get("did", ""))
    site = (await shown_community(request)).site
    if did == LOOK:
        text = clean(str(form.get("text", ""))[: 2 * LONGEST]).strip()
        return await page(request, AnswerDraft(text, why_not(site, text)))
    if did not in {CLOSE, *OnComment}:
        raise HTTPException(400)
    user = viewer_of(request).user
    result = await close(site, user, form) if did == CLOSE else await carry_out(site, user, form, OnComment(did))
    remember(request, result)
    return RedirectResponse(back_of(request, form), 303)


def back_of(request: Request, form: FormData) -> str:
    said = str(form.get("back", ""))
    return said if said == PATH or said.startswith(f"{PATH}?") else PATH


def why_not(site: Site, text: str) -> str:
    """What the bot would refuse; a panel apart has nothing to read by and leaves it to the bot."""
    if not text:
        return texts.NO_WORDS
    if site.bot is None:
        return ""
    health = frozenset(topic.code for topic in site.directory().topics if topic.health)
    found = refusal(text, site.bot.find, health)
    return texts.refused(found) if found is not None else ""


async def carry_out(site: Site, user: int, form: FormData, did: OnComment) -> FlashMessage:
    """Does what a form asks for to each comment that it names, and says what became of it."""
    numbers = [number_in(str(code)) for code in form.getlist("code")][:MOST]
    if not numbers and did in SEVERAL:
        return FlashMessage("Отметьте комментарии в списке.", bad=True)
    found = await site.newest.run(lambda tx: comments.these(tx, numbers))
    post = number_in(str(form.get("post", "")))
    if did in (OnComment.MUTE, OnComment.UNMUTE):
        events = [CommentActed(post, 0, user, did, site.clock.now())] if post else []
    else:
        text = str(form.get("text", ""))[: 2 * LONGEST]
        events = [
            CommentActed(comment.post, comment.id, user, did, site.clock.now(), text) for comment in found.values()
        ]
    if not events:
        return FlashMessage(texts.NO_COMMENT, bad=True)
    return in_words(did, await put_in(site, events))


async def put_in(site: Site, events: Sequence[CommentActed]) -> acting.ActionResult:
    """Each behind everything that its post has now; it waits a moment to tell what became of it."""
    told = [(wall_peer(event.post), f"panel|{secrets.token_hex(8)}|{event.comment}", event) for event in events]
    now = site.clock.now()
    await site.db.run(lambda tx: enqueue_internal(tx, told, now))
    site.wake()
    done, waiting = 0, 0
    refused: list[tuple[str, str]] = []
    for peer in dict.fromkeys(peer for peer, _, _ in told):
        result = await acting.wait_for_results(site, peer, [key for at, key, _ in told if at == peer])
        done, waiting, refused = done + result.done, waiting + result.waiting, [*refused, *result.refused]
    return acting.ActionResult(done, waiting, tuple(refused))


def in_words(did: OnComment, result: acting.ActionResult) -> FlashMessage:
    """What was done, and of what was not, why."""
    reasons = dict.fromkeys(why for _, why in result.refused)
    said = [SAID[did] if did in SAID else f"{DONE[did]}: {result.done}."] if result.done else []
    for why in reasons:
        many = sum(reason == why for _, reason in result.refused)
        beside = f" ({plural(many, 'комментарий', 'комментария', 'комментариев')})" if many > 1 else ""
        said.append(f"Не получилось{beside}: {why}")
    said += [LATER] if result.waiting else []
    return FlashMessage(" ".join(said), bad=bool(reasons))


# Closing a thread.


async def close(site: Site, user: int, form: FormData) -> FlashMessage:
    """Closes the comments of a post by the community's own key, which may; where VK says no, the way to its page."""
    post = number_in(str(form.get("post", "")))
    if not post:
        raise HTTPException(400)
    there = f"https://vk.com/wall-{site.db.community}_{post}"
    if site.bot is None and not site.settings.vk_token:
        return FlashMessage(f"Ключ этого сообщества есть только у бота. Закройте комментарии сами: {there}", bad=True)
    try:
        async with community_key(site) as vk:
            await vk.call("wall.closeComments", {"owner_id": -site.db.community, "post_id": post})
    except VkError as error:
        return FlashMessage(f"ВКонтакте не закрыл комментарии, ошибка {error.code}. Закройте сами: {there}", bad=True)
    except (NotReached, Uncertain):
        return FlashMessage(f"Не знаем, закрыты ли комментарии: ВКонтакте не ответил. Посмотрите: {there}", bad=True)
    line = AuditLine(user, AuditAction.COMMENT_ACTED, f"post{post}", CLOSE)
    await site.db.run(lambda tx: audit.append(tx, [line], site.clock.now()))
    return FlashMessage("Комментарии под записью закрыты. Открыть снова можно во ВКонтакте.")


@asynccontextmanager
async def community_key(site: Site) -> AsyncIterator[Vk]:
    if site.bot is not None:
        yield site.bot.vk
        return
    async with aiohttp.ClientSession() as http:
        yield Vk(site.settings.vk_token, site.settings.vk_api_url, http)


PAGES = (Page("/comments", act, MENU, methods=("POST",)),)
