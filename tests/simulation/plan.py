"""What one seed is made of, drawn from it: who is there, what they do, which faults strike. Small and different each
time (swarm): a seed with few kinds of faults finds what a seed with all of them hides."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tests.simulation import acts_danger, acts_official, acts_resident, troubles
from tests.simulation.chance import Chance
from tests.simulation.points import AIMS, NAMES

T = TypeVar("T")
DRAWN = tuple(name for name in troubles.TROUBLES if name not in (*troubles.AIMED, *troubles.OF_POSTS, *troubles.LATER))
NEWER_OF_RESIDENTS = {
    **acts_resident.LATER,
    **acts_resident.TOGETHER,
    **acts_resident.TALKS,
    **acts_resident.POLITE,
}
NEWER_OF_OFFICIALS = {
    **acts_official.LATER,
    **acts_official.TOGETHER,
    **acts_official.TO_ONE,
    **acts_official.LATEST,
}
ALONE = ("older_copy", *troubles.AIMED, "new_consent")
OF_TWINS = ("key_refused", "thrown_out")
"""Troubles of twins.py."""
FORGETTING = (acts_resident.FORGET,)
IN_DANGER = 0.15
"""Of all seeds so many have alarms."""
LATEST_COPY = 65.0
"""By then an older copy has been put in place."""
LIVELY = tuple(name for name in NAMES if not name.startswith(("migrate", "restore", "backup", "callback")))


@dataclass(frozen=True)
class Duty:
    """`unseen`: so many seconds after the storm nobody presses anything, none where they read from the beginning.
    `calls_only`: what calls the chat again is read, a card is not. `chat`: they have one of their own; `named`: the
    directory says who they are."""

    unseen: float = 0.0
    calls_only: bool = False
    chat: bool = False
    named: bool = False


@dataclass(frozen=True)
class Plan:
    """`focus`: the crash point that is aimed at, with the chance of a crash at each passing of it. `echo`: VK tells the
    bot of its own messages (P6). `raising`: how often a handler raises (F20). `approvals`: agencies answer what a
    second person has agreed to (R39). `binds`: a chat is bound when a copy was made. `posts`: VK posts events too
    (Callback API), and where it is not `polled` it gives them in no other way. `twins`: a second community runs beside
    the home (twins.py), `apart`: it is another operator's. `models`: learned models change meanwhile (models.py).
    `closes`: the directory calls no trouble public from some moment on (gates.py). `duty`: how alarms of danger to life
    are read, where residents raise any. `comments`: people comment under posts as well (commenting.py)."""

    seed: int
    residents: int = 2
    acts_each: int = 2
    resident_acts: tuple[str, ...] = ("story",)
    official_acts: tuple[str, ...] = acts_official.CALM
    troubles: tuple[str, ...] = ()
    storm: float = 60.0
    focus: str = ""
    crash_chance: float = 0.0
    crashes: int = 4
    settings: dict[str, Any] = field(default_factory=dict)
    switches: dict[str, Any] = field(default_factory=dict)
    quick: float = 0.02
    raising: float = 0.0
    approvals: bool = False
    binds: bool = False
    posts: bool = False
    polled: bool = True
    echo: bool = True
    twins: bool = False
    apart: bool = False
    models: bool = False
    closes: bool = False
    duty: Duty | None = None
    comments: bool = False
    mutant: str = ""
    aim: str = ""

    def has(self, *names: str) -> bool:
        return any(name in self.troubles for name in names)


def drawn(seed: int, **fixed: Any) -> Plan:
    """The plan of a seed. What is given is not drawn, and changes nothing of the rest."""
    chance = Chance(seed).stream("plan")
    values: dict[str, Any] = {
        "residents": chance.choice((1, 1, 1, 1, 2, 2, 3)),
        "acts_each": chance.choice((1, 1, 1, 2)),
        "resident_acts": weighted(chance, before(acts_resident.ACTS, NEWER_OF_RESIDENTS)),
        "official_acts": (*acts_official.CALM, *some(chance, tuple(before(acts_official.ACTS, NEWER_OF_OFFICIALS)))),
        "troubles": some(chance, DRAWN, chance.choice((0.08, 0.15, 0.3))),
        "storm": chance.choice((20.0, 40.0, 60.0, 90.0)),
        "focus": chance.choice(LIVELY) if chance.random() < 0.5 else "",
        "crash_chance": chance.choice((0.05, 0.2, 0.5)),
        "crashes": chance.randint(1, 6),
        "settings": {
            "pause_seconds": chance.choice((0, 1, 2)),
            "undo_seconds": chance.choice((0, 2, 5, 30)),
            "batch": chance.choice((1, 4, 64)),
            "longpoll_wait_seconds": chance.choice((5, 25)),
            "catch_up_minutes": chance.choice((0.5, 2, 10)),
            "request_timeout_seconds": chance.choice((5, 20)),
            "erasure_minutes": 0,
        },
        "switches": semantics(chance),
        "quick": chance.choice((0.005, 0.03, 0.15)),
    }
    later = Chance(seed).stream("later acts")
    values["resident_acts"] += later_acts(later, acts_resident.LATER)
    values["official_acts"] += some(later, tuple(acts_official.LATER), 0.25)
    together = Chance(seed).stream("together")
    if together.random() < 0.2:
        values.update(residents=max(2, values["residents"]), acts_each=2)
        values["resident_acts"] += later_acts(together, acts_resident.TOGETHER, 1.0)
        values["official_acts"] += tuple(acts_official.TOGETHER)
        gate = Chance(seed).stream("gates")
        values["official_acts"] += some(gate, tuple(acts_official.TO_ONE), 0.5)
        values["closes"] = gate.random() < 0.3
    danger = Chance(seed).stream("danger")
    if "resident_acts" not in fixed and danger.random() < IN_DANGER:
        values.update(with_alarms(danger, values))
    struck = fixed.get("troubles", values["troubles"])
    values["settings"]["erasure_minutes"] = Chance(seed).stream("erasure").choice((0, 0, 1, 10))
    values["approvals"] = Chance(seed).stream("approvals").random() < 0.1
    if "older_copy" in struck:
        values.update(with_a_window(Chance(seed).stream("older copy"), values))
    talks = Chance(seed).stream("talks")
    if talks.random() < 0.2:
        values["resident_acts"] += later_acts(talks, acts_resident.TALKS, 0.7)
    if "troubles" not in fixed:
        values.update(with_posts(Chance(seed).stream("posts"), values))
        values.update(with_deaf_chats(Chance(seed).stream("deaf chats"), values))
    values["switches"] = {**values["switches"], **of_chats(Chance(seed).stream("of chats"))}
    values["official_acts"] += some(Chance(seed).stream("dismissals"), tuple(acts_official.LATEST), 0.15)
    values["models"] = Chance(seed).stream("learned").random() < 0.1
    unsure = Chance(seed).stream("unsure")
    if unsure.random() < 0.25:
        values["official_acts"] += tuple(acts_official.UNSURE)
        values["switches"]["chat_edit_events"] = unsure.choice(("on", "off"))
    handlers = Chance(seed).stream("handlers")
    values["raising"] = handlers.choice((0.02, 0.1, 0.3)) if handlers.random() < 0.1 else 0.0
    return Plan(seed, **{**values, **fixed})


def with_posts(chance: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    """Both ways at once, in one seed of six; in the others nothing of it is drawn. Nobody knows whether VK posts one
    event at a time (vk-api.md §10)."""
    if chance.random() >= 1 / 6:
        return {}
    more = troubles.OF_POSTS if chance.random() < 0.5 else ()
    focus = "callback: kept" if chance.random() < 0.25 else values["focus"]
    switches = {**values["switches"], "callback_parallel": chance.choice(("on", "off"))}
    return {"posts": True, "troubles": (*values["troubles"], *more), "focus": focus, "switches": switches}


def with_deaf_chats(chance: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    """In one seed of eight the bot has no rights in a chat for a while."""
    if chance.random() >= 1 / 8:
        return {}
    return {"troubles": (*values["troubles"], *troubles.OF_CHATS), "storm": chance.choice((60.0, 150.0, 400.0))}


def of_chats(chance: random.Random) -> dict[str, Any]:
    """What VK shows a bot without rights in a chat, and later (Q24, Q25)."""
    return {
        "unheard_shown": chance.choice(("on", "off")),
        "members_without_rights": chance.choice(("917", "empty", "shown")),
    }


def with_alarms(chance: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    """Some are in danger, beside what they do otherwise; it is read at once, late, or when those on duty are called."""
    acts = later_acts(chance, acts_danger.ACTS, 0.5) or ("in_danger",)
    duty = Duty(
        unseen=chance.choice((0.0, 0.0, 0.0, 400.0, 1300.0, 4000.0)),
        calls_only=chance.random() < 0.2,
        chat=chance.random() < 0.3,
        named=chance.random() < 0.4,
    )
    return {"resident_acts": values["resident_acts"] + acts * 2, "acts_each": 2, "duty": duty}


def alarmed(seed: int, **fixed: Any) -> Plan:
    """The plan of a seed in which there certainly are alarms."""
    chance, plan = Chance(seed).stream("alarmed"), drawn(seed)
    values = {"resident_acts": plan.resident_acts, "residents": plan.residents}
    return drawn(seed, **{**(with_alarms(chance, values) if plan.duty is None else {}), **fixed})


def with_a_window(chance: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    """What a copy may not know, more often than elsewhere: an answer that was agreed to, a chat that was bound."""
    approvals = values["approvals"] or chance.random() < 0.15
    binds = chance.random() < 0.25
    return {
        "approvals": approvals,
        "binds": binds,
        "official_acts": values["official_acts"] + (("assigns",) if binds else ()),
        "storm": max(values["storm"], LATEST_COPY),
    }


def later_acts(chance: random.Random, acts: dict[str, tuple[Any, int]], share: float = 0.25) -> tuple[str, ...]:
    return tuple(name for name in some(chance, tuple(acts), share) for _ in range(acts[name][1]))


def twin(seed: int, **fixed: Any) -> Plan:
    """The plan of a seed with a second community. What an older copy does not know is another matter: none is put
    back."""
    chance, plan = Chance(seed).stream("twins"), drawn(seed)
    values = {
        "residents": max(plan.residents, chance.choice((1, 2, 2))),
        "troubles": (*(one for one in plan.troubles if one not in ALONE), *some(chance, OF_TWINS, 0.15)),
        "resident_acts": plan.resident_acts + some(chance, FORGETTING * 2, 0.3),
        "official_acts": plan.official_acts + some(chance, tuple(acts_official.TWINS), 0.5),
        "acts_each": chance.choice((1, 2, 2)),
        "apart": chance.random() < 0.2,
        "binds": False,
        "closes": False,
        "twins": True,
    }
    return replace(plan, **{**values, **fixed})


def aimed(seed: int, point: str, draw: Callable[..., Plan] = drawn) -> Plan:
    """The plan of a seed in which the process dies at this crash point, as often as it may."""
    often = {"aim": point, "focus": point, "crash_chance": 0.5, "crashes": 6, "storm": 90.0}
    return draw(seed, **{**often, **AIMS.get(point, {})})


def some(chance: random.Random, names: Sequence[str], share: float = 0.35) -> tuple[str, ...]:
    return tuple(name for name in names if chance.random() < share)


def before(acts: dict[str, T], later: dict[str, T]) -> dict[str, T]:
    return {name: act for name, act in acts.items() if name not in later}


def weighted(chance: random.Random, acts: dict[str, tuple[Any, int]]) -> tuple[str, ...]:
    chosen = ["story", *some(chance, tuple(acts))]
    return tuple(name for name in chosen for _ in range(acts[name][1]))


def semantics(chance: random.Random) -> dict[str, Any]:
    """What nobody knows about VK (delivery.md §2.2), another guess in each seed."""
    return {
        "duplicate_random_id": chance.choice(("old", "zero", "error")),
        "dedup_scope": chance.choice(("dialogue", "sender")),
        "dedup_window": chance.choice((3600, 3600, 10**9)),
        "dedup_last": chance.choice((100, 10**6)),
        "history_random_id": chance.choice(("on", "on", "off")),
        "chat_reply_events": chance.choice(("on", "off")),
        "event_id_shared": chance.choice(("on", "off")),
        "chat_history": chance.choice(("full", "empty")),
        "edit_drops_omitted": chance.choice(("on", "off")),
        "upload_flaky_answer": chance.choice(("4606", "empty")),
    }
