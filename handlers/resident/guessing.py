"""What the message is about: what matching says of the draft, and when the resident is first asked where it is.

It must never guess anew what the resident has confirmed, offer a topic that was declined, or ask for the scene twice.
"""

from __future__ import annotations

from dataclasses import replace

from screening import scenes
from screening.crimes import crime
from states.dialogue import AskingScene, ChoosingGroup, ChoosingTopic, Draft
from states.directory import Scene
from states.facts import Facts
from states.finder import TopicGuess

GUESSES = 3


def guess_of(facts: Facts, draft: Draft) -> TopicGuess:
    """What it may be about. Where the scene would tell more and the words name one, it is taken for the answer; but
    matching has read those words already, so nothing is sure by them."""
    found = guess_with(facts, draft, draft.scene)
    named = scenes.scene_named(draft.text) if found.ask_scene else None
    if named is None:
        return found
    told = guess_with(facts, draft, named)
    return replace(told, sure=False, likely=told.sure or told.likely)


def guess_with(facts: Facts, draft: Draft, scene: Scene | None) -> TopicGuess:
    """The guessed topics with this scene; urgent ones only where danger or a crime was heard: «Пожар» is no guess for
    «не горит фонарь»."""
    heard = draft.warned or crime(draft.text)
    limit = GUESSES if heard else 2 * GUESSES
    said = facts.find.topic(draft.text, limit, place=draft.place, scene=scene)
    kept = tuple(code for code in said.topics if code != draft.declined and (heard or not urgent(facts, code)))
    first = bool(kept) and kept[0] == said.topics[0]
    return replace(said, topics=kept[:GUESSES], sure=said.sure and first, likely=said.likely and first)


def urgent(facts: Facts, code: str) -> bool:
    """Whether the directory marks this topic as urgent."""
    topic = facts.directory.topic_by_code.get(code)
    return topic is not None and topic.urgent


def take_sure_topic(facts: Facts, draft: Draft) -> Draft:
    """The draft with the topic that is certain: shown before sending, where it can be changed; what is doubtful is
    asked."""
    if draft.topic is not None:
        return draft
    guess = guess_of(facts, draft)
    return draft.about(guess.topics[0], guess.model) if guess.sure else draft


def next_choice(facts: Facts, draft: Draft) -> AskingScene | ChoosingTopic | ChoosingGroup:
    """The question that finds the topic: one likely topic, where it is, up to three topics, or all groups."""
    guess = guess_of(facts, draft)
    if guess.likely and not guess.sure:
        return ChoosingTopic(guess.topics[:1], True, guess.model)
    if guess.ask_scene and not needless(facts, draft, guess):
        return AskingScene()
    return ChoosingTopic(guess.topics, False, guess.model) if guess.topics else ChoosingGroup()


def needless(facts: Facts, draft: Draft, guess: TopicGuess) -> bool:
    """Whether the question where it is would tell nothing new. Who sends a point has shown where it is and is asked no
    more; but a point is no scene, for people send that of their home too, so none is made of it."""
    if draft.scene_asked or any(piece.location for piece in draft.pieces):
        return True
    known = facts.directory.topic_by_code
    there = {known[code].scene if code in known else None for code in guess.topics}
    return len(there) == 1 and None not in there
