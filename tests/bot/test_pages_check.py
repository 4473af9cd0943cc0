"""The weekly look at official pages, against the emulator's own methods: facts with their day, limits kept, resumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.process.clock import Clock
from bot.runtime import Runtime
from bot.vk.errors import NotReached, VkError
from features.official_pages import jobs as pages_check
from features.official_pages import sql as registry
from features.official_pages.in_vk import facts_of, posts_of, screen_name
from features.official_pages.jobs import check_pages, one_round, service_of
from features.official_pages.model.card import card
from features.official_pages.model.facts import Name, latest
from features.official_pages.model.page import BodyKind, Network, OfficialPage, PageState
from matching import Matcher
from states.directory import Directory
from tests.form import PATIENT
from tests.hostile.bench import bare
from vk_emulator.api.calls import Vk as EmulatedVk
from vk_emulator.server import build
from vk_emulator.world.clock import Clock as EmulatedClock
from vk_emulator.world.records import Community
from vk_emulator.world.walls import Comment, Post, Wall

START = datetime.fromisoformat("2026-11-27T06:00:00+00:00")
TODAY = date(2026, 11, 27)
FULL = {
    "description": "Учим", "site": "школа5.рф", "contacts": [{"phone": "+7 351 000-00-00"}], "addresses": True,
    "cover": True, "messages": True,
}  # fmt: skip


class At(Clock):
    """Stands, and goes on when somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=max(seconds, 0.001))  # less than a tick would never pass


class Direct:
    """The emulator without a wire."""

    def __init__(self, vk: EmulatedVk, token: str) -> None:
        self.vk, self.token, self.asked = vk, token, list[tuple[str, dict[str, Any]]]()
        self.fails: BaseException | None = None
        self.keys: dict[str, Direct] = {}

    def with_key(self, token: str) -> Direct:
        return self.keys.setdefault(token, Direct(self.vk, token))

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        self.asked.append((method, params))
        if self.fails is not None:
            raise self.fails
        body = self.vk.call(method, self.token, params)
        if "error" in body:
            raise VkError(method, body["error"]["error_code"])
        return body["response"]

    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]


@pytest.fixture
def vk(tmp_path: Path) -> EmulatedVk:
    made = build(data=tmp_path / "vk", seed=7, clock=EmulatedClock(virtual=True)).vk
    made.world.switches.rate_limit = made.world.switches.user_rate_limit = "off"
    return made


def add(vk: EmulatedVk, number: int, posts: Sequence[int] = (), comments: Sequence[Any] = (), **settings: Any) -> None:
    """A community whose posts were written at these times; `comments` say under which of them who said what when."""
    vk.world.communities[number] = Community(number, "Школа", f"school{number}", settings, members=[1, 2, 3])
    vk.world.screen_names[f"school{number}"] = -number
    written = [Post(place, -number, -number, at, "") for place, at in enumerate(posts, 1)]
    wall = vk.world.walls[-number] = Wall(-number, {post.id: post for post in written}, next_id=1000)
    for said in comments:
        post, top = wall.posts[said["post"]], wall.number()
        post.comments[top] = Comment(top, said["from"], said["date"], "")
        for author, at in said.get("answers", ()):
            below = wall.number()
            post.comments[below] = Comment(below, author, at, "", answers=top, top=top)


def ago(*days: float) -> list[int]:
    return [int((START - timedelta(days=one)).timestamp()) for one in days]


def page(number: int, address: str, **named: Any) -> OfficialPage:
    plain = OfficialPage(
        number, f"Школа № {number}", BodyKind.SCHOOL, "miass", "", Network.VK, address, PageState.EXISTS, "", TODAY
    )
    return replace(plain, **named)


@pytest.fixture
async def bot(tmp_path: Path, region: Directory, matcher: Matcher, vk: EmulatedVk) -> AsyncIterator[Runtime]:
    async with bare(tmp_path, region, matcher, vk_service_token="service-1") as made:
        ours: Any = Direct(vk, "group-101")
        yield replace(made, vk=ours, clock=At())


async def settle(bot: Runtime, *pages: OfficialPage) -> None:
    await bot.db.run(lambda tx: registry.keep(tx, pages, {one.id: "" for one in pages}))


async def known(bot: Runtime, number: int) -> dict[Name, str]:
    facts = (await bot.db.run(lambda tx: registry.facts_of(tx, [number])))[number]
    return {name: fact.value for name, fact in latest(facts).items()}


