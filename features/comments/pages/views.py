"""How a comment looks in the panel: what it is, how long it waits, what was done. It must never hold a word of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.site import MenuEntry, Site
from features.comments import texts
from features.comments.address import link
from features.comments.model.listed import CommentFilter, Figures, Open, View, figures_of
from handlers.text.words import clock, day, near_day
from handlers.views.titles import place_title
from states.people.comments import ASKS, Comment, CommentKind, Silence
from states.people.viewers import Role, Section
from states.worktime.schedule import Office

MENU = MenuEntry(
    "comments", "Комментарии", frozenset({Role.CUR, Role.READER, Role.ADMINISTRATOR}), Section.QUEUE, in_sight=True,
    switch="comments",
)  # fmt: skip
LAST = 1_000_000
VIEWS = {
    View.WAITING: "Ждут ответа",
    View.DANGER: "Опасность",
    View.INVITED: "Пригласили",
    View.CAME: "Написали нам",
    View.ANSWERED: "Ответили здесь",
    View.DROPPED: "Не нужно",
    View.ALL: "Все за 30 дней",
}
KINDS = {
    CommentKind.DANGER: "Опасность",
    CommentKind.PROBLEM: "Проблема",
    CommentKind.PERHAPS: "Возможно, проблема",
    CommentKind.QUESTION: "Вопрос",
    CommentKind.THANKS: "Благодарят",
    CommentKind.INSULT: "Бранятся",
    CommentKind.ADVERTISING: "Реклама",
    CommentKind.NOTHING: "Разговор",
}


# --- what is asked for


def wanted_view(request: Request) -> CommentFilter:
    """The list that the address asks for. Raises HTTPException: 400, there is no such view."""
    said = request.query_params
    view = said.get("view", View.WAITING)
    if view not in set(View):
        raise HTTPException(400)
    words = (said.get("topic", "")[:100], said.get("place", "")[:100])
    numbers = [number_in(said.get(name, "")) for name in ("post", "start", "community")]
    return CommentFilter(View(view), numbers[0], *words, min(numbers[1], LAST), numbers[2])


def number_in(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else 0


# --- the clock of the first answer


@dataclass(frozen=True, slots=True)
class WaitingTerm:
    """How long it waits against the norm, in working time: words, icon, colour; `late`: longer than the norm. `part`:
    how much of the norm is over, in hundredths; below zero where nothing runs."""

    words: str
    icon: str = "clock"
    colour: str = ""
    late: bool = False
    part: int = -1


def norm_of(site: Site) -> timedelta:
    return timedelta(hours=site.settings.comments_norm)


def office_of(site: Site) -> Office:
    return Office(site.directory().schedule_of(None), site.policy.calendar, site.zone)


def term(site: Site, comment: Comment) -> WaitingTerm:
    """How the comment stands to the norm: «ждёт 3 ч 12 мин», «осталось 1 ч 48 мин», in working time until somebody
    answers first."""
    office, norm, now = office_of(site), norm_of(site), site.clock.now()
    passed = office.between(comment.at, now)
    if passed >= norm:
        return WaitingTerm(f"ждёт {lasting(passed)}", "late", "bad", late=True, part=100)
    left = norm - passed
    colour = "warn" if left * 3 < norm else "link"
    return WaitingTerm(f"осталось {lasting(left)}", "clock", colour, part=int(100 * (passed / norm)))


def lasting(time: timedelta) -> str:
    """The time in words: «3 ч 12 мин», «40 мин»."""
    minutes = int(time.total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} мин"
    return f"{minutes // 60} ч {minutes % 60} мин" if minutes % 60 else f"{minutes // 60} ч"


def waits(comment: Comment) -> bool:
    """Whether the comment asks something and nobody has answered, invited or dropped it."""
    done = (comment.answered_at, comment.public_at, comment.came_at, comment.dropped_at)
    return comment.marks.said in ASKS and done == (None,) * len(done)


def state(site: Site, comment: Comment) -> WaitingTerm:
    """How a comment stands: how long it waits, or what was done with it."""
    if waits(comment):
        return term(site, comment)
    if comment.dropped_at is not None:
        return WaitingTerm("не нужно", "dash")
    if comment.public_at is not None:
        return WaitingTerm("ответили здесь", "check", "good")
    if comment.answered_at is not None:
        return WaitingTerm("ответил человек", "check", "good")
    return (
        WaitingTerm("написал нам", "check", "good")
        if comment.came_at is not None
        else WaitingTerm("отвечать не на что", "dash")
    )


# --- rows and the path


@dataclass(frozen=True, slots=True)
class CommentRow:
    id: int
    kind: str
    danger: bool
    about: str
    done: str
    when: str
    term: WaitingTerm
    href: str
    waits: bool


def row(site: Site, comment: Comment, wanted: CommentFilter, planned: Mapping[int, datetime]) -> CommentRow:
    """The comment as a row of the list."""
    danger = comment.marks.said is CommentKind.DANGER
    about = about_words(site, comment)
    done = done_words(site, comment, planned.get(comment.id))
    here = link(wanted, comment.id)
    return CommentRow(
        comment.id, KINDS[comment.marks.said], danger, about, done, when(site, comment.at), state(site, comment), here,
        waits(comment),
    )  # fmt: skip


def about_words(site: Site, comment: Comment) -> str:
    """What the comment is about, in words: «Миасс, ямы на дороге, есть фото»."""
    directory = site.directory()
    topic = directory.topic_by_code.get(comment.marks.topic)
    place = place_title(directory, comment.marks.place or None)
    files = "с фото или файлом" if comment.marks.files else ""
    return ", ".join(filter(None, (place, topic.name if topic is not None else "", files))) or "о чём, бот не понял"


def done_words(site: Site, comment: Comment, invites_at: datetime | None) -> str:
    if comment.marks.said is CommentKind.DANGER and comment.alarm_at is not None:
        return "дежурный увидел" if comment.seen_at is not None else "дежурный ещё не нажал «Вижу»"
    if comment.came_at is not None:
        return "открыл диалог с нами"
    if comment.invited_at is not None:
        return f"пригласили {when(site, comment.invited_at)}, не пишет"
    return f"бот пригласит {when(site, invites_at)}" if invites_at is not None else ""


def when(site: Site, at: datetime) -> str:
    """The moment in words: «в 14:05», «24 ноября в 14:05»."""
    today = near_day(at, site.clock.now(), site.zone) == "сегодня"
    return f"в {clock(at, site.zone)}" if today else f"{day(at, site.zone)} в {clock(at, site.zone)}"


def path(site: Site, known: Open) -> Iterator[tuple[str, str, bool]]:
    """The way of a comment: step, words, whether it is done."""
    comment = known.comment
    yield (
        "Комментарий",
        f"{when(site, comment.at)}: {KINDS[comment.marks.said].lower()}, {about_words(site, comment)}",
        True,
    )
    if comment.alarm_at is not None:
        yield "Дежурный", done_words(site, comment, None), comment.seen_at is not None
    invited = f"{when(site, comment.invited_at)}" if comment.invited_at is not None else why_not_invited(site, known)
    yield "Приглашение", invited, comment.invited_at is not None
    came = f"открыл {when(site, comment.came_at)}" if comment.came_at is not None else "ещё не открывал"
    yield "Диалог", came, comment.came_at is not None
    if comment.answered_at is not None:
        yield "Ответ человека", f"под записью {when(site, comment.answered_at)}", True
    here = "уходит сейчас" if known.leaving is not None else "ещё нет"
    here = when(site, comment.public_at) if comment.public_at is not None and known.leaving is None else here
    yield "Ответ под записью", here, comment.public_at is not None and known.leaving is None


def why_not_invited(site: Site, known: Open) -> str:
    if known.invites_at is not None:
        return f"бот пригласит {when(site, known.invites_at)}, если не ответите вы"
    if known.post is not None and known.post.silence is not Silence.NONE:
        return f"под записью не зовём: {texts.SILENCES[known.post.silence]}"
    return "нет"


# --- the whole


@dataclass(frozen=True, slots=True)
class WaitingTotal:
    """The norm against everything that waits. `oldest` is None where nothing does."""

    oldest: WaitingTerm | None
    many: int
    late: int


def whole(site: Site, since: Sequence[datetime]) -> WaitingTotal:
    """How many comments wait, how many longer than the norm, and how long the oldest does."""
    if not since:
        return WaitingTotal(None, 0, 0)
    office, norm, now = office_of(site), norm_of(site), site.clock.now()
    late = 0
    for at in since:  # the oldest first: who comes later has waited less
        if office.between(at, now) < norm:
            break
        late += 1
    passed = office.between(since[0], now)
    return WaitingTotal(
        WaitingTerm(lasting(passed), "clock", "bad" if passed >= norm else "", passed >= norm), len(since), late
    )


# --- the last days, by what it was about


WEEK = timedelta(days=7)
MOST_TOPICS = 10


def week(site: Site, found: Sequence[Comment], wanted: CommentFilter) -> list[tuple[str, str, Figures, str]]:
    """All of it in the community of the list, then the topics of which there is most: name, link to them, figures, the
    middle first answer."""
    by_topic: dict[str, list[Comment]] = {}
    for comment in found:
        by_topic.setdefault(comment.marks.topic, []).append(comment)
    most = sorted(by_topic, key=lambda code: (-len(by_topic[code]), code))[:MOST_TOPICS]
    every = CommentFilter(View.ALL, community=wanted.community)
    rows = [("Всё", link(every), figures_of(found))] if found else []
    for code in most:
        topic = site.directory().topic_by_code.get(code)
        where = link(replace(every, topic=code)) if code else ""
        rows.append((topic.name if topic is not None else "о чём, бот не понял", where, figures_of(by_topic[code])))
    return [
        (name, href, figures, lasting(figures.first) if figures.first is not None else "—")
        for name, href, figures in rows
    ]
