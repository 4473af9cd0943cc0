"""Power loss (F4, G4): no acknowledged commit is lost, no state is found that never was, no row without its key."""

from __future__ import annotations

import pytest

from tests.form import either
from tests.powerloss.run import DATABASE, FILES, KEYS, Reference, a_loss, measured, own, relaxed
from tests.powerloss.workload import Recording, recorded

LOSSES = either(100, 300)
CONTROL = either(40, 100)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return recorded()


@pytest.fixture(scope="module")
def reference(recording: Recording) -> Reference:
    return measured(recording)


def test_the_recording_is_the_stores_own_work(recording: Recording, reference: Reference) -> None:
    """Both files, with the pragmas that the store sets, erasures and emptied logs among it."""
    said = "\n".join(statement for _, statement in recording.said)
    assert {name for name, _ in recording.said} == set(FILES)
    for words in ("INSERT INTO inbox", "INSERT INTO outbox", "INSERT INTO appeal", "DELETE FROM", "TRUNCATE"):
        assert words in said, words
    assert "synchronous = FULL" in recording.pragmas and "journal_mode = WAL" in recording.pragmas
    assert len(reference.states[DATABASE]) > 100 and len(reference.destroyed) > 5


def test_nothing_acknowledged_is_lost(recording: Recording, reference: Reference) -> None:
    found = {seed: a_loss(recording, reference, seed, own(recording)) for seed in range(LOSSES)}
    assert {seed: one for seed, one in found.items() if one.lost or one.wrong} == {}


def test_the_control_loses(recording: Recording, reference: Reference) -> None:
    """synchronous=NORMAL must lose in more than half of the runs, or the test above proves nothing."""
    found = [a_loss(recording, reference, seed, relaxed(recording, *FILES)) for seed in range(CONTROL)]
    loses = sum(one.lost > 0 for one in found)
    print(f"контроль: потеряно в {loses} из {CONTROL}")
    assert loses > CONTROL / 2


def test_a_disk_that_lies_is_found_out(recording: Recording, reference: Reference) -> None:
    found = [a_loss(recording, reference, seed, own(recording), lies=True) for seed in range(20)]
    assert sum(one.lost > 0 or bool(one.wrong) for one in found) > 10


def test_keys_that_are_not_durable_before_their_rows_are_found_out(recording: Recording, reference: Reference) -> None:
    """T21: were the file of keys less careful than the database, sealed rows would be left without their keys."""
    found = [a_loss(recording, reference, seed, relaxed(recording, KEYS)) for seed in range(40)]
    assert sum(one.lost > 0 for one in found) > 5
