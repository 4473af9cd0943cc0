"""execute: the VKScript that bots write, 25 calls, errors in order (vk-api.md §9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.conftest import Ask
from vk_emulator.api.calls import Vk


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("return 1+2*3;", 7),
        ("return (1+2)*3 - -1;", 10),
        ("return 7/2;", 3.5),
        ("return 8/2;", 4),
        ("return 7%4;", 3),
        ('return "a"+1;', "a1"),
        ("return 'кавы\\'чки';", "кавы'чки"),
        ('return "\\u0430\\n";', "а\n"),
        ("return [1,2.5,[null,true,false]];", [1, 2.5, [None, True, False]]),
        ("var a=[]; a.push(1); a.push({b:2}); return a;", [1, {"b": 2}]),
        ("var a=1,b=2; return a<b && b!=3 || false;", True),
        ("var i=0; while(i<5){i=i+1; if(i==3){return i;}} return 0;", 3),
        ("var i=0; while(i<5) i+=1; return i;", 5),
        ("if(0){return 1;}else if(1){return 2;}else{return 3;}", 2),
        ("var o={a:{b:[5,6]}}; o.a.c=7; o.a.b[1]=8; return o;", {"a": {"b": [5, 8], "c": 7}}),
        ("return [{a:1},{a:2}]@.a;", [1, 2]),
        ("return {a:1}.zzz.yyy;", None),
        ("return 5 > 3 ? 'да' : 'нет';", "да"),
        ("return Args.x + parseInt('4');", "34"),
        ("return [3,1,2].slice(1);", [1, 2]),
        ("return 'a,b'.split(',').length;", 2),
        ("// комментарий\n/* и ещё */ return 1;", 1),
        ("var x = 1;", None),
        ("", None),
        ("return !0;", True),
    ],
)
def test_the_language(ask: Ask, code: str, value: Any) -> None:
    assert ask("execute", code=code or " ;", x="3") == value


@pytest.mark.parametrize("code", ["return (", "var;", "return 'x", "@", "return {a};", "1 = 2;", "[" * 5000, "if(1)"])
def test_what_does_not_compile(ask: Ask, code: str) -> None:
    assert ask("execute", code=code) == 12


@pytest.mark.parametrize(
    "code",
    [
        "return zzz;",
        "return 1/0;",
        "while(1){}",
        "return 5.push(1);",
        "var a='x'; while(1){a=a+a;}",
        "return [].zzz();",
    ],
)
def test_what_does_not_run(ask: Ask, code: str) -> None:
    assert ask("execute", code=code) in (12, 13)


def test_a_failed_call_yields_false_and_is_listed(wrote: Ask, vk: Vk) -> None:
    code = """return [API.messages.send({"peer_id":1002,"random_id":1,"message":"x"}),
        API.messages.send({"peer_id":1001,"random_id":1,"message":"x"}), API.no.such(), API.docs.save({file:1})];"""
    body = vk.call("execute", "group-101", {"code": code})
    assert body["response"] == [False, 2, False, False]
    errors = [(e["method"], e["error_code"]) for e in body["execute_errors"]]
    assert errors == [("messages.send", 901), ("no.such", 3), ("docs.save", 3)]


@pytest.mark.parametrize(("count", "fits"), [(25, True), (26, False)])
def test_25_calls(wrote: Ask, count: int, fits: bool) -> None:
    calls = ",".join(["API.utils.getServerTime()"] * count)
    answer = wrote("execute", code=f"return [{calls}];")
    assert (answer != 13) is fits


def test_a_batch_of_sends_with_all_kinds_of_parameters(wrote: Ask) -> None:
    keyboard = {"inline": True, "buttons": [[{"action": {"type": "text", "label": 'Да "кавычки"'}}]]}
    first = {"peer_ids": [1001], "random_id": 5, "message": 'раз\nдва \\ "три"', "keyboard": keyboard}
    second = {"peer_ids": "1001", "random_id": "6", "message": "2", "keyboard": json.dumps(keyboard)}
    parts = ",".join(f"API.messages.send({json.dumps(p, ensure_ascii=False)})" for p in (first, second))
    answer = wrote("execute", code=f"return [{parts}];")
    assert [a[0]["conversation_message_id"] for a in answer] == [2, 3]
    items = wrote("messages.getHistory", peer_id=1001, count=2)["items"]
    assert items[1]["text"] == first["message"] and items[1]["keyboard"]["buttons"] == items[0]["keyboard"]["buttons"]
    assert [i["random_id"] for i in items] == [6, 5]


def test_execute_in_execute_and_controls_are_refused(ask: Ask, vk: Vk) -> None:
    code = 'return [API.execute({code:"return 1;"}), API.emulator.reset()];'
    body = vk.call("execute", "group-101", {"code": code})
    assert body["response"] == [False, False]
