"""The newsroom's page and the feed of incidents: figures of many, never of few (R56)."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from features.open_data.routes.figures import MONTHS, beside, periods_of, round_to_least
from states.lifecycle.appeal import Appeal, Status
from storage.db.database import Database
from storage.ops.sums import Sums
from tests.small import NOW
from tests.web.browser import Ahead, Browser
from tests.web.opened import PLANTED, TODAY, answered, keep, many, message

PITS, YARDS = "blago-yamy-dvor", "blago-dvor"
ATOM = "{http://www.w3.org/2005/Atom}"


async def lines(everybody: Browser) -> dict[tuple[str, str, str], dict[str, object]]:
    """By period, group and code."""
    told = (await everybody.get("/open.json")).json()["строки"]
    return {(one["период"], one["разрез"], one["код"]): one for one in told}


async def test_figures_are_rounded_and_those_of_few_are_hidden(everybody: Browser, db: Database) -> None:
    await keep(db, *(answered(one) for one in many(PITS, "miass", 12)), *many(YARDS, "kopeysk", 4, 12))
    found = await lines(everybody)
    pits, yards = found["year", "Тема", PITS], found["year", "Тема", YARDS]
    assert pits["поступило, округлённо"] == pits["дано ответов, округлённо"] == 10
    assert (pits["первый ответ, рабочих минут: среднее"], pits["окончательный ответ: среднее"]) == (60, 120)
    assert {yards[name] for name in yards if name.startswith(("поступило", "дано", "первый"))} == {"меньше 5"}
    assert found["year", "Всего", ""]["поступило, округлённо"] == 15, "16, so 15 and 10 do not tell the 4"
    assert found["year", "Муниципалитет", "kopeysk"]["поступило, округлённо"] == "меньше 5"


async def test_answers_to_few_are_hidden_where_many_wrote(everybody: Browser, db: Database) -> None:
    await keep(db, *many(PITS, "miass", 10), *(answered(one) for one in many(PITS, "miass", 3, 10)))
    pits = (await lines(everybody))["year", "Тема", PITS]
    assert pits["поступило, округлённо"] == 15
    assert pits["дано ответов, округлённо"] == pits["первый ответ: медиана, около"] == pits["в срок, %"] == "меньше 5"


async def test_one_who_writes_much_is_not_many(everybody: Browser, db: Database) -> None:
    await keep(db, *(message(n, PITS, "miass", resident=7_700_001, source=n + 1) for n in range(12)))
    found = await lines(everybody)
    assert found["year", "Тема", PITS]["поступило, округлённо"] == "меньше 5"
    assert found["year", "Всего", ""]["поступило, округлённо"] == "меньше 5"


async def test_what_nobody_wrote_of_stands_there_too(everybody: Browser, db: Database) -> None:
    """That a topic is missing would tell that there was none, and its coming that there is one."""
    empty = await lines(everybody)
    await keep(db, message(1, PITS, "miass"))
    everybody.site.clock.passed += timedelta(minutes=61)  # type: ignore[attr-defined]
    assert await lines(everybody) == empty
    assert len(empty) == 2 * (1 + len(everybody.site.directory().topics) + len(everybody.site.directory().places))


async def test_today_is_not_counted(everybody: Browser, db: Database) -> None:
    made = [replace(one, counted=replace(one.counted, received=TODAY)) for one in many(PITS, "miass", 9)]
    await keep(db, *made)
    assert (await lines(everybody))["month", "Тема", PITS]["поступило, округлённо"] == "меньше 5"


@pytest.mark.parametrize("path", ["/open", "/open.json", "/open.csv", "/open.xlsx", "/open/incidents.atom", "/api"])
async def test_everybody_may_look_and_keep_a_copy_for_a_while(everybody: Browser, path: str) -> None:
    shown = await everybody.get(path)
    assert shown.status_code == 200 and shown.headers["cache-control"] == "public, max-age=60"
    again = await everybody.get(path, **{"if-none-match": shown.headers["etag"]})
    assert again.status_code in (304, 200 if path.endswith("xlsx") else 304)
    assert (await everybody.get("/open.exe")).status_code == 404 and (await everybody.post(path)).status_code == 405


async def test_the_page_shows_the_same_figures(everybody: Browser, db: Database) -> None:
    await keep(db, *(answered(one) for one in many(PITS, "miass", 12)))
    text = (await everybody.get("/open")).text
    assert "Открытые данные" in text and "меньше 5" in text and "<svg" in text and "1:00" in text
    assert 'class="menu"' not in text, "nobody is signed in"


def test_rounding_never_says_nothing_and_never_more_than_half_too_much() -> None:
    for least in (3, 5, 10):
        for count in range(least, 500):
            assert abs(round_to_least(count, least) - count) <= max(least // 2, 0) + (least % 2 == 0)
            assert round_to_least(count, least) >= least


def between(shown: int, least: int) -> range:
    """What a shown number may have been."""
    return range(max(least, shown - least // 2), shown + (least - 1) // 2 + 1)


@pytest.mark.parametrize("least", [3, 5, 10])
def test_hidden_numbers_are_not_told_by_differences(least: int) -> None:
    """The total less everything shown leaves more than one value for what is hidden, whatever it was (R56)."""
    rng = random.Random(7)
    for _ in range(300):
        cells = {f"t{number}": rng.randrange(least, 90) for number in range(rng.randrange(2, 7))}
        for hidden in range(least):
            known = {code: counts(received=many) for code, many in {**cells, "few": hidden}.items()}
            enough = {(code, "received") for code in cells}
            (taken,) = beside("received", known, enough)
            shown = [between(round_to_least(many, least), least) for code, many in cells.items() if code != taken]
            total = between(round_to_least(sum(cells.values()) + hidden, least), least)
            low, high = sum(one.start for one in shown), sum(one.stop - 1 for one in shown)
            # What was taken along is at least the least, and no more than the smallest that is shown.
            most = min((one.stop - 1 for one in shown), default=total.stop)
            left = [one for one in range(least) if low + least + one < total.stop and high + most + one >= total.start]
            assert hidden in left and len(left) > 1


def counts(**more: int) -> Sums:
    return Sums({**Sums().counts, **more})


def test_nothing_is_taken_along_where_two_are_hidden() -> None:
    known = {"a": counts(received=1), "b": counts(received=2), "c": counts(received=9)}
    assert beside("received", known, {("c", "received")}) == []
    assert beside("received", known, {("c", "received"), ("b", "received")}) == ["b"]
    assert beside("received", {"a": counts(received=1)}, set()) == []


def test_periods_end_yesterday() -> None:
    month, year = periods_of(date(2026, 12, 1))
    assert (month.since, month.until) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (year.since, year.until) == (date(2025, 12, 1), date(2026, 11, 30)) and MONTHS == 12


# The feed.


def incident(count: int, first: int = 0, **more: object) -> list[Appeal]:
    made = many(PITS, "miass", count, first)
    lead = made[0].code
    return [
        replace(one, incident=lead, status=Status.IN_WORK if one.code == lead else Status.MERGED, **more)
        for one in made
    ]


async def entries(everybody: Browser) -> list[dict[str, str]]:
    root = ElementTree.fromstring((await everybody.get("/open/incidents.atom")).content)
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    return [{one.tag.removeprefix(ATOM): one.text or "" for one in found} for found in root.iter(f"{ATOM}entry")]


async def test_what_concerns_many_is_in_the_feed(everybody: Browser, db: Database) -> None:
    await keep(db, *incident(7), *incident(4, 10))
    (one,) = await entries(everybody)
    assert one["title"].endswith(": Миасс") and "не меньше 5 жителей" in one["summary"]
    assert one["published"].endswith("T00:00:00+05:00") and one["id"].startswith("tag:panel.test,2026:")
    text = (await everybody.get("/open/incidents.atom")).text
    assert not [planted for planted in (*PLANTED, *(each.code for each in incident(7))) if planted in text]


async def test_one_author_of_many_is_no_incident(everybody: Browser, db: Database) -> None:
    made = [replace(one, resident=7_700_001, source=number) for number, one in enumerate(incident(9), 1)]
    await keep(db, *made)
    assert await entries(everybody) == []


async def test_what_is_over_says_so_and_what_is_old_is_gone(everybody: Browser, db: Database, clock: Ahead) -> None:
    await keep(db, *(answered(one) for one in incident(6)))
    (one,) = await entries(everybody)
    assert "Дан ответ" in one["summary"]
    clock.passed += timedelta(days=40)
    assert await entries(everybody) == []


async def test_delicate_topics_are_not_in_it(everybody: Browser, db: Database) -> None:
    topic = next(one.code for one in everybody.site.directory().topics if one.health or one.anonymous_card)
    await keep(db, *(replace(one, topic=topic) for one in incident(9)))
    assert await entries(everybody) == []


async def test_a_value_of_a_file_is_a_number_or_the_word(everybody: Browser, db: Database) -> None:
    await keep(db, *(answered(one) for one in many(PITS, "miass", 12)))
    text = json.dumps((await everybody.get("/open.json")).json(), ensure_ascii=False)
    assert "null" not in text and NOW.isoformat() not in text
