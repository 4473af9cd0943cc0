"""The report of the last week or month for the ЦУР: by «/отчёт», and on Monday morning by itself (R52).

It names the report only; figures and picture are made when it is sent. It must never go to another chat.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from features.statistics import texts
from handlers.text.words import date_words
from handlers.views.turn import hint
from states.decision import Decision
from states.effects import Effect, Kind, Priority, Send
from states.facts import Audience, ChatCommand, Facts, Rules
from states.messages import Message
from states.people.chats import Chat
from states.statistics.periods import Span, Stretch, around, whole_before

NINE = time(9)
"""Of Monday, in the region."""

SPANS = {"неделя": Span.WEEK, "неделю": Span.WEEK, "месяц": Span.MONTH}


def answer_command(facts: Facts, chat: Chat, event: Message, rest: str) -> Decision | str:
    """Sends the ЦУР the report of the last whole week or month; a sentence with the choices where neither is named."""
    span = SPANS.get(rest.casefold().strip(" ."))
    if span is None:
        return texts.WHICH
    stretch = whole_before(span, today(facts))
    said = hint(facts, event, words(facts, stretch))
    return Decision(effects=(replace(said, document=stretch.document),))


def weekly(facts: Facts, since: datetime, until: datetime) -> tuple[Effect, ...]:
    """The report of last week, if Monday's nine o'clock was in this stretch of time; none otherwise. Whoever looks does
    so without gaps, so it is said once, also where the bot was down at nine."""
    cur = facts.cur
    if cur is None or cur.lost or not since <= nine(facts) < until:
        return ()
    stretch = whole_before(Span.WEEK, today(facts))
    cause = facts.cause("report", cur.peer, f"week.{stretch.first:%y%m%d}")
    text = words(facts, stretch)
    return (Send(cur.peer, cause, text, Kind.NOTICE, Priority.NOTICE, document=stretch.document),)


def nine(facts: Facts) -> datetime:
    """Nine o'clock on this week's Monday."""
    return datetime.combine(around(Span.WEEK, today(facts)).first, NINE, facts.policy.zone)


def today(facts: Facts) -> date:
    """The date in the region's zone."""
    return facts.now.astimezone(facts.policy.zone).date()


def words(facts: Facts, stretch: Stretch) -> str:
    """«Отчёт за неделю 16 ноября – 22 ноября», and where it stands in the panel."""
    when = f"{date_words(stretch.first)} – {date_words(stretch.last)}"
    text = texts.REPORTS[stretch.span].format(when=when)
    address = f"{facts.policy.panel}/reports/{stretch.span}?from={stretch.first.isoformat()}"
    return f"{text}\n\n{texts.IN_PANEL.format(address=address)}" if facts.policy.panel else text


REPORT = ChatCommand(("отчет",), answer_command, Audience.CENTRE, centre=True, help=texts.HELP)
RULES = Rules(commands=(REPORT,), looks=(weekly,))
