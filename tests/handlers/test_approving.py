"""A second person looks at an answer before it leaves; whoever wrote it cannot agree to it (R39)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.text import actions, texts_chat
from states.decision import Decision
from states.effects import Edit, Source
from states.lifecycle.answers import Approval
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Decline
from states.lifecycle.tasks import Job
from states.messages import Message
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    in_cur,
    labels,
    of,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import (
    CODE,
    COLLEAGUE,
    PHOTO_OF,
    PROMPT,
    STRICT,
    TEAM,
    busy,
    edits,
    pick,
    press,
    say,
    snack,
    the,
)
from tests.small import NOW

WORK = appeal(status=Status.IN_WORK)
LONG = "Двор почистили вчера вечером, снег вывезли"
LISTED = roads(listed_at=NOW)
DRAFT = Approval(OFFICIAL, NOW, ROADS_CHAT, 20, Action.ANSWER, LONG, number=3)
SEEN = Message(ROADS_CHAT, 20, OFFICIAL, NOW, LONG).digest
WAITS = appeal(status=Status.APPROVAL, version=3, approval=DRAFT)


def drafts(text: str = LONG, held: Appeal = WORK, **more: Any) -> Decision:
    known: dict[str, Any] = {"directory": STRICT, "chat": LISTED, "officials": TEAM} | more
    return say(text, held, **known)


def agrees(
    held: Appeal = WAITS, user: int = COLLEAGUE, number: int = 3, action: str = actions.APPROVE, **more: Any
) -> Decision:
    known: dict[str, Any] = {"directory": STRICT, "chat": LISTED, "officials": TEAM} | more
    return press(action, f"{CODE}.{number}", held, user=user, **known)


def test_an_answer_waits_for_a_second_person() -> None:
    decision = drafts()
    after = the(decision)
    assert (after.status, after.version, after.held) == (Status.APPROVAL, 3, ())
    assert after.approval == replace(DRAFT, line=sends(decision, ROADS_CHAT)[0].cause, seen=SEEN)
    assert [entry.action for entry in decision.history] == [Action.DRAFT]
    (asked,) = sends(decision, ROADS_CHAT)
    assert LONG in asked.text and "Ольга" in asked.text and asked.reply_to == 20
    assert labels(asked) == ["Согласовать", "На доработку"] and not sends(decision, ANNA)
    (card,) = of(Edit, decision)
    assert "ответ на согласовании" in card.text


@pytest.mark.parametrize(
    "drafted, seen",
    [
        (lambda: pick(f"reason {Decline.NO_PLACE}", busy(Job.DECLINE, WORK), directory=STRICT), "не указано, где это"),
        (lambda: pick("whom rail", busy(Job.OUTSIDE, WORK), directory=STRICT), "8 800 000-00-00"),
        (lambda: drafts("/промежуточный завтра: выехали"), "не позднее 25 ноября"),
    ],
    ids=["declined", "outside", "interim"],
)  # fmt: skip
def test_the_second_person_reads_what_the_resident_would_read(drafted: Any, seen: str) -> None:
    """R39: a code or half of it could not be judged."""
    assert seen in said(drafted(), ROADS_CHAT)


@pytest.mark.parametrize("text", ["/вопрос Какой подъезд?"])
def test_a_question_needs_nobodys_consent(text: str) -> None:
    assert sends(drafts(text), ANNA)


def test_the_cur_needs_nobodys_consent() -> None:
    held = in_cur(status=Status.IN_WORK, topic="snow", agency="roads")
    assert sends(drafts(LONG, held, chat=cur(), officials={}), ANNA)


def test_where_an_official_is_alone_the_cur_is_asked() -> None:
    """Or the answer would wait for ever; the files are shown there too."""
    alone = {OFFICIAL: TEAM[OFFICIAL]}
    (asked,) = sends(drafts(officials=alone, files=PHOTO_OF), CUR_CHAT)
    assert asked.copy == Source(ROADS_CHAT, (20,)) and asked.reply_to is None and labels(asked)[0] == "Согласовать"
    assert not sends(drafts(officials=alone), ROADS_CHAT)
    for here in ({"officials": alone, "chat": roads()}, {"officials": TEAM}):
        assert not sends(drafts(**here), CUR_CHAT), "who is here is not known, or somebody is"
    without = {"chats": {"roads": LISTED}, "officials": alone}
    assert sends(drafts(**without), ROADS_CHAT), "there is no ЦУР to ask"


def test_nobody_answers_past_the_second_person() -> None:
    for decision in (drafts(LONG, WAITS), drafts("Какой подъезд?", WAITS)):
        assert not decision.appeals and "ответ на согласовании" in said(decision, ROADS_CHAT)


def test_agreed_by_another_it_leaves_as_the_authors_and_can_be_undone() -> None:
    decision = agrees()
    after = the(decision)
    assert (after.status, after.version, after.approval) == (Status.IN_WORK, 4, None)
    (held,) = after.held
    assert (held.actor, held.action, held.text, held.cmid) == (OFFICIAL, Action.ANSWER, LONG, 20)
    (left,) = sends(decision, ANNA)
    assert "Министерство дорог" in left.text and left.not_before == NOW + timedelta(seconds=30)
    (offer,) = sends(decision, ROADS_CHAT)
    assert "Отменить" in labels(offer) and offer.reply_to == 20
    assert snack(decision) == texts_chat.APPROVED
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.APPROVE, COLLEAGUE)]


def test_the_same_words_have_the_same_causes_whatever_has_happened_besides() -> None:
    """I7, delivery.md §13: after a restore the versions may be others, and VK has these words already."""
    versions = [replace(WORK, version=number) for number in (2, 7)]
    assert len({sends(drafts(held=version), ROADS_CHAT)[0].cause for version in versions}) == 1
    waiting = [replace(WAITS, version=number) for number in (3, 8)]
    assert {sends(agrees(one), ANNA)[0].cause for one in waiting} == {f"v1|101|answer|{ROADS_CHAT}|20.answer|0"}
    chosen = [replace(one, approval=replace(DRAFT, cmid=0)) for one in waiting]
    assert len({sends(agrees(one), ANNA)[0].cause for one in chosen}) == 2, "from buttons alone: each is another"


def test_agreed_to_by_the_cur_it_is_still_the_agencys_answer() -> None:
    decision = agrees(chat=cur(), officials={})
    assert "Министерство дорог" in said(decision) and sends(decision, ROADS_CHAT), "the agency can undo it"
    assert decision.chat is not None and decision.chat.peer == ROADS_CHAT, "the agency's words are remembered there"


def test_files_promises_and_reasons_are_not_lost_on_the_way() -> None:
    draft = replace(DRAFT, action=Action.POSTPONE, files=True, until=NOW + timedelta(days=3), reason="money")
    decision = agrees(replace(WAITS, approval=draft))
    (held,) = the(decision).held
    assert (held.files, held.until, held.reason) == (True, draft.until, "money")
    assert "нет денег" in said(decision) and sends(decision, ANNA)[0].copy == Source(ROADS_CHAT, (20,))


def test_a_contact_that_was_taken_out_of_the_directory_meanwhile_is_named_as_it_was() -> None:
    gone = replace(WAITS, approval=replace(DRAFT, action=Action.OUTSIDE, text="8 800", reason="depot"))
    assert "depot" in said(agrees(gone)) and "8 800" in said(agrees(gone))


def test_nobody_agrees_to_his_own_words() -> None:
    decision = agrees(user=OFFICIAL)
    assert not decision.appeals and snack(decision) == texts_chat.APPROVE_OWN


@pytest.mark.parametrize("action", [actions.APPROVE, actions.SEND_BACK])
@pytest.mark.parametrize("held, number", [(WORK, 3), (WAITS, 2)], ids=["nothing waits", "an older draft"])
def test_a_button_agrees_only_to_the_text_below_which_it_stands(action: str, held: Appeal, number: int) -> None:
    """Or an earlier «Согласовать» would let words leave that nobody has read."""
    decision = agrees(held, number=number, action=action)
    assert not decision.appeals and snack(decision) == texts_chat.NOTHING_TO_APPROVE


def test_the_buttons_of_the_card_are_of_the_present_draft() -> None:
    (card,) = of(Edit, drafts())
    assert card.keyboard is not None
    assert [one.command.value for one in card.keyboard.rows[0]] == [f"{CODE}.3", f"{CODE}.3"]


def test_sent_back_it_is_written_anew() -> None:
    decision = agrees(action=actions.SEND_BACK)
    after = the(decision)
    assert (after.status, after.approval, after.held) == (Status.IN_WORK, None, ())
    (told,) = sends(decision, ROADS_CHAT)
    assert "вернули на доработку" in told.text and told.reply_to == 20 and snack(decision) == texts_chat.SENT_BACK
    own = agrees(action=actions.SEND_BACK, user=OFFICIAL)
    assert the(own).status is Status.IN_WORK, "its author may take it back this way"


@pytest.mark.parametrize("action", [actions.APPROVE, actions.SEND_BACK])
def test_an_approval_of_what_has_moved_meanwhile_is_refused(action: str) -> None:
    """R34: nothing moves past the table, whatever is left over."""
    decision = agrees(replace(WAITS, status=Status.ANSWERED), action=action)
    assert not decision.appeals and "есть ответ" in snack(decision)


def test_an_answer_that_was_agreed_to_is_not_corrected_past_the_second_person() -> None:
    """T18 gives way to R39, in plain words."""
    decision = drafts(LONG, appeal(status=Status.ANSWERED))
    assert not decision.appeals and "исправить отправленный нельзя" in said(decision, ROADS_CHAT)


# One message from the question to the result (C.2).


def test_the_question_in_which_it_was_written_asks_for_consent() -> None:
    decision = pick("kind answer", busy(Job.REPLY, WORK, cmid=20, text=LONG), directory=STRICT)
    (asked,) = edits(decision)
    assert labels(asked) == ["Согласовать", "На доработку"] and LONG in asked.text
    draft = the(decision).approval
    assert draft is not None and draft.line == PROMPT and not sends(decision)
    agreed = press("approve", f"{CODE}.{draft.number}", the(decision), user=COLLEAGUE, directory=STRICT)
    assert "уйдёт жителю через" in edits(agreed)[0].text and the(agreed).held[0].line == PROMPT
    assert not sends(agreed, ROADS_CHAT)


def test_what_is_sent_back_keeps_its_words_and_no_buttons() -> None:
    begun = pick("kind answer", busy(Job.REPLY, WORK, cmid=20, text=LONG), directory=STRICT)
    number = the(begun).version
    decision = press("send_back", f"{CODE}.{number}", the(begun), user=COLLEAGUE, directory=STRICT)
    (line,) = edits(decision)
    assert texts_chat.SENT_BACK in line.text and LONG in line.text and line.keyboard is None


@pytest.mark.parametrize("text", [LONG, "слово " * 900])
def test_where_it_does_not_fit_the_question_says_that_it_waits(text: str) -> None:
    """Too long for one message, or the ЦУР's to agree to, for its author is alone in the chat."""
    alone = {} if len(text) > 4000 else {"chat": roads(listed_at=NOW), "officials": {OFFICIAL: TEAM[OFFICIAL]}}
    decision = pick("kind answer", busy(Job.REPLY, WORK, cmid=20, text=text), directory=STRICT, **alone)
    (line,) = edits(decision)
    assert line.text == texts_chat.WAITS_FOR_CONSENT.format(code=CODE) and line.keyboard is None
    asked = sends(decision, CUR_CHAT if alone else ROADS_CHAT)[-1]
    draft = the(decision).approval
    assert labels(asked) == ["Согласовать", "На доработку"] and draft is not None and draft.line == asked.cause


def test_the_cur_that_agreed_sees_no_buttons_any_more() -> None:
    alone = {"chat": roads(listed_at=NOW), "officials": {OFFICIAL: TEAM[OFFICIAL]}}
    begun = drafts(**alone)
    draft = the(begun).approval
    assert draft is not None
    decision = press("approve", f"{CODE}.{draft.number}", the(begun), chat=cur(), user=COLLEAGUE, directory=STRICT)
    (line,) = [one for one in of(Edit, decision) if one.target == draft.line]
    assert line.peer == CUR_CHAT and texts_chat.APPROVED in line.text and LONG in line.text
    assert len(sends(decision, ROADS_CHAT)) == 1, "in its author's chat one line"


def test_a_draft_of_an_earlier_version_is_sent_back_too() -> None:
    decision = press("send_back", f"{CODE}.3", WAITS, user=COLLEAGUE, directory=STRICT)
    assert the(decision).approval is None and sends(decision, ROADS_CHAT)
