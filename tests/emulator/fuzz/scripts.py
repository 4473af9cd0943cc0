"""VKScript: programs by its grammar, the ones that grow without end, and garbage."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.emulator.fuzz.values import Values, hostile

GROWING = (
    "var a=[1];while(true){a.push(a);}",
    "var a=[1];a.push(a);return a;",
    "var a=[1];a[0]=a;return a==a;",
    "var a={};a.b=a;return API.users.get(a);",
    "var a=[1];var i=0;while(i<60){a=[a,a];i=i+1;}return a;",
    "var a=[1];var i=0;while(i<60){a=[a,a];i=i+1;}return ''+a;",
    "var a=[1];var i=0;while(i<60){a=[a,a];i=i+1;}return a==a;",
    "var a=[1];var i=0;while(i<60){a=[a,a];i=i+1;}return API.messages.send({peer_id:a});",
    "var a=[1];var i=0;while(i<60){a=[a,a];i=i+1;}return a.join('x');",
    "var a=[1];var i=0;while(i<5000){a=[a];i=i+1;}return a;",
    "var a=[1];var i=0;while(i<90000){a=a+a;i=i+1;}return a.length;",
    "var s='x';while(true){s=s+s;}",
    "var s='xxxxxxxxxxxxxxxx';var i=0;while(i<15){s=s+s;i=i+1;}var a=[];while(true){a.push(s+i);}",
    "var a=[];var i=0;while(i<90000){a.push(i);i=i+1;}i=0;while(i<9000){a.indexOf(-1);i=i+1;}return 1;",
    "var a=[];var i=0;while(i<90000){a.push(i);i=i+1;}while(true){a.unshift(1);}",
    "var i=0;while(i<25){i=i+1;API.messages.getHistory({peer_id:-101,count:200});}return i;",
    "while(true){}",
    "var i=1;while(true){i=i*99999;}",
    "return parseDouble('1e999');",
    "return parseDouble('nan')+1;",
    "return [1e999,NaN,-Infinity];",
    "return {a:NaN}@.a;",
    "return " + "9" * 400 + ".5;",
    "return " + "[" * 90 + "]" * 90 + ";",
    "return " + "(" * 5000,
    "return " + "-" * 5000 + "1;",
    "return " + "!" * 90 + "1;",
    "{" * 5000,
    "return 1" + "+1" * 20000 + ";",
    "return a" + ".b" * 20000 + ";",
    "var a={};return a" + "@.b" * 3000 + ";",
    "return Args;",
    "return 'a" + "\\" * 3,
    "/*" * 100,
    "/*x",
    "return 1/0;",
    "return 5%0.0;",
    'return "\\ud800";',
    "return [].splice(1e5,-1e5);",
    "return 'abc'.substr(-2,1e18);",
    "return [1,2].slice(1e300,-1e300);",
)
WORDS = ("return", "var", "if", "else", "while", "API", "Args", "parseInt", "null", "true", "a", "i")
SIGNS = "=+-*/%<>!&|.,;:?()[]{}@'\"\\ \n"
OPERATORS = ("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "===", "!==")
CALLED = ("push", "pop", "shift", "unshift", "slice", "splice", "indexOf", "join", "split", "substr", "x")
APIS = (
    "users.get",
    "messages.send",
    "messages.getHistory",
    "messages.getConversations",
    "groups.getById",
    "messages.edit",
    "messages.delete",
    "photos.saveMessagesPhoto",
    "execute",
    "emulator.state",
    "x.y",
    "messages.getById",
    "utils.getServerTime",
)
GIVEN = (
    "peer_id",
    "message",
    "random_id",
    "count",
    "user_ids",
    "keyboard",
    "forward",
    "attachment",
    "cmid",
    "group_id",
    "extended",
)


def script(chance: random.Random, values: Values) -> str:
    shape = chance.random()
    if shape < 0.02:
        return chance.choice(GROWING)
    if shape < 0.2:
        return "".join(chance.choice((*WORDS, *SIGNS, "1", "'x'")) for _ in range(chance.randrange(40)))
    made = "".join(statement(chance, values, 3) for _ in range(chance.randrange(1, 5)))
    if chance.random() < 0.15:  # a good program with one bad place
        at = chance.randrange(len(made) + 1)
        made = made[:at] + chance.choice(SIGNS) + made[at + chance.randrange(3) :]
    return made


def statement(chance: random.Random, values: Values, depth: int) -> str:
    shape, value = chance.random(), expression(chance, values, depth)
    if shape < 0.3:
        return f"var {chance.choice('abi')}={value};"
    if shape < 0.45:
        return f"{chance.choice(('a', 'b.c', 'a[0]', 'i'))}{chance.choice(('=', '+=', '-='))}{value};"
    if shape < 0.55 and depth:
        return f"if({value}){{{statement(chance, values, depth - 1)}}}else {statement(chance, values, depth - 1)}"
    if shape < 0.62 and depth:
        return f"var i=0;while(i<{chance.choice((0, 3, 30, 10**6))}){{i=i+1;{statement(chance, values, depth - 1)}}}"
    if shape < 0.7:
        return f"{value};"
    return f"return {value};"


def expression(chance: random.Random, values: Values, depth: int) -> str:
    if depth <= 0 or chance.random() < 0.2:
        return leaf(chance)
    first, second = expression(chance, values, depth - 1), expression(chance, values, depth - 1)
    shape = chance.random()
    if shape < 0.25:
        return f"API.{chance.choice(APIS)}({given(chance, values)})"
    if shape < 0.45:
        return f"({first}{chance.choice(OPERATORS)}{second})"
    if shape < 0.6:
        return f"{first}.{chance.choice(CALLED)}({second if chance.random() < 0.7 else ''})"
    if shape < 0.7:
        return f"{first}{chance.choice(('@.items', '.length', '[0]', '.a', '[-1]', '[1.5]'))}"
    if shape < 0.8:
        return f"[{first},{second}]"
    if shape < 0.88:
        return f"{{a:{first},'b':{second}}}"
    if shape < 0.94:
        return f"{first}?{second}:{first}"
    return f"{chance.choice(('-', '!', 'parseInt(', 'parseDouble('))}{first})"


def leaf(chance: random.Random) -> str:
    known = (
        "1",
        "0",
        "-1",
        "2.5",
        "99999999999999999999",
        "'x'",
        '"я\\n"',
        "null",
        "true",
        "false",
        "a",
        "i",
        "Args",
        "[]",
        "{}",
    )
    return chance.choice((*known, "[1,[2]]", '{"a":1}', "'1,2,3'", "Args.peer_id", "'12'", "c"))


def given(chance: random.Random, values: Values) -> str:
    if chance.random() < 0.1:
        return json.dumps(hostile(chance), default=str)
    made: dict[str, Any] = {name: values.of(name) for name in chance.sample(GIVEN, chance.randrange(5))}
    if chance.random() < 0.5:
        made.update(peer_id=1001, random_id=0, message="из скрипта")
    return json.dumps(made, default=str)
