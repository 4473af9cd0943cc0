"""What the checkers of a kill run say of records that chance makes seldom: deterministic, no bot, no VK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.rig.stand import BOT
from tests.kill.evidence import Evidence, failures
from tests.kill.invariants import brought_in_order, check_stopped, in_order, no_echo, nothing_raised, settled

RESIDENT = 20006
GIVEN, DIRECT = "1125-AAAA", "1125-BBBB"
CARD_GIVEN = f"Снег\n№{GIVEN}\nПометка {RESIDENT}х16"
CARD_DIRECT = f"Снег\n№{DIRECT}\nПометка {RESIDENT}х20"


def said(*texts: str) -> list[dict[str, Any]]:
    return [
        {"cmid": cmid, "from_id": BOT, "text": text, "reply_cmid": 0, "forwards": []}
        for cmid, text in enumerate(texts, 1)
    ]


def evidence(*cur: str) -> Evidence:
    """The first appeal was told to go to the roads, the second to the ЦУР; `cur` is what stands in the ЦУР's chat."""
    sent = "✅ Приняли. {}\n№{}"
    private = said(
        sent.format("Ответит Дороги завтра до 14:00.", GIVEN),
        sent.format("Сначала прочитает центр управления.", DIRECT),
    )
    chats = {"cur": said(*cur), "roads": said(CARD_GIVEN)}
    dialogues: list[dict[str, Any]] = [{"kind": "private", "members": [BOT, RESIDENT], "messages": private}]
    dialogues += [
        {"kind": "chat", "key": key, "peer_ids": {f"group-{-BOT}": 2_000_000_001}, "messages": messages}
        for key, messages in chats.items()
    ]
    return Evidence(dialogues, {"roads": "Дороги"})


def test_a_card_given_back_comes_when_it_is_given_back() -> None:
    """I5: «Не наше» was pressed after the resident's next message had come to the ЦУР (seed 20261125)."""
    assert list(in_order(evidence(CARD_DIRECT, CARD_GIVEN))) == []


def test_what_was_given_back_may_stand_behind_what_came_since() -> None:
    """I5, in the drill: the other appeals have their order, and it has its own."""
    late = f"Дополнение к №{DIRECT}\nПометка {RESIDENT}х15"
    of_both = evidence(CARD_DIRECT, late)
    assert list(brought_in_order(of_both)) and list(brought_in_order(of_both, {GIVEN})) != []
    assert ["о №" in one for one in brought_in_order(of_both, {DIRECT})] == [True], "by itself it is still looked at"
    apart = evidence(f"Снег\n№{DIRECT}\nПометка {RESIDENT}х20", f"Дополнение к №{GIVEN}\nПометка {RESIDENT}х16")
    assert list(brought_in_order(apart)) != [] and list(brought_in_order(apart, {GIVEN})) == []


@pytest.mark.parametrize(
    "cur",
    [
        (f"Дополнение к №{DIRECT}\nПометка {RESIDENT}х21", CARD_DIRECT),
        (CARD_GIVEN, f"Дополнение к №{DIRECT}\nПометка {RESIDENT}х21", CARD_DIRECT),
        (f"Дополнение к №{GIVEN}\nПометка {RESIDENT}х17", CARD_GIVEN),
        (CARD_GIVEN, f"Дополнение к №{GIVEN}\nПометка {RESIDENT}х23", CARD_DIRECT),
        (f"{CARD_GIVEN} Пометка {RESIDENT}х15",),
    ],
)
def test_everything_else_keeps_its_order(cur: tuple[str, ...]) -> None:
    """I5: also what was given back, within its own appeal, and what is added to it later, among all."""
    assert list(in_order(evidence(*cur))) != []


def test_a_handler_that_raised_is_read_from_the_log(tmp_path: Path) -> None:
    """F20: also where a death cut the line short."""
    log = tmp_path / "bot.log"
    log.write_text(
        '{"event": "decided", "kind": "message"}\n'
        '{"event": "handler_failed", "kind": "message", "error": "KeyError", "state": "dead"}\n'
        '{"event": "handler_failed", "kind": "mes',
        encoding="utf-8",
    )
    found = list(nothing_raised(Evidence([], {}, failures=failures(log))))
    assert found[0] == "обработчик упал: message KeyError, dead" and len(found) == 2


MARK = "501о7н1"
STOPPED, ASKED = "Ответ по №1125-AAAA не ушёл: житель уточнил.", "Иван, житель уточнил: «подъезд 2»."
BEGINS = f"Ответ по №1125-AAAA не ушёл: житель уточнил. Было: «Ответ {MARK}»."
GONE, NOT_GONE = "Ответ доставлен жителю.", "Ответ не доставлен: житель закрыл сообщения."


@pytest.mark.parametrize(
    ("copies", "reactions", "fine"),
    [
        ([], [STOPPED, ASKED], True),
        ([], [BEGINS], True),
        (["20006"], [STOPPED, GONE], True),
        (["20006", "cur"], [STOPPED, GONE], True),
        (["cur", "cur"], [STOPPED, ASKED], False),
        (["20006"], [STOPPED, NOT_GONE], False),
        (["20006"], [STOPPED, ASKED], False),
        ([], [STOPPED], False),
        ([], [STOPPED, "Позвали соседей."], False),
        ([], [STOPPED, ASKED, ASKED, ASKED], False),
    ],
)
def test_a_stopped_answer_is_asked_about_once_and_read_once(
    copies: list[str], reactions: list[str], fine: bool
) -> None:
    """I3."""
    assert (list(check_stopped(MARK, "20006", copies, reactions)) == []) is fine


@pytest.mark.parametrize(("told", "fine"), [(GONE, True), (NOT_GONE, False)])
def test_what_reached_its_resident_is_not_told_as_not_delivered(told: str, fine: bool) -> None:
    """I3."""
    assert (list(settled(MARK, "20006", ["20006"], [told])) == []) is fine


@pytest.mark.parametrize(("times", "wrong"), [(0, 1), (1, 0), (2, 0), (3, 0), (4, 1)])
def test_equal_confirmations_that_waited_are_one(times: int, wrong: int) -> None:
    """Whoever wrote three times while the store failed over reads one line, not three; never none, never a fourth."""
    wrote = [
        {"cmid": cmid, "from_id": RESIDENT, "text": f"Дополняю №{GIVEN}: Пометка", "reply_cmid": 0, "forwards": []}
        for cmid in range(1, 4)
    ]
    private = [*wrote, *said(*[f"Добавили к сообщению №{GIVEN}."] * times)]
    dialogues: list[dict[str, Any]] = [{"kind": "private", "members": [BOT, RESIDENT], "messages": private}]
    assert len(list(no_echo(Evidence(dialogues, {})))) == wrong
