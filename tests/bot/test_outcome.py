"""What VK's answers mean (delivery.md §9, design.md §12): no class is missing, nothing uncertain is called certain."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.delivery.send_outcome import (
    COMMENT,
    NUMBERLESS,
    SendOutcome,
    Verdict,
    named_nowhere,
    outcome_of_call,
    record_one,
    verdict,
)
from bot.process import retry
from bot.process.clock import Clock
from bot.process.retry import LOOKS, Class, classify, look_after, wait_before
from states.effects import Edit, Send
from storage.outbox.claim import LEASE

SENT = [{"peer_id": 5, "message_id": 0, "conversation_message_id": 9}]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (6, Class.NOT_SENT),
        (9, Class.NOT_SENT),
        (29, Class.NOT_SENT),
        (32, Class.NOT_SENT),
        (1, Class.UNKNOWN),
        (10, Class.UNKNOWN),
        (4242, Class.UNKNOWN),
        (921, Class.DEGRADE),
        (969, Class.DEGRADE),
        (113, Class.DEGRADE),
        (901, Class.RECIPIENT),
        (30, Class.RECIPIENT),
        (917, Class.CHAT),
        (5, Class.HALT),
        (984, Class.HALT),
        (3, Class.HALT),
        (3609, Class.HALT),
    ],
)
def test_classes(code: int, expected: Class) -> None:
    assert classify(code) is expected


def test_no_code_has_two_classes() -> None:
    sets = [retry.NOT_SENT, retry.UNKNOWN, retry.DEGRADE, retry.RECIPIENT, retry.CHAT, retry.RIGHTS, retry.SETTINGS]
    assert sum(map(len, sets)) == len(set().union(*sets))


def test_sent_needs_a_cmid() -> None:
    """delivery.md §2.2: an answer without a new cmid is verified by history."""
    assert outcome_of_call("messages.send", SENT, iter([])).cmid == 9
    assert outcome_of_call("messages.send", [{"peer_id": 5}], iter([])).verdict is Verdict.UNKNOWN
    assert outcome_of_call("messages.send", 0, iter([])).verdict is Verdict.UNKNOWN
    assert outcome_of_call("messages.send", None, iter([])).verdict is Verdict.UNKNOWN


def test_an_error_hides_inside_a_good_answer() -> None:
    """vk-api.md §12.11, F18."""
    answer = [{"peer_id": 5, "message_id": 0, "conversation_message_id": 0, "error": {"code": 901, "description": ""}}]
    found = outcome_of_call("messages.send", answer, iter([]))
    assert (found.verdict, found.code) == (Verdict.PARK, 901)


def test_errors_of_execute_are_taken_in_order() -> None:
    errors = iter([("messages.send", 921), ("messages.send", 901)])
    first = outcome_of_call("messages.send", False, errors)
    second = outcome_of_call("messages.send", SENT, errors)
    third = outcome_of_call("messages.send", False, errors)
    assert [outcome.verdict for outcome in (first, second, third)] == [Verdict.DEGRADE, Verdict.SENT, Verdict.PARK]


def test_false_without_an_error_proves_nothing() -> None:
    assert outcome_of_call("messages.send", False, iter([])).verdict is Verdict.UNKNOWN


def test_an_edit_may_be_repeated_and_never_waits_as_unknown() -> None:
    assert verdict("messages.edit", 10) is Verdict.NOT_SENT
    assert verdict("messages.edit", 909) is Verdict.DEGRADE
    assert outcome_of_call("messages.edit", 1, iter([])).verdict is Verdict.SENT


def test_a_spinner_that_is_gone_is_let_go() -> None:
    assert verdict("messages.sendMessageEventAnswer", 100) is Verdict.SET_ASIDE
    assert verdict("messages.sendMessageEventAnswer", 6) is Verdict.NOT_SENT


def test_a_broken_script_halts_and_loses_nothing() -> None:
    assert verdict("execute", 12) is Verdict.HALT
    assert verdict("execute", 100) is Verdict.HALT
    assert verdict("execute", 15) is Verdict.HALT
    assert verdict("messages.send", 15) is Verdict.DOUBTFUL
    assert verdict("execute", 13) is Verdict.UNKNOWN


def test_waits_grow_and_are_bounded() -> None:
    looks = [look_after(n) for n in range(12)]
    assert looks[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert looks == sorted(looks)
    assert looks[-1] == timedelta(seconds=300)
    assert wait_before(6, 9) == timedelta(seconds=1)
    assert wait_before(9, 1) >= timedelta(minutes=1)
    assert wait_before(29, 1) >= timedelta(hours=1)


def test_negative_looks_do_not_raise() -> None:
    assert look_after(-2) < timedelta(seconds=2)
    assert json.dumps(look_after(0).total_seconds())


@pytest.mark.parametrize(("code", "nowhere"), [(0, False), (6, False), (921, False), (5555, True)])
def test_only_a_code_that_no_table_names_sets_aside_what_history_does_not_show(code: int, nowhere: bool) -> None:
    """design.md §12. The simulation lost a screen to six times «too fast» after lost answers (seed 106)."""
    assert named_nowhere(code) is nowhere


class Rows:
    """Stands for the outbox: which of its functions were called, with which code and whether still unknown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, object]] = []
        monkeypatch.setattr("storage.outbox.fallback.fall_back", self.note("fall_back"))
        for name in ("defer", "dead_letter", "record_absent", "record_all_sent", "park"):
            monkeypatch.setattr(f"storage.outbox.outcomes.{name}", self.note(name))

    def note(self, name: str) -> Any:
        async def noted(*_: object, **more: object) -> None:
            self.calls.append((name, more.get("unknown")))

        return noted