async def test_what_a_page_shows_and_how_often_it_writes(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501, **FULL, posts=ago(0.5, 1, 6.9, 7.1, 30))
    add(vk, 502, messages=False, posts=[])
    await settle(bot, page(1, "https://vk.com/school501"), page(2, "vk.com/club502"))
    await one_round(bot)
    assert await known(bot, 1) == {
        Name.ABOUT: "да", Name.SITE: "да", Name.PHONE: "да", Name.PLACE: "да", Name.COVER: "да", Name.MESSAGES: "да",
        Name.MEMBERS: "3", Name.POSTS: "3", Name.COMMENTS: "0", Name.ANSWERED: "0",
    }  # fmt: skip
    bare_one = await known(bot, 2)
    assert bare_one[Name.POSTS] == "0", "counted, and there were none"
    assert {bare_one[name] for name in (Name.ABOUT, Name.SITE, Name.PHONE, Name.PLACE, Name.COVER, Name.MESSAGES)} == {
        "нет"
    }
    facts = (await bot.db.run(lambda tx: registry.facts_of(tx, [1])))[1]
    assert {(one.source, one.day, one.seen) for one in facts} == {("VK", TODAY, TODAY)}
    check = card(latest(facts))
    assert (check.passed_count, check.measured_count) == (6, 6)
    assert {one.checked for one in await bot.db.run(registry.everything)} == {TODAY}


async def test_once_a_week_and_the_same_value_goes_on(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501, **FULL, posts=ago(1))
    await settle(bot, page(1, "vk.com/school501"))
    await one_round(bot)
    await one_round(bot)
    ours: Any = bot.vk
    assert ours.methods() == ["groups.getById"], "not asked again within the week"
    clock: Any = bot.clock
    clock.at = START + timedelta(days=7)
    vk.world.communities[501].settings["cover"] = False
    await one_round(bot)
    facts = (await bot.db.run(lambda tx: registry.facts_of(tx, [1])))[1]
    story = [(one.value, one.day, one.seen) for one in facts if one.name in (Name.COVER, Name.PHONE)]
    later = TODAY + timedelta(days=7)
    assert story == [("да", TODAY, TODAY), ("да", TODAY, later), ("нет", later, later)]


async def test_only_what_stands_in_vk_is_asked_for(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501)
    await settle(
        bot, page(1, "vk.com/school501"), page(2, "t.me/x", network=Network.TELEGRAM),
        page(3, "", state=PageState.WAITS),
        page(4, "vk.com/old", state=PageState.CLOSED),
    )  # fmt: skip
    await one_round(bot)
    ours: Any = bot.vk
    assert [params["group_ids"] for _, params in ours.asked] == ["school501"]


async def test_what_vk_does_not_show_is_no_zero(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501, wall_closed=True)
    await settle(bot, page(1, "vk.com/school501"), page(2, "vk.com/nobody"))
    await one_round(bot)
    assert (await known(bot, 1))[Name.POSTS] == "" and await known(bot, 2) == {Name.POSTS: ""}
    facts = (await bot.db.run(lambda tx: registry.facts_of(tx, [2])))[2]
    assert card(latest(facts)).measured_count == 0
    await one_round(bot)
    service: Any = service_of(bot)
    assert service.methods() == ["wall.get", "wall.get"], "and is not asked all the time"


async def test_comments_that_had_time_to_be_answered(bot: Runtime, vk: EmulatedVk) -> None:
    posts = sorted(ago(0.5, 3, 5, 8.9, 9.5))
    at = dict(enumerate(posts, 1))
    comments = [
        {"post": 1, "from": 7, "date": at[1] + 60, "answers": []},
        {"post": 2, "from": 7, "date": at[2], "answers": [(8, at[2] + 60), (-501, at[2] + 600), (-501, at[2] + 60)]},
        {"post": 3, "from": 7, "date": at[3], "answers": [(-501, at[3] + 120)]},
        {"post": 3, "from": -501, "date": at[3], "answers": []},
        {"post": 4, "from": 8, "date": at[4], "answers": [(9, at[4] + 60)]},
        {"post": 5, "from": 8, "date": at[5], "answers": []},
    ]
    add(vk, 501, posts=posts, comments=comments)
    add(vk, 502, posts=posts)
    add(vk, 503, posts=posts, comments=[{"post": 2, "from": 7, "date": at[2]}], comments_closed=True)
    await settle(bot, *(page(number, f"vk.com/school{number}") for number in (501, 502, 503)))
    await one_round(bot)
    talked = await known(bot, 501)
    assert (talked[Name.COMMENTS], talked[Name.ANSWERED], talked[Name.ANSWER_MINUTES]) == ("3", "2", "2")
    silent = await known(bot, 502)
    assert silent[Name.COMMENTS] == "0" and Name.ANSWER_MINUTES not in silent
    assert Name.COMMENTS not in await known(bot, 503), "nobody may read them: not counted, and no zero"
    service: Any = service_of(bot)
    asked = [params["post_id"] for method, params in service.asked if method == "wall.getComments"]
    assert sorted(asked) == [2, 2, 3, 4]


