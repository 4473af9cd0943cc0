"""What the ЦУР does with a comment in the panel, at the core: each step once, refused in words, written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from features.comments import texts
from features.comments.handlers import INVITATION, INVITE, cause_under
from features.comments.model.asked import CommentAsked, CommentFacts, Room
from features.comments.model.inviting import TOLD
from features.comments.model.listed import Figures, figures_of
from features.comments.rules import RULES
from handlers.decide import decide
from handlers.needs import needs
from states.decision import Decision
from states.effects import CancelSend, CancelTimer, Kind, StartTimer
from states.events import CommentActed, OnComment
from states.people.comments import Comment, CommentPolicy, Silence, WallPost
from tests.comments.test_handlers import ANSWERS, NUMBER, POST, alarm, kept
from tests.handlers.given import CUR_CHAT, OFFICIAL, cur, facts, of, sends
from tests.small import NOW, POLICY

HERE = WallPost(POST, NOW, NOW)


def acts(did: OnComment, comment: Comment | None, text: str = "", **more: Any) -> Decision:
    known = CommentFacts(comment, post=more.pop("post", HERE), room=more.pop("room", Room()), held=more.pop("held", ""))
    event = CommentActed(POST, NUMBER, OFFICIAL, did, NOW, text)
    given: dict[str, Any] = {"policy": ANSWERS, "chats": {"cur": cur()}} | more
    return decide(facts(rules=RULES, answers={CommentAsked: known}, **given), event)


def test_what_is_asked_before() -> None:
    event = CommentActed(POST, NUMBER, OFFICIAL, OnComment.INVITE, NOW)
    (asked,) = needs(event, None, RULES).questions
    assert asked == CommentAsked(NUMBER, post=POST, invites=True, held=True, silence=True)
    assert decide(facts(), event).ignored == "комментарии не читаются"


def test_each_step_is_written_down_without_the_number_of_the_comment() -> None:
    (line,) = acts(OnComment.NOT_NEEDED, kept()).audit
    assert (line.actor, line.subject, line.detail) == (OFFICIAL, f"post{POST}", "not_needed")
    assert acts(OnComment.NOT_NEEDED, None).audit == ()


@pytest.mark.parametrize("comment", [None, kept(gone=True), kept(post=POST + 1)])
def test_what_is_not_there_is_answered_by_nothing(comment: Comment | None) -> None:
    for did in (OnComment.INVITE, OnComment.ANSWER, OnComment.UNDO, OnComment.NOT_NEEDED, OnComment.NEEDED):
        assert acts(did, comment, "Слова").ignored == texts.NO_COMMENT


def test_an_invitation_stands_there_at_once() -> None:
    decision = acts(OnComment.INVITE, kept(dropped_at=NOW))
    (said,) = sends(decision)
    assert said.kind is Kind.COMMENT and said.link and of(CancelTimer, decision)[0].name == INVITE
    (after,) = decision.comments
    assert (after.invited_at, after.wording, after.dropped_at) == (NOW, 1, None) and not of(StartTimer, decision)


@pytest.mark.parametrize(
    ("comment", "more", "why"),
    [
        (kept(), {"policy": POLICY}, texts.NO_ANSWERS),
        (kept(came_at=NOW), {}, texts.CAME_ALREADY),
        (kept(invited_at=NOW), {}, texts.INVITED_ALREADY),
        (kept(), {"room": Room(invited=True)}, texts.INVITED_ALREADY),
        (kept(), {"post": replace(HERE, silence=Silence.MOURNING)}, texts.silent(Silence.MOURNING)),
        (kept(), {"room": Room(wordings=frozenset(range(1, len(TOLD) + 1)))}, texts.NO_WORDING),
        (kept(), {"room": Room(recent=(NOW,) * CommentPolicy().per_minute)}, texts.FULL),
    ],
)
def test_why_nobody_is_invited(comment: Comment, more: dict[str, Any], why: str) -> None:
    decision = acts(OnComment.INVITE, comment, **more)
    assert decision.ignored == why and decision.effects == ()


def test_a_post_that_the_bot_has_not_read_a_person_has() -> None:
    assert sends(acts(OnComment.INVITE, kept(), post=None))


def test_every_silence_has_its_words() -> None:
    assert {*texts.SILENCES} == {*Silence} - {Silence.NONE}


def test_an_answer_is_held_and_the_chat_reads_it() -> None:
    decision = acts(OnComment.ANSWER, kept(), " Засыплем в понедельник ")
    under, line = sends(decision)
    assert under.text == "Засыплем в понедельник" and under.not_before == NOW + POLICY.undo
    assert line.peer == CUR_CHAT and line.keyboard is not None and under.text in line.text
    facts_ = facts(policy=ANSWERS)
    assert CancelSend(cause_under(facts_, kept(), INVITATION)) in decision.effects
    assert decision.comments[0].public_at == NOW


def test_without_a_chat_it_stands_there_all_the_same() -> None:
    (only,) = sends(acts(OnComment.ANSWER, kept(), "Засыплем", chats={}))
    assert only.kind is Kind.COMMENT


@pytest.mark.parametrize(
    ("comment", "text", "more", "why"),
    [
        (kept(), " ", {}, texts.NO_WORDS),
        (kept(), "Засыплем", {"policy": POLICY}, texts.NO_ANSWERS),
        (kept(public_at=NOW), "Засыплем", {}, texts.ANSWERED),
    ],
)
def test_why_nothing_is_said(comment: Comment, text: str, more: dict[str, Any], why: str) -> None:
    assert acts(OnComment.ANSWER, comment, text, **more).ignored == why


def test_a_telephone_is_refused() -> None:
    assert "телефон" in (acts(OnComment.ANSWER, kept(), "Звоните 8 912 345-67-89").ignored or "")


def test_it_is_taken_back_as_long_as_it_has_not_left() -> None:
    held = f"v1|101|comment|{POST}|{NUMBER}.answer.p1|0"
    decision = acts(OnComment.UNDO, kept(public_at=NOW), held=held)
    assert CancelSend(held) in decision.effects and decision.comments[0].public_at is None
    assert acts(OnComment.UNDO, kept(public_at=NOW)).ignored == texts.LEFT


def test_what_needs_no_answer_is_not_invited_and_may_come_back() -> None:
    decision = acts(OnComment.NOT_NEEDED, kept())
    assert decision.comments == (kept(dropped_at=NOW),) and CancelTimer(INVITE, str(NUMBER)) in decision.effects
    before = NOW - timedelta(hours=1)
    assert acts(OnComment.NOT_NEEDED, kept(dropped_at=before)).comments[0].dropped_at == before
    assert acts(OnComment.NEEDED, kept(dropped_at=before)).comments == (kept(),)


def test_an_alarm_is_ended_by_its_own_button() -> None:
    assert acts(OnComment.NOT_NEEDED, alarm()).ignored == texts.ALARMING
    assert acts(OnComment.NOT_NEEDED, alarm(seen_at=NOW)).comments[0].dropped_at == NOW


@pytest.mark.parametrize(("did", "silence"), [(OnComment.MUTE, Silence.MUTED), (OnComment.UNMUTE, Silence.NONE)])
def test_a_post_is_muted_by_a_person(did: OnComment, silence: Silence) -> None:
    earlier = NOW - timedelta(days=2)
    (post,) = acts(did, None, post=replace(HERE, at=earlier)).posts
    assert (post.silence, post.muted_by, post.at) == (silence, OFFICIAL, earlier)
    assert acts(did, None, post=None).posts[0].at == NOW
    assert acts(did, None, policy=POLICY).ignored == texts.NO_ANSWERS


def test_the_first_answer_is_a_persons_and_the_middle_one_counts() -> None:
    later = [NOW + timedelta(minutes=many) for many in (10, 20, 90)]
    found = [
        kept(public_at=later[0], invited_at=NOW),
        kept(answered_at=later[1], public_at=later[2]),
        kept(came_at=later[2], invited_at=NOW),
        kept(invited_at=NOW),
    ]
    assert figures_of(found) == Figures(4, 3, timedelta(minutes=20), 3, 1)
    assert figures_of(()) == Figures()
