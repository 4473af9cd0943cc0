"""The picture of a post, as somebody looks at a comment under it: read from VK, passed through, kept nowhere."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.delivery.walls import wall_of
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.files import Stuck
from bot.web.pages.message_files import file_response
from bot.web.site import Page
from features.comments.pages.community import shown_community
from features.comments.pages.views import MENU
from features.comments.shown import picture_of, read_post


async def picture(request: Request) -> Response:
    """Answers with the picture of a comment. Raises HTTPException: 404 where VK shows none, or this panel runs without
    the bot."""
    bot = (await shown_community(request)).site.bot
    wall = wall_of(bot) if bot is not None else None
    if bot is None or wall is None:
        raise HTTPException(404)
    looking: asyncio.Semaphore = request.app.state.looking
    async with looking:
        try:
            raw = picture_of(await read_post(wall, int(request.path_params["post"])))
            return file_response(request, await bot.files.look(raw))
        except (Stuck, VkError, NotReached, Uncertain):
            raise HTTPException(404) from None


PAGES = (Page("/comments/posts/{post:int}", picture, MENU),)
