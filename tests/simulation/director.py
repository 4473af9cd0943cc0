"""Runs one seed: the bot is kept alive, people act, troubles strike, then all is mended and everything must be well."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from benchmarks.rig.stand import BOT, COMMUNITY, REGION
from bot import app
from bot.admin.admin_service import AdminService
from bot.config.settings import Settings, policy_of
from bot.region.directory_file import read
from bot.region.directory_json import to_json
from bot.runtime import Runtime
from bot.upkeep import audit_checkpoints
from states.directory import Duty, DutyOfficer
from states.events import Event
from states.people.chats import DUTY
from storage.db.database import Database
from storage.ops import recovery_mark
from storage.privacy import audit
from tests.simulation import (
    acts_danger,
    acts_official,
    acts_resident,
    alarms,
    checks,
    gates,
    models,
    posts,
    restores,
    troubles,
    windows,
)
from tests.simulation.chance import Chance
from tests.simulation.life import MASTER, Life
from tests.simulation.loop import Endless, Mortal, run
from tests.simulation.people import Idle, Official, Resident, Truth
from tests.simulation.plan import Plan
from tests.simulation.record import CAUSES, Record, rows_of
from tests.simulation.stage import Scene, Stage, set_out, settings
from tests.simulation.store import Files, SimStore
from tests.simulation.windows import Copy
from vk_emulator.acts import chats
from vk_emulator.world.records import Chat

PATIENCE = 900.0
"""Seconds after the last fault in which everything must have come to an end (I8)."""
QUIET = 3.0
LOOKED = 700.0
"""Seconds after which what an official has changed was looked at once more (answering.py `LOOKS`)."""
RESIDENT_ACTS = {**acts_resident.ACTS, **acts_danger.ACTS}
LAST_CALL = 2400.0
"""Seconds after which whoever is called each half an hour has certainly been called once more."""
MOST_LIVES = 60
MOST_RAISED = 2
SHY = 2
"""Runs of one event that deaths have cut short, from which on nobody dies: a third is a crash loop, by rule (§10)."""


def of(record: Record, stream: str) -> str:
    """The name of a stream of chance: the home's people keep theirs whoever else there is."""
    return stream if record.community == COMMUNITY else f"{stream} of {record.community}"


@dataclass
class Outcome:
    """What a seed gave."""

    seed: int
    wrong: list[str] = field(default_factory=list)
    trace: str = ""
    passed: Counter[str] = field(default_factory=Counter)
    died: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    troubles: tuple[str, ...] = ()
    cpu: float = 0.0


