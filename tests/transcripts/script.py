"""A transcript: a conversation as people speak, in YAML, and how it is played on a stage.

A line that is not understood fails the test; so does a `hears` that nothing said. Lines of a talk:

    - {мария: "слова"}                      she writes; also files: [photo], point: [55.1, 61.4]
    - {мария: "слова", по ссылке: yamy}     she came by vk.me/…?ref=yamy
    - {мария нажимает: "Отправить"}         the button last shown to her under this label; `старая: true` an older one
    - {мария слышит: ["слова", "ещё"]}      new messages since the last time contain these, in this order; in a chat
                                            also those that were edited meanwhile, as they stand now, before the new
    - {мария не слышит: ["слова"]}          …and none of the new ones contains these
    - {мария правит: ["старое", "новое"]}
    - {чат mindor видит: ["слова"]} / {чат mindor не видит: ["слова"]}
    - {чат mindor показывает: ["слова"], на: "фрагмент"}   сообщение, как оно стоит сейчас; без `на` последняя карточка;
                                            `без: ["слова"]` — чего на нём нет
    - {чат mindor отвечает: "слова", на: "фрагмент"}   a reply; without `на` to the last card; files, кто: 2;
                                            `номер: мария` instead of the words the number of her first message
    - {чат mindor удаляет: "слова"}, {чат mindor правит: ["старое", "новое"]}   своё сообщение
    - {правки видны: true}                ВКонтакте сообщает и о правках в чатах
    - {чат mindor пишет: "слова"}           в словах чата `{рабочий день}` — дата ближайшего рабочего дня, `{длинно}` —
                                            почти столько слов, сколько ВКонтакте берёт в одно сообщение
    - {чат mindor нажимает: "Принять", на: "фрагмент", кто: 2, видно: "подсказка"}
    - {согласилась: мария, текст: "слова"}  первое сообщение, уведомление, согласие, пауза
    - {отправила: мария, текст: "слова"}    то же и дальше до номера: тема «1», если её спросят, «Отправить»
    - {ждать: 60}, {перезапуск: true}, {закрыл: мария, код: 901}, {открыл: мария}
    - {бота убрали: mindor}, {бота вернули: mindor, без прав: true}, {права дали: mindor},
      {права забрали: mindor}
    - {чат закрылся: mindor}              ВКонтакте не пускает бота в чат, а сам бот об этом не узнал
    - {отказ: messages.send, код: 921, раз: 1}
    - {чат отключён: mindor}, {чат подключён: mindor, к: minzhkh}
    - {утро: 2}                             девять утра второго рабочего дня от сегодня
    - {день: 2027-12-28}                    одиннадцать часов того дня
    - {участники: mindor}                   ВКонтакте показал, кто в чате
    - {пришёл: mindor, кто: 3}, {ушёл: mindor, кто: 3}
    - {тема личная: zhkh-net-vody}          справочник загрузили заново, тема в нём больше не общая
    - {новый текст согласия: true}          оператор изменил текст, бот запущен с ним
    - {не примет: мария, код: 943}          ВКонтакте не примет сообщений ей, пока не {примет: мария}

Beside `talk` a transcript may say `directory: {approval: [mindor]}`: whose answers a second person looks at, and who is
on `duty` for danger to life; which questions of the region have an answer, `faq: {kindergarten: {answer: слова}}`; and
`pages: [{body: Школа № 5, place: miass, address: vk.com/s5, state: marked}]`: the registry of official pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import calendar_file
from bot.region.directory_json import with_version
from features.official_pages.model.page import BodyKind, Network, OfficialPage, PageState
from states.directory import Directory, Duty, DutyOfficer, KnownAnswer
from states.worktime.schedule import Schedule, Span
from tests.transcripts.stage import Heard, Stage, Words
from tests.yaml_text import yaml_of

FOLDER = Path(__file__).parent
BOT = -101
SEPARATOR = "\n⏎\n"
ZONE = ZoneInfo("Asia/Yekaterinburg")
CALENDAR = calendar_file.read()
DAY = "{рабочий день}"
"""The next one, as officials write dates: tomorrow may be a Saturday."""
LONG = "{длинно}"
"""So many words that an answer with them becomes two messages."""
TRIES = 200
"""Looks at a dialogue before what is not there is missed; a stage with real time breathes between them."""


class Player:
    """Plays one transcript. Remembers how far each dialogue was heard."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.heard: dict[str, int] = {}
        self.fresh: dict[str, list[Heard]] = {}
        self.agreed: set[str] = set()
        self.stood: dict[str, dict[int, str]] = {}

    async def play(self, talk: list[dict[str, Any]]) -> None:
        for number, line in enumerate(talk, 1):
            try:
                await self.line(dict(line))
            except AssertionError as error:
                raise AssertionError(f"реплика {number} {line}: {error}") from error

    async def line(self, line: dict[str, Any]) -> None:
        key, value = next(iter(line.items()))
        words = key.split()
        happens = self.events().get(key)
        if happens is not None:
            await happens(value, line)
        elif key in ("согласилась", "отправила"):
            await self.begin(value, line["текст"], to_the_end=key == "отправила")
        elif words[0] == "чат":
            await self.in_chat(words[1], " ".join(words[2:]), value, line)
        else:
            await self.resident(words[0], " ".join(words[1:]), value, line)

    async def begin(self, who: str, text: str, *, to_the_end: bool) -> None:
        await self.line({who: text})
        if who not in self.agreed:
            await self.line({f"{who} слышит": "[Даю согласие]"})
            await self.line({f"{who} нажимает": "Даю согласие"})
            self.agreed.add(who)
        await self.stage.wait(5)
        await self.check(who, "[Отмена]")
        asked = "[Другая тема]" in describe(self.fresh[who][-1])
        self.heard[who] = self.fresh[who][-1].cmid - 1  # the talk goes on with that question
        if to_the_end:
            if asked:
                await self.line({f"{who} слышит": "[Другая тема]"})
                await self.line({who: "1"})
            await self.line({f"{who} слышит": "[Отправить]"})
            await self.line({f"{who} нажимает": "Отправить"})
            await self.line({f"{who} слышит": "✅ Приняли"})

    def events(self) -> dict[str, Callable[[Any, dict[str, Any]], Coroutine[Any, Any, None]]]:
        """What happens to people, chats and time."""
        stage = self.stage
        return {
            "ждать": lambda value, _: stage.wait(float(value)),
            "утро": lambda value, _: self.until(working_day(int(value)), 9),
            "день": lambda value, _: self.until(lambda _: date.fromisoformat(str(value)), 11),
            "перезапуск": lambda *_: stage.restart(),
            "новый текст согласия": lambda *_: stage.new_consent(),
            "закрыл": lambda value, line: stage.block(value, int(line["код"])),
            "открыл": lambda value, _: stage.block(value, 0),
            "бота убрали": lambda value, _: stage.remove_bot(value),
            "бота вернули": lambda value, line: stage.return_bot(value, rights=not line.get("без прав", False)),
            "права дали": lambda value, _: stage.grant(value),
            "права забрали": lambda value, _: stage.take_rights(value),
            "чат закрылся": lambda value, _: stage.shut(value),
            "чат отключён": lambda value, _: stage.unbind(value),
            "чат подключён": lambda value, line: stage.bind_to(value, line["к"]),
            "отказ": lambda value, line: stage.refuse(value, int(line["код"]), int(line.get("раз", 1))),
            "тема личная": lambda value, _: stage.make_personal(value),
            "правки видны": lambda *_: stage.tell_edits(),
            "участники": lambda value, _: stage.listed(value),
            "пришёл": lambda value, line: stage.member(value, int(line["кто"]), here=True),
            "ушёл": lambda value, line: stage.member(value, int(line["кто"]), here=False),
            "не примет": lambda value, line: stage.spoil(value, int(line["код"])),
            "примет": lambda value, _: stage.spoil(value, 0),
        }

    async def today(self) -> date:
        return (await self.stage.clock()).astimezone(ZONE).date()

    async def until(self, day: Callable[[date], date], hour: int) -> None:
        """A little after this hour of that day, in the region's time."""
        now = (await self.stage.clock()).astimezone(ZONE)
        wanted = datetime.combine(day(now.date()), datetime.min.time(), ZONE) + timedelta(hours=hour, seconds=5)
        assert wanted > now, f"{wanted} уже прошло"
        await self.stage.wait((wanted - now).total_seconds())

    async def resident(self, who: str, verb: str, value: Any, line: dict[str, Any]) -> None:
        said = await self.stage.dialogue(who)
        match verb:
            case "":
                await self.stage.write(who, words_of(value, line))
            case "нажимает":
                label, payload = await self.button(who, value, old=bool(line.get("старая")))
                await self.stage.write(who, Words(label, payload=payload))
            case "правит":
                cmid = next(one.cmid for one in reversed(said) if one.text == value[0])
                await self.stage.edit(who, cmid, value[1])
            case "слышит":
                await self.check(who, value)
            case "не слышит":
                await self.stage.settle()
                said = await self.stage.dialogue(who)
                absent(self.fresh.get(who, []) + self.new(who, said), value)
            case "отвечает":
                target = next(one.cmid for one in reversed(said) if line["на"] in one.text)
                await self.stage.write(who, Words(value, tuple(line.get("files", ())), reply_to=target))
            case _:
                raise AssertionError("непонятная реплика")

    async def in_chat(self, chat: str, verb: str, value: Any, line: dict[str, Any]) -> None:
        await self.stage.settle()
        said, official = await self.stage.chat(chat), int(line.get("кто", 1))
        if isinstance(value, str):
            value = value.replace(DAY, f"{working_day(1)(await self.today()):%d.%m.%Y}")
            value = value.replace(LONG, " ".join(["слово"] * 640))
        match verb:
            case "пишет":
                text = f"{value} {await self.number(line['номер'])}" if "номер" in line else value
                await self.stage.write_in(chat, official, words_of(text, line))
            case "отвечает":
                text = await self.number(line["номер"]) if "номер" in line else value
                words = Words(text, tuple(line.get("files", ())), reply_to=target_in(said, line))
                await self.stage.write_in(chat, official, words)
            case "удаляет":
                cmid = next(one.cmid for one in reversed(said) if one.text == value)
                await self.stage.delete_in(chat, official, cmid)
            case "правит":
                cmid = next(one.cmid for one in reversed(said) if one.text == value[0])
                await self.stage.edit_in(chat, official, cmid, value[1])
            case "нажимает":
                target = target_in(said, line)
                message = next(one for one in said if one.cmid == target)
                _, payload = button_in([message], value, old=False)
                hint = await self.stage.press_in(chat, official, target, payload)
                assert line.get("видно", "") in hint, f"подсказка: {hint!r}"
            case "видит":
                await self.check(f"чат {chat}", value)
            case "показывает":
                await self.shows(chat, value, line)
            case "не видит":
                await self.stage.settle()
                said = await self.stage.chat(chat)
                absent(self.fresh.get(f"чат {chat}", []) + self.new(f"чат {chat}", said), value)
            case _:
                raise AssertionError("непонятная реплика")

    async def number(self, who: str) -> str:
        """Of the first message of this resident."""
        said = await self.stage.dialogue(who)
        return next(found[1] for one in said if (found := re.search(r"^№(\d{4}-\w{4})$", one.text, re.M)))

    async def shows(self, chat: str, wanted: list[str], line: dict[str, Any]) -> None:
        """A message as it stands now, after all edits."""
        for _ in range(TRIES):
            said = await self.stage.chat(chat)
            target = target_in(said, line)
            text = describe(next(one for one in said if one.cmid == target))
            unwanted = [words for words in line.get("без", ()) if words in text]
            if (all(words in text for words in wanted) and not unwanted) or not await self.stage.breathe():
                break
        assert all(words in text for words in wanted) and not unwanted, text

    async def button(self, who: str, label: str, *, old: bool) -> tuple[str, str]:
        """The button once it is shown; waited for where time is real."""
        await self.stage.settle()
        for _ in range(TRIES):
            said = await self.stage.dialogue(who)
            try:
                return button_in(said, label, old=old)
            except AssertionError:
                if not await self.stage.breathe():
                    raise
        return button_in(said, label, old=old)

    def new(self, who: str, said: list[Heard]) -> list[Heard]:
        return [heard for heard in said if heard.author == BOT and heard.cmid > self.heard.get(who, 0)]

    async def check(self, who: str, wanted: list[str] | str) -> None:
        """The wanted words stand in the new messages of the bot, in order; waited for where time is real."""
        for _ in range(TRIES):
            said = await (self.stage.chat(who[4:]) if who.startswith("чат ") else self.stage.dialogue(who))
            new = self.new(who, said)
            edited = self.edited(who, said)
            missing, taken = first_missing([*edited, *new], [wanted] if isinstance(wanted, str) else wanted)
            if missing is None or not await self.stage.breathe():
                break
        assert missing is None, f"нет «{missing}» в:\n" + SEPARATOR.join(describe(one) for one in [*edited, *new])
        last = new[taken - len(edited) - 1].cmid if taken > len(edited) else self.heard.get(who, 0)
        self.heard[who] = last if wanted else max((one.cmid for one in said), default=0)
        self.fresh[who] = new
        self.stood[who] = {one.cmid: describe(one) for one in said}

    def edited(self, who: str, said: list[Heard]) -> list[Heard]:
        """Messages of the bot in a chat that were heard once and stand otherwise now."""
        stood = self.stood.get(who, {}) if who.startswith("чат ") else {}
        known = [one for one in said if one.author == BOT and one.cmid <= self.heard.get(who, 0)]
        return [one for one in known if stood.get(one.cmid, describe(one)) != describe(one)]


