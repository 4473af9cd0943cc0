"""The teeth of the simulation (delivery.md §18): each mechanism taken out must break an invariant within 400 seeds.

`python -m tests.simulation.mutants [--only NAME …] [--all] [--results FILE]` says of each mutant at which seed it
died and what broke. The same plans are played with the whole code, which must survive them. Ends with 1 otherwise.
`--known` begins with the seed at which it died when that was written down last (`--remember`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import proof_file
from tests.simulation import mutations as code
from tests.simulation import mutations_comments as walls
from tests.simulation.acts_resident import FORGET
from tests.simulation.commenting import commented
from tests.simulation.director import Outcome
from tests.simulation.many import outcomes, stage
from tests.simulation.mutations import Mutation, together, unchanged
from tests.simulation.plan import Duty, Plan, drawn
from tests.simulation.points import FORGOTTEN

MOST = 400
"""Seeds within which a mutant must die."""

KNOWN = Path(__file__).resolve().parents[1] / "seeds" / "mutants.json"
"""By the name of a mutant the seed at which it died last: a landing need not look for it again."""


@dataclass(frozen=True)
class Mutant:
    """`number` is that of delivery.md §18, after 14 ours. `under`: what holds for the whole code as well (two
    senders …). `plan`: what is not drawn from the seed."""

    number: int
    name: str
    removes: str
    broken: Mutation
    plan: dict[str, Any] = field(default_factory=dict)
    under: Mutation = unchanged


STORY = {"residents": 2, "acts_each": 1, "resident_acts": ("story",), "official_acts": ("answers",), "focus": ""}
AT_INGEST = {"focus": "ingest: events in", "crash_chance": 0.3, "crashes": 30}
POSTED = {"posts": True, "polled": False, "crashes": 3, "crash_chance": 0.05}
"""By Callback API alone; after three failures VK's patience still ends before ours. Seldom, so that presses, which come
late in a story, are hit as well."""
PATIENT = {"request_timeout_seconds": 20}
INCIDENT = {**STORY, "acts_each": 2, "resident_acts": ("joins",), "troubles": (), "storm": 90.0}
CLOSES = {**INCIDENT, "closes": True, "settings": {"undo_seconds": 30}}
JOINS_LATE = {**CLOSES, "residents": 3, "official_acts": ("answers", "merges")}
TO_ONE = {**INCIDENT, "official_acts": ("answers_one", "answers_with_file")}
WINDOW = {
    **STORY,
    "acts_each": 2,
    "resident_acts": ("story", "add"),
    "official_acts": ("answers", "takes_back", "accepts"),
    "settings": {"undo_seconds": 30, "pause_seconds": 2},
    "troubles": ("older_copy",),
    "storm": 120.0,
    "quick": 0.15,
}
BELONGS = {**WINDOW, "resident_acts": ("add", "judges", "replies", "story")}
ANEW = {**STORY, "acts_each": 2, "resident_acts": ("judges",), "troubles": ("new_consent",), "storm": 90.0}
TAKES_BACK = {
    **STORY,
    "acts_each": 2,
    "resident_acts": ("story", "withdraw", FORGET),
    "official_acts": ("answers", "promises"),
    "settings": {"undo_seconds": 30, "erasure_minutes": 10},
    "troubles": (),
}
COMES_BACK = {
    **STORY,
    "acts_each": 3,
    "resident_acts": (FORGET, "story"),
    "official_acts": ("accepts",),
    "settings": {"erasure_minutes": 1, "undo_seconds": 0},
    "troubles": (),
    "storm": 120.0,
}
LOOKED_OVER = {**STORY, "approvals": True, "troubles": ()}
ALARM = {**STORY, "resident_acts": ("in_danger",), "troubles": (), "duty": Duty()}
DOUBT = {**ALARM, "resident_acts": ("wonders",)}
UNSEEN = {**ALARM, "duty": Duty(unseen=1300.0, calls_only=True)}
POLITE = {**STORY, "acts_each": 2, "resident_acts": ("polite_story",), "troubles": ()}
TWINS = {**STORY, "twins": True, "troubles": ()}
FORGOTTEN_TWICE = {**TWINS, "acts_each": 3, "resident_acts": ("story", FORGET)}
COMMENTS = {**STORY, "comments": True, "troubles": (), "storm": 120.0}
SHAKY = {**COMMENTS, "troubles": ("walls_shaky", "comments_late")}
FORGETS = {**COMMENTS, "resident_acts": ("comes_by_link", FORGET), "acts_each": 2, "residents": 3}

MUTANTS = (
    Mutant(1, "no catch-up", "reading VK's history", code.no_catch_up, {**STORY, "troubles": ("longpoll_loses",)}),
    Mutant(
        2,
        "highest number",
        "catch-up by gaps: it goes by the highest number",
        code.highest_number,
        {**STORY, "troubles": ("longpoll_loses", "longpoll"), "quick": 0.15},
    ),
    Mutant(
        3,
        "no gap gate",
        "the wait for lower numbers of a dialogue",
        code.no_gap_gate,
        {**STORY, "troubles": ("longpoll_loses",), "quick": 0.15, "settings": {"undo_seconds": 0}},
    ),
    Mutant(
        4,
        "new id",
        "one random_id for all attempts",
        code.new_id_for_each_attempt,
        {**STORY, "troubles": ("late", "answers_lost")},
    ),
    Mutant(5, "id 0", "the random_id", code.id_zero, {**STORY, "troubles": ("answers_lost",)}),
    Mutant(
        6,
        "counter id",
        "the random_id by cause: it is a counter",
        code.counter_id,
        {**STORY, "residents": 3, "acts_each": 2, "storm": 90.0, "troubles": ("older_copy",)},
    ),
    Mutant(
        7, "no uniqueness", "the check that an id is free", code.no_uniqueness, {**STORY, "troubles": ()}, code.few_ids
    ),
    Mutant(8, "no look", "the look before sending again", code.no_look, {**STORY, "troubles": ("answers_lost",)}),
    Mutant(
        9,
        "no look after restore",
        "the look for what waited in an older copy",
        code.no_look_after_restore,
        WINDOW,
    ),
    Mutant(
        10,
        "no lease",
        "the lease of a lane, two send loops",
        code.no_lease,
        {**STORY, "troubles": (), "quick": 0.5, "switches": {"dedup_window": 0}},
        code.two_senders,
    ),
    Mutant(
        11,
        "fact fenced",
        "facts without a fencing token: a success under another token is dropped",
        code.fact_fenced_and_dropped,
        {**STORY, "troubles": (), "quick": 1.0, "settings": PATIENT},
        code.two_senders_short_of_time,
    ),
    Mutant(
        12,
        "next poll first",
        "events on disk before VK is told that they are: the cursor says it",
        code.cursor_before_events,
        {**STORY, "official_acts": ("accepts_twice",), "troubles": (), **AT_INGEST},
    ),
    Mutant(
        12,
        "ok first",
        "events on disk before VK is told that they are: it hears ok",
        code.ok_before_events,
        {**STORY, "official_acts": ("accepts_twice",), "troubles": (), **AT_INGEST, **POSTED},
    ),
    Mutant(
        13,
        "cursor first",
        "events and cursor in one transaction, catch-up off",
        code.cursor_before_events,
        {**STORY, "troubles": (), **AT_INGEST},
        code.no_catch_up,
    ),
    Mutant(
        14,
        "head outside",
        "choosing the head inside the transaction, two work loops",
        code.head_chosen_outside,
        {**STORY, "troubles": ()},
        code.two_workers,
    ),
    Mutant(
        14,
        "lane head outside",
        "choosing the head of a lane inside the transaction, two send loops",
        code.lane_head_chosen_outside,
        {**STORY, "troubles": ()},
        code.two_senders,
    ),
    Mutant(15, "leader only", "the answer to all who wrote of one thing (R32)", code.leader_only, INCIDENT),
    Mutant(16, "no consent", "the question to a second person (R39)", code.no_consent, LOOKED_OVER),
    Mutant(17, "own consent", "that nobody agrees to his own answer (R39)", code.own_consent, LOOKED_OVER),
    Mutant(
        18,
        "reads the erased",
        "that recovery asks for nothing of whoever was forgotten (R14)",
        code.reads_the_erased,
        {**STORY, **FORGOTTEN, "crash_chance": 0.0},
    ),
    Mutant(
        19, "sends the taken-back", "that people say what leaves of an older copy", code.sends_the_taken_back, WINDOW
    ),
    Mutant(
        20,
        "fires timers",
        "that no timer of a window fires",
        code.fires_timers_of_the_window,
        {**WINDOW, "settings": {"undo_seconds": 30, "pause_seconds": 10}, "troubles": ("down", "older_copy")},
    ),
    Mutant(21, "lists nothing", "the lists of what people must look after", code.lists_nothing, WINDOW),
    Mutant(22, "home's key", "the key of the community that speaks: it is the home's", code.with_the_homes_key, TWINS),
    Mutant(
        23,
        "another's transaction",
        "the community of a transaction that shares a commit: it is another's",
        code.anothers_transaction,
        TWINS,
    ),
    Mutant(
        24,
        "erased where asked",
        "the request to the operator's other communities",
        code.erased_where_asked,
        FORGOTTEN_TWICE,
    ),
    Mutant(25, "done again", "that a request is done once in each", code.done_again, FORGOTTEN_TWICE),
    Mutant(
        26,
        "guesses again",
        "that what was confirmed is not guessed anew",
        code.guesses_again,
        {**STORY, "models": True, "troubles": ()},
    ),
    Mutant(
        27,
        "held answer leaves",
        "that an answer on its way is taken back with its message",
        code.held_answer_leaves,
        TAKES_BACK,
    ),
    Mutant(
        28,
        "guesses the second",
        "the question what a second answer is to the one on its way",
        code.guesses_the_second,
        {**STORY, "settings": {"undo_seconds": 30}, "troubles": ()},
    ),
    Mutant(
        29,
        "edit unseen",
        "the look at what an official has changed since it left",
        code.edit_unseen,
        {**STORY, "official_acts": ("changes",), "settings": {"undo_seconds": 2}, "troubles": ()},
    ),
    Mutant(30, "no gate at leaving", "the gate where an answer to several leaves", code.no_gate_at_leaving, CLOSES),
    Mutant(31, "no gate at joining", "the gate where somebody joins or is merged", code.no_gate_at_joining, JOINS_LATE),
    Mutant(32, "asks nobody", "«Всем или только автору?»", code.asks_nobody, TO_ONE),
    Mutant(
        33,
        "all into the draft",
        "that words and presses of a window go to the message that they are about",
        code.all_into_the_draft,
        BELONGS,
    ),
    Mutant(
        34,
        "presses forgotten",
        "that presses wait for a consent that is asked for anew",
        code.presses_forgotten,
        ANEW,
    ),
    Mutant(35, "alarm waits", "that an alarm waits for no «Отправить» (R28)", code.alarm_waits, ALARM),
    Mutant(36, "read unpressed", "that «прочитал» is a press of «Вижу» (R28)", code.read_unpressed, ALARM),
    Mutant(37, "calls nobody", "the calls while nobody has seen an alarm (R28)", code.calls_nobody, UNSEEN),
    Mutant(38, "shows the author", "that no forward shows who is in danger (R21)", code.shows_the_author, ALARM),
    Mutant(39, "cut ignored", "that an erasure ends at its request", code.cut_ignored, COMES_BACK),
    Mutant(40, "doubts nothing", "that of a doubted danger its author is asked (R28)", code.doubts_nothing, DOUBT),
    Mutant(41, "yes tells nobody", "that yes to that question is an alarm (R28)", code.yes_tells_nobody, DOUBT),
    Mutant(42, "span dropped", "that further words go on with the message (I14)", code.drops_further_words, POLITE),
    Mutant(43, "courtesy kept", "that what tells nothing stands on no card (I15)", code.keeps_courtesies, POLITE),
    Mutant(44, "wall unread", "the look under a comment before it is answered again", walls.no_look_at_the_wall, SHAKY),
    Mutant(45, "words kept", "that a comment's words are not kept (R7)", walls.keeps_the_words, COMMENTS),
    Mutant(46, "invites again", "that a person is invited once under a post", walls.invites_again, COMMENTS),
    Mutant(47, "all may stand", "the screening of what everybody reads", walls.everything_may_stand, COMMENTS),
    Mutant(
        48, "marks stay", "that an erasure takes marks of comments (R14)", walls.marks_outlive_their_author, FORGETS
    ),
    Mutant(49, "danger unheard", "what follows from danger under a post (R28)", walls.danger_unheard, COMMENTS),
)
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


@dataclass
class Verdict:
    """How it went with one mutant. `died`: the first seed that broke something; `broke`: in how many seeds each
    invariant broke; `whole`: what the real code broke."""

    mutant: Mutant
    died: int | None = None
    tried: int = 0
    bad: int = 0
    broke: Counter[str] = field(default_factory=Counter)
    said: str = ""
    whole: list[str] = field(default_factory=list)
    cpu: float = 0.0


def taken_out(mutant: Mutant | None) -> AbstractContextManager[None]:
    """As long as this is entered, what the mutant lacks is missing."""
    return together(mutant.under, mutant.broken) if mutant else unchanged()


def plans(mutant: Mutant, seeds: Sequence[int]) -> list[Plan]:
    draw = commented if mutant.plan.get("comments") else drawn
    return [draw(seed, **mutant.plan, mutant=mutant.name) for seed in seeds]


def tried(mutant: Mutant, seeds: Sequence[int], jobs: int = 1, *, to_the_end: bool = False) -> Verdict:
    """The mutant until it dies, or all the seeds, then the whole code under the very same plans."""
    verdict = Verdict(mutant)
    stage(bool(mutant.plan.get("twins")))  # the world that every seed begins with is the whole code's
    with taken_out(mutant):
        for outcome in outcomes(plans(mutant, seeds), jobs):
            verdict.tried += 1
            verdict.cpu += outcome.cpu
            if not outcome.wrong:
                continue
            verdict.bad += 1
            verdict.broke.update(dict.fromkeys(broken(outcome), 1))
            if verdict.died is None:
                verdict.died, verdict.said = outcome.seed, outcome.wrong[0]
            if not to_the_end:
                break
    with mutant.under():
        for outcome in outcomes(plans(mutant, seeds[: verdict.tried]), jobs):
            verdict.cpu += outcome.cpu
            verdict.whole += [f"seed {outcome.seed}: {one}" for one in outcome.wrong]
    return verdict


def seeds_of(mutant: Mutant, seeds: Sequence[int], known: Mapping[str, int]) -> Sequence[int]:
    if mutant.name not in known:
        return seeds
    first = known[mutant.name]
    return [first, *(seed for seed in seeds if seed != first)]


def read_known() -> dict[str, int]:
    known: dict[str, int] = json.loads(KNOWN.read_text(encoding="utf-8"))
    return known


def remember(verdicts: Sequence[Verdict]) -> None:
    died = {one.mutant.name: one.died for one in verdicts if one.died is not None}
    KNOWN.write_text(json.dumps(died, indent=1) + "\n", encoding="utf-8")


def broken(outcome: Outcome) -> list[str]:
    """Names of invariants."""
    return sorted({one.partition(":")[0] for one in outcome.wrong})


def line(verdict: Verdict) -> Iterator[str]:
    end = "жив" if verdict.died is None else f"умер на зерне {verdict.died}"
    broke = ", ".join(f"{name} {times}" for name, times in verdict.broke.items())
    tries = f"плохих {verdict.bad} из {verdict.tried}"
    yield f"{verdict.mutant.number:2} {verdict.mutant.name:22} {end:20} {tries:18} {verdict.cpu:5.1f} с  {broke}"
    if verdict.said:
        yield f"     {verdict.said[:200]}"
    yield from (f"     целый код: {wrong}" for wrong in verdict.whole[:5])


def written(verdicts: Sequence[Verdict], most: int) -> dict[str, Any]:
    return {
        "command": "python -m tests.simulation.mutants",
        "most_seeds": most,
        "mutants": [
            {
                "number": verdict.mutant.number,
                "name": verdict.mutant.name,
                "removes": verdict.mutant.removes,
                "died_at_seed": verdict.died,
                "seeds_tried": verdict.tried,
                "seeds_bad": verdict.bad,
                "broke": dict(verdict.broke),
                "first": verdict.said,
                "whole_code_broke": verdict.whole,
                "cpu_seconds": round(verdict.cpu, 1),
            }
            for verdict in verdicts
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--only", choices=BY_NAME, action="append", default=[])
    parser.add_argument("--seeds", type=int, default=MOST)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="all the seeds, not only until it dies")
    parser.add_argument("--known", action="store_true", help="first the seed at which it died last")
    parser.add_argument("--remember", action="store_true", help="write those seeds down")
    parser.add_argument("--results", type=Path, default=None, help="JSON")
    options = parser.parse_args()
    verdicts, known = [], read_known() if options.known else {}
    seeds = range(options.first, options.first + options.seeds)
    for mutant in MUTANTS:
        if not options.only or mutant.name in options.only:
            turns = seeds_of(mutant, seeds, known)
            verdicts.append(tried(mutant, turns, options.jobs, to_the_end=options.all))
            print("\n".join(line(verdicts[-1])), flush=True)
    if options.remember:
        remember(verdicts)
    if options.results is not None:
        proof_file.write(options.results, written(verdicts, options.seeds))
    return 1 if any(verdict.died is None or verdict.whole for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