@pytest.mark.parametrize(
    ("code", "effect", "then"),
    [
        (100, Send(5, "c", "слова"), ("defer", True)),
        (100, Edit(5, "c", "b", "слова"), ("fall_back", None)),
        (914, Send(5, "c", "слова"), ("fall_back", None)),
    ],
)
async def test_100_may_mean_that_it_was_sent(
    monkeypatch: pytest.MonkeyPatch, code: int, effect: Send | Edit, then: tuple[str, object]
) -> None:
    """delivery.md §2.2, P4. The simulation saw two copies where history lagged behind (seed 458), and where a life that
    an older copy does not know had said it (§13, seed 17000409)."""
    rows = Rows(monkeypatch)
    bot: Any = SimpleNamespace(clock=Clock(), community=1)
    row: Any = SimpleNamespace(id=1, peer=5, fencing_token=1, was_unknown=False, looks=2, effect=effect, level=0)
    await record_one(cast(Any, None), bot, row, SendOutcome(Verdict.DEGRADE, code))
    assert rows.calls == [then]


@pytest.mark.parametrize(("attempts", "then"), [(1, "fall_back"), (2, "record_absent")])
async def test_what_was_refused_at_its_first_try_and_is_not_there_takes_a_simpler_form(
    monkeypatch: pytest.MonkeyPatch, attempts: int, then: str
) -> None:
    """P4: no answer of it was ever lost, so its form is the cause."""
    rows = Rows(monkeypatch)
    bot: Any = SimpleNamespace(clock=Clock(), community=1)
    row: Any = SimpleNamespace(id=1, fencing_token=1, kind="screen", attempts=attempts, looks=1, code=100, reason="100")
    await record_one(cast(Any, None), bot, row, SendOutcome(Verdict.ABSENT))
    assert [name for name, _ in rows.calls] == [then]


@pytest.mark.parametrize(
    ("kind", "reason", "code", "looks", "then"),
    [
        ("screen", NUMBERLESS, 0, LOOKS, "record_all_sent"),
        ("answer", NUMBERLESS, 0, LOOKS, "record_all_sent"),
        ("card", NUMBERLESS, 0, LOOKS, "dead_letter"),
        ("addition", NUMBERLESS, 0, LOOKS, "dead_letter"),
        ("screen", NUMBERLESS, 0, LOOKS - 1, "record_absent"),
        ("screen", NUMBERLESS, 10, LOOKS, "record_all_sent"),
        ("screen", "", 0, LOOKS, "record_absent"),
        ("status", "100", 100, LOOKS, "record_all_sent"),
        ("card", "100", 100, LOOKS, "dead_letter"),
        ("card", "100", 100, LOOKS - 1, "record_absent"),
    ],
)
async def test_what_vk_calls_said_and_shows_to_nobody_holds_nothing_up_for_ever(
    monkeypatch: pytest.MonkeyPatch, kind: str, reason: str, code: int, looks: int, then: str
) -> None:
    """Q2: an answer without a number again and again, while history shows nothing (I8), as in a chat to which the bot
    came back (seed 8958); or error 100, where history hides what is asked for (seed 27583). Lost answers prove
    nothing."""
    rows = Rows(monkeypatch)
    bot: Any = SimpleNamespace(clock=Clock(), community=1)
    row: Any = SimpleNamespace(
        id=1, peer=5, fencing_token=1, kind=kind, attempts=9, looks=looks, code=code, reason=reason, lost=()
    )
    row.cause, row.appeal = "v1|1|screen|5|9|0", None
    await record_one(cast(Any, None), bot, row, SendOutcome(Verdict.ABSENT, hidden=code == 100))
    assert [name for name, _ in rows.calls] == [then]


