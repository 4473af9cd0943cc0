"""The training process: what it is handed and says, that it dies alone, and that no word of anybody reaches a disk."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.process.advice import Refusal
from bot.region.directory_json import to_json
from bot.region.learned import BROKEN, read
from features.learning import child, frames, trainer
from features.learning.frames import Begin, End, NotOurs, Some
from features.learning.trainer import TrainingInputs
from matching.learned.example import Example, Trained
from states.directory import Directory
from tests.form import PATIENT
from tests.learning.made import SECRET, WORDS, examples, stream


@pytest.fixture
def given(region: Directory) -> TrainingInputs:
    return TrainingInputs(to_json(region))


async def refused(given: TrainingInputs, some: Sequence[Example] = ()) -> str:
    with pytest.raises(Refusal) as refusal:
        await trainer.train_apart(given, stream(some or examples()))
    return str(refusal.value)


def says(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Another program in the place of the training process."""
    monkeypatch.setattr(trainer, "command", lambda: (sys.executable, "-B", "-c", program))


class TestTraining:
    async def test_a_model_and_its_report_come_back(self, given: TrainingInputs) -> None:
        told: list[str] = []
        made = await trainer.train_apart(given, stream(examples()), told.append)
        assert told[0] == "Решённых сообщений: 400." and told[1:] == list(trainer.STEPS.values())
        assert made.report.examples == 400 and made.report.topics == len(WORDS)
        assert made.report.model.first > 0.9 > 0.5 > (made.report.names.first if made.report.names else 1)
        assert made.report.better and made.report.used is None
        found = read(1, made.content).learned
        assert found is not None
        for topic, word in WORDS.items():
            shares = found.probabilities(f"у нас {word}", "miass", {})
            assert max(shares, key=lambda one: shares[one]) == topic

    async def test_beside_the_model_in_use(self, given: TrainingInputs) -> None:
        first = await trainer.train_apart(given, stream(examples()))
        again = await trainer.train_apart(TrainingInputs(given.directory, first.content), stream(examples()))
        assert again.report.used is not None and not again.report.better, "it is no better than itself"

    async def test_the_loop_goes_on_meanwhile(
        self, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Before it reads and before it answers, its process waits until the loop has turned."""
        says(monkeypatch, WAITS.format(folder=str(tmp_path)))
        turned = [tmp_path / step for step in ("read", "train")]
        begun = [tmp_path / f"{step}.waits" for step in ("read", "train")]

        async def turn() -> None:
            for waits, go_on in zip(begun, turned, strict=True):
                while not waits.exists():
                    await asyncio.sleep(0.01)
                go_on.touch()

        turning = asyncio.create_task(turn())
        made = await trainer.train_apart(given, stream(examples()))
        await turning
        assert made.report.examples == 400

    async def test_too_few(self, given: TrainingInputs) -> None:
        said = await refused(given, examples(40))
        assert said == "Для обучения мало решённых сообщений: 40, а нужно хотя бы 100. Бот пока работает без обучения."

    async def test_without_numpy_it_says_what_to_install(
        self, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trainer, "find_spec", lambda name: None)
        assert "uv sync --extra learning" in await refused(given)


WAITS = """
import pathlib, time
from features.learning import child
from matching.learned import training
folder = pathlib.Path({folder!r})

def waits(step):
    (folder / (step + ".waits")).touch()
    while not (folder / step).exists():
        time.sleep(0.01)

real = training.train
def train(*given, **more):
    waits("train")
    return real(*given, **more)

training.train = train
waits("read")
child.main()
"""

ENDS = {
    "at once": ("import sys; sys.exit(3)", "код 3"),
    "killed": ("import os, signal, sys; sys.stdin.buffer.read(); os.kill(os.getpid(), signal.SIGKILL)", "сигнал 9"),
    "in the middle of a frame": ("import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(2))", "код 0"),
    "with another word": ("import sys; sys.stdin.buffer.read(); print('совсем не то, что ждали')", "код 0"),
}


class TestFaults:
    @pytest.mark.parametrize("how", ENDS)
    async def test_whatever_ends_it_is_one_sentence(
        self, how: str, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program, code = ENDS[how]
        says(monkeypatch, program)
        assert await refused(given) == trainer.DIED.format(code=code)

    async def test_a_fault_says_where_and_never_what(
        self, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = await refused(TrainingInputs("{" + SECRET))
        assert "Обучение не получилось (" in said and ".py:" in said and SECRET not in said

    async def test_a_model_in_use_that_is_broken_is_replaced(self, given: TrainingInputs) -> None:
        made = await trainer.train_apart(TrainingInputs(given.directory, b"no model"), stream(examples()))
        assert made.report.used is None and made.report.better

    async def test_what_takes_too_long_is_stopped(self, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch) -> None:
        says(monkeypatch, "import time; time.sleep(600)")
        monkeypatch.setattr(trainer, "SECONDS", 0.5)
        assert await refused(given) == trainer.SLOW

    async def test_given_up_it_leaves_no_process(self, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch) -> None:
        before, seen = set(children()), set[str]()

        async def endless() -> AsyncIterator[Sequence[Example]]:
            while True:
                seen.update(set(children()) - before)
                yield examples(10)
                await asyncio.sleep(0.01)

        task = asyncio.create_task(trainer.train_apart(given, endless()))
        while not seen:
            await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not seen & set(children())


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


class TestPipe:
    def test_closed_early_it_ends_in_silence(self) -> None:
        begin, some = Begin("{}", b"", (10, 5)), Some(examples(3))
        whole = frames.pack(begin) + frames.pack(some) + frames.pack(End())
        for size in (0, 3, 10, len(frames.pack(begin)), len(whole) - 1):
            into = io.BytesIO()
            child.answer(io.BytesIO(whole[:size]), into)
            assert into.getvalue() == b"", size

    def test_what_is_no_frame_is_refused(self) -> None:
        with pytest.raises(NotOurs):
            frames.down(b"\xc1")
        with pytest.raises(NotOurs):
            frames.down(frames.pack(End())[frames.SIZE : -1] + b"x")
        with pytest.raises(NotOurs):
            frames.up(frames.pack(End())[frames.SIZE :])
        with pytest.raises(NotOurs):
            frames.size_of((frames.LONGEST + 1).to_bytes(4, "big"))
        with pytest.raises(NotOurs):
            child.read_input(io.BytesIO(frames.pack(End())))

    def test_an_example_crosses_whole(self) -> None:
        one = Example("Яма\nу дома «5» \U0001f600", "pits", "miass", "roads", 739_000, 7)
        assert frames.down(frames.pack(Some([one]))[frames.SIZE :]) == Some([one])


WATCHED = """
import os, sys
def hook(event, args):
    if event == "open":
        path, mode, flags = args
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else 0
        if (writes or set(str(mode or "")) & set("wax+")) and isinstance(path, str) and not path.endswith({allowed!r}):
            print(path, file=sys.stderr, flush=True)
            os._exit(77)
    if event in ("os.mkdir", "tempfile.mkstemp", "tempfile.mkdtemp", "os.symlink", "os.link"):
        os._exit(77)
sys.addaudithook(hook)
{then}
"""
"""A program that dies when it opens a file to write."""
NOWHERE = ("/dev/null",)
TRAINS = "from features.learning import child; child.main()"


class TestNothingPlainOnDisk:
    async def test_training_opens_no_file_to_write(
        self, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        says(monkeypatch, WATCHED.format(allowed=NOWHERE, then=TRAINS))
        assert (await trainer.train_apart(given, stream(examples()))).report.examples == 400

    @pytest.mark.parametrize("then", ["open('here', 'w')", "import tempfile; tempfile.TemporaryFile()"])
    async def test_the_watch_would_see_it(
        self, then: str, given: TrainingInputs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        says(monkeypatch, WATCHED.format(allowed=NOWHERE, then=f"{then}\n{TRAINS}"))
        assert "код 77" in await refused(given)
        assert not Path("here").exists()

    async def test_its_environment_holds_nothing_of_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOT_VK_TOKEN", SECRET)
        assert SECRET not in repr(trainer.environment())
        says(monkeypatch, "import sys; sys.stdin.read()")
        async with trainer.trainer_process() as process:
            assert SECRET.encode() not in Path(f"/proc/{process.pid}/environ").read_bytes()

    async def test_it_leaves_no_image_of_itself(self) -> None:
        """A core dump would be full of words of people."""
        async with trainer.trainer_process() as process:
            limits = Path(f"/proc/{process.pid}/limits")
            for _ in range(int(PATIENT / 0.05)):
                if any(line.split()[4:6] == ["0", "0"] for line in limits.read_text().splitlines() if "core" in line):
                    return
                await asyncio.sleep(0.05)
            raise AssertionError(limits.read_text())

    async def test_nothing_of_one_author_is_in_the_model(self, given: TrainingInputs) -> None:
        made: Trained = await trainer.train_apart(given, stream(examples()))
        assert SECRET.encode() not in made.content and read(1, made.content).trouble == ""
        assert read(1, made.content[:-9]).trouble == BROKEN
