"""How people are understood who write like people: a sealed set of messages, of several problems, and of conversations.

Strangers to the rules and the training phrases wrote the sets (tests/people). It must print no phrase unless `--faults`
is asked for, which opens a set for whoever mends: then a new set measures.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.dialogue import directory, stage_of, words_of  # noqa: E402 - the repository is no installed package
from handlers.resident.acts import act_there  # noqa: E402
from handlers.resident.reading import read  # noqa: E402
from handlers.resident.situation import Situation  # noqa: E402
from matching import Matcher  # noqa: E402
from screening.acts import Act  # noqa: E402
from states.directory import Directory  # noqa: E402
from states.messages import Message  # noqa: E402
from tests.handlers.given import facts  # noqa: E402
from tests.people.sets import is_unchanged, read_set, seals  # noqa: E402
from tests.small import NOW  # noqa: E402
from tests.transcripts.pure import RESIDENTS, PureStage  # noqa: E402
from tests.transcripts.stage import Heard, Words  # noqa: E402

BAR, APART_BAR, TORN_BAR, OFFERED_BAR = 0.92, 0.90, 0.03, 0.10
"""Messages handled rightly; of several problems, asked about or offered in the right parts; of one, asked about as if
it were several; of one, offered so or asked about."""

SITUATIONS = {
    "resting": Situation.NEW,
    "telling": Situation.TELLING,
    "asked_where": Situation.PLACE,
    "asked_what": Situation.TOPIC,
    "preview": Situation.PREVIEW,
    "sent": Situation.SENT,
    "answered": Situation.SENT,
}

CONTENT = frozenset(
    {Act.STORY, Act.AGAIN, Act.ADDITION, Act.CORRECTION, Act.PLACE, Act.NOTICE, Act.SOLVED, Act.UNKNOWN}
)
"""Acts whose words are kept as told."""

AS_GOOD: Mapping[Act, frozenset[Act]] = {
    Act.WHEN: frozenset({Act.STATUS}),
    Act.STATUS: frozenset({Act.WHEN}),
    Act.ACKNOWLEDGE: frozenset({Act.THANKS, Act.YES}),
    Act.YES: frozenset({Act.ACKNOWLEDGE}),
    Act.ADDITION: frozenset({Act.CORRECTION}),
    Act.CORRECTION: frozenset({Act.ADDITION}),
    Act.ERASE: frozenset({Act.WITHDRAW}),
    Act.WITHDRAW: frozenset({Act.ERASE}),
    Act.SOLVED: frozenset({Act.THANKS}),
    Act.GREETING: frozenset({Act.YES, Act.ACKNOWLEDGE, Act.DONE}),
}
"""Acts that end in the same."""

WHILE_WRITTEN = frozenset({Act.ADDITION, Act.CORRECTION, Act.INSULT, Act.QUESTION, Act.PRESS, Act.SPAM})
"""Acts that are kept as a part of the story while one is being told."""


def handled(meant: Act, act: Act, here: Situation) -> bool:
    """Whether what the table does for `act` is what somebody wants who meant the other."""
    if meant is act or act in AS_GOOD.get(meant, ()):
        return True
    if meant in (Act.STORY, Act.PLACE, Act.NOTICE):
        return act in CONTENT
    resting = here in (Situation.NEW, Situation.SENT)
    if meant is Act.AGAIN:
        return act in CONTENT and here is not Situation.SENT
    return meant in WHILE_WRITTEN and not resting and act in CONTENT


@dataclass
class Counted:
    """`acts`: of each act how many there are and how many were handled; `parts`: the same of topics, places, addresses.
    `right`: messages in which all was right."""

    acts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    parts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    taken_for: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: int = 0
    faults: list[str] = field(default_factory=list)


def count(messages: Sequence[Mapping[str, Any]], region: Directory, matcher: Matcher) -> Counted:
    """How many messages were handled rightly, by act and by part, and the faults in words."""
    known = facts(directory=region, find=matcher)
    counted = Counted()
    for number, one in enumerate(messages, 1):
        said, meant, here = str(one["said"]), Act(one["act"]), SITUATIONS[one["situation"]]
        act = act_there(read(known, Message(1, number, 1, NOW, said)), here)
        good = any(handled(Act(fitting), act, here) for fitting in (meant, *one.get("also", ())))
        counted.acts[meant][0] += 1
        counted.acts[meant][1] += good
        wrong = [] if good else [f"act {act}"]
        if not good:
            counted.taken_for[meant, act] += 1
        for part, right in parts_of(one, said, matcher):
            counted.parts[part][0] += 1
            counted.parts[part][1] += right
            wrong += [] if right else [part]
        counted.right += not wrong
        if wrong:
            counted.faults.append(f"{meant} in {here}, {', '.join(wrong)}: {said}")
    return counted


def parts_of(one: Mapping[str, Any], said: str, matcher: Matcher) -> list[tuple[str, bool]]:
    """What the message must be understood to say: one of its topics among those offered, its town, its address."""
    found: list[tuple[str, bool]] = []
    if one.get("topic"):
        found.append(("topic", bool(set(one["topic"]) & set(matcher.topic(said).topics))))
    guess = matcher.place(said)
    if one.get("place"):
        found.append(("place", bool(set(as_list(one["place"])) & set(guess.places))))
    elif guess.sure:
        found.append(("no place", False))
    if one.get("address"):
        found.append(("address", same_address(str(one["address"]), matcher.address(said) or "")))
    return found


def as_list(found: str | list[str]) -> list[str]:
    return found if isinstance(found, list) else [found]


def same_address(meant: str, found: str) -> bool:
    """The house and the beginning of the street are the same."""
    return numbers(meant) == numbers(found) and any(
        len(word) > 2 and word[:4] in found.casefold() for word in meant.casefold().replace(",", " ").split()
    )


def numbers(text: str) -> set[str]:
    """The digits of each word that has any: «дом 5-а» gives {"5"}."""
    return {digits for word in text.replace(",", " ").split() if (digits := "".join(filter(str.isdigit, word)))}


# Several problems.

Several: TypeAlias = str | list[str] | Mapping[str, Any]
"""As a set tells them."""


@dataclass(frozen=True)
class Apart:
    """Of several problems: `asked` about before all else in the right parts, `offered` so beside the preview, cut
    `otherwise`, `missed`. Of one: `torn` is asked about as if it were several, `false` is offered so."""

    asked: int
    offered: int
    otherwise: int
    missed: int
    torn: int
    false: int

    @property
    def right(self) -> int:
        """Messages of several problems that were asked about or offered in the right parts."""
        return self.asked + self.offered


def apart(several: Sequence[Several], single: Sequence[str], matcher: Matcher) -> Apart:
    """How messages of several problems, and of one, were taken apart."""
    told = Counter(how_apart(one, matcher) for one in several)
    one = [found.sure for text in single if (found := matcher.problems(text)).parts]
    return Apart(told["asked"], told["offered"], told["otherwise"], told["missed"], sum(one), len(one) - sum(one))


def how_apart(one: Several, matcher: Matcher) -> str:
    """Right are the parts that are listed or marked by « | », or as many as the topics that were named, and about
    these."""
    if isinstance(one, list):
        one = " | ".join(one)
    said = one.replace(" | ", " ") if isinstance(one, str) else str(one["said"])
    found = matcher.problems(said)
    if not found.parts:
        return "missed"
    right = are_marked(found.parts, one) if isinstance(one, str) else are_about(found.parts, one["problems"], matcher)
    return ("asked" if found.sure else "offered") if right else "otherwise"


def are_marked(parts: Sequence[str], marked: str) -> bool:
    """Whether these are exactly the parts that «|» marks."""
    return [part.split() for part in parts] == [part.split() for part in marked.split(" | ")]


def are_about(parts: Sequence[str], meant: Sequence[Sequence[str]], matcher: Matcher) -> bool:
    """Whether there are as many parts as problems, and each is about one of the topics meant."""
    return len(parts) == len(meant) and all(
        set(topics) & set(matcher.topic(part).topics) for part, topics in zip(parts, meant, strict=True)
    )


# Conversations.


@dataclass
class Told:
    """One conversation until its number. `lost`: words on no card and in no draft. `alarm`: it raised one."""

    words: int = 0
    taps: int = 0
    lost: tuple[str, ...] = ()
    sent: bool = False
    alarm: bool = False


MOST_TURNS = 10


async def tell(story: Mapping[str, Any], region: Directory, matcher: Matcher) -> Told:
    """As its author would: writes what he has to say, answers what is asked, presses what fits."""
    stage, told = stage_of(region, matcher), Told()
    await stage.write("мария", Words("Здравствуйте"))
    await press(stage, told, "Даю согласие")
    before = len(await heard(stage))
    for said in story["says"]:
        await stage.write("мария", Words(str(said)))
        await stage.wait(6)
    for _ in range(MOST_TURNS):
        if stage.appeals:
            break
        await answer(stage, told, story, region)
        await stage.wait(6)
    own = " ".join(map(str, story["says"]))
    told.words = sum(words_of(one, own) for one in (await heard(stage))[before:])
    told.sent, told.alarm = bool(stage.appeals), any(appeal.alert for appeal in stage.appeals.values())
    kept = [(appeal.address, appeal.pieces) for appeal in stage.appeals.values()]
    # What was told before an alarm waits in the draft that it has interrupted: no earlier word stands on its card.
    talk = stage.dialogues[RESIDENTS["мария"]]
    kept += [(draft.address, draft.pieces) for draft in (talk.draft, talk.interrupted) if draft is not None]
    card = " ".join(f"{address} {' '.join(piece.text for piece in pieces)}" for address, pieces in kept).casefold()
    told.lost = tuple(word for word in story["words"] if str(word).casefold() not in card)
    return told


async def heard(stage: PureStage) -> list[Heard]:
    """What the bot has said so far."""
    return [one for one in await stage.dialogue("мария") if one.author < 0]


async def answer(stage: PureStage, told: Told, story: Mapping[str, Any], region: Directory) -> None:
    """Does what this story's author would do now: answers what is asked, or presses what fits."""
    last = (await heard(stage))[-1]
    labels = [str(button.get("label", "")) for button in last.buttons]
    topics = [region.topic_by_code[code].name for code in story["topic"]]
    place = region.place_by_code[story["place"]]
    if "address" in story and ("Не знаю" in labels or "Не знаю адрес" in labels):
        return await stage.write("мария", Words(str(story["address"])))
    known = (*topics, place.short, place.name, "Это другое", "Одним сообщением", "Это о другом")
    for wanted in ("Отправить", *known, "Не знаю", "Не знаю адрес"):
        if wanted in labels:
            return await press(stage, told, wanted)
    if "Где это?" in last.text:
        return await stage.write("мария", Words(place.centre))
    if "О чём это?" in last.text:
        return await stage.write("мария", Words(topics[0]))
    return await press(stage, told, labels[0])


