"""«/под» as a reply to a card: an agency answers in public where the author agreed (R9), and the ЦУР reads it first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from features.comments import texts
from features.comments.handlers import also_in_public
from features.comments.model.asked import CardAsked, CommentAsked, CommentFacts, OfCard, PublicAsked
from features.comments.model.listed import Open
from features.comments.rules import RULES
from handlers.decide import decide
from handlers.needs import needs
from handlers.text import texts_chat
from states.decision import Decision
from states.directory import Directory
from states.effects import Edit, Kind
from states.events import DeliveryEnded, DeliveryOutcome, MessageNew
from states.messages import Message, Reply
from states.people.comments import WALLS, wall_peer
from tests.comments.test_handlers import ANSWERS, NUMBER, POST, kept
from tests.comments.test_heard import known, says
from tests.comments.walls import ours, played, write_post
from tests.handlers.given import CUR_CHAT, OFFICIAL, ROADS_CHAT, appeal, cur, facts, labels, of, sends
from tests.handlers.in_chat import works
from tests.small import COMMUNITY, NOW, POLICY, REGION
from tests.transcripts.stage import Words
from tests.transcripts.virtual import Ground, VirtualStage

pytestmark = pytest.mark.virtual

TEXT = "Засыпем в понедельник, 30 ноября."
CODE = "1124-AAAA"
LATER = NOW + timedelta(hours=1)
AGREED = OfCard(kept(appeal=CODE), frozenset({POLICY.publish_hash}))
ROADS = replace(cur(), peer=ROADS_CHAT, agency="roads")
HELD = appeal(code=CODE, chat=ROADS_CHAT)
HIDING = replace(REGION, topics=tuple(replace(topic, anonymous_card=True) for topic in REGION.topics))


def typed(text: str = TEXT, peer: int = ROADS_CHAT) -> MessageNew:
    return MessageNew(Message(peer, 10, OFFICIAL, NOW, f"/под {text}", reply=Reply(7, -COMMUNITY)))


def answers(said: MessageNew | None = None, card: OfCard | None = AGREED, chat: Any = ROADS, **more: Any) -> Decision:
    given: dict[str, Any] = {"rules": RULES, "policy": ANSWERS, "chat": chat, "linked": HELD} | more
    officials = {OFFICIAL: works(OFFICIAL, "Анна Лис", chat.peer)}
    return decide(facts(answers={CardAsked: card}, officials=officials, **given), said or typed(peer=chat.peer))


def told(decision: Decision) -> str:
    (said,) = sends(decision)
    return said.text


def test_an_agency_answers_in_public_and_the_centre_sees_it_first() -> None:
    assert needs(typed(), None, RULES).questions == (CardAsked(ROADS_CHAT, 7),)
    decision = answers()
    said, here, there = sends(decision)
    assert (said.peer, said.reply_to, said.text) == (wall_peer(POST), NUMBER, TEXT)
    assert (here.peer, there.peer) == (ROADS_CHAT, CUR_CHAT)
    assert labels(here) == labels(there) == ["Отменить"] and TEXT in there.text
    assert decision.comments == (kept(appeal=CODE, public_at=NOW),)


def test_both_lines_say_what_became_of_it() -> None:
    (said,) = [one for one in sends(answers()) if one.peer in WALLS]
    ended = DeliveryEnded(said.cause, Kind.COMMENT, said.peer, "", DeliveryOutcome.SENT, NOW)
    known_ = {CommentAsked: CommentFacts(kept(public_at=NOW))}
    decision = decide(facts(rules=RULES, policy=ANSWERS, answers=known_), ended)
    assert {one.peer for one in of(Edit, decision)} == {ROADS_CHAT, CUR_CHAT}
    shown = {one.cause for one in sends(answers())}
    assert all(one.target in shown for one in of(Edit, decision))


def test_the_centre_needs_no_consent_of_the_author() -> None:
    decision = answers(card=OfCard(kept(appeal=CODE)), chat=cur())
    assert [one.peer for one in sends(decision)] == [wall_peer(POST), CUR_CHAT]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"card": OfCard(kept(appeal=CODE))}, texts.NOT_PUBLISHED),
        ({"card": OfCard(kept(appeal=CODE), frozenset({"of another text"}))}, texts.NOT_PUBLISHED),
        ({"card": AGREED, "policy": replace(ANSWERS, publish_hash="")}, texts.NOT_PUBLISHED),
        ({"card": None}, texts.NOT_UNDER_A_POST),
        ({"card": OfCard(kept(appeal="1124-BBBB"))}, texts.NOT_UNDER_A_POST),
        ({"linked": None}, texts_chat.NOT_A_CARD),
        ({"linked": appeal(code=CODE, chat=CUR_CHAT)}, texts_chat.NOT_HERE.format(code=CODE)),
        ({"said": typed("")}, texts.NO_WORDS),
        ({"said": typed("Позвоните нам: 8 912 345-67-89")}, "Не отправили: под записью прочитают все"),
        ({"card": OfCard(kept(appeal=CODE, public_at=NOW), AGREED.agreed)}, texts.ANSWERED),
        ({"policy": POLICY}, texts.NO_ANSWERS),
    ],
)
def test_why_not(more: dict[str, Any], why: str) -> None:
    decision = answers(**more)
    assert told(decision).startswith(why) and decision.comments == ()


def test_where_a_second_person_looks_an_answer_over_none_stands_in_public() -> None:
    """R39."""
    careful = replace(REGION, agencies=tuple(replace(agency, approval=True) for agency in REGION.agencies))
    assert told(answers(directory=careful)) == texts.SECOND_PERSON


@pytest.mark.parametrize("card", [AGREED, None])
def test_where_the_card_hides_its_author_an_agency_does_not_learn_whether_he_has_commented(card: OfCard | None) -> None:
    """R21: a link to the comment names him."""
    decision = answers(card=card, directory=HIDING)
    assert told(decision) == texts.CENTRE_ANSWERS and decision.comments == ()
    shown = answers(card=card, directory=HIDING, chat=cur(), linked=appeal(code=CODE, chat=CUR_CHAT))
    assert len(sends(shown)) == (2 if card else 1) and texts.CENTRE_ANSWERS not in [send.text for send in sends(shown)]


def test_without_a_card_an_agency_hears_how() -> None:
    said = replace(typed(), message=replace(typed().message, reply=None))
    assert told(answers(said)) == texts.ON_A_CARD
    link = f"https://vk.com/wall-{COMMUNITY}_{POST}?reply={NUMBER}"
    assert told(answers(typed(f"{link} {TEXT}"))) == texts.ON_A_CARD, "with a link the ЦУР alone answers"


def test_an_answer_to_one_names_what_all_have_read() -> None:
    ended = DeliveryEnded("v1|101|answer|1|2|0", Kind.ANSWER, 1, CODE, DeliveryOutcome.SENT, NOW)
    assert needs(ended, None, RULES).questions == (PublicAsked(CODE),)
    assert needs(replace(ended, outcome=DeliveryOutcome.RECIPIENT_CLOSED), None, RULES).questions == ()
    assert needs(replace(ended, kind=Kind.CARD), None, RULES).questions == ()
    public = kept(appeal=CODE, public_at=NOW)
    assert also_in_public(facts(answers={PublicAsked: public})).startswith("Под записью ему отвечено")
    for nothing in (None, kept(appeal=CODE), replace(public, gone=True)):
        assert also_in_public(facts(answers={PublicAsked: nothing})) == ""
    assert also_in_public(facts(answers={PublicAsked: public}, appeals=(HELD,)))
    assert also_in_public(facts(answers={PublicAsked: public}, appeals=(HELD,), directory=HIDING)) == "", "R21"


# Over the emulator.


@pytest.fixture
async def stage(virtual_ground: Ground, region: Directory, tmp_path: Path) -> AsyncIterator[VirtualStage]:
    async with played(virtual_ground, region, tmp_path, comments="answer", vk_service_token="service-1") as made:
        yield made


async def settles(stage: VirtualStage, *said: str) -> None:
    for words in said:
        await stage.write("мария", Words(words))
        for _ in range(3):
            await stage.wait(5)


async def card_in(stage: VirtualStage, chat: str) -> int:
    return next(one.cmid for one in await stage.chat(chat) if "№" in one.text and "яма" in one.text.casefold())


async def lines(stage: VirtualStage, chat: str, words: str) -> list[str]:
    return [one.text for one in await stage.chat(chat) if words in one.text]


async def test_from_a_comment_to_a_public_answer_of_its_agency(stage: VirtualStage) -> None:
    post = await write_post(stage)
    hole = await says(stage, post, "У школы большая яма на дороге, Миасс")
    await stage.write("мария", Words("Начать", ref=f"k{post}-{hole}"))
    await stage.settle()
    await settles(stage, "Даю согласие", "Лихачёва, 21", "Отправить")
    assert (await known(stage, post))[hole].appeal
    card = await card_in(stage, "miass-gorod")
    reply = Words(f"/под {TEXT}", reply_to=card)
    await stage.write_in("miass-gorod", 1, reply)
    await stage.wait(31)
    assert await ours(stage, post) == [] and await lines(stage, "miass-gorod", texts.NOT_PUBLISHED)
    await settles(stage, "Мои данные", "Разрешить публикацию", "Разрешаю публикацию")
    await stage.write_in("miass-gorod", 1, reply)
    await stage.write_in("miass-gorod", 1, Words("/под И ещё раз", reply_to=card))
    await stage.settle()
    assert await lines(stage, "cur", f"«{TEXT}»")
    await stage.wait(31)
    (said,) = await ours(stage, post)
    assert (said["text"], said["reply_to_comment"]) == (TEXT, hole)
    for chat in ("miass-gorod", "cur"):
        assert await lines(stage, chat, "Ответ стоит под комментарием")
    assert await lines(stage, "miass-gorod", texts.ANSWERED)


@pytest.mark.parametrize(
    ("public", "alone", "differs"), [(NOW, LATER, True), (LATER, NOW, False), (None, NOW, False), (NOW, None, False)]
)
def test_what_was_said_alone_later_may_contradict(
    public: datetime | None, alone: datetime | None, differs: bool
) -> None:
    assert Open(kept(public_at=public), None, None, None, 0, told_at=alone).differs is differs
