"""Tests in forks of the process that collected them (`-p tests.forks --forks N`): what is imported, read and collected
once, every worker has. A file stays whole with one worker: some share a sandbox or the evidence of one long run.

pytest-xdist collects in each worker anew, ten seconds of processor each; it stays where coverage is measured.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn

import pytest
from _pytest._io import TerminalWriter

Span = tuple[int, int]
"""From this test on, up to that one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forks", type=int, default=0, metavar="N", help="play the files of tests in so many forks")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    many = session.config.getoption("forks")
    if not many or session.config.option.collectonly:
        return None
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{session.testsfailed} errors while collecting")
    Crew(session).play(many)
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    return True


def files(items: list[pytest.Item]) -> Iterator[Span]:
    """Tests of one file stand together, whatever their order was."""
    turns = {path: turn for turn, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: turns[item.path])
    begin = 0
    for end in range(1, len(items) + 1):
        if end == len(items) or items[end].path != items[begin].path:
            yield begin, end
            begin = end


class Crew:
    """The side that collected: it hands files out and tells what comes back."""

    def __init__(self, session: pytest.Session) -> None:
        self._session, self._hook, self._items = session, session.config.hook, session.items
        self._left = list(files(self._items))
        self._workers: dict[Connection, int] = {}
        self._running: dict[Connection, tuple[int, int]] = {}
        """The test that each is at, and the end of its file."""
        self._number = 0

    def play(self, many: int) -> None:
        session_temporary(self._session).getbasetemp()
        try:
            for _ in range(min(many, len(self._left))):
                self._begin()
            while self._workers:
                for ready in wait(list(self._workers)):
                    assert isinstance(ready, Connection)
                    self._hear(ready)
        finally:
            for pid in self._workers.values():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _begin(self) -> None:
        here, there = Pipe()
        self._number += 1
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            here.close()
            for other in self._workers:
                other.close()
            work(self._session, there, self._number)
        there.close()
        self._workers[here] = pid

    def _hear(self, worker: Connection) -> None:
        said, told = heard(worker)
        if said == "ended":
            self._ended(worker)
        elif said == "next":
            more = self._left and not (self._session.shouldfail or self._session.shouldstop)
            worker.send(self._left.pop(0) if more else None)
        elif said == "at":
            self._running[worker] = told
        else:
            at, _ = self._running.pop(worker)
            read = self._hook.pytest_report_from_serializable
            self._tell(self._items[at], [read(config=self._session.config, data=one) for one in told])

    def _tell(self, item: pytest.Item, reports: list[pytest.TestReport]) -> None:
        self._hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in reports:
            self._hook.pytest_runtest_logreport(report=report)
        self._hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def _ended(self, worker: Connection) -> None:
        """A worker that died over a test has failed it; another goes on behind it."""
        code = os.waitstatus_to_exitcode(os.waitpid(self._workers.pop(worker), 0)[1])
        worker.close()
        if worker in self._running:
            at, end = self._running.pop(worker)
            item = self._items[at]
            why = f"the worker ended over this test with {code}"
            self._tell(item, [pytest.TestReport(item.nodeid, item.location, {}, "failed", why, "call")])
            if at + 1 < end:
                self._left.insert(0, (at + 1, end))
            if self._left:
                self._begin()
        elif code:
            raise RuntimeError(f"a worker ended between two tests with {code}")


def heard(worker: Connection) -> tuple[str, Any]:
    try:
        said: tuple[str, Any] = worker.recv()
    except (EOFError, ConnectionResetError):
        return "ended", None
    return said


def session_temporary(session: pytest.Session) -> pytest.TempPathFactory:
    factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    return factory


def work(session: pytest.Session, crew: Connection, number: int) -> NoReturn:
    """A worker's life: the next file is asked for before the last test of this one, whose fixtures may end with it."""
    code = 1
    try:
        alone(session, number)
        turns = order(crew)
        at = next(turns, None)
        while at is not None:
            crew.send(("at", at))
            item, told = session.items[at[0]], Told(session)
            session.config.pluginmanager.register(told, "told")
            following = next(turns, None)
            after = session.items[following[0]] if following else None
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            session.config.pluginmanager.unregister(told)
            crew.send(("played", told.reports))
            at = following
        atexit._run_exitfuncs()
        code = 0
    except BaseException:  # noqa: BLE001
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def order(crew: Connection) -> Iterator[Span]:
    """Each test with the end of its file."""
    while True:
        crew.send(("next", None))
        given = crew.recv()
        if given is None:
            return
        for at in range(*given):
            yield at, given[1]


def alone(session: pytest.Session, number: int) -> None:
    """Nothing that the process before the fork holds may be shared: its exits, its captured output, its folder."""
    atexit._clear()
    # Who collected ends us. Python's own answer would have asyncio say it anew for each test and fixture, and a message
    # of an error that nobody reads would be made of all that the last one gave.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    plugins = session.config.pluginmanager
    for name in ("terminalreporter", "lfplugin", "nfplugin", "stepwiseplugin"):
        plugins.unregister(name=name) if plugins.has_plugin(name) else None
    plugins.register(Silent(), "terminalreporter")
    capture: Any = plugins.getplugin("capturemanager")
    capture.stop_global_capturing()
    capture.start_global_capturing()
    factory: Any = session_temporary(session)
    factory._basetemp = factory._basetemp / f"fork{number}"
    factory._basetemp.mkdir(mode=0o700)


class Silent:
    """What pytest-timeout writes to before it fails a test."""

    def __init__(self) -> None:
        self._tw = TerminalWriter(sys.stderr)


class Told:
    """What the reports of one test are, as they go to the other side."""

    def __init__(self, session: pytest.Session) -> None:
        self._config = session.config
        self.reports: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(self._config.hook.pytest_report_to_serializable(config=self._config, report=report))
