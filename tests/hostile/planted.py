"""Hostile strings in every field that a person can fill, and everything that then leaves for a chat or another person.

A crowd acts on the pure stage: it presses what it is shown, writes, edits, sends files, places and replies, all with
names and words of texts.py. What a resident wrote carries his own marker.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from handlers.text import actions
from states.decision import Decision
from states.degraded import SIMPLEST, form
from states.directory import Directory
from states.effects import Edit, Send
from states.events import Event, MessageNew
from states.finder import Finder
from states.messages import Command, is_chat, is_person
from states.screen import Keyboard
from tests.hostile.texts import escapes, strange
from tests.transcripts.pure import RESIDENTS, PureStage
from tests.transcripts.stage import Words

STORIES = (
    "Большая яма на дороге, Миасс, улица Ленина, дом 5.",
    "Не чистят снег, Челябинск, улица Труда, дом 10.",
    "Не записаться к врачу, Копейск, проспект Славы, дом 3.",
    "Протекает крыша, Миасс, улица Романенко, дом 2.",
)
KINDS = ("photo", "doc", "video", "audio_message", "graffiti", "sticker", "link", "story", "unknown_kind")
COMMANDS = ("/принять", "/не наше", "/помощь", "/направить миндор", "/код ABCD", "//заметка", "/помощь @all")

HOUR, SURGES = 3600, ("spikes", "")

COLLEAGUE = re.compile(r"\[id200[1-3]\|Коллега\]")
"""The one mention that the bot makes itself: of the official it asks."""


def marker(user: int) -> str:
    return f"метка{user}"


@dataclass
class Crowd:
    """`seen` counts what was looked at, by kind; `wrong` is what would have fooled somebody."""

    stage: PureStage
    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    looked: int = 0
    agreed: set[int] = field(default_factory=set)

    async def act(self) -> None:
        dice = self.chance.random()
        if dice < 0.62:
            await self.resident(self.chance.choice(list(RESIDENTS)))
        elif dice < 0.93:
            await self.official(self.chance.choice(list(self.stage.peers)))
        else:
            await self.passes(self.chance.choice((1, 5, 40, 3600, 90_000)))
        self.look()

    async def passes(self, seconds: int) -> None:
        """After an hour nobody looks for a surge any more: nobody writes meanwhile, so there is none that is new."""
        await self.stage.wait(min(seconds, HOUR))
        looks = self.stage.timers.pop(SURGES) if seconds > HOUR else None
        if looks is not None:
            await self.stage.wait(seconds - HOUR)
            self.stage.timers[SURGES] = replace(looks, at=self.stage.now)

    # What residents do.

    async def resident(self, who: str) -> None:
        dice, user = self.chance.random(), RESIDENTS[who]
        shown = next((line for line in reversed(self.stage.lines.get(user, [])) if line.buttons), None)
        buttons = [button for button in shown.buttons if button.get("label")] if shown else []
        own = [line.cmid for line in self.stage.lines.get(user, []) if line.author > 0]
        if buttons and dice < 0.6:
            button = self.chance.choice(buttons)
            await self.stage.write(who, Words(str(button["label"]), payload=str(button.get("payload", ""))))
        elif own and dice < 0.68:
            await self.stage.edit(who, self.chance.choice(own), self.words(user))
        else:
            await self.stage.write(who, self.message(user))

    def words(self, user: int) -> str:
        """A story with something hostile before, after or inside, and the writer's marker."""
        story, nasty = self.chance.choice(STORIES), strange(self.chance)
        text = self.chance.choice((f"{nasty} {story}", f"{story} {nasty}", nasty, story.replace(",", nasty, 1)))
        return f"{text} {marker(user)}"

    def message(self, user: int) -> Words:
        chance = self.chance
        extra: dict[str, object] = {}
        if chance.random() < 0.3:
            place = {"title": self.words(user), "country": strange(chance), "city": strange(chance)}
            extra["geo"] = {"coordinates": {"latitude": 55.0, "longitude": 61.0}, "place": place}
        if chance.random() < 0.2:
            extra["fwd_messages"] = [{"text": self.words(user), "from_id": 5, "conversation_message_id": 1}]
        files = tuple(f"{chance.choice(KINDS)}:{self.words(user)}" for _ in range(chance.choice((0, 0, 1, 3))))
        theirs = [line.cmid for line in self.stage.lines.get(user, []) if line.author < 0]
        reply = chance.choice(theirs) if theirs and chance.random() < 0.2 else 0
        text = self.words(user) if chance.random() < 0.9 else ""
        return Words(text, files, reply_to=reply, extra=extra)

    # What officials do.

    async def official(self, chat: str) -> None:
        lines = [line for line in self.stage.lines.get(self.stage.peers[chat], []) if line.author < 0]
        number, dice = self.chance.randint(1, 3), self.chance.random()
        if not lines or dice < 0.1:
            await self.stage.write_in(chat, number, Words(self.chance.choice(COMMANDS)))
            return
        line = self.chance.choice(lines[-6:])
        pressable = [button for button in line.buttons if button["type"] == "callback"]
        if pressable and dice < 0.6:
            payload = self.chance.choice(pressable)["payload"]
            await self.stage.press_in(chat, number, line.cmid, payload)
        elif dice < 0.9:
            text = self.chance.choice((*COMMANDS, f"Ответ {strange(self.chance)}", "завтра", "7"))
            files = (f"doc:{strange(self.chance)}",) if self.chance.random() < 0.2 else ()
            await self.stage.write_in(chat, number, Words(text, files, reply_to=line.cmid))
        else:
            action = {"type": "chat_title_update", "text": strange(self.chance), "member_id": 2001, "email": "@all"}
            await self.stage.write_in(chat, number, Words("", extra={"action": action}))

    # What leaves.

    def look(self) -> None:
        for event, decision in self.stage.decisions[self.looked :]:
            self.note_consent(event, decision)
            self.judge(decision)
        self.looked = len(self.stage.decisions)

    def judge(self, decision: Decision) -> None:
        for effect in decision.effects:
            if isinstance(effect, Send | Edit):
                for level in range(SIMPLEST + 1):
                    shape = form(effect, level)
                    if isinstance(shape, Send | Edit):
                        self.check(shape)

    def note_consent(self, event: Event, decision: Decision) -> None:
        """A consent counts when the button under the text, or its very words, came in that message (T26)."""
        record = decision.consent
        if record is None or record.text_hash != self.stage.policy.consent_hash:
            return
        assert isinstance(event, MessageNew), event
        message = event.message
        clicked = message.command == Command(actions.CONSENT) or message.text.strip(" .!").casefold() == "даю согласие"
        if record.given and clicked and record.cmid == message.cmid and record.at <= self.stage.now:
            self.agreed.add(record.resident)
        elif not record.given:
            self.agreed.discard(record.resident)

    def shown_raw(self, shape: Send) -> str:
        """What a forwarded original would show as VK holds it: words, a place, names of files, messages inside."""
        for cmid in shape.forward.cmids if shape.forward is not None else ():
            raw = self.stage._find(shape.forward.peer, cmid).raw  # type: ignore[union-attr]
            self.seen["переслано как есть"] += 1
            titles = [file[file["type"]].get("title", "") for file in raw["attachments"]]
            place = (raw.get("geo") or {}).get("place", {}).get("title", "")
            odd = next((wrong for text in (raw["text"], place, *titles) if (wrong := escapes(text))), "")
            kinds = {file["type"] for file in raw["attachments"]} & {"doc", "link", "unknown_kind"}
            if odd or kinds or raw["fwd_messages"] or raw.get("reply_message"):
                return f"{odd} {kinds} {raw!r}"
        return ""

    def without_consent(self, shape: Send) -> list[int]:
        """Whose messages this would show, copy or name without a consent that is stored (I4, T26)."""
        sources = [one.peer for one in (shape.source, shape.forward, shape.copy) if one is not None]
        return [peer for peer in sources if is_person(peer) and peer not in self.agreed]

    def check(self, shape: Send | Edit) -> None:
        texts = [COLLEAGUE.sub("", shape.text), *labels(shape.keyboard)]
        if is_chat(shape.peer):
            self.seen[f"{type(shape).__name__} в чат"] += 1
            found = next((wrong for text in texts if (wrong := escapes(text))), "")
            if found:
                self.wrong.append(f"в чат: {found}: {shape.text!r}")
            if isinstance(shape, Send) and self.without_consent(shape):
                self.wrong.append(f"без согласия: {self.without_consent(shape)}: {shape.text!r}")
            if isinstance(shape, Send) and (shown := self.shown_raw(shape)):
                self.wrong.append(f"переслано: {shown}")
            if isinstance(shape, Send) and (shape.source or shape.forward):
                self.seen["чужие слова в чат"] += 1
        else:
            self.seen["жителю"] += 1
            others = [user for user in RESIDENTS.values() if user != shape.peer and marker(user) in "".join(texts)]
            if others:
                self.wrong.append(f"слова {others} у {shape.peer}: {shape.text!r}")


def labels(keyboard: Keyboard | None) -> list[str]:
    return [one.label for row in keyboard.rows for one in row] if keyboard else []


async def crowded(region: Directory, find: Finder, seed: int, acts: int) -> Crowd:
    crowd = Crowd(PureStage(region, find), random.Random(seed))
    for _ in range(acts):
        await crowd.act()
    return crowd


@dataclass
class Figures:
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        seen = ", ".join(f"{name} {count}" for name, count in sorted(self.seen.items()))
        return f"{seen}: опасных {len(self.wrong)}"


ACTS_OF_A_WALK = 1500


def walks(region: Directory, find: Finder, acts: int, seed: int) -> Figures:
    """As many acts, a new crowd now and then: one that is too old does little that is new."""
    figures = Figures()
    for number in range(max(1, acts // ACTS_OF_A_WALK)):
        crowd = asyncio.run(crowded(region, find, seed + number, min(acts, ACTS_OF_A_WALK)))
        figures.seen += crowd.seen + Counter({"сообщений": len(crowd.stage.appeals)})
        figures.wrong += crowd.wrong
    return figures
