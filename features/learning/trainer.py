"""Has a model trained by a process of its own: hands it the examples, hears how far it is, takes the result.

It must never write an example anywhere but into that process's pipe, hold up the loop, or leave the process behind.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import assert_never

from bot.process.advice import Refusal
from features.learning import frames
from features.learning.frames import Begin, Broke, Done, End, Few, NotOurs, Some, StepReached
from matching.learned.example import OWN, Example, Least, Trained

NO_NUMPY = "Для обучения нужна библиотека numpy. Поставьте: uv sync --extra learning (или pip install numpy)."
DIED = "Обучение прервалось: его процесс завершился ({code}). Проверьте, хватает ли памяти, и повторите."
BROKE = "Обучение не получилось ({error}, {at}). Модель не изменилась. Сообщите разработчикам эти слова."
FEW = "Для обучения мало решённых сообщений: {found}, а нужно хотя бы {wanted}. Бот пока работает без обучения."
SLOW = "Обучение шло дольше часа и остановлено. Возьмите меньше сообщений или компьютер быстрее."
STEPS = {
    "read": "Читает сообщения.",
    "measure": "Учится на старых и проверяет себя на самых новых.",
    "train": "Учится на всех.",
}
"""What the training process says of itself (matching/learned/training.py)."""
SECONDS = 3600.0
AT_ONCE = 500
"""Examples of a frame."""
ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class TrainingInputs:
    """By what to train: the directory as the database keeps it, and the file of the model in use, empty without one."""

    directory: str
    used: bytes = b""
    least: Least = OWN


async def train_apart(
    given: TrainingInputs, examples: AsyncIterator[Sequence[Example]], told: Callable[[str], None] = lambda _words: None
) -> Trained:
    """Has a model trained in a process of its own. Raises Refusal where there is no model; one Russian sentence says
    why."""
    able()
    try:
        async with asyncio.timeout(SECONDS), trainer_process() as process:
            await hand_over(process, given, examples, told)
            return await result(process, told)
    except TimeoutError:
        raise Refusal(SLOW) from None


def able() -> None:
    """Checks that a model can be trained here. Raises Refusal where numpy is not here."""
    if find_spec("numpy") is None:
        raise Refusal(NO_NUMPY)


@asynccontextmanager
async def trainer_process() -> AsyncIterator[Process]:
    """A new process of the trainer, killed at the end: its input and output are pipes, its stderr is dropped; its
    environment has the import path and none of our settings."""
    process = await asyncio.create_subprocess_exec(
        *command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment(), start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def command() -> tuple[str, ...]:
    """The command line of the process."""
    return sys.executable, "-m", "features.learning.child"


def environment() -> dict[str, str]:
    """The environment of the process: one core, and where modules are."""
    return {**dict.fromkeys(ONE_CORE, "1"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


async def in_parts(examples: Sequence[Example]) -> AsyncIterator[Sequence[Example]]:
    """The examples of a table, which is in memory as it is, `AT_ONCE` at a time."""
    for start in range(0, len(examples), AT_ONCE):
        yield examples[start : start + AT_ONCE]


async def hand_over(
    process: Process, given: TrainingInputs, examples: AsyncIterator[Sequence[Example]], told: Callable[[str], None]
) -> None:
    """All examples into its pipe. One that has died says nothing here: `result` hears why."""
    pipe, many = process.stdin, 0
    assert pipe is not None
    with suppress(ConnectionError):
        pipe.write(frames.pack(Begin(given.directory, given.used, (given.least.messages, given.least.people))))
        async for some in examples:
            pipe.write(frames.pack(Some(list(some))))
            await pipe.drain()
            many += len(some)
        pipe.write(frames.pack(End()))
        await pipe.drain()
    told(f"Решённых сообщений: {many}.")
    with suppress(ConnectionError):
        pipe.close()


async def result(process: Process, told: Callable[[str], None]) -> Trained:
    """The trained model, its progress told meanwhile; Refusal where the process fails or there are too few examples."""
    while True:
        try:
            said = frames.up(await next_frame(process))
        except (asyncio.IncompleteReadError, NotOurs):
            raise Refusal(DIED.format(code=await code_of(process))) from None
        match said:
            case StepReached(step):
                told(STEPS.get(step, step))
            case Done(content, report):
                return Trained(content, report)
            case Few(found, wanted):
                raise Refusal(FEW.format(found=found, wanted=wanted))
            case Broke(error, at):
                raise Refusal(BROKE.format(error=error, at=at))
            case _:
                assert_never(said)


async def next_frame(process: Process) -> bytes:
    """The next message of the training process; IncompleteReadError where it has ended."""
    assert process.stdout is not None
    size = frames.size_of(await process.stdout.readexactly(frames.SIZE))
    return await process.stdout.readexactly(size)


async def code_of(process: Process) -> str:
    """How it ended; it is not waited for for long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(1.0):
            await process.wait()
    code = process.returncode
    return "не отвечает" if code is None else f"сигнал {-code}" if code < 0 else f"код {code}"
