"""The sentence on top of a report, made by rules from its figures. It says what happened and praises nobody.

Names stand as they are in the directory, so that no rule has to bend a name it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.numbers import Figure, duration, number, percent
from features.statistics.report.figures import PlaceFigures, Report, Topic
from features.statistics.report.period import within
from handlers.text.words import plural
from states.statistics.change import Verdict

GREW, LEAST, PART = 1.5, 20, 0.05
"""A topic is worth the headline when it grew by half, by twenty messages and by a twentieth of all."""
STEADY = 0.03
"""A change of all messages by less is none."""
TIMES = ((1.8, "в полтора раза"), (2.3, "вдвое"), (2.7, "в два с половиной раза"), (3.3, "втрое"),
         (3.7, "в три с половиной раза"), (4.5, "вчетверо"))  # fmt: skip
EACH = {2: "второе", 3: "третье", 4: "четвёртое", 5: "пятое", 6: "шестое", 7: "седьмое", 8: "восьмое", 9: "девятое",
        10: "десятое"}  # fmt: skip
NEAR = 0.12
"""«Каждое пятое» may be a tenth beside a fifth."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What is bold, and what follows."""

    strong: str
    rest: str

    @property
    def whole(self) -> str:
        """Both parts together."""
        return f"{self.strong} {self.rest}".strip()


def headline(report: Report) -> Headline:
    """The sentence over a report: what happened, by its figures."""
    received = report.received.now
    if received is None:
        return Headline(f"{within(report.period)} данных о сообщениях нет.", "")
    if received == 0:
        return Headline(f"{within(report.period)} сообщений не было.", "")
    grown = grown_topic(report)
    first = growth(grown) if grown else amount(received, report.received.was)
    strong = ", ".join(part for part in (first, speed(report)) if part)
    told = (about(grown, received) if grown else "", in_time(report.in_time.now), late(report.worse))
    return Headline(f"{strong[:1].upper()}{strong[1:]}." if strong else "", " ".join(part for part in told if part))


def grown_topic(report: Report) -> Topic | None:
    """The topic that grew by most messages, where it grew enough to be spoken of."""
    grown = [topic for topic in report.topics if not topic.rest and _grew(topic, report.received.now or 0)]
    return max(grown, key=lambda topic: ((topic.count.now or 0) - (topic.count.was or 0), topic.name), default=None)


def _grew(topic: Topic, received: float) -> bool:
    """Whether a topic grew so much that it is said."""
    now, was = topic.count.now, topic.count.was
    if now is None or was is None:
        return False
    return now >= GREW * was and now - was >= max(LEAST, PART * received)


def growth(topic: Topic) -> str:
    """«Снег и наледь: сообщений вдвое больше»."""
    now, was = topic.count.now or 0, topic.count.was or 0
    if was == 0:
        return f"{topic.name}: {told_messages(now)}, раньше не было"
    return f"{topic.name}: сообщений {times(now / was)} больше"


def told_messages(count: float) -> str:
    """The number with the word «сообщение» in its right form: «1 124 сообщения»."""
    told = plural(round(count), "сообщение", "сообщения", "сообщений")
    return f"{number(count)} {told.split(' ')[1]}"


def times(ratio: float) -> str:
    """A ratio in words: «вдвое»."""
    for below, words in TIMES:
        if ratio < below:
            return words
    return f"в {plural(round(ratio), 'раз', 'раза', 'раз')}"


def amount(now: float, was: Figure) -> str:
    """The change in words: «сообщений на 6 % больше»; "" where the earlier figure is not known."""
    if was is None:
        return ""
    if was == 0:
        return f"{told_messages(now)}, раньше не было"
    part = (now - was) / was
    if abs(part) < STEADY:
        return "сообщений почти столько же"
    return f"сообщений на {percent(abs(part), 0)} {'больше' if part > 0 else 'меньше'}"


def speed(report: Report) -> str:
    """Whether answers have become faster, in words; "" where chance alone may do it."""
    first = report.first_answer
    if first.verdict is not None:
        return "отвечаем быстрее" if first.verdict is Verdict.BETTER else "отвечаем медленнее"
    same = first.now is not None and duration(first.now) == duration(first.was)
    return "отвечаем так же быстро" if same else ""


def about(topic: Topic, received: float) -> str:
    """«Об этом каждое четвёртое сообщение.»"""
    share = (topic.count.now or 0) / received
    return f"Об этом {each(share) or of_hundred(share)}." if topic.count.now else ""


def each(share: float) -> str:
    """«каждое пятое сообщение», where the share is near enough to a fifth."""
    if share <= 0:
        return ""
    turn = round(1 / share)
    near = turn in EACH and abs(share * turn - 1) <= NEAR
    return f"каждое {EACH[turn]} сообщение" if near else ""


def of_hundred(share: float) -> str:
    """«7 из 100 сообщений»: never none and never all where there are some and not all."""
    return f"{hundredths(share)} из 100 сообщений"


def hundredths(share: float) -> int:
    """The share in whole per cent; 0 and 100 only where it is exactly that."""
    told = round(share * 100)
    if told == 100 and share < 1:
        return 99
    return 1 if told == 0 and share > 0 else told


def in_time(share: Figure) -> str:
    """A sentence with the share (0 to 1) answered in time, in hundredths; "" where nothing was due."""
    if share is None:
        return ""
    if share == 1:
        return "Вовремя ответили на все."
    return f"Вовремя ответили на {hundredths(share)} из 100." if share else "Вовремя не ответили ни разу."


def late(worse: tuple[PlaceFigures, ...]) -> str:
    """«Больше всего просрочек: Копейск и Еманжелинск, каждое пятое сообщение.»"""
    worst = [place for place in worse if place.of and place.good < place.of][:2]
    if not worst:
        return ""
    shares = [1 - place.good / place.of for place in worst]
    parts = {each(share) for share in shares}
    if len(parts) == 1 and "" not in parts:
        return f"Больше всего просрочек: {' и '.join(place.short for place in worst)}, {parts.pop()}."
    told = [f"{place.short} ({percent(share)})" for place, share in zip(worst, shares, strict=True)]
    return f"Больше всего просрочек: {' и '.join(told)}."