class Director:
    """One seed under way."""

    known_troubles = troubles.TROUBLES

    def __init__(self, plan: Plan, scene: Scene, told: Callable[[str], None] | None = None) -> None:
        self.plan = plan
        self.told = told
        self.scene = scene
        self.net, self.world, self.clock, self.loop = scene.net, scene.world, scene.clock, scene.loop
        self.chance = scene.chance.stream("director")
        self.dice = scene.chance.stream("points")
        self.life: Life | None = None
        self.truth = Truth()
        self.idle = Idle(self.loop)
        self.record = self.recorded(Record(self.world, self.net.asked, self.truth, self.ask))
        self.records = [self.record]
        self.passed: Counter[str] = Counter()
        self.died: Counter[str] = Counter()
        self.lives = 0
        self.restores = 0
        self.shy = False
        self.away = 0.0
        self.back_at = 0.0
        self.storm = True
        self.closing = False
        self.ended = asyncio.Event()
        self.changes = 0
        self.known = 0
        self.wrong: list[str] = []
        self.trace = hashlib.blake2b(digest_size=16)
        self.kicked: list[tuple[int, int]] = []
        self.deaf: set[int] = set()
        self.ahead = 0.0
        self.broke: Counter[str] = Counter()
        self.copy: Copy | None = None
        self.copied_once = asyncio.Event()
        self.over = asyncio.Event()
        self.shift = acts_danger.Shift()
        self.posts = posts.Posts(self.net, lambda: self.life, plan.echo)
        self.anew: dict[str, Any] = {}

    def recorded(self, record: Record) -> Record:
        """What may be believed in this seed."""
        plan = self.plan
        record.files = self.net.uploads.kept
        record.at_once = lambda message: (*restores.at_once(record, message), *alarms.at_once(record, message))
        record.on_duty = plan.duty is not None
        record.named = plan.duty is not None and (plan.duty.named or plan.duty.chat)
        record.chats_lost = plan.has("kicked", "thrown_out", "rights", "key_refused")
        record.calm = not plan.troubles and not plan.focus
        record.approvals = plan.approvals
        record.undo = float(plan.settings.get("undo_seconds", 30))
        record.clock_wrong = plan.has("clock_jumps")
        record.edits_refused = plan.has("refused_forms", "clock_jumps", "long_absence")
        gone = ("longpoll", "longpoll_loses", "long_absence", "older_copy", "kicked")
        record.events_gone = plan.has(*gone)
        record.days_pass = plan.has("clock_jumps", "long_absence")
        record.consent_hash = lambda: policy_of(self.settings_now(), record.community).consent_hash
        return record

    # The bot's process.

    async def keep_alive(self) -> None:
        """What systemd does: whenever the process is gone, a new one is started."""
        while not self.closing:
            if self.copy is not None:
                copy, self.copy = self.copy, None
                await self.put_back(copy)
            self.ended.clear()
            life = Life(
                self.scene.files,
                self.settings_now(),
                self.net,
                self.clock,
                self.passes,
                self.may_die,
                self.breaks,
            )
            life.watch = self.committed
            life.ended = self.ended.set
            self.life = life
            self.lives += 1
            self.changes = 0
            life.begin(self.loop)
            await self.ended.wait()
            life.store.drop()
            # VK may carry out what it had asked for when an older copy is there, or its author is forgotten (F7).
            for record in self.records:
                record.note_asked(rows_of(self.scene.files.database.raw, CAUSES, record.community))
            self.note("end", life.died_at, repr(life.error))
            self.died[life.died_at or "stop"] += 1
            if life.error is not None:
                self.wrong.append(f"процесс упал сам: {life.error!r}")
            away, self.away = self.away or self.chance.choice((0.1, 1.0, 5.0)), 0.0
            self.back_at = self.loop.time() + away
            await asyncio.sleep(away)

    def settings_now(self) -> Settings:
        """As the operator has them in this life."""
        return settings(
            audit_heads_file=str(self.scene.heads),
            callback_secret=posts.SECRET if self.plan.posts else "",
            **self.plan.settings,
            **self.anew,
        )

    def passes(self, point: str) -> bool:
        """A crash point is passed; whether the process ends there."""
        self.passed[point] += 1
        if point != self.plan.focus or not self.storm or self.dice.random() >= self.plan.crash_chance:
            return False
        return self.may_die()

    def breaks(self, happened: Event) -> bool:
        """Whether the handler of this event raises. Twice at most: after more it is set aside by rule (§10)."""
        if not self.storm or not self.plan.raising or self.dice.random() >= self.plan.raising:
            return False
        self.broke[repr(happened)] += 1
        return self.broke[repr(happened)] <= MOST_RAISED

    def may_die(self) -> bool:
        return self.storm and self.lives <= self.plan.crashes and not self.shy

    def kill(self, away: float = 0.0, always: bool = False) -> None:
        """From outside, at this very moment."""
        if self.life is not None and not self.life.over and (always or self.may_die()):
            self.away = away
            self.life.die("killed")

    @property
    def readable(self) -> bool:
        return self.life is not None and not self.life.over and self.life.store.open

    def copied(self) -> Copy | None:
        """The bot's file as it is between two transactions, without its keys; nothing while nobody has it open."""
        return self.as_copy(self.scene.files.database.taken()) if self.readable else None

    def as_copy(self, data: Any) -> Copy:
        self.copied_once.set()
        return Copy(data, self.world.next_id - 1, self.world.clock.now())

    def put_in_place(self, copy: Copy, away: float = 0.0) -> None:
        """The process ends at this very moment, and this copy is what the next one finds."""
        self.copy = copy
        self.kill(away, always=True)

    async def put_back(self, copy: Copy) -> None:
        """What `bot restore` does with a copy that is sound: in place of the file, and marked."""
        await self.lay(copy)
        self.restores += 1
        known = windows.known_of(self.in_place)
        self.record.windows.append(restores.opened(self.record, copy, known, self.loop.time()))
        windows.given_back(self.record.windows[-1], self.truth)
        self.record.asked.clear()  # a copy from before the request knows nothing of it; that is not its erasure
        self.note("restored", len(known.codes), len(known.waiting))

    def in_place(self, query: str) -> list[Any]:
        """The file while no process has it open."""
        return rows_of(self.scene.files.database.raw, query)

    async def lay(self, copy: Copy) -> None:
        self.scene.files.database.lay(copy.data)
        await self.marked(SimStore(self.scene.files, Mortal()), self.scene.files.url)

    async def marked(self, store: Any, url: str) -> None:
        db = (await Database.over(store, url, master=MASTER)).of(COMMUNITY)
        end = await db.run(audit.head)
        audit_checkpoints.put_back(self.scene.heads, COMMUNITY, end, self.clock.now())
        await db.run(lambda tx: recovery_mark.mark(tx, self.clock.now()))
        store.drop()

    def ask(self, query: str, *values: Any) -> list[Any]:
        """The bot's file, read by whoever may; empty while no process has it open."""
        if not self.readable or self.life is None:
            return []
        return rows_of(self.life.store.raw, query, *values)

    def committed(self) -> None:
        assert self.life is not None
        changes = self.life.store.raw.total_changes
        if changes != self.changes:
            self.changes = changes
            # Asked of what is on disk: the very transaction that a death cuts short calls its event done already.
            query = "SELECT 1 FROM inbox WHERE state IN ('new','retry','wanted') AND runs >= ?"
            self.shy = bool(self.ask(query, SHY))
            for record in self.records:
                record.note_holders()
                if record.truth.asked:
                    record.note_erasures()

    # VK.

    def applied(self) -> None:
        """After anything has happened in VK."""
        self.posts.news.set()
        while self.known + 1 < self.world.next_id:
            self.known += 1
            one = self.world.by_id[self.known]
            self.note("message", one.sender, one.cmid, one.text)
            self.idle.tell(one.thread)
        for record in self.records:
            record.watch()
        if any(window.told_cur for window in self.record.windows):
            self.over.set()

    def note(self, *said: object) -> None:
        line = repr((round(self.loop.time(), 6), *said))
        self.trace.update(line.encode("utf-8", "surrogatepass"))
        if self.told is not None:
            self.told(line)

    def vk_up(self, up: bool) -> None:
        self.net.vk.faults.up = up
        self.net.restarted()

    def kick(self, number: int, bot: int = BOT) -> None:
        chat = self.world.chats[number]
        if bot in chat.members:
            chats.remove(self.world, chat, chat.owner, bot)
            self.kicked.append((number, bot))
            self.net.stir()

    def take_rights(self, number: int) -> None:
        member = self.world.chats[number].members.get(BOT)
        if member is not None and member.admin:
            member.admin = False
            self.deaf.add(number)
            self.note("deaf", number)

    def give_rights(self, number: int) -> None:
        member = self.world.chats[number].members.get(BOT)
        if number in self.deaf and member is not None:
            member.admin = True
            self.deaf.discard(number)
            self.record.returns[number] += 1
            self.note("heard again", number)

    # The course of a seed.

    def begin(self) -> asyncio.Task[None]:
        """VK as the plan wants it, and the bot's process, which is kept alive from here on."""
        gates.Gate.closed = False
        for name, value in self.plan.switches.items():
            self.world.switches.change(name, value)
        for record in self.records:
            self.world.communities[record.community].events["message_reply"] = int(self.plan.echo)
        self.world.communities[COMMUNITY].settings["longpoll"] = self.plan.polled
        if self.plan.posts:
            self.posts.registered()
            self.loop.create_task(self.posts.run())
        self.net.quick = self.plan.quick
        self.net.applied = self.applied
        self.known = self.world.next_id - 1
        for record in self.records:
            record.seen = self.known
        return self.loop.create_task(self.keep_alive())

    async def play(self) -> None:
        keeper = self.begin()
        await asyncio.sleep(0.5)
        people = self.residents()
        self.storm = False  # whoever reads alarms is there before anything goes wrong
        watchers = await self.going_on_duty()
        self.storm = True
        residents = [self.loop.create_task(self.live(person)) for person in people]
        watchers += [self.loop.create_task(acts_resident.minds(person)) for person in people if self.restoring]
        if self.plan.has("new_consent"):
            watchers += [self.loop.create_task(acts_resident.agrees_anew(person)) for person in people]
        watchers += [
            self.loop.create_task(acts_official.watch(official, list(self.plan.official_acts)))
            for official in self.officials()
        ]
        watchers += [self.loop.create_task(acts_official.looks_over(second)) for second in self.seconds()]
        watchers += [self.loop.create_task(body) for body in await self.binding()]
        watchers += [self.loop.create_task(models.change(self))] if self.plan.models else []
        watchers += [self.loop.create_task(gates.close(self))] if self.plan.closes else []
        raging = [self.loop.create_task(self.known_troubles[name](self)) for name in self.plan.troubles]
        awaited = [one for one, name in zip(raging, self.plan.troubles, strict=True) if name in troubles.AWAITED]
        await asyncio.wait([*residents, *awaited], timeout=self.plan.storm)
        for life in raging:
            life.cancel()
        await asyncio.gather(*raging, return_exceptions=True)
        self.mend()
        await self.calm(residents)
        if set(self.plan.official_acts) & set(acts_official.UNSURE):
            await asyncio.sleep(LOOKED)
            await self.calm(residents)
        if self.plan.duty is not None:
            await self.until_seen(self.plan.duty.unseen)
            await self.calm(residents)
        acting = [person.act for person in people if person.act is not None]
        for task in (*residents, *watchers, *acting):
            task.cancel()
        await asyncio.gather(*residents, *watchers, *acting, return_exceptions=True)
        if not self.settled_down():  # somebody acted in the very moment in which it was quiet
            await self.calm(residents)
        self.wrong += self.violations()
        self.closing = True
        await self.shut(keeper)

    def settled_down(self) -> bool:
        return all(map(checks.settled_down, self.records))

    def violations(self) -> list[str]:
        found = [wrong for record in self.records for wrong in record.wrong]
        if not self.readable:
            return [*found, "бот не поднялся"]
        return [*found, *(wrong for record in self.records for wrong in checks.violations(record))]

    async def shut(self, keeper: asyncio.Task[None]) -> None:
        if self.life is not None and not self.life.over:
            self.life.stop()
            await keeper

    @property
    def restoring(self) -> bool:
        """Whether a copy may be put back, so that people have to mind what the bot says of it."""
        return self.plan.has("older_copy", "copy_from_before_an_erasure")

    def residents(self) -> list[Resident]:
        people = sorted(user for user in self.world.users if user > 20_000)[: self.plan.residents]
        return [self.resident(record, user) for record in self.records for user in people]

    def resident(self, record: Record, user: int) -> Resident:
        return Resident(
            self.scene,
            self.idle,
            record.truth,
            user,
            self.scene.chance.stream(of(record, f"resident {user}")),
            community=record.community,
            lost=partial(self.lost, record, user),
        )

    def lost(self, record: Record, user: int) -> set[str]:
        """Marks of what this resident wrote in the last window."""
        return restores.words_of(record.windows[-1], record, user) if record.windows else set()

    def officials(self) -> list[Official]:
        return [
            self.official(record, chat, chat.owner, f"official {chat.key}")
            for record in self.records
            for _, chat in record.chats()
        ]

    def official(self, record: Record, chat: Chat, user: int, stream: str) -> Official:
        chance = self.scene.chance.stream(of(record, stream))
        return Official(self.scene, self.idle, record.truth, user, chance, community=record.community, chat=chat)

    def running(self) -> Runtime | None:
        return self.life.bot if self.readable and self.life is not None else None

    async def binding(self) -> list[Coroutine[Any, Any, None]]:
        """One chat more, which is bound when a copy was made: nobody but VK knows of it when that is put back."""
        bot = self.running()
        if not self.plan.binds or bot is None:
            return []
        owner = min(chat.owner for chat in self.world.chats.values())
        chat = chats.create(
            self.world, owner, "Администрация Копейска", [BOT], key=acts_official.NEWLY_BOUND, admins=[BOT]
        )
        chat.agency = acts_official.NEWLY_BOUND
        self.net.stir()
        code = await AdminService(bot.db, self.clock).carry_out("chat_code", {"agency": chat.agency})
        chance = self.scene.chance.stream("binds")
        me = Official(self.scene, self.idle, self.truth, owner, chance, chat=chat)
        writes = acts_official.binds(me, code["code"], self.copied_once, self.over)
        reader = replace(me, chance=self.scene.chance.stream(f"official {chat.key}"))
        return [writes, acts_official.watch(reader, list(self.plan.official_acts))]

    # Danger to life.

    async def going_on_duty(self) -> list[asyncio.Task[None]]:
        """Whoever reads alarms: the owners of the ЦУР's chats, a colleague of theirs, and a chat of their own."""
        duty = self.plan.duty
        if duty is None:
            return []
        self.shift.calls_only = duty.calls_only
        if not duty.unseen:
            self.shift.begun.set()
        bound = await self.bound_for_duty(duty.chat)
        if duty.named:
            await self.named()
        return [self.loop.create_task(acts_danger.on_duty(one, self.shift)) for one in self.on_duty(bound)]

    def on_duty(self, bound: Chat | None) -> list[Official]:
        return [
            self.official(record, chat, user, f"on duty {chat.key} {user}")
            for record in self.records
            for _, chat in record.chats()
            if chat.cur or chat is bound
            for user in sorted(member for member in chat.members if member > 0)[:2]
        ]

    async def bound_for_duty(self, wanted: bool) -> Chat | None:
        bot = self.running()
        if not wanted or bot is None:
            return None
        people = sorted({chat.owner for chat in self.world.chats.values()})[:3]
        chat = chats.create(self.world, people[0], "Дежурные", [*people, BOT], key=DUTY, admins=[BOT])
        chat.agency = DUTY
        self.net.stir()
        await asyncio.sleep(1.0)  # until the bot listens
        code = await AdminService(bot.db, self.clock).carry_out("chat_code", {"agency": DUTY})
        me = Official(self.scene, self.idle, self.truth, people[0], self.scene.chance.stream("binds duty"), chat=chat)
        me.send(me.peer, f"/код {code['code']}")
        return chat

    async def named(self) -> None:
        """The directory says who they are, as an administrator imports it."""
        bot, region = self.running(), read(REGION)
        owner = next(chat.owner for chat in self.world.chats.values() if chat.cur)
        duty = Duty((DutyOfficer(owner, "Олег Дежурный"),), DutyOfficer(owner + 1, "Вера Заместитель"))
        if self.plan.approvals:
            region = replace(region, agencies=tuple(replace(agency, approval=True) for agency in region.agencies))
        if bot is not None:
            await app.admin_service_of(bot).carry_out("directory_import", {"text": to_json(replace(region, duty=duty))})

    async def until_seen(self, unseen: float) -> None:
        """Nobody presses anything for so long; then those on duty do, and what is lost of it is called for again."""
        if any(map(alarms.unseen, self.records)):
            await asyncio.sleep(unseen)
        self.shift.begun.set()
        until = self.loop.time() + LAST_CALL
        while self.loop.time() < until and (not self.readable or any(map(alarms.unseen, self.records))):
            await asyncio.sleep(10 * QUIET)

    def seconds(self) -> list[Official]:
        """Whoever may look over an answer before it leaves: all of a chat, its author too, who must not (R39)."""
        return [
            self.official(record, chat, user, f"looks over {chat.key} {user}")
            for record in self.records
            for _, chat in record.chats()
            for user in sorted(chat.members)
            if user > 0 and self.plan.approvals
        ]

    async def live(self, me: Resident) -> None:
        await me.breathe()
        for _ in range(self.plan.acts_each):
            name = me.chance.choice(self.plan.resident_acts)
            me.did(name)
            self.truth.waits[f"{me.user} {name}"] = "конца"
            await self.does(me, name)
            del self.truth.waits[f"{me.user} {name}"]
            await me.breathe(0.5, 5.0)

    async def does(self, me: Resident, name: str) -> None:
        act = RESIDENT_ACTS[name][0]
        await (acts_resident.does(me, act) if self.restoring else act(me))

    def mend(self) -> None:
        """The last fault is over. From here on everything must come to a good end."""
        self.storm = False
        self.note("mended")
        self.net.vk.faults.clear()
        self.net.vk.revoked.clear()
        self.net.file_troubles = 0.0
        self.world.switches.upload_flaky = 0
        # What was put off by a clock that was ahead is due when that hour has come.
        self.clock.wrong = self.ahead
        if self.life is not None:
            self.life.steps_left = self.life.statements_left = None
        for group, user in sorted(self.world.blocked):
            self.net.call("emulator.setBlocked", "", group_id=group, user_id=user, code=0)
            self.net.call("messages.allowMessagesFromGroup", f"user-{user}", group_id=group)
        for number, bot in self.kicked:
            chat = self.world.chats[number]
            chats.invite(self.world, chat, chat.owner, bot)
            chat.members[bot].admin = True
            self.deaf -= {number} if bot == BOT else set()
            for record in self.records:
                record.returns[number] += bot == record.bot
        for number in sorted(self.deaf):
            self.give_rights(number)
        self.net.restarted()
        self.net.stir()

    async def calm(self, residents: list[asyncio.Task[None]]) -> None:
        """Until nothing happens any more, or patience ends."""
        while self.life is None or self.life.over or self.life.bot is None:
            await asyncio.sleep(max(QUIET, self.back_at - self.loop.time()))
            if self.lives > MOST_LIVES:
                return
        for record in self.records:
            record.mended = record.mended or self.world.clock.now()
        until = self.loop.time() + PATIENCE
        last = self.world.next_id
        while self.loop.time() < until:
            await asyncio.sleep(QUIET)
            still = last == self.world.next_id and all(task.done() for task in residents)
            last = self.world.next_id
            if (
                still
                and not self.net.vk.deferred
                and (self.plan.polled or not self.posts.waiting)
                and self.readable
                and self.settled_down()
            ):
                return


