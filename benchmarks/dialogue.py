"""What stands between a person and the number, in ten standard stories, and what nine actions of officials leave.

Counts every word that the bot says until the receipt, buttons included; the resident's own words that it quotes are not
counted. The stories are plain first messages that name what, where and the address; they are made up for this table.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import dialogue_officials  # noqa: E402 - the repository is no installed package
from benchmarks.rig import tables  # noqa: E402
from bot.config import consents  # noqa: E402
from bot.region.directory_file import read  # noqa: E402
from matching import Matcher  # noqa: E402
from states.directory import Community, Directory  # noqa: E402
from tests.transcripts.pure import COMMUNITY, PureStage  # noqa: E402
from tests.transcripts.stage import Heard, Words  # noqa: E402

REGION = ROOT / "regions" / "chelyabinsk"
OFFICIALS = ("action", "messages left in the chat", "taps", "replies written", "messages to the resident")
HEADS = ("story", "words", "messages", "longest message", "consent", "taps", "questions")
WORDS, MESSAGES, LONGEST, CONSENT = 140, 6, 40, 60
"""The bars: all words, all messages, the longest message but the consent, the consent."""

OPERATOR = (
    "Администрация Н-ского округа",
    "450000, город Н-ск, площадь Мира, 1",
    "pd@n-sk.test",
    "https://n-sk.test/policy",
)


@dataclass(frozen=True)
class Story:
    """`topic`: the button that its author would press where the topic is asked."""

    name: str
    text: str
    topic: str


STORIES = (
    Story("яма", "Большая яма на дороге, Миасс, улица Ленина, дом 5. Машины бьют колёса.", "Ямы"),
    Story("снег", "Третий день не чистят снег во дворе: Челябинск, улица Труда, дом 10.", "Снег"),
    Story("врач", "Не записаться к терапевту в поликлинику, Копейск, проспект Славы, дом 3.", "Запис"),
    Story("крыша", "Протекает крыша, Златоуст, улица Таганайская, дом 2, квартиры заливает.", "Крыш"),
    Story("мусор", "Не вывозят мусор с контейнерной площадки, Магнитогорск, улица Грязнова, дом 31.", "мусор"),
    Story("отопление", "В квартире холодные батареи, Коркино, улица Мира, дом 7.", "топлен"),
    Story("автобус", "Автобус 18 не приходит по расписанию, Челябинск, остановка на улице Гагарина, дом 4.", "асписан"),
    Story("фонарь", "Не горит фонарь у школы, город Троицк, улица Советская, дом 20.", "свещ"),
    Story("собаки", "Стая бродячих собак бросается на детей, Кыштым, улица Ленина, дом 12.", "обак"),
    Story("школа", "В школе холодно, дети сидят в куртках, Озёрск, улица Уральская, дом 15.", "кол"),
)


@dataclass
class Played:
    """One story until its number: what the bot said, how often its author tapped and was asked."""

    name: str
    said: list[Heard] = field(default_factory=list)
    own: str = ""
    taps: int = 0

    @property
    def words(self) -> list[int]:
        """By message of the bot, its words without those that it quotes from the resident."""
        return [words_of(heard, self.own) for heard in self.said]

    @property
    def questions(self) -> int:
        """How many messages of the bot ask something."""
        return sum(bool(re.search(r"\?", heard.text)) for heard in self.said)


def words_of(heard: Heard, own: str) -> int:
    """Words with the buttons' ones; without the words that the resident wrote."""
    text = heard.text.replace(own, " ")
    labels = " ".join(str(button.get("label", "")) for button in heard.buttons)
    return sum(bool(re.search(r"\w", word)) for word in f"{text} {labels}".split())


def directory() -> Directory:
    """The shipped region under one community's name."""
    named = Community(COMMUNITY, "Приёмная Челябинской области", None)
    return replace(read(REGION), communities=(named,))


