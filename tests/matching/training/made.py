"""Messages of two to five problems, put together from messages of one that were made up: people go on from a
whole story to the next, with or without a word that says so.

It must never take a story from what is held out or sealed (tests/matching/compounds.py says what may be learned from).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from matching.topics.cuts.split import NAMED
from matching.topics.index import TopicIndex
from tests.matching.compounds import Compound, stories
from tests.screening.training.real import texts_of

PARTS = (2, 2, 2, 2, 3, 3, 3, 4, 4, 5)
LENGTHS = range(3, 36)
"""Words of what people wrote that another trouble may follow."""
MARKS = ("{}.", "{})", "{}:", "-", "—", "•")

_WORDS = """
    и; и; а; а ещё; а ещё; ещё; ещё; и ещё; и ещё; также; а также; плюс; плюс ещё; заодно; и заодно; кроме
    того,; да и; ну и; вдобавок; и вообще,; второе:; и второе:; второе -; во-вторых,; следующее:; дальше:;
    дальше -; отдельно:; и отдельно:; кстати,; кстати; ещё вопрос:; другой вопрос:; второй вопрос:; раз уж
    пишу,; раз уж написала:; на этом не всё.; это не всё.; и последнее:; последнее:; да, и; к тому же; помимо
    этого,; помимо этого; теперь про другое:; а теперь о другом:; и по другому поводу:; насчёт другого:; прошу
    также:; и прошу ещё:; просьба вторая:; ещё просьба:; и скажите ещё:; и почему; почему; и когда; тоже беда:;
    там же; рядом; +; P.S.; ещё одно:; и ещё одно:; ещё момент:; и тоже; потом ещё; и такой вопрос:; про другое
    ещё; и это ещё не всё,; напоследок:
"""
WORDS = [" ".join(word.split()) for word in _WORDS.split(";")]
"""What people begin the next trouble with."""

_OPENINGS = """
    Здравствуйте! | Добрый день. | здравствуйте, | Пишу сразу про всё. | Накопилось. | Несколько вопросов. |
    Устали уже. |
    Добрый вечер! Несколько проблем у нас. | Уважаемая администрация! | Помогите, | Пишет пенсионерка. | слушайте, |
    Жители просят. | Когда будет порядок? | Доколе терпеть. | Сразу списком. | Три вопроса. | Две просьбы.
"""
_CLOSINGS = """
    Спасибо. | Помогите! | Примите меры. | Ждём ответа. | когда решите? | Заранее спасибо. | С уважением, жители.
"""
OPENINGS, CLOSINGS = ([" ".join(told.split()) for told in every.split("|")] for every in (_OPENINGS, _CLOSINGS))
SIGNS = ((".", 8), (",", 6), ("", 6), (".\n", 3), ("\n", 3), ("!", 2), ("?", 1), (";", 1), ("...", 1))
STYLES = (*("plain",) * 5, *("words",) * 4, *("mixed",) * 3, "list")


OWN, REAL, READ = 3_000, 1_500, 8_000
"""Messages that are put together of what was made up and of what people wrote; stories of these that are read."""

Story = tuple[str, str]
"""Its words, and the group of topics that it is about."""


def messages_put_together(topics: TopicIndex, folder: Path | None) -> list[Compound]:
    made = _put_together(_known(stories(), topics), OWN, 0, real=False)
    if folder is None:
        return made
    rng, every = Random(5), sorted(text.strip() for text in texts_of(folder))
    rng.shuffle(every)
    read = [text for text in every if len(text.split()) in LENGTHS][:READ]
    return made + _put_together(_known(read, topics), REAL, 1, real=True)


def _known(stories_: Sequence[str], topics: TopicIndex) -> list[Story]:
    return [(text.rstrip(" .!,?;"), topics.group(best[0])) for text in stories_ if (best := _topic(text, topics))]


def _topic(text: str, topics: TopicIndex) -> tuple[str, ...]:
    scores = topics.scores(text)
    return topics.best(scores, 1) if max(scores.values(), default=0.0) >= NAMED else ()


def _put_together(known: Sequence[Story], many: int, seed: int, *, real: bool) -> list[Compound]:
    rng = Random(seed)
    return [_message(rng, known, real) for _ in range(many)]


def _message(rng: Random, known: Sequence[Story], real: bool) -> Compound:
    style, small = rng.choice(STYLES), rng.random() < 0.3
    signs = _signs(rng, style, small)
    mark = rng.choice(MARKS) if style == "list" else ""
    parts: list[str] = []
    for at, text in enumerate(_of_different_groups(rng, known)):
        if parts:
            parts[-1] += rng.choice(signs)
        begins = not parts or parts[-1].rstrip()[-1:] in ".!?"
        lead = mark.format(at + 1) if mark else _word(rng, style) if parts else ""
        part = f"{lead} {text[:1].lower()}{text[1:]}" if lead else text
        if not lead and not (begins and rng.random() < 0.8):
            part = text[:1].lower() + text[1:]
        parts.append(part[:1].upper() + part[1:] if begins else part)
    if rng.random() < 0.3:
        parts[0] = f"{rng.choice(OPENINGS)} {parts[0]}"
    if rng.random() < 0.15:
        parts[-1] = f"{parts[-1]}. {rng.choice(CLOSINGS)}"
    return Compound(tuple(part.lower() for part in parts) if small else tuple(parts), real=real)


def _of_different_groups(rng: Random, known: Sequence[Story]) -> list[str]:
    while True:
        told = rng.sample(known, rng.choice(PARTS))
        if len({group for _, group in told}) == len(told):
            return [text for text, _ in told]


def _signs(rng: Random, style: str, small: bool) -> list[str]:
    """One writer makes the same signs."""
    if style == "list":
        return [rng.choice(("", "", "\n", "\n", ";", ".", ".\n", ","))]
    if small:
        return rng.choice((["", "", ","], [","], ["", ".", ","], ["\n"]))
    usual = [sign for sign, often in SIGNS for _ in range(often)]
    return [rng.choice(usual)] if rng.random() < 0.6 else [rng.choice(usual) for _ in range(3)]


def _word(rng: Random, style: str) -> str:
    often = {"plain": 0.0, "words": 0.95, "mixed": 0.4}[style]
    return rng.choice(WORDS) if rng.random() < often else ""
