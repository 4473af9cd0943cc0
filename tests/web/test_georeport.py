"""Open311 for everybody: public fields only, small groups hidden (R56), both forms equal, limits and marks; and what an
application sends goes through the inbox with a consent (R7, R35).
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.config.settings import consent_text, hash_of
from features.open_data.asked import AdminApiKeys
from features.open_data.routes.guarded import A_MINUTE
from features.open_data.routes.ids import Ids
from features.open_data.routes.requests import KIND
from states.dialogue import Dialogue
from states.events import RequestPosted
from states.lifecycle.appeal import Appeal, Status
from storage.db import codec
from storage.db.database import Database
from storage.inbox import inbox
from storage.records import appeals
from tests.small import COMMUNITY, NOW
from tests.web.browser import Ahead, Browser
from tests.web.opened import PLANTED, TODAY, answered, closed, keep, many, message

API = "/api/georeport/v2"
PITS, YARDS, FEW = "blago-yamy-dvor", "blago-dvor", "blago-park"
WRITER = 7_799_999


async def read(everybody: Browser, path: str, **params: Any) -> Any:
    answer = await everybody.client.get(f"{API}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def filled(db: Database) -> None:
    """Five residents about pits in Miass, three in Kopeysk; two about parks anywhere."""
    await keep(db, *many(PITS, "miass", 5), *many(PITS, "kopeysk", 3, 5), *many(FEW, "miass", 2, 8))


async def test_it_is_off_until_it_is_turned_on(browser: Browser) -> None:
    for path in (f"{API}/services.json", "/api/openapi.json", "/open", "/open.json", "/open/incidents.atom", "/api"):
        assert (await browser.get(path)).status_code == 404, path


async def test_services_and_definitions_are_the_directory(everybody: Browser) -> None:
    known = everybody.site.directory()
    services = await read(everybody, "services.json")
    assert [one["service_code"] for one in services] == [one.code for one in known.topics]
    assert {one["type"] for one in services} == {"batch"}
    definition = await read(everybody, f"services/{PITS}.json")
    (place,) = definition["attributes"]
    assert [one["key"] for one in place["values"]] == [one.code for one in known.places]
    assert (await everybody.get(f"{API}/services/none.json")).status_code == 404


async def test_of_a_message_only_topic_day_and_state_are_seen(everybody: Browser, db: Database) -> None:
    await filled(db)
    found = await read(everybody, "requests.json")
    assert len(found) == 8, "of two residents about parks nothing is told"
    shown = [one for one in found if one["address_id"] == "miass"]
    assert len(shown) == 5 and {one["address"] for one in shown} == {"Миасский городской округ"}
    hidden = [one for one in found if one["address_id"] is None]
    assert len(hidden) == 3 and {one["agency_responsible"] for one in hidden} == {None}
    assert {one["address"] for one in hidden} == {everybody.site.directory().region}
    assert {one["requested_datetime"][10:] for one in found} == {"T00:00:00+05:00"}
    for one in found:
        assert (one["description"], one["lat"], one["long"], one["media_url"]) == (None,) * 4


async def test_nothing_of_a_person_is_in_any_answer(everybody: Browser, db: Database) -> None:
    await filled(db)
    names = [one["service_request_id"] for one in await read(everybody, "requests.json")]
    paths = [f"{API}/{one}" for form in ("json", "xml") for one in
             (f"requests.{form}", f"requests/{names[0]}.{form}", f"services.{form}", f"discovery.{form}")]  # fmt: skip
    codes = [one.code for one in many(PITS, "miass", 5)]
    for path in (*paths, "/open", "/open.json", "/open.csv", "/open/incidents.atom", "/api/openapi.json"):
        text = (await everybody.get(path)).text
        assert not [one for one in (*PLANTED, *codes) if one in text], path


async def test_nothing_planted_leaves_whatever_is_written(everybody: Browser, db: Database) -> None:
    """R56: messages of chance in all states, each with a name, a phone, an address, an id and words."""
    rng, directory = random.Random(5), everybody.site.directory()
    topics, places = rng.sample(directory.topics, 4), rng.sample(directory.places, 3)
    made: list[Appeal] = []
    for number in range(300):
        one = message(number, rng.choice(topics).code, rng.choice(places).code, 7_700_000 + rng.randrange(60))
        one = replace(one, code=f"{one.code[:5]}{number:04d}", source=number + 1, status=rng.choice(list(Status)))
        made.append(rng.choice([answered, closed, lambda same: same])(one))
    leads = [one.code for one in made[:3]]
    made = [replace(one, incident=one.code if one.code in leads else rng.choice(leads)) for one in made]
    await keep(db, *made)
    names = [one["service_request_id"] for one in await read(everybody, "requests.json", page_size=200)]
    assert len(names) > 50
    secret = {*PLANTED, *(one.code for one in made), *(str(one.resident) for one in made)}
    paths = [f"{API}/requests.json?page_size=200&page={page}" for page in (1, 2)]
    paths += [f"{API}/requests.xml?page_size=200", f"{API}/requests/{names[0]}.xml", "/open", "/open.json", "/open.csv"]
    for path in (*paths, "/open/incidents.atom"):
        text = (await everybody.get(path)).text
        assert not [one for one in secret if one in text], path
        assert not re.search(r"T(?!00:00:00)\d\d:\d\d", text), f"{path}: an hour would tell when somebody wrote"


SERVICE = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
REQUEST = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip
ATTRIBUTE = [
    "variable", "code", "datatype", "required", "datatype_description", "order", "description", "values",
]  # fmt: skip
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


async def tree(everybody: Browser, path: str) -> ElementTree.Element:
    answer = await everybody.get(f"{API}/{path}")
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return ElementTree.fromstring(answer.content)


async def test_the_shape_is_that_of_the_standard(everybody: Browser, db: Database) -> None:
    """Elements, their order and their values as GeoReport v2 names them (wiki.open311.org/GeoReport_v2)."""
    await filled(db)
    services = await tree(everybody, "services.xml")
    assert services.tag == "services"
    for one in services:
        assert (one.tag, [part.tag for part in one]) == ("service", SERVICE)
        assert one.findtext("metadata") == "true" and one.findtext("type") in ("realtime", "batch", "blackbox")
    definition = await tree(everybody, f"services/{PITS}.xml")
    assert (definition.tag, [part.tag for part in definition]) == ("service_definition", ["service_code", "attributes"])
    for one in definition.iterfind("attributes/attribute"):
        assert [part.tag for part in one] == ATTRIBUTE and one.findtext("datatype") == "singlevaluelist"
        assert {tuple(part.tag for part in value) for value in one.iterfind("values/value")} == {("key", "name")}
    requests = await tree(everybody, "requests.xml")
    assert requests.tag == "service_requests" and len(requests) == 8
    for one in requests:
        assert (one.tag, [part.tag for part in one]) == ("request", REQUEST)
        assert one.findtext("status") in ("open", "closed") and one.findtext("address")
        for name in ("requested_datetime", "updated_datetime"):
            assert W3C.fullmatch(one.findtext(name) or "")
    errors = await tree(everybody, "services/none.xml")
    assert errors.tag == "errors" and [part.tag for part in errors[0]] == ["code", "description"]


async def test_a_resident_who_writes_five_times_is_one(everybody: Browser, db: Database) -> None:
    await keep(db, *(message(n, PITS, "miass", resident=7_700_001, source=n + 1) for n in range(9)))
    assert await read(everybody, "requests.json") == []


async def test_delicate_topics_are_never_told_one_by_one(everybody: Browser, db: Database) -> None:
    topic = next(one.code for one in everybody.site.directory().topics if one.health or one.anonymous_card)
    await keep(db, *many(topic, "miass", 9))
    assert await read(everybody, "requests.json") == []
    assert await read(everybody, "requests.json", service_code=topic) == []


async def test_days_states_and_topics_are_asked_for(everybody: Browser, db: Database) -> None:
    made = many(PITS, "miass", 8)
    await keep(db, *(answered(one) for one in made[:3]), *(closed(one) for one in made[3:4]), *made[4:])
    shown = await read(everybody, "requests.json", status="closed")
    assert [one["status"] for one in shown] == ["closed"] * 4
    assert {one["status_notes"] for one in shown} == {"Дан ответ", "Закрыто"}
    assert len(await read(everybody, "requests.json", status="open,closed")) == 8
    day = (TODAY - timedelta(days=3)).isoformat()
    late, early = f"{day}T23:59:59+05:00", f"{day}T00:00:01+05:00"
    one_day = await read(everybody, "requests.json", start_date=late, end_date=early)
    assert len(one_day) == 1, "the hour of a date is not asked about: it would tell when somebody wrote"
    assert await read(everybody, "requests.json", service_code=YARDS) == []
    assert len(await read(everybody, "requests.json", service_code=f"{PITS},{YARDS}")) == 8


async def test_pages_hold_each_message_once(everybody: Browser, db: Database) -> None:
    await keep(db, *many(PITS, "miass", 11))
    pages = [await read(everybody, "requests.json", page=number, page_size=4) for number in (1, 2, 3, 4)]
    assert [len(one) for one in pages] == [4, 4, 3, 0]
    names = [one["service_request_id"] for page in pages for one in page]
    assert len(set(names)) == 11
    whole = await read(everybody, "requests.json")
    assert [one["service_request_id"] for one in whole] == names


async def test_today_and_what_was_taken_back_are_not_listed(everybody: Browser, db: Database) -> None:
    fresh = message(20, PITS, "miass")
    fresh = replace(fresh, counted=replace(fresh.counted, received=TODAY), created_at=NOW)
    await keep(db, *many(PITS, "miass", 5), fresh, message(6, PITS, "miass", status=Status.WITHDRAWN))
    assert len(await read(everybody, "requests.json")) == 5
    name = Ids(db).of(KIND, fresh.code)
    (one,) = await read(everybody, f"requests/{name}.json")
    assert one["service_request_id"] == name, "whoever sent it knows its name and need not wait"


async def test_a_name_is_nobody_s_guess(everybody: Browser, db: Database) -> None:
    await filled(db)
    ids = Ids(db)
    code = many(PITS, "miass", 1)[0].code
    name = ids.of(KIND, code)
    assert code.lower() not in name and ids.text(KIND, name) == code
    changed = ("b" if name[0] == "a" else "a") + name[1:]
    for wrong in (code, changed, name.upper(), f"{name}a", "x" * 199, ids.of("token", code), "ы"):
        assert (await everybody.get(f"{API}/requests/{wrong}.json")).status_code == 404, wrong
    both = await read(everybody, "requests.json", service_request_id=f"{name}, {changed}")
    assert [one["service_request_id"] for one in both] == [name]


@pytest.mark.parametrize(
    "path, status",
    [
        ("requests.json?status=half", 400),
        ("requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-09-01T00:00:00Z", 400),
        ("requests.json?start_date=never", 400),
        ("requests.json?page=0", 400),
        ("requests.json?page=10000&page_size=200", 400),
        ("requests.json?service_code=none", 404),
        ("requests.json?jurisdiction_id=elsewhere.gov", 404),
        ("requests.yaml", 404),
        ("nothing.json", 404),
    ],
)
async def test_errors_are_a_list_in_both_forms(everybody: Browser, path: str, status: int) -> None:
    answer = await everybody.get(f"{API}/{path}")
    assert answer.status_code == status, answer.text
    (error,) = answer.json()
    assert error["code"] == status and error["description"]
    in_xml = await everybody.get(f"{API}/{path.replace('.json', '.xml')}")
    root = ElementTree.fromstring(in_xml.text if ".xml" in in_xml.url.path else "<errors/>")
    assert root.tag == "errors"
    if ".xml" in in_xml.url.path:
        assert [one.findtext("description") for one in root] == [error["description"]]


def plain(element: ElementTree.Element) -> Any:
    """The value of XML as JSON has it, all as words."""
    lists = {"services", "service_requests", "attributes", "values", "errors", "endpoints", "formats"}
    if element.tag in lists:
        return [plain(one) for one in element]
    return {one.tag: plain(one) for one in element} if len(element) else (element.text or "")


def in_words(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case dict():
            return {name: in_words(inner) for name, inner in value.items()}
        case list():
            return [in_words(one) for one in value]
        case _:
            return str(value)


async def test_both_forms_say_the_same(everybody: Browser, db: Database) -> None:
    await filled(db)
    name = (await read(everybody, "requests.json"))[0]["service_request_id"]
    for path in ("services", f"services/{PITS}", "requests", f"requests/{name}", "discovery"):
        as_json = await read(everybody, f"{path}.json")
        as_xml = await everybody.get(f"{API}/{path}.xml")
        assert as_xml.headers["content-type"].startswith("text/xml")
        assert plain(ElementTree.fromstring(as_xml.content)) == in_words(as_json), path


async def test_what_is_known_already_is_not_sent_again(everybody: Browser, db: Database) -> None:
    await filled(db)
    first = await everybody.get(f"{API}/requests.json")
    mark = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["access-control-allow-origin"] == "*"
    again = await everybody.get(f"{API}/requests.json", **{"if-none-match": f'W/{mark}, "other"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    await keep(db, message(12, PITS, "miass"))
    assert (await everybody.get(f"{API}/requests.json", **{"if-none-match": mark})).status_code == 200


async def test_too_often_is_said_with_when(everybody: Browser, clock: Ahead) -> None:
    for _ in range(A_MINUTE):
        assert (await everybody.get(f"{API}/discovery.json")).status_code == 200
    for path in (f"{API}/discovery.json", "/open"):
        late = await everybody.get(path)
        assert late.status_code == 429 and 0 < int(late.headers["retry-after"]) <= 61, path
    clock.passed += timedelta(minutes=1)
    assert (await everybody.get(f"{API}/discovery.json")).status_code == 200


# What an application sends.


async def key_for(everybody: Browser, db: Database, consent: bool = True) -> str:
    said = await AdminApiKeys(db, everybody.site.clock).add(WRITER, "Приложение двора")
    if consent:
        agreed = Dialogue(WRITER, consent=hash_of(consent_text(everybody.site.settings)))
        await db.run(lambda tx: appeals.keep_dialogues(tx, [agreed]))
    return str(said["key"])


def form(key: str, **more: str) -> dict[str, str]:
    known = {
        "api_key": key, "service_code": PITS, "attribute[place]": "miass", "address_string": "улица Мира, 1",
        "description": "Яма во дворе", "first_name": "Пётр", "phone": "+79120000000", "email": "a@b.ru",
    }  # fmt: skip
    return {name: value for name, value in (known | more).items() if value}


async def waiting(db: Database) -> list[RequestPosted]:
    rows = await db.run(lambda tx: inbox.next_events(tx, NOW, 50))
    return [codec.decode(RequestPosted, row.raw) for row in rows]


async def test_a_message_goes_through_the_inbox_once(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db)
    answers = [
        await everybody.client.post(f"{API}/requests.json", data=form(key), headers={"Idempotency-Key": "one"})
        for _ in range(3)
    ]
    assert [one.status_code for one in answers] == [200] * 3, answers[0].text
    tokens = {one.json()[0]["token"] for one in answers}
    assert len(tokens) == 1 and answers[0].headers["cache-control"] == "no-store"
    (event,) = await waiting(db)
    assert (event.user, event.topic, event.place, event.text) == (WRITER, PITS, "miass", "Яма во дворе")
    assert event.app == "Приложение двора" and event.source < 0
    (row,) = await db.run(lambda tx: inbox.next_events(tx, NOW, 5))
    assert not [one for one in ("Пётр", "79120000000", "a@b.ru") if one in row.raw], "what is not needed is not kept"
    token = tokens.pop()
    assert (await everybody.get(f"{API}/tokens/{token}.json")).headers["cache-control"] == "no-store", (
        "soon it is other"
    )
    (told,) = await read(everybody, f"tokens/{token}.json")
    assert told["service_request_id"] is None, "the bot has not come to it"


async def test_without_the_same_key_of_the_request_it_is_another_message(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db)
    for _ in range(2):
        assert (await everybody.client.post(f"{API}/requests.xml", data=form(key))).status_code == 200
    rows = await db.run(lambda tx: inbox.next_events(tx, NOW, 50))
    await db.run(lambda tx: inbox.finish(tx, [(rows[0], "отказ")], NOW))
    assert len(await waiting(db)) == 1, "the second of two"


@pytest.mark.parametrize(
    "more, status",
    [
        ({"api_key": ""}, 401),
        ({"api_key": "wrong"}, 403),
        ({"service_code": "none"}, 404),
        ({"service_code": ""}, 404),
        ({"attribute[place]": "none"}, 400),
        ({"description": " "}, 400),
        ({"description": "я" * 4001}, 400),
        ({"address_string": ""}, 400),
        ({"address_string": "", "lat": "55.1"}, 400),
        ({"lat": "99"}, 400),
        ({"jurisdiction_id": "elsewhere.gov"}, 404),
    ],
)
async def test_what_cannot_be_taken_is_refused_at_once(
    everybody: Browser, db: Database, more: dict[str, str], status: int
) -> None:
    key = await key_for(everybody, db)
    answer = await everybody.client.post(f"{API}/requests.json", data=form(key, **more))
    assert answer.status_code == status and answer.json()[0]["description"], answer.text
    assert await waiting(db) == []


async def test_a_point_and_an_own_code_of_the_place_do_too(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db)
    more = {"attribute[place]": "", "address_id": "miass", "address_string": "", "lat": "55.05", "long": "60.1"}
    assert (await everybody.client.post(f"{API}/requests.json", data=form(key, **more))).status_code == 200
    (event,) = await waiting(db)
    assert event.location is not None and (event.place, event.location.latitude) == ("miass", 55.05)


async def test_without_a_consent_nothing_is_kept_and_it_is_said(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db, consent=False)
    answer = await everybody.client.post(f"{API}/requests.json", data=form(key))
    assert answer.status_code == 403 and "согласия" in answer.json()[0]["description"]
    assert await waiting(db) == []


async def test_a_revoked_key_opens_nothing(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db)
    desk = AdminApiKeys(db, everybody.site.clock)
    (one,) = (await desk.list_keys())["keys"]
    await desk.revoke(one["code"])
    assert (await everybody.client.post(f"{API}/requests.json", data=form(key))).status_code == 403


async def test_too_large_a_body_is_not_read(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db)
    answer = await everybody.client.post(f"{API}/requests.json", data=form(key, description="я" * 70000))
    assert answer.status_code == 413


async def test_the_reason_of_a_refusal_is_told_by_the_token(everybody: Browser, db: Database) -> None:
    key = await key_for(everybody, db)
    token = (await everybody.client.post(f"{API}/requests.json", data=form(key))).json()[0]["token"]
    (row,) = await db.run(lambda tx: inbox.next_events(tx, NOW, 5))
    await db.run(lambda tx: inbox.finish(tx, [(row, "Сегодня достаточно.")], NOW))
    told = await everybody.get(f"{API}/tokens/{token}.json")
    assert (told.status_code, told.json()[0]["description"]) == (403, "Сегодня достаточно.")
    assert (await everybody.get(f"{API}/tokens/guess.json")).status_code == 404


async def test_the_document_names_every_answer(everybody: Browser) -> None:
    document = (await everybody.get("/api/openapi.json")).json()
    assert document["servers"] == [{"url": f"{everybody.site.address}/api"}]
    assert set(document["paths"]) == {
        "/georeport/v2/discovery.{form}", "/georeport/v2/services.{form}",
        "/georeport/v2/services/{service_code}.{form}", "/georeport/v2/requests.{form}",
        "/georeport/v2/requests/{service_request_id}.{form}", "/georeport/v2/tokens/{token}.{form}", "/statuses.json",
    }  # fmt: skip
    answers = {status for path in document["paths"].values() for one in path.values() for status in one["responses"]}
    assert "422" not in answers and "ValidationError" not in json.dumps(document)
    assert (await everybody.get("/api")).status_code == 200


async def test_states_in_other_systems_are_told_with_what_is_not_confirmed(everybody: Browser) -> None:
    """R64."""
    told = (await everybody.get("/api/statuses.json")).json()
    confirmed = {one["code"]: one["confirmed"] for one in told["systems"]}
    assert confirmed == {"open311": True, "incident": False}
    assert {one["status"] for one in told["statuses"]} == {one.value for one in Status}


def test_another_community_has_other_names(db: Database) -> None:
    assert Ids(db).text(KIND, Ids(db.of(COMMUNITY + 1)).of(KIND, "1125-AAAA")) is None
