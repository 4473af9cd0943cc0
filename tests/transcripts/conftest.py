"""A fresh PostgreSQL database for the transcripts that move appeals, by the fixtures of the storage tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from states.directory import Directory
from tests.simulation import postgres
from tests.storage.conftest import _address, _sql, postgresql, postgresql_template  # noqa: F401
from tests.transcripts.virtual import Ground, Postgresql


@pytest.fixture(scope="session")
def postgresql_ground(region: Directory) -> Iterator[Ground]:
    server, end = postgres.started()
    yield Ground(Postgresql(server), region)
    end()


@pytest.fixture
async def postgresql_url(postgresql: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:  # noqa: F811
    name = f"talk_{abs(hash(request.node.name))}"
    await _sql(postgresql, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield _address(postgresql, name)
    finally:
        await _sql(postgresql, f"DROP DATABASE {name} WITH (FORCE)")
