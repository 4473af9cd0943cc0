"""T3: a button works for whom it was shown, as it was shown, and only while the state allows it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.vk.payload import LONGEST, Signer
from states.directory import Directory
from states.finder import Finder
from states.messages import Command
from tests.form import either
from tests.hostile import payloads, seeds
from tests.transcripts.pure import SIGNER

PRESSES = either(4_000, 20_000)


@pytest.fixture(scope="module")
def world(region: Directory, matcher: Finder) -> payloads.World:
    return asyncio.run(payloads.played(region, matcher))


@pytest.mark.parametrize("seed", [*seeds.kept("payloads"), None])
def test_no_forged_stale_or_foreign_button_is_accepted(world: payloads.World, seed: int | None) -> None:
    """G10. The long form: `python -m tests.hostile payloads`."""
    seed = seeds.fresh() if seed is None else seed
    figures = payloads.attack(world, PRESSES, seed)
    print(f"зерно {seed}: {figures.line()}")
    assert not figures.accepted, f"зерно {seed}: {figures.accepted[:3]}"
    assert set(figures.tried) == {"again", *(attack.__name__ for attack in payloads.FORGERIES)}
    assert min(figures.tried.values()) > PRESSES // 20


def test_every_button_that_was_shown_works_where_it_was_shown(world: payloads.World) -> None:
    """The control: without it a signer that refuses everything would pass."""
    for one in world.shown:
        event = payloads.pressed(world, one.peer, one, one.payload)
        command = getattr(event, "command", None) or event.message.command  # type: ignore[union-attr]
        assert command == one.command and command.action == json.loads(one.payload)["a"]


WEAKER: dict[str, Callable[[Signer, int, Command], str]] = {
    "the peer is not signed": lambda one, peer, command: signature(one, 0, command),
    "the community is not": lambda one, peer, command: signature(replace(one, community=0), peer, command),
    "the value is not": lambda one, peer, command: signature(one, peer, Command(command.action)),
    "no border": lambda one, peer, command: signature(one, peer, Command(command.action + command.value)),
    "the key is not used": lambda one, peer, command: signature(replace(one, key=b"k"), peer, command),
}
signature = Signer.signature


@pytest.mark.parametrize("name", WEAKER)
def test_a_weaker_signature_is_found_out(world: payloads.World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Teeth: the same attacks on a signer that signs less."""
    commands = [one.command for one in world.shown]
    monkeypatch.setattr(Signer, "signature", WEAKER[name])
    shown = [
        replace(one, payload=SIGNER.payload(one.peer, said)) for one, said in zip(world.shown, commands, strict=True)
    ]
    assert payloads.attack(payloads.World(world.stage, shown), 2000, 1).accepted


def test_vk_s_own_start_needs_no_signature() -> None:
    assert SIGNER.command(5, '{"command":"start"}') == Command("start")


def test_the_longest_button_is_short_enough_for_vk() -> None:
    """255 characters (vk-api.md §7): the longest code of a directory, the longest cause of an answer."""
    causes = (f"v1|{10**10}|answer|{2 * 10**9 + 10**8}|{10**9}|0", "a" * 40)
    for value in causes:
        assert len(SIGNER.payload(2 * 10**9 + 10**8, Command("change_address", value))) <= LONGEST


def test_a_button_says_nothing_of_the_key() -> None:
    assert "secret" not in repr(Signer(b"secret", 101))
