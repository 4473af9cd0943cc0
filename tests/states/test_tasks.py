"""Small dialogues: what is still missing, in order; they end by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from states.lifecycle.tasks import LIFE, NEEDS, Ask, Job, Task, missing

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("job", list(Job))
def test_every_job_asks_for_something_and_for_nothing_when_all_is_there(job: Job) -> None:
    """Each question is a function of what is missing."""
    task = Task(1, 2, job, NOW)
    assert missing(task) is NEEDS[job][0]
    full = Task(1, 2, job, NOW, text="слова", until=NOW, reason="money", whom="roads", template="Ответ")
    assert missing(full) is (Ask.KIND if job is Job.REPLY else None)


def test_what_a_template_lacks_is_asked_for_after_its_choice() -> None:
    task = Task(1, 2, Job.TEMPLATE, NOW, template="Ответ", more=(Ask.DAY, Ask.REASON))
    assert missing(task) is Ask.DAY
    assert missing(Task(1, 2, Job.TEMPLATE, NOW, template="Ответ", until=NOW, more=(Ask.DAY,))) is None


def test_a_file_is_words_too() -> None:
    assert missing(Task(1, 2, Job.ANSWER, NOW, files=True)) is None


def test_a_dialogue_is_of_one_person_in_one_chat_for_an_hour() -> None:
    task = Task(1, 2, Job.ANSWER, NOW)
    assert task.of(1, 2) and not task.of(1, 3) and not task.of(3, 2)
    assert not task.stale(NOW + LIFE) and task.stale(NOW + LIFE + timedelta(seconds=1))