def first_missing(new: list[Heard], wanted: list[str]) -> tuple[str | None, int]:
    """The first words that are not there, and how many messages were needed to find the others; 0 for none wanted."""
    rest, at = "", 0
    for words in wanted:
        while words not in rest:
            if at == len(new):
                return words, at
            rest, at = describe(new[at]), at + 1
        rest = rest.split(words, 1)[1]
    return None, at


def describe(heard: Heard) -> str:
    """A message with everything on it, as one text to look into."""
    labels = [f"[{button.get('label', button['type'])}]" for button in heard.buttons]
    forwards = [f"<переслано: {text}>" for text in heard.forwards]
    files = [f"<{kind}>" for kind in heard.files]
    return " ".join([heard.text, *forwards, *files, *labels])


def absent(new: list[Heard], unwanted: list[str] | str) -> None:
    everything = "\n".join(describe(heard) for heard in new)
    for words in [unwanted] if isinstance(unwanted, str) else unwanted:
        assert words not in everything, f"есть «{words}» в:\n{everything}"


def words_of(value: Any, line: dict[str, Any]) -> Words:
    point = tuple(line["point"]) if "point" in line else None
    return Words(str(value or ""), tuple(line.get("files", ())), point, ref=line.get("по ссылке", ""))


def button_in(said: list[Heard], label: str, *, old: bool) -> tuple[str, str]:
    """(label, payload) of the last button shown under this label; not `old`: under the input field, or on a message
    after that keyboard."""
    shown = [heard for heard in said if heard.author == BOT and heard.buttons]
    assert shown, "кнопок не было"
    for message in reversed(shown):
        for button in message.buttons:
            if button.get("label", "").startswith(label):
                return button["label"], button.get("payload", "")
        if not (old or message.inline):
            break
    raise AssertionError(f"нет кнопки «{label}» среди {[b.get('label') for b in shown[-1].buttons]}")


