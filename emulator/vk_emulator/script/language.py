"""VKScript as bots write it for `execute`: literals, variables, API calls, member access, arithmetic,
comparison, if, while, return, delete. It runs against a given function and must never touch anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from vk_emulator.api.params import finite, no_constant
from vk_emulator.script.methods import calling
from vk_emulator.script.values import (
    ApiCall,
    CompileError,
    Run,
    Scope,
    ScriptError,
    api_call,
    assign,
    column,
    delete_field,
    literal,
    lookup,
    operation,
    parsing,
    truth,
    unquote,
)

TOKEN = re.compile(
    r"""(?:\s+|//[^\n]*|/\*.*?\*/)*(?:
    (?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign>===|!==|@\.|==|!=|<=|>=|&&|\|\||\+=|-=|[-+*/%<>=!(){}\[\],;.:?])
    |(?P<end>$))""",
    re.VERBOSE | re.DOTALL,
)
MAX_DEPTH = 100
_decoder = json.JSONDecoder(parse_constant=no_constant, parse_float=finite)


class Return(Exception):
    """Carries the value of `return` out of the script."""

    def __init__(self, value: Any) -> None:
        self.value = value


def run(code: str, api: ApiCall, args: dict[str, Any]) -> Any:
    """The value of `return`, or None. `CompileError` is VK's 12, `ScriptError` its 13."""
    try:
        body = Parser(code).program()
    except RecursionError as error:
        raise CompileError("too deep") from error
    scope = Scope(api, args)
    try:
        for statement in body:
            statement(scope)
    except Return as done:
        scope.weigh(done.value)
        return done.value
    except RecursionError as error:
        raise ScriptError("too deep") from error
    return None