async def test_five_hundred_at_a_time(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501)
    await settle(bot, *(page(number, f"vk.com/page{number}") for number in range(1, 701)))
    await one_round(replace(bot, settings=bot.settings.model_copy(update={"vk_service_token": ""})))
    ours: Any = bot.vk
    assert [len(params["group_ids"].split(",")) for _, params in ours.asked] == [500, 200]
    assert {one.checked for one in await bot.db.run(registry.everything)} == {TODAY}


async def test_the_limit_of_a_day_is_kept_and_tomorrow_goes_on(
    bot: Runtime, vk: EmulatedVk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_check, "CALLS_A_DAY", 30)
    for number in range(501, 551):
        add(vk, number, posts=ago(1))
    await settle(bot, *(page(number, f"vk.com/school{number}") for number in range(501, 551)))
    service: Any = service_of(bot)
    await one_round(bot)
    await one_round(bot)
    assert service.methods().count("wall.get") == 30
    assert bot.clock.now() - START >= timedelta(seconds=29 / pages_check.CALLS_A_SECOND), "two and a half a second"
    clock: Any = bot.clock
    clock.at = START + timedelta(days=1)
    await one_round(bot)
    assert service.methods().count("wall.get") == 50


async def test_vk_says_that_it_is_enough_for_today(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501)
    await settle(bot, page(1, "vk.com/school501"))
    service: Any = service_of(bot)
    service.fails = VkError("wall.get", 29)
    await one_round(bot)
    service.fails = None
    await one_round(bot)
    assert len(service.asked) == 1 and Name.POSTS not in await known(bot, 1)


async def test_a_call_that_came_too_fast_is_made_again(bot: Runtime, vk: EmulatedVk) -> None:
    add(vk, 501, posts=ago(1))
    await settle(bot, page(1, "vk.com/school501"))
    service: Any = service_of(bot)
    service.fails = VkError("wall.get", 6)

    async def once(method: str, params: dict[str, Any], call: Any = service.call) -> Any:
        try:
            return await call(method, params)
        finally:
            service.fails = None

    service.call = once
    await one_round(bot)
    assert (await known(bot, 1))[Name.POSTS] == "1"


@pytest.mark.parametrize("fault", [VkError("groups.getById", 5), NotReached("groups.getById")])
async def test_a_fault_ends_the_round_and_not_the_bot(bot: Runtime, vk: EmulatedVk, fault: BaseException) -> None:
    add(vk, 501)
    await settle(bot, page(1, "vk.com/school501"))
    ours: Any = bot.vk
    ours.fails = fault
    running = asyncio.ensure_future(check_pages(bot))
    for _ in range(int(PATIENT / 0.01)):
        if ours.asked:
            break
        await asyncio.sleep(0.01)
    bot.stop()
    await running
    assert ours.methods() == ["groups.getById"] and await known(bot, 1) == {}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://vk.com/school5", "school5"), ("m.vk.com/club7?w=wall", "7"), ("vk.ru/Public12/", "12"),
        ("ok.ru/school", ""), ("", ""),
    ],
)  # fmt: skip
def test_names(address: str, name: str) -> None:
    assert screen_name(address) == name


def test_what_vk_left_out_is_no_fact() -> None:
    assert [one.name for one in facts_of({"id": 1}, 1, TODAY)] == [Name.PHONE]
    assert facts_of({"id": 1, "deactivated": "banned", "description": "x"}, 1, TODAY) == []
    assert posts_of({}, START) == 0