def target_in(said: list[Heard], line: dict[str, Any]) -> int:
    """The message that is answered or pressed: the last of the bot with these words, else the last card."""
    words = line.get("на")
    found = [heard for heard in said if (words in describe(heard) if words else CARD.search(heard.text))]
    assert found, f"нет сообщения «{words or 'карточка'}»"
    return found[-1].cmid


CARD = re.compile(r"^№\S+$", re.MULTILINE)
"""The line of a number alone, which only cards have."""


def transcripts() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    content = yaml_of(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict) and content["talk"], path
    return content


def working_day(count: int) -> Callable[[date], date]:
    return lambda today: CALENDAR.add_working_days(today, count)


def directed(region: Directory, script: dict[str, Any]) -> Directory:
    """The directory as this transcript wants it."""
    approval = set(script.get("directory", {}).get("approval", ()))
    unknown = approval - set(region.agency_by_code)
    assert not unknown, unknown
    agencies = tuple(replace(agency, approval=agency.code in approval) for agency in region.agencies)
    duty = script.get("directory", {}).get("duty")
    return replace(region, agencies=agencies, duty=duty_of(duty) if duty else region.duty, faq=faq_of(region, script))


def faq_of(region: Directory, script: dict[str, Any]) -> tuple[KnownAnswer, ...]:
    """The region's questions, those of the script with an answer: `faq: {kindergarten: {answer: …, until: …}}`."""
    said = script.get("directory", {}).get("faq", {})
    assert set(said) <= {one.code for one in region.faq}, said
    return tuple(replace(one, source="тест", **said[one.code]) if one.code in said else one for one in region.faq)


