"""VKScript as VK's documentation lists it, its errors, and scripts that must not hang or grow (vk-api.md §9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cost import of_that_machine, spent
from tests.emulator.conftest import BOT, PERSON, Ask
from vk_emulator.api.calls import Vk
from vk_emulator.methods.execute import NOT_INSIDE


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("return {\"a b\": 1, c: 'd', 5: [null, true, false, 1.5, -2]};",
         {"a b": 1, "c": "d", "5": [None, True, False, 1.5, -2]}),
        ("var a, b = 2; return [a, b];", [None, 2]),
        ("var a = 1; a = a + 1; a += 5; a -= 2; return a;", 5),
        ("return [7 % 4, 2 * 3 - 1, 9 / 3, 7 / 2, -(2 + 3)];", [3, 5, 3, 3.5, -5]),
        ("return [-7 % 4, 7 % -4, -7 % -4, -7.5 % 2, -8 % 4, 9223372036854775807];", [-3, 3, -3, -1.5, 0, 2**63 - 1]),
        ("return ['a' + 1, 1 + 'a', 'a' + 1.5, 'a' + null, 1 + null];", ["a1", "1a", "a1.5", "a", 1]),
        ("return [1 < 2, 2 <= 2, '3' > 2, 'a' < 'b', 1 == '1', 1 != 2, null == 0];",
         [True, True, True, True, True, True, False]),
        ("return [true && 0, 0 || 'x', !1, !null, 1 && 2 || 3];", [0, "x", False, True, 2]),
        ("if (1 > 2) { return 'a'; } else if (2 > 1) { return 'b'; } else return 'c';", "b"),
        ("var i = 0, n = 0; while (i < 10) { i = i + 1; if (i % 2 == 0) { n = n + i; } } return n;", 30),
        ("var i = 3; while (i) i = i - 1; return i;", 0),
        ("var o = {a: {b: 1}}; o.a.c = 2; o['d'] = 3; o.a['b'] = 4; return o;", {"a": {"b": 4, "c": 2}, "d": 3}),
        ("var a = [1, 2]; a[1] = 3; a[2] = 4; return a;", [1, 3, 4]),
        ("return ['abc'.length, [1, 2].length, [].length, 'abc'[1], [1, 2][1], [1][5]];", [3, 2, 0, "b", 2, None]),
        ("var a = [1]; a.push(2); a.unshift(0); var p = a.pop(); var s = a.shift(); return [a, p, s];", [[1], 2, 0]),
        ("return [[1, 2, 3, 4].slice(1, 3), [1, 2, 3].slice(-2), 'abcd'.slice(1, 3)];", [[2, 3], [2, 3], "bc"]),
        ("var a = [1, 2, 3, 4]; var cut = a.splice(1, 2, 'x', 'y', 'z'); return [a, cut];",
         [[1, "x", "y", "z", 4], [2, 3]]),
        ("var a = [1, 2, 3]; a.splice(-1, 1); a.splice(9, 1, 5); return a;", [1, 2, 5]),
        ("return [[1, 2, 3].indexOf(3), [1].indexOf(5), '123'.indexOf(2), 'abc'.indexOf('z')];", [2, -1, 1, -1]),
        ("return ['a,b'.split(','), 'ab'.split(''), 'ab'.split()];", [["a", "b"], ["a", "b"], ["ab"]]),
        ("return [[1, 'a', null].join('-'), [1, 2].join(), [1].concat([2], 3), 'a'.concat('b', 1)];",
         ["1-a-", "1,2", [1, 2, 3], "ab1"]),
        ("return ['abcdef'.substr(2), 'abcdef'.substr(1, 2), 'привет'.substr(-3)];", ["cdef", "bc", "вет"]),
        ("return [{a: 1, b: {c: 2}}, {a: 3}]@.a;", [1, 3]),
        ("return {items: [{a: {b: 1}}, {a: {b: 2}}]}.items@.a@.b;", [1, 2]),
        ("return 5@.a;", None),
        ("return [parseInt('42'), parseInt('7 кг'), parseInt(3.9), parseInt('x'), parseDouble('2.5'), parseInt('')];",
         [42, 7, 3, 0, 2.5, 0]),
        ("var o = {a: 1, b: 2}; delete o.a; var l = [1, 2]; delete l[0]; delete o.zzz; return [o, l];",
         [{"b": 2}, [None, 2]]),
        ("var o = {a: {b: [5, 6]}}; var k = 'a'; return o[k].b[o.a.b.length - 1];", 6),
        ("// строка\nreturn /* внутри */ 'a//b'; // конец", "a//b"),
        ("return Args.name + Args.count + Args.none;", "Ольга3"),
        ("return 'кавычки \"внутри\" и \\'снаружи\\' \\u0430\\n\\\\';", "кавычки \"внутри\" и 'снаружи' а\n\\"),
        ("var a = [1]; var b = a; b.push(2); return a;", [1, 2]),
        ("var a = []; var i = 0; while (i < 2) { a.push([]); i = i + 1; } a[0].push(1); return a;", [[1], []]),
        (";;{ var x = 1; };return 1 ? 'да' : 'нет';", "да"),
    ],
)  # fmt: skip
def test_the_language(ask: Ask, code: str, value: Any) -> None:
    assert ask("execute", code=code, name="Ольга", count="3") == value


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return 1", "';' expected, '' found in line 1"),
        ("var a = 1;\nreturn [1\n);", "']' expected, ')' found in line 3"),
        ("return test;", "undefined identifier 'test' in line 1"),
        ("var a = 1;\na = b;", "undefined identifier 'b' in line 2"),
        ("x = 1;", "undefined identifier 'x' in line 1"),
        ("var a = 1; 5 = a;", "non-variable in assignment in line 1"),
        ("var a = 1; a + 1 = 2;", "non-variable in assignment in line 1"),
        ("var a = 1; !a = 2;", "non-variable in assignment in line 1"),
        ("API.users.get() = 1;", "non-variable in assignment in line 1"),
        ("delete 5;", "non-variable in delete in line 1"),
        ("var i = 0; i++;", "'(' expected, '+' found in line 1"),
        ("function f() {}", "undefined identifier 'function' in line 1"),
        ("var i; for (i = 0; i < 1; i = i + 1) {}", "undefined identifier 'for' in line 1"),
        ("return #;", "unexpected character in line 1"),
        ("return 9223372036854775808;", "number is too large in line 1"),
        ("{ var a = 1;", "'}' expected, '' found in line 1"),
    ],
)
def test_what_does_not_compile_and_why(vk: Vk, code: str, said: str) -> None:
    error = vk.call("execute", BOT, {"code": code})["error"]
    assert (error["error_code"], error["error_msg"]) == (12, f"Unable to compile code: {said}")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return null < 5;", "Comparing values of different or unsupported types"),
        ("return [1] > 0;", "Comparing values of different or unsupported types"),
        ("return API.users.get({user_ids: 'nobody'}).count > 5;", "Comparing values of different or unsupported types"),
        ("return 'x' < 5;", "Comparing values of different or unsupported types"),
        ("return 1 / 0;", "division by zero"),
        ("return {}.push(1);", "unknown method push"),
        ("return 'a'.toUpperCase();", "unknown method toUpperCase"),
        ("var a = 5; a.b = 1;", "can't assign to this"),
    ],
)
def test_what_does_not_run_and_why(vk: Vk, code: str, said: str) -> None:
    error = vk.call("execute", BOT, {"code": code})["error"]
    assert error["error_code"] == 13
    assert error["error_msg"] == f"Runtime error occurred during code invocation: {said}"


@pytest.mark.parametrize(
    "code",
    [
        "while (1) {}",
        "var i = 0; while (true) { i = i + 1; }",
        "var s = 'x'; while (1) { s = s + s; }",
        "var a = [1]; while (1) { a = a + a; }",
        "var a = []; while (1) { a.push(1); }",
        "var a = []; while (1) { a = [a]; }",
        "var a = []; a.push(a); return a;",
        "var a = [1]; while (1) { a = a.concat(a); }",
        "var a = [1]; while (1) { a.splice(0, 0, a, a, a); }",
        "var o = {}; o.o = o; return o + '';",
        "var s = 'xxxxxxxxxx'; while (1) { s = [s, s, s].join(s); }",
        "var i = 9; while (i) { i = i * i; }",
        "return " + "(" * 3000 + "1" + ")" * 3000 + ";",
        "return " + "!" * 3000 + "1;",
        "{" * 3000 + "}" * 3000,
        "return " + "[" * 3000 + "]" * 3000 + ";",
        "return 1" + "+1" * 20000 + ";",
    ],
    ids=lambda code: code[:40],
)
def test_endless_and_enormous_scripts_end_soon(vk: Vk, code: str) -> None:
    bodies: list[Any] = []
    took = spent(lambda: bodies.append(vk.call("execute", BOT, {"code": code})))
    assert bodies[0].get("error", {}).get("error_code") in (12, 13), str(bodies[0])[:200]
    assert of_that_machine(took) < 5 and vk.crashes == []


def test_an_answer_that_is_too_big(wrote: Ask, vk: Vk) -> None:
    for _ in range(60):
        wrote("messages.send", PERSON, peer_id=-101, random_id=0, message="я" * 4096)
    code = """var i = 0, a = []; while (i < 10) { i = i + 1;
        a.push(API.messages.getHistory({peer_id: 1001, count: 200})); } return a;"""
    error = vk.call("execute", BOT, {"code": code})["error"]
    assert error["error_msg"] == "Runtime error occurred during code invocation: response size is too big"


def test_a_failed_call_is_false_and_the_rest_goes_on(wrote: Ask, vk: Vk) -> None:
    code = """var sent = API.messages.send({peer_id: 1002, random_id: 1, message: "нельзя"});
        if (!sent) { sent = API.messages.send({peer_id: 1001, random_id: 1, message: "можно"}); }
        return {sent: sent, lost: API.messages.getHistory({}).items, none: API.no.method({})@.id};"""
    body = vk.call("execute", BOT, {"code": code})
    assert body["response"] == {"sent": 2, "lost": None, "none": None}
    listed = [(error["method"], error["error_code"]) for error in body["execute_errors"]]
    assert listed == [("messages.send", 901), ("messages.getHistory", 100), ("no.method", 3)]
    assert all(set(error) == {"method", "error_code", "error_msg"} for error in body["execute_errors"])


@pytest.mark.parametrize("name", sorted(NOT_INSIDE))
def test_saving_uploads_is_forbidden_inside(vk: Vk, name: str) -> None:
    body = vk.call("execute", BOT, {"code": f"return API.{name}({{photo: '[]', file: 'x', hash: 'y'}});"})
    assert body["response"] is False and body["execute_errors"][0]["error_code"] == 3


def test_no_execute_in_execute(vk: Vk) -> None:
    body = vk.call("execute", BOT, {"code": 'return API.execute({code: "return 1;"});'})
    assert body["response"] is False and body["execute_errors"][0]["error_code"] == 3


def test_values_of_a_script_become_parameters(wrote: Ask) -> None:
    """Lists, objects, numbers and booleans, as bots pass them."""
    code = """var people = API.users.get({user_ids: [1001, 1002]})@.id;
        var keyboard = {inline: true, buttons: [[{action: {type: "text", label: "Да"}}]]};
        var sent = API.messages.send({peer_ids: people, random_id: 5, message: "a" + people.length, keyboard: keyboard,
            disable_mentions: true});
        return sent@.error@.code.concat(sent@.conversation_message_id);"""
    assert wrote("execute", code=code) == [None, 901, 2, 0]
    item = wrote("messages.getHistory", peer_id=1001, count=1)["items"][0]
    assert item["text"] == "a2" and json.loads(json.dumps(item["keyboard"]))["inline"] is True
