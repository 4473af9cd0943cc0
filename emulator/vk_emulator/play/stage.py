"""An emulator in a thread of its own, with people who wait in the test's thread for what the bot says. Every call goes
through the emulator's loop; it must never touch the world from another thread.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from vk_emulator.acts import chats
from vk_emulator.methods.as_test import MADE
from vk_emulator.play.command import Command
from vk_emulator.play.people import Chat, Person
from vk_emulator.redirect.inside import redirecting
from vk_emulator.server import AnyWorld, Emulator, running
from vk_emulator.wire.journal import Request
from vk_emulator.world.records import Json
from vk_emulator.world.tongue import either

T = TypeVar("T")
PAUSE = 0.01
MOST_NAMED = 20
__tracebackhide__ = True  # pytest shows the line of the test instead
WALL_EVENTS = ("wall_post_new", "wall_reply_new", "wall_reply_edit", "wall_reply_delete", "wall_reply_restore")


def refusal_line(request: Request) -> str:
    """VK's error of the call in words; "" where it was not refused."""
    if not request.error:
        return ""
    words = request.answer["error_msg"] if isinstance(request.answer, dict) else ""
    return either(f"error {request.error}, {words}", f"ошибка {request.error}, {words}")


class Refused(AssertionError):
    """VK refuses what a person of the test wants to do."""