@pytest.mark.parametrize(("looks", "then"), [(LOOKS - 1, "record_absent"), (LOOKS, "fall_back")])
async def test_the_words_are_suspected_after_six_looks_not_after_six_tries(
    monkeypatch: pytest.MonkeyPatch, looks: int, then: str
) -> None:
    """Error 10. A try that was «too fast» says nothing of the words: a simpler form was said beside the late first one
    (I7, seed 13099)."""
    rows = Rows(monkeypatch)
    bot: Any = SimpleNamespace(clock=Clock(), community=1)
    row: Any = SimpleNamespace(id=1, fencing_token=1, kind="screen", attempts=9, looks=looks, code=10, reason="10")
    await record_one(cast(Any, None), bot, row, SendOutcome(Verdict.ABSENT))
    assert [name for name, _ in rows.calls] == [then]


@pytest.mark.parametrize(("heard", "then"), [(True, ("defer", False)), (False, ("park", None))])
async def test_who_opened_the_dialogue_while_the_refusal_was_on_its_way_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, heard: bool, then: tuple[str, object]
) -> None:
    """F15: it was released first and parked then, until the resident wrote again (I3, I8, seed 27454)."""
    asked: list[object] = []

    async def was_heard(*of: object) -> bool:
        asked.extend(of[1:])
        return heard

    rows, until = Rows(monkeypatch), Clock().now()
    monkeypatch.setattr("storage.outbox.outcomes.has_heard", was_heard)
    row: Any = SimpleNamespace(id=1, fencing_token=1, peer=5, attempts=1, was_unknown=False, lease_until=until)
    bot: Any = SimpleNamespace(clock=Clock(), community=1)
    await record_one(cast(Any, None), bot, row, SendOutcome(Verdict.PARK, 901))
    assert (rows.calls, asked) == ([then], [5, until - LEASE])


async def test_an_edit_said_anew_is_looked_for_like_any_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """delivery.md §8: only an edit itself may simply be done again."""
    rows = Rows(monkeypatch)
    bot: Any = SimpleNamespace(clock=Clock(), community=1)
    edit = Edit(2_000_000_001, "c", "t", "слова")
    for level in (0, 1):
        row: Any = SimpleNamespace(id=1, peer=5, fencing_token=1, attempts=1, looks=0, code=0, effect=edit, level=level)
        await record_one(cast(Any, None), bot, row, SendOutcome(Verdict.UNKNOWN, reason="нет ответа"))
    assert rows.calls == [("defer", False), ("defer", True)]


def test_what_vk_does_not_take_under_a_post_stops_nothing_else() -> None:
    assert verdict(COMMENT, 222) is Verdict.DEGRADE
    assert verdict(COMMENT, 223) is verdict(COMMENT, 6) is Verdict.NOT_SENT
    assert verdict(COMMENT, 10) is Verdict.UNKNOWN
    for code in (7, 15, 17, 27, 100, 212, 213, 901, 5555):
        assert verdict(COMMENT, code) is Verdict.SET_ASIDE, code
    assert verdict("execute", 15) is Verdict.HALT


def test_a_comment_of_ours_has_its_number() -> None:
    found = outcome_of_call(COMMENT, {"comment_id": 12, "parents_stack": []}, iter(()))
    assert (found.verdict, found.cmid) == (Verdict.SENT, 12)
    assert outcome_of_call(COMMENT, {}, iter(())).verdict is Verdict.UNKNOWN
    assert outcome_of_call(COMMENT, False, iter([(COMMENT, 213)])).verdict is Verdict.SET_ASIDE
