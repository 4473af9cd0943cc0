"""The open data over real HTTP with a real file: requests that a machine makes up, and a client that others wrote."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
import requests
import schemathesis
from georeport import GeoReport
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import features
from bot.config.settings import Settings, consent_text, hash_of
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.security.limits import Limits
from bot.web.serve import serve, site_for
from states.dialogue import Dialogue
from states.directory import Directory
from storage.db.database import Database
from storage.db.engines.readers import Readers
from storage.records import api_keys, appeals, sessions
from storage.records.api_keys import ApiKey
from tests.bot.test_metrics import free_port
from tests.form import either
from tests.small import NOW
from tests.web.browser import Ahead
from tests.web.opened import answered, keep, many

PITS, KEY, WRITER = "blago-yamy-dvor", "key-of-a-test", 7_799_999
EXAMPLES = either(12, 300)
TAKEN = {
    "api_key": KEY, "service_code": PITS, "address_id": "miass", "address_string": "улица Мира", "description": "Яма",
}  # fmt: skip
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


class NoLimits(Limits):
    def take(self, kind: str, key: str, most: int) -> None:
        """A machine asks more often than people may."""


class Lent:
    """Readers that outlive the server which closes them."""

    def __init__(self, readers: Readers) -> None:
        self.run = readers.run

    async def close(self) -> None:
        """They are the fixture's."""


@dataclass(frozen=True)
class Server:
    address: str
    db: Database


@pytest_asyncio.fixture
async def server(
    open_settings: Settings, db: Database, readers: Readers, clock: Ahead, region: Directory
) -> AsyncIterator[Server]:
    port = free_port()
    chosen = open_settings.model_copy(update={"panel_port": port, "panel_url": ""})
    site = site_for(chosen, db, readers, clock, lambda: region, features.installed())
    object.__setattr__(site, "limits", NoLimits(clock))
    await keep(db, *many(PITS, "miass", 6), *(answered(one) for one in many(PITS, "kopeysk", 6, 6)))
    agreed = Dialogue(WRITER, consent=hash_of(consent_text(chosen)))
    await db.run(lambda tx: appeals.keep_dialogues(tx, [agreed]))
    await db.run(lambda tx: api_keys.give(tx, ApiKey(sessions.digest(KEY), WRITER, "Проверка", NOW)))
    served = await serve(build(site, PAGES), chosen, Lent(readers))  # type: ignore[arg-type]
    yield Server(f"http://127.0.0.1:{port}", db)
    await served.close()


def fuzzed(address: str, known: dict[str, str]) -> Counter[tuple[str, int]]:
    """Every operation of the document with values that a machine makes up; what was answered how often."""
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    seen: Counter[tuple[str, int]] = Counter()
    for found in schema.get_all_operations():
        answered_with(found.ok(), known, seen)
    return seen


def answered_with(operation: Any, known: dict[str, str], seen: Counter[tuple[str, int]]) -> None:
    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        if sum(seen.values()) % 2:
            meant(case, known)
        answer = case.call_and_validate(checks=CHECKS)
        seen[operation.label, answer.status_code] += 1

    one()


def meant(case: Any, known: dict[str, str]) -> None:
    """Every other request names what there is, so that more than refusals is seen."""
    case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
    if case.query:
        case.query.pop("jurisdiction_id", None)
    if isinstance(case.body, dict):
        words = case.body.get("description")
        kept = {name: case.body[name] for name in ("media_url", "lat", "long") if name in case.body}
        case.body = {**kept, **TAKEN, "description": f"Яма {words if isinstance(words, str) else ''}"}


async def test_no_request_makes_an_error_of_ours(server: Server) -> None:
    """Statuses, types and shapes are those of the document (R56)."""
    client = GeoReport(f"{server.address}/api/georeport/v2")
    name = (await asyncio.to_thread(client.get_service_requests))[0]["service_request_id"]
    taken = await asyncio.to_thread(lambda: requests.post(f"{client.root_address}/requests.json", data=TAKEN))
    known = {"form": "json", "service_code": PITS, "service_request_id": name, "token": taken.json()[0]["token"]}
    seen = await asyncio.to_thread(fuzzed, server.address, known)
    labels = {label for label, _ in seen}
    assert len(labels) == 8 and {label for label, status in seen if status == 200} == labels, seen
    assert {status for _, status in seen} >= {200, 400, 401, 404}, seen


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_client_that_others_wrote_reads_it(server: Server, form: str) -> None:
    """R56: the client `georeport`, in both forms."""
    client = GeoReport(f"{server.address}/api/georeport/v2", output_format=form)
    services = await asyncio.to_thread(client.get_service_list)
    assert PITS in {one["service_code"] for one in services}
    definition = await asyncio.to_thread(client.get_service_definition, PITS)
    assert definition["service_code"] == PITS
    found = await asyncio.to_thread(lambda: client.get_service_requests(service_code=PITS, status="open"))
    assert len(found) == 6 and {one["status"] for one in found} == {"open"}
    one = await asyncio.to_thread(client.get_service_request, found[0]["service_request_id"])
    assert one == found[0]