def stage_of(region: Directory, matcher: Matcher) -> PureStage:
    """With the consent as a resident reads it, not the short one of the tests, and with a chat for every agency."""
    operator, address, email, policy = OPERATOR
    text = consents.CONSENT.format(operator=operator, address=address, email=email, days=365)
    more = consents.MORE.format(consent=text, days=365, policy=policy)
    stage = PureStage(region, matcher, agencies=tuple(agency.code for agency in region.agencies))
    stage.policy = replace(stage.policy, consent=text, consent_more=more)
    return stage


async def play(story: Story, stage: PureStage) -> Played:
    """Lives through a story on the pure core until the number is there; AssertionError where six taps do not lead to
    it."""
    played = Played(story.name, own=story.text)
    await stage.write("мария", Words(story.text))
    await press(stage, played, "Даю согласие")
    await stage.wait(5)
    for _ in range(6):
        heard = await fresh(stage, played)
        if stage.appeals:
            return played
        await press(stage, played, wanted(heard[-1], story))
    raise AssertionError(f"{story.name}: без номера: {heard[-1]}")


def wanted(heard: Heard, story: Story) -> str:
    """The label that the story's author would press now."""
    labels = [str(button.get("label", "")) for button in heard.buttons]
    if "Отправить" in labels:
        return "Отправить"
    return next((label for label in labels if story.topic in label), labels[0])


async def fresh(stage: PureStage, played: Played) -> list[Heard]:
    """All messages of the bot so far; `played` remembers them."""
    said = [heard for heard in await stage.dialogue("мария") if heard.author < 0]
    played.said = said
    return said


async def press(stage: PureStage, played: Played, label: str) -> None:
    """Presses the button with this label under the newest message, and counts the tap."""
    heard = (await fresh(stage, played))[-1]
    button = next(button for button in heard.buttons if button.get("label") == label)
    played.taps += 1
    await stage.write("мария", Words(label, payload=str(button.get("payload", ""))))


async def all_played() -> list[Played]:
    region = directory()
    matcher = Matcher(region)
    return [await play(story, stage_of(region, matcher)) for story in STORIES]


def rows(played: Sequence[Played]) -> list[list[str]]:
    """The table's rows; the consent, which is long by law, is counted apart from the longest message."""
    lines = []
    for story in played:
        consent = next(
            i for i, heard in enumerate(story.said) if any(b.get("label") == "Не даю" for b in heard.buttons)
        )
        others = [count for i, count in enumerate(story.words) if i != consent]
        figures = (sum(story.words), len(story.said), max(others), story.words[consent], story.taps, story.questions)
        lines.append([story.name, *map(str, figures)])
    return lines


def broken(lines: Sequence[Sequence[str]]) -> list[str]:
    """What stands above a bar."""
    bars = (WORDS, MESSAGES, LONGEST, CONSENT)
    named = ("слов", "сообщений", "слов в сообщении", "слов в согласии")
    return [
        f"{line[0]}: {what} {figure} из {bar}"
        for line in lines
        for what, figure, bar in zip(named, line[1:], bars, strict=False)
        if int(figure) > bar
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what was said, too")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    asked = parser.parse_args()
    played = asyncio.run(all_played())
    if asked.show:
        for story in played:
            for heard, count in zip(story.said, story.words, strict=True):
                labels = " · ".join(str(button.get("label", "")) for button in heard.buttons)
                print(f"[{story.name}] {count}\n{heard.text}\n({labels})\n")
    lines = rows(played)
    made, command = f"{date.today()}, no clock in it", "python benchmarks/dialogue.py"
    officials = dialogue_officials.rows()
    both = [
        tables.Table("dialogue", command, made, HEADS, lines),
        tables.Table("dialogue_officials", command, made, OFFICIALS, list(map(dialogue_officials.cells, officials))),
    ]
    print("\n\n".join(table.text() for table in both))
    if asked.write:
        tables.write(both)
    wrong = broken(lines) + [f"{row.name}: сверх нормы" for row in officials if not row.holds]
    print("\n".join(wrong) or f"bars {WORDS}/{MESSAGES}/{LONGEST}/{CONSENT}: passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
