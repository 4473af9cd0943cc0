"""What must hold after a conversation is seen where it does not hold: a span that is dropped, a courtesy on a card."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from matching import Matcher
from states.decision import Decision
from states.dialogue import Dialogue, Draft
from states.directory import Directory
from states.events import MessageNew
from states.lifecycle.appeal import Piece
from states.messages import Message
from tests.small import NOW
from tests.transcripts import kept
from tests.transcripts.pure import PureStage
from tests.transcripts.script import FOLDER, Player, directed, read

BY_SITUATION = {
    "telling": "03_neskolko_soobshcheniy",
    "topic": "301_rasskaz_vmesto_razdela",
    "address": "113_rasskaz_vmesto_otveta",
    "sent": "302_posle_nomera",
}


async def played(name: str, region: Directory, matcher: Matcher) -> PureStage:
    script = read(FOLDER / f"{name}.yaml")
    stage = PureStage(directed(region, script), matcher)
    with contextlib.suppress(AssertionError):  # what a mutant says is not what the transcript waits for
        await Player(stage).play(script["talk"])
    return stage


@pytest.mark.parametrize("name", BY_SITUATION.values(), ids=BY_SITUATION.keys())
async def test_a_mutant_that_drops_a_message_dies(
    name: str, region: Directory, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.words_kept(await played(name, region, matcher))
    adding: Callable[[Draft, Piece], Draft] = Draft.adding

    def dropping(self: Draft, piece: Piece) -> Draft:
        return adding(self, replace(piece, text="") if len(piece.text.split()) >= kept.STORY else piece)

    monkeypatch.setattr(Draft, "adding", dropping)
    with pytest.raises(AssertionError, match="I14"):
        kept.words_kept(await played(name, region, matcher))


async def test_a_story_is_looked_for_where_a_decision_says_nothing_of_the_talk(
    region: Directory, matcher: Matcher
) -> None:
    stage = await played("03_neskolko_soobshcheniy", region, matcher)
    kept.words_kept(stage)
    event = next(event for event, _ in stage.decisions if isinstance(event, MessageNew))
    told = replace(event.message, cmid=999, text="У подъезда третий день не убирают снег", content=True, command=None)
    stage.decisions.append((MessageNew(told), Decision(ignored="так")))
    with pytest.raises(AssertionError, match="I14"):
        kept.words_kept(stage)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("город Миасс, на улице Мира, дом 5", True),
        ("на улице Мира, дом 5, яма и лёд", False),
        ("рядом с улицей Мира, дом 5 второй день", False),
    ],
)
def test_beside_an_address_stands_a_town_at_most(text: str, fine: bool) -> None:
    talk = Dialogue(1, draft=Draft(address="улица Мира, дом 5"))
    assert kept.is_address(Message(1, 1, 1, NOW, text), talk) is fine


async def test_a_courtesy_that_is_sent_by_itself_is_seen(region: Directory, matcher: Matcher) -> None:
    """As a table would do in which the row of greetings were that of stories."""
    stage = await played("300_pomogite_potom_rasskaz", region, matcher)
    kept.no_courtesy_alone(stage)
    sent = [(one, what) for one, what in stage.decisions if any(line.action == "submit" for line in what.history)]
    event, decided = sent[0]
    (appeal, *_) = decided.appeals
    said = replace(appeal, pieces=(*appeal.pieces, Piece(999, "добрый день")))
    stage.decisions.append((event, replace(decided, appeals=(said,))))
    with pytest.raises(AssertionError, match="I15"):
        kept.no_courtesy_alone(stage)