async def press(stage: PureStage, told: Told, label: str) -> None:
    """Presses this button of the newest message, and counts the tap."""
    last = (await heard(stage))[-1]
    button = next(button for button in last.buttons if str(button.get("label", "")) == label)
    told.taps += 1
    await stage.write("мария", Words(label, payload=str(button.get("payload", ""))))


# What is said of it.


def interval(right: int, of: int) -> str:
    """Wilson's, 95 %."""
    share, z = right / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.1%} ({middle - half:.1%}–{middle + half:.1%}, {right} of {of})"


def print_apart(found: Apart, several: int, single: int) -> None:
    # fmt: off
    print(f"several problems: right {interval(found.right, several)}, bar {APART_BAR:.0%} (asked about {found.asked}, "
          f"offered at the preview {found.offered}); cut otherwise {found.otherwise}, missed {found.missed}")
    print(f"one problem: asked about {interval(found.torn, single)}, bar {TORN_BAR:.0%}; "
          f"with false offers {interval(found.torn + found.false, single)}, bar {OFFERED_BAR:.0%}")
    # fmt: on


def print_conversations(told: Sequence[Told]) -> None:
    lost, sent, alarms = sum(len(talk.lost) for talk in told), sum(t.sent for t in told), sum(t.alarm for t in told)
    words, taps = median(talk.words for talk in told), median(talk.taps for talk in told)
    print(f"conversations: {sent} of {len(told)} sent, words {words}, taps {taps} at the median, words lost {lost}, "
          f"alarms {alarms}")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default=[name for name in seals() if name.startswith("people")][-1])
    parser.add_argument("--faults", action="store_true", help="print what was not understood: the set is open then")
    options = parser.parse_args()
    assert is_unchanged(options.set), "the set is not what was sealed"
    found, region = read_set(options.set), directory()
    matcher = Matcher(region)
    several, single = found["compounds"]["several"], found["compounds"]["single"]
    print_apart(apart(several, single, matcher), len(several), len(single))
    if "messages" not in found:
        return 0
    counted, messages = count(found["messages"], region, matcher), len(found["messages"])
    print(f"{options.set}: handled rightly {interval(counted.right, messages)}, bar {BAR:.0%}")
    for name, (every, right) in sorted({**counted.parts, **counted.acts}.items()):
        print(f"  {name}: {interval(right, every)}")
    print("  taken for:", ", ".join(f"{a}→{b} {n}" for (a, b), n in counted.taken_for.most_common(25)))
    if "stories" in found:
        print_conversations([asyncio.run(tell(story, region, matcher)) for story in found["stories"]])
    if options.faults:
        print("", *counted.faults, sep="\n")
    return 0 if counted.right >= BAR * messages else 1


if __name__ == "__main__":
    sys.exit(main())
