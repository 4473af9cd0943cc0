"""The list of comments and the chosen one beside it. Text and names are read from VK for this page and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from bot.config.settings import ANSWER, OFF
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import take_flash_message
from features.comments import sql
from features.comments.address import EVERYWHERE, PATH, link
from features.comments.model.listed import CommentFilter, Open, View
from features.comments.model.public import LONGEST
from features.comments.pages.community import shown_community
from features.comments.pages.views import (
    MENU,
    VIEWS,
    WEEK,
    number_in,
    path,
    row,
    state,
    waits,
    wanted_view,
    week,
    when,
    whole,
)
from features.comments.shown import ThreadView, thread_of
from handlers.text.words import plural
from handlers.views.titles import place_title
from states.people.comments import Comment, Silence
from states.people.viewers import may_act
from storage.db.transaction import Transaction

MOST = 50


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer that is looked at before it is sent; `refused`: why it may not stand there."""

    text: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class CommentsData:
    """What the page knows, of one moment."""

    rows: list[Comment]
    total: int
    counts: dict[View, int]
    since: list[datetime]
    planned: dict[int, datetime]
    opened: Open | None
    asked: list[Comment]
    beside: bool


async def comments(request: Request) -> Response:
    """Answers with the list of comments."""
    return await page(request, AnswerDraft())


async def page(request: Request, draft: AnswerDraft, status: int = 200) -> Response:
    """The list and the chosen comment, with the words that were being typed."""
    shown_here, home = await shown_community(request), site_of(request).db.community
    site, wanted, number = shown_here.site, wanted_view(request), number_in(request.query_params.get("open", ""))
    plain = CommentFilter(community=wanted.community)
    seen = await site.newest.run(lambda tx: look(tx, site, wanted, number, home))
    opened, last = seen.opened, take_flash_message(request)
    shown = await thread_of(site, opened.comment) if opened is not None else ThreadView()
    left = ceil((opened.leaving.at - site.clock.now()).total_seconds()) if opened is not None and opened.leaving else 0
    return render(
        request,
        "comments.html",
        status=status,
        off=site.settings.comments == OFF,
        answers=site.settings.comments == ANSWER,
        acts=may_act(viewer_of(request), None),
        views=[
            (name, link(replace(plain, view=view)), seen.counts[view], view is wanted.view, view)
            for view, name in VIEWS.items()
        ],
        chips=list(chips(site, wanted)),
        whole=whole(site, seen.since),
        norm=site.settings.comments_norm,
        invited=seen.counts[View.INVITED] + seen.counts[View.CAME],
        came=seen.counts[View.CAME],
        week=week(site, seen.asked, wanted),
        rows=[row(site, comment, wanted, seen.planned) for comment in seen.rows],
        total=seen.total,
        pages=turns(wanted, seen.total),
        number=number,
        opened=opened,
        term=state(site, opened.comment) if opened is not None else None,
        waits=opened is not None and waits(opened.comment),
        path=list(path(site, opened)) if opened is not None else (),
        shown=shown,
        when=lambda at: when(site, at) if at is not None else "",
        left=max(0, left),
        undo=undo_words(site),
        draft=draft,
        longest=LONGEST,
        silent=opened is not None and opened.post is not None and opened.post.silence is not Silence.NONE,
        **(links_of(site, opened.comment, wanted) if opened is not None else {}),
        back=link(wanted),
        here=link(wanted, number),
        action=link(plain),
        community=shown_here,
        everywhere=EVERYWHERE if seen.beside else "",
        said=last.words,
        bad=last.bad,
    )


async def look(tx: Transaction, site: Site, wanted: CommentFilter, number: int, home: int) -> CommentsData:
    """Reads in one transaction one page of the list and the comment that is opened."""
    rows, total = await sql.page(tx, wanted, MOST)
    planned = await sql.planned_invitations(tx, [comment.id for comment in rows])
    opened = await sql.load_opened(tx, number, site.policy.publish_hash) if number else None
    asked = await sql.asked_since(tx, site.clock.now() - WEEK)
    beside = await sql.has_others(tx, home)
    return CommentsData(rows, total, await sql.counts(tx), await sql.waiting(tx), planned, opened, asked, beside)


def undo_words(site: Site) -> str:
    seconds = int(site.policy.undo.total_seconds())
    return plural(seconds, "секунду", "секунды", "секунд") if seconds else ""


def links_of(site: Site, comment: Comment, wanted: CommentFilter) -> dict[str, str]:
    """Where the opened comment leads: to VK, to its picture, to the dialogue with its author, to all under its post."""
    return {
        "href": in_vk(site, comment),
        "picture": picture_href(site, comment, wanted),
        "talk": f"https://vk.com/gim{site.db.community}?sel={comment.author}",
        "under": link(CommentFilter(post=comment.post, community=wanted.community)),
    }


def picture_href(site: Site, comment: Comment, wanted: CommentFilter) -> str:
    """Where the picture of the post is passed through; empty where nothing in this process can ask VK for it."""
    of_community = f"?community={wanted.community}" if wanted.community else ""
    return f"{PATH}/posts/{comment.post}{of_community}" if site.bot is not None else ""


def in_vk(site: Site, comment: Comment) -> str:
    thread = f"&thread={comment.top}" if comment.top else ""
    return f"https://vk.com/wall-{site.db.community}_{comment.post}?reply={comment.id}{thread}"


def chips(site: Site, wanted: CommentFilter) -> Iterator[tuple[str, str]]:
    """What is asked for besides the view, in words, each with the link to the list without it."""
    plain = replace(wanted, start=0)
    if wanted.post:
        yield f"запись {wanted.post}", link(replace(plain, post=0))
    if wanted.topic:
        topic = site.directory().topic_by_code.get(wanted.topic)
        yield topic.name if topic is not None else wanted.topic, link(replace(plain, topic=""))
    if wanted.place:
        yield place_title(site.directory(), wanted.place) or wanted.place, link(replace(plain, place=""))


def turns(wanted: CommentFilter, total: int) -> tuple[str, str]:
    """Addresses of the part before and of the part after; empty where there is none."""
    before = link(replace(wanted, start=max(0, wanted.start - MOST))) if wanted.start else ""
    after = link(replace(wanted, start=wanted.start + MOST)) if wanted.start + MOST < total else ""
    return before, after


PAGES = (Page("/comments", comments, MENU),)
