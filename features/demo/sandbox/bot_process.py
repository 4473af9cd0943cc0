"""Runs the bot beside the emulator, only through its command line and environment, and binds its chats by one-time
codes typed by officials, who delete them afterwards. It must never open the bot's database.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket as socket_of
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.process import admin_socket
from features.demo.sandbox.residents import Residents
from features.demo.sandbox.vk import EmulatedVk, EmulatorRefused, Json, number, own_peer

GRACE = 20.0
ANSWER_WITHIN = 60.0
ACTIONS = ("start", "stop", "kill", "restart")
FRESH = 0.5  # seconds for which the bot's numbers are good enough
CATCHES_UP_WITHIN = 2.0  # a bot learns with its next answer that the clock has moved
NAMES = {"cur": "Вера Ц.", "agency": "Пётр Д.", "municipality": "Ольга М.", "reader": "Руководитель"}
VISITORS = tuple(NAMES)
PLACE = "miass"
"""Whose municipality a visitor may be: the demo world has a chat of its administration."""
"""Roles in which a visitor may open the bot's panel; each is a person of its own, 9001 and on."""
SILENT = "Бот сейчас не отвечает. Подождите несколько секунд и попробуйте ещё раз."


class BotFailed(Exception):
    """One sentence in Russian: which step failed and where to read more."""


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the person who started the sandbox asked for."""

    data: Path
    directory: str
    filled: bool = False
    year: int = 30_000
    command: str = ""
    panel_url: str = ""
    panel_port: int = 0


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket_of.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Bot:
    """The bot's process: started, bound to its chats, filled and watched; its log and database lie in the sandbox's
    folder."""

    def __init__(self, vk: EmulatedVk, wanted: SandboxOptions) -> None:
        self.vk, self.clock, self.wanted = vk, vk.clock, wanted
        self.command = shlex.split(wanted.command) if wanted.command else [sys.executable, "-m", "bot"]
        self.database = wanted.data / "bot.db"
        self.log = wanted.data / "bot.log"
        self.process: asyncio.subprocess.Process | None = None
        self.status: Json = {"status": "starting"}
        self.numbers: Json | None = None  # what the bot's command `stats` answers
        self.panel_port = (wanted.panel_port or free_port()) if wanted.filled else 0
        self._community = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._bringing: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._one_start = asyncio.Lock()
        self._ending = False
        self._starting = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._asked = -FRESH

    @property
    def running(self) -> bool:
        """Whether the bot's process runs."""
        return self.process is not None and self.process.returncode is None

    def environment(self) -> dict[str, str]:
        """Demo values; what the caller's environment says wins, but for the addresses."""
        demo = {
            "BOT_OPERATOR_NAME": "Демонстрационный оператор",
            "BOT_OPERATOR_ADDRESS": "454000, Челябинск, улица Примерная, 1",
            "BOT_OPERATOR_EMAIL": "operator@priemnaya.test",
            "BOT_POLICY_URL": "https://priemnaya.test/policy",
            "BOT_REGION_FOLDER": self.wanted.directory,
            **({"BOT_PANEL_URL": self.wanted.panel_url} if self.wanted.panel_url else {}),
            **({"BOT_PANEL_PORT": str(self.panel_port), "BOT_OPEN_DATA": "on"} if self.panel_port else {}),
        }
        fixed = {
            "BOT_VK_API_URL": f"{self.vk.url}/method/",
            "BOT_VK_TOKEN": f"group-{self._community}",
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "PYTHONUNBUFFERED": "1",
        }
        return {**demo, **os.environ, **fixed}  # noqa: TID251 - handed on to a process, not read

    # --- start of the demo --------------------------------------------------

    async def bring_up(self) -> None:
        """Migrate, import the directory, start, bind the chats that are not bound yet."""
        try:
            state = await self.vk.state()
            self._community = int(state["communities"][0]["id"])
            fresh = not self.database.exists()
            if fresh:
                await self._step("migrate")
                await self._step("directory", "import", self.wanted.directory, "--yes")
            await self.start()
            await self._listening()
            await self._bind(state["chats"])
            if fresh and self.wanted.filled:
                await Residents(self.vk, state).tell()
            self.status = {"status": "ok"}
            if self.wanted.filled:
                self._filling = self.later(self._fill_year())
        except (BotFailed, EmulatorRefused) as failure:
            self.status = {"status": "failed", "reason": str(failure)}
            sys.stderr.write(f"{failure}\n")

    async def _bind(self, chats: list[Json]) -> None:
        """A first start that was cut off has bound only some of them. The ЦУР's last, as its code comes last."""
        listed = (await self._step("chat", "list")).splitlines()
        bound = {line.split()[0] for line in listed if line.strip()}
        wanted = sorted((chat for chat in chats if chat["agency"] or chat["cur"]), key=lambda chat: bool(chat["cur"]))
        free = [chat for chat in wanted if ("cur" if chat["cur"] else chat["agency"]) not in bound]
        for chat, code in zip(free, await self._codes(free), strict=True):
            await self._type_code(chat, code)

    async def _fill_year(self) -> None:
        """A year of messages made by rules, while the page is open already; one that was cut off goes on."""
        try:
            await self._step("demo", "fill", "--messages", str(self.wanted.year))
        except BotFailed as failure:
            sys.stderr.write(f"{failure}\n")

    def bring_up_later(self) -> None:
        """Starts the bot without waiting for it."""
        self._begin(self.bring_up)

    def _begin(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Begins a start of the bot, in place of one under way: that is of a world that is gone, and its codes do not
        belong in the new one."""
        self._give_up()
        self._bringing = self.later(self._alone(work))

    def _give_up(self) -> None:
        for task in (self._bringing, self._filling):
            if task is not None:
                task.cancel()
        self.status = {"status": "starting"}

    async def _alone(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Runs `work` when no other start is under way."""
        async with self._one_start:
            await work()

    def later(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Runs the work as a task and keeps it until its end."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _codes(self, chats: list[Json]) -> list[str]:
        """All in one command: most of its time is the start of Python."""
        if not chats:
            return []
        wanted = [word for chat in chats for word in (["--cur"] if chat["cur"] else ["--agency", str(chat["agency"])])]
        lines = (await self._step("chat", "code", *wanted)).strip().splitlines()[-len(chats) :]
        codes = [line.split()[-1] for line in lines if line.strip()]
        if len(codes) < len(chats):
            title = chats[len(codes)]["title"]
            raise BotFailed(f"Бот не дал кода для беседы «{title}»: команда chat code вывела меньше строк.")
        return codes

    async def _step(self, *arguments: str) -> str:
        """The output of one command of the bot; BotFailed where it fails."""
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
        unheard = BotFailed(f"Бот не начал получать события; смотрите {self.log}.")

        async def polls() -> bool:
            if not self.running:
                raise unheard
            return -self._community in (await self.vk.state())["polling"]

        await self.vk.until(polls, ANSWER_WITHIN, unheard)

    async def _type_code(self, chat: Json, code: str) -> None:
        title = chat["title"]
        people = [account for account in (chat["owner_id"], *chat["members"]) if account > 0]
        if not people:
            raise BotFailed(f"В беседе «{title}» нет людей, некому ввести код.")
        token, peer = f"user-{people[0]}", own_peer(chat, people[0])
        sent = await self.vk.call("messages.send", token, peer_id=peer, random_id=0, message=f"/код {code}")
        (typed,) = await self._by_id(token, sent)

        async def has_answered() -> bool:
            if not self.running:
                raise BotFailed(f"Бот остановился до ответа в беседе «{title}»; смотрите {self.log}.")
            return any(
                message["from_id"] < 0 and number(message) > typed for message in await self.vk.history(token, peer)
            )

        late = BotFailed(f"Бот не ответил на код в беседе «{title}» за {ANSWER_WITHIN:.0f} с.")
        await self.vk.until(has_answered, ANSWER_WITHIN, late)
        # A code that has served is nothing for a chat to keep.
        await self.vk.call("messages.delete", token, peer_id=peer, cmids=typed, delete_for_all=1)

    async def _by_id(self, token: str, message: int) -> list[int]:
        found = await self.vk.call("messages.getById", token, message_ids=message)
        return [number(message) for message in found["items"]]

    # --- the process --------------------------------------------------------

    async def start(self) -> None:
        """Starts the bot's process, unless it runs already."""
        async with self._starting:  # two at once would be two bots of one database (F27)
            if self.process is not None and self._ending:
                await self.process.wait()  # a kill or a stop that is still under way
            if not self.running:
                await self._start()

    async def _start(self) -> None:
        """Starts the bot's process; BotFailed where it does not start."""
        self._ending = False
        self.numbers = None  # those of the one before
        log: IO[bytes] = self.log.open("ab")
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

    # --- what the emulator asks (`--beside`) ---------------------------------

    async def answer(self, command: str, arguments: Json) -> Json:
        """Carries out what the sandbox's page asks: the bot on and off, a deadline, a link into the panel, the end."""
        if command == "bot":
            return await self.control(str(arguments.get("action", "")))
        if command == "deadline":
            return await self.deadline(float(arguments["now"]))
        if command == "panel":
            return await self.link(str(arguments.get("role", "")))
        if command == "end":
            await self._end()
            return self.state_json()
        if command == "reset":
            self._begin(self._restart_from_nothing)
            return self.state_json()
        return {"error": "неизвестная команда"}

    async def control(self, action: str) -> Json:
        """kill, stop, start, restart (kill and start); without an action it only tells."""
        if action and action not in ACTIONS:
            return {"error": f"action should be one of {', '.join(ACTIONS)}"}
        await self._refresh()
        if action in ("kill", "restart") and self.process is not None and self.process.returncode is None:
            self._ending = True
            self.process.kill()
        if action == "stop":
            self.later(self.stop())
        elif action in ("start", "restart"):
            self.later(self.start())
        return self.state_json()

    def state_json(self) -> Json:
        """What the sandbox page shows of the bot: process, status, figures, whether there is a panel."""
        pid = self.process.pid if self.process is not None and self.running else None
        numbers = self.numbers if self.running else None
        known = {"pid": pid, "running": self.running, **self.status, "numbers": numbers}
        return {**known, "panel": bool(self.panel_port)}

    async def _ask(self, command: str, within: float, arguments: Json | None = None) -> Json | None:
        """The bot's answer to a command; None when there is no answer, or it is an error."""
        try:
            async with asyncio.timeout(within):
                said = await admin_socket.ask(self.database.with_name("bot.db.sock"), command, arguments or {})
        except (OSError, ValueError):  # TimeoutError is an OSError
            return None
        return said if said is not None and "error" not in said else None

    async def _refresh(self) -> None:
        """Asks the bot for its numbers, unless they are fresh."""
        async with self._asking:
            if self.clock.monotonic() - self._asked >= FRESH:
                self.numbers = await self._ask("stats", 1.0) if self.running else None
                self._asked = self.clock.monotonic()

    async def deadline(self, now: float) -> Json:
        """When the bot's next timer comes due, or why nobody knows. It may not have noticed that the clock moved."""
        until = self.clock.monotonic() + CATCHES_UP_WITHIN
        while True:
            self._asked = -FRESH
            await self._refresh()
            due = (self.numbers or {}).get("next_deadline")
            if due is None or due > now or self.clock.monotonic() > until:
                break
            await self.clock.sleep(0.05)
        if not self.running:
            return {"error": "Бот остановлен, его сроков сейчас не узнать. Запустите бота и попробуйте ещё раз."}
        if self.numbers is None:
            return {"error": "Бот пока не отвечает. Подождите несколько секунд и попробуйте ещё раз."}
        if due is None or due <= now:
            return {"error": "Впереди у бота нет ни одного срока: сейчас он ничего не ждёт."}
        return {"at": float(due)}

    async def link(self, role: str) -> Json:
        """A one-time link into the bot's panel: the role is given, then a link is asked for, both by the bot's door."""
        if role not in VISITORS:
            return {"error": f"role should be one of {', '.join(VISITORS)}"}
        if not self.panel_port:
            return {"error": "панель открывается в песочнице: make sandbox"}
        chats = (await self.vk.state())["chats"]
        agency = next((str(chat["agency"]) for chat in chats if chat["agency"]), "")
        scope = {"agency": agency, "municipality": PLACE}.get(role, "")
        user = 9001 + VISITORS.index(role)
        grant: Json = {"user": user, "role": role, "scope": scope, "name": NAMES[role]}
        granted = await self._ask("people_grant", ANSWER_WITHIN, grant)
        made = await self._ask("people_link", ANSWER_WITHIN, {"user": user}) if granted else None
        panel = self.wanted.panel_url or f"http://127.0.0.1:{self.panel_port}"
        return {"url": f"{panel}/in/{made['token']}"} if made else {"error": SILENT}

    async def _end(self) -> None:
        """Ends the bot before the world is another: what it has read it would answer there."""
        self._give_up()
        async with self._one_start:
            await self._kill()

    async def _kill(self) -> None:
        """Kills the bot's process, as a power failure would."""
        if self.process is not None and self.running:
            self.process.kill()
            await self.process.wait()

    async def _restart_from_nothing(self) -> None:
        await self._kill()
        for path in self.wanted.data.glob(f"{self.database.name}*"):  # and what belongs to it: its journal, its keys
            path.unlink(missing_ok=True)
        await self.bring_up()

    async def close(self) -> None:
        """Cancels what runs beside the bot, waits until it has ended, then stops the bot."""
        for task in list(self._tasks):
            task.cancel()
        if left := set(self._tasks):
            await asyncio.wait(left)
        await self.stop()
