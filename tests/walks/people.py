"""What two residents and three officials do in a walk, and what VK and time do to them. All of it from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from states.lifecycle.appeal import Status
from states.people.chats import CUR
from tests.transcripts.pure import RESIDENTS
from tests.transcripts.pure_lines import Line
from tests.transcripts.stage import Words
from tests.walks import checks
from tests.walks.checks import TAG
from tests.walks.world import ANNA, BORIS, MIASS, ROADS, World
from tests.world.said import card as is_card

TOLD = (
    "Яма на дороге, Миасс, ул. Мира, 1.",
    "Яма на дороге, Миасс, ул. Мира, 1.",
    "Снег не убирают, Миасс, ул. Мира, 5.",
    "Снег лежит, Аша.",
    "Запись к врачу не работает, Миасс.",
    "Что-то непонятное в Миассе.",
    "Пожар на свалке, Миасс.",
    "Жалоба на Миндор: яма, Миасс.",
)
WANTED = (
    "Даю согласие", "Это другое", "Это повтор", "Присоединиться", "Отправить", "Не знаю адрес", "Ямы на дороге",
    "Снег на дороге", "Запись к врачу", "Пожар", "Прочее",
)  # fmt: skip
SMALL_WORDS = ("спасибо", "первый подъезд", "уже не надо", "фото", "когда?")
SAID = (
    "Сделали вчера, проверили на месте, всё чисто",
    "Спасибо, работы выполнены полностью, двор убран",
    "Планируем сделать до конца недели",
    "Какой это подъезд?",
    "Вопрос: какой подъезд?",
    "Промежуточный: выехали на место",
    "Ответ: сделаем завтра",
    "да",
    "завтра",
    "через 3 рабочих дня",
    "31.02",
    "вчера",
    "через год",
    "Миндор",
    "Миасс",
    "никто",
    "деньги кончились",
)
MOVING = (
    "/принять", "/ответ", "/ответ Всё сделали ещё вчера", "/вопрос Какой подъезд?", "/промежуточный завтра: едем",
    "/промежуточный", "/отложить", "/отложить зима", "/отклонить", "/не наше", "/закрыть", "/закрыть не по делу",
    "/направить Миндор", "/направить Миасс", "/направить", "/отделить", "/всем Работы идут",
)  # fmt: skip
ASKING = (
    "/история", "/заблокировать завтра", "/разблокировать", "/помощь", "/мои", "/просрочено", "/найти 1124",
    "/пауза Миндор до завтра", "/возобновить Миндор", "/абракадабра", "//заметка",
)  # fmt: skip
WAITS = (5, 31, 31, 31, 31, 600, 3600, 3 * 3600, 8 * 3600, 86_400, 3 * 86_400, 15 * 86_400)
OFFICIALS = {ROADS: (2001, 2002), MIASS: (2002,), CUR: (2003,)}


MOST_BACK = 14
"""Presses of «Назад» from any step to where nothing is under way."""


@dataclass
class People:
    """`agrees`: residents give their consent."""

    world: World
    chance: random.Random
    agrees: bool = True

    async def act(self) -> str:
        """One thing that somebody does; what it was, for the record of a failure."""
        doing = self.chance.choices(
            (self.resident, self.official, self.time, self.trouble, self.appears), (13, 56, 13, 3, 5)
        )[0]
        await self.world.wait(1)
        return await doing()

    async def appears(self) -> str:
        """A new message of a resident, to its number."""
        who = self.chance.choice((ANNA, BORIS))
        await self.write(who, Words(self.tagged(who, self.chance.choice(TOLD))))
        await self.world.wait(5)
        before = len(self.world.appeals)
        for _ in range(9):
            if len(self.world.appeals) > before or not await self.goes_on(who):
                break
            await self.world.wait(5)
        return f"{who} написал(а)"

    async def goes_on(self, who: str) -> bool:
        """The likeliest button of the screen shown last."""
        shown = self.world.with_buttons(RESIDENTS[who])
        labels = {button.get("label", ""): button for button in shown[-1].buttons} if shown else {}
        wanted = [label for word in WANTED for label in labels if label.startswith(word)]
        if wanted and wanted[0].startswith(("Это ", "Присоединиться")):
            wanted = [self.chance.choice([one for one in wanted if one.startswith(("Это ", "Присоединиться"))])]
        if not wanted:
            return False
        await self.write(who, Words(wanted[0], payload=labels[wanted[0]].get("payload", "")))
        return True

    async def resident(self, *more: str) -> str:
        who = self.chance.choice((ANNA, BORIS))
        peer = RESIDENTS[who]
        shown = self.world.with_buttons(peer)
        kind = self.chance.random()
        if kind < 0.6 and shown:
            line = shown[-1] if self.chance.random() < 0.8 else self.chance.choice(shown)
            pressed = self.chance.choice(line.buttons)
            if any(word in pressed.get("label", "") for word in ("далить мои данные", "Да, удалить")):
                return "не стал(а) удаляться"
            if not self.agrees and pressed.get("label", "").startswith("Даю согласие"):
                return "не даёт согласия"
            await self.write(who, Words(pressed.get("label", ""), payload=pressed.get("payload", "")))
            return f"{who} нажал(а) {pressed.get('label')}"
        ours = [one for one in self.world.lines_of(peer) if one.author < 0]
        said = self.tagged(who, self.chance.choice((*SMALL_WORDS, *more)))
        if kind < 0.8 and ours:
            await self.write(who, Words(said, reply_to=self.chance.choice(ours).cmid))
        elif kind < 0.9:
            mine = [one for one in self.world.lines_of(peer) if one.author > 0]
            if mine:
                await self.world.edit(who, self.chance.choice(mine).cmid, self.tagged(who, "яма стала больше"))
        else:
            await self.write(who, Words(said, files=("photo",)))
        return f"{who}: {said}"

    async def gets_out(self, who: str) -> None:
        """By «Назад» alone, from wherever this resident has come to."""
        for _ in range(MOST_BACK):
            dialogue = self.world.dialogues.get(RESIDENTS[who])
            if dialogue is not None and not isinstance(dialogue.step, checks.OUTSIDE):
                await self.write(who, Words("Назад"))
        checks.outside(self.world, RESIDENTS[who])

    async def write(self, who: str, said: Words) -> None:
        self.world.blocked.pop(RESIDENTS[who], None)  # whoever writes can be written to
        await self.world.write(who, said)

    def tagged(self, who: str, text: str) -> str:
        tag = self.world.tag()
        self.world.whose_tag[tag] = RESIDENTS[who]
        return f"{text} {tag}"

    # Officials.

    async def official(self) -> str:
        key = self.chance.choices((ROADS, MIASS, CUR), (4, 4, 5))[0]
        peer, number = self.world.peers[key], self.chance.choice(OFFICIALS[key])
        if peer in self.world.blocked:
            return f"в чате {key} бота нет"
        shown = self.world.with_buttons(peer)
        if shown and self.chance.random() < 0.62:
            line = self.chance.choice(shown[-4:]) if self.chance.random() < 0.85 else self.chance.choice(shown)
            return await self.press(key, peer, number, line)
        return await self.say(key, peer, number)

    async def press(self, key: str, peer: int, number: int, line: Line) -> str:
        pressed = self.chance.choice(line.buttons)
        self.agreed(peer, number, line.cmid, line.raw["text"])
        await self.world.press_in(key, number - 2000, line.cmid, pressed.get("payload", ""))
        return f"{key} {number} нажал(а) {pressed.get('label')} на {line.cmid}"

    async def say(self, key: str, peer: int, number: int) -> str:
        """A command, bare words, or what the bot has asked this official for; mostly to a message of the bot."""
        ours = [one for one in self.world.lines_of(peer) if one.author < 0]
        asked = [our for our in ours[-8:] if f"[id{number}|" in our.raw["text"] and "тветьте на это" in our.raw["text"]]
        cards = [our for our in ours if our.buttons and is_card(our.raw["text"])]
        kind = self.chance.random()
        text, replied = self.chance.choice(SAID), None
        if asked and kind < 0.55:
            replied = asked[-1]
            text = self.number() if "номером" in replied.raw["text"] else text
        elif cards and kind < 0.9:
            replied = self.chance.choice(cards[-4:])
            other = self.number()
            text = self.chance.choice((*SAID, *MOVING, *MOVING, f"/объединить {other}", f"/повтор {other}"))
        elif ours and kind < 0.96:
            replied = self.chance.choice(ours[-8:])
            text = self.chance.choice((*SAID, *MOVING, *ASKING))
        else:
            text = self.chance.choice((*SAID, *ASKING))
        if replied is not None and not text.startswith("//"):
            self.agreed(peer, number, replied.cmid)
            text = self.meant(peer, replied.cmid, text)
        files = ("photo",) if self.chance.random() < 0.1 else ()
        await self.world.write_in(key, number - 2000, Words(text, files, reply_to=replied.cmid if replied else 0))
        return f"{key} {number}: {text} (к {replied.cmid if replied else 0})"

    def number(self) -> str:
        return self.chance.choice(sorted(self.world.appeals))

    def meant(self, peer: int, cmid: int, text: str) -> str:
        """Words with a tag that only the resident of that card may read, and those who are answered with him."""
        appeal = self.world.appeals.get(self.world.links.get((peer, cmid), ""))
        if appeal is None or len(text.split()) < 3:
            return text
        tag = self.world.tag()
        self.world.allowed[tag] = self.readers(peer, cmid)
        return f"{text} {tag}"

    def agreed(self, peer: int, number: int, cmid: int, shown: str = "") -> None:
        """Whoever agrees to the words shown, or goes on with what he himself has said, says it to all there are by now.

        The chat has read who joined meanwhile, and reads to how many it will leave, while it can be undone (R32, R44).
        """
        question = self.world.causes.get((peer, cmid))
        appeal = self.world.appeals.get(self.world.links.get((peer, cmid), ""))
        own = (
            [task.text for task in appeal.tasks if task.of(peer, number) and task.prompt == question] if appeal else []
        )
        for tag in TAG.findall("\n".join((shown, *own))):
            self.world.allowed[tag] = self.world.allowed.get(tag, frozenset()) | self.readers(peer, cmid)

    def readers(self, peer: int, cmid: int) -> frozenset[int]:
        """Who is answered by a reply to this message."""
        lead = self.world.links.get((peer, cmid), "")
        if (appeal := self.world.appeals.get(lead)) is not None and appeal.status is Status.MERGED:
            lead = appeal.incident
        return frozenset(
            appeal.resident
            for appeal in self.world.appeals.values()
            if appeal.code == lead or (appeal.incident == lead and appeal.status is Status.MERGED)
        )

    # Time and trouble.

    async def time(self) -> str:
        seconds = self.chance.choice(WAITS)
        await self.world.wait(seconds)
        return f"прошло {seconds} с"

    async def trouble(self) -> str:
        world, chance = self.world, self.chance
        key = chance.choice((ROADS, MIASS))
        peer = world.peers[key]
        match chance.randrange(8):
            case 0 if peer not in world.blocked:
                await world.remove_bot(key)
                return f"{key}: бота убрали"
            case 0 | 1:
                if peer in world.blocked and world.people[peer]:  # somebody has to ask it in
                    await world.return_bot(key)
                return f"{key}: бота вернули"
            case 2:
                who = chance.choice((ANNA, BORIS))
                await world.block(who, 0 if RESIDENTS[who] in world.blocked else 901)
                return f"{who} закрыл(а) или открыл(а) сообщения"
            case 3:
                who = chance.choice((ANNA, BORIS))
                await world.spoil(who, 0 if world.spoiled.get(RESIDENTS[who]) else 943)
                return f"ВК не примет или снова примет сообщения: {who}"
            case 4:
                await world.restart()
                return "перезапуск"
            case 5:
                number = chance.choice((1, 2))
                gone = 2000 + number in world.people[peer]
                await world.member(key, number, here=not gone)
                return f"{key}: {'ушёл' if gone else 'пришёл'} {2000 + number}"
            case 6:
                world.look()
                return "смотрели, нет ли всплеска"
            case _:
                await world.listed(key)
                return f"{key}: список участников"
