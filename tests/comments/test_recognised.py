"""Who writes by himself about what he commented on is asked whether it is the same; over the emulator and the core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from features.comments import texts
from features.comments.handlers import RECENT, ask_own, code_of, tell_of
from features.comments.model.asked import CommentAsked, CommentFacts, RecentAsked
from features.comments.rules import RULES
from handlers.decide import decide
from handlers.needs import needs
from handlers.text import actions
from states.decision import Decision
from states.dialogue import Preview
from states.directory import Directory
from tests.comments.test_handlers import NUMBER, POST, kept
from tests.comments.test_heard import known, says
from tests.comments.walls import played, write_post
from tests.handlers.given import ANNA, BORIS, READY, appeal, dialogue, facts, labels, sends, tapped
from tests.small import NOW
from tests.transcripts.stage import Words
from tests.transcripts.virtual import Ground, VirtualStage

pytestmark = pytest.mark.virtual

MARIA = "user-1001"
HOLE = "Большая яма на дороге, город Миасс, улица Ленина, дом 5"


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    async with played(virtual_ground, region, tmp_path, comments="answer") as made:
        yield made


async def tells(stage: VirtualStage, text: str = HOLE) -> None:
    for said in ("Начать", "Даю согласие", text):
        await stage.write("мария", Words(said))
        await stage.settle()
    await stage.wait(6)
    await stage.write("мария", Words("Отправить"))
    await stage.settle()


async def heard(stage: VirtualStage, words: str) -> list[Any]:
    return [one for one in await stage.dialogue("мария") if words in one.text]


async def press(stage: VirtualStage, label: str) -> None:
    (asked,) = await heard(stage, texts.OWN)
    (button,) = [one for one in asked.buttons if one["label"] == label]
    await stage.write("мария", Words(label, payload=button["payload"]))
    await stage.settle()


async def test_yes_joins_the_message_and_the_comment(stage: VirtualStage) -> None:
    hole = await says(stage, await write_post(stage), HOLE, MARIA)
    await tells(stage)
    await press(stage, "Да, это о нём")
    assert await heard(stage, "№")
    comment = (await known(stage, 1))[hole]
    assert comment.came_at is not None and comment.appeal


async def test_no_sends_it_all_the_same(stage: VirtualStage) -> None:
    hole = await says(stage, await write_post(stage), HOLE, MARIA)
    await tells(stage)
    await press(stage, "Нет, о другом")
    assert await heard(stage, "№")
    comment = (await known(stage, 1))[hole]
    assert comment.came_at is None and not comment.appeal


async def test_of_another_topic_nobody_is_asked(stage: VirtualStage) -> None:
    await says(stage, await write_post(stage), "Из крана рыжая вода, Миасс", MARIA)
    await tells(stage)
    assert await heard(stage, "№") and not await heard(stage, texts.OWN)


def asked(**row: Any) -> tuple[str, str]:
    newest = {"comment": NUMBER, "post": POST, "at": NOW} | row
    return ask_own(facts(answers={RecentAsked: [newest]}))


def test_for_two_days_it_is_asked() -> None:
    assert asked() == (texts.OWN, code_of(POST, NUMBER))
    assert asked(at=NOW - RECENT + timedelta(seconds=1))[0] and asked(at=NOW - RECENT) == ("", "")
    assert ask_own(facts()) == ("", "")


def test_only_his_own_comment_is_his() -> None:
    def told(comment: Any) -> Any:
        return tell_of(facts(answers={CommentAsked: CommentFacts(comment)}), appeal(code="1124-ABCD", resident=ANNA))

    assert told(kept()) == kept(came_at=NOW, appeal="1124-ABCD")
    before = NOW - timedelta(hours=1)
    assert told(kept(came_at=before)).came_at == before
    assert told(None) is None and told(kept(author=BORIS)) is None and told(kept(gone=True)) is None


def sends_it(value: str = "", answers: Any = None, **more: Any) -> Decision:
    """«Отправить» of a message that lacks nothing."""
    pressed = tapped(actions.SEND_ABOUT if value else actions.SEND, value)
    known = {RecentAsked: [{"comment": NUMBER, "post": POST, "at": NOW}]} if answers is None else answers
    draft = replace(READY, informed=more.pop("informed", texts.OWN if value else ""))
    talk = replace(dialogue(Preview(), draft), door=more.pop("door", ""))
    return decide(facts(talk, rules=RULES, answers=known, **more), pressed)


def test_the_question_stands_before_the_number_once() -> None:
    decision = sends_it()
    (asked,) = sends(decision)
    assert asked.text == texts.OWN and labels(asked) == ["Да, это о нём", "Нет, о другом"] and not decision.appeals
    assert sends_it(informed=texts.OWN).appeals


def test_yes_under_the_question_about_an_earlier_draft_shows_this_draft_first() -> None:
    shown = sends_it(code_of(POST, NUMBER), {CommentAsked: CommentFacts(kept())}, informed="")
    assert not shown.appeals and sends(shown)[0].text.startswith("Проверьте:")


def test_yes_is_kept_with_the_comment_and_so_is_the_link_of_an_invitation() -> None:
    answers = {CommentAsked: CommentFacts(kept())}
    for decision in (sends_it(code_of(POST, NUMBER), answers), sends_it(door=code_of(POST, NUMBER), answers=answers)):
        (made,), (comment,) = decision.appeals, decision.comments
        assert comment.appeal == made.code and comment.came_at == NOW
        assert decision.dialogue is not None and decision.dialogue.door == ""
    assert sends_it(door="poster", answers={}).comments == ()


def test_what_is_loaded_for_it() -> None:
    talk = dialogue(Preview(), READY)
    pressed = tapped(actions.SEND)
    assert needs(pressed, talk, RULES).questions == (RecentAsked(talk.resident, READY.topic or ""),)
    yes = tapped(actions.SEND_ABOUT, code_of(POST, NUMBER))
    assert CommentAsked(NUMBER) in needs(yes, talk, RULES).questions
    came = replace(talk, door=code_of(POST, NUMBER))
    assert CommentAsked(NUMBER) in needs(pressed, came, RULES).questions
    assert needs(pressed, replace(talk, door="poster", draft=replace(READY, topic=None)), RULES).questions == ()
