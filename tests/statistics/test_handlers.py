"""«/отчёт» and Monday's report: to the ЦУР only, once, also where the bot was down at nine (R52)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from features.statistics import texts
from features.statistics.handlers import RULES
from handlers.decide import decide
from handlers.official.commands import nearest
from handlers.system.reminders import SPIKES_TIMER
from handlers.text import texts_chat
from states.effects import Send
from states.events import TimerFired
from states.facts import Rules
from states.people.chats import CUR
from tests.handlers.given import CHATS, CUR_CHAT, ROADS_CHAT, cur, facts, roads, sends, wrote
from tests.small import POLICY

NINE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Of a Monday in Chelyabinsk."""
PANEL = replace(POLICY, panel="https://panel.test")


def typed(text: str, **more: Any) -> Any:
    known: dict[str, Any] = {"chat": cur(), "rules": RULES} | more
    return decide(facts(**known), wrote(text, 30, peer=known["chat"].peer, author=5001))


@pytest.mark.parametrize(
    ("text", "document", "words"),
    [
        ("/отчёт неделя", "report.week.2026-11-16", "Отчёт за неделю, 16 ноября – 22 ноября."),
        ("/Отчет Неделю.", "report.week.2026-11-16", "Отчёт за неделю, 16 ноября – 22 ноября."),
        ("/отчёт месяц", "report.month.2026-10-01", "Отчёт за месяц, 1 октября – 31 октября."),
    ],
)
def test_a_word_brings_the_last_whole_period(text: str, document: str, words: str) -> None:
    (send,) = sends(typed(text))
    assert (send.peer, send.document, send.text, send.reply_to) == (CUR_CHAT, document, words, 30)


@pytest.mark.parametrize("text", ["/отчёт", "/отчёт год"])
def test_which_one_is_asked(text: str) -> None:
    (send,) = sends(typed(text))
    assert send.text == texts.WHICH and not send.document


def test_other_chats_have_no_such_word() -> None:
    (send,) = sends(typed("/отчёт неделя", chat=roads()))
    assert "Такой команды нет" in send.text and not send.document


def test_the_centre_is_offered_the_word_and_reads_it_in_the_help() -> None:
    assert nearest("/отче", cur(), RULES) == "отчет" and nearest("/отче", roads(), RULES) == ""
    (help_of,) = sends(typed("/помощь"))
    assert help_of.text.endswith("; /возобновить орган; /отчёт неделя, /отчёт месяц.")
    (help_of,) = sends(typed("/помощь", chat=roads()))
    assert "отчёт" not in help_of.text


def test_a_region_without_reports_says_so() -> None:
    """Never «Может быть, /ответ?», and no report comes by itself."""
    (send,) = sends(typed("/отчёт неделя", rules=Rules()))
    assert send.text == texts_chat.LEFT_OUT and not send.document
    (help_of,) = sends(typed("/помощь", rules=Rules()))
    assert help_of.text.endswith("; /возобновить орган.")
    quiet = decide(facts(now=NINE), TimerFired(SPIKES_TIMER, SPIKES_TIMER, 0, NINE))
    assert not [send for send in sends(quiet) if send.document]


def test_with_a_panel_its_address_is_there() -> None:
    (send,) = sends(typed("/отчёт неделя", policy=PANEL))
    assert "https://panel.test/reports/week?from=2026-11-16" in send.text


def looked(at: datetime, now: datetime, **more: Any) -> list[Send]:
    decision = decide(facts(now=now, rules=RULES, **more), TimerFired(SPIKES_TIMER, SPIKES_TIMER, 0, at))
    return [send for send in sends(decision) if send.document]


def test_on_monday_at_nine_it_comes_by_itself() -> None:
    (send,) = looked(NINE, NINE)
    assert send.peer == CUR_CHAT and send.peer != ROADS_CHAT and send.document == "report.week.2026-11-16"
    assert "16 ноября – 22 ноября" in send.text


def test_once_a_week_whenever_it_is_looked_at() -> None:
    """A week of looks without gaps, each some seconds late."""
    found, at = [], NINE - timedelta(days=3)
    for _ in range(7 * 24 * 4):
        found += looked(at, at + timedelta(seconds=7))
        at += timedelta(minutes=15)
    assert [send.document for send in found] == ["report.week.2026-11-16"]


def test_a_bot_that_was_down_at_nine_sends_it_when_it_is_back() -> None:
    (send,) = looked(NINE - timedelta(minutes=15), NINE + timedelta(hours=5))
    assert send.document == "report.week.2026-11-16"
    (later,) = looked(NINE - timedelta(days=20), NINE + timedelta(days=2))
    assert later.document == "report.week.2026-11-16", "the last one, not each that was missed"


def test_without_a_chat_of_the_cur_nobody_gets_it() -> None:
    assert looked(NINE, NINE, chats={"roads": CHATS["roads"]}) == []
    assert looked(NINE, NINE, chats={**CHATS, CUR: replace(CHATS[CUR], lost=True)}) == []
