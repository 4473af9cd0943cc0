"""A database that another user has made is named with what mends it, not by a traceback."""

from __future__ import annotations

from asyncpg.exceptions import InsufficientPrivilegeError
from sqlalchemy import make_url

from storage.db.engines.reaching import is_misplaced, sentence

URL = make_url("postgresql+asyncpg://bot:geheim@db1/priemnaya")


def test_a_missing_right_is_a_sentence_that_says_what_to_type() -> None:
    error = InsufficientPrivilegeError("permission denied for database priemnaya")
    said = sentence(error, URL)
    assert said is not None and "ALTER DATABASE priemnaya OWNER TO bot" in said and "geheim" not in said
    assert is_misplaced(error), "the server would say the same for ever"
