"""How the list of the morning looks: one message of counts, and a short page behind each of them (R51).

Of bounded length and with at most ten buttons, whatever waits. An agency must see nothing but its own (R22).
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from handlers.text import actions, keyboards, texts_digest
from handlers.text.keyboards import Row, callback
from handlers.text.words import clock, moment, waiting_time
from handlers.views.cards import agency_name, place_name, topic_name
from handlers.views.titles import title
from states.facts import Facts
from states.lifecycle.appeal import Appeal
from states.lifecycle.digest import Count, Digest, Load, Section
from states.lifecycle.spikes import Spike, spikes
from states.people.chats import CUR, Chat
from states.screen import Button, Colour, Screen
from states.worktime.deadlines import THRICE

SHOWN = 5
"""Lines on a page, each with its button: with a row to turn it six rows, as VK allows (vk-api.md §7)."""

NOON = 12
"""A bot that was down in the morning does not say «доброе утро» in the afternoon."""

SPIKES = 2
"""Spikes that are named; each has told itself once already."""

TO_NAME = frozenset({Section.OWN_LATE, Section.UNASSIGNED, Section.RETURNED, Section.REOPENED, Section.THRICE})
"""Behind these lines the ЦУР names who answers."""

OWED = frozenset({Section.TODAY, Section.OVERDUE})
"""Behind these lines of the ЦУР stand the agencies that owe, to be reminded."""


def thrice(facts: Facts, late: Sequence[Appeal]) -> tuple[Appeal, ...]:
    """The overdue appeals of which three times the term has passed, in the working time of whoever has them."""
    found = ((appeal, appeal.deadline) for appeal in late)
    return tuple(
        appeal
        for appeal, deadline in found
        if deadline is not None and deadline.times(facts.clocks(appeal).office, facts.now) >= THRICE
    )


def counts(facts: Facts, digest: Digest) -> dict[Section, Count]:
    """By section, what waits there, in the order of the list; sections with nothing are left out."""
    known = {section: digest.of(section) for section in Section}
    known[Section.THRICE] = Count(len(thrice(facts, digest.late)))
    return {section: count for section, count in known.items() if count.count}


def digest_hash(facts: Facts, digest: Digest) -> str:
    """A digest of what the list says: while it is the same, the message is not edited."""
    grown = [(spike.topic, spike.place) for spike in spikes(digest.spikes)[:SPIKES]]
    told = [(section.value, count.count) for section, count in counts(facts, digest).items()]
    told += [("comments", digest.comments.count)] if digest.comments.count else []
    return f"{crc32(repr((told, grown)).encode()):08x}" if told or grown else ""


def summary(facts: Facts, chat: Chat, digest: Digest, *, morning: bool) -> Screen:
    """All of it in one message: the counts, the worst one by name, a button for each count."""
    at = clock(facts.now, facts.policy.zone).removeprefix("0")
    known, grown = counts(facts, digest), spikes(digest.spikes)[:SPIKES]
    if not (known or grown or digest.comments.count):
        return Screen(texts_digest.NOTHING.format(at=at))
    early = morning and facts.now.astimezone(facts.policy.zone).hour < NOON
    head = (texts_digest.GREETING if early else texts_digest.AS_OF).format(at=at)
    lines = [head, " · ".join(line_in_words(facts, section, count) for section, count in known.items())]
    lines += [spike_line(facts, spike) for spike in grown]
    if (under := digest.comments).oldest is not None:
        lines.append(texts_digest.COMMENTS.format(count=under.count, wait=waiting_time(under.oldest, facts.now)))
    if (worst := worst_of(facts, digest)) is not None:
        lines.append(late_line(facts, texts_digest.WORST, worst))
    if chat.agency != CUR and Section.THRICE in known:
        lines.append(texts_digest.THRICE_KNOWN)
    buttons = [opens(section, count.count) for section, count in known.items()]
    buttons += [merges(facts, spike) for spike in grown if spike.place is not None]
    return Screen("\n".join(line for line in lines if line), keyboards.inline(*in_pairs(buttons)))


def line_in_words(facts: Facts, section: Section, count: Count) -> str:
    """«без адресата 6 (старшее ждёт 14 ч)»."""
    words = texts_digest.LATEST if section in (Section.OVERDUE, Section.OWN_LATE) else texts_digest.OLDEST
    since = words.format(wait=waiting_time(count.oldest, facts.now)) if count.oldest is not None else ""
    return f"{texts_digest.NAMES[section]} {count.count}{since}"


def spike_line(facts: Facts, spike: Spike) -> str:
    """A line of the list: how many messages with one topic came from one place lately."""
    topic, place = topic_name(facts.directory, spike.topic), place_name(facts.directory, spike.place)
    return texts_digest.LINE_SPIKE.format(topic=topic, place=place, count=spike.count)


def merges(facts: Facts, spike: Spike) -> Button:
    """The button by which the ЦУР merges what grows, for it may be one thing (R32)."""
    name = f"Объединить: {topic_name(facts.directory, spike.topic)}"
    return callback(name, actions.ALIKE, f"{spike.topic} {spike.place}")


def worst_of(facts: Facts, digest: Digest) -> Appeal | None:
    """The most urgent of the late ones, else the one that is late longest."""
    return min(digest.late, key=lambda appeal: not appeal.urgent, default=None)


def late_line(facts: Facts, words: str, appeal: Appeal, number: int = 0) -> str:
    """A line with the title, who has it, and since when its term is over, put into `words`."""
    who = agency_name(facts.directory, None if in_cur(facts, appeal) else appeal.agency)
    assert appeal.deadline is not None, "what is late has a clock"
    until = moment(appeal.deadline.due_at, facts.policy.zone)
    return words.format(number=number, title=title(appeal, facts.directory), who=who, until=until, code=appeal.code)


def in_cur(facts: Facts, appeal: Appeal) -> bool:
    """Whether the appeal is in the ЦУР's chat."""
    cur = facts.chats.get(CUR)
    return cur is not None and cur.peer == appeal.chat


