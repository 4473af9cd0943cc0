"""Every open question of VK is a switch with a documented default, and every value of it changes what a client sees
(vk-api.md §13, delivery.md 2.2). A switch without a row here, or a value without an effect, is an error."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import switches_acts as acts
from tests.emulator.conftest import Ask
from tests.emulator.limits_calls import World
from vk_emulator.api.calls import Vk
from vk_emulator.world.switches import CHOICES, Switches

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "docs" / "reference" / "emulator.md"
# switch | question | the act | what comes of it under every value, the default among them
Row = tuple[str, str, Any, dict[str, object]]
TABLE: tuple[Row, ...] = (
    ("lp_history_events", "Q1", acts.deep_poll, {"1000": "served", "3": "failed"}),
    ("lp_history_seconds", "Q1", acts.old_poll, {"3600": "served", "600": "failed"}),
    ("duplicate_random_id", "Q2, P4", acts.duplicate, {"old": 2, "zero": 0, "error": 100}),
    ("dedup_window", "P1", acts.remembered_seconds, {"3600": "same", "60": "new message"}),
    ("dedup_last", "P2", acts.remembered_messages, {"100": "same", "3": "new message"}),
    ("dedup_scope", "P3", acts.other_dialogue, {"dialogue": "new message", "sender": "same"}),
    ("lp_text_escaped", "Q3", acts.escaped, {"off": 'a<b & "в"', "on": "a&lt;b &amp; &quot;в&quot;"}),
    ("text_unit", "Q4", acts.unit, {"utf16": (True, False), "codepoint": (False, False), "byte": (True, True)}),
    ("text_limit", "Q5", acts.long_text, {"4096": 914, "9000": 2}),
    ("chat_edit_events", "Q6", acts.chat_edit, {"off": 0, "on": 1}),
    ("chat_reply_events", "Q6, P6", acts.chat_reply, {"off": 0, "on": 1}),
    ("chat_history", "Q7", acts.chat_history, {"empty": 0, "full": 1, "error": 15}),
    ("history_random_id", "P5", acts.own_random_id, {"on": [77, 78], "off": [0, 0]}),
    ("flood_limit", "Q9", acts.flood, {"0": [2, 3, 0], "1": [2, 9, 0]}),
    ("spam_limit", "Q9", acts.flood, {"0": [2, 3, 0], "1": [2, 984, 984]}),
    ("method_limit", "Q9", acts.repeated_method, {"0": [False, False, False], "2": [False, False, True]}),
    ("mass_mention_passes", "Q10, P10", acts.mentions, {"on": [1], "off": []}),
    ("gov_fields", "Q11", acts.government, {"absent": [None, None], "present": [True, 3]}),
    ("event_payload", "Q12", acts.press_payload, {"object": {}, "string": "{}"}),
    ("other_bots_visible", "Q13", acts.another_bot, {"off": [], "on": [-102]}),
    ("edit_drops_omitted", "Q14", acts.edited, {"on": [False, 0], "off": [True, 1]}),
    ("edit_max_age", "Q15", acts.edited_late, {"86400": 1, "60": 909}),
    ("private_doc_attachable", "Q16", acts.private_doc, {"off": 0, "on": 1}),
    ("forward_odd_messages", "Q17", acts.odd_forward, {"ok": [3, 921], "921": [921, 921], "969": [969, 969]}),
    ("managers_visible", "Q18", acts.managers, {"on": 1, "15": 15}),
    ("send_decodes_entities", "Q19", acts.decoded, {"off": "a &lt; b &#33;", "on": "a < b !"}),
    ("lp_silence_after", "Q20", acts.silence, {"0": False, "60": True}),
    ("lp_redeliver", "Q20", acts.again_after_reconnect, {"0": [False] * 3, "2": [True, True, False]}),
    ("upload_flaky", "Q21", acts.uploads, {"0": [False] * 3, "2": [4606, 4606, False]}),
    ("upload_flaky_answer", "Q21", acts.flaky_answer, {"4606": 4606, "empty": True}),
    ("edit_cmid_name", "Q22", acts.edit_names, {"both": [1, 1], "cmid": [1, 100], "conversation_message_id": [100, 1]}),
    ("invite_member_id", "Q23", acts.invitation, {"negative": -101, "positive": 101, "absent": None}),
    (
        "mention_prefix",
        "Q23",
        acts.mention,
        {
            "at_screen_name": "[club101|@priemnaya74] привет",
            "name": "[club101|Приёмная Челябинской области] привет",
        },
    ),
    ("unheard_shown", "Q24", acts.heard_later, {"off": [], "on": ["раз"]}),
    (
        "members_without_rights",
        "Q25",
        acts.members_without_rights,
        {"917": 917, "empty": [], "shown": [(1006, True), (1010, False), (-101, False)]},
    ),
    ("comment_guid", "Q26", acts.same_guid, {"ignored": 2, "same": 1}),
    ("comment_links", "Q27", acts.linked, {"on": True, "222": 222}),
    ("comment_limit", "Q27", acts.many_comments, {"0": [True, True, True], "2": [True, True, 223]}),
    ("own_comment_events", "Q28", acts.own_comment, {"on": [-101], "off": []}),
    ("reply_to_deleted", "Q29", acts.answered_deleted, {"100": 100, "213": 213, "taken": True}),
    ("rejoin_peer", "P11", acts.rejoined, {"same": 0, "new": 917}),
    ("message_version", "3.2", acts.versioned, {"on": True, "off": False}),
    ("unknown_attachments", "4.1", acts.attached, {"dropped": 100, "taken": ["photo-101_2"]}),
    ("lp_crop_bytes", "3.2", acts.large, {"16384": [False, 2], "1000": [True, 1]}),
    ("rate_limit", "§9", acts.quick, {"on": True, "off": False}),
    ("user_rate_limit", "§9", acts.quick_person, {"off": False, "on": True}),
)
# Switches of the Callback API have their tests beside its other tests.
ELSEWHERE = "test_callback*.py"
CASES = [(row[0], value) for row in TABLE for value in row[3]]


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
def test_every_value_has_its_effect(wrote: Ask, vk: Vk, name: str, value: str) -> None:
    _, _, act, wanted = next(row for row in TABLE if row[0] == name)
    wrote("emulator.setSwitches", **{name: value})
    assert act(World(vk, wrote)) == wanted[value]
    assert vk.crashes == []


@pytest.mark.parametrize("switch", [f.name for f in fields(Switches)])
def test_every_switch_is_tested_under_every_value(switch: str) -> None:
    row = next((row for row in TABLE if row[0] == switch), None)
    if row is None:
        texts = [path.read_text(encoding="utf-8") for path in HERE.glob(ELSEWHERE)]
        assert any(re.search(rf"\b{switch}=", text) for text in texts), f"{switch} has no test"
        return
    wanted = row[3]
    assert str(getattr(Switches(), switch)) == next(iter(wanted)), "the default comes first"
    assert set(wanted) == set(CHOICES.get(switch, wanted)) and len(wanted) > 1
    assert len({repr(answer) for answer in wanted.values()}) == len(wanted), "a value without an effect"


def test_every_open_question_has_a_switch() -> None:
    asked = " ".join(row[1] for row in TABLE) + " Q8"
    assert {f"Q{number}" for number in range(1, 30)} == set(re.findall(r"Q\d+", asked))
    assert hasattr(Switches(), "event_id_shared")


def test_the_page_shows_the_defaults() -> None:
    shown: dict[str, str] = {}
    for names, defaults in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]+) \|", REFERENCE.read_text("utf-8"), re.M):
        each = re.findall(r"\w+", names)
        values = [part.strip() for part in defaults.split(",")]
        shown |= dict(zip(each, values if len(values) == len(each) else values * len(each), strict=False))
    assert {f.name: shown.get(f.name) for f in fields(Switches)} == {
        f.name: str(getattr(Switches(), f.name)) for f in fields(Switches)
    }
