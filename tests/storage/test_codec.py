"""What is stored can be read for ever, and is exactly what was written (design.md §5)."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states import decision, dialogue, effects, events, messages, screen
from states.dialogue import AskingText, Dialogue, Idle, Step
from states.effects import Effect
from states.events import Event
from states.lifecycle import appeal
from storage.db import codec
from storage.db.codec import CodecError, UnknownName
from storage.db.names import NAMES

SAMPLES = Path(__file__).parent / "samples"
CLASSES = [kind for _, kind in NAMES]
BY_NAME = {tag.rsplit(".", 1)[0]: kind for tag, kind in NAMES}

_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters() | st.sampled_from('\ud800\x00я😀"\\'), max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),  # the only ones are degrees, checked where they come in
    timedelta: st.integers(0, 10**12).map(lambda number: timedelta(microseconds=number)),
    date: st.dates(min_value=date(1971, 1, 1)),
    datetime: st.datetimes(
        min_value=datetime(1971, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(timezone(timedelta(hours=5)))
    ),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type; built here and not by the codec, so that they cannot agree on a mistake."""
    if get_origin(hint) is UnionType:
        return st.one_of([of(option) for option in get_args(hint)])
    if hint is type(None):
        return st.none()
    if get_origin(hint) is tuple:
        return st.lists(of(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    hints = get_type_hints(hint)
    return st.builds(hint, **{field.name: of(hints[field.name]) for field in dataclasses.fields(hint)})


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_everything_comes_back(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(of(kind))
    text = codec.encode(value)
    text.encode()
    assert "\x00" not in text
    assert codec.decode(kind, text) == value


def sample(kind: type[Any]) -> Any:
    """One value with every field filled, the same each time."""

    def filled(hint: Any, name: str) -> Any:
        if get_origin(hint) is UnionType:
            return filled(next(arg for arg in get_args(hint) if arg is not type(None)), name)
        if get_origin(hint) is tuple:
            return (filled(get_args(hint)[0], name),)
        if issubclass(hint, Enum):
            return list(hint)[-1]
        simple = {
            str: f"«{name}»",
            int: 7,
            bool: True,
            float: 55.15,
            timedelta: timedelta(hours=1, microseconds=5),
            datetime: datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
            date: date(2026, 11, 25),
        }
        if hint in simple:
            return simple[hint]
        hints = get_type_hints(hint)
        return hint(**{field.name: filled(hints[field.name], field.name) for field in dataclasses.fields(hint)})

    return filled(kind, "")


def paths() -> list[Path]:
    return sorted(SAMPLES.glob("*.json"))


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_old_samples_load(path: Path) -> None:
    name = path.stem.rsplit(".", 1)[0]
    kind = BY_NAME[name]
    assert isinstance(codec.decode(kind, path.read_text(encoding="utf-8")), kind)


def test_every_version_has_its_sample() -> None:
    """A sample is written once and never changed. For a new name or version: `python tests/storage/test_codec.py`."""
    have = {path.stem for path in paths()}
    assert {tag for tag, _ in NAMES} <= have
    assert {stem.rsplit(".", 1)[0] for stem in have} <= BY_NAME.keys(), "a name is for ever"


def test_every_class_that_is_stored_has_a_name() -> None:
    """Unions and what they hold; facts and the directory are never stored by the codec."""
    for union in (Step, Event, Effect):
        assert set(get_args(union)) <= set(CLASSES)
    modules = (appeal, dialogue, effects, events, messages, screen)
    found = {
        var
        for module in modules
        for var in vars(module).values()
        if dataclasses.is_dataclass(var) and var.__module__ == module.__name__
    }
    assert found - set(CLASSES) == {appeal.Move, appeal.NotAllowed}
    assert decision.Decision not in CLASSES


def test_a_step_is_never_taken_for_another() -> None:
    for kind in get_args(Step):
        step = sample(kind)
        stored = codec.encode(Dialogue(5, step))
        assert type(codec.decode(Dialogue, stored).step) is kind
        assert codec.decode(Step, codec.encode(step)) == step


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"@":"no_such_step.1"}', UnknownName),
        ('{"@":"idle.2"}', UnknownName),
        ('{"@":"idle.0"}', UnknownName),
        ('{"@":"idle"}', UnknownName),
        ('{"@":"idle.x"}', UnknownName),
        ('{"@":"idle.1","more":1}', CodecError),
        ('{"@":"adding_to.1"}', CodecError),
        ('{"@":"adding_to.1","code":5}', CodecError),
        ('{"@":"routes_changed.1","peer":true,"at":"2026-11-25T00:00:00+00:00"}', CodecError),
        ('{"@":"routes_changed.1","peer":1,"at":7}', CodecError),
        ('{"@":"routes_changed.1","peer":1,"at":"gestern"}', CodecError),
        (
            '{"@":"chat_changed.1","peer":1,"cmid":1,"author":1,"at":"2026-11-25T00:00:00+00:00","action":"x"}',
            CodecError,
        ),
        ('{"@":"dialogue.1","resident":1,"step":{"@":"piece.1","cmid":1}}', CodecError),
        ('{"@":"draft.1","pieces":{}}', CodecError),
        ('{"@":"dialogue.1","resident":1,"draft":{"@":"draft.2"}}', UnknownName),
        ('{"@":"dialogue.1","resident":1,"draft":{"@":"draft.1","later":1}}', CodecError),
        ('{"@":"routes_changed.1","peer":1,"at":"2026-11-25T00:00:00"}', CodecError),
        ('{"resident":1}', CodecError),
        ("[]", CodecError),
        ("not json", CodecError),
    ],
)
def test_what_cannot_be_read_is_said(text: str, error: type[CodecError]) -> None:
    with pytest.raises(error):
        codec.decode(object, text)


def test_the_kind_is_checked() -> None:
    with pytest.raises(CodecError):
        codec.decode(AskingText, codec.encode(Idle()))
    with pytest.raises(CodecError):
        codec.decode(Event, codec.encode(Idle()))


def test_only_named_classes_and_times_with_a_zone_are_stored() -> None:
    with pytest.raises(UnknownName):
        codec.encode(decision.Decision())
    with pytest.raises(CodecError):
        codec.encode(events.RoutesChanged(1, datetime(2026, 1, 1)))


def test_a_missing_field_takes_its_default() -> None:
    assert codec.decode(Dialogue, '{"@":"dialogue.1","resident":5}') == Dialogue(5)


def test_an_old_version_is_upgraded_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(stored: dict[str, Any]) -> dict[str, Any]:
        return {"number": stored["was"]}

    def second(stored: dict[str, Any]) -> dict[str, Any]:
        return {"code": stored["number"]}

    upgrades = {"appending.1": ("adding_to.0", first), "adding_to.0": ("adding_to.1", second)}
    monkeypatch.setattr(codec, "UPGRADES", upgrades)
    old = '{"@":"appending.1","was":"1125-AAAA"}'
    assert codec.decode(object, old) == dialogue.AddingTo("1125-AAAA")
    within = codec.decode(Dialogue, '{"@":"dialogue.1","resident":5,"step":' + old + "}")
    assert within == Dialogue(5, dialogue.AddingTo("1125-AAAA"))


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    for tag, kind in NAMES:
        path = SAMPLES / f"{tag}.json"
        if not path.exists():
            path.write_text(json.dumps(json.loads(codec.encode(sample(kind))), ensure_ascii=False, indent=1) + "\n")
            print(path.name)
