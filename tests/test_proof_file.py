"""A kept result says on what it was run; an unfinished run goes on only on the same code and conditions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import proof_file


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("tests/simulation/director.py", True),
        ("bot/delivery/send.py", True),
        ("uv.lock", True),
        ("tests/simulation/test_ci_form.py", False),
        ("tests/simulation/proof.py", False),
        ("tests/simulation/mutants_page.py", False),
    ],
)
def test_what_only_checks_or_shows_is_no_part_of_the_code(name: str, counts: bool) -> None:
    assert proof_file.counts(name) is counts


def test_goes_on_with_the_same_and_with_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new" / "x.json"
    assert proof_file.unfinished(file) is None and proof_file.unfinished(None) is None
    proof_file.write(file, {"from": 5, "seeds": 7})
    kept = proof_file.unfinished(file, **{"from": 5})
    assert kept is not None and kept["seeds"] == 7 and kept["code"] == proof_file.head()["code"]
    assert capsys.readouterr().out == ""
    assert proof_file.unfinished(file, **{"from": 6}) is None
    file.write_text(json.dumps({**kept, "code": "другой"}), encoding="utf-8")
    assert proof_file.unfinished(file, **{"from": 5}) is None
    assert "начат заново" in capsys.readouterr().out