class StageClock:
    """The emulator's clock. A bot that looks at its own machine's clock does not see it move."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def now(self) -> datetime:
        """The time of the emulator in UTC."""
        return datetime.fromtimestamp(self.stage.call("emulator.state")["clock"], UTC)

    def passes(self, **span: float) -> None:
        """`hours=2`, `days=1` … as for a timedelta."""
        self.stage.call("emulator.advanceClock", seconds=timedelta(**span).total_seconds())

    def tomorrow(self) -> None:
        """Moves the clock on by a day."""
        self.passes(days=1)


class Stage:
    """`vk` of a test. `patience` is how many seconds a person waits for the bot."""

    def __init__(self, world: AnyWorld = None) -> None:
        self.patience = 5.0
        self.clock = StageClock(self)
        self.people: dict[int, Person] = {}
        self._world = world
        self._up = threading.Event()
        self._down: asyncio.Event | None = None
        self.group = 0
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="vk-emulator", daemon=True)
        self._redirected: AbstractContextManager[Any] | None = None
        self.emulator: Emulator

    # --- its thread -------------------------------------------------------------

    def open(self) -> None:
        """Starts the emulator in its thread, and sends requests to VK there."""
        self._thread.start()
        self._up.wait()
        if self._failed is not None:
            raise self._failed
        self._redirected = redirecting(self.emulator.base)
        self._redirected.__enter__()

    def close(self) -> None:
        """Ends the emulator and its thread."""
        if self._redirected is not None:
            self._redirected.__exit__(None, None, None)
        if self._down is not None:
            self._loop.call_soon_threadsafe(self._down.set)
        self._thread.join(10)

    def _serve(self) -> None:
        """Runs the emulator in its thread; its error is kept."""
        try:
            asyncio.run(self._stand())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the test waits
            self._failed = error
        finally:
            self._up.set()

    async def _stand(self) -> None:
        """Holds the emulator up until it is told to end."""
        self._loop, self._down = asyncio.get_running_loop(), asyncio.Event()
        async with running(self._world) as self.emulator:
            self.group = next(iter(self.emulator.world.communities))
            self._up.set()
            await self._down.wait()

    def within(self, work: Callable[[], T]) -> T:
        """Carried out in the emulator's own thread."""

        async def there() -> T:
            return work()

        return self._run(there())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine gives in the emulator's loop; at most 30 seconds."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    # --- what a test does ---------------------------------------------------------

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT/method/`, for a client that is not redirected by itself."""
        return self.emulator.url

    @property
    def token(self) -> str:
        """The token of the community."""
        return f"group-{self.group}"

    def call(self, method: str, token: str = "", **params: Any) -> Any:
        """VK's `response`; an error fails the test."""
        body = self.within(lambda: self.emulator.call(method, token, **params))
        if isinstance(body, dict) and "error" in body:
            error = body["error"]
            raise Refused(
                either(
                    f"{method}: error {error['error_code']}, {error['error_msg']}",
                    f"{method}: ошибка {error['error_code']}, {error['error_msg']}",
                )
            )
        return body

    def person(self, number: int = 0) -> Person:
        """The resident with this id; without one the first whom the test has not met."""
        users = self.call("emulator.state")["users"]
        free = (user["id"] for user in users if user["id"] not in self.people and user["resident"])
        number = number or next(free, 0)
        if not number:
            raise LookupError(
                either("the test has met every resident of this world", "все жители этого мира уже заняты")
            )
        if number not in self.people:
            told = next((user for user in users if user["id"] == number), None)
            if told is None:
                known = ", ".join(str(user["id"]) for user in users[:MOST_NAMED])
                raise LookupError(
                    either(
                        f"nobody in this world is {number}; these are: {known}",
                        f"в мире нет человека {number}; есть {known}",
                    )
                )
            self.people[number] = Person(self, number, f"{told['first_name']} {told['last_name']}")
        return self.people[number]

    def chat(self, key: str = "", *, members: Sequence[Person] = (), quiet: bool = True) -> Chat:
        """The chat with this key in the world file, without one the first; or a new one of these people and the
        community, which rules it. Not `quiet`: the bot is told that it was invited, and is no administrator."""
        key = self._make_chat(key or f"{MADE}{len(self.people)}-{self._chats()}", members, quiet) if members else key
        known = self.call("emulator.state")["chats"]
        found = next((chat for chat in known if key in ("", chat["key"])), None)
        if found is None:
            keys = ", ".join(chat["key"] for chat in known[:MOST_NAMED])
            raise LookupError(
                either(
                    f"no chat in this world is {key!r}; these are: {keys}", f"в мире нет беседы «{key}»; есть {keys}"
                )
            )
        return Chat(found["key"], found["title"], found["peer_ids"])

    def _chats(self) -> int:
        """How many chats there are."""
        return len(self.call("emulator.state")["chats"])

    def _make_chat(self, key: str, members: Sequence[Person], quiet: bool) -> str:
        owner, *others = (person.id for person in members)
        title = ", ".join(person.name for person in members)

        def make() -> None:
            bot = -self.group
            rulers = [bot] if quiet else []
            chats.create(self.emulator.world, owner, title, [*others, bot], key=key, admins=rulers, quiet=quiet)

        self.within(make)
        return key

    def posts(self, text: str) -> int:
        """The community writes on its wall, whose events are switched on from then on; the number of the post."""
        switched: Json = {"group_id": self.group, **dict.fromkeys(WALL_EVENTS, 1)}
        self.call("emulator.setSettings", **switched)
        return int(self.call("emulator.addPost", group_id=self.group, text=text))

    def answers(self, post: int, words: str = "", *, at_least: int = 1, within: float | None = None) -> list[Json]:
        """The comments of the community under a post with these words, the oldest first; waits until there are so many,
        and is empty where there never are."""

        def enough() -> list[Json]:
            found = self._said_under(post, words)
            return found if len(found) >= at_least else []

        return self.until(enough, within) or []

    def _said_under(self, post: int, words: str) -> list[Json]:
        asked = {"owner_id": -self.group, "post_id": post, "count": 100, "thread_items_count": 10}
        top = self.call("wall.getComments", "service-1", **asked)["items"]
        every = [comment for first in top for comment in (first, *first["thread"]["items"])]
        ours = [comment for comment in every if comment["from_id"] == -self.group and words in comment["text"]]
        return sorted(ours, key=lambda comment: int(comment["id"]))

    def command(
        self,
        *words: str | Path,
        cwd: str | Path | None = None,
        env: Mapping[str, str] | None = None,
        ready_when: str = "",
    ) -> Command:
        """A command as a bot, for `bot_factory`: `vk.command("node", "bot.js", cwd="bot", env={"TOKEN": vk.token})`."""
        return Command(tuple(str(word) for word in words), cwd, dict(env or {}), ready_when)

    def fault(self, method: str, mode: str = "error", **more: Any) -> None:
        """Lets VK fail so from now on: `vk.fault("messages.send", code=901)`; `vk.mend()` ends all faults."""
        self.call("emulator.setFaults", rules=[{"method": method, "mode": mode, **more}], add=1)

    def mend(self) -> None:
        """Ends all faults."""
        self.call("emulator.clearFaults")

    def requests(self, method: str = "*", by: str = "") -> list[Request]:
        """The requests that came over the wire, the oldest first: `vk.requests("messages.send",
        by="bot")[0].params["message"]`. What people of this test do is not among it; `by="page"` is what somebody did
        in a browser."""
        return self.within(lambda: self.emulator.journal.find(method, by))

    @property
    def calls(self) -> dict[str, int]:
        """How often each method was called so far."""
        found: dict[str, int] = self.call("emulator.state")["calls"]
        return found

    @property
    def unknown(self) -> dict[str, int]:
        """Methods that the emulator does not have, with how often they were called."""
        found: dict[str, int] = self.call("emulator.state")["unknown"]
        return found

    def until(self, ready: Callable[[], T], seconds: float | None = None) -> T | None:
        """The first thing found; None when patience ends."""
        end = time.monotonic() + (self.patience if seconds is None else seconds)
        while True:
            if (found := ready()) or time.monotonic() > end:
                return found or None
            time.sleep(PAUSE)

    # --- what a failed test prints ---------------------------------------------------

    def report(self) -> str:
        """Everything that was said, and what the emulator did not know."""
        record: Json = self.call("emulator.record")
        lines = [line for dialogue in record["dialogues"] for line in self._dialogue(dialogue)]
        unknown = ", ".join(f"{name} ({count})" for name, count in self.unknown.items())
        lines += (
            [either(f"Methods that the emulator lacks: {unknown}", f"Неизвестные эмулятору методы: {unknown}")]
            if unknown
            else []
        )
        lines += self.within(self._refusals)
        crashes = self.call("emulator.state")["internal_errors"]
        return "\n".join([*lines, *crashes]) or either("nobody wrote anything", "никто ничего не написал")

    def _refusals(self) -> list[str]:
        """A line for each thing that VK did not do for the bot, and for what the emulator adds to VK's answers, each
        once."""
        found = [request for request in self.emulator.journal.find(by="bot") if request.error or request.hint]
        counted = Counter((request.method, refusal_line(request), request.hint) for request in found)
        return [
            f"{method}: {refusal}{f' ({times})' if times > 1 else ''}{f'; {hint}' if hint and refusal else hint}"
            for (method, refusal, hint), times in counted.items()
        ]

    def _dialogue(self, dialogue: Json) -> list[str]:
        """A dialogue in lines, for a report."""
        title = (
            either(f"chat {dialogue['key']}", f"беседа {dialogue['key']}")
            if dialogue["kind"] == "chat"
            else either("dialogue", "диалог")
        )
        return [f"— {title}", *(self._line(message) for message in dialogue["messages"])]

    def _line(self, message: Json) -> str:
        """A message in a line, for a report."""
        rows = (message["keyboard"] or {}).get("buttons") or []
        buttons = "".join(f" [{button['action'].get('label', '…')}]" for row in rows for button in row)
        files = f" + {', '.join(message['attachments'])}" if message["attachments"] else ""
        gone = either(" (deleted)", " (удалено)") if message["deleted"] else ""
        return f"  {message['from_id']}: {message['text']}{files}{buttons}{gone}"

    def quietly(self) -> str:
        """The report, or a sentence where none can be made; it never raises."""
        with suppress(Exception):
            return self.report()
        return either("the emulator does not answer", "эмулятор не отвечает")