class Parser:
    """Reads a script once and gives a function that runs it. Errors name the line and the column."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.place = 0
        self.depth = 0
        self.target: tuple[Run | None, Run | str] | None = None  # what an assignment would change
        self.known = {"Args", "null", "true", "false"}  # a variable has to be declared above, or it is error 12
        self.kind, self.value, self.start = "", "", 0
        self.advance()

    def advance(self) -> None:
        """Reads the next token; CompileError where there is none."""
        found = TOKEN.match(self.code, self.place)
        if found is None or found.lastgroup is None:
            raise self.wrong("unexpected character", self.place)
        self.kind = found.lastgroup
        self.value = found[found.lastgroup]
        self.start = found.start(found.lastgroup)
        self.place = found.end()

    def take(self, value: str) -> bool:
        """Takes this sign or word from the script; whether it stood there."""
        if self.kind in ("sign", "name") and self.value == value:
            self.advance()
            return True
        return False

    def wrong(self, what: str, place: int | None = None) -> CompileError:
        """VK's words: "';' expected, '' found in line 1"."""
        line = self.code.count("\n", 0, self.start if place is None else place) + 1
        return CompileError(f"{what} in line {line}")

    def error_expecting(self, what: str) -> CompileError:
        """The error that something else was expected here, with what stands there."""
        return self.wrong(f"{what} expected, '{self.value[:20]}' found")

    def need(self, value: str) -> None:
        """Reads this token; CompileError for another."""
        if not self.take(value):
            raise self.error_expecting(f"'{value}'")

    def name(self) -> str:
        """Takes a name from the script; an error of VKScript where something else stands."""
        if self.kind != "name":
            raise self.error_expecting("identifier")
        found = self.value
        self.advance()
        return found

    def deeper(self) -> None:
        """Counts a level of nesting; CompileError for too many."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CompileError("too deep")

    # --- statements -----------------------------------------------------------

    def program(self) -> list[Run]:
        """Reads all statements."""
        body = []
        while self.kind != "end":
            body.append(self.statement())
        return body

    def block(self) -> Run:
        """Reads `{ … }`, or one statement."""
        if not self.take("{"):
            return self.statement()
        body = []
        while not self.take("}"):
            if self.kind == "end":
                raise self.error_expecting("'}'")
            body.append(self.statement())

        def run_block(scope: Scope) -> None:
            for statement in body:
                statement(scope)

        return run_block

    def statement(self) -> Run:
        """Reads one statement."""
        self.deeper()
        try:
            if self.take(";"):
                return lambda scope: None
            if self.kind == "name" and self.value in self.WORDS:
                return self.WORDS[self.name()](self)
            if self.kind == "sign" and self.value == "{":
                return self.block()
            return self._assignment()
        finally:
            self.depth -= 1

    def _return(self) -> Run:
        """Reads `return …;`."""
        value = self.expression() if not (self.kind == "sign" and self.value == ";") else (lambda scope: None)
        self._finish()

        def run_return(scope: Scope) -> None:
            raise Return(value(scope))

        return run_return

    def _finish(self) -> None:
        """Reads the `;` at the end of a statement."""
        self.need(";")  # VK wants it after the last statement too

    def _var(self) -> Run:
        """Reads `var …;`."""
        pairs: list[tuple[str, Run]] = []
        while True:
            name = self.name()
            pairs.append((name, self.expression() if self.take("=") else (lambda scope: None)))
            self.known.add(name)
            if not self.take(","):
                break
        self._finish()

        def run_var(scope: Scope) -> None:
            for name, value in pairs:
                scope.values[name] = value(scope)

        return run_var

    def _if(self) -> Run:
        """Reads `if (…) … else …`."""
        self.need("(")
        condition = self.expression()
        self.need(")")
        then = self.block()
        otherwise = self.block() if self.take("else") else None

        def run_if(scope: Scope) -> None:
            scope.step()
            if truth(condition(scope)):
                then(scope)
            elif otherwise is not None:
                otherwise(scope)

        return run_if

    def _while(self) -> Run:
        """Reads `while (…) …`."""
        self.need("(")
        condition = self.expression()
        self.need(")")
        body = self.block()

        def run_while(scope: Scope) -> None:
            while truth(condition(scope)):
                scope.step()
                body(scope)

        return run_while

    def _assignment(self) -> Run:
        """Reads an assignment or an expression, and its `;`."""
        value = self.expression()
        for sign in ("=", "+=", "-="):
            if self.take(sign):
                target = self.target
                if target is None:
                    raise self.wrong("non-variable in assignment")
                made = assign(target, sign, value, self.expression())
                self._finish()
                return made
        self._finish()
        return value

    def _delete(self) -> Run:
        """Reads `delete …;`."""
        self.postfix(self.primary())
        target = self.target
        if target is None:
            raise self.wrong("non-variable in delete")
        self._finish()
        return delete_field(target)

    WORDS = {"return": _return, "var": _var, "if": _if, "while": _while, "delete": _delete}

    # --- expressions ----------------------------------------------------------

    def expression(self) -> Run:
        """Reads an expression, also `… ? … : …`."""
        self.deeper()
        try:
            condition = self.binary(0)
            if not self.take("?"):
                return condition
            then = self.expression()
            self.need(":")
            otherwise = self.constant_of(self.expression)
            return lambda scope: then(scope) if truth(condition(scope)) else otherwise(scope)
        finally:
            self.depth -= 1

    LEVELS = (
        ("||",),
        ("&&",),
        ("==", "!=", "===", "!=="),
        ("<", ">", "<=", ">="),
        ("+", "-"),
        ("*", "/", "%"),
    )

    def binary(self, level: int) -> Run:
        """Reads operators with two sides from this level of precedence on."""
        if level == len(self.LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.kind == "sign" and self.value in self.LEVELS[level]:
            sign = self.value
            self.advance()
            left = operation(sign, left, self.binary(level + 1))
            self.target = None
        return left

    def unary(self) -> Run:
        """Reads `!`, `-`, or a value."""
        self.deeper()
        try:
            if self.take("!"):
                inner = self.constant_of(self.unary)
                return lambda scope: not truth(inner(scope))
            if self.take("-"):
                inner = self.constant_of(self.unary)
                return operation("-", lambda scope: 0, inner)
            return self.postfix(self.primary())
        finally:
            self.depth -= 1

    def constant_of(self, part: Callable[[], Run]) -> Run:
        """A part that nothing can be assigned to."""
        made = part()
        self.target = None
        return made

    def postfix(self, value: Run) -> Run:
        """Reads what follows a value: `.name`, `@.name`, `[index]`, a call."""
        while True:
            if self.take("."):
                value = self.member(value, self.name())
            elif self.take("@."):
                value = column(value, self.name())
                self.target = None
            elif self.take("["):
                index = self.expression()
                self.need("]")
                self.target = (value, index)
                value = lookup(value, index)
            else:
                return value

    def member(self, value: Run, name: str) -> Run:
        """Reads a field or a call of a value."""
        if not (self.kind == "sign" and self.value == "("):
            self.target = (value, lambda scope: name)
            return lookup(value, lambda scope: name)
        self.target = None
        return calling(value, name, self.arguments())

    def arguments(self) -> list[Run]:
        """Reads the arguments of a call."""
        self.need("(")
        found: list[Run] = []
        while not self.take(")"):
            found.append(self.expression())
            if not self.take(",") and not (self.kind == "sign" and self.value == ")"):
                raise self.error_expecting("')'")
        return found

    def primary(self) -> Run:
        """Reads a variable, or a value that can't be assigned to."""
        if self.kind == "name" and self.value not in self.CALLS:
            return self.variable()
        return self.constant_of(self.constant)  # only a variable and what lies in it can be assigned to

    def variable(self) -> Run:
        """Reads a variable; CompileError for an unknown one."""
        if self.value not in self.known:
            raise self.wrong(f"undefined identifier '{self.value[:40]}'")
        name = self.name()
        self.target = (None, name)
        return lambda scope: scope.values.get(name)  # a branch that was not taken leaves it null

    def constant(self) -> Run:
        """Reads a number, a text, a list, an object, brackets or a call."""
        kind, value = self.kind, self.value
        if kind == "sign" and value in ("{", "["):
            return self.literal()
        if kind == "name":
            return self.parse_call(self.name())
        if kind == "number":
            if "." not in value and (len(value) > 19 or int(value) >= 2**63):
                raise self.wrong("number is too large")
            self.advance()
            number: float | int = float(value[:300]) if "." in value else int(value)
            return lambda scope: number
        if kind == "text":
            text = unquote(value)
            self.advance()
            return lambda scope: text
        self.need("(")
        inner = self.expression()
        self.need(")")
        return inner

    CALLS = ("API", "parseInt", "parseDouble")

    def parse_call(self, name: str) -> Run:
        """A call: a method of the API after `API.`, else a function of the language."""
        if name != "API":
            return parsing(name, self.arguments())
        self.need(".")
        section = self.name()
        path = f"{section}.{self.name()}" if self.take(".") else section
        return api_call(path, self.arguments())

    def literal(self) -> Run:
        """A list or an object. What is plain JSON is read by the fast decoder (long batches of sends)."""
        try:
            constant, end = _decoder.raw_decode(self.code, self.start)
        except (ValueError, RecursionError):
            return self.array() if self.take("[") else self.mapping()
        self.place = end
        self.advance()
        return literal(constant)

    def array(self) -> Run:
        """Reads the items of a list up to `]`."""
        items: list[Run] = []
        while not self.take("]"):
            items.append(self.expression())
            if not self.take(",") and not (self.kind == "sign" and self.value == "]"):
                raise self.error_expecting("']'")
        return lambda scope: scope.charge([item(scope) for item in items])

    def mapping(self) -> Run:
        """Reads `{ key: value, … }` into what makes the object."""
        self.need("{")
        pairs: list[tuple[str, Run]] = []
        while not self.take("}"):
            if self.kind not in ("name", "text", "number"):
                raise self.error_expecting("key")
            key = unquote(self.value) if self.kind == "text" else self.value
            self.advance()
            self.need(":")
            pairs.append((key, self.expression()))
            if not self.take(",") and not (self.kind == "sign" and self.value == "}"):
                raise self.error_expecting("'}'")
        return lambda scope: {key: value(scope) for key, value in pairs}
