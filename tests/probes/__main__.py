"""`python -m tests.probes`: asks VK (or the emulator) and prints each switch with the value found. Settings come from
the environment, so that no token is left in the shell's history."""

from __future__ import annotations

import argparse
import os
import sys

from tests.probes.people import Stage
from tests.probes.probes import QUICK, SLOW, Found
from tests.probes.wire import Refused, Vk


def shown(value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    low, high = value
    return f"more than {low}" if high >= 10**12 else f"over {low}, at most {high}"


def asked(stage: Stage, names: list[str]) -> dict[str, Found]:
    """Each answer as soon as it is there; a probe that VK refuses says so and the rest goes on."""
    found: dict[str, Found] = {}
    for name in names:
        try:
            found[name] = {**QUICK, **SLOW}[name](stage)
        except Refused as refused:
            print(f"{name}: VK refused, {refused}", flush=True)
            continue
        for switch, value in found[name].items():
            print(f"{name}: {switch} = {shown(value)}", flush=True)
    for note in stage.notes:
        print(note)
    return found


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.probes", description="See docs/vk-probes.md.")
    parser.add_argument("--person-chat", type=int, default=0, help="the person's own peer_id of the chat")
    parser.add_argument("--slow", action="store_true", help="also P1, P7 and Q15: about five days of real time")
    parser.add_argument("--only", default="", help="names of probes, separated by semicolons")
    given = parser.parse_args(words)
    url = os.environ.get("BOT_VK_API_URL", "https://api.vk.ru/method/")
    token = os.environ.get("BOT_VK_TOKEN", "")
    if not token:
        print("Задайте BOT_VK_TOKEN — токен тестового сообщества.", file=sys.stderr)
        return 2
    names = [name.strip() for name in given.only.split(";") if name.strip()]
    if unknown := [name for name in names if name not in {**QUICK, **SLOW}]:
        known = "; ".join([*QUICK, *SLOW])
        print(f"Нет такой пробы: {'; '.join(unknown)}. Есть: {known}. Остальные делают руками.", file=sys.stderr)
        return 2
    stage = Stage(Vk(url, token, os.environ.get("PROBE_PERSON_TOKEN", "")), given.person_chat)
    asked(stage, names or [*QUICK, *(SLOW if given.slow else ())])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
