"""The speed page is what its samples give, a doctored ratio fails, and counted ceilings are right."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import speed
from benchmarks.page import ratios, speed_page
from benchmarks.page.figures import Figures, Part, add, load, save, shown
from benchmarks.page.goals import GOALS, MISSED, row_of
from benchmarks.page.pictures import pictures
from benchmarks.parts.crowd_run import Load, Run, calls_of_bot, ceiling
from benchmarks.parts.peer_bots import Absent, Peer

ROOT = Path(__file__).parents[1]
MACHINE = "2026-11-28, 2 cores"


def made(rows: dict[str, dict[str, list[float]]], *said: str) -> Part:
    return Part("python benchmarks/speed.py", MACHINE, rows, said)


def whole() -> Figures:
    """Every part, with the columns that its measurement gives."""
    limited = Run(True, 10, 10, 2.0, 0.06, [0.1] * 30, 10, 60, 5, 5, 70)
    run = replace(limited, limit=False).found()
    crowd = {
        row: {column: [value, value] for column, value in limited.found().items()}
        for row in (row_of(1000, 20), row_of(1000, 19), "vk_api")
    }
    free = {f"{name}, 50 at once": {column: [value] for column, value in run.items()} for name in ("ours", "vkbottle")}
    batches = {f"SQLite, {size}": {"events/s": [100.0 * size], "CPU ms an event": [1.0]} for size in (1, 64)}
    past = {size: {"CPU ms a turn": [cost], "turns/s": [300.0]} for size, cost in (("1,000", 2.0), ("100,000", 2.5))}
    return {
        "crowd": made(crowd, "vk-io was not measured: no node here."),
        "free": made(free),
        "batches": made(batches),
        "past": made(past),
        "years": made({"1,000": past["1,000"], "1,000,000": past["100,000"]}),
        "disk": made({"all of it": {"bytes": [9000.0], "bytes, a month later": [6000.0]}}),
    }


def test_the_page_and_its_pictures_are_what_the_samples_give() -> None:
    figures = load(speed.SAMPLES)
    assert figures, "python benchmarks/speed.py --write"
    assert speed.PAGE.read_text(encoding="utf-8") == speed_page.page(figures)
    for name, (_, _, svg) in pictures(figures).items():
        assert (speed.PICTURES / name).read_text(encoding="utf-8") == svg


def test_each_table_carries_its_command_date_and_machine() -> None:
    text = speed_page.page(whole())
    assert text.count(f"`python benchmarks/speed.py`, {MACHINE}") == len(whole())
    assert [one.title for one in speed_page.SECTIONS if f"## {one.title}\n" in text] == [
        one.title for one in speed_page.SECTIONS if one.name in whole()
    ]
    assert "- vk-io was not measured: no node here." in text
    assert "![What a turn costs, by messages in the database](../pictures/speed-history.svg)" in text


def test_every_part_that_can_be_measured_has_its_section_and_every_goal_its_part() -> None:
    named = {one.name for one in speed_page.SECTIONS}
    assert set(speed.PARTS) <= named and {goal.part for goal in GOALS} <= named


def test_a_goal_is_met_missed_or_not_measured() -> None:
    said = {goal.what: goal.cells(whole())[-1] for goal in GOALS}
    assert said["bytes on disk for one finished message"] == "met"
    assert said["the same after a month"] == "met"
    assert said["CPU of a turn with 10⁵ messages, to 10³"] == MISSED
    assert said["1,000 residents at once at 20 requests/s: error 6 after 2 s"] == "met", "all five came earlier"
    assert said["idle memory with the panel, MB"] == "not measured"
    assert f"| 1.25 | {MISSED} |" in speed_page.page(whole())


def test_a_trial_meets_and_misses_nothing() -> None:
    trial = {name: replace(part, command="python benchmarks/speed.py --tiny") for name, part in whole().items()}
    assert {goal.cells(trial)[-1] for goal in GOALS} == {"a trial", "not measured"}


def test_ratios_to_vkbottle_stand_where_both_have_finished() -> None:
    figures = whole()
    assert "turns/s, ours to vkbottle" in speed_page.section(speed_page.SECTIONS[1], figures)
    figures["free"].samples["vkbottle, 50 at once"]["finished, %"] = [90.0]
    assert "ours to vkbottle" not in speed_page.section(speed_page.SECTIONS[1], figures)
    assert "ours to vkbottle" not in speed_page.section(speed_page.SECTIONS[0], figures)


def test_samples_come_back_as_they_were_kept(tmp_path: Path) -> None:
    save(tmp_path / "speed.json", whole())
    assert load(tmp_path / "speed.json") == whole()
    assert load(tmp_path / "none.json") == {}


def test_a_part_that_is_not_measured_again_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "SAMPLES", tmp_path / "speed.json")
    monkeypatch.setattr(speed, "PAGE", tmp_path / "speed.md")
    monkeypatch.setattr(speed, "PICTURES", tmp_path)
    speed.write(whole())
    speed.write({"batches": made({"SQLite, 1": {"events/s": [7.0]}})})
    text = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "| SQLite, 1 | 7 |" in text and "| all of it | 9,000 | 6,000 |" in text
    assert (tmp_path / "speed-history.svg").read_text(encoding="utf-8").startswith("<svg")


# Ratios.


def test_a_doctored_record_fails_and_a_true_one_passes() -> None:
    now = ratios.found(whole())
    assert now["events/s, batches of 64 to 1, SQLite"] == 64 and len(now) == len(ratios.WATCHED)
    assert ratios.fallen(now, now) == []
    assert ratios.fallen({what: 1.49 * value for what, value in now.items()}, now) == []
    for what in now:
        assert ratios.fallen({**now, what: 1.51 * now[what]}, now) == [
            f"{what}: {now[what]:.2f}, записано {1.51 * now[what]:.2f}"
        ]


def test_what_was_recorded_and_is_not_measured_fails() -> None:
    now = ratios.found(whole())
    assert ratios.fallen(now, {}) and len(ratios.fallen(now, {})) == len(now)


def test_the_quick_form_fails_by_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ratios, "RECORDED", tmp_path / "ratios.json")
    now = ratios.found(whole())
    for times, code in ((1.0, 0), (2.0, 1)):
        ratios.record({what: times * value for what, value in now.items()}, "made", MACHINE)
        assert speed.judged(whole(), "made", record=False) == code
    assert "Отношение упало больше чем на треть" in capsys.readouterr().err


def test_the_recorded_ratios_are_those_that_are_watched() -> None:
    assert set(ratios.load()) == {what for what, *_ in ratios.WATCHED}


def test_the_quick_form_measures_what_is_watched() -> None:
    rows = {f"{name}, {count} at once" for name in ("ours", "vkbottle") for count in speed.QUICK.free}
    rows |= {f"SQLite, {size}" for size, _ in speed.QUICK.batches}
    assert {row for _, _, one, other, _ in ratios.WATCHED for row in (one, other)} <= rows
    assert {part for _, part, *_ in ratios.WATCHED} <= set(speed.QUICK_PARTS)


# Numbers.


def test_the_ceiling_is_what_the_calls_leave() -> None:
    assert ceiling(20, 7) == 20 * 25 * 3 / 7
    text = speed_page.page(whole())
    assert "is 214 turns/s: 25 calls in each of 20 requests a second" in " ".join(text.split())


def test_only_calls_of_the_bot_take_a_place() -> None:
    asked = Counter({"messages.send": 6, "execute": 2, "emulator.state": 9, "messages.getByConversationMessageId": 1})
    assert calls_of_bot(asked) == 7


def test_medians_and_ranges_are_shown_with_the_digits_they_deserve() -> None:
    assert shown([1.0, 300.4, 2000.0]) == "300 (1–2,000)"
    assert shown([0.567]) == "0.57" and shown([12.34]) == "12.3" and shown([]) == "—"


def test_rounds_of_a_row_stand_in_their_order() -> None:
    samples: dict[str, dict[str, list[float]]] = {}
    for value in (3.0, 1.0, 2.0):
        add(samples, "ours", {"turns/s": value})
    part = made(samples)
    assert part.samples["ours"]["turns/s"] == [3.0, 1.0, 2.0] and part.median("ours", "turns/s") == 2.0
    assert part.median("nobody", "turns/s") is None


@pytest.mark.parametrize(
    ("typed", "rounds", "past"),
    [
        ([], 5, (1_000, 100_000)),
        (["--quick"], 5, (1_000, 100_000)),
        (["--past", "1000,5000"], 5, (1_000, 5_000)),
        (["--only", "past", "--rounds", "7"], 7, (1_000, 100_000)),
    ],
)
def test_options_say_how_much_is_measured(typed: list[str], rounds: int, past: tuple[int, ...]) -> None:
    plan = speed.plan_of(speed.options_of(typed))
    assert (plan.rounds, plan.past) == (rounds, past)


async def test_a_peer_that_cannot_be_installed_is_said_once_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> str:
        raise Absent("the registry is away")

    async def played(who: Peer, load: Load) -> Run:
        who.install()
        raise AssertionError("nothing was installed")

    monkeypatch.setattr(speed, "played", played)
    samples: dict[str, dict[str, list[float]]] = {}
    said: list[str] = []
    for _ in range(2):
        peer = Peer("vk-io", "none.mjs", away)
        await speed.beside(peer, Load(1, 1, limit=True), "vk-io", samples, said)
    assert (samples, said) == ({}, ["vk-io was not measured: the registry is away."])


async def test_a_part_that_breaks_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(plan: speed.Plan, samples: dict[str, dict[str, list[float]]], said: list[str]) -> None:
        raise SystemExit("бот не начал опрашивать VK")

    async def works(plan: speed.Plan, samples: dict[str, dict[str, list[float]]], said: list[str]) -> None:
        add(samples, "SQLite, 1", {"events/s": 5.0})

    monkeypatch.setattr(speed, "PARTS", {"crowd": breaks, "batches": works})
    kept: list[int] = []
    figures = await speed.measured(["crowd", "batches"], speed.TINY, "made", lambda now: kept.append(len(now)))
    assert figures["crowd"].said[-1] == "It broke off: SystemExit." and kept == [1, 2]
    assert figures["batches"].median("SQLite, 1", "events/s") == 5.0
