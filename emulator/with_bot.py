"""Runs a bot beside the emulator, only through its command line and environment, and binds its chats by
one-time codes typed by officials, who delete them afterwards. It must never import the bot."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket as socket_of
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import IO

from emulator import door
from emulator.clock import elapsed, pause
from emulator.methods_send import say
from emulator.params import Params
from emulator.records import CHAT_BASE, Chat, Json
from emulator.server import Emulator
from emulator.stories import Stories

GRACE = 20.0
ANSWER_WITHIN = 60.0
ACTIONS = ("start", "stop", "kill", "restart")
FRESH = 0.5  # seconds for which the bot's numbers are good enough
CATCHES_UP_WITHIN = 2.0  # a bot learns with its next answer that the clock has moved


VISITORS = ("cur", "agency", "municipality", "reader")
"""Roles in which a visitor may open the bot's panel; each is a person of its own, 9001 and on."""


class BotFailed(Exception):
    """One sentence in Russian: which step failed and where to read more."""


def free_port() -> int:
    with socket_of.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Bot:
    def __init__(
        self,
        emulator: Emulator,
        command: str = "",
        directory: str = "regions/chelyabinsk",
        filled: bool = False,
        year: int = 30_000,
    ) -> None:
        self.emulator = emulator
        self.filled, self.year = filled, year
        self.command = shlex.split(command) if command else [sys.executable, "-m", "bot"]
        self.directory = directory
        self.data = emulator.data.resolve()
        self.process: asyncio.subprocess.Process | None = None
        self.status: Json = {"status": "starting"}
        self.numbers: Json | None = None  # what the bot's command `stats` answers
        self._tasks: set[asyncio.Task[None]] = set()
        self._bringing: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._one_start = asyncio.Lock()
        self._ending = False
        self._starting = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._asked = -FRESH
        self.panel_port = free_port() if filled else 0
        self.link: Json = {}

    @property
    def database(self) -> Path:
        return self.data / "bot.db"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def health(self) -> tuple[int, Json]:
        alive = self.status["status"] == "ok"
        return (200 if alive else 503), {**self.status, "bot": "running" if self.running else "stopped"}

    def environment(self) -> dict[str, str]:
        """Demo values; what the caller's environment says wins, but for the addresses."""
        group = next(iter(self.emulator.world.communities))
        demo = {
            "BOT_OPERATOR_NAME": "Демонстрационный оператор",
            "BOT_OPERATOR_ADDRESS": "454000, Челябинск, улица Примерная, 1",
            "BOT_OPERATOR_EMAIL": "operator@priemnaya.test",
            "BOT_POLICY_URL": "https://priemnaya.test/policy",
            **({"BOT_PANEL_PORT": str(self.panel_port), "BOT_OPEN_DATA": "on"} if self.panel_port else {}),
        }
        fixed = {
            "BOT_VK_API_URL": self.emulator.url,
            "BOT_VK_TOKEN": f"group-{group}",
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "PYTHONUNBUFFERED": "1",
        }
        return {**demo, **os.environ, **fixed}

    # --- start of the demo --------------------------------------------------

    async def bring_up(self) -> None:
        """Migrate, import the directory, start, bind the chats that are not bound yet."""
        try:
            fresh = not self.database.exists()
            if fresh:
                await self._step("migrate")
                await self._step("directory", "import", self.directory, "--yes")
            await self.start()
            await self._listening()
            # A first start that was cut off has bound only some of them.
            listed = (await self._step("chat", "list")).splitlines()
            bound = {line.split()[0] for line in listed if line.strip()}
            free = [chat for chat in self._bound_chats() if ("cur" if chat.cur else chat.agency) not in bound]
            for chat, code in zip(free, await self._codes(free), strict=True):
                await self._type_code(chat, code)
            if fresh and self.filled:
                await Stories(self.emulator).tell()
            self.status = {"status": "ok"}
            if self.filled:
                self._filling = self._later(self._fill_year())
        except BotFailed as failure:
            self.status = {"status": "failed", "reason": str(failure)}
            print(str(failure), file=sys.stderr, flush=True)

    async def _fill_year(self) -> None:
        """A year of messages made by rules, while the page is open already; one that was cut off goes on."""
        try:
            await self._step("demo", "fill", "--messages", str(self.year))
        except BotFailed as failure:
            print(str(failure), file=sys.stderr, flush=True)

    def bring_up_later(self) -> None:
        self._begin(self.bring_up)

    def _begin(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """One start at a time: the one under way is of a world that is gone; its codes do not belong in the new one."""
        for task in (self._bringing, self._filling):
            if task is not None:
                task.cancel()
        self.status = {"status": "starting"}
        self.emulator.live.bot_told(self.told())  # at once: a page must not show the old one as working
        self._bringing = self._later(self._alone(work))

    async def _alone(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        async with self._one_start:
            await work()

    def _later(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _bound_chats(self) -> list[Chat]:
        """The control centre's last, as its code comes last."""
        chats = self.emulator.world.chats.values()
        return sorted((chat for chat in chats if chat.agency or chat.cur), key=lambda chat: chat.cur)

    async def _codes(self, chats: list[Chat]) -> list[str]:
        """All in one command: most of its time is the start of Python."""
        if not chats:
            return []
        wanted = [word for chat in chats for word in (["--cur"] if chat.cur else ["--agency", chat.agency])]
        lines = (await self._step("chat", "code", *wanted)).strip().splitlines()[-len(chats) :]
        codes = [line.split()[-1] for line in lines if line.strip()]
        if len(codes) < len(chats):
            title = chats[len(codes)].title
            raise BotFailed(f"Бот не дал кода для беседы «{title}»: команда chat code вывела меньше строк.")
        return codes

    async def _step(self, *arguments: str) -> str:
        shown = " ".join(arguments)
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                *arguments,
                env=self.environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise BotFailed(f"Команду бота «{self.command[0]}» не запустить: {error.strerror}.") from error
        try:
            output, errors = await process.communicate()
        finally:
            if process.returncode is None:  # this start was given up
                process.kill()
                await process.wait()
        if process.returncode != 0:
            last = (errors or output).decode("utf-8", "replace").strip().splitlines()[-1:] or ["нет вывода"]
            raise BotFailed(f"Шаг бота «{shown}» завершился с кодом {process.returncode}: {last[0]}")
        return output.decode("utf-8", "replace")

    async def _listening(self) -> None:
        """A bot that has never run begins with what comes after its first poll: nothing may be typed before it."""
        community = -next(iter(self.emulator.world.communities))
        until = elapsed() + ANSWER_WITHIN
        while not self.emulator.parked.listens(community):
            if not self.running or elapsed() > until:
                raise BotFailed(f"Бот не начал получать события; смотрите {self._log_path()}.")
            await pause(0.05)

    async def _type_code(self, chat: Chat, code: str) -> None:
        world = self.emulator.world
        official = chat.owner if chat.owner > 0 else next((a for a in chat.members if a > 0), 0)
        if not official:
            raise BotFailed(f"В беседе «{chat.title}» нет людей, некому ввести код.")
        message = say(world, official, CHAT_BASE + chat.numbers[official], f"/код {code}")
        self.emulator.parked.wake()
        until = elapsed() + ANSWER_WITHIN
        while not any(m.sender < 0 for m in chat.thread.messages[message.cmid :]):
            if not self.running:
                raise BotFailed(f"Бот остановился до ответа в беседе «{chat.title}»; смотрите {self._log_path()}.")
            if elapsed() > until:
                raise BotFailed(f"Бот не ответил на код в беседе «{chat.title}» за {ANSWER_WITHIN:.0f} с.")
            await pause(0.05)
        peer = CHAT_BASE + chat.numbers[official]  # a code that has served is nothing for a chat to keep
        token = f"user-{official}"
        self.emulator.call("messages.delete", token, peer_id=peer, cmids=str(message.cmid), delete_for_all=1)

    # --- the process --------------------------------------------------------

    def _log_path(self) -> Path:
        return self.data / "bot.log"

    async def start(self) -> None:
        async with self._starting:  # two at once would be two bots of one database (F27)
            if self.process is not None and self._ending:
                await self.process.wait()  # a kill or a stop that is still under way
            if not self.running:
                await self._start()

    async def _start(self) -> None:
        self._ending = False
        self.numbers = None  # those of the one before
        log: IO[bytes] = self._log_path().open("ab")
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                "run",
                env=self.environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        except OSError as error:
            raise BotFailed(f"Команду бота «{self.command[0]}» не запустить: {error.strerror}.") from error
        finally:
            log.close()

    async def stop(self) -> None:
        """SIGTERM, 20 seconds, SIGKILL."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        self._ending = True
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def control(self, params: Params) -> Json:
        """`emulator.bot`: kill, stop, start, restart (kill and start); without an action it only tells."""
        action = params.text("action")
        if action and action not in ACTIONS:
            return {"error": f"action should be one of {', '.join(ACTIONS)}"}
        if action in ("kill", "restart") and self.process is not None and self.process.returncode is None:
            self._ending = True
            self.process.kill()
        if action == "stop":
            self._later(self.stop())
        elif action in ("start", "restart"):
            self._later(self.start())
        return self.told()

    def told(self) -> Json:
        pid = self.process.pid if self.process is not None and self.running else None
        numbers = self.numbers if self.running else None
        known = {"pid": pid, "running": self.running, **self.status, "numbers": numbers}
        return {**known, "panel": bool(self.panel_port)}

    # --- its numbers --------------------------------------------------------

    async def prepare(self, name: str, params: Json) -> None:
        """Before a control that needs the bot's numbers runs: ask for them, without holding up anybody else."""
        if name == "emulator.bot":
            await self._refresh()
        elif name == "emulator.panel":
            self.link = await self._door(str(params.get("role", "")))
        elif name == "emulator.advanceClock" and params.get("to"):
            until = elapsed() + CATCHES_UP_WITHIN
            self._asked = -FRESH
            await self._refresh()
            while self._behind() and elapsed() < until:
                await pause(0.05)
                self._asked = -FRESH
                await self._refresh()

    def _behind(self) -> bool:
        """Whether the bot has not yet noticed that the clock was moved over its deadline."""
        due = (self.numbers or {}).get("next_deadline")
        return due is not None and due <= self.emulator.world.clock.now()

    async def _refresh(self) -> None:
        async with self._asking:
            if elapsed() - self._asked >= FRESH:
                socket = self.database.with_name(f"{self.database.name}.sock")
                self.numbers = await door.ask(socket, "stats") if self.running else None
                self._asked = elapsed()

    def panel(self, params: Params) -> Json:
        """`emulator.panel`: a one-time link into the bot's panel in one of `VISITORS`."""
        return self.link

    async def _door(self, role: str) -> Json:
        """The role is given, then a link is asked for; both through the bot's own door."""
        if role not in VISITORS:
            return {"error": f"role should be one of {', '.join(VISITORS)}"}
        if not self.panel_port:
            return {"error": "панель открывается в песочнице: make sandbox"}
        socket = self.database.with_name(f"{self.database.name}.sock")
        agency = next((chat.agency for chat in self.emulator.world.chats.values() if chat.agency), "")
        scope = {"agency": agency, "municipality": agency.partition("-")[0]}.get(role, "")
        user = 9001 + VISITORS.index(role)
        grant = {"user": user, "role": role, "scope": scope, "name": ""}
        granted = await door.ask(socket, "people_grant", ANSWER_WITHIN, grant)
        made = await door.ask(socket, "people_link", ANSWER_WITHIN, {"user": user}) if granted else None
        if made is None:
            return {"error": "Бот сейчас не отвечает. Подождите несколько секунд и попробуйте ещё раз."}
        return {"url": f"http://127.0.0.1:{self.panel_port}/in/{made['token']}"}

    def deadline(self, params: Params) -> float | str:
        """When the bot's next timer comes due, or why nobody knows."""
        if not self.running:
            return "Бот остановлен, его сроков сейчас не узнать. Запустите бота и попробуйте ещё раз."
        if self.numbers is None:
            return "Бот пока не отвечает. Подождите несколько секунд и попробуйте ещё раз."
        due = self.numbers.get("next_deadline")
        if due is None or due <= self.emulator.world.clock.now():
            return "Впереди у бота нет ни одного срока: сейчас он ничего не ждёт."
        return float(due)

    def watch_later(self) -> None:
        self._later(self._watch())

    async def _watch(self) -> None:
        """Tells open pages about the bot twice a second; asks nobody while no page is open."""
        while True:
            await pause(FRESH)
            if self.emulator.live.open:
                await self._refresh()
                self.emulator.live.bot_told(self.told())

    def reset_later(self) -> None:
        self._begin(self._restart_from_nothing)

    async def _restart_from_nothing(self) -> None:
        if self.process is not None and self.running:
            self.process.kill()
            await self.process.wait()
        for path in self.data.glob(f"{self.database.name}*"):  # and what belongs to it: its journal, its keys
            path.unlink(missing_ok=True)
        await self.bring_up()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.stop()