def duty_of(said: dict[str, Any]) -> Duty:
    """`{people: [[2001, Олег Петров]], substitute: [2003, Вера Ким], hours: [9, 18]}`; without hours the region's."""
    people = tuple(DutyOfficer(user, name) for user, name in said["people"])
    substitute = DutyOfficer(*said["substitute"]) if "substitute" in said else None
    hours = said.get("hours")
    week = ((Span(hours[0] * 60, hours[1] * 60),),) * 7 if hours else None
    return Duty(people, substitute, Schedule(week, by_calendar=False) if week else None)


def without_joining(region: Directory, topic: str) -> Directory:
    """As somebody has imported it anew: a trouble that was public is not any more."""
    assert region.topic_by_code[topic].joinable, topic
    topics = tuple(replace(one, joinable=one.joinable and one.code != topic) for one in region.topics)
    return with_version(replace(region, topics=topics))


def pages_of(script: dict[str, Any]) -> list[OfficialPage]:
    """The registry as this transcript wants it; each page stands for its body."""
    since = date(2026, 11, 1)
    return [
        OfficialPage(
            id=number,
            body=one["body"],
            kind=BodyKind(one.get("kind", "school")),
            place=one.get("place", ""),
            parent="",
            network=Network.VK,
            address=one.get("address", ""),
            state=PageState(one.get("state", "marked")),
            responsible="",
            since=since,
            main=True,
        )
        for number, one in enumerate(script.get("pages", ()), 1)
    ]
