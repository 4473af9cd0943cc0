"""What a poll gets: good batches, `failed` 1 to 4, faults (vk-api.md §2). Pure; parking polls is the
server's work, and it must never consume what it reads."""

from __future__ import annotations

import copy
import json
from typing import Any

from vk_emulator.acts.user_events import ALL, render_event
from vk_emulator.api.calls import Vk
from vk_emulator.api.faults import Rule
from vk_emulator.world.records import Account, Json
from vk_emulator.world.world import World, owner_of

BATCH = 1000


def take(world: World, account: Account, key: str, ts: str, mode: int = ALL) -> Json | None:
    """The answer to a poll, or None when there is nothing yet and the poll should be parked."""
    queue = world.queue(account)
    queue.forget(world.clock.now() - world.switches.lp_history_seconds)
    if key != world.poll_key(account):
        return {"failed": 2}
    number = _number(ts)
    if number is None or not queue.can_serve(number):
        return {"failed": 1, "ts": queue.last}  # a number here, a string in good replies (vk-api.md 2.7)
    if queue.redeliver and queue.lost_before <= queue.batch_from < number:  # Q20
        queue.redeliver -= 1
        number = queue.batch_from
    return batch(world, account, number, mode)


def batch(world: World, account: Account, ts: int, mode: int = ALL) -> Json | None:
    """The next events after `ts`; None where there are none."""
    found = world.queue(account).after(ts)[:BATCH]
    if not found:
        return None
    world.queue(account).batch_from = ts
    if account < 0 and owner_of(account) == account:
        return {"ts": str(found[-1].ts), "updates": [item.event for item in found]}
    updates: list[Any] = []
    for item in found:
        updates.extend(render_event(world, owner_of(account), item.event, mode))
    return {"ts": found[-1].ts, "updates": updates}


def empty(world: World, account: Account, ts: str) -> Json:
    """The answer without events."""
    return {"ts": ts if account < 0 and owner_of(account) == account else int(ts), "updates": []}


def _number(ts: str) -> int | None:
    """The number of a `ts`; None for what is none."""
    return int(ts) if ts.isdecimal() and len(ts) < 18 else None


def silent(world: World, account: Account) -> bool:
    """Q20: a key that is older than the switch says answers no more, without an error."""
    after = world.switches.lp_silence_after
    return bool(after) and world.clock.now() - world.queue(account).key_born > after


def poll_fault(vk: Vk, account: Account, params: Json) -> Rule | None:
    """The rule that strikes this poll, counted as used; None where none does."""
    return vk.faults.pick("longpoll", "group" if account < 0 else "user", params, owner_of(account))


def answer_under_fault(vk: Vk, account: Account, rule: Rule, key: str, ts: str) -> Json | None:
    """The answer under a fault; None means park as usual."""
    world, queue = vk.world, vk.world.queue(account)
    if rule.mode == "failed":
        return _failed_answer(world, account, rule.code)
    if rule.mode == "trim":
        queue.trim()
        return take(world, account, key, ts)
    if rule.mode == "replay":
        number = max((_number(ts) or queue.last) - rule.count, queue.lost_before)
        return batch(world, account, number)
    answer = take(world, account, key, ts)
    if answer is None and rule.mode == "unknown_event":
        answer = {"ts": ts, "updates": []}
    if answer is None or "updates" not in answer:
        return answer
    answer = copy.copy(answer)
    if rule.mode == "ts_as_number":
        answer["ts"] = int(answer["ts"])
    elif rule.mode == "out_of_order":
        answer["updates"] = list(reversed(answer["updates"]))
    elif rule.mode == "duplicate":
        answer["updates"] = [event for event in answer["updates"] for _ in range(rule.count + 1)]
    elif rule.mode == "unknown_event":
        answer["updates"] = [*answer["updates"], *(_unknown(world, account) for _ in range(rule.count))]
    return answer


def _failed_answer(world: World, account: Account, code: int) -> Json:
    queue = world.queue(account)
    if code == 1:
        return {"failed": 1, "ts": queue.last}
    if code in (2, 3):
        queue.key_epoch += 1
    if code == 4:
        return {"failed": 4, "min_version": 0, "max_version": 3}
    return {"failed": code}


def _unknown(world: World, account: Account) -> Json:
    """An event of a kind that no bot knows."""
    event_id = world.hex(40)
    return {
        "type": "aliens_landed",
        "event_id": event_id,
        "v": "5.199",
        "group_id": abs(account),
        "object": {"x": 1},
    }


def json_bytes(answer: Any) -> bytes:
    """Raw UTF-8, as VK answers; half a character, which VK would not have, stays escaped."""
    try:
        return json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(answer, separators=(",", ":")).encode()