def play(
    plan: Plan,
    stage: Stage,
    files: Files,
    told: Callable[[str], None] | None = None,
    directed: type[Director] = Director,
) -> Outcome:
    """One seed from its beginning to its verdict. `told` hears each line of the trace."""
    with set_out(stage, Chance(plan.seed), files, approvals=plan.approvals, numbers=plan.settings) as scene:
        director = directed(plan, scene, told)
        try:
            run(scene.loop, director.play)
        except Endless as error:
            director.wrong.append(f"endless: {error}")
        finally:
            if director.life is not None:
                director.life.store.drop()
        return outcome_of(director)


def outcome_of(director: Director) -> Outcome:
    """What a seed that has ended gave."""
    plan, scene = director.plan, director.scene
    wrong = [*director.wrong, *scene.loop.troubles, *(f"emulator: {crash}" for crash in scene.vk.crashes)]
    director.note("steps", scene.loop.steps)
    truths = [record.truth for record in director.records]
    figures = Counter(
        {
            "messages": scene.world.next_id,
            "lives": director.lives,
            "restores": director.restores,
            "erased": sum(len(truth.erased) for truth in truths),
            "checked": sum(record.steps_checked for record in director.records),
            "copies": sum(len(record.copies) for record in director.records),
            "seconds": int(scene.loop.time()),
            "posts": director.posts.answered,
            "submitted": sum(len(set(truth.owner.values())) for truth in truths),
            "alarms": sum(len(alarms.known(record)) for record in director.records),
            "joined": sum(len(list(director.record.incidents.spans(code))) for code in director.record.incidents.led),
            **restores.figures(director.record),
        }
    )
    for truth in truths:
        figures.update({f"act {name}": times for name, times in truth.acts.items()})
    return Outcome(plan.seed, wrong, director.trace.hexdigest(), director.passed, director.died, figures, plan.troubles)
