"""Open311 requests: single messages without anything of their authors (R56), and which of them are asked for.

Days only, from yesterday back: who asks every minute must not learn when somebody wrote. Of the states only open and
closed are seen, with the day of the last change.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from features.open_data.routes.forms import ApiValue
from features.open_data.routes.opened import HIDDEN, Opened
from features.open_data.routes.refused import ApiRefused
from features.open_data.statuses_file import CLOSED, OPEN
from states.lifecycle.appeal import Status
from states.statistics.filter import By as By
from storage.ops import open_rows
from storage.ops.open_rows import OpenRow, RowsFilter

KIND = "request"
SPAN = timedelta(days=90)
"""The standard lets nobody ask for more at once."""
MOST, USUAL = 200, 50
DEEPEST = 10_000
"""So many requests can be turned over; who wants more asks for fewer days."""
NOTES = {
    Status.ANSWERED: "Дан ответ",
    Status.CLOSED: "Закрыто",
    Status.DECLINED: "Отклонено",
    Status.OUTSIDE: "Отвечает другая организация",
}


async def list_requests(opened: Opened, wanted: RowsFilter) -> ApiValue:
    """A page of single messages; where too few wrote, neither place nor agency is said."""
    rows = await opened.site.readers.run(lambda tx: open_rows.page(tx, wanted, opened.least))
    return ApiValue("service_requests", [request_json(opened, row) for row in rows])


async def requests_by_ids(opened: Opened, ids: list[str]) -> ApiValue:
    """The messages of these public names that may be shown. A name is known to whom sent the message before it stands
    in any list."""
    codes = [code for id in ids[:MOST] if (code := opened.ids.text(KIND, id)) is not None]
    topics = await opened.topics()
    found = await opened.site.readers.run(lambda tx: open_rows.by_codes(tx, codes, topics, opened.least))
    return ApiValue("service_requests", [request_json(opened, row) for row in found if row.status not in HIDDEN])


async def one(opened: Opened, name: str) -> ApiValue:
    """The message of this public name. Raises ApiRefused: 404."""
    found = await requests_by_ids(opened, [name])
    if not found.value:
        raise ApiRefused(404, "Такого сообщения нет, или показывать его нельзя.")
    return found


async def read_query(
    opened: Opened, codes: str, statuses: str, start: datetime | None, end: datetime | None, page: int, size: int
) -> RowsFilter:
    """Which messages the address asks for. Raises ApiRefused: 400 with what to change."""
    since, until = period(opened, start, end)
    if (page - 1) * size >= DEEPEST:
        raise ApiRefused(400, f"Так можно пролистать {DEEPEST} сообщений. Возьмите меньше дней.")
    return RowsFilter(
        await topics_of(opened, codes), statuses_of(opened, statuses), since, until, size, (page - 1) * size
    )


def period(opened: Opened, start: datetime | None, end: datetime | None) -> tuple[date, date]:
    """Days of the region; today is not over and is not shown."""
    yesterday = opened.today - timedelta(days=1)
    until = local(opened, end) if end is not None else yesterday
    if start is None:
        since = until - SPAN if until - date.min > SPAN else date.min
    else:
        since = local(opened, start)
        if end is None:
            until = min(until, since + SPAN) if date.max - since > SPAN else until
    if until - since > SPAN:
        raise ApiRefused(400, "Больше 90 дней за один раз не спрашивают. Сократите start_date и end_date.")
    return since, min(until, yesterday)


def local(opened: Opened, at: datetime) -> date:
    """The day in the region of this moment. ApiRefused: there is no such day."""
    zone = opened.site.zone
    try:
        return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(zone).date()
    except (OverflowError, ValueError):
        raise ApiRefused(400, "Такой даты нет.") from None


async def topics_of(opened: Opened, codes: str) -> frozenset[str]:
    """The topics that are asked for and may be shown; all of those where none is asked for."""
    wanted = {code.strip() for code in codes.split(",") if code.strip()}
    unknown = wanted - set(opened.site.directory().topic_by_code)
    if unknown:
        raise ApiRefused(404, "Такой темы нет. Список: services.")
    shown_ones = await opened.topics()
    return shown_ones & wanted if wanted else shown_ones


def statuses_of(opened: Opened, said: str) -> frozenset[Status]:
    """The states behind «open» and «closed»; both where none is named, ApiRefused for another word."""
    wanted = {status.strip() for status in said.split(",") if status.strip()} or {OPEN, CLOSED}
    if wanted - {OPEN, CLOSED}:
        raise ApiRefused(400, "status — open или closed.")
    return frozenset().union(*(opened.statuses.statuses_called(status) for status in wanted)) - HIDDEN


def request_json(opened: Opened, row: OpenRow) -> dict[str, Any]:
    """A message as the standard has it. Where too few wrote of this topic in this place, neither place nor agency is
    said."""
    directory = opened.site.directory()
    topic, place = directory.topic_by_code.get(row.topic), directory.place_by_code.get(row.place)
    agency = directory.agency_by_code.get(row.agency)
    told = row.crowded and place is not None
    status = opened.statuses.open311(row.status)
    return {
        "service_request_id": opened.ids.of(KIND, row.code),
        "status": status,
        "status_notes": NOTES.get(row.status) if status == CLOSED else None,
        "service_name": topic.name if topic else None,
        "service_code": row.topic,
        "description": None,
        "agency_responsible": agency.name if told and agency else None,
        "service_notice": None,
        "requested_datetime": midnight(opened, row.received),
        "updated_datetime": midnight(opened, day_of_change(row, status)),
        "expected_datetime": None,
        "address": place.name if told and place else directory.region,
        "address_id": row.place if told else None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def day_of_change(row: OpenRow, status: str) -> date:
    """The day on which it became what everybody sees."""
    if status == CLOSED:
        ends = [day for day in (row.final, row.ended) if day is not None]
        return min(ends, default=row.received)
    return row.reopened or row.received


def midnight(opened: Opened, day: date) -> str:
    """The beginning of the day in the region's zone, as ISO text."""
    return datetime.combine(day, time(), opened.site.zone).isoformat()
