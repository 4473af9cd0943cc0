"""The page of the eighty tasks is what its data say."""

from __future__ import annotations

from collections import Counter

from tests.web.eighty_tasks import PAGE, tasks, text


def test_the_page_is_made_of_its_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), "python -m tests.web.eighty_tasks"


def test_there_are_twenty_for_each_role_and_what_is_not_done_says_why() -> None:
    assert set(Counter(task["role"] for task in tasks()).values()) == {20}
    for task in tasks():
        assert {task["first"], task["last"]} <= {"yes", "no", "not tried"}, task
        assert task["first"] != "no" or task["stood in the way"], task