def opens(section: Section, count: int) -> Button:
    """The button that opens a section of the list; the main colour where the ЦУР must name an agency."""
    colour = Colour.PRIMARY if section in TO_NAME else Colour.SECONDARY
    return callback(texts_digest.label(section, count), actions.DIGEST, f"{section} 0", colour)


def in_pairs(buttons: Sequence[Button]) -> list[Row]:
    """Two buttons in a row."""
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


# A page behind a count.


def page(facts: Facts, chat: Chat, digest: Digest, section: Section, at: int) -> Screen:
    """The lines from `at` on, each with its button."""
    if chat.agency == CUR and section in OWED:
        owing = [load for load in digest.loads if (load.today if section is Section.TODAY else load.overdue)]
        lines = [load_line(facts, load, number) for number, load in enumerate(owing, 1)]
        return paged(section, at, lines, [reminds(facts, load) for load in owing], len(owing))
    found = thrice(facts, facts.listed) if section is Section.THRICE else facts.listed
    lines = [item_line(facts, section, appeal, number) for number, appeal in enumerate(found, 1)]
    names = chat.agency == CUR and section in TO_NAME
    buttons = [item_button(facts, appeal, names=names) for appeal in found]
    return paged(section, at, lines, buttons, max(digest.of(section).count, len(found)))


def paged(section: Section, at: int, lines: Sequence[str], buttons: Sequence[Button | None], count: int) -> Screen:
    """One page of a section, with buttons to turn it; an empty section says so."""
    if not lines:
        return Screen(texts_digest.NOBODY)
    first = min(max(at, 0), (len(lines) - 1) // SHOWN * SHOWN)
    here = slice(first, first + SHOWN)
    text = [f"{texts_digest.label(section, count)}", *lines[here]]
    if count > len(lines):
        text.append(texts_digest.MORE.format(shown=len(lines), count=count))
    turning = []
    if first:
        turning.append(callback("← Раньше", actions.DIGEST, f"{section} {first - SHOWN}"))
    if first + SHOWN < len(lines):
        turning.append(callback("Ещё →", actions.DIGEST, f"{section} {first + SHOWN}"))
    rows = keyboards.rows_of_one(button for button in buttons[here] if button is not None)
    return Screen("\n".join(text), keyboards.inline(*rows, tuple(turning)))


def item_line(facts: Facts, section: Section, appeal: Appeal, number: int) -> str:
    """A line of a page of the list: the term where the page is about terms, else how long it waits."""
    deadline = appeal.deadline
    if section in (Section.OVERDUE, Section.OWN_LATE, Section.THRICE) and deadline is not None:
        return late_line(facts, texts_digest.LINE_LATE, appeal, number)
    if section is Section.TODAY and deadline is not None:
        until = moment(deadline.due_at, facts.policy.zone)
        return texts_digest.LINE_TERM.format(
            number=number, title=title(appeal, facts.directory), until=until, code=appeal.code
        )
    wait = waiting_time(appeal.created_at, facts.now)
    return texts_digest.LINE_WAITS.format(
        number=number, title=title(appeal, facts.directory), wait=wait, code=appeal.code
    )


def item_button(facts: Facts, appeal: Appeal, *, names: bool) -> Button:
    """The ЦУР names who answers right from here; of anything else the card is shown again, of an alarm too, for a
    person ends it first (R28)."""
    words, action = ("Направить", actions.ASSIGN) if names and not appeal.alarming else ("Открыть", actions.OPEN)
    return callback(f"{words}: {title(appeal, facts.directory)}", action, appeal.code)


def load_line(facts: Facts, load: Load, number: int) -> str:
    """A line with what one agency owes."""
    name = agency_name(facts.directory, load.agency)
    return texts_digest.LINE_LOAD.format(number=number, agency=name, owes=owes(facts, load))


def owes(facts: Facts, load: Load) -> str:
    """What an agency owes, in words: due today, overdue, the oldest wait."""
    late = texts_digest.LATEST.format(wait=waiting_time(load.oldest, facts.now)) if load.oldest is not None else ""
    return texts_digest.owes(load.today, load.overdue, late)


def reminds(facts: Facts, load: Load) -> Button | None:
    """The ЦУР does not remind itself."""
    agency = facts.directory.agency_by_code.get(load.agency or "")
    if agency is None:
        return None
    return callback(f"Напомнить: {agency.short} {load.overdue or load.today}", actions.REMIND, agency.code)
