"""Every answer, event and error of the emulator fits VK's published schema and vkbottle-types, or is listed in
`schema/deviations.py` with a reason. Without ../shared only vkbottle's half is checked."""

from __future__ import annotations

import ast
import copy
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import schema_report
from tests.emulator.conftest import BOT, PERSON, Ask
from tests.emulator.schema import published, report, typed
from tests.emulator.schema.deviations import DEVIATIONS, Deviation
from tests.emulator.schema.report import Report, Row, rehearsed
from vk_emulator import server
from vk_emulator.api.calls import METHODS, Vk
from vk_emulator.world.errors import TEXTS

needs_schema = pytest.mark.skipif(not published.here(), reason=published.ABSENT)
SOURCES = Path(server.__file__).parent.rglob("*.py")


@pytest.fixture(scope="module")
def made() -> Report:
    return rehearsed()


def test_there_is_a_row_for_every_method_and_each_was_called(made: Report) -> None:
    """A new method needs its calls in `schema/talk*.py`."""
    wanted = {name for name, found in METHODS.items() if "control" not in found.kinds}
    assert set(made.methods) == wanted
    assert [name for name, row in made.methods.items() if not row.seen] == []


def test_there_is_a_row_for_every_event_and_update_that_the_sources_emit(made: Report) -> None:
    assert emitted() <= set(made.events)
    assert set(made.updates) >= {"2", "4", "5", "6", "7", "61", "62", "119", "601"}


def emitted() -> set[str]:
    """The names of events as the sources give them to `event(world, group, kind, content)`."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
            if named and getattr(node.func, "id", getattr(node.func, "attr", "")) == "event" and len(node.args) > 2:
                kind = node.args[2]
                found.add(kind.value if isinstance(kind, ast.Constant) else ast.unparse(kind))
    assert "message_new" in found and "kind" not in found
    return found


@needs_schema
def test_everything_fits_the_schema(made: Report) -> None:
    assert {row.name: sorted(row.schema) for row in made.rows() if row.schema} == {}


def test_everything_is_read_by_vkbottle(made: Report) -> None:
    assert {row.name: sorted(row.typed) for row in made.rows() if row.typed} == {}


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda deviation: f"{deviation.side}: {deviation.name}")
def test_every_deviation_is_in_use_and_has_a_reason(made: Report, deviation: Deviation) -> None:
    if deviation.side == "schema" and not published.here():
        pytest.skip(published.ABSENT)
    assert any(deviation in row.deviations for row in made.rows())
    assert len(deviation.reason) > 10


@needs_schema
def test_the_page_is_fresh(made: Report) -> None:
    assert schema_report.PAGE.read_text(encoding="utf-8") == schema_report.page(made), (
        "run: python -m tests.emulator.schema_report"
    )


@needs_schema
def test_errors_have_codes_of_the_schema() -> None:
    documented_only = {
        *(979, 983, 984, 995, 1017, 1021, 1117, 3609),
        *(38, 42, 43, 118, 121, 962, 970, 1009, 1010, 1011),
    }
    assert {code for code in TEXTS if code not in published.error_codes()} <= documented_only


def test_errors_of_single_recipients_and_messages(wrote: Ask) -> None:
    """They sit inside a good answer (vk-api.md 4.2, 6.1)."""
    items = [
        *wrote("messages.send", peer_ids="1001,1002,2000000099", random_id=5, message="x"),
        *wrote("messages.delete", peer_id=1001, cmids="1,2,99", delete_for_all=1),
    ]
    errors = [item["error"] for item in items if "error" in item]
    assert [error["code"] for error in errors] == [901, 917, 924, 104]
    assert all(set(error) == {"code", "description"} and error["description"] for error in errors)


def test_errors_of_a_script(vk: Vk) -> None:
    body = vk.call("execute", BOT, {"code": "return [API.no.such(), API.messages.send({peer_id: 1002})];"})
    assert [set(error) for error in body["execute_errors"]] == [{"method", "error_code", "error_msg"}] * 2


# --- the checks themselves bite ---------------------------------------------------------------------------------


def history(ask: Ask) -> dict[str, Any]:
    ask("messages.send", PERSON, peer_id=-101, random_id=0, message="x", lat=1, long=1)
    return {"response": copy.deepcopy(ask("messages.getHistory", peer_id=1001))}


SPOILED = {
    "a field of another type": lambda item: item.update(text=5),
    "a missing field": lambda item: item.pop("conversation_message_id"),
    "a deep one": lambda item: item["geo"].update(coordinates="здесь"),
}


@needs_schema
@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_answer_does_not_fit_the_schema(ask: Ask, how: str) -> None:
    body = history(ask)
    assert [] in published.answer_problems("messages.getHistory", body)
    SPOILED[how](body["response"]["items"][0])
    assert all(published.answer_problems("messages.getHistory", body))


@pytest.mark.parametrize("how", [*SPOILED, "a field that nobody knows"])
def test_a_spoiled_answer_is_not_read_by_vkbottle(ask: Ask, how: str) -> None:
    body = history(ask)
    assert typed.answer_problems("messages.getHistory", {"peer_id": 1001}, body) == []
    spoil = SPOILED.get(how, lambda item: item.update(aliens=1))
    spoil(body["response"]["items"][0])
    assert typed.answer_problems("messages.getHistory", {"peer_id": 1001}, body)


def test_a_spoiled_event_is_not_read_by_vkbottle(wrote: Ask, vk: Vk) -> None:
    event = copy.deepcopy(vk.world.queue(-101).items[-1].event)
    assert typed.event_problems(event) == []
    assert typed.event_problems({**event, "type": "aliens_landed"})
    del event["object"]["message"]["peer_id"]
    assert typed.event_problems(event)


def test_a_failure_is_shown_on_the_page_and_no_page_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Row("x.y", 1, schema={".response wrong"})
    assert schema_report.cell(bad, "schema", "valid") == "**fails**: .response wrong"
    monkeypatch.setattr(schema_report, "rehearsed", lambda: report.Report(methods={"x.y": bad}))
    monkeypatch.setattr(published, "here", lambda: True)
    monkeypatch.setattr(schema_report, "PAGE", Path("/nonexistent/page.md"))
    assert schema_report.main([]) == 1
