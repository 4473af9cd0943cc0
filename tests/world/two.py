"""What the simulation and the kills of two communities share: who the second is, what its people's marks look like, and
how rows are asked for as if one of the two were alone."""

from __future__ import annotations

import re
from typing import Any

import yaml

from benchmarks.rig.stand import world_text
from tests.yaml_text import yaml_of

SECOND = 202
KEY = f"group-{SECOND}"
NAME = "Второе сообщество"
ALONE = "minzdrav"
"""Of this agency each community has a chat of its own."""
MARKS = 1000
"""Marks of what is said to the second are above it: whose words they are is seen in them."""


def world(residents: int, *, together: bool = False) -> str:
    """The demo world with a second community, which has a chat of its own. `together`: it is in all others as well."""
    made: dict[str, Any] = yaml_of(world_text(residents))
    made["communities"].append({"id": SECOND, "name": NAME, "token": KEY})
    (like,) = (chat for chat in made["chats"] if chat["key"] == ALONE)
    own = {"key": f"{ALONE} {SECOND}", "title": f"{like['title']}, второе сообщество"}
    for chat in made["chats"] if together else ():
        if chat is not like:
            chat["members"].append(-SECOND)
            chat["admins"].append(-SECOND)
    made["chats"].insert(0, {**like, **own, "members": [-SECOND], "admins": [-SECOND]})
    return str(yaml.safe_dump(made, allow_unicode=True, sort_keys=False))


def of_one(query: str, community: int) -> str:
    """The same question as if the rows of this community were all there is."""
    return re.sub(r"\bFROM (\w+)", rf"FROM (SELECT * FROM \1 WHERE community_id = {community}) AS \1", query)
