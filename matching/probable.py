"""From the probabilities of topics to what is asked: taken, «похоже», the scene, or three topics.

It must never be surer than the probabilities: what the directory no longer has is left out, not shared among others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from states.directory import Scene
from states.finder import TopicGuess

TAKEN, LIKELY = 0.87, 0.72
"""From here on a topic is taken and shown in the preview; from here on it is offered alone."""

GAIN = 0.05
"""What the question of the scene must add to the chance that the first topic is the right one."""

SAID_RIGHT = 0.9
"""How often an answer about the scene is believed to be what the topic has. 0.85 and 0.95 do alike, both with 15 % of
answers wrong or none and with none wrong."""

LEAST = 0.02
"""What is offered beside the best has at least this probability."""

Scenes = Mapping[str, Scene | None]


def guess(shares: Mapping[str, float], scenes: Scenes, scene: Scene | None, limit: int, model: int) -> TopicGuess:
    """The topics by the model's probabilities, best first, and how sure that is. `shares`: probabilities of topics;
    `scenes`: of the topics that the directory has; `scene`: what was answered."""
    known = {topic: share for topic, share in shares.items() if topic in scenes}
    if scene is not None:
        known = shares_after_answer(known, scenes, scene)
    best = sorted(known, key=lambda topic: (-known[topic], topic))[: max(0, limit)]
    if not best:
        return TopicGuess(model=model)
    most = known[best[0]]
    offered = tuple(topic for topic in best if topic == best[0] or known[topic] >= LEAST)
    return TopicGuess(
        offered,
        sure=most >= TAKEN,
        likely=LIKELY <= most < TAKEN,
        ask_scene=scene is None and most < LIKELY and gain(known, scenes) >= GAIN,
        model=model,
    )


def beside(guess: TopicGuess, new: tuple[str, ...], limit: int) -> TopicGuess:
    """The guess with topics that the model has never seen and the words of the directory name: last, and nothing is
    sure."""
    if not new or guess.sure:
        return guess
    kept = guess.topics[: max(0, limit - len(new))]
    return replace(guess, topics=(*kept, *new), likely=False)


def shares_after_answer(shares: Mapping[str, float], scenes: Scenes, scene: Scene) -> dict[str, float]:
    """The same after an answer. Their sum stays: what is not known is not made certain by it."""
    told = {topic: share * fitting(scenes[topic], scene) for topic, share in shares.items()}
    before, after = sum(shares.values()), sum(told.values())
    return {topic: share * before / after for topic, share in told.items()} if after else dict(shares)


def fitting(of_topic: Scene | None, scene: Scene) -> float:
    """How likely this answer is for a topic of that scene."""
    if of_topic is None:
        return 1 / len(Scene)
    return SAID_RIGHT if of_topic is scene else (1 - SAID_RIGHT) / (len(Scene) - 1)


def gain(shares: Mapping[str, float], scenes: Scenes) -> float:
    """How much the answer about the scene is expected to raise the probability of the first topic."""
    if not shares:
        return 0.0
    after = sum(max(share * fitting(scenes[topic], scene) for topic, share in shares.items()) for scene in Scene)
    return after - max(shares.values())
