"""What is packed before it is sealed comes back as it was, for ever (storage/db/packing.py)."""

from __future__ import annotations

import hashlib

import pytest
from given import C
from hypothesis import given, settings
from hypothesis import strategies as st

from states.dialogue import Dialogue, Draft
from storage.db import keyring, packing
from storage.db.codec import decode, encode
from storage.db.database import Database

IDLE = encode(Dialogue(1001))
SHA256 = "6da103ddfb25778ae2e0b4f66206ab293cc9d2e0b3ebc1f9a4687d12a1f00992"


def test_the_words_stay_what_they_were() -> None:
    """Rows of years ago were packed with them: other words are another file and another form."""
    assert (
        hashlib.sha256(packing.WORDS).hexdigest() == "6da103ddfb25778ae2e0b4f66206ab293cc9d2e0b3ebc1f9a4687d12a1f00992"
    )


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=3000) | st.text("яма на дороге", max_size=3000))
def test_every_text_comes_back(text: str) -> None:
    said = text.encode(errors="replace")
    short = packing.pack(said)
    assert short is None or (len(short) < len(said) and packing.unpack(short) == said)


def test_a_dialogue_at_rest_takes_a_tenth() -> None:
    short = packing.pack(IDLE.encode())
    assert short is not None and len(short) * 10 < len(IDLE.encode())


def test_what_is_seldom_there_is_stored_where_it_is() -> None:
    """And a row of before that lacks it is read."""
    told = Dialogue(1001, draft=Draft(perhaps=("яма", "и снег")))
    assert decode(Dialogue, encode(told)) == told and '"perhaps":["яма","и снег"]' in encode(told)
    loud = Dialogue(1001, language="xx")
    assert decode(Dialogue, encode(loud)) == loud
    assert "perhaps" not in IDLE and "language" not in IDLE and decode(Dialogue, IDLE) == Dialogue(1001)


@pytest.mark.parametrize(("text", "form"), [("слова", keyring.PLAIN), (IDLE, keyring.PACKED)])
async def test_both_forms_are_opened_and_neither_passes_for_the_other(db: Database, text: str, form: str) -> None:
    """T21: the form is part of what is sealed."""
    (sealed,) = await db.of(C).run(lambda tx: tx.keys.seal(keyring.BODY, [(5, "row", text)]))
    other = keyring.PACKED if form == keyring.PLAIN else keyring.PLAIN
    values = [("row", sealed), ("row", other + sealed[2:])]
    assert sealed.startswith(form)
    assert await db.of(C).run(lambda tx: tx.keys.unseal(keyring.BODY, values)) == [text, None]


async def test_what_was_sealed_before_there_was_packing_is_opened(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(keyring, "pack", lambda _: None)
        (sealed,) = await db.of(C).run(lambda tx: tx.keys.seal(keyring.BODY, [(5, "row", IDLE)]))
    assert sealed.startswith("1.")
    assert await db.of(C).run(lambda tx: tx.keys.unseal(keyring.BODY, [("row", sealed)])) == [IDLE]
